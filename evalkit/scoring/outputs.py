"""Outputs and outcomes against their targets (产出、效果): completion, timeliness, quality.

A value counts only in the unit of its target. An activity in the place of a value ("assessed every
second month") is no value; it is never taken for 100%.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from evalkit.model import Inputs
from evalkit.scoring.exact import (
    choose,
    constant_where,
    count,
    days_between,
    divide,
    lesser,
    plain,
    spread,
    total,
)
from evalkit.scoring.likelihood import with_likelihood
from evalkit.scoring.points import is_missing, weighted_mean
from evalkit.units import units

MORE, LESS, EQUAL, RANGE = (">=", "≥"), ("<=", "≤"), ("=",), ("range",)


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


def is_reached(value: Any, operator: str, target: Any, end: Any = pd.NA) -> bool:
    """Whether a value meets its target (是否达标); a missing one does not.

    A range ends at ``end``.

    >>> is_reached(97, ">=", 90), is_reached(97, "<=", 90), is_reached(pd.NA, "=", 1)
    (True, False, False)
    """
    if pd.isna(value) or pd.isna(target):
        return False
    if operator in RANGE:
        return bool(not pd.isna(end) and target <= value <= end)
    if operator in LESS:
        return bool(value <= target)
    return bool(value == target) if operator in EQUAL else bool(value >= target)


def score_outputs(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Each output and outcome with its rates, status and likelihood (产出和效果), one row an item.

    Adds ``is_due``, ``is_valued``, ``value`` (measured, else actual, in the target's unit), the
    rates, ``status`` (reached, on_plan, behind, missed, judged, no_value, unit_mismatch, not_due)
    and ``likelihood`` (certain, possible, impossible, unknown) by the framework's bounds. A target
    in words that was judged on evidence is ``judged``; a bound that meets its target is reached.

    >>> from evalkit.model import inputs_of
    >>> heads = {"target": 340, "target_unit": "人", "actual": 340, "actual_unit": "人"}
    >>> rows = {"projects": [{"project_id": "p", "as_of": pd.Timestamp("2018-08-31")}],
    ...         "outputs": [{"project_id": "p", "item": "staff", "operator": "="} | heads]}
    >>> score_outputs(inputs_of(rows), {"likelihood": {}})["status"].tolist()
    ['reached']
    """
    return with_likelihood(rate_outputs(inputs), settings)


def rate_outputs(inputs: Inputs) -> pd.DataFrame:
    """What ``score_outputs`` adds that no framework has a say in (完成情况).

    >>> from evalkit.model import inputs_of
    >>> share = {"target": 90, "target_unit": "%", "actual": 90, "actual_unit": "%"}
    >>> bound = {"item": "o", "operator": ">=", "actual_operator": ">="} | share
    >>> rows = {"projects": [{"project_id": "p", "as_of": pd.Timestamp("2018-08-31")}],
    ...         "outputs": [{"project_id": "p"} | bound]}
    >>> rate_outputs(inputs_of(rows))[["status", "is_valued"]].values.tolist()
    [['reached', False]]
    """
    result = inputs.outputs.copy()
    as_of = spread(inputs.projects["as_of"], result.index)
    falls_due = result["due_on"].isna() | (result["due_on"] <= as_of)
    result["is_due"] = (falls_due | result["planned"].notna()).astype(bool)
    result["is_year_end"] = (~falls_due).astype(bool)
    result["value"], result["value_way"] = choose(
        measured=_in_target_unit(result, "measured"),
        actual=_in_target_unit(result, "actual").where(
            result["measured"].isna() & result["actual_operator"].isna(), pd.NA
        ),
        parts=score_parts(inputs.parts, result),
    )
    result["is_valued"] = result["value"].notna()
    _add_rates(result)
    result["overdue_days"] = days_between(result["due_on"], as_of)
    rows: list[Any] = result.reset_index().to_dict("records")
    result["status"] = pd.Series([_status(row) for row in rows], result.index, dtype="str")
    return result


