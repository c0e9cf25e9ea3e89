"""The framework's indicators and their higher levels (绩效跟踪情况表)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from evalkit.model import Evaluation
from evalkit.sentences import escape
from evalkit.tables.cells import Cells
from evalkit.tables.table import NOTHING, Cell, Row, Table, headings, merged
from evalkit.words import Words


def tabulate_indicators(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Every level-4 indicator below its levels: what is examined, grades, reason (绩效跟踪情况)."""
    cells = Cells(evaluation, project_id, words)
    indicators = cells.items("indicators")
    if indicators.empty:
        return None
    depth = max(len(path) for path in indicators["path"])
    rows = [_row(cells, str(code), row, depth) for code, row in indicators.iterrows()]
    levels = [cells.head(f"level{place + 1}") for place in range(depth)]
    columns = ("indicators.name", "grade", "headings.stated_result", "headings.reason_or_evidence")
    return Table(
        "indicators",
        cells.caption("indicators"),
        headings(*levels, *map(cells.head, columns)),
        merged(rows, depth),
    )


def _row(cells: Cells, code: str, row: pd.Series, depth: int) -> Row:
    above = [_level(cells, each) for each in row["path"]]
    above += [Cell("")] * (depth - len(above))
    return (
        *above,
        _named(cells, code, row),
        _graded(cells, code, row),
        cells.stated_grade(row["stated_grade"]),
        reason(cells, code, row),
    )


def _level(cells: Cells, code: str) -> Cell:
    levels: Any = cells.evaluation.framework.levels
    return Cell(f"{code} {cells.words.text(levels.at[code, 'name'])}", heads=True)


def _named(cells: Cells, code: str, row: pd.Series) -> Cell:
    """Code and name with the note below."""
    name, note = f"{code} {cells.words.text(row['name'])}", cells.words.text(row["note"])
    below = f'<br><span class="note">{escape(note)}</span>'
    return Cell(f"{name}\n{note}", html=escape(name) + below, heads=True)


def _graded(cells: Cells, code: str, row: pd.Series) -> Cell:
    """The grade, with the rate that gave it where it was computed."""
    grade = cells.grade(row["grade"], row["status"])
    if pd.isna(row["rate"]):
        return grade
    rate = cells.words.figure(row["rate"], "rate")
    return replace(grade, text=f"{grade.text}\n{rate}")


def reason(cells: Cells, code: str, row: pd.Series) -> Cell:
    """Why an indicator has its grade, or none: what was given, the evidence, the missing data."""
    for text in (row["not_applicable"], row["reason"]):
        if cells.words.text(text):
            return cells.prose(text)
    if pd.notna(row["reason_code"]):
        return Cell(cells.term(f"reason_code.{row['reason_code']}"))
    if cells.words.text(row["evidence"]):
        return cells.prose(row["evidence"])
    fact = cells.facts.get(f"{row['method']}_rate")
    if fact is not None and fact.formula and pd.notna(fact.value):
        return cells.formula(fact.name)
    return Cell(cells.term(f"method.{row['method']}"))


def tabulate_levels(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """How many indicators of each grade at the two upper levels (各级指标汇总)."""
    cells = Cells(evaluation, project_id, words)
    levels = cells.items("levels")
    upper = levels[levels["depth"] <= 2]
    if upper.empty:
        return None
    framework = cells.evaluation.framework
    rows = tuple(
        (
            replace(_level(cells, str(code)), kind=f"depth-{row['depth']}"),
            *(_count(cells, row["counts"].get(grade, 0)) for grade in framework.grades),
            _count(cells, row["not_applicable_count"]),
            _count(cells, row["unevaluable_count"]),
            cells.grade(row["worst_grade"]) if pd.notna(row["worst_grade"]) else cells.nothing(),
        )
        for code, row in upper.iterrows()
    )
    names = [words.text(framework.labels[grade]) for grade in framework.grades]
    tail = map(cells.head, ("status.not_applicable", "status.cannot_be_evaluated", "worst_grade"))
    head = headings(cells.head("indicator"), *names, *tail)
    return Table("levels", cells.caption("levels"), head, rows)


def _count(cells: Cells, count: Any) -> Cell:
    """A count; none is shown as a dash, so that the eye finds the others."""
    return cells.value(count, "count") if count else Cell(NOTHING, "num", note="0")
