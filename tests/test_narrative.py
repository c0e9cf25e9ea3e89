"""Which sentences are said: for the shipped projects, and for projects that lack something."""

import html
import importlib
import pkgutil
import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import cycle, islice
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalkit import framework, narrative
from evalkit.evaluate import score, tried
from evalkit.facts import Facts, facts_of, with_counts
from evalkit.findings import count_findings
from evalkit.model import FINDING_COLUMNS, Text, frame
from evalkit.params import load
from evalkit.scoring.comparison import compared
from evalkit.sentences import languages, variants
from evalkit.words import Words

#: The kinds of assumptions of ``scoring/assumptions.py``.
ASSUMED = ("subject", "weight", "cut_off", "share", "target", "to", "pass_line", "loss",
           "grade_band", "threshold", "count")  # fmt: skip
PARAMS = Path(__file__).parents[1] / "params"
REFERENCE, CANTEENS = "minhang-logistics-2018", "canteens-2024"
FISHING, POLICE = "yangtze-fishing-2020", "fengdu-auxpolice-2022"
CLINICS = "clinics-2023"
CHARTS = (
    "execution", "headcount", "years", "indicators", "outputs", "disbursement", "earned_value",
    "sensitivity",
)  # fmt: skip
#: What the table of findings, not a teller, takes its sentences from.
BY_FINDINGS = {"findings"}
PARTS = ("assumed_framework", "assumed_least", "bounds_below", "bounds_at_least_below")


def topics():
    """The topics that a teller tells of."""
    for module in pkgutil.iter_modules(narrative.__path__):
        found = importlib.import_module(f"evalkit.narrative.{module.name}")
        if hasattr(found, f"tell_{module.name}"):
            yield module.name, getattr(found, f"tell_{module.name}")


TELLERS = dict(topics())


@cache
def inputs_of(name):
    """The inputs of a shipped project."""
    return load([str(PARAMS / f"{name}.yaml")])


def evaluated(inputs, severities=(), is_tried=False, **changed):
    """An evaluation with facts; its findings are mere severities, its framework may be changed."""
    names = inputs.projects["frameworks"].iloc[0]
    loaded = framework.load(inputs.projects["framework"].iloc[0])
    used = replace(loaded, settings={**loaded.settings, **changed})
    others = {name: framework.load(name) for name in names if name != loaded.id}
    scored = {each.id: score(inputs, each) for each in (used, *others.values())}
    if is_tried:
        scored = {name: tried(each) for name, each in scored.items()}
    scored = compared(scored)[loaded.id]
    rows = [
        {
            "project_id": inputs.projects.index[0],
            "item": str(place),
            "severity": severity,
            "accepted": pd.NA,
        }
        for place, severity in enumerate(severities)
    ]
    found = pd.DataFrame(rows, columns=["project_id", "item", *FINDING_COLUMNS])
    counted = count_findings(found.set_index(["project_id", "item"]), inputs)
    return replace(scored, facts=with_counts(facts_of(scored), counted))


def told(evaluation, project_id):
    """All that is told of a project: (topic, variant, extra), sayings within sayings included."""
    for topic, tell in TELLERS.items():
        for sayings in (
            [tell(evaluation, project_id, chart) for chart in CHARTS]
            if topic == "charts"
            else [tell(evaluation, project_id)]
        ):
            for saying in sayings:
                yield from within(topic, saying)


def within(topic, saying):
    """A saying and those inside it."""
    variant, extra = saying
    yield topic, variant, extra
    for value in extra.values():
        if isinstance(value, list) and value and type(value[0]) is tuple:
            for inner in value:
                yield from within(topic, inner)


def said(evaluation, project_id, lang, topic):
    """One topic in words, as plain text; every saying is also rendered as HTML."""
    project = evaluation.inputs.projects.loc[project_id]
    words = Words(lang, project["amount_unit"], project["unit_cost_unit"])
    facts = Facts(evaluation.facts, project_id)
    lines = []
    for variant, extra in TELLERS[topic](evaluation, project_id):
        if variant == "prose":
            assert (project_id, extra["heading"]) in evaluation.inputs.prose.index
            continue
        page = words.say(topic, variant, facts, extra)
        assert not UNFILLED.search(page), (topic, variant)
        lines.append(words.plain(topic, variant, facts, extra))
    return "\n".join(lines)


