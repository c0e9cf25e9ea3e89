"""Text and Markdown: lines, headings, tables by tabs or strokes.

The lines keep their numbers. A row of a table is a line with tabs, or one with strokes where a rule
of dashes stands below its first row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from evalkit.audit.document import HEADING, Block, Document, paragraph, row
from evalkit.audit.patterns import patterns

RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:[|\t]\s*:?-{2,}:?\s*)*\|?\s*")
STROKES = re.compile(r"\s*\|?[^|\n]*\|.*")
MARKED = re.compile(r"\s{0,3}#{1,6}\s+(.*)")
LONGEST_HEADING = 60
ENDS = (".", ";", ",", "\u3002", "\uff1b", "\uff0c", "\u3001", "\uff1a", ":")


def read(text: str) -> Document:
    """The blocks of a text; empty lines divide tables and are left out.

    >>> [(b.kind, b.line, b.text) for b in read("# A\\n\\nb\\nc\\td\\n").blocks]
    [('heading', 1, 'A'), ('paragraph', 3, 'b'), ('row', 4, 'c | d')]
    """
    return Document(tuple(_blocks(text.splitlines())), is_cut=True)


def _blocks(lines: list[str]) -> Iterator[Block]:
    table, inside = 0, ""
    for number, line in enumerate(lines, 1):
        following = lines[number] if number < len(lines) else ""
        kind = _kind(line, following, inside)
        if kind and not inside:
            table += 1
        if RULE.fullmatch(line) and line.count("-") > 2:
            continue
        is_within_form = inside == "tabs" and not line.strip() and "\t" in following
        inside = kind or (inside if is_within_form else "")
        if kind == "tabs":
            yield row([cell.strip() for cell in line.split("\t")], number, table)
        elif kind == "strokes":
            cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
            yield row([cell.strip().replace("\\|", "|") for cell in cells], number, table)
        elif line.strip():
            yield _paragraph(line, number)


def _kind(line: str, following: str, inside: str) -> str:
    """How a line is divided into cells, if it is."""
    if "\t" in line.strip() or ("\t" in line and inside == "tabs"):
        return "tabs"
    is_row = STROKES.fullmatch(line) and (inside == "strokes" or "|" in following)
    opens = inside == "strokes" or (RULE.fullmatch(following) and following.count("-") > 1)
    return "strokes" if is_row and opens else ""


def _paragraph(line: str, number: int) -> Block:
    marked = MARKED.fullmatch(line)
    if marked:
        return paragraph(marked[1].rstrip("# "), number, HEADING)
    text = line.strip()
    is_heading = (
        len(text) <= LONGEST_HEADING and not text.endswith(ENDS) and _numbered().match(text)
    )
    return paragraph(text, number, HEADING if is_heading else "paragraph")


@cache
def _numbered() -> re.Pattern[str]:
    """What a heading without a mark begins with."""
    return re.compile(patterns()["heading"])
