"""Single faults to plant in projects: dates and their order, plans, people, grades, statements.

Each takes a clean project and a source of chance, and gives the faulty project with the code that
must be found, or nothing where it has no place for it.
"""

from fractions import Fraction

import pandas as pd

from bench.mistakes import only, planted
from bench.projects import GRADED, half_up
from tests.plantable import both


def _days(number):
    return pd.Timedelta(days=number)


# Dates and their order


def step_late(project, draw):
    """A step of the work plan after its date."""
    done = project.at("milestones", "tender", "planned_on") + _days(draw.randint(1, 60))
    return planted(project.change("milestones", "tender", actual_on=done), "milestone_late")


def step_overdue(project, draw):
    """A step of the work plan that is not done."""
    return planted(project.change("milestones", "tender", actual_on=pd.NaT), "milestone_late")


def _contract(project, draw):
    contracts = project.rows["contracts"]
    return draw.choice(list(contracts)) if contracts else None


def signed_after_start(project, draw):
    """A contract signed after its service began."""
    item = _contract(project, draw)
    if item is None:
        return None
    on = project.at("contracts", item, "service_start_on") + _days(draw.randint(1, 80))
    return planted(project.change("contracts", item, signed_on=on), "contract_late")


def signed_before_award(project, draw):
    """A contract signed before its award."""
    item = _contract(project, draw)
    if item is None:
        return None
    on = project.at("contracts", item, "awarded_on") - _days(draw.randint(1, 30))
    return planted(project.change("contracts", item, signed_on=on), "signed_before_award")


def paid_before_signing(project, draw):
    """A payment before the contract was signed."""
    payments = project.rows["payments"]
    if not payments:
        return None
    item = draw.choice(list(payments))
    contract = project.at("instalments", item, "contract")
    on = project.at("contracts", contract, "signed_on") - _days(draw.randint(1, 9))
    return planted(project.change("payments", item, paid_on=on), "payment_before_contract")


def paid_late(project, draw):
    """A payment after its date."""
    payments = project.rows["payments"]
    if not payments:
        return None
    item = draw.choice(list(payments))
    as_of = project.at("projects", "", "as_of")
    due = payments[item]["paid_on"] + _days(2)
    on = due + _days(draw.randint(1, 20))
    if on > as_of:
        return None
    return planted(project.change("payments", item, paid_on=on), "late_instalment")


def report_too_early(project, draw):
    """A report from before the tracking date."""
    on = project.at("projects", "", "as_of") - _days(draw.randint(1, 40))
    return planted(project.change("projects", "", report_on=on), "report_before_tracking")


def after_the_date(project, draw):
    """A payment, a change of the budget or a measurement after the tracking date."""
    on = project.at("projects", "", "as_of") + _days(draw.randint(1, 40))
    choices = {
        "payments": {"paid_on": on, "amount": 10_000},
        "adjustments": {"adjusted_on": on, "adjustment_amount": -10_000, "reason": both("cut")},
    }
    frame = draw.choice(list(choices))
    return planted(project.change(frame, "later", **choices[frame]), "after_tracking")


# Money against plans and people


def more_spent_than_received(project, draw):
    """More was spent than came in."""
    funding = project.rows["funding"]
    executed = project.at("projects", "", "stated_executed_amount")
    if executed is None or pd.isna(executed):
        executed = sum(each["amount"] for each in project.rows["payments"].values())
    received = half_up(Fraction(executed, 2 * len(funding)), project.step)
    if not received:
        return None
    for item in funding:
        project = project.change("funding", item, received_amount=int(received))
    return planted(project, "received")


def too_many_people(project, draw):
    """More people in post than approved."""
    posts = project.rows["posts"]
    if not posts:
        return None
    item = draw.choice(list(posts))
    more = posts[item]["approved_count"] + draw.randint(1, 9)
    return planted(project.change("posts", item, filled_count=more), "filled_above_approved")


def budget_grew(project, draw):
    """A budget that grew although the year before was not spent."""
    [(year, prior)] = project.rows["prior_years"].items()
    spent = int(half_up(Fraction(prior["year_budget_amount"] * 9, 10), project.step))
    if project.at("projects", "", "initial_amount") <= prior["year_budget_amount"]:
        return None
    changed = project.change("prior_years", year, year_executed_amount=spent)
    return planted(changed, "budget_growth")


def overpaid(project, draw):
    """More paid than an instalment comes to."""
    payments = project.rows["payments"]
    if not payments:
        return None
    item = draw.choice(list(payments))
    more = payments[item]["amount"] * draw.randint(101, 130) // 100 + 100
    return planted(project.change("payments", item, amount=more), "overpaid_instalment")


def contract_below_budget(project, draw):
    """Contracts that end below the budget, and full use promised all the same."""
    item = _contract(project, draw)
    if item is None:
        return None
    amount = project.at("contracts", item, "amount")
    less = int(half_up(amount * Fraction(draw.randint(80, 98), 100), project.step))
    return planted(project.change("contracts", item, amount=less), "full_use")


# Grades against evidence; graded projects only


def _code(project, draw):
    return draw.choice(["A111", "A112", "A122", "B111", "B121", "B131", "B211"])


def graded_without_evidence(project, draw):
    """The best grade and no evidence."""
    if not only(project, GRADED):
        return None
    changed = project.change("judgements", _code(project, draw), evidence=pd.NA)
    return planted(changed, "grade_without_evidence")


