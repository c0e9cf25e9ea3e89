"""How points are shared out (权重): from the framework's levels down to each indicator.

A project may set points of its own for levels and indicators. A level that was given other points
hands them down in the proportions of the framework; where one of its children was set too, the
children keep what they have, and a gap that is left is for the checks to tell. What a level has
left goes to the project's own outputs: to each the points that it names, to the others equal parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.model import Framework
from evalkit.scoring.points import is_missing

Points = Mapping[str, Fraction]


@dataclass(frozen=True)
class Scheme:
    """The points of each level and indicator for a project, and what each level has left.

    ``host`` is the level whose points an own output shares: the nearest one above with points.
    """

    levels: Points
    indicators: Points
    room: Points
    host: Mapping[str, str]
    path: Mapping[str, tuple[str, ...]]


def scheme(framework: Framework, mine: Points) -> Scheme:
    """The points under a framework with a project's own (本地权重) in their places.

    >>> from evalkit.framework import load
    >>> found = scheme(load("self-evaluation-2020"), {"S1": Fraction(20), "S2": Fraction(40)})
    >>> found.indicators["S11"], found.room["S2"], found.host["S21"]
    (Fraction(20, 1), Fraction(40, 1), 'S2')
    """
    levels, indicators = framework.levels, framework.indicators
    official = {code: points for frame in (levels, indicators)
                for code, points in zip(frame.index, frame["points"], strict=True)}  # fmt: skip
    parents = {code: parent for frame in (levels, indicators)
               for code, parent in zip(frame.index, frame["parent"], strict=True)}  # fmt: skip
    found = handed_down(official, parents, mine)
    room = {code: found[code] for code in levels.index if code in found}
    for code, points in found.items():
        if parents[code] in room:
            room[parents[code]] -= points
    path = {code: _path(code, parents) for code in levels.index}
    host = {code: next((each for each in reversed(path[code]) if each in found), "")
            for code in levels.index}  # fmt: skip
    return Scheme(
        levels={code: found[code] for code in levels.index if code in found},
        indicators={code: found.get(code, Fraction(0)) for code in indicators.index},
        room=room,
        host=host,
        path=path,
    )


def handed_down(
    official: Mapping[str, Any], parents: Mapping[str, str], mine: Points
) -> dict[str, Fraction]:
    """The points of all levels and indicators, with some set anew (逐级分配).

    A level that was given other points hands them down in the proportions that were official,
    unless some of its children were set as well.

    >>> handed_down({"A": 10, "A1": 6, "A2": 4}, {"A": "", "A1": "A", "A2": "A"}, {"A": 20})["A1"]
    Fraction(12, 1)
    """
    below: dict[str, list[str]] = {}
    for code, parent in parents.items():
        below.setdefault(parent, []).append(code)
    found: dict[str, Fraction] = {}

    def share_out(level: str, factor: Fraction) -> None:
        children = below.get(level, [])
        is_set = any(child in mine for child in children)
        for child in children:
            points = mine.get(child, official[child])
            if not is_missing(points):
                found[child] = Fraction(points) if is_set else Fraction(points) * factor
        for child in children:
            before = official[child]
            is_scaled = child in found and not is_missing(before) and before != 0
            share_out(child, found[child] / Fraction(before) if is_scaled else Fraction(1))

    share_out("", Fraction(1))
    return found


def _path(code: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """A level and those above it, the top one first."""
    path = [code]
    while parents[path[0]]:
        path.insert(0, parents[path[0]])
    return tuple(path)


def shared_out(room: Fraction, named: Iterable[Any]) -> list[tuple[Fraction, str]]:
    """The points of the own outputs of one level, each with its way: named or an equal part.

    >>> shared_out(Fraction(50), [20, pd.NA, pd.NA])
    [(Fraction(20, 1), 'named'), (Fraction(15, 1), 'equal'), (Fraction(15, 1), 'equal')]
    """
    named = list(named)
    open_count = sum(is_missing(points) for points in named)
    left = room - sum(Fraction(points) for points in named if not is_missing(points))
    part = max(left, Fraction(0)) / open_count if open_count else Fraction(0)
    return [(part, "equal") if is_missing(p) else (Fraction(p), "named") for p in named]


def in_proportion(room: Fraction, named: Iterable[Any]) -> list[tuple[Fraction, str]]:
    """As ``shared_out`` under a framework that the points were not made for.

    Where all outputs of a level name points, they keep their proportions; else the parts are equal.

    >>> in_proportion(Fraction(30), [40, 20])
    [(Fraction(20, 1), 'scaled'), (Fraction(10, 1), 'scaled')]
    """
    named = list(named)
    is_open = any(map(is_missing, named))
    total = Fraction(0) if is_open else sum(map(Fraction, named), Fraction(0))
    if total == 0:
        return shared_out(room, [pd.NA] * len(named))
    return [(room * Fraction(points) / total, "scaled") for points in named]


def weights_of(weights: pd.DataFrame) -> dict[str, dict[str, Fraction]]:
    """What each project says of weights: project → code → points."""
    found: dict[str, dict[str, Fraction]] = {}
    for (project, code), points in zip(weights.index, weights["points"], strict=True):
        found.setdefault(project, {})[code] = Fraction(points)
    return found
