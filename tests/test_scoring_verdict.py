"""Indicators, levels, verdict: no grade without evidence, no verdict without a grade."""

from fractions import Fraction

import pandas as pd
import pytest

from evalkit.model import Text
from evalkit.scoring.indicators import grade_of
from evalkit.scoring.verdict import score_conditions
from tests.samples import FRAMEWORK, facts_with, of, scored_with

WORDS = Text("见附件", "see annex")
CODES = FRAMEWORK.indicators.index[FRAMEWORK.indicators["method"] == "judged"]
ALL_GOOD = {code: {"grade": "good", "evidence": WORDS} for code in CODES}
VALUED = {"kind": "output", "operator": ">=", "target": 10, "planned": 5, "actual": 5}
VALUED |= {"qualified": 5, "target_unit": "件", "planned_unit": "件", "actual_unit": "件"}
ON_PLAN = {"project": {"stated_executed_amount": 500, "stated_planned_amount": 500},
           "outputs": [of("o", **VALUED)]}  # fmt: skip


def judged(**changes):
    """Judgements: all good, with these changes."""
    return [of(code, **row) for code, row in (ALL_GOOD | changes).items()]


def verdict(changes=None, **rows):
    """The verdict of a project on plan, all good but for these changes, with what decides it."""
    found = scored_with(**ON_PLAN | {"judgements": judged(**changes or {})} | rows)
    decides = found.conditions["is_deciding"]
    return found.verdict.at["p", "verdict"], {item for _, item in found.conditions.index[decides]}


@pytest.mark.parametrize(
    ("told", "status", "reason", "grade"),
    [
        ({"grade": "fair", "evidence": WORDS}, "graded", pd.NA, "fair"),
        ({"grade": "fair"}, "cannot_be_evaluated", "no_evidence", pd.NA),
        ({"evidence": WORDS}, "cannot_be_evaluated", "no_judgement", pd.NA),
        ({}, "cannot_be_evaluated", "no_judgement", pd.NA),
        ({"not_applicable": WORDS}, "not_applicable", pd.NA, pd.NA),
        ({"grade": "good", "evidence": WORDS, "not_applicable": WORDS},
         "not_applicable", pd.NA, pd.NA),
    ],
)  # fmt: skip
def test_a_grade_needs_evidence(told, status, reason, grade):
    """Without it the indicator cannot be evaluated; it never gets a mark by default."""
    row = scored_with(judgements=[of("A111", **told)]).indicators.loc[("p", "A111")]
    assert repr([row["status"], row["reason_code"], row["grade"]]) == repr([status, reason, grade])


def test_a_computed_indicator_ignores_what_was_judged():
    """A211 is executed ÷ planned, whatever the authority wrote."""
    told = of("A211", grade="good", evidence=WORDS, stated_grade="好")
    row = scored_with(judgements=[told]).indicators.loc[("p", "A211")]
    assert (row["status"], row["reason_code"]) == ("cannot_be_evaluated", "no_value")
    assert row["stated_grade"] == "好"


def test_completion_is_graded_against_the_plan_to_date():
    """Half of the year's target at half-year is good, not poor; the rate stays the year's."""
    row = scored_with(**ON_PLAN).indicators.loc[("p", "C11")]
    assert (row["rate"], row["compared_rate"], row["grade"]) == (Fraction(1, 2), 1, "good")


def test_more_than_planned_of_one_output_does_not_make_up_for_another():
    """300% and 0% are not 150% on average."""
    outputs = [of("much", **VALUED | {"actual": 30}), of("none", **VALUED | {"actual": 0})]
    row = scored_with(outputs=outputs).indicators.loc[("p", "C12")]
    assert row["rate"] == Fraction(1, 2)
    assert row["grade"] == "poor"


def test_one_output_without_value_leaves_the_indicator_open():
    """The mean of those that have one would hide it."""
    outputs = [of("o", **VALUED), of("silent", **VALUED | {"actual": pd.NA})]
    assert scored_with(outputs=outputs).indicators.loc[("p", "C11"), "rate"] is pd.NA


def test_outcomes_do_not_count_as_output():
    """C11 to C13 are of the outputs."""
    outputs = [of("o", **VALUED), of("loved", **VALUED | {"kind": "outcome", "actual": 0})]
    assert scored_with(outputs=outputs).indicators.loc[("p", "C12"), "rate"] == 1


BANDS = FRAMEWORK.settings["bands"]["accuracy"]["bands"]
JUST = Fraction(1, 10**9)


