"""Sheets of a workbook as cells (单元格): what each shows, where it stands, what hides it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from evalkit.files import Unreadable

MOST_CELLS = 100_000  # that hold something, of a whole workbook
MOST_MERGED = 200_000  # cells that merged ranges of a whole workbook cover

Place = tuple[int, int]  # row and column, both from 1
Range = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass(frozen=True)
class Cell:
    """A cell that holds something.

    ``text`` is what it means to a reader, with every digit that it holds (``95.41%``); ``printed``
    is what Excel shows, rounded by the cell's format. ``number`` is the number behind, None for a
    text. ``kind`` is ``text``, ``number``, ``date``, ``flag``, ``error`` or ``uncached`` (a formula
    whose value was never stored). ``last`` is the last row and column of a merged cell.
    """

    sheet: str
    row: int
    column: int
    text: str
    kind: str = "text"
    number: Decimal | None = None
    printed: str = ""
    formula: str = ""
    is_scaled: bool = False
    is_hidden: bool = False
    last: Place = (0, 0)

    @property
    def last_row(self) -> int:
        """The last row of a merged cell; else its own."""
        return self.last[0] or self.row

    @property
    def last_column(self) -> int:
        """The last column of a merged cell; else its own."""
        return self.last[1] or self.column

    @property
    def address(self) -> str:
        """Where it stands, as Excel writes it.

        >>> Cell("Sheet1", 7, 28, "x").address
        'Sheet1!AB7'
        """
        name, left = "", self.column
        while left:
            left, digit = divmod(left - 1, 26)
            name = chr(65 + digit) + name
        return f"{self.sheet}!{name}{self.row}"


@dataclass
class Sheet:
    """The cells of one sheet that hold something, by their places; merged ranges are filled."""

    name: str
    is_hidden: bool = False
    cells: dict[Place, Cell] = field(default_factory=dict)
    covered: dict[Place, Place] = field(default_factory=dict)
    rows: dict[int, list[Cell]] = field(default_factory=dict)

    def at(self, row: int, column: int) -> Cell | None:
        """The cell that is seen at a place; a merged one is seen at all places that it covers."""
        place = (row, column)
        return self.cells.get(self.covered.get(place, place))

    def row(self, number: int) -> list[Cell]:
        """The cells that are seen in a row, each once, from the left."""
        return self.rows.get(number, [])

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.cells.values())


def sheet_of(
    name: str, cells: Iterable[Cell], merged: Iterable[Range] = (), is_hidden: bool = False
) -> Sheet:
    """A sheet from its cells and merged ranges; empty merged ranges are left out.

    >>> found = sheet_of("S", [Cell("S", 1, 1, "a"), Cell("S", 3, 2, "b")], [(1, 1, 2, 3)])
    >>> found.at(2, 3).text, found.at(1, 4), [cell.text for cell in found.row(2)]
    ('a', None, ['a'])
    """
    found = Sheet(name, is_hidden, {(cell.row, cell.column): cell for cell in cells})
    ranges = list(merged)
    if sum((b - t + 1) * (r - left + 1) for t, left, b, r in ranges) > MOST_MERGED:
        raise Unreadable("too_many_cells")
    for top, left, bottom, right in ranges:
        cell = found.cells.get((top, left))
        if cell is None:
            continue
        values = {**cell.__dict__, "last": (bottom, right)}
        found.cells[top, left] = Cell(**values)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                found.covered[row, column] = (top, left)
    for cell in sorted(found, key=lambda each: (each.column, each.row)):
        for row in range(cell.row, cell.last_row + 1):
            found.rows.setdefault(row, []).append(cell)
    return found
