"""The rules by which points are given, and where each comes from (计分规则及其依据)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evalkit.framework import text_of
from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.table import Cell, Row, Table, headings
from evalkit.words import Words

MOST_NAMES = 3  # of the items that use a rule
BOUNDS = {"at_least": ">=", "at_most": "<=", "below": "<"}
TARGETS = ("target", "to", "per", "loss", "pass_line")


def tabulate_scoring_rules(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Each rule that scores something here: its bounds, what it scores, its source and standing."""
    cells = Cells(evaluation, project_id, words)
    scores = cells.items("scores")
    rules = evaluation.framework.settings["rules"]
    used = [name for name in rules if name in set(scores["rule"].dropna())] if len(scores) else []
    if not used:
        return None
    rows = tuple(
        _rule(cells, rules[name], list(scores["name"][scores["rule"] == name])) for name in used
    )
    names = ("rule", "scoring_rules.bounds", "scoring_rules.scores", "scoring_rules.source",
             "scoring_rules.status")  # fmt: skip
    return Table(
        "scoring_rules",
        cells.caption("scoring_rules"),
        headings(*map(cells.head, names)),
        rows,
    )


def _rule(cells: Cells, rule: Mapping[str, Any], names: list[Any]) -> Row:
    shown = list(_numbers(cells, rule))
    called = cells.words.listed(map(cells.words.text, names[:MOST_NAMES]))
    if len(names) > MOST_NAMES:
        count = cells.words.figure(len(names), "evaluated")
        called = cells.term("headings.and_more").format(names=called, number=count)
    return (
        Cell(cells.term(f"rule_kind.{rule['kind']}"), heads=True),
        Cell("\n".join(shown), "wide") if shown else cells.nothing(),
        Cell(called, "wide"),
        cells.text(text_of(rule.get("source") or "")),
        Cell(cells.term(f"source_status.{rule['status']}")),
    )


def _numbers(cells: Cells, rule: Mapping[str, Any]) -> Iterator[str]:
    """The numbers of a rule, one line each: bands, tiers, shares of grades, targets."""
    for band in rule.get("bands", ()):
        yield _pair(cells, _within(cells, band), _rate(cells, band["share"]))
    for name, tier in rule.get("tiers", {}).items():
        label = text_of(tier.get("label", name))
        yield _pair(cells, cells.words.text(label), _within(cells, tier))
    labels = cells.evaluation.framework.labels
    for grade, share in rule.get("shares", {}).items():
        yield _pair(cells, cells.words.text(labels.get(grade, grade)), _rate(cells, share))
    for key in TARGETS:
        if key in rule:
            yield _pair(cells, cells.term(f"scoring_rules.{key}"), _rate(cells, rule[key]))


def _pair(cells: Cells, name: str, value: str) -> str:
    return cells.term("headings.pair").format(name=name, value=value)


def _rate(cells: Cells, value: Any) -> str:
    return cells.words.figure(value, "rate")


def _within(cells: Cells, band: Mapping[str, Any]) -> str:
    """The bounds of a band; one without any takes what is left."""
    ends = [f"{cells.term(f'signs.{sign}')} {_rate(cells, band[key])}"
            for key, sign in BOUNDS.items() if key in band]  # fmt: skip
    return cells.words.listed(ends) if ends else cells.term("scoring_rules.otherwise")
