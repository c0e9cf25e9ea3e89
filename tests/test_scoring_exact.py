"""Exact arithmetic: nothing is rounded, nothing overflows, what is missing stays missing."""

import calendar
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.scoring.exact import (
    choose,
    constant_where,
    count,
    divide,
    months_between,
    share_elapsed,
    spread,
    sums,
    total,
)
from tests.arithmetic import months
from tests.samples import DATES

ITEMS = pd.MultiIndex.from_tuples([("p", "a"), ("p", "b"), ("q", "a")])
PROJECTS = pd.Index(["p", "q", "r"])
LARGEST = 2**63 - 1


def test_a_quotient_of_money_is_exact():
    """2,819.55 of 3,780.92 is a fraction and not the nearest binary number."""
    rate = divide(np.int64(281955), pd.Series([378092], dtype="Int64"))
    assert rate.tolist() == [Fraction(281955, 378092)]


@pytest.mark.parametrize("binary", [0.5, np.float64(2), "2"])
def test_a_binary_float_is_refused(binary):
    """A float is no exact number, and int(0.5) would be 0."""
    with pytest.raises(TypeError):
        divide(binary, 2)
    with pytest.raises(TypeError):
        divide(2, binary)


def test_series_that_do_not_belong_together_are_refused():
    """Rows are never matched silently."""
    with pytest.raises(ValueError, match="same index"):
        divide(pd.Series([1], ["p"]), pd.Series([1], ["q"]))


def test_a_scalar_goes_with_every_row():
    """Either side may be one number."""
    series = pd.Series([1, 2], ["p", "q"])
    assert divide(2, series).tolist() == [2, 1]
    assert divide(series, 2).tolist() == [Fraction(1, 2), 1]


def test_a_sum_beyond_int64_is_exact():
    """Whole numbers of Python have no largest one: no column adds up to a negative amount."""
    items = pd.Series([LARGEST, LARGEST, 1], ITEMS, dtype="Int64")
    assert total(items, PROJECTS).tolist() == [2 * LARGEST, 1, pd.NA]
    groups = pd.Series(["labour", "labour", "fee"], ITEMS)
    assert sums(items, groups).tolist() == [2 * LARGEST, 1]


def test_a_sum_with_a_hole_is_missing():
    """The sum of what is known would be a lower figure under the same name."""
    items = pd.Series([1, pd.NA, 3], ITEMS, dtype="Int64")
    assert total(items, PROJECTS).tolist() == [pd.NA, 3, pd.NA]


def test_sums_and_counts_of_nothing():
    """No items: no sum, and a count of 0."""
    items = pd.Series([], ITEMS[:0], dtype="Int64")
    assert total(items, PROJECTS).tolist() == [pd.NA] * 3
    assert count(items.astype("boolean"), PROJECTS).tolist() == [0] * 3
    assert total(items, PROJECTS[:0]).tolist() == []


def test_a_missing_truth_value_is_not_counted():
    """Unknown is not true."""
    flags = pd.Series([True, pd.NA, pd.NA], ITEMS, dtype="boolean")
    assert count(flags, PROJECTS).tolist() == [1, 0, 0]


def test_spread_leaves_out_who_has_no_value():
    """Each item gets the value of its project."""
    found = spread(pd.Series([7], ["p"], dtype="Int64"), ITEMS)
    assert found.tolist() == [7, 7, pd.NA]


def test_choose_keeps_the_order_of_the_ways():
    """The first way that has a value wins, row by row."""
    first, second = pd.Series([1, pd.NA], dtype="Int64"), pd.Series([9, 8], dtype="object")
    values, names = choose(first=first, second=second)
    assert values.tolist() == [1, 8]
    assert names.tolist() == ["first", "second"]
    assert constant_where(pd.Series([], dtype="bool"), 0).tolist() == []


@given(DATES, DATES)
def test_months_agree_with_a_count_of_days_month_by_month(start, end):
    """Months are the shares of the calendar months that the time covers, added up."""
    expected = months(start.date(), end.date()) if end >= start else 0
    assert months_between(start, end) == expected


@given(DATES)
def test_whole_months_are_whole_numbers(day):
    """From the first to the last day of a month is one month, whatever its length."""
    first = day.replace(day=1)
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    assert months_between(first, last) == 1


@given(DATES, st.integers(0, 500), DATES)
def test_the_share_elapsed_lies_between_none_and_all(start, length, as_of):
    """Before the period 0, after it 1, in between it grows."""
    end = start + pd.Timedelta(days=length)
    share = share_elapsed(start, end, as_of)
    assert 0 <= share <= 1
    assert (share == 0) == (as_of < start)
    assert (share == 1) == (as_of >= end)
