"""How the evaluation was made (评价方法): sources, exactness, assumptions, the verdict rule."""

from __future__ import annotations

from collections.abc import Iterator
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
    of_points = list(_assumed_points(project)) if project.framework.is_scored else []
    labels = project.framework.labels
    grades = [labels[g["id"]] for g in settings["grades"] if g.get("status") == "assumed"]
    told = [say("assumed_grades", grades=grades)] if grades else []
    told += of_points
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
    told.append(say("assumed_service"))
    return told


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


def _assumed_points(project: Project) -> Iterator[Saying]:
    """What a framework that gives points assumes: points, rules, grades of the total."""
    settings, labels = project.framework.settings, project.framework.labels
    names = _assumed_weights(project)
    if names:
        yield say("assumed_weights", names=names)
    own = settings["own"]
    if own and own["spread_status"] == "assumed":
        yield say("assumed_spread")
    for name, rule in settings["rules"].items():
        subjects = _subjects(project, name)
        if rule["status"] == "assumed" and subjects:
            yield _rule(rule, subjects, labels)
    for rule in settings["weight_rules"]:
        if rule["status"] == "assumed":
            levels = project.framework.levels["name"]
            named = [levels[code] for code in rule["levels"]]
            yield say("assumed_least", names=named, at_least=_rate(rule["at_least"]))
    grades = settings["grade_bands"]
    if grades.get("status") == "assumed":
        bands = [_band(project, each, "points") for each in grades["bands"]]
        yield say("assumed_grade_bands", bands=bands)
    if settings["over"].get("status") == "assumed":
        yield say("assumed_over", above=_rate(settings["over"]["above"]))


def _assumed_weights(project: Project) -> list[Any]:
    """The names of what has assumed points: the highest level of each branch, or an indicator."""
    framework = project.framework
    rows = {row["code"]: row for key in ("levels", "indicators") for row in framework.settings[key]}
    marked = [code for code, row in rows.items() if row.get("status") == "assumed"]
    names = {**framework.levels["name"], **framework.indicators["name"]}
    return [names[code] for code in marked if rows[code].get("parent") not in marked]


def _subjects(project: Project, name: str) -> list[Saying]:
    """What a rule of scoring is for: indicators, and targets of the project by sign or kind."""
    indicators, own = project.framework.indicators, project.framework.settings["own"]
    using = list(indicators["name"][indicators["rule"] == name])
    told = [say("of_indicators", names=using)] if using else []
    for sign, rule in own.get("operators", {}).items():
        if rule == name:
            told.append(
                say("of_range") if sign == "range" else say("of_sign", sign=f"signs.{sign}")
            )
    if own.get("text") == name:
        told.append(say("of_words"))
    dimensions = own.get("dimensions", {}).items()
    return told + [say("of_dimension", dimension=each) for each, rule in dimensions if rule == name]


def _rule(rule: dict[str, Any], subjects: list[Saying], labels: Any) -> Saying:
    """What a rule is for, its kind, and the numbers in it."""
    shares = [say("share", bounds=[_bounds(band)], share=_rate(band["share"]))
              for band in rule.get("bands", ())]  # fmt: skip
    shares += [say("grade_share", grade=labels[grade], share=_rate(share))
               for grade, share in rule.get("shares", {}).items()]  # fmt: skip
    shares += [_bounds(tier) for tier in rule.get("tiers", {}).values()]
    edges = {key: _rate(rule[key]) for key in ("target", "to", "pass_line") if key in rule}
    shares += [say(f"of_{key}", value=value) for key, value in edges.items()]
    kind = (f"rule_kind.{rule['kind']}", "term")
    numbers = {"numbers": shares} if shares else {}
    return say("assumed_rule_numbers" if shares else "assumed_rule", subjects=subjects,
               rule_kind=kind, **numbers)  # fmt: skip


def _rate(value: Any) -> Fact:
    return Fact("", value, "rate", "", "", (), "")
