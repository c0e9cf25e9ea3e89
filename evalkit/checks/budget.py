"""The budget's own arithmetic: heads, products, totals, sources of money, growth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evalkit.catalogue import bound
from evalkit.checks.declared import slips_of
from evalkit.checks.rounding import (
    is_above,
    is_rounded,
    room_of,
    stated_steps,
    steps,
    with_step,
)
from evalkit.checks.rows import (
    Row,
    compare,
    differ,
    exceeds,
    finding,
    is_given,
    items,
    named,
    with_project,
)
from evalkit.model import Evaluation
from evalkit.scoring.exact import count, total

#: Less than this share unspent is the common remainder of any year; no source gives a bound.
UNSPENT_RATE = bound("budget_growth", "least_unspent")


def check_per_head_quantity(evaluation: Evaluation) -> Iterator[Row]:
    """A line that is paid per head has another quantity than there are heads (人数不一致)."""
    lines = with_project(evaluation.lines, evaluation.headcount)
    off = differ(lines["quantity"], lines["approved_count"])
    off &= differ(lines["quantity"], lines["heads_count"])
    for line in items(lines, off & lines["is_per_head"]):
        heads, quantity = line["heads_count"], line["quantity"]
        cost = line["unit_cost_amount"] if is_given(line["unit_cost_amount"]) else None
        counted = "approved_count" if heads == line["approved_count"] else "filled_count"
        rows = _rows(evaluation.inputs.posts, line["project_id"], "posts", counted)
        why = slips_of(
            evaluation, line["project_id"], counted, heads, quantity, "count", rows
        )  # fmt: skip
        yield finding(
            line["project_id"], "error", f"lines.{line['item']}.quantity", "count",
            heads, quantity,
            line=named(line),
            missing=(abs(heads - quantity), "count"),
            declared=(line["declared_amount"], "amount"),
            corrected=(cost and cost * heads, "amount"),
            effect=(cost and cost * (heads - quantity), "amount"),
            variant="count" if cost is None else "", **why,
        )  # fmt: skip


def check_line_arithmetic(evaluation: Evaluation) -> Iterator[Row]:
    """Quantity × unit cost is not the declared amount, rounding aside (数量乘单价不符)."""
    lines = with_step(evaluation.lines, evaluation.inputs)
    off = lines["unit_cost_amount"].notna() & differ(
        lines["declared_amount"], lines["recomputed_amount"]
    )
    for line in items(lines, off):
        declared, exact = line["declared_amount"], line["recomputed_amount"]
        if not is_rounded(declared, exact, line["step"]):
            yield finding(
                line["project_id"], "error", f"lines.{line['item']}.declared_amount", "amount",
                exact, declared,
                line=named(line),
                quantity=(line["quantity"], "quantity"),
                unit_cost=(line["unit_cost_amount"], "amount"),
                **slips_of(evaluation, line["project_id"],
                           f"lines.{line['item']}.recomputed_amount", exact, declared,
                           step=line["step"]),
            )  # fmt: skip


def _rows(table: pd.DataFrame, project_id: str, frame: str, column: str) -> list[str]:
    """The facts of a column of a project's items."""
    mine = table.index[table.index.get_level_values(0) == project_id]
    return [f"{frame}.{item}.{column}" for item in mine.get_level_values(1)]


def _sum_slips(
    evaluation: Evaluation, project_id: str, figures: str, added: Any, whole: Any
) -> Row:
    """What explains that rows (``frame.column``) do not add up to a whole."""
    frame, column = figures.split(".")
    rows = _rows(getattr(evaluation.inputs, frame), project_id, frame, column)
    step = stated_steps(evaluation.inputs)[project_id]
    return slips_of(evaluation, project_id, f"{frame}.{column}", added, whole, rows=rows, step=step)


