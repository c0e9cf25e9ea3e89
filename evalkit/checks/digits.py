"""Slips of the hand in the digits of a number: swapped, lost, doubled, mistaken."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from evalkit.checks.rounding import rounded

#: So many digits the right number must have before one that differs is more than chance.
FEWEST = {"transposed": 2, "missing_digit": 3, "doubled_digit": 2, "extra_digit": 3,
          "wrong_digit": 3}  # fmt: skip


#: Told beside a likelier one.
LOOSE = ("transposed", "wrong_digit", "doubled_digit")


def digits(value: Any, decimals: int) -> str:
    """A number without its sign, rounded half up to so many decimals.

    >>> digits(Fraction(-281955, 100), 1), digits(Fraction(1, 200), 2)
    ('2819.6', '0.01')
    """
    steps = abs(rounded(value, Fraction(1, 10**decimals))) * 10**decimals
    written = str(steps.numerator).rjust(decimals + 1, "0")
    cut = len(written) - decimals
    return f"{written[:cut]}.{written[cut:]}" if decimals else written


def digit_slips(printed: str, value: Any) -> Iterator[str]:
    """The slips of the hand that make a printed number out of an exact one, the likeliest first.

    ``printed`` has plain digits. A lost or added digit may also be one of the decimals.

    >>> list(digit_slips("2891.55", Fraction(281955, 100)))
    ['transposed']
    >>> list(digit_slips("281.55", Fraction(281955, 100)))
    ['missing_digit']
    """
    decimals = len(printed.partition(".")[2])
    forms = [(name, decimals) for name in MADE]
    forms.insert(2, ("missing_digit", decimals + 1))
    if decimals:
        forms.append(("doubled_digit", decimals - 1))
    found: list[str] = []
    for name, each in forms:
        right = digits(value, each)
        if _is_long(right, FEWEST[name]) and MADE[name](right, printed):
            found.append(name)
    if decimals and _is_transposed(digits(value, decimals + 1), f"{printed}0"):
        found.insert(1, "transposed")  # a closing zero is often left out
    # A number with a decimal lost may as well have one wrong, and so may one that has it twice.
    yield from dict.fromkeys(found[:1] + [name for name in found if name in LOOSE])


def _is_long(number: str, fewest: int) -> bool:
    return sum(sign.isdigit() for sign in number.lstrip("0.")) >= fewest


def _is_transposed(right: str, printed: str) -> bool:
    """Two neighbours changed places; the point between them does not count."""
    one, other = right.replace(".", ""), printed.replace(".", "")
    if len(right) != len(printed) or right.find(".") != printed.find("."):
        return False
    off = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    if len(off) != 2 or off[1] != off[0] + 1:
        return False
    first, second = off
    return one[first] == other[second] and one[second] == other[first]


def _lacks_one(right: str, printed: str) -> bool:
    """One digit is lost; also a leading one, with the zeros that follow it."""
    made = {right[:place] + right[place + 1 :] for place, sign in enumerate(right) if sign != "."}
    return printed in {_plain(each) for each in made}


def _doubles_one(right: str, printed: str) -> bool:
    places = [place for place, sign in enumerate(right) if sign != "."]
    return printed in {right[:place] + right[place] + right[place:] for place in places}


def _adds_one(right: str, printed: str) -> bool:
    return _lacks_one(printed, right)


def _differs_in_one(right: str, printed: str) -> bool:
    if len(right) != len(printed) or right.find(".") != printed.find("."):
        return False
    return sum(one != other for one, other in zip(right, printed, strict=True)) == 1


def _plain(number: str) -> str:
    """A number without leading zeros or a point at its end."""
    whole, point, part = number.partition(".")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{part}" if point and part else whole


MADE = {
    "transposed": _is_transposed,
    "missing_digit": _lacks_one,
    "doubled_digit": _doubles_one,
    "extra_digit": _adds_one,
    "wrong_digit": _differs_in_one,
}
