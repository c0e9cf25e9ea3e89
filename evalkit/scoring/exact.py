"""Exact arithmetic on scalars and on aligned Series: quotients, sums over items, months.

Quotients are ``Fraction``; what is missing stays missing (``pd.NA``); nothing is ever rounded here.
Money leaves its ``Int64`` column before anything is added or multiplied: whole numbers of Python
have no largest one, those of a column have.
"""

from __future__ import annotations

import calendar
from datetime import date
from fractions import Fraction
from operator import index as whole
from typing import Any

import pandas as pd


def divide(numerator: Any, denominator: Any) -> Any:
    """The exact quotient (商); ``pd.NA`` where a part is missing or the denominator is 0.

    Whole numbers, fractions, or Series of them with one index (then an ``object`` Series of
    fractions). Raises ``TypeError`` for a binary float and ``ValueError`` for different indexes.

    >>> divide(1, 3), divide(1, 0)
    (Fraction(1, 3), <NA>)
    >>> divide(pd.Series([2, 1]), pd.Series([4, 0])).tolist()
    [Fraction(1, 2), <NA>]
    """
    index = _index_of(numerator, denominator)
    if index is None:
        return _quotient(numerator, denominator)
    pairs = zip(_values(numerator, index), _values(denominator, index), strict=True)
    return pd.Series([_quotient(n, d) for n, d in pairs], index, dtype="object")


def _index_of(*values: Any) -> pd.Index | None:
    """The index of the Series among the values; none where there is no Series."""
    found = [value.index for value in values if isinstance(value, pd.Series)]
    if any(not each.equals(found[0]) for each in found):
        raise ValueError("the Series do not have the same index")
    return found[0] if found else None


def _values(value: Any, index: pd.Index) -> list[Any]:
    return list(value.astype(object)) if isinstance(value, pd.Series) else [value] * len(index)


def _quotient(numerator: Any, denominator: Any) -> Any:
    if pd.isna(numerator) or pd.isna(denominator) or denominator == 0:
        return pd.NA
    return Fraction(_rational(numerator)) / _rational(denominator)


def _rational(value: Any) -> Any:
    return value if isinstance(value, Fraction) else whole(value)


def plain(values: Any) -> Any:
    """A Series as ``object`` with ``pd.NA`` for whatever is missing (缺失).

    >>> plain(pd.Series(["a", None], dtype="str")).tolist()
    ['a', <NA>]
    """
    found = values.astype(object)
    return found.where(found.notna(), pd.NA)


def choose(**ways: Any) -> tuple[Any, Any]:
    """The value of the first way that gives one, and the name of that way (取值口径).

    The ways are Series with one index. Where none gives a value: ``pd.NA`` and an empty name.

    >>> paid, stated = pd.Series([5, pd.NA, pd.NA]), pd.Series([7, 8, pd.NA])
    >>> [each.tolist() for each in choose(payments=paid, stated=stated)]
    [[5, 8, <NA>], ['payments', 'stated', '']]
    """
    index = _index_of(*ways.values())
    values = pd.Series(pd.NA, index, dtype="object")
    names = pd.Series("", index, dtype="object")
    for name, each in ways.items():
        is_settled = values.notna() | each.isna()
        values = values.where(is_settled, each.astype(object))
        names = names.where(is_settled, name)
    return values, names


def constant_where(condition: pd.Series, value: int) -> Any:
    """A whole number where a condition holds, missing elsewhere (常数).

    >>> constant_where(pd.Series([True, False]), 0).tolist()
    [0, <NA>]
    """
    return pd.Series(value, condition.index, dtype="object").where(condition, pd.NA)


def total(items: pd.Series, projects: pd.Index) -> Any:
    """The sum over each project's items (合计), an ``object`` Series over ``projects``.

    ``items`` is indexed by ``(project_id, item)``. A project without items has no sum, and neither
    has one with an item whose value is missing: a sum with a hole in it is not a sum.

    >>> index = pd.MultiIndex.from_tuples([("p", "a"), ("p", "b"), ("q", "a")])
    >>> items = pd.Series([1, 2, pd.NA], index, dtype="Int64")
    >>> total(items, pd.Index(["p", "q", "r"])).tolist()
    [3, <NA>, <NA>]
    """
    return plain(sums(items, [items.index.get_level_values(0)]).reindex(projects))


