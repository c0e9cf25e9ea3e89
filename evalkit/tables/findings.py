"""Findings (核对发现): where the authority's own figures and statements do not agree."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.facts import Fact
from evalkit.model import Evaluation, Text
from evalkit.narrative.findings import finding_saying, why_saying
from evalkit.sentences import escape, inline
from evalkit.tables.cells import Cells
from evalkit.tables.table import Cell, Row, Table, headings
from evalkit.words import Words


def tabulate_findings(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Every finding, worst first: severity, place, what is wrong, found, expected, difference."""
    cells = Cells(evaluation, project_id, words)
    findings = cells.items("findings")
    if findings.empty:
        return None
    rows = tuple(_row(cells, str(item), row) for item, row in findings.iterrows())
    names = ("labels.number_of", "severity", "where", "headings.finding",
             "headings.found", "expected", "gap")  # fmt: skip
    return Table("findings", cells.caption("findings"), headings(*map(cells.head, names)), rows)


#: How many findings the first screen names.
MOST_WORST = 5


def tabulate_worst_findings(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """The first finding of each of the worst kinds, for the first screen; notes are left out."""
    cells = Cells(evaluation, project_id, words)
    findings = cells.items("findings")
    serious = findings[findings["severity"] != "note"].drop_duplicates("code").head(MOST_WORST)
    if serious.empty:
        return None
    rows = tuple(_worst_row(cells, str(item), row) for item, row in serious.iterrows())
    names = ("severity", "where", "headings.finding")
    return Table("worst_findings", cells.caption("worst_findings"),
                 headings(*map(cells.head, names)), rows)  # fmt: skip


def _worst_row(cells: Cells, number: str, row: pd.Series) -> Row:
    """One finding in a sentence; its place leads to the whole of it."""
    variant, details = finding_saying(row)
    said = cells.words.plain("findings", variant, cells.facts, details)
    where = _where(cells, row["where"])
    link = f'<a href="#finding-{number}">{escape(where)}</a>'
    return (
        cells.choice("severity", row["severity"]),
        Cell(where, html=link),
        Cell(said, "wide"),
    )


def _row(cells: Cells, number: str, row: pd.Series) -> Row:
    unit = "quantity" if pd.isna(row["unit"]) else str(row["unit"])
    gap_unit, style = ("days" if unit == "date" else unit), "signed"
    return (
        Cell(number, "num", heads=True, anchor=f"finding-{number}"),
        cells.choice("severity", row["severity"]),
        Cell(_where(cells, row["where"])),
        _said(cells, row),
        _shown(cells, row["actual"], unit),
        _shown(cells, row["expected"], unit),
        cells.value(row["gap"], gap_unit, f"{style} pp" if unit == "rate" else style),
    )


def _said(cells: Cells, row: pd.Series) -> Cell:
    """What was found; below it the reason, and how to mend it."""
    words, facts = cells.words, cells.facts
    variant, details = finding_saying(row)
    why, more = why_saying(row)
    plain = [words.plain("findings", v, facts, e) for v, e in ((variant, details), (why, more))]
    sentence, reason = (
        inline(words.say("findings", v, facts, e)) for v, e in ((variant, details), (why, more))
    )
    return Cell("\n".join(plain), "wide", html=f'{sentence}<br><span class="note">{reason}</span>')


def _where(cells: Cells, where: Any) -> str:
    """A place in the authority's report, or the label of the fact that the finding is about."""
    if isinstance(where, Text):
        return cells.words.text(where)
    frame, _, rest = str(where).partition(".")
    item = rest.partition(".")[0]
    called = _called(cells, frame, item)
    name = f"{frame}.{item}.name"
    known = {name: Fact(name, called, "text", "", "", (), "")} if called else {}
    return cells.words.label(where, known)


def _called(cells: Cells, frame: str, item: str) -> str:
    """The name or title of an item of the inputs, or of what is scored; empty where it has none."""
    rows: Any = getattr(cells.evaluation.inputs, frame, pd.DataFrame())
    column = next((each for each in ("name", "title") if each in rows), "")
    key = (cells.project_id, item)
    if column and key in rows.index:
        return cells.words.text(rows.at[key, column])
    named = cells.facts.value(f"{frame}.{item}.name")
    return cells.words.text(named) if isinstance(named, Text) else ""


def _shown(cells: Cells, value: Any, unit: str) -> Cell:
    """An expected or actual value: a figure, a text, or one of the terms."""
    if isinstance(value, list):
        return Cell(cells.words.listed(map(cells.words.text, value)))
    if unit == "term" and pd.notna(value):
        return Cell(cells.term(str(value)))
    if isinstance(value, str | Text):
        return cells.text(value)
    return cells.value(value, unit)
