"""Checks of points: each finds its fault with figures by hand, said in both languages."""

from fractions import Fraction

import pandas as pd
import pytest

from evalkit import framework
from evalkit.evaluate import evaluate
from evalkit.facts import Facts
from evalkit.findings import all_checks
from evalkit.model import Text
from evalkit.narrative.findings import finding_saying, why_saying
from evalkit.sentences import languages, variants
from evalkit.tables.findings import tabulate_findings
from evalkit.words import Words
from tests.samples import day, inputs_with, of

TABLE = framework.load("self-evaluation-2020")
TREE = framework.load("evaluation-2020")
PROOF = Text("见附件", "see annex")
USUAL = {"operator": ">=", "target": 90, "target_unit": "%", "actual_unit": "%", "actual": 90}


def output(item, dimension, **values):
    """An own output in percent that reaches its target."""
    named = {"name": Text(f"指标{item}", f"indicator {item}"), "dimension": dimension}
    return of(item, kind="output", **named | USUAL | values)


def table(**changes):
    """A table of 100 points that draws nothing: no output carries 30 points; a to g change."""
    rows = {"a": ("quantity", 20), "b": ("quality", 20), "c": ("cost", 10), "d": ("economic", 15),
            "e": ("social", 15), "f": ("satisfaction", 10)}  # fmt: skip
    return [
        output(item, **{"dimension": dimension, "points": points} | changes.get(item, {}))
        for item, (dimension, points) in rows.items()
    ]


def found(form=TABLE, project=None, outputs=None, **rows):
    """The evaluation of a project with a budget of 1,000 that is spent."""
    project = {"framework": form.id, "stated_executed_amount": 1000} | (project or {})
    outputs = table() if outputs is None else outputs
    return evaluate(inputs_with(project, outputs=outputs, **rows), form)


STATED = {item: {"stated_score": points} for item, points in
          {"a": 20, "b": 20, "c": 10, "d": 15, "e": 15, "f": 10}.items()}  # fmt: skip
EXECUTION = [of("S11", stated_score=10)]
CAP = {"operator": "<=", "target": Fraction(2, 100), "target_unit": "元", "actual_unit": "元",
       "actual": Fraction(1, 100)}  # fmt: skip
WORDS = {"target": pd.NA, "target_unit": pd.NA, "actual": pd.NA, "evidence": PROOF}
PLANTED = {
    "score_weights_level": ({"outputs": table(a={"points": 25})}, 50, 55),
    "score_weights": ({"outputs": table(a={"points": 25})}, 100, 105),
    "score_concentration": (
        {"outputs": table(a={"points": 31}, b={"points": 9})}, Fraction(3, 10), Fraction(31, 100),
    ),
    "score_item": ({"outputs": table(a={"actual": 45, "stated_score": 20})}, 10, 20),
    "score_item_rounded": (
        {"outputs": table(a={"actual": 84, "stated_score": 19})}, Fraction(56, 3), 19,
    ),
    "score_item_above": ({"outputs": table(a={"stated_score": 21})}, 20, 21),
    "score_item_outside": (
        {"outputs": table(a={"actual": 45, "actual_operator": ">=", "stated_score": 9})}, pd.NA, 9,
    ),
    "score_item_unsupported": (
        {"outputs": table(a={"actual": 45, "actual_operator": ">=", "stated_score": 19})},
        pd.NA, 19,
    ),
    "score_sum": (
        {"outputs": table(**STATED), "judgements": EXECUTION, "project": {"stated_score": 99}},
        100, 99,
    ),
    "score_total": ({"project": {"stated_score": 99}}, 100, 99),
    "score_total_rounded": (
        {"outputs": table(a={"actual": 84}), "project": {"stated_score": 99}},
        Fraction(296, 3), 99,
    ),
    "score_total_outside": (
        {"project": {"stated_score": 79}, "outputs": table(a={"actual": pd.NA})}, pd.NA, 79,
    ),
    "score_total_unsupported": (
        {"project": {"stated_score": 99}, "outputs": table(a={"actual": pd.NA})}, pd.NA, 99,
    ),
    "score_grade": (
        {"project": {"stated_grade": "good"}}, TABLE.labels["excellent"], TABLE.labels["good"],
    ),
    "score_rounding": (
        {"outputs": table(a={"actual": Fraction(90 * 19, 40)})},
        TABLE.labels["good"], TABLE.labels["excellent"],
    ),
    "score_loose_cap": (
        {"outputs": table(c=CAP | {"target": 20, "actual": 10})}, 1000, 2000,
    ),
    "score_loose_cap_heads": (
        {"outputs": table(c=CAP | {"target": 20, "actual": 10}),
         "posts": [of("cook", approved_count=4, filled_count=4)]}, 1000, 2000,
    ),
    "score_bound": (
        {"outputs": table(a={"actual": 95, "actual_operator": ">="})}, pd.NA, pd.NA,
    ),
    "score_bound_copied": ({"outputs": table(a={"actual_operator": ">="})}, pd.NA, pd.NA),
    "score_no_benefit": (
        {"outputs": [row for row in table() if row["item"] not in "de"],
         "judgements": [of("S3", not_applicable=PROOF)]}, pd.NA, pd.NA,
    ),
    "score_schedule": (
        {"outputs": table(a={"dimension": "timeliness", "name": Text("按期招标", "tender in time"),
                             "stated_score": 20}),
         "milestones": [of("tender", name=Text("招标", "tender"), planned_on=day("2018-01-01"),
                           actual_on=day("2018-01-05"))]}, pd.NA, 20,
    ),
    "score_far_above": ({"outputs": table(a={"actual": 180})}, Fraction(13, 10), 2),
    "score_no_dimension": (
        {"outputs": [*table(), output("g", pd.NA)]}, pd.NA, pd.NA,
    ),
    "score_tier": (
        {"outputs": table(a=WORDS | {"tier": "partly", "tier_rate": Fraction(4, 5)})},
        pd.NA, Fraction(4, 5),
    ),
    "score_least_weight": (
        {"form": TREE, "outputs": [], "weights": [
            of("E1", points=Fraction(48)), of("E3", points=Fraction(2))]}, 60, 32,
    ),
}  # fmt: skip


