"""The catalogue of checks (核对目录): group, severities and assumed bounds of each, by its code.

It is data, ``checks.yaml``. A check takes its bounds from here, so that what it does and what
``evalkit check --explain`` tells cannot differ.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from evalkit.yamltree import own_yaml

#: What a figure stands beside unless the catalogue says otherwise: what it should be.
EXPECTED = "expected"


class Bound(NamedTuple):
    """A figure that decides what is found and that no source gives (假定的界限)."""

    name: str
    value: Fraction
    unit: str


class Entry(NamedTuple):
    """What is known of one check beside its arithmetic."""

    code: str
    group: str
    severities: tuple[str, ...]
    bounds: tuple[Bound, ...]
    against: str = EXPECTED


@cache
def _read() -> dict[str, Any]:
    return dict(own_yaml(files("evalkit") / "checks.yaml"))


@cache
def groups() -> tuple[str, ...]:
    """What a difference can be caused by (类别), in the order of a report.

    >>> groups()[:2]
    ('arithmetic', 'money')
    """
    return tuple(_read()["groups"])


@cache
def catalogue() -> dict[str, Entry]:
    """Every check that is described, by its code, group by group.

    >>> catalogue()["fee_base"].group, catalogue()["fee_base"].severities
    ('arithmetic', ('error',))
    """
    return {code: _entry(code, about) for code, about in _read()["checks"].items()}


def _entry(code: str, about: dict[str, Any]) -> Entry:
    bounds = about.get("bounds", {})
    made = [Bound(name, Fraction(each["value"]), each["unit"]) for name, each in bounds.items()]
    against = about.get("against", EXPECTED)
    return Entry(code, about["group"], tuple(about["severity"]), tuple(made), against)


@cache
def bound(code: str, name: str) -> Fraction:
    """One assumed bound of a check. Raises ``KeyError`` for one that it does not have.

    >>> bound("paid_ahead", "least_ahead")
    Fraction(1, 20)
    """
    return {each.name: each.value for each in catalogue()[code].bounds}[name]


@cache
def patterns(code: str) -> tuple[re.Pattern[str], ...]:
    """The forms of text that a check looks for, which are words of many languages and so data.

    >>> any(pattern.search("TODO: ask") for pattern in patterns("placeholder"))
    True
    """
    return tuple(re.compile(each) for each in _read()["checks"][code]["patterns"])


def group_of(code: str) -> str:
    """The group of a finding's code; the last one for a code that the catalogue lacks.

    >>> group_of("late_instalment")
    'dates'
    """
    entry = catalogue().get(code)
    return entry.group if entry else groups()[-1]


def against_of(code: str) -> str:
    """What a finding sets its figure against: what is expected, compared or planned.

    >>> against_of("fee_base"), against_of("full_use"), against_of("milestone_late")
    ('expected', 'compared', 'planned')
    """
    entry = catalogue().get(code)
    return entry.against if entry else EXPECTED
