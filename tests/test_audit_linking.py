"""Printed figures and the facts they mean: cases by hand."""

from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

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
