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
    """Whether the framework's text was at hand, or whether it has no source at all."""
    told = {"recalled": "recalled", "assumed": "assumed_framework"}.get(settings.get("status"))
    return [say(told)] if told else []


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
        if band.get("status") == "assumed":
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
    names, told = _assumed_weights(project), []
    if names:
        told.append(say("assumed_weights", names=names))
    if settings["own"].get("spread_status") == "assumed":
        told.append(say("assumed_spread"))
    used = {row.rule for row in project.items("scores")}
    if any(
        rule["status"] == "assumed" and name in used for name, rule in settings["rules"].items()
    ):
        told.append(say("assumed_scoring"))
    levels = project.framework.levels["name"]
    told += [
        say("assumed_least", names=[levels[code] for code in rule["levels"]],
            at_least=_rate(rule["at_least"]))
        for rule in settings["weight_rules"] if rule["status"] == "assumed"
    ]  # fmt: skip
    if settings["over"].get("status") == "assumed":
        told.append(say("assumed_over", above=_rate(settings["over"]["above"])))
    bands = settings["grade_bands"]
    if bands.get("status") == "assumed":
        shown = [_band(project, each, "points") for each in bands["bands"]]
        told.append(say("assumed_grade_bands", bands=shown))
    return told


def _assumed_weights(project: Project) -> list[Any]:
    """The names of what has assumed points: the highest level of each branch, or an indicator."""
    framework = project.framework
    rows = {row["code"]: row for key in ("levels", "indicators") for row in framework.settings[key]}
    marked = [code for code, row in rows.items() if row.get("status") == "assumed"]
    names = {**framework.levels["name"], **framework.indicators["name"]}
    return [names[code] for code in marked if rows[code].get("parent") not in marked]


def _bands(project: Project, name: str, bands: list[dict[str, Any]]) -> Saying:
    indicators = project.framework.indicators
    using = indicators[indicators["bands"] == name]
    return say("assumed_bands", names=list(using["name"]), bands=[_band(project, b) for b in bands])


def _band(project: Project, band: dict[str, Any], unit: str = "rate") -> Saying:
    return say("band", grade=project.framework.labels[band["grade"]], bounds=[_bounds(band, unit)])


def _bounds(band: dict[str, Any], unit: str = "rate") -> Saying:
    """From where to where a band reaches; what is left over where it says nothing."""
    edges = {key: (band[key], unit) for key in ("at_least", "at_most", "below") if key in band}
    return say("_".join(["bounds", *edges]), **edges)


def _rate(value: Any) -> Fact:
    return Fact("", value, "rate", "", "", (), "")