def _in_target_unit(outputs: pd.DataFrame, column: str) -> Any:
    """A value as far as it is in the unit of the target."""
    unit = outputs["target_unit"]
    return plain(outputs[column]).where(unit.notna() & (outputs[f"{column}_unit"] == unit), pd.NA)


def score_parts(parts: pd.DataFrame, outputs: pd.DataFrame) -> Any:
    """What the parts of each output come to (分项汇总): values add, ratios are weighted by money.

    Parts in another unit than the target's, or ratios without money, come to nothing.

    >>> from evalkit.model import frame
    >>> part = {"project_id": "p", "output": "meals", "part_unit": "份"}
    >>> parts = frame("parts", [part | {"item": item, "part": 20} for item in ("east", "west")])
    >>> outputs = frame("outputs", [{"project_id": "p", "item": "meals", "target_unit": "份"}])
    >>> score_parts(parts, outputs).tolist()
    [40]
    """
    target_units = dict(zip(outputs.index, outputs["target_unit"], strict=True))
    gathered: dict[tuple[str, str], list[tuple[Any, Any, Any]]] = {}
    rows = zip(parts.index.get_level_values(0), parts["output"], parts["part"],
               parts["part_unit"], parts["part_amount"], strict=True)  # fmt: skip
    for project, output, value, unit, amount in rows:
        gathered.setdefault((project, output), []).append((value, unit, amount))
    found = {}
    for key, mine in gathered.items():
        values, kinds, amounts = zip(*mine, strict=True)
        if {*kinds} == {target_units.get(key)}:
            is_ratio = kinds[0] in units()["rate"]
            found[key] = weighted_mean(values, amounts) if is_ratio else sum(values)
    values_of = [found.get(key, pd.NA) for key in outputs.index]
    return pd.Series(values_of, outputs.index, dtype="object")


def _add_rates(result: pd.DataFrame) -> None:
    """Completion, planned completion, timeliness, quality.

    Where less is better, the rates are turned round, and once more where the target is below zero:
    growth of at most −5% is a fall of at least 5%. A target that is reached although there is no
    proportion (no complaint at all; growth of at most 5%, and it fell) is reached in full.
    """
    value, target, end = result["value"], result["target"], result["target_to"]
    planned = _in_target_unit(result, "planned")
    is_range = result["operator"].isin(RANGE)
    zero = pd.Series(0, result.index, dtype="object")
    is_less = result["operator"].isin(LESS) ^ exceeds(zero, target)
    is_reached = reached(value, result["operator"], target, end)
    beyond = is_range & exceeds(value, end)
    is_opposite = is_reached & (exceeds(zero, value) ^ exceeds(zero, target))
    more = completion_rate(value, target).where(~is_less & ~beyond, pd.NA)
    less = completion_rate(target, value).where(is_less & ~beyond & ~is_opposite, pd.NA)
    result["completion_rate"], result["completion_rate_way"] = choose(
        within=constant_where(is_range & is_reached, 1),
        beyond=completion_rate(end, value).where(beyond & ~exceeds(zero, end), pd.NA),
        more_is_better=more,
        less_is_better=less,
        reached=constant_where(is_reached, 1),
    )
    way = choose(
        more_is_better=completion_rate(planned, target).where(~is_less, pd.NA),
        less_is_better=completion_rate(target, planned).where(is_less, pd.NA),
    )
    result["planned_completion_rate"], result["planned_completion_rate_way"] = way
    result["completion_gap"] = result["completion_rate"] - result["planned_completion_rate"]
    result["timeliness_rate"] = timeliness_rate(
        result["completion_rate"], result["planned_completion_rate"]
    )
    result["quality_rate"] = quality_rate(result["qualified"], result["actual"])
    result["is_reached"] = is_reached


