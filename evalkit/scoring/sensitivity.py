"""How firm a result is (敏感性): what it becomes when what a framework assumes is set otherwise.

Each assumption moves alone, down and up, and then all of them move at once over a lattice of
settings: the share of settings that give the same grade, or the same verdict, says how far the
result rests on assumptions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from evalkit.model import Evaluation, Framework
from evalkit.scoring.assumptions import (
    Assumption,
    Moves,
    assumptions_of,
    grid,
    moved_bands,
    moved_rule,
)
from evalkit.scoring.exact import divide, summed
from evalkit.scoring.items import Item, earned
from evalkit.scoring.points import Earned, grade_band, is_missing
from evalkit.scoring.verdict import Grounds, grounds_of, verdict_on
from evalkit.scoring.weights import weights_of

COLUMNS = [
    "kind", "names", "measure", "value", "low_value", "high_value",
    *(f"{end}{way}_{column}" for way in ("down", "up")
      for end, column in (("", "score"), ("lowest_", "score"), ("highest_", "score"),
                          ("", "result"))),
    "effect", "is_changing",
]  # fmt: skip


class Result(NamedTuple):
    """What a setting gives: the lowest and highest total, the grades or the verdict of both."""

    lowest: Any
    highest: Any
    lowest_grade: Any
    highest_grade: Any


def total_with(
    framework: Framework, items: Sequence[Item], moves: Moves, still: Sequence[Earned] = ()
) -> Result:
    """The totals on full points and their grades when assumptions move (移动假定后的总分).

    Points keep their sum: what one weight gains, all lose in proportion. What does not apply stays
    out. ``still`` are the shares of those that apply where nothing moves, if they are known.

    >>> from evalkit.framework import load
    >>> share = {"rule": "execution", "rate": Fraction(9, 10)}
    >>> item = Item("p", "S11", "S1", "", False, points=Fraction(10), **share)
    >>> total_with(load("self-evaluation-2020"), [item], {})
    Result(lowest=Fraction(9, 1), highest=Fraction(9, 1), lowest_grade='poor', highest_grade='poor')
    """
    weights = {each.where: each.at(move) for each, move in moves.items() if each.kind == "weight"}
    points = [weights.get(item.code, item.points) for item in _used(items)]
    shares = _shares(framework, _used(items), moves, still)
    added = summed(points)
    scale = summed([item.points for item in items]) / added if added else Fraction(0)
    ends = [scale * summed(points, [getattr(share, end) for share in shares])
            for end in ("lowest", "highest")]  # fmt: skip
    bands = moved_bands(framework.settings["grade_bands"]["bands"], "grade_band", "", moves)
    return Result(*ends, *(grade_band(end, bands) for end in ends))


def _used(items: Iterable[Item]) -> list[Item]:
    """The items that apply."""
    return [item for item in items if not item.is_excluded]


def _shares(
    framework: Framework, items: Sequence[Item], moves: Moves, still: Sequence[Earned] = ()
) -> list[Earned]:
    """What each item earns of its points; anew where its rule moved, or where it is not known."""
    settings, touched = framework.settings, {each.where for each in moves if each.kind != "weight"}
    rules = {name: moved_rule(rule, name, moves) if name in touched else rule
             for name, rule in settings["rules"].items()}  # fmt: skip
    table = {"rules": rules, "over": settings["over"]}
    # A score that was given directly is out of the points as they are.
    return [
        still[place] if still and item.rule not in touched
        else earned(_kept(item, settings["rules"], rules), table)
        for place, item in enumerate(items)
    ]  # fmt: skip


def _kept(item: Item, before: Mapping[str, Any], after: Mapping[str, Any]) -> Item:
    """An item whose share keeps its place within its tier when the bounds of the tier move."""
    tiers, moved = (rules.get(item.rule, {}).get("tiers", {}) for rules in (before, after))
    if tiers == moved or is_missing(item.tier, item.tier_rate) or item.tier not in tiers:
        return item
    (low, high), (new_low, new_high) = (_ends(table[item.tier]) for table in (tiers, moved))
    if not low <= item.tier_rate <= high or low == high:
        return item
    place = (item.tier_rate - low) / (high - low)
    return item._replace(tier_rate=new_low + place * (new_high - new_low))


def _ends(tier: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
    return Fraction(tier["at_least"]), Fraction(tier.get("at_most", tier.get("below")))


def result_with(
    framework: Framework, items: Sequence[Item], grounds: Grounds, moves: Moves,
    still: Sequence[Earned] = (),
) -> Result:  # fmt: skip
    """The result of one project when assumptions move (移动假定后的结果): grades, or its verdict.

    >>> from evalkit.framework import load
    >>> rows = (("graded", "good", "", pd.NA, pd.NA),)
    >>> form = load("minhang-tracking-2018")
    >>> result_with(form, [], Grounds(rows, {"ahead_rate": Fraction(3, 25)}), {}).lowest_grade
    'basically_normal'
    """
    if framework.is_scored:
        return total_with(framework, items, moves, still)
    values = {each.where: each.at(move) for each, move in moves.items()
              if each.kind in ("threshold", "count")}  # fmt: skip
    tables = {name: moved_bands(framework.settings["bands"][name]["bands"], "cut_off", name, moves)
              for name in grounds.tables}  # fmt: skip
    verdict = verdict_on(framework, grounds, tables, values)
    return Result(pd.NA, pd.NA, verdict, verdict)


def is_same(one: Result, other: Result) -> bool:
    """Whether two results have the same grades, or the same verdict (结果不变).

    >>> is_same(Result(1, 2, "poor", "good"), Result(1, 3, "poor", "good"))
    True
    """
    pairs = ((one.lowest_grade, other.lowest_grade), (one.highest_grade, other.highest_grade))
    return all((is_missing(a) and is_missing(b)) or a == b for a, b in pairs)


def score_sensitivity(
    evaluation: Evaluation, items: Mapping[str, Sequence[Item]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The assumptions of each project, and how far its result holds (敏感性、稳健性).

    ``items`` are what a framework with points scores, by project. The first frame has one row
    ``(project_id, number)`` for each assumption: its value, the values that it is moved to, the
    scores and the result (a grade, a verdict) there, and ``effect``, the most that a total moves.
    The second has one row a project: how many settings there are and in how many the result holds.

    >>> from evalkit.evaluate import score
    >>> from evalkit.framework import load
    >>> from evalkit.model import inputs_of
    >>> day = pd.Timestamp(2024, 12, 31)
    >>> days = {"as_of": day, "period_start_on": day, "period_end_on": day}
    >>> inputs = inputs_of({"projects": [{"project_id": "p", "year": 2024} | days]})
    >>> table, robust = score_sensitivity(score(inputs, load("self-evaluation-2020")), {})
    >>> len(table), robust.at["p", "holding_rate"]
    (0, Fraction(1, 1))
    """
    rows: dict[tuple[str, str], list[Any]] = {}
    firm: dict[str, list[Any]] = {}
    weights = weights_of(evaluation.inputs.weights)
    for project in map(str, evaluation.inputs.projects.index):
        mine, grounds = items.get(project, ()), grounds_of(evaluation, project)
        given = weights.get(project, {})
        found = assumptions_of(evaluation.framework, mine, grounds, given)
        still = _shares(evaluation.framework, _used(mine), {}) if mine else []
        result = partial(result_with, evaluation.framework, mine, grounds, still=still)
        base = result({})
        alone = [_alone(evaluation, project, each, mine, base, result) for each in found]
        rows |= {(project, str(number)): row for number, row in enumerate(alone, start=1)}
        firm[project] = _together(found, base, result)
    index = pd.MultiIndex.from_tuples(list(rows), names=["project_id", "item"])
    table = pd.DataFrame([*rows.values()], index, COLUMNS, dtype="object")
    columns = ["assumption_count", "setting_count", "holding_count", "lowest_setting_score",
               "highest_setting_score"]  # fmt: skip
    robust = pd.DataFrame([*firm.values()], list(firm), columns, dtype="object")
    robust["holding_rate"] = divide(robust["holding_count"], robust["setting_count"])
    changing = table["is_changing"].astype(bool).groupby(level=0).sum()
    robust["deciding_count"] = changing.reindex(robust.index).fillna(0).astype(int).astype(object)
    return table, robust