def said(row):
    """The name of the sentence of a finding."""
    variant = row["details"].get("variant")
    return f"{row['code']}_{variant}" if variant else row["code"]


def rows_of(evaluation):
    """The findings about points."""
    findings = evaluation.findings
    return [row for _, row in findings.iterrows() if row["code"].startswith("score_")]


def test_a_table_in_which_all_agrees_draws_nothing():
    """100 points, all stated right."""
    clean = {"outputs": table(**STATED), "judgements": EXECUTION,
             "project": {"stated_score": 100, "stated_grade": "excellent"}}  # fmt: skip
    assert rows_of(found(**clean)) == []


@pytest.mark.parametrize(
    "item, total",
    [(Fraction(1778, 100), Fraction(9778, 100)), (Fraction(178, 10), Fraction(978, 10))],
)
def test_scores_that_are_stated_with_few_decimals_are_not_wrong_for_that(item, total):
    """80 of 90 is 160/9 of 20 points, which a form prints as 17.78 or 17.8: nothing is found."""
    stated = STATED | {"a": {"actual": 80, "stated_score": item}}
    whole = {
        "outputs": table(**stated),
        "judgements": EXECUTION,
        "project": {"stated_score": total},
    }
    assert rows_of(found(**whole)) == []


def test_a_score_cut_off_in_place_of_rounded_is_found():
    """17.77 in place of 17.78, beside a total that is rounded right."""
    stated = STATED | {"a": {"actual": 80, "stated_score": Fraction(1777, 100)}}
    cut = found(outputs=table(**stated), judgements=EXECUTION)
    [row] = rows_of(cut)
    assert (said(row), row["expected"]) == ("score_item", Fraction(160, 9))


def test_a_total_that_adds_rounded_scores_agrees():
    """Three times 10/3 points are printed as 3.33 each: 79.99 in place of the exact 80."""
    thirds = {
        item: {"actual": 30, "points": 10, "stated_score": Fraction(333, 100)} for item in "abc"
    }
    rest = {"d": {"points": 35}, "e": {"points": 15}, "f": {"points": 10}}
    loose = {
        "outputs": table(**thirds, **rest),
        "weights": [of("S2", points=Fraction(30)), of("S3", points=Fraction(50))],
        "project": {"stated_score": Fraction(7999, 100)},
    }
    assert [said(row) for row in rows_of(found(**loose))] == ["score_concentration"]


def test_a_total_within_reach_but_for_rounding_is_unsupported_and_not_out_of_reach():
    """Reach ends at 17.777… + 80 points; 97.78 is that, rounded."""
    open_end = table(a={"actual": 80, "stated_score": Fraction(1778, 100)}, b={"actual": pd.NA})
    rows = rows_of(found(outputs=open_end, project={"stated_score": Fraction(9778, 100)}))
    assert [said(row) for row in rows] == ["score_total_unsupported"]


