"""Earned value: published worked examples, identities, and the whole road from a params file."""

import random
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evalkit import params
from evalkit.evaluate import evaluate_all, score
from evalkit.facts import Facts, facts_of
from evalkit.model import inputs_of
from evalkit.report import Report
from evalkit.scoring.earned_value import earned_value
from evalkit.tables.catalogue import tabulators
from evalkit.words import Words
from tests.samples import FRAMEWORK, PROJECT, day, facts_with, of
from tests.test_scoring_cases import cases, read, same

NA = type(facts_with().value("no such figure"))
WHOLE = st.integers(1, 10**13)


@pytest.mark.parametrize("case", cases("earned_value"))
def test_a_published_example_gives_its_printed_answers(case):
    """Every answer that the source prints; none that it got from a ratio rounded half way."""
    found = earned_value(**{name: read(text)[0] for name, text in case["input"].items()})
    for name, text in case["expect"].items():
        assert same(found[name], str(text)), (name, found[name])
    for name, text in case.get("never", {}).items():
        assert not same(found[name], str(text)), (name, found[name])


def test_the_measures_by_hand():
    """BAC 1,000, PV 500, EV 300, AC 400: CPI 3/4, SPI 3/5, all exact."""
    assert earned_value(500, 300, 400, 1000) == {
        "cost_variance_amount": -100,
        "schedule_variance_amount": -200,
        "cost_index": Fraction(3, 4),
        "schedule_index": Fraction(3, 5),
        "estimate_by_cost_amount": Fraction(4000, 3),
        "estimate_by_plan_amount": 1100,
        "estimate_by_both_amount": Fraction(17600, 9),  # 400 + 700 ÷ 9/20
        "to_complete_amount": Fraction(2800, 3),
        "completion_variance_amount": Fraction(-1000, 3),
        "to_complete_budget_index": Fraction(7, 6),
        "to_complete_estimate_index": Fraction(3, 4),
    }


# --- what holds of any amounts --------------------------------------------------------------------


@given(WHOLE, WHOLE, WHOLE, WHOLE)
def test_the_identities_hold_to_the_last_fraction(planned, earned, actual, budget):
    """CV + AC = EV = SV + PV; ETC + AC = EAC = BAC − VAC; indices times their base are EV."""
    found = earned_value(planned, earned, actual, budget)
    assert found["cost_variance_amount"] + actual == earned
    assert found["schedule_variance_amount"] + planned == earned
    assert found["cost_index"] * actual == earned == found["schedule_index"] * planned
    estimate = found["estimate_by_cost_amount"]
    assert found["to_complete_amount"] + actual == estimate
    assert budget - found["completion_variance_amount"] == estimate
    assert estimate * earned == budget * actual


@given(WHOLE, WHOLE, WHOLE, WHOLE)
def test_to_meet_the_estimate_takes_the_performance_so_far(planned, earned, actual, budget):
    """TCPI against the estimate that CPI gives is CPI itself, unless nothing is left to do."""
    assume(earned != budget)
    found = earned_value(planned, earned, actual, budget)
    assert found["to_complete_estimate_index"] == found["cost_index"]


@given(st.integers(1, 10**6), st.integers(1, 10**6), WHOLE)
def test_indices_that_cancel_out_leave_the_plan(planned, actual, budget):
    """Where CPI × SPI is 1, EV² = PV × AC, and both indices together change nothing."""
    earned = planned * actual
    found = earned_value(planned**2, earned, actual**2, budget)
    assert found["cost_index"] * found["schedule_index"] == 1
    assert found["estimate_by_both_amount"] == found["estimate_by_plan_amount"]


# --- from contracts, instalments and payments -----------------------------------------------------

CONTRACTS = [
    of("a", amount=600, stated_delivered_amount=200),
    of("b", amount=300, stated_delivered_rate=Fraction(1, 3)),
    of("c", amount=120),  # by time: 8 of 12 months
]
PLAN = [
    of(f"{contract}{n}", contract=contract, due_on=day(due), stated_amount=amount)
    for contract, amount in (("a", 300), ("b", 150), ("c", 60))
    for n, due in enumerate(("2018-06-30", "2018-12-31"))
]
PAID = [of("x", paid_on=day("2018-06-30"), amount=400, instalment="a0"),
        of("y", paid_on=day("2018-12-30"), amount=99, instalment="a1")]  # fmt: skip
ELSEWHERE = of("z", due_on=day("2018-03-31"), stated_amount=77)
PARTS = ("planned_value", "earned_value", "actual_cost", "completion_budget")


