"""Scores under a framework that gives points (得分): each item, each level, the total.

Nothing gets a mark by default. What cannot be decided has no score but a lowest and a highest one
that are still within reach, and so have its levels and the total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.model import Framework, Inputs
from evalkit.scoring.exact import plain
from evalkit.scoring.items import Item, earned, reads_rate, reason_code, target_rate
from evalkit.scoring.points import Earned, is_missing
from evalkit.scoring.weights import Scheme, in_proportion, scheme, shared_out, weights_of
from evalkit.units import units

COLUMNS = [
    "level", "name", "is_own", "rule", "points", "points_way", "rate", "target_rate",
    "target_to_rate", "step_rate", "loss_rate", "value", "target", "target_to",
    "tier", "tier_rate", "given_score", "share_rate", "share_rate_way", "lowest_share",
    "highest_share", "score", "lowest_score", "highest_score", "stated_score", "status",
    "reason_code",
]  # fmt: skip

#: What an own output tells of itself.
OWN = (
    "name", "dimension", "points", "rule", "operator", "value", "target", "target_to",
    "target_unit", "actual", "actual_unit", "actual_operator", "actual_text", "completion_rate",
    "evidence", "tier", "tier_rate", "given_score", "stated_score", "is_target_too_low",
)  # fmt: skip

#: On which side of a target of this sign a deviation costs points.
SIDES = {">=": "below", "≥": "below", "<=": "above", "≤": "above", "=": "both"}

Schemes = Mapping[str, Scheme]  # by project


def schemes_of(inputs: Inputs, framework: Framework) -> Schemes:
    """How each project's points are shared out; projects with the same weights share one scheme."""
    codes = {*framework.levels.index, *framework.indicators.index}
    mine = weights_of(inputs.weights)
    made: dict[tuple[tuple[str, Fraction], ...], Scheme] = {}
    found: dict[str, Scheme] = {}
    for project in inputs.projects.index:
        own = {code: p for code, p in mine.get(project, {}).items() if code in codes}
        key = tuple(sorted(own.items()))
        if key not in made:
            made[key] = scheme(framework, own)
        found[project] = made[key]
    return found


def items_of(
    inputs: Inputs, framework: Framework, indicators: pd.DataFrame, outputs: pd.DataFrame,
    schemes: Schemes,
) -> list[Item]:  # fmt: skip
    """All that is scored, in the order of the projects and of the framework's levels."""
    if not framework.is_scored:
        return []
    excluded = _excluded(inputs)
    is_main = dict(
        zip(inputs.projects.index, inputs.projects["framework"] == framework.id, strict=True)
    )
    found = [*_of_framework(framework, indicators, schemes)]
    found += _own(framework, outputs, schemes, is_main)
    found += _without(framework, found, schemes)
    order = {project: place for place, project in enumerate(inputs.projects.index)}
    level = {code: place for place, code in enumerate(framework.levels.index)}
    found.sort(key=lambda item: (order[item.project], level[item.level]))
    return [
        item._replace(
            is_excluded=any((item.project, code) in excluded
                            for code in (item.code, *schemes[item.project].path[item.level])),
            stated_score=item.stated_score if is_main[item.project] else pd.NA,
        )
        for item in found
    ]  # fmt: skip


def _excluded(inputs: Inputs) -> set[tuple[str, str]]:
    """Items and levels that the project says do not apply to it."""
    given = inputs.judgements["not_applicable"]
    return {*given.index[given.notna()]}


def _of_framework(
    framework: Framework, indicators: pd.DataFrame, schemes: Schemes
) -> Iterator[Item]:
    """The framework's own indicators."""
    parents = framework.indicators["parent"].to_dict()
    columns = ["name", "rule", "rate", "tier", "given_grade", "tier_rate", "given_score",
               "evidence", "stated_score"]  # fmt: skip
    for (project, code), name, rule, rate, tier, grade, share, score, evidence, stated in zip(
        indicators.index, *(indicators[column] for column in columns), strict=True
    ):
        yield Item(
            project, code, parents[code], name, False, rule,
            schemes[project].indicators[code], "framework", rate,
            tier=grade if is_missing(tier) else tier, tier_rate=share, given_score=score,
            has_evidence=not is_missing(evidence), stated_score=stated,
        )  # fmt: skip


