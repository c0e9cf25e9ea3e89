"""Points: weights, targets that cannot fail, and values that are no measurement."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.catalogue import bound
from evalkit.checks.rows import (
    Row,
    compare,
    exceeds,
    finding,
    is_given,
    items,
    named,
    with_project,
)
from evalkit.checks.wording import versions
from evalkit.model import Evaluation
from evalkit.scoring.exact import divide
from evalkit.units import units

#: Above this share of the points one indicator decides the grade; no source gives a bound. The
#: official tables give benefits 30 of 100 points, which one indicator may carry.
CONCENTRATED = bound("score_concentration", "least_concentrated")
#: What an indicator is about that judges the schedule.
SCHEDULE = ("schedule", "timeliness")
BENEFITS = ("economic", "social", "ecological", "sustainable")


def check_score_weights(evaluation: Evaluation) -> Iterator[Row]:
    """Points do not add up to those of their level, or all of them to full points (权重不平)."""
    levels = evaluation.score_levels
    for row in items(levels, levels["points_gap"] != 0):
        yield finding(
            row["project_id"], "error", f"score_levels.{row['item']}.items_points", "points",
            row["points"], row["items_points"], level=(row["name"], "text"), variant="level",
        )  # fmt: skip
    totals = evaluation.totals
    for row in items(totals, totals["weights_gap"] != 0):
        yield finding(
            row["project_id"], "error", "full_points", "points",
            row["framework_points"], row["full_points"],
        )  # fmt: skip


def check_score_least_weight(evaluation: Evaluation) -> Iterator[Row]:
    """Levels that must have a share of the points have less (产出、效益权重不足)."""
    levels = evaluation.framework.levels
    for rule in evaluation.framework.settings["weight_rules"]:
        mine = evaluation.score_levels
        mine = mine[mine.index.get_level_values(1).isin(rule["levels"])]
        given = mine["points"].groupby(level=0, sort=False).sum()
        for project_id, points in given.items():
            least = rule["at_least"] * evaluation.totals.at[project_id, "full_points"]
            if points < least:
                names = [levels.at[code, "name"] for code in rule["levels"]]
                yield finding(
                    str(project_id), "error", "full_points", "points", least, points,
                    levels=(names, "texts"), least=(rule["at_least"], "rate"),
                )  # fmt: skip


def check_score_concentration(evaluation: Evaluation) -> Iterator[Row]:
    """One indicator of the project carries a large part of all points (权重过于集中)."""
    scores = with_project(evaluation.scores, evaluation.totals[["full_points"]])
    for row in items(scores, scores["is_own"].astype(bool) & scores["rule"].notna()):
        share = divide(row["points"], row["full_points"])
        if is_given(share) and share > CONCENTRATED:
            yield finding(
                row["project_id"], "warning", f"scores.{row['item']}.points", "rate",
                CONCENTRATED, share,
                indicator=(row["name"], "text"), points=(row["points"], "points"),
            )  # fmt: skip


def check_score_schedule(evaluation: Evaluation) -> Iterator[Row]:
    """A step came late and an indicator of the schedule is stated at full points (进度满分).

    An output counts where its dimension is timeliness and its name is that of a late step.
    """
    steps: dict[str, list[Row]] = {}
    for step in items(evaluation.milestones, evaluation.milestones["is_late"]):
        steps.setdefault(step["project_id"], []).append(step)
    scores = evaluation.scores
    for row in items(scores, compare(scores["stated_score"], scores["points"], _is_full)):
        late = steps.get(row["project_id"], [])
        mine = [step for step in late if _is_about(evaluation, row, step)]
        if mine:
            latest = max(mine, key=lambda step: step["delay_days"])
            yield finding(
                row["project_id"], "warning", f"scores.{row['item']}.stated_score", "points",
                pd.NA, Fraction(row["stated_score"]), indicator=(row["name"], "text"),
                milestone=named(latest), days=(latest["delay_days"], "days"),
            )  # fmt: skip


def _is_full(stated: Any, points: Any) -> bool:
    """Whether all points are stated, and there are any."""
    return bool(stated == points > 0)


def _is_about(evaluation: Evaluation, row: Row, step: Row) -> bool:
    """Whether an indicator tells of the schedule, or an output of this very step."""
    if not row["is_own"]:
        about = evaluation.framework.indicators["about"].get(row["item"], "")
        return about in SCHEDULE and not is_given(row["rate"])
    dimension = evaluation.inputs.outputs["dimension"][row["project_id"], row["item"]]
    is_timely = is_given(dimension) and dimension == "timeliness"
    names = [(output, late) for output in versions(row["name"]) for late in versions(step["name"])]
    return is_timely and any(late in output for output, late in names)


def check_score_loose_cap(evaluation: Evaluation) -> Iterator[Row]:
    """A cap on cost lies above all the money there is: it can never bind (成本上限过松).

    A cap was set at the start of the year: what was taken back since does not make it a loose one.
    """
    known = (evaluation.execution[["budget_amount", "initial_amount"]],
             evaluation.headcount[["heads_count", "budget_head_amount"]])  # fmt: skip
    outputs = with_project(evaluation.outputs, *known)
    money = units()["money"]
    is_cap = (outputs["operator"] == "<=") & outputs["target_unit"].isin(list(money))
    for row in items(outputs, is_cap & outputs["target"].notna()):
        cap, budget = row["target"] * money[row["target_unit"]], _most(row)
        is_cost = is_given(row["dimension"]) and row["dimension"] == "cost"
        if not is_given(budget) or cap <= budget or not is_cost:
            continue
        heads = row["heads_count"]
        by_head = divide(Fraction(cap), heads) if is_given(heads) else pd.NA
        yield finding(
            row["project_id"], "warning", f"outputs.{row['item']}.target", "amount",
            budget, Fraction(cap),
            output=(row["name"], "text"), share=(divide(budget, Fraction(cap)), "rate"),
            heads=(heads, "count"), cap_head_amount=(by_head, "amount"),
            budget_head_amount=(row["budget_head_amount"], "amount"),
            variant="heads" if is_given(by_head) else "",
        )  # fmt: skip


def _most(row: Row) -> Any:
    """The larger one of the initial and the adjusted budget; missing where both are."""
    known = [row[name] for name in ("initial_amount", "budget_amount") if is_given(row[name])]
    return max(known, default=pd.NA)


def check_score_bound(evaluation: Evaluation) -> Iterator[Row]:
    """What was reached is given as a bound: the target copied, and no measurement (未填实际值)."""
    outputs = evaluation.outputs
    for row in items(outputs, outputs["actual_operator"].notna() & outputs["actual"].notna()):
        is_copied = is_given(row["target"]) and row["actual"] == row["target"]
        same = is_copied and row["actual_operator"] == row["operator"]
        yield finding(
            row["project_id"], "warning", f"outputs.{row['item']}.actual", "text",
            output=(row["name"], "text"),
            operator=(f"signs.{row['actual_operator']}", "term"),
            bound=(row["actual"], row["actual_unit"]),
            variant="copied" if same else "",
        )  # fmt: skip


def check_score_no_benefit(evaluation: Evaluation) -> Iterator[Row]:
    """No indicator of benefit beside outputs and satisfaction (缺少效益指标)."""
    own = evaluation.framework.settings["own"]
    asked = [name for name in BENEFITS if name in own.get("levels", {})] if own else []
    scores = evaluation.scores
    if not asked or scores.empty:
        return
    hosts = {own["levels"][name] for name in asked}
    levels = evaluation.framework.levels
    mine = scores["is_own"].astype(bool) & scores["rule"].notna()
    for project_id, some in scores[mine].groupby(level=0, sort=False):
        if not hosts & set(some["level"]):
            first = own["levels"][asked[0]]
            name: Any = levels.at[levels.at[first, "parent"] or first, "name"]
            yield finding(
                str(project_id), "warning", name, "text",
                level=(name, "text"), number=(len(some), "count"),
            )  # fmt: skip


def check_score_far_above(evaluation: Evaluation) -> Iterator[Row]:
    """A target was exceeded by far and its cause is not examined (明显超出目标值)."""
    above = evaluation.framework.settings["over"].get("above")
    if above is None:
        return
    outputs = evaluation.outputs
    limit = pd.Series(above, outputs.index, dtype="object")
    far = exceeds(outputs["completion_rate"], limit) & (outputs["operator"] == ">=")
    far &= exceeds(outputs["target"], pd.Series(0, outputs.index, dtype="object"))
    for row in items(outputs, far & ~outputs["is_target_too_low"].fillna(False).astype(bool)):
        yield finding(
            row["project_id"], "warning", f"outputs.{row['item']}.completion_rate", "rate",
            above, row["completion_rate"],
            output=(row["name"], "text"), value=(row["value"], row["target_unit"]),
            target=(row["target"], row["target_unit"]),
        )  # fmt: skip


def check_score_no_dimension(evaluation: Evaluation) -> Iterator[Row]:
    """An output names no kind of indicator, so that no level gives it points (未列指标类别)."""
    own = evaluation.framework.settings["own"]
    if not own or not evaluation.framework.is_scored or len(own["levels"]) < len(BENEFITS) + 2:
        return
    outputs = evaluation.outputs
    for row in items(outputs, outputs["dimension"].isna()):
        yield finding(
            row["project_id"], "warning", f"outputs.{row['item']}.name", "text",
            output=(row["name"], "text"),
        )  # fmt: skip


def check_score_tier(evaluation: Evaluation) -> Iterator[Row]:
    """The share that was given lies outside of its tier (档内得分率超出该档范围)."""
    scores, rules = evaluation.scores, evaluation.framework.settings["rules"]
    for row in items(scores, scores["tier"].notna() & scores["tier_rate"].notna()):
        bounds = rules.get(row["rule"], {}).get("tiers", {}).get(row["tier"])
        if bounds is None:
            continue
        top = bounds.get("at_most", bounds.get("below"))
        share = row["tier_rate"]
        if share < bounds["at_least"] or share > top or (share == top and "below" in bounds):
            yield finding(
                row["project_id"], "error", f"scores.{row['item']}.tier_rate", "rate",
                pd.NA, share, indicator=(row["name"], "text"),
                lowest=(bounds["at_least"], "rate"), highest=(top, "rate"),
            )  # fmt: skip
