"""How the evaluation was made (评价方法): sources, exactness, assumptions, the verdict rule."""

from __future__ import annotations

from typing import Any

from evalkit.facts import Fact
from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, paragraph, say
from evalkit.narrative.verdict import threshold


def tell_methodology(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """The framework and its standing, how figures are made, what is assumed, the verdict rule."""
    project = Project(evaluation, project_id)
    settings = project.framework.settings
    framework = {"framework": project.framework.name, "source": project.framework.source}
    told = [say("title"), *paragraph(say("framework", **framework), *_status(settings))]
    told += [say(each) for each in ("figures", "rounding", "declared", "evidence")]
    told += [*_verdict_rule(project), say("assumed", rules=_assumed(project))]
    told.append(say("masked" if project.value("masked_count") else "masked_none"))
    return told


def _status(settings: Any) -> list[Saying]:
    """Whether the framework's text was at hand."""
    return [say("recalled")] if settings.get("status") == "recalled" else []


def _verdict_rule(project: Project) -> list[Saying]:
    rule = project.framework.settings.get("verdict")
    if not rule or not rule["conditions"]:
        return []
    by_verdict = [
        say("rule", verdict=verdict, conditions=[
            say("rule_condition", measure=each["measure"], operator=each["operator"],
                threshold=threshold(project, each["measure"], each["value"]))
            for each in rule["conditions"] if each["verdict"] == verdict])
        for verdict in reversed(rule["verdicts"][1:])
    ]  # fmt: skip
    kept = [each for each in by_verdict if each[1]["conditions"]]
    return [say("verdict_rule", best_verdict=rule["verdicts"][0], rules=kept)]


def _assumed(project: Project) -> list[Saying]:
    """Every rule of the framework that no source gives."""
    settings = project.framework.settings
    labels = project.framework.labels
    grades = [labels[g["id"]] for g in settings["grades"] if g.get("status") == "assumed"]
    told = [say("assumed_grades", grades=grades)] if grades else []
    for name, band in settings.get("bands", {}).items():
        # Bands that give points instead of grades are told with the points.
        if band.get("status") == "assumed" and "grade" in band["bands"][0]:
            told.append(_bands(project, name, band["bands"]))
    if settings.get("roll_up", {}).get("status") == "assumed":
        told.append(say("assumed_roll_up"))
    if settings.get("verdict", {}).get("status") == "assumed" and _verdict_rule(project):
        told.append(say("assumed_verdict"))
    likelihood = settings.get("likelihood", {})
    if likelihood.get("status") == "assumed":
        bounds = {key: _rate(likelihood[key]) for key in ("certain", "possible")}
        told.append(say("assumed_likelihood", **bounds))
    if project.framework.is_scored:
        told += _assumed_of_points(project, settings)
    told.append(say("assumed_service"))
    return told


def _assumed_of_points(project: Project, settings: Any) -> list[Saying]:
    """What no source gives of points: weights, how they are spread, rules, bounds of grades."""
    assumed = [level for level in settings["levels"] if level.get("status") == "assumed"]
    names = project.framework.levels["name"]
    told = []
    if assumed:
        told.append(say("assumed_weights", names=[names[level["code"]] for level in assumed]))
    if settings["own"].get("spread_status") == "assumed":
        told.append(say("assumed_spread"))
    if any(rule["status"] == "assumed" for rule in settings["rules"].values()):
        told.append(say("assumed_scoring"))
    if settings["over"].get("status") == "assumed":
        told.append(say("assumed_over", above=_rate(settings["over"]["above"])))
    bands = settings["grade_bands"]
    if bands.get("status") == "assumed":
        labels = project.framework.labels
        shown = [say("band_points", grade=labels[band["grade"]],
                     at_least=(band["at_least"], "points"))
                 for band in bands["bands"] if "at_least" in band]  # fmt: skip
        told.append(say("assumed_grade_bands", bands=shown))
    return told


def _bands(project: Project, name: str, bands: list[dict[str, Any]]) -> Saying:
    indicators = project.framework.indicators
    using = indicators[indicators["bands"] == name]
    return say("assumed_bands", names=list(using["name"]), bands=[_band(project, b) for b in bands])


def _band(project: Project, band: dict[str, Any]) -> Saying:
    grade = project.framework.labels[band["grade"]]
    edges = {key: _rate(band[key]) for key in ("at_least", "at_most") if key in band}
    return say("_".join(["band", *edges]), grade=grade, **edges)


def _rate(value: Any) -> Fact:
    return Fact("", value, "rate", "", "", (), "")