def _own(
    framework: Framework, outputs: pd.DataFrame, schemes: Schemes, is_main: Mapping[str, bool]
) -> Iterator[Item]:
    """The project's outputs that name a dimension which the framework has.

    The points that they name were made for the framework that the project names first.
    """
    own = framework.settings["own"]
    if not own:
        return
    mine = outputs[outputs["dimension"].isin(list(own["levels"]))]
    columns = zip(*(list(mine[name].astype(object)) for name in OWN), strict=True)
    rows: list[dict[str, Any]] = [
        dict(zip(("project_id", "item", *OWN), (*key, *values), strict=True))
        for key, values in zip(mine.index, columns, strict=True)
    ]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        row["level"] = own["levels"][row["dimension"]]
        host = schemes[row["project_id"]].host[row["level"]]
        groups.setdefault((row["project_id"], host), []).append(row)
    for (project, host), group in groups.items():
        room = schemes[project].room.get(host, Fraction(0))
        share_out = shared_out if is_main[project] else in_proportion
        parts = share_out(room, [row["points"] for row in group])
        for row, (points, way) in zip(group, parts, strict=True):
            yield _own_item(row, points, way, own, framework.settings["rules"])


def _own_item(
    row: Mapping[str, Any], points: Fraction, way: str, own: Mapping[str, Any],
    rules: Mapping[str, Any],
) -> Item:  # fmt: skip
    """One output as an item: its rule by its own choice, its dimension, or its target's sign."""
    is_text = is_missing(row["target"])
    rule = row["rule"]
    if is_missing(rule):
        by_sign = own["text"] if is_text else own["operators"].get(row["operator"], "")
        rule = by_sign if is_text else own.get("dimensions", {}).get(row["dimension"], by_sign)
    kind = rules.get(rule, {}).get("kind")
    is_bound = is_missing(row["value"]) and not is_missing(row["actual_operator"])
    bound = row["actual"] if is_bound and row["actual_unit"] == row["target_unit"] else pd.NA
    reads_value = kind in ("banded", "stepped") and row["target_unit"] in units()["rate"]
    as_rate = Fraction(units()["rate"].get(row["target_unit"], 1)) if reads_value else None
    known: Any = row["value"] if is_missing(bound) else bound
    rate = row["completion_rate"]
    if as_rate is not None and not is_missing(known):
        rate = as_rate * known
    is_stepped = kind == "stepped" and as_rate is not None and not is_missing(row["target"])
    said = (row["evidence"], row["actual_text"])
    return Item(
        row["project_id"], row["item"], row["level"], row["name"], True, rule, points, way, rate,
        pd.NA if is_missing(row["value"]) else row["value"], row["target"], row["target_to"], bound,
        "" if is_missing(bound) else row["actual_operator"],
        row["tier"], row["tier_rate"], row["given_score"], not all(map(is_missing, said)),
        False, row["is_target_too_low"] is True, row["stated_score"],
        as_rate * row["target"] if is_stepped and as_rate is not None else pd.NA,
        SIDES.get(row["operator"], "") if is_stepped else "",
    )  # fmt: skip


def _without(framework: Framework, items: list[Item], schemes: Schemes) -> Iterator[Item]:
    """Levels with points to give and no output of the project under them."""
    own = framework.settings["own"]
    taken = {(item.project, schemes[item.project].host[item.level])
             for item in items if item.is_own}  # fmt: skip
    names = framework.levels["name"].to_dict()
    for project, its in schemes.items():
        for host in dict.fromkeys(its.host[level] for level in own.get("levels", {}).values()):
            if host and its.room.get(host, 0) > 0 and (project, host) not in taken:
                yield Item(project, host, host, names[host], True, "", its.room[host], "left")


