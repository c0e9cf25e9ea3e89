"""Points: weights, stated scores, targets that cannot fail, and values that are no measurement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.checks.declared import slips_of
from evalkit.checks.rounding import MOST_DECIMALS, is_rounded
from evalkit.checks.rows import Row, differ, exceeds, finding, is_given, items, with_project
from evalkit.model import Evaluation
from evalkit.scoring.exact import divide
from evalkit.units import units

#: From this share of the points on, one indicator decides the grade; no source gives a bound.
CONCENTRATED = Fraction(3, 10)
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
        if is_given(share) and share >= CONCENTRATED:
            yield finding(
                row["project_id"], "warning", f"scores.{row['item']}.points", "rate",
                CONCENTRATED, share,
                indicator=(row["name"], "text"), points=(row["points"], "points"),
            )  # fmt: skip


def check_score_item(evaluation: Evaluation) -> Iterator[Row]:
    """The stated score of an indicator is not what its rule gives (得分与规则不符)."""
    scores = evaluation.scores
    steps = score_steps(evaluation)
    for row in items(scores, scores["stated_score"].notna()):
        step = steps[row["project_id"]]
        stated = Fraction(row["stated_score"])
        named: Any = {"indicator": (row["name"], "text"), "points": (row["points"], "points")}
        where = f"scores.{row['item']}.stated_score"
        if stated > row["points"]:
            yield finding(row["project_id"], "error", where, "points", row["points"], stated,
                          variant="above", **named)  # fmt: skip
        elif row["status"] == "scored" and not is_rounded(stated, row["score"], step):
            why = slips_of(evaluation, row["project_id"], f"scores.{row['item']}.score",
                           row["score"], stated, "points", step=step)  # fmt: skip
            yield finding(row["project_id"], "error", where, "points", row["score"], stated,
                          **named, **why)  # fmt: skip
        elif row["status"] == "cannot_be_evaluated":
            yield from _out_of_reach(row, where, stated, named)


def score_steps(evaluation: Evaluation) -> dict[str, Fraction]:
    """How finely each project states its scores: where one has two decimals, all have (末位)."""
    totals = evaluation.totals["stated_total_score"]
    stated = [*evaluation.scores["stated_score"].dropna().items(), *totals.dropna().items()]
    finest: dict[str, Fraction] = {}
    for key, score in stated:
        project = str(key[0] if isinstance(key, tuple) else key)
        finest[project] = min(finest.get(project, Fraction(1)), _step(Fraction(score)))
    return finest


def _step(score: Fraction) -> Fraction:
    places = (each for each in range(MOST_DECIMALS) if (score * 10**each).denominator == 1)
    return Fraction(1, 10 ** next(places, MOST_DECIMALS))


def _out_of_reach(
    row: Row, where: str, stated: Fraction, named: Mapping[str, Any], total: str = ""
) -> Iterator[Row]:
    """A stated score of what cannot be decided: outside of what is within reach, or unsupported."""
    lowest, highest = row[f"lowest{total}_score"], row[f"highest{total}_score"]
    outside = not lowest <= stated <= highest
    yield finding(
        row["project_id"], "error" if outside else "warning", where, "points", pd.NA, stated,
        lowest=(lowest, "points"), highest=(highest, "points"),
        variant="outside" if outside else "unsupported", **named,
    )  # fmt: skip


def check_score_sum(evaluation: Evaluation) -> Iterator[Row]:
    """The stated scores do not add up to the stated total (自评总分不等于各项得分之和)."""
    scores = evaluation.scores[evaluation.scores["status"] != "not_applicable"]
    totals, steps = evaluation.totals, score_steps(evaluation)
    for key, mine in scores["stated_score"].groupby(level=0, sort=False):
        project = str(key)
        total: Any = totals.at[project, "stated_total_score"]
        exact = totals.at[project, "rebased_score"]
        if not is_given(total) or mine.isna().any() or sum(mine) == total:
            continue
        # Parts that were rounded need not add up to a total that was rounded once.
        if (
            is_given(exact)
            and is_rounded(total, exact, steps[project])
            and not all(is_exact_score(row) for row in items(scores.loc[[key]]))
        ):
            continue
        rows = [f"scores.{item}.stated_score" for item in mine.index.get_level_values(1)]
        why = slips_of(evaluation, project, "total_score", Fraction(sum(mine)), total,
                       "points", rows, steps[project])  # fmt: skip
        yield finding(
            project, "error", "stated_total_score", "points",
            Fraction(sum(mine)), Fraction(total), **why,
        )  # fmt: skip


def is_exact_score(row: Row) -> bool:
    """Whether a stated score is the computed one, with nothing rounded away."""
    return bool(is_given(row["score"]) and row["stated_score"] == row["score"])


def check_score_total(evaluation: Evaluation) -> Iterator[Row]:
    """The stated total is not the computed one, or lies out of reach (自评总分不符)."""
    totals, steps = evaluation.totals, score_steps(evaluation)
    summed = {str(key): (sum(mine), len(mine)) for key, mine in
              evaluation.scores["stated_score"].dropna().groupby(level=0, sort=False)}  # fmt: skip
    for row in items(totals, totals["stated_total_score"].notna()):
        project, stated = row["project_id"], Fraction(row["stated_total_score"])
        added, pieces = summed.get(project, (pd.NA, 0))
        if is_given(row["rebased_score"]):
            step = steps[project]
            is_right = is_rounded(stated, row["rebased_score"], step)
            is_right |= is_rounded(stated, row["total_score"], step)
            # Or the sum of scores that had been rounded.
            is_right |= (
                is_given(added)
                and added == stated
                and is_rounded(stated, row["total_score"], step * (pieces + 1))
            )
            if not is_right:
                why = slips_of(evaluation, project, "rebased_score", row["rebased_score"], stated,
                               "points", step=step)  # fmt: skip
                yield finding(project, "error", "stated_total_score", "points",
                              row["rebased_score"], stated, **why)  # fmt: skip
        else:
            yield from _out_of_reach(row, "stated_total_score", stated, {}, "_rebased")


def check_score_grade(evaluation: Evaluation) -> Iterator[Row]:
    """The stated grade is not that of the total (自评等级不符)."""
    totals, labels = evaluation.totals, evaluation.framework.labels
    for row in items(totals, differ(totals["total_grade"], totals["stated_total_grade"])):
        yield finding(
            row["project_id"], "error", "stated_total_grade", "text",
            labels[row["total_grade"]], labels[row["stated_total_grade"]],
            score=(row["rebased_score"], "points"),
        )  # fmt: skip


def check_score_rounding(evaluation: Evaluation) -> Iterator[Row]:
    """A rounded total would have another grade (四舍五入会改变等级)."""
    totals, labels = evaluation.totals, evaluation.framework.labels
    for row in items(totals, totals["rounded_grade"].notna()):
        yield finding(
            row["project_id"], "note", "total_grade", "text",
            labels[row["total_grade"]], labels[row["rounded_grade"]],
            score=(row["rebased_score"], "points"),
        )  # fmt: skip


def check_score_loose_cap(evaluation: Evaluation) -> Iterator[Row]:
    """A cap on cost lies above all the money there is: it can never bind (成本上限过松)."""
    known = (evaluation.execution[["budget_amount"]],
             evaluation.headcount[["heads_count", "budget_head_amount"]])  # fmt: skip
    outputs = with_project(evaluation.outputs, *known)
    money = units()["money"]
    is_cap = (outputs["operator"] == "<=") & outputs["target_unit"].isin(list(money))
    for row in items(outputs, is_cap & outputs["target"].notna()):
        cap, budget = row["target"] * money[row["target_unit"]], row["budget_amount"]
        if not is_given(budget) or cap <= budget or row["dimension"] != "cost":
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
