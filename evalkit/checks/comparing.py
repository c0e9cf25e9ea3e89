"""One printed figure beside the fact that it claims to be: does it agree, as far as it is printed?

Numbers, dates, names, references and grades each have their own way to agree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.checks.reading import Reading, fold, is_blank, is_date, read_date, read_number, worth
from evalkit.checks.rows import is_given
from evalkit.checks.slips import Claim
from evalkit.checks.wording import codes, is_same
from evalkit.model import Framework, Text

#: Where no unit is printed, a rate may be a percentage or a share of 1.
RATE_WORTHS = (Fraction(1, 100), Fraction(1))


@dataclass(frozen=True)
class Printed:
    """One printed figure beside its fact; ``units`` are the project's units of money."""

    project_id: str
    figure: str
    text: str
    column_unit: str
    where: Any
    value: Any
    unit: str
    units: tuple[str, str]
    stated_grade: Any = pd.NA


@dataclass(frozen=True)
class Fault:
    """What is wrong with a printed figure: the variant of the sentence and its values."""

    variant: str
    expected: Any = pd.NA
    actual: Any = pd.NA
    details: Mapping[str, tuple[Any, str]] = field(default_factory=dict)
    claim: Claim | None = None


def compare(printed: Printed, framework: Framework) -> Fault | None:
    """What is wrong with a printed figure, before any explanation; ``None`` where it agrees."""
    if printed.unit == "unknown":
        # The grades of another framework are compared where that one is applied.
        is_of_another = printed.figure.startswith("indicators.")
        if is_of_another or is_blank(printed.text):
            return None
        return Fault("unknown", details={"name": (printed.figure, "text")})
    if printed.figure.startswith("indicators.") and printed.figure.endswith(".grade"):
        return _compare_grade(printed, framework)
    if is_blank(printed.text):
        is_nothing = not is_given(printed.value) or printed.value == 0
        return None if is_nothing else Fault("blank", expected=printed.value)
    if isinstance(printed.value, list):
        return _compare_codes(printed, framework)
    if printed.unit == "text":
        return _compare_text(printed)
    if printed.unit == "date":
        return _compare_date(printed)
    return None if printed.unit == "flag" else _compare_number(printed)


def _compare_number(printed: Printed) -> Fault | None:
    reading = read_number(printed.text)
    if reading is None:
        return Fault("words", printed.value, printed.text)
    possible = worths(printed, reading)
    if not is_given(printed.value):
        return Fault("unsupported", actual=reading.value * possible[0])
    claims = [
        Claim(printed.figure, printed.unit, Fraction(printed.value), worth, reading)
        for worth in possible
    ]
    if any(claim.agrees() for claim in claims):
        return None
    variant = "mismatch_rate" if printed.unit == "rate" else "mismatch"
    return Fault(variant, printed.value, claims[0].printed, claim=claims[0])


def worths(printed: Printed, reading: Reading) -> tuple[Fraction, ...]:
    """What one of the printed unit may be worth: the unit beside the figure, else the column's."""
    if printed.unit not in ("amount", "rate"):
        return (Fraction(1),)
    kind = "money" if printed.unit == "amount" else "rate"
    is_unit_cost = printed.figure.endswith("unit_cost_amount")
    own = printed.units[is_unit_cost] if kind == "money" else ""
    for unit in (reading.unit, printed.column_unit, reading.currency, own):
        found = worth(unit, kind) if unit else None
        if found is not None:
            return (found,)
    return RATE_WORTHS if kind == "rate" else (Fraction(1),)


def _compare_date(printed: Printed) -> Fault | None:
    day = read_date(printed.text)
    if day is None:
        return Fault("words", printed.value, printed.text)
    year, month, number = day
    actual: Any = date(year, month, number) if year and month and number else pd.NA
    if not is_given(printed.value):
        return Fault("unsupported", actual=actual)
    return None if is_date(day, printed.value) else Fault("mismatch_date", printed.value, actual)


def _compare_text(printed: Printed) -> Fault | None:
    """Names and other texts; choices of a field are printed in words that we do not know."""
    if not is_given(printed.value):
        return Fault("unsupported", actual=printed.text)
    if not isinstance(printed.value, Text):
        year = str(printed.value)
        is_it = not year.isdigit() or year in re.findall(r"\d+", fold(printed.text))
    else:
        is_it = is_same(printed.text, printed.value)
    if is_it:
        return None
    return Fault("text", printed.value, printed.text)


def _compare_codes(printed: Printed, framework: Framework) -> Fault | None:
    """A reference to other indicators: the codes must exist and be the right ones."""
    told = codes(printed.text)
    if told and set(told) <= set(printed.value):
        return None
    names = framework.indicators["name"]
    wrong = [code for code in told if code not in printed.value]
    about = [names[code] for code in wrong if code in names.index]
    details: dict[str, tuple[Any, str]] = {
        "codes": (wrong, "texts"),
        "should": (list(printed.value), "texts"),
    }
    if about:
        details["about"] = (about, "texts")
    variant = "reference" if about else "reference_unknown"
    return Fault(variant, ", ".join(printed.value), printed.text, details)


def _compare_grade(printed: Printed, framework: Framework) -> Fault | None:
    """A grade against the one that the authority states; the other checks judge that one."""
    stated = printed.stated_grade if is_given(printed.stated_grade) else printed.value
    if not is_given(stated):
        is_nothing = is_blank(printed.text)
        return None if is_nothing else Fault("unsupported", actual=printed.text)
    label = framework.labels.get(stated, stated)
    if is_blank(printed.text):
        return Fault("blank", expected=label)
    return None if is_same(printed.text, label) else Fault("text", label, printed.text)
