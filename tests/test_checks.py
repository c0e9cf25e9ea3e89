"""Every check finds its planted fault with the right figures, and nothing where all agrees."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import given, settings

from evalkit.evaluate import evaluate
from evalkit.facts import Facts
from evalkit.findings import all_across, all_checks
from evalkit.model import SEVERITIES, Text
from evalkit.narrative.findings import finding_saying, why_saying
from evalkit.sentences import languages, variants
from evalkit.words import Words
from tests.plantable import FRAMEWORK, PROJECT, both, day, line, planted, portfolio
from tests.samples import portfolios

ERROR, WARNING, NOTE = SEVERITIES


def stated(**claims):
    """Changes to what the project states."""
    return {"": claims}


class Planted(NamedTuple):
    """A fault in the clean project, and all that is found there."""

    id: str
    change: dict
    code: str
    row: tuple
    variant: str
    details: dict
    codes: list


def fault(change, code, severity, where, unit="text", expected=None, actual=None, gap=None,
          /, also=(), **details):  # fmt: skip
    """One planted fault and the finding that it must give; ``also`` are codes found beside it."""
    variant = details.pop("variant", "")
    name = f"{code}_{variant}" if variant else code
    row = (severity, where, unit, expected, actual, gap)
    return Planted(name, change, code, row, variant, details, sorted([code, *also]))


PLANTED = [
    # budget
    fault({"lines": {"uniform": {"quantity": 13, "declared_amount": 1_040_000},
                     "fee": {"declared_amount": 8_660_000, "fee_rate": pd.NA, "base": []}}},
          "per_head_quantity", ERROR, "lines.uniform.quantity", "count", 15, 13, -2,
          missing=2, declared=1_040_000, corrected=1_200_000, effect=160_000),
    fault({"lines": {"uniform": {"quantity": 16, "unit_cost_amount": pd.NA}}},
          "per_head_quantity", ERROR, "lines.uniform.quantity", "count", 15, 16, 1,
          missing=1, variant="count"),
    fault({"lines": {"guard": {"declared_amount": 59_000_000},
                     "cook": {"declared_amount": 26_000_000, "unit_cost_amount": 5_200_000}}},
          "line_arithmetic", ERROR, "lines.guard.declared_amount", "amount",
          60_000_000, 59_000_000, -1_000_000, quantity=10, unit_cost=6_000_000),
    fault({"projects": stated(initial_amount=94_800_000),
           "contracts": {"main": {"amount": 94_800_000}},
           "funding": {"city": {"budget_amount": 94_800_000}},
           "payments": {"p1": {"amount": 23_700_000}, "p2": {"amount": 23_700_000}},
           "lines": {"guard": {"line_executed_amount": 30_050_000}}},
          "lines_total", ERROR, "declared_total_amount", "amount",
          94_800_000, 94_700_000, -100_000),
    fault({"funding": {"city": {"budget_amount": 90_000_000, "received_amount": 90_000_000}}},
          "funding_total", ERROR, "funding_amount", "amount", 94_700_000, 90_000_000, -4_700_000),
    fault({"funding": {"city": {"executed_amount": 47_000_000}}},
          "funding_executed", ERROR, "funding_executed_amount", "amount",
          47_350_000, 47_000_000, -350_000),
    fault({"funding": {"city": {"executed_amount": 94_800_000}}},
          "funding_executed", ERROR, "funding.city.executed_amount", "amount",
          94_700_000, 94_800_000, 100_000, variant="above_plan", also=["funding_executed"]),
    fault({"funding": {"city": {"received_amount": 95_000_000}}},
          "received", WARNING, "funding.city.received_amount", "amount",
          94_700_000, 95_000_000, 300_000, variant="above_plan"),
    fault({"funding": {"city": {"received_amount": 40_000_000}}},
          "received", ERROR, "received_amount", "amount",
          40_000_000, 47_350_000, 7_350_000, variant="spent"),
    fault({"payments": {"p3": {"paid_on": day("2018-08-30"), "amount": 50_000_000}},
           "lines": {"guard": {"line_executed_amount": 80_000_000}},
           "projects": stated(stated_verdict="basically_normal")},
          "executed_above_budget", ERROR, "executed_amount", "amount",
          94_700_000, 97_350_000, 2_650_000, also=["received", "paid_ahead"]),
    fault({"prior_years": {"2017": {"year_executed_amount": 85_500_000}}},
          "budget_growth", WARNING, "budget_growth_amount", "amount",
          90_000_000, 94_700_000, 4_700_000),
    fault({"lines": {"cook": {"line_executed_amount": pd.NA}}},
          "line_execution_unknown", NOTE, "executed_amount", unknown=1),
    fault({"lines": {"cook": {"line_executed_amount": 12_000_000}}},
          "line_execution_total", ERROR, "executed_amount", "amount",
          47_350_000, 46_850_000, -500_000),
    fault({"posts": {"cook": {"filled_count": 6}},
           "lines": {"uniform": {"is_per_head": False}}},
          "filled_above_approved", WARNING, "posts.cook.filled_count", "count", 5, 6, 1),
    fault({"projects": stated(stated_executed_amount=47_530_000)},
          "stated_executed", ERROR, "stated_executed_amount", "amount",
          47_350_000, 47_530_000, 180_000),
    fault({"lines": {"cook": {"declared_amount": pd.NA, "line_executed_amount": pd.NA},
                     "guard": {"declared_amount": 95_000_000, "unit_cost_amount": pd.NA},
                     "fee": {"fee_rate": pd.NA, "base": []}}},
          "out_of_reach", ERROR, "declared_total_amount", "amount", None, 94_700_000,
          also=["line_execution_unknown"], total="initial_amount", lowest=104_700_000,
          missing=["lines.cook.declared_amount"]),
    # fees
    fault({"lines": {"fee": {"declared_amount": 8_400_000},
                     "other": line("Other", "other", declared_amount=100_000,
                                   line_executed_amount=0)}},
          "fee_base", ERROR, "lines.fee.declared_amount", "amount",
          8_500_000, 8_400_000, -100_000, variant="all_lines",
          base=85_000_000, implied=84_000_000, implied_gap=-1_000_000,
          effective=Fraction(84, 850), of_total=Fraction(84, 947), corrected_total=94_800_000,
          other_base=86_300_000, other_fee=8_630_000, other_gap=-230_000,
          other_effective=Fraction(84, 863), other_total=94_930_000),
    fault({"lines": {"uniform": None, "fee": {"declared_amount": 9_700_000,
                                              "line_executed_amount": 4_850_000}}},
          "fee_base", ERROR, "lines.fee.declared_amount", "amount",
          8_500_000, 9_700_000, 1_200_000, base=85_000_000, implied=97_000_000,
          implied_gap=12_000_000, effective=Fraction(97, 850), of_total=Fraction(97, 947),
          corrected_total=93_500_000),
    fault({"lines": {"fee": {"declared_amount": 8_620_000, "line_executed_amount": 4_310_000},
                     "guard": {"line_executed_amount": 29_940_000},
                     "saving": line("Saving", "other", declared_amount=-120_000,
                                    line_executed_amount=0)}},
          "fee_base", ERROR, "lines.fee.declared_amount", "amount",
          8_500_000, 8_620_000, 120_000, variant="other_base", other_base=86_200_000,
          lines=[both("Guards"), both("Cooks"), both("Uniforms")]),
    fault({"lines": {"fee": {"fee_rate": "0"}}},
          "fee_base", ERROR, "lines.fee.declared_amount", "amount",
          0, 8_500_000, 8_500_000, variant="bare", base=85_000_000),
    # contracts and payments
    fault({"contracts": {"main": {"amount": 94_000_000}},
           "projects": stated(is_full_use_stated=False),
           "payments": {"p1": {"amount": 23_500_000}, "p2": {"amount": 23_500_000}},
           "lines": {"guard": {"line_executed_amount": 29_650_000}}},
          "contract_amount", WARNING, "contract_amount", "amount",
          94_700_000, 94_000_000, -700_000, variant="below", share=Fraction(7, 947)),
    fault({"contracts": {"main": {"amount": 95_000_000}},
           "payments": {"p1": {"amount": 23_750_000}, "p2": {"amount": 23_750_000}},
           "lines": {"guard": {"line_executed_amount": 30_150_000}}},
          "contract_amount", ERROR, "contract_amount", "amount",
          94_700_000, 95_000_000, 300_000, variant="above"),
    fault({"contracts": {"main": {"amount": 94_000_000}},
           "payments": {"p1": {"amount": 23_500_000}, "p2": {"amount": 23_500_000}},
           "lines": {"guard": {"line_executed_amount": 29_650_000}}},
          "full_use", ERROR, "ceiling_rate", "amount",
          47_700_000, 47_000_000, -700_000, also=["contract_amount"]),
    fault({"instalments": {"q4": {"share_rate": "1/5"}}},
          "instalments_total", ERROR, "contracts.main.amount", "amount",
          94_700_000, 89_965_000, -4_735_000),
    fault({"payments": {"p2": {"paid_on": day("2018-07-05")}},
           "projects": stated(stated_verdict="basically_normal")},
          "late_instalment", WARNING, "instalments.q2.paid_on", "date",
          date(2018, 6, 30), date(2018, 7, 5), 5, days=5),
    fault({"payments": {"p2": {"amount": 13_675_000}},
           "lines": {"guard": {"line_executed_amount": 20_000_000}},
           "judgements": {"A211": {"stated_grade": "fair"}},
           "projects": stated(stated_verdict="has_problems", is_funds_on_plan_stated=False)},
          "late_instalment", WARNING, "instalments.q2.paid_on", "date",
          date(2018, 6, 30), None, 62, variant="unpaid", open=10_000_000, days=62),
    fault({"payments": {"p2": {"amount": 24_675_000}},
           "lines": {"guard": {"line_executed_amount": 31_000_000}}},
          "overpaid_instalment", ERROR, "instalments.q2.paid_amount", "amount",
          23_675_000, 24_675_000, 1_000_000),
    fault({"instalments": {"q4": {"share_rate": pd.NA, "stated_amount": 23_675_000,
                                  "withheld_rate": "1/2", "withheld_of": "fee"}}},
          "withheld_release", WARNING, "instalments.q4.withheld_amount", "amount",
          None, 4_250_000, None, payable=19_425_000, rate=Fraction(1, 2)),
    fault({"instalments": {"q4": {"withheld_rate": "1/2", "withheld_of": "fee"}}},
          "withheld_release", WARNING, "instalments.q4.withheld_amount", "amount",
          None, 4_250_000, None, variant="share", of_share=1_062_500),
    fault({"payments": {"p3": {"instalment": "q3", "paid_on": day("2018-08-30"),
                               "amount": 23_675_000}},
           "instalments": {"q3": {"due_on": day("2018-08-31")}},
           "lines": {"guard": {"line_executed_amount": 53_675_000}}},
          "paid_ahead", WARNING, "ahead_gap", "amount",
          Fraction(94_700_000 * 2, 3), 71_025_000, Fraction(94_700_000, 12),
          by="delivered_by.time"),
    fault({"contracts": {"main": {"stated_delivered_amount": 95_000_000}}},
          "delivered_above_contract", ERROR, "contracts.main.delivered_amount", "amount",
          94_700_000, 95_000_000, 300_000),
    fault({"contracts": {"main": {"awarded_on": day("2017-12-31"), "signed_on": day("2018-01-01")}},
           "payments": {"p1": {"paid_on": day("2017-12-30")}}},
          "payment_before_contract", ERROR, "payments.p1.paid_on", "date",
          date(2018, 1, 1), date(2017, 12, 30), -2, variant="signed", amount=23_675_000),
    fault({"contracts": {"main": {"awarded_on": day("2018-04-02"), "signed_on": pd.NaT}}},
          "payment_before_contract", ERROR, "payments.p1.paid_on", "date",
          date(2018, 4, 2), date(2018, 3, 30), -3, variant="awarded", also=["award_late"]),
    fault({"payments": {"p2": None}, "judgements": {"A211": {"stated_grade": "poor"}},
           "lines": {"guard": {"line_executed_amount": 6_325_000}},
           "projects": stated(stated_verdict="has_problems")},
          "funds_on_plan", ERROR, "planned_amount", "amount",
          47_350_000, 23_675_000, -23_675_000, also=["late_instalment"], rate=Fraction(1, 2)),
    fault({"payments": {"p2": {"instalment": pd.NA}},
           "judgements": {"A211": {"stated_grade": "poor"}},
           "projects": stated(stated_verdict="has_problems")},
          "funds_on_plan", ERROR, "planned_amount", "amount",
          47_350_000, 23_675_000, -23_675_000, also=["late_instalment"], variant="part",
          rate=Fraction(1, 2)),
    fault({"printed": {"1": {"figure": "planned_amount", "text": "48.00", "unit": "万元",
                             "where": both("form 3")}}},
          "funds_on_plan", ERROR, both("form 3"), "amount",
          None, 47_350_000, also=["printed"], variant="printed", printed=48_000_000, off=-650_000,
          rate=Fraction(4735, 4800), planned=47_350_000, accuracy=1),
    # dates
    fault({"milestones": {"tender": {"actual_on": day("2018-01-04")}},
           "judgements": {"B121": {"stated_grade": "fairly_good", "grade": "fairly_good"}},
           "projects": stated(stated_verdict="basically_normal", is_on_schedule_stated=False)},
          "milestone_late", WARNING, "milestones.tender.actual_on", "date",
          date(2017, 12, 31), date(2018, 1, 4), 4, variant="done", days=4),
    fault({"milestones": {"tender": {"actual_on": day("2018-01-04")}},
           "judgements": {"B121": {"stated_grade": "fairly_good", "grade": "fairly_good"}},
           "projects": stated(stated_verdict="basically_normal")},
          "milestone_late", ERROR, "milestones.tender.actual_on", "date",
          date(2017, 12, 31), date(2018, 1, 4), 4, variant="done_claimed"),
    fault({"milestones": {"tender": {"actual_on": pd.NaT}},
           "judgements": {"B121": {"stated_grade": "fairly_good", "grade": "fairly_good"}},
           "projects": stated(stated_verdict="basically_normal", is_on_schedule_stated=pd.NA)},
          "milestone_late", WARNING, "milestones.tender.actual_on", "date",
          date(2017, 12, 31), None, 243, variant="open"),
    fault({"milestones": {"tender": {"actual_on": pd.NaT}},
           "judgements": {"B121": {"stated_grade": "fairly_good", "grade": "fairly_good"}},
           "projects": stated(stated_verdict="basically_normal")},
          "milestone_late", ERROR, "milestones.tender.actual_on", "date",
          date(2017, 12, 31), None, 243, variant="open_claimed"),
    fault({"contracts": {"main": {"signed_on": day("2018-01-22")}}},
          "contract_late", ERROR, "contracts.main.signed_on", "date",
          date(2018, 1, 1), date(2018, 1, 22), 21, days=21),
    fault({"accepted": {"1": {"finding": "per_head_quantity", "reason": both("agreed"),
                              "accepted_on": day("2018-09-21")}},
           "projects": stated(report_on=day("2018-09-20"))},
          "accepted_after_report", NOTE, "accepted.1.accepted_on", "date",
          date(2018, 9, 20), date(2018, 9, 21), 1, code="per_head_quantity",
          also=["accepted_nothing"]),
    fault({"contracts": {"main": {"awarded_on": day("2018-01-05"), "signed_on": pd.NaT}}},
          "award_late", ERROR, "contracts.main.awarded_on", "date",
          date(2018, 1, 1), date(2018, 1, 5), 4),
    fault({"payments": {"p1": {"paid_on": day("2017-12-28")}}},
          "before_project", WARNING, "payments.p1.paid_on", "date",
          date(2018, 1, 1), date(2017, 12, 28), -4, variant="payment"),
    fault({"outputs": {"satisfaction": {"measured_on": day("2017-07-02")}}},
          "before_project", WARNING, "outputs.satisfaction.measured_on", "date",
          date(2018, 1, 1), date(2017, 7, 2), -183, variant="measurement"),
    fault({"contracts": {"main": {"service_start_on": pd.NaT, "service_end_on": pd.NaT,
                                  "signed_on": day("2018-09-03")}},
           "payments": {"p1": {"instalment": pd.NA}, "p2": {"instalment": pd.NA}}},
          "after_tracking", NOTE, "contracts.main.signed_on", "date",
          date(2018, 8, 31), date(2018, 9, 3), 3, variant="contract"),
    fault({"contracts": {"main": {"service_start_on": pd.NaT, "service_end_on": pd.NaT,
                                  "signed_on": pd.NaT, "awarded_on": day("2018-09-03")}},
           "payments": {"p1": {"instalment": pd.NA}, "p2": {"instalment": pd.NA}}},
          "after_tracking", NOTE, "contracts.main.awarded_on", "date",
          date(2018, 8, 31), date(2018, 9, 3), 3, variant="award"),
    fault({"contracts": {"main": {"signed_on": day("2017-12-05")}}},
          "signed_before_award", ERROR, "contracts.main.signed_on", "date",
          date(2017, 12, 10), date(2017, 12, 5), -5),
    fault({"projects": stated(report_on=day("2018-08-30"))},
          "report_before_tracking", ERROR, "report_on", "date",
          date(2018, 8, 31), date(2018, 8, 30), -1),
    fault({"payments": {"p3": {"instalment": "q3", "paid_on": day("2018-09-28"), "amount": 1}}},
          "after_tracking", NOTE, "payments.p3.paid_on", "date",
          date(2018, 8, 31), date(2018, 9, 28), 28, variant="payment"),
    fault({"adjustments": {"cut": {"adjusted_on": day("2018-09-01"), "adjustment_amount": -1}}},
          "after_tracking", NOTE, "adjustments.cut.adjusted_on", "date",
          date(2018, 8, 31), date(2018, 9, 1), 1, variant="adjustment"),
    fault({"milestones": {"review": {"actual_on": day("2018-09-10")}}},
          "after_tracking", NOTE, "milestones.review.actual_on", "date",
          date(2018, 8, 31), date(2018, 9, 10), 10, variant="milestone"),
    fault({"outputs": {"satisfaction": {"measured_on": day("2018-09-02")}}},
          "after_tracking", NOTE, "outputs.satisfaction.measured_on", "date",
          date(2018, 8, 31), date(2018, 9, 2), 2, variant="measurement"),
    # outputs
    fault({"outputs": {"satisfaction": {"planned": 2, "planned_unit": "次", "actual": 1,
                                        "actual_unit": "次"}}},
          "other_unit", ERROR, "outputs.satisfaction.actual", "unit", "%", "次",
          variant="planned", planned=2, done=1, completion=Fraction(1, 2), target=90),
    fault({"outputs": {"satisfaction": {"actual": 1, "actual_unit": "次"}}},
          "other_unit", ERROR, "outputs.satisfaction.actual", "unit", "%", "次", done=1),
    fault({"outputs": {"satisfaction": {"measured_by": "implementing_unit", "sample_count": pd.NA,
                                        "method": pd.NA}}},
          "weak_measurement", WARNING, "outputs.satisfaction.measured", value=95,
          reasons=[("weak_measurement_sample", {}), ("weak_measurement_method", {}),
                   ("weak_measurement_itself", {})]),
    fault({"outputs": {"staffing": {"listed_as": "outcome"}}},
          "listed_as", ERROR, "outputs.staffing.kind", "term", "kind.output", "kind.outcome"),
    fault({"outputs": {"more": {"name": both("More"), "kind": "outcome", "operator": ">=",
                                "target": 1, "target_unit": "%"}},
           "projects": stated(stated_forecast=pd.NA)},
          "no_value", ERROR, "outputs.more.actual", target=1),
    fault({"outputs": {"more": {"name": both("More"), "kind": "outcome", "operator": ">=",
                                "target": 1, "target_unit": "%", "actual_text": both("asked")}},
           "projects": stated(stated_forecast=pd.NA)},
          "no_value", ERROR, "outputs.more.actual", "text", None, both("asked"),
          variant="activity"),
    fault({"outputs": {"staffing": {"qualified": 16}}},
          "qualified_above_actual", ERROR, "outputs.staffing.qualified", "quantity", 15, 16, 1),
    fault({"outputs": {"satisfaction": {"covers": [both("guarding"), both("catering"),
                                                   both("cleaning")]}}},
          "survey_scope", WARNING, "outputs.satisfaction.covers", "texts",
          [both("guarding"), both("catering")],
          [both("guarding"), both("catering"), both("cleaning")],
          variant="extra", extra=[both("cleaning")]),
    fault({"outputs": {"satisfaction": {"covers": [both("catering")]}}},
          "survey_scope", WARNING, "outputs.satisfaction.covers", "texts",
          [both("guarding"), both("catering")], [both("catering")],
          variant="missing", missing=[both("guarding")]),
    fault({"outputs": {"satisfaction": {"covers": [both("catering"), both("cleaning")]}}},
          "survey_scope", WARNING, "outputs.satisfaction.covers", "texts",
          [both("guarding"), both("catering")], [both("catering"), both("cleaning")],
          variant="extra_missing", extra=[both("cleaning")], missing=[both("guarding")]),
    fault({"outputs": {"more": {"name": both("More"), "kind": "outcome",
                                "due_on": day("2018-12-31"), "target_text": both("On time, tidy"),
                                "actual_text": both("on time ; tidy")}}},
          "copied_target", WARNING, "outputs.more.actual_text", "text",
          None, both("on time ; tidy")),
    # completeness
    fault({"problems": {"late": {"description": both("One meal in ten (to be checked by XX科)")}}},
          "placeholder", ERROR, "problems.late.description", "text", None, "XX"),
    fault({"measures": {"lift": {"description": both("—— /")}}},
          "says_nothing", WARNING, "measures.lift.description", "text", None, both("—— /")),
    fault({"accepted": {"1": {"finding": "milestone_late", "reason": both("agreed"),
                              "accepted_on": day("2018-09-01")}}},
          "accepted_nothing", WARNING, "accepted.1.finding", "text", None, "milestone_late"),
    fault({"accepted": {"1": {"finding": "milestone_late", "where": "milestones.tender.actual_on",
                              "reason": both("agreed"), "accepted_on": day("2018-09-01")}}},
          "accepted_nothing", WARNING, "accepted.1.finding", "text", None, "milestone_late",
          variant="where", place="milestones.tender.actual_on"),
    # grades
    fault({"outputs": {"staffing": {"actual": 14, "qualified": 14,
                                    "stated_likelihood": "possible"}},
           "projects": stated(stated_verdict="basically_normal")},
          "stated_grade", ERROR, "indicators.C11.grade", "text",
          Text("较好", "Fairly good"), Text("好", "Good"), variant="computed",
          rate=Fraction(14, 15), also=["stated_grade"]),
    fault({"judgements": {"A111": {"stated_grade": "fair"}}},
          "stated_grade", WARNING, "indicators.A111.grade", "text",
          Text("好", "Good"), Text("一般", "Fair"), variant="judged"),
    fault({"judgements": {"A111": {"stated_grade": "excellent"}}},
          "unknown_grade", WARNING, "indicators.A111.grade", "text", None, "excellent"),
    fault({"outputs": {"staffing": {"qualified": pd.NA}},
           "projects": stated(stated_verdict="basically_normal")},
          "grade_without_figure", WARNING, "indicators.C13.grade", "text",
          None, Text("好", "Good"), code="C13"),
    fault({"judgements": {"A111": {"evidence": pd.NA}},
           "projects": stated(stated_verdict="basically_normal")},
          "grade_without_evidence", WARNING, "indicators.A111.evidence", "text",
          None, Text("好", "Good"), code="A111"),
    fault({"judgements": {"B113": {"grade": pd.NA, "evidence": pd.NA, "not_applicable": both("no")},
                          "B122": {"grade": pd.NA, "not_applicable": both("no")}}},
          "not_applicable_graded", WARNING, "graded_count", "count", 18, 20, 2,
          codes=["B113", "B122"], best_count=17, below_count=1),
    fault({"milestones": {"tender": {"actual_on": day("2018-01-04")}},
           "judgements": {"B122": {"grade": pd.NA, "stated_grade": pd.NA,
                                   "not_applicable": both("no")}},
           "projects": stated(stated_verdict="basically_normal", is_on_schedule_stated=False)},
          "schedule_grade", ERROR, "indicators.B121.grade", "text", None, Text("好", "Good"),
          days=4, late_count=1, also=["milestone_late"]),
    fault({"rules": {"work": {"effectiveness": "not_executed"}}},
          "rule_followed", ERROR, "indicators.B132.grade", "text",
          None, Text("较好", "Fairly good"), code="B132"),
    fault({"problems": {"late": {"indicators": ["B132", "B131"]}}},
          "problem_beside_best_grade", ERROR, "indicators.B131.grade", "text",
          None, Text("好", "Good"), code="B131"),
    # statements
    fault({"projects": stated(stated_verdict="has_problems")},
          "stated_verdict", WARNING, "verdict", "term",
          "verdict.normal", "verdict.has_problems", variant="bare"),
    fault({"judgements": {"B214": {"stated_grade": "poor", "grade": "poor"}}},
          "stated_verdict", WARNING, "verdict", "term",
          "verdict.has_serious_problems", "verdict.normal", measures=["misuse_count"]),
    fault({"contracts": {"main": {"awarded_on": day("2018-01-05"),
                                  "signed_on": day("2018-01-04")}}},
          "verdict_beside_errors", WARNING, "stated_verdict", "term", None, "verdict.normal",
          number=3, groups=["finding_group.dates"],
          also=["award_late", "contract_late", "signed_before_award"]),
    fault({"projects": stated(stated_forecast="cannot_complete")},
          "stated_forecast", WARNING, "forecast", "term",
          "forecast.can_complete", "forecast.cannot_complete"),
    fault({"outputs": {"more": {"name": both("More"), "kind": "outcome",
                                "due_on": day("2018-08-01"), "actual_text": both("asked"),
                                "target_text": both("well")}}},
          "stated_forecast", WARNING, "forecast", "term",
          "forecast.cannot_be_evaluated", "forecast.can_complete",
          variant="unknown", valued=2, due=3),
    fault({"outputs": {"satisfaction": {"measured": 80}},
           "projects": stated(stated_verdict="has_problems")},
          "stated_likelihood", WARNING, "outputs.satisfaction.likelihood", "term",
          "likelihood.possible", "likelihood.certain"),
    fault({"projects": stated(stated_deviation="none")},
          "no_deviation", ERROR, "stated_deviation", "term",
          "deviation.exists", "deviation.none", count=1),
    fault({"outputs": {"satisfaction": {"measured": 80}}, "problems": {"late": None},
           "measures": {"lift": {"problem": pd.NA}},
           "projects": stated(stated_deviation="none", stated_verdict="has_problems")},
          "no_deviation", ERROR, "stated_deviation", "term",
          "deviation.exists", "deviation.none", variant="outputs", count=1,
          also=["stated_likelihood"]),
    fault({"problems": {"late": {"cause": both("One meal in ten, comes after noon")}}},
          "cause_repeats", WARNING, "problems.late.cause"),
    fault({"measures": {"lift": {"due_on": pd.NaT}}},
          "measure_without_date", WARNING, "measures.lift.due_on", "date"),
    fault({"rules": {"work": {"number": pd.NA}}},
          "rule_without_number", WARNING, "rules.work.number"),
    fault({"projects": stated(client=both("offices administration"))},
          "independence", WARNING, "client", "text", None, both("offices administration")),
    fault({"printed": {"1": {"figure": "client", "text": "Offices  Administration",
                             "where": both("summary")}}},
          "independence", ERROR, both("summary"), "text",
          both("Finance Bureau"), both("Offices Administration"), variant="printed"),
    *[
        fault({"masked": {"1": {"kind": kind, "where": "p.yaml:7"}}},
              "personal_data", ERROR, both("p.yaml:7"), "count", 0, 1, 1, variant=kind)
        for kind in ("mobile", "landline", "identity", "card", "email")
    ],
]  # fmt: skip


IDS = [each.id for each in PLANTED]


def is_value(value):
    """Whether a finding holds a value there."""
    return isinstance(value, list | tuple | str) or not pd.isna(value)


def only(findings, code, where):
    """The one finding of that code at that place."""
    rows = [row for _, row in findings.iterrows() if (row["code"], row["where"]) == (code, where)]
    assert len(rows) == 1, findings[["code", "where"]].to_string()
    return rows[0]


def test_where_all_agrees_nothing_is_found():
    """The clean project has no finding."""
    assert planted().findings.empty


@pytest.fixture(scope="module")
def everything():
    """All planted faults, each in a project of its own, evaluated at once."""
    return portfolio({each.id: each.change for each in PLANTED})


@pytest.mark.parametrize("planted_fault", PLANTED, ids=IDS)
def test_a_planted_fault_is_found_with_its_figures(planted_fault, everything):
    """A single fault gives its finding, exact, and no other but those named."""
    _, _, code, row, variant, details, codes = planted_fault
    findings = everything.findings.loc[planted_fault.id]
    assert sorted(findings["code"]) == codes
    found = only(findings, code, row[1])
    columns = ("severity", "where", "unit", "expected", "actual", "gap")
    values = [found[column] for column in columns]
    assert [value if is_value(value) else None for value in values] == list(row)
    assert found["details"].get("variant", "") == variant
    told = {name: found["details"][name][0] for name in details}
    assert told == details


@pytest.mark.parametrize("planted_fault", PLANTED, ids=IDS)
def test_a_finding_is_said_in_every_language(planted_fault, everything):
    """Each finding and its reason can be said, and its place has a name."""
    facts = Facts(everything.facts, planted_fault.id)
    for lang in languages():
        words = Words(lang, PROJECT["amount_unit"], PROJECT["unit_cost_unit"])
        for _, found in everything.findings.loc[planted_fault.id].iterrows():
            for name, extra in (finding_saying(found), why_saying(found)):
                assert words.say("findings", name, facts, extra).startswith("<p>")
                assert words.plain("findings", name, facts, extra)
            where = found["where"]
            assert isinstance(where, Text) or words.label(where, facts)


def test_certified_work_goes_before_time_where_money_is_ahead():
    """Half of the contract was paid: less than 8 of 12 months, but more than what was certified."""
    evaluation = planted(contracts={"main": {"stated_delivered_amount": 40_000_000}})
    assert list(evaluation.findings["code"]) == ["paid_ahead"]
    found = only(evaluation.findings, "paid_ahead", "ahead_gap")
    assert (found["expected"], found["gap"]) == (40_000_000, 7_350_000)
    assert found["details"]["by"] == ("delivered_by.certified", "term")
    assert planted(contracts={"main": {"stated_delivered_rate": Fraction(1, 2)}}).findings.empty


@given(portfolios())
@settings(max_examples=4)
def test_whatever_is_found_can_be_said(inputs):
    """No project breaks a check, and no finding lacks what its sentence speaks of."""
    evaluation = evaluate(inputs, FRAMEWORK)
    for project_id, mine in evaluation.findings.groupby(level=0):
        facts = Facts(evaluation.facts, project_id)
        for lang in languages():
            words = Words(lang)
            for _, found in mine.iterrows():
                variant, extra = finding_saying(found)
                assert words.plain("findings", variant, facts, extra)


def test_every_check_has_a_planted_fault_and_every_variant_is_reached():
    """No check and no sentence without a test; printed figures and scores have their own."""
    named = {each.id for each in PLANTED}
    others = {code for code in all_checks() if code.startswith("score_")} | {"printed"}
    assert {each.code for each in PLANTED} == set(all_checks()) - others
    across = {"unit_cost_outlier_above", "unit_cost_outlier_below"}  # see test_peers
    for lang in languages():
        said = {name for name in variants(lang, "findings") if not name.endswith("_why")}
        reasons = {name for name in variants(lang, "findings") if name.endswith("_why")}
        parts = {name for name in said if name.startswith("weak_measurement_")}
        own = {"title", "counts", "none", "accepted", "accepted_on", "accepted_on_by", "told",
               "further"}  # fmt: skip
        elsewhere = ("printed_", "score_", "slip", "elsewhere", "out_of_reach_scores")
        assert {n for n in said - parts - own - across if not n.startswith(elsewhere)} == named
        assert {name.removesuffix("_why") for name in reasons} == {*all_checks(), *all_across()}


#: What looks like a fault and is none.
NEAR = {
    "per head of the approved, not the filled": {
        "posts": {"guard": {"filled_count": 9}},
    },
    "a line rounded to the place that the lines are stated in": {
        "lines": {
            "guard": {"unit_cost_amount": 6_000_030},
            "cook": {"declared_amount": 24_990_000, "unit_cost_amount": 4_998_000},
            "uniform": {"declared_amount": 1_210_000, "quantity": pd.NA, "unit_cost_amount": pd.NA},
            "fee": {"declared_amount": 8_500_000},
        },
    },
    "a total off by the rounding of its lines": {
        "lines": {
            "guard": {"unit_cost_amount": 5_999_999},
            "cook": {"declared_amount": 24_990_000, "unit_cost_amount": 4_998_999},
        },
    },
    "sources that make up the budget before its change": {
        "adjustments": {"cut": {"adjusted_on": day("2018-06-01"), "adjustment_amount": 0}},
    },
    "a contract for a part of the budget": {
        "payments": {"direct": {"paid_on": day("2018-02-01"), "amount": 0}},
        "contracts": {"main": {"amount": 94_000_000}},
        "instalments": {
            f"q{n}": {"share_rate": pd.NA, "stated_amount": 23_675_000 if n < 4 else 22_975_000}
            for n in range(1, 5)
        },
    },
    "spent as good as all of last year": {
        "prior_years": {"2017": {"year_executed_amount": 89_100_001}},
    },
    "withheld with a date": {
        "instalments": {
            "q4": {"withheld_rate": "1/2", "withheld_of": "fee", "released_on": day("2019-01-31")}
        },
    },
    "on plan within the best grade": {
        "payments": {"p1": {"amount": 23_675_000}, "p2": {"amount": 23_675_000}},
        "projects": stated(stated_planned_amount=48_000_000),
    },
    "not due yet": {
        "outputs": {
            "more": {
                "name": both("More"), "kind": "output", "operator": "=", "target": 1,
                "target_unit": "%", "due_on": day("2018-12-31"), "actual_text": both("not yet"),
            }
        },
    },
    "less hopeful than the figures": {
        "outputs": {"staffing": {"stated_likelihood": "possible"}},
    },
    "a rule that does not exist has no number": {
        "rules": {"none": {"name": both("None"), "area": "finance", "is_existing": False}},
    },
    "a short cause within a long problem": {
        "problems": {"late": {"cause": both("noon")}},
    },
    "a problem of an indicator without a grade": {
        "problems": {"late": {"indicators": ["B132", "Z9"]}},
    },
    "a sentence that says what is still to come": {
        "problems": {"late": {"description": both("资料待补充完善"),
                              "cause": both("Chapter XX of the rules, 2 × 3 meals")}},
    },
    "the years of a name in its own numerals": {
        "measures": {"lift": {"description": both("二○○八年的电梯")}},
    },
    "a range of signs within a sentence": {
        "problems": {"late": {"description": both("Lunch, dinner ... and more come late")}},
    },
    "an output whose words only resemble the target's": {
        "outputs": {
            "more": {
                "name": both("More"), "kind": "outcome", "due_on": day("2018-12-31"),
                "target_text": both("tidy"), "actual_text": both("tidy in nine of ten rooms"),
            }
        },
    },
    "paid on the first day": {
        "payments": {"p1": {"paid_on": day("2018-01-01")}},
    },
    "awarded on the day that service began": {
        "contracts": {"main": {"awarded_on": day("2018-01-01"), "signed_on": day("2018-01-01")}},
    },
    "stated by label": {
        "judgements": {"A111": {"stated_grade": "好"}, "A112": {"stated_grade": " Good "}},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def near():
    """What looks like a fault, each in a project of its own, evaluated at once."""
    return portfolio(NEAR)


@pytest.mark.parametrize("name", NEAR)
def test_what_has_an_explanation_is_not_found(name, near):
    """Rounding, other lawful ways and things not due yet give no finding."""
    assert name in near.project_ids
    findings = near.findings[near.findings.index.get_level_values(0) == name]
    assert findings.empty, findings[["code", "where"]].to_string()


def test_a_late_step_is_shown_by_one_grade_below_the_best():
    """Schedule grades are not held against a report of which one shows the delay."""
    change = {
        "milestones": {"tender": {"actual_on": day("2018-01-04")}},
        "projects": stated(stated_verdict="basically_normal", is_on_schedule_stated=False),
    }
    bold = {"judgements": {"B121": {"stated_grade": "fairly_good", "grade": "fairly_good"}}}
    assert "schedule_grade" in set(planted(**change).findings["code"])
    assert "schedule_grade" not in set(planted(**change, **bold).findings["code"])


def test_sources_that_spent_more_than_was_spent():
    """One source spent 474,000 yuan and the other is not known: 473,500 in all is out of reach."""
    funding = {"city": {"budget_amount": 90_000_000, "received_amount": 90_000_000,
                        "executed_amount": 47_400_000},
               "town": {"name": both("town"), "budget_amount": 4_700_000,
                        "received_amount": 4_700_000}}  # fmt: skip
    findings = planted(funding=funding).findings
    [row] = [row for _, row in findings.iterrows() if row["code"] == "out_of_reach"]
    assert (row["where"], row["actual"]) == ("funding_executed_amount", 47_350_000)
    assert row["details"]["lowest"] == (47_400_000, "amount")
    assert row["details"]["missing"] == (["funding.town.executed_amount"], "facts")


@pytest.mark.parametrize("planted_fault", PLANTED[::9], ids=IDS[::9])
def test_a_project_has_the_same_findings_among_others(planted_fault, everything):
    """No project's findings depend on its neighbours."""
    alone = planted(**planted_fault.change).findings.loc["p"]
    among = everything.findings.loc[planted_fault.id]
    assert alone.astype(str).equals(among.astype(str))


