"""The budget's build-up from posts, unit costs and fees (人力成本测算)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.table import Cell, Row, Table, headings
from evalkit.words import Words


def tabulate_headcount(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Quantity × unit cost or rate on base for each line, by group with subtotals (预算构成测算表).

    ``None`` where no line is built from anything: lump sums alone have no build-up.
    """
    cells = Cells(evaluation, project_id, words)
    lines = cells.items("lines")
    if not lines[["quantity", "fee_rate"]].notna().any(axis=None):
        return None
    rows: list[Row] = []
    for group, mine in lines.groupby("group", sort=False):
        block = [_line(cells, str(item), line) for item, line in mine.iterrows()]
        if len(mine) > 1:
            block.append(_subtotal(cells, str(group)))
        name = Cell(cells.term(f"group.{group}"), heads=True, down=len(block))
        block[0] = (name, *block[0])
        rows += block
    totals = ("declared_total_amount", "recomputed_total_amount", "total_gap")
    foot = (
        Cell(cells.term("total"), heads=True, across=2),
        _heads(cells),
        Cell(""),
        *map(cells.figure, totals),
    )
    columns = ("declared_amount", "recomputed_amount", "line_gap")
    return Table(
        "headcount",
        cells.caption("headcount"),
        headings(
            cells.head("groups.name"),
            cells.head("lines.name"),
            cells.head("headings.quantity_or_base"),
            cells.head("headings.cost_or_rate"),
            *map(cells.money_head, columns),
        ),
        tuple(rows),
        (foot,),
    )


def _line(cells: Cells, item: str, line: pd.Series) -> Row:
    """One line: what it is built from, what that makes, what was declared."""
    if pd.notna(line["fee_rate"]):
        base = replace(cells.figure(f"lines.{item}.base_amount"), note=_base(cells, line["base"]))
        built = (
            replace(base, text=cells.label(f"lines.{item}.base_amount")),
            cells.figure(f"lines.{item}.fee_rate"),
        )
    else:
        quantity = replace(cells.quantity(line["quantity"], _unit(line), pd.NA), kind="num")
        cost = f"lines.{item}.unit_cost_amount"
        unit_cost = cells.figure(cost)
        if pd.notna(line["unit_cost_amount"]):
            unit_cost = replace(unit_cost, text=cells.label(cost))
        built = (quantity, unit_cost)
    columns = ("declared_amount", "recomputed_amount", "line_gap")
    figures = (cells.figure(f"lines.{item}.{column}") for column in columns)
    return (cells.text(line["name"], heads=True), *built, *figures)


def _unit(line: pd.Series) -> str:
    """The unit that a line counts in: heads where it names a post."""
    if pd.notna(line["quantity_unit"]):
        return str(line["quantity_unit"])
    return "head" if pd.notna(line["post"]) else "quantity"


def _base(cells: Cells, base: list[str]) -> str:
    """The names of the lines or groups that a fee is charged on."""
    lines: Any = cells.items("lines")
    names = {
        **{group: cells.term(f"group.{group}") for group in lines["group"]},
        **{item: cells.words.text(name) for item, name in lines["name"].items()},
    }
    return cells.words.listed(names.get(each, each) for each in base)


def _subtotal(cells: Cells, group: str) -> Row:
    name = Cell(cells.term("headings.subtotal"), "subtotal", heads=True)
    columns = ("group_declared_amount", "group_recomputed_amount")
    figures = [cells.figure(f"groups.{group}.{column}") for column in columns]
    return (name, Cell(""), Cell(""), *figures, Cell(""))


def _heads(cells: Cells) -> Cell:
    """The headcount below the quantities, where the project has posts."""
    heads = cells.facts.value("heads_count")
    return Cell("") if pd.isna(heads) else Cell(cells.words.figure(heads, "head"), "num")


def tabulate_price_volume(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """What changed against the year before: unit costs and quantities (单价、数量变动分析)."""
    cells = Cells(evaluation, project_id, words)
    lines = cells.items("lines")
    known = lines[lines["prior_quantity"].notna()]
    if known.empty:
        return None
    columns = (
        "prior_quantity", "prior_unit_cost_amount", "quantity", "unit_cost_amount",
        "price_effect_amount", "volume_effect_amount",
    )  # fmt: skip
    rows = tuple(
        (
            cells.text(line["name"], heads=True),
            *(cells.figure(f"lines.{item}.{column}") for column in columns),
        )
        for item, line in known.iterrows()
    )
    total = Cell(cells.term("total"), heads=True, across=5)
    foot = (total, *map(cells.figure, columns[4:]))
    heads = [cells.head(c) if c.endswith("quantity") else cells.money_head(c) for c in columns]
    name = cells.head("lines.name")
    return Table(
        "price_volume", cells.caption("price_volume"), headings(name, *heads), rows, (foot,)
    )


def tabulate_posts(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Categories of posts, approved and filled (岗位核定与到岗情况)."""
    cells = Cells(evaluation, project_id, words)
    posts = cells.items("posts")
    if posts.empty:
        return None
    is_filled = bool(posts["filled_count"].notna().any())
    columns = ("approved_count", "filled_count")[: 1 + is_filled]
    rows = tuple(
        (
            cells.text(post["name"], heads=True),
            *(cells.figure(f"posts.{item}.{column}") for column in columns),
        )
        for item, post in posts.iterrows()
    )
    foot = (Cell(cells.term("total"), heads=True), *map(cells.figure, columns))
    return Table(
        "posts",
        cells.caption("posts"),
        headings(cells.head("posts.name"), *map(cells.head, columns)),
        rows,
        (foot,),
    )
