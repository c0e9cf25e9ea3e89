"""What a mail says (邮件内容), without its clothes: plain text and HTML are both made from this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

LONGEST_TEXT = 3000  # characters of one paragraph; no sentence of ours is a third as long


class Run(NamedTuple):
    """Words of one look."""

    text: str
    is_strong: bool = False


class Line(NamedTuple):
    """A paragraph, or an entry of a list."""

    runs: tuple[Run, ...]
    is_item: bool = False

    @property
    def text(self) -> str:
        """All of its words."""
        return "".join(run.text for run in self.runs)


class Pair(NamedTuple):
    """Something by its name: a conclusion or a figure; ``tone`` is good, fair, warm or bad."""

    name: str
    value: str
    note: str = ""
    tone: str = ""


class Cell(NamedTuple):
    """A cell of a table, so many rows and columns large."""

    text: str
    is_head: bool = False
    is_number: bool = False
    down: int = 1
    across: int = 1


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Heading:
    """What the following blocks are about."""

    text: str


@dataclass(frozen=True)
class Pairs:
    """Conclusions (``judged``), or figures (``figures``)."""

    kind: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Prose:
    """Paragraphs and lists; ``left_out`` of them are in the attachment alone."""

    lines: tuple[Line, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Grid:
    """A table of figures; ``left_out`` of its rows are in the attachment alone."""

    caption: str
    heads: tuple[Row, ...]
    rows: tuple[Row, ...]
    foot: tuple[Row, ...] = ()
    left_out: int = 0


@dataclass(frozen=True)
class Chart:
    """A picture of twice the pixels that it is shown with, and the words that stand for it."""

    name: str
    png: bytes
    width: int
    height: int
    alt: str
    caption: str


Block = Heading | Pairs | Prose | Grid | Chart


@dataclass(frozen=True)
class Letter:
    """A whole mail: its language, title, verdict in a word, what stands below the title, parts."""

    lang: str
    title: str
    result: str
    about: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Its pictures, in their order."""
        return tuple(block for block in self.blocks if isinstance(block, Chart))

    def texts(self) -> Iterator[str]:
        """Every text of it, to look through."""
        yield from (self.title, self.result, *self.about)
        for block in self.blocks:
            yield from _texts(block)

    def shortened(self) -> Letter:
        """The same with half of its longest list or table; itself where nothing can be cut."""
        sizes = [_size(block) for block in self.blocks]
        if max(sizes, default=0) == 0:
            return self
        longest = sizes.index(max(sizes))
        blocks = list(self.blocks)
        blocks[longest] = _halved(blocks[longest])
        return replace(self, blocks=tuple(blocks))


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield text
        case Pairs(_, pairs):
            yield from (part for pair in pairs for part in pair[:3])
        case Prose(lines):
            yield from (line.text for line in lines)
        case Grid(caption, heads, rows, foot):
            yield caption
            yield from (cell.text for row in (*heads, *rows, *foot) for cell in row)
        case Chart():
            yield from (block.alt, block.caption)


def _size(block: Block) -> int:
    """How much there is to cut: the characters of a list or table that has more than one entry."""
    if isinstance(block, Prose) and len(block.lines) > 1:
        return sum(len(line.text) for line in block.lines)
    if isinstance(block, Grid) and len(block.rows) > 1:
        return sum(len(cell.text) for row in block.rows for cell in row)
    return 0


def _halved(block: Block) -> Block:
    if isinstance(block, Prose):
        kept = len(block.lines) // 2
        left_out = block.left_out + len(block.lines) - kept
        return replace(block, lines=block.lines[:kept], left_out=left_out)
    if isinstance(block, Grid):
        kept = len(block.rows) // 2
        left_out = block.left_out + len(block.rows) - kept
        return replace(block, rows=_whole(block.rows[:kept]), left_out=left_out)
    return block


def _whole(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Rows without cells that reach below the last of them."""
    return tuple(
        tuple(cell._replace(down=min(cell.down, len(rows) - place)) for cell in row)
        for place, row in enumerate(rows)
    )


def placed(rows: Iterable[Row]) -> list[list[tuple[int, Cell]]]:
    """The cells of each row with the column in which they begin.

    >>> placed([(Cell("a", down=2), Cell("b")), (Cell("c"),)])[1][0][0]
    1
    """
    found: list[list[tuple[int, Cell]]] = []
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        found.append([])
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            found[-1].append((column, cell))
            for down in range(cell.down):
                taken |= {(number + down, column + across) for across in range(cell.across)}
            column += cell.across
    return found


def cut(text: str) -> str:
    """A text of a length that fits a mail.

    >>> cut("a"), len(cut("a" * 9000))
    ('a', 3000)
    """
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