def test_a_total_of_what_applies_may_be_stated_on_full_points():
    """S4 does not apply: 90 of 90 points are 100 on full points, and the parts add up to 90."""
    stated = {item: row for item, row in STATED.items() if item != "f"}
    outputs = [row for row in table(**stated) if row["item"] != "f"]
    judgements = [*EXECUTION, of("S4", not_applicable=PROOF)]
    for total, codes in ((90, []), (100, []), (95, ["score_sum", "score_total"])):
        rows = rows_of(
            found(outputs=outputs, judgements=judgements, project={"stated_score": total})
        )
        assert [row["code"] for row in rows] == codes


def test_one_indicator_may_carry_all_of_the_thirty_points_of_benefits():
    """The official table gives benefits 30 of 100 points and asks for no number of indicators."""
    one = [row for row in table(d={"points": 30}) if row["item"] != "e"]
    assert rows_of(found(outputs=one)) == []


def test_a_cap_at_the_budget_of_the_start_of_the_year_is_not_loose_after_a_cut():
    """1,000 fen at the start, 40 taken back: a cap of 10 yuan was set by the former."""
    cut = {"adjustments": [of("cut", adjustment_amount=-40)], "project": {"initial_amount": 1000}}
    assert rows_of(found(outputs=table(c=CAP | {"target": 10, "actual": 9}), **cut)) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_said_in_both_languages(name):
    """With what was expected and what is there, by hand."""
    change, expected, actual = PLANTED[name]
    evaluation = found(**change)
    [row] = [row for row in rows_of(evaluation) if said(row) == name]
    for value, by_hand in ((row["expected"], expected), (row["actual"], actual)):
        assert value is pd.NA if by_hand is pd.NA else value == by_hand
    facts = Facts(evaluation.facts, "p")
    for lang in languages():
        words = Words(lang, "元")
        for variant, extra in (finding_saying(row), why_saying(row)):
            assert "{" not in words.plain("findings", variant, facts, extra)
        if isinstance(row["where"], str):
            assert words.label(row["where"], facts)


LATE = [of("tender", name=Text("招标", "tender"), planned_on=day("2018-01-01"),
           actual_on=day("2018-01-05"))]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"name": Text("按期培训", "training in time")},
        {"stated_score": 19},
        {"dimension": "quantity"},
    ],
)
def test_full_points_that_no_late_step_bears_on(change):
    """Another step, fewer points, another kind of indicator: nothing is found."""
    clean = {"dimension": "timeliness", "name": Text("按期招标", "tender in time"),
             "stated_score": 20}  # fmt: skip
    rows = rows_of(found(outputs=table(a=clean | change), milestones=LATE))
    assert "score_schedule" not in [row["code"] for row in rows]


def test_an_indicator_of_the_schedule_with_full_points():
    """A framework's own judgement of timeliness at full points, and the step that came latest."""
    more = of("signing", name=Text("签约", "signing"), planned_on=day("2018-01-01"),
              actual_on=day("2018-01-22"))  # fmt: skip
    evaluation = found(
        TREE, outputs=[], milestones=[*LATE, more], judgements=[of("E331", stated_score=8)]
    )
    [row] = [row for row in rows_of(evaluation) if row["code"] == "score_schedule"]
    assert (row["where"], row["actual"]) == ("scores.E331.stated_score", 8)
    assert row["details"]["days"] == (21, "days")


def test_every_check_and_every_sentence_about_points_is_planted():
    """No check of this topic without a fault that it finds."""
    codes = {code for code in all_checks() if code.startswith("score_")}
    for lang in languages():
        names = {name for name in variants(lang, "findings") if name.startswith("score_")}
        assert {name for name in names if not name.endswith("_why")} == set(PLANTED)
        assert {name.removesuffix("_why") for name in names if name.endswith("_why")} == codes


def test_stated_scores_that_exceed_the_stated_total():
    """20 + 20 are stated for two items; with 60 points to come, 40 to 100 are within reach."""
    outputs = table(a={"stated_score": 20}, b={"stated_score": 20})
    evaluation = found(outputs=outputs, project={"stated_score": 39})
    [row] = [row for _, row in evaluation.findings.iterrows() if row["code"] == "out_of_reach"]
    assert said(row) == "out_of_reach_scores"
    assert [row["details"][name][0] for name in ("lowest", "highest")] == [40, 100]
    for lang in languages():
        text = Words(lang, "元").plain(
            "findings", *[said(row), Facts(evaluation.facts, "p"), finding_saying(row)[1]]
        )
        assert "39" in text


@pytest.mark.parametrize(("total", "codes"), [("96", []), ("78", []), ("67", ["out_of_reach"]),
                                             ("100.01", ["out_of_reach"])])  # fmt: skip
