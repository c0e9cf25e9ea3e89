"""Projects at the edge: what is not there is missing, and nothing breaks."""

from fractions import Fraction

import pandas as pd
import pytest

from evalkit.evaluate import evaluate
from evalkit.facts import Facts
from evalkit.model import inputs_of
from tests.samples import FRAMEWORK, PROJECT, day, of, wrong_figures

NA = pd.NA
LARGE = 9 * 10**18  # nearly as much as an int64 holds
LINE = {"group": "service", "base": []}
CONTRACT = of("c", amount=900)
THIRDS = [of(f"i{n}", contract="c", share_rate=Fraction(1, 3), due_on=day(f"2018-0{n}-28"))
          for n in (3, 6, 9)]  # fmt: skip
FEE = of("fee", group="management_fee", declared_amount=90, fee_rate=Fraction(1, 10), base=["a"])
PIECES = {"target_unit": "件", "planned_unit": "件", "actual_unit": "件"}

#: What is told about a project, and what follows for some of its figures.
EDGES = {
    "nothing but a budget": (
        {},
        {"budget_amount": 1000, "executed_amount": NA, "execution_rate": NA, "planned_amount": NA,
         "approved_count": NA, "labour_amount": NA, "declared_total_amount": NA, "last_year": NA,
         "contract_amount": NA, "late_instalment_count": 0, "next_due_on": NA, "graded_count": 0,
         "elapsed_rate": Fraction(2, 3), "verdict": "cannot_be_evaluated",
         "forecast": "cannot_be_evaluated", "unevaluable_count": 20, "worst_rate": NA},
    ),
    "no contract, money stated": (
        {"project": {"stated_executed_amount": 600, "stated_planned_amount": 500}},
        {"executed_amount": 600, "planned_rate": Fraction(1, 2), "execution_gap": 100,
         "execution_accuracy_rate": Fraction(6, 5), "contract_execution_rate": NA,
         "unspent_contract_amount": NA, "ceiling_rate": NA},
    ),
    "a plan stated beside a smaller contract": (
        {"project": {"stated_planned_amount": 500}, "contracts": [of("c", amount=100)]},
        {"planned_rate": Fraction(1, 2), "budget_planned_amount": 500},
    ),
    "instalments and no payment": (
        {"contracts": [CONTRACT], "instalments": THIRDS},
        {"executed_amount": NA, "planned_amount": 600, "late_instalment_count": 2,
         "instalments.i3.payment_delay_days": 156, "instalments.i9.payment_delay_days": NA,
         "outstanding_total_amount": 900, "planned_rate": Fraction(2, 3)},
    ),
    "payments and no instalment": (
        {"payments": [of("p", paid_on=day("2018-05-01"), amount=400)]},
        {"executed_amount": 400, "planned_amount": NA, "execution_accuracy_rate": NA,
         "schedule_amount": NA, "straight_line_amount": 600},
    ),
    "payments after the tracking date": (
        {"project": {"stated_executed_amount": 7},
         "payments": [of("p", paid_on=day("2018-09-01"), amount=400)]},
        {"executed_amount": 0, "execution_rate": 0},
    ),
    "a contract without instalments": (
        {"contracts": [CONTRACT]},
        {"contract_amount": 900, "planned_amount": NA, "due_amount": NA, "delivered_amount": 600,
         "ahead_gap": NA},
    ),
    "a budget of nothing": (
        {"project": {"initial_amount": 0},
         "payments": [of("p", paid_on=day("2018-05-01"), amount=4)],
         "lines": [of("a", declared_amount=0, **LINE)]},
        {"budget_amount": 0, "execution_rate": NA, "lines.a.share_rate": NA, "ceiling_rate": NA,
         "unspent_budget_amount": -4, "planned_rate": NA},
    ),
    "tracked before it starts": (
        {"project": {"as_of": day("2017-12-15"), "stated_executed_amount": 0}},
        {"elapsed_months": 0, "elapsed_rate": 0, "average_month_amount": NA, "calendar_amount": 0,
         "straight_line_amount": NA, "remaining_months": 12,
         "needed_month_amount": Fraction(250, 3)},
    ),
    "tracked after its end": (
        {"project": {"as_of": day("2019-03-31"), "stated_executed_amount": 600}},
        {"elapsed_months": 12, "elapsed_rate": 1, "remaining_months": 0, "needed_month_amount": NA,
         "straight_line_amount": 600, "calendar_amount": 1000},
    ),
    # three years of work, of which 2018 is the second: 8 of its 12 months, not 20 of 36
    "the second of three years": (
        {"project": {"period_start_on": day("2017-01-01"), "period_end_on": day("2019-12-31"),
                     "stated_executed_amount": 600}},
        {"period_months": 12, "elapsed_months": 8, "elapsed_rate": Fraction(2, 3),
         "straight_line_amount": 900, "pace_gap": Fraction(600, 1000) - Fraction(2, 3)},
    ),
    # from May on: 4 of the 8 months that lie in 2018
    "the first year begins in spring": (
        {"project": {"period_start_on": day("2018-05-01"), "period_end_on": day("2019-04-30"),
                     "stated_executed_amount": 600}},
        {"period_months": 8, "elapsed_months": 4, "elapsed_rate": Fraction(1, 2)},
    ),
    # tracked in a year that its budget is not for: the whole period counts, 14 of 24 months
    "tracked in the year after its budget": (
        {"project": {"period_start_on": day("2018-01-01"), "period_end_on": day("2019-12-31"),
                     "as_of": day("2019-02-28"), "stated_executed_amount": 600}},
        {"period_months": 24, "elapsed_months": 14, "elapsed_rate": Fraction(7, 12)},
    ),
    "an adjustment still to come": (
        {"adjustments": [of("cut", adjusted_on=day("2018-09-01"), adjustment_amount=-200)]},
        {"adjustment_amount": 0, "budget_amount": 1000},
    ),
    "a cut on the tracking date and a rise": (
        {"adjustments": [of("cut", adjusted_on=day("2018-08-31"), adjustment_amount=-200),
                         of("rise", adjusted_on=day("2018-02-01"), adjustment_amount=50)]},
        {"adjustment_amount": -150, "budget_amount": 850, "years.2018.year_budget_amount": 850},
    ),
    "two contracts, one without service dates": (
        {"contracts": [of("a", amount=300, service_start_on=day("2018-07-01"),
                          service_end_on=day("2018-10-31")), of("b", amount=600)]},
        {"contract_amount": 900, "contracts.a.delivered_amount": 150, "delivered_amount": 550,
         "contracts.b.service_rate": Fraction(2, 3), "contracts.b.signing_delay_days": NA},
    ),
    "earlier years with the project's own among them": (
        {"prior_years": [of("2018", year_budget_amount=1, year_executed_amount=1),
                         of("2015", year_budget_amount=400, year_executed_amount=300),
                         of("2016", year_budget_amount=0, year_executed_amount=0),
                         of("999", year_budget_amount=5, year_executed_amount=5)]},
        {"last_year": "2016", "last_execution_rate": NA, "budget_growth_amount": 1000,
         "budget_growth_rate": NA, "years.2015.year_execution_rate": Fraction(3, 4),
         "years.2018.year_budget_amount": 1000, "years.2018.year_executed_amount": NA},
    ),
    "amounts of one fen": (
        {"project": {"initial_amount": 1},
         "payments": [of("p", paid_on=day("2018-05-01"), amount=1)],
         "lines": [of("a", declared_amount=1, quantity=Fraction(1, 3), unit_cost_amount=3,
                      **LINE)]},
        {"execution_rate": 1, "lines.a.recomputed_amount": 1, "lines.a.line_gap": 0,
         "needed_month_amount": 0},
    ),
    "amounts that no int64 holds together": (
        {"project": {"initial_amount": LARGE},
         "lines": [of("a", declared_amount=LARGE, quantity=10**13, unit_cost_amount=10**13,
                      **LINE), of("b", declared_amount=LARGE, **LINE)],
         "adjustments": [of("x", adjusted_on=day("2018-02-01"), adjustment_amount=LARGE)],
         "contracts": [of("c", amount=LARGE), of("d", amount=LARGE)],
         "funding": [of("s", budget_amount=LARGE), of("t", budget_amount=LARGE)],
         "payments": [of("p", paid_on=day("2018-05-01"), amount=LARGE, instalment="i3"),
                      of("q", paid_on=day("2018-05-02"), amount=LARGE, instalment="i3")],
         "instalments": THIRDS,
         "prior_years": [of("2017", year_budget_amount=-LARGE, year_executed_amount=LARGE)]},
        {"lines.a.recomputed_amount": 10**26, "declared_total_amount": 2 * LARGE,
         "budget_amount": 2 * LARGE, "contract_amount": 2 * LARGE, "executed_amount": 2 * LARGE,
         "funding_amount": 2 * LARGE, "instalments.i3.paid_amount": 2 * LARGE,
         "last_unspent_amount": -2 * LARGE, "budget_growth_amount": 2 * LARGE,
         "groups.service.group_declared_amount": 2 * LARGE, "execution_rate": 1},
    ),
    "two hundred lines": (
        {"lines": [of(f"l{n}", declared_amount=5, quantity=5, unit_cost_amount=1, **LINE)
                   for n in range(200)]},
        {"declared_total_amount": 1000, "total_gap": 0, "lines.l7.share_rate": Fraction(1, 200),
         "lines_gap": 0},
    ),
    "a fee that names nothing there is": (
        {"lines": [FEE]},
        {"lines.fee.base_amount": NA, "lines.fee.recomputed_amount": NA,
         "recomputed_total_amount": NA, "declared_total_amount": 90},
    ),
    "a fee of no percent": (
        {"lines": [of("a", declared_amount=900, **LINE), FEE | {"fee_rate": Fraction(0),
                                                               "declared_amount": 0}]},
        {"lines.fee.recomputed_amount": 0, "lines.fee.implied_base_amount": NA,
         "lines.fee.effective_rate": 0},
    ),
    "outputs with targets of zero": (
        {"outputs": [of("faults", kind="output", operator="<=", target=0, actual=0, **PIECES),
                     of("more", kind="output", operator="<=", target=0, actual=2, **PIECES),
                     of("exact", kind="output", operator="=", target=0, actual=2, **PIECES),
                     of("any", kind="output", operator=">=", target=0, actual=0, **PIECES)]},
        {"outputs.faults.completion_rate": 1, "outputs.faults.status": "reached",
         "outputs.more.completion_rate": 0, "outputs.more.likelihood": "impossible",
         "outputs.exact.completion_rate": NA, "outputs.exact.status": "missed",
         "outputs.exact.likelihood": "unknown", "outputs.any.completion_rate": 1,
         "indicators.C11.rate": NA},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def facts():
    """The facts of all of them, evaluated together, with every check."""
    rows = {"projects": []}
    for name, (told, _) in EDGES.items():
        rows["projects"].append(PROJECT | told.get("project", {}) | {"project_id": name})
        for frame in told.keys() - {"project"}:
            rows.setdefault(frame, []).extend(row | {"project_id": name} for row in told[frame])
    return evaluate(inputs_of(rows), FRAMEWORK).facts


def test_every_figure_at_the_edge_follows_its_formula(facts):
    """What is missing is missing in the formula too."""
    assert wrong_figures(facts) == []


@pytest.mark.parametrize("name", EDGES)
def test_a_project_at_the_edge_is_evaluated(name, facts):
    """Each has exactly the figures that follow from what is told, and no more."""
    mine, expected = Facts(facts, name), EDGES[name][1]
    found = {key: mine[key].value for key in expected}
    assert repr(found) == repr({key: _typed(value, found[key]) for key, value in expected.items()})


def _typed(value, found):
    """The expected number as the kind of number that was found; 1 and Fraction(1) are equal."""
    return type(found)(value) if found is not NA and found == value else value
