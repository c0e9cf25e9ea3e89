"""A form as it stands on its sheet (表格): the cells of each block, not yet read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from evalkit.intake.labels import bare, brackets, fold, labels
from evalkit.intake.ledger import Ledger
from evalkit.intake.sheets import Cell, Sheet
from evalkit.units import units

Row = dict[str, Cell]
LONGEST_TITLE = 80  # characters of a line above the table that is no text of its own
FIGURES = ("initial", "budget", "executed", "expected", "received")


@dataclass
class Form:
    """One form as it stands on its sheet: the cells of each block, not yet read.

    ``funds`` are the rows of the money block, with ``label`` for the cell that names each;
    ``indicators`` the rows of the table below; ``sum`` its last row.
    """

    sheet: Sheet
    kind: str = ""
    framework: str = ""  # the id of the one that the names of its indicators are of
    year: int | None = None
    month: int | None = None
    pairs: dict[str, list[Cell]] = field(default_factory=dict)
    money: list[tuple[str, Cell]] = field(default_factory=list)  # units that headings name
    funds: list[Row] = field(default_factory=list)
    funds_title: Cell | None = None
    goals: dict[str, list[Cell]] = field(default_factory=dict)
    indicators: list[Row] = field(default_factory=list)
    columns: tuple[str, ...] = ()  # of the indicators
    sum: Row = field(default_factory=dict)
    stated: dict[str, tuple[str, Cell]] = field(default_factory=dict)  # below evalkit's own forms
    texts: dict[str, list[Cell]] = field(default_factory=dict)  # of a tracking report, by subject
    rules: list[Row] = field(default_factory=list)
    layout: str = ""  # the name of the framework that evalkit made the form for

    @property
    def is_tracking(self) -> bool:
        """Whether it is one of the forms of a tracking report."""
        return self.kind in labels()["tracking_kinds"]

    @property
    def is_partial(self) -> bool:
        """Whether it tells of a part of the year."""
        return self.is_tracking or self.kind == "monitoring"


def unit_in(text: str) -> str:
    """The unit of money that a heading names; empty for none.

    >>> unit_in("项目资金（万元）"), unit_in("单位：元"), unit_in("全年预算数(A)")
    ('万元', '元', '')
    """
    names, prefix = labels()["unit_names"], labels()["unit_prefix"]
    whole = fold(text)
    words = [word for word in whole.split() if re.match(prefix, word)]
    for piece in [*brackets(text), whole, *words] if len(whole) < LONGEST_TITLE else words:
        said = bare(piece) or piece
        plain = re.sub(f"^(?:{prefix})", "", said)
        if plain == said and plain in labels()["values"]["points"]:
            continue  # of a score, not of money
        for found in (plain, names.get(plain, "")):
            if found in units()["money"]:
                return found
    return ""


def under(sheet: Sheet, heading: Cell, number: int) -> Cell | None:
    """The cell below a heading in a row: the first that begins within the heading's columns."""
    for column in range(heading.column, heading.last_column + 1):
        cell = sheet.at(number, column)
        if cell is not None and heading.column <= cell.column <= heading.last_column:
            return cell if cell is not heading else None
    return None


def is_used(cell: Cell, ledger: Ledger) -> bool:
    return (cell.sheet, cell.row, cell.column) in ledger.used
