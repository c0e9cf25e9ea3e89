"""Findings (核对发现): run every check that lies in ``checks/`` and collect what they find.

A check is any function ``check_*`` in a module of that folder. It takes the scored evaluation and
returns finding rows; its name without ``check_`` is the finding's code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pandas as pd

from evalkit import checks
from evalkit.discovery import functions_of
from evalkit.model import FINDING_COLUMNS, SEVERITIES, Evaluation, Inputs

Check = Callable[[Evaluation], Iterable[dict[str, Any]]]


@cache
def all_checks() -> dict[str, Check]:
    """Every check by its code, in the order of the modules and of their lines."""
    return functions_of(checks, "check_")


def find(evaluation: Evaluation) -> pd.DataFrame:
    """What all checks find, worst first within each project; columns ``FINDING_COLUMNS``.

    The index is ``(project_id, item)``, numbered from 1 within the project.
    """
    rows = [
        {"code": code} | row for code, check in all_checks().items() for row in check(evaluation)
    ]
    order = {project: place for place, project in enumerate(evaluation.project_ids)}
    rows.sort(key=lambda row: (order[row["project_id"]], SEVERITIES.index(row["severity"])))
    numbers: list[int] = []
    for place, row in enumerate(rows):
        same = place > 0 and rows[place - 1]["project_id"] == row["project_id"]
        numbers.append(numbers[-1] + 1 if same else 1)
    index = pd.MultiIndex.from_arrays(
        [pd.Index([row["project_id"] for row in rows], dtype="str"), numbers],
        names=["project_id", "item"],
    )
    columns = {
        column: pd.Series([row.get(column, pd.NA) for row in rows], dtype="object")
        for column in FINDING_COLUMNS
    }
    return pd.DataFrame({name: series.array for name, series in columns.items()}, index=index)


def count_findings(findings: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """How many findings of each severity, and texts masked, one row a project."""
    projects = inputs.projects.index
    keys = findings.index.get_level_values(0)
    result = pd.DataFrame(index=projects)
    for severity in SEVERITIES:
        flags = (findings["severity"] == severity).astype("int64")
        result[f"{severity}_count"] = flags.groupby(keys).sum().reindex(projects).fillna(0)
    result["finding_count"] = result.sum(axis=1)
    masked = inputs.masked.groupby(level=0).size().reindex(projects).fillna(0)
    result["masked_count"] = masked
    return result.astype("Int64")
