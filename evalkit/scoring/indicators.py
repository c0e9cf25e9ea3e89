"""The framework's indicators: computed from rates, judged with evidence, or not applicable.

A grade needs evidence: a judged indicator without any, and a computed one without a rate, cannot be
evaluated (无法评价). No indicator gets a mark by default.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from evalkit.model import Framework, Inputs
from evalkit.scoring.exact import choose, divide, plain
from evalkit.scoring.outputs import roll_up
from evalkit.scoring.points import lies_in

#: Which column of the outputs a method rolls up, beside the methods of ``_rates``.
ROLLED = {
    "completion": "completion_rate",
    "timeliness": "timeliness_rate",
    "quality": "quality_rate",
    "planned_completion": "planned_completion_rate",
    "completion_gap": "completion_gap",
}
#: Formulas whose figures the project gives for the indicator itself: ``figure``, ``reference``.
GIVEN = ("quotient", "change", "saving")
#: What the project says of an indicator.
JUDGED = ("stated_grade", "evidence", "reason", "not_applicable", "figure", "reference", "tier",
          "tier_rate", "given_score", "stated_score")  # fmt: skip


def grade_of(rate: Any, bands: list[dict[str, Any]]) -> Any:
    """The grade of a rate by the framework's bands (评价结果); ``pd.NA`` for no rate.

    The first band within whose bounds it lies. Rates are never rounded first.

    >>> from fractions import Fraction
    >>> bands = [{"grade": "good", "at_least": Fraction(19, 20)}, {"grade": "poor"}]
    >>> grade_of(Fraction(1), bands), grade_of(Fraction(1, 2), bands)
    ('good', 'poor')
    """
    if pd.isna(rate):
        return pd.NA
    return next((band["grade"] for band in bands if lies_in(rate, band)), pd.NA)


def score_indicators(
    inputs: Inputs, framework: Framework, measures: pd.DataFrame, outputs: pd.DataFrame
) -> pd.DataFrame:
    """Every indicator of the framework for every project (四级指标): rows ``(project_id, code)``.

    ``measures`` has one row a project and a column for each figure that a method may name.
    ``status`` is graded, not_applicable or cannot_be_evaluated; ``reason_code`` says why the last.
    ``compared_rate`` is what the bands grade: the rate, against that of the plan to date where the
    framework says so.

    >>> from evalkit.framework import load
    >>> from evalkit.model import Text, inputs_of
    >>> from evalkit.scoring.outputs import score_outputs
    >>> form = load("minhang-tracking-2018")
    >>> judged = {"project_id": "p", "item": "A111", "grade": "good", "evidence": Text("批复", "")}
    >>> inputs = inputs_of({"projects": [{"project_id": "p"}], "judgements": [judged]})
    >>> execution = pd.DataFrame({"execution_accuracy_rate": [divide(9, 10)]}, ["p"])
    >>> found = score_indicators(inputs, form, execution, score_outputs(inputs, form.settings))
    >>> found.xs("p")["grade"][["A111", "A112", "A211"]].tolist()
    ['good', <NA>, 'fairly_good']
    """
    projects, codes = inputs.projects.index, framework.indicators.index
    index = pd.MultiIndex.from_product([projects, codes], names=["project_id", "item"])
    result = framework.indicators.reindex(index.get_level_values(1)).set_axis(index)
    judged = inputs.judgements.reindex(index).apply(plain)
    for column in JUDGED:
        result[column] = judged[column]
    result["given_grade"] = judged["grade"]
    rates = _rates(framework, measures, outputs, projects)
    result["rate"], _ = choose(
        measured=_by_method(result["method"], rates), given=_given(result, result["method"])
    )
    planned = _by_method(result["relative_to"], rates)
    result["compared_rate"], _ = choose(
        relative=divide(result["rate"], planned), alone=result["rate"].where(planned.isna(), pd.NA)
    )
    is_judged = result["method"] == "judged"
    applies = result["not_applicable"].isna()
    result["grade"], _ = choose(
        judged=judged["grade"].where(is_judged & applies & judged["evidence"].notna(), pd.NA),
        computed=_computed(result, framework.settings["bands"]).where(~is_judged & applies, pd.NA),
    )
    is_graded = result["grade"].notna()
    result["status"] = _first_true(
        index, not_applicable=~applies, graded=is_graded, cannot_be_evaluated=~is_graded
    )
    result["reason_code"] = _first_true(
        index,
        no_value=applies & ~is_graded & ~is_judged,
        no_judgement=applies & ~is_graded & judged["grade"].isna(),
        no_evidence=applies & ~is_graded,
    )
    return result


def measures_of(framework: Framework) -> set[str]:
    """The project-level figures that a framework may speak of (涉及的数据).

    >>> from evalkit.framework import load
    >>> "execution_accuracy_rate" in measures_of(load("minhang-tracking-2018"))
    True
    """
    methods = _methods(framework)
    conditions = framework.settings["verdict"]["conditions"]
    return methods | {f"{each}_rate" for each in methods} | {each["measure"] for each in conditions}


def _methods(framework: Framework) -> set[str]:
    """The methods that the indicators name, and those that they are compared with."""
    return {*framework.indicators["method"], *framework.indicators["relative_to"].dropna()}


def _first_true(index: pd.Index, **cases: pd.Series) -> Any:
    """The name of the first case that is true of a row; missing where none is."""
    names = [next((name for name, is_true in zip(cases, row, strict=True) if is_true), pd.NA)
             for row in zip(*cases.values(), strict=True)]  # fmt: skip
    return pd.Series(names, index, dtype="object")


def _computed(indicators: pd.DataFrame, bands: Mapping[str, Any]) -> Any:
    """The grade of each computed indicator by the bands that it names."""
    rows = zip(indicators["compared_rate"], indicators["bands"], strict=True)
    grades = [
        grade_of(rate, bands[table]["bands"]) if isinstance(table, str) else pd.NA
        for rate, table in rows
    ]
    return pd.Series(grades, indicators.index, dtype="object")


def _given(indicators: pd.DataFrame, methods: pd.Series) -> Any:
    """The rate of each indicator whose figures the project gives: by the formula it names."""
    figure, reference = indicators["figure"], indicators["reference"]
    rates = {
        "quotient": divide(figure, reference),
        "change": divide(figure - reference, reference),
        "saving": divide(reference - figure, reference),
    }
    found, _ = choose(**{name: rates[name].where(methods == name, pd.NA) for name in GIVEN})
    return found


def _rates(
    framework: Framework, measures: pd.DataFrame, outputs: pd.DataFrame, projects: pd.Index
) -> dict[str, Any]:
    """The rate of each method that the framework names, over the projects."""
    rule = framework.settings["roll_up"]
    return {
        method: roll_up(outputs, ROLLED[method], projects, rule)
        if method in ROLLED
        else measures[method if method in measures else f"{method}_rate"]
        for method in sorted(_methods(framework) - {"judged", *GIVEN})
    }


def _by_method(methods: pd.Series, rates: dict[str, Any]) -> Any:
    """Each row's rate by the method that it names; missing where it names none."""
    projects = methods.index.get_level_values(0)
    found = {method: dict(zip(rate.index, rate, strict=True)) for method, rate in rates.items()}
    rows = zip(methods, projects, strict=True)
    values = [found[method][project] if method in found else pd.NA for method, project in rows]
    return pd.Series(values, methods.index, dtype="object")


