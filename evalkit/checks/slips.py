"""What explains a figure that is not the fact it claims to be: slips, the simplest first.

A figure is printed in a report, or declared in a params file where it follows from others; both are
explained in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from evalkit.checks.book import Known as Known
from evalkit.checks.book import parsed, prefix_of
from evalkit.checks.claims import FEWEST_DIGITS, exactly, is_round, is_telling
from evalkit.checks.claims import Claim as Claim
from evalkit.checks.digits import digit_slips, digits
from evalkit.checks.recompute import Way, inputs_rounded, inputs_swapped, rows_changed
from evalkit.checks.rounding import rounded
from evalkit.checks.rows import Row
from evalkit.units import unit_of, units

#: So many digits must be left of a figure that was rounded to fewer than are printed.
FEWEST_LEFT = 10
PERCENT = Fraction(1, 100)
#: Ten times as much may be another unit or a shifted point; both are told where both are likely.
TENFOLD = (Fraction(10), Fraction(1, 10))
THOUSAND_YUAN = Fraction(10**5)
#: Slips that close many a gap by chance; in one row of several they need a gap of so many steps.
OF_GAPS, FEWEST_STEPS = ("wrong_digit", "transposed", "extra_digit"), 100
MOST_PLACES = 3  # that a point may be shifted by

#: The slips from the simplest on. Those of one line are equally simple; where several of them give
#: the same figure, all are told.
SIMPLEST: tuple[tuple[str, ...], ...] = (
    ("zero",),
    ("unit_large", "unit_small", "shifted", "sign"),
    ("truncated", "rounded_up", "coarse", "rounded_input", "rounded_rows"),
    ("rate_for_amount", "rate_for_amount_unknown", "amount_for_rate"),
    ("left_out", "counted_twice", "not_counted",
     "other_denominator", "other_base", "other_input"),
    ("other_fact",),
    ("transposed", "missing_digit", "doubled_digit", "extra_digit", "wrong_digit", "in_row"),
)  # fmt: skip
RANK = {name: place for place, names in enumerate(SIMPLEST) for name in names}


class Slip(NamedTuple):
    """The name of a slip, and what its sentence needs."""

    name: str
    details: Row


Explanation = Callable[[Claim], Iterator[Slip]]


def explain(claim: Claim) -> list[Slip]:
    """Every slip that reproduces the given figure, the simplest first; empty where none does."""
    finders: tuple[Explanation, ...] = (
        _zero, _shifted, _unit, _cut, _kind, _recomputed, _other_fact, _in_row, _digits,
    )  # fmt: skip
    if len(claim.rows) == 1:  # a sum of one row: the two are peers, and the row is what is told
        finders = (_cut, _in_row)
    found = [slip for find in finders for slip in find(claim)]
    once = {(slip.name, str(slip.details)): slip for slip in found}
    return sorted(once.values(), key=lambda slip: RANK[slip.name])


def equally_simple(found: list[Slip]) -> list[Slip]:
    """The first of some ranked slips, and those that explain as simply as it does."""
    return [slip for slip in found if RANK[slip.name] == RANK[found[0].name]]


def _zero(claim: Claim) -> Iterator[Slip]:
    """Nothing stands where there is something."""
    if claim.reading.value == 0:
        yield Slip("zero", {})


def _unit(claim: Claim) -> Iterator[Slip]:
    """The right value in another unit: so many times too large or too small."""
    for worth in _worths(claim.unit):
        factor = claim.worth / worth
        is_exact = claim.reading.value and claim.reading.value * worth == claim.value
        if factor == 1 or (factor in TENFOLD and not _is_tenfold(claim.worth, worth)):
            continue
        if claim.rows and not is_exact:
            continue  # a sum is as exact as its rows
        if is_exact or is_telling(claim, claim.value, worth, FEWEST_DIGITS - 1):
            larger = factor > 1
            times = factor if larger else 1 / factor
            column = unit_of(claim.worth, "money" if claim.unit == "amount" else "rate")
            yield Slip("unit_large" if larger else "unit_small", {
                "factor": (times, "count"),
                "in_column": (claim.value / claim.worth, column or "quantity"),
            })  # fmt: skip


@cache
def _worths(unit: str) -> tuple[Fraction, ...]:
    """What the units of money, or of rates, are worth."""
    if unit == "amount":
        return tuple(sorted({Fraction(worth) for worth in units()["money"].values()}))
    if unit == "rate":
        return tuple(sorted({Fraction(1), *map(Fraction, units()["rate"].values())}))
    return ()


def _is_tenfold(one: Fraction, other: Fraction) -> bool:
    """Whether two units, one ten times the other, are both in use: 千元 and 万元, % and ‰."""
    return {one, other} == {THOUSAND_YUAN, 10 * THOUSAND_YUAN} or max(one, other) < 1


def _shifted(claim: Claim) -> Iterator[Slip]:
    """The decimal point stands elsewhere, by no unit; or the sign is lost or added."""
    if claim.value and is_telling(claim, -claim.value, claim.worth):
        yield Slip("sign", {})
    as_units = {claim.worth / worth for worth in _worths(claim.unit)}.difference(TENFOLD)
    for places in range(1, MOST_PLACES + 1):
        for factor in (Fraction(10**places), Fraction(1, 10**places)):
            if factor not in as_units and is_telling(claim, claim.value, claim.worth / factor):
                yield Slip("shifted", {"off": (places, "count")})


def _cut(claim: Claim) -> Iterator[Slip]:
    """The last digit is cut off, rounded up where it should go down, or zeros stand for digits."""
    exact, step = abs(claim.value / claim.worth), claim.reading.step
    printed = abs(claim.reading.value)
    if claim.reading.value * claim.value <= 0 or printed == exact:
        return
    if 0 < exact - printed < step:
        yield Slip("truncated", {})
    elif 0 < printed - exact < step:
        yield Slip("rounded_up", {})
    place = step * 10
    while printed >= (FEWEST_LEFT * place if place > 1 else 1):
        if rounded(exact, place) == printed:
            yield Slip("coarse", {"step": (place * claim.worth, claim.unit)})
            return
        place *= 10


def _kind(claim: Claim) -> Iterator[Slip]:
    """A percentage where an amount belongs, or an amount where a percentage does."""
    if claim.unit == "amount":
        rates = [f for f in _of_unit(claim, "rate") if is_telling(claim, f.value, PERCENT)]
        if claim.reading.unit not in units()["rate"] and is_round(claim.reading):
            rates = []
        for fact in rates:
            yield Slip("rate_for_amount", {"other": (fact.name, "fact")})
        if not rates and claim.reading.unit in units()["rate"]:
            yield Slip("rate_for_amount_unknown", {})
    if claim.unit == "rate" and claim.reading.unit not in units()["rate"]:
        for fact in _of_unit(claim, "amount"):
            if any(is_telling(claim, fact.value, worth) for worth in _worths("amount")):
                yield Slip("amount_for_rate", {"other": (fact.name, "fact")})


def _recomputed(claim: Claim) -> Iterator[Slip]:
    """The figure computed anew with one thing changed: a row, an input, or an input's digits."""
    made, book = claim.made, claim.book
    if not made and not claim.rows:
        return
    ways = [*rows_changed(claim.name, made, claim.rows, book)]
    if made and not made.replace("_", "").isalnum():  # a single name is no computation
        ways += inputs_swapped(claim.name, made, book)
    ways += inputs_rounded(claim.name, made, claim.rows, book)
    told: set[Any] = set()
    for way in ways:
        if way.value is None or way.value == claim.value:
            continue
        of = (way.slip, way.details.get("instead", way.details.get("row", "")))
        if of in told or not is_telling(claim, way.value, claim.worth):
            continue
        is_loose = "instead" in way.details and claim.printed != way.value
        if is_loose and is_round(claim.reading, FEWEST_DIGITS - 1):
            continue  # about 75.00% or 7.00% comes out of too many pairs of figures
        told.add(of)
        same = _same(claim, way)
        if not (way.slip == "other_input" and same):  # that is simply another fact
            yield Slip(way.slip, way.details | same)