def test_what_is_within_reach_where_items_do_not_apply(total, codes):
    """70 of 80 points are stated, 10 open: the sum is 70 to 80, on full points 87.5 to 100."""
    given = {item: dict(values) for item, values in STATED.items() if item not in "bf"}
    out = of("b", not_applicable=Text("不适用", "does not apply"))
    evaluation = found(outputs=table(**given), judgements=[*EXECUTION, out],
                       project={"stated_score": Fraction(total)})  # fmt: skip
    assert [code for code in evaluation.findings["code"] if code == "out_of_reach"] == codes


@pytest.mark.parametrize(("total", "codes"), [("90", []), ("89", ["out_of_reach"])])
def test_a_total_within_reach_may_be_rounded(total, codes):
    """89.8 points are stated and 10 are open: 90 is 89.8 rounded, 89 is not."""
    given = {item: dict(values) for item, values in STATED.items() if item != "f"}
    given["a"] = {"stated_score": Fraction("19.8")}
    evaluation = found(outputs=table(**given), judgements=EXECUTION,
                       project={"stated_score": Fraction(total)})  # fmt: skip
    assert [code for code in evaluation.findings["code"] if code == "out_of_reach"] == codes


def test_a_stated_total_where_nothing_applies():
    """Nothing is within reach and nothing is compared; the project is evaluated all the same."""
    out = {"not_applicable": Text("不适用", "does not apply")}
    judgements = [of(item, **out) for item in ("S11", *"abcdef")]
    evaluation = found(judgements=judgements, project={"stated_score": 100})
    assert pd.isna(evaluation.totals.at["p", "rebased_score"])
    assert "score_total" not in list(evaluation.findings["code"])


THIRD = {"a": {"actual": Fraction(90, 3)}}  # a third of 20 points: 6.67


def test_scores_rounded_as_they_are_stated_are_right():
    """6.67 for 6 2/3 and a total of 86.67 draw nothing; 6.66 draws its sum too, 86.66 its total."""
    given = {item: dict(values) for item, values in STATED.items()}
    for item, total, codes in (
        ("6.67", "86.67", []), ("6.66", "86.67", ["score_item", "score_sum"]),
        ("6.67", "86.66", ["score_sum", "score_total"]),
    ):  # fmt: skip
        given["a"] = {"stated_score": Fraction(item), **THIRD["a"]}
        project = {"stated_score": Fraction(total)}
        rows = rows_of(found(outputs=table(**given), judgements=EXECUTION, project=project))
        assert [row["code"] for row in rows] == codes


@pytest.mark.parametrize(("actual", "codes"), [("89.9995", []), ("89.9", ["score_item"])])
def test_a_whole_number_that_is_right_to_two_decimals_was_not_cut(actual, codes):
    """20.00 for 19.99989 loses its zeros in a file; 20 for 19.9778 was 19.98."""
    outputs = table(a={"actual": Fraction(actual), "stated_score": 20})
    rows = rows_of(found(outputs=outputs))
    assert [row["code"] for row in rows if row["code"].startswith("score_")] == codes


def test_a_bound_beside_a_target_in_words():
    """A target in words has no value that could have been copied; the bound is told anyway."""
    words = {"target": pd.NA, "target_unit": pd.NA, "target_text": Text("良好", "good")}
    evaluation = found(outputs=table(a={"actual_operator": ">=", **words}))
    [row] = evaluation.findings[evaluation.findings["code"] == "score_bound"].to_dict("records")
    assert row["where"] == "outputs.a.actual"


def test_a_finding_about_a_score_stands_at_the_name_of_its_indicator():
    """Own outputs and the framework's indicators are told by name, not by id or code."""
    rows = table(a={"stated_score": 21})
    evaluation = found(outputs=rows, judgements=[of("S11", stated_score=3)])
    for lang, names in (
        ("zh", ["预算执行率", "指标a"]),
        ("en", ["Budget execution", "indicator a"]),
    ):
        grid = tabulate_findings(evaluation, "p", Words(lang, "元")).grid()
        assert all(any(name in cell for row in grid for cell in row[2:3]) for name in names)


def test_a_cap_on_an_output_of_no_kind():
    """Money that caps an output whose kind nobody names is no cap on cost, and no error."""
    rows = table(c=CAP | {"target": 20, "actual": 10})
    rows = [row | {"dimension": pd.NA} if row["item"] == "c" else row for row in rows]
    codes = [row["code"] for row in rows_of(found(outputs=rows))]
    assert "score_no_dimension" in codes and "score_loose_cap" not in codes
