"""How firm a total is (敏感性): what it becomes when assumed weights, tiers and cut-offs move.

What a framework takes from a source stays; what is marked ``assumed`` moves. Each assumption is
moved alone, down and up, and then all of them at once over a fixed grid of settings. Nothing is
drawn at random: the grid is a lattice, the same in every run, and all figures are exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

from evalkit.model import Evaluation
from evalkit.scoring.items import Item, earned
from evalkit.scoring.points import grade_band

#: How far an assumption moves: a weight by a fifth of itself, a cut-off by five points of a rate
#: (or of the total). Both are assumed themselves.
WEIGHT_STEP = Fraction(1, 5)
CUT_STEP = Fraction(1, 20)
GRID = 89  # settings of the lattice; a prime, so that every assumption takes that many values
GENERATOR = 34  # spreads the lattice evenly (Fibonacci)


class Assumption(NamedTuple):
    """One thing that is assumed: what it is (``weight``, ``cut_off``, ``grade_band``) and where."""

    kind: str
    where: str
    place: int = 0


Moves = Mapping[Assumption, Fraction]  # from −1 (down) to 1 (up)


def assumptions(evaluation: Evaluation, project_id: str) -> list[Assumption]:
    """What is assumed of a project's score: weights of items, cut-offs of rules, grade bands."""
    settings = evaluation.framework.settings
    items = items_again(evaluation, project_id)
    found = [Assumption("weight", item.code) for item in items if _is_assumed(item, settings)]
    for name in dict.fromkeys(item.rule for item in items):
        rule = settings["rules"].get(name, {})
        if rule.get("status") == "assumed":
            bands = rule.get("bands", ())
            found += [Assumption("cut_off", name, n) for n, band in enumerate(bands)
                      if "at_least" in band]  # fmt: skip
    bands = settings["grade_bands"]
    if bands.get("status") == "assumed":
        found += [Assumption("grade_band", "", n) for n, band in enumerate(bands["bands"])
                  if "at_least" in band]  # fmt: skip
    return found


def _is_assumed(item: Item, settings: Mapping[str, Any]) -> bool:
    """Weights of a framework's assumed levels, and the equal parts of what a level has left."""
    if item.is_own:
        return item.points_way == "equal" and settings["own"].get("spread_status") == "assumed"
    levels = {level["code"]: level for level in settings["levels"]}
    return levels[item.level].get("status") == "assumed"


def items_again(evaluation: Evaluation, project_id: str) -> list[Item]:
    """A project's items out of its scored frame, without those that do not apply."""
    scores = evaluation.scores
    mine = scores[(scores.index.get_level_values(0) == project_id)
                  & (scores["status"] != "not_applicable")]  # fmt: skip
    columns = ("level", "name", "is_own", "rule", "points", "points_way", "rate")
    codes = mine.index.get_level_values(1)
    rows = zip(codes, *(mine[name] for name in columns), strict=True)
    return [Item(project_id, str(code), *values) for code, *values in rows]


def total_with(
    evaluation: Evaluation, project_id: str, moves: Moves
) -> tuple[Fraction, Fraction, Any]:
    """The lowest and highest total on full points, and its grade, when assumptions move.

    Points keep their sum: what one weight gains, all lose in proportion. A share is found again
    only where its rule's cut-offs moved.
    """
    settings = evaluation.framework.settings
    scores = evaluation.scores
    weights: list[Fraction] = []
    ranges: list[tuple[Fraction, Fraction]] = []
    for item in items_again(evaluation, project_id):
        row: Any = scores.loc[(project_id, item.code)]
        moved = moves.get(Assumption("weight", item.code), Fraction(0))
        weights.append(item.points * (1 + moved * WEIGHT_STEP))
        table = _moved_rule(settings["rules"].get(item.rule, {}), item.rule, moves)
        if table is None:
            ranges.append((row["lowest_share"], row["highest_share"]))
        else:
            share = earned(item, {"rules": {item.rule: table}, "over": {}})
            ranges.append((share.lowest, share.highest))
    full = Fraction(settings["points"])
    scale = full / sum(weights) if sum(weights) else Fraction(0)
    low = sum((w * r[0] for w, r in zip(weights, ranges, strict=True)), Fraction(0)) * scale
    high = sum((w * r[1] for w, r in zip(weights, ranges, strict=True)), Fraction(0)) * scale
    bands = _moved_grades(settings["grade_bands"]["bands"], full, moves)
    lowest, highest = grade_band(low, bands), grade_band(high, bands)
    return low, high, lowest if lowest == highest else pd.NA


