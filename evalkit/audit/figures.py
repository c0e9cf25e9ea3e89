"""Figures in a text (数字): amounts, rates, counts, bare numbers, dates, with their places.

Ordinals, numbers of documents, sections and tables, codes, bare years and months are no figures.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from evalkit.audit.folding import Folded, fold
from evalkit.audit.patterns import patterns
from evalkit.checks.reading import Day, Reading, read_date

AMOUNT, RATE, COUNT, NUMBER, DATE = "amount", "rate", "count", "number", "date"
LONGEST_NUMBER = 24  # digits; what is longer is no figure
SMALLEST_NUMERAL = 10


@dataclass(frozen=True)
class Figure:
    """One printed figure.

    ``start`` and ``end`` are its place in the text, ``at`` and ``to`` that in the folded text.
    ``unit`` is a unit of ``units.yaml``, or the noun that is counted. ``is_about`` stands for a
    figure that is rounded in words (约, nearly), ``is_bound`` for one with a bound (以上).
    """

    kind: str
    text: str
    start: int
    end: int
    at: int
    to: int
    reading: Reading | None = None
    day: Day | None = None
    unit: str = ""
    is_about: bool = False
    is_bound: bool = False
    is_range: bool = False


def figures_of(text: str) -> list[Figure]:
    """The figures of a text, in their order.

    >>> [(f.kind, f.text, f.unit) for f in figures_of("预算 3,780.92 万元，74.57%（340 人）")]
    [('amount', '3,780.92 万元', '万元'), ('rate', '74.57%', '%'), ('count', '340 人', '人')]
    >>> figures_of("闵财评[2018]21号第四笔，见表 1-2")
    []
    """
    folded = fold(text)
    dates = list(_dates(text, folded))
    taken = [(figure.at, figure.to) for figure in dates]
    taken += [match.span() for match in _nothing().finditer(folded.text)]
    numbers = list(_numbers(text, folded, taken))
    return sorted([*dates, *_ranges(numbers, folded)], key=lambda figure: figure.at)


@cache
def _nothing() -> re.Pattern[str]:
    return re.compile("|".join(patterns()["no_figures"]))


@cache
def _when() -> re.Pattern[str]:
    return re.compile("|".join(patterns()["dates"]))


def _dates(text: str, folded: Folded) -> Iterator[Figure]:
    for match in _when().finditer(folded.text):
        day = read_date(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", match[0]))
        if day is not None:
            start, end = folded.span(*match.span())
            yield Figure(DATE, _shown(text[start:end]), start, end, *match.span(), day=day)


# --- numbers -------------------------------------------------------------------------------


def _numbers(text: str, folded: Folded, taken: list[tuple[int, int]]) -> Iterator[Figure]:
    """Every number that is no part of anything else, with its unit."""
    for match in _number().finditer(folded.text):
        name = "number" if match["number"] else "numeral"
        at, to = match.span(name)
        if any(a < to and at < b for a, b in taken) or to - at > LONGEST_NUMBER:
            continue
        figure = _figure(text, folded, match, name)
        if figure is not None:
            yield figure


@cache
def _number() -> re.Pattern[str]:
    """A number with its currency and unit, or a Chinese numeral with what it counts."""
    own = patterns()
    nouns = _either([*own["heads"], *own["points"], *own["counted"]])
    scale = f"(?P<scale>{_either(own['scales'])})"
    return re.compile(
        rf"(?P<currency>{_either(own['currency'])})?\s?"
        rf"(?:(?<![\d.])(?P<number>{own['number']})(?!\d)"
        rf"|(?P<numeral>{own['numeral']})(?={nouns}))"
        rf"(?:\s?(?P<rate>{_either(own['rates'])})"
        rf"|\s?{scale}(?P<scaled>{nouns})"
        rf"|\s?(?P<money>{_either(own['money'])})(?P<per>{own['per']})?"
        rf"|\s?(?P<noun>{nouns}))?"
    )


def _either(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first; English ones end where a word ends."""
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(each) + (r"\b" if each[-1].isascii() and each[-1].isalpha() else "")
                    for each in longest)  # fmt: skip


def _figure(text: str, folded: Folded, match: re.Match[str], name: str) -> Figure | None:
    value, decimals = _value(match[name], name)
    kind, unit, worth = _unit(match)
    if name == "numeral" and value < SMALLEST_NUMERAL:
        return None
    at = match.start("currency") if match["currency"] and kind == AMOUNT else match.start(name)
    to = max(match.end(group) for group in (name, "rate", "scaled", "money", "per", "noun")
             if match[group])  # fmt: skip
    start, end = folded.span(at, to)
    reading = Reading(value * worth, max(decimals - 4, 0) if worth > 1 else decimals, unit)
    about, bound = (_is_marked(folded.text, at, to, mark) for mark in ("about", "bound"))
    return Figure(kind, _shown(text[start:end]), start, end, at, to, reading, None, unit,
                  about or worth > 1, bound)  # fmt: skip


def _shown(printed: str) -> str:
    """A figure as a reader sees it: without the marks of bold print within it."""
    return " ".join(printed.replace("*", "").split())


def _value(printed: str, name: str) -> tuple[Fraction, int]:
    if name == "numeral":
        return Fraction(numeral(printed)), 0
    plain = re.sub(r"[,\s]", "", printed)
    part = plain.partition(".")[2]
    return Fraction(plain), len(part)


def _unit(match: re.Match[str]) -> tuple[str, str, int]:
    """The kind of a number, its unit, and what one of that is worth beside it."""
    own = patterns()
    if match["rate"]:
        return RATE, own["rates"][match["rate"]], 1
    if match["scaled"]:
        return COUNT, match["scaled"], own["scales"][match["scale"]]
    money, currency = match["money"] or "", match["currency"] or ""
    if currency or (money and money not in own["needs_currency"]):
        return AMOUNT, own["money"].get(money, "yuan"), 1
    return (COUNT, match["noun"], 1) if match["noun"] else (NUMBER, "", 1)


def numeral(text: str) -> int:
    """A whole number in Chinese numerals.

    >>> numeral("三百四十"), numeral("十二"), numeral("两千零五"), numeral("一万二千")
    (340, 12, 2005, 12000)
    """
    total = section = digit = 0
    for sign in text:
        value = patterns()["numerals"].get(sign) or int(unicodedata.numeric(sign, 0))
        if value < 10:
            digit = value
        elif value < 10_000:
            section, digit = section + (digit or 1) * value, 0
        else:
            total, section, digit = (total + section + digit) * value, 0, 0
    return total + section + digit


def _is_marked(text: str, at: int, to: int, mark: str) -> bool:
    """Whether a word beside a number says that it is rounded, or only a bound."""
    before, after = text[:at].rstrip(), text[to:].lstrip()
    words = patterns()[mark]
    is_before = any(before.endswith(word) for word in words["before"])
    return is_before or any(after.startswith(word) for word in words["after"])


def _ranges(numbers: list[Figure], folded: Folded) -> Iterator[Figure]:
    """Two numbers with a stroke between them are one range, and share the unit of the second."""
    between = re.compile(patterns()["between"])
    ends: set[int] = set()
    for n, figure in enumerate(numbers):
        following = numbers[n + 1] if n + 1 < len(numbers) else None
        if following and between.fullmatch(folded.text[figure.to : following.at]):
            ends.update((n, n + 1))
    for n, figure in enumerate(numbers):
        if n in ends and n + 1 in ends and figure.kind == NUMBER:
            other = numbers[n + 1]
            yield replace(figure, kind=other.kind, unit=other.unit, is_range=True)
        else:
            yield replace(figure, is_range=n in ends)
