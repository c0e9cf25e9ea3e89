"""The benchmark of the audit, small: clean projects stay clean, every kind of fault is found."""

import re
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from bench.audit import KINDS, run
from bench.projects import clean, half_up, written

SIZE, EACH, SEED = 15, 2, 20180831
NAMES = [kind.__name__ for kinds in KINDS.values() for kind in kinds]
PAGE = Path(__file__).parents[1] / "docs" / "audit-benchmark.md"


@cache
def small():
    """Counts by kind, false alarms and printed figures of a small run."""
    return run(SIZE, EACH, SEED)


def test_clean_projects_give_no_alarm():
    """What an honest authority prints, rounded half up, is never found fault with."""
    _, alarms, figures = small()
    assert figures > 20 * SIZE
    assert [(key, row["code"], row["where"]) for key, row in alarms] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_fault_is_found(name):
    """Each planted fault that a reader could see gives its finding."""
    count = small()[0][name]
    assert count.planted + count.unseen > 0, "no project has a place for it"
    assert count.found == count.planted


def test_causes_are_told():
    """In nineteen of twenty cases at least the cause is the planted one."""
    counts = small()[0].values()
    planted, told = sum(c.planted for c in counts), sum(c.named for c in counts)
    assert planted > EACH * len(NAMES) * Fraction(4, 5)
    assert Fraction(told, planted) >= Fraction(95, 100)


def test_the_same_seed_gives_the_same_projects():
    """A published number can be made again."""
    assert repr(clean(7, SEED)) == repr(clean(7, SEED)) != repr(clean(7, SEED + 1))


@pytest.mark.parametrize(
    ("value", "decimals", "style", "text"),
    [(Fraction(5, 2), 0, "plain", "3"), (Fraction(-5, 2), 0, "plain", "-3"),
     (Fraction(281955), 2, "commas", "281,955.00"), (Fraction(1, 3), 4, "plain", "0.3333"),
     (Fraction(-1, 1000), 2, "plain", "0.00"), (Fraction(125, 10), 1, "wide", "１２．５")],
)  # fmt: skip
def test_an_honest_authority_rounds_half_up(value, decimals, style, text):
    """The printing of the benchmark is its own, tried by hand."""
    assert written(value, decimals, style) == text
    assert half_up(Fraction(7, 2), 1) == 4


def test_the_published_table_keeps_the_goal():
    """The page tells its command and seed, no false alarm, and the shares that were asked for."""
    page = PAGE.read_text("utf-8")
    assert re.search(r"^python bench/audit\.py \d+ \d+ \d+$", page, re.MULTILINE)
    assert "; 0 false alarms" in page
    line = re.search(r"^\| \*\*all\*\* .*$", page, re.MULTILINE)[0]
    _, _, planted, _, found, _, told, _ = (cell.strip(" %") for cell in line.split("|"))
    assert int(planted) >= 4000
    assert Fraction(found) >= 99
    assert Fraction(told) >= 95