def _alone(
    evaluation: Evaluation, project: str, one: Assumption, items: Sequence[Item], base: Result,
    result: Callable[[Moves], Result],
) -> list[Any]:  # fmt: skip
    """One assumption moved down and up."""
    framework = evaluation.framework
    ways = {way: result({one: Fraction(move)}) for way, move in (("down", -1), ("up", 1))}
    ends = [abs(moved - still) for each in ways.values()
            for moved, still in ((each.lowest, base.lowest), (each.highest, base.highest))
            if not is_missing(moved, still)]  # fmt: skip
    measure, names = _subject(evaluation, project, one, items)
    return [
        one.kind, names, measure, one.value, one.at(Fraction(-1)), one.at(Fraction(1)),
        *(value for each in ways.values() for value in _shown(framework, each)),
        max(ends, default=pd.NA), not all(is_same(each, base) for each in ways.values()),
    ]  # fmt: skip


def _shown(framework: Framework, result: Result) -> list[Any]:
    """Score where it is decided, both ends, and the grade by its label, or the verdict."""
    is_decided = not is_missing(result.lowest) and result.lowest == result.highest
    grade = result.lowest_grade if result.lowest_grade == result.highest_grade else pd.NA
    return [
        result.lowest if is_decided else pd.NA, result.lowest, result.highest,
        framework.labels.get(grade, grade) if isinstance(grade, str) else pd.NA,
    ]  # fmt: skip


def _subject(
    evaluation: Evaluation, project: str, one: Assumption, items: Sequence[Item]
) -> tuple[Any, list[Any]]:
    """What an assumption is about: a measure of the verdict, or the names of what it scores."""
    framework = evaluation.framework
    if one.kind in ("threshold", "count"):
        conditions = framework.settings["verdict"]["conditions"]
        return next(each["measure"] for each in conditions if each["id"] == one.where), []
    if one.kind == "grade_band":
        bands = framework.settings["grade_bands"]["bands"]
        return pd.NA, [framework.labels[band["grade"]] for band in bands
                       if band.get("at_least") == one.value]  # fmt: skip
    if not framework.is_scored:
        indicators = framework.indicators
        return pd.NA, list(indicators["name"][indicators["bands"] == one.where])
    place = "code" if one.kind == "weight" else "rule"
    return pd.NA, [item.name for item in _used(items) if getattr(item, place) == one.where]


def _together(
    found: Sequence[Assumption], base: Result, result: Callable[[Moves], Result]
) -> list[Any]:
    """All assumptions at once: how many settings, in how many the result holds, the totals."""
    results = [*map(result, grid(found))]
    totals = [end for each in [base, *results] for end in (each.lowest, each.highest)
              if not is_missing(end)]  # fmt: skip
    holding = sum(is_same(each, base) for each in results)
    ends = [min(totals), max(totals)] if totals else [pd.NA, pd.NA]
    return [len(found), len(results), holding, *ends]
