"""The framework's indicators: computed from rates, judged with evidence, or not applicable.

A grade needs evidence: a judged indicator without any, and a computed one without a rate, cannot be
evaluated (无法评价). No indicator gets a mark by default.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.model import Framework, Inputs
from evalkit.scoring.exact import divide, spread
from evalkit.scoring.outputs import roll_up

#: Which column of the outputs a method rolls up, beside the methods of ``_rates``.
ROLLED = {
    "completion": "completion_rate",
    "timeliness": "timeliness_rate",
    "quality": "quality_rate",
    "planned_completion": "planned_completion_rate",
}


def grade_of(rate: Any, bands: list[dict[str, Any]]) -> Any:
    """The grade of a rate by the framework's bands (评价结果); ``pd.NA`` for no rate.

    The first band whose ``at_least`` and ``at_most`` both hold. Rates are never rounded first.

    >>> from fractions import Fraction
    >>> bands = [{"grade": "good", "at_least": Fraction(19, 20)}, {"grade": "poor"}]
    >>> grade_of(Fraction(1), bands), grade_of(Fraction(1, 2), bands)
    ('good', 'poor')
    """
    if pd.isna(rate):
        return pd.NA
    for band in bands:
        if rate >= band.get("at_least", rate) and rate <= band.get("at_most", rate):
            return band["grade"]
    return pd.NA


def score_indicators(
    inputs: Inputs, framework: Framework, execution: pd.DataFrame, outputs: pd.DataFrame
) -> pd.DataFrame:
    """Every indicator of the framework for every project, one row ``(project_id, code)``.

    ``status`` is graded, not_applicable or cannot_be_evaluated; ``reason_code`` says why.
    """
    projects = inputs.projects.index
    index = pd.MultiIndex.from_product(
        [projects, framework.indicators.index], names=["project_id", "item"]
    )
    result = framework.indicators.reindex(index.get_level_values(1)).set_axis(index)
    judged = inputs.judgements.reindex(index)
    for column in ("stated_grade", "evidence", "reason", "not_applicable"):
        result[column] = judged[column].astype(object)
    rates = _rates(framework, execution, outputs, projects)
    result["rate"] = _by_method(result["method"], rates)
    planned = _by_method(result["relative_to"], rates)
    compared = divide(result["rate"], planned).where(planned.notna(), result["rate"])
    computed = [
        grade_of(rate, framework.settings["bands"][table]["bands"])
        if isinstance(table, str)
        else pd.NA
        for rate, table in zip(compared, result["bands"], strict=True)
    ]
    is_judged = result["method"] == "judged"
    with_evidence = judged["grade"].astype(object).where(judged["evidence"].notna(), pd.NA)
    applies = result["not_applicable"].isna()
    grade = with_evidence.where(is_judged, pd.Series(computed, index, dtype="object"))
    result["grade"] = grade.where(applies & grade.notna(), pd.NA)
    status = pd.Series("graded", index, dtype="object")
    status = status.where(result["grade"].notna(), "cannot_be_evaluated")
    result["status"] = status.where(applies, "not_applicable")
    why = pd.Series("no_value", index, dtype="object").where(~is_judged, "no_evidence")
    why = why.where(~is_judged | judged["grade"].notna(), "no_judgement")
    result["reason_code"] = why.where(result["status"] == "cannot_be_evaluated", pd.NA)
    return result


def _rates(
    framework: Framework, execution: pd.DataFrame, outputs: pd.DataFrame, projects: pd.Index
) -> dict[str, pd.Series]:
    """The rate of each method that the framework names, over the projects."""
    named = {*framework.indicators["method"], *framework.indicators["relative_to"].dropna()}
    kind = framework.settings["roll_up"]["kind"]
    rates = {}
    for method in sorted(named - {"judged"}):
        if method in ROLLED:
            rates[method] = roll_up(outputs, ROLLED[method], kind, projects)
        else:
            rates[method] = execution[f"{method}_rate"]
    return rates


def _by_method(methods: pd.Series, rates: dict[str, pd.Series]) -> pd.Series:
    """Each row's rate by the method that it names; missing where it names none."""
    result = pd.Series(pd.NA, methods.index, dtype="object")
    for method, rate in rates.items():
        rows = methods.index[methods.eq(method).fillna(False).astype(bool)]
        result.loc[rows] = spread(rate, rows)
    return result


def score_levels(framework: Framework, indicators: pd.DataFrame) -> pd.DataFrame:
    """Counts per grade and the worst grade at each higher level, one row ``(project_id, code)``."""
    below = indicators[["path", "grade", "status"]].explode("path")
    keys = [below.index.get_level_values(0), below["path"]]
    projects = indicators.index.get_level_values(0).unique()
    index = pd.MultiIndex.from_product(
        [projects, framework.levels.index], names=indicators.index.names
    )

    def tally(flags: pd.Series) -> pd.Series:
        return flags.astype("int64").groupby(keys).sum().reindex(index).fillna(0).astype("Int64")

    codes = index.get_level_values(1)
    result = pd.DataFrame(
        {column: framework.levels[column].reindex(codes).array for column in framework.levels},
        index=index,
    )
    for status in ("graded", "not_applicable", "cannot_be_evaluated"):
        result[f"{status}_count"] = tally(below["status"] == status)
    result = result.rename(columns={"cannot_be_evaluated_count": "unevaluable_count"})
    tallies = {grade: tally(below["grade"] == grade) for grade in framework.grades}
    rows = zip(*tallies.values(), strict=True)
    result["counts"] = [dict(zip(framework.grades, map(int, row), strict=True)) for row in rows]
    result["worst_grade"] = [
        next((grade for grade in reversed(framework.grades) if counts[grade]), pd.NA)
        for counts in result["counts"]
    ]
    return result
