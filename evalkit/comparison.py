"""One project under several frameworks (多框架比较): the totals, and in words why they differ.

Totals differ because a framework uses another formula or denominator, another rule, other weights,
or scores something else. What two frameworks score of the same kind is told apart by these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from evalkit.facts import Facts
from evalkit.model import Evaluation
from evalkit.scoring.points import is_missing
from evalkit.words import Saying

EXECUTION = "execution"


class Kind(NamedTuple):
    """What a framework scores of one kind: how, by which rule, with how many points."""

    method: str
    rule: str
    points: Any
    share: Any


def totals_told(evaluations: Mapping[str, Evaluation], project_id: str) -> list[Saying]:
    """One saying a framework: its total and grade, or the range within reach, or its verdict."""
    return [saying for each in evaluations.values() for saying in _total(each, project_id)]


def _total(evaluation: Evaluation, project_id: str) -> Iterator[Saying]:
    framework, facts = evaluation.framework, Facts(evaluation.facts, project_id)
    named: dict[str, Any] = {"framework": (framework.name, "text")}
    if not framework.is_scored:
        verdict = facts.value("verdict")
        yield ("graded_none", named) if is_missing(verdict) else (
            "graded", named | {"verdict": verdict})  # fmt: skip
        return
    values = {name: (facts.value(name), "points") for name in (
        "total_score", "rebased_score", "lowest_rebased_score", "highest_rebased_score",
        "full_points", "excluded_points", "stated_total_score")}  # fmt: skip
    grades = {name: framework.labels.get(facts.value(name), pd.NA)
              for name in ("total_grade", "lowest_grade", "highest_grade")
              if not is_missing(facts.value(name))}  # fmt: skip
    number = (facts.value("undecided_score_count"), "count")
    decided = not is_missing(facts.value("total_score"))
    yield ("total" if decided else "within_reach"), named | values | grades | {"number": number}
    if decided and facts.value("excluded_points"):
        yield "rebased", named | values
    if not is_missing(facts.value("stated_total_score")):
        yield "stated", named | values


def undecided_told(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """What cannot be scored under a framework, each with its reason and what is within reach."""
    scores = evaluation.scores
    mine = scores[(scores.index.get_level_values(0) == project_id)
                  & (scores["status"] == "cannot_be_evaluated")]  # fmt: skip
    return [
        ("undecided", {
            "indicator": (row["name"], "text"), "reason_code": row["reason_code"],
            "lowest": (row["lowest_score"], "points"), "highest": (row["highest_score"], "points"),
        })
        for _, row in mine.iterrows()
    ]  # fmt: skip


def why_told(evaluations: Mapping[str, Evaluation], project_id: str) -> list[Saying]:
    """Why the frameworks do not give the same: each against the first one that gives points."""
    scored = [each for each in evaluations.values() if each.framework.is_scored]
    told: list[Saying] = []
    for other in scored[1:]:
        told += _why(scored[0], other, project_id)
    return told


def _why(one: Evaluation, other: Evaluation, project_id: str) -> Iterator[Saying]:
    """Formula, rule and weight of what both score; then what only one of them scores."""
    names: dict[str, Any] = {"one": (one.framework.name, "text"),
                             "other": (other.framework.name, "text")}  # fmt: skip
    mine, its = _kinds(one, project_id), _kinds(other, project_id)
    for kind in mine:
        if kind not in its:
            continue
        a, b = mine[kind], its[kind]
        topic = names | {"kind": (_term(kind), "term")}
        if a.method != b.method:
            methods = {"method": (f"method.{a.method}", "term"),
                       "other_method": (f"method.{b.method}", "term")}  # fmt: skip
            yield "other_formula", topic | methods
        elif a.rule != b.rule:
            rules = {"rule": (f"rule_kind.{a.rule}", "term"),
                     "other_rule": (f"rule_kind.{b.rule}", "term")}  # fmt: skip
            yield "other_rule", topic | rules
        if a.points != b.points:
            yield "other_weight", topic | {
                "points": (a.points, "points"), "other_points": (b.points, "points"),
            }  # fmt: skip
    for here, there, first, second in ((mine, its, "one", "other"), (its, mine, "other", "one")):
        extra = sum(kind.points for name, kind in here.items() if name not in there)
        if extra:
            yield "only", {"one": names[first], "other": names[second], "points": (extra, "points")}


def _term(kind: str) -> str:
    return f"topics.{kind}" if kind == EXECUTION else f"dimension.{kind}"


def _kinds(evaluation: Evaluation, project_id: str) -> dict[str, Kind]:
    """What is scored, by kind: the dimension of an output, or what an indicator is about."""
    framework = evaluation.framework
    dimensions = evaluation.inputs.outputs["dimension"]
    rules = framework.settings["rules"]
    indicators = framework.indicators
    found: dict[str, Kind] = {}
    mine = evaluation.scores
    for key, row in mine[mine.index.get_level_values(0) == project_id].iterrows():
        code = key[1]  # type: ignore[index]
        own = code not in indicators.index
        about = dimensions.get(key, pd.NA) if own else indicators.at[code, "about"]
        method = "own_target" if own else indicators.at[code, "method"]
        name = f"other.{code}" if is_missing(about) else str(about)
        rule = rules.get(row["rule"], {}).get("kind", "") if not is_missing(row["rule"]) else ""
        before = found.get(name)
        points = row["points"] + (before.points if before else 0)
        found[name] = Kind(str(method), rule, points, row["share_rate"])
    return {name: kind for name, kind in found.items() if kind.points}
