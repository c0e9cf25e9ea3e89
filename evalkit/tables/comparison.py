"""The same project under several frameworks (多框架比较): totals, and what they are made of."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.model import Evaluation
from evalkit.tables.cells import Cells, score
from evalkit.tables.table import Cell, Row, Table, grouped_headings, headings
from evalkit.terms import is_missing
from evalkit.words import Words


def tabulate_comparison(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """One row a framework: points, score or range, grade, gap to the first, what was stated."""
    cells = Cells(evaluation, project_id, words)
    rows = _rows(cells, "comparison")
    if len(rows) < 2:
        return None
    names = ("framework", "full_points", "excluded_points", "score", "grade", "first_gap",
             "stated_score", "holding_rate")  # fmt: skip
    return Table(
        "comparison",
        cells.caption("comparison"),
        headings(*map(cells.head, names)),
        tuple(_framework(cells, str(name), row) for name, row in rows.iterrows()),
    )


def _rows(cells: Cells, frame: str) -> pd.DataFrame:
    """The project's rows of a frame that is empty where nothing was compared."""
    table = getattr(cells.evaluation, frame)
    return cells.items(frame) if len(table) else table


def _framework(cells: Cells, name: str, row: pd.Series) -> Row:
    before = f"comparison.{name}."
    heading = cells.text(row["name"], heads=True)
    if not row["is_scored"]:
        nothing = cells.nothing("points", "num")
        verdict = cells.choice("verdict", row["verdict"])
        firm = cells.figure(f"{before}holding_rate")
        return heading, nothing, nothing, nothing, verdict, nothing, nothing, firm
    return (
        heading,
        cells.figure(f"{before}full_points", "bare"),
        cells.figure(f"{before}excluded_points", "bare"),
        score(cells, before, "rebased_score"),
        _grade(cells, row),
        cells.figure(f"{before}first_gap", "bare signed"),
        cells.figure(f"{before}stated_total_score", "bare"),
        cells.figure(f"{before}holding_rate"),
    )


def _grade(cells: Cells, row: pd.Series) -> Cell:
    """The grade, or the first and the last that are within reach."""
    ends: list[Any] = [row["lowest_grade"], row["highest_grade"]]
    if any(map(is_missing, ends)):
        return cells.nothing()
    shown = list(dict.fromkeys(map(cells.words.text, ends)))
    if len(shown) == 1:
        return Cell(shown[0])
    return Cell(cells.term("headings.period").format(start=shown[0], end=shown[1]))


def tabulate_kinds(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """One row a kind: under each framework its formula, rule, points and score (计分内容对照)."""
    cells = Cells(evaluation, project_id, words)
    rows = _rows(cells, "kinds")
    if rows.empty:
        return None
    names: Any = _rows(cells, "comparison")["name"]
    found = {(row["framework"], row["kind"]): str(item) for item, row in rows.iterrows()}
    mine = [name for name in names.index if name in set(rows["framework"])]
    columns = ("methods", "points", "score")
    head = grouped_headings(
        [("", [cells.head("dimension")])]
        + [(cells.words.text(names[name]), [*map(cells.head, columns)]) for name in mine]
    )
    body = [
        (
            Cell(cells.term(f"kinds.{kind}"), heads=True),
            *(cell for name in mine for cell in _kind(cells, rows, found.get((name, kind)))),
        )
        for kind in dict.fromkeys(rows["kind"])
    ]
    return Table("kinds", cells.caption("kinds"), head, tuple(body))


def _kind(cells: Cells, rows: pd.DataFrame, item: str | None) -> Row:
    """Formula and rules, points and score of one kind under one framework."""
    if item is None:
        nothing = cells.nothing("points", "num")
        return cells.nothing(), nothing, nothing
    row: Any = rows.loc[item]
    said = [cells.term(f"method.{method}") for method in row["methods"]]
    said += [cells.term(f"rule_kind.{rule}") for rule in row["rules"]]
    before = f"kinds.{item}."
    return (
        Cell("\n".join(said), "wide"),
        cells.figure(f"{before}points", "bare"),
        score(cells, before, "score"),
    )
