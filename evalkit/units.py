"""The units that a params file or a printed table may name, and what one of them is worth."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from evalkit.yamltree import own_yaml


@cache
def units() -> dict[str, dict[str, Any]]:
    """The units by kind (单位): ``money`` in fen, ``rate`` as a fraction, as ``units.yaml`` says.

    >>> units()["money"]["元"], units()["rate"]["‰"]
    (100, '1/1000')
    """
    return own_yaml(files("evalkit") / "units.yaml")


def unit_of(worth: Fraction, kind: str) -> str:
    """The first unit of a kind that is worth so much; empty where none is.

    >>> unit_of(Fraction(1_000_000), "money"), unit_of(Fraction(1, 100), "rate")
    ('万元', '%')
    """
    return next((name for name, each in units()[kind].items() if Fraction(each) == worth), "")