def said_all(evaluation, project_id):
    """Every topic and every chart in every language."""
    for lang in languages():
        for topic in TELLERS:
            if topic != "charts":
                said(evaluation, project_id, lang, topic)
        words, facts = Words(lang), Facts(evaluation.facts, project_id)
        for chart in CHARTS:
            for variant, extra in TELLERS["charts"](evaluation, project_id, chart):
                assert words.plain("charts", variant, facts, extra)


def without(inputs, *frames):
    """The same project without some frames."""
    return replace(inputs, **{name: getattr(inputs, name).iloc[:0] for name in frames})


def with_project(inputs, **columns):
    """The same project with other columns of its own."""
    projects = inputs.projects.copy()
    for name, value in columns.items():
        projects[name] = pd.Series([value], projects.index, dtype="object").astype(
            projects[name].dtype
        )
    return replace(inputs, projects=projects)


def with_items(inputs, frame_name, /, **columns):
    """The same project with other columns of all items of a frame."""
    table = getattr(inputs, frame_name).copy()
    for name, value in columns.items():
        values = list(islice(cycle(value if isinstance(value, list) else [value]), len(table)))
        table[name] = pd.Series(values, table.index, dtype="object").astype(table[name].dtype)
    return replace(inputs, **{frame_name: table})


#: Holes, missing values, and paragraphs that hold nothing or a list.
UNFILLED = re.compile(
    r"\{[a-z_.]+:[a-z_.]+\}|<NA>|\b(?:NaT|nan|None)\b|<p>[^<]*<ul>|<p></p>|<p>\s*<p>"
)
DAY, NA = pd.Timestamp, pd.NA
HALF = 1_890_460_000  # of the reference budget, in fen
NO_STATEMENT = {
    "stated_verdict": NA, "stated_forecast": NA, "stated_deviation": NA,
    "is_funds_on_plan_stated": NA, "is_on_schedule_stated": NA, "is_full_use_stated": NA,
}  # fmt: skip
PRIOR = {"line": "supervisory", "prior_year": 2017, "prior_quantity": 30,
         "prior_unit_cost_amount": 12_000_000}  # fmt: skip


def lacking(*frames):
    """A change: the project lacks these frames."""
    return lambda inputs: without(inputs, *frames)


def own(**columns):
    """A change: other columns of the project itself."""
    return lambda inputs: with_project(inputs, **columns)


def each(table, /, **columns):
    """A change: other columns of all items of a frame."""
    return lambda inputs: with_items(inputs, table, **columns)


def put(name, *rows):
    """A change: other rows of a frame."""
    return lambda inputs: replace(
        inputs, **{name: frame(name, [{"project_id": REFERENCE, "item": "x"} | r for r in rows])}
    )


def more(name, **row):
    """A change: one more row of a frame, unless it was added already."""
    of_it = frame(name, [{"project_id": REFERENCE, "item": "more"} | row])

    def change(inputs):
        table = getattr(inputs, name)
        both = table if of_it.index[0] in table.index else pd.concat([table, of_it])
        return replace(inputs, **{name: both})

    return change


def both(*changes):
    """Several changes, one after the other."""

    def change(inputs):
        for one in changes:
            inputs = one(inputs)
        return inputs

    return change


def only_staffing(inputs):
    """A project with one output, which is reached and up to standard."""
    kept = inputs.outputs[inputs.outputs.index.get_level_values(1) == "staffing"].copy()
    kept["qualified"] = kept["actual"]
    return replace(inputs, outputs=kept)


IN_TIME = each("milestones", actual_on=DAY("2017-12-01"))
OTHER = {"contractor": Text("乙", "B"), "procurement": "other", "amount": 10**6}
NO_LINES = both(lacking("lines"), each("instalments", withheld_rate=NA, withheld_of=NA))

