"""What the findings say (核对发现), and what stands before their table."""

from __future__ import annotations

from typing import Any

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, say


def tell_findings(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """How many findings there are, by severity, or that there are none."""
    project = Project(evaluation, project_id)
    return [say("title"), say("counts" if project.value("finding_count") else "none")]


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
