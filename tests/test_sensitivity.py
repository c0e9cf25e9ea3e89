"""Sensitivity: assumed weights and cut-offs move, what has a source stays; nothing is random."""

from fractions import Fraction

from evalkit import framework
from evalkit.evaluate import score
from evalkit.scoring.sensitivity import (
    assumptions,
    grade_holds,
    grid,
    score_sensitivity,
    total_with,
)
from tests.samples import inputs_with, of

TABLE = framework.load("self-evaluation-2020")
TREE = framework.load("common-2013-project")


def two_outputs():
    """Two outputs of 25 points each by equal parts, one full and one half; the rest is not there.

    10 for execution, 50 outputs, 40 open: 10 + 25 + 12.5 are sure.
    """
    usual = {"operator": ">=", "target": 10, "target_unit": "%", "actual_unit": "%"}
    outputs = [of("a", dimension="quantity", actual=10, **usual),
               of("b", dimension="quality", actual=5, **usual)]  # fmt: skip
    project = {"framework": TABLE.id, "stated_executed_amount": 1000}
    return score(inputs_with(project, outputs=outputs), TABLE)


def test_only_what_is_assumed_moves():
    """The levels of the national table are recalled; the equal parts of a level are assumed."""
    assert [(each.kind, each.where) for each in assumptions(two_outputs(), "p")] == [
        ("weight", "a"), ("weight", "b"),
    ]  # fmt: skip


def test_a_weight_that_moves_gives_the_total_by_hand():
    """a at 30 of 105 in all: (10 + 30 + 12.5) × 100 ÷ 105 = 50."""
    evaluation = two_outputs()
    found = score_sensitivity(evaluation, "p")
    assert found.loc[0, "up_score"] == 50
    assert found.loc[0, "down_score"] == Fraction(10 + 20) * 100 / 95 + Fraction(1250, 95)
    assert total_with(evaluation, "p", {})[0] == Fraction(95, 2)


def test_the_total_without_moves_is_that_of_the_scores():
    """Nothing moved, nothing changed, whatever the framework."""
    for form in (TABLE, TREE):
        evaluation = score(inputs_with({"framework": form.id, "stated_executed_amount": 900}), form)
        lowest, highest, _ = total_with(evaluation, "p", {})
        totals = evaluation.totals.loc["p"]
        assert (lowest, highest) == (totals["lowest_total_score"], totals["highest_total_score"])


def test_the_grid_is_even_and_the_same_every_time():
    """Each assumption takes every value once, from −1 to 1."""
    found = assumptions(two_outputs(), "p")
    settings = list(grid(found))
    assert settings == list(grid(found))
    for each in found:
        values = sorted(moves[each] for moves in settings)
        assert len(set(values)) == len(values) and (values[0], values[-1]) == (-1, 1)


def test_the_share_of_settings_that_keep_the_grade():
    """Between 47.5 and 87.5 no grade can be given, however the two weights move."""
    grade, share = grade_holds(two_outputs(), "p")
    assert grade is not None and 0 <= share <= 1
