"""The figures of a form (数字读取): amounts and points, each used or put on the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from evalkit.intake.labels import brackets, labels
from evalkit.intake.ledger import Ledger
from evalkit.intake.readings import Reading, read, tidy
from evalkit.intake.sheets import Cell
from evalkit.intake.shown import plain
from evalkit.privacy import mask
from evalkit.units import units
from evalkit.values import LARGEST_NUMBER, LONGEST_TEXT
from evalkit.yamltree import UNSEEN

HUNDRED = 100  # points of a whole form


@dataclass(frozen=True)
class Figures:
    """Reads the cells of one form; amounts come out in the unit of the file.

    ``unit`` is the unit of money that the form names, ``file_unit`` that of the params file; both
    are empty where no form names one.
    """

    ledger: Ledger
    unit: str = ""
    file_unit: str = ""

    def amount(self, cell: Cell | None) -> Decimal | None:
        """Money, zero or more, in the unit of the file; None where there is none."""
        found = self._number(cell, lambda unit: not unit or money_unit(unit) != "")
        if cell is None or found is None:
            return None
        own = money_unit(found.unit)
        unit = own or self.unit
        if not unit or not self.file_unit:
            if unit:
                self.ledger.note("doubtful", "own_unit", cell, unit=unit)
            return found.value
        worth = units()["money"]
        if own and own != self.unit:
            self.ledger.note("assumed", "converted", cell, unit=own, to=self.file_unit)
        fen = Fraction(found.value) * worth[unit]
        if fen.denominator != 1:
            whole = Decimal(fen.numerator) / Decimal(fen.denominator)
            fen = Fraction(int(whole.to_integral_value(ROUND_HALF_UP)))
            self.ledger.note("doubtful", "finer_than_fen", cell)
        exact = fen / worth[self.file_unit]
        return Decimal(exact.numerator) / Decimal(exact.denominator)

    def points(self, cell: Cell | None) -> Decimal | None:
        """Points or a score, zero or more; a weight in percent is that many points of 100."""
        marks = labels()["values"]["points"]
        found = self._number(cell, lambda unit: unit in ("", "%", *marks))
        if cell is not None and found is not None and found.unit == "%":
            self.ledger.note("assumed", "points_in_percent", cell, points=plain(found.value))
        return None if found is None else found.value

    def _number(self, cell: Cell | None, is_unit: Callable[[str], bool]) -> Reading | None:
        """A plain number that is not below zero, in a unit that fits; else on the list."""
        if cell is None or cell.address in self.ledger.told:
            return None
        if cell.kind in ("uncached", "error"):
            self.ledger.leave(cell, "broken")
            return None
        found = read(cell.text)
        if found.kind == "nothing":
            self.ledger.use(cell)
            return None
        if found.operator == "range" and is_unit(found.unit):
            self.ledger.leave(cell, "undecided", "aside")
            return None
        if found.kind != "number" or found.operator not in ("", "=") or not is_unit(found.unit):
            self.ledger.leave(cell, "not_a_number")
            return None
        if not 0 <= found.value <= LARGEST_NUMBER:
            self.ledger.leave(cell, "out_of_bounds")
            return None
        self.use(cell)
        if cell.kind == "text" and not found.unit:
            self.ledger.note("assumed", "number_as_text", cell, value=plain(found.value))
        return found

    def use(self, cell: Cell) -> None:
        """The cell was read; say where what it shows is not what it holds."""
        self.ledger.use(cell)
        if cell.is_scaled:
            self.ledger.note(
                "doubtful", "scaled_format", cell, value=plain(cell.number or Decimal())
            )

    def text(self, *cells: Cell | None) -> str:
        """The words of cells on one line, personal numbers masked; empty where they say nothing."""
        said = []
        for cell in cells:
            if cell is None:
                continue
            if cell.kind in ("uncached", "error"):
                self.ledger.leave(cell, "broken")
            elif len(cell.text) > LONGEST_TEXT:
                self.ledger.leave(cell, "too_long")
            else:
                self.ledger.use(cell)
                said.append(clean(cell.text))
        return " ".join(filter(None, said))


def money_unit(unit: str) -> str:
    """A unit of money as ``units.yaml`` names it; empty for another unit.

    >>> money_unit("万"), money_unit("万元"), money_unit("人")
    ('万元', '万元', '')
    """
    named = labels()["unit_names"].get(unit.lower().replace(" ", ""), unit)
    return named if named in units()["money"] else ""


def clean(text: str) -> str:
    """A text as a params file may hold it: one line, nothing unseen, nothing personal.

    >>> clean("电话 138 0013 8000\\x07\\n")
    '电话 ××× ×××× ××××'
    """
    return tidy(mask(UNSEEN.sub("", text.replace("\r\n", "\n").replace("\t", " ")))[0])


def points_in(text: str) -> Decimal | None:
    """The points that a heading names in brackets or at its end (``产出指标（50分）``).

    >>> points_in("产出指标（50分）"), points_in("效益指标 30分"), points_in("全年预算数（A）")
    (Decimal('50'), Decimal('30'), None)
    """
    marks = labels()["values"]["points"]
    for piece in [*brackets(text), *text.split()]:
        found = read(piece)
        if found.kind == "number" and found.unit in ("", "%", *marks) and not found.operator:
            return found.value
    return None
