"""Inputs for the tests of scoring: the projects in ``params/``, and invented ones of every kind."""

import datetime
from fractions import Fraction
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from evalkit import framework
from evalkit.evaluate import score
from evalkit.facts import Facts, facts_of
from evalkit.model import INPUT_FRAMES, Inputs, Text, inputs_of
from tests.arithmetic import calculate

ROOT = Path(__file__).resolve().parent.parent
PARAMS = ROOT / "params"
REFERENCE, SECOND = "minhang-logistics-2018", "canteens-2024"
FRAMEWORK = framework.load("minhang-tracking-2018")


def day(text):
    """A date of the inputs."""
    return pd.Timestamp(text)


def of(item="", project="p", **values):
    """One row of an input frame."""
    return {"project_id": project} | ({"item": item} if item else {}) | values


PROJECT = of(
    name=Text("甲", "A"), year=2018, initial_amount=1000, as_of=day("2018-08-31"),
    period_start_on=day("2018-01-01"), period_end_on=day("2018-12-31"),
)  # fmt: skip


def inputs_with(project=None, **rows):
    """The inputs of one small project: a budget of 1,000 for 2018, tracked on 31 August."""
    return inputs_of({"projects": [PROJECT | (project or {})]} | rows)


def scored_with(project=None, **rows):
    """The scored frames of one small project."""
    return score(inputs_with(project, **rows), FRAMEWORK)


def facts_with(project=None, **rows):
    """The facts of one small project, without findings."""
    return Facts(facts_of(scored_with(project, **rows)), "p")


def wrong_figures(facts):
    """The facts that are not what their formula gives, with both values."""
    wrong = []
    for project_id in facts.index.get_level_values(0).unique():
        mine = Facts(facts, project_id)
        values = {name: fact.value for name, fact in mine.items()}
        for name, fact in mine.items():
            if not fact.formula:
                continue
            prefix = name.rpartition(".")[0] + "." if "." in name else ""
            expected = calculate(fact.formula, values, prefix)
            is_equal = fact.value is pd.NA if expected is pd.NA else fact.value == expected
            if is_equal is not True:
                wrong.append((project_id, name, fact.formula, expected, fact.value))
    return wrong


def shuffled(inputs, random):
    """The same inputs with the rows of every frame in another order."""
    frames = {}
    for name, frame in inputs.frames():
        places = list(range(len(frame)))
        random.shuffle(places)
        frames[name] = frame.iloc[places]
    return Inputs(**frames, places=inputs.places)


def part(inputs, project_id):
    """One project out of several."""
    frames = {
        name: frame[frame.index.get_level_values(0) == project_id]
        for name, frame in inputs.frames()
    }
    return Inputs(**frames, places=inputs.places)


#: A portfolio is a large example; a few of them hold many projects.
FEW = settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])

# Invented projects. Plain lists are drawn and made into frames once.

FIRST_DAY = datetime.date(2017, 11, 1)
DATES = st.integers(0, 480).map(lambda n: pd.Timestamp(FIRST_DAY + datetime.timedelta(n)))
AMOUNTS = st.one_of(st.sampled_from([0, 1, -1, 100, 939_850_000]), st.integers(-(10**15), 10**15))
COUNTS = st.integers(0, 500)
RATES = st.sampled_from(
    [Fraction(0), Fraction(1, 10), Fraction(1, 4), Fraction(1, 3), Fraction(1), Fraction(3, 2)]
)
NUMBERS = st.one_of(COUNTS, st.fractions(min_value=0, max_value=500, max_denominator=100))
UNITS = st.sampled_from(["人", "人", "人", "%"])
GROUPS = st.sampled_from(["labour", "uniform", "management_fee", "service"])
TEXTS = st.sampled_from([Text("甲", "A"), Text("乙", "B")])


def maybe(values):
    """A value that a file may leave out."""
    return st.one_of(st.just(pd.NA), values)


def some(shape, names):
    """Rows for some of these items, each with what ``shape`` holds for it."""
    rows = st.fixed_dictionaries(shape)
    return st.lists(st.sampled_from(names), unique=True, max_size=len(names)).flatmap(
        lambda items: st.tuples(*[rows] * len(items)).map(
            lambda found: [{"item": item} | row for item, row in zip(items, found, strict=True)]
        )
    )


LINES = st.one_of(
    st.fixed_dictionaries({"quantity": NUMBERS, "unit_cost_amount": NUMBERS}),
    st.fixed_dictionaries(
        {"post": st.sampled_from(["guard", "cook"]), "unit_cost_amount": NUMBERS}
    ),
    st.fixed_dictionaries(
        {"fee_rate": RATES, "base": st.lists(st.sampled_from(["labour", "l0", "l1", "service"]))}
    ),
    st.just({}),
)

