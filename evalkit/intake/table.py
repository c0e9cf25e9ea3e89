"""The table of indicators (指标表): its headings in one row or two, its rows and its sum."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.intake.dates import month_in
from evalkit.intake.form import Form, Row, under
from evalkit.intake.labels import is_label, which
from evalkit.intake.ledger import Ledger
from evalkit.intake.pairs import labelled
from evalkit.intake.readings import read
from evalkit.intake.sheets import Cell, Sheet

PLAIN = ("computed", "numbering", "unused")  # columns that are known and not carried over
LEAST_COLUMNS = 3  # headings that make a row the head of the indicators
NAMES = ("level1", "level2", "name", "numbering")


def is_head(sheet: Sheet, row: int) -> bool:
    """Whether a row is the head of the indicators."""
    found = {which(cell.text, "indicators") for cell in sheet.row(row)} - {""}
    names = found & {"level1", "level2", "name"}
    is_scored = len(names) > 1 and bool(found & {"points", "score"})
    is_valued = bool(found & {"target", "actual"})
    return len(found) >= LEAST_COLUMNS and bool(names) and (is_valued or is_scored)


def read_table(form: Form, rows: range, ledger: Ledger) -> int:
    """The rows of the table from its head on; returns the last row that belongs to it."""
    sheet, head = form.sheet, rows.start
    columns, start = _columns(form, head, ledger)
    form.columns = tuple(name for name, _ in columns)
    end = head
    names = [h.last_column for name, h in columns if name in NAMES]
    for number in range(start, rows.stop):
        cells = sheet.row(number)
        if is_head(sheet, number):
            ledger.use(*cells)
            end = number
            continue
        row = _row(sheet, columns, number)
        if _is_end(sheet, number, columns):
            return number - 1
        if not cells:
            continue
        end = number
        if sign := next((c for c in cells if _is_sum(c, number, max(names))), None):
            ledger.use(sign)
            form.sum = {name: cell for name, cell in row.items() if cell is not sign}
            return number
        form.indicators.append(row)
    return end


def _columns(form: Form, head: int, ledger: Ledger) -> tuple[list[tuple[str, Cell]], int]:
    """The columns of the table with their headings, in one row or in two, and where rows begin."""
    sheet = form.sheet
    lower = [cell for cell in sheet.row(head + 1) if cell.row == head + 1]
    named = [
        cell for cell in lower
        if which(cell.text, "indicators") or any(is_label(cell.text, each) for each in PLAIN)
    ]  # fmt: skip
    is_double = bool(lower) and len(named) >= 2 and all(read(c.text).kind == "text" for c in named)
    is_double = is_double and len(named) >= len(lower) - 1
    found: list[tuple[str, Cell]] = []
    below = {column for cell in named for column in range(cell.column, cell.last_column + 1)}
    for cell in sheet.row(head):
        is_over = is_double and any(c in below for c in range(cell.column, cell.last_column + 1))
        if is_over and cell.last_row == head:
            ledger.use(cell)
            form.month = form.month or month_in(cell.text)
        else:
            found += _column(form, cell, ledger)
    if is_double:
        for cell in named:
            found += _column(form, cell, ledger)
    start = head + (2 if is_double else 1)
    return sorted(found, key=lambda each: each[1].column), start


def _column(form: Form, cell: Cell, ledger: Ledger) -> Iterator[tuple[str, Cell]]:
    """A column by its heading; those of ``PLAIN`` have lists of their own."""
    name = which(cell.text, "indicators")
    name = next((each for each in PLAIN if is_label(cell.text, each)), name)
    if name:
        form.month = form.month or month_in(cell.text)
        ledger.use(cell)
        yield name, cell
    elif is_label(cell.text, "titles"):
        ledger.use(cell)


def _row(sheet: Sheet, columns: list[tuple[str, Cell]], number: int) -> Row:
    """The cells of a row by their columns; a second column of a name has its number behind it."""
    row: Row = {}
    for name, heading in columns:
        cell = under(sheet, heading, number)
        if cell is not None and row.setdefault(name, cell) is not cell:
            row[f"{name}+{heading.column}"] = cell
    return row


def _is_sum(cell: Cell, number: int, last: int) -> bool:
    """Whether a cell says, where the names stand, that its row holds the totals."""
    return cell.row == number and cell.column <= last and is_label(cell.text, "sum")


def _is_end(sheet: Sheet, number: int, columns: list[tuple[str, Cell]]) -> bool:
    """Whether a row stands below the table: a note, or a label with its value."""
    first = next((cell for cell in sheet.row(number) if cell.row == number), None)
    if first is None or is_label(first.text, "sum"):
        return False
    name, _ = labelled(first)
    is_wide = first.last_column >= columns[-1][1].column and first.column <= columns[0][1].column
    return bool(name) or is_label(first.text, "notes") or is_wide
