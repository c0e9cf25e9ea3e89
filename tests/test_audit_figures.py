"""Figures found in a text, and what is none; names and items that words speak of."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from evalkit.audit.figures import figures_of, numeral
from evalkit.audit.folding import fold
from evalkit.audit.naming import is_name_of, items_of, matches
from evalkit.audit.patterns import names
from evalkit.facts import formulas
from evalkit.model import Text

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "audit_figures.yaml")


def day(figure):
    """A date as the cases write it."""
    return "-".join(str(part) for part in figure.day if part is not None)


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:24] for case in CASES])
def test_figures_are_found_as_they_are_printed(case):
    """Each figure with its kind and unit, in order, and nothing else."""
    found = figures_of(case["text"])
    listed = [[f.kind, f.text, day(f) if f.day else f.unit] for f in found]
    assert listed == case["figures"]
    for mark in ("about", "bound", "range"):
        assert [getattr(f, f"is_{mark}") for f in found] == [mark in case] * len(found)


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:24] for case in CASES])
def test_a_figure_knows_its_place(case):
    """What stands between start and end is the figure as the file has it, bold marks included."""
    for figure in figures_of(case["text"]):
        there = case["text"][figure.start : figure.end]
        assert there.replace("*", "").split() == figure.text.split()


def test_values_are_exact():
    """Separators, widths, signs and numerals are read for what they are worth."""
    texts = ["28,195,500元", "３，７８０．９２ 万元", "-239,867.30元", "三百四十人", "3万人"]
    values = [figures_of(text)[0].reading.value for text in texts]
    assert values == [28_195_500, Fraction("3780.92"), Fraction("-239867.3"), 340, 30_000]


@given(st.integers(min_value=11, max_value=99_999))
def test_numerals_are_read(number):
    """A number written out sign by sign is that number."""
    signs, tens = "零一二三四五六七八九", ["", "十", "百", "千", "万"]
    digits = [int(sign) for sign in str(number)]
    written = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit:
            written += signs[digit] + tens[place]
        elif not written.endswith("零"):
            written += "零"
    assert numeral(written.rstrip("零")) == number


@given(st.text(max_size=60))
def test_any_text_can_be_folded_and_read(text):
    """No text breaks the reader, and every sign knows its place."""
    folded = fold(text)
    assert len(folded.text) == len(folded.places)
    assert list(folded.places) == sorted(folded.places)
    for figure in figures_of(text):
        assert 0 <= figure.start < figure.end <= len(text)


# --- names ---------------------------------------------------------------------------------


def test_every_name_names_a_figure():
    """Each frame and column of names.yaml is one of formulas.yaml."""
    known = {(frame, column) for frame, columns in formulas().items() for column in columns}
    own = {(frame, column) for frame, columns in names().items() for column in columns}
    assert own <= known


def test_the_longest_name_counts():
    """A name within a longer one is not told beside it."""
    assert [m.name for m in matches("上年预算执行数")] == ["上年预算执行数"]
    assert [m.name for m in matches("the budget execution rate")] == ["budget execution rate"]


def test_a_label_is_a_name_and_nothing_else():
    """Units and brackets aside, a label is the whole name."""
    assert is_name_of("支付金额(单位:万元)", "executed_amount")
    assert is_name_of("截止2018年8月31日\n计划完成", "outputs.planned")
    assert not is_name_of("差旅支付金额", "executed_amount")


def test_items_are_told_apart_by_what_they_do_not_share():
    """A name that shares most of its signs with another is covered best by its own words."""
    found = items_of({
        "routine": [Text("工勤雇员日常考核通过率", "Pass rate of the routine assessment")],
        "final": [Text("工勤雇员年终考核通过率", "Pass rate of the final assessment")],
    })  # fmt: skip
    for text, best in (("工勤雇员年终考核通过率", "final"), ("routine assessment", "routine")):
        covered = {name: item.coverage(fold(text).text) for name, item in found.items()}
        assert max(covered, key=covered.get) == best
    assert found["final"].holds("年终考核通过率100%")
    assert not found["final"].holds("年终考核通过率和其他")
