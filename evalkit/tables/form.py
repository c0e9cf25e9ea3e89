"""What the forms (附表) share: their cells, their caption, and the remark below them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from evalkit.tables.cells import Cells
from evalkit.tables.table import Cell, Row, Table


def asks_for(cells: Cells, name: str) -> bool:
    """Whether the project's framework has that form."""
    return name in cells.evaluation.framework.settings.get("forms", ())


def told(cells: Cells, heading: str) -> str:
    """What the project's own prose says under a heading; empty where it says nothing."""
    prose = cells.items("prose")
    return str(prose.at[heading, cells.words.lang]) if heading in prose.index else ""


def period(cells: Cells, start: str, end: str) -> Cell:
    """From one fact's date to another's."""
    return cells.period(*(pd.Timestamp(cells.facts.value(name)) for name in (start, end)))


def line(cells: Cells, label: str, value: Cell) -> Row:
    """A label, and its answer over the three other columns."""
    return (Cell(cells.term(label), heads=True), across(value, 3))


def pair(cells: Cells, left: tuple[str, str], right: tuple[str, str]) -> Row:
    """Two labels of the form, each with its fact."""
    return tuple(
        cell
        for label, fact in (left, right)
        for cell in (Cell(cells.term(label), heads=True), replace(cells.figure(fact), kind=""))
    )


def across(cell: Cell, columns: int) -> Cell:
    """A cell over several columns; so wide a cell reads better from the left."""
    return replace(cell, across=columns, kind="")


def down(cell: Cell, rows: int) -> Cell:
    """A cell over several rows."""
    return replace(cell, down=rows)


def stated(cells: Cells, conclusion: str) -> list[tuple[str, str]]:
    """A conclusion (``verdict``, ``forecast``) as the authority stated it; empty if it did not."""
    value = cells.facts.value(f"stated_{conclusion}")
    if pd.isna(value):
        return []
    return [(cells.term(f"headings.{conclusion}"), cells.term(f"{conclusion}.{value}"))]


def stated_remark(cells: Cells, said: list[tuple[str, str]]) -> str:
    """What the authority ticked itself, as a remark below the form."""
    if not said:
        return ""
    both = cells.term("headings.pair")
    listed = cells.words.listed([both.format(name=n, value=v) for n, v in said], "semicolon")
    return cells.term("headings.stated_instead").format(stated=listed)


def form(
    name: str, cells: Cells, head: tuple[Row, ...], rows: list[Row], remark: str = ""
) -> Table:
    """A form under its official title, with the unit that fills it in and the unit of money."""
    unit = cells.words.text(cells.project["implementing_unit"])
    filled = cells.term("headings.filled_by").format(unit=unit, money=cells.words.money_label())
    caption = f"{cells.caption(f'form_{name}')}\n{filled}"
    return Table(f"form_{name}", caption, head, tuple(rows), remark=remark, is_form=True)
