"""The clothes of a mail (邮件外观): HTML for every mail program, and plain text.

The HTML is what Outlook's Word engine and Gmail both understand: tables, attributes, inline style,
no style sheet; every colour is said for text and ground, so that no dark mode makes one of them
vanish. Without styles it still reads from top to bottom.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from evalkit.mail.letter import (
    Block,
    Chart,
    Grid,
    Heading,
    Letter,
    Line,
    Pairs,
    Prose,
    Row,
    placed,
)
from evalkit.words import Words

#: Bytes of HTML above which Gmail hides the rest of a mail, less some room.
HEAVIEST = 90_000
WIDTH = 600
#: What a telephone has for a table, and what its signs and cells need, in pixels.
NARROW, WIDE_SIGN, LATIN_SIGN, AROUND = 330, 13, 7.6, 9
HAN = re.compile("[\u2e80-\uffef]")
TEMPLATE = "mail.html.j2"


def as_html(letter: Letter, attached: str, words: Words) -> tuple[Letter, str]:
    """The mail as HTML of at most 90 KB, and the letter that it holds: shortened where need be.

    ``attached`` says what is attached. A list that was cut says how many are in the attachment.
    """
    while True:
        page = _template().render(
            letter=letter,
            attached=attached,
            width=WIDTH,
            language=words.plain("page", "language", {}),
            kind=lambda block: type(block).__name__.lower(),
            left_out=lambda count: _left_out(count, words),
            fitted=fitted,
            close=words.plain("mail", "close", {}),
        )
        shorter = letter.shortened()
        if len(page.encode()) <= HEAVIEST or shorter is letter:
            return letter, page
        letter = shorter


def fitted(grid: Grid) -> Grid:
    """A table that a telephone can show: where its columns need more, a row has two lines.

    The first line is its name, over all columns; below it stand the figures.
    """
    rows = (*grid.heads, *grid.rows, *grid.foot)
    is_plain = all(row and row[0].down == row[0].across == 1 for row in rows)
    if not is_plain or _width(rows) <= NARROW:
        return grid
    heads, body, foot = map(_two_lines, (grid.heads, grid.rows, grid.foot))
    return replace(grid, heads=heads, rows=body, foot=foot)


def _width(rows: tuple[Row, ...]) -> int:
    """About how many pixels the columns need; a word is not broken, Chinese may be anywhere."""
    needs: dict[int, int] = {}
    for row in placed(rows):
        for column, cell in row:
            for word in [cell.text] if cell.is_number and not cell.is_head else cell.text.split():
                wide = WIDE_SIGN * 4 if HAN.search(word) else round(LATIN_SIGN * len(word))
                if cell.across == 1:
                    needs[column] = max(needs.get(column, 0), wide)
    return sum(needs.values()) + AROUND * len(needs)


def _two_lines(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Each row as its name and its figures; what reached over rows reaches over both lines."""
    made: list[Row] = []
    columns = max((sum(cell.across for cell in row) for row in rows), default=0) - 1
    for row in rows:
        free = sum(cell.across for cell in row[1:]) or columns
        made.append((row[0]._replace(across=free),))
        made.append(tuple(cell._replace(down=2 * cell.down - 1) for cell in row[1:]))
    return tuple(made)


@cache
def _template() -> Any:
    """The template, compiled once; every text is escaped."""
    from jinja2 import Environment, StrictUndefined

    source = (files("evalkit") / "template" / TEMPLATE).read_text("utf-8")
    setting = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    return setting.from_string(source)


def _left_out(count: int, words: Words) -> str:
    return words.plain("mail", "left_out", {}, {"count": count})


def as_text(letter: Letter, attached: str, words: Words) -> str:
    """The mail as plain text: for who reads no HTML, and for who listens."""
    parts = ["\n".join((letter.title, *letter.about))]
    parts += ["\n".join(_told(block, words)) for block in letter.blocks]
    parts += ["\n".join((RULE, attached, words.plain("mail", "close", {})))]
    return "\n\n".join(filter(None, parts)) + "\n"


RULE = "-" * 40


def _told(block: Block, words: Words) -> Iterator[str]:
    pair = words.term("headings.pair")
    match block:
        case Heading(text):
            yield f"== {text} =="
        case Pairs(_, pairs):
            for each in pairs:
                line = pair.format(name=each.name, value=each.value)
                note = words.term("headings.with_unit")
                yield note.format(name=line, unit=each.note) if each.note else line
        case Prose(lines, left_out):
            yield from map(_line, lines)
            yield from [_left_out(left_out, words)] if left_out else []
        case Grid():
            yield from _grid(block, words)
        case Chart():
            yield block.caption
            yield block.alt


def _line(line: Line) -> str:
    return f"- {line.text.strip()}" if line.is_item else line.text.strip()


def _grid(grid: Grid, words: Words) -> Iterator[str]:
    """A table as one line a row, each figure after the heading of its column."""
    pair = words.term("headings.pair")
    yield grid.caption
    names = [cell.text for cell in grid.heads[-1]] if grid.heads else []
    for row in (*placed(grid.rows), *placed(grid.foot)):
        first, rest = row[0][1].text, row[1:]
        figures = [
            pair.format(name=names[at], value=cell.text)
            if cell.across == 1 and at < len(names)
            else cell.text
            for at, cell in rest
            if cell.text
        ]
        told = words.listed(figures, "semicolon")
        yield f"- {first} | {told}" if told else f"- {first}"
    if grid.left_out:
        yield _left_out(grid.left_out, words)
