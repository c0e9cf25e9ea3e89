"""Outputs and outcomes against their targets (产出、效果指标完成情况)."""

from __future__ import annotations

import pandas as pd

from evalkit.model import Evaluation, Span
from evalkit.tables.cells import Cells
from evalkit.tables.table import Cell, Row, Table, grouped_headings
from evalkit.words import Words


def tabulate_outputs(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Output indicators: target, planned, actual, the framework's rates, status (产出指标)."""
    return _tabulate("output", evaluation, project_id, words)


def tabulate_outcomes(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Outcome indicators, in the same columns (效果指标)."""
    return _tabulate("outcome", evaluation, project_id, words)


def _tabulate(kind: str, evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    cells = Cells(evaluation, project_id, words)
    outputs = cells.items("outputs")
    mine = outputs[outputs["kind"] == kind]
    if mine.empty:
        return None
    name = f"{kind}s"
    rows = tuple(_row(cells, str(item), row) for item, row in mine.iterrows())
    to_date = cells.term("headings.to_date").format(
        date=cells.words.figure(cells.facts.value("as_of"), "date")
    )
    head = grouped_headings(
        [
            ("", [cells.head(f"kind.{kind}"), cells.head("target")]),
            (to_date, [cells.head("planned"), cells.head("actual")]),
            (
                cells.term("headings.computed"),
                [*map(cells.head, ("completion_rate", "timeliness_rate", "quality_rate")),
                 cells.head("headings.status")],
            ),
            (cells.term("likelihood"), [*map(cells.head, ("labels.computed", "labels.stated"))]),
        ]
    )  # fmt: skip
    return Table(name, cells.caption(name), head, rows)


def _row(cells: Cells, item: str, row: pd.Series) -> Row:
    rates = ("completion_rate", "timeliness_rate", "quality_rate")
    return (
        cells.text(row["name"], heads=True),
        target(cells, row),
        cells.quantity(row["planned"], row["planned_unit"], row["planned_text"]),
        actual(cells, row),
        *(cells.figure(f"outputs.{item}.{column}") for column in rates),
        cells.choice("status", row["status"]),
        cells.choice("likelihood", row["likelihood"]),
        cells.choice("likelihood", row["stated_likelihood"]),
    )


def target(cells: Cells, row: pd.Series) -> Cell:
    """A target with its sign and unit (``≥ 90%``), or the words that stand in its place.

    A target that is simply a number to reach carries no sign, a range has both its ends.
    """
    if row["operator"] == "range" and pd.notna(row["target"]):
        ends = Span(row["target"], row["target_to"])
        return Cell(cells.words.figure(ends, row["target_unit"]))
    value = cells.quantity(row["target"], row["target_unit"], row["target_text"])
    if pd.isna(row["target"]) or row["operator"] == "=":
        return value
    return Cell(f"{cells.term('signs.' + row['operator'])} {value.text}", value.kind)


def actual(cells: Cells, row: pd.Series) -> Cell:
    """What was done, and what was measured where somebody measured; a mere bound with its sign."""
    done = cells.quantity(row["actual"], row["actual_unit"], row["actual_text"])
    if pd.notna(row["actual"]) and pd.notna(row["actual_operator"]):
        done = Cell(f"{cells.term('signs.' + row['actual_operator'])} {done.text}", done.kind)
    if pd.isna(row["measured"]):
        return done
    measured = cells.quantity(row["measured"], row["measured_unit"], pd.NA)
    said = f"{cells.term('measured')} {measured.text}"
    is_alone = pd.isna(row["actual"]) and not cells.words.text(row["actual_text"])
    return Cell(said if is_alone else f"{done.text}\n{said}")
