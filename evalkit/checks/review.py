"""Checks that look at what all others found; they run last, in the order in which they stand.

They take the evaluation with the findings so far, each with the acceptance that speaks of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evalkit.catalogue import bound, group_of
from evalkit.checks.rows import Row, finding, is_given, items
from evalkit.checks.wording import versions
from evalkit.model import Evaluation

#: Errors of these kinds bear on how a project runs; a slip of the pen or of the form does not.
SUBSTANTIAL = ("arithmetic", "money", "dates", "outputs", "grades", "statements")
LEAST_ERRORS = bound("verdict_beside_errors", "least_errors")
#: Found only where several projects are looked at together, so not to be missed here.
ACROSS = ("unit_cost_outlier",)


def check_verdict_beside_errors(evaluation: Evaluation) -> Iterator[Row]:
    """The best verdict stands beside several open errors (结论与未整改的不符矛盾).

    Not where the framework's rule gives another verdict already: that is told on its own.
    """
    best = next(iter(evaluation.framework.settings["verdict"]["verdicts"]), "")
    found = evaluation.findings
    told = set(found.index.get_level_values(0)[found["code"] == "stated_verdict"])
    kinds = found["code"].map(group_of)
    is_open = (found["severity"] == "error") & found["accepted"].isna()
    open_kinds = kinds[is_open & kinds.isin(SUBSTANTIAL)]
    stated = evaluation.verdict["stated_verdict"]
    for project_id, mine in open_kinds.groupby(level=0, sort=False):
        project = str(project_id)
        is_best = is_given(stated[project]) and stated[project] == best
        if is_best and project not in told and len(mine) >= LEAST_ERRORS:
            named = [f"finding_group.{kind}" for kind in dict.fromkeys(mine)]
            yield finding(
                project, "warning", "stated_verdict", "term",
                pd.NA, f"verdict.{best}",
                number=(len(mine), "count"), groups=(named, "terms"),
            )  # fmt: skip


def check_accepted_nothing(evaluation: Evaluation) -> Iterator[Row]:
    """A finding is accepted that is not there, or not any more (接受了不存在的发现).

    Only under the framework that the project names first: others give other findings.
    """
    first = evaluation.inputs.projects["framework"] == evaluation.framework.id
    found: dict[tuple[str, str], list[Any]] = {}
    for each in items(evaluation.findings[["code", "where"]]):
        found.setdefault((each["project_id"], each["code"]), []).append(each["where"])
    for row in items(evaluation.inputs.accepted):
        places = found.get((row["project_id"], row["finding"]), [])
        if row["finding"] in ACROSS or not first[row["project_id"]]:
            continue
        if not any(is_meant(row["where"], place) for place in places):
            yield finding(
                row["project_id"], "warning", f"accepted.{row['item']}.finding", "text",
                actual=row["finding"],
                place=(row["where"], "text"), variant="" if pd.isna(row["where"]) else "where",
            )  # fmt: skip


def is_meant(where: Any, place: Any) -> bool:
    """Whether an acceptance speaks of a place: it names none, or this one in some language.

    >>> is_meant(pd.NA, "lines.a.quantity"), is_meant("lines.b.quantity", "lines.a.quantity")
    (True, False)
    """
    if pd.isna(where):
        return True
    return (
        where == place if isinstance(place, str) else bool({*versions(where)} & {*versions(place)})
    )
