"""Contracts, instalments and the work plan (合同、付款与工作计划)."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.table import Cell, Row, Table, headings
from evalkit.words import Words


def tabulate_contracts(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Each contract from award to service delivered (合同情况表)."""
    cells = Cells(evaluation, project_id, words)
    contracts = cells.items("contracts")
    if contracts.empty:
        return None
    rows = tuple(_contract(cells, str(item), row) for item, row in contracts.iterrows())
    foot = (
        Cell(cells.term("total"), heads=True, across=6),
        cells.figure("contract_amount"),
        cells.figure("delivered_amount"),
        Cell(""),
    )
    return Table(
        "contracts",
        cells.caption("contracts"),
        headings(
            *map(
                cells.head,
                ("contracts.name", "contractor", "procurement", "awarded_on", "signed_on"),
            ),
            cells.head("headings.service_period"),
            cells.money_head("contracts.amount"),
            cells.money_head("delivered_amount"),
            cells.head("headings.signing_delay"),
        ),
        rows,
        (foot,) if len(rows) > 1 else (),
    )


def _contract(cells: Cells, item: str, row: pd.Series) -> Row:
    return (
        Cell(cells.words.text(row["name"]) or item, heads=True),
        cells.text(row["contractor"]),
        cells.choice("procurement", row["procurement"]),
        cells.figure(f"contracts.{item}.awarded_on"),
        cells.figure(f"contracts.{item}.signed_on"),
        cells.period(row["service_start_on"], row["service_end_on"]),
        cells.figure(f"contracts.{item}.amount"),
        cells.figure(f"contracts.{item}.delivered_amount"),
        _days(cells, f"contracts.{item}.signing_delay_days"),
    )


def tabulate_instalments(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Planned payments: what falls due, is withheld, was paid, and when (付款计划执行情况)."""
    cells = Cells(evaluation, project_id, words)
    instalments = cells.items("instalments")
    if instalments.empty:
        return None
    money = ["gross_amount", "withheld_amount", "payable_amount", "paid_amount"]
    if not instalments["withheld_rate"].notna().any():
        money = ["gross_amount", "paid_amount"]  # in full is what is payable
    rows = tuple(
        (
            Cell(words.text(row["name"]) or str(item), heads=True),
            cells.date(row["due_on"]),
            *(cells.figure(f"instalments.{item}.{column}") for column in money),
            cells.figure(f"instalments.{item}.paid_on"),
            _days(cells, f"instalments.{item}.payment_delay_days"),
            cells.figure(f"instalments.{item}.outstanding_amount"),
        )
        for item, row in instalments.iterrows()
    )
    totals = {"withheld_amount": "withheld_total_amount", "paid_amount": "executed_amount"}
    foot = (
        Cell(cells.term("total"), heads=True, across=2),
        *(cells.figure(totals[each]) if each in totals else Cell("") for each in money),
        Cell("", across=2),
        cells.figure("outstanding_total_amount"),
    )
    head = headings(
        *map(cells.head, ("instalments.name", "due_on")),
        *map(cells.money_head, money),
        *map(cells.head, ("paid_on", "headings.days_late")),
        cells.money_head("outstanding_amount"),
    )
    return Table("instalments", cells.caption("instalments"), head, rows, (foot,))


def tabulate_milestones(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Steps of the work plan, planned and done (工作计划完成情况表)."""
    cells = Cells(evaluation, project_id, words)
    milestones = cells.items("milestones")
    if milestones.empty:
        return None
    rows = tuple(
        (
            cells.text(row["name"], heads=True),
            cells.date(row["planned_on"]),
            cells.date(row["actual_on"]),
            _days(cells, f"milestones.{item}.delay_days"),
            cells.choice("status", _status(row)),
        )
        for item, row in milestones.iterrows()
    )
    names = ("milestones.name", "planned_on", "actual_on", "headings.days_late", "headings.status")
    return Table("milestones", cells.caption("milestones"), headings(*map(cells.head, names)), rows)


def _status(row: pd.Series) -> str:
    """Done, late or not yet due: from what the scoring says of the step."""
    if row["is_done"]:
        return "done"
    return "late" if row["is_late"] else "not_due"


def _days(cells: Cells, name: str) -> Cell:
    """Days late with their sign; late ones told apart by more than the sign."""
    days = cells.facts.value(name)
    cell = cells.figure(name)
    if pd.isna(days):
        return cell
    text = cells.words.figure(days, "days", "bare signed")
    return replace(cell, text=text, kind="num status-late" if days > 0 else "num")
