"""What the forms (附表) share: their cells, their caption, and the remark below them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from evalkit.tables.cells import Cells, in_form
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
        for cell in (Cell(cells.term(label), heads=True), in_form(cells.figure(fact)))
    )


def across(cell: Cell, columns: int) -> Cell:
    """A cell over several columns; so wide a cell reads better from the left."""
    return replace(in_form(cell), across=columns)


def down(cell: Cell, rows: int) -> Cell:
    """A cell over several rows."""
    return replace(cell, down=rows)


def parties(cells: Cells, width: int) -> list[Row]:
    """The project's name, its responsible department and its unit, over so many columns."""
    about = cells.project
    half = (width - 3) // 2
    return [
        (label(cells, "projects.name", 2), across(cells.text(about["name"]), width - 2)),
        (
            label(cells, "headings.leading_unit", 2),
            across(cells.text(about["authority"]), half),
            label(cells, "headings.carrying_unit"),
            across(cells.text(about["implementing_unit"]), width - 3 - half),
        ),
    ]


def label(cells: Cells, term: str, columns: int = 1, rows: int = 1) -> Cell:
    """A label of the form over so many columns and rows."""
    return Cell(cells.term(term), heads=True, across=columns, down=rows)


def columns(*heads: Cell) -> Row:
    """Headings of columns within a form; a print repeats them on its next page."""
    return tuple(replace(head, kind="columns", heads=True) for head in heads)


def money_rows(cells: Cells, heads: list[Cell], rows: list[list[Cell]], width: int) -> list[Row]:
    """The block of the project's money, over so many columns: the total, then each source.

    ``rows`` has one line for the total and one a source; their names are put before them.
    """
    named = [Cell(cells.term("headings.money_total"), heads=True)]
    named += [
        Cell(cells.term("headings.money_source").format(name=cells.words.text(name)), heads=True)
        for name in cells.items("funding")["name"]
    ]
    unit = cells.money_head("headings.money_of_project")
    block = replace(unit, heads=True, across=2, down=len(rows) + 1)
    shape = _shared_out(width - 2, len(heads) + 1)
    lines = [[Cell(""), *heads], *([name, *row] for name, row in zip(named, rows, strict=True))]
    laid = [
        tuple(
            replace(cell, across=wide) if cell.heads or wide == 1 else across(cell, wide)
            for cell, wide in zip(line, shape, strict=True)
        )
        for line in lines
    ]
    return [(block, *laid[0]), *laid[1:]]


def _shared_out(width: int, count: int) -> list[int]:
    """How many columns each of so many cells takes, as even as can be."""
    each, more = divmod(width, count)
    return [each + (place < more) for place in range(count)]


def stated(cells: Cells, conclusion: str) -> list[tuple[str, str]]:
    """A conclusion (``verdict``, ``forecast``) as the authority stated it; empty if it did not."""
    value = cells.facts.value(f"stated_{conclusion}")
    if pd.isna(value):
        return []
    return [(cells.term(f"headings.{conclusion}"), cells.term(f"{conclusion}.{value}"))]


def stated_remark(cells: Cells, said: list[tuple[str, str]], term: str = "stated_instead") -> str:
    """What the authority ticked itself, as a remark below the form."""
    if not said:
        return ""
    return cells.term(f"headings.{term}").format(stated=pairs(cells, said))


def computed_remark(cells: Cells, names: list[str]) -> str:
    """Figures for which the form has no place, as a remark below it."""
    if not names:
        return ""
    known = [(cells.term(name), cells.label(name)) for name in names]
    return cells.term("headings.computed_beside").format(computed=pairs(cells, known))


def pairs(cells: Cells, said: list[tuple[str, str]]) -> str:
    """Names with their values, as one text."""
    both = cells.term("headings.pair")
    return cells.words.listed([both.format(name=n, value=v) for n, v in said], "semicolon")


def form(
    name: str, cells: Cells, head: tuple[Row, ...], rows: list[Row], remark: str = ""
) -> Table:
    """A form under its official title, with the unit that fills it in and the unit of money."""
    unit = cells.words.text(cells.project["implementing_unit"])
    filled = cells.term("headings.filled_by").format(unit=unit, money=cells.words.money_label())
    caption = f"{cells.caption(f'form_{name}')}\n{filled}"
    return Table(f"form_{name}", caption, head, tuple(rows), remark=remark, is_form=True)
