"""Sensitivity: what is assumed moves, what has a source stays; nothing is random."""

from fractions import Fraction
from itertools import combinations
from types import SimpleNamespace

import pandas as pd
import pytest

from evalkit import framework
from evalkit.evaluate import score, tried
from evalkit.model import Text
from evalkit.narrative.sensitivity import assumption_saying
from evalkit.scoring.assumptions import GRID, Assumption, grid
from evalkit.words import Words
from tests.samples import day, inputs_with, of

#: Two levels of 40 and 60: A by the execution rate up to a target, B by tiers; all assumed.
TINY = """\
evalkit: 1
id: tiny
kind: scored
name: {zh: 小, en: Tiny}
source: {zh: 无, en: none}
status: assumed
points: 100
grades:
  - {id: good, label: {zh: 好, en: Good}}
  - {id: poor, label: {zh: 差, en: Poor}}
grade_bands: {status: assumed, bands: [{grade: good, at_least: 60}, {grade: poor, below: 60}]}
levels:
  - {code: A, points: 40, status: assumed, name: {zh: 甲, en: A}}
  - {code: B, points: 60, status: assumed, name: {zh: 乙, en: B}}
indicators:
  - {code: A1, parent: A, points: 40, name: 一, note: 一, method: execution_rate, rule: up_to}
  - {code: B1, parent: B, points: 60, name: 二, note: 二, method: judged, rule: words}
rules:
  up_to: {kind: ratio, status: assumed, target: 90%}
  words:
    kind: tiered
    status: assumed
    tiers:
      met: {at_least: 80%, at_most: 100%}
      part: {at_least: 50%, below: 80%}
      not: {at_least: 0%, below: 50%}
likelihood: {status: assumed, certain: 95%, possible: 60%}
"""
SEEN = TINY.replace("assumed", "seen")


def sensitivity_of(text=TINY, project=None, **rows):
    """What moves a project with 450 of 1,000 spent and B1 judged at 60%; its totals."""
    form = framework.read(text, "tiny.yaml")
    judged = of("B1", tier="part", tier_rate=Fraction(3, 5), evidence=Text("证", "proof"))
    usual = {"framework": form.id, "stated_executed_amount": 450} | (project or {})
    scored = score(inputs_with(usual, **({"judgements": [judged]} | rows)), form)
    found = tried(scored)
    return found.sensitivity.droplevel(0), found.robustness.loc["p"], found.totals.loc["p"]


