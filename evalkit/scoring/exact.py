"""Exact arithmetic on scalars and on aligned Series: quotients, sums over items, months.

Quotients are ``Fraction``; what is missing stays missing (``pd.NA``); nothing is ever rounded here.
Money leaves its ``Int64`` column before anything is added or multiplied: whole numbers of Python
have no largest one, those of a column have.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from operator import index as whole
from typing import Any

import numpy as np
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
        return _quotient(*(pd.NA if pd.isna(part) else part for part in (numerator, denominator)))
    pairs = zip(_values(numerator, index), _values(denominator, index), strict=True)
    return pd.Series([_quotient(n, d) for n, d in pairs], index, dtype="object")


def _index_of(*values: Any) -> pd.Index | None:
    """The index of the Series among the values; none where there is no Series."""
    found = [value.index for value in values if isinstance(value, pd.Series)]
    if any(not each.equals(found[0]) for each in found):
        raise ValueError("the Series do not have the same index")
    return found[0] if found else None


def _values(value: Any, index: pd.Index) -> list[Any]:
    """The values of a Series, or one value for every row; ``pd.NA`` for whatever is missing."""
    return listed(value) if isinstance(value, pd.Series) else [value] * len(index)


def _quotient(numerator: Any, denominator: Any) -> Any:
    if numerator is pd.NA or denominator is pd.NA or denominator == 0:
        return pd.NA
    return Fraction(_rational(numerator)) / _rational(denominator)


def _rational(value: Any) -> Any:
    return value if isinstance(value, Fraction) else whole(value)


def summed(values: Sequence[Fraction], times: Sequence[Fraction] = ()) -> Fraction:
    """The sum of fractions (合计), each so many times if that is given; 0 of nothing.

    Added over one denominator, which takes a fraction of the time of adding one to the next.

    >>> summed([Fraction(1, 2), Fraction(1, 3)]), summed([Fraction(1, 2)], [Fraction(4)])
    (Fraction(5, 6), Fraction(2, 1))
    """
    parts = [(each.numerator, each.denominator) for each in values]
    if times:
        factors = zip(parts, times, strict=True)
        parts = [(n * by.numerator, d * by.denominator) for (n, d), by in factors]
    common = lcm(*(denominator for _, denominator in parts))
    return Fraction(sum(n * (common // d) for n, d in parts), common)


def plain(values: pd.Series) -> Any:
    """A Series as ``object`` with ``pd.NA`` for whatever is missing (缺失).

    >>> plain(pd.Series(["a", None], dtype="str")).tolist()
    ['a', <NA>]
    """
    return pd.Series(_known(values), values.index, dtype="object")


def listed(values: pd.Series) -> list[Any]:
    """The values of a Series, ``pd.NA`` for whatever is missing (取值).

    >>> listed(pd.Series([1, None], dtype="Int64"))
    [1, <NA>]
    """
    return _known(values).tolist()


def _known(values: pd.Series) -> Any:
    """The values of a Series as an array of objects, ``pd.NA`` for whatever is missing."""
    found = np.array(values.array, dtype="object")
    found[pd.isna(found)] = pd.NA
    return found


def choose(**ways: Any) -> tuple[Any, Any]:
    """The value of the first way that gives one, and the name of that way (取值口径).

    The ways are Series with one index. Where none gives a value: ``pd.NA`` and an empty name.

    >>> paid, stated = pd.Series([5, pd.NA, pd.NA]), pd.Series([7, 8, pd.NA])
    >>> [each.tolist() for each in choose(payments=paid, stated=stated)]
    [[5, 8, <NA>], ['payments', 'stated', '']]
    """
    index = next(iter(ways.values())).index
    _index_of(*ways.values())  # raises where they differ
    rows = zip(*(_values(each, index) for each in ways.values()), strict=True)
    nothing = ("", pd.NA)
    found = [
        next((pair for pair in zip(ways, row, strict=True) if pair[1] is not pd.NA), nothing)
        for row in rows
    ]
    values = pd.Series([value for _, value in found], index, dtype="object")
    return values, pd.Series([name for name, _ in found], index, dtype="object")


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
    found = _added(zip(project_ids(items.index), listed(items), strict=True))
    values = [found.get(project, pd.NA) for project in projects]
    return pd.Series(values, projects, dtype="object")


def sums(items: pd.Series, groups: pd.Series) -> Any:
    """The sum over the items of each project's groups (小计), in the order of the items.

    Indexed by ``(project_id, group)``; holes as in ``total``.

    >>> index = pd.MultiIndex.from_tuples([("p", "a"), ("p", "b"), ("p", "c")])
    >>> groups = pd.Series(["labour", "labour", "fee"], index)
    >>> list(sums(pd.Series([1, 2, pd.NA], index), groups).items())
    [(('p', 'labour'), 3), (('p', 'fee'), <NA>)]
    """
    keys = zip(project_ids(items.index), groups, strict=True)
    found = _added(zip(keys, listed(items), strict=True))
    columns = [pd.Index([key[place] for key in found], dtype="str") for place in (0, 1)]
    index = pd.MultiIndex.from_arrays(columns, names=["project_id", "item"])
    return pd.Series(list(found.values()), index, dtype="object")


def _added(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """The sum of the values of each key; whatever is added to ``pd.NA`` is ``pd.NA``."""
    found: dict[Any, Any] = {}
    for key, value in pairs:
        found[key] = found[key] + value if key in found else value
    return found


def count(items: pd.Series, projects: pd.Index) -> Any:
    """How many of each project's items are true (个数), ``Int64`` over ``projects``.

    >>> index = pd.MultiIndex.from_tuples([("p", "a"), ("p", "b")])
    >>> count(pd.Series([True, False], index), pd.Index(["p", "q"])).tolist()
    [1, 0]
    """
    rows = zip(project_ids(items.index), listed(items), strict=True)
    found = Counter(project for project, is_true in rows if is_true is True)
    return pd.Series([found[project] for project in projects], projects, dtype="Int64")


def project_ids(items: pd.Index) -> list[str]:
    """The project of each item (所属项目), as plain texts: an index of texts is slow to walk.

    >>> project_ids(pd.MultiIndex.from_tuples([("p", "a"), ("p", "b")]))
    ['p', 'p']
    """
    return np.asarray(items.get_level_values(0), dtype="object").tolist()


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
