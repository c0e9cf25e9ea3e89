"""Points: what each rule gives by hand, what is within reach, and totals."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit import framework, params
from evalkit.cli import main
from evalkit.evaluate import evaluate, evaluate_all, score, score_all
from evalkit.facts import Facts
from evalkit.model import Text, join, select
from evalkit.scoring import points
from evalkit.scoring.weights import scheme
from tests.samples import inputs_with, of

ROOT = Path(__file__).parents[1]
FISHING, POLICE = (ROOT / "params" / f"{name}.yaml" for name in
                   ("yangtze-fishing-2020", "fengdu-auxpolice-2022"))  # fmt: skip
TABLE = framework.load("self-evaluation-2020")
STEPS = {"kind": "stepped", "status": "seen", "per": Fraction(1, 100), "loss": Fraction(1, 20)}
STEPPED = replace(TABLE, settings={
    **TABLE.settings, "rules": {**TABLE.settings["rules"], "by_steps": STEPS},
})  # fmt: skip
BANDED = framework.load("self-evaluation-2021")
TREE = framework.load("evaluation-2020")
PROOF = Text("见附件", "see annex")
SHARES = st.fractions(0, 3, max_denominator=50)


def output(item, dimension, **values):
    """An own output in percent."""
    usual = {"operator": ">=", "target": 90, "target_unit": "%", "actual_unit": "%"}
    return of(item, dimension=dimension, **usual | values)


def scored(form=TABLE, project=None, **rows):
    """The scores of one small project."""
    return score(inputs_with({"framework": form.id} | (project or {}), **rows), form)


def one(form=TABLE, dimension="quantity", **values):
    """The row of one output."""
    return scored(form, outputs=[output("o", dimension, **values)]).scores.loc[("p", "o")]


# --- rules, by hand: 50 points of the outputs, 30 of the benefits, 10 of satisfaction -----------

RULES = [
    # rule printed on published self-evaluation forms (财预〔2020〕10号)
    ({"actual": 45}, 25), ({"actual": 90}, 50), ({"actual": 91}, 50),
    ({"operator": "<=", "target": 10, "actual": 20}, 25),
    ({"operator": "<=", "target": 10, "actual": 5}, 50),
    ({"operator": "<=", "target": 10, "actual": 0}, 50),
    ({"operator": "=", "target": 10, "actual": 8}, 40),
    ({"operator": "=", "target": 8, "actual": 10}, 40),
    ({"operator": "range", "target": 40, "target_to": 60, "actual": 50}, 50),
    ({"operator": "range", "target": 40, "target_to": 60, "actual": 20}, 25),
    ({"operator": "range", "target": 40, "target_to": 60, "actual": 80}, Fraction(75, 2)),
    ({"target": 0, "actual": -1}, 0),
    # by steps: 5% of the points for each percentage point off (每超过1个百分点扣2.5分)
    ({"actual": 87, "rule": "by_steps"}, Fraction(85, 2)), ({"actual": 95, "rule": "by_steps"}, 50),
    ({"actual": 60, "rule": "by_steps"}, 0),
    ({"operator": "<=", "target": 10, "actual": 12, "rule": "by_steps"}, 45),
    ({"operator": "=", "target": 10, "actual": 8, "rule": "by_steps"}, 45),
    # … of the completion where the target is no percentage: 19 of 20 are 5 points short
    ({"target": 20, "target_unit": "件", "actual": 19, "actual_unit": "件", "rule": "by_steps"},
     Fraction(75, 2)),
    # far above: no deduction by itself, target ÷ actual where the target was too low
    ({"actual": 180}, 50), ({"actual": 180, "is_target_too_low": True}, 25),
    ({"actual": 117, "is_target_too_low": True}, 50),
    # tiers: 80% belongs to the upper one
    ({"target": pd.NA, "tier": "reached", "tier_rate": Fraction(4, 5), "evidence": PROOF}, 40),
    ({"target": pd.NA, "tier": "not", "tier_rate": Fraction(0), "evidence": PROOF}, 0),
    ({"rule": "direct", "given_score": 33, "evidence": PROOF}, 33),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), RULES)
def test_a_rule_gives_what_it_gives_by_hand(values, expected):
    """Full points are 50; every figure here was worked out by hand."""
    row = one(STEPPED, **values)
    assert (row["status"], row["score"]) == ("scored", expected)
    assert row["lowest_score"] == row["highest_score"] == expected


OPEN = [
    ({}, "no_value", 0, 50),
    ({"actual": 45, "actual_unit": "人"}, "no_value", 0, 50),
    ({"target": pd.NA}, "no_judgement", 0, 50),
    ({"target": pd.NA, "tier": "reached", "tier_rate": Fraction(9, 10)}, "no_evidence", 0, 50),
    ({"target": pd.NA, "tier": "partly", "evidence": PROOF}, "no_share", 30, 40),
    ({"target": pd.NA, "tier": "partly", "tier_rate": Fraction(4, 5), "evidence": PROOF},
     "no_share", 30, 40),
    ({"actual": 45, "actual_operator": ">="}, "only_bound", 25, 50),
    ({"actual": 45, "actual_operator": "<="}, "only_bound", 0, 25),
]  # fmt: skip


@pytest.mark.parametrize(("values", "reason", "lowest", "highest"), OPEN)
def test_what_is_not_known_gets_no_mark_but_a_range(values, reason, lowest, highest):
    """No score by default, not even the lowest: a reason, and what is within reach."""
    row = one(**values)
    assert row["score"] is pd.NA and row["share_rate"] is pd.NA
    assert (row["status"], row["reason_code"]) == ("cannot_be_evaluated", reason)
    assert (row["lowest_score"], row["highest_score"]) == (lowest, highest)


def test_a_bound_decides_where_it_reaches_the_target():
    """At least 90% of a target of 90% is full, whatever the true value; it is still no value."""
    row = one(actual=90, actual_operator=">=")
    assert (row["score"], row["value"]) == (50, pd.NA)


@pytest.mark.parametrize(
    ("rate", "expected"), [(90, 10), (89, 8), (80, 8), (79, 5), (60, 5), (59, 0)]
)
def test_satisfaction_by_bands(rate, expected):
    """财预〔2021〕101号 as recalled: 10, 8, 5 and nothing, lower bounds included."""
    assert one(BANDED, "satisfaction", actual=rate)["score"] == expected


@pytest.mark.parametrize(
    ("executed", "expected"), [(1000, 10), (999, 7), (800, 7), (799, 5), (600, 5), (599, 0)]
)
def test_execution_by_bands_and_in_proportion(executed, expected):
    """A budget of 1,000: banded in the table of 2021, executed ÷ budget × 10 in that of 2020."""
    project = {"stated_executed_amount": executed}
    assert scored(BANDED, project).scores.at[("p", "T11"), "score"] == expected
    assert scored(TABLE, project).scores.at[("p", "S11"), "score"] == Fraction(executed, 100)


def test_parts_add_or_are_weighted_by_money_before_they_are_scored():
    """Values: 3 + 4 of 10. Ratios: (100% × 300 + 50% × 100) ÷ 400 = 87.5%."""
    parts = [of("o.1", output="o", part=3, part_unit="件"),
             of("o.2", output="o", part=4, part_unit="件")]  # fmt: skip
    outputs = [output("o", "quantity", target=10, target_unit="件")]
    row = scored(outputs=outputs, parts=parts).scores.loc[("p", "o")]
    assert row["score"] == 35
    parts = [of("o.1", output="o", part=100, part_unit="%", part_amount=300),
             of("o.2", output="o", part=50, part_unit="%", part_amount=100)]  # fmt: skip
    row = scored(outputs=[output("o", "quantity", target=100)], parts=parts).scores.loc[("p", "o")]
    assert row["value"] == Fraction(175, 2) and row["score"] == Fraction(175, 4)


# --- weights and totals -------------------------------------------------------------------------


def test_points_named_and_equal_parts():
    """50 points: 20 named, the rest in two equal parts; weights of the project come first."""
    outputs = [output("a", "quantity", points=20), output("b", "quality"), output("c", "cost")]
    found = scored(outputs=outputs).scores["points"].loc["p"]
    assert found[["a", "b", "c"]].tolist() == [20, 15, 15]
    weights = [of("S2", points=Fraction(40))]
    found = scored(outputs=outputs, weights=weights).scores["points"].loc["p"]
    assert found[["a", "b", "c"]].tolist() == [20, 10, 10]


def test_a_level_hands_its_points_down_in_the_framework_s_proportions():
    """E2 of 40 in place of 20: everything below it doubles; a child that is set stays."""
    found = scheme(TREE, {"E2": Fraction(40)})
    assert (found.levels["E21"], found.indicators["E211"]) == (24, 6)
    found = scheme(TREE, {"E2": Fraction(40), "E21": Fraction(30)})
    assert (found.levels["E21"], found.levels["E22"], found.indicators["E211"]) == (
        30, 8, Fraction(15, 2),
    )  # fmt: skip


@pytest.mark.parametrize("name", [n for n in framework.known() if framework.load(n).is_scored])
def test_points_are_conserved_at_every_level(name):
    """Whatever the project lists, the items come to the points of the framework."""
    outputs = [output("a", "quantity"), output("b", "satisfaction"), output("c", "social")]
    found = scored(framework.load(name), outputs=outputs)
    assert found.totals.at["p", "full_points"] == 100
    assert (found.score_levels["points_gap"] == 0).all()


def full_table(**satisfaction):
    """A table that is full but for satisfaction (10 points) and execution (9 of 10)."""
    outputs = [output("a", "quantity", actual=90), output("b", "social", actual=90),
               output("c", "satisfaction", **satisfaction)]  # fmt: skip
    return scored(project={"stated_executed_amount": 900}, outputs=outputs).totals.loc["p"]


def test_the_total_its_grade_and_its_range():
    """9 + 50 + 30 + 5 = 94; without a value, 89 to 99 are within reach and no grade is given."""
    found = full_table(actual=45)
    assert (found["total_score"], found["total_grade"]) == (94, "excellent")
    found = full_table()
    assert found["total_score"] is pd.NA and found["total_grade"] is pd.NA
    assert (found["lowest_total_score"], found["highest_total_score"]) == (89, 99)
    assert (found["lowest_grade"], found["highest_grade"]) == ("good", "excellent")


def test_what_does_not_apply_is_left_out_and_the_rest_rebased():
    """Without satisfaction: 89 of 90, on 100 points 98.89; both totals stand."""
    found = scored(
        project={"stated_executed_amount": 900},
        outputs=[output("a", "quantity", actual=90), output("b", "social", actual=90)],
        judgements=[of("S4", not_applicable=PROOF)],
    ).totals.loc["p"]
    assert (found["total_score"], found["applicable_points"]) == (89, 90)
    assert found["rebased_score"] == Fraction(8900, 90)


def test_a_grade_is_given_on_the_unrounded_score():
    """89.5 is good; integer bands would leave it without a grade, rounding would lift it."""
    found = full_table(actual=Fraction(9, 2))
    assert (found["total_score"], found["total_grade"]) == (Fraction(179, 2), "good")
    assert found["rounded_grade"] == "excellent"


@settings(max_examples=10)
@given(st.lists(st.tuples(SHARES, st.integers(1, 60)), min_size=1, max_size=6))
def test_the_total_is_the_sum_of_shares_times_points(rows):
    """For any outputs: points add up to the level, the total to the shares by hand."""
    outputs = [output(f"o{n}", "quantity", target=1, actual=rate, points=weight)
               for n, (rate, weight) in enumerate(rows)]  # fmt: skip
    found = scored(outputs=outputs)
    expected = sum(min(rate, Fraction(1)) * weight for rate, weight in rows)
    assert found.score_levels.at[("p", "S2"), "score"] == expected
    gap = sum(weight for _, weight in rows) - 50
    assert found.score_levels.at[("p", "S2"), "points_gap"] == gap


@given(SHARES, SHARES)
def test_more_is_never_worse_under_a_positive_target(one_rate, other):
    """Monotone: at least as much done, at least as many points."""
    low, high = sorted((one_rate, other))
    assert points.at_least(low, 1).lowest <= points.at_least(high, 1).lowest
    assert points.at_most(low, 1).lowest >= points.at_most(high, 1).lowest


#: Rules of targets below zero: by hand, as the mirror of a target above zero.
BELOW_ZERO = {
    "at most -5, reached -3": (points.at_most(-3, -5), Fraction(3, 5)),
    "at most -5, reached -5": (points.at_most(-5, -5), 1),
    "at most -5, reached 2": (points.at_most(2, -5), 0),
    "at least -3, reached -6": (points.at_least(-6, -3), Fraction(1, 2)),
    "at least -3, reached 1": (points.at_least(1, -3), 1),
    "exactly -5, reached -4": (points.equal(-4, -5), Fraction(4, 5)),
    "exactly -5, reached -8": (points.equal(-8, -5), Fraction(5, 8)),
    "-5 to -2, reached -1": (points.within(-1, -5, -2), Fraction(1, 2)),
    "-5 to -2, reached -10": (points.within(-10, -5, -2), Fraction(1, 2)),
    "-5 to 2, reached 4": (points.within(4, -5, 2), Fraction(1, 2)),
}


@pytest.mark.parametrize("name", BELOW_ZERO)
def test_a_missed_target_below_zero_earns_less_than_full_points(name):
    """Growth of at most -5% and a fall of 3%: three fifths, and not 5 / 3 of the points."""
    earned, share = BELOW_ZERO[name]
    assert earned.lowest == earned.highest == share


def test_a_bound_below_zero_leaves_open_what_lies_under_it():
    """ "≤ -4" against "≥ -3": from nothing to three quarters; against "≤ -3" it is reached."""
    kept = {"operator": ">=", "target": -3, "actual": -4, "actual_operator": "<="}
    [share] = (
        scored(outputs=[output("o", "quantity", points=50, **kept)])
        .scores.loc[[("p", "o")], ["lowest_share", "highest_share"]]
        .values.tolist()
    )
    assert share[0] < Fraction(1, 10**9) and share[1] == Fraction(3, 4)
    met = {"operator": "<=", "target": -3, "actual": -4, "actual_operator": "<="}
    reached = scored(outputs=[output("o", "quantity", points=50, **met)])
    assert reached.scores.at[("p", "o"), "score"] == 50


# --- the public cases ---------------------------------------------------------------------------


def test_the_fishing_table_scores_100_and_draws_its_three_flags():
    """20 + 20 + 10 + 10 + 40 by the rules printed on the form."""
    found = evaluate(params.load([FISHING]), TABLE)
    assert found.totals.at["yangtze-fishing-2020", "total_score"] == 100
    assert sorted(found.scores["score"]) == [10, 10, 20, 20, 40]
    assert set(found.findings["code"]) == {
        "score_concentration", "score_bound", "score_no_benefit",
    }  # fmt: skip


def test_the_auxiliary_police_has_a_cap_that_cannot_bind():
    """512 ÷ 539 = 94.99%; 2,565 ÷ 512 = 5.0098 万元 a head; 3,584 ÷ 512 = 7 万元 exactly."""
    found = evaluate(params.load([POLICE]), TABLE)
    facts = Facts(found.facts, "fengdu-auxpolice-2022")
    assert round(float(facts.value("filling_rate")), 4) == 0.9499
    assert round(float(facts.value("budget_head_amount") / 1_000_000), 4) == 5.0098
    [row] = [row for _, row in found.findings.iterrows() if row["code"] == "score_loose_cap"]
    assert row["gap"] == 1019_000_000
    assert row["details"]["cap_head_amount"][0] == 7_000_000
    assert round(float(row["details"]["share"][0]), 4) == 0.7157
    assert facts.value("total_score") is pd.NA


# --- many projects, many frameworks -------------------------------------------------------------


def test_many_projects_are_scored_as_each_alone():
    """Under every framework, to the bit."""
    inputs = params.load(sorted((ROOT / "params").glob("*.yaml")))
    all_together = score_all(inputs, framework.known())
    assert [*all_together] == framework.known()
    for project in inputs.projects.index:
        for name, alone in score_all(select(inputs, [project]), framework.known()).items():
            for frame in ("scores", "score_levels", "totals", "earned_value"):
                mine = getattr(all_together[name], frame)
                mine = mine[mine.index.get_level_values(0) == project]
                assert mine.astype(str).to_dict() == getattr(alone, frame).astype(str).to_dict()


def test_projects_are_grouped_by_the_frameworks_they_name():
    """One evaluation a framework, with the projects that name it; a project may name several."""
    inputs = join([params.load([FISHING]), params.load([POLICE])])
    both = pd.Series([["self-evaluation-2020", "evaluation-2020"], ["self-evaluation-2020"]],
                     inputs.projects.index)  # fmt: skip
    inputs = replace(inputs, projects=inputs.projects.assign(frameworks=both))
    found = evaluate_all(inputs)
    assert {name: each.project_ids for name, each in found.items()} == {
        "self-evaluation-2020": ["yangtze-fishing-2020", "fengdu-auxpolice-2022"],
        "evaluation-2020": ["yangtze-fishing-2020"],
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_line_tells_totals_and_why_they_differ(capsys, lang):
    """`evalkit score` shows frameworks side by side; the other denominator is named."""
    names = ["--framework", "self-evaluation-2020", "evaluation-2020"]
    assert main(["score", str(FISHING), *names, "--lang", lang]) == 0
    said = capsys.readouterr().out
    assert {"zh": "到位", "en": "funds received"}[lang] in said
    assert main(["score", str(FISHING), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["projects"][0]["frameworks"][0]["total_score"] == "100"


def test_an_unknown_framework_is_refused(capsys):
    """With the names of those that there are."""
    assert main(["score", str(FISHING), "--framework", "none", "--lang", "en"]) == 2
    assert "self-evaluation-2020" in capsys.readouterr().err
