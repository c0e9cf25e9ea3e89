"""The verdict by the framework's explicit rule, beside the stated one (结果判定).

The rule is data: conditions on facts, each tied to a verdict. The worst verdict with a condition
that holds is the verdict; with none, the best one. Without any graded indicator there is none.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

from evalkit.model import Evaluation, Framework, Inputs
from evalkit.scoring.exact import count, divide, plain
from evalkit.scoring.indicators import grade_of

OPERATORS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


def holds(actual: Any, sign: str, threshold: Any) -> bool:
    """Whether a condition holds (条件成立); on a missing figure it does not.

    >>> holds(4, ">=", 1), holds(pd.NA, "<", 1)
    (True, False)
    """
    return False if pd.isna(actual) else bool(OPERATORS[sign](actual, threshold))


def score_verdict(
    inputs: Inputs, framework: Framework, indicators: pd.DataFrame, outputs: pd.DataFrame,
    milestones: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Counts that the verdict rests on, and the stated conclusions (结果判定依据); a row a project.

    >>> from evalkit.framework import load
    >>> from evalkit.model import inputs_of
    >>> inputs = inputs_of({"projects": [{"project_id": "p"}]})
    >>> index = pd.MultiIndex.from_tuples([("p", "A111"), ("p", "A112")])
    >>> rows = {"status": "graded", "grade": ["good", "poor"], "about": ["", "misuse"]}
    >>> none = pd.DataFrame(columns=["is_due", "is_late", "is_valued", "status", "kind",
    ...                              "likelihood"], index=inputs.outputs.index, dtype="object")
    >>> counts = (inputs, load("minhang-tracking-2018"), pd.DataFrame(rows, index), none, none)
    >>> score_verdict(*counts)[["worst_rate", "misuse_count", "forecast"]].values.tolist()
    [[Fraction(1, 2), 1, 'cannot_be_evaluated']]
    """
    projects = inputs.projects.index
    grade, status = indicators["grade"], indicators["status"]
    worst = framework.grades[-1]
    # A target in words has no value to wait for once it was judged.
    due = outputs["is_due"].astype(bool) & (outputs["status"] != "judged")
    result = pd.DataFrame(index=projects)
    result["indicator_count"] = count(status.notna(), projects)
    result["graded_count"] = count(status == "graded", projects)
    result["not_applicable_count"] = count(status == "not_applicable", projects)
    result["unevaluable_count"] = count(status == "cannot_be_evaluated", projects)
    result["best_count"] = count(grade == framework.grades[0], projects)
    result["worst_count"] = count(grade == worst, projects)
    result["below_best_count"] = result["graded_count"] - result["best_count"]
    result["worst_rate"] = divide(result["worst_count"], result["graded_count"])
    misused = (indicators["about"] == "misuse") & (grade == worst)
    result["misuse_count"] = count(misused, projects)
    result["late_milestone_count"] = count(milestones["is_late"], projects)
    result["due_output_count"] = count(due, projects)
    result["valued_output_count"] = count(due & outputs["is_valued"].astype(bool), projects)
    for kind in ("output", "outcome"):
        missed = (outputs["status"] == "missed") & (outputs["kind"] == kind)
        result[f"missed_{kind}_count"] = count(missed, projects)
    result["stated_verdict"] = plain(inputs.projects["stated_verdict"])
    result["stated_forecast"] = plain(inputs.projects["stated_forecast"])
    awaited = outputs["is_due"].astype(bool)
    result["forecast"] = _forecast(outputs["likelihood"], awaited, projects)
    return result


def _forecast(likelihood: pd.Series, due: pd.Series, projects: pd.Index) -> Any:
    """Whether the year's targets can be completed: by the worst likelihood of the items."""
    any_no = count(likelihood == "impossible", projects) > 0
    any_unknown = count((likelihood == "unknown") & due, projects) > 0
    some = count(due, projects) > 0
    result = pd.Series("can_complete", projects, dtype="object")
    result = result.where(~any_unknown & some, "cannot_be_evaluated")
    return result.where(~any_no, "cannot_complete")


def score_conditions(framework: Framework, measures: pd.DataFrame) -> pd.DataFrame:
    """Each condition of the verdict rule (判定条件), one row ``(project_id, condition)``.

    ``measures`` has one row a project and a column for each fact that a condition names.
    ``is_deciding`` marks the conditions that hold and belong to the verdict that they lead to.

    >>> from evalkit.framework import load
    >>> form = load("minhang-tracking-2018")
    >>> names = {condition["measure"] for condition in form.settings["verdict"]["conditions"]}
    >>> measures = pd.DataFrame(0, ["p"], sorted(names)).assign(late_milestone_count=1)
    >>> found = score_conditions(form, measures.assign(execution_accuracy_rate=1))
    >>> found.xs("p").query("is_deciding")["verdict"].to_dict()
    {'milestone_late': 'basically_normal'}
    """
    rule = framework.settings["verdict"]
    conditions = rule["conditions"]
    index = pd.MultiIndex.from_product(
        [measures.index, [each["id"] for each in conditions]], names=["project_id", "item"]
    )
    figures = [measures[each["measure"]].astype(object) for each in conditions]
    rows = [
        (each["verdict"], each["measure"], each["operator"], each["value"], actual)
        for actuals in zip(*figures, strict=True)
        for each, actual in zip(conditions, actuals, strict=True)
    ]
    columns = ["verdict", "measure", "operator", "threshold", "actual"]
    result = pd.DataFrame(rows, index, columns, dtype="object")
    holding = [holds(actual, sign, threshold) for _, _, sign, threshold, actual in rows]
    result["is_holding"] = pd.Series(holding, index, dtype="bool")
    rank = result["verdict"].map({name: place for place, name in enumerate(rule["verdicts"])})
    held = rank.where(result["is_holding"], -1)
    worst = held.groupby(level=0).transform("max")
    result["is_deciding"] = result["is_holding"] & (held == worst)
    return result


