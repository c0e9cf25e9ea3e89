"""Contracts, instalments and payments: what is due, who is late, what is still to come."""

from fractions import Fraction

import pandas as pd
import pytest

from evalkit.facts import facts_of
from evalkit.scoring.payments import pay_in_order
from tests.samples import day, facts_with, of, scored_with, wrong_figures

HALVES = [
    of("first", stated_amount=500, due_on=day("2018-03-31")),
    of("second", stated_amount=500, due_on=day("2018-06-30")),
]
FEE = of("fee", group="management_fee", declared_amount=200, base=[])
WITHHELD = {"withheld_rate": Fraction(1, 2), "withheld_of": "fee"}


def paid(item, on, amount, instalment=pd.NA):
    """One payment."""
    return of(item, paid_on=day(on), amount=amount, instalment=instalment)


def test_an_instalment_is_late_from_the_day_after_its_date():
    """Paid on the day is not late; one day after is."""
    facts = facts_with(
        instalments=HALVES,
        payments=[paid("a", "2018-03-31", 500, "first"), paid("b", "2018-07-01", 500, "second")],
    )
    assert facts.value("instalments.first.payment_delay_days") == 0
    assert facts.value("instalments.second.payment_delay_days") == 1
    assert facts.value("late_instalment_count") == 1


def test_an_instalment_paid_in_part_is_open_until_the_tracking_date():
    """What is missing counts from the due date to the tracking date."""
    facts = facts_with(instalments=HALVES[:1], payments=[paid("a", "2018-03-30", 499, "first")])
    fact = facts["instalments.first.payment_delay_days"]
    assert (fact.value, fact.way) == (153, "open")
    assert facts.value("instalments.first.outstanding_amount") == 1


def test_what_is_paid_after_an_instalment_was_settled_makes_it_no_later():
    """The rest, released after the assessment, does not turn a payment in time into a late one."""
    facts = facts_with(
        lines=[FEE],
        instalments=[HALVES[0] | WITHHELD],
        payments=[paid("a", "2018-03-30", 400, "first"), paid("b", "2018-08-15", 100, "first")],
    )
    assert facts.value("instalments.first.paid_on") == day("2018-03-30").date()
    assert facts.value("instalments.first.payment_delay_days") == -1
    assert facts.value("instalments.first.outstanding_amount") == 0


@pytest.mark.parametrize(
    ("released_on", "due", "way"),
    [
        (pd.NaT, 400, "schedule"),
        ("2018-09-01", 400, "schedule"),
        ("2018-08-31", 500, "with_release"),
    ],
)
def test_what_was_withheld_falls_due_on_the_day_of_its_release(released_on, due, way):
    """Until then it is withheld; from then on it belongs to the plan."""
    released = {"released_on": pd.Timestamp(released_on)}
    facts = facts_with(lines=[FEE], instalments=[HALVES[0] | WITHHELD | released])
    assert (facts.value("due_amount"), facts["due_amount"].way) == (due, way)
    assert facts.value("planned_amount") == due
    assert facts.value("withheld_total_amount") == 100


def test_payments_that_name_no_instalment_pay_the_oldest_first():
    """Otherwise every instalment of such a project would be late."""
    facts = facts_with(
        instalments=HALVES[::-1],
        payments=[paid("a", "2018-06-20", 300), paid("b", "2018-03-15", 600)],
    )
    assert facts.value("instalments.first.payment_delay_days") == -16
    assert facts.value("instalments.second.paid_amount") == 400
    assert facts.value("instalments.second.payment_delay_days") == 62


def test_a_payment_without_instalment_beside_named_ones_pays_none():
    """A project that says which payment pays which instalment is taken at its word."""
    facts = facts_with(
        instalments=HALVES,
        payments=[paid("a", "2018-03-15", 500, "first"), paid("b", "2018-06-15", 500)],
    )
    assert facts.value("instalments.second.paid_amount") == 0
    assert facts.value("executed_amount") == 1000


