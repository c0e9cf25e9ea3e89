"""Declared figures that do not follow from others: the finding names the slip that explains it."""

from fractions import Fraction

import pytest

from evalkit.facts import Facts
from evalkit.narrative.findings import finding_saying
from evalkit.sentences import languages
from evalkit.words import Words
from tests.plantable import both, planted

BUDGET = {"projects": {"": {"initial_amount": 93_500_000}}}  # 94.70 without the uniforms, 1.20
TWO_SOURCES = {
    "funding": {
        "city": {"budget_amount": 60_000_000, "received_amount": 60_000_000},
        # 34.70 is what is left
        "town": {"name": both("town"), "budget_amount": 37_400_000, "received_amount": 37_400_000},
    },
}  # fmt: skip
#: A change, the finding, and the slips that its sentence names, each with what it says of it.
CASES = {
    "a digit is missing": (
        {"lines": {"uniform": {"declared_amount": 12_000_000}}}, "line_arithmetic",
        [("shifted", {"off": 1}), ("unit_large", None)],
    ),
    "two digits changed places": (
        {"lines": {"cook": {"unit_cost_amount": 5_012_000, "declared_amount": 25_600_000}}},
        # 5 × 50,120 = 25.06; 25.6 may lack the zero, too
        "line_arithmetic", [("missing_digit", {}), ("transposed", {}), ("wrong_digit", {})],
    ),
    "a line is left out": (
        BUDGET, "lines_total", [("left_out", {"row": "lines.uniform.declared_amount"})],
    ),
    "one source has two digits swapped": (
        TWO_SOURCES, "funding_total",
        # the sources come to 97.40: or the budget of 94.70 has its digits swapped
        [("in_row", {"row": "funding.town.budget_amount", "right": 34_700_000}),
         ("transposed", {})],
    ),
    "one of two equal payments is left out": (
        {"projects": {"": {"stated_executed_amount": 23_675_000}}}, "stated_executed",
        [("left_out", {"row": "payments.p1.amount"}), ("left_out", {"row": "payments.p2.amount"})],
    ),
    "a post is left out of the heads": (
        {"lines": {"uniform": {"quantity": 10}}}, "per_head_quantity",
        [("left_out", {"row": "posts.cook.approved_count"})],
    ),
    "an amount is cut off": (
        # 10 × 60,127.45 = 60.12745: 60.13, half up
        {"lines": {"guard": {"unit_cost_amount": 6_012_745, "declared_amount": 60_120_000}}},
        "line_arithmetic", [("truncated", {})],
    ),
}  # fmt: skip


def named(change, code):
    """The evaluation, its one finding with this code, and the slips that it names."""
    made = planted(**change)
    [found] = [row for _, row in made.findings.iterrows() if row["code"] == code]
    told = found["details"].get("more", ([], ""))[0]
    clauses = [clause for _, more in told for clause in more["slips"][0]]
    return made, found, [(name.removeprefix("slip_"), details) for name, details in clauses]


@pytest.mark.parametrize("case", CASES)
def test_the_slip_is_named(case):
    """The slips by hand, with the row or input that they speak of."""
    change, code, expected = CASES[case]
    _, _, slips = named(change, code)
    if expected and expected[-1][1] is None:  # another unit may be told as well
        expected, slips = expected[:1], slips[:1]
    assert [name for name, _ in slips] == [name for name, _ in expected]
    for (_, details), (_, by_hand) in zip(slips, expected, strict=True):
        assert {key: details[key][0] for key in by_hand} == by_hand


def test_it_is_said_in_both_languages():
    """The sentence of the gap, then the sentence of its cause."""
    made, found, _ = named(BUDGET, "lines_total")
    variant, extra = finding_saying(found)
    said = {
        lang: Words(lang, "万元", "元").plain("findings", variant, Facts(made.facts, "p"), extra)
        for lang in languages()
    }
    assert said["en"].endswith("What would explain it: “Uniforms: Declared” is left out.")
    assert said["zh"].endswith("可能的原因：漏计了Uniforms：预算金额。")


@pytest.mark.parametrize("gap", [10_000, 20_000, 50_000])
def test_a_small_gap_names_no_row(gap):
    """Almost any small gap is a digit of some row: nothing is told without more evidence."""
    change = {"funding": {
        "city": {"budget_amount": 60_000_000 + 3 * gap, "received_amount": 60_000_000},
        "town": {"name": both("town"), "budget_amount": 34_700_000},
    }}  # fmt: skip
    _, found, slips = named(change, "funding_total")
    assert found["gap"] == 3 * gap
    assert "in_row" not in [name for name, _ in slips]


def test_rounded_sources_are_right():
    """Three sources that were rounded to 0.01 万元 may miss the budget by as much."""
    third = Fraction(94_700_000, 3)
    rounded = int(third / 10_000 + Fraction(1, 2)) * 10_000  # 31.57, three times 94.71
    names = ("city", "town", "own")
    funding = {name: {"name": both(name), "budget_amount": rounded, "received_amount": rounded}
               for name in names}  # fmt: skip
    assert planted(funding=funding).findings.empty
