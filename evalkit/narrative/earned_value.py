"""Earned value (挣值分析): what the indices say of contracts that are paid by instalments."""

from __future__ import annotations

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, paragraph, present, say

ESTIMATES = ("by_cost", "by_plan", "by_both")


def tell_earned_value(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Service against payment and plan, where the contracts may end, what would be needed.

    Nothing for a project without a contract whose service can be valued.
    """
    project = Project(evaluation, project_id)
    if not project.has("earned_value_amount", "completion_budget_amount"):
        return []
    told = [say("title"), *paragraph(say("measures"), *_basis(project))]
    told += paragraph(*_cost(project)) + paragraph(*_schedule(project))
    return told + _estimates(project) + paragraph(*_to_complete(project))


def _delivered_by(project: Project) -> str:
    return str(project.evaluation.payments.at[project.id, "delivered_by"])


def _basis(project: Project) -> list[Saying]:
    """How the service delivered was valued; contract by contract where they differ."""
    by = _delivered_by(project)
    if by != "mixed":
        return [say(f"by_{by}")]
    contracts = [
        say(
            "contract",
            name=row.name if present(row.name) else row.contractor,
            delivered_by=row.delivered_by,
            delivered_amount=project.fact(f"contracts.{row.Index}.delivered_amount"),
        )
        for row in project.items("contracts")
    ]
    return [say("by_mixed", contracts=contracts)]


def _cost(project: Project) -> list[Saying]:
    """What was paid, against what was delivered."""
    if not project.has("actual_cost_amount"):
        return [say("cost_unknown")]
    told = [say("paid_stated" if _is_stated(project) else "paid")]
    if not project.has("cost_index"):
        return [*told, say("cost_none")]
    return [*told, say(f"cost_{project.sign('cost_variance_amount')}")]


def _is_stated(project: Project) -> bool:
    """Whether no payment records stand behind what was paid."""
    return project.facts["executed_amount"].way in ("stated", "sources")


def _schedule(project: Project) -> list[Saying]:
    """What was delivered, against what the plan would have paid for by now."""
    if not project.has("planned_value_amount"):
        return [say("plan_unknown")]
    is_stated = project.facts["planned_value_amount"].way == "stated"
    told = [say("plan_stated" if is_stated else "plan")]
    if not project.has("schedule_index"):
        return [*told, say("schedule_none")]
    sign = project.sign("schedule_variance_amount")
    by_time = _delivered_by(project) == "time" and sign != "even"
    return [*told, say(f"schedule_{sign}_by_time" if by_time else f"schedule_{sign}")]


def _estimates(project: Project) -> list[Saying]:
    """Where payments would end, each with what it assumes."""
    known = [each for each in ESTIMATES if project.has(f"estimate_{each}_amount")]
    if not known or _is_done(project):
        return []
    told = [say("estimates", items=[say(f"estimate_{each}") for each in known])]
    whole = project.value("completion_budget_amount")
    ends = [project.value(f"estimate_{each}_amount") for each in known]
    if max(ends) > whole:
        told += paragraph(say("ceiling"))
    elif min(ends) < whole:
        told += paragraph(say("floor"))
    return told


def _is_done(project: Project) -> bool:
    """Whether all the service of the contracts was delivered."""
    return bool(project.value("earned_value_amount") >= project.value("completion_budget_amount"))


def _to_complete(project: Project) -> list[Saying]:
    """What each yuan still to be paid must bring for the contracts to be enough."""
    if _is_done(project):
        return [say("done")]
    if not project.has("actual_cost_amount"):
        return []
    if project.value("actual_cost_amount") >= project.value("completion_budget_amount"):
        return [say("nothing_left")]
    told = [say("to_complete")]
    return [*told, say("to_complete_so_far")] if project.has("cost_index") else told