def test_findings_stand_in_the_order_of_the_projects_and_worst_first(everything):
    """Within a project errors come before warnings and notes, numbered from one."""
    findings = everything.findings
    assert list(dict.fromkeys(findings.index.get_level_values(0))) == [p.id for p in PLANTED]
    for _, mine in findings.groupby(level=0):
        ranks = [SEVERITIES.index(severity) for severity in mine["severity"]]
        assert ranks == sorted(ranks)
        assert list(mine.index.get_level_values(1)) == list(range(1, len(mine) + 1))


def test_no_figure_of_a_finding_is_a_binary_float(everything):
    """Expected, actual and gap are exact, and so is every detail."""
    for _, found in everything.findings.iterrows():
        pairs = [value for value in found["details"].values() if isinstance(value, tuple)]
        values = [found["expected"], found["actual"], found["gap"], *(pair[0] for pair in pairs)]
        assert not any(isinstance(value, float) for value in values), found["code"]


def test_a_check_changes_nothing(everything):
    """Running the checks leaves the evaluation as it was."""
    evaluation = everything
    before = {name: frame.copy() for name, frame in evaluation.inputs.frames()}
    lines = evaluation.lines.copy()
    for check in all_checks().values():
        list(check(replace(evaluation)))
    for name, frame in evaluation.inputs.frames():
        pd.testing.assert_frame_equal(frame, before[name])
    pd.testing.assert_frame_equal(evaluation.lines, lines)
