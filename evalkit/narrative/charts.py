"""What the text alternatives of the charts say (图的文字说明)."""

from __future__ import annotations

from typing import Any

from evalkit.model import Evaluation
from evalkit.narrative.findings import counts_by_section
from evalkit.narrative.project import Project, Saying, present, say


def tell_charts(evaluation: Evaluation, project_id: str, chart: str) -> list[Saying]:
    """The text alternative of one chart of a project: what it shows, and its main figures.

    ``chart`` is the topic of a chart. Raises ``KeyError`` for a chart that has no text.
    """
    tellers = {
        "execution": _execution, "headcount": _headcount, "years": _years,
        "indicators": _indicators, "outputs": _outputs, "disbursement": _disbursement,
        "sensitivity": _sensitivity, "findings": _findings,
        "earned_value": _earned_value,
    }  # fmt: skip
    return tellers[chart](Project(evaluation, project_id))


def _execution(project: Project) -> list[Saying]:
    optional = ("executed_amount", "planned_amount", "calendar_amount", "contract_amount")
    told = [say("execution")]
    return told + [say(f"execution_{name}") for name in optional if project.has(name)]


def _headcount(project: Project) -> list[Saying]:
    told = [say("headcount", lines=_named(project, "lines", "declared_amount"))]
    if project.has("declared_total_amount", "recomputed_total_amount"):
        told.append(say("headcount_total"))
    return told


def _years(project: Project) -> list[Saying]:
    years = []
    for row in project.items("years"):
        if present(row.year_budget_amount) and present(row.year_executed_amount):
            columns = ("year_budget_amount", "year_executed_amount")
            facts = {column: project.fact(f"years.{row.Index}.{column}") for column in columns}
            years.append(say("year", year=row.Index, **facts))
    return [say("years", years=years)]


def _indicators(project: Project) -> list[Saying]:
    return [say("indicators")]


def _sensitivity(project: Project) -> list[Saying]:
    return [say("sensitivity")] if project.has("rebased_score") else []


def _outputs(project: Project) -> list[Saying]:
    items = [
        say("output", name=project.called(row), status=row.status)
        for row in project.items("outputs")
    ]
    return [say("outputs", items=items)]


def _disbursement(project: Project) -> list[Saying]:
    steps = [say("step", name=project.called(row)) for row in project.items("steps")]
    return [say("disbursement", step_count=len(steps), steps=steps)]


def _earned_value(project: Project) -> list[Saying]:
    if not project.has("earned_value_amount"):
        return []
    now = ("planned_value_amount", "earned_value_amount", "actual_cost_amount")
    later = [f"estimate_{each}_amount" for each in ("by_cost", "by_plan", "by_both")]
    told = {
        when: [say("measure", measure=name, amount=project.fact(name))
               for name in names if project.has(name)]
        for when, names in (("now", now), ("later", later))
    }  # fmt: skip
    return [say("earned_value_later" if told["later"] else "earned_value", **told)]


def _findings(project: Project) -> list[Saying]:
    items = [
        say("section", section=f"topics.{section}",
            **{f"{each}_count": (number, "count") for each, number in counts.items()})
        for section, counts in counts_by_section(project.evaluation, project.id)
    ]  # fmt: skip
    return [say("findings", items=items)] if items else []


def _named(project: Project, frame: str, column: str) -> list[Any]:
    return [
        say("item", name=project.called(row), amount=project.fact(f"{frame}.{row.Index}.{column}"))
        for row in project.items(frame)
        if present(getattr(row, column))
    ]
