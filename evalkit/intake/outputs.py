"""Indicators as a params file has them (产出与效果指标), and the points of the levels."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from evalkit.intake.indicators import Indicator, kind_of
from evalkit.intake.labels import bare
from evalkit.intake.ledger import Ledger
from evalkit.intake.noted import Noted, Tree, without_none
from evalkit.intake.parts import Part
from evalkit.intake.readings import Reading
from evalkit.intake.targets import KEYS
from evalkit.intake.weights import drop_even_shares
from evalkit.model import Framework

NAMELESS = "indicator"  # begins the id of one whose kind nobody names


def outputs_of(parts: list[Part], frameworks: list[Framework], ledger: Ledger) -> list[Tree]:
    """The indicators of a project; those of the same name on several forms are one."""
    by_dimension = any(each.settings["own"] for each in frameworks)
    named: dict[str, Indicator] = {}
    has_year = any(not part.is_partial for part in parts)
    for part in parts:
        seen: set[str] = set()
        drop_even_shares(part, len(frameworks) > 1, ledger)
        for found in part.indicators:
            if found.is_execution or found.code or found.is_level:
                continue
            key = bare(found.name)
            key = f"{key} {found.name_cell.address}" if key in seen else key
            if part.is_partial and has_year and found.actual is not None:
                cell = found.cells["actual"]
                ledger.unuse(cell)
                ledger.leave(cell, "another_date", "aside" if key in named else "left")
                found.actual = None
            seen.add(key)
            if key in named:
                _add(named[key], found, ledger)
            else:
                named[key] = found
    taken: dict[str, int] = {}
    return [_output(found, _id(found, taken), by_dimension, ledger) for found in named.values()]


def _add(first: Indicator, other: Indicator, ledger: Ledger) -> None:
    """Put what another form says of an indicator beside what is known; list what contradicts it.

    A score under another framework is none of the first's.
    """
    for key in ("level", "dimension", "due", *KEYS, "points", "reason", "evidence", "likelihood",
                "causes"):  # fmt: skip
        mine, theirs = getattr(first, key), getattr(other, key)
        cell = other.cells.get("actual" if key == "measured" else key, other.name_cell)
        if not mine:
            setattr(first, key, theirs)
        elif theirs and key in KEYS and _same(mine) != _same(theirs):
            ledger.note("doubtful", "two_values", cell, first=mine.text)
        elif theirs and key in ("points", "due") and mine != theirs:
            ledger.note("doubtful", "two_values", cell, first=str(mine))
    if first.evidence == first.reason:
        first.evidence = ""  # one column of a score sheet serves for both
    mine, theirs = _stated(first), _stated(other)
    if mine is None:
        first.score, first.stated = other.score, other.stated
    elif theirs is not None and theirs != mine:
        cell = other.cells.get("score", other.name_cell)
        ledger.unuse(cell)
        ledger.leave(cell, "other_framework", "aside")


def _stated(found: Indicator) -> Decimal | None:
    """The score that a form gives; what the unit stated itself counts before what was computed."""
    return found.score if found.stated is None else found.stated


def _same(found: Reading) -> tuple[Any, ...]:
    if found.kind == "text":
        return (bare(found.text),)
    return found.operator or "=", found.value, found.to, found.unit


def _id(found: Indicator, taken: dict[str, int]) -> str:
    """An id by the dimension and a number: ``quantity-1``."""
    base = found.dimension or kind_of(found) or NAMELESS
    taken[base] = taken.get(base, 0) + 1
    return f"{base}-{taken[base]}"


def _output(found: Indicator, id: str, by_dimension: bool, ledger: Ledger) -> Tree:
    """An indicator with its keys; one whose kind a framework needs and nobody names is marked."""
    place = f"outputs.{id}"
    target: Any = _value(found.target, "target", place, ledger) or _doubt(found, "target", ledger)
    if target is None:
        target = Noted(
            None, ledger.note("missing", "no_target", found.name_cell, f"{place}.target")
        )
    dimension: Any = found.dimension
    kind: Any = kind_of(found)
    if not kind:
        remark = ledger.note("missing", "unknown_kind", found.place_cell, f"{place}.kind")
        kind = Noted(None, remark)
    if not dimension and by_dimension:
        remark = ledger.note("missing", "unknown_dimension", found.place_cell, f"{place}.dimension")
        dimension = Noted(None, remark)
    return without_none([
        ("id", id),
        ("name", found.name),
        ("kind", kind),
        ("dimension", dimension),
        ("due", found.due),
        ("points", found.points if found.points is not None else _doubt(found, "points", ledger)),
        ("target", target),
        ("planned", _value(found.planned, "planned", place, ledger)),
        ("actual", _value(found.actual, "actual", place, ledger)
                   or _doubt(found, "actual", ledger)),
        ("expected", _value(found.expected, "expected", place, ledger)
                     or _doubt(found, "expected", ledger)),
        ("measured", _value(found.measured, "measured", place, ledger)),
        ("stated_score", stated if (stated := _stated(found)) is not None
                         else _doubt(found, "score", ledger)),
        ("evidence", found.evidence),
        ("reason", found.reason),
        ("causes", found.causes),
        ("likelihood", found.likelihood),
    ])  # fmt: skip


def _doubt(found: Indicator, key: str, ledger: Ledger) -> Noted | None:
    """A line to be filled in, where the form has something that could not be read."""
    remark = ledger.why(found.cells.get(key))
    return Noted(None, remark) if remark else None


def _value(found: Reading | None, key: str, place: str, ledger: Ledger) -> Tree | None:
    """A target or what was reached, as a mapping; a unit that nobody names is to be filled in."""
    if found is None:
        return None
    if found.kind == "text":
        return {"text": found.text}
    unit: Any = found.unit
    if not unit:
        unit = Noted(None, ledger.note("missing", "no_unit_of_value", key=f"{place}.{key}.unit"))
    operator = found.operator if found.operator != "=" else ""
    return without_none([
        ("operator", operator), ("value", found.value), ("to", found.to), ("unit", unit),
    ])  # fmt: skip
