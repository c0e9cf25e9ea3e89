"""One project under several frameworks: totals side by side, and why they differ."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pandas as pd

from evalkit import framework
from evalkit.evaluate import evaluate_all, score_all
from evalkit.facts import Facts
from evalkit.model import select
from evalkit.narrative.comparison import tell_comparison
from evalkit.params import load
from evalkit.scoring.comparison import compared as compare
from tests.samples import inputs_with, of

ROOT = Path(__file__).parents[1]
CLINICS = "clinics-2023"
TABLE, BANDED, TREE, TRACKING = (
    "self-evaluation-2020", "self-evaluation-2021", "evaluation-2020", "minhang-tracking-2018",
)  # fmt: skip


def compared(names, project=None, **rows):
    """The comparison and the kinds of one small project, under its first framework."""
    usual = {"framework": names[0], "stated_executed_amount": 900}
    found = evaluate_all(inputs_with(usual | (project or {}), **rows), names)[names[0]]
    return found.comparison.droplevel(0), found.kinds.droplevel(0), found


def test_totals_stand_side_by_side():
    """Executed 900 of 1,000: 9 of 10 points under the one, 7 under the bands of the other."""
    totals, kinds, _ = compared([TABLE, BANDED, TRACKING])
    assert list(totals.index) == [TABLE, BANDED, TRACKING]
    assert list(totals["lowest_total_score"][:2]) == [9, 7]
    assert list(totals["highest_total_score"][:2]) == [99, 97]
    assert totals.at[TRACKING, "full_points"] is pd.NA
    assert kinds.loc[f"{TABLE}.execution", ["points", "score"]].tolist() == [10, 9]
    assert kinds.loc[f"{BANDED}.execution", ["points", "score"]].tolist() == [10, 7]
    assert kinds.at[f"{TABLE}.execution", "rules"] == ["ratio"]
    assert kinds.at[f"{BANDED}.execution", "rules"] == ["banded"]


def test_the_denominator_is_told():
    """Received 600 of 1,000: 90% of the budget is 150% of what came in."""
    funding = [of("own", budget_amount=1000, received_amount=600)]
    _, kinds, found = compared([TABLE, TREE], funding=funding)
    rates = [kinds.at[f"{name}.execution", "rate"] for name in (TABLE, TREE)]
    assert rates == [Fraction(9, 10), Fraction(3, 2)]
    told = [each for variant, extra in tell_comparison(found, "p") if variant == "why"
            for each in extra["reasons"]]  # fmt: skip
    [(_, extra)] = [each for each in told if each[0] == "other_formula_rates"]
    assert extra["methods"] == ["method.execution_rate"]
    assert extra["other_methods"] == ["method.received_execution_rate"]
    assert (extra["rate"].value, extra["other_rate"].value) == tuple(rates)


def test_points_of_a_kind_add_up_to_the_total():
    """Whatever the framework, the kinds hold every point that applies, and every score."""
    inputs = load(sorted((ROOT / "params").glob("*.yaml")))
    for found in compare(score_all(inputs, framework.known())).values():
        for (project, name), row in found.comparison.iterrows():
            mine = found.kinds.loc[project]
            mine = mine[mine["framework"] == name]
            if pd.notna(row["full_points"]):
                assert mine["points"].sum() == row["full_points"] - row["excluded_points"]
                assert mine["lowest_score"].sum() == row["lowest_total_score"]


def test_a_project_compares_as_alone():
    """Many at once, to the bit: what is said of one does not depend on the others."""
    inputs = load(sorted((ROOT / "params").glob("*.yaml")))
    names = [TABLE, TREE]
    together = compare(score_all(inputs, names))[TABLE]
    for project in inputs.projects.index:
        alone = compare(score_all(select(inputs, [project]), names))[TABLE]
        for frame in ("comparison", "kinds"):
            mine = getattr(together, frame)
            mine = mine[mine.index.get_level_values(0) == project]
            assert mine.astype(str).to_dict() == getattr(alone, frame).astype(str).to_dict()


def test_the_figures_of_a_comparison_are_facts():
    """The total of each framework can be looked up beside the project's own."""
    inputs = load([ROOT / "params" / f"{CLINICS}.yaml"])
    found = evaluate_all(inputs)
    facts = Facts(found[TREE].facts, CLINICS)
    other = Facts(found[TABLE].facts, CLINICS)
    assert facts.value(f"comparison.{TREE}.rebased_score") == facts.value("rebased_score")
    assert facts.value(f"comparison.{TABLE}.rebased_score") == other.value("rebased_score")
    gap = other.value("rebased_score") - facts.value("rebased_score")
    assert facts.value(f"comparison.{TABLE}.first_gap") == gap


def test_under_one_framework_there_is_nothing_to_compare():
    """No section, no sentence."""
    found = evaluate_all(inputs_with({"framework": TABLE, "frameworks": [TABLE]}))[TABLE]
    assert tell_comparison(found, "p") == []
    assert found.kinds.empty


def test_frameworks_that_score_alike_are_said_to():
    """A copy under another name differs in nothing."""
    form = framework.load(TABLE)
    inputs = inputs_with({"framework": TABLE, "stated_executed_amount": 900})
    inputs = replace(inputs, frameworks={"copy": replace(form, id="copy")})
    found = evaluate_all(inputs, [TABLE, "copy"])[TABLE]
    assert [variant for variant, _ in tell_comparison(found, "p")][-1] == "same"