@pytest.mark.parametrize(
    ("payments", "owed", "parts"),
    [
        ([("May", 9)], {"a": 4, "b": 4}, {"a": [4], "b": [5]}),
        ([("May", 3), ("June", 3)], {"a": 4, "b": 4}, {"a": [3, 1], "b": [2]}),
        ([("May", 5), ("June", -2)], {"a": 4, "b": 4}, {"a": [4], "b": [1, -2]}),
        ([("May", 5)], {"a": pd.NA, "b": 4}, {"a": [], "b": [5]}),
        ([("May", 5)], {"a": pd.NA}, {"a": []}),
        ([], {"a": 4}, {"a": []}),
    ],
)
def test_payments_in_order_keep_their_sum(payments, owed, parts):
    """No payment is lost while there is an instalment, and none is counted twice."""
    found = pay_in_order(payments, owed)
    assert {key: [amount for _, amount in each] for key, each in found.items()} == parts


def test_instalments_of_the_same_day_are_the_next_payment_together():
    """The next payment is all that falls due on the next day."""
    later = {"due_on": day("2018-10-31"), "stated_amount": 300}
    facts = facts_with(
        instalments=[of("a", **later), of("b", **later),
                     of("c", due_on=day("2018-12-31"), stated_amount=9)]
    )  # fmt: skip
    assert facts.value("next_due_on") == day("2018-10-31").date()
    assert facts.value("next_payable_amount") == 600


def test_the_next_payment_is_unknown_where_its_amount_is():
    """The amount of a later instalment does not stand in for it."""
    facts = facts_with(
        instalments=[of("a", due_on=day("2018-10-31"), share_rate=Fraction(1, 2), contract="gone"),
                     of("b", due_on=day("2018-12-31"), stated_amount=9)]
    )  # fmt: skip
    assert facts.value("next_payable_amount") is pd.NA


def test_a_share_is_of_its_own_contract():
    """An instalment takes its share of the contract that it names."""
    facts = facts_with(
        contracts=[of("a", amount=900), of("b", amount=300)],
        instalments=[of("i", contract="b", share_rate=Fraction(1, 3), due_on=day("2018-03-31"))],
    )
    assert facts.value("instalments.i.gross_amount") == 100
    assert facts["instalments.i.contract_amount"].inputs == ("contracts.b.amount",)


def test_an_amount_withheld_from_an_unknown_line_is_not_nothing():
    """A share of something unknown is unknown, and so is what is due."""
    found = scored_with(instalments=[HALVES[0] | WITHHELD])
    row = found.instalments.iloc[0]
    assert row["withheld_amount"] is row["payable_amount"] is pd.NA
    assert found.payments.at["p", "due_amount"] is pd.NA
    assert not row["is_late"]


def test_a_plan_with_money_outside_of_contracts_is_measured_by_the_budget():
    """Its rate against the contract alone could pass 100%."""
    facts = facts_with(contracts=[of("c", amount=100)], instalments=HALVES[:1])
    assert facts["planned_rate"].way == "budget"
    assert facts.value("planned_rate") == Fraction(1, 2)


#: A contract with a plan, of which the first half is due, and one without.
TWO = [of("c", amount=1000), of("d", amount=300)]
PLANNED = [each | {"contract": "c"} for each in HALVES]
LATER = PLANNED[1] | {"due_on": day("2018-12-31")}
PLAN_STATED = {"stated_planned_amount": 700}
UNPAID = paid("a", "2018-12-30", 400, "first")
NAMED, BESIDE = paid("a", "2018-03-30", 400, "first"), paid("b", "2018-05-10", 300)


