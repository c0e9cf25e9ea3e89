"""What is scored, item by item, under a framework that gives points (各项指标得分)."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any

import pandas as pd

from evalkit.model import Evaluation
from evalkit.tables.cells import Cells, score
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
    above = [_above(cells, level) for level in scores["level"]]
    depth = max(map(len, above))
    rows: list[Row] = []
    for top, group in groupby(zip(above, scores.iterrows(), strict=True), lambda each: each[0][0]):
        items = [
            (*_levels(cells, path, depth), *_item(cells, str(code), row))
            for path, (code, row) in group
        ]
        # The only item of a level is its own subtotal.
        rows += items if len(items) == 1 else [*items, _subtotal(cells, top, depth)]
    levels = [cells.head(f"level{place + 1}") for place in range(depth)]
    head = headings(*levels, *map(cells.head, NAMES))
    return Table(
        "points", cells.caption("points"), head, merged(rows, depth), tuple(_total(cells, depth))
    )


def _above(cells: Cells, level: str) -> list[str]:
    """The codes of the levels from the top down to this one."""
    parents, path = cells.evaluation.framework.levels["parent"], [level]
    while not is_missing(parents[path[0]]) and parents[path[0]]:
        path.insert(0, str(parents[path[0]]))
    return path


def _levels(cells: Cells, path: list[str], depth: int) -> list[Cell]:
    levels: Any = cells.evaluation.framework.levels
    named = [Cell(cells.words.text(levels.at[code, "name"]), heads=True) for code in path]
    return [*named, *[Cell("")] * (depth - len(path))]


def _item(cells: Cells, code: str, row: pd.Series) -> Row:
    name = f"scores.{code}"
    rules = cells.evaluation.framework.settings["rules"]
    kind = rules.get(row["rule"], {}).get("kind") if pd.notna(row["rule"]) else None
    is_scored = row["status"] == "scored"
    return (
        replace(cells.text(row["name"], heads=True), kind="named"),
        cells.figure(f"{name}.points", "bare"),
        cells.choice("rule_kind", kind),
        *_compared(cells, code, row),
        cells.figure(f"{name}.share_rate") if is_scored else cells.choice("status", row["status"]),
        score(cells, f"{name}.", "score", row["status"] == "not_applicable"),
        cells.figure(f"{name}.stated_score", "bare"),
    )


def _compared(cells: Cells, code: str, row: pd.Series) -> tuple[Cell, Cell]:
    """Target and actual of an output of the project, or of a rate of the framework."""
    outputs = cells.items("outputs")
    if row["is_own"] and code in outputs.index:
        own: Any = outputs.loc[code]
        return target(cells, own), actual(cells, own)
    rates = (cells.value(row[name], "rate") for name in ("target_rate", "rate"))
    of_rate, rate = (replace(each, kind="") for each in rates)  # as the values of outputs stand
    return of_rate, rate


def _subtotal(cells: Cells, level: str, depth: int) -> Row:
    """What a top level has and gets, below its items."""
    name = f"score_levels.{level}."
    return (
        *_levels(cells, [level], 1),
        Cell(cells.term("headings.subtotal"), heads=True, across=depth),
        cells.figure(f"{name}points", "bare"),
        Cell("", across=BETWEEN),
        score(cells, name, "score"),
        Cell("", "num"),
    )


def _total(cells: Cells, depth: int) -> list[Row]:
    """The total, and what it becomes on full points where something does not apply."""
    names = ["total_score", "rebased_score"] if cells.facts.value("excluded_points") else [
        "total_score"]  # fmt: skip
    return [
        (
            Cell(cells.term(name), heads=True, across=depth + 1),
            cells.figure("full_points", "bare"),
            Cell("", across=BETWEEN),
            score(cells, "", name),
            cells.figure("stated_total_score", "bare"),
        )
        for name in names
    ]
