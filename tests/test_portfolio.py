"""Many projects as one: every figure by hand, what is missing stays out, the order of visits."""

from datetime import date
from fractions import Fraction
from importlib.resources import files

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit import framework
from evalkit.batch import INDEX as BATCH_INDEX
from evalkit.evaluate import evaluate_all
from evalkit.export import as_json, summary_data
from evalkit.model import Text
from evalkit.params import load
from evalkit.portfolio_model import (
    figures,
    light_names,
    light_rules,
    reasons,
    spread_figures,
)
from evalkit.scoring.portfolio import by_authority, grouped, portfolio_totals
from evalkit.scoring.spread import amount_edges, grid, histogram, place_in, round_edges
from evalkit.scoring.visits import light
from evalkit.sentences import languages, variants
from evalkit.summaries import INDEX, exact_value, load_summaries, read_summary
from evalkit.survey import survey
from evalkit.terms import is_missing
from evalkit.words import Words
from evalkit.work import Outcome
from tests.portfolio_folders import seven, write_batch, write_project
from tests.samples import PARAMS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The seven projects."""
    return seven(tmp_path_factory.mktemp("seven"))


@pytest.fixture(scope="module")
def portfolio(folder):
    """All that is known of them together."""
    return survey(load_summaries(folder))


BY_HAND = {
    "project_count": 7, "reported_count": 5, "unreported_count": 2, "framework_count": 2,
    "authority_count": 2,
    "earliest_as_of": date(2024, 8, 31), "latest_as_of": date(2024, 9, 30),
    # 1000 + 3000 + 2000 + 4000; f is not counted, e has none
    "budget_total_amount": 10_000, "budget_known_count": 4,
    # 600 + 900 + 4000 + 50
    "executed_all_amount": 5550, "executed_known_count": 4,
    # 500 + 1800 + 700
    "planned_all_amount": 3000, "planned_known_count": 3,
    # a, b, d have both budget and execution
    "rated_executed_amount": 5500, "rated_budget_amount": 8000, "rated_count": 3,
    "overall_execution_rate": Fraction(11, 16),
    # a, b, c have both budget and plan
    "scheduled_planned_amount": 3000, "scheduled_budget_amount": 6000, "scheduled_count": 3,
    "overall_planned_rate": Fraction(1, 2),
    # a, b have both execution and plan
    "paced_executed_amount": 1500, "paced_planned_amount": 2300, "paced_count": 2,
    "overall_accuracy_rate": Fraction(15, 23), "overall_gap_amount": -800,
    "open_error_count": 13, "open_warning_count": 2, "open_note_count": 0,
    "open_finding_count": 15, "all_accepted_count": 1, "erring_count": 2, "check_count": 2,
    "visit_count": 3,
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_a_figure_of_the_whole_is_that_made_by_hand(portfolio, name):
    """Sums over those that have the figure, rates of sums, counts."""
    assert portfolio.facts[name].value == BY_HAND[name]


def test_every_figure_is_made_by_hand_here():
    """The list above leaves out none."""
    assert set(BY_HAND) == set(figures())


def test_a_formula_gives_the_value_beside_it(portfolio):
    """Each quotient, sum and difference follows from the figures that it names."""
    values = {name: fact.value for name, fact in portfolio.facts.items() if "." not in name}
    tried = 0
    for name, about in figures().items():
        formula = about.get("formula", "")
        if formula and "sum(" not in formula:
            parts = {each: Fraction(values[each]) for each in portfolio.facts[name].inputs}
            assert eval(formula, {}, parts) == values[name], name
            tried += 1
    assert tried == 6


def test_lights_group_the_projects(portfolio):
    """One of each; the grade of points and the verdict of another framework have theirs."""
    assert portfolio.lights["project_count"].to_dict() == dict.fromkeys(light_names(), 1)
    assert portfolio.needs["light"].to_dict() | {"f": None, "g": None} == {
        "a": "normal", "b": "has_serious_problems", "c": "not_judged", "d": "basically_normal",
        "e": "has_problems", "f": None, "g": None,
    }  # fmt: skip
    serious = portfolio.lights.loc["has_serious_problems"]
    assert (serious["budget_amount"], serious["execution_rate"]) == (3000, Fraction(3, 10))
    poor = portfolio.lights.loc["has_problems"]
    assert is_missing(poor["budget_amount"]) and poor["executed_amount"] == 50


def test_authorities_group_the_projects(portfolio):
    """The larger budget first; who names no supervising department counts under its unit."""
    found = portfolio.authorities
    assert [each if is_missing(each) else str(each) for each in found["name"]] == [
        "Bureau B", "Bureau A", pd.NA,
    ]  # fmt: skip
    # b 3000 and d 4000 spent 900 and 4000, b is visited; a 1000 and c 2000, of which a spent 600
    assert found.loc["1"].tolist()[1:] == [2, 7000, 4900, Fraction(7, 10), 2, 1]
    assert found.loc["2"].tolist()[1:] == [2, 3000, 600, Fraction(3, 5), 1, 0]
    assert found.loc["3"].tolist()[1:] == [1, pd.NA, 50, pd.NA, 0, 0]
    assert portfolio.facts["authorities.1.execution_rate"].value == Fraction(7, 10)


def test_a_body_is_named_in_both_languages_where_one_project_does():
    """Bodies are the same where they are written the same in the first language."""
    names = [Text("甲局", "甲局"), Text("甲局", "Bureau A"), Text("甲局", "A")]
    table = pd.DataFrame({"authority": pd.Series(names, list("pqr"), dtype="object")})
    found = by_authority(table, dict.fromkeys("pqr", False))
    assert found["name"].tolist() == [Text("甲局", "Bureau A")]
    assert found["project_count"].tolist() == [3]


def test_the_order_of_visits_is_that_of_the_points(portfolio):
    """By hand: 4+3+2+2+1, twice 4 without a report, 1+2, 1, none; then the larger budget."""
    needs = portfolio.needs
    assert needs["points"].to_dict() == {"b": 12, "f": 4, "g": 4, "c": 3, "e": 1, "d": 0, "a": 0}
    assert list(needs.index) == ["b", "f", "g", "c", "e", "d", "a"]
    assert needs.at["b", "reasons"] == (
        "serious", "far_behind", "errors", "many_errors", "late_payments",
    )  # fmt: skip
    assert needs.at["c", "reasons"] == ("errors", "not_judged")
    assert [name for name in needs.index if needs.at[name, "is_visited"]] == ["b", "f", "g"]


def test_orders_hold_the_projects_with_the_figure(portfolio):
    """Falling by budget and score, rising by rate; what has no figure is not ranked."""
    assert portfolio.orders == {
        "by_need": ["b", "c", "e", "d", "a"], "by_budget": ["d", "b", "c", "a"],
        "by_rate": ["b", "a", "d"], "by_score": ["d"],
    }  # fmt: skip


def test_spreads_are_exact(portfolio):
    """Between neighbours the quantiles lie on the line: of 3/10, 3/5 and 1."""
    row = portfolio.spreads.loc["execution_rate"]
    assert row.tolist() == [
        3, Fraction(3, 10), Fraction(9, 20), Fraction(3, 5), Fraction(4, 5), 1,
    ]  # fmt: skip
    assert portfolio.facts["spreads.middle.execution_rate"].value == Fraction(3, 5)


def test_checks_are_counted_by_light(portfolio):
    """What was accepted does not count; a project counts once however often a check finds."""
    fee = portfolio.checks.loc["fee_base"]
    assert (fee["severity"], fee["project_count"], fee["finding_count"]) == ("error", 2, 13)
    assert [fee[each] for each in light_names()] == [0, 0, 0, 1, 1]
    assert [fee[f"{each}_shade"] for each in light_names()] == [0, 0, 0, 4, 4]
    assert portfolio.facts["checks.fee_base.has_serious_problems"].value == 1


def test_histograms_count_every_project_once(portfolio):
    """The three rates in their tenths; 100% belongs to the last of them."""
    bins = portfolio.bins["execution_rate"]
    found = {row["low"]: row["count"] for _, row in bins.iterrows() if row["count"]}
    assert found == {Fraction(3, 10): 1, Fraction(3, 5): 1, Fraction(9, 10): 1}


def test_two_figures_at_once(portfolio):
    """Budgets of 10, 30 and 40 yuan between round edges, with the tenth of their rate."""
    table = portfolio.grids["execution_rate"]
    assert table[["low", "high", "up_low"]].to_numpy().tolist() == [
        [1000, 2000, Fraction(3, 5)], [2000, 5000, Fraction(3, 10)], [2000, 5000, Fraction(9, 10)],
    ]  # fmt: skip


def test_a_failure_has_no_figures(portfolio):
    """Neither the older results of a project that failed, nor those of a broken file."""
    failures = portfolio.summaries.failures
    assert failures.at["f", "first_line"] == "division by zero"
    assert failures.at["g", "error"] == "UnreadableSummary"
    assert "f" not in portfolio.projects.index


def test_a_reader_gets_the_report_of_the_other_language_if_need_be(portfolio):
    """Of a project without any page there is no link."""
    pages = portfolio.summaries.pages
    assert pages["a", "en"] == "report.en.html" and pages["d", "en"] == "report.zh.html"
    assert ("e", "zh") not in pages


def test_of_nothing_there_is_nothing(tmp_path):
    """A folder that is empty, or is not there, is a portfolio of no project."""
    for path in (tmp_path, tmp_path / "gone"):
        nothing = survey(load_summaries(path))
        counts = {name: fact.value for name, fact in nothing.facts.items() if fact.unit == "count"}
        assert set(counts.values()) == {0}
        assert is_missing(nothing.facts["overall_execution_rate"].value)
        assert nothing.needs.empty and nothing.checks.empty and not nothing.bins


def test_failures_alone(tmp_path):
    """Where every project failed, they are all there is, and all need a visit."""
    write_batch(tmp_path, ("x", "no"), ("y", "no"))
    found = survey(load_summaries(tmp_path))
    assert found.facts["project_count"].value == 2 == found.facts["visit_count"].value


BROKEN = {
    "no_json": "{", "a_list": "[]", "no_facts": '{"framework": "x", "about": {"year": null}}',
    "no_number": None,
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_summary_is_a_failure_of_that_project_alone(tmp_path, kind):
    """It is told, and the others are counted."""
    write_project(tmp_path, "good", budget_amount=5)
    write_project(tmp_path, "bad", budget_amount="1.2.3")
    if BROKEN[kind] is not None:
        (tmp_path / "bad" / "summary.json").write_text(BROKEN[kind], "utf-8")
    found = load_summaries(tmp_path)
    assert list(found.projects.index) == ["good"]
    assert found.failures.at["bad", "error"] == "UnreadableSummary"


def test_values_come_back_exactly(tmp_path):
    """A shipped project's summary, written and read, holds the very facts of its evaluation."""
    name = "clinics-2023"
    evaluation = evaluate_all(load([str(PARAMS / f"{name}.yaml")]))["evaluation-2020"]
    data = summary_data(evaluation, name)
    path = tmp_path / name / "summary.json"
    path.parent.mkdir()
    path.write_text(as_json(data), "utf-8")
    values = read_summary(path)["values"]
    facts = evaluation.facts.loc[name]["value"]
    compared = [each for each in facts.index if "." not in each]
    assert len(compared) > 80
    for each in compared:
        if is_missing(facts[each]):
            assert is_missing(values[each]), each
        else:
            assert values[each] == facts[each], each
    assert isinstance(values["name"], Text)


