"""A second calculator for formulas.yaml, with nothing of evalkit in it.

It knows only the rules at the head of formulas.yaml, and takes the values of facts as its inputs.
"""

import ast
import calendar
import datetime
import operator
from fractions import Fraction

import pandas as pd

COMPARISONS = {ast.LtE: operator.le, ast.Lt: operator.lt, ast.GtE: operator.ge, ast.Gt: operator.gt,
               ast.Eq: operator.eq}  # fmt: skip
SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


def is_missing(value):
    """Whether a fact has no value."""
    return value is pd.NA


def calculate(formula, values, prefix=""):
    """What a formula is worth for the item with this prefix (``lines.uniform.``; none: a project).

    >>> calculate("a / b + sum(x.n[x.n > 1])", {"a": 1, "b": 2, "x.p.n": 1, "x.q.n": 5})
    Fraction(11, 2)
    """
    return _Calculator(values, prefix).value(ast.parse(formula, mode="eval").body)


def days(start, end):
    """Days from one date to another."""
    return (end - start).days


def months(start, end):
    """Each calendar month counts by the share of its days that lie in the time.

    >>> months(datetime.date(2018, 1, 17), datetime.date(2018, 2, 28))
    Fraction(46, 31)
    """
    total = Fraction(0)
    year, month = start.year, start.month
    while (year, month) <= (end.year, end.month):
        length = calendar.monthrange(year, month)[1]
        first = max(start, datetime.date(year, month, 1))
        last = min(end, datetime.date(year, month, length))
        total += Fraction(max((last - first).days + 1, 0), length)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return total


FUNCTIONS = {"days": days, "months": months, "min": min, "max": max}


class _Calculator:
    def __init__(self, values, prefix):
        self.values, self.prefix = values, prefix

    def value(self, node):
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                own = f"{self.prefix}{name}"
                return self.values[own] if own in self.values else self.values[name]
            case ast.BinOp(left=left, op=sign, right=right):
                return self.combine(self.value(left), sign, self.value(right))
            case ast.Call(func=ast.Name(id="sum"), args=[items]):
                found = list(self.items(items).values())
                return pd.NA if not found or any(map(is_missing, found)) else sum(found)
            case ast.Call(func=ast.Name(id="count"), args=[items]):
                return len(self.items(items))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                found = [self.value(each) for each in arguments]
                return pd.NA if any(map(is_missing, found)) else FUNCTIONS[name](*found)
        raise ValueError(ast.dump(node))

    def combine(self, left, sign, right):
        if is_missing(left) or is_missing(right):
            return pd.NA
        if isinstance(sign, ast.Div):
            return pd.NA if right == 0 else Fraction(left) / Fraction(right)
        return SIGNS[type(sign)](left, right)

    def items(self, node):
        """The values of the items that are kept, by item."""
        match node:
            case ast.Attribute(value=ast.Name(id=frame), attr=column):
                names = [name.split(".", 1)[1].rsplit(".", 1) for name in self.values
                         if name.startswith(f"{frame}.")]  # fmt: skip
                return {item: self.values[f"{frame}.{item}.{column}"]
                        for item, each in names if each == column}  # fmt: skip
            case ast.Subscript(
                value=inside, slice=ast.Compare(left=left, ops=[sign], comparators=[right])
            ):
                sides, other = self.items(left), self.value(right)
                holds = COMPARISONS[type(sign)]
                return {
                    item: value
                    for item, value in self.items(inside).items()
                    if not (is_missing(sides[item]) or is_missing(other))
                    and holds(sides[item], other)
                }
        raise ValueError(ast.dump(node))
