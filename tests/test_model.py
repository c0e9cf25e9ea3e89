"""Frames, texts and inputs: typed, exact, and refused where they are wrong."""

import datetime
from fractions import Fraction

import pandas as pd
import pytest

from evalkit.model import (
    INPUT_FRAMES,
    PROJECT_FRAMES,
    Text,
    as_date,
    frame,
    inputs_of,
    join,
    select,
)


@pytest.mark.parametrize("name", INPUT_FRAMES)
def test_an_empty_frame_has_the_types_of_a_full_one(name):
    """Nothing is guessed from the values, so projects of every kind can be put together."""
    key = {"project_id": "p"} if name in PROJECT_FRAMES else {"project_id": "p", "item": "i"}
    empty, full = frame(name), frame(name, [key])
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()
    assert list(empty.columns) == list(INPUT_FRAMES[name])
    assert empty.index.names == full.index.names == list(key)
    assert full.isna().all(axis=None)


def test_an_unknown_column_is_an_error():
    """A misspelt column would be lost without a word."""
    with pytest.raises(KeyError, match="budget_amonut"):
        frame("funding", [{"project_id": "p", "item": "i", "budget_amonut": 1}])


@pytest.mark.parametrize("amount", [Fraction(1, 2), 0.5, 2**63])
def test_an_amount_that_is_no_whole_fen_is_refused(amount):
    """Half a fen, a float, or more than the column holds: never cut off silently."""
    with pytest.raises((TypeError, ValueError, OverflowError)):
        frame("funding", [{"project_id": "p", "item": "i", "budget_amount": amount}])


def test_amounts_keep_their_last_digit():
    """As a float 2**53 + 1 would be 2**53."""
    rows = [{"project_id": "p", "item": "a", "budget_amount": 2**53 + 1},
            {"project_id": "p", "item": "b"}]  # fmt: skip
    assert frame("funding", rows)["budget_amount"].tolist() == [2**53 + 1, pd.NA]


def test_a_text_prints_as_its_chinese():
    """It has both languages and compares as a pair."""
    assert str(Text("餐饮", "catering")) == "餐饮"
    assert Text("餐饮", "catering") == ("餐饮", "catering")


def test_dates_are_calendar_dates_and_missing_ones_missing():
    """NaT is no date."""
    assert as_date(pd.Timestamp("2018-08-31")) == datetime.date(2018, 8, 31)
    assert as_date(pd.NaT) is pd.NA


def test_projects_joined_and_selected_are_what_they_were():
    """Joining and taking apart changes no value and no type."""
    one, other = (
        inputs_of({"projects": [{"project_id": key, "year": 2018}],
                   "funding": [{"project_id": key, "item": "own", "budget_amount": 5}]})
        for key in ("p", "q")
    )  # fmt: skip
    both = join([one, other])
    for name, found in select(both, ["q"]).frames():
        pd.testing.assert_frame_equal(found, getattr(other, name))
    assert list(both.projects.index) == ["p", "q"]


def test_a_project_may_stand_only_once_in_a_portfolio():
    """Two projects with one id would be added up."""
    one = inputs_of({"projects": [{"project_id": "p"}]})
    with pytest.raises(ValueError, match="project_id occurs twice: \\['p'\\]"):
        join([one, one])
