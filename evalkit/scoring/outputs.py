"""Outputs and outcomes against their targets (产出、效果): completion, timeliness, quality.

A value counts only in the unit of its target. An activity in the place of a value ("assessed every
second month") is no value; it is never taken for 100%.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.model import Inputs
from evalkit.scoring.exact import count, days_between, divide, spread

MORE, LESS, EQUAL = (">=", "≥"), ("<=", "≤"), ("=",)


def completion_rate(actual: Any, target: Any) -> Any:
    """Actual against the year's target (实际完成率 = 实际产出数 ÷ 计划产出数), a fraction.

    Source: 闵行区 2018 tracking framework, C11.

    >>> completion_rate(340, 340)
    Fraction(1, 1)
    """
    return divide(actual, target)


def timeliness_rate(completion: Any, planned_completion: Any) -> Any:
    """Completion against what was planned by the tracking date (完成及时率), a fraction.

    实际完成率 ÷ 计划完成率. Source: 闵行区 2018 tracking framework, C12.

    >>> from fractions import Fraction
    >>> timeliness_rate(Fraction(1, 2), Fraction(3, 4))
    Fraction(2, 3)
    """
    return divide(completion, planned_completion)


def quality_rate(qualified: Any, actual: Any) -> Any:
    """Output up to standard against actual output (质量达标率), a fraction.

    Source: 闵行区 2018 tracking framework, C13; 财预〔2020〕10号 annex.

    >>> quality_rate(9, 10)
    Fraction(9, 10)
    """
    return divide(qualified, actual)


def is_reached(value: Any, operator: str, target: Any) -> bool:
    """Whether a value meets its target; a missing one does not.

    >>> is_reached(97, ">=", 90), is_reached(97, "<=", 90), is_reached(pd.NA, "=", 1)
    (True, False, False)
    """
    if pd.isna(value) or pd.isna(target):
        return False
    if operator in LESS:
        return bool(value <= target)
    return bool(value == target) if operator in EQUAL else bool(value >= target)


def score_outputs(inputs: Inputs, settings: dict[str, Any]) -> pd.DataFrame:
    """Each output and outcome with its rates, status and likelihood, one row an item.

    Adds ``is_due``, ``is_valued``, ``value`` (measured, else actual, in the target's unit), the
    rates, ``status`` (reached, on_plan, behind, missed, no_value, unit_mismatch, not_due) and
    ``likelihood`` (certain, possible, impossible, unknown) by the framework's bounds.
    """
    result = inputs.outputs.copy()
    as_of = spread(inputs.projects["as_of"], result.index)
    falls_due = result["due_on"].isna() | (result["due_on"] <= as_of)
    result["is_due"] = (falls_due | result["planned"].notna()).astype(bool)
    result["is_year_end"] = (~falls_due).astype(bool)
    planned = result["planned"].where(result["planned_unit"] == result["target_unit"], pd.NA)
    result["value"] = _values(result)
    result["is_valued"] = result["value"].notna()
    less = result["operator"].isin(LESS)
    up = completion_rate(result["value"], result["target"])
    down = completion_rate(result["target"], result["value"])
    result["completion_rate"] = down.where(less, up)
    result["planned_completion_rate"] = completion_rate(planned, result["target"]).where(~less)
    result["timeliness_rate"] = timeliness_rate(
        result["completion_rate"], result["planned_completion_rate"]
    )
    result["quality_rate"] = quality_rate(result["qualified"], result["actual"])
    result["overdue_days"] = days_between(result["due_on"], as_of)
    rows = result.reset_index().to_dict("records")
    result["status"] = pd.Series([_status(row) for row in rows], result.index, dtype="str")
    bounds = settings["likelihood"]
    chances = [_likelihood(row, bounds) for row in result.reset_index().to_dict("records")]
    result["likelihood"] = pd.Series(chances, result.index, dtype="str")
    return result


def _values(outputs: pd.DataFrame) -> pd.Series:
    """What was measured, else what was done, as far as it is in the unit of the target."""
    same = outputs["target_unit"].notna() & (outputs["measured_unit"] == outputs["target_unit"])
    measured = outputs["measured"].where(same, pd.NA)
    same = outputs["target_unit"].notna() & (outputs["actual_unit"] == outputs["target_unit"])
    actual = outputs["actual"].where(same, pd.NA)
    return measured.where(measured.notna(), actual.where(outputs["measured"].isna(), pd.NA))


def _status(row: dict[str, Any]) -> str:
    if pd.isna(row["value"]):
        numbers = not (pd.isna(row["actual"]) and pd.isna(row["measured"]))
        if numbers and not pd.isna(row["target"]):
            return "unit_mismatch"
        return "no_value" if row["is_due"] else "not_due"
    if is_reached(row["value"], row["operator"], row["target"]):
        return "reached"
    if row["is_year_end"] or (pd.isna(row["due_on"]) and not pd.isna(row["timeliness_rate"])):
        timeliness = row["timeliness_rate"]
        if pd.isna(timeliness):
            return "not_due"
        return "on_plan" if timeliness >= 1 else "behind"
    return "missed"


def _likelihood(row: dict[str, Any], bounds: dict[str, Any]) -> str:
    """How likely the year's target is reached; unknown without a value."""
    if row["status"] in ("reached", "on_plan"):
        return "certain"
    if row["status"] not in ("behind", "missed"):
        return "unknown"
    rate = row["timeliness_rate"] if row["status"] == "behind" else row["completion_rate"]
    if rate >= bounds["certain"] and row["status"] == "behind":
        return "certain"
    return "possible" if rate >= bounds["possible"] else "impossible"


def score_milestones(inputs: Inputs) -> pd.DataFrame:
    """Each step of the work plan with its days late (＋) or early (−), one row an item."""
    result = inputs.milestones.copy()
    as_of = spread(inputs.projects["as_of"], result.index)
    result["is_done"] = result["actual_on"].notna() & (result["actual_on"] <= as_of)
    until = result["actual_on"].where(result["is_done"], as_of)
    delay = days_between(result["planned_on"], until)
    result["delay_days"] = delay.where(result["is_done"] | (delay > 0))
    result["is_late"] = (result["delay_days"] > 0).fillna(False).astype(bool)
    return result


def roll_up(outputs: pd.DataFrame, column: str, kind: str, projects: pd.Index) -> pd.Series:
    """One rate a project: the mean over the due items of a kind; NA while one of them has none.

    A project with no such item due gets NA too: without evidence there is no rate.
    """
    due = outputs[outputs["is_due"] & (outputs["kind"] == kind)]
    rates = due[column]
    holes = count(rates.isna(), projects)
    number = count(rates.notna(), projects)
    sums = rates.where(rates.notna(), 0).groupby(level=0).sum().reindex(projects).astype(object)
    return divide(sums, number).where(holes == 0, pd.NA)
