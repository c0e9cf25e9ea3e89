"""What a cell of a table says (单元格取值): by the kind of its column, and exactly.

What cannot be read as its column wants stays as it is: the schema then says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from evalkit.intake.dates import day_in
from evalkit.intake.labels import WIDE, fold
from evalkit.intake.shown import plain
from evalkit.sentences import languages
from evalkit.tabular.parts import Column
from evalkit.terms import Terms
from evalkit.yamltree import LONGEST_NUMBER

#: A number with or without separators of thousands; what merely resembles one stays text.
NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*)(?:\.[0-9]+)?)")
DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
LIST = re.compile("[;\uff1b]")
LONGEST_DATE = 40  # characters


class Broken(NamedTuple):
    """A cell that holds no value (an error, a formula never computed), and what it shows."""

    code: str
    found: str


#: What a cell may be: its text, or what a typed file holds.
Raw = str | int | Decimal | date | bool | list | Broken | None


def read(column: Column, raw: Raw) -> Any:
    """The value of a cell that is not empty.

    >>> from evalkit.tabular.parts import parts
    >>> lines = parts()["budget.lines"].columns
    >>> read(lines["declared"], "２,819.55"), read(lines["base"], "a；b")
    (Decimal('2819.55'), ['a', 'b'])
    >>> read(lines["declared"], "1e5"), read(lines["per_head"], "是")
    ('1e5', True)
    """
    reader = READERS[column.kind]
    if not column.is_list:
        return reader(raw, column)
    entries = LIST.split(raw) if isinstance(raw, str) else raw
    if not isinstance(entries, list):
        entries = [entries]
    return [reader(each.strip() if isinstance(each, str) else each, column) for each in entries]


def _number(raw: Raw, column: Column) -> Any:
    """An exact number; separators of thousands and full-width digits are understood."""
    if not isinstance(raw, str) or len(raw) > LONGEST_NUMBER:
        return raw
    text = raw if raw.isascii() else raw.translate(WIDE)
    text = text.strip()
    if not NUMBER.fullmatch(text):
        return raw
    text = text.replace(",", "")
    return Decimal(text) if "." in text else int(text)


def _whole(raw: Raw, column: Column) -> Any:
    """A whole number; one that a program wrote with a point (``340.0``) is whole too."""
    found = _number(raw, column)
    is_whole = isinstance(found, Decimal) and found == found.to_integral_value()
    return int(found) if is_whole else found


def _date(raw: Raw, column: Column) -> Any:
    """A day, as ISO, with slashes or points, or in Chinese; with a time of day only at midnight."""
    if isinstance(raw, datetime):
        return raw.date() if raw.time() == time() else raw.isoformat()
    if not isinstance(raw, str) or len(raw) > LONGEST_DATE:
        return raw
    text = raw if raw.isascii() else fold(raw)
    match = DAY.fullmatch(text.strip())
    if match is None:
        return day_in(text) or raw
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return raw


def _flag(raw: Raw, column: Column) -> Any:
    """Yes or no, by its word in any language."""
    return _flags().get(fold(raw).lower(), raw) if isinstance(raw, str) else raw


def _text(raw: Raw, column: Column) -> Any:
    """A text; a number or day that a typed file holds in its place is written out."""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return plain(Decimal(raw))
    return raw


def _rate(raw: Raw, column: Column) -> Any:
    return fold(raw) if isinstance(raw, str) else raw


def _verbatim(raw: Raw, column: Column) -> Any:
    return raw


def _choice(raw: Raw, column: Column) -> Any:
    """The key of a choice, also by its word in any language."""
    found = _text(raw, column)
    if not isinstance(found, str) or found in column.choices:
        return found
    return _words(column.name, column.choices).get(fold(found).lower(), found)


READERS: Mapping[str, Callable[[Raw, Column], Any]] = MappingProxyType({
    "number": _number, "whole": _whole, "rate": _rate, "date": _date, "flag": _flag,
    "text": _text, "verbatim": _verbatim, "choice": _choice,
})  # fmt: skip


@cache
def _flags() -> dict[str, bool]:
    found = {"true": True, "false": False}
    for lang in languages():
        found |= {word.lower(): key == "true" for key, word in Terms(lang).flags.items()}
    return found


@cache
def _words(field: str, choices: tuple[str, ...]) -> dict[str, str]:
    """The words of choices in every language; none that stands for two of them."""
    found: dict[str, set[str]] = {}
    for lang in languages():
        for key, word in Terms(lang).choices(field).items():
            if key in choices:
                found.setdefault(fold(word).lower(), set()).add(key)
    return {word: keys.pop() for word, keys in found.items() if len(keys) == 1}
