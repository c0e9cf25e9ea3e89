"""A text as it is matched: plain widths, no markup, no spaces beside Chinese characters.

Every sign of the folded text knows its place in the text that was read.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

#: Markup that got into a text counts as the end of a sentence.
TAG = re.compile(r"<[^<>\n]{1,200}>")
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
FULL_DIGIT = re.compile(r"[\uff10-\uff19]")
KEPT = frozenset("\uff0c\uff1b\uff1a\uff01\uff1f\u3002\u3001")  # Chinese punctuation stays itself
DROPPED = frozenset("*\u200b\u200c\u200d\u2060\ufeff\u00ad")


class Folded(NamedTuple):
    """A folded text; ``places[n]`` is where its sign ``n`` stands in the original."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that a part of the folded text came from."""
        if start >= end:
            return (self.places[start], self.places[start]) if start < len(self.places) else (0, 0)
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=4096)
def fold(text: str) -> Folded:
    """A text made plain.

    >>> fold("预算 ３，７８０．９２ 万元，**75**％").text
    '预算3,780.92万元，75%'
    """
    signs: list[tuple[str, int]] = []
    tags = {n: match for match in TAG.finditer(text) for n in [match.start()]}
    n = 0
    while n < len(text):
        if n in tags:
            signs.append(("\n", n))
            n = tags[n].end()
            continue
        for sign in _plain(text, n):
            signs.append((sign, n))
        n += 1
    kept = [pair for k, pair in enumerate(signs) if not _is_loose(signs, k)]
    return Folded("".join(sign for sign, _ in kept), tuple(place for _, place in kept))


def _plain(text: str, n: int) -> str:
    sign = text[n]
    if sign in DROPPED:
        return ""
    if sign == "\uff0c" and FULL_DIGIT.match(text[n - 1 : n]) and FULL_DIGIT.match(text[n + 1 :]):
        return ","
    if sign in KEPT or unicodedata.category(sign) == "No":  # ①, ², ½ are no digits
        return sign
    if sign.isspace():
        return " " if sign != "\n" else "\n"
    return unicodedata.normalize("NFKC", sign).lower()


def _is_loose(signs: list[tuple[str, int]], k: int) -> bool:
    """Whether a sign is a space that separates nothing: beside Chinese, a spare one, at an end."""
    if signs[k][0] != " ":
        return False
    before = signs[k - 1][0] if k else " "
    after = next((sign for sign, _ in signs[k + 1 : k + 8] if sign != " "), " ")
    return before == " " or after == " " or bool(HAN.match(before) or HAN.match(after))


def squash(text: str) -> str:
    """A text without any space, for comparing Chinese names.

    >>> squash("实际执 行金额")
    '实际执行金额'
    """
    return re.sub(r"\s+", "", fold(text).text)
