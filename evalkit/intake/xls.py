"""Workbooks of the old format (.xls): values, formats and merged cells, but no formulas.

The reader gives what was stored of a formula and not the formula itself; where nothing was stored
it gives an empty text, by which such a cell is known.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlrd

from evalkit.files import Unreadable
from evalkit.intake.sheets import Cell, Sheet, sheet_of
from evalkit.intake.shown import exact, shown

HIDDEN_FORMULA = "?"


def sheets_of(data: bytes) -> list[Sheet]:
    """The worksheets of a workbook."""
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, logfile=io.StringIO(), on_demand=False
        )
    except xlrd.XLRDError as error:
        code = "encrypted" if "encrypt" in str(error).lower() else "damaged"
        raise Unreadable(code) from None
    return [
        sheet_of(
            sheet.name,
            _read(book, sheet),
            [(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells],
            sheet.visibility != 0,
        )
        for sheet in book.sheets()
    ]


def _read(book: Any, sheet: Any) -> Iterator[Cell]:
    hidden_rows = {number for number, row in sheet.rowinfo_map.items() if row.hidden}
    hidden_columns = {number for number, column in sheet.colinfo_map.items() if column.hidden}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            where = {"sheet": sheet.name, "row": row + 1, "column": column + 1,
                     "is_hidden": row in hidden_rows or column in hidden_columns}  # fmt: skip
            yield from _cell(book, sheet.cell(row, column), where)


def _cell(book: Any, cell: Any, where: dict[str, Any]) -> Iterator[Cell]:
    """What a cell holds; nothing for one without a value."""
    value = cell.value
    if cell.ctype == xlrd.XL_CELL_TEXT:
        if value == "":
            yield Cell(**where, text="", kind="uncached", formula=HIDDEN_FORMULA)
        elif value.strip():
            yield Cell(**where, text=value)
    elif cell.ctype == xlrd.XL_CELL_NUMBER:
        number = exact(value)
        number_format = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
        found = shown(number, number_format)
        yield Cell(
            **where, text=found.text, kind="number", number=number, printed=found.printed,
            is_scaled=found.is_scaled,
        )  # fmt: skip
    elif cell.ctype == xlrd.XL_CELL_DATE:
        day = xlrd.xldate_as_datetime(value, book.datemode).date()
        yield Cell(**where, text=day.isoformat(), kind="date")
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        yield Cell(**where, text=str(bool(value)).upper(), kind="flag")
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        yield Cell(**where, text=xlrd.error_text_from_code.get(value, "#ERROR"), kind="error")
