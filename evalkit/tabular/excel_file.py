"""Tables as a workbook of Excel (Excel 读入): each sheet that holds something is one.

Numbers come as Excel holds them, with 15 digits and no binary tail; a share that a format shows
(``25%``) is a text. A merged cell counts for every row that it covers.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from evalkit.errors import Fault, ParamsFaults
from evalkit.files import Unreadable
from evalkit.intake.sheets import Cell, Sheet
from evalkit.intake.shown import plain
from evalkit.intake.workbook import read_workbook
from evalkit.tabular.csv_file import table_of
from evalkit.tabular.readings import Broken, Raw
from evalkit.tabular.table import Line, Table, filled
from evalkit.textfile import refused

MOST_CELLS = 1_000_000  # of a workbook
#: What keeps a workbook from being read, where it has words of its own.
REASONS = {"encrypted": "encrypted", "unpacks_too_large": "table_too_large",
           "too_many_cells": "table_too_large", "empty": "empty_table"}  # fmt: skip
FILES = ("missing", "is_folder", "not_a_file", "unreadable", "too_large")


def read_excel(path: Path) -> list[Table]:
    """The tables of a workbook. Raises ``ParamsFaults`` for what cannot be read as one."""
    try:
        sheets, _ = read_workbook(path, MOST_CELLS)
    except Unreadable as error:
        if error.code in FILES:
            raise refused(path, error, "table_too_large") from None
        code = REASONS.get(error.code, "not_a_table")
        raise ParamsFaults([Fault(str(path), 0, 0, code, "", path.name)]) from None
    found = [(sheet, filled(_lines(sheet))) for sheet in sheets]
    tables = [
        table_of(f"{path}!{sheet.name}", f"{path.name}!{sheet.name}", sheet.name, lines)
        for sheet, lines in found
        if lines
    ]
    if not tables:
        raise ParamsFaults([Fault(str(path), 0, 0, "empty_table")])
    return tables


def _lines(sheet: Sheet) -> list[Line]:
    width = max((cell.last_column for cell in sheet), default=0)
    return [
        (number, [_raw(sheet.at(number, column)) for column in range(1, width + 1)])
        for number in sorted(sheet.rows)
    ]


def _raw(cell: Cell | None) -> Raw:
    """What a cell holds; what it shows where that is more than its number."""
    if cell is None:
        return None
    if cell.kind == "error":
        return Broken("error_in_cell", cell.text)
    if cell.kind == "uncached":
        return Broken("formula_without_value", cell.formula)
    if cell.kind == "flag":
        return cell.text == "TRUE"
    if cell.kind == "date":
        return date.fromisoformat(cell.text) if len(cell.text) == 10 else cell.text
    if cell.kind != "number" or cell.number is None:
        return cell.text
    if cell.is_scaled:
        return Broken("scaled_number", cell.printed)
    if cell.text != plain(cell.number):
        return cell.text
    is_whole = cell.number == cell.number.to_integral_value()
    return int(cell.number) if is_whole else Decimal(cell.text)
