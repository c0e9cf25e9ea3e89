"""Outputs and outcomes: a value in the unit of its target, or no value."""

from fractions import Fraction

import pandas as pd
import pytest

from evalkit.model import Text
from evalkit.scoring.outputs import is_reached
from tests.samples import day, facts_with, of, scored_with

UNIT = {"target_unit": "件", "planned_unit": "件", "actual_unit": "件", "measured_unit": "件"}
LATER, PAST = {"due_on": day("2018-12-31")}, {"due_on": day("2018-06-30")}
AT_LEAST, AT_MOST = {"operator": ">=", "target": 100}, {"operator": "<=", "target": 100}

#: What is told, and the status and likelihood that follow.
STATUSES = {
    "reached before its date": (AT_LEAST | LATER | {"actual": 100}, "reached", "certain"),
    "on plan": (AT_LEAST | LATER | {"planned": 60, "actual": 60}, "on_plan", "certain"),
    "just behind plan": (AT_LEAST | LATER | {"planned": 60, "actual": 58}, "behind", "certain"),
    "behind plan": (AT_LEAST | LATER | {"planned": 60, "actual": 40}, "behind", "possible"),
    "far behind plan": (AT_LEAST | LATER | {"planned": 60, "actual": 30}, "behind", "impossible"),
    "no plan, not due": (AT_LEAST | LATER | {"actual": 30}, "not_due", "unknown"),
    "no value, not due": (AT_LEAST | LATER, "not_due", "unknown"),
    "no value, planned to date": (AT_LEAST | LATER | {"planned": 60}, "no_value", "unknown"),
    "no value, due": (AT_LEAST | PAST, "no_value", "unknown"),
    "missed": (AT_LEAST | PAST | {"actual": 59}, "missed", "impossible"),
    "missed by little": (AT_LEAST | PAST | {"actual": 99}, "missed", "possible"),
    "no date, on plan": (AT_LEAST | {"planned": 60, "actual": 60}, "on_plan", "certain"),
    "no date, no plan": (AT_LEAST | {"actual": 60}, "missed", "possible"),
    "exactly": ({"operator": "=", "target": 100, "actual": 100} | PAST, "reached", "certain"),
    "too many": ({"operator": "=", "target": 100, "actual": 101} | PAST, "missed", "possible"),
    "below a limit that still runs": (AT_MOST | LATER | {"actual": 80}, "on_plan", "certain"),
    "above a limit that still runs": (AT_MOST | LATER | {"actual": 120}, "behind", "possible"),
    "above the plan under a limit": (
        AT_MOST | LATER | {"planned": 50, "actual": 80}, "behind", "possible",
    ),
    "below a limit": (AT_MOST | PAST | {"actual": 80}, "reached", "certain"),
    "above a limit": (AT_MOST | PAST | {"actual": 200}, "missed", "impossible"),
    "another unit": (AT_LEAST | {"actual": 1, "actual_unit": "次"}, "unit_mismatch", "unknown"),
    "measured in another unit": (
        AT_LEAST | {"actual": 100, "measured": 97, "measured_unit": "分"},
        "unit_mismatch", "unknown",
    ),
    "an activity": (AT_LEAST | {"actual_text": Text("按月考核", "monthly")}, "no_value", "unknown"),
    "words for a target": ({"target_text": Text("完成", "done")}, "no_value", "unknown"),
}  # fmt: skip


@pytest.fixture(scope="module")
def outputs():
    """All of them as the outputs of one project."""
    rows = [of(name, kind="output", **UNIT | told) for name, (told, *_) in STATUSES.items()]
    return scored_with(outputs=rows).outputs.xs("p")


@pytest.mark.parametrize("name", STATUSES)
def test_a_status_and_a_likelihood_follow_from_what_is_told(name, outputs):
    """Nothing is taken for reached without a value in the unit of the target."""
    row = outputs.loc[name]
    assert (row["status"], row["likelihood"]) == STATUSES[name][1:]


@pytest.mark.parametrize("name", STATUSES)
def test_no_value_no_rate(name, outputs):
    """An activity, another unit or a silence is never 100%."""
    row = outputs.loc[name]
    has_value = row["status"] not in ("no_value", "unit_mismatch") and row["value"] is not pd.NA
    assert has_value == row["is_valued"] == (row["completion_rate"] is not pd.NA)


