"""What stands before the table of findings (核对发现)."""

from __future__ import annotations

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, say


def tell_findings(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """How many findings there are, by severity, or that there are none."""
    project = Project(evaluation, project_id)
    return [say("title"), say("counts" if project.value("finding_count") else "none")]
