"""Tables with merged cells: each cell at all the places that it covers."""

from __future__ import annotations

from evalkit.audit.document import ROW, Block, Cell
from evalkit.files import Unreadable

MOST_CELLS = 200_000


class Grid:
    """Puts the cells of one table in their columns, row by row."""

    def __init__(self, table: int) -> None:
        self.is_open = False
        self._table = table
        self._row: dict[int, Cell] = {}
        self._below: dict[int, tuple[Cell, int]] = {}  # by column: a cell, for how many more rows
        self._span = (1, 1)
        self._count = 0

    def open(self, columns: int, rows: int) -> None:
        """A cell begins that covers so many columns and rows."""
        self._span, self.is_open = (columns, rows), True

    def close(self, cell: Cell) -> None:
        """The cell that was opened, with its text."""
        columns, rows = self._span
        first = next(n for n in range(len(self._row) + len(self._below) + 1) if self._is_free(n))
        self._count += columns
        if self._count > MOST_CELLS:
            raise Unreadable("too_many_cells")
        for n in range(first, first + columns):
            placed = cell._replace(column=n, is_repeat=cell.is_repeat or n > first)
            self._row[n] = placed
            if rows > 1:
                self._below[n] = (placed._replace(is_repeat=True), rows)
        self.is_open = False

    def _is_free(self, column: int) -> bool:
        return column not in self._row and column not in self._below

    def next_row(self) -> list[Block]:
        """The row that is full, if there is one."""
        return self._take() if self._row else []

    def end(self) -> list[Block]:
        """The last row."""
        return self.next_row()

    def _take(self) -> list[Block]:
        for n, (cell, _) in self._below.items():
            self._row.setdefault(n, cell)
        self._below = {n: (cell, rows - 1) for n, (cell, rows) in self._below.items() if rows > 1}
        cells = tuple(self._row[n] for n in sorted(self._row))
        self._row = {}
        return [Block(ROW, cells, self._table)]
