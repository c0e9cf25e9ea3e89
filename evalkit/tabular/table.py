"""A table as it was read (读入的表): its headings and rows, and where each row stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evalkit.errors import Fault
from evalkit.tabular.readings import Raw
from evalkit.yamltree import UNSEEN

MOST_ABOVE = 10  # rows that may stand above the headings: a title, a unit
Line = tuple[int, Sequence[Raw]]  # the number of a row and its cells


@dataclass(frozen=True)
class Table:
    """One table. ``file`` is what faults call it, ``name`` what places do, ``title`` its own name.

    ``head`` is the number of the row with the headings, 0 where the format keeps them apart. A
    workbook's sheet is called ``book.xlsx!sheet``.
    """

    file: str
    name: str
    title: str
    head: int
    headings: Sequence[str]
    lines: Sequence[Line]


def is_empty(raw: Raw) -> bool:
    """Whether a cell says nothing."""
    return raw is None or (isinstance(raw, str) and not raw.strip()) or raw == []


def text_of(raw: Raw) -> str:
    """A heading as a text.

    >>> text_of(" 项目编号 "), text_of(None), text_of(2018)
    ('项目编号', '', '2018')
    """
    return "" if raw is None else str(raw).strip()


def filled(lines: Iterable[Line]) -> list[Line]:
    """The rows that hold something."""
    return [(number, cells) for number, cells in lines if not all(map(is_empty, cells))]


def hidden(table: Table) -> Iterator[Fault]:
    """Cells and headings that hide characters."""
    for number, cells in ((table.head, table.headings), *table.lines):
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        if not UNSEEN.search(" ".join(texts)):
            continue
        for column, text in enumerate(texts, start=1):
            match = UNSEEN.search(text)
            if match:
                yield Fault(table.file, number, column, "unseen", "", f"U+{ord(match[0]):04X}")