#: What a project may be or lack, and what is then told (topic.variant) or not (-topic.variant).
CASES = {
    "as it is": (both(), "summary.verdict_differs summary.why summary.better execution.budget "
        "summary.forecast_few_valued "
        "execution.funding_one execution.executed_above execution.pace_above "
        "execution.plan_schedule execution.accuracy_even execution.accuracy_scaled "
        "execution.ceiling_above execution.prior execution.growth_above_unspent "
        "execution.outlook_line_over execution.outlook_schedule execution.needed "
        "headcount.posts headcount.recomputed_below headcount.line_below headcount.fee "
        "headcount.labour headcount.per_head_approved headcount.change_unknown "
        "payments.contract payments.signing_late payments.in_time payments.ahead_above "
        "payments.withheld payments.next outputs.reached outputs.no_value outputs.not_due "
        "outputs.unit_mismatch outputs.measurement_no_sample indicators.not_applicable "
        "indicators.unevaluable indicators.indicator_no_values indicators.stated_status "
        "deviations.schedule_late deviations.claim_differs conclusions.forecast_differs "
        "conclusions.measure_no_date methodology.assumed_bands overview.background"),
    "all is well": (both(only_staffing, IN_TIME), "summary.why_best conclusions.judgement_best "
        "deviations.outputs_fine deviations.no_deviation_computed_yes -conclusions.better "
        "-summary.forecast_few_valued -summary.forecast_nothing_due"),
    "no contract": (lacking("contracts", "instalments"), "execution.no_contract "
        "payments.no_contract payments.no_instalments execution.plan_none"),
    "no instalments": (lacking("instalments"), "payments.no_instalments deviations.money_unknown "
        "-execution.outlook_schedule"),
    "no posts": (lacking("posts"), "headcount.no_posts -headcount.per_head_approved"),
    "no lines": (NO_LINES, "headcount.posts -headcount.lines"),
    "no posts, no lines": (both(NO_LINES, lacking("posts")), "headcount.none"),
    "no year before": (lacking("prior_years"), "execution.no_prior -headcount.change_unknown"),
    "no outputs": (lacking("outputs"), "outputs.none conclusions.forecast_no_outputs "
        "summary.forecast_nothing_due"),
    "no judgements": (lacking("judgements"), "indicators.indicator_reason_code"),
    "nothing graded": (lacking("judgements", "payments", "outputs"), "summary.verdict_none_stated "
        "conclusions.judgement_none indicators.none_graded"),
    "nothing graded, nothing stated": (
        both(lacking("judgements", "payments", "outputs"), own(**NO_STATEMENT)),
        "summary.verdict_none"),
    "nothing stated": (own(**NO_STATEMENT), "summary.verdict_only conclusions.forecast_only "
        "-deviations.claims"),
    "likelihood not stated": (each("outputs", stated_likelihood=NA), "conclusions.likelihood_only"),
    "no other parties": (own(client=NA, evaluator=NA, department=NA), "-overview.department "
        "-summary.party_client -overview.commissioned_client_evaluator"),
    "client only": (own(evaluator=NA), "overview.commissioned_client"),
    "evaluator only": (own(client=NA), "overview.commissioned_evaluator"),
    "no problems": (lacking("problems", "measures"), "conclusions.no_problems "
        "conclusions.no_measures"),
    "no prose": (both(lacking("prose"), each("problems", cause=NA)),
        "conclusions.cause_missing -overview.background"),
    "texts in the params": (both(lacking("prose"),
        each("problems", description=Text("述", "d"), cause=Text("因", "c"))),
        "conclusions.description conclusions.cause"),
    "no work plan": (lacking("milestones"), "deviations.schedule_none "
        "deviations.schedule_computed_open"),
    "work to come": (each("milestones", planned_on=DAY("2018-12-31"), actual_on=pd.NaT),
        "deviations.schedule_not_due"),
    "work in time": (IN_TIME, "deviations.schedule_in_time deviations.schedule_computed_yes"),
    "work not done": (each("milestones", planned_on=DAY("2018-08-01"), actual_on=pd.NaT),
        "deviations.milestone_open"),
    "nothing due": (each("instalments", due_on=DAY("2018-12-01")), "payments.nothing_due "
        "execution.accuracy_unknown"),
    "nothing paid": (lacking("payments"), "execution.executed_unknown payments.due_no_amounts "
        "payments.late_unpaid summary.money_unknown"),
    "execution stated": (both(lacking("payments"), own(stated_executed_amount=HALF)),
        "execution.executed_as_stated execution.accuracy_below deviations.money_below"),
    "plan stated": (own(stated_planned_amount=HALF), "execution.plan_stated "
        "execution.accuracy_above deviations.money_above deviations.funds_computed_no"),
    "plan of a part": (more("contracts", **OTHER), "execution.plan_part "
        "execution.accuracy_part_even execution.outlook_part deviations.money_part_even "
        "-execution.accuracy_scaled -execution.accuracy_even"),
    "plan of a part, paid too little": (both(more("contracts", **OTHER),
        each("payments", amount=10**6)), "execution.accuracy_part_below "
        "deviations.money_part_below"),
    "plan of a part, paid too much": (both(more("contracts", **OTHER),
        each("payments", amount=10**10)), "execution.accuracy_part_above "
        "deviations.money_part_above"),
    "plan of a part, nothing due": (both(more("contracts", **OTHER),
        each("instalments", due_on=DAY("2018-12-01"))), "execution.plan_part "
        "execution.accuracy_unknown -execution.accuracy_unlinked"),
    "plan of a part, payments not linked": (both(more("contracts", **OTHER),
        each("payments", instalment=NA)), "execution.accuracy_unlinked -execution.plan_part"),
    "plan of a part, payments not listed": (both(more("contracts", **OTHER),
        lacking("payments"), own(stated_executed_amount=HALF)), "execution.accuracy_unlinked "
        "-execution.plan_part"),
    "budget of zero": (own(initial_amount=0), "execution.budget_zero execution.executed_no_rate "
        "summary.money_amounts"),
    "over budget": (own(initial_amount=HALF), "execution.executed_below execution.ceiling_below "
        "execution.growth_below execution.outlook_schedule_over headcount.total_below "
        "-execution.needed"),
    "all spent": (own(initial_amount=2_819_550_000), "execution.executed_even"),
    "at the pace of time": (own(initial_amount=4_229_325_000), "execution.pace_even "
        "execution.outlook_line headcount.total_above"),
    "before the period": (own(as_of=DAY("2017-11-30")), "execution.pace_before "
        "execution.executed_none execution.needed_only"),
    "after the period": (own(as_of=DAY("2019-01-31")), "execution.pace_after "
        "execution.outlook_ended payments.late_unpaid payments.outstanding"),
    "all instalments paid": (both(own(as_of=DAY("2018-12-31")),
        each("instalments", share_rate=0, withheld_rate=NA, withheld_of=NA)), "payments.all_paid"),
    "budget raised": (put("adjustments", {"adjusted_on": DAY("2018-06-01"),
                                          "adjustment_amount": 10**9}), "execution.budget_up"),
    "two sources": (each("funding", budget_amount=HALF, received_amount=HALF),
        "execution.funding_many execution.source_share execution.received"),
    "sources that cancel out": (each("funding", budget_amount=[HALF, -HALF, 0]),
        "execution.source"),
    "nothing received": (each("funding", received_amount=0), "execution.received_none"),
    "no funding": (lacking("funding"), "-execution.funding_one"),
    "posts filled": (each("posts", filled_count=[28, 200, 98]), "headcount.filled "
        "headcount.per_head_filled"),
    "no budget the year before": (each("prior_years", year_budget_amount=0),
        "execution.prior_no_rate"),
    "same budget": (each("prior_years", year_budget_amount=3_780_920_000),
        "execution.growth_even"),
    "nothing left over": (each("prior_years", year_executed_amount=3_668_820_000),
        "execution.growth_above"),
    "lines too high": (each("lines", declared_amount=HALF), "headcount.recomputed_above "
        "headcount.line_above headcount.total_below"),
    "lines that cancel out": (each("lines", declared_amount=[
        350_840_000, 2_285_520_000, 783_020_000, 20_279_900, 341_938_100]),
        "headcount.recomputed_even"),
    "labour without heads": (both(lacking("posts"), each("lines", post=NA, quantity=1)),
        "headcount.labour_only"),
    "fee on nothing": (each("lines", declared_amount=[0, 0, 0, 0, 100]), "headcount.fee_no_base"),
    "lines of the year before": (put("prior_lines", PRIOR), "headcount.change"),
    "steps without parties": (each("steps", party=NA), "payments.step_only"),
    "no steps": (lacking("steps"), "-payments.steps"),
    "no names": (both(each("instalments", name=NA), each("contracts", name=NA)), ""),
    "nothing said of outputs": (each("outputs", actual_text=NA), "outputs.item"),
    "measured by nobody": (each("outputs", measured_by=NA), "outputs.measurement"),
    "measured on a sample": (each("outputs", sample_count=120), "outputs.measurement_sample"),
    "reasons given": (each("judgements", reason=Text("因", "why")),
        "indicators.indicator_grade_reason indicators.indicator_reason"),
    "another grade stated": (each("judgements", stated_grade="较好"), "indicators.stated_grade"),
    "the contrary stated": (own(is_funds_on_plan_stated=False, is_on_schedule_stated=False,
        is_full_use_stated=False, stated_deviation="exists"), "deviations.funds_stated_no "
        "deviations.schedule_stated_no deviations.full_use_stated_no "
        "deviations.no_deviation_stated_no deviations.claim_agrees"),
    "certified below payment and plan": (each("contracts", stated_delivered_amount=1_000_000_000),
        "earned_value.by_certified earned_value.cost_below earned_value.schedule_below "
        "earned_value.ceiling -earned_value.by_time"),
    "certified above payment and plan": (each("contracts", stated_delivered_amount=3_000_000_000),
        "earned_value.cost_above earned_value.schedule_above earned_value.floor"),
    "certified as paid": (each("contracts", stated_delivered_amount=2_819_550_000),
        "earned_value.cost_even earned_value.schedule_even -earned_value.ceiling "
        "-earned_value.floor payments.ahead_even"),
    "share stated": (each("contracts", stated_delivered_rate=1), "earned_value.by_share "
        "earned_value.done -earned_value.estimates -earned_value.to_complete"),
    "paid in full": (each("payments", amount=3_759_400_000), "earned_value.nothing_left"),
    "nothing paid or planned so far": (both(each("payments", paid_on=DAY("2018-12-01")),
        each("instalments", due_on=DAY("2018-12-01"))), "earned_value.cost_none "
        "earned_value.schedule_none -earned_value.to_complete_so_far"),
    "earned value without payments": (lacking("payments"), "earned_value.cost_unknown "
        "charts.earned_value -earned_value.estimates"),
    "earned value as stated": (both(lacking("payments", "instalments"),
        own(stated_executed_amount=HALF, stated_planned_amount=HALF)),
        "earned_value.paid_stated earned_value.plan_stated"),
    "earned value without a plan": (lacking("instalments"), "earned_value.plan_unknown "
        "-earned_value.schedule_none"),
    "no contract, no earned value": (lacking("contracts"), "-earned_value.title "
        "-earned_value.measures"),
    "numbers masked": (put("masked", {"kind": "phone", "where": Text("项目", "project")}),
        "methodology.masked"),
}  # fmt: skip
#: The same for another shipped project.
OTHERS = {
    "canteens": (both(), "summary.verdict_agrees execution.budget_down execution.funding_many "
        "execution.pace_below execution.received execution.no_prior execution.ceiling_even "
        "headcount.no_posts headcount.recomputed_agrees payments.contracts payments.late_paid "
        "payments.ahead_below payments.signing_in_time outputs.missed outputs.on_plan "
        "indicators.indicator_rate_relative deviations.outputs_off conclusions.measure_date"),
    "canteens by certificate and time": (each("contracts",
        stated_delivered_amount=[100_000_000, NA]), "earned_value.by_mixed earned_value.contract"),
    "canteens behind": (each("outputs", actual=1, measured=NA), "outputs.behind"),
    "canteens as a scenario": (own(scenario=Text("少一项", "one fewer"), derived_from="canteens"),
        "summary.scenario"),
}  # fmt: skip


