"""The official forms (附表): what stands before them."""

from __future__ import annotations

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, say
from evalkit.sentences import languages, variants


def tell_forms(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Where the forms come from and what fills them."""
    project = Project(evaluation, project_id)
    asked = project.framework.settings.get("forms", ())
    kind = "none" if filled().isdisjoint(asked) else "intro"
    return [say("title"), say(kind, framework=project.framework.name)]


def filled() -> set[str]:
    """The forms that a report fills: those whose table has a caption; a framework may have others.

    >>> "self_evaluation" in filled()
    True
    """
    captions = variants(languages()[0], "captions")
    return {name.removeprefix("form_") for name in captions if name.startswith("form_")}
