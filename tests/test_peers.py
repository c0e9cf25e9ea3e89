"""Unit costs beside their peers: found far outside, never alone, never in an evaluation."""

from fractions import Fraction
from functools import cache

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.checks.peers import quantile
from evalkit.evaluate import evaluate
from evalkit.facts import Facts
from evalkit.findings import find_across
from evalkit.model import apart, inputs_of
from evalkit.narrative.findings import finding_saying, why_saying
from evalkit.sentences import languages
from evalkit.words import Words
from tests.plantable import FRAMEWORK, line, portfolio, rows_of

#: Eight peers, from 100 to 114 yuan in even steps.
PEERS = [10_000, 10_200, 10_400, 10_600, 10_800, 11_000, 11_200, 11_400]


def projects(costs, **values):
    """Projects of their own, each with one line of clothes at a unit cost in fen."""
    changes = {}
    for number, cost in enumerate(costs):
        about = {"quantity": 1, "quantity_unit": "套", "unit_cost_amount": Fraction(cost)}
        coat = line("Coats", "goods", declared_amount=int(cost), line_executed_amount=0)
        changes[f"p{number}"] = {"lines": {"coat": coat | about | values}}
    return [*apart(portfolio(changes)).values()] if changes else []


@cache
def nine():
    """Eight peers and one that is far above them."""
    return projects([*PEERS, 99_000])


def outliers(evaluations):
    """What only shows beside the others: project, variant and figures."""
    return [
        (project, row["details"]["variant"], row["expected"], row["actual"], row["gap"])
        for each in find_across(evaluations)
        for (project, _), row in each.findings.iterrows()
        if row["code"] == "unit_cost_outlier" and row["where"] == "lines.coat.unit_cost_amount"
    ]


def test_a_unit_cost_far_above_its_peers():
    """Of nine costs the quartiles are 104 and 112, the median 108; beyond 112 + 3 × 8 = 136."""
    assert outliers(projects([*PEERS, 13_601])) == [("p8", "above", 10_800, 13_601, 2_801)]
    assert outliers(projects([*PEERS, 13_600])) == []


def test_a_unit_cost_far_below_its_peers():
    """Of nine costs the quartiles are 102 and 110, the median 106; below 102 − 3 × 8 = 78."""
    assert outliers(projects([*PEERS, 7_799])) == [("p8", "below", 10_600, 7_799, -2_801)]
    assert outliers(projects([*PEERS, 7_800])) == []


@pytest.mark.parametrize(
    ("costs", "values"),
    [
        ([*PEERS[:7], 99_000], {}),
        ([10_000] * 8 + [99_000], {}),
        ([*PEERS, 99_000], {"quantity_unit": pd.NA}),
        ([99_000], {}),
        ([], {}),
    ],
    ids=["seven peers", "no range", "no unit", "alone", "nobody"],
)
def test_without_enough_to_measure_by_nothing_is_said(costs, values):
    """Fewer than eight peers, peers that all cost the same, a unit that nobody names."""
    assert outliers(projects(costs, **values)) == []


def test_another_unit_or_group_is_no_peer():
    """Metres beside sets, and services beside goods."""
    *eight, _ = nine()
    other_unit = projects([*PEERS, 99_000], quantity_unit="米")
    assert outliers([*eight, other_unit[8]]) == []
    other_group = projects([*PEERS, 99_000], group="service")
    assert outliers([*eight, other_group[8]]) == []


def test_the_evaluation_itself_never_looks_at_others():
    """Facts and the findings of each project are those that it has alone."""
    evaluations = nine()
    compared = find_across(evaluations)
    for before, after in zip(evaluations, compared, strict=True):
        assert before.facts.equals(after.facts)
        kept = after.findings[after.findings["code"] != "unit_cost_outlier"]
        assert list(kept["code"]) == list(before.findings["code"])
    assert [len(each.findings) for each in evaluations] == [len(evaluations[0].findings)] * 9


def test_what_is_found_can_be_accepted():
    """An acceptance speaks of it, and does not speak of nothing where the project stands alone."""
    accepted = {"1": {"finding": "unit_cost_outlier", "reason": "agreed"}}
    coat = line("Coats", "goods", declared_amount=99_000, line_executed_amount=0, quantity=1,
                quantity_unit="套", unit_cost_amount=Fraction(99_000))  # fmt: skip
    rows = rows_of("dear", lines={"coat": coat}, accepted=accepted)
    dear = evaluate(inputs_of(rows), FRAMEWORK)
    assert "accepted_nothing" not in set(dear.findings["code"])
    found = find_across([*nine()[:8], dear])[-1].findings
    [row] = [row for _, row in found.iterrows() if row["code"] == "unit_cost_outlier"]
    assert row["accepted"] == "1"


def test_it_is_said_in_every_language():
    """Sentence and reason have all that they speak of."""
    for made in (nine(), projects([*PEERS, 1_000])):
        evaluation = find_across(made)[8]
        facts = Facts(evaluation.facts, "p8")
        for _, row in evaluation.findings.iterrows():
            for lang in languages():
                for variant, extra in (finding_saying(row), why_saying(row)):
                    assert "{" not in Words(lang, "元", "元").plain(
                        "findings", variant, facts, extra
                    )


@given(st.lists(st.fractions(max_denominator=50), min_size=1, max_size=12))
@settings(max_examples=60)
def test_a_quantile_lies_between_and_keeps_order(values):
    """Exact, between least and largest; a quarter never above a half; the ends are the ends."""
    ordered = sorted(values)
    shares = [Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1)]
    found = [quantile(ordered, share) for share in shares]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (ordered[0], ordered[-1])
    assert all(isinstance(each, Fraction) for each in found)


def test_quantiles_by_hand():
    """On the line between neighbours, as spreadsheets do it by default."""
    assert quantile([1, 2, 3, 4], Fraction(1, 4)) == Fraction(7, 4)
    assert quantile([10, 20, 40], Fraction(1, 2)) == 20
    assert quantile([5], Fraction(3, 4)) == 5
