"""What the keys and values of a params file are called (参数的名称), for whoever changes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evalkit.columns import COLUMNS
from evalkit.scenario import steps_to
from evalkit.words import Words

NOTHING = "—"


def in_words(value: Any, words: Words) -> str:
    """A value of a params file as a reader knows it."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return words.flags["true" if value else "false"]
    if isinstance(value, date):
        return words.figure(value, "date")
    if isinstance(value, int | Decimal):
        return words.figure(Fraction(value), "quantity")
    if isinstance(value, list):
        return words.listed(in_words(each, words) for each in value)
    return str(value)


def key_in_words(key: str, value: Any, words: Words) -> str:
    """What the value at a key is called: the item's name and the term of its column."""
    item, column = parted(key, value, words.lang)
    called = words.term(column) if column else key.rpartition(".")[2]
    return words.term("headings.pair").format(name=item, value=called) if item else called


def parted(key: str, value: Any, lang: str = "") -> tuple[str, str]:
    """The name of the item at a key, and the term of its column; either may be empty.

    >>> parted("posts.general.approved", {"posts": [{"id": "general", "name": "普通"}]})
    ('普通', 'posts.approved_count')
    """
    names: list[str] = []
    plain: list[str] = []
    holder = value
    for step in steps_to(value, key):
        if isinstance(step, int):
            holder = holder[step]
            names.append(_called(holder, lang))
            continue
        if plain in (["judgements"], ["weights"]) and not names:
            names.append(step)
        else:
            plain.append(step)
        holder = holder.get(step) if isinstance(holder, dict) else None
    return " · ".join(filter(None, names)), TERMS.get(".".join(plain), "")


def _called(item: Any, lang: str) -> str:
    for key in ("name", "title", "id", "on", "year"):
        named = item.get(key) if isinstance(item, dict) else None
        if isinstance(named, dict):
            named = named.get(lang or "zh") or next(iter(named.values()), "")
        if named:
            return str(named)
    return ""


#: The term of each key of a params file, without the ids of items.
TERMS = {
    f"{where}.{key}".strip("."): f"{frame}.{column}"
    for frame, (where, columns) in COLUMNS.items()
    for column, key in columns.items()
}