def not_applicable(*codes):
    """A project to which these indicators or levels do not apply."""
    rows = [{"project_id": FISHING, "item": code, "not_applicable": Text("无", "No")}
            for code in codes]  # fmt: skip
    return lambda inputs: replace(inputs, judgements=frame("judgements", rows))


#: The same for projects whose framework gives points.
SCORED = {
    "fishing": (FISHING, both(), "points.total points.grade points.stated_score forms.intro "
        "-indicators.title -points.undecided -points.stated_grade"),
    "fishing without execution": (FISHING, both(not_applicable("S1"),
        own(stated_grade="good")), "points.rebased points.total points.stated_grade"),
    "fishing without anything": (FISHING, not_applicable("S1", "S2", "S3", "S4"),
        "points.none -points.total -points.grade"),
    "police": (POLICE, both(), "points.within_reach points.grades points.undecided "
        "points.indicator -points.total -points.stated_score"),
}  # fmt: skip


def under(*names):
    """A change: the project is evaluated under these frameworks."""
    return lambda inputs: replace(
        inputs, projects=inputs.projects.assign(framework=names[0], frameworks=[list(names)])
    )


#: Several frameworks, and what their results rest on.
COMPARED = {
    "clinics": (CLINICS, both(), "comparison.title comparison.opening comparison.totals "
        "comparison.total comparison.why comparison.other_formula comparison.other_formula_rates "
        "comparison.other_weights comparison.weight comparison.only sensitivity.moves_points "
        "sensitivity.holds_always sensitivity.range sensitivity.none_changing sensitivity.most "
        "sensitivity.subject_many sensitivity.cut_off outputs.judged methodology.assumed_weights "
        "methodology.assumed_spread methodology.assumed_scoring methodology.assumed_over "
        "-comparison.same"),
    "clinics near a bound": (CLINICS, each("judgements", tier_rate=Fraction(82, 100)),
        "sensitivity.holds sensitivity.changing"),
    "clinics out of balance": (CLINICS, put("weights", {"project_id": CLINICS, "item": "E1",
        "points": Fraction(30)}), "comparison.off_balance"),
    "fishing under two tables": (FISHING, under("self-evaluation-2020", "self-evaluation-2021",
        "minhang-tracking-2018"), "comparison.stated comparison.within_reach comparison.graded "
        "comparison.other_rule sensitivity.none"),
    "two without execution": (FISHING, both(under("self-evaluation-2020", "evaluation-2020"),
        not_applicable("S1")), "comparison.rebased"),
    "two without anything": (FISHING, both(under("self-evaluation-2020", "evaluation-2020"),
        not_applicable("S1", "S2", "S3", "S4")), "comparison.no_points"),
    "fishing under the common frame": (FISHING, under("common-2013-project"),
        "methodology.assumed_grade_bands"),
    "reference": (REFERENCE, both(), "sensitivity.moves_verdict sensitivity.holds_always "
        "-comparison.title"),
}  # fmt: skip