def rates(**told):
    """The rates of one output."""
    facts = facts_with(outputs=[of("o", kind="output", **UNIT | told)])
    columns = ("completion_rate", "planned_completion_rate", "timeliness_rate")
    return [facts.value(f"outputs.o.{column}") for column in columns]


def test_rates_turn_round_where_less_is_better():
    """40 of at most 100, planned 50: well under both; 200: half."""
    assert rates(**AT_MOST, planned=50, actual=40) == [Fraction(5, 2), 2, Fraction(5, 4)]
    assert rates(**AT_MOST, planned=100, actual=200) == [Fraction(1, 2), 1, Fraction(1, 2)]


def test_none_at_all_is_the_best_under_a_limit():
    """No complaint of at most 100: reached in full, though nothing can be divided by 0."""
    assert rates(**AT_MOST, planned=50, actual=0)[0] == 1


def test_what_was_measured_goes_before_what_was_done():
    """A survey's result is the value, not the number of surveys."""
    facts = facts_with(outputs=[of("o", **UNIT | AT_LEAST, actual=1, measured=97)])
    fact = facts["outputs.o.value"]
    assert (fact.value, fact.way) == (97, "measured")


@pytest.mark.parametrize(
    ("sign", "expected"), [("≥", [0, 1, 1]), ("≤", [1, 1, 0]), ("=", [0, 1, 0])]
)
def test_a_target_is_reached_on_its_very_value(sign, expected):
    """Both ways of writing a sign mean the same."""
    written = {"≥": ">=", "≤": "<="}.get(sign, sign)
    for operator in (sign, written):
        assert [is_reached(value, operator, 90) for value in (89, 90, 91)] == expected


def test_a_step_that_is_not_done_is_late_only_after_its_date():
    """Late steps count to the tracking date; what lies ahead has no delay."""
    steps = [of("done", planned_on=day("2018-03-31"), actual_on=day("2018-03-30")),
             of("after", planned_on=day("2018-03-31"), actual_on=day("2018-09-30")),
             of("open", planned_on=day("2018-08-30")),
             of("today", planned_on=day("2018-08-31")),
             of("ahead", planned_on=day("2018-12-31"))]  # fmt: skip
    found = scored_with(milestones=steps)
    delays = found.milestones["delay_days"].droplevel(0)
    assert delays.dropna().to_dict() == {"done": -1, "after": 153, "open": 1}
    assert found.verdict.at["p", "late_milestone_count"] == 2


#: Targets of growth: operator, target, end of a range, what was reached, and what of it is done.
GROWTH = {
    "a fall of 5 asked for, 3 reached": ("<=", -5, None, -3, "missed", Fraction(3, 5)),
    "a fall of 5 asked for, 10 reached": ("<=", -5, None, -10, "reached", 2),
    "a fall of 5 asked for, growth of 2": ("<=", -5, None, 2, "missed", Fraction(-2, 5)),
    "a fall of 3 allowed, 6 fallen": (">=", -3, None, -6, "missed", Fraction(1, 2)),
    "a fall of 3 allowed, 2 fallen": (">=", -3, None, -2, "reached", Fraction(3, 2)),
    "a fall of 3 allowed, growth of 4": (">=", -3, None, 4, "reached", 1),
    "growth of 5 allowed, a fall of 2": ("<=", 5, None, -2, "reached", 1),
    "no growth allowed, a fall of 1": ("<=", 0, None, -1, "reached", 1),
    "no growth allowed, growth of 1": ("<=", 0, None, 1, "missed", 0),
    "a fall between 5 and 2 asked for, 8 fallen": ("range", -5, -2, -8, "missed", Fraction(5, 8)),
    "a fall between 5 and 2 asked for, 3 fallen": ("range", -5, -2, -3, "reached", 1),
    "a fall between 5 and 2 asked for, 1 fallen": ("range", -5, -2, -1, "missed", pd.NA),
}


@pytest.mark.parametrize("name", GROWTH)
def test_growth_below_zero_is_completed_as_its_mirror(name):
    """A missed target is never completed by 100% or more, a reached one never by less than 0."""
    operator, target, end, actual, status, completion = GROWTH[name]
    row = of("o", kind="output", operator=operator, target=target, actual=actual, **UNIT | PAST)
    row |= {} if end is None else {"target_to": end}
    found = scored_with(outputs=[row]).outputs.loc[("p", "o")]
    assert found["status"] == status
    rate = found["completion_rate"]
    assert rate is pd.NA if completion is pd.NA else rate == completion
