"""Where the findings of many projects are: checks by lights, in shades with their numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evalkit.portfolio_model import Portfolio
from evalkit.sentences import escape, variants
from evalkit.tables.portfolio.cells import PortfolioCells
from evalkit.tables.portfolio.views import Views
from evalkit.tables.table import Cell, Table, headings
from evalkit.words import Words

MOST_CHECKS = 20


def tabulate_checks(portfolio: Portfolio, words: Words) -> Views | None:
    """In how many projects of each light a check found something (发现热力表).

    The most frequent checks stand in sight, the others can be unfolded.
    """
    if portfolio.checks.empty:
        return None
    cells = PortfolioCells(portfolio, words)
    rows = [_row(cells, str(code), row) for code, row in portfolio.checks.iterrows()]
    shown = [str(light) for light in portfolio.lights.index]
    heads = headings(
        cells.head("check"), cells.head("severity"), cells.head("projects"),
        *(_light_head(cells, light) for light in shown), cells.head("findings"),
    )  # fmt: skip
    caption, remark = cells.caption("checks"), cells.remark("checks")
    first = Table("checks", caption, heads, tuple(rows[:MOST_CHECKS]), remark=remark)
    others = words.term("portfolio_heads.others")
    rest = Table("checks", others, heads, tuple(rows[MOST_CHECKS:]))
    return Views("checks", first, ((others, rest),) if rest.rows else ())


def _light_head(cells: PortfolioCells, light: str) -> Cell:
    """A light as the head of a column, with the number of its projects, which shades relate to."""
    words, lit = cells.words, cells.light(light)
    count = words.figure(cells.portfolio.lights.at[light, "project_count"], "count")
    with_count = words.term("headings.with_unit")
    return replace(
        lit,
        text=with_count.format(name=lit.text, unit=count),
        html=with_count.format(name=lit.html, unit=count),
    )


def _row(cells: PortfolioCells, code: str, row: Any) -> tuple[Cell, ...]:
    """A check with its counts; the shade of a light is that of its share."""
    words = cells.words
    said = variants(words.lang, "checks").get(code, code)
    name = Cell(said, "named", html=f"{escape(said)}<br><small>{escape(code)}</small>", heads=True)
    severity = Cell(words.term(f"severity.{row['severity']}"), f"severity-{row['severity']}")
    counts = [
        Cell(words.figure(row[light], "count"), f"num shade-{row[f'{light}_shade']}")
        for light in cells.portfolio.lights.index
    ]
    return (
        name, severity, cells.value(row["project_count"], "count"), *counts,
        cells.value(row["finding_count"], "count"),
    )  # fmt: skip
