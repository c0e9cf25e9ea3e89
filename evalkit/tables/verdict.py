"""The verdict's rule, condition by condition (结果判定)."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from evalkit.facts import Facts
from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.table import Cell, Row, Table, headings, merged
from evalkit.terms import is_missing
from evalkit.words import Words


def tabulate_verdict(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Each condition: which verdict it leads to, its threshold, the actual figure, does it hold."""
    cells = Cells(evaluation, project_id, words)
    conditions = cells.items("conditions")
    if conditions.empty:
        return None
    rows = [_row(cells, row) for _, row in conditions.iterrows()]
    names = (
        "conditions.verdict",
        "conditions.name",
        "threshold",
        "conditions.actual",
        "is_holding",
    )
    return Table(
        "verdict", cells.caption("verdict"), headings(*map(cells.head, names)), merged(rows, 1)
    )


def _row(cells: Cells, row: pd.Series) -> Row:
    facts: Facts = cells.facts
    unit = facts[row["measure"]].unit
    threshold = cells.words.figure(row["threshold"], unit)
    holds = cells.term("labels.yes" if row["is_holding"] else "labels.no")
    if row["is_deciding"]:
        holds = cells.term("headings.decides")
    status = (
        "status-deciding" if row["is_deciding"] else "status-holding" if row["is_holding"] else ""
    )
    actual = cells.figure(row["measure"])
    return (
        Cell(cells.term(f"verdict.{row['verdict']}"), heads=True),
        Cell(cells.term(row["measure"]), heads=True),
        Cell(f"{cells.term('signs.' + row['operator'])} {threshold}", "num"),
        replace(actual, text=cells.label(row["measure"])) if unit == "amount" else actual,
        Cell(holds, status),
    )


def tabulate_conclusions(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """What the authority states beside what follows from the figures (结论对照)."""
    cells = Cells(evaluation, project_id, words)
    rows = []
    for field in ("verdict", "forecast"):
        computed, stated = (cells.facts.value(name) for name in (field, f"stated_{field}"))
        if is_missing(computed) and is_missing(stated):  # a framework without a verdict rule
            continue
        rows.append(
            (
                Cell(cells.term(f"headings.{field}"), heads=True),
                cells.choice(field, computed),
                cells.choice(field, stated),
            )
        )
    if not rows:
        return None
    names = ("headings.conclusion", "labels.computed", "labels.stated")
    return Table(
        "conclusions", cells.caption("conclusions"), headings(*map(cells.head, names)), tuple(rows)
    )
