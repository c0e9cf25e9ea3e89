"""Score and grade under a framework that gives points (得分与等级)."""

from __future__ import annotations

from typing import Any

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, paragraph, say

GRADES = ("total_grade", "lowest_grade", "highest_grade", "stated_total_grade")


def tell_points(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Total and grade, or what is within reach and why; what was stated; nothing without points."""
    project = Project(evaluation, project_id)
    if not project.framework.is_scored:
        return []
    told = [say("title"), *paragraph(*_total(project), *_stated(project))]
    undecided = [
        _undecided(project, row)
        for row in project.items("scores")
        if row.status == "cannot_be_evaluated"
    ]
    return [*told, say("undecided", indicators=undecided)] if undecided else told


def _total(project: Project) -> list[Saying]:
    named, grades = {"framework": project.framework.name}, _grades(project)
    if not project.has("lowest_rebased_score"):
        return [say("none", **named)]
    told = [say("total" if project.has("rebased_score") else "within_reach", **named)]
    if project.value("excluded_points"):
        told.append(say("rebased"))
    if "total_grade" in grades:
        return [*told, say("grade", total_grade=grades["total_grade"])]
    return [*told, say("grades", **grades)] if "lowest_grade" in grades else told


def _stated(project: Project) -> list[Saying]:
    told = [say("stated_score")] if project.has("stated_total_score") else []
    stated = _grades(project).get("stated_total_grade")
    return [*told, say("stated_grade", stated_total_grade=stated)] if stated else told


def _grades(project: Project) -> dict[str, Any]:
    """The grades that there are, by their own labels; one that is unknown stands as it is."""
    known = {name: project.value(name) for name in GRADES if project.has(name)}
    return {name: project.framework.labels.get(grade, grade) for name, grade in known.items()}


def _undecided(project: Project, row: Any) -> Saying:
    ends = ("lowest_score", "highest_score")
    reach = {name: project.fact(f"scores.{row.Index}.{name}") for name in ends}
    return say("indicator", name=row.name, reason_code=row.reason_code, **reach)
