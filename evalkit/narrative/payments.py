"""Contracts and payments (合同与资金支付): what was due, what was paid, what is still to come."""

from __future__ import annotations

from typing import Any

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, paragraph, present, say


def tell_payments(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Contracts and their signing, instalments due and late, money ahead of service, the rest."""
    project = Project(evaluation, project_id)
    told = [say("title"), *_contracts(project), *_due(project)]
    return told + paragraph(*_ahead(project), *_rest(project)) + _steps(project)


def _contracts(project: Project) -> list[Saying]:
    contracts = project.items("contracts")
    if not contracts:
        return paragraph(say("no_contract"))
    signed = [_signing(project, row) for row in contracts if present(row.signing_delay_days)]
    if len(contracts) == 1:
        return paragraph(say("contract", **_contract(project, contracts[0])), *signed)
    items = [say("contract_item", **_contract(project, row)) for row in contracts]
    told = say("contracts", contract_count=len(contracts), contracts=items)
    return [told, *paragraph(*signed)]


def _signing(project: Project, row: Any) -> Saying:
    kind = "signing_late" if row.signing_delay_days > 0 else "signing_in_time"
    columns = ("signed_on", "service_start_on", "signing_delay_days")
    return say(kind, contractor=row.contractor, **_facts(project, "contracts", row, *columns))


def _contract(project: Project, row: Any) -> dict[str, Any]:
    amount = project.fact(f"contracts.{row.Index}.amount")
    return {"contractor": row.contractor, "procurement": row.procurement, "amount": amount}


def _facts(project: Project, frame: str, row: Any, *columns: str) -> dict[str, Any]:
    return {column: project.fact(f"{frame}.{row.Index}.{column}") for column in columns}


def _due(project: Project) -> list[Saying]:
    instalments = project.items("instalments")
    if not instalments:
        return paragraph(say("no_instalments"))
    due = [row for row in instalments if row.is_due]
    if not due:
        return paragraph(say("nothing_due", instalment_count=len(instalments)))
    counts = {"instalment_count": len(instalments), "due_count": len(due)}
    is_known = project.has("due_amount", "executed_amount")
    opening = say("due" if is_known else "due_no_amounts", **counts)
    late = [_late(project, row) for row in due if row.is_late]
    if not late:
        return paragraph(opening, say("in_time"))
    return [*paragraph(opening), say("late", late_count=len(late), instalments=late)]


def _late(project: Project, row: Any) -> Saying:
    is_open = not present(row.paid_on) or bool(row.paid_amount < row.payable_amount)
    columns = ["due_on", "payment_delay_days"] + ([] if is_open else ["paid_on"])
    kind = "late_unpaid" if is_open else "late_paid"
    return say(kind, name=project.called(row), **_facts(project, "instalments", row, *columns))


def _ahead(project: Project) -> list[Saying]:
    if not project.has("ahead_gap", "ahead_rate", "delivered_rate"):
        return []
    by = project.evaluation.payments.at[project.id, "delivered_by"]
    return [say(f"ahead_{project.sign('ahead_gap')}", delivered_by=by)]


def _rest(project: Project) -> list[Saying]:
    told = []
    if project.value("withheld_total_amount"):
        told.append(say("withheld"))
    outstanding = project.value("outstanding_total_amount")
    if outstanding == 0:
        told.append(say("all_paid"))
    elif outstanding and project.has("next_due_on", "next_payable_amount"):
        told.append(say("next"))
    elif outstanding:
        told.append(say("outstanding"))
    return told


def _steps(project: Project) -> list[Saying]:
    steps = [
        say("step", name=project.called(row), party=row.party)
        if present(row.party)
        else say("step_only", name=project.called(row))
        for row in project.items("steps")
    ]
    return [say("steps", step_count=len(steps), steps=steps)] if steps else []
