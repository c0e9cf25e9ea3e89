"""What a scored framework gives points for (计分项): its own indicators and a project's outputs.

One ``Item`` is all that the rules need to know of one of them. The share that it earns follows from
it and from the framework's rules alone, so that a rule can be tried with other figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

from evalkit.scoring import points as rules
from evalkit.scoring.points import ALL, NOTHING, UNKNOWN, Earned, is_missing, known

JUDGED = ("tiered", "graded", "direct")
BY_TARGET = ("at_least", "at_most", "equal", "within")
ENDLESS = Fraction(10**12)


class Item(NamedTuple):
    """One thing that is scored.

    ``rate`` is what tables of bands read: the measure of a framework's indicator; of an own output
    its completion, or under bands its value where that is a percentage. ``bound`` is a value of
    which only one side is known, with its ``sign``. ``target_rate`` and ``side`` are those of an
    own output in percent, for rules by steps.
    """

    project: str
    code: str
    level: str
    name: Any
    is_own: bool
    rule: str
    points: Fraction
    points_way: str = ""
    rate: Any = pd.NA
    value: Any = pd.NA
    target: Any = pd.NA
    target_to: Any = pd.NA
    bound: Any = pd.NA
    sign: str = ""
    tier: Any = pd.NA
    tier_rate: Any = pd.NA
    given_score: Any = pd.NA
    has_evidence: bool = False
    is_excluded: bool = False
    is_target_too_low: bool = False
    stated_score: Any = pd.NA
    target_rate: Any = pd.NA
    side: str = ""


def earned(item: Item, settings: Mapping[str, Any]) -> Earned:
    """The share of its points that an item earns under the rules of a framework (得分率).

    >>> table = {"rules": {"positive": {"kind": "at_least"}}, "over": {}}
    >>> item = Item("p", "o", "S21", "", True, "positive", Fraction(10), value=45, target=90)
    >>> earned(item, table)
    Earned(lowest=Fraction(1, 2), highest=Fraction(1, 2), way='short')
    """
    rule = settings["rules"].get(item.rule)
    if rule is None or item.is_excluded:
        return Earned(NOTHING, NOTHING) if item.is_excluded else UNKNOWN
    if rule["kind"] in JUDGED:
        found = _judged(item, rule)
    elif item.is_own and rule["kind"] in BY_TARGET:
        found = _by_value(item, rule["kind"])
    else:
        found = _by_rate(item, rule)
    if item.is_target_too_low:
        found = rules.overfulfilled(found, item.rate, settings["over"].get("above", pd.NA))
    return rules.passed(found, rule.get("pass_line", pd.NA))


def _judged(item: Item, rule: Mapping[str, Any]) -> Earned:
    """By tier, by grade or by a score given directly; nothing is decided without evidence."""
    if not item.has_evidence:
        return UNKNOWN
    if not is_missing(item.given_score):
        return rules.direct(item.given_score, item.points)
    if rule["kind"] == "tiered":
        return rules.tiered(item.tier, item.tier_rate, rule["tiers"])
    return rules.graded(item.tier, rule["shares"]) if rule["kind"] == "graded" else UNKNOWN


def _by_value(item: Item, kind: str) -> Earned:
    """An own output by its value and target, or by what a bound leaves open."""
    if is_missing(item.target):
        return UNKNOWN
    if kind == "within":

        def rule(value: Any) -> Earned:
            return rules.within(value, item.target, item.target_to)
    else:
        one = TARGETS[kind]

        def rule(value: Any) -> Earned:
            return one(value, item.target)

    if is_missing(item.bound):
        return rule(item.value)
    limit = known(ALL, "reached") if kind == "at_least" else known(NOTHING)
    return rules.at_bound(rule, item.bound, item.sign, [item.target, item.target_to], limit)


TARGETS: dict[str, Callable[[Any, Any], Earned]] = {
    "at_least": rules.at_least, "at_most": rules.at_most, "equal": rules.equal,
    "ratio": rules.ratio,
}  # fmt: skip


def _by_rate(item: Item, table: Mapping[str, Any]) -> Earned:
    """A measure of the framework by a target of the rule or by bands."""
    kind, target = table["kind"], target_rate(item, table)

    def rule(rate: Any) -> Earned:
        if kind == "banded":
            return rules.banded(rate, table["bands"])
        if kind == "stepped":
            side = item.side or table.get("side", "below")
            return rules.stepped(rate, target, table["per"], table["loss"], side)
        if kind == "within":
            return _of_rate(rules.within(rate, target, table["to"]))
        return _of_rate(TARGETS[kind](rate, target))

    if is_missing(item.bound):
        return rule(item.rate)
    corners = [each for band in table.get("bands", ()) for each in (band.get("at_least"),)]
    return rules.at_bound(rule, item.rate, item.sign, [*corners, target], rule(ENDLESS))


def target_rate(item: Item, rule: Mapping[str, Any]) -> Any:
    """What a rate is compared with: the target of the output, of the rule, or the whole.

    >>> target_rate(Item("p", "o", "S21", "", True, "", ALL), {"target": Fraction(9, 10)})
    Fraction(9, 10)
    """
    return rule.get("target", ALL) if is_missing(item.target_rate) else item.target_rate


def _of_rate(found: Earned) -> Earned:
    """The same way, told of rates in place of values."""
    is_told = found.way and found.way != "reached"
    return found._replace(way=f"rate_{found.way}") if is_told else found


def reads_rate(item: Item, kind: str) -> bool:
    """Whether a rule of this kind compares a rate with a target of the rule, for this item."""
    is_of_value = item.is_own and kind in BY_TARGET
    return kind in (*BY_TARGET, "ratio", "stepped") and not is_of_value


def reason_code(item: Item, settings: Mapping[str, Any]) -> Any:
    """Why an item is not decided (无法评价的原因)."""
    rule = settings["rules"].get(item.rule)
    if rule is None:
        return "no_indicator"
    if rule["kind"] not in JUDGED:
        return "no_value" if is_missing(item.bound) else "only_bound"
    if is_missing(item.tier) and is_missing(item.given_score):
        return "no_judgement"
    return "no_share" if item.has_evidence else "no_evidence"
