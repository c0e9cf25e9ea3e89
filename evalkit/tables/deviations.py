"""Deviations, and what is to be done about them (偏差与纠偏措施)."""

from __future__ import annotations

import pandas as pd

from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.indicators import reason
from evalkit.tables.table import Cell, Row, Table, headings, merged
from evalkit.words import Words


def tabulate_deviations(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Indicators below the best grade, without one, or graded otherwise than stated (偏差情况)."""
    cells = Cells(evaluation, project_id, words)
    indicators = cells.items("indicators")
    rows = [
        _row(cells, str(code), row) for code, row in indicators.iterrows() if _deviates(cells, row)
    ]
    if not rows:
        return None
    names = ("indicators.name", "grade", "headings.stated_result", "headings.why")
    return Table(
        "deviations", cells.caption("deviations"), headings(*map(cells.head, names)), tuple(rows)
    )


def _deviates(cells: Cells, row: pd.Series) -> bool:
    """Whether the result is below the best, missing, or another than the stated one."""
    framework = cells.evaluation.framework
    if row["status"] == "not_applicable":
        return pd.notna(row["stated_grade"])
    if row["status"] != "graded" or row["grade"] != framework.grades[0]:
        return True
    label = framework.labels[row["grade"]]
    stated = row["stated_grade"]
    return pd.notna(stated) and stated not in (row["grade"], label.zh, label.en)


def _row(cells: Cells, code: str, row: pd.Series) -> Row:
    return (
        Cell(f"{code} {cells.words.text(row['name'])}", heads=True),
        cells.grade(row["grade"], row["status"]),
        cells.stated_grade(row["stated_grade"]),
        reason(cells, code, row),
    )


def tabulate_measures(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Corrective measures by problem, with their kind and date (纠偏措施表)."""
    cells = Cells(evaluation, project_id, words)
    measures, problems = cells.items("measures"), cells.items("problems")
    if measures.empty and problems.empty:
        return None
    rows = []
    for item, problem in problems.iterrows():
        mine = measures[(measures["problem"] == item).fillna(False)]
        name = cells.text(problem["title"], heads=True)
        rows += [(name, *_measure(cells, row)) for _, row in mine.iterrows()]
        if mine.empty:
            rows.append((name, *[cells.nothing()] * 3))
    rest = measures[~measures["problem"].isin(problems.index)]
    rows += [(cells.nothing(), *_measure(cells, row)) for _, row in rest.iterrows()]
    names = ("problems.title", "measures.title", "measures.kind", "measures.due_on")
    return Table(
        "measures", cells.caption("measures"), headings(*map(cells.head, names)), merged(rows, 1)
    )


def _measure(cells: Cells, row: pd.Series) -> Row:
    return (
        cells.text(row["title"]),
        cells.choice("kind", row["kind"]),
        cells.date(row["due_on"]),
    )
