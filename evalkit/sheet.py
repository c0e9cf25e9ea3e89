"""How a table lies on a sheet (版面): widths of columns, heights of rows, numbers and names.

Nothing is written here. Widths are counted in characters of the usual digit, heights in points, as
spreadsheets count them; a Chinese character is as wide as two digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from math import ceil
from typing import NamedTuple
from unicodedata import east_asian_width

from evalkit.tables.table import Cell, Table

#: What the widths of all columns come to on A4 with narrow margins, upright and across.
UPRIGHT, ACROSS = 92.0, 136.0
#: A form with more columns than this lies across.
MOST_UPRIGHT = 9
PADDING = 2
LINE, ROOM = 15.0, 5.0  # the height of a line of text, and what a row has beside its lines
HIGH_UPRIGHT, HIGH_ACROSS = 720.0, 480.0  # what a printed page holds
TALLEST = 400.0  # a row of a spreadsheet holds 409 points; a taller one is laid over several
#: Labels may stand in two lines, and a label down many rows in as many as it needs.
SHORT_LABEL, NARROW_LABEL, LONG = 6, 6, 60
KEPT = 16  # a column that wants no more than this is narrow
#: Digits that a spreadsheet keeps of a number.
DIGITS = 15
LONGEST_NAME = 31

FIGURE = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})*|\d+)(\.\d+)?(%?)([^\d%]*)")

Placed = tuple[int, int, Cell]  # row, column, cell


class Number(NamedTuple):
    """A printed figure as a spreadsheet holds it."""

    value: float
    format: str


def number(text: str) -> Number | None:
    """The number that a figure prints, with the format that prints it the same way again.

    ``None`` for what is no single figure, and for one with more digits than a sheet keeps.

    >>> number("2,819.55"), number("74.57%")
    (Number(value=2819.55, format='#,##0.00'), Number(value=0.7457, format='0.00%'))
    >>> number("0至10"), number("—")
    (None, None)
    """
    found = FIGURE.fullmatch(text)
    if not found:
        return None
    sign, whole, decimals, percent, unit = found.groups(default="")
    if len((whole + decimals).strip("0.,").replace(",", "")) > DIGITS or '"' in unit:
        return None
    exact = Decimal(f"{sign}{whole.replace(',', '')}{decimals}")
    pattern = "0" if percent and "," not in whole else "#,##0"
    pattern += re.sub(r"\d", "0", decimals) + percent + (f'"{unit}"' if unit else "")
    if sign == "+":
        pattern = f"+{pattern};-{pattern};{pattern}"
    return Number(float(exact / 100 if percent else exact), pattern)


def is_figure(cell: Cell) -> bool:
    """Whether a cell holds a figure rather than a text."""
    return not cell.heads and cell.kind in ("num", "figure")


def width_of(text: str) -> int:
    """How wide a line of text is.

    >>> width_of("预算 a")
    6
    """
    return sum(2 if east_asian_width(each) in "WFA" else 1 for each in text)


def _words(line: str) -> Iterator[str]:
    """The parts of a line between which it may break: words, spaces, single wide characters."""
    for (wide, _), run in groupby(line, key=lambda each: (width_of(each), each.isspace())):
        word = "".join(run)
        yield from word if wide == 2 else [word]


def line_count(text: str, width: float) -> int:
    """In how many lines a text stands in a cell of that width.

    >>> line_count("预算执行率", 8), line_count("budget execution", 10), line_count("a\\nb", 9)
    (2, 2, 2)
    """
    return sum(_lines(each, max(width, 1.0)) for each in text.split("\n"))


def _lines(line: str, width: float) -> int:
    count, used = 1, 0.0
    for word in _words(line):
        wide = width_of(word)
        if used and used + wide > width and not word.isspace():
            count, used = count + 1, 0.0
        used += wide
        if used > width and not word.isspace():
            more = ceil(used / width) - 1
            count, used = count + more, used - more * width
    return count


def starts_at_top(table: Table, heights: Iterable[float], height: float) -> bool:
    """Whether a label is so high that its middle may fall between two pages of a print."""
    page = HIGH_ACROSS if is_across(table) else HIGH_UPRIGHT
    return sum(heights) > page and height > page / 2


def is_across(table: Table) -> bool:
    """Whether the page lies across: for a form of many columns."""
    return table.width > MOST_UPRIGHT


def column_widths(table: Table) -> list[float]:
    """The width of each column, so that together they fill the page.

    Where the contents need more than that, the columns with the longest texts give way most; none
    becomes too narrow for its longest word or number.
    """
    page = ACROSS if is_across(table) else UPRIGHT
    wanted, least = [4.0] * table.width, [4.0] * table.width
    for y, x, cell in sorted(table.places(), key=lambda place: place[2].across):
        if not cell.text:
            continue
        wish, need = _wish(cell, y < len(table.head)), _need(cell)
        for mine, width in ((wanted, max(wish, need)), (least, need)):
            lacking = width - sum(mine[x : x + cell.across])
            for column in range(x, x + cell.across) if lacking > 0 else ():
                mine[column] += lacking / cell.across
    if sum(wanted) <= page:
        return [each * page / sum(wanted) for each in wanted]
    return _cut(wanted, least, page)


def _wish(cell: Cell, is_head: bool) -> float:
    """The width that a cell would like to have: its longest line, or half of it for a heading."""
    wide = max(map(width_of, cell.text.split("\n")))
    if cell.across > 1 and (is_head or cell.heads):
        return 0  # a heading of a group wraps within it
    if cell.heads and cell.down > 3:
        return min(wide, NARROW_LABEL) + PADDING
    if (is_head or cell.kind == "columns") and wide > SHORT_LABEL:
        wide = ceil(wide / 2)
    return min(wide, LONG) + PADDING


def _need(cell: Cell) -> float:
    """The width below which a cell would break a word or hide a number."""
    words = [cell.text] if is_figure(cell) else _words(cell.text.replace("\n", " "))
    return min(max(map(width_of, words)), LONG) + PADDING


def _cut(wanted: Sequence[float], least: Sequence[float], page: float) -> list[float]:
    """Widths between the least and the wanted ones, all as far from them, that fill the page.

    Narrow columns are left as they are where the others can give way enough.
    """
    narrow = [max(need, min(wish, KEPT)) for wish, need in zip(wanted, least, strict=True)]
    floor = narrow if sum(narrow) <= page else least
    part = max(page - sum(floor), 0) / (sum(wanted) - sum(floor) or 1)
    return [low + (wish - low) * min(part, 1) for wish, low in zip(wanted, floor, strict=True)]


def height_of(text: str, width: float, size: float = 1) -> float:
    """How high a text stands in a cell of that width, in letters of that size."""
    return line_count(text, (width - PADDING) / size) * LINE * size + ROOM


def row_heights(table: Table, widths: Sequence[float]) -> list[float]:
    """The height of each row, so that every cell shows all its lines."""
    places = sorted(table.places(), key=lambda place: place[2].down)
    heights = [LINE + ROOM] * (1 + max(y for y, _, _ in places))
    for y, x, cell in places:
        need = height_of(cell.text, sum(widths[x : x + cell.across]))
        rows = range(y, y + cell.down)
        lacking = need - sum(heights[each] for each in rows)
        for each in rows if lacking > 0 else ():
            heights[each] += lacking / cell.down
    return heights


def sheet_rows(heights: Iterable[float]) -> list[tuple[int, float]]:
    """Over how many rows of the sheet each row lies, and how high each of these is.

    >>> sheet_rows([20.0, 900.0])
    [(1, 20.0), (3, 300.0)]
    """
    counts = [(ceil(height / TALLEST), height) for height in heights]
    return [(count, height / count) for count, height in counts]


def repeated(table: Table) -> tuple[int, int] | None:
    """The first and last row of column headings, which every page of a print repeats."""
    if table.head:
        return 0, len(table.head) - 1
    rows = [y for y, _, cell in table.places() if cell.kind == "columns"]
    return (min(rows), max(rows)) if rows else None


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Legal names of sheets: short, without signs that have a meaning, each of them once.

    >>> sheet_names(["a/b", "A b", "c"])
    ['a b', 'A b (2)', 'c']
    """
    names: list[str] = []
    for each in wanted:
        name = re.sub(r"[\[\]:*?/\\\s]+", " ", each).strip(" '") or "1"
        taken = {known.lower() for known in names}
        tried, count = name[:LONGEST_NAME].strip(" '"), 1
        while tried.lower() in taken:
            count += 1
            more = f" ({count})"
            tried = name[: LONGEST_NAME - len(more)].rstrip() + more
        names.append(tried)
    return names
