"""How the budget is built up (人员经费与预算构成): posts, lines, declared against recomputed."""

from __future__ import annotations

from typing import Any

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, paragraph, present, say


def tell_headcount(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Posts and lines, sums that should agree, lines that do not recompute, cost per head."""
    project = Project(evaluation, project_id)
    lines = project.items("lines")
    opening = _posts(project, len(lines))
    if lines:
        opening.append(say("lines", line_count=len(lines)))
    if lines and project.has("lines_gap"):
        opening.append(say(f"total_{project.sign('lines_gap')}"))
    told = [say("title"), *paragraph(*opening), *_recomputed(project, lines)]
    return told + paragraph(*_labour(project), *_change(project, lines))


def _posts(project: Project, line_count: int) -> list[Saying]:
    posts = project.items("posts")
    if not posts:
        return [say("no_posts" if line_count else "none")]
    told = [say("posts", post_count=len(posts))]
    return [*told, say("filled")] if project.has("filled_count", "filling_rate") else told


def _recomputed(project: Project, lines: list[Any]) -> list[Saying]:
    off = [row for row in lines if present(row.line_gap) and row.line_gap != 0]
    if not project.has("recomputed_total_amount", "total_gap"):
        return []
    if not off:
        return paragraph(say("recomputed_agrees"))
    told = paragraph(say(f"recomputed_{project.sign('total_gap')}"), say("lines_off"))
    told.append(say("lines_off_list", lines=[_line(project, row) for row in off]))
    return told + paragraph(
        *(_fee(project, row) for row in off if present(row.implied_base_amount))
    )


def _line(project: Project, row: Any) -> Saying:
    kind = "line_above" if row.line_gap > 0 else "line_below"
    return say(kind, name=project.called(row), **_facts(
        project, row, "declared_amount", "recomputed_amount", "line_gap"))  # fmt: skip


def _fee(project: Project, row: Any) -> Saying:
    names = ("fee_rate", "base_amount", "implied_base_amount", "effective_rate")
    if present(row.effective_rate):
        return say("fee", name=project.called(row), **_facts(project, row, *names))
    return say("fee_no_base", name=project.called(row), **_facts(project, row, names[0], names[2]))


def _facts(project: Project, row: Any, *columns: str) -> dict[str, Any]:
    return {column: project.fact(f"lines.{row.Index}.{column}") for column in columns}


def _labour(project: Project) -> list[Saying]:
    told = []
    share = "groups.labour.group_share_rate"
    if project.value("labour_amount") and project.has(share):
        kind = "labour" if project.has("labour_head_amount") else "labour_only"
        told.append(say(kind, labour_share_rate=project.fact(share)))
    if project.has("budget_head_amount"):
        told.append(say(f"per_head_{project.facts['heads_count'].way}"))
    return told


def _change(project: Project, lines: list[Any]) -> list[Saying]:
    if project.has("price_effect_amount", "volume_effect_amount"):
        return [say("change")]
    if project.has("last_budget_amount") and any(present(row.unit_cost_amount) for row in lines):
        return [say("change_unknown")]
    return []