def score_levels(framework: Framework, indicators: pd.DataFrame) -> pd.DataFrame:
    """Counts per grade and the worst grade at each higher level (一至三级指标汇总).

    One row ``(project_id, code)``.

    >>> from evalkit.framework import load
    >>> form = load("minhang-tracking-2018")
    >>> index = pd.MultiIndex.from_tuples([("p", "A111"), ("p", "A112")])
    >>> rows = {"path": [["A", "A1", "A11"]] * 2, "grade": ["good", "fair"], "status": "graded"}
    >>> levels = score_levels(form, pd.DataFrame(rows, index))
    >>> levels.at[("p", "A1"), "worst_grade"], levels.at[("p", "A1"), "counts"]
    ('fair', {'good': 1, 'fairly_good': 0, 'fair': 1, 'poor': 0})
    """
    projects = indicators.index.get_level_values(0)
    index = pd.MultiIndex.from_product(
        [projects.unique(), framework.levels.index], names=["project_id", "item"]
    )
    found: Counter[tuple[str, str, Any]] = Counter()
    rows = zip(projects, indicators["path"], indicators["status"], indicators["grade"], strict=True)
    for project, path, status, grade in rows:
        for code in path:
            found.update([(project, code, status), (project, code, grade)])

    def tally(value: str) -> Any:
        return pd.Series([found[*key, value] for key in index], index, dtype="Int64")

    codes = index.get_level_values(1)
    result = framework.levels.reindex(codes).set_axis(index)
    result["graded_count"] = tally("graded")
    result["not_applicable_count"] = tally("not_applicable")
    result["unevaluable_count"] = tally("cannot_be_evaluated")
    tallies = [tally(grade).tolist() for grade in framework.grades]
    counts = [dict(zip(framework.grades, row, strict=True)) for row in zip(*tallies, strict=True)]
    result["counts"] = pd.Series(counts, index, dtype="object")
    worst = [
        next((grade for grade in reversed(framework.grades) if row[grade]), pd.NA) for row in counts
    ]
    result["worst_grade"] = pd.Series(worst, index, dtype="object")
    return result