FRAMES = {
    "funding": some({"budget_amount": AMOUNTS, "received_amount": maybe(AMOUNTS)},
                    ["city", "town"]),
    "adjustments": some({"adjusted_on": DATES, "adjustment_amount": AMOUNTS}, ["a0", "a1"]),
    "posts": some({"approved_count": COUNTS, "filled_count": maybe(COUNTS)}, ["guard", "cook"]),
    "lines": some(
        {"name": TEXTS, "group": GROUPS, "declared_amount": AMOUNTS, "base": st.just([]),
         "line_executed_amount": maybe(AMOUNTS), "built": LINES}, ["l0", "l1", "l2"],
    ),
    "prior_years": some(
        {"year_budget_amount": AMOUNTS, "year_executed_amount": AMOUNTS}, ["2016", "2017", "2018"]
    ),
    "prior_lines": some(
        {"prior_quantity": NUMBERS, "prior_unit_cost_amount": NUMBERS},
        ["2016.l0", "2017.l0", "2016.l1", "2018.l1", "2017.gone"],
    ),
    "contracts": some(
        {"amount": AMOUNTS, "signed_on": maybe(DATES), "service": maybe(st.tuples(DATES, DATES)),
         "delivered": st.one_of(
             st.just({}), st.fixed_dictionaries({"stated_delivered_rate": RATES}),
             st.fixed_dictionaries({"stated_delivered_amount": AMOUNTS}))},
        ["c0", "c1"],
    ),
    "instalments": some(
        {"due_on": DATES, "released_on": maybe(DATES),
         "contract": st.sampled_from(["c0", "c0", pd.NA]),
         "priced": st.one_of(st.fixed_dictionaries({"share_rate": RATES}),
                             st.fixed_dictionaries({"stated_amount": AMOUNTS})),
         "withheld": maybe(st.tuples(RATES, st.sampled_from(["l0", "l1", "gone"])))},
        ["i0", "i1", "i2"],
    ),
    "payments": some(
        {"paid_on": DATES, "amount": AMOUNTS, "instalment": maybe(st.sampled_from(["i0", "i1"]))},
        ["p0", "p1", "p2"],
    ),
    "milestones": some({"planned_on": DATES, "actual_on": maybe(DATES)}, ["m0", "m1"]),
    "outputs": some(
        {"kind": st.sampled_from(["output", "outcome"]), "due_on": maybe(DATES),
         "operator": st.sampled_from([">=", "≥", "<=", "≤", "=", "range"]),
         "target_to": maybe(NUMBERS), "dimension": maybe(st.sampled_from(["quantity", "quality"])),
         "target": maybe(NUMBERS), "planned": maybe(NUMBERS), "actual": maybe(NUMBERS),
         "measured": maybe(NUMBERS), "qualified": maybe(NUMBERS),
         "target_unit": UNITS, "planned_unit": UNITS, "actual_unit": UNITS, "measured_unit": UNITS},
        ["o0", "o1", "o2"],
    ),
    "judgements": some(
        {"grade": maybe(st.sampled_from(FRAMEWORK.grades)), "evidence": maybe(TEXTS),
         "not_applicable": maybe(TEXTS)}, ["A111", "B121", "B214", "C11"],
    ),
}  # fmt: skip
PROJECTS = st.fixed_dictionaries(
    {"as_of": DATES, "period": st.tuples(DATES, DATES).map(sorted), "initial_amount": AMOUNTS,
     "stated_executed_amount": maybe(AMOUNTS), "stated_planned_amount": maybe(AMOUNTS),
     "stated_verdict": maybe(st.just("normal"))}
)  # fmt: skip


def _flat(row):
    """A row as the frames know it, out of what was drawn together."""
    if "prior_quantity" in row:
        year, _, row["line"] = row["item"].partition(".")
        row["prior_year"] = int(year)
    made = {key: row.pop(key) for key in ("built", "priced", "delivered") if key in row}
    for values in made.values():
        row |= values
    for key, columns in {
        "service": ("service_start_on", "service_end_on"),
        "withheld": ("withheld_rate", "withheld_of"),
        "period": ("period_start_on", "period_end_on"),
    }.items():
        values = row.pop(key, pd.NA)
        if not isinstance(values, tuple | list):
            continue
        row |= dict(zip(columns, values, strict=True))
    return row


def _mended(mine):
    """The rows of a project as a file may hold them: what they name is there."""
    items = {frame: {row["item"] for row in rows} for frame, rows in mine.items()}
    groups = {row["group"] for row in mine["lines"]}
    for line in mine["lines"]:
        line["base"] = [name for name in line["base"] if name in items["lines"] | groups]
        if line.get("post") not in {*items["posts"], None} or not (line["base"] or "post" in line):
            for column in ("post", "unit_cost_amount", "fee_rate"):
                line.pop(column, None)
            line["base"] = []
    for instalment in mine["instalments"]:
        if instalment.get("withheld_of") not in items["lines"]:
            instalment |= {"withheld_rate": pd.NA, "withheld_of": pd.NA}
        if instalment["contract"] not in items["contracts"]:
            instalment |= {"contract": pd.NA, "share_rate": pd.NA, "stated_amount": 5}
    for payment in mine["payments"]:
        if payment["instalment"] not in items["instalments"]:
            payment["instalment"] = pd.NA
    return mine


@st.composite
def portfolios(draw, size=6, valid=False):
    """Inputs of several projects, each with some of everything.

    Unless they are to be ``valid``, they may name what is not there: scoring bears that too.
    """
    rows = {name: [] for name in INPUT_FRAMES}
    for number in draw(st.permutations(range(size))):
        own = {"project_id": f"p{number}"}
        named = own | {"year": 2018, "name": Text("甲", "A")}
        rows["projects"].append(_flat(draw(PROJECTS)) | named)
        mine = {frame: [_flat(row) for row in draw(shape)] for frame, shape in FRAMES.items()}
        mine = _mended(mine) if valid else mine
        for frame, found in mine.items():
            rows[frame] += [row | own for row in found]
    return inputs_of(rows)
