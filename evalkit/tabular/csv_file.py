"""Tables as CSV (CSV 读入): whatever program wrote them, in UTF-8, GB18030 or UTF-16.

Every cell is a text and stays one until its column says what it means; nothing becomes a binary
float, and a cell that begins with ``=`` is a text like any other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from evalkit.errors import Fault, ParamsFaults
from evalkit.tabular.layout import heading_row, is_project
from evalkit.tabular.table import MOST_ABOVE, Line, Table, filled, text_of
from evalkit.textfile import LARGEST_TABLE, read_any_text

SEPARATORS = (",", ";", "\t")
LONGEST_CELL = 1_000_000  # characters


def read_csv(path: Path) -> Table:
    """The table of a CSV file. A row is called by the line of the file on which it starts.

    Raises ``ParamsFaults`` for a file that cannot be read, and for quotes that do not match.
    """
    text = read_any_text(path, LARGEST_TABLE)
    separator = _separator(text)
    lines, fault = _lines(text, separator, path)
    if fault is not None:
        raise ParamsFaults([fault])
    return table_of(str(path), path.name, path.stem, filled(lines))


def table_of(file: str, name: str, title: str, lines: list[Line]) -> Table:
    """A table whose headings stand in its first rows. Raises ``ParamsFaults`` for an empty one."""
    if not lines:
        raise ParamsFaults([Fault(file, 0, 0, "empty_table")])
    at = heading_row(lines)
    head, cells = lines[at]
    return Table(file, name, title, head, [text_of(cell) for cell in cells], lines[at + 1 :])


def _separator(text: str) -> str:
    """The sign between cells: by which a heading names the project, else the most frequent one."""
    head = "\n".join(text.split("\n", 2 * MOST_ABOVE)[: 2 * MOST_ABOVE])
    found: dict[str, tuple[bool, int]] = {}
    for separator in SEPARATORS:
        rows = []
        try:
            rows = list(_rows(head, separator, is_strict=False))
        except csv.Error:
            continue
        width = max((len(row) for _, row in rows), default=0)
        is_named = any(is_project(cell) for _, row in rows for cell in row)
        found[separator] = (is_named and width > 1, width)
    return max(found, key=lambda each: found[each]) if found else ","


def _rows(text: str, separator: str, *, is_strict: bool) -> Iterator[tuple[int, Sequence[str]]]:
    """Each row with the number of the line on which it starts."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=is_strict)
    start = 1
    for row in reader:
        yield start, row
        start = reader.line_num + 1


def _lines(text: str, separator: str, path: Path) -> tuple[list[Line], Fault | None]:
    """All rows; or those before a quote that is not closed or not doubled, and its fault."""
    lines: list[Line] = []
    try:
        lines.extend(_rows(text, separator, is_strict=True))
    except csv.Error:
        start, shown = _broken(text, len(lines), separator)
        return lines, Fault(str(path), start, 1, "quotes_unmatched", "", shown)
    return lines, None


def _broken(text: str, before: int, separator: str) -> tuple[int, str]:
    """The line on which the row after so many good ones starts, and how it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    for _ in range(before):
        next(reader)
    start = reader.line_num
    line = next(islice(io.StringIO(text, newline=""), start, None), "")
    return start + 1, line.strip()[:80]
