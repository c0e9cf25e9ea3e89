"""What a printed figure may mean (候选): the facts of a project, each with its kind and unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import pandas as pd

from evalkit.audit.naming import UNTOLD, Item, items_of, key_of
from evalkit.audit.patterns import patterns
from evalkit.checks.book import Book, Known
from evalkit.checks.reading import worth
from evalkit.checks.tolerance import Tolerance
from evalkit.facts import Facts, facts_for, formulas
from evalkit.model import Evaluation, Text
from evalkit.sentences import languages
from evalkit.terms import Terms, is_missing

#: Kinds of figures by the unit of their fact.
KINDS = {"amount": "amount", "rate": "rate", "date": "date", "points": "points", "count": "count",
         "days": "count", "months": "count", "quantity": "count"}  # fmt: skip
NOUNS = {"days": "days", "months": "months", "points": "points"}
HEADS = "head"  # of a post: a person
#: The unit of an output's figures, by column.
UNITS_OF_OUTPUTS = {
    "target": "target_unit", "target_to": "target_unit", "planned": "planned_unit",
    "actual": "actual_unit", "qualified": "actual_unit", "value": "target_unit",
    "expected": "expected_unit", "measured": "measured_unit",
}  # fmt: skip
OF_HEADS = {"approved_count", "filled_count", "heads_count"}


@dataclass(frozen=True)
class Candidate:
    """A fact that a printed figure may mean. ``unit`` is the noun that it counts, if that is known.

    ``value`` is exact, a rate as a fraction; ``fact_value`` and ``fact_unit`` are the fact's own.
    """

    name: str
    key: str
    item: str  # frame and id of the item; empty for a figure of the project
    kind: str
    value: Any
    unit: str
    fact_value: Any
    fact_unit: str


@dataclass(frozen=True)
class Project:
    """What linking needs to know of one project."""

    facts: Facts
    candidates: tuple[Candidate, ...]
    items: dict[str, Item]  # by frame and id
    siblings: dict[str, int]  # how many items a frame has
    units: tuple[str, str]  # of amounts, of unit costs
    year: str
    name: Text
    tolerance: Tolerance
    known: Book


def project_of(evaluation: Evaluation, project_id: str) -> Project:
    """The facts of a project as what printed figures may mean."""
    facts = facts_for(evaluation, project_id)
    about: Any = evaluation.inputs.projects.loc[project_id]
    year = "" if is_missing(about["year"]) else str(about["year"])
    candidates = tuple(
        made for fact in facts.values()
        for made in [_candidate(evaluation, project_id, fact.name, fact.value, fact.unit, year)]
        if made is not None
    )  # fmt: skip
    called = _called(evaluation, project_id, facts, candidates)
    items = {f"{frame}.{item}": found for frame, names in called.items()
             for item, found in items_of(names).items()}  # fmt: skip
    known = [Known(fact.name, fact.value, fact.unit) for fact in facts.values()
             if not isinstance(fact.value, list) and not is_missing(fact.value)]  # fmt: skip
    units = (str(about["amount_unit"]), str(about["unit_cost_unit"]))
    siblings = {frame: len(names) for frame, names in called.items()}
    tolerance = Tolerance(evaluation, project_id)
    return Project(
        facts, candidates, items, siblings, units, year, about["name"], tolerance, Book(known)
    )  # fmt: skip


def _candidate(
    evaluation: Evaluation, project_id: str, name: str, value: Any, unit: str, year: str
) -> Candidate | None:
    """A fact as a candidate; none for texts, for what is missing, for repeats of a figure."""
    frame, item, column = _parts(name)
    if unit not in KINDS or isinstance(value, list) or is_missing(value) or frame in UNTOLD:
        return None
    if frame == "years" and item == year:  # the figures of the project once more
        return None
    kind, noun = KINDS[unit], NOUNS.get(unit, "")
    if unit == "quantity" or column in OF_HEADS:
        noun = _noun(evaluation, project_id, frame, item, column)
    exact: Any = value if isinstance(value, date) else Fraction(value)
    for of_unit, own in (("rate", "rate"), ("money", "amount")):
        one = worth(noun, of_unit) if noun and noun not in patterns()["points"] else None
        if one is not None and kind == "count":
            kind, exact = own, exact * one
    where = f"{frame}.{item}" if item else ""
    return Candidate(name, key_of(frame, column), where, kind, exact, noun, value, unit)


@cache
def _parts(name: str) -> tuple[str, str, str]:
    """Frame, item and column of a fact's name; those of the project have a frame and no item."""
    frame, _, rest = name.partition(".")
    if rest:
        item, _, column = rest.rpartition(".")
        return frame, item, column
    return next((f for f, columns in formulas().items() if name in columns), ""), "", name


def _noun(evaluation: Evaluation, project_id: str, frame: str, item: str, column: str) -> str:
    """What a quantity counts, as the params file says."""
    if column in OF_HEADS:
        return HEADS
    table = getattr(evaluation.inputs, frame, None)
    if table is None or (project_id, item) not in table.index:
        return ""
    row: Any = table.loc[(project_id, item)]
    if frame == "lines":
        unit = row["quantity_unit"]
        return HEADS if is_missing(unit) and not is_missing(row["post"]) else _given(unit)
    return _given(row.get(UNITS_OF_OUTPUTS.get(column, ""), pd.NA))


def _given(value: Any) -> str:
    return "" if is_missing(value) else str(value)


def _called(
    evaluation: Evaluation, project_id: str, facts: Facts, candidates: tuple[Candidate, ...]
) -> dict[str, dict[str, list[Text | str]]]:
    """What the items are called: their own name, that of what they belong to, or their id."""
    found: dict[str, dict[str, list[Text | str]]] = {}
    for place in dict.fromkeys(each.item for each in candidates if each.item):
        frame, _, item = place.partition(".")
        found.setdefault(frame, {})[item] = list(_names(evaluation, project_id, facts, frame, item))
    return found


def _names(
    evaluation: Evaluation, project_id: str, facts: Facts, frame: str, item: str
) -> list[Text | str]:
    own = facts.value(f"{frame}.{item}.name")
    if not is_missing(own):
        return [own]
    if frame == "payments":
        instalment: Any = evaluation.inputs.payments.at[(project_id, item), "instalment"]
        named = facts.value(f"instalments.{instalment}.name")
        return [] if is_missing(named) else [named]
    if frame == "groups":
        return [Terms(lang).term(f"group.{item}") for lang in languages()]
    if frame == "adjustments":
        reason: Any = evaluation.inputs.adjustments.at[(project_id, item), "reason"]
        return [] if is_missing(reason) else [reason]
    return [item]


@cache
def nouns(noun: str) -> frozenset[str]:
    """The units that a printed noun may stand for (``people`` → 人).

    >>> "套" in nouns("sets"), "人" in nouns("名"), nouns("次")
    (True, True, frozenset({'次'}))
    """
    found = {noun}
    for lang in languages():
        found |= {unit for unit, shown in Terms(lang).nouns().items() if noun in shown}
    if noun in patterns()["heads"]:
        found |= {HEADS, *patterns()["heads"]}
    if noun in patterns()["points"]:
        found |= {NOUNS["points"]}
    return frozenset(found)
