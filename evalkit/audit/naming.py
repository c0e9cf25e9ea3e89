"""Names in a text (名称): which figures of ``formulas.yaml``, and which items, it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from evalkit.audit.folding import fold
from evalkit.audit.patterns import names
from evalkit.facts import formulas
from evalkit.model import Text
from evalkit.sentences import languages
from evalkit.terms import Terms

HAN = re.compile(r"[\u2e80-\u9fff]")
BRACKETS = re.compile(r"[(\uff08][^()\uff08\uff09]*[)\uff09]")
#: Frames whose figures no report prints beside others: they have other places to be told.
UNTOLD = {"findings", "comparison", "kinds", "sensitivity", "robustness"}
#: Frames of one row a project: their figures bear no frame in their names.
OF_PROJECT = {"execution", "headcount", "verdict", "totals", "projects", "earned_value"}
SHORTEST = 2  # signs of a Chinese name
FULL = 6  # signs of a Chinese name that leaves no doubt
WIDTH = 2.2  # letters of a Latin name for one Chinese sign
STOPS = frozenset(["of", "the", "and", "for", "a", "an", "in", "on", "to", "by", "with"])


class Match(NamedTuple):
    """A name that was found in a text: the figures that bear it, and where it ends."""

    keys: frozenset[str]
    name: str
    start: int
    end: int

    @property
    def strength(self) -> float:
        """How telling a name is, by its length; 1 for six Chinese signs."""
        return strength(self.name)


def strength(name: str) -> float:
    """How telling a name is, by its length.

    >>> strength("预算安排") < strength("预算执行准确率"), strength("预算") < strength("预算安排")
    (True, True)
    """
    size = len(name) if HAN.search(name) else len(name) / WIDTH
    return min(1.0, (size + 1) / FULL) + 0.03 * max(0.0, size - FULL + 1)


@cache
def _known() -> dict[str, frozenset[str]]:
    """Every name, folded, with the keys of the figures that bear it."""
    found: dict[str, set[str]] = {}
    terms = [Terms(lang) for lang in languages()]
    for frame, columns in formulas().items():
        for column in columns if frame not in UNTOLD else ():
            key = key_of(frame, column)
            own = [each.term(f"{frame}.{column}") for each in terms]
            for name in [*own, *names().get(frame, {}).get(column, [])]:
                plain = fold(BRACKETS.sub("", str(name))).text.strip()
                if len(plain) >= SHORTEST:
                    found.setdefault(plain, set()).add(key)
    return {name: frozenset(keys) for name, keys in found.items()}


def key_of(frame: str, column: str) -> str:
    """The key of a column: bare for a project's figures, with its frame for those of items."""
    is_of_item = frame == "payments" and column in ("amount", "paid_on")
    is_of_project = frame in OF_PROJECT or (frame == "payments" and not is_of_item)
    return column if is_of_project else f"{frame}.{column}"


@cache
def _pattern() -> re.Pattern[str]:
    longest = sorted(_known(), key=len, reverse=True)
    either = "|".join(
        re.escape(name) if HAN.search(name) else rf"(?<![a-z]){re.escape(name)}(?![a-z])"
        for name in longest
    )
    return re.compile(f"(?=({either}))")


@lru_cache(maxsize=16384)
def matches(text: str) -> tuple[Match, ...]:
    """The names in a folded text; of names that overlap, one within another is left out.

    >>> [match.name for match in matches("本项目预算执行率")]
    ['预算执行率']
    """
    found = [Match(_known()[m[1]], m[1], m.start(), m.start() + len(m[1]))
             for m in _pattern().finditer(text)]  # fmt: skip
    return tuple(
        one for one in found
        if not any(o.start <= one.start and one.end <= o.end and len(o.name) > len(one.name)
                   for o in found)
    )  # fmt: skip


def is_name_of(label: str, key: str) -> bool:
    """Whether a label, without its unit and brackets, is a name of a figure and nothing else.

    >>> is_name_of("支付金额(单位:万元)", "executed_amount"), is_name_of("备注", "executed_amount")
    (True, False)
    """
    return any(
        key in _known().get(part.strip(" :\uff1a\u3001."), ())
        for part in BRACKETS.sub("", label).split("\n")
    )


# --- items ---------------------------------------------------------------------------------


class Item(NamedTuple):
    """What an item of a frame may be called, as weighted pieces: pairs of signs, or words."""

    variants: tuple[dict[str, float], ...]

    def coverage(self, text: str) -> float:
        """How much of its name stands in a folded text, from 0 to 1."""
        own = pieces(text)
        best = 0.0
        for variant in self.variants:
            total = sum(variant.values())
            here = sum(weight for piece, weight in variant.items() if piece in own)
            best = max(best, here / total if total else 0.0)
        return best

    def holds(self, text: str) -> bool:
        """Whether a text is made of the name, and of figures perhaps, but of nothing else."""
        every = pieces(text)
        own = {piece for piece in every if not piece.isdigit()} or every
        return bool(own) and any(own <= set(variant) for variant in self.variants)


@lru_cache(maxsize=16384)
def pieces(text: str) -> frozenset[str]:
    """What a text is compared by: each pair of Chinese signs, each Latin word.

    >>> sorted(pieces("服装费 of 340 people"))
    ['340', 'people', '服装', '装费']
    """
    found: set[str] = set()
    for part in re.findall(r"[\u2e80-\u9fff]+|[a-z0-9]+", text):
        if HAN.match(part):
            found.update(part[n : n + 2] for n in range(len(part) - 1))
        elif part not in STOPS:
            found.add(part)
    return frozenset(found)


def items_of(called: dict[str, list[Text | str]]) -> dict[str, Item]:
    """The items of a frame by id; a piece that many items share says little of any of them."""
    variants = {item: list(_variants(texts)) for item, texts in called.items()}
    shared: dict[str, int] = {}
    for parts in variants.values():
        for piece in frozenset[str]().union(*parts):
            shared[piece] = shared.get(piece, 0) + 1
    return {
        item: Item(tuple({piece: 1 / shared[piece] for piece in part} for part in parts))
        for item, parts in variants.items()
    }


def _variants(texts: Iterable[Text | str]) -> Iterable[frozenset[str]]:
    for text in texts:
        for version in text if isinstance(text, Text) else (text,):
            plain = fold(version).text
            yield from filter(None, map(pieces, {plain, re.split(r"[:\uff1a]", plain)[-1]}))