def check_lines_total(evaluation: Evaluation) -> Iterator[Row]:
    """The lines do not add up to the approved budget (预算内容合计与预算不符)."""
    lines = with_step(evaluation.lines, evaluation.inputs)
    exact = ~differ(lines["declared_amount"], lines["recomputed_amount"])
    exact &= lines["unit_cost_amount"].notna()
    rounded = count(~exact, evaluation.inputs.projects.index).astype(object)
    sums = evaluation.headcount.join(evaluation.execution["initial_amount"])
    sums["room"] = room_of(rounded, steps(lines["declared_amount"], evaluation.inputs))
    off = compare(sums["lines_gap"], sums["room"], lambda gap, room: abs(gap) >= room)
    for row in items(sums, off & differ(sums["initial_amount"], sums["declared_total_amount"])):
        yield finding(
            row["project_id"], "error", "declared_total_amount", "amount",
            row["initial_amount"], row["declared_total_amount"],
            **_sum_slips(evaluation, row["project_id"], "lines.declared_amount",
                         row["declared_total_amount"], row["initial_amount"]),
        )  # fmt: skip


def check_funding_total(evaluation: Evaluation) -> Iterator[Row]:
    """The sources of money do not add up to the budget (资金构成与预算不符).

    They may add up to the budget as approved or as adjusted: both are in use.
    """
    sums = evaluation.execution
    off = _beyond(evaluation, "budget_amount", sums["funding_amount"], sums["budget_amount"])
    off &= _beyond(evaluation, "budget_amount", sums["funding_amount"], sums["initial_amount"])
    for row in items(sums, off):
        yield finding(
            row["project_id"], "error", "funding_amount", "amount",
            row["budget_amount"], row["funding_amount"],
            **_sum_slips(evaluation, row["project_id"], "funding.budget_amount",
                         row["funding_amount"], row["budget_amount"]),
        )  # fmt: skip


def _beyond(evaluation: Evaluation, column: str, added: pd.Series, whole: pd.Series) -> pd.Series:
    """Where the sources do not add up to a whole, by more than the rounding of all explains."""
    funding = evaluation.inputs.funding
    pieces = count(funding[column].notna(), added.index).astype(object)
    room = room_of(pieces, stated_steps(evaluation.inputs))
    gaps = added.astype(object) - whole.astype(object)
    return compare(gaps, room, lambda gap, room: abs(gap) >= room)


def check_funding_executed(evaluation: Evaluation) -> Iterator[Row]:
    """What was spent from each source does not add up to what was spent (分来源执行数不符)."""
    funding = evaluation.inputs.funding
    over = is_above(funding["executed_amount"], funding["budget_amount"], evaluation.inputs)
    for row in items(funding, over):
        yield finding(
            row["project_id"], "error", f"funding.{row['item']}.executed_amount", "amount",
            row["budget_amount"], row["executed_amount"], source=named(row), variant="above_plan",
        )  # fmt: skip
    sums = evaluation.execution
    added, executed = sums["funding_executed_amount"], sums["executed_amount"]
    for row in items(sums, _beyond(evaluation, "executed_amount", added, executed)):
        yield finding(
            row["project_id"], "error", "funding_executed_amount", "amount",
            row["executed_amount"], row["funding_executed_amount"],
            **_sum_slips(evaluation, row["project_id"], "funding.executed_amount",
                         row["funding_executed_amount"], row["executed_amount"]),
        )  # fmt: skip


def check_stated_executed(evaluation: Evaluation) -> Iterator[Row]:
    """The stated amount executed is not what the payments add up to (执行金额与支付明细不符)."""
    payments = evaluation.inputs.payments
    sums = evaluation.execution
    gaps = sums["stated_executed_amount"].astype(object) - sums["executed_amount"]
    off = compare(gaps, stated_steps(evaluation.inputs), lambda gap, step: 2 * abs(gap) > step)
    # Without amounts that say how finely it states them, a project states them exactly.
    off |= (gaps.notna() & (gaps != 0)) & stated_steps(evaluation.inputs).isna()
    for row in items(sums, off & (sums["executed_amount_way"] == "payments")):
        made = payments["paid_on"] <= pd.Timestamp(row["as_of"])
        yield finding(
            row["project_id"], "error", "stated_executed_amount", "amount",
            row["executed_amount"], row["stated_executed_amount"],
            **slips_of(evaluation, row["project_id"], "executed_amount", row["executed_amount"],
                       row["stated_executed_amount"],
                       rows=_rows(payments[made], row["project_id"], "payments", "amount")),
        )  # fmt: skip


