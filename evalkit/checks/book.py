"""The facts of one project with their formulas, to compute a figure anew with one thing changed.

The formulas are those of ``formulas.yaml``; nothing here knows any figure by name.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

from evalkit.checks.rows import is_given
from evalkit.model import Evaluation
from evalkit.recall import kept

Values = Mapping[str, Any]  # figures that stand in the place of facts, by the fact's name
Times = Mapping[str, int]  # how often a row of a sum counts: 0 left out, 2 twice

SIGNS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
}  # fmt: skip
COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ast.LtE: operator.le, ast.Lt: operator.lt, ast.GtE: operator.ge, ast.Gt: operator.gt,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
NOTHING: Mapping[str, Any] = {}


class Known(NamedTuple):
    """A figure of the project: it may have been used, or printed, in another's place."""

    name: str
    value: Any
    unit: str
    formula: str = ""


class Leaf(NamedTuple):
    """A figure that a formula speaks of, and the part that it plays there."""

    name: str
    role: str  # denominator · base (times a rate) · factor · term


class Book:
    """The figures of one project by name."""

    def __init__(self, facts: Iterable[Known]) -> None:
        self.facts = {fact.name: fact for fact in facts}
        self._columns: dict[tuple[str, str], list[str]] = {}
        self._behind: dict[str, frozenset[str]] = {}
        self._units: dict[str, list[Known]] = {}
        for name, fact in self.facts.items():
            self._units.setdefault(fact.unit, []).append(fact)
            place = _place_of(name)
            if place is not None:
                self._columns.setdefault(place, []).append(name)

    @cached_property
    def given(self) -> tuple[Known, ...]:
        """The figures that have a value, in their order."""
        return tuple(fact for fact in self.facts.values() if is_given(fact.value))

    def of_unit(self, unit: str) -> Sequence[Known]:
        """The figures of one unit, in their order."""
        return self._units.get(unit, ())

    def value(self, name: str) -> Any:
        """The exact value of a figure; ``None`` where there is none."""
        fact = self.facts.get(name)
        return fact.value if fact is not None and is_given(fact.value) else None

    def rows(self, node: ast.expr) -> list[str]:
        """The figures over which a sum goes: of all items, or of those that a condition keeps.

        >>> facts = [Known("x.a.n", 1, "count"), Known("x.b.n", 5, "count")]
        >>> Book(facts).rows(parsed("x.n[x.n > 2]"))
        ['x.b.n']
        """
        match node:
            case ast.Attribute(value=ast.Name(id=frame), attr=column):
                return self._columns.get((frame, column), [])
            case ast.Subscript(value=inside, slice=ast.Compare() as condition):
                return [name for name in self.rows(inside) if self._keeps(condition, name)]
        return []

    def _keeps(self, condition: ast.Compare, name: str) -> bool:
        item = name.rpartition(".")[0]
        sides = []
        for node in (condition.left, condition.comparators[0]):
            match node:
                case ast.Constant(value=value):
                    sides.append(value)
                case ast.Attribute(attr=column):
                    sides.append(self.value(f"{item}.{column}"))
                case _:
                    sides.append(self.value(ast.unparse(node)))
        is_known = all(side is not None for side in sides)
        return is_known and COMPARISONS[type(condition.ops[0])](*sides)

    def compute(
        self, node: ast.expr, prefix: str = "", swap: Values = NOTHING, times: Times = NOTHING
    ) -> Any:
        """What a formula is worth with some figures or rows changed; ``None`` where nothing.

        ``prefix`` is that of the item (``lines.uniform.``; empty for the project's own figures).

        >>> facts = [Known("a", 6, "amount"), Known("x.p.n", 1, "amount")]
        >>> Book(facts).compute(parsed("a / sum(x.n)"), "", {"a": 8}, {"x.p.n": 2})
        Fraction(4, 1)
        """
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                full = self.full(name, prefix)
                return swap.get(full, self.value(full))
            case ast.BinOp(left=left, op=sign, right=right):
                sides = [self.compute(each, prefix, swap, times) for each in (left, right)]
                return _combined(sign, *sides)
            case ast.Call(func=ast.Name(id="sum"), args=[items]):
                kept = self.rows(items)
                added = [row for row in self.rows(whole(items)) if row in times and row not in kept]
                return self.total([*kept, *added], times, swap)
            case ast.Call(func=ast.Name(id="min" | "max" as name), args=args):
                found = [self.compute(each, prefix, swap, times) for each in args]
                best = min if name == "min" else max
                return None if None in found else best(found)
        return None

    def total(self, names: Sequence[str], times: Times = NOTHING, swap: Values = NOTHING) -> Any:
        """The sum of some figures, some changed; ``None`` with none, or one without a value."""
        parts = [(swap.get(name, self.value(name)), times.get(name, 1)) for name in names]
        if not parts or any(value is None for value, _ in parts):
            return None
        return sum((value * number for value, number in parts), Fraction(0))

    def full(self, name: str, prefix: str) -> str:
        """The fact that a bare name of a formula means: of the same item, or of the project."""
        own = f"{prefix}{name}"
        return own if own in self.facts else name

    def leaves(self, node: ast.expr, prefix: str) -> Iterator[Leaf]:
        """The bare names of a formula with their parts; the rows of sums are none."""
        for name, its in _leaves(node):
            yield Leaf(self.full(name, prefix), its)

    def behind(self, name: str) -> frozenset[str]:
        """The figures that a figure was made from, and those behind them, rows of sums too."""
        if name not in self._behind:
            self._behind[name] = frozenset()  # for one that leads back to itself
            fact = self.facts.get(name)
            tree = parsed(fact.formula if fact and fact.formula else "0")
            inputs = {leaf.name for leaf in self.leaves(tree, prefix_of(name))}
            inputs.update(row for items in self.sums(tree) for row in self.rows(whole(items)))
            further = [self.behind(each) for each in inputs]
            self._behind[name] = frozenset(inputs).union(*further)
        return self._behind[name]

    def sums(self, node: ast.expr) -> Sequence[ast.expr]:
        """What each sum of a formula goes over."""
        return _sums(node)


