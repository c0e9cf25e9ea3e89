"""From a params file to typed rows: which key fills which column of which frame, in which unit.

This is the only place where units are converted: money becomes whole fen, rates and quantities
become exact fractions. Each value keeps the path to where it was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any

from evalkit.model import COUNT, INPUT_FRAMES
from evalkit.schema import Bilingual, Params
from evalkit.units import units
from evalkit.yamltree import Path

#: Frame → where its items stand in the file, and the key of each column there.
COLUMNS: dict[str, tuple[str, dict[str, str]]] = {
    "projects": ("", {
        "name": "project.name", "region": "project.region", "year": "project.year",
        "category": "project.category", "frameworks": "framework",
        "amount_unit": "units.amount", "unit_cost_unit": "units.unit_cost",
        "period_start_on": "project.period.start", "period_end_on": "project.period.end",
        "tracking_start_on": "project.tracking.start", "as_of": "project.tracking.as_of",
        "report_on": "project.report_on", "implementing_unit": "parties.implementing_unit",
        "authority": "parties.authority",
        "client": "parties.client", "evaluator": "parties.evaluator",
        "department": "parties.department", "initial_amount": "budget.approved",
        "derived_from": "derived_from.project", "scenario": "derived_from.scenario",
        "stated_executed_amount": "budget.executed",
        "stated_planned_amount": "budget.planned_to_date",
        "stated_expected_amount": "budget.expected", "services": "project.services",
        "stated_verdict": "stated.verdict", "stated_forecast": "stated.forecast",
        "stated_deviation": "stated.deviation", "is_funds_on_plan_stated": "stated.funds_on_plan",
        "is_on_schedule_stated": "stated.on_schedule",
        "is_full_use_stated": "stated.full_use_of_funds",
        "stated_score": "stated.score", "stated_grade": "stated.grade",
    }),
    "funding": ("funding", {
        "name": "name", "initial_amount": "initial", "budget_amount": "budget",
        "received_amount": "received", "executed_amount": "executed",
        "expected_amount": "expected",
    }),
    "adjustments": ("budget.adjustments", {
        "adjusted_on": "on", "adjustment_amount": "amount", "reason": "reason",
    }),
    "posts": ("posts", {
        "name": "name", "category": "category", "approved_count": "approved",
        "filled_count": "filled",
    }),
    "lines": ("budget.lines", {
        "name": "name", "group": "group", "post": "post", "quantity": "quantity",
        "quantity_unit": "quantity_unit", "is_per_head": "per_head",
        "unit_cost_amount": "unit_cost", "fee_rate": "rate", "base": "base",
        "declared_amount": "declared", "line_executed_amount": "executed",
    }),
    "prior_years": ("prior_years", {
        "year_budget_amount": "budget", "year_executed_amount": "executed",
    }),
    "prior_lines": ("prior_years.lines", {
        "line": "line", "prior_quantity": "quantity", "prior_unit_cost_amount": "unit_cost",
    }),
    "contracts": ("contracts", {
        "name": "name", "contractor": "contractor", "procurement": "procurement",
        "awarded_on": "awarded", "signed_on": "signed", "amount": "amount",
        "service_start_on": "service.start", "service_end_on": "service.end",
        "stated_delivered_rate": "delivered_share", "stated_delivered_amount": "delivered_amount",
    }),
    "instalments": ("instalments", {
        "name": "name", "contract": "contract", "due_on": "due",
        "covers_start_on": "covers.start", "covers_end_on": "covers.end", "share_rate": "share",
        "stated_amount": "amount", "withheld_rate": "withheld.share",
        "withheld_of": "withheld.of", "released_on": "withheld.released",
    }),
    "payments": ("payments", {"instalment": "instalment", "paid_on": "on", "amount": "amount"}),
    "milestones": ("milestones", {
        "name": "name", "planned_on": "planned", "actual_on": "actual",
    }),
    "outputs": ("outputs", {
        "name": "name", "kind": "kind", "listed_as": "listed_as", "due_on": "due",
        "operator": "target.operator", "target": "target.value", "target_unit": "target.unit",
        "target_text": "target.text", "planned": "planned.value", "planned_unit": "planned.unit",
        "planned_text": "planned.text", "actual": "actual.value", "actual_unit": "actual.unit",
        "actual_text": "actual.text", "expected": "expected.value",
        "expected_unit": "expected.unit", "expected_text": "expected.text",
        "qualified": "qualified", "measured": "measured.value",
        "measured_unit": "measured.unit", "measured_on": "measured.on",
        "sample_count": "measured.sample", "method": "measured.method",
        "measured_by": "measured.by", "covers": "measured.covers", "evidence": "evidence",
        "stated_likelihood": "likelihood", "stated_reason": "reason", "dimension": "dimension",
        "target_to": "target.to", "actual_operator": "actual.operator", "points": "points",
        "rule": "rule", "tier": "tier", "tier_rate": "tier_share", "given_score": "score",
        "stated_score": "stated_score", "is_target_too_low": "target_too_low", "causes": "causes",
    }),
    "parts": ("outputs.parts", {"part": "value", "part_unit": "unit", "part_amount": "money"}),
    "weights": ("weights", {"points": "points"}),
    "judgements": ("judgements", {
        "grade": "grade", "stated_grade": "stated", "evidence": "evidence", "reason": "reason",
        "not_applicable": "not_applicable", "figure": "figure", "reference": "reference",
        "tier": "tier", "tier_rate": "tier_share", "given_score": "score",
        "stated_score": "stated_score",
    }),
    "rules": ("rules", {
        "name": "name", "area": "area", "number": "number", "is_existing": "exists",
        "relevance": "relevance", "effectiveness": "effectiveness", "indicator": "indicator",
    }),
    "problems": ("problems", {
        "title": "title", "description": "description", "cause": "cause",
        "indicators": "indicators",
    }),
    "measures": ("measures", {
        "title": "title", "description": "description", "problem": "problem", "kind": "kind",
        "due_on": "due",
    }),
    "steps": ("disbursement", {"name": "name", "party": "party"}),
    "accepted": ("accepted", {
        "finding": "finding", "where": "where", "reason": "reason", "accepted_on": "on",
        "by": "by",
    }),
    "printed": ("printed", {"figure": "figure", "text": "text", "unit": "unit", "where": "where"}),
}  # fmt: skip


def is_money(column: str) -> bool:
    """Whether a column holds money (``*_amount``)."""
    return column == "amount" or column.endswith("_amount")


def is_unit_cost(column: str) -> bool:
    """Whether a column holds the cost of one piece: in its own unit, at times finer than fen."""
    return column.endswith("unit_cost_amount")


def money_keys() -> Iterator[tuple[str, bool]]:
    """The dotted key of every amount in a params file, and whether it is a unit cost.

    >>> dict(money_keys())["budget.lines.unit_cost"]
    True
    """
    for where, columns in COLUMNS.values():
        for column, key in columns.items():
            if is_money(column):
                yield f"{where}.{key}".lstrip("."), is_unit_cost(column)


def fen(amount: Decimal, unit: str) -> Fraction:
    """Money in fen, exact (换算成分).

    >>> fen(Decimal("3780.92"), "yuan")
    Fraction(378092, 1)
    """
    return Fraction(amount) * units()["money"][unit]


Row = dict[str, Any]


def rows_of(params: Params) -> Iterator[tuple[str, Row, dict[str, Path]]]:
    """Each row of a file: its frame, its values by column, and the path of each in the file."""
    for frame, (where, columns) in COLUMNS.items():
        for path, item, holder in _holders(params, where):
            row: Row = {"project_id": params.id}
            if frame != "projects":
                row["item"] = item
            if frame == "prior_lines":
                row["prior_year"] = int(item.partition(".")[0])
            if frame == "parts":
                row["output"] = item.partition(".")[0]
            paths: dict[str, Path] = {}
            for column, key in columns.items():
                steps = key.split(".")
                value = _at(holder, key)
                if frame == "weights":
                    value, steps = holder, []
                if value is not None:
                    row[column] = _converted(frame, column, value, params)
                    paths[column] = (*path, *steps)
            if frame == "projects":
                row["framework"], paths["framework"] = row["frameworks"][0], ("framework",)
            yield frame, row, paths


def decimals_of(params: Params) -> dict[str, int]:
    """How many decimals the amounts of each frame are written with, at most (书写的小数位).

    Unit costs are no such amounts: they are as fine as they need to be.
    """
    found: dict[str, int] = {}
    for frame, (where, columns) in COLUMNS.items():
        keys = [key for column, key in columns.items()
                if is_money(column) and not is_unit_cost(column)]  # fmt: skip
        for _, _, holder in _holders(params, where) if keys else ():
            for value in (_at(holder, key) for key in keys):
                if isinstance(value, Decimal):
                    exponent = value.as_tuple().exponent
                    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
                    found[frame] = max(found.get(frame, 0), decimals)
    return found


def _at(holder: Any, key: str) -> Any:
    """The value at a dotted key; None where there is none."""
    return reduce(lambda part, step: getattr(part, step, None), key.split("."), holder)


def _holders(params: Params, where: str) -> Iterator[tuple[Path, str, Any]]:
    """The parts of a file that become rows of a frame: path, item id and part."""
    if not where:
        yield (), "", params
    elif where in ("judgements", "weights"):
        for code, part in getattr(params, where).items():
            yield (where, code), code, part
    elif where == "prior_years":
        for n, year in enumerate(params.prior_years):
            yield (where, n), str(year.year), year
    elif where == "prior_years.lines":
        for n, year in enumerate(params.prior_years):
            for m, line in enumerate(year.lines):
                yield ("prior_years", n, "lines", m), f"{year.year}.{line.line}", line
    elif where == "outputs.parts":
        for n, output in enumerate(params.outputs):
            for m, part in enumerate(output.parts):
                yield ("outputs", n, "parts", m), f"{output.id}.{m + 1}", part
    else:
        steps = where.split(".")
        parts: Iterable[Any] = reduce(getattr, steps, params)
        for n, part in enumerate(parts):
            yield (*steps, n), getattr(part, "id", str(n + 1)), part


def _converted(frame: str, column: str, value: Any, params: Params) -> Any:
    """A value as its column holds it."""
    if isinstance(value, Bilingual):
        return value.text
    if isinstance(value, list):
        return [each.text if isinstance(each, Bilingual) else each for each in value]
    if is_unit_cost(column):
        return fen(value, params.units.unit_cost)
    if is_money(column):
        return int(fen(value, params.units.amount))
    if isinstance(value, Decimal) and INPUT_FRAMES[frame][column] != COUNT:
        return Fraction(value)
    return value