@cache
def evaluated_case(case):
    """The evaluation of a case and the project's id."""
    if case in COMPARED:
        name, change, _ = COMPARED[case]
        return evaluated(change(inputs_of(name)), is_tried=True), name
    if case in SCORED:
        name, change, _ = SCORED[case]
        return evaluated(change(inputs_of(name))), name
    name, cases = (REFERENCE, CASES) if case in CASES else (CANTEENS, OTHERS)
    return evaluated(cases[case][0](inputs_of(name))), name


def test_a_framework_without_forms_says_so():
    """Where no form is filled the section says that, in both languages."""
    evaluation = evaluated(inputs_of(FISHING), forms=[])
    assert {variant for topic, variant, _ in told(evaluation, FISHING) if topic == "forms"} == {
        "title", "none",
    }  # fmt: skip
    said_all(evaluation, FISHING)


@cache
def names_of(case):
    """What a case tells, as topic.variant."""
    return {f"{topic}.{variant}" for topic, variant, _ in told(*evaluated_case(case))}


@pytest.mark.parametrize("case", [*CASES, *OTHERS, *SCORED, *COMPARED])
def test_a_case_is_told(case):
    """Each case tells what is listed for it, and can be said in full in both languages."""
    listed = (CASES | OTHERS | SCORED | COMPARED)[case][-1].split()
    assert {name for name in listed if not name.startswith("-")} - names_of(case) == set()
    assert {name[1:] for name in listed if name.startswith("-")} & names_of(case) == set()
    said_all(*evaluated_case(case))


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.lists(st.sampled_from(list(CASES)), min_size=2, max_size=4, unique=True))
def test_cases_that_meet_can_be_said(changes):
    """Whatever a project lacks at once, every sentence that is told has all its figures."""
    inputs = inputs_of(REFERENCE)
    for name in changes:
        inputs = CASES[name][0](inputs)
    said_all(evaluated(inputs), REFERENCE)


