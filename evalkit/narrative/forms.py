"""The official forms (附表): what stands before them."""

from __future__ import annotations

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, say

#: The forms that a report fills; a framework may have others.
FILLED = {"basic_facts", "goals_plan", "execution_and_rules", "deviations", "feedback"}


def tell_forms(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Where the forms come from and what fills them."""
    project = Project(evaluation, project_id)
    kind = "none" if FILLED.isdisjoint(project.framework.settings.get("forms", ())) else "intro"
    return [say("title"), say(kind, framework=project.framework.name)]
