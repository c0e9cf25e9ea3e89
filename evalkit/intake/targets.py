"""Targets, what was reached and what is expected (指标值、完成值), with their units."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from evalkit.intake.figures import Figures
from evalkit.intake.form import Row
from evalkit.intake.labels import bare, brackets, labels
from evalkit.intake.own import apart
from evalkit.intake.readings import Reading, as_actual, as_target, direction, read, tidy
from evalkit.intake.sheets import Cell
from evalkit.values import LARGEST_NUMBER

WHOLE = Decimal(1)  # up to here a bare number may be a share where a percentage belongs
STRICT = {">": ">=", "<": "<="}
KEYS = ("target", "actual", "expected", "planned", "measured")

Values = dict[str, Reading | None]


def values_of(row: Row, figures: Figures) -> Values:
    """The target, what was reached, measured, planned and expected; None for what says nothing."""
    row = _measured_apart(row)
    found: Values = {"target": _target(row, figures)}
    for key in KEYS[1:]:
        reading = _reading(row.get(key), figures)
        found[key] = _result(as_actual(reading), key) if reading else None
    for key, value in found.items():
        found[key] = _strict(value, row.get(key), figures)
    _give_units(found, row, figures)
    _tell_mismatch(found, row, figures)
    return found


def _measured_apart(row: Row) -> Row:
    """A row whose cell of what was reached holds what was measured too, as two cells."""
    cell = row.get("actual")
    done, measured = apart(cell.text) if cell is not None and cell.kind == "text" else ("", "")
    found = read(measured)
    if cell is None or found.kind != "number" or found.operator:
        return row
    apart_row = {key: each for key, each in row.items() if key != "actual"}
    if done:
        apart_row["actual"] = replace(cell, text=done)
    return apart_row | {"measured": replace(cell, text=measured)}


def _target(row: Row, figures: Figures) -> Reading | None:
    """The target with the sign that a column of its own gives; in words where it says so."""
    sign = ""
    if "operator" in row:
        sign = direction(row["operator"].text)
        figures.use(row["operator"])
    found = _reading(row.get("target"), figures)
    if found is None:
        return None
    found = as_target(found)
    if sign == "text":
        return Reading("text", tidy(row["target"].text))
    if sign and found.kind == "number" and not found.operator:
        return replace(found, operator=sign)
    return found


def _result(found: Reading, key: str) -> Reading:
    """What was reached is a value or a bound, what is expected a value; all else stays in words."""
    is_value = not found.operator or (key == "actual" and found.operator != "range")
    return found if is_value else Reading("text", found.text)


def _reading(cell: Cell | None, figures: Figures) -> Reading | None:
    """What a cell says; None where it says nothing or is broken."""
    if cell is None:
        return None
    if cell.kind in ("uncached", "error"):
        figures.ledger.leave(cell, "broken")
        return None
    found = read(cell.text)
    if abs(found.value) > LARGEST_NUMBER or (found.to or WHOLE) > LARGEST_NUMBER:
        figures.ledger.leave(cell, "out_of_bounds")
        return None
    figures.use(cell)
    if found.kind == "nothing":
        return None
    return found if found.kind == "number" else Reading("text", figures.text(cell))


def _strict(found: Reading | None, cell: Cell | None, figures: Figures) -> Reading | None:
    """A params file knows no strict bounds: the bound itself is taken in, and the list says so."""
    if found is None or cell is None or found.operator not in STRICT:
        return found
    figures.ledger.note("doubtful", "strict_bound", cell)
    return replace(found, operator=STRICT[found.operator])


def _give_units(found: Values, row: Row, figures: Figures) -> None:
    """Give each value its unit: its own, the column's, or that of the value beside it."""
    named = _named_unit(row, figures)
    own = [value.unit for value in found.values() if value is not None and value.unit]
    unit = labels()["values"]["rates"].get(named, named) or next(iter(own), "")
    for key, value in found.items():
        if value is None or value.kind != "number" or value.unit or not unit:
            continue
        if unit in ("%", "‰") and 0 < value.value <= WHOLE:
            figures.ledger.unuse(row[key])
            figures.ledger.leave(row[key], "share_or_percent")
            found[key] = None
            continue
        if not named:
            figures.ledger.note("assumed", "unit_of_neighbour", row[key], unit=unit)
        found[key] = replace(value, unit=unit)


def _named_unit(row: Row, figures: Figures) -> str:
    """The unit that a column of its own or brackets in the indicator's name give."""
    if "unit" in row:
        return figures.text(row["unit"]) if read(row["unit"].text).kind != "nothing" else ""
    for piece in brackets(row["name"].text) if "name" in row else []:
        found = read(f"1{piece}")
        if found.kind == "number" and found.unit and not found.operator:
            return found.unit
    return ""


def _tell_mismatch(found: Values, row: Row, figures: Figures) -> None:
    """Words where the target is a figure: kept, but nothing can be computed from them."""
    target = found["target"]
    if target is None or target.kind != "number":
        return
    for key in ("actual", "expected"):
        value, cell = found[key], row.get(key)
        if value is not None and value.kind == "text":
            figures.ledger.note("doubtful", "words_for_figure", cell)
        elif value is None and cell is not None and bare(cell.text) in labels()["values"]["none"]:
            figures.ledger.unuse(cell)
            figures.ledger.leave(cell, "none_or_zero")