def test_a_framework_tells_of_itself():
    """Bands with an upper bound only, clauses quoted from memory, findings by severity."""
    bands = {"accuracy": {"status": "assumed", "bands": [{"grade": "good", "at_most": 1}]}}
    loaded = framework.load("minhang-tracking-2018").settings["bands"]
    evaluation = evaluated(
        inputs_of(REFERENCE), ["error", "note"], bands=loaded | bands, status="recalled"
    )
    said_all(evaluation, REFERENCE)
    names = {(topic, variant) for topic, variant, _ in told(evaluation, REFERENCE)}
    assert names >= {
        ("methodology", "bounds_at_most"), ("methodology", "recalled"), ("summary", "findings"),
        ("findings", "counts"),
    }  # fmt: skip
    text = said(evaluation, REFERENCE, "en", "summary")
    assert "Cross-checking gave 2 findings, by severity 1 error, 0 warnings and 1 note;" in text


def test_a_framework_may_have_no_verdict_rule():
    """Then nothing is said of a verdict, and all the rest is."""
    evaluation, project_id = evaluated_case("as it is")
    rules = {k: v for k, v in evaluation.framework.settings.items() if k != "verdict"}
    facts = evaluation.facts.copy()
    facts.at[(project_id, "verdict"), "value"] = NA
    bare = replace(
        evaluation,
        facts=facts,
        conditions=evaluation.conditions.iloc[:0],
        framework=replace(evaluation.framework, settings=rules),
    )
    said_all(bare, project_id)
    names = {variant for _, variant, _ in told(bare, project_id)}
    assert not names & {"verdict_only", "judgement", "worse", "verdict_rule", "assumed_verdict"}


