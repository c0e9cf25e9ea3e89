"""How firm the result is (敏感性): what is assumed, what moves the result, how often it holds."""

from __future__ import annotations

from typing import Any

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, paragraph, present, say
from evalkit.scoring.assumptions import CUT_STEP, WEIGHT_STEP

MOST_NAMES = 3  # of what an assumption is about
#: The unit of an assumption, by its kind; all others are rates.
UNITS = {"weight": "points", "grade_band": "points", "count": "piece"}


def tell_sensitivity(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """What moves and how far, what alone changes the result, and the share of settings it holds in.

    Nothing where the sensitivity was not asked for.
    """
    project = Project(evaluation, project_id)
    if not len(evaluation.robustness):
        return []
    named = {"framework": project.framework.name}
    if not project.value("assumption_count"):
        return [say("title"), say("none", **named)]
    kind = "points" if project.framework.is_scored else "verdict"
    steps = {"weight_step": (WEIGHT_STEP, "rate"), "cut_step": (CUT_STEP, "rate")}
    told = [say("title"), *paragraph(say(f"moves_{kind}", **named, **steps))]
    together = [say("holds_always" if project.value("holding_rate") == 1 else "holds")]
    if project.has("lowest_setting_score", "highest_setting_score"):
        together.append(say("range"))
    return [*told, *paragraph(*together), *_alone(project)]


def firm_told(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """The same for a terminal: plain sentences, without title and paragraphs."""
    told = tell_sensitivity(evaluation, project_id)
    inner = [extra.get("sentences", [(name, extra)]) for name, extra in told if name != "title"]
    return [saying for sentences in inner for saying in sentences]


def _alone(project: Project) -> list[Saying]:
    """The assumptions that alone change the result, or the one that moves the total most."""
    rows = project.items("sensitivity")
    changing = [assumption_saying(row) for row in rows if row.is_changing]
    if changing:
        return [say("changing", changing=changing)]
    moving = [row for row in rows if present(row.effect) and row.effect > 0]
    if not moving:
        return paragraph(say("none_changing"))
    most = max(moving, key=lambda row: row.effect)
    effect = project.fact(f"sensitivity.{most.Index}.effect")
    return paragraph(
        say("none_changing"), say("most", assumption=[assumption_saying(most)], effect=effect)
    )


def assumption_saying(row: Any, most: int = MOST_NAMES) -> Saying:
    """What is assumed: what it is, of what (no more than so many names), and its value."""
    value = (row.value, UNITS.get(row.kind, "rate"))
    if present(row.measure):
        return say(row.kind, measure=row.measure, value=value)
    names = row.names
    kind = "subject" if len(names) <= most else "subject_many"
    subject = say(kind, names=names[:most], number=len(names))
    return say(row.kind, subject=[subject], value=value)
