"""The points of levels and indicators (分值): where a form has others than its framework."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from evalkit.intake.fitting import level_of, path
from evalkit.intake.indicators import Indicator, says_something
from evalkit.intake.labels import which
from evalkit.intake.ledger import Ledger
from evalkit.intake.noted import Tree
from evalkit.intake.parts import Part
from evalkit.intake.readings import read
from evalkit.intake.targets import KEYS
from evalkit.model import Framework


def drop_even_shares(part: Part, is_shared: bool, ledger: Ledger) -> None:
    """Leave out points that are equal parts of their level's: every framework shares out so.

    Parts that were rounded would not add up again, and under several frameworks (``is_shared``)
    the equal parts differ.
    """
    levels: dict[str, list[Indicator]] = {}
    own = part.framework.settings["own"].get("levels", {}) if part.framework.is_scored else {}
    for found in part.indicators:
        if found.is_execution or found.code or found.is_level or found.points is None:
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


def sheet_weights(
    indicators: list[Indicator], framework: Framework, ledger: Ledger
) -> dict[str, Decimal]:
    """The points of each level and indicator that the sheet gives otherwise than its framework.

    A level has the points of what stands below it; what is not on a complete sheet has none. Of a
    sheet that leaves points open the framework's own hold, and the list says so.
    """
    found = {str(each): Decimal(0) for frame in (framework.levels, framework.indicators)
             for each in frame.index}  # fmt: skip
    shares: dict[str, list[Decimal]] = {}
    total = Decimal(0)
    for each in indicators:
        if each.code and each.points is not None:
            total += _add(found, each.code, each.points, framework)
        elif each.host and each.points is not None:
            shares.setdefault(each.host, []).append(each.points)
    for level, points in shares.items():
        total += _add(found, level, whole(points), framework)
    if total != Decimal(int(framework.settings["points"])):
        ledger.note("doubtful", "points_open", key="weights", points=f"{total:f}")
        return {}
    official = framework.levels["points"].to_dict() | framework.indicators["points"].to_dict()
    return {
        code: points
        for code, points in found.items()
        if not pd.isna(official[code]) and points != official[code]
    }


def _add(found: dict[str, Decimal], code: str, points: Decimal, framework: Framework) -> Decimal:
    """Count points for an indicator or a level and all above it; the points again."""
    for each in path(code, framework):
        found[each] += points
    return points


def whole(points: list[Decimal]) -> Decimal:
    """The sum of points; of equal parts that were rounded, what they are parts of.

    >>> whole([Decimal("6.67")] * 3), whole([Decimal(10), Decimal("6.67")])
    (Decimal('20'), Decimal('16.67'))
    """
    total = sum(points, Decimal(0))
    if not is_rounded_share(points):
        return total
    slack = len(points) * Decimal("0.005")
    nearest = (total.quantize(Decimal(1)), total.quantize(Decimal("0.1")), total)
    return next(near for near in nearest if abs(near - total) <= slack)


def is_rounded_share(points: list[Decimal]) -> bool:
    """Whether points are equal parts that were rounded to two decimals, as 6.67 three times."""
    first = points[0]
    return len(set(points)) == 1 and len(points) > 1 and first * 10 != int(first * 10)
