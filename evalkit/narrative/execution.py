"""How the budget was executed (预算执行): against time, plan, contracts and earlier years."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, paragraph, say

#: Below this a gap between rates prints as nothing.
UNSEEN = Fraction(1, 20000)


def tell_execution(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Budget, sources, execution, pace, plan, ceiling, earlier years, year-end."""
    project = Project(evaluation, project_id)
    parts = (
        [*_budget(project), *_funding(project)],
        [*_executed(project), *_pace(project)],
        _plan(project),
        _ceiling(project),
        _years(project),
        _outlook(project),
    )
    return [say("title"), *(each for part in parts for each in paragraph(*part))]


def _budget(project: Project) -> list[Saying]:
    if not project.has("budget_amount"):
        return []
    year = str(project.about["year"])
    change = project.value("adjustment_amount")
    kind = "budget_up" if change and change > 0 else "budget_down" if change else "budget"
    told = [say(kind, year=year)]
    return told if project.value("budget_amount") else [*told, say("budget_zero")]


def _funding(project: Project) -> list[Saying]:
    sources = [row for row in project.items("funding") if row.budget_amount]
    told = []
    if len(sources) == 1:
        told.append(say("funding_one", source=project.called(sources[0])))
    elif sources:
        shares = [_source(project, row) for row in sources]
        told.append(say("funding_many", source_count=len(shares), sources=shares))
    if project.has("received_amount", "received_execution_rate"):
        told.append(say("received"))
    elif project.value("received_amount") == 0:
        told.append(say("received_none"))
    return told


def _source(project: Project, row: Any) -> Saying:
    amount, share = (f"funding.{row.Index}.{c}" for c in ("budget_amount", "funding_share_rate"))
    said = {"name": project.called(row), "budget_amount": project.fact(amount)}
    if not project.has(share):
        return say("source", **said)
    return say("source_share", funding_share_rate=project.fact(share), **said)


def _executed(project: Project) -> list[Saying]:
    if not project.has("executed_amount", "budget_amount"):
        return [say("executed_unknown")]
    told = []
    if not project.has("execution_rate"):
        told.append(say("executed_no_rate"))
    elif project.value("executed_amount") == 0:
        told.append(say("executed_none"))
    else:
        told.append(say(f"executed_{project.sign('unspent_budget_amount')}"))
    if project.facts["executed_amount"].way == "stated":
        told.append(say("executed_as_stated"))
    return told


def _pace(project: Project) -> list[Saying]:
    if project.value("as_of") < project.value("period_start_on"):
        return [say("pace_before")]
    if project.value("as_of") >= project.value("period_end_on"):
        return [say("pace_after")]
    gap = project.value("pace_gap")
    if gap is None:
        return []
    return [say("pace_even" if abs(gap) < UNSEEN else f"pace_{project.sign('pace_gap')}")]


def _plan(project: Project) -> list[Saying]:
    if not project.has("planned_amount"):
        return [say("plan_none")]
    told = [say(f"plan_{project.facts['planned_amount'].way}")]
    is_part = project.has("plan_paid_amount")
    if is_part:
        told.append(say("plan_part"))
    if not project.has("execution_accuracy_rate", "execution_gap"):
        is_unlinked = project.value("is_plan_partial") and project.has("executed_amount")
        unlinked = is_unlinked and not is_part
        return [*told, say("accuracy_unlinked" if unlinked else "accuracy_unknown")]
    told.append(say(f"accuracy_{'part_' if is_part else ''}{project.sign('execution_gap')}"))
    scaled = project.value("budget_accuracy_rate")
    if scaled is not None and scaled != project.value("execution_accuracy_rate"):
        told.append(say("accuracy_scaled"))
    return told


def _ceiling(project: Project) -> list[Saying]:
    if not project.items("contracts"):
        return [say("no_contract")]
    if not project.has("ceiling_rate", "contract_saving_amount"):
        return []
    return [say(f"ceiling_{project.sign('contract_saving_amount')}")]


def _years(project: Project) -> list[Saying]:
    if not project.has("last_year", "last_budget_amount", "last_executed_amount"):
        return [say("no_prior")]
    told = [say("prior" if project.has("last_execution_rate") else "prior_no_rate")]
    if not project.has("budget_growth_rate"):
        return told
    sign = project.sign("budget_growth_amount")
    is_unspent = sign == "above" and project.value("last_unspent_amount") > 0
    return [*told, say("growth_above_unspent" if is_unspent else f"growth_{sign}")]


def _outlook(project: Project) -> list[Saying]:
    if project.value("as_of") >= project.value("period_end_on"):
        return [say("outlook_ended")]
    told = []
    line = project.value("straight_line_rate")
    if line is not None:
        told.append(say("outlook_line_over" if line > 1 else "outlook_line"))
    if project.items("instalments") and project.has("schedule_rate"):
        over = project.value("schedule_rate") > 1
        told.append(say("outlook_schedule_over" if over else "outlook_schedule"))
        if project.facts["expected_amount"].way != "schedule":
            told.append(say("outlook_part"))
    left = project.value("unspent_budget_amount")
    if left is not None and left > 0 and project.has("needed_month_amount"):
        told.append(say("needed" if project.has("average_month_amount") else "needed_only"))
    return told
