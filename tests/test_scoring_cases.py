"""Cases by hand: figures of published reports, with their source (``tests/cases``)."""

import importlib
import re
from fractions import Fraction

import pandas as pd
import pytest
from ruamel.yaml import YAML

from evalkit import params
from evalkit.evaluate import score
from evalkit.facts import Facts, facts_of
from tests.samples import FRAMEWORK, PARAMS, REFERENCE, ROOT

UNITS = {"元": 100, "万元": 1_000_000, "%": Fraction(1, 100), "": 1}


def cases(name):
    """The cases of a file, each as a parameter named by what it is about."""
    rows = YAML(typ="safe").load((ROOT / "tests" / "cases" / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(row, id=row.get("fact") or row["name"]) for row in rows]


def read(text):
    """A value as it is written, the worth of its last digit, and whether it is rounded.

    >>> read("≈ 74.57%")
    (Fraction(7457, 10000), Fraction(1, 10000), True)
    """
    if text == "none":
        return pd.NA, 0, False
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return pd.Timestamp(text), 0, False
    sign, number, unit = re.fullmatch(r"(≈ )?(-?[\d,./]+) ?(\D*)", text).groups()
    whole, _, below = number.replace(",", "").partition("/")
    worth = UNITS[unit]
    step = Fraction(1, 10 ** len(whole.partition(".")[2]))
    return Fraction(whole) / Fraction(below or 1) * worth, step * worth, bool(sign)


def same(found, text):
    """Whether a figure is what is written, exactly or after rounding half up."""
    expected, step, is_rounded = read(text)
    if expected is pd.NA:
        return found is pd.NA
    if found is pd.NA or not isinstance(found, int | Fraction):
        return False
    if is_rounded:
        # Half up: 0.5 and what lies above it go up; so does evalkit for what is not negative.
        return (Fraction(found) / step + Fraction(1, 2)) // 1 * step == expected
    return found == expected


@pytest.mark.parametrize("case", cases("scoring"))
def test_a_formula_gives_the_figure_of_the_case(case):
    """Each formula gives what was worked out by hand."""
    module, _, name = case["formula"].partition(".")
    function = getattr(importlib.import_module(f"evalkit.scoring.{module}"), name)
    values = {key: read(str(text))[0] for key, text in case["input"].items()}
    found = function(**values)
    assert same(found, case["expect"]), found


@pytest.fixture(scope="module")
def reference():
    scored = score(params.load([PARAMS / f"{REFERENCE}.yaml"]), FRAMEWORK)
    return Facts(facts_of(scored), REFERENCE)


@pytest.mark.parametrize("case", cases("reference_figures"))
def test_the_reference_project_gives_the_figure_of_the_report(case, reference):
    """Every figure that recomputes comes out of primary inputs."""
    assert same(reference[case["fact"]].value, case["printed"]), reference[case["fact"]]


def test_a_case_that_is_off_by_the_last_digit_fails():
    """The comparison is one."""
    rate = Fraction(281955, 378092)
    assert same(rate, "≈ 74.57%")
    assert not any(same(rate, text) for text in ("≈ 74.58%", "74.57%", "≈ 74.574%", "none"))
