"""Figures read as they are printed: widths, separators, signs, units, dates, and blanks.

Nothing is guessed: a text that holds no figure, or more than one, is read as words.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from typing import NamedTuple

from evalkit.units import units

#: What stands in a cell that says nothing.
BLANKS = frozenset(
    ["", "/", "\\", "-", "--", "*", "n/a", "\u2010", "\u2013", "\u2014", "\u2014\u2014"]
)
#: One number with what may stand before and after it; anything longer is a sentence.
NUMBER = re.compile(
    r"(?P<before>[^\d.+-]{0,5}?)(?P<open>\()?(?P<sign>[+-]?)(?P<whole>\d+)(?:\.(?P<part>\d+))?"
    r"(?P<close>\))?(?P<after>[^\d]*)"
)
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
LONGEST_NOUN = 6  # signs of a noun that a number counts


class Reading(NamedTuple):
    """One printed figure: its exact value, how many decimals it shows, and the unit beside it."""

    value: Fraction
    decimals: int
    unit: str = ""
    currency: str = ""  # stands before the number, and counts where no column names a unit

    @property
    def step(self) -> Fraction:
        """What one in the last printed place is worth."""
        return Fraction(1, 10**self.decimals)

    @property
    def digits(self) -> int:
        """How many significant digits are printed."""
        return len(str(abs(self.value.numerator * 10**self.decimals // self.value.denominator)))


def fold(text: str) -> str:
    """A text with plain widths, signs and spaces.

    >>> fold("３，７８０．９２ ％")
    '3,780.92 %'
    """
    folded = unicodedata.normalize("NFKC", text).translate({0x2212: "-", 0x2012: "-"})
    return " ".join(folded.split())


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, or a stroke.

    >>> is_blank(" / "), is_blank("0")
    (True, False)
    """
    return fold(text).casefold() in BLANKS


@lru_cache(maxsize=65536)
def read_number(text: str) -> Reading | None:
    """The one number in a text with its unit; ``None`` where there is none, or more than one.

    >>> read_number("28,195,500")
    Reading(value=Fraction(28195500, 1), decimals=0, unit='', currency='')
    >>> read_number("95.98%")
    Reading(value=Fraction(4799, 50), decimals=2, unit='%', currency='')
    >>> read_number("(1,200.50)").value, read_number("1-8")
    (Fraction(-2401, 2), None)
    """
    folded = re.sub(r"(?<=\d)[,'\u2009 ](?=\d{3}(?!\d))", "", fold(text))
    folded = re.sub(r"(?<=\d),(?=\d)", "", folded)
    match = NUMBER.fullmatch(folded)
    if match is None:
        return None
    unit = _unit(match["after"].strip())
    if unit is None:
        return None
    decimals = len(match["part"] or "")
    value = Fraction(int(match["whole"] + (match["part"] or "")), 10**decimals)
    negative = match["sign"] == "-" or bool(match["open"] and match["close"] and not unit)
    before = match["before"].strip()
    currency = before if before in _known() else ""
    return Reading(-value if negative else value, decimals, unit, currency)


def _unit(noun: str) -> str | None:
    """The unit behind a number, ``""`` for none or another noun; ``None`` where words go on.

    An English amount may have its currency before it (``CNY 37.8092 million``).
    """
    for name in (f"{noun} yuan", noun):
        known = next((unit for unit in _known() if name.startswith(unit)), None)
        if known is not None:
            return known
    is_short = len(noun) <= LONGEST_NOUN and not re.search(r"[.;:!?\u3002\uff1b]", noun)
    return "" if is_short else None


@cache
def _known() -> tuple[str, ...]:
    """The units that mean something to a figure, the longest first."""
    names = [name for kind in units().values() for name in kind]
    return tuple(sorted({fold(name) for name in names}, key=len, reverse=True))


@cache
def worth(unit: str, kind: str) -> Fraction | None:
    """What one of a unit is worth (``kind``: money or rate); ``None`` for a unit of another kind.

    >>> worth("%", "rate"), worth("%", "money")
    (Fraction(1, 100), None)
    """
    for name, value in units()[kind].items():
        if fold(name) == fold(unit):
            return Fraction(value)
    return None


Day = tuple[int | None, int | None, int | None]  # year, month and day as far as they are printed


@lru_cache(maxsize=65536)
def read_date(text: str) -> Day | None:
    """Year, month and day as far as a text gives them; ``None`` where it gives no date.

    >>> read_date("2018.8.31"), read_date("2018-08"), read_date("31 August 2018")
    ((2018, 8, 31), (2018, 8, None), (2018, 8, 31))
    """
    folded = _arabic(fold(text)).casefold()
    numbers = [int(each) for each in re.findall(r"\d+", folded)]
    named = re.search(rf"\b({MONTHS})[a-z]*\b", folded)
    if len(numbers) == 1 and numbers[0] >= 10**7:
        numbers = [numbers[0] // 10**4, numbers[0] // 100 % 100, numbers[0] % 100]
    year = next((number for number in numbers if number > 31), None)
    rest = [number for number in numbers if number != year]
    if named:
        rest.insert(0, MONTHS.split("|").index(named[1]) + 1)
    if not rest or len(rest) > 2 or (year is None and len(rest) < 2):
        return None
    month, day = rest[0], rest[1] if len(rest) == 2 else None
    is_calendar = 1 <= month <= 12 and (day is None or 1 <= day <= 31)
    return (year, month, day) if is_calendar else None


def _arabic(text: str) -> str:
    """Chinese numerals of years, months and days as digits; other signs stay.

    Day and month go up to 31, so tens are enough.
    """
    result, run = [], ""
    for sign in [*text, ""]:
        value = unicodedata.numeric(sign, -1) if sign and not sign.isdigit() else -1
        if 0 <= value <= 10:
            run += chr(int(value) + 0x30) if value < 10 else "t"
            continue
        result.append(_numeral(run) + sign)
        run = ""
    return "".join(result)


def _numeral(run: str) -> str:
    if "t" not in run:
        return run
    tens, _, ones = run.partition("t")
    return str(int(tens or 1) * 10 + int(ones or 0))


def is_date(reading: Day, day: date) -> bool:
    """Whether a printed date, as far as it goes, is this day.

    >>> is_date((2018, 8, None), date(2018, 8, 31)), is_date((2018, 8, 30), date(2018, 8, 31))
    (True, False)
    """
    pairs = zip(reading, (day.year, day.month, day.day), strict=True)
    return all(printed is None or printed == actual for printed, actual in pairs)
