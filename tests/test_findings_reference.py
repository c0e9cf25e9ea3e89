"""The reference report's faults, each found with its figures, and nothing else."""

import shutil
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from evalkit import framework
from evalkit.evaluate import evaluate
from evalkit.model import Text
from evalkit.params import load
from evalkit.words import Words

ROOT = Path(__file__).parents[1]
PARAMS = ROOT / "params"
REFERENCE, SECOND = "minhang-logistics-2018", "canteens-2024"
EXPECTED = YAML(typ="safe").load(ROOT / "tests" / "cases" / "reference_findings.yaml")
WORDS = Words("zh", "万元", "元")


@cache
def findings(project):
    """The findings of a project in ``params/``."""
    inputs = load([PARAMS / f"{project}.yaml"])
    return evaluate(inputs, framework.load("minhang-tracking-2018")).findings.loc[project]


def shown(value, unit):
    """A value as the report prints it; ``None`` where there is none."""
    if isinstance(value, list):
        return "、".join(shown(each, "text") for each in value)
    if isinstance(value, Text | str):
        return WORDS.text(value)
    return None if pd.isna(value) else WORDS.figure(value, unit)


def as_listed(found):
    """A finding in the form of the list."""
    details, unit = found["details"], found["unit"]
    row = {
        "code": found["code"],
        "severity": found["severity"],
        "where": WORDS.text(found["where"]),
        "variant": details.get("variant"),
        "expected": shown(found["expected"], unit),
        "actual": shown(found["actual"], unit),
        "gap": shown(found["gap"], "days" if unit == "date" else unit),
    }
    return {name: value for name, value in row.items() if value is not None}


def detail(found, name):
    """One detail of a finding as the report prints it."""
    return shown(*found["details"][name])


def match(case):
    """The findings of the reference that are what a case lists."""
    rows = [found for _, found in findings(REFERENCE).iterrows()]
    own = ("id", "details", "figures", "reasons")
    listed = {name: value for name, value in case.items() if name not in own}
    return [
        found for found in rows
        if {name: value for name, value in as_listed(found).items() if name in listed} == listed
        and all(detail(found, name) == text for name, text in case.get("details", {}).items())
    ]  # fmt: skip


@pytest.mark.parametrize("case", EXPECTED, ids=[f"{c['id']}-{c['code']}" for c in EXPECTED])
def test_a_known_fault_is_found_with_its_figures(case):
    """Each fault that a reader finds by hand is found once, as a reader would print it."""
    (found,) = match(case)
    if "figures" in case:
        assert found["details"]["figures"][0] == case["figures"]
    if "reasons" in case:
        assert [name for name, _ in found["details"]["reasons"][0]] == case["reasons"]


def test_nothing_else_is_found():
    """Every finding stands in the hand-made list."""
    known = [found.name for case in EXPECTED for found in match(case)]
    others = findings(REFERENCE).drop(index=known)
    assert others.empty, others[["code", "where"]].to_string()
    assert len(findings(REFERENCE)) == len(EXPECTED)


def test_the_second_project_has_its_own_troubles_only():
    """A report that agrees with itself has only what really went wrong: two delays."""
    found = [as_listed(row) for _, row in findings(SECOND).iterrows()]
    assert found == [
        {"code": "milestone_late", "severity": "warning", "variant": "done",
         "where": "milestones.first_opening.actual_on",
         "expected": "2024年6月30日", "actual": "2024年7月19日", "gap": "19 天"},
        {"code": "late_instalment", "severity": "warning", "where": "instalments.b2.paid_on",
         "expected": "2024年7月15日", "actual": "2024年8月9日", "gap": "25 天"},
    ]  # fmt: skip


def test_a_telephone_number_is_counted_and_not_told(tmp_path):
    """F34: a number in a params file becomes a finding that does not hold it."""
    for source in PARAMS.glob(f"{REFERENCE}.*"):
        shutil.copy(source, tmp_path)
    file = tmp_path / f"{REFERENCE}.yaml"
    text = file.read_text("utf-8")
    planted = text.replace("zh: 工勤管理科", "zh: 电话13800138000", 1)
    file.write_text(planted, "utf-8")
    inputs = load([file])
    result = evaluate(inputs, framework.load("minhang-tracking-2018"))
    rows = [row for _, row in result.findings.iterrows() if row["code"] == "personal_data"]
    assert [(row["actual"], row["details"]["variant"]) for row in rows] == [(1, "mobile")]
    assert "13800138000" not in repr(result.findings.to_dict())
