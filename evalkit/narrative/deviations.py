"""Deviations of money, schedule and outputs (偏差分析), and what the authority states of them."""

from __future__ import annotations

from typing import Any

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, paragraph, present, say

OFF = ("behind", "missed")


def tell_deviations(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Money against plan, work plan against calendar, outputs against targets; then the claims."""
    project = Project(evaluation, project_id)
    told = [say("title"), *paragraph(_money(project)), *_schedule(project)]
    told += paragraph(*_outputs(project))
    claims = _claims(project)
    return [*told, say("claims", claims=claims)] if claims else told


def _money(project: Project) -> Saying:
    if not project.has("execution_gap", "execution_accuracy_rate"):
        return say("money_unknown")
    part = "part_" if project.has("plan_paid_amount") else ""
    return say(f"money_{part}{project.sign('execution_gap')}")


def _schedule(project: Project) -> list[Saying]:
    milestones = project.items("milestones")
    if not milestones:
        return [say("schedule_none")]
    late = [row for row in milestones if row.is_late]
    as_of = project.about["as_of"]
    due = sum(row.planned_on <= as_of for row in milestones)
    counts = {"milestone_count": len(milestones), "due_count": due}
    if not due:
        return [say("schedule_not_due", **counts)]
    if not late:
        return [say("schedule_in_time", **counts)]
    steps = [_milestone(project, row) for row in late]
    return [say("schedule_late", late_count=len(late), milestones=steps, **counts)]


def _milestone(project: Project, row: Any) -> Saying:
    columns = ["planned_on", "delay_days"] + (["actual_on"] if row.is_done else [])
    facts = {column: project.fact(f"milestones.{row.Index}.{column}") for column in columns}
    kind = "milestone_done" if row.is_done else "milestone_open"
    return say(kind, name=project.called(row), **facts)


def _outputs(project: Project) -> list[Saying]:
    rows = project.items("outputs")
    off = [say("output", name=project.called(row)) for row in rows if row.status in OFF]
    told = [say("outputs_off", outputs=off)] if off else []
    unknown = [row for row in rows if _is_unknown(row)]
    if unknown:
        return [*told, say("outputs_unknown", unknown_count=len(unknown))]
    if rows and not off:
        told.append(say("outputs_fine"))
    return told


def _is_unknown(row: Any) -> bool:
    """Whether an output is due and neither a value nor a judgement tells how far it is."""
    return bool(row.is_due and not row.is_valued and row.status not in ("judged", "reached"))


def _claims(project: Project) -> list[Saying]:
    """What the authority states, what the figures say, and whether they agree."""
    money = project.value("execution_gap")
    full = project.value("ceiling_rate")
    late = project.value("late_milestone_count")
    about = project.about
    found = [
        _claim("funds", about["is_funds_on_plan_stated"], None if money is None else money == 0),
        _claim("schedule", about["is_on_schedule_stated"],
               not late if project.items("milestones") else None),
        _claim("full_use", about["is_full_use_stated"], None if full is None else full >= 1),
        _claim("no_deviation", _no_deviation_stated(about), _is_without_deviation(project)),
    ]  # fmt: skip
    return [claim for claim in found if claim is not None]


def _claim(topic: str, stated: Any, computed: bool | None) -> Saying | None:
    if not present(stated):
        return None
    says = "open" if computed is None else "yes" if computed else "no"
    agreement = "open" if computed is None else "agrees" if bool(stated) == computed else "differs"
    return say(
        f"claim_{agreement}",
        stated=[say(f"{topic}_stated_{'yes' if stated else 'no'}")],
        computed=[say(f"{topic}_computed_{says}")],
    )


def _no_deviation_stated(about: Any) -> Any:
    stated = about["stated_deviation"]
    return stated == "none" if present(stated) else None


def _is_without_deviation(project: Project) -> bool | None:
    """Whether nothing deviates; open while something is not known."""
    rows = project.items("outputs")
    is_off = (
        project.value("execution_gap") not in (None, 0)
        or project.value("late_milestone_count")
        or project.value("late_instalment_count")
        or any(row.status in OFF for row in rows)
    )
    if is_off:
        return False
    is_unknown = any(_is_unknown(row) for row in rows)
    return None if is_unknown or not project.has("execution_gap") else True