@pytest.mark.parametrize(
    ("rows", "project", "is_partial", "rate", "gap"),
    [
        # 400 of the 500 that were due; the 300 were not planned
        ({"contracts": TWO, "payments": [NAMED, BESIDE]}, {}, True, Fraction(4, 5), -100),
        # the same where all contracts have a plan: what names no instalment is outside of it
        ({"contracts": TWO[:1], "payments": [NAMED, BESIDE]}, {}, True, Fraction(4, 5), -100),
        ({"contracts": TWO, "payments": [NAMED]}, {}, True, Fraction(4, 5), -100),
        ({"contracts": TWO[:1], "payments": [NAMED]}, {}, False, Fraction(4, 5), -100),
        # no payment names an instalment: of which contract they are is not told
        ({"contracts": TWO, "payments": [BESIDE]}, {}, True, pd.NA, pd.NA),
        ({"contracts": TWO[:1], "payments": [BESIDE]}, {}, False, Fraction(3, 5), -200),
        # nothing was paid yet; what will be does not count
        ({"contracts": TWO, "payments": [UNPAID]}, {}, True, 0, -500),
        # only the sum is known
        ({"contracts": TWO}, {"stated_executed_amount": 700}, True, pd.NA, pd.NA),
        ({"contracts": TWO[:1]}, {"stated_executed_amount": 700}, False, Fraction(7, 5), 200),
        # a plan that is stated is one of the whole
        ({"contracts": TWO, "payments": [NAMED, BESIDE]}, PLAN_STATED, False, 1, 0),
    ],
)  # fmt: skip
def test_a_plan_of_a_part_is_set_against_what_was_paid_of_it(rows, project, is_partial, rate, gap):
    """Never all payments against the plan of some; and a part of a plan says nothing of a whole."""
    found = scored_with(project, instalments=[PLANNED[0], LATER], **rows)
    facts = facts_with(project, instalments=[PLANNED[0], LATER], **rows)
    assert facts.value("is_plan_partial") is is_partial
    for name, expected in (("execution_accuracy_rate", rate), ("execution_gap", gap)):
        assert (
            (facts.value(name) is expected) if expected is pd.NA else facts.value(name) == expected
        )
    assert (facts.value("budget_planned_amount") is pd.NA) == is_partial
    assert wrong_figures(facts_of(found)) == []


def test_a_payment_to_come_tells_nothing_of_those_that_were_made():
    """All that was paid was laid on the instalments, in their order."""
    facts = facts_with(contracts=TWO[:1], instalments=PLANNED, payments=[BESIDE, UNPAID])
    assert facts.value("is_plan_partial") is False
    assert facts.value("execution_accuracy_rate") == Fraction(3, 10)  # 300 of 1000


def test_a_plan_of_a_part_is_no_measure_of_progress_and_no_forecast():
    """A contract of a tenth of the budget, paid as planned, does not put the whole on its way."""
    project = {"initial_amount": 1000}
    paid_up = paid("a", "2018-03-30", 100, "i")
    plan = [of("i", contract="c", due_on=day("2018-03-31"), stated_amount=100)]
    contracts = [of("c", amount=100), of("d", amount=800)]
    part = facts_with(project, contracts=contracts, instalments=plan, payments=[paid_up])
    whole = facts_with(project, contracts=contracts[:1], instalments=plan, payments=[paid_up])
    assert (part["progress_gap"].way, whole["progress_gap"].way) == ("calendar", "plan")
    assert whole.value("progress_gap") == 0
    # a tenth after eight of twelve months: 1/10 - 2/3; 100 in two thirds of the time is 150 in all
    assert part.value("progress_gap") == Fraction(-17, 30)
    assert (part.value("expected_amount"), whole.value("expected_amount")) == (150, 100)
    assert (part.value("execution_accuracy_rate"), whole.value("execution_accuracy_rate")) == (1, 1)


def test_instalments_of_no_contract_leave_no_contract_without_a_plan():
    """Whose instalments they are is not said, so nothing is known to be unplanned."""
    facts = facts_with(contracts=TWO, instalments=HALVES, payments=[NAMED])
    assert facts.value("is_plan_partial") is False
