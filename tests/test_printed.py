"""Printed figures: what agrees gives nothing, and what does not is told by its slip."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evalkit.checks.book import Book
from evalkit.checks.digits import digit_slips, digits
from evalkit.checks.printed import check_printed
from evalkit.checks.reading import is_blank, read_date, read_number
from evalkit.checks.slips import SIMPLEST, Claim, Known, equally_simple, explain
from evalkit.facts import Facts
from evalkit.model import Text, frame
from evalkit.narrative.findings import finding_saying
from evalkit.sentences import languages, variants
from evalkit.words import Words
from tests.plantable import PROJECT, WAN, both, day, planted, portfolio, printed
from tests.samples import of
from tests.test_score_checks import found as scored_table
from tests.test_score_checks import table

# Facts of the clean project: executed 47.35 万元 of 94.70 (50%), elapsed 8 of 12 months.
AGREES = [
    ("executed_amount", "47.35", "万元"),
    ("executed_amount", "４７．３５", "万元"),
    ("executed_amount", "47.350", "万元"),
    ("executed_amount", "47.4", "万元"),
    ("executed_amount", "47", "万元"),
    ("executed_amount", "47.35"),
    ("executed_amount", "473,500.00", "元"),
    ("executed_amount", "473 500", "元"),
    ("executed_amount", "473,500元", "万元"),
    ("executed_amount", "CNY 0.4735 million"),
    ("executed_amount", "0.4735 million yuan", "万元"),
    ("executed_amount", "RMB 473,500"),
    ("executed_amount", "约47.35万元", "元"),
    ("execution_rate", "50%", "%"),
    ("execution_rate", "50.00％"),
    ("execution_rate", "50", "%"),
    ("execution_rate", "0.5"),
    ("execution_rate", "500‰"),
    ("elapsed_rate", "66.67%", "%"),
    ("elapsed_rate", "66.7%", "%"),
    ("elapsed_rate", "67%", "%"),
    ("pace_gap", "-16.67%", "%"),
    ("pace_gap", "−16.67", "%"),
    ("pace_gap", "(16.67)", "%"),
    ("adjustment_amount", "/", "万元"),
    ("adjustment_amount", "—", "万元"),
    ("adjustment_amount", "", "万元"),
    ("price_effect_amount", "—", "万元"),
    ("lines.guard.unit_cost_amount", "60,000"),
    ("lines.guard.unit_cost_amount", "6", "万元"),
    ("posts.guard.approved_count", "10人", "人"),
    ("outputs.satisfaction.target", "≥90%", "%"),
    ("outputs.satisfaction.target", "90%以上", "%"),
    ("as_of", "2018年8月31日"),
    ("as_of", "2018 年 8 月 31 日"),
    ("as_of", "2018.8.31"),
    ("as_of", "二〇一八年八月三十一日"),
    ("as_of", "31 August 2018"),
    ("as_of", "2018年8月"),
    ("as_of", "8月31日"),
    ("implementing_unit", "OFFICES  administration"),
    ("last_year", "2017年"),
    ("indicators.A111.grade", "好"),
    ("indicators.A111.grade", "Good"),
    ("indicators.B132.refers_to", "B131"),
    ("indicators.B112.refers_to", "A122、A123"),
    ("verdict", "normal"),
]


class Slip(NamedTuple):
    """A printed figure that is wrong, and what is told of it."""

    variant: str
    row: tuple  # figure, text, unit of the column
    expected: object = None
    actual: object = None
    gap: object = None
    severity: str = "error"
    details: dict = {}  # noqa: RUF012

    @property
    def name(self):
        return f"{self.variant}-{self.row[0]}-{self.row[1]}"


GOOD = Text("好", "Good")
SLIPS = [
    Slip("unit_large", ("executed_amount", "473,500", "万元"),
         47_350_000, "473,500", details={"factor": 10_000, "in_column": Fraction("47.35")}),
    Slip("unit_small", ("executed_amount", "47.35", "元"),
         47_350_000, "47.35", details={"factor": 10_000, "in_column": 473_500}),
    Slip("unit_small", ("execution_rate", "0.500", "%"),
         Fraction(1, 2), "0.500", details={"factor": 100, "in_column": 50}),
    Slip("truncated", ("elapsed_rate", "66.66%", "%"), Fraction(2, 3), Fraction(6666, 10_000),
         Fraction(-2, 30_000), "warning"),
    Slip("truncated", ("pace_gap", "-16.6%", "%"), Fraction(-1, 6), Fraction(-166, 1000),
         Fraction(2, 3000), "warning"),
    Slip("rounded_up", ("budget_head_amount", "6.32", "万元"), Fraction(94_700_000, 15), 6_320_000,
         Fraction(20_000, 3), "warning"),
    Slip("rate_for_amount", ("last_executed_amount", "99.78%", "万元"), 89_800_000, "99.78%",
         details={"other": "last_execution_rate"}),
    Slip("rate_for_amount_unknown", ("last_executed_amount", "12.34%", "万元"),
         89_800_000, "12.34%"),
    Slip("amount_for_rate", ("last_execution_rate", "89.80", "%"), Fraction(898, 900), "89.80",
         details={"other": "last_executed_amount"}),
    Slip("other_fact", ("execution_accuracy_rate", "66.67%", "%"),
         1, Fraction(6667, 10_000), Fraction(-3333, 10_000), details={"other": "elapsed_rate"}),
    Slip("other_fact", ("budget_amount", "90.00", "万元"), 94_700_000, 90_000_000, -4_700_000,
         details={"other": "last_budget_amount"}),
    Slip("other_fact", ("evaluator", "Finance Bureau"), both("Careful Accountants Ltd."),
         "Finance Bureau", details={"other": "client"}),
    Slip("blank", ("executed_amount", "", "万元"), 47_350_000),
    Slip("blank", ("evaluator", "/"), both("Careful Accountants Ltd.")),
    Slip("blank", ("indicators.A111.grade", "—"), GOOD),
    Slip("unsupported", ("price_effect_amount", "1.50", "万元"), None, 1_500_000),
    Slip("unsupported", ("outputs.satisfaction.quality_rate", "100%", "%"), None, 1),
    Slip("words", ("execution_rate", "checked every month, from 1 to 8"), Fraction(1, 2),
         "checked every month, from 1 to 8"),
    Slip("words", ("as_of", "the end of summer"), date(2018, 8, 31), "the end of summer"),
    Slip("text", ("evaluator", "Somebody Else"), both("Careful Accountants Ltd."), "Somebody Else"),
    Slip("text", ("indicators.A111.grade", "较好"), GOOD, "较好"),
    Slip("name", ("evaluator", "Careful Accountants"), "Careful Accountants Ltd.",
         "Careful Accountants", severity="note"),
    Slip("name", ("evaluator", "The Careful Accountants Ltd."), "Careful Accountants Ltd.",
         "The Careful Accountants Ltd.", severity="note"),
    Slip("reference", ("indicators.B112.refers_to", "A112"), "A122, A123", "A112",
         details={"codes": ["A112"]}),
    Slip("reference_unknown", ("indicators.B132.refers_to", "B999"), "B131", "B999"),
    Slip("mismatch", ("executed_amount", "41.53", "万元"), 47_350_000, 41_530_000, -5_820_000),
    Slip("mismatch_rate", ("execution_rate", "51.11%", "%"),
         Fraction(1, 2), Fraction(5111, 10_000), Fraction(111, 10_000)),
    Slip("mismatch_date", ("as_of", "2018年8月30日"), date(2018, 8, 31), date(2018, 8, 30), -1),
    Slip("mismatch_date", ("as_of", "2018年9月"), date(2018, 8, 31)),
    # computed anew with one thing changed
    Slip("zero", ("executed_amount", "0", "万元"), 47_350_000, 0, -47_350_000),
    Slip("shifted", ("declared_total_amount", "9.47", "万元"), 94_700_000, 9_470_000, -85_230_000,
         details={"off": 1}),
    Slip("sign", ("pace_gap", "16.67%", "%"), Fraction(-1, 6), Fraction(1667, 10_000),
         Fraction(10_001, 30_000)),
    Slip("coarse", ("last_execution_rate", "99.80%", "%"), Fraction(898, 900), Fraction(998, 1000),
         Fraction(1, 4500), "warning", {"step": Fraction(1, 1000)}),
    Slip("left_out", ("declared_total_amount", "93.5", "万元"), 94_700_000, 93_500_000, -1_200_000,
         details={"row": "lines.uniform.declared_amount"}),
    Slip("counted_twice", ("approved_count", "20", "人"), 15, 20, 5,
         details={"row": "posts.cook.approved_count"}),
    Slip("other_denominator", ("execution_rate", "52.61%", "%"), Fraction(1, 2),
         Fraction(5261, 10_000), Fraction(261, 10_000),
         details={"used": ["last_budget_amount"], "instead": "budget_amount"}),
    # 10% of 60 + 25 + 1.2
    Slip("other_base", ("lines.fee.recomputed_amount", "8.62", "万元"), 8_500_000, 8_620_000,
         120_000, details={"used": ["lines.guard.declared_amount", "lines.cook.declared_amount",
                                    "lines.uniform.declared_amount"]}),
    # 10 heads at the cooks' unit cost
    Slip("other_input", ("lines.guard.recomputed_amount", "50.00", "万元"), 60_000_000, 50_000_000,
         -10_000_000, details={"used": ["lines.cook.unit_cost_amount"],
                               "instead": "lines.guard.unit_cost_amount"}),
    # 95 ÷ 15 = 6.33
    Slip("rounded_input", ("budget_head_amount", "6.33", "万元"), Fraction(94_700_000, 15),
         6_330_000, Fraction(50_000, 3), "warning",
         {"instead": "budget_amount", "rounded": 95_000_000}),
    # 23.675 twice, rounded to 23.68 before
    Slip("rounded_rows", ("executed_amount", "47.36", "万元"), 47_350_000, 47_360_000, 10_000,
         "warning"),
    Slip("transposed", ("budget_amount", "97.40", "万元"), 94_700_000, 97_400_000, 2_700_000),
    Slip("missing_digit", ("executed_amount", "7.35", "万元"), 47_350_000, 7_350_000, -40_000_000),
    Slip("doubled_digit", ("executed_amount", "447.35", "万元"), 47_350_000, 447_350_000,
         400_000_000),
    Slip("extra_digit", ("executed_amount", "497.35", "万元"), 47_350_000, 497_350_000,
         450_000_000),
    Slip("wrong_digit", ("executed_amount", "48.35", "万元"), 47_350_000, 48_350_000, 1_000_000),
    Slip("other_date", ("as_of", "2018-12-31"), date(2018, 8, 31), date(2018, 12, 31), 122,
         details={"other": "period_end_on"}),
    Slip("unknown", ("nothing_of_that_name", "1"), severity="note"),
]  # fmt: skip


@pytest.fixture(scope="module")
def slips():
    """Every slip in a project of its own, evaluated at once."""
    numbered = enumerate(SLIPS)
    return portfolio({f"p{number}": {"printed": printed(slip.row)} for number, slip in numbered})


def test_what_agrees_gives_no_finding():
    """Exact or rounded to its digits, in any writing: nothing to tell."""
    findings = planted(printed=printed(*AGREES)).findings
    assert [row["details"] for _, row in findings.iterrows()] == []


@pytest.mark.parametrize("number", range(len(SLIPS)), ids=[slip.name for slip in SLIPS])
def test_a_slip_is_told_by_its_name(number, slips):
    """Each wrong figure gives one finding with the slip, the fact, the print and the gap."""
    slip = SLIPS[number]
    (found,) = [row for _, row in slips.findings.loc[f"p{number}"].iterrows()]
    assert (found["code"], found["severity"]) == ("printed", slip.severity)
    assert found["details"]["variant"] == slip.variant
    values = [found[column] for column in ("expected", "actual", "gap")]
    shown = [None if not isinstance(v, str | tuple) and pd.isna(v) else v for v in values]
    assert shown == [slip.expected, slip.actual, slip.gap]
    assert {name: found["details"][name][0] for name in slip.details} == slip.details


@pytest.mark.parametrize("number", range(len(SLIPS)), ids=[slip.name for slip in SLIPS])
def test_a_slip_is_said_in_every_language(number, slips):
    """The sentence of each slip has all that it speaks of."""
    facts = Facts(slips.facts, f"p{number}")
    for lang in languages():
        words = Words(lang, PROJECT["amount_unit"], PROJECT["unit_cost_unit"])
        for _, found in slips.findings.loc[f"p{number}"].iterrows():
            variant, extra = finding_saying(found)
            assert words.say("findings", variant, facts, extra).startswith("<p>")


def test_every_sentence_of_a_printed_figure_is_reached():
    """No variant without a slip that leads to it."""
    for lang in languages():
        said = {name for name in variants(lang, "findings") if name.startswith("printed_")}
        planted_here = {slip.variant for slip in SLIPS} | set(TOGETHER)
        assert said - {"printed_why"} == {f"printed_{name}" for name in planted_here}


# What takes more than one figure, or a missing cell

MISSING_POST = {"posts": {"cook": {"approved_count": pd.NA}}}
LATER = {"payments": {"p3": {"paid_on": day("2018-09-28"), "amount": 1_000_000}}}
#: All of its own money in whole 万元: (95 ± 0.5) against (90 ± 0.5) grew by 4.4% to 6.7%.
WHOLE = {
    "projects": {"": {"initial_amount": 95 * WAN}},
    "funding": {"city": {"budget_amount": 95 * WAN, "received_amount": 95 * WAN}},
    "lines": {"cook": {"line_executed_amount": 13 * WAN}, "uniform": None, "fee": None},
    "prior_years": {"2017": {"year_executed_amount": 90 * WAN}},
}
TOGETHER = {
    "within": (WHOLE, [("budget_growth_rate", "6.00%", "%", "t")], "note", "t", {"step": WAN}),
    "coarser": ({}, [("elapsed_rate", "67%", "%", "t"), ("execution_rate", "50.00%", "%", "t"),
                     ("last_execution_rate", "99.78%", "%", "t")], "note", "t", {"text": "67%"}),
    "not_counted": (LATER, [("executed_amount", "48.35", "万元", "t")], "error", "t",
                    {"row": "payments.p3.amount"}),
    # without instalments, two thirds of the year give 47.35 × 3/2 = 71.025
    "forecast": ({"instalments": dict.fromkeys(["q1", "q2", "q3", "q4"]),
                  "payments": {"p1": {"instalment": pd.NA}, "p2": {"instalment": pd.NA}}},
                 [("expected_amount", "92.00", "万元", "t")], "note", "t", {"text": "92.00"}),
    # 10 guards are known; the cooks are not
    "unreachable": (MISSING_POST, [("approved_count", "9", "人", "t")], "error", "t",
                    {"lowest": 10}),
    "open": (MISSING_POST, [("approved_count", "15", "人", "t")], "note", "t",
             {"lowest": 10, "missing": ["posts.cook.approved_count"]}),
    "differ": ({}, [("price_effect_amount", "1.50", "万元", "t"),
                    ("price_effect_amount", "1.60", "万元", "u")], "error", "t",
               {"places": [both("t"), both("u")]}),
    "differ_odd": ({}, [("price_effect_amount", "1.50", "万元", "t"),
                        ("price_effect_amount", "1.60", "万元", "u"),
                        ("price_effect_amount", "15000", "元", "v")], "error", "u",
                   {"text": "1.60", "places": [both("t"), both("u"), both("v")]}),
    # 20 of 100 points are open
    "unreachable_range": (None, [("total_score", "79", "", "t")], "error", "t",
                          {"lowest": 80, "highest": 100}),
}  # fmt: skip


def together(name):
    """The evaluation of one of TOGETHER, and its findings about printed figures."""
    change, rows, *_ = TOGETHER[name]
    if change is None:
        figures = [of(item, **row) for item, row in printed(*rows).items()]
        made = scored_table(outputs=table(a={"actual": pd.NA}), printed=figures)
    else:
        made = planted(printed=printed(*rows), **change)
    return made, [row for _, row in made.findings.iterrows() if row["code"] == "printed"]


@pytest.mark.parametrize("name", TOGETHER)
def test_figures_beside_one_another_and_missing_cells(name):
    """One finding with its place and values, and a sentence in every language."""
    made, (found,) = together(name)
    *_, severity, where, details = TOGETHER[name]
    assert (found["severity"], found["where"]) == (severity, both(where))
    assert found["details"]["variant"] == name
    assert {key: found["details"][key][0] for key in details} == details
    for lang in languages():
        variant, extra = finding_saying(found)
        said = Words(lang, "万元", "元").plain("findings", variant, Facts(made.facts, "p"), extra)
        assert said and "{" not in said


def test_a_coarse_figure_alone_or_exact_is_right():
    """Without two finer figures beside it, or where nothing is lost, few digits are enough."""
    rows = [("elapsed_rate", "67%", "%", "t"), ("execution_rate", "50%", "%", "u"),
            ("last_execution_rate", "99.78%", "%", "u"), ("filling_rate", "100%", "%", "u"),
            ("funding_rate", "100.00%", "%", "u")]  # fmt: skip
    assert planted(printed=printed(*rows)).findings.empty


def test_one_quantity_is_one_finding_with_all_that_is_printed_of_it():
    """Two wrong prints and a right one: the worst leads, the other follows, then the right one."""
    rows = [("elapsed_rate", "66.66%", "%", "t"), ("elapsed_rate", "76.67%", "%", "u"),
            ("elapsed_rate", "66.67%", "%", "v")]  # fmt: skip
    made = planted(printed=printed(*rows))
    (found,) = [row for _, row in made.findings.iterrows()]
    assert found["details"]["variant"] == "wrong_digit"
    assert found["details"]["places"][0] == [both("u"), both("t")]
    said = Words("en", "万元").plain(
        "findings", *finding_saying(found)[:1], Facts(made.facts, "p"), finding_saying(found)[1]
    )
    assert said == (
        "“76.67%” is printed as “share of time elapsed”, where 66.67% belongs: one digit is wrong. "
        "In another place (t): “66.66%”, printed as “share of time elapsed”, cuts the last digit "
        "off instead of rounding it. It is printed right elsewhere: “66.67%” (v)."
    )


def test_a_blank_and_a_wrong_name_are_two_findings():
    """A blank gives no other value: it is a fault of the form, not of the quantity."""
    rows = [("evaluator", "", "", "t"), ("evaluator", "Careful Accountants", "", "u")]
    found = planted(printed=printed(*rows)).findings
    assert [row["variant"] for row in found["details"]] == ["blank", "name"]


def test_the_order_of_simplicity_is_this_one():
    """Another unit before rounding, rounding before recomputing, digits last."""
    assert [names[0] for names in SIMPLEST] == [
        "zero", "unit_large", "truncated", "rate_for_amount", "left_out", "other_fact",
        "transposed",
    ]  # fmt: skip


def test_every_slip_has_a_clause_and_a_sentence():
    """A slip can be told of a printed figure, of a declared one and beside another slip."""
    names = {name for line in SIMPLEST for name in line}
    for lang in languages():
        said = set(variants(lang, "findings"))
        assert {name.removeprefix("slip_") for name in said if name.startswith("slip_")} == names
        assert {f"printed_{name}" for name in names - {"in_row"}} <= said


def test_two_rows_of_one_amount_are_both_named():
    """Where several slips are equally simple, each is told."""
    facts = [Known(f"lines.{n}.declared_amount", amount, "amount")
             for n, amount in (("a", 3150), ("b", 3150), ("c", 7))]  # fmt: skip
    whole = Known("whole", Fraction(6307), "amount", "sum(lines.declared_amount)")
    reading = read_number("3157")
    claim = Claim("whole", "amount", Fraction(6307), Fraction(1), reading, Book([*facts, whole]))
    told = [(slip.name, slip.details["row"][0]) for slip in equally_simple(explain(claim))]
    assert told == [
        ("left_out", "lines.a.declared_amount"),
        ("left_out", "lines.b.declared_amount"),
    ]


@given(st.integers(1, 10**9), st.integers(0, 4), st.data())
def test_a_slip_of_the_hand_is_told(number, decimals, data):
    """A lost or a doubled digit of a number that is long enough."""
    exact = Fraction(number, 10**decimals)
    right = written(exact, decimals, "plain")
    assume(len(right.replace(".", "").lstrip("0")) >= 3)
    places = [place for place, sign in enumerate(right) if sign != "."]
    place = data.draw(st.sampled_from(places))
    lost = right[:place] + right[place + 1 :]
    assume(not lost.startswith(".") and not lost.endswith("."))
    found = list(digit_slips(digits(Fraction(lost), len(lost.partition(".")[2])), exact))
    assume(Fraction(lost) not in (0, exact))
    assert "missing_digit" in found or found[:1] == ["transposed"]
    twice = right[: place + 1] + right[place:]
    assume(Fraction(twice) != exact)
    # 30.001 for 30.01: doubled, or 30.010 with its last digits swapped
    assert {"doubled_digit", "transposed"} & set(digit_slips(twice, exact))


def test_one_fault_at_many_places_is_one_finding():
    """The same wrong figure is told once, with all its places."""
    row = ("executed_amount", "41.53", "万元")
    findings = planted(printed=printed((*row, "table 1"), (*row, "form 3"))).findings
    assert len(findings) == 1
    places = findings["details"].iloc[0]["places"][0]
    assert places == [both("table 1"), both("form 3")]


def test_figures_that_the_project_does_not_have_are_one_fault_of_their_place():
    """One printed value for many figures without data is one finding."""
    names = ("outputs.satisfaction.quality_rate", "outputs.satisfaction.timeliness_rate")
    rows = [(name, "100%", "%", "form 4") for name in names]
    findings = planted(printed=printed(*rows)).findings
    assert len(findings) == 1
    assert findings["details"].iloc[0]["figures"][0] == list(names)


def test_several_explanations_are_ranked_and_none_is_left_out():
    """Where more than one slip fits, the simplest comes first and the others stand beside it."""
    facts = [Known("a_rate", Fraction(4735, 10_000), "rate"), Known("an_amount", 47, "amount")]
    reading = read_number("47.35%")
    claim = Claim("some_amount", "amount", Fraction(99), Fraction(1), reading, Book(facts))
    assert [name for name, _ in explain(claim)] == ["rate_for_amount"]
    twice = [*facts, Known("same_amount", Fraction(4735, 100), "amount")]
    claim = Claim("some_amount", "amount", Fraction(99), Fraction(1), reading, Book(twice))
    assert [name for name, _ in explain(claim)] == ["rate_for_amount", "other_fact"]


def test_two_digits_are_no_proof_of_another_fact():
    """A round figure that happens to be some other one is only a mismatch."""
    facts = [Known("other_amount", Fraction(203, 5), "amount")]
    claim = Claim(
        "some_amount", "amount", Fraction(99), Fraction(1), read_number("41"), Book(facts)
    )
    assert explain(claim) == []


# Any figure, any number of digits


def written(value, decimals, style):
    """An exact number as people print it, rounded half up to so many decimals."""
    scaled = abs(value) * 10**decimals
    steps = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    whole, part = divmod(steps, 10**decimals)
    digits = f"{whole:,}" if style != "plain" else str(whole)
    text = digits + (f".{part:0{decimals}d}" if decimals else "")
    text = f"-{text}" if value < 0 and steps else text
    wide = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
    return text.translate(wide) if style == "wide" else text


STYLES = st.sampled_from(["plain", "commas", "wide"])
AMOUNT_UNITS = {"元": 100, "千元": 100_000, "万元": WAN, "亿元": 10_000_000_000}


#: Heads, unit cost in fen, percentage paid: nothing comes out even.
SIZES = [(1, 1, 100), (3, 7_333_333, 41), (28, 12_530_017, 67), (214, 1_068_001, 99),
         (340, 79_900_003, 33), (7, 3, 0)]  # fmt: skip


@cache
def consistent():
    """Projects of many sizes whose lines, total, contract and payments agree."""
    changes = {}
    for heads, cost, share in SIZES:
        whole, paid = heads * cost, heads * cost * share // 100
        changes[f"p{heads}"] = {
            "projects": {"": {"initial_amount": whole}},
            "posts": {"guard": {"approved_count": heads, "filled_count": heads}, "cook": None},
            "lines": {
                "guard": {"unit_cost_amount": cost, "declared_amount": whole,
                          "line_executed_amount": paid},
                "cook": None, "uniform": None, "fee": None,
            },
            "funding": {"city": {"budget_amount": whole, "received_amount": whole}},
            "contracts": {"main": {"amount": whole}},
            "payments": {"p1": {"amount": paid}, "p2": None},
        }  # fmt: skip
    return portfolio(changes)


def audited(rows):
    """What is found about these printed figures: (project, figure, text, unit)."""
    found = [
        {"project_id": project, "item": str(number), "figure": figure, "text": text, "unit": unit,
         "where": both(f"table {number}")}
        for number, (project, figure, text, unit) in enumerate(rows)
    ]  # fmt: skip
    inputs = replace(consistent().inputs, printed=frame("printed", found))
    return list(check_printed(replace(consistent(), inputs=inputs)))


@given(st.data())
def test_a_rounded_figure_agrees_whatever_its_digits(data):
    """Exact or rounded to any digits, in any unit and writing: no finding."""
    rows = []
    facts = consistent().facts
    numbers = facts[facts["unit"].isin(["amount", "rate"]) & facts["value"].notna()]
    for number in data.draw(st.lists(st.integers(0, len(numbers) - 1), max_size=30)):
        project, name = numbers.index[number]
        value = Fraction(numbers["value"].iloc[number])
        decimals, style = data.draw(st.integers(0, 6)), data.draw(STYLES)
        if numbers["unit"].iloc[number] == "amount":
            unit = data.draw(st.sampled_from(list(AMOUNT_UNITS)))
            text = written(value / AMOUNT_UNITS[unit], decimals, style)
        else:
            unit, text = "%", written(value * 100, decimals, style) + "%"
        rows.append((project, name, text, unit))
    assert audited(rows) == []


@settings(max_examples=40)
@given(st.data())
def test_a_figure_off_by_a_digit_is_found(data):
    """A printed figure that is off by one or more in its last place is always told."""
    project = f"p{data.draw(st.sampled_from(SIZES))[0]}"
    names = ("executed_amount", "declared_total_amount", "execution_rate")
    name = data.draw(st.sampled_from(names))
    is_rate = name.endswith("rate")
    value = Fraction(consistent().facts.at[(project, name), "value"])
    value = value * 100 if is_rate else value / WAN
    decimals = data.draw(st.integers(0, 4))
    off = data.draw(st.integers(1, 10**6)) * data.draw(st.sampled_from([1, -1]))
    text = written(value + Fraction(off, 10**decimals), decimals, "commas")
    assume(2 * abs(read_number(text).value - value) > Fraction(1, 10**decimals))
    (found,) = audited([(project, name, text, "%" if is_rate else "万元")])
    assert found["expected"] == consistent().facts.at[(project, name), "value"]


# Reading


@pytest.mark.parametrize(
    "text",
    ["", "two thirds", "1-8", "1.2.3", "3.5e4", "12 3", "from 1 to 8", "every month, 3 times"],
)
def test_what_is_no_single_figure_is_not_read_as_one(text):
    """Words, ranges and lists are not guessed at."""
    assert read_number(text) is None


@pytest.mark.parametrize("text", ["2018", "三十一", "13/45", "2018-13-01", "1 2 3 4", "soon"])
def test_what_is_no_date_is_not_read_as_one(text):
    """A year alone, impossible months and other numbers are no dates."""
    assert read_date(text) is None


@given(st.text(max_size=40))
def test_any_text_can_be_read(text):
    """Reading never fails, whatever is printed."""
    assert isinstance(is_blank(text), bool)
    read_date(text)
    reading = read_number(text)
    assert reading is None or (reading.decimals >= 0 and reading.digits >= 1)


@given(st.integers(-(10**15), 10**15), st.integers(0, 6), STYLES)
def test_a_written_number_is_read_back(value, decimals, style):
    """What is printed is read back exactly, with its decimals."""
    exact = Fraction(value, 10**decimals)
    reading = read_number(written(exact, decimals, style))
    assert (reading.value, reading.decimals) == (exact, decimals)
