"""Findings (核对发现): run every check that lies in ``checks/`` and collect what they find.

A check is any function ``check_*`` in a module of that folder. It takes the scored evaluation and
returns finding rows; its name without ``check_`` is the finding's code. Those of ``checks/review``
run last and see what the others found; ``across_*`` are those that look at many projects at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pandas as pd

from evalkit import checks
from evalkit.catalogue import EXPECTED, against_of, group_of, groups
from evalkit.checks.review import is_meant
from evalkit.checks.rows import items
from evalkit.discovery import functions_of
from evalkit.model import FINDING_COLUMNS, SEVERITIES, Evaluation, Inputs

Row = dict[str, Any]
Check = Callable[[Evaluation], Iterable[Row]]
REVIEW = f"{checks.__name__}.review"


@cache
def all_checks() -> dict[str, Check]:
    """Every check by its code, in the order of the modules and of their lines."""
    return functions_of(checks, "check_")


@cache
def all_across() -> dict[str, Callable[[pd.DataFrame], Iterable[Row]]]:
    """Every check that looks at the budget lines of many projects, by its code."""
    return functions_of(checks, "across_")


def find(evaluation: Evaluation, about: str = "") -> pd.DataFrame:
    """What all checks find, columns ``FINDING_COLUMNS``: open before accepted, worst first.

    Within a severity, findings of one group stand together. The index is ``(project_id, item)``,
    numbered from 1 within the project. ``about`` asks for those checks alone whose code begins so.
    """
    asked = {code: check for code, check in all_checks().items() if code.startswith(about)}
    last = {code: check for code, check in asked.items() if check.__module__ == REVIEW}
    rows = [
        {"code": code} | row
        for code, check in asked.items() if code not in last
        for row in check(evaluation)
    ]  # fmt: skip
    found = _arranged(rows, evaluation.inputs)
    for code, check in last.items():
        more = [{"code": code} | row for row in check(replace(evaluation, findings=found))]
        if more:
            rows += more
            found = _arranged(rows, evaluation.inputs)
    return found


def find_across(evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    """The evaluations, each with what only shows beside the others (横向比较).

    Facts and counts stay as they are: what a report says of a project does not depend on which
    others were looked at with it.
    """
    rows = across(each.lines for each in evaluations)
    return [with_across(each, rows) for each in evaluations]


def across(lines: Iterable[pd.DataFrame]) -> dict[str, list[Row]]:
    """What only shows beside others, by project: from the budget lines of all of them."""
    together = pd.concat([*lines] or [pd.DataFrame()])
    rows: dict[str, list[Row]] = {}
    for code, check in all_across().items() if len(together) else ():
        for row in check(together):
            rows.setdefault(row["project_id"], []).append({"code": code} | row)
    return rows


def with_across(evaluation: Evaluation, rows: Mapping[str, list[Row]]) -> Evaluation:
    """An evaluation with those of the rows that are about its projects."""
    mine = [row for project_id in evaluation.project_ids for row in rows.get(project_id, [])]
    if not mine:
        return evaluation
    known = list(items(evaluation.findings))
    return replace(evaluation, findings=_arranged([*known, *mine], evaluation.inputs))


def _arranged(rows: list[Row], inputs: Inputs) -> pd.DataFrame:
    """Finding rows as a frame in their order, each with the acceptance that speaks of it."""
    order = {project: place for place, project in enumerate(inputs.projects.index)}
    place_of = {group: place for place, group in enumerate(groups())}
    accepted = _accepted(inputs)
    rows = [row | {"accepted": _acceptance(row, accepted)} for row in rows]
    rows.sort(key=lambda row: (
        order[row["project_id"]], row["accepted"] is not pd.NA,
        SEVERITIES.index(row["severity"]), place_of[group_of(row["code"])],
    ))  # fmt: skip
    index = pd.MultiIndex.from_arrays(
        [pd.Index([row["project_id"] for row in rows], dtype="str"), [*_numbers(rows)]],
        names=["project_id", "item"],
    )
    columns = {
        column: pd.Series([row.get(column, pd.NA) for row in rows], dtype="object")
        for column in FINDING_COLUMNS
    }
    return pd.DataFrame({name: series.array for name, series in columns.items()}, index=index)


def no_findings(inputs: Inputs) -> pd.DataFrame:
    """The findings before any check has run: none, in the columns that they have."""
    return _arranged([], inputs)


def worst_of(findings: pd.DataFrame) -> pd.DataFrame:
    """The open findings of a project that are more than notes, the worst of each code, worst first.

    By severity, then by how far the figure is off what it should be (偏离幅度), from the farthest
    on; those without such a measure follow as they stand. ``findings`` is indexed by ``item``.
    """
    serious = findings[(findings["severity"] != "note") & findings["accepted"].isna()]
    ranks = [(SEVERITIES.index(row["severity"]), -distortion(row)) for _, row in serious.iterrows()]
    order = sorted(range(len(ranks)), key=ranks.__getitem__)
    return serious.iloc[order].drop_duplicates("code")


def distortion(found: Any) -> Fraction:
    """How far the figure of a finding is off what it should be, as a share of that (偏离幅度).

    |gap| ÷ |expected|; of a mistaken unit its factor − 1. Zero where nothing is expected, or no
    number: dates, texts, and what a figure is only compared with.

    >>> distortion({"code": "fee_base", "expected": 100, "gap": -2, "details": {}})
    Fraction(1, 50)
    """
    factor, _ = found["details"].get("factor", (None, ""))
    if factor is not None:
        return Fraction(factor) - 1
    expected, gap = found["expected"], found["gap"]
    is_number = isinstance(expected, (int, Fraction)) and isinstance(gap, (int, Fraction))
    if not is_number or not expected or against_of(found["code"]) != EXPECTED:
        return Fraction(0)
    return abs(Fraction(gap) / Fraction(expected))


def _numbers(rows: Iterable[Row]) -> Iterator[int]:
    """The number of each finding within its project, from 1."""
    project, number = None, 0
    for row in rows:
        number = number + 1 if row["project_id"] == project else 1
        project = row["project_id"]
        yield number


def _accepted(inputs: Inputs) -> dict[tuple[str, str], list[tuple[str, Any]]]:
    """The acceptances by project and code: the item of each, and the place that it names."""
    found: dict[tuple[str, str], list[tuple[str, Any]]] = {}
    for row in items(inputs.accepted):
        key = (row["project_id"], row["finding"])
        found.setdefault(key, []).append((row["item"], row["where"]))
    return found


def _acceptance(row: Row, accepted: Mapping[tuple[str, str], list[tuple[str, Any]]]) -> Any:
    """The item of the first acceptance that speaks of a finding; ``pd.NA`` for an open one."""
    mine = accepted.get((row["project_id"], row["code"]), ())
    return next((item for item, where in mine if is_meant(where, row["where"])), pd.NA)


def count_findings(findings: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """How many findings are open, of each severity, how many accepted; texts masked; by project."""
    projects = inputs.projects.index
    keys = findings.index.get_level_values(0)
    is_open = findings["accepted"].isna()
    result = pd.DataFrame(index=projects)
    for severity in SEVERITIES:
        flags = ((findings["severity"] == severity) & is_open).astype("int64")
        result[f"{severity}_count"] = flags.groupby(keys).sum().reindex(projects).fillna(0)
    result["finding_count"] = result.sum(axis=1)
    result["accepted_count"] = (~is_open).groupby(keys).sum().reindex(projects).fillna(0)
    masked = inputs.masked.groupby(level=0).size().reindex(projects).fillna(0)
    result["masked_count"] = masked
    return result.astype("Int64")
