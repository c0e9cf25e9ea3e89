"""What explains a printed figure that is not the fact it claims to be: slips, simplest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from evalkit.checks.reading import Reading
from evalkit.checks.rows import Row
from evalkit.units import units

#: So many printed digits must agree before a slip is more than a coincidence.
FEWEST_DIGITS = 3
PERCENT = Fraction(1, 100)


class Known(NamedTuple):
    """A figure of the same project that may have been printed in another's place."""

    name: str
    value: Any
    unit: str


@dataclass(frozen=True)
class Claim:
    """A printed number and the fact that it claims to be."""

    name: str
    unit: str  # of the fact: amount, rate, count, …
    value: Fraction  # the fact
    worth: Fraction  # of one of the printed unit, in the fact's own
    reading: Reading
    facts: list[Known]

    @property
    def printed(self) -> Fraction:
        """The printed figure in the fact's own unit, exact."""
        return self.reading.value * self.worth

    def is_like(self, value: Any, worth: Fraction) -> bool:
        """Whether the printed digits are this value in a unit of that worth, rounded or exact."""
        # In whole numbers: |printed × worth − value| is at most half of the last place × worth.
        scale = 10**self.reading.decimals
        printed = self.reading.value.numerator * (scale // self.reading.value.denominator)
        whole, part = int(value.numerator), int(value.denominator)
        unit = worth.numerator * part
        return 2 * abs(printed * unit - whole * worth.denominator * scale) <= unit

    def agrees(self) -> bool:
        """Whether the printed figure is the fact, as far as its digits go."""
        return self.is_like(self.value, self.worth)


Slip = tuple[str, Row]  # the name of the slip, and what its sentence needs
Explanation = Callable[[Claim], Iterator[Slip]]


def explain(claim: Claim) -> list[Slip]:
    """Every slip that reproduces the printed figure, the simplest first; empty where none does."""
    return [slip for find in (_unit, _cut, _kind, _other_fact) for slip in find(claim)]


def _is_telling(claim: Claim, value: Any, worth: Fraction) -> bool:
    """Whether agreement with another value is more than chance: exact, or in enough digits."""
    if claim.reading.value == 0 or not claim.is_like(value, worth):
        return False
    is_exact = claim.reading.value * worth == value
    return claim.reading.digits >= FEWEST_DIGITS or (is_exact and claim.reading.digits > 1)


def _unit(claim: Claim) -> Iterator[Slip]:
    """The right value in another unit: so many times too large or too small."""
    for worth in _worths(claim.unit):
        if worth != claim.worth and _is_telling(claim, claim.value, worth):
            factor = claim.worth / worth
            larger = factor > 1
            times = factor if larger else 1 / factor
            yield "unit_large" if larger else "unit_small", {"factor": (times, "count")}


@cache
def _worths(unit: str) -> tuple[Fraction, ...]:
    """What the units of money, or of rates, are worth."""
    if unit == "amount":
        return tuple(sorted({Fraction(worth) for worth in units()["money"].values()}))
    if unit == "rate":
        return tuple(sorted({Fraction(1), *map(Fraction, units()["rate"].values())}))
    return ()


def _cut(claim: Claim) -> Iterator[Slip]:
    """The last printed digit is cut off, or rounded up where it should go down."""
    exact, step = abs(claim.value / claim.worth), claim.reading.step
    printed = abs(claim.reading.value)
    if claim.reading.value * claim.value <= 0 or printed == exact:
        return
    if 0 < exact - printed < step:
        yield "truncated", {}
    elif 0 < printed - exact < step:
        yield "rounded_up", {}


def _kind(claim: Claim) -> Iterator[Slip]:
    """A percentage where an amount belongs, or an amount where a percentage does."""
    if claim.unit == "amount":
        rates = [f for f in _of_unit(claim, "rate") if _is_telling(claim, f.value, PERCENT)]
        for fact in rates:
            yield "rate_for_amount", {"other": (fact.name, "fact")}
        if not rates and claim.reading.unit in units()["rate"]:
            yield "rate_for_amount_unknown", {}
    if claim.unit == "rate":
        for fact in _of_unit(claim, "amount"):
            if any(_is_telling(claim, fact.value, worth) for worth in _worths("amount")):
                yield "amount_for_rate", {"other": (fact.name, "fact")}


def _other_fact(claim: Claim) -> Iterator[Slip]:
    """Another figure of the same kind stands in the place of this one, the nearest first."""
    for fact in _of_unit(claim, claim.unit):
        if _is_telling(claim, fact.value, claim.worth):
            yield "other_fact", {"other": (fact.name, "fact")}


def _of_unit(claim: Claim, unit: str) -> list[Known]:
    """The project's other facts of a unit: of the same item, of the project, of other items."""
    item = claim.name.rpartition(".")[0]

    def distance(fact: Known) -> int:
        if item and fact.name.startswith(f"{item}."):
            return 0
        return 2 if "." in fact.name else 1

    return sorted((f for f in claim.facts if f.unit == unit and f.name != claim.name), key=distance)