def test_nothing_is_written_that_is_never_told():
    """Over all cases every variant of every teller's text is told at least once."""
    names = {"methodology.bounds_at_most", "methodology.recalled", "summary.findings", "forms.none"}
    # What is assumed is said in test_sensitivity, kind by kind.
    names |= {f"sensitivity.{kind}" for kind in ASSUMED} | {"sensitivity.unmoved"}
    names |= {"comparison.undecided", "comparison.graded_none", "comparison.total_only",
              "comparison.within_reach_only", "comparison.same"}  # fmt: skip
    # What a framework that gives points assumes is said in test_assumed, part by part.
    names |= {f"methodology.{part}" for part in PARTS}
    names |= {"charts.findings", "charts.section"}  # drawn of findings, in test_charts
    names = names.union(["charts.title"], *map(names_of, [*CASES, *OTHERS, *SCORED, *COMPARED]))
    written = {
        f"{topic}.{variant}"
        for topic in TELLERS
        if topic not in BY_FINDINGS
        for variant in variants("zh", topic)
    }
    assert written - names == set()


SENTENCES = [
    ("zh", "summary", "本项目运行基本正常；申报结论为“运行正常”，两者不一致。"),
    ("zh", "summary", "无法评价指标为 3 项（界限：不低于 1 项）；晚于计划的工作节点为 2 项"),
    ("zh", "summary", "无法预测：应有数值的 4 项指标中只有 1 项有数值。"),
    ("en", "summary", "cannot be forecast: of 4 targets due, 1 came with a value."),
    ("zh", "execution", "实际执行 2,819.55 万元，预算执行率 74.57%，尚有 961.37 万元未执行。"),
    ("zh", "execution", "计划执行金额为 2,835.69 万元，准确率为 99.43%。"),
    ("zh", "execution", "合同金额 3,759.40 万元，比预算低 21.52 万元。"),
    ("zh", "execution", "执行 3,521.48 万元，执行率 95.98%。上年结余 147.34 万元，"),
    ("zh", "execution", "比上年增加 112.10 万元（3.06%）"),
    ("zh", "execution", "（年内项目期 12 个月，已过 8 个月），预算执行率比时间进度快 7.91 "),
    ("zh", "headcount", "管理费：申报 341.26 万元，重算 341.94 万元，少列 0.68 万元"),
    ("zh", "headcount", "基数为 3,412.60 万元，实际费率为 9.98%。"),
    ("zh", "payments", "合同金额 2,506.27 万元（66.67%），已付款项多出 313.28 万元"),
    ("zh", "payments", "下一笔应付 769.22 万元，计划于2018年10月31日支付"),
    ("zh", "payments", "签订晚 21 天，其间的服务没有合同依据。"),
    ("zh", "earned_value", "已提供服务对应的合同金额即挣值（EV）为 2,506.27 万元。"),
    ("zh", "earned_value", "得到 0.8889 元的服务；已付款项比已提供的服务多 313.28 万元，"),
    ("zh", "earned_value", "保持目前水平：4,229.33 万元，其中尚需（ETC）1,409.78 万元，"),
    ("zh", "earned_value", "余下的每一元须换得 1.3333 元的服务"),
    ("en", "earned_value", "this is payment in advance and not an overrun."),
    ("zh", "outputs", "机关人员对后勤保障服务满意度：目标不低于 90%，所报 97.44 分"),
    ("zh", "indicators", "评价框架共有 20 项指标，其中已评定 14 项、不适用 3 项、无法评价 3 项。"),
    ("zh", "deviations", "计划2017年12月31日，实际2018年1月4日，晚 4 天"),
    ("zh", "conclusions", "年度目标无法预测，而申报的预测为“能够完成”。"),
    ("zh", "methodology", "预算执行准确率的评分区间：“好” 95% 至 105%；"),
    ("en", "summary", "the project is running basically normally; the stated verdict is “running"),
    ("en", "execution", "CNY 28.1955 million had been spent, an execution rate of 74.57%;"),
    ("en", "execution", "spending runs 7.91 percentage points ahead of the calendar."),
    ("en", "headcount", "declared CNY 3.4126 million, recomputed CNY 3.4194 million"),
    ("en", "payments", "for 21 days there was service without a contract."),
    ("en", "outputs", "reported 97.44 points"),
    ("en", "deviations", "planned for 31 December 2017, done on 4 January 2018, 4 days late"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "topic", "sentence"), SENTENCES)
