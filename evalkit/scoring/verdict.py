"""The verdict by the framework's explicit rule, beside the stated one (结果判定).

The rule is data: conditions on facts, each tied to a verdict. The worst verdict with a condition
that holds is the verdict; with none, the best one. Without any graded indicator there is none.
"""

from __future__ import annotations

import operator
from typing import Any

import pandas as pd

from evalkit.model import Framework, Inputs
from evalkit.scoring.exact import count, divide

OPERATORS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


def holds(actual: Any, sign: str, threshold: Any) -> bool:
    """Whether a condition holds; on a missing figure it does not.

    >>> holds(4, ">=", 1), holds(pd.NA, "<", 1)
    (True, False)
    """
    return False if pd.isna(actual) else bool(OPERATORS[sign](actual, threshold))


def score_verdict(
    inputs: Inputs, framework: Framework, indicators: pd.DataFrame, outputs: pd.DataFrame,
    milestones: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Counts that the verdict rests on, and the stated conclusions; one row a project."""
    projects = inputs.projects.index
    grade, status = indicators["grade"], indicators["status"]
    worst = framework.grades[-1]
    due = outputs["is_due"]
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
    result["valued_output_count"] = count(due & outputs["is_valued"], projects)
    for kind in ("output", "outcome"):
        missed = (outputs["status"] == "missed") & (outputs["kind"] == kind)
        result[f"missed_{kind}_count"] = count(missed, projects)
    result["stated_verdict"] = inputs.projects["stated_verdict"].astype(object)
    result["stated_forecast"] = inputs.projects["stated_forecast"].astype(object)
    result["forecast"] = _forecast(outputs, projects)
    return result


def _forecast(outputs: pd.DataFrame, projects: pd.Index) -> pd.Series:
    """Whether the year's targets can be completed: by the worst likelihood of the items."""
    any_no = count(outputs["likelihood"] == "impossible", projects) > 0
    any_unknown = count((outputs["likelihood"] == "unknown") & outputs["is_due"], projects) > 0
    some = count(outputs["is_due"], projects) > 0
    result = pd.Series("can_complete", projects, dtype="object")
    result = result.where(~any_unknown & some, "cannot_be_evaluated")
    return result.where(~any_no, "cannot_complete")


def score_conditions(framework: Framework, measures: pd.DataFrame) -> pd.DataFrame:
    """Each condition of the verdict rule for each project, one row ``(project_id, condition)``.

    ``measures`` has a column for each fact that a condition names. ``is_deciding`` marks the
    conditions that hold and belong to the verdict that they lead to.
    """
    rule = framework.settings["verdict"]
    rank = {verdict: place for place, verdict in enumerate(rule["verdicts"])}
    rows = []
    for project_id in measures.index:
        mine = []
        for each in rule["conditions"]:
            actual = measures.at[project_id, each["measure"]]
            mine.append(
                {"project_id": project_id, "item": each["id"], "verdict": each["verdict"],
                 "measure": each["measure"], "operator": each["operator"],
                 "threshold": each["value"], "actual": actual,
                 "is_holding": holds(actual, each["operator"], each["value"])}
            )  # fmt: skip
        worst = max((rank[c["verdict"]] for c in mine if c["is_holding"]), default=-1)
        for condition in mine:
            decides = condition["is_holding"] and rank[condition["verdict"]] == worst
            condition["is_deciding"] = decides
        rows += mine
    columns = ["project_id", "item", "verdict", "measure", "operator", "threshold", "actual",
               "is_holding", "is_deciding"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).set_index(["project_id", "item"])


def verdicts(framework: Framework, conditions: pd.DataFrame, graded: pd.Series) -> pd.Series:
    """The verdict of each project, ``cannot_be_evaluated`` where no indicator was graded."""
    deciding = conditions[conditions["is_deciding"]]["verdict"].groupby(level=0).first()
    best = framework.settings["verdict"]["verdicts"][0]
    found = deciding.reindex(graded.index).astype(object).fillna(best)
    return found.where(graded > 0, "cannot_be_evaluated")