def score_items(items: list[Item], framework: Framework) -> pd.DataFrame:
    """The score of each item (各项得分), one row ``(project_id, item)``; columns ``COLUMNS``.

    ``share_rate`` and ``score`` are missing where the evidence leaves a range. ``status`` is
    scored, not_applicable or cannot_be_evaluated; ``reason_code`` says why the last.
    """
    settings = framework.settings
    rows = [_row(item, earned(item, settings), settings) for item in items]
    index = pd.MultiIndex.from_tuples(
        [(item.project, item.code) for item in items], names=["project_id", "item"]
    )
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    table = {
        name: pd.Series(list(values), index, dtype="object")
        for name, values in zip(COLUMNS, columns, strict=True)
    }
    return pd.DataFrame(table, index, COLUMNS)


def _row(item: Item, share: Earned, settings: Mapping[str, Any]) -> tuple[Any, ...]:
    rule = settings["rules"].get(item.rule, {"kind": ""})
    lowest, highest = share.lowest * item.points, share.highest * item.points
    is_scored = share.is_decided and not item.is_excluded
    status = "scored" if is_scored else "cannot_be_evaluated"
    if item.is_excluded:
        status = "not_applicable"
    by_rate = reads_rate(item, rule["kind"])
    compared = target_rate(item, rule) if by_rate else pd.NA
    return (
        item.level, item.name, item.is_own, item.rule or pd.NA, item.points, item.points_way,
        item.rate, compared, rule.get("to", pd.NA) if by_rate else pd.NA,
        rule.get("per", pd.NA), rule.get("loss", pd.NA),
        item.value, item.target, item.target_to, item.tier, item.tier_rate, item.given_score,
        share.lowest if is_scored else pd.NA, share.way if is_scored else "",
        share.lowest, share.highest,
        lowest if is_scored else pd.NA, lowest, highest, item.stated_score, status,
        reason_code(item, settings) if status == "cannot_be_evaluated" else pd.NA,
    )  # fmt: skip


def score_by_level(scores: pd.DataFrame, framework: Framework, schemes: Schemes) -> pd.DataFrame:
    """The score of each higher level (各级得分), one row ``(project_id, code)``.

    ``points`` are those that the framework or the project gives the level, ``points_gap`` what the
    items below it have more (or less); ``applicable_points`` leave out what does not apply.
    """
    kept = ["points", "applicable_points", "lowest_score", "highest_score"]
    sums: dict[tuple[str, str], list[Fraction]] = {}
    for (project, _), level, points, low, high, status in zip(
        scores.index, scores["level"], scores["points"], scores["lowest_score"],
        scores["highest_score"], scores["status"], strict=True,
    ):  # fmt: skip
        applicable = Fraction(0) if status == "not_applicable" else points
        for code in schemes[project].path[level]:
            found = sums.setdefault((project, code), [Fraction(0)] * len(kept))
            for place, value in enumerate((points, applicable, low, high)):
                found[place] += value
    codes = list(framework.levels.index) if framework.is_scored else []
    index = pd.MultiIndex.from_tuples(
        [(p, code) for p in schemes for code in codes if (p, code) in sums],
        names=["project_id", "item"],
    )
    columns = ["name", "parent", "depth"]
    named = framework.levels.loc[codes, columns]
    about = dict(zip(codes, named.itertuples(index=False), strict=True))
    rows = [
        (*about[code], schemes[p].levels.get(code, sums[p, code][0]), *sums[p, code])
        for p, code in index
    ]  # fmt: skip
    columns += ["points", "items_points", *kept[1:]]
    result = pd.DataFrame(rows, index, columns, dtype="object")
    result["points_gap"] = result["items_points"] - result["points"]
    is_decided = result["lowest_score"] == result["highest_score"]
    result["score"] = plain(result["lowest_score"]).where(is_decided.astype(bool), pd.NA)
    return result