def _same(claim: Claim, way: Way) -> Row:
    """The known figure that another input gives, and the input as that figure names it."""
    if "used" not in way.details:
        return {}
    for fact in _of_unit(claim, claim.unit):
        if fact.value == way.value:
            inputs = [leaf.name for leaf in claim.book.leaves(
                parsed(fact.formula or "0"), prefix_of(fact.name))]  # fmt: skip
            used = way.details["used"][0]
            if len(used) == 1:
                value = claim.book.value(used[0])
                used = [name for name in inputs if claim.book.value(name) == value][:1] or used
            return {"other": (fact.name, "fact"), "used": (used, "facts")}
    return {}


def _other_fact(claim: Claim) -> Iterator[Slip]:
    """Another figure of the same kind stands in the place of this one, the nearest first."""
    for fact in _of_unit(claim, claim.unit):
        if is_telling(claim, fact.value, claim.worth):
            yield Slip("other_fact", {"other": (fact.name, "fact")})


def _digits(claim: Claim) -> Iterator[Slip]:
    """Digits that were swapped, lost, doubled or mistaken."""
    if claim.reading.value * claim.value > 0:
        printed = digits(claim.reading.value, claim.reading.decimals)
        for name in digit_slips(printed, claim.value / claim.worth):
            yield Slip(name, {})


def _in_row(claim: Claim) -> Iterator[Slip]:
    """The given total is right, and one row of the sum has a slip: what it would have to be.

    Only of figures that follow from rows in the same file, where either may be wrong.
    """
    for row in claim.rows:
        value = claim.book.value(row)
        right = None if value is None else value + claim.printed - claim.value
        if not value or right is None or right <= 0:
            continue
        reading = exactly(Fraction(value) / claim.worth, claim.reading.decimals)
        inner = Claim(row, claim.unit, Fraction(right), claim.worth, reading)
        simple = [slip for find in (_unit, _shifted, _digits) for slip in find(inner)]
        gap = abs(claim.printed - claim.value) / (claim.worth * reading.step)
        for slip in simple[:1]:
            if slip.name in OF_GAPS and len(claim.rows) > 1 and gap < FEWEST_STEPS:
                continue  # almost any small gap is a digit of some row
            clause = ([(f"slip_{slip.name}", slip.details)], "sayings")
            yield Slip("in_row", {"row": (row, "fact"), "right": (right, claim.unit),
                                  "how": clause})  # fmt: skip


def _of_unit(claim: Claim, unit: str) -> list[Known]:
    """The project's other facts of a unit: of the same item, of the project, of other items."""
    item = claim.name.rpartition(".")[0]

    def distance(fact: Known) -> int:
        if item and fact.name.startswith(f"{item}."):
            return 0
        return 2 if "." in fact.name else 1

    others = (fact for fact in claim.book.of_unit(unit) if fact.name != claim.name)
    return sorted(others, key=distance)
