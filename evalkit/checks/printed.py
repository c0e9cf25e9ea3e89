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

from evalkit.checks.book import Book, book_of
from evalkit.checks.comparing import Fault, Printed, compare, worths
from evalkit.checks.places import MOST_TOLD, clauses, coarser, findings_of
from evalkit.checks.reach import reach_of
from evalkit.checks.reading import read_number
from evalkit.checks.rows import Row, is_given
from evalkit.checks.slips import Slip, equally_simple, explain
from evalkit.checks.tolerance import Tolerances
from evalkit.checks.wording import is_same, is_short_for, written_alike
from evalkit.model import Evaluation, Text

OF_OTHER_KIND = ("rate_for_amount", "rate_for_amount_unknown", "amount_for_rate")
#: What is printed is of another kind or unit, so a gap would measure nothing.
WITHOUT_GAP = (*OF_OTHER_KIND, "unit_large", "unit_small")
#: Slips in which another figure is named; figures of the same value are named beside it.
NAMING = (*OF_OTHER_KIND, "other_fact")
PARTIES = ("implementing_unit", "client", "evaluator")


def check_printed(evaluation: Evaluation) -> Iterator[Row]:
    """A printed figure is not the fact that it claims to be; one finding for all its places."""
    framework, table = evaluation.framework, evaluation.inputs.printed
    figures = [*printed_figures(evaluation, table)]
    tolerances = Tolerances(evaluation)
    faults = [_tolerated(each, compare(each, framework), tolerances) for each in figures]
    for place in coarser(figures, faults):
        faults[place] = Fault("coarser", figures[place].value, figures[place].text)
    wrong = [(printed, fault) for printed, fault in zip(figures, faults, strict=True) if fault]
    ids = {printed.project_id for printed, _ in wrong}
    known = {project_id: Book(book_of(evaluation, project_id).given) for project_id in ids}
    told: list[tuple[Printed, Fault]] = []
    for printed, fault in wrong:
        explained = _explained(
            printed, _reached(evaluation, printed, fault), known[printed.project_id]
        )
        is_unit = explained.details.get("other", ("", ""))[0] == "implementing_unit"
        if not (printed.figure == "client" and is_unit):  # that, check_independence tells
            told.append((printed, explained))
    right = [printed for printed, fault in zip(figures, faults, strict=True) if not fault]
    yield from findings_of(told, right)


def _tolerated(printed: Printed, fault: Fault | None, tolerances: Tolerances) -> Fault | None:
    """The fault of a figure, if the rounding of what it is made from does not explain it.

    Where amounts are so coarse that they explain much, a note says that they do.
    """
    if fault is None or fault.claim is None:
        return fault
    tolerance, reading = tolerances[printed.project_id], fault.claim.reading
    for worth in worths(printed, reading):
        shown, half = reading.value * worth, reading.step * worth / 2
        if tolerance.explains(printed.figure, shown, half):
            if tolerance.is_twin(printed.figure, shown, half):
                return None
            coarse = tolerance.coarsest(printed.figure)
            details: dict[str, tuple[Any, str]] = {"step": (coarse, "amount")}
            return Fault("within", printed.value, shown, details) if coarse else None
    if tolerance.is_open_forecast(printed.figure):
        return Fault("forecast", fault.expected, fault.claim.printed)
    return fault


def _reached(evaluation: Evaluation, printed: Printed, fault: Fault) -> Fault:
    """The fault of a figure without a value, with what it can be where something says so."""
    if fault.variant != "unsupported" or not isinstance(fault.actual, Fraction):
        return fault
    reach = reach_of(printed.figure, book_of(evaluation, printed.project_id))
    reading = read_number(printed.text)
    if reach is None or reading is None:
        return fault
    details: dict[str, tuple[Any, str]] = {
        "lowest": (reach.lowest, printed.unit), "missing": (list(reach.missing), "facts"),
    }  # fmt: skip
    room = reading.step * worths(printed, reading)[0] / 2
    if reach.highest is not None:
        details["highest"] = (reach.highest, printed.unit)
    if not reach.holds(fault.actual, room):
        variant = "unreachable" if reach.highest is None else "unreachable_range"
        return replace(fault, variant=variant, details=details)
    return replace(fault, variant="open", details=details) if reach.missing else fault


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


def _value(known: Book, name: str) -> Any:
    return known.facts[name].value if name in known.facts else pd.NA


def _explained(printed: Printed, fault: Fault, known: Book) -> Fault:
    """The fault with the slip that explains it, if one does; all of them stand in ``ranked``."""
    if fault.claim is not None:
        found = explain(replace(fault.claim, book=known))
        return _with_slips(printed, fault, found) if found else fault
    if fault.variant == "mismatch_date" and is_given(fault.actual):
        others = [f.name for f in known.of_unit("date") if f.value == fault.actual]
        return replace(fault, variant="other_date", details=_other(others)) if others else fault
    if fault.variant == "text" and isinstance(printed.value, Text):
        for party in PARTIES:
            if party != printed.figure and is_same(printed.text, _value(known, party)):
                return replace(fault, variant="other_fact", details=_other([party]))
        if is_short_for(printed.text, printed.value) or _is_long_for(printed):
            name = written_alike(printed.text, printed.value)
            return replace(fault, expected=name, variant="name")
    return fault


def _other(names: list[str]) -> dict[str, tuple[Any, str]]:
    return {"other": (names[0], "fact"), "others": (names[1:], "facts")}


def _with_slips(printed: Printed, fault: Fault, found: list[Slip]) -> Fault:
    """The fault as its simplest explanation tells it, with those that are as simple."""
    variant, details = found[0]
    ranked = list(dict.fromkeys(slip.name for slip in found))
    same = [slip for slip in found[1:] if slip.name == variant and variant in NAMING]
    others = [slip.details["other"][0] for slip in same]
    also = [slip for slip in equally_simple(found)[1:] if slip not in same]
    told = {**details, "others": (others, "facts"), "ranked": (ranked, "slips"),
            "also": (clauses(also[:MOST_TOLD]), "sayings")}  # fmt: skip
    actual = printed.text if variant in WITHOUT_GAP else fault.actual
    return replace(fault, variant=variant, actual=actual, details=told)


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