@kept
def book_of(evaluation: Evaluation, project_id: str) -> Book:
    """All figures of a project, also those without a value."""
    facts = evaluation.facts.loc[project_id]
    columns = (facts[column].tolist() for column in ("value", "unit", "formula"))
    return Book(map(Known, facts.index.tolist(), *columns))


@lru_cache(maxsize=65536)
def _place_of(name: str) -> tuple[str, str] | None:
    """The frame and the column of an item's figure; ``None`` for one of the project."""
    frame, _, rest = name.partition(".")
    item, _, column = rest.rpartition(".")
    return (frame, column) if item else None


@cache
def _leaves(node: ast.expr, role: str = "term") -> tuple[tuple[str, str], ...]:
    """The bare names of a formula as they stand there, with their parts."""
    match node:
        case ast.Name(id=name):
            return ((name, role),)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return (*_leaves(left, role), *_leaves(right, "denominator"))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            is_rate = [isinstance(each, ast.Name) and each.id.endswith("_rate")
                       for each in (right, left)]  # fmt: skip
            roles = ["base" if each else "factor" for each in is_rate]
            return (*_leaves(left, roles[0]), *_leaves(right, roles[1]))
        case ast.BinOp(left=left, right=right):
            return (*_leaves(left, role), *_leaves(right, role))
        case ast.Call(func=ast.Name(id="min" | "max"), args=args):
            return tuple(leaf for each in args for leaf in _leaves(each, role))
    return ()


@cache
def _sums(node: ast.expr) -> tuple[ast.expr, ...]:
    """What each sum of a formula goes over."""
    found = []
    for each in ast.walk(node):
        match each:
            case ast.Call(func=ast.Name(id="sum"), args=[items]):
                found.append(items)
    return tuple(found)


def _combined(sign: ast.operator, left: Any, right: Any) -> Any:
    if left is None or right is None or isinstance(left, str) or isinstance(right, str):
        return None
    if isinstance(sign, ast.Div):
        return None if right == 0 else Fraction(left) / Fraction(right)
    return SIGNS[type(sign)](left, right)


def whole(items: ast.expr) -> ast.expr:
    """A column without the conditions that keep some of its rows."""
    while isinstance(items, ast.Subscript):
        items = items.value
    return items


@cache
def parsed(formula: str) -> ast.expr:
    """The tree of a formula."""
    return ast.parse(formula, mode="eval").body


def prefix_of(name: str) -> str:
    """The item of a fact's name, with its dot.

    >>> prefix_of("lines.uniform.declared_amount"), prefix_of("budget_amount")
    ('lines.uniform.', '')
    """
    item = name.rpartition(".")[0]
    return f"{item}." if item else ""
