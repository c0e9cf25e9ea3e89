"""Facts: each figure is what its formula says, exact, and known by name."""

import datetime
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit import framework, params
from evalkit.evaluate import evaluate, evaluate_all, score
from evalkit.facts import COLUMNS, Facts, facts_of, formulas, with_counts
from evalkit.findings import count_findings
from evalkit.model import FINDING_COLUMNS, Text
from tests.samples import (
    FEW,
    FRAMEWORK,
    PARAMS,
    REFERENCE,
    SECOND,
    facts_with,
    inputs_with,
    of,
    portfolios,
    scored_with,
    wrong_figures,
)

EXACT = {bool, int, Fraction, datetime.date, str, Text, list, type(pd.NA)}

UNITS = {"amount", "rate", "count", "days", "months", "date", "text", "quantity", "points",
         "flag"}  # fmt: skip


@pytest.fixture(scope="module")
def inputs():
    return params.load(sorted(PARAMS.glob("*.yaml")))


@pytest.fixture(scope="module")
def evaluation(inputs):
    return evaluate(inputs, FRAMEWORK)


@pytest.mark.parametrize("name", framework.known())
def test_every_formula_gives_its_fact_in_the_projects_of_params(name, inputs):
    """The figures of the shipped projects are what their formulas give, under every framework."""
    assert wrong_figures(facts_of(score(inputs, framework.load(name)))) == []


@FEW
@given(portfolios(), st.sampled_from(framework.known()))
def test_every_formula_gives_its_fact_whatever_the_project(inputs, name):
    """So are those of any project; the way that is named is the one that made the figure.

    Nothing that a project leaves out turns into a float or into the text "nan".
    """
    facts = facts_of(score(inputs, framework.load(name)))
    assert wrong_figures(facts) == []
    assert {type(value) for value in facts["value"]} <= EXACT
    texts = {str(value).lower() for value in facts["value"] if value is not pd.NA}
    assert not texts & {"nan", "nat", "none", "<na>", ""}


def test_the_calculator_finds_a_wrong_figure(evaluation):
    """The proof is one: a figure that is off by one fen does not pass."""
    facts = evaluation.facts.copy()
    facts.at[(REFERENCE, "executed_amount"), "value"] += 1
    assert (REFERENCE, "executed_amount") in [each[:2] for each in wrong_figures(facts)]


def test_every_way_of_every_formula_is_proven(evaluation):
    """Each way that the catalogue names is taken by one of these projects, and is right there."""
    taken = set()
    for facts in (evaluation.facts, *(facts_of(scored_with(**rows)) for rows in VARIED)):
        assert wrong_figures(facts) == []
        columns = facts.index.get_level_values(1).str.replace(r".*\.", "", regex=True)
        taken |= set(zip(columns, facts["way"], strict=True))
    for frame, columns in formulas().items():
        for column, about in columns.items():
            if isinstance(about.get("formula"), dict) and frame not in POINTS:
                assert {(column, way) for way in about["formula"]} <= taken


POINTS = ("scores", "totals")  # the frames of frameworks that give points
JULY, OCTOBER = pd.Timestamp("2018-07-31"), pd.Timestamp("2018-10-31")
INSTALMENT = {"due_on": JULY, "stated_amount": 500}
VALUE = {"target": 5, "target_unit": "件", "actual": 4, "actual_unit": "件"}
VARIED = [
    {
        "project": {"stated_executed_amount": 600, "stated_planned_amount": 700},
        "posts": [of("cook", approved_count=3, filled_count=2)],
        "lines": [of("meals", declared_amount=900), of("fee", declared_amount=100)],
        "instalments": [
            of("i", withheld_rate=Fraction(1, 2), withheld_of="fee", released_on=JULY, **INSTALMENT)
        ],
        "outputs": [of("faults", operator="<=", planned=4, planned_unit="件", **VALUE)],
        "milestones": [of("start", planned_on=JULY)],
    },
    {
        "instalments": [of("i", due_on=OCTOBER, stated_amount=500)],
        "payments": [of("p", paid_on=OCTOBER, amount=500)],
        "outputs": [of("faults", operator="<=", **VALUE | {"actual": 0})],
        "contracts": [of("c", amount=900)],
    },
    {
        "project": {"stated_executed_amount": 600},
        "outputs": [
            of("warm", operator="range", target_to=6, **VALUE | {"target": 3}),
            of("hot", operator="range", target_to=3, **VALUE | {"target": 2}),
        ],
    },
    {  # a plan of one contract, beside one without
        "contracts": [of("c", amount=600), of("d", amount=300)],
        "instalments": [of("i", contract="c", **INSTALMENT)],
        "payments": [of("p", paid_on=JULY, amount=400, instalment="i")],
    },
    {"funding": [of("city", budget_amount=900, executed_amount=500)]},
    {  # a contract with certified work, one with a share, and money outside of contracts
        "lines": [of("fee", declared_amount=100)],
        "contracts": [
            of("c", amount=600, stated_delivered_amount=450),
            of("d", amount=300, stated_delivered_rate=Fraction(1, 3)),
        ],
        "instalments": [
            of("i", contract="c", withheld_rate=Fraction(1, 2), withheld_of="fee",
               released_on=JULY, **INSTALMENT),
            of("j", contract="d", due_on=OCTOBER, stated_amount=300),
            of("k", **INSTALMENT),
        ],
        "payments": [of("p", paid_on=JULY, amount=500, instalment="i")],
    },
    {
        "contracts": [of("c", amount=600)],
        "instalments": [of("i", contract="c", **INSTALMENT), of("k", **INSTALMENT)],
    },
    {
        "contracts": [of("c", amount=600)],
        "instalments": [
            of("i", contract="c", due_on=OCTOBER, stated_amount=600), of("k", **INSTALMENT),
        ],
    },
    {"project": {"stated_planned_amount": 700}, "contracts": [of("c", amount=600)]},
]  # fmt: skip