def check_received(evaluation: Evaluation) -> Iterator[Row]:
    """More money came in than a source was to give, or more was spent than came in (到位资金)."""
    funding = evaluation.inputs.funding
    over = is_above(funding["received_amount"], funding["budget_amount"], evaluation.inputs)
    for row in items(funding, over):
        yield finding(
            row["project_id"], "warning", f"funding.{row['item']}.received_amount", "amount",
            row["budget_amount"], row["received_amount"],
            source=named(row), variant="above_plan",
        )  # fmt: skip
    sums = evaluation.execution
    over = is_above(sums["executed_amount"], sums["received_amount"], evaluation.inputs)
    for row in items(sums, over):
        yield finding(
            row["project_id"], "error", "received_amount", "amount",
            row["received_amount"], row["executed_amount"], variant="spent",
        )  # fmt: skip


def check_executed_above_budget(evaluation: Evaluation) -> Iterator[Row]:
    """More was spent than the budget gives (超预算执行)."""
    sums = evaluation.execution
    over = is_above(sums["executed_amount"], sums["budget_amount"], evaluation.inputs)
    for row in items(sums, over):
        yield finding(
            row["project_id"], "error", "executed_amount", "amount",
            row["budget_amount"], row["executed_amount"],
        )  # fmt: skip


def check_budget_growth(evaluation: Evaluation) -> Iterator[Row]:
    """The budget grew although the year before was not spent (上年有结余而预算增长)."""
    years = evaluation.execution
    unspent = compare(years["last_execution_rate"], 1 - UNSPENT_RATE, lambda a, b: a <= b)
    grown = exceeds(years["initial_amount"], years["last_budget_amount"])
    for row in items(years, unspent & grown):
        yield finding(
            row["project_id"], "warning", "budget_growth_amount", "amount",
            row["last_budget_amount"], row["initial_amount"],
        )  # fmt: skip


def check_line_execution_unknown(evaluation: Evaluation) -> Iterator[Row]:
    """Several lines and one figure for what was spent: execution by line is unknown."""
    projects = evaluation.inputs.projects.index
    lines = evaluation.lines
    several = count(lines["declared_amount"].notna(), projects) > 1
    unknown = count(lines["line_executed_amount"].isna(), projects)
    spent = compare(evaluation.execution["executed_amount"], 0, lambda a, b: a > b)
    table = evaluation.execution.assign(unknown=unknown.astype(object))
    for row in items(table, several & (unknown > 0) & spent):
        yield finding(
            row["project_id"], "note", "executed_amount",
            unknown=(row["unknown"], "count"),
        )  # fmt: skip


def check_line_execution_total(evaluation: Evaluation) -> Iterator[Row]:
    """What was spent by line does not add up to what was spent (各项支付合计与执行金额不符)."""
    lines = evaluation.lines
    amounts = lines["line_executed_amount"].astype(object)
    sums = evaluation.execution[["executed_amount"]].copy()
    sums["by_line"] = total(amounts, sums.index)
    pieces = count(amounts.notna(), sums.index).astype(object)
    sums["room"] = room_of(pieces, steps(amounts, evaluation.inputs))
    gaps = sums["by_line"] - sums["executed_amount"]
    off = compare(gaps, sums["room"], lambda gap, room: abs(gap) >= room)
    for row in items(sums, off & differ(sums["by_line"], sums["executed_amount"])):
        yield finding(
            row["project_id"], "error", "executed_amount", "amount",
            row["executed_amount"], row["by_line"],
            **_sum_slips(evaluation, row["project_id"], "lines.line_executed_amount",
                         row["by_line"], row["executed_amount"]),
        )  # fmt: skip


def check_filled_above_approved(evaluation: Evaluation) -> Iterator[Row]:
    """More people are in post than were approved (超核定人数)."""
    posts = evaluation.inputs.posts
    for row in items(posts, exceeds(posts["filled_count"], posts["approved_count"])):
        yield finding(
            row["project_id"], "warning", f"posts.{row['item']}.filled_count", "count",
            row["approved_count"], row["filled_count"], post=named(row),
        )  # fmt: skip
