"""What a framework assumes (假定), and how far it may plausibly be set otherwise.

What a framework takes from a source stays; what is marked ``assumed`` moves: weights, the cut-offs
of tiers and bands and the shares that they give, the bounds of grades, the thresholds of a verdict.
Each is moved alone, down and up, and then all of them at once over a fixed lattice of settings.
Nothing is drawn at random, and all figures are exact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from evalkit.model import Framework
from evalkit.scoring.items import Item
from evalkit.scoring.verdict import Grounds

#: How far an assumption moves: a weight by a fifth of itself, a cut-off or a share by five
#: percentage points, but no further than half the way to its neighbour; a count by one. These are
#: assumed themselves, and the report says so.
WEIGHT_STEP, CUT_STEP, COUNT_STEP = Fraction(1, 5), Fraction(1, 20), 1
#: The settings of the lattice, a prime, and what spreads them: of forty assumptions no two then
#: move together (every pair correlates by less than a sixth).
GRID, GENERATOR = 251, 34
BOUNDS = ("at_least", "at_most", "below")
WHOLE = (Fraction(0), Fraction(1))


class Assumption(NamedTuple):
    """One thing that is assumed: what it is, where it stands, its value and how far it moves.

    ``where`` is the code of an item, the name of a rule or table, or the id of a condition; empty
    for the bounds of grades.
    """

    kind: str
    where: str
    value: Fraction
    step: Fraction

    def at(self, move: Fraction) -> Fraction:
        """The value when it moves from −1 (down) to 1 (up)."""
        if self.kind == "count":  # half a step or more is a whole one
            return self.value + (COUNT_STEP if move >= Fraction(1, 2) else 0) - (
                COUNT_STEP if move <= Fraction(-1, 2) else 0)  # fmt: skip
        return self.value + move * self.step


Moves = Mapping[Assumption, Fraction]


def assumptions_of(
    framework: Framework, items: Sequence[Item], grounds: Grounds, given: Collection[str] = ()
) -> list[Assumption]:
    """What is assumed of one project's result (假定): of its items, or what its verdict rests on.

    ``given`` are the codes to which the project gives weights of its own.

    >>> from evalkit.framework import load
    >>> form, nothing = load("evaluation-2020"), Grounds((), {})
    >>> item = Item("p", "E311", "E31", "", False, "proportion", Fraction(8), "framework")
    >>> [(each.kind, each.value, each.step) for each in assumptions_of(form, [item], nothing)]
    [('weight', Fraction(8, 1), Fraction(8, 5))]
    >>> assumptions_of(form, [item], nothing, ["E3"])
    []
    """
    settings = framework.settings
    if not framework.is_scored:
        tables = {str(name): settings["bands"][name] for name in grounds.tables}
        found = [each for name, table in tables.items() if table["status"] == "assumed"
                 for each in _bounds("cut_off", name, table["bands"])]  # fmt: skip
        return [*found, *_thresholds(settings["verdict"])]
    used = [item for item in items if not item.is_excluded]
    parts = _equal_parts(items, framework)
    found = [Assumption("weight", item.code, item.points, item.points * WEIGHT_STEP)
             for item in used
             if item.points and _is_assumed(item, framework, given, parts)]  # fmt: skip
    for name in dict.fromkeys(item.rule for item in used):
        rule = settings["rules"].get(name, {})
        if rule.get("status") == "assumed":
            found += _of_rule(name, rule)
    bands = settings["grade_bands"]
    if bands.get("status") == "assumed":
        found += _bounds("grade_band", "", bands["bands"], Fraction(settings["points"]))
    return found


def _is_assumed(
    item: Item, framework: Framework, given: Collection[str], parts: Collection[str]
) -> bool:
    """Weights that the framework assumes and that neither the project nor its outputs name."""
    rows = _rows(framework)
    path = [item.code, *_way_up(item.level, rows)]
    if item.points_way == "named" or not set(given).isdisjoint(path):
        return False
    if item.code in parts and framework.settings["own"]["spread_status"] == "assumed":
        return True
    return any(rows[code].get("status") == "assumed" for code in path if code in rows)


def _rows(framework: Framework) -> dict[str, Mapping[str, Any]]:
    """What the framework says of each level and indicator, by its code."""
    settings = framework.settings
    return {row["code"]: row for key in ("levels", "indicators") for row in settings[key]}


def _way_up(level: str, rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A level and those above it."""
    path = [level]
    while path[-1] in rows and rows[path[-1]].get("parent"):
        path.append(rows[path[-1]]["parent"])
    return path


def _equal_parts(items: Iterable[Item], framework: Framework) -> set[str]:
    """The outputs that share points equally with another; one alone gets all, by no assumption."""
    rows, sharing = _rows(framework), dict[tuple[str, ...], list[str]]()
    for item in items:
        if item.points_way == "equal":
            way = _way_up(item.level, rows)
            while len(way) > 1 and rows.get(way[0], {}).get("points") is None:
                way = way[1:]
            sharing.setdefault(tuple(way), []).append(item.code)
    return {code for codes in sharing.values() if len(codes) > 1 for code in codes}


