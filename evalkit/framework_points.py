"""Faults in the points of a framework file (分值自检): they add up, and none is lost.

The points of the top levels add up to those of the framework, those of children to their level's;
what takes up a project's own outputs has points to give; least shares are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from evalkit.errors import Fault
from evalkit.framework_bands import exact, mapping, number
from evalkit.source import Source
from evalkit.yamltree import Path


def point_faults(source: Source) -> Iterator[Fault]:
    """All faults of the points of one framework file."""
    if source.at(("kind",)) == "scored":
        yield from _weights(source)
        yield from _without_points(source)
        yield from _own_levels(source)
    else:
        yield from _kind(source)
    yield from _weight_rules(source)


def _kind(source: Source) -> Iterator[Fault]:
    """Points in a file that does not say that it gives any."""
    given = [path for key in ("points", "levels.points", "indicators.points", "indicators.rule")
             for path, _ in source.entries(key)]  # fmt: skip
    if given and source.at(("kind",)) in (None, "graded"):
        yield source.fault("points_but_graded", given[0], source.at(given[0]))


def _weights(source: Source) -> Iterator[Fault]:
    """The points of the top levels add up to those of the framework, of children to their level's.

    A level whose children have no points takes up the project's own indicators. Where an indicator
    lacks its points, that alone is told.
    """
    full = exact(source.at(("points",)))
    if full is None:
        yield source.fault("missing", ("points",), key="points")
        return
    levels = source.texts("levels.code")
    open_to = {str(level) for level in mapping(source, "own", "levels").values()}
    for parent, paths in _children(source).items():
        if parent and parent not in levels:
            continue
        pointed = {path: exact(source.at((*path, "points"))) for path in paths}
        given = [points for points in pointed.values() if points is not None]
        place = (*levels[parent][:-1], "points") if parent in levels else ("points",)
        whole = exact(source.at(place))
        codes = {path: str(source.at((*path, "code"))) for path in paths}
        place = _set_at(source, parent, codes.values(), place)
        unpointed = {codes[path] for path, points in pointed.items() if points is None}
        has_room = bool(open_to & (unpointed | {parent}))
        if whole is None:
            if given and parent in levels:
                yield source.fault("points_without_level", place[:-1], parent)
        elif sum(given) > whole or not (
            sum(given) == whole or has_room or any(path[0] == "indicators" and p is None
                                                   for path, p in pointed.items())
        ):  # fmt: skip
            yield source.fault("weights_gap", place, number(whole), sum=number(sum(given)),
                               level=parent or "points")  # fmt: skip


def _set_at(source: Source, parent: str, children: Iterable[str], place: Path) -> Path:
    """Where the points of a level were set: in the weights of a file that builds on another."""
    weights = mapping(source, "weights")
    if parent in weights:
        return ("weights", parent)
    return ("weights",) if any(child in weights for child in children) else place


def _children(source: Source) -> dict[str, list[Path]]:
    """The levels and indicators right below each level, and below the framework itself."""
    children: dict[str, list[Path]] = {}
    for key in ("levels.code", "indicators.code"):
        for path, _ in source.entries(key):
            above = source.at((*path[:-1], "parent"))
            children.setdefault(str(above) if above else "", []).append(path[:-1])
    return children


def _without_points(source: Source) -> Iterator[Fault]:
    """Indicators that would count for nothing because nobody wrote their points."""
    for path, _ in source.entries("indicators.code"):
        if source.at((*path[:-1], "points")) is None:
            yield source.fault("missing", (*path[:-1], "points"), key="points")


def _own_levels(source: Source) -> Iterator[Fault]:
    """Levels for own outputs that have no points left to give; dimensions with no level."""
    levels = source.texts("levels.code")
    taken = mapping(source, "own", "levels")
    children = _children(source)
    for dimension, level in taken.items():
        way = [str(level)] if str(level) in levels else []
        while way and source.at((*levels[way[-1]][:-1], "points")) is None:
            above = str(source.at((*levels[way[-1]][:-1], "parent")))
            if above not in levels or above in way:
                break
            way.append(above)
        if not way:
            continue
        whole = exact(source.at((*levels[way[-1]][:-1], "points")))
        used = [exact(source.at((*path, "points"))) for path in children.get(way[-1], [])]
        if whole is None or (whole > 0 and sum(filter(None, used), Fraction(0)) == whole):
            yield source.fault("no_points_for_own", ("own", "levels", dimension), level)
    for dimension in mapping(source, "own", "dimensions"):
        if dimension not in taken:
            path = ("own", "dimensions", dimension)
            yield source.fault("dimension_without_level", path, dimension, at_key=True)


def _weight_rules(source: Source) -> Iterator[Fault]:
    """The framework keeps its own least share of points for some levels, each counted once."""
    full = exact(source.at(("points",)))
    levels = source.texts("levels.code")
    for path, _ in source.entries("weight_rules"):
        rule = source.at(path)
        if not full or not isinstance(rule, dict) or not isinstance(rule.get("levels"), list):
            continue
        named = [str(code) for code in rule["levels"]]
        yield from _counted_twice(source, (*path, "levels"), named)
        least = exact(rule.get("at_least"))
        given = [exact(source.at((*levels[code][:-1], "points")))
                 for code in named if code in levels]  # fmt: skip
        total = sum(points for points in given if points is not None)
        if least is not None and total < least * full:
            yield source.fault("weights_too_low", path, "", sum=number(total),
                               least=number(least * full))  # fmt: skip


def _counted_twice(source: Source, path: Path, named: list[str]) -> Iterator[Fault]:
    """Levels of one rule of which one lies within another, or is there twice."""
    levels = source.texts("levels.code")
    for place, code in enumerate(named):
        way, others = [code], {*named[:place]}
        while way[-1] in levels and len(way) <= len(levels):
            way.append(str(source.at((*levels[way[-1]][:-1], "parent"))))
        found = [each for each in way if each in others] or [
            each for each in way[1:] if each in named]  # fmt: skip
        if found:
            yield source.fault("level_counted_twice", (*path, place), code, other=found[0])