def parts(project=None, **rows):
    """PV, EV, AC and BAC of a small project."""
    return parts_of(facts_with(project, **rows))


def parts_of(facts):
    return tuple(facts.value(f"{part}_amount") for part in PARTS)


def test_all_contracts_count_together():
    """EV 200 + 100 + 80, PV the first halves, AC what was paid by the date, BAC the sum."""
    assert parts(contracts=CONTRACTS, instalments=PLAN, payments=PAID) == (510, 380, 400, 1020)


def test_the_order_of_contracts_changes_nothing():
    """Nor that of instalments and payments: every order of the first, any of the others.

    Each order is a project of its own, all evaluated together.
    """
    shuffle = random.Random(2018)
    rows = {"projects": [], "contracts": [], "instalments": [], "payments": []}
    orders = [*permutations(CONTRACTS)] * 10
    names = [f"p{n}" for n in range(len(orders))]
    for name, contracts in zip(names, orders, strict=True):
        instalments, payments = [*PLAN, ELSEWHERE], [*PAID]
        shuffle.shuffle(instalments)
        shuffle.shuffle(payments)
        mine = {"projects": [PROJECT], "contracts": contracts, "instalments": instalments,
                "payments": payments}  # fmt: skip
        for frame, its in mine.items():
            rows[frame] += [each | {"project_id": name} for each in its]
    found = facts_of(score(inputs_of(rows), FRAMEWORK))
    assert {parts_of(Facts(found, name)) for name in names} == {(510, 380, 400, 1020)}


def test_what_is_planned_and_paid_elsewhere_does_not_count():
    """An instalment of no contract and its payment belong to the budget, not to the contracts."""
    other = of("w", paid_on=day("2018-04-01"), amount=77, instalment="z")
    rows = {"contracts": CONTRACTS, "instalments": [*PLAN, ELSEWHERE], "payments": [*PAID, other]}
    assert parts(**rows) == (510, 380, 400, 1020)
    facts = facts_with(**rows)
    assert (facts.value("due_amount"), facts.value("executed_amount")) == (587, 477)
    assert facts["actual_cost_amount"].way == "contracts"
    # So does a payment that names no instalment where the others do.
    unnamed = of("w", paid_on=day("2018-04-01"), amount=77)
    assert parts(**rows | {"instalments": PLAN, "payments": [*PAID, unnamed]})[2] == 400


def test_a_missing_plan_is_no_plan_of_zero():
    """One contract without instalments: no PV, and nothing that needs it."""
    facts = facts_with(contracts=CONTRACTS, instalments=PLAN[:4], payments=PAID)
    for name in ("planned_value_amount", "schedule_variance_amount", "schedule_index",
                 "estimate_by_both_amount"):  # fmt: skip
        assert isinstance(facts.value(name), NA), name
    assert facts.value("cost_index") == Fraction(380, 400)
    assert facts.value("estimate_by_plan_amount") == 400 + 1020 - 380


def test_a_stated_plan_stands_for_a_missing_one():
    """But not where some of the money is known to go elsewhere: it may plan for that too."""
    project = {"stated_planned_amount": 500}
    rows = {"contracts": CONTRACTS, "payments": PAID[:1]}
    assert parts(project, **rows, instalments=PLAN[:4])[0] == 500
    assert isinstance(parts(project, **rows, instalments=[*PLAN[:4], ELSEWHERE])[0], NA)


def test_payments_that_are_not_known_are_not_zero():
    """Without payments or a stated amount there is no AC; with none so far it is 0."""
    rows = {"contracts": CONTRACTS, "instalments": PLAN}
    assert isinstance(parts(**rows)[2], NA)
    assert parts(**rows, payments=PAID[1:])[2] == 0
    assert parts({"stated_executed_amount": 333}, **rows)[2] == 333


def test_without_contracts_there_is_no_earned_value():
    """Neither figures nor a table."""
    assert all(isinstance(each, NA) for each in parts(payments=PAID))