@given(st.fractions(), st.integers(-(10**30), 10**30))
def test_a_number_is_read_as_it_was_written(fraction, whole):
    """However large, with a sign or without."""
    assert exact_value(str(fraction), "rate") == fraction
    assert exact_value(str(whole), "amount") == whole


def test_a_plan_of_a_part_is_no_share_of_a_budget():
    """And it is set against what was paid of that part, not against all that was."""
    table = pd.DataFrame(
        {
            "executed_amount": [700, 300], "planned_amount": [500, 200],
            "budget_amount": [1000, 400], "execution_gap": [-100, 100],
            "is_plan_partial": [True, False],
        },
        dtype="object",
    )  # fmt: skip
    found = portfolio_totals(table)
    assert (found["scheduled_planned_amount"], found["scheduled_count"]) == (200, 1)
    # 500 - 100 and 200 + 100 of 500 and 200
    assert (found["paced_executed_amount"], found["paced_planned_amount"]) == (700, 700)
    assert found["overall_execution_rate"] == Fraction(5, 7)


@given(st.lists(st.tuples(st.integers(0, 10**12) | st.none(), st.integers(1, 10**12))))
def test_the_whole_is_that_of_its_groups(rows):
    """Totals of groups add up to the total; the order of projects changes nothing."""
    table = pd.DataFrame(
        {
            "executed_amount": pd.Series(
                [pd.NA if x is None else x for x, _ in rows], dtype="object"
            ),
            "budget_amount": pd.Series([y for _, y in rows], dtype="object"),
        }
    )
    groups = pd.Series([str(n % 3) for n in range(len(rows))], dtype="object")
    whole = portfolio_totals(table)
    parts = grouped(table, groups, ["0", "1", "2"])
    if rows:
        assert sum(parts["budget_amount"]) == whole["budget_total_amount"]
        assert sum(parts["rated_count"]) == whole["rated_count"]
    assert portfolio_totals(table.iloc[::-1]) == whole or not rows


