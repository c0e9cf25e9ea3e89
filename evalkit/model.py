"""The shapes that everything else speaks of: texts, frames, inputs, evaluations.

Every frame is tidy. A project-level frame has the index ``project_id``; an item-level frame has the
index ``(project_id, item)``, where *item* is the id that the params file gives (a budget line, an
instalment, an indicator code). One project is a portfolio of one.

Suffixes are promises: ``*_amount`` money, ``*_rate`` a fraction (1 is 100%), ``*_count`` heads or
pieces, ``*_gap`` actual minus expected, ``*_days`` whole days, ``*_on`` a date, ``is_*`` a truth
value.

Numbers are exact. Money that was read is whole fen (``Int64``). Whatever was divided, or multiplied
by a rate, is a ``Fraction`` (``object``), also in fen when it is money. No binary float holds a
figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.arrays import NumpyExtensionArray

AMOUNT, COUNT, FLAG = "Int64", "Int64", "boolean"
EXACT, TEXT, LIST = "object", "object", "object"
KEY, DATE = "str", "datetime64[s]"


class Text(NamedTuple):
    """A text of the project in both languages (文本); where one is missing the other serves."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh


class Span(NamedTuple):
    """Two ends, both included, as of a target that is a range (区间)."""

    low: Any
    high: Any


#: The columns of each input frame and what they hold. The index is not listed.
INPUT_FRAMES: dict[str, dict[str, str]] = {
    "projects": {
        "name": TEXT, "region": TEXT, "year": COUNT, "category": KEY, "framework": KEY,
        "frameworks": LIST,
        "amount_unit": KEY, "unit_cost_unit": KEY,
        "period_start_on": DATE, "period_end_on": DATE, "tracking_start_on": DATE,
        "as_of": DATE, "report_on": DATE,
        "implementing_unit": TEXT, "authority": TEXT, "client": TEXT, "evaluator": TEXT,
        "department": TEXT, "derived_from": KEY, "scenario": TEXT,
        "initial_amount": AMOUNT, "stated_executed_amount": AMOUNT, "stated_planned_amount": AMOUNT,
        "stated_expected_amount": AMOUNT,
        "services": LIST,
        "stated_verdict": KEY, "stated_forecast": KEY, "stated_deviation": KEY,
        "is_funds_on_plan_stated": FLAG, "is_on_schedule_stated": FLAG,
        "is_full_use_stated": FLAG, "stated_score": EXACT, "stated_grade": KEY,
    },
    "weights": {"points": EXACT},
    "funding": {
        "name": TEXT, "initial_amount": AMOUNT, "budget_amount": AMOUNT,
        "received_amount": AMOUNT, "executed_amount": AMOUNT, "expected_amount": AMOUNT,
    },
    "adjustments": {"adjusted_on": DATE, "adjustment_amount": AMOUNT, "reason": TEXT},
    "posts": {"name": TEXT, "category": KEY, "approved_count": COUNT, "filled_count": COUNT},
    "lines": {
        "name": TEXT, "group": KEY, "post": KEY, "quantity": EXACT, "quantity_unit": KEY,
        "is_per_head": FLAG, "unit_cost_amount": EXACT, "fee_rate": EXACT, "base": LIST,
        "declared_amount": AMOUNT, "line_executed_amount": AMOUNT,
    },
    "prior_years": {"year_budget_amount": AMOUNT, "year_executed_amount": AMOUNT},
    "prior_lines": {
        "line": KEY, "prior_year": COUNT, "prior_quantity": EXACT, "prior_unit_cost_amount": EXACT,
    },
    "contracts": {
        "name": TEXT, "contractor": TEXT, "procurement": KEY, "awarded_on": DATE,
        "signed_on": DATE, "amount": AMOUNT, "service_start_on": DATE, "service_end_on": DATE,
        "stated_delivered_rate": EXACT, "stated_delivered_amount": AMOUNT,
    },
    "instalments": {
        "name": TEXT, "contract": KEY, "due_on": DATE, "covers_start_on": DATE,
        "covers_end_on": DATE, "share_rate": EXACT, "stated_amount": AMOUNT,
        "withheld_rate": EXACT, "withheld_of": KEY, "released_on": DATE,
    },
    "payments": {"instalment": KEY, "paid_on": DATE, "amount": AMOUNT},
    "milestones": {"name": TEXT, "planned_on": DATE, "actual_on": DATE},
    "outputs": {
        "name": TEXT, "kind": KEY, "listed_as": KEY, "due_on": DATE, "operator": KEY,
        "target": EXACT, "target_unit": KEY, "target_text": TEXT,
        "planned": EXACT, "planned_unit": KEY, "planned_text": TEXT,
        "actual": EXACT, "actual_unit": KEY, "actual_text": TEXT,
        "expected": EXACT, "expected_unit": KEY, "expected_text": TEXT,
        "qualified": EXACT, "measured": EXACT, "measured_unit": KEY,
        "measured_on": DATE, "sample_count": COUNT, "method": TEXT, "measured_by": KEY,
        "covers": LIST, "evidence": TEXT, "stated_likelihood": KEY, "stated_reason": TEXT,
        "dimension": KEY, "target_to": EXACT, "actual_operator": KEY, "points": EXACT,
        "rule": KEY, "tier": KEY, "tier_rate": EXACT, "given_score": EXACT,
        "stated_score": EXACT, "is_target_too_low": FLAG, "causes": LIST,
    },
    "parts": {"output": KEY, "part": EXACT, "part_unit": KEY, "part_amount": AMOUNT},
    "judgements": {
        "grade": KEY, "stated_grade": KEY, "evidence": TEXT, "reason": TEXT,
        "not_applicable": TEXT, "figure": EXACT, "reference": EXACT, "tier": KEY,
        "tier_rate": EXACT, "given_score": EXACT, "stated_score": EXACT,
    },
    "rules": {
        "name": TEXT, "area": KEY, "number": TEXT, "is_existing": FLAG, "relevance": KEY,
        "effectiveness": KEY, "indicator": KEY,
    },
    "problems": {
        "title": TEXT, "description": TEXT, "cause": TEXT, "indicators": LIST,
    },
    "measures": {"title": TEXT, "description": TEXT, "problem": KEY, "kind": KEY, "due_on": DATE},
    "steps": {"name": TEXT, "party": TEXT},
    "accepted": {
        "finding": KEY, "where": TEXT, "reason": TEXT, "accepted_on": DATE, "by": TEXT,
    },
    "printed": {
        "figure": KEY, "text": TEXT, "unit": KEY, "where": TEXT,
    },
    "prose": {"zh": TEXT, "en": TEXT},
    "masked": {"kind": KEY, "where": TEXT},
}  # fmt: skip

