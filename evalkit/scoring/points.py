"""Points by the rules of a framework (计分): full points × the share that was earned.

Every rule answers with the lowest and the highest share (fractions from 0 to 1) and the way in
which it was found. Where the evidence decides, both shares are the same; where it is missing they
are the range that is still within reach. Nothing is rounded and nothing is given by default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

from evalkit.scoring.exact import divide

NOTHING, ALL = Fraction(0), Fraction(1)
PRESENT = {Fraction, int, str, bool, tuple, list}  # kinds of values that are never "missing"
FAR = 10**12


class Earned(NamedTuple):
    """The lowest and highest share of the full points, and the way that ``formulas.yaml`` names.

    The way is empty where the share was read from a table of the framework, or is not decided.
    """

    lowest: Fraction
    highest: Fraction
    way: str = ""

    @property
    def is_decided(self) -> bool:
        """Whether the evidence leaves one share only."""
        return self.lowest == self.highest


UNKNOWN = Earned(NOTHING, ALL)


def known(share: Any, way: str = "") -> Earned:
    """A share that the evidence decides, kept within 0 and 1; unknown where it is missing.

    >>> known(Fraction(3, 2)).highest, known(pd.NA).is_decided
    (Fraction(1, 1), False)
    """
    if is_missing(share):
        return UNKNOWN
    kept = min(max(Fraction(share), NOTHING), ALL)
    return Earned(kept, kept, way if kept == share else "")


def is_missing(*values: Any) -> bool:
    """Whether any of these is not there."""
    for value in values:
        if value is None or value is pd.NA:
            return True
        # Comparing a fraction with itself takes longer than all the rest.
        if value.__class__ not in PRESENT and value != value:
            return True
    return False


def at_least(actual: Any, target: Any) -> Earned:
    """Target "≥" (正向指标): full when reached, else actual ÷ target.

    Source: rules printed on self-evaluation forms under 财预〔2020〕10号.

    A target below zero is the same as its mirror: growth "≥ −3%" is a fall "≤ 3%".

    >>> at_least(45, 90)
    Earned(lowest=Fraction(1, 2), highest=Fraction(1, 2), way='short')
    >>> at_least(-6, -3).lowest
    Fraction(1, 2)
    """
    if is_missing(actual, target):
        return UNKNOWN
    if target < 0:
        return at_most(-actual, -target)
    return known(ALL, "reached") if actual >= target else known(_part(actual, target), "short")


def at_most(actual: Any, target: Any) -> Earned:
    """Target "≤" (反向指标): full when kept, else target ÷ actual, never above full.

    A target below zero is the same as its mirror: growth "≤ −5%" is a fall "≥ 5%".

    >>> at_most(20, 10)
    Earned(lowest=Fraction(1, 2), highest=Fraction(1, 2), way='over')
    >>> at_most(-3, -5).lowest
    Fraction(3, 5)
    """
    if is_missing(actual, target):
        return UNKNOWN
    if target < 0:
        return at_least(-actual, -target)
    return known(ALL, "reached") if actual <= target else known(_part(target, actual), "over")


def equal(actual: Any, target: Any) -> Earned:
    """Target "=" (定值指标): full when met; below it actual ÷ target, above it target ÷ actual.

    >>> equal(8, 10).lowest, equal(10, 8).lowest
    (Fraction(4, 5), Fraction(4, 5))
    """
    if is_missing(actual, target):
        return UNKNOWN
    return at_least(actual, target) if actual <= target else at_most(actual, target)


def within(actual: Any, lowest: Any, highest: Any) -> Earned:
    """Target range (区间指标): full inside; outside in proportion to the bound that was passed.

    >>> [within(value, 4, 6).lowest for value in (5, 2, 12)]
    [Fraction(1, 1), Fraction(1, 2), Fraction(1, 2)]
    """
    if is_missing(actual, lowest, highest):
        return UNKNOWN
    if actual <= highest:
        return at_least(actual, lowest)
    return at_most(actual, highest)._replace(way="above" if highest >= 0 else "above_below_zero")


def _part(part: Any, whole: Any) -> Fraction:
    """A quotient that is no reward: nothing where there is no proportion, as with a target of 0."""
    quotient = divide(part, whole)
    return NOTHING if is_missing(quotient) else quotient


def ratio(rate: Any, target: Any = ALL) -> Earned:
    """A rate in proportion, full from its target on (按比例计分，不超过满分).

    >>> ratio(Fraction(9, 10)).lowest, ratio(Fraction(9, 10), Fraction(19, 20)).lowest
    (Fraction(9, 10), Fraction(18, 19))
    """
    return at_least(rate, target)


def stepped(rate: Any, target: Any, per: Any, loss: Any, side: str = "below") -> Earned:
    """A share lost for each step off the target (每偏离一档扣分，扣完为止), in proportion.

    ``per`` is a step of the rate, ``loss`` the share of the points that it costs; ``side`` says
    which side costs: below the target, above it, or both. Seen on many local forms.

    >>> stepped(Fraction(97, 100), 1, Fraction(1, 100), Fraction(1, 20)).lowest
    Fraction(17, 20)
    """
    if is_missing(rate, target):
        return UNKNOWN
    short, way = target - rate, "stepped_below"
    if side == "above" or (side == "both" and short < 0):
        short, way = -short, "stepped_above"
    if short <= 0:
        return known(ALL, "reached")
    return known(1 - loss * short / Fraction(per), way)


def banded(rate: Any, bands: Sequence[Mapping[str, Any]]) -> Earned:
    """Points by bands of a rate (分档计分), each half-open: ``at_least`` ≤ rate < the band above.

    Bands run from the highest down. Source: 财预〔2021〕101号 for execution and satisfaction.

    >>> bands = [{"at_least": 1, "share": 1}, {"at_least": Fraction(4, 5), "share": Fraction(1, 2)}]
    >>> banded(Fraction(9, 10), bands).lowest, banded(Fraction(1, 2), bands).lowest
    (Fraction(1, 2), Fraction(0, 1))
    """
    if is_missing(rate):
        return UNKNOWN
    return known(next((b["share"] for b in bands if lies_in(rate, b)), NOTHING))


def lies_in(value: Any, band: Mapping[str, Any]) -> bool:
    """Whether a value lies in a band (落在档内); bounds that are not named bind nothing.

    >>> [lies_in(value, {"at_least": 80, "below": 90}) for value in (80, 90)]
    [True, False]
    """
    return bool(
        value >= band.get("at_least", value)
        and value <= band.get("at_most", value)
        and ("below" not in band or value < band["below"])
    )


def tiered(tier: Any, share: Any, tiers: Mapping[str, Mapping[str, Any]]) -> Earned:
    """A qualitative target by tiers (定性指标分档): the share that is given within its tier.

    Without a share, or with one outside of the tier, the whole tier is within reach. ``tiers``
    gives each tier's bounds. Source: 财预〔2020〕10号 (100–80%, 80–60%, 60–0%).

    >>> tiers = {"reached": {"at_least": Fraction(4, 5), "at_most": ALL}}
    >>> tiered("reached", pd.NA, tiers).lowest, tiered("reached", Fraction(9, 10), tiers).lowest
    (Fraction(4, 5), Fraction(9, 10))
    """
    if is_missing(tier) or tier not in tiers:
        return UNKNOWN
    bounds = tiers[tier]
    if is_missing(share) or not lies_in(share, bounds):
        return Earned(bounds["at_least"], bounds.get("at_most", bounds.get("below")))
    return known(share, "tier")


def graded(grade: Any, shares: Mapping[str, Any]) -> Earned:
    """Points by grade (评判等级): the share that the framework gives to the grade.

    >>> graded("good", {"good": ALL}).lowest
    Fraction(1, 1)
    """
    return UNKNOWN if is_missing(grade) or grade not in shares else known(shares[grade])


def direct(score: Any, points: Any) -> Earned:
    """A score given directly (直接赋分), as a share of the full points; more than full is full.

    >>> direct(8, 10).lowest
    Fraction(4, 5)
    """
    return UNKNOWN if is_missing(score) else known(divide(score, points), "direct")


def passed(earned: Earned, line: Any) -> Earned:
    """Nothing below a pass line (及格线); a share above it stays as it is.

    >>> passed(known(Fraction(1, 2)), Fraction(3, 5)).highest
    Fraction(0, 1)
    """
    if is_missing(line) or earned.lowest >= line:
        return earned
    return known(NOTHING) if earned.highest < line else Earned(NOTHING, earned.highest)


def overfulfilled(earned: Earned, rate: Any, above: Any) -> Earned:
    """Deduction for a target that was set far too low (明显超出目标值), in proportion.

    Only beyond ``above``, and only where the project found its target to be too low. Source:
    财预〔2020〕10号 asks for it by the degree of deviation; that it is target ÷ actual is assumed.

    >>> overfulfilled(known(ALL, "reached"), Fraction(2), Fraction(13, 10)).lowest
    Fraction(1, 2)
    """
    if is_missing(rate, above) or rate <= above:
        return earned
    return known(1 / Fraction(rate), "too_low")


def at_bound(
    rule: Callable[[Any], Earned], bound: Any, operator: str, corners: Sequence[Any], limit: Earned
) -> Earned:
    """What a value earns of which only a bound is known (完成值为"≥90%"之类).

    ``corners`` are where the rule changes its direction; ``limit`` is what it gives without end.

    >>> at_bound(lambda value: at_least(value, 90), 90, ">=", [90], known(ALL, "reached")).way
    'reached'
    """
    if is_missing(bound):
        return UNKNOWN
    is_from = operator == ">="
    reachable = [bound, *(c for c in corners if not is_missing(c) and (c > bound) == is_from)]
    found = [rule(value) for value in reachable] + [
        limit if is_from else rule(bound * FAR if bound < 0 else 0)
    ]
    lowest, highest = min(e.lowest for e in found), max(e.highest for e in found)
    return Earned(lowest, highest, found[0].way if lowest == highest else "")


def weighted_mean(values: Sequence[Any], weights: Sequence[Any]) -> Any:
    """Ratios of parts as one, weighted by money (相对值按资金额度加权平均); NA with a hole.

    >>> weighted_mean([Fraction(1), Fraction(1, 2)], [300, 100])
    Fraction(7, 8)
    """
    if is_missing(*values, *weights):
        return pd.NA
    return divide(sum(v * w for v, w in zip(values, weights, strict=True)), sum(weights))


def grade_band(score: Any, bands: Sequence[Mapping[str, Any]]) -> Any:
    """The grade of an unrounded score by half-open bands (优 ≥ 90, 良 ≥ 80, …).

    Source: 财预〔2020〕10号. Integer bands as some tables print them leave 89.5 undefined.

    >>> bands = [{"grade": "excellent", "at_least": 90}, {"grade": "good", "at_least": 80}]
    >>> grade_band(Fraction(179, 2), bands)
    'good'
    """
    if is_missing(score):
        return pd.NA
    return next((b["grade"] for b in bands if lies_in(score, b)), pd.NA)
