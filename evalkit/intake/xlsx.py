"""Workbooks of today's format (.xlsx, .xlsm): values and formulas side by side.

openpyxl gives either the formula or the value that was stored with it, so a workbook with formulas
is parsed twice. Macros and external links are not loaded.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from evalkit.intake.sheets import Cell, Sheet, sheet_of
from evalkit.intake.shown import exact, shown


def sheets_of(data: bytes) -> list[Sheet]:
    """The worksheets of a workbook; sheets of charts hold no cells."""
    book = _open(data, values=False)
    has_formulas = any(cell.data_type == "f" for sheet in book.worksheets for cell in _cells(sheet))
    values = _open(data, values=True) if has_formulas else book
    return [
        sheet_of(
            sheet.title,
            _read(sheet, values[sheet.title]),
            [(r.min_row, r.min_col, r.max_row, r.max_col) for r in sheet.merged_cells.ranges],
            sheet.sheet_state != "visible",
        )
        for sheet in book.worksheets
    ]


def _open(data: bytes, values: bool) -> Any:
    return load_workbook(io.BytesIO(data), data_only=values, keep_links=False)


def _cells(sheet: Worksheet) -> Iterator[Any]:
    """The cells that are there: one far-off cell must not make a million rows of empty ones."""
    return iter(sheet._cells.values())


def _read(sheet: Worksheet, values: Worksheet) -> Iterator[Cell]:
    hidden_rows = {number for number, row in sheet.row_dimensions.items() if row.hidden}
    hidden_columns = [(c.min, c.max) for c in sheet.column_dimensions.values() if c.hidden]
    for cell in _cells(sheet):
        is_hidden = cell.row in hidden_rows or any(
            first <= cell.column <= last for first, last in hidden_columns
        )
        where = {"sheet": sheet.title, "row": cell.row, "column": cell.column,
                 "is_hidden": is_hidden}  # fmt: skip
        if cell.data_type == "f":
            formula = str(getattr(cell.value, "text", None) or cell.value)
            stored = values.cell(cell.row, cell.column)
            if stored.value is None:
                yield Cell(**where, text="", kind="uncached", formula=formula)
            else:
                yield from _cell(stored, where | {"formula": formula})
        else:
            yield from _cell(cell, where)


def _cell(cell: Any, where: dict[str, Any]) -> Iterator[Cell]:
    """What a cell holds; nothing for one without a value."""
    value = cell.value
    if isinstance(value, bool):
        yield Cell(**where, text=str(value).upper(), kind="flag")
    elif isinstance(value, int | float):
        number = exact(value)
        found = shown(number, cell.number_format)
        yield Cell(
            **where, text=found.text, kind="number", number=number, printed=found.printed,
            is_scaled=found.is_scaled,
        )  # fmt: skip
    elif isinstance(value, datetime | date | time):
        day = value.date() if isinstance(value, datetime) else value
        yield Cell(**where, text=day.isoformat(), kind="date")
    elif cell.data_type == "e":
        yield Cell(**where, text=str(value), kind="error")
    elif value is not None and str(value).strip():
        yield Cell(**where, text=str(value))