#: One row a project; every other input frame has one row an item.
PROJECT_FRAMES = ("projects",)

FINDING_COLUMNS = {
    "code": KEY, "severity": KEY, "where": TEXT, "unit": KEY, "expected": EXACT, "actual": EXACT,
    "gap": EXACT, "details": LIST, "accepted": KEY,
}  # fmt: skip
SEVERITIES = ("error", "warning", "note")
FEW = 100  # rows of a short frame


def frame(name: str, rows: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """A typed input frame from row mappings that carry their own index values.

    Columns that a row does not name are missing (``pd.NA``, ``NaT``). Raises ``KeyError`` for a
    column that the frame does not have.

    >>> frame("funding", [{"project_id": "p", "item": "own", "budget_amount": 100}]).shape
    (1, 6)
    """
    rows = list(rows)
    return _made(name, rows) if rows else _without_rows(name).copy(deep=False)


@cache
def _without_rows(name: str) -> pd.DataFrame:
    """The input frame without rows, which most frames of a project are: made once."""
    return _made(name, [])


def _made(name: str, rows: list[Mapping[str, Any]]) -> pd.DataFrame:
    columns: dict[str, Any] = INPUT_FRAMES[name]
    index = ["project_id"] if name in PROJECT_FRAMES else ["project_id", "item"]
    named = {key for row in rows for key in row}
    if unknown := named - set(columns) - set(index):
        raise KeyError(f"{name} has no column {sorted(unknown)}")
    missing = _missing if len(rows) <= FEW else _made_missing
    table = {
        column: _column([row.get(column, pd.NA) for row in rows], dtype)
        if column in named
        else missing(dtype, len(rows))
        for column, dtype in columns.items()
    }
    keys = [pd.Index([row[key] for row in rows], name=key, dtype="str") for key in index]
    found = keys[0] if len(keys) == 1 else pd.MultiIndex.from_arrays(keys, names=index)
    return pd.DataFrame(table, index=found)


def _column(values: list[Any], dtype: Any) -> Any:
    """The array of a column; one of objects may hold lists and texts in two languages."""
    if dtype != "object":
        return pd.array(values, dtype=dtype)
    objects = np.empty(len(values), dtype="object")
    objects[:] = values
    return NumpyExtensionArray(objects)


def _made_missing(dtype: str, count: int) -> Any:
    """A column without any value."""
    return _column([pd.NA] * count, dtype)


#: Most columns of a project's frames hold nothing, and its frames are short: these are made once.
_missing = cache(_made_missing)


@dataclass(frozen=True, eq=False)
class Inputs:
    """What was read about one or many projects (输入), one typed frame a topic.

    Each is its own: two are never compared, and one can be the key of what is derived from it.

    ``places`` says where a value was written: ``(frame, project_id, item or "", column)`` to
    ``file:line``. ``frameworks`` holds those that lie beside the params files, by id. ``decimals``
    says how many decimals the amounts of ``(project_id, frame)`` were written with, at most.
    """

    projects: pd.DataFrame
    funding: pd.DataFrame
    adjustments: pd.DataFrame
    posts: pd.DataFrame
    lines: pd.DataFrame
    prior_years: pd.DataFrame
    prior_lines: pd.DataFrame
    contracts: pd.DataFrame
    instalments: pd.DataFrame
    payments: pd.DataFrame
    milestones: pd.DataFrame
    outputs: pd.DataFrame
    parts: pd.DataFrame
    weights: pd.DataFrame
    judgements: pd.DataFrame
    rules: pd.DataFrame
    problems: pd.DataFrame
    measures: pd.DataFrame
    steps: pd.DataFrame
    accepted: pd.DataFrame
    printed: pd.DataFrame
    prose: pd.DataFrame
    masked: pd.DataFrame
    places: Mapping[tuple[str, str, str, str], str] = field(
        default_factory=lambda: MappingProxyType({})
    )
    frameworks: Mapping[str, Framework] = field(default_factory=lambda: MappingProxyType({}))
    decimals: Mapping[tuple[str, str], int] = field(default_factory=lambda: MappingProxyType({}))

    def frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Each input frame with its name, in the order of the class."""
        for each in fields(self):
            if each.name in INPUT_FRAMES:
                yield each.name, getattr(self, each.name)


def inputs_of(
    rows: Mapping[str, Iterable[Mapping[str, Any]]],
    places: Mapping | None = None,
    frameworks: Mapping[str, Framework] | None = None,
    decimals: Mapping[tuple[str, str], int] | None = None,
    call: Callable[..., Any] | None = None,
) -> Inputs:
    """Typed inputs from plain rows by frame name; frames that are not named are empty.

    ``call`` calls ``frame`` for each; a ``Recall`` leaves out those that would be the same again.

    >>> inputs_of({"funding": [{"project_id": "p", "item": "own"}]}).funding.index.nlevels
    2
    """
    make = frame if call is None else partial(call, frame)
    frames = {name: make(name, rows.get(name, [])) for name in INPUT_FRAMES}
    return Inputs(
        **frames,
        places=MappingProxyType(dict(places or {})),
        frameworks=MappingProxyType(dict(frameworks or {})),
        decimals=MappingProxyType(dict(decimals or {})),
    )


def join(many: Iterable[Inputs]) -> Inputs:
    """Several inputs as one portfolio; no project id may occur twice (``ValueError``)."""
    many = list(many)
    ids = pd.Index([key for each in many for key in each.projects.index])
    if not ids.is_unique:
        raise ValueError(f"project_id occurs twice: {sorted(set(ids[ids.duplicated()]))}")
    frames = {
        name: pd.concat([getattr(each, name) for each in many]) if many else frame(name)
        for name in INPUT_FRAMES
    }
    places = {key: place for each in many for key, place in each.places.items()}
    local = {name: found for each in many for name, found in each.frameworks.items()}
    decimals = {key: number for each in many for key, number in each.decimals.items()}
    return Inputs(
        **frames,
        places=MappingProxyType(places),
        frameworks=MappingProxyType(local),
        decimals=MappingProxyType(decimals),
    )


def select(inputs: Inputs, project_ids: Iterable[str]) -> Inputs:
    """The inputs of some of the projects, in the order that they have there."""
    wanted = set(project_ids)
    frames: dict[str, Any] = {
        name: frame[frame.index.get_level_values(0).isin(wanted)] for name, frame in inputs.frames()
    }
    return replace(inputs, **frames)


@dataclass(frozen=True)
class Framework:
    """One issued evaluation framework (评价框架), as its file says; immutable.

    ``indicators`` has one row per indicator (index: code); ``levels`` one row per higher level
    (index: code). ``grades`` run from best to worst. ``settings`` holds the rest of the file:
    rules of scoring, verdict rules, scales, assumed thresholds, each with its source.
    """

    id: str
    name: Text
    source: Text
    indicators: pd.DataFrame
    levels: pd.DataFrame
    grades: tuple[str, ...]
    labels: Mapping[str, Text]
    settings: Mapping[str, Any]

    @property
    def is_scored(self) -> bool:
        """Whether the framework gives points; else it gives grades and a verdict."""
        return self.settings.get("kind") == "scored"


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Everything that evalkit knows of the projects after scoring (评价), one frame a topic.

    Each is its own: two are never compared, and one can be the key of what is derived from it.
    """

    inputs: Inputs
    framework: Framework
    execution: pd.DataFrame
    years: pd.DataFrame
    funding: pd.DataFrame
    headcount: pd.DataFrame
    lines: pd.DataFrame
    groups: pd.DataFrame
    payments: pd.DataFrame
    contracts: pd.DataFrame
    instalments: pd.DataFrame
    milestones: pd.DataFrame
    outputs: pd.DataFrame
    indicators: pd.DataFrame
    levels: pd.DataFrame
    verdict: pd.DataFrame
    conditions: pd.DataFrame
    facts: pd.DataFrame
    findings: pd.DataFrame
    scores: pd.DataFrame = field(default_factory=pd.DataFrame)
    score_levels: pd.DataFrame = field(default_factory=pd.DataFrame)
    totals: pd.DataFrame = field(default_factory=pd.DataFrame)
    earned_value: pd.DataFrame = field(default_factory=pd.DataFrame)
    comparison: pd.DataFrame = field(default_factory=pd.DataFrame)
    kinds: pd.DataFrame = field(default_factory=pd.DataFrame)
    sensitivity: pd.DataFrame = field(default_factory=pd.DataFrame)
    robustness: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def project_ids(self) -> list[str]:
        """The projects in this evaluation, in the order of the inputs."""
        return list(self.inputs.projects.index)


def apart(evaluation: Evaluation) -> dict[str, Evaluation]:
    """Each project's own evaluation, by its id: the rows of all frames that belong to it.

    Many projects are evaluated together because that is cheap, and then looked at one by one.
    """
    ids = evaluation.project_ids
    inputs = [
        replace(evaluation.inputs, **mine) for mine in _split(evaluation.inputs.frames(), ids)
    ]
    frames = [
        (each.name, getattr(evaluation, each.name))
        for each in fields(Evaluation)
        if isinstance(getattr(evaluation, each.name), pd.DataFrame)
    ]
    return {
        project_id: replace(evaluation, inputs=own, **mine)
        for project_id, own, mine in zip(ids, inputs, _split(frames, ids), strict=True)
    }


def _split(frames: Iterable[tuple[str, pd.DataFrame]], ids: list[str]) -> list[dict[str, Any]]:
    """The rows of every frame, project by project."""
    found: list[dict[str, Any]] = [{} for _ in ids]
    for name, frame in frames:
        if not len(frame):
            for each in found:
                each[name] = frame
            continue
        keys = pd.Index(ids).get_indexer(frame.index.get_level_values(0))
        order = np.argsort(keys, kind="stable")
        ends = np.searchsorted(keys[order], np.arange(len(ids) + 1))
        for number, each in enumerate(found):
            each[name] = frame.take(order[ends[number] : ends[number + 1]])
    return found


def as_date(value: Any) -> date | Any:
    """A calendar date from a timestamp; missing stays ``pd.NA``.

    >>> as_date(pd.Timestamp("2018-08-31"))
    datetime.date(2018, 8, 31)
    """
    return pd.NA if pd.isna(value) else value.date()
