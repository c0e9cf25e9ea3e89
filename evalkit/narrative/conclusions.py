"""Verdict and its rule, problems, forecast, advice (结果判定、问题、预测、建议)."""

from __future__ import annotations

from typing import Any

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, present, say
from evalkit.narrative.verdict import better_verdict, condition_sayings, worse_verdict


def tell_conclusions(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """What the rule says and what would change it; problems with causes; forecasts; measures."""
    project = Project(evaluation, project_id)
    told = [say("title"), *_judgement(project), *_problems(project)]
    return [*told, *_forecast(project), *_measures(project)]


def _judgement(project: Project) -> list[Saying]:
    told = [say("judgement_heading"), *project.prose("conclusion")]
    if not project.has("verdict"):  # a framework without a verdict rule
        return told if len(told) > 1 else []
    if project.value("verdict") == "cannot_be_evaluated":
        return [*told, say("judgement_none")]
    deciding = condition_sayings(project, lambda row: row.is_deciding)
    if deciding:
        told.append(say("judgement", conditions=deciding))
        told.append(say("better", better_verdict=better_verdict(project)))
    else:
        told.append(say("judgement_best"))
    worse = worse_verdict(project)
    ways = condition_sayings(project, lambda row: row.verdict == worse and not row.is_holding)
    return [*told, say("worse", worse_verdict=worse, conditions=ways)] if ways else told


def _problems(project: Project) -> list[Saying]:
    told = [say("problems_heading")]
    problems = project.items("problems")
    for number, row in enumerate(problems, start=1):
        told.append(say("problem", number=number, title=row.title))
        told += _words_of(project, f"problem {row.Index}", row.description, "description")
        cause = _words_of(project, f"cause {row.Index}", row.cause, "cause")
        told += [say("cause_heading"), *cause] if cause else [say("cause_missing")]
        if present(row.indicators) and len(row.indicators):
            told.append(say("problem_indicators", indicators=list(row.indicators)))
    return told if problems else [*told, say("no_problems")]


def _words_of(project: Project, heading: str, text: Any, variant: str) -> list[Saying]:
    """The project's prose under a heading, else the text of the params file, else nothing."""
    prose = list(project.prose(heading))
    return prose or ([say(variant, text=text)] if present(text) else [])


def _forecast(project: Project) -> list[Saying]:
    told = [say("forecast_heading"), *project.prose("forecast")]
    stated, computed = project.value("stated_forecast"), project.value("forecast")
    outputs = project.items("outputs")
    if not outputs:
        return [*told, say("forecast_no_outputs")]
    kind = "only" if stated is None else "agrees" if stated == computed else "differs"
    told.append(say(f"forecast_{kind}"))
    return [*told, say("likelihoods", outputs=[_likelihood(project, row) for row in outputs])]


def _likelihood(project: Project, row: Any) -> Saying:
    said = {"name": project.called(row), "likelihood": row.likelihood}
    if not present(row.stated_likelihood):
        return say("likelihood_only", **said)
    kind = "agrees" if row.stated_likelihood == row.likelihood else "differs"
    return say(f"likelihood_{kind}", stated_likelihood=row.stated_likelihood, **said)


def _measures(project: Project) -> list[Saying]:
    told = [say("measures_heading")]
    measures = project.items("measures")
    problems = {row.Index: row.title for row in project.items("problems")}
    for number, row in enumerate(measures, start=1):
        details = [say("measure_kind", kind=row.kind)] if present(row.kind) else []
        if present(row.problem) and row.problem in problems:
            details.append(say("measure_problem", problem=problems[row.problem]))
        is_dated = present(row.due_on)
        details.append(
            say("measure_date", due_on=row.due_on) if is_dated else say("measure_no_date")
        )
        told.append(say("measure", number=number, title=row.title, details=details))
        told += _words_of(project, f"advice {row.Index}", row.description, "description")
    return told if measures else [*told, say("no_measures")]
