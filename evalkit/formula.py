"""Formulas in words (公式): ``executed_amount / budget_amount`` as 实际执行金额 ÷ 预算安排."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from evalkit.facts import Fact

if TYPE_CHECKING:
    from evalkit.words import Words

Said = tuple[str, int]  # a text and how tightly its outermost sign binds

COMPARISON, SUM, PRODUCT, ATOM = 0, 1, 2, 3
SIGNS: dict[type, tuple[str, int, int]] = {  # sign, how it binds, what its right side needs
    ast.Add: ("+", SUM, SUM),
    ast.Sub: ("−", SUM, PRODUCT),
    ast.Mult: ("×", PRODUCT, PRODUCT),
    ast.Div: ("÷", PRODUCT, ATOM),
}
COMPARISONS: dict[type, tuple[str, Callable[[Any, Any], Any]]] = {
    ast.LtE: ("≤", operator.le),
    ast.Lt: ("<", operator.lt),
    ast.GtE: ("≥", operator.ge),
    ast.Gt: (">", operator.gt),
    ast.Eq: ("=", operator.eq),
    ast.NotEq: ("≠", operator.ne),
}
LONGEST_SUM = 6


def spell(fact: Fact, facts: Mapping[str, Fact], words: Words) -> str:
    """The formula of a fact: its label, the formula in words, the formula with its numbers.

    The numbers are left out where one of them is missing. A fact without a formula gives its label.
    """
    label = words.label(fact.name, facts)
    if not fact.formula:
        return label
    tree = ast.parse(fact.formula, mode="eval").body
    frame, _, rest = fact.name.partition(".")
    speller = _Speller(words, facts, frame if rest else "", rest.partition(".")[0])
    said = [label, speller.in_words(tree)[0]]
    numbers = "" if pd.isna(fact.value) else speller.with_numbers(tree, fact.value)
    return " = ".join([*said, numbers] if numbers else said)


class _Speller:
    """Spells one formula of one item (``frame`` and ``item`` are empty for the project's own)."""

    def __init__(self, words: Words, facts: Mapping[str, Fact], frame: str, item: str) -> None:
        self.words, self.facts, self.frame, self.item = words, facts, frame, item

    def in_words(self, node: ast.expr) -> Said:
        """A formula with labels in the place of names."""
        return self._spell(node, self._label)

    def with_numbers(self, node: ast.expr, value: Any) -> str:
        """A formula with figures in the place of names; empty where one of them is not known.

        Where all figures are money of the same kind, its unit stands once, behind the formula.
        """
        try:
            used = [fact for leaf in self._leaves(node) for fact in self._facts(leaf)]
        except KeyError:
            return ""
        if any(pd.isna(fact.value) for fact in used) or not (used or value == 0):
            return ""
        is_money = bool(used) and all(
            fact.unit == "amount" and not is_unit_cost(fact.name) for fact in used
        )

        def figure(leaf: ast.expr) -> Said:
            return self._number(leaf, "bare" if is_money else "")

        text, _ = self._spell(node, figure)
        return self.words.function("all", text, self.words.money_label()) if is_money else text

    def _spell(self, node: ast.expr, leaf: Callable[[ast.expr], Said]) -> Said:
        """Signs, brackets and functions, the same for words and numbers."""
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                sign, binds, needs = SIGNS[type(op)]
                first = _bracketed(self._spell(left, leaf), binds)
                return f"{first} {sign} {_bracketed(self._spell(right, leaf), needs)}", binds
            case ast.Call(func=ast.Name(id="sum" | "count")):
                return leaf(node)
            case ast.Call(func=ast.Name(id=name), args=args):
                said = [self._spell(each, leaf)[0] for each in args]
                return self.words.function(name, *said), SUM if " " in "".join(said) else PRODUCT
            case ast.Constant(value=value):
                return str(value), ATOM
        return leaf(node)

    def _label(self, node: ast.expr) -> Said:
        """The label of a name, or a sum over items in words."""
        match node:
            case ast.Call(func=ast.Name(id=name), args=[inside]):
                return self.words.function(name, self._label(inside)[0]), SUM
            case ast.Subscript(value=value, slice=ast.Compare() as condition):
                sign, _ = COMPARISONS[type(condition.ops[0])]
                left, right = condition.left, condition.comparators[0]
                where = f"{self._label(left)[0]} {sign} {self._constant(left, right)}"
                return self.words.function("where", self._label(value)[0], where), ATOM
            case ast.Attribute():
                return self.words.term(ast.unparse(node)), ATOM
            case ast.Name(id=name):
                return self.words.term(f"{self.frame}.{name}" if self.frame else name), ATOM
        return ast.unparse(node), ATOM

    def _constant(self, left: ast.expr, right: ast.expr) -> str:
        """What a condition compares with: a name's label, a number, or the term of a choice."""
        if not isinstance(right, ast.Constant):
            return self._label(right)[0]
        if isinstance(right.value, str):
            return self.words.term(f"{ast.unparse(left).rpartition('.')[2]}.{right.value}")
        return str(right.value)

    def _number(self, node: ast.expr, style: str) -> Said:
        """The figure of a name, or the figures of a sum's items."""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "count"
        ):
            return self.words.figure(len(self._facts(node)), "count"), ATOM
        figures = [self.words.fact_figure(fact, style) for fact in self._facts(node)]
        if isinstance(node, ast.Name):
            return figures[0], COMPARISON if figures[0].startswith("-") else ATOM
        if not figures:
            return self.words.figure(0, self._unit(node), style), ATOM
        if len(figures) > LONGEST_SUM:
            few = (" + ".join(figures[:2]), figures[-1], str(len(figures)))
            return self.words.function("many", *few), SUM
        return " + ".join(figures), SUM if len(figures) > 1 else ATOM

    def _facts(self, node: ast.expr) -> list[Fact]:
        """The facts that a leaf stands for: one, or those of the items that a sum keeps."""
        match node:
            case ast.Name(id=name):
                mine = f"{self.frame}.{self.item}.{name}" if self.frame else name
                return [self.facts[mine] if mine in self.facts else self.facts[name]]
            case ast.Call(args=[inside]):
                return self._facts(inside)
            case ast.Subscript(value=value, slice=ast.Compare() as condition):
                return [fact for fact in self._facts(value) if self._holds(condition, fact)]
            case ast.Attribute(value=ast.Name(id=frame), attr=column):
                names = (name for name in self.facts if name.startswith(f"{frame}."))
                items = [self.facts[name] for name in names if name.split(".")[2:] == [column]]
                return [fact for fact in items if not pd.isna(fact.value)]
        return []

    def _holds(self, condition: ast.Compare, fact: Fact) -> bool:
        """Whether the item of a fact satisfies a condition; not where a side is missing."""
        frame, item, _ = fact.name.split(".", 2)
        sides: list[Any] = []
        for side in (condition.left, condition.comparators[0]):
            match side:
                case ast.Constant(value=value):
                    sides.append(value)
                case ast.Attribute(attr=column):
                    sides.append(self.facts[f"{frame}.{item}.{column}"].value)
                case ast.Name(id=name):
                    sides.append(self.facts[name].value)
        if any(pd.isna(side) for side in sides):
            return False
        return bool(COMPARISONS[type(condition.ops[0])][1](*sides))

    def _leaves(self, node: ast.expr) -> Iterator[ast.expr]:
        """The names and sums of a formula."""
        match node:
            case ast.BinOp(left=left, right=right):
                yield from self._leaves(left)
                yield from self._leaves(right)
            case ast.Call(func=ast.Name(id=name), args=args) if name not in ("sum", "count"):
                for each in args:
                    yield from self._leaves(each)
            case ast.Constant():
                return
            case _:
                yield node

    def _unit(self, node: ast.expr) -> str:
        """The unit of a sum without items, by the name of its column."""
        column = ast.unparse(node).partition("[")[0]
        return "count" if column.endswith("_count") else "amount"


def is_unit_cost(name: str) -> bool:
    """Whether a fact is money for one head or one piece, printed in the unit of unit costs.

    >>> is_unit_cost("lines.uniform.unit_cost_amount"), is_unit_cost("budget_amount")
    (True, False)
    """
    return name.endswith(("unit_cost_amount", "head_amount"))


def _bracketed(said: Said, needs: int) -> str:
    text, binds = said
    return f"({text})" if binds < needs else text