def test_the_catalogue_and_the_scored_frames_agree(evaluation, inputs):
    """Every figure of the catalogue is scored or read, and its unit is one that is explained."""
    clinics = params.load([PARAMS / "clinics-2023.yaml"])
    both = evaluate_all(clinics, is_tried=True)["evaluation-2020"].facts
    found = {*evaluation.facts.index.get_level_values(1), *both.index.get_level_values(1)}
    names = {(name.partition(".")[0] if "." in name else "", name.rpartition(".")[2])
             for name in found}  # fmt: skip
    for frame, columns in formulas().items():
        for column, about in columns.items():
            assert names & {("", column), (frame, column)}, (frame, column)
            assert about["unit"] in UNITS
            assert set(about) <= {"unit", "formula"}


def test_the_inputs_of_a_fact_are_facts(evaluation):
    """What a formula speaks of can be looked up: a fact, or a column of items that are facts."""
    for project_id in evaluation.project_ids:
        facts = Facts(evaluation.facts, project_id)
        for fact in facts.values():
            for name in fact.inputs:
                frame, _, column = name.partition(".")
                assert name in facts or column in formulas()[frame], (fact.name, name)


def test_the_inputs_stand_in_the_order_of_the_formula():
    """Who reads the inputs reads them as the formula has them."""
    facts = with_counts(
        facts_of(scored_with()),
        count_findings(pd.DataFrame(columns=list(FINDING_COLUMNS),
                                    index=inputs_with().lines.index), inputs_with()),
    )  # fmt: skip
    found = Facts(facts, "p")["finding_count"]
    assert found.inputs == ("error_count", "warning_count", "note_count")
    assert found.value == 0


def test_no_fact_is_a_binary_float(evaluation):
    """Facts hold exact numbers, dates and texts; what is missing is pd.NA and nothing else."""
    assert {type(value) for value in evaluation.facts["value"]} <= EXACT
    assert {type(value) for column in COLUMNS[1:] for value in evaluation.facts[column]} == {
        str, tuple,
    }  # fmt: skip


def test_facts_keep_the_order_of_projects_and_are_found_without_a_search(evaluation):
    """A project's facts lie together, in the order of the inputs, each name once."""
    index = evaluation.facts.index
    assert list(dict.fromkeys(index.get_level_values(0))) == evaluation.project_ids
    assert index.is_unique
    assert isinstance(index.get_loc(SECOND), slice)


def test_a_fact_says_where_its_figure_stands_in_the_file(evaluation):
    """A figure that was read has its place, and one that is taken over has that of its source."""
    facts = Facts(evaluation.facts, REFERENCE)
    file = f"{REFERENCE}.yaml:"
    for name in ("initial_amount", "lines.uniform.quantity", "lines.technical.quantity",
                 "last_budget_amount", "instalments.q4.withheld_base_amount"):  # fmt: skip
        assert facts[name].place.startswith(file), name
    assert facts["lines.technical.quantity"].place == facts["posts.technical.approved_count"].place
    assert facts["last_budget_amount"].inputs == ("years.2017.year_budget_amount",)
    assert facts["execution_rate"].place == ""


def test_an_unknown_name_is_an_error_but_may_be_asked_for():
    """Facts is a mapping; ``value`` gives pd.NA for what a project does not have."""
    facts = facts_with()
    assert facts.value("no_such_figure") is pd.NA
    assert len(facts) == len(list(facts)) > 50
    with pytest.raises(KeyError):
        facts["no_such_figure"]


def test_a_missing_figure_names_no_way():
    """Where no way leads to a figure there is no formula either."""
    planned = facts_with()["planned_amount"]
    assert (planned.value, planned.way, planned.formula) == (pd.NA, "", "")
