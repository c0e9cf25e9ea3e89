"""What the project is (项目概况): mostly its own prose, by the headings of the official report."""

from __future__ import annotations

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, paragraph, present, say

#: In the order of the official report.
HEADINGS = ("background", "basis", "purpose", "goals", "plan", "progress", "organisation")


def tell_overview(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Who carries it out, from when to when, who evaluates; then the project's own prose."""
    project = Project(evaluation, project_id)
    opening = [say("intro", category=project.about["category"])]
    if present(project.about["department"]):
        opening.append(say("department", department=project.about["department"]))
    named = [role for role in ("client", "evaluator") if project.has(role)]
    if named:
        opening.append(say("_".join(["commissioned", *named])))
    told = [say("title"), *paragraph(*opening)]
    for heading in HEADINGS:
        for prose in project.prose(heading):
            told += [say(heading), prose]
    return told
