"""Exact arithmetic on scalars and on aligned Series: quotients, sums over items, months.

Quotients are ``Fraction``; what is missing stays missing (``pd.NA``); nothing is ever rounded here.
"""

from __future__ import annotations

import calendar
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd


def divide(numerator: Any, denominator: Any) -> Any:
    """The exact quotient (商); ``pd.NA`` where a part is missing or the denominator is 0.

    Whole numbers, fractions, or aligned Series of them (then an ``object`` Series of fractions).

    >>> divide(1, 3), divide(1, 0)
    (Fraction(1, 3), <NA>)
    >>> divide(pd.Series([2, 1]), pd.Series([4, 0])).tolist()
    [Fraction(1, 2), <NA>]
    """
    if not isinstance(numerator, pd.Series):
        return _quotient(numerator, denominator)
    if not isinstance(denominator, pd.Series):
        denominator = pd.Series(denominator, numerator.index, dtype="object")
    if not numerator.index.equals(denominator.index):
        numerator, denominator = numerator.align(denominator)
    pairs = zip(numerator.astype(object), denominator.astype(object), strict=True)
    return pd.Series([_quotient(n, d) for n, d in pairs], numerator.index, dtype="object")


def _quotient(numerator: Any, denominator: Any) -> Any:
    if pd.isna(numerator) or pd.isna(denominator) or denominator == 0:
        return pd.NA
    # int() first: numpy integers are no rationals to Fraction.
    return Fraction(_rational(numerator)) / Fraction(_rational(denominator))


def _rational(value: Any) -> Any:
    return value if isinstance(value, Fraction) else int(value)


def total(items: pd.Series, projects: pd.Index, empty: Any = pd.NA) -> pd.Series:
    """The sum over each project's items (合计), an ``object`` Series over ``projects``.

    ``items`` is indexed by ``(project_id, item)``. A project with no item gets ``empty``; one with
    an item whose value is missing gets ``pd.NA``: a sum with a hole in it is not a sum.

    >>> index = pd.MultiIndex.from_tuples([("p", "a"), ("p", "b"), ("q", "a")])
    >>> items = pd.Series([1, 2, pd.NA], index, dtype="Int64")
    >>> total(items, pd.Index(["p", "q", "r"]), empty=0).tolist()
    [3, <NA>, 0]
    """
    keys = items.index.get_level_values(0)
    exact = items.astype(object)
    sums = exact.where(exact.notna(), 0).groupby(keys).sum()
    holes = exact.isna().groupby(keys).any()
    found = sums.astype(object).where(~holes, pd.NA)
    result = found.reindex(projects).astype(object)
    return result.where(result.index.isin(found.index), empty)


def count(items: pd.Series, projects: pd.Index) -> pd.Series:
    """How many of each project's items are true (个数), ``Int64`` over ``projects``.

    >>> index = pd.MultiIndex.from_tuples([("p", "a"), ("p", "b")])
    >>> count(pd.Series([True, False], index), pd.Index(["p", "q"])).tolist()
    [1, 0]
    """
    flags = items.fillna(False).astype("int64")
    sums = flags.groupby(items.index.get_level_values(0)).sum()
    return sums.reindex(projects).fillna(0).astype("Int64")


def spread(projects: pd.Series, items: pd.Index) -> pd.Series:
    """A project-level Series laid out over the items of the projects.

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
    or aligned Series of dates; ``pd.NA`` where one is missing.

    >>> months_between(pd.Timestamp("2018-01-01"), pd.Timestamp("2018-08-31"))
    Fraction(8, 1)
    """
    if isinstance(start_on, pd.Series):
        pairs = zip(start_on, end_on, strict=True)
        return pd.Series([months_between(a, b) for a, b in pairs], start_on.index, dtype="object")
    if pd.isna(start_on) or pd.isna(end_on):
        return pd.NA
    start, end = _month_position(start_on, -1), _month_position(end_on, 0)
    return max(end - start, Fraction(0))


def _month_position(day: date, shift: int) -> Fraction:
    length = calendar.monthrange(day.year, day.month)[1]
    return 12 * day.year + day.month - 1 + Fraction(day.day + shift, length)


def days_between(start_on: pd.Series, end_on: pd.Series) -> pd.Series:
    """Whole days from one date to another (天数), ``Int64``; negative where the end is earlier.

    >>> planned, actual = pd.Series(["2017-12-31"]), pd.Series(["2018-01-04"])
    >>> days_between(pd.to_datetime(planned), pd.to_datetime(actual)).tolist()
    [4]
    """
    return (end_on - start_on).dt.days.astype("Int64")


def share_elapsed(start_on: Any, end_on: Any, as_of: Any) -> Any:
    """The share of a period that has passed by a date (时间进度), between 0 and 1, by months.

    >>> share_elapsed(*map(pd.Timestamp, ["2018-01-01", "2018-12-31", "2018-08-31"]))
    Fraction(2, 3)
    """
    if isinstance(start_on, pd.Series):
        triples = zip(start_on, end_on, as_of, strict=True)
        return pd.Series([share_elapsed(*each) for each in triples], start_on.index, dtype="object")
    share = divide(months_between(start_on, as_of), months_between(start_on, end_on))
    return share if pd.isna(share) else min(share, Fraction(1))
