"""The forms of scores: the self-evaluation table (自评表) and the score sheet (评分表).

Points, targets, values and scores are those of the table of points. Where a score is not decided
the form shows what is within reach, and says why; nothing gets a mark by default.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.form import (
    across,
    asks_for,
    columns,
    form,
    label,
    money_rows,
    parties,
    stated_remark,
    told,
)
from evalkit.tables.points import (
    compared,
    item_score,
    level_cells,
    levels_above,
    rule_of,
    totals,
)
from evalkit.tables.table import Cell, Row, Table, headings, merged
from evalkit.terms import is_missing
from evalkit.words import Words

LEAST_DEPTH = 2  # the official table has two levels above its indicators
DEEPEST = 4  # levels that have a name


def tabulate_form_self_evaluation(
    evaluation: Evaluation, project_id: str, words: Words
) -> Table | None:
    """The unit's own evaluation after the year (项目支出绩效自评表)."""
    cells = Cells(evaluation, project_id, words)
    scores = cells.items("scores")
    if not asks_for(cells, "self_evaluation") or scores.empty:
        return None
    money = _execution(cells, scores)
    indicators = scores.drop(index=money)
    depth = max([LEAST_DEPTH, *(len(levels_above(cells, level)) for level in indicators["level"])])
    width = depth + 7
    rows = [
        *parties(cells, width),
        *_money(cells, scores.loc[money], width),
        *_goals(cells, width),
        *_indicators(cells, indicators, depth),
        *_totals(cells, depth + 4, [Cell("")]),
    ]
    return form("self_evaluation", cells, (), rows, _stated(cells, scores))


def _execution(cells: Cells, scores: pd.DataFrame) -> list[str]:
    """The item that scores the spending of the budget, which the block of the money shows."""
    about = cells.evaluation.framework.indicators["about"]
    found = [code for code in about.index[about == "execution"] if code in scores.index]
    return found[:1]


def _money(cells: Cells, scored: pd.DataFrame, width: int) -> list[Row]:
    """Budget, execution and what they score: the year's total, then each source of money."""
    names = ("initial_of_year", "adjusted_of_year", "executed_of_year")
    heads = [*(label(cells, f"headings.{name}") for name in names), label(cells, "points"),
             label(cells, "headings.rate_of_year"), label(cells, "score")]  # fmt: skip
    points, rate, score = cells.nothing("points", "num"), cells.figure("execution_rate"), None
    for code, row in scored.iterrows():
        points = cells.figure(f"scores.{code}.points", "bare")
        rate, score = _rate(cells, str(code)), item_score(cells, str(code), row)
    amounts = ("initial_amount", "budget_amount", "executed_amount")
    nothing = cells.nothing("points", "num")
    rows = [[*map(cells.figure, amounts), points, rate, score or nothing]]
    rows += [
        [
            *(cells.figure(f"funding.{source}.{name}") for name in amounts),
            nothing,
            cells.figure(f"funding.{source}.funding_execution_rate"),
            nothing,
        ]
        for source in cells.items("funding").index
    ]
    return money_rows(cells, heads, rows, width)


def _rate(cells: Cells, code: str) -> Cell:
    """The rate that an indicator scores: the project's own figure, with its formula."""
    method = str(cells.evaluation.framework.indicators.at[code, "method"])
    return cells.figure(method if method in cells.facts else f"scores.{code}.rate")


def _goals(cells: Cells, width: int) -> list[Row]:
    """What the year was to bring beside what it brought, in the project's own words."""
    left = (width - 2) // 2
    heads = (
        label(cells, "headings.goal_of_year", 2, 2),
        label(cells, "headings.expected_goal", left),
        label(cells, "headings.reached_goal", width - 2 - left),
    )
    goals, progress = (cells.prose(told(cells, name)) for name in ("goals", "progress"))
    return [heads, (across(goals, left), across(progress, width - 2 - left))]


def _indicators(cells: Cells, scores: pd.DataFrame, depth: int) -> list[Row]:
    """The indicators below their levels, and why a score is what it is."""
    names = ("headings.target_of_year", "headings.reached_value", "points", "score",
             "headings.gap_and_measures")  # fmt: skip
    heads = columns(*_levels_heads(cells, depth), *map(cells.head, names))
    rows = [
        (
            *level_cells(cells, levels_above(cells, row["level"]), depth),
            cells.text(row["name"], heads=True),
            *compared(cells, str(code), row),
            cells.figure(f"scores.{code}.points", "bare"),
            item_score(cells, str(code), row),
            _why(cells, str(code), row),
        )
        for code, row in scores.iterrows()
    ]
    side = label(cells, "headings.indicators_of_form", rows=len(rows) + 1)
    return [(side, *heads), *merged(rows, depth)]


