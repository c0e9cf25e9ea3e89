"""What holds of every project, whatever is in it."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.evaluate import evaluate, score
from evalkit.facts import facts_of
from evalkit.model import inputs_of, join
from tests.samples import FEW, FRAMEWORK, part, portfolios, shuffled

SEEDS = st.integers(0, 10**6)


def rows_of(frame):
    """A frame as plain values, to be compared to the last bit."""
    return repr([*zip(frame.index.tolist(), frame.to_dict("records"), strict=True)])


@settings(FEW, max_examples=3)
@given(portfolios(4, valid=True))
def test_many_together_are_each_alone(inputs):
    """No project is touched by its neighbours: facts, conditions, verdict and findings."""
    together = evaluate(inputs, FRAMEWORK)
    for project_id in inputs.projects.index[:2]:
        alone = evaluate(part(inputs, project_id), FRAMEWORK)
        for name in ("facts", "conditions", "findings", "levels", "lines", "outputs"):
            found, among = getattr(alone, name), getattr(together, name)
            mine = among[among.index.get_level_values(0) == project_id]
            assert rows_of(found) == rows_of(mine), name
        assert rows_of(alone.verdict) == rows_of(together.verdict.loc[[project_id]])


@FEW
@given(portfolios(4), SEEDS)
def test_the_order_of_rows_changes_nothing(inputs, seed):
    """A file may list its lines, payments and indicators in any order."""
    before = score(inputs, FRAMEWORK)
    after = score(shuffled(inputs, random.Random(seed)), FRAMEWORK)
    assert facts_of(after).sort_index().equals(facts_of(before).sort_index())
    assert after.conditions.sort_index().equals(before.conditions.sort_index())


@settings(FEW, max_examples=4)
@given(portfolios(4, valid=True))
def test_inputs_and_framework_are_left_alone(inputs):
    """Evaluating writes nothing into what it was given."""

    def state():
        frames = {name: rows_of(frame) for name, frame in inputs.frames()}
        form = [rows_of(FRAMEWORK.indicators), rows_of(FRAMEWORK.levels), repr(FRAMEWORK.settings)]
        return frames, form

    before = state()
    evaluate(inputs, FRAMEWORK)
    assert state() == before


@FEW
@given(portfolios())
def test_parts_add_up_to_their_whole(inputs):
    """Lines and groups to the total, shares to 1, remainders to the budget."""
    found = score(inputs, FRAMEWORK)
    whole = found.headcount["declared_total_amount"]
    for items, column in (
        (found.lines, "declared_amount"),
        (found.groups, "group_declared_amount"),
    ):
        for project_id, values in items[column].astype(object).groupby(level=0):
            assert sum(values) == whole[project_id]
    for items, column in ((found.lines, "share_rate"), (found.funding, "funding_share_rate")):
        for _, shares in items[column].groupby(level=0):
            assert shares.isna().all() or sum(shares) == 1
    money = found.execution
    known = money["executed_amount"].notna()
    rest = money["unspent_budget_amount"] + money["executed_amount"]
    assert rest[known].tolist() == money["budget_amount"][known].tolist()


@FEW
@given(portfolios())
def test_every_indicator_is_counted_once(inputs):
    """Graded, not applicable, not evaluable: together they are all indicators, level by level."""
    found = score(inputs, FRAMEWORK)
    counts = ["graded_count", "not_applicable_count", "unevaluable_count"]
    assert (found.verdict[counts].sum(axis=1) == len(FRAMEWORK.indicators)).all()
    top = found.levels[found.levels["depth"] == 1]
    for column in counts:
        assert top[column].groupby(level=0).sum().to_dict() == found.verdict[column].to_dict()
    graded = found.indicators["status"] == "graded"
    assert (graded == found.indicators["grade"].isin(FRAMEWORK.grades)).all()
    assert (found.indicators["reason_code"].notna()
            == (found.indicators["status"] == "cannot_be_evaluated")).all()  # fmt: skip


def test_no_projects_at_all():
    """An empty portfolio is evaluated too."""
    for inputs in (inputs_of({}), join([])):
        found = evaluate(inputs, FRAMEWORK)
        assert len(found.facts) == len(found.findings) == len(found.verdict) == 0
