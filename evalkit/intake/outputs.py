"""Indicators as a params file has them (产出与效果指标), and the points of the levels."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from evalkit.intake.fitting import level_of
from evalkit.intake.indicators import Indicator, kind_of, says_something
from evalkit.intake.labels import bare, which
from evalkit.intake.ledger import Ledger
from evalkit.intake.noted import Noted, Tree, without_none
from evalkit.intake.parts import Part
from evalkit.intake.readings import Reading, read
from evalkit.intake.score_sheet import is_rounded_share, sheet_weights, whole
from evalkit.intake.targets import KEYS
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
            if found.is_execution or found.code:
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


def drop_even_shares(part: Part, is_shared: bool, ledger: Ledger) -> None:
    """Leave out points that are equal parts of their level's: every framework shares out so.

    Parts that were rounded would not add up again, and under several frameworks (``is_shared``)
    the equal parts differ.
    """
    levels: dict[str, list[Indicator]] = {}
    own = part.framework.settings["own"].get("levels", {}) if part.framework.is_scored else {}
    for found in part.indicators:
        if found.is_execution or found.code or found.points is None:
            continue
        host = found.host or top_of(part.framework, own.get(found.dimension, ""))
        if host:
            levels.setdefault(host, []).append(found)
    for mine in levels.values():
        points = [found.points for found in mine if found.points is not None]
        if len(set(points)) > 1 or not (is_shared or mine[0].host or is_rounded_share(points)):
            continue
        for found in mine:
            ledger.note("assumed", "even_share", found.cells.get("points", found.name_cell))
            found.points = None


# --- points --------------------------------------------------------------------------------


def execution_code(framework: Framework) -> str:
    """The indicator of a scored framework that is about the money; empty if it has none."""
    about = framework.indicators["about"]
    return next((str(code) for code in about.index[about == "execution"]), "")


def weights_of(part: Part, framework: Framework, ledger: Ledger) -> Tree:
    """The points of the top levels, where the form has others than its framework.

    A level's points are what its heading says, else the sum of its rows; where a row has none and
    the heading says none, the framework's own hold.
    """
    if not framework.is_scored or not framework.settings["own"]:
        return {}
    if any(found.code for found in part.indicators):
        return dict(sheet_weights(part.indicators, framework, ledger))
    found = dict(_level_points(part, framework))
    if code := execution_code(framework):
        found[top_of(framework, code)] = _execution_points(part)
    known = {code: points for code, points in found.items() if points is not None}
    tops = framework.levels[framework.levels["parent"] == ""]["points"].dropna()
    official = {
        str(code): Decimal(points.numerator) / Decimal(points.denominator)
        for code, points in tops.items()
    }
    if any(known.get(code, points) != points for code, points in official.items()):
        return {code: known.get(code, points) for code, points in official.items()}
    return {}


def _level_points(part: Part, framework: Framework) -> Iterator[tuple[str, Decimal | None]]:
    """The points of each top level that takes the project's own indicators."""
    levels = framework.settings["own"].get("levels", {})
    rows: dict[str, list[Indicator]] = {top_of(framework, code): [] for code in levels.values()}
    for found in part.indicators:
        if not found.is_execution and found.dimension in levels:
            rows[top_of(framework, levels[found.dimension])].append(found)
    alone = _levels_alone(part, framework)
    own = [found for found in part.indicators if not found.is_execution]
    is_whole = all(f.points is not None and f.dimension in levels for f in own)
    for code, mine in rows.items():
        named = {(f.level_cell, f.level_points) for f in mine if f.level_points is not None}
        points = [f.points for f in mine if f.points is not None]
        if named and len(named) == len({f.level_cell for f in mine}):
            yield code, sum((p for _, p in named if p is not None), Decimal(0))
        elif own and is_whole:
            yield code, (whole(points) if points else Decimal(0)) + alone.get(code, Decimal(0))
        else:
            yield code, None


def _levels_alone(part: Part, framework: Framework) -> dict[str, Decimal]:
    """The points of levels that stand on a form without an indicator, as evalkit prints them."""
    found: dict[str, Decimal] = {}
    for row in part.form.indicators:
        name, points = row.get("name"), row.get("points")
        is_alone = name is not None and not any(says_something(row[k]) for k in KEYS if k in row)
        if name is not None and points is not None and is_alone and which(name.text, "levels"):
            code = top_of(framework, level_of(name.text, framework))
            said = read(points.text)
            if code and said.kind == "number" and not said.operator:
                found[code] = found.get(code, Decimal(0)) + said.value
    return found


def _execution_points(part: Part) -> Decimal | None:
    own = [found.points for found in part.indicators if found.is_execution]
    return next((p for p in [part.funds.points, *own] if p is not None), None)


def execution_score(part: Part) -> Decimal | None:
    """The score of budget execution that the form prints, in its money block or in a row."""
    own = [found.score for found in part.indicators if found.is_execution]
    return next((s for s in [part.funds.score, *own] if s is not None), None)


def top_of(framework: Framework, code: str) -> str:
    """The top level above a level or an indicator."""
    parents = {**framework.levels["parent"].to_dict(), **framework.indicators["parent"].to_dict()}
    while parents.get(code):
        code = parents[code]
    return code
