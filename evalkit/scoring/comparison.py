"""One project under several frameworks (多框架比较): totals, and what they are made of.

Totals differ because a framework takes another formula or denominator, another rule, other
weights, or scores something else. So beside the totals stands what each framework scores of each
kind: the kind of an output, the execution of the budget, and the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.model import Evaluation
from evalkit.scoring.points import is_missing

#: Of what two frameworks score alike: the other kinds are a framework's own.
KINDS = ("execution", "quantity", "quality", "timeliness", "cost", "economic", "social",
         "ecological", "sustainable", "satisfaction")  # fmt: skip
REST = "rest"
TOTALS = ("framework_points", "full_points", "excluded_points", "applicable_points", "total_score",
          "lowest_total_score", "highest_total_score", "rebased_score", "lowest_rebased_score",
          "highest_rebased_score", "undecided_score_count", "stated_total_score")  # fmt: skip
GRADES = ("total_grade", "lowest_grade", "highest_grade")
SUMS = ("points", "score", "lowest_score", "highest_score")


def compared(evaluations: Mapping[str, Evaluation]) -> dict[str, Evaluation]:
    """The evaluations by framework, each with all that its projects get under the others (对照).

    >>> from evalkit.evaluate import score
    >>> from evalkit.framework import load
    >>> from evalkit.model import inputs_of
    >>> day = pd.Timestamp(2024, 1, 1)
    >>> days = {"as_of": day, "period_start_on": day, "period_end_on": day}
    >>> money = {"initial_amount": 10, "stated_executed_amount": 9, "year": 2024}
    >>> inputs = inputs_of({"projects": [{"project_id": "p"} | days | money]})
    >>> names = ("self-evaluation-2020", "self-evaluation-2021")
    >>> found = compared({name: score(inputs, load(name)) for name in names})
    >>> found[names[0]].comparison["lowest_total_score"].tolist()
    [Fraction(9, 1), Fraction(7, 1)]
    """
    totals = score_comparison(evaluations.values())
    kinds = score_kinds(evaluations.values())
    found = {}
    for name, each in evaluations.items():
        mine = [table[table.index.get_level_values(0).isin(each.inputs.projects.index)]
                for table in (totals, kinds)]  # fmt: skip
        found[name] = replace(each, comparison=mine[0], kinds=mine[1])
    return found


def score_comparison(evaluations: Iterable[Evaluation]) -> pd.DataFrame:
    """What each framework gives a project (各框架结果), one row ``(project_id, framework)``.

    Scores and grades as in ``totals``, the grades by their labels; ``verdict`` where the framework
    gives none. ``first_gap`` is the score less that of the first framework that gives points;
    ``holding_rate`` how firm the result is, where that was asked for.

    >>> from evalkit.evaluate import score
    >>> from evalkit.framework import load
    >>> from evalkit.model import inputs_of
    >>> day = pd.Timestamp(2024, 1, 1)
    >>> days = {"as_of": day, "period_start_on": day, "period_end_on": day}
    >>> money = {"initial_amount": 10, "stated_executed_amount": 9, "year": 2024}
    >>> inputs = inputs_of({"projects": [{"project_id": "p"} | days | money]})
    >>> names = ("self-evaluation-2020", "self-evaluation-2021")
    >>> found = score_comparison([score(inputs, load(name)) for name in names])
    >>> found.index.get_level_values(1).tolist() == list(names), len(found)
    (True, 2)
    """
    evaluations = list(evaluations)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for project in _projects(evaluations):
        mine = [each for each in evaluations if project in each.inputs.projects.index]
        rows |= {(project, each.framework.id): _total(each, project) for each in mine}
        scores = [row["rebased_score"] for (p, _), row in rows.items() if p == project]
        first = next((score for score in scores if not is_missing(score)), pd.NA)
        for each in mine:
            row = rows[project, each.framework.id]
            row["first_gap"] = row["rebased_score"] - first
    columns = ["name", "is_scored", "verdict", *TOTALS, *GRADES, "first_gap", "holding_rate"]
    return _frame(rows, columns)


def _projects(evaluations: Iterable[Evaluation], least: int = 1) -> list[str]:
    """The projects that are scored under at least so many frameworks."""
    seen = Counter(str(project) for each in evaluations for project in each.inputs.projects.index)
    return [project for project, times in seen.items() if times >= least]


def _total(evaluation: Evaluation, project: str) -> dict[str, Any]:
    framework = evaluation.framework
    row: dict[str, Any] = {"name": framework.name, "is_scored": framework.is_scored}
    row["verdict"] = evaluation.verdict.at[project, "verdict"]
    robust = evaluation.robustness
    row["holding_rate"] = robust.at[project, "holding_rate"] if len(robust) else pd.NA
    if not framework.is_scored:
        return row | dict.fromkeys((*TOTALS, *GRADES), pd.NA)
    totals: Any = evaluation.totals.loc[project]
    grades = {name: framework.labels.get(totals[name], pd.NA) for name in GRADES
              if not is_missing(totals[name])}  # fmt: skip
    missing = dict.fromkeys(GRADES, pd.NA)
    return row | {name: totals[name] for name in TOTALS} | missing | grades


def score_kinds(evaluations: Iterable[Evaluation]) -> pd.DataFrame:
    """What each framework scores of each kind (各框架计分内容), rows ``(project_id, …)``.

    Only of projects under more than one framework: others have nothing to compare. The item is
    ``<framework>.<kind>``. ``methods`` and ``rules`` name the formulas and the kinds of rules that
    are used there; ``points`` and scores are sums over the items of the kind.

    >>> from evalkit.evaluate import score
    >>> from evalkit.framework import load
    >>> from evalkit.model import inputs_of
    >>> day = pd.Timestamp(2024, 1, 1)
    >>> days = {"as_of": day, "period_start_on": day, "period_end_on": day}
    >>> money = {"initial_amount": 10, "stated_executed_amount": 9, "year": 2024}
    >>> inputs = inputs_of({"projects": [{"project_id": "p"} | days | money]})
    >>> names = ("self-evaluation-2020", "self-evaluation-2021")
    >>> found = score_kinds([score(inputs, load(name)) for name in names])
    >>> found.loc[("p", "self-evaluation-2021.execution"), ["rules", "points", "score"]].tolist()
    [['banded'], Fraction(10, 1), Fraction(7, 1)]
    """
    evaluations = list(evaluations)
    several = set(_projects(evaluations, least=2))
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for each in evaluations:
        for project, kind, row in _items(each, several):
            key = (project, f"{each.framework.id}.{kind}")
            rate = pd.NA if key in rows else row["rate"]  # of several items there is no one rate
            mine = rows.setdefault(key, {
                "framework": each.framework.id, "kind": kind, "methods": [], "rules": [],
                **dict.fromkeys(SUMS, Fraction(0)),
            })  # fmt: skip
            mine["rate"] = rate
            for name in SUMS:
                mine[name] = mine[name] + row[name]
            for name, value in (("methods", row["method"]), ("rules", row["kind_of_rule"])):
                mine[name] += [value] if value and value not in mine[name] else []
    columns = ["framework", "kind", "methods", "rules", "rate", *SUMS]
    return _frame({key: row for key, row in rows.items() if row["points"]}, columns)


def _items(evaluation: Evaluation, several: set[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each item that counts, with its project, its kind, its method and its kind of rule."""
    indicators, rules = evaluation.framework.indicators, evaluation.framework.settings["rules"]
    methods, about = indicators["method"].to_dict(), indicators["about"].to_dict()
    dimensions = evaluation.inputs.outputs["dimension"].to_dict()
    columns = ("rule", "rate", "status", *SUMS)
    scores = evaluation.scores
    rows = zip(scores.index, *(scores[name] for name in columns), strict=True)
    for (project, code), *values in rows:
        row: dict[str, Any] = dict(zip(columns, values, strict=True))
        if project not in several or row["status"] == "not_applicable":
            continue
        row["method"] = methods.get(code, "own_target")
        row["kind_of_rule"] = "" if is_missing(row["rule"]) else rules[row["rule"]]["kind"]
        kind = about[code] if code in methods else dimensions.get((project, code), REST)
        yield project, str(kind) if kind in KINDS else REST, row


def _frame(rows: Mapping[tuple[str, str], Mapping[str, Any]], columns: list[str]) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples(list(rows), names=["project_id", "item"])
    table = {name: pd.Series([row[name] for row in rows.values()], index, dtype="object")
             for name in columns}  # fmt: skip
    return pd.DataFrame(table, index, columns)