def verdicts(framework: Framework, conditions: pd.DataFrame, graded: pd.Series) -> Any:
    """The verdict of each project (结果判定); ``cannot_be_evaluated`` where nothing was graded.

    >>> from evalkit.framework import load
    >>> index = pd.MultiIndex.from_tuples([("p", "any_poor"), ("q", "any_poor")])
    >>> rows = {"verdict": "has_problems", "is_deciding": [True, False]}
    >>> graded = pd.Series([20, 20, 0], ["p", "q", "r"])
    >>> verdicts(load("minhang-tracking-2018"), pd.DataFrame(rows, index), graded).tolist()
    ['has_problems', 'normal', 'cannot_be_evaluated']
    """
    deciding = conditions[conditions["is_deciding"]]["verdict"].groupby(level=0).first()
    order = framework.settings["verdict"]["verdicts"]
    if not order:
        return pd.Series(pd.NA, graded.index, dtype="object")
    found = deciding.reindex(graded.index).astype(object).fillna(order[0])
    return found.where(graded > 0, "cannot_be_evaluated")


class Grounds(NamedTuple):
    """What the verdict on one project rests on (判定依据): to try it under another rule.

    ``indicators`` are rows of status, grade, what it is about, band table and compared rate;
    ``measures`` are the figures that the conditions name.
    """

    indicators: tuple[tuple[Any, ...], ...]
    measures: Mapping[str, Any]

    @property
    def tables(self) -> list[str]:
        """The band tables that grade an indicator here."""
        used = [table for status, *_, table, _ in self.indicators if status == "graded"]
        return [table for table in dict.fromkeys(used) if isinstance(table, str)]


def grounds_of(evaluation: Evaluation, project_id: str) -> Grounds:
    """The grounds of a project's verdict (判定依据).

    >>> from types import SimpleNamespace
    >>> index = pd.MultiIndex.from_tuples([("p", "A111")])
    >>> row = {"status": "graded", "grade": "good", "about": "", "bands": pd.NA}
    >>> frames = {"indicators": pd.DataFrame([row | {"compared_rate": pd.NA}], index),
    ...           "conditions": pd.DataFrame([{"measure": "ahead_rate", "actual": 0}], index)}
    >>> grounds_of(SimpleNamespace(**frames), "p").measures
    {'ahead_rate': 0}
    """
    frames = evaluation.indicators, evaluation.conditions
    mine, conditions = (each[each.index.get_level_values(0) == project_id] for each in frames)
    columns = ("status", "grade", "about", "bands", "compared_rate")
    rows = tuple(zip(*(mine[column] for column in columns), strict=True))
    measures = dict(zip(conditions["measure"], conditions["actual"], strict=True))
    return Grounds(rows, measures)


def verdict_on(
    framework: Framework, grounds: Grounds, tables: Mapping[str, Any], values: Mapping[str, Any]
) -> str:
    """The verdict with other band tables, other thresholds by the id of their condition (试算).

    >>> from evalkit.framework import load
    >>> form = load("minhang-tracking-2018")
    >>> rows = tuple(("graded", "fairly_good", "", pd.NA, pd.NA) for _ in range(3))
    >>> grounds = Grounds(rows, {})
    >>> verdict_on(form, grounds, {}, {}), verdict_on(form, grounds, {}, {"below_best": 4})
    ('basically_normal', 'normal')
    """
    graded = [
        (grade_of(rate, tables[table]) if table in tables else grade, about)
        for status, grade, about, table, rate in grounds.indicators
        if status == "graded"
    ]
    if not graded:
        return "cannot_be_evaluated"
    best, worst = framework.grades[0], framework.grades[-1]
    worst_count = sum(grade == worst for grade, _ in graded)
    measures = {
        **grounds.measures,
        "worst_count": worst_count,
        "worst_rate": Fraction(worst_count, len(graded)),
        "best_count": sum(grade == best for grade, _ in graded),
        "below_best_count": sum(grade != best for grade, _ in graded),
        "misuse_count": sum(grade == worst and about == "misuse" for grade, about in graded),
    }
    rule = framework.settings["verdict"]
    met = {
        each["verdict"]
        for each in rule["conditions"]
        if holds(measures.get(each["measure"], pd.NA), each["operator"],
                 values.get(each["id"], each["value"]))
    }  # fmt: skip
    order: list[str] = rule["verdicts"]
    return next((each for each in reversed(order) if each in met), order[0])
