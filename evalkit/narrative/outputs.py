"""Outputs and outcomes against their targets (产出与效果)."""

from __future__ import annotations

from typing import Any

from evalkit.model import Evaluation, Span
from evalkit.narrative.project import Project, Saying, present, say

#: How each status is said, best first.
STATUSES = ("reached", "on_plan", "behind", "missed", "judged", "unit_mismatch", "no_value",
            "not_due")  # fmt: skip


def tell_outputs(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """How many were due and have a value; then, status by status, which they are."""
    project = Project(evaluation, project_id)
    outputs = project.items("outputs")
    if not outputs:
        return [say("title"), say("none")]
    told = [
        say("title"),
        say(
            "counts",
            output_count=sum(row.kind == "output" for row in outputs),
            outcome_count=sum(row.kind == "outcome" for row in outputs),
        ),
    ]
    for status in STATUSES:
        mine = [_item(project, row) for row in outputs if row.status == status]
        if mine:
            told.append(say(status, items=mine))
    measured = [_measured(project, row) for row in outputs if present(row.measured)]
    return [*told, say("measured", items=measured)] if measured else told


def _item(project: Project, row: Any) -> Saying:
    """An item with its target and its value, with its activity, or with its name only."""
    name = project.called(row)
    if row.status in ("judged", "no_value", "not_due"):
        is_told = present(row.actual_text)
        return say("activity", name=name, actual_text=row.actual_text) if is_told else say(
            "item", name=name)  # fmt: skip
    value = "measured" if present(row.measured) else "actual"
    said = {
        "name": name,
        "operator": row.operator,
        "target": _goal(project, row),
        "value": project.fact(f"outputs.{row.Index}.{value}", getattr(row, f"{value}_unit")),
    }
    completion = f"outputs.{row.Index}.completion_rate"
    if row.status == "unit_mismatch" or not project.has(completion):
        return say("values", **said)
    return say("completed", completion_rate=project.fact(completion), **said)


def _goal(project: Project, row: Any) -> Any:
    """The target as a fact, or both ends of a range with their unit."""
    if row.operator == "range":
        return Span(row.target, row.target_to), row.target_unit
    return project.fact(f"outputs.{row.Index}.target", row.target_unit)


def _measured(project: Project, row: Any) -> Saying:
    measured = project.fact(f"outputs.{row.Index}.measured", row.measured_unit)
    said = {"name": project.called(row), "measured": measured}
    if not present(row.measured_by):
        return say("measurement", **said)
    if not present(row.sample_count):
        return say("measurement_no_sample", by=row.measured_by, **said)
    return say("measurement_sample", by=row.measured_by, sample_count=row.sample_count, **said)
