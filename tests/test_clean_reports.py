"""Reports in which every figure is right: the checks and the audit must say so.

Each project of ``clean/`` is invented, with a report computed by hand from amounts before they were
rounded. Beside silence it must be shown that a fault in the same place is still found.
"""

from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from evalkit.audit import lines
from evalkit.audit.candidates import project_of
from evalkit.audit.context import find
from evalkit.audit.linking import DISAGREES, link
from evalkit.evaluate import evaluate_all
from evalkit.params import load

FOLDER = Path(__file__).parent / "clean"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "faults")
FAULTS = YAML(typ="safe").load(FOLDER / "faults.yaml")


@cache
def evaluation(path):
    """The evaluation of one params file."""
    [found] = evaluate_all(load([path])).values()
    return found


def told(path):
    """What the checks tell: severity, code and place."""
    found = evaluation(path).findings
    return [(row["severity"], row["code"], str(row["where"])) for _, row in found.iterrows()]


def disagreeing(text, path):
    """The printed figures of a report that do not agree, with the facts that they claim to be."""
    about = project_of(evaluation(path), path.stem)
    links = [link(found, about) for found in find(lines.read(text))]
    return [(each.found.figure.text, each.fact) for each in links if each.status == DISAGREES]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_told_of_a_clean_project(name):
    """Totals of rounded parts and rates from unrounded amounts are no fault."""
    assert told(FOLDER / f"{name}.yaml") == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_disagrees_in_a_clean_report(name):
    """The audit takes none of its figures for wrong."""
    text = (FOLDER / f"{name}.txt").read_text("utf-8")
    assert disagreeing(text, FOLDER / f"{name}.yaml") == []


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{f['in']}-{f['now']}" for f in FAULTS])
def test_a_fault_in_its_place_is_found(fault, tmp_path):
    """The same report or file with one figure changed: that figure is told, and only that."""
    source = FOLDER / fault["in"]
    text = source.read_text("utf-8")
    assert text.count(fault["was"]) >= 1
    changed = text.replace(fault["was"], fault["now"], 1)
    if source.suffix == ".txt":
        found = disagreeing(changed, source.with_suffix(".yaml"))
        assert [figure for _, figure in found] == [fault["finds"]]
    else:
        path = tmp_path / source.name
        path.write_text(changed, "utf-8")
        assert fault["finds"] in {code for _, code, _ in told(path)}
