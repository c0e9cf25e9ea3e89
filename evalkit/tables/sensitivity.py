"""What becomes of the result when an assumption moves (敏感性), one row an assumption."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd

from evalkit.model import Evaluation, Text
from evalkit.narrative.sensitivity import MOST_NAMES, UNITS, assumption_saying
from evalkit.tables.cells import Cells, score
from evalkit.tables.table import Cell, Row, Table, grouped_headings
from evalkit.terms import is_missing
from evalkit.words import Words


def tabulate_sensitivity(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """The assumptions that move the total or the result, the strongest first (敏感性分析)."""
    cells = Cells(evaluation, project_id, words)
    rows = moving(cells)
    if rows.empty:
        return None
    still = len(cells.items("sensitivity")) - len(rows)
    remark = words.plain("sensitivity", "unmoved", {}, {"number": still}) if still else ""
    is_scored = evaluation.framework.is_scored
    columns = ("value", "score", "result") if is_scored else ("value", "result")
    heads = [cells.head(f"sensitivity.{name}") for name in columns]
    return Table(
        "sensitivity",
        cells.caption("sensitivity"),
        grouped_headings(
            [("", [cells.head("sensitivity.name")])]
            + [(cells.term(f"sensitivity.{way}"), heads) for way in ("down", "up")]
        ),
        tuple(_row(cells, str(number), row, is_scored) for number, row in rows.iterrows()),
        remark=remark,
    )


def moving(cells: Cells) -> pd.DataFrame:
    """The assumptions that move anything, the strongest first; none where none was tried."""
    if not len(cells.evaluation.sensitivity):
        return cells.evaluation.sensitivity
    rows = cells.items("sensitivity")
    moves = [not is_missing(effect) and effect > 0 for effect in rows["effect"]]
    rows = rows[rows["is_changing"].astype(bool) | pd.Series(moves, rows.index)]
    strength = [-1 if is_missing(effect) else effect for effect in rows["effect"]]
    order = sorted(range(len(rows)), key=lambda place: -strength[place])
    return rows.iloc[order]


def called(cells: Cells, row: pd.Series, most: int = MOST_NAMES) -> str:
    """What an assumption is called, with no more than so many names."""
    variant, extra = assumption_saying(SimpleNamespace(**row), most)
    said = cells.words.plain("sensitivity", variant, {}, extra)
    return said[:1].upper() + said[1:]


def _row(cells: Cells, number: str, row: pd.Series, is_scored: bool) -> Row:
    found: list[Cell] = [Cell(called(cells, row), "wide", heads=True)]
    unit = UNITS.get(row["kind"], "rate")
    for way, end in (("down", "low_value"), ("up", "high_value")):
        found.append(cells.value(row[end], unit, "" if unit == "rate" else "bare"))
        if is_scored:
            found.append(score(cells, f"sensitivity.{number}.", f"{way}_score"))
        found.append(_result(cells, row[f"{way}_result"]))
    return tuple(found)


def _result(cells: Cells, result: Any) -> Cell:
    """A grade by its label, or a verdict; a total that is not decided has none."""
    if isinstance(result, Text):
        return cells.text(result)
    return cells.choice("verdict", result) if not is_missing(result) else cells.choice(
        "status", "cannot_be_evaluated")  # fmt: skip
