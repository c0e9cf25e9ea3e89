"""The grades of the framework's indicators (绩效指标评价结果)."""

from __future__ import annotations

from typing import Any

from evalkit.model import Evaluation, Text
from evalkit.narrative.project import Project, Saying, paragraph, present, say


def tell_indicators(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Counts per grade; what does not apply, what lacks evidence, what is below the best.

    Nothing under a framework that gives points: ``tell_points`` tells of those.
    """
    project = Project(evaluation, project_id)
    if project.framework.is_scored:
        return []
    rows = project.items("indicators")
    graded = [row for row in rows if row.status == "graded"]
    grades = say("grades", grades=_grades(project, graded)) if graded else say("none_graded")
    told = [say("title"), *paragraph(say("counts"), grades)]
    best = project.framework.grades[0]
    lists = {
        "computed": [_rated(project, row) for row in graded if present(row.rate)],
        "below_best": [_graded(project, row) for row in graded if row.grade != best],
        "unevaluable": [
            _unknown(project, row) for row in rows if row.status == "cannot_be_evaluated"
        ],
        "not_applicable": [
            say("indicator_reason", reason=row.not_applicable, **_named(row))
            for row in rows
            if row.status == "not_applicable"
        ],
        "stated_differs": [_stated(project, row) for row in rows if _differs(project, row)],
    }
    return told + [say(kind, indicators=items) for kind, items in lists.items() if items]


def _grades(project: Project, graded: list[Any]) -> list[Saying]:
    counts = {
        grade: sum(row.grade == grade for row in graded) for grade in project.framework.grades
    }
    labels = project.framework.labels
    return [say("grade", grade=labels[g], grade_count=n) for g, n in counts.items() if n]


def _named(row: Any) -> dict[str, Any]:
    return {"code": row.Index, "name": row.name}


def _rated(project: Project, row: Any) -> Saying:
    rate = project.fact(f"indicators.{row.Index}.rate")
    said = {"rate": rate, "grade": project.framework.labels[row.grade], **_named(row)}
    if present(row.relative_to):
        return say("indicator_rate_relative", relative_to=row.relative_to, **said)
    return say("indicator_rate", **said)


def _graded(project: Project, row: Any) -> Saying:
    grade = project.framework.labels[row.grade]
    if present(row.reason):
        return say("indicator_grade_reason", grade=grade, reason=row.reason, **_named(row))
    return say("indicator_grade", grade=grade, **_named(row))


def _unknown(project: Project, row: Any) -> Saying:
    if present(row.reason):
        return say("indicator_reason", reason=row.reason, **_named(row))
    without = _without_value(project, row.method)
    if without:
        return say("indicator_no_values", outputs=without, **_named(row))
    return say("indicator_reason_code", reason_code=row.reason_code, **_named(row))


def _without_value(project: Project, method: str) -> list[Saying]:
    """The outputs whose missing rate keeps a rolled-up indicator from being evaluated."""
    kind = project.framework.settings.get("roll_up", {}).get("kind")
    return [
        say("output", name=project.called(row))
        for row in project.items("outputs")
        if row.is_due and row.kind == kind and not present(getattr(row, f"{method}_rate", 0))
    ]


def _label(project: Project, stated: str) -> Text | str:
    """The grade that an authority wrote, by its id or by its label in either language."""
    labels = project.framework.labels
    return labels.get(stated) or next((t for t in labels.values() if stated in t), stated)


def _differs(project: Project, row: Any) -> bool:
    if not present(row.stated_grade):
        return False
    label = _label(project, row.stated_grade)
    return row.status != "graded" or label != project.framework.labels[row.grade]


def _stated(project: Project, row: Any) -> Saying:
    stated = _label(project, row.stated_grade)
    if row.status != "graded":
        return say("stated_status", stated=stated, status=row.status, **_named(row))
    grade = project.framework.labels[row.grade]
    return say("stated_grade", stated=stated, grade=grade, **_named(row))