def test_the_reference_project_is_told_with_its_figures(lang, topic, sentence):
    """Figures of the published report, recomputed by hand, in sentences that read well."""
    assert sentence in said(*evaluated_case("as it is"), lang, topic)


@pytest.mark.parametrize("lang", languages())
def test_hostile_texts_stay_texts_in_a_whole_report(lang):
    """A name of the project, of its items, its prose: nothing becomes a tag or is filled in."""
    bad = Text("<script>{as_of:date}</script>`$x$`{{ y }}](javascript:z)", "<b>{as_of:date}</b>")
    frames = ("funding", "posts", "lines", "contracts", "instalments", "milestones", "outputs")
    inputs = both(
        own(name=bad, implementing_unit=bad, client=bad, department=bad),
        *(each(name, name=bad) for name in frames),
        each("contracts", contractor=bad),
        each("problems", title=bad, cause=bad),
        each("steps", name=bad, party=bad),
    )(without(inputs_of(REFERENCE), "prose"))
    evaluation = evaluated(inputs)
    words, facts = Words(lang), Facts(evaluation.facts, REFERENCE)
    for topic, tell in TELLERS.items():
        for variant, extra in tell(evaluation, REFERENCE) if topic != "charts" else []:
            page = words.say(topic, variant, facts, extra)
            assert "<script" not in page
            assert "<b>" not in page
            shown = html.unescape(re.sub(r"<[^>]+>", "", page))
            assert shown.count("<") == shown.count("{as_of:date}") * 2
