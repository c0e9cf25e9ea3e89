"""What a figure would be if it had been computed wrongly in one way (重算).

Each way changes one thing in the figure's own formula: a row of a sum, an input, or the digits of
an input. Whether it gives the printed figure is for ``slips`` to say.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, NamedTuple

from evalkit.checks.book import Book, Known, Leaf, parsed, prefix_of, whole
from evalkit.checks.rounding import rounded
from evalkit.checks.rows import Row

#: The part that an input plays, and the slip of another one in its place.
SWAPPED = {"denominator": "other_denominator", "base": "other_base"}
FEWEST_LEFT = 10  # an input that is rounded away to less than two digits explains nothing
MOST_GROUPS = 6  # of lines whose sums may have been taken for a base
#: Rates and quantities are rounded to so many parts of one: 1% to 0.0001%.
PARTS = [Fraction(1, 10**decimals) for decimals in range(7)]
POWERS = [Fraction(10**zeros) for zeros in range(11)]  # of fen: up to 亿元


class Way(NamedTuple):
    """One way to go wrong: the slip, the figure that comes out, and what its sentence needs."""

    slip: str
    value: Any
    details: Row


def rows_changed(name: str, formula: str, rows: Sequence[str], book: Book) -> Iterator[Way]:
    """One row of a sum left out or counted twice, or one that does not belong counted in.

    The sum is the figure itself or an input of it; ``rows`` are the rows of one without a formula.
    """
    for change, twice, other in _sums(name, formula, rows, book):
        for row in twice:
            if book.value(row):
                yield Way("left_out", change({row: 0}), {"row": (row, "fact")})
        for row in twice:
            if book.value(row):
                yield Way("counted_twice", change({row: 2}), {"row": (row, "fact")})
        for row in other:
            yield Way("not_counted", change({row: 1}), {"row": (row, "fact")})


def _sums(name: str, formula: str, rows: Sequence[str], book: Book) -> Iterator[tuple[Any, ...]]:
    """The sums behind a figure: how a change of rows changes it, its rows, rows that it leaves."""
    if rows:
        yield (lambda times: book.total(rows, times)), rows, ()
    if not formula:
        return
    prefix, tree = prefix_of(name), parsed(formula)
    for items in book.sums(tree):
        kept = book.rows(items)
        change = lambda times: book.compute(tree, prefix, times=times)  # noqa: E731
        yield change, kept, _outside(items, kept, book)
    for leaf in book.leaves(tree, prefix):
        inner = book.facts.get(leaf.name)
        if inner is None or not inner.formula:
            continue
        below = parsed(inner.formula)
        for items in book.sums(below):
            change = _through(tree, prefix, leaf.name, below, book)
            yield change, book.rows(items), ()


def _through(tree: ast.expr, prefix: str, leaf: str, below: ast.expr, book: Book) -> Any:
    """How a change of rows in an input changes the figure."""

    def change(times: Any) -> Any:
        value = book.compute(below, prefix_of(leaf), times=times)
        return None if value is None else book.compute(tree, prefix, {leaf: value})

    return change


def _outside(items: ast.expr, kept: Sequence[str], book: Book) -> list[str]:
    """The rows that a condition of a sum leaves aside."""
    return [row for row in book.rows(whole(items)) if row not in kept and book.value(row)]


def inputs_swapped(name: str, formula: str, book: Book) -> Iterator[Way]:
    """Another figure of the same kind in the place of one input: a denominator, a base, any.

    Figures of the same value are one way; the first of them, the nearest, is named.
    """
    prefix, tree = prefix_of(name), parsed(formula)
    leaves = list(dict.fromkeys(book.leaves(tree, prefix)))
    for leaf in leaves:
        own = book.facts.get(leaf.name)
        if own is None or book.value(leaf.name) is None or own.unit == "text":
            continue
        taken = {book.value(leaf.name)}
        rest = {each.name for each in leaves if each.name != leaf.name} | {name, declared(name)}
        for other, value in _candidates(leaf, own, rest, book):
            if value not in taken and value is not None:
                taken.add(value)
                found = book.compute(tree, prefix, {leaf.name: value})
                details: Row = {"instead": (leaf.name, "fact")} | other
                yield Way(SWAPPED.get(leaf.role, "other_input"), found, details)


def declared(name: str) -> str:
    """The figure that stands beside a recomputed one; the name itself for any other.

    >>> declared("lines.fee.recomputed_amount")
    'lines.fee.declared_amount'
    """
    return name.replace("recomputed_", "declared_")


def _candidates(leaf: Leaf, own: Known, rest: set[str], book: Book) -> Iterator[tuple[Row, Any]]:
    """What may have been taken for an input: how it is named, and its value.

    Not the ``rest`` of the formula, nor what was made from that: it would lead round in a circle.
    """
    item = prefix_of(leaf.name)
    column = leaf.name.rpartition(".")[2]
    near: list[str] = []
    far: list[str] = []
    for fact in book.of_unit(own.unit):
        if fact.name in rest or fact.name == leaf.name:
            continue
        if not rest.isdisjoint(book.behind(fact.name)):
            continue
        if "." not in fact.name or (item and fact.name.startswith(item)):
            near.append(fact.name)
        elif leaf.role == "base" or fact.name.endswith(f".{column}"):
            far.append(fact.name)
    for other in (*near, *far):
        yield {"used": ([other], "facts")}, book.value(other)
    if leaf.role == "base":
        for rows in _bases(leaf.name, book):
            yield {"used": (list(rows), "facts")}, book.total(rows)


def _bases(name: str, book: Book) -> Iterator[Sequence[str]]:
    """What a fee may have been charged on: all other lines, or some groups of them, fewest first.

    The fee's own line is never a part.
    """
    lines = [row for row in book.rows(parsed("lines.declared_amount")) if book.value(row)]
    others = [row for row in lines if prefix_of(row) != prefix_of(name)]
    groups: dict[Any, list[str]] = {}
    for row in others:
        groups.setdefault(book.value(f"{prefix_of(row)}group"), []).append(row)
    names = list(groups)[:MOST_GROUPS]
    for size in range(1, len(names) + 1):
        for chosen in combinations(names, size):
            yield [row for group in chosen for row in groups[group]]
    yield lines


def inputs_rounded(name: str, formula: str, rows: Sequence[str], book: Book) -> Iterator[Way]:
    """Computed from one input that was rounded before, or from all rows of a sum rounded alike.

    Of each input the finest rounding comes first.
    """
    if rows:
        yield from _rows_rounded(rows, lambda values: book.total(rows, swap=values), book)
    if not formula:
        return
    prefix, tree = prefix_of(name), parsed(formula)
    for leaf in dict.fromkeys(leaf.name for leaf in book.leaves(tree, prefix)):
        for value, unit in _roundings(leaf, book):
            found = book.compute(tree, prefix, {leaf: value})
            yield Way("rounded_input", found,
                      {"instead": (leaf, "fact"), "rounded": (value, unit)})  # fmt: skip
    for items in book.sums(tree):
        kept = book.rows(items)
        yield from _rows_rounded(kept, lambda values: book.compute(tree, prefix, values), book)


def _roundings(name: str, book: Book) -> Iterator[tuple[Fraction, str]]:
    """A figure rounded to fewer and fewer digits, as long as two of them are left."""
    fact = book.facts.get(name)
    value = book.value(name)
    if fact is None or isinstance(value, str) or not value or fact.unit not in STEPS:
        return
    for step in STEPS[fact.unit]:
        if abs(value) < FEWEST_LEFT * step:
            return
        found = rounded(value, step)
        if found != value:
            yield found, fact.unit


STEPS: dict[str, Iterable[Fraction]] = {
    "amount": POWERS,
    "rate": [step / 100 for step in reversed(PARTS[:5])],
    "quantity": list(reversed(PARTS[:3])),
    "points": list(reversed(PARTS[:3])),
    "months": list(reversed(PARTS[:3])),
}


def _rows_rounded(rows: Sequence[str], total: Any, book: Book) -> Iterator[Way]:
    """A sum of rows that were all rounded to the same place."""
    known = {row: book.value(row) for row in rows}
    if len(rows) < 2 or any(value is None for value in known.values()):
        return
    unit = book.facts[rows[0]].unit
    largest = max((abs(value) for value in known.values()), default=0)
    for step in STEPS.get(unit, ()):
        if largest < FEWEST_LEFT * step:
            return
        values = {row: rounded(value, step) for row, value in known.items()}
        if values != known:
            yield Way("rounded_rows", total(values), {"step": (step, unit)})