def graded_though_not_applicable(project, draw):
    """An indicator that does not apply, graded all the same."""
    if not only(project, GRADED):
        return None
    changed = project.change("judgements", _code(project, draw), not_applicable=both("no such"))
    return planted(changed, "not_applicable_graded")


def graded_too_well(project, draw):
    """A better grade than the evidence gives."""
    if not only(project, GRADED):
        return None
    worse = draw.choice(("fairly_good", "fair", "poor"))
    changed = project.change("judgements", _code(project, draw), grade=worse)
    return planted(changed, "stated_grade")


def graded_out_of_scale(project, draw):
    """A grade that the framework does not have."""
    if not only(project, GRADED):
        return None
    changed = project.change("judgements", _code(project, draw), stated_grade="brilliant")
    return planted(changed, "unknown_grade")


def graded_without_a_value(project, draw):
    """A computed indicator graded without any value."""
    if not only(project, GRADED):
        return None
    changed = project.change("outputs", "staffing", actual=pd.NA, qualified=pd.NA)
    return planted(changed, "grade_without_figure")


def graded_good_though_late(project, draw):
    """A late step, and every indicator of the schedule the best."""
    if not only(project, GRADED):
        return None
    done = project.at("milestones", "tender", "planned_on") + _days(draw.randint(1, 60))
    return planted(project.change("milestones", "tender", actual_on=done), "schedule_grade")


def rule_not_followed(project, draw):
    """A rule that was not executed beside a good grade."""
    if not only(project, GRADED):
        return None
    changed = project.change("rules", "work", effectiveness="not_executed")
    return planted(changed, "rule_followed")


def problem_beside_best(project, draw):
    """A stated problem beside the best grade."""
    if not only(project, GRADED):
        return None
    changed = project.change("problems", "late", indicators=[_code(project, draw)])
    return planted(changed, "problem_beside_best_grade")


def no_deviation(project, draw):
    """A stated problem beside "no deviation"."""
    if not only(project, GRADED):
        return None
    return planted(project.change("projects", "", stated_deviation="none"), "no_deviation")


def cause_repeats(project, draw):
    """A cause that is the problem again."""
    if not only(project, GRADED):
        return None
    cause = project.at("problems", "late", draw.choice(("title", "description")))
    return planted(project.change("problems", "late", cause=cause), "cause_repeats")


def measure_without_date(project, draw):
    """A measure without a date."""
    if not only(project, GRADED):
        return None
    return planted(project.change("measures", "lift", due_on=pd.NaT), "measure_without_date")


def verdict_too_good(project, draw):
    """A verdict that its own findings contradict."""
    if not only(project, GRADED):
        return None
    verdict = draw.choice(("basically_normal", "has_problems", "has_serious_problems"))
    return planted(project.change("projects", "", stated_verdict=verdict), "stated_verdict")


def client_is_unit(project, draw):
    """The evaluated unit is its own client."""
    unit = project.at("projects", "", "implementing_unit")
    return planted(project.change("projects", "", client=unit), "independence")


def output_in_another_unit(project, draw):
    """A value in another unit than its target."""
    if not only(project, GRADED):
        return None
    changed = project.change("outputs", "staffing", actual_unit="次")
    return planted(changed, "other_unit")


def more_qualified_than_done(project, draw):
    """More up to standard than was done."""
    if not only(project, GRADED):
        return None
    changed = project.change("outputs", "staffing", qualified=15 + draw.randint(1, 9))
    return planted(changed, "qualified_above_actual")


def outcome_under_outputs(project, draw):
    """An outcome under the heading of outputs."""
    if not only(project, GRADED):
        return None
    return planted(project.change("outputs", "satisfaction", listed_as="output"), "listed_as")


def survey_without_a_sample(project, draw):
    """A measured value without sample or method."""
    if not only(project, GRADED):
        return None
    gone = draw.choice(("sample_count", "method"))
    changed = project.change("outputs", "satisfaction", **{gone: pd.NA})
    return planted(changed, "weak_measurement")


def survey_of_other_services(project, draw):
    """A survey of services that the project does not have."""
    if not only(project, GRADED):
        return None
    covers = [both("Catering"), both("guarding"), both("gardening")]
    return planted(project.change("outputs", "satisfaction", covers=covers), "survey_scope")


def too_hopeful(project, draw):
    """A likelihood that the progress does not give."""
    if not only(project, GRADED):
        return None
    changed = project.change("outputs", "staffing", actual=draw.randint(1, 8), qualified=1)
    return planted(changed, "stated_likelihood")


def rule_without_number(project, draw):
    """A rule without a document number."""
    if not only(project, GRADED):
        return None
    return planted(project.change("rules", "work", number=pd.NA), "rule_without_number")


ORDER = (
    step_late, step_overdue, signed_after_start, signed_before_award, paid_before_signing,
    paid_late, report_too_early, after_the_date,
)  # fmt: skip
EVIDENCE = (
    more_spent_than_received, too_many_people, budget_grew, overpaid, contract_below_budget,
    graded_without_evidence, graded_though_not_applicable, graded_too_well, graded_out_of_scale,
    graded_without_a_value, graded_good_though_late, rule_not_followed, problem_beside_best,
    no_deviation, cause_repeats, measure_without_date, verdict_too_good, client_is_unit,
    output_in_another_unit, more_qualified_than_done, outcome_under_outputs,
    survey_without_a_sample, survey_of_other_services, too_hopeful, rule_without_number,
)  # fmt: skip