@given(st.lists(st.integers(-(10**9), 10**12), min_size=1))
def test_a_histogram_loses_nobody(amounts):
    """Every amount lies in one bin, whatever the edges that were found for them."""
    ordered = sorted(amounts)
    edges = amount_edges(ordered)
    assert edges == sorted(set(edges)) and len(edges) <= 20
    bins = histogram(amounts, edges)
    assert sum(bins["count"]) == len(amounts)
    for value in amounts:
        place = place_in(value, edges)
        assert place == -1 or place == len(edges) - 1 or edges[place] <= value <= edges[place + 1]


@given(st.lists(st.integers(1, 10**16), min_size=1))
def test_fields_lose_nobody(budgets):
    """Also where the least and the largest budget are far apart, the columns stay few."""
    table = pd.DataFrame(
        {
            "budget_amount": pd.Series(budgets, dtype="object"),
            "execution_rate": pd.Series([Fraction(1, 2)] * len(budgets), dtype="object"),
        }
    )
    found = grid(table, "budget_amount", "execution_rate", [0, 1])
    assert sum(found["count"]) == len(budgets)
    assert len(round_edges(min(budgets), max(budgets))) <= 20


def test_every_verdict_of_every_framework_has_a_light():
    """Of the frameworks that evalkit has; and every grade of those that give points."""
    for name in framework.known():
        mine = framework.load(name)
        for verdict in mine.settings["verdict"]["verdicts"]:
            assert ("verdict", verdict) in light_rules(), (name, verdict)
        for grade in mine.grades if mine.is_scored else ():
            assert ("grade", grade) in light_rules(), (name, grade)
    assert light("none_such") == "not_judged"


@pytest.mark.parametrize("lang", languages())
def test_every_rule_and_figure_has_its_words(lang):
    """Lights, reasons, figures, spreads, checks."""
    words = Words(lang)
    assert all(words.term(f"light.{each}") for each in light_names())
    assert all(words.term(f"visit_reason.{each.name}") for each in reasons())
    assert all(words.term(name) for name in (*figures(), *spread_figures()))
    assert all(words.term(each.measure) for each in reasons() if each.measure)
    assert "fee_base" in variants(lang, "checks")


def test_what_a_batch_calls_a_failure_is_one_here():
    """The name of the index and the statuses are those of the batch."""
    from evalkit.summaries import FAILED

    assert INDEX == BATCH_INDEX
    statuses = ("made", "up_to_date", "failed", "faulty")
    assert [each for each in statuses if Outcome("p", "x", each).is_failure] == [*FAILED]


def test_the_rules_say_that_they_are_assumed():
    """The file of rules names its sources, or says that it has none."""
    text = (files("evalkit") / "portfolio.yaml").read_text("utf-8")
    assert text.count("assumed") >= 3