#: How each kind of assumption is said.
SAID = {
    "weight": ("甲的分值 40 分", "the points of A, 40 points"),
    "cut_off": ("甲的分档界限 80.00%", "the cut-off at 80.00% for A"),
    "share": ("甲的档内得分比例 80.00%", "the share of 80.00% for A"),
    "target": ("甲的满分标准 80.00%", "the target of 80.00% for A"),
    "to": ("甲的满分上限 80.00%", "the upper target of 80.00% for A"),
    "loss": ("甲每档扣除的比例 80.00%", "the share of 80.00% that a step costs for A"),
    "pass_line": ("甲的及格线 80.00%", "the pass line at 80.00% for A"),
    "grade_band": ("等级“甲”的界限 40 分", "the bound of the grade “A”, 40 points"),
    "threshold": ("判定条件“超前支付占合同比例”的界限 80.00%",
                  "the bound of the condition “paid ahead of service, share of contracts”, 80.00%"),
    "count": ("判定条件“未达最高等级的指标”的界限 3 项",
              "the bound of the condition “indicators below the best grade”, 3"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SAID)
def test_every_kind_of_assumption_can_be_said(kind):
    """What it is, of what, and its value in its own unit."""
    values = {"weight": 40, "grade_band": 40, "count": 3}
    measures = {"threshold": "ahead_rate", "count": "below_best_count"}
    row = SimpleNamespace(kind=kind, names=[Text("甲", "A")], measure=measures.get(kind, pd.NA),
                          value=Fraction(values.get(kind, Fraction(4, 5))))  # fmt: skip
    variant, extra = assumption_saying(row)
    said = tuple(Words(lang).plain("sensitivity", variant, {}, extra) for lang in ("zh", "en"))
    assert said == SAID[kind]


def row(table, kind, value):
    """The row of one assumption."""
    [found] = [row for _, row in table.iterrows() if (row["kind"], row["value"]) == (kind, value)]
    return found


def test_everything_that_is_assumed_is_listed_and_nothing_that_has_a_source():
    """Two weights, one target, the two inner bounds of the tiers, the bound of the grade."""
    table, robust, _ = sensitivity_of()
    assert [(kind, value) for kind, value in zip(table["kind"], table["value"], strict=True)] == [
        ("weight", 40), ("weight", 60), ("target", Fraction(9, 10)), ("cut_off", Fraction(1, 2)),
        ("cut_off", Fraction(4, 5)), ("grade_band", 60),
    ]  # fmt: skip
    assert robust["assumption_count"] == 6
    table, robust, _ = sensitivity_of(SEEN)
    assert (len(table), robust["setting_count"], robust["holding_rate"]) == (0, 1, 1)


def test_each_move_gives_the_total_by_hand():
    """45% of the budget is half of its target: 20 of 40; 60% of 60 is 36: 56 in all, poor."""
    table, _, totals = sensitivity_of()
    assert (totals["total_score"], totals["total_grade"]) == (56, "poor")
    weight = row(table, "weight", 40)  # 32 or 48 of 92 or 108: half of it, and 36, on 100
    assert weight["down_score"] == Fraction(16 + 36) * 100 / 92
    assert weight["up_score"] == Fraction(24 + 36) * 100 / 108
    target = row(table, "target", Fraction(9, 10))  # 45 of 85 and of 95
    assert target["down_score"] == Fraction(45, 85) * 40 + 36
    assert target["up_score"] == Fraction(45, 95) * 40 + 36
    # 60% lies a third of the way up its tier of 50 to 80%; it stays there when a bound moves.
    lower, upper = row(table, "cut_off", Fraction(1, 2)), row(table, "cut_off", Fraction(4, 5))
    assert lower["down_score"] == 20 + 60 * (Fraction(45, 100) + Fraction(35, 100) / 3)
    assert upper["up_score"] == 20 + 60 * (Fraction(1, 2) + Fraction(35, 100) / 3)
    assert (lower["low_value"], upper["high_value"]) == (Fraction(9, 20), Fraction(17, 20))


def test_what_alone_changes_the_grade_is_told_apart():
    """56 points: good only where the bound of the grade comes down to 55."""
    table, robust, _ = sensitivity_of()
    assert list(table["kind"][table["is_changing"].astype(bool)]) == ["grade_band"]
    assert robust["deciding_count"] == 1
    assert row(table, "grade_band", 60)["down_result"] == Text("好", "Good")
    assert 0 < robust["holding_count"] < GRID
    assert robust["holding_rate"] == Fraction(robust["holding_count"], GRID)
    assert robust["lowest_setting_score"] < 56 < robust["highest_setting_score"]


def test_a_weight_that_the_project_gives_is_no_assumption():
    """Local weights are the project's own decision; what lies below them as well."""
    table, _, _ = sensitivity_of(
        weights=[of("A", points=Fraction(50)), of("B", points=Fraction(50))]
    )
    assert "weight" not in set(table["kind"])


def test_a_bound_stays_on_its_side_of_its_neighbours():
    """Two cut-offs that lie 4 points apart move by 2, not by 5."""
    text = TINY.replace("part: {at_least: 50%,", "part: {at_least: 76%,")
    text = text.replace("below: 50%}", "below: 76%}")
    table, _, _ = sensitivity_of(text)
    cuts = table[table["kind"] == "cut_off"]
    assert list(cuts["high_value"]) == [Fraction(78, 100), Fraction(82, 100)]


def test_a_total_that_is_not_decided_moves_between_its_ends():
    """Without evidence B1 leaves 20 to 80; with weights moved both ends move."""
    table, robust, totals = sensitivity_of(judgements=[])
    assert (totals["lowest_total_score"], totals["highest_total_score"]) == (20, 80)
    weight = row(table, "weight", 60)
    assert weight["up_score"] is pd.NA
    assert weight["lowest_up_score"] == Fraction(20 * 100, 112)
    assert weight["highest_up_score"] == Fraction((20 + 72) * 100, 112)
    assert robust["lowest_setting_score"] < 20 and robust["highest_setting_score"] > 80


def test_the_verdict_of_a_graded_framework_is_tried_too():
    """One step 4 days late, all judged good: only thresholds of rates and counts can move."""
    form = framework.load("minhang-tracking-2018")
    judged = [of(code, grade="good", evidence=Text("证", "proof"))
              for code in form.indicators.index[form.indicators["method"] == "judged"]]  # fmt: skip
    project = {"framework": form.id, "stated_executed_amount": 880, "stated_planned_amount": 1000}
    output = of("o", kind="output", operator=">=", target=10, target_unit="%", actual=10,
                actual_unit="%", planned=10, planned_unit="%", qualified=10)  # fmt: skip
    inputs = inputs_with(project, judgements=judged, outputs=[output])
    found = tried(score(inputs, form))
    assert found.verdict.at["p", "verdict"] == "basically_normal"  # 88% of the plan
    changing = found.sensitivity[found.sensitivity["is_changing"].astype(bool)]
    # has problems below 85%, moved up to 90%; 88% is still below 90% when 95% comes down.
    assert [(row["measure"], row["value"], row["up_result"]) for _, row in changing.iterrows()] == [
        ("execution_accuracy_rate", Fraction(17, 20), "has_problems"),
    ]
    assert found.robustness.at["p", "deciding_count"] == 1


def test_the_lattice_is_even_and_the_same_every_time():
    """Each assumption takes every value once, and of forty no two move together."""
    found = [Assumption("weight", str(n), Fraction(1), Fraction(1)) for n in range(40)]
    settings = list(grid(found))
    assert settings == list(grid(found)) and len(settings) == GRID
    moves = [[float(moved[each]) for moved in settings] for each in found]
    for values in moves:
        assert len(set(values)) == GRID and (min(values), max(values)) == (-1, 1)
    frame = pd.DataFrame(moves).T.corr()
    assert max(abs(frame.at[a, b]) for a, b in combinations(range(40), 2)) < 1 / 6


@pytest.mark.parametrize("name", framework.known())
def test_nothing_moved_is_the_result_itself(name):
    """Under every framework the middle of the lattice, moves of nothing, changes nothing."""
    form = framework.load(name)
    project = {"framework": name, "stated_executed_amount": 900, "as_of": day("2018-12-31")}
    found = tried(score(inputs_with(project), form))
    robust = found.robustness.loc["p"]
    if form.is_scored:
        totals = found.totals.loc["p"]
        assert robust["lowest_setting_score"] <= totals["lowest_total_score"]
        assert robust["highest_setting_score"] >= totals["highest_total_score"]
    assert 0 <= robust["holding_rate"] <= 1
    assert robust["setting_count"] in (1, GRID)


def test_an_indicator_can_be_marked_apart_from_its_level():
    """Points that one indicator assumes move, though its level was seen; the others stay."""
    text = SEEN.replace("name: 二, note", "status: assumed, name: 二, note")
    table, _, _ = sensitivity_of(text)
    assert list(zip(table["kind"], table["value"], strict=True)) == [("weight", 60)]


def test_points_in_equal_parts_are_assumed_where_the_file_does_not_say():
    """A file without spread_status splits the rest equally, which is an assumption of it.

    Of 60 points 20 are named: two outputs get 20 each and move; one alone gets 40 by no assumption.
    """
    own = 'own: {status: seen, levels: {quantity: B}, operators: {">=": up, "<=": up, "=": up, '
    own += "range: up}, text: words}\nrules:\n  up: {kind: direct, status: seen}"
    text = SEEN.replace("rules:", own).replace("points: 60, name: 二", "points: 20, name: 二")
    about = {"kind": "output", "dimension": "quantity", "target": 4, "operator": ">="}
    outputs = [of(name, name=name, target_unit="个", **about) for name in ("o", "p")]
    table, _, _ = sensitivity_of(text, outputs=outputs)
    assert list(zip(table["kind"], table["value"], strict=True)) == [("weight", 20), ("weight", 20)]
    table, _, _ = sensitivity_of(text, outputs=outputs[:1])
    assert table.empty
