"""What the findings say (核对发现), and what stands before their table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from evalkit.discovery import sections
from evalkit.facts import formulas
from evalkit.model import SEVERITIES, Evaluation, Text
from evalkit.narrative.project import Project, Saying, say

#: The section of a report that tells of the items of a frame, or of its figures.
SECTIONS = {
    "execution": "execution", "funding": "execution", "adjustments": "execution",
    "years": "execution", "prior_years": "execution",
    "headcount": "headcount", "lines": "headcount", "groups": "headcount", "posts": "headcount",
    "prior_lines": "headcount",
    "payments": "payments", "contracts": "payments", "instalments": "payments",
    "steps": "payments", "earned_value": "earned_value",
    "outputs": "outputs", "parts": "outputs",
    "indicators": "indicators", "levels": "indicators", "judgements": "indicators",
    "scores": "points", "score_levels": "points", "totals": "points", "weights": "points",
    "milestones": "deviations", "verdict": "conclusions", "conditions": "conclusions",
    "problems": "conclusions", "measures": "conclusions", "rules": "forms",
    "accepted": "findings", "findings": "findings", "projects": "overview",
}  # fmt: skip
ELSEWHERE = "overview"


def tell_findings(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """How many findings are open, by severity, and how many are accepted; or that none are."""
    project = Project(evaluation, project_id)
    told = [say("title"), say("counts" if project.value("finding_count") else "none")]
    return told + [say("accepted")] * bool(project.value("accepted_count"))


def finding_saying(finding: Any) -> Saying:
    """The sentence of one finding, a row of ``evaluation.findings``.

    Beside its details it may speak of ``where``, ``expected``, ``actual`` and ``gap``. Where the
    details hold ``more`` sayings, these follow in the same text.
    """
    main = _main_saying(finding)
    more, _ = finding["details"].get("more", ([], ""))
    return say("told", told=([main, *more], "sayings")) if more else main


def _main_saying(finding: Any) -> Saying:
    """What was found, without what follows from it."""
    details = dict(finding["details"])
    variant = details.pop("variant", "")
    gap_unit = "days" if finding["unit"] == "date" else finding["unit"]
    units = {"expected": finding["unit"], "actual": finding["unit"], "gap": gap_unit}
    figures = {name: (finding[name], unit) for name, unit in units.items()}
    code = f"{finding['code']}_{variant}" if variant else finding["code"]
    return say(code, **{"where": (finding["where"], "fact"), **figures, **details})


def why_saying(finding: Any) -> Saying:
    """The law or reason behind one finding, and how to mend it."""
    return say(f"{finding['code']}_why", **_main_saying(finding)[1])


def accepted_saying(evaluation: Evaluation, project_id: str, finding: Any) -> Saying | None:
    """When, by whom and why a finding was accepted; nothing for one that is open."""
    if pd.isna(finding["accepted"]):
        return None
    row: Any = evaluation.inputs.accepted.loc[(project_id, finding["accepted"])]
    told = {"on": (row["accepted_on"].date(), "date"), "reason": (row["reason"], "text")}
    if not isinstance(row["by"], Text):
        return say("accepted_on", **told)
    return say("accepted_on_by", by=(row["by"], "text"), **told)


def section_of(finding: Any) -> str:
    """The section of a report that tells of what a finding is about.

    >>> section_of({"where": "lines.uniform.quantity", "details": {}})
    'headcount'
    """
    where = finding["where"]
    if isinstance(where, Text):  # a place in the authority's report: the figure tells
        where = finding["details"].get("figure", ("", ""))[0]
    frame, _, item = str(where).partition(".")
    return SECTIONS.get(frame if item else _frame_of(frame), ELSEWHERE)


@cache
def _frame_of(figure: str) -> str:
    """The frame of a figure of the project itself."""
    names = {name: frame for frame in reversed(formulas()) for name in formulas()[frame]}
    return names.get(figure, "")


def counts_by_section(
    evaluation: Evaluation, project_id: str
) -> Iterator[tuple[str, dict[str, int]]]:
    """Each section with open findings, in the order of the report, and how many by severity."""
    findings = evaluation.findings
    mine = findings[findings.index.get_level_values(0) == project_id]
    mine = mine[mine["accepted"].isna()]
    placed = [(section_of(row), row["severity"]) for _, row in mine.iterrows()]
    for section in sections():
        counts = {each: placed.count((section, each)) for each in SEVERITIES}
        if any(counts.values()):
            yield section, counts