def exceeds(values: pd.Series, ends: pd.Series) -> Any:
    """Where each value is known to lie above the end of its range (超出区间).

    >>> exceeds(pd.Series([5, 7, pd.NA]), pd.Series([6, 6, 6])).tolist()
    [False, True, False]
    """
    pairs = zip(values, ends, strict=True)
    above = [not pd.isna(v) and not pd.isna(end) and v > end for v, end in pairs]
    return pd.Series(above, values.index, dtype="bool")


def reached(
    values: pd.Series, operators: pd.Series, targets: pd.Series, ends: pd.Series | None = None
) -> Any:
    """Whether each value meets its target (达到目标值), a Series of truth values.

    >>> reached(pd.Series([97, 97]), pd.Series([">=", "<="]), pd.Series([90, 90])).tolist()
    [True, False]
    """
    bounds = [pd.NA] * len(values) if ends is None else ends
    rows = zip(values, operators, targets, bounds, strict=True)
    return pd.Series([is_reached(*row) for row in rows], values.index, dtype="bool")


def _status(row: dict[str, Any]) -> str:
    if pd.isna(row["value"]) and pd.notna(row["actual_operator"]):
        return "reached" if _is_met_by_bound(row) else "no_value"
    if pd.isna(row["value"]):
        has_numbers = not (pd.isna(row["actual"]) and pd.isna(row["measured"]))
        if has_numbers and not pd.isna(row["target"]):
            return "unit_mismatch"
        if _is_judged(row):
            return "judged"
        return "no_value" if row["is_due"] else "not_due"
    is_less, timeliness = row["operator"] in LESS, row["timeliness_rate"]
    # What may not exceed a limit has kept it only when its time is over.
    if row["is_reached"] and not (is_less and row["is_year_end"]):
        return "reached"
    if row["is_year_end"] or (pd.isna(row["due_on"]) and not is_less):
        if pd.notna(timeliness):
            return "on_plan" if timeliness >= 1 else "behind"
        if is_less:
            return "on_plan" if row["is_reached"] else "behind"
        return "not_due" if row["is_year_end"] else "missed"
    return "missed"


def _is_met_by_bound(row: dict[str, Any]) -> bool:
    """Whether the target is met whatever the value is of which a bound is given ("≥90%")."""
    sign, operator = row["actual_operator"], row["operator"]
    if pd.isna(row["actual"]) or pd.isna(row["target"]) or row["actual_unit"] != row["target_unit"]:
        return False
    alike = (sign in MORE and operator in MORE) or (sign in LESS and operator in LESS)
    return alike and is_reached(row["actual"], operator, row["target"])


def _is_judged(row: dict[str, Any]) -> bool:
    """Whether a target in words was judged, by a tier or a score, on evidence."""
    is_told = not (is_missing(row["evidence"]) and is_missing(row["actual_text"]))
    is_given = not (is_missing(row["tier"]) and is_missing(row["given_score"]))
    return pd.isna(row["target"]) and is_told and is_given


def roll_up(outputs: pd.DataFrame, column: str, projects: pd.Index, rule: Mapping[str, Any]) -> Any:
    """One rate a project: the mean over the due items of a kind (平均); NA while one has none.

    ``rule`` is the framework's ``roll_up``: the ``kind`` of the items, and ``at_most``: what one
    does beyond its plan does not make up for another. A project with no such item due gets NA too:
    without evidence there is no rate.

    >>> index = pd.MultiIndex.from_tuples([("p", "a"), ("p", "b")])
    >>> items = {"is_due": True, "kind": "output", "completion_rate": [2, divide(1, 2)]}
    >>> rule = {"kind": "output", "at_most": 1}
    >>> roll_up(pd.DataFrame(items, index), "completion_rate", pd.Index(["p"]), rule).tolist()
    [Fraction(3, 4)]
    """
    due = outputs[outputs["is_due"] & (outputs["kind"] == rule["kind"])]
    rates = lesser(due[column], rule["at_most"])
    return divide(total(rates, projects), count(due["is_due"], projects))