def _moved_rule(rule: Mapping[str, Any], name: str, moves: Moves) -> dict[str, Any] | None:
    """A rule with its cut-offs moved; None where they stay."""
    shifts = {a.place: move for a, move in moves.items() if a.kind == "cut_off" and a.where == name}
    if not shifts or rule.get("kind") != "banded":
        return None
    bands = [dict(band) for band in rule["bands"]]
    for place, move in shifts.items():
        bands[place]["at_least"] += move * CUT_STEP
    return {**rule, "bands": [_open(band) for band in bands]}


def _moved_grades(
    bands: Sequence[Mapping[str, Any]], full: Fraction, moves: Moves
) -> list[dict[str, Any]]:
    found = [_open(dict(band)) for band in bands]
    for assumption, move in moves.items():
        if assumption.kind == "grade_band":
            found[assumption.place]["at_least"] += move * CUT_STEP * full
    return found


def _open(band: dict[str, Any]) -> dict[str, Any]:
    """A band without its upper bound: bands run from the best down, so the one above sets it."""
    return {name: value for name, value in band.items() if name not in ("below", "at_most")}


def score_sensitivity(evaluation: Evaluation, project_id: str) -> pd.DataFrame:
    """Each assumption moved alone (单项敏感性): the totals and grades down and up, as rows.

    Columns ``kind``, ``where``, ``place``, ``down_score``, ``up_score`` (lowest totals within
    reach), ``down_grade``, ``up_grade``; empty for a framework that gives no points.
    """
    columns = ["kind", "where", "place", "down_score", "up_score", "down_grade", "up_grade"]
    rows = []
    for each in assumptions(evaluation, project_id):
        down = total_with(evaluation, project_id, {each: Fraction(-1)})
        up = total_with(evaluation, project_id, {each: Fraction(1)})
        rows.append((*each, down[0], up[0], down[2], up[2]))
    return pd.DataFrame(rows, columns=columns, dtype="object")


def grade_holds(evaluation: Evaluation, project_id: str) -> tuple[Any, Fraction]:
    """The grade as it stands, and the share of the grid's settings under which it is the same.

    All assumptions move at once. The share is 1 where nothing is assumed; with a grade that cannot
    be given there is nothing to hold, and the share is that of settings that give none.
    """
    found = assumptions(evaluation, project_id)
    _, _, grade = total_with(evaluation, project_id, {})
    same = [_same(total_with(evaluation, project_id, moves)[2], grade) for moves in grid(found)]
    return grade, Fraction(sum(same), len(same))


def _same(one: Any, other: Any) -> bool:
    return bool(pd.isna(one) and pd.isna(other)) if pd.isna(one) or pd.isna(other) else one == other


def grid(found: Sequence[Assumption]) -> Iterator[Moves]:
    """A fixed lattice of settings (确定性网格): every assumption takes each of its values once.

    >>> [len(moves) for moves in grid([])], len(list(grid([Assumption("weight", "a")])))
    ([0], 89)
    """
    if not found:
        yield {}
        return
    for point in range(GRID):
        yield {
            each: Fraction(2 * (point * pow(GENERATOR, place, GRID) % GRID), GRID - 1) - 1
            for place, each in enumerate(found)
        }