@pytest.mark.parametrize(
    ("stated", "rate", "way", "delivered"),
    [
        ({"stated_delivered_rate": Fraction(5, 8)}, Fraction(5, 8), "stated", 375),
        ({"stated_delivered_amount": 450}, Fraction(3, 4), "certified", 450),
        ({}, Fraction(2, 3), "service", 400),
    ],
)
def test_what_a_contract_says_of_its_service_goes_before_time(stated, rate, way, delivered):
    """A share, the value of certified work, or else 8 of 12 months; what is paid ahead follows."""
    year = {"service_start_on": day("2018-01-01"), "service_end_on": day("2018-12-31")}
    facts = facts_with(contracts=[of("a", amount=600, **year, **stated)],
                       payments=[of("x", paid_on=day("2018-06-30"), amount=420)])  # fmt: skip
    assert facts["contracts.a.service_rate"][1::3] == (rate, way)
    assert facts.value("contracts.a.delivered_amount") == facts.value("delivered_amount")
    assert facts.value("delivered_amount") == facts.value("earned_value_amount") == delivered
    assert facts.value("ahead_gap") == 420 - delivered
    assert facts.value("ahead_rate") == Fraction(420 - delivered, 600)


# --- from a file to the page ----------------------------------------------------------------------

#: The exercise of K. Schwalbe (cases/earned_value.yaml) as a contract with certified work.
FILE = """
evalkit: 1
id: schwalbe
framework: [monitoring-2019, self-evaluation-2020]
units: {amount: 元, unit_cost: 元}
project:
  name: 一年期项目
  year: 2025
  category: one_off
  period: {start: 2025-01-01, end: 2025-12-31}
  tracking: {start: 2025-01-01, as_of: 2025-02-28}
parties: {implementing_unit: 示例单位}
budget: {approved: 120000}
contracts:
  - {id: c, contractor: 乙, procurement: other, amount: 120000, delivered_amount: 20000}
instalments:
  - {id: i1, contract: c, due: 2025-02-28, amount: 23000}
  - {id: i2, contract: c, due: 2025-12-31, amount: 97000}
payments:
  - {id: p, on: 2025-02-20, amount: 25000, instalment: i1}
"""


@pytest.fixture(scope="module")
def evaluations(tmp_path_factory):
    """The file under each framework that it names."""
    path = tmp_path_factory.mktemp("earned") / "schwalbe.yaml"
    path.write_text(FILE, "utf-8")
    return evaluate_all(params.load([path]))


def test_a_published_example_goes_the_whole_road(evaluations):
    """From the params file to facts, under a framework that grades and one that scores."""
    assert list(evaluations) == ["monitoring-2019", "self-evaluation-2020"]
    [case] = [each.values[0] for each in cases("earned_value") if "Schwalbe" in str(each.values)]
    for evaluation in evaluations.values():
        facts = Facts(evaluation.facts, "schwalbe")
        for name, text in case["expect"].items():
            assert same(facts.value(name), str(text)), name
        assert facts["contracts.c.stated_delivered_amount"].place.endswith("schwalbe.yaml:15")


@pytest.mark.parametrize(
    ("lang", "sentence", "row"),
    [
        ("zh", "付款超前于服务", ["成本绩效指数（CPI）", "0.8",
                             "挣值（EV） ÷ 实际成本（AC） = 20,000.00 ÷ 25,000.00 元"]),
        ("en", "payment in advance and not an overrun", ["Cost performance index (CPI)", "0.8",
         "Earned value (EV) ÷ Actual cost (AC) = 20,000.00 ÷ 25,000.00 (CNY)"]),
    ],
)  # fmt: skip
def test_it_is_told_and_tabulated_under_any_framework(evaluations, lang, sentence, row):
    """Words, table and chart are there; the certified work is named as what EV rests on."""
    basis = {"zh": "经认定的工作量", "en": "work that was certified"}
    for evaluation in evaluations.values():
        report = Report(evaluation, "schwalbe", Words(lang, "元", "元"))
        assert sentence in report.say("earned_value").html
        assert basis[lang] in report.say("earned_value").html
        grid = tabulators()["earned_value"](evaluation, "schwalbe", report.words).grid()
        assert row in grid and len(grid) == 16
        assert report.plot("earned_value") is not None


def test_what_cannot_be_evaluated_stands_in_the_table(evaluations, tmp_path):
    """Without a plan the rows of SPI and of what needs it are there and say so."""
    path = tmp_path / "schwalbe.yaml"
    path.write_text(FILE[: FILE.index("instalments:")] + "payments:\n"
                    "  - {id: p, on: 2025-02-20, amount: 25000}\n", "utf-8")  # fmt: skip
    evaluation = evaluate_all(params.load([path]))["monitoring-2019"]
    table = tabulators()["earned_value"](evaluation, "schwalbe", Words("zh", "元"))
    rows = {row[0]: row[1] for row in table.grid()}
    assert rows["进度绩效指数（SPI）"] == rows["计划价值（PV）"] == "无法评价"
    assert rows["成本绩效指数（CPI）"] == "0.8"