@pytest.mark.parametrize(
    ("rate", "grade"),
    [(Fraction(95, 100), "good"), (Fraction(95, 100) - JUST, "fairly_good"),
     (Fraction(105, 100), "good"), (Fraction(105, 100) + JUST, "fairly_good"),
     (Fraction(85, 100), "fairly_good"), (Fraction(7, 10), "fair"),
     (Fraction(7, 10) - JUST, "poor"),
     (Fraction(13, 10) + JUST, "poor"), (Fraction(0), "poor"), (pd.NA, pd.NA)],
)  # fmt: skip
def test_a_rate_is_graded_before_any_rounding(rate, grade):
    """94.9999999% is printed as 95.00% and is not 95%."""
    found = grade_of(rate, BANDS)
    assert found is grade or found == grade


def test_levels_count_what_lies_below_them():
    """A level counts the indicators of all levels below, and names the worst grade among them."""
    told = judged(A112={"grade": "poor", "evidence": WORDS}, A121={"not_applicable": WORDS})
    levels = scored_with(judgements=told).levels.xs("p")
    assert levels.loc["A11", ["graded_count", "worst_grade"]].tolist() == [2, "poor"]
    assert levels.loc["A1", "counts"] == {"good": 3, "fairly_good": 0, "fair": 0, "poor": 1}
    top = ["graded_count", "not_applicable_count", "unevaluable_count"]
    assert levels.loc["A", top].tolist() == [4, 1, 1]
    assert levels.loc["C", "worst_grade"] is pd.NA


def test_all_well_is_normal():
    """No condition holds: the best verdict, and nothing decides it."""
    assert verdict() == ("normal", set())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"B214": {"grade": "poor", "evidence": WORDS}}, ("has_serious_problems", {"misuse"})),
        ({"A111": {"grade": "poor", "evidence": WORDS}}, ("has_problems", {"any_poor"})),
        ({"A111": {"grade": "poor"}}, ("basically_normal", {"not_evaluable"})),
        ({code: {"grade": "fairly_good", "evidence": WORDS} for code in CODES[:2]},
         ("normal", set())),
        ({code: {"grade": "fairly_good", "evidence": WORDS} for code in CODES[:3]},
         ("basically_normal", {"below_best"})),
        ({code: {"grade": "poor", "evidence": WORDS} for code in CODES[:4]},
         ("has_serious_problems", {"many_poor"})),
    ],
)  # fmt: skip
def test_the_worst_condition_that_holds_is_the_verdict(changes, expected):
    """Grades lead to the verdict by the rule of the framework's file and by nothing else."""
    assert verdict(changes) == expected


@pytest.mark.parametrize(
    ("executed", "expected"),
    [(249, ("has_serious_problems", {"execution_far_off"})), (250, ("has_problems", {"any_poor",
      "execution_low"})), (424, ("has_problems", {"execution_low"})),
     (425, ("basically_normal", {"execution_off"})), (475, ("normal", set())),
     (525, ("normal", set())), (526, ("basically_normal", {"execution_over"}))],
)  # fmt: skip
def test_the_bounds_of_execution_are_as_the_file_has_them(executed, expected):
    """Each bound belongs to the side that its sign says; planned is 500."""
    project = {"stated_executed_amount": executed, "stated_planned_amount": 500}
    assert verdict(project=project) == expected


def test_not_applicable_indicators_are_left_out():
    """They neither help nor harm."""
    assert verdict({code: {"not_applicable": WORDS} for code in CODES[:10]}) == ("normal", set())


def test_nothing_graded_is_no_verdict():
    """Neither conditions nor silence make a verdict out of nothing."""
    found = facts_with(milestones=[of("m", planned_on=pd.Timestamp("2018-01-01"))])
    assert found.value("late_milestone_count") == 1
    assert found.value("verdict") == "cannot_be_evaluated"


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ([], "cannot_be_evaluated"),
        ([VALUED], "can_complete"),
        ([VALUED, VALUED | {"actual": 1}], "cannot_complete"),
        ([VALUED, VALUED | {"actual": pd.NA}], "cannot_be_evaluated"),
        ([VALUED | {"actual": 1}, VALUED | {"actual": pd.NA}], "cannot_complete"),
        ([VALUED, VALUED | {"planned": pd.NA, "due_on": pd.Timestamp("2018-12-31")}],
         "can_complete"),
    ],
)  # fmt: skip
def test_the_forecast_is_that_of_the_least_likely_output(outputs, expected):
    """One that cannot be reached is enough; one that is due and unknown leaves it open."""
    rows = [of(f"o{n}", **row) for n, row in enumerate(outputs)]
    assert scored_with(outputs=rows).verdict.at["p", "forecast"] == expected


def test_a_condition_on_an_unknown_figure_is_an_error():
    """A misspelt measure must not silently never hold."""
    with pytest.raises(KeyError):
        score_conditions(FRAMEWORK, pd.DataFrame({"worst_rate": [0]}, ["p"]))