def _levels_heads(cells: Cells, depth: int) -> list[Cell]:
    """The headings of the levels and of the indicators below them."""
    return [cells.head(f"level{min(place, DEEPEST)}") for place in range(1, depth + 2)]


def _why(cells: Cells, code: str, row: pd.Series, evidence: str = "") -> Cell:
    """The reason that was given; else why there is no score; else the ``evidence``, if asked."""
    judgements: Any = cells.items("judgements")
    if row["status"] == "not_applicable":
        for each in (code, *reversed(levels_above(cells, row["level"]))):
            if each in judgements.index and pd.notna(judgements.at[each, "not_applicable"]):
                return cells.prose(judgements.at[each, "not_applicable"])
    outputs: Any = cells.items("outputs")
    is_output = row["is_own"] and code in outputs.index
    mine, reason = (outputs, "stated_reason") if is_output else (judgements, "reason")
    found: dict[str, Any] = dict(mine.loc[code]) if code in mine.index else {}
    if cells.words.text(found.get(reason)):
        return cells.prose(found[reason])
    if pd.notna(row["reason_code"]):
        return cells.choice("reason_code", row["reason_code"])
    return cells.prose(found.get(evidence))


def _totals(cells: Cells, before: int, after: list[Cell], between: int = 0) -> list[Row]:
    """The total, also on full points where something does not apply, and the grade.

    ``before`` columns stand left of the points, ``between`` of them and the score, then ``after``.
    """
    gap = [Cell("", across=between)] if between else []
    rows: list[Row] = [
        (replace(name, across=before), points, *gap, score, *after)
        for name, points, score in totals(cells)
    ]
    rest = 2 + between + sum(cell.across for cell in after)
    return [*rows, (label(cells, "total_grade", before), across(_grade(cells), rest))]


def _grade(cells: Cells) -> Cell:
    """The grade of the total, or from which to which while it is open."""
    grade, *ends = (cells.facts.value(f"{end}_grade") for end in ("total", "lowest", "highest"))
    if not is_missing(grade):
        return cells.grade(grade)
    if any(map(is_missing, ends)):
        return cells.nothing()
    start, end = (cells.grade(each).text for each in ends)
    return Cell(cells.term("headings.period").format(start=start, end=end))


def _stated(cells: Cells, scores: pd.DataFrame) -> str:
    """What the authority states of its score: the total, the grade, and items that differ."""
    said = []
    if not is_missing(cells.facts.value("stated_total_score")):
        said.append((cells.term("stated_total_score"), cells.label("stated_total_score")))
    grade = cells.facts.value("stated_total_grade")
    if not is_missing(grade):
        said.append((cells.term("stated_total_grade"), cells.stated_grade(grade).text))
    for code, row in scores.iterrows():
        own = row["stated_score"]
        if not is_missing(own) and (is_missing(row["score"]) or own != row["score"]):
            name = cells.words.text(row["name"])
            said.append((name, cells.label(f"scores.{code}.stated_score")))
    return stated_remark(cells, said, "stated_beside")


def tabulate_form_score_sheet(
    evaluation: Evaluation, project_id: str, words: Words
) -> Table | None:
    """Every indicator with its note, standard, score and reason (绩效评价指标评分表)."""
    cells = Cells(evaluation, project_id, words)
    scores = cells.items("scores")
    if not asks_for(cells, "score_sheet") or scores.empty:
        return None
    depth = max([LEAST_DEPTH, *(len(levels_above(cells, level)) for level in scores["level"])])
    notes = evaluation.framework.indicators["note"]
    rows = [
        (
            *level_cells(cells, levels_above(cells, row["level"]), depth),
            cells.text(row["name"], heads=True),
            cells.figure(f"scores.{code}.points", "bare"),
            cells.text(notes.get(code, pd.NA)),
            rule_of(cells, row),
            *compared(cells, str(code), row),
            item_score(cells, str(code), row),
            _why(cells, str(code), row, "evidence"),
        )
        for code, row in scores.iterrows()
    ]
    names = ("points", "note", "headings.standard", "headings.target_value",
             "headings.actual_value", "score", "headings.lost_points")  # fmt: skip
    head = headings(*_levels_heads(cells, depth), *map(cells.head, names))
    body = [*merged(rows, depth), *_totals(cells, depth + 1, [Cell("")], between=4)]
    return form("score_sheet", cells, head, body, _stated(cells, scores))
