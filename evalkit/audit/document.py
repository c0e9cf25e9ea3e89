"""A report as it was read (报告文本): paragraphs, headings and rows of tables in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

HEADING, PARAGRAPH, ROW = "heading", "paragraph", "row"


class Cell(NamedTuple):
    """A cell of a row, or the one text of a paragraph.

    ``column`` counts from 0. A merged cell stands at each place that it covers; all but the first
    of them are ``is_repeat``: they head their rows and columns, and print nothing again.
    """

    text: str
    line: int
    column: int = 0
    is_repeat: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading or one row of a table; ``table`` counts from 1, 0 is outside."""

    kind: str
    cells: tuple[Cell, ...]
    table: int = 0

    @property
    def text(self) -> str:
        """All that it prints, cells divided by a stroke."""
        return " | ".join(cell.text for cell in self.cells if not cell.is_repeat)

    @property
    def line(self) -> int:
        """Where it begins."""
        own = (cell.line for cell in self.cells if not cell.is_repeat)
        return next(own, self.cells[0].line if self.cells else 0)


@dataclass(frozen=True)
class Document:
    """A report as it was read.

    ``counted`` says what ``line`` counts: ``line`` of the file, ``paragraph`` (docx) or ``page``.
    ``is_cut``: a sentence may go on in the next paragraph, as where pages end. ``masked`` holds
    the kinds of personal numbers that were masked.
    """

    blocks: tuple[Block, ...]
    counted: str = "line"
    is_cut: bool = False
    masked: tuple[str, ...] = ()

    def tables(self) -> Iterator[list[Block]]:
        """The rows of each table, in order."""
        rows: list[Block] = []
        for block in self.blocks:
            if rows and block.table != rows[0].table:
                yield rows
                rows = []
            if block.table:
                rows.append(block)
        if rows:
            yield rows


def paragraph(text: str, line: int, kind: str = PARAGRAPH) -> Block:
    """A block of one text."""
    return Block(kind, (Cell(text, line),))


def row(texts: list[str], line: int, table: int) -> Block:
    """A row of cells that were not merged."""
    return Block(ROW, tuple(Cell(text, line, n) for n, text in enumerate(texts)), table)
