"""A number that somebody gives, beside the fact that it claims to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from evalkit.checks.book import Book
from evalkit.checks.digits import digits
from evalkit.checks.reading import Reading
from evalkit.checks.rounding import MOST_DECIMALS

#: So many printed digits must agree before a slip is more than a coincidence.
FEWEST_DIGITS = 3


@dataclass(frozen=True)
class Claim:
    """A number that somebody gives, and the fact that it claims to be.

    ``formula`` and ``rows`` say how it is made where the fact does not: rows of a plain sum.
    """

    name: str
    unit: str  # of the fact: amount, rate, count, …
    value: Fraction  # the fact
    worth: Fraction  # of one of the printed unit, in the fact's own
    reading: Reading
    book: Book = field(default_factory=lambda: Book(()))  # the figures of the project
    formula: str = ""
    rows: tuple[str, ...] = ()

    @property
    def printed(self) -> Fraction:
        """The printed figure in the fact's own unit, exact."""
        return self.reading.value * self.worth

    @property
    def half_step(self) -> Fraction:
        """Half of the last printed place, in the fact's own unit."""
        return self.reading.step * self.worth / 2

    @property
    def made(self) -> str:
        """The formula of the figure; empty where it was read."""
        if self.formula or self.rows:
            return self.formula
        # What was declared follows from what it would be recomputed from.
        twin = self.name.replace("declared_", "recomputed_")
        facts = [self.book.facts.get(name) for name in (self.name, twin)]
        return next((fact.formula for fact in facts if fact and fact.formula), "")

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


def is_telling(claim: Claim, value: Any, worth: Fraction, fewest: int = FEWEST_DIGITS) -> bool:
    """Whether agreement with another value is more than chance: exact, or in enough digits."""
    if claim.reading.value == 0 or not claim.is_like(value, worth):
        return False
    is_exact = claim.reading.value * worth == value
    return claim.reading.digits >= fewest or (is_exact and claim.reading.digits > 1)


def is_round(reading: Reading, fewest: int = FEWEST_DIGITS) -> bool:
    """Whether too few digits stand before closing zeros for agreement to tell anything."""
    number = digits(reading.value, reading.decimals).replace(".", "").strip("0")
    return len(number) < fewest


def exactly(value: Fraction, decimals: int) -> Reading:
    """A number with the decimals that it needs, and no fewer than so many."""
    while (value * 10**decimals).denominator > 1 and decimals < MOST_DECIMALS:
        decimals += 1
    return Reading(value, decimals)
