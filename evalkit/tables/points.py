"""What is scored, item by item, under a framework that gives points (各项指标得分)."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any

import pandas as pd

from evalkit.model import Evaluation
from evalkit.tables.cells import Cells, in_form, score
from evalkit.tables.outputs import actual, target
from evalkit.tables.table import Cell, Row, Table, headings, merged
from evalkit.terms import is_missing
from evalkit.words import Words

NAMES = ("scores.name", "points", "rule", "target", "actual", "scores.share_rate", "score",
         "stated_score")  # fmt: skip
BETWEEN = NAMES.index("score") - NAMES.index("rule")


def tabulate_points(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Every item below its levels: points, rule, target, actual, score; subtotals, total (得分)."""
    cells = Cells(evaluation, project_id, words)
    scores = cells.items("scores")
    if scores.empty:
        return None
    above = [levels_above(cells, level) for level in scores["level"]]
    depth = max(map(len, above))
    rows: list[Row] = []
    for top, group in groupby(zip(above, scores.iterrows(), strict=True), lambda each: each[0][0]):
        items = [
            (*level_cells(cells, path, depth), *_item(cells, str(code), row))
            for path, (code, row) in group
        ]
        # The only item of a level is its own subtotal.
        rows += items if len(items) == 1 else [*items, _subtotal(cells, top, depth)]
    levels = [cells.head(f"level{place + 1}") for place in range(depth)]
    head = headings(*levels, *map(cells.head, NAMES))
    return Table(
        "points", cells.caption("points"), head, merged(rows, depth), tuple(_total(cells, depth))
    )


def levels_above(cells: Cells, level: str) -> list[str]:
    """The codes of the levels from the top down to this one."""
    parents, path = cells.evaluation.framework.levels["parent"], [level]
    while not is_missing(parents[path[0]]) and parents[path[0]]:
        path.insert(0, str(parents[path[0]]))
    return path


def level_cells(cells: Cells, path: list[str], depth: int) -> list[Cell]:
    """The names of these levels, with empty cells up to so many."""
    levels: Any = cells.evaluation.framework.levels
    named = [Cell(cells.words.text(levels.at[code, "name"]), heads=True) for code in path]
    return [*named, *[Cell("")] * (depth - len(path))]


def _item(cells: Cells, code: str, row: pd.Series) -> Row:
    name = f"scores.{code}"
    is_scored = row["status"] == "scored"
    return (
        replace(cells.text(row["name"], heads=True), kind="named"),
        cells.figure(f"{name}.points", "bare"),
        rule_of(cells, row),
        *compared(cells, code, row),
        cells.figure(f"{name}.share_rate") if is_scored else cells.choice("status", row["status"]),
        item_score(cells, code, row),
        cells.figure(f"{name}.stated_score", "bare"),
    )


def rule_of(cells: Cells, row: pd.Series) -> Cell:
    """By what kind of rule an item is scored."""
    rules = cells.evaluation.framework.settings["rules"]
    kind = rules.get(row["rule"], {}).get("kind") if pd.notna(row["rule"]) else None
    return cells.choice("rule_kind", kind)


def item_score(cells: Cells, code: str, row: pd.Series) -> Cell:
    """The score of an item, or the range that is within reach; nothing where it does not apply."""
    if row["status"] == "not_applicable":
        return cells.nothing("points", "num")
    return score(cells, f"scores.{code}.", "score")


def compared(cells: Cells, code: str, row: pd.Series) -> tuple[Cell, Cell]:
    """Target and actual of an output of the project, or of a rate of the framework."""
    outputs = cells.items("outputs")
    if row["is_own"] and code in outputs.index:
        own: Any = outputs.loc[code]
        return target(cells, own), actual(cells, own)
    rates = (cells.value(row[name], "rate") for name in ("target_rate", "rate"))
    of_rate, rate = (in_form(each) for each in rates)  # as the values of outputs stand
    return of_rate, rate


def _subtotal(cells: Cells, level: str, depth: int) -> Row:
    """What a top level has and gets, below its items."""
    name = f"score_levels.{level}."
    return (
        *level_cells(cells, [level], 1),
        Cell(cells.term("headings.subtotal"), heads=True, across=depth),
        cells.figure(f"{name}points", "bare"),
        Cell("", across=BETWEEN),
        score(cells, name, "score"),
        Cell("", "num"),
    )


def _total(cells: Cells, depth: int) -> list[Row]:
    """The total, and what it becomes on full points where something does not apply."""
    return [
        (
            replace(name, across=depth + 1),
            points,
            Cell("", across=BETWEEN),
            shown,
            cells.figure("stated_total_score", "bare"),
        )
        for name, points, shown in totals(cells)
    ]


def totals(cells: Cells) -> list[tuple[Cell, Cell, Cell]]:
    """Name, points and score of the total; of the rebased one too where something is left out."""
    names = ["total_score"]
    if cells.facts.value("excluded_points"):
        names.append("rebased_score")
    points = cells.figure("full_points", "bare")
    return [(Cell(cells.term(name), heads=True), points, score(cells, "", name)) for name in names]
