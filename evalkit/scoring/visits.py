"""Lights, and which projects somebody should go and look at (灯号与现场核查).

The rules are those of ``portfolio.yaml``: the light of a verdict or grade, the reasons for a visit
with their points and bounds.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from evalkit.portfolio_model import (
    NOT_JUDGED,
    Reason,
    least_points,
    light_names,
    light_rules,
    reasons,
)
from evalkit.scoring.portfolio import column_of, framed

#: The reasons that a light is by itself.
OF_LIGHT = {
    "has_serious_problems": "serious", "has_problems": "problems", NOT_JUDGED: "not_judged",
}  # fmt: skip


def light(verdict: object, grade: object = pd.NA) -> str:
    """The light of a verdict, or else of the grade of the total (灯号).

    Not judged where there is neither, or none that the rules know.

    >>> light("remind"), light(pd.NA, "poor"), light(pd.NA, "own"), light("cannot_be_evaluated")
    ('has_problems', 'has_serious_problems', 'not_judged', 'not_judged')
    """
    for kind, value in (("verdict", verdict), ("grade", grade)):
        lit = "" if value is pd.NA else light_rules().get((kind, str(value)), "")
        if lit:
            return lit
    return NOT_JUDGED


def lights(projects: pd.DataFrame) -> pd.Series:
    """The light of each project (各项目灯号).

    A project under a framework with points has no verdict but the grade of its total.

    >>> table = pd.DataFrame({"verdict": ["normal", pd.NA], "total_grade": [pd.NA, "good"]})
    >>> lights(table).tolist()
    ['normal', 'basically_normal']
    """
    columns = [column_of(projects, name) for name in ("verdict", "total_grade")]
    found = [light(*row) for row in zip(*columns, strict=True)]
    return pd.Series(found, projects.index, dtype="object")


def is_reason(reason: Reason, value: Any) -> bool:
    """Whether a figure lies where it is a reason for a visit (是否构成原因); never a missing one.

    >>> late = next(each for each in reasons() if each.name == "late_payments")
    >>> is_reason(late, 1), is_reason(late, 0), is_reason(late, pd.NA)
    (True, False, False)
    """
    if value is pd.NA:
        return False
    if reason.below is not None:
        return bool(value < reason.below)
    return reason.at_least is not None and bool(value >= reason.at_least)


def results(projects: pd.DataFrame) -> pd.DataFrame:
    """How many projects have which verdict or grade under each framework (评价结果统计).

    Columns ``framework``, ``kind`` (``verdict``, ``grade``, or empty where there is neither),
    ``result``, ``light``, ``project_count``; the best light first.

    >>> table = pd.DataFrame({"framework": ["f", "f"], "verdict": ["remind", "remind"]})
    >>> results(table).to_numpy().tolist()
    [['f', 'verdict', 'remind', 'has_problems', 2]]
    """
    columns = [column_of(projects, name) for name in ("framework", "verdict", "total_grade")]
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for framework, verdict, grade in zip(*columns, strict=True):
        kind, result = "", ""
        if verdict is not pd.NA:
            kind, result = "verdict", verdict
        elif grade is not pd.NA:
            kind, result = "grade", grade
        counts[framework, kind, result, light(verdict, grade)] += 1
    names = ["framework", "kind", "result", "light"]
    order = sorted(counts, key=lambda key: (key[0], light_names().index(key[3]), key))
    rows = [(*key, counts[key]) for key in order]
    return framed(rows, [*names, "project_count"], [str(n) for n in range(len(rows))])


def needs(projects: pd.DataFrame, failures: pd.DataFrame) -> pd.DataFrame:
    """Every project with its reasons for a visit, the most in need first (现场核查次序).

    Columns ``light`` (missing without a report), ``reasons``, ``points``, ``is_visited``. Ordered
    by points, then by budget, the largest first, then by id.

    >>> table = pd.DataFrame({"verdict": ["normal", "correct"]}, index=["a", "b"])
    >>> needs(table, pd.DataFrame(index=["c"]))[["points", "is_visited"]].to_dict("index")["b"]
    {'points': 4, 'is_visited': True}
    """
    held = reasons_of(projects) | {str(each): ("no_report",) for each in failures.index}
    worth = {each.name: each.points for each in reasons()}
    points = {each: sum(worth[name] for name in mine) for each, mine in held.items()}
    ids = list(map(str, projects.index))
    lit = dict(zip(ids, lights(projects), strict=True))
    budgets = {
        each: budget
        for each, budget in zip(ids, column_of(projects, "budget_amount"), strict=True)
        if budget is not pd.NA
    }
    ordered = sorted(held, key=lambda each: (-points[each], -budgets.get(each, 0), each))
    rows = [
        (lit.get(each, pd.NA), held[each], points[each], points[each] >= least_points())
        for each in ordered
    ]
    table = framed(rows, ["light", "reasons", "points", "is_visited"], ordered)
    return table.rename_axis("project_id")


def reasons_of(projects: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The reasons for a visit that hold for each project with results, the heaviest first (原因).

    >>> table = pd.DataFrame({"verdict": ["remind"], "error_count": [2]}, index=["p"])
    >>> reasons_of(table)
    {'p': ('errors', 'problems')}
    """
    figures = {
        each.measure: column_of(projects, each.measure) for each in reasons() if each.measure
    }
    forecasts = column_of(projects, "forecast")
    found = {}
    for place, (project, lit) in enumerate(lights(projects).items()):
        forecast = "" if forecasts[place] is pd.NA else forecasts[place]
        held = {OF_LIGHT.get(lit, ""), forecast}
        found[str(project)] = tuple(
            each.name
            for each in reasons()
            if each.name in held or (each.measure and is_reason(each, figures[each.measure][place]))
        )
    return found
