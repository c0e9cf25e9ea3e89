"""The budget built up from heads, unit costs and fees."""

from fractions import Fraction

import pandas as pd
import pytest

from tests.samples import facts_with, of

POSTS = [of("guard", approved_count=3, filled_count=2), of("cook", approved_count=1)]
LABOUR = {"group": "labour", "base": []}
LINES = [
    of("guard", post="guard", unit_cost_amount=100, declared_amount=300, **LABOUR),
    of("cook", post="cook", unit_cost_amount=200, declared_amount=190, **LABOUR),
    of("uniform", group="uniform", quantity=4, unit_cost_amount=5, declared_amount=20, base=[]),
]


def fee(*base, rate=Fraction(1, 10), declared=50):
    """A management fee on this base."""
    return of("fee", group="management_fee", fee_rate=rate, declared_amount=declared, base=[*base])


def test_a_line_takes_the_approved_heads_of_its_post():
    """The budget was made for the approved posts."""
    facts = facts_with(posts=POSTS, lines=LINES)
    assert facts.value("lines.guard.quantity") == 3
    assert facts["lines.guard.quantity"].inputs == ("posts.guard.approved_count",)
    assert facts.value("lines.cook.line_gap") == -10
    assert facts.value("total_gap") == -10


@pytest.mark.parametrize(
    ("base", "amount"),
    [(["labour"], 490), (["labour", "uniform"], 510), (["guard"], 300),
     (["labour", "guard"], 490), (["fee"], pd.NA), (["management_fee", "cook"], 190)],
)  # fmt: skip
def test_a_fee_is_charged_on_lines_and_groups_each_once(base, amount):
    """By id or by group, each line once and never the fee itself."""
    found = facts_with(posts=POSTS, lines=[*LINES, fee(*base)]).value("lines.fee.base_amount")
    assert found is amount or found == amount


def test_a_fee_may_be_charged_on_another_fee():
    """On what that one was declared at."""
    other = fee("labour") | {"item": "tax", "group": "other"}
    facts = facts_with(posts=POSTS, lines=[*LINES, other, fee("tax", declared=5)])
    assert facts.value("lines.fee.line_gap") == 0


def test_heads_are_those_in_post_where_they_are_counted_for_all():
    """A sum over some of the posts would be too low."""
    some = facts_with(posts=POSTS)
    assert (some.value("filled_count"), some["heads_count"].way) == (pd.NA, "approved")
    every = facts_with(posts=POSTS[:1])
    assert (every.value("heads_count"), every["heads_count"].way) == (2, "filled")
    assert every.value("filling_rate") == Fraction(2, 3)


def test_price_and_volume_explain_the_change_of_a_line():
    """Together they are what the line changed by; the latest earlier year counts."""
    line = of(
        "meals", quantity=6, unit_cost_amount=110, declared_amount=660, group="goods", base=[]
    )
    year = {"line": "meals", "prior_unit_cost_amount": 100}
    facts = facts_with(
        lines=[line],
        prior_lines=[of("2017.meals", prior_year=2017, prior_quantity=5, **year),
                     of("2016.meals", prior_year=2016, prior_quantity=1, **year),
                     of("2018.meals", prior_year=2018, prior_quantity=9, **year)],
    )  # fmt: skip
    assert facts.value("price_effect_amount") == 60
    assert facts.value("volume_effect_amount") == 100
    changed = facts.value("lines.meals.recomputed_amount") - 5 * 100
    assert facts.value("price_effect_amount") + facts.value("volume_effect_amount") == changed


def test_groups_stand_in_the_order_of_the_file_and_keep_their_holes():
    """A group with a line that cannot be recomputed has no recomputed sum."""
    facts = facts_with(posts=POSTS, lines=[fee("gone"), *LINES])
    groups = [name.split(".")[1] for name in facts if name.endswith("group_declared_amount")]
    assert groups == ["management_fee", "labour", "uniform"]
    assert facts.value("groups.management_fee.group_recomputed_amount") is pd.NA
    assert facts.value("groups.labour.group_recomputed_amount") == 500
