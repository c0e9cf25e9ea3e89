"""What the first screen says (摘要): the verdict, why, what would change it."""

from __future__ import annotations

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, paragraph, say
from evalkit.narrative.verdict import better_verdict, condition_sayings
from evalkit.terms import is_missing


def tell_summary(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Title, parties, verdict beside the stated one, reason, way out, forecast, money, findings."""
    project = Project(evaluation, project_id)
    told = [_title(project), _edition(project), _parties(project), *_scenario(project)]
    told += paragraph(*_verdict(project), *_no_forecast(project))
    closing = [_money(project)]
    if project.has("finding_count"):
        closing.append(say("findings" if project.value("finding_count") else "findings_none"))
    return told + paragraph(*closing)


def _title(project: Project) -> Saying:
    """The report's title, as the framework calls its reports."""
    report = project.framework.settings["report"]
    return say("title") if is_missing(report) else say("title_of", report=report)


def _edition(project: Project) -> Saying:
    year, region = str(project.about["year"]), project.about["region"]
    if is_missing(region):
        return say("edition", year=year)
    return say("edition_region", year=year, region=region)


def _scenario(project: Project) -> list[Saying]:
    """That this is no report of what is, but of what would be."""
    name, origin = project.about["scenario"], project.about["derived_from"]
    return [] if is_missing(name) else [say("scenario", scenario=name, derived_from=origin)]


def _parties(project: Project) -> Saying:
    roles = ("implementing_unit", "client", "evaluator")
    return say("parties", parties=[say(f"party_{role}") for role in roles if project.has(role)])


def _verdict(project: Project) -> list[Saying]:
    verdict, stated = project.value("verdict"), project.value("stated_verdict")
    if verdict is None:  # a framework without a verdict rule
        return []
    if verdict == "cannot_be_evaluated":
        return [say("verdict_none" if stated is None else "verdict_none_stated")]
    kind = "only" if stated is None else "agrees" if verdict == stated else "differs"
    told = [say(f"verdict_{kind}")]
    conditions = condition_sayings(project, lambda row: row.is_deciding)
    if not conditions:
        return [*told, say("why_best")]
    better = say("better", better_verdict=better_verdict(project))
    return [*told, say("why", conditions=conditions), better]


def _no_forecast(project: Project) -> list[Saying]:
    """Why nothing can be forecast; nothing where something can."""
    if project.value("forecast") != "cannot_be_evaluated":
        return []
    due, valued = project.value("due_output_count"), project.value("valued_output_count")
    if not due:
        return [say("forecast_nothing_due")]
    return [say("forecast_few_valued")] if valued < due else []


def _money(project: Project) -> Saying:
    if project.has("execution_rate", "elapsed_rate"):
        return say("money")
    if project.has("executed_amount", "budget_amount"):
        return say("money_amounts")
    return say("money_unknown")