def sums(items: pd.Series, keys: list[Any]) -> Any:
    """The sum over each group of items (小计), in the order of the groups; holes as in ``total``.

    >>> sums(pd.Series([1, 2, pd.NA]), [pd.Index(["a", "a", "b"])]).tolist()
    [3, <NA>]
    """
    exact = items.astype(object)
    found = exact.where(exact.notna(), 0).groupby(keys, sort=False).sum().astype(object)
    has_hole = exact.isna().groupby(keys, sort=False).any()
    return found.where(~has_hole.astype(bool), pd.NA)


def count(items: pd.Series, projects: pd.Index) -> Any:
    """How many of each project's items are true (个数), ``Int64`` over ``projects``.

    >>> index = pd.MultiIndex.from_tuples([("p", "a"), ("p", "b")])
    >>> count(pd.Series([True, False], index), pd.Index(["p", "q"])).tolist()
    [1, 0]
    """
    true = items.index.get_level_values(0)[items.fillna(False).astype(bool)]
    return true.value_counts().reindex(projects, fill_value=0).astype("Int64")


def spread(projects: pd.Series, items: pd.Index) -> Any:
    """A project-level Series laid out over the items of the projects (按项目展开).

    >>> index = pd.MultiIndex.from_tuples([("p", "a"), ("p", "b")])
    >>> spread(pd.Series([7], index=["p"]), index).tolist()
    [7, 7]
    """
    values = projects.reindex(items.get_level_values(0))
    values.index = items
    return values


def months_between(start_on: Any, end_on: Any) -> Any:
    """Months from the start of one day to the end of another (月数), an exact fraction.

    A part of a month counts by its days, so whole months are whole numbers. Never negative. Dates
    or Series of dates with one index; ``pd.NA`` where one is missing.

    >>> months_between(pd.Timestamp("2018-01-01"), pd.Timestamp("2018-08-31"))
    Fraction(8, 1)
    """
    index = _index_of(start_on, end_on)
    if index is None:
        return _months(start_on, end_on)
    pairs = zip(_values(start_on, index), _values(end_on, index), strict=True)
    return pd.Series([_months(*each) for each in pairs], index, dtype="object")


def _months(start_on: Any, end_on: Any) -> Any:
    if pd.isna(start_on) or pd.isna(end_on):
        return pd.NA
    return max(_month_position(end_on, 0) - _month_position(start_on, -1), Fraction(0))


def _month_position(day: date, shift: int) -> Fraction:
    length = calendar.monthrange(day.year, day.month)[1]
    return 12 * day.year + day.month - 1 + Fraction(day.day + shift, length)


def days_between(start_on: Any, end_on: Any) -> Any:
    """Whole days from one date to another (天数); negative where the end is earlier.

    Dates, or Series of dates (then ``Int64``); ``pd.NA`` where one is missing.

    >>> days_between(pd.Timestamp("2017-12-31"), pd.Timestamp("2018-01-04"))
    4
    """
    if _index_of(start_on, end_on) is None:
        return pd.NA if pd.isna(start_on) or pd.isna(end_on) else (end_on - start_on).days
    return (end_on - start_on).dt.days.astype("Int64")


def lesser(one: Any, other: Any) -> Any:
    """The smaller of two numbers (较小值); ``pd.NA`` where one is missing. Scalars or Series.

    >>> lesser(3, 2), lesser(3, pd.NA)
    (2, <NA>)
    """
    index = _index_of(one, other)
    if index is None:
        return pd.NA if pd.isna(one) or pd.isna(other) else min(one, other)
    pairs = zip(_values(one, index), _values(other, index), strict=True)
    return pd.Series([lesser(*each) for each in pairs], index, dtype="object")


def share_elapsed(start_on: Any, end_on: Any, as_of: Any) -> Any:
    """The share of a period that has passed by a date (时间进度), between 0 and 1, by months.

    >>> share_elapsed(*map(pd.Timestamp, ["2018-01-01", "2018-12-31", "2018-08-31"]))
    Fraction(2, 3)
    """
    share = divide(months_between(start_on, as_of), months_between(start_on, end_on))
    return lesser(share, Fraction(1))
