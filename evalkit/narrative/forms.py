"""The official forms (附表): what stands before them."""

from __future__ import annotations

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, say


def tell_forms(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Where the forms come from and what fills them."""
    project = Project(evaluation, project_id)
    return [say("title"), say("intro", framework=project.framework.name)]
