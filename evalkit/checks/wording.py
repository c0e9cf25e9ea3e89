"""Texts compared as a reader compares them: spaces, widths, case and punctuation mean nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

import pandas as pd

from evalkit.model import Framework, Text

CODE = re.compile(r"[A-Za-z]+\d+(?:[.-]\d+)*")


def plain(text: Any) -> str:
    """A text without spaces, punctuation and differences of width and case.

    >>> plain("Ｂｕｄｇｅｔ （2018）"), plain(pd.NA)
    ('budget2018', '')
    """
    return "" if text is None or text is pd.NA else _plain(str(text))


@lru_cache(maxsize=65536)
def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] not in "CPSZ")


def versions(text: Any) -> tuple[str, ...]:
    """The plain forms of a text in each of its languages, without empty ones.

    >>> versions(Text("A 1", "a-1")), versions("b")
    (('a1',), ('b',))
    """
    both = (text.zh, text.en) if isinstance(text, Text) else (text,)
    return tuple(dict.fromkeys(filter(None, map(plain, both))))


def is_same(one: Any, other: Any) -> bool:
    """Whether two texts say the same in some language.

    >>> is_same(Text("X", "the bureau"), "The  Bureau"), is_same("", "")
    (True, False)
    """
    return not set(versions(one)).isdisjoint(versions(other))


def is_short_for(short: str, full: Any) -> bool:
    """Whether a text is made of the signs of a longer one in their order, so a short form of it.

    >>> is_short_for("GSB", "General Statistics Bureau"), is_short_for("Bank", "Bureau")
    (True, False)
    """
    return any(_is_within(plain(short), version) for version in versions(full))


def written_alike(text: str, name: Text) -> str:
    """The version of a name in the language that a text is in, as far as its signs tell.

    >>> written_alike("G.S. Bureau", Text("统计局", "General Statistics Bureau"))
    'General Statistics Bureau'
    """
    signs = set(plain(text))
    return max(name, key=lambda version: len(signs & set(plain(version))))


def _is_within(short: str, long: str) -> bool:
    signs = iter(long)
    return len(short) > 1 and all(sign in signs for sign in short)


def codes(text: str) -> list[str]:
    """The indicator codes in a text, in their order.

    >>> codes("A122, A123")
    ['A122', 'A123']
    """
    return CODE.findall(unicodedata.normalize("NFKC", text).upper())


def grade_ids(framework: Framework) -> dict[str, str]:
    """The grades of a framework by what they are called in any language, and by their id."""
    return {
        version: grade
        for grade, label in framework.labels.items()
        for version in (*versions(label), plain(grade))
    }
