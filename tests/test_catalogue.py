"""The catalogue of checks: every check has its entry and its words, and does what it says."""

import re

import pytest

from evalkit.catalogue import against_of, bound, catalogue, group_of, groups
from evalkit.findings import all_across, all_checks
from evalkit.model import SEVERITIES
from evalkit.sentences import languages, variants
from evalkit.words import Words
from tests.plantable import portfolio
from tests.test_checks import PLANTED


def test_every_check_is_described_once_and_nothing_else_is():
    """Code by code; an entry without its check would explain what is never found."""
    assert set(catalogue()) == {*all_checks(), *all_across()}
    assert {each.group for each in catalogue().values()} == set(groups())
    for each in catalogue().values():
        assert each.severities and set(each.severities) <= set(SEVERITIES)


@pytest.mark.parametrize("lang", languages())
def test_every_check_has_its_words(lang):
    """What is found, what a false alarm looks like, the reason with what to do; groups, bounds."""
    about, told, words = variants(lang, "checks"), variants(lang, "findings"), Words(lang)
    both = [name for code in catalogue() for name in (code, f"{code}_misfires")]
    assert list(about) == ["title", *both]
    assert all(told[f"{code}_why"] for code in catalogue())
    assert all(words.term(f"finding_group.{group}") for group in groups())
    named = [each.name for entry in catalogue().values() for each in entry.bounds]
    assert all(words.term(f"bound.{name}") for name in named)


def test_a_check_finds_with_no_other_severity_than_its_entry_says():
    """Over all planted faults; each severity of an entry with two is reached by one of them."""
    found = portfolio({each.id: each.change for each in PLANTED}).findings
    reached = {(row["code"], row["severity"]) for _, row in found.iterrows()}
    assert {each for each in reached if each[1] not in catalogue()[each[0]].severities} == set()
    several = {code for code, each in catalogue().items() if len(each.severities) > 1}
    own = {code for code in several if not code.startswith("score_") and code != "printed"}
    told = {(code, each) for code in own for each in catalogue()[code].severities}
    assert told <= reached


def test_bounds_are_exact_and_named():
    """As they were decided: a twentieth of the contracts, eight peers, three ranges."""
    assert str(bound("paid_ahead", "least_ahead")) == "1/20"
    assert bound("unit_cost_outlier", "least_peers") == 8
    assert bound("unit_cost_outlier", "most_ranges") == 3
    with pytest.raises(KeyError):
        bound("paid_ahead", "most_ahead")


@pytest.mark.parametrize("lang", languages())
def test_what_a_figure_is_set_against_has_its_words(lang):
    """Both figures of a finding are called what they are: what should be, a plan, another one."""
    words = Words(lang)
    for kind in {each.against for each in catalogue().values()}:
        assert words.term(f"against.{kind}") and words.term(f"found.{kind}")


def test_what_is_only_compared_is_not_called_what_should_be():
    """A budget, a contract, a plan stand beside a figure; a recomputed fee is what it should be."""
    kinds = {code: against_of(code) for code in (
        "full_use", "budget_growth", "contract_amount", "paid_ahead", "milestone_late", "fee_base",
        "no_such_code",
    )}  # fmt: skip
    assert kinds == {
        "full_use": "compared", "budget_growth": "compared", "contract_amount": "compared",
        "paid_ahead": "compared", "milestone_late": "planned", "fee_base": "expected",
        "no_such_code": "expected",
    }  # fmt: skip


def test_the_last_group_takes_what_is_not_described():
    """A code that nobody knows does not stop a report."""
    assert group_of("no_such_code") == groups()[-1]


def test_findings_stand_group_by_group_within_a_severity():
    """In the order of the catalogue's groups, open ones before accepted ones."""
    changes = {
        "p": {
            "contracts": {"main": {"signed_on": "2018-01-22"}},
            "measures": {"lift": {"due_on": None}},
        }
    }
    found = portfolio(changes).findings
    rows = [(row["severity"], groups().index(group_of(row["code"]))) for _, row in found.iterrows()]
    ranked = [(SEVERITIES.index(severity), place) for severity, place in rows]
    assert len(ranked) == 2
    assert ranked == sorted(ranked)


def test_no_sentence_of_the_catalogue_promises_a_rate():
    """How often a check misfires is told in words: nobody has counted it."""
    for lang in languages():
        assert not [text for text in variants(lang, "checks").values() if re.search(r"\d|%", text)]