def _of_rule(name: str, rule: Mapping[str, Any]) -> Iterator[Assumption]:
    """The numbers of an assumed rule: bounds and shares of its table, its target, its pass line."""
    bands = [*rule.get("bands", ())]
    tiers = [*rule.get("tiers", {}).values()]
    yield from _bounds("cut_off", name, bands)
    yield from _bounds("cut_off", name, tiers, but=WHOLE)
    shares = [band["share"] for band in bands if "share" in band] + [
        *rule.get("shares", {}).values()
    ]
    yield from _movable("share", name, shares, but=WHOLE)
    for key in ("target", "to", "pass_line"):
        if key in rule:
            yield Assumption(key, name, Fraction(rule[key]), CUT_STEP)
    if "loss" in rule:
        yield Assumption("loss", name, Fraction(rule["loss"]), rule["loss"] * WEIGHT_STEP)


def _bounds(
    kind: str, where: str, bands: Iterable[Mapping[str, Any]], scale: Fraction = Fraction(1),
    but: Sequence[Fraction] = (),
) -> Iterator[Assumption]:  # fmt: skip
    """The different bounds of a table; one that ends a band and begins another is one."""
    values = [band[key] for band in bands for key in BOUNDS if key in band]
    return _movable(kind, where, values, scale, but)


def _movable(
    kind: str, where: str, values: Iterable[Any], scale: Fraction = Fraction(1),
    but: Sequence[Fraction] = (),
) -> Iterator[Assumption]:  # fmt: skip
    """Each value with the step that keeps it on its side of its neighbours."""
    known = sorted({Fraction(value) for value in values})
    for value in known:
        room = [abs(value - other) / 2 for other in known if other != value]
        if value not in but:
            yield Assumption(kind, where, value, min([CUT_STEP * scale, *room]))


def _thresholds(rule: Mapping[str, Any]) -> Iterator[Assumption]:
    """The thresholds of an assumed rule for the verdict: rates, and counts above one."""
    for each in rule["conditions"] if rule.get("status") == "assumed" else ():
        value = Fraction(each["value"])
        if isinstance(each["value"], Fraction) and each["measure"].endswith("_rate"):
            yield Assumption("threshold", each["id"], value, CUT_STEP)
        elif value > 1:
            yield Assumption("count", each["id"], value, Fraction(COUNT_STEP))


def moved_rule(rule: Mapping[str, Any], name: str, moves: Moves) -> Mapping[str, Any]:
    """A rule with the numbers that moved in their places (移动后的计分规则).

    >>> line = Assumption("pass_line", "up", Fraction(3, 5), Fraction(1, 20))
    >>> moved_rule({"kind": "at_least", "pass_line": Fraction(3, 5)}, "up", {line: Fraction(1)})
    {'kind': 'at_least', 'pass_line': Fraction(13, 20)}
    """
    mine = {each: move for each, move in moves.items() if each.where == name}
    if not mine:
        return rule
    found = dict(rule)
    if "bands" in rule:
        bands = moved_bands(rule["bands"], "cut_off", name, mine)
        found["bands"] = [_shared(band, mine) for band in bands]
    if "tiers" in rule:
        tiers = moved_bands(rule["tiers"].values(), "cut_off", name, mine)
        found["tiers"] = dict(zip(rule["tiers"], tiers, strict=True))
    if "shares" in rule:
        found["shares"] = {key: _moved(value, "share", mine)
                           for key, value in rule["shares"].items()}  # fmt: skip
    for key in ("target", "to", "pass_line", "loss"):
        if key in rule:
            found[key] = _moved(rule[key], key, mine)
    return found


def moved_bands(
    bands: Iterable[Mapping[str, Any]], kind: str, where: str, moves: Moves
) -> list[dict[str, Any]]:
    """Bands or tiers with their bounds moved (移动后的分档): equal bounds stay equal.

    >>> cut = Assumption("cut_off", "r", Fraction(4, 5), Fraction(1, 20))
    >>> bands = [{"at_least": Fraction(4, 5), "share": 1}, {"below": Fraction(4, 5), "share": 0}]
    >>> [*map(dict.values, moved_bands(bands, "cut_off", "r", {cut: Fraction(-1)}))]
    [dict_values([Fraction(3, 4), 1]), dict_values([Fraction(3, 4), 0])]
    """
    mine = {each: move for each, move in moves.items() if (each.kind, each.where) == (kind, where)}
    return [
        {key: _moved(value, kind, mine) if key in BOUNDS else value for key, value in band.items()}
        for band in bands
    ]


def _shared(band: Mapping[str, Any], moves: Moves) -> dict[str, Any]:
    return {key: _moved(value, "share", moves) if key == "share" else value
            for key, value in band.items()}  # fmt: skip


def _moved(value: Any, kind: str, moves: Moves) -> Any:
    """The value of the assumption of this kind that has it, moved; the value itself without one."""
    found = [each.at(move) for each, move in moves.items()
             if each.kind == kind and each.value == value]  # fmt: skip
    return found[0] if found else value


def grid(found: Sequence[Assumption]) -> Iterator[Moves]:
    """A fixed lattice of settings (确定性网格): every assumption takes each of its values once.

    >>> one = Assumption("weight", "a", Fraction(5), Fraction(1))
    >>> len(list(grid([one]))), list(grid([]))
    (251, [{}])
    """
    for point in range(GRID if found else 1):
        yield {
            each: Fraction(2 * (point * pow(GENERATOR, place, GRID) % GRID), GRID - 1) - 1
            for place, each in enumerate(found)
        }
