"""Public forms that were filled in elsewhere, transcribed, with what they come to by hand."""

from fractions import Fraction

import pytest
from ruamel.yaml import YAML

from evalkit import framework, params
from evalkit.evaluate import evaluate
from tests.samples import ROOT

FORMS = ROOT / "tests" / "cases" / "forms"
NAMES = sorted(path.stem for path in FORMS.glob("*.yaml"))


def expected(name):
    """What was worked out by hand for a form."""
    return YAML(typ="safe").load((FORMS / "expected" / f"{name}.yaml").read_text("utf-8"))


def ends(value):
    """A figure, or the lowest and the highest one within reach, as two exact ends."""
    both = value if isinstance(value, list) else [value, value]
    return [Fraction(str(each)) for each in both]


@pytest.fixture(scope="module", params=NAMES)
def form(request):
    """One form: its name, its evaluation under the framework that it names first, by hand."""
    name = request.param
    inputs = params.load([FORMS / f"{name}.yaml"])
    table = framework.load(inputs.projects.at[name, "framework"])
    return name, evaluate(inputs, table), expected(name)


def test_every_form_has_its_figures_by_hand():
    """And no figures are left without a form."""
    assert sorted(path.stem for path in (FORMS / "expected").glob("*.yaml")) == NAMES
    assert len(NAMES) >= 5


def test_the_total_and_its_grade_are_those_by_hand(form):
    """Exact, or both ends of what is within reach."""
    name, found, hand = form
    total = found.totals.loc[name]
    assert [total["lowest_total_score"], total["highest_total_score"]] == ends(hand["total"])
    grades = hand["grade"] if isinstance(hand["grade"], list) else [hand["grade"]] * 2
    assert [total["lowest_grade"], total["highest_grade"]] == grades


def test_each_score_is_the_one_by_hand(form):
    """All that is scored is listed, and nothing else."""
    name, found, hand = form
    columns = ["lowest_score", "highest_score"]
    scores = {item: list(row) for item, row in found.scores.loc[name][columns].iterrows()}
    assert scores == {item: ends(value) for item, value in hand["scores"].items()}


def test_exactly_these_findings_are_told(form):
    """No false alarm, and none is missed."""
    name, found, hand = form
    findings = found.findings
    mine = findings[findings.index.get_level_values(0) == name]
    assert sorted(mine["code"]) == hand["findings"]
    if "severities" in hand:
        assert sorted(mine["severity"]) == hand["severities"]
