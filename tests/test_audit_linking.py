"""Printed figures and the facts they mean: cases by hand, and the labelled reference report."""

from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bench import audit as measuring
from evalkit.audit import lines
from evalkit.audit.candidates import project_of
from evalkit.audit.context import find
from evalkit.audit.linking import AGREES, DISAGREES, UNLINKED, link
from evalkit.evaluate import evaluate_all
from evalkit.params import load

ROOT = Path(__file__).parents[1]
CASES = YAML(typ="safe").load(ROOT / "tests" / "cases" / "audit_links.yaml")
STATUS = {"✓": AGREES, "✗": DISAGREES, "?": UNLINKED}


@cache
def project(name="minhang-logistics-2018"):
    """A project of params/ as what figures may mean."""
    inputs = load([ROOT / "params" / f"{name}.yaml"])
    evaluation = evaluate_all(inputs)[inputs.projects["framework"].iloc[0]]
    return project_of(evaluation, name)


def links(text, name="minhang-logistics-2018"):
    """The figures of a text with what they mean."""
    return [link(found, project(name)) for found in find(lines.read(text))]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_figure_means_what_its_context_says(case):
    """Agreement, disagreement and silence, each with its fact or one that equals it."""
    found = links(case["text"], case.get("project", "minhang-logistics-2018"))
    expected = case.get("but", case["links"])
    assert [each.found.figure.text for each in found] == [printed for _, printed, _ in expected]
    for each, (status, printed, fact) in zip(found, expected, strict=True):
        assert (each.status, printed) == (STATUS[status], printed), (printed, each.fact)
        assert each.fact in [fact, *case.get("also", {}).get(printed, [])]
    if "slip" in case:
        [wrong] = [each for each in found if each.status == DISAGREES]
        assert wrong.slips[0][0] == case["slip"]


def test_the_labelled_report_is_linked():
    """At least nine of ten amounts, rates and headcounts of the report are linked right."""
    text = (ROOT / "tests" / "cases" / "audit_reference.txt").read_text("utf-8")
    right, linked, wanted = measuring.measured(text, project())
    for kind in measuring.SCORED:
        precision, recall = right[kind] / linked[kind], right[kind] / wanted[kind]
        print(f"{kind}: precision {precision:.1%}, recall {recall:.1%} of {wanted[kind]}")
        assert precision >= 0.9
        assert recall >= 0.9
    assert {kind: wanted[kind] for kind in measuring.SCORED} == {
        "amount": 39, "rate": 42, "headcount": 11,
    }  # fmt: skip


def test_the_labelled_report_is_whole():
    """Every label stands on its line of the excerpt, as it is printed."""
    rows = (ROOT / "tests" / "cases" / "audit_reference.txt").read_text("utf-8").splitlines()
    for label in measuring.labels():
        row = measuring.plain(rows[label["line"] - 1])
        assert measuring.plain(label["printed"]) in row, label


def test_only_the_known_faults_of_the_reference_are_told():
    """F3, F4 and F5 of the hand-made list, each with its slip, and no false alarm."""
    text = (ROOT / "tests" / "cases" / "audit_reference.txt").read_text("utf-8")
    told = [
        (each.found.line, each.found.figure.text, each.fact, each.slips[0][0])
        for each in links(text) if each.status == DISAGREES
    ]  # fmt: skip
    assert told == [
        (222, "28,195,500", "executed_amount", "unit_large"),
        (483, "95.98%", "last_executed_amount", "rate_for_amount"),
        (518, "2835.69", "planned_amount", "other_fact"),
    ]
