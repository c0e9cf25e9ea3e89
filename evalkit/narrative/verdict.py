"""The conditions of the verdict rule as sayings (判定条件); shared by three topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.facts import Fact
from evalkit.narrative.project import Project, Saying, present, say


def condition_sayings(project: Project, keeps: Callable[[Any], bool]) -> list[Saying]:
    """The conditions that ``keeps`` lets through, each with its figure and its threshold."""
    return [
        say(
            "condition",
            measure=row.measure,
            actual=_counted(project.fact(row.measure)),
            operator=row.operator,
            threshold=threshold(project, row.measure, row.threshold),
        )
        for row in project.items("conditions")
        if keeps(row) and present(row.actual)
    ]


def threshold(project: Project, measure: str, value: Any) -> Fact:
    """A threshold in the unit of what it is compared with; it has no place among the facts."""
    return _counted(Fact("", value, project.facts[measure].unit, "", "", (), ""))


def _counted(fact: Fact) -> Fact:
    """A bare count with the word that counts anything."""
    return fact._replace(unit="piece") if fact.unit == "count" else fact


def better_verdict(project: Project) -> Any:
    """The verdict once no deciding condition holds any more; ``None`` where none holds now."""
    rows = project.items("conditions")
    if not any(row.is_deciding for row in rows):
        return None
    verdicts = project.framework.settings["verdict"]["verdicts"]
    left = {row.verdict for row in rows if row.is_holding and not row.is_deciding}
    return max(left, key=verdicts.index, default=verdicts[0])


def worse_verdict(project: Project) -> Any:
    """The next worse verdict; ``None`` below the worst or where there is no verdict."""
    verdicts = project.framework.settings.get("verdict", {}).get("verdicts", [])
    verdict = project.value("verdict")
    if verdict not in verdicts or verdict == verdicts[-1]:
        return None
    return verdicts[verdicts.index(verdict) + 1]
