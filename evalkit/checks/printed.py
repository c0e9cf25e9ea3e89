"""Every figure that a report prints, against the fact that it claims to be (原报告数字核对).

A printed figure is right where it is the fact exactly, or the fact rounded to the printed digits.
Otherwise ``slips`` names what would explain it, or it is a mismatch with its gap. What agrees gives
no finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.checks.comparing import Fault, Printed, compare, worths
from evalkit.checks.reading import fold, read_number
from evalkit.checks.rows import Row, finding, is_given
from evalkit.checks.slips import Known, explain
from evalkit.checks.wording import is_same, is_short_for, written_alike
from evalkit.model import Evaluation, Text

SEVERITIES = {"truncated": "warning", "rounded_up": "warning", "name": "note", "unknown": "note"}
OF_OTHER_KIND = ("rate_for_amount", "rate_for_amount_unknown", "amount_for_rate")
PARTIES = ("implementing_unit", "client", "evaluator")


def check_printed(evaluation: Evaluation) -> Iterator[Row]:
    """A printed figure is not the fact that it claims to be; one finding for all its places."""
    framework, table = evaluation.framework, evaluation.inputs.printed
    faults = [(each, compare(each, framework)) for each in printed_figures(evaluation, table)]
    wrong = [(printed, fault) for printed, fault in faults if fault is not None]
    known = _known(evaluation.facts, {printed.project_id for printed, _ in wrong})
    found: dict[tuple[Any, ...], Row] = {}
    for printed, fault in wrong:
        explained = _explained(printed, fault, known[printed.project_id])
        is_unit = explained.details.get("other", ("", ""))[0] == "implementing_unit"
        if not (printed.figure == "client" and is_unit):  # that, check_independence tells
            _add(found, printed, explained)
    yield from found.values()


def _add(found: dict[tuple[Any, ...], Row], printed: Printed, fault: Fault) -> None:
    """Put a fault among the findings; the same fault at another place only adds the place.

    A figure that the project does not have is a fault of its place, whatever it is printed for.
    """
    about = str(printed.where) if fault.variant == "unsupported" else printed.figure
    key = (printed.project_id, fault.variant, fold(printed.text), about)
    if key not in found:
        found[key] = finding(
            printed.project_id, SEVERITIES.get(fault.variant, "error"), printed.where,
            printed.unit, fault.expected, fault.actual, fault.variant,
            figure=(printed.figure, "fact"), text=(printed.text, "text"),
            places=([], "texts"), **fault.details,
        )  # fmt: skip
    details = found[key]["details"]
    for name, value, unit in (
        ("places", printed.where, "texts"), ("figures", printed.figure, "facts")
    ):  # fmt: skip
        listed = details.setdefault(name, ([], unit))[0]
        if value not in listed:
            listed.append(value)


def printed_figures(evaluation: Evaluation, table: pd.DataFrame) -> Iterator[Printed]:
    """The rows of ``inputs.printed``, each with its fact, in their order."""
    ids = table.index.get_level_values(0)
    places = evaluation.facts.index.get_indexer(pd.MultiIndex.from_arrays([ids, table["figure"]]))
    values, units = (evaluation.facts[column].to_numpy() for column in ("value", "unit"))
    stated = evaluation.indicators["stated_grade"].to_dict()
    projects = evaluation.inputs.projects
    money = {row[0]: row[1:] for row in projects[["amount_unit", "unit_cost_unit"]].itertuples()}
    columns = (table[column] for column in ("figure", "text", "unit", "where"))
    rows = zip(ids, *columns, places, strict=True)
    for project_id, figure, text, unit, where, place in rows:
        value, kind = (values[place], units[place]) if place >= 0 else (pd.NA, "unknown")
        code = figure.removeprefix("indicators.").removesuffix(".grade")
        yield Printed(
            project_id, figure, "" if pd.isna(text) else text, "" if pd.isna(unit) else unit,
            where, value, kind, money[project_id], stated.get((project_id, code), pd.NA),
        )  # fmt: skip


def _known(facts: pd.DataFrame, project_ids: set[str]) -> dict[str, list[Known]]:
    """The facts with a value of some projects, by project."""
    mine = facts[facts.index.get_level_values(0).isin(project_ids)]
    found: dict[str, list[Known]] = {project_id: [] for project_id in project_ids}
    for (project_id, name), value, unit in zip(
        mine.index, mine["value"], mine["unit"], strict=True
    ):
        if is_given(value):
            found[project_id].append(Known(name, value, unit))
    return found


def _value(facts: list[Known], name: str) -> Any:
    return next((fact.value for fact in facts if fact.name == name), pd.NA)


def _explained(printed: Printed, fault: Fault, known: list[Known]) -> Fault:
    """The fault with the slip that explains it, if one does; further slips stand in ``ranked``."""
    if fault.claim is not None:
        found = explain(replace(fault.claim, facts=known))
        if found:
            variant, details = found[0]
            ranked = list(dict.fromkeys(name for name, _ in found))
            others = [more["other"][0] for _, more in found[1:] if "other" in more]
            told = details | {"others": (others, "facts"), "ranked": (ranked, "slips")}
            actual = printed.text if variant in OF_OTHER_KIND else fault.actual
            return replace(fault, variant=variant, actual=actual, details=told)
        return fault
    if fault.variant == "text" and isinstance(printed.value, Text):
        for party in PARTIES:
            if party != printed.figure and is_same(printed.text, _value(known, party)):
                other = {"other": (party, "fact"), "others": ([], "facts")}
                return replace(fault, variant="other_fact", details=other)
        if is_short_for(printed.text, printed.value) or _is_long_for(printed):
            name = written_alike(printed.text, printed.value)
            return replace(fault, expected=name, variant="name")
    return fault


def _is_long_for(printed: Printed) -> bool:
    return any(is_short_for(version, printed.text) for version in printed.value)


@dataclass(frozen=True)
class PrintedAmount:
    """An amount that a report prints, with its place."""

    amount: Fraction
    half_step: Fraction
    where: Any

    def agrees(self, amount: Any) -> bool:
        """Whether an exact amount is this one, as far as its digits go."""
        return bool(abs(self.amount - amount) <= self.half_step)


def printed_amounts(evaluation: Evaluation, figure: str) -> dict[str, list[PrintedAmount]]:
    """The amounts that are printed for one figure, by project."""
    found: dict[str, list[PrintedAmount]] = {}
    table = evaluation.inputs.printed
    for printed in printed_figures(evaluation, table[table["figure"] == figure]):
        reading = read_number(printed.text)
        if reading is not None:
            unit = worths(printed, reading)[0]
            amount = PrintedAmount(reading.value * unit, reading.step * unit / 2, printed.where)
            found.setdefault(printed.project_id, []).append(amount)
    return found
