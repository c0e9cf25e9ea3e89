"""What a number in a cell shows (显示格式): percentages, and words that its format adds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

EXACT = 15  # significant digits of a number in Excel; what lies beyond is noise of binary floats
GENERAL = 10  # significant digits that the format General shows at most
#: A part of a number format: what is quoted or escaped, what only takes room, what is in brackets.
PART = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[[^\]]*\]|([^"\\_*\[])', re.DOTALL)
DIGITS = re.compile(r"[0#?][0#?,.]*")
DATES = re.compile(r"[ymdhs]", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """A number as a reader takes it: ``text`` exactly, ``printed`` as rounded by its format."""

    text: str
    printed: str
    is_scaled: bool = False


def exact(number: float | int) -> Decimal:
    """A stored number as Excel holds it: at most 15 significant digits.

    >>> exact(0.1 + 0.2), exact(0.9541), exact(6.0)
    (Decimal('0.3'), Decimal('0.9541'), Decimal('6'))
    """
    if isinstance(number, int):
        return Decimal(number)
    return Decimal(f"{number:.{EXACT}g}")


def plain(number: Decimal) -> str:
    """A number without exponent and closing zeros.

    >>> plain(Decimal("1.50")), plain(Decimal("1E+3")), plain(Decimal("-0.0"))
    ('1.5', '1000', '0')
    """
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def shown(number: Decimal, number_format: str) -> Shown:
    """What a number shows under a number format.

    >>> shown(Decimal("0.9541"), "0.0%"), shown(Decimal(90), '"≥"0"%"').text
    (Shown(text='95.41%', printed='95.4%', is_scaled=False), '≥90%')
    >>> shown(Decimal("123456"), "0!.0,").is_scaled
    True
    """
    before, pattern, after, percents = _parts(number_format)
    value = number * 100**percents
    text = f"{before}{plain(value)}{after}"
    if not DIGITS.search(pattern):
        return Shown(text, f"{before}{plain(_general(value))}{after}")
    decimals = pattern.partition(".")[2]
    step = Decimal(1).scaleb(-len(re.findall("[0#?]", decimals)))
    rounded = f"{value.quantize(step, ROUND_HALF_UP):f}"
    is_scaled = "!" in number_format or pattern.endswith(",")
    return Shown(text, f"{before}{rounded}{after}", is_scaled)


def is_date(number_format: str) -> bool:
    """Whether a number under this format is a date.

    >>> is_date("yyyy-mm-dd"), is_date('0.00"days"'), is_date("General")
    (True, False, False)
    """
    bare = "".join(match[3] or "" for match in PART.finditer(number_format))
    return bare.lower() != "general" and bool(DATES.search(bare))


def _parts(number_format: str) -> tuple[str, str, str, int]:
    """The words before the digits, the digits' pattern, the words after, and how many ``%``."""
    # A minus sign is ours to write, so the section for positive numbers serves for all.
    section = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', number_format)[0]
    before, pattern, after, percents = "", "", "", 0
    for match in PART.finditer(section):
        word = match[1] or match[2] or ""
        sign = match[3] or ""
        if sign and sign in "0#?,.":
            pattern += sign
        elif sign == "%":
            percents += 1
            after += "%"
        elif word or sign in tuple("¥￥$"):
            word = word or sign
            before, after = (before + word, after) if not pattern else (before, after + word)
    return before.strip(), pattern, after.strip(), percents


def _general(value: Decimal) -> Decimal:
    """A number as the format General shows it where the column is wide enough."""
    if value == 0:
        return value
    step = Decimal(1).scaleb(value.adjusted() - GENERAL + 1)
    return value.quantize(step, ROUND_HALF_UP) if step < 1 else value
