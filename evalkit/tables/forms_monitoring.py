"""The monitoring form of the year (项目支出绩效目标执行监控表, 财预〔2019〕136号).

The likelihood is ticked as computed; what was stated instead stands below the form. What is
expected for the year is the unit's own statement, beside it what follows from the figures.
"""

from __future__ import annotations

import pandas as pd

from evalkit.framework import text_of
from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.form import (
    across,
    asks_for,
    columns,
    computed_remark,
    form,
    label,
    money_rows,
    parties,
    stated_remark,
    told,
)
from evalkit.tables.outputs import actual, target
from evalkit.tables.table import Cell, Row, Table, grouped_headings, merged
from evalkit.terms import is_missing
from evalkit.words import Words

DEPTH = 2  # the levels above the indicators: output or outcome, and the dimension


def tabulate_form_monitoring(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Money and goals to date, what is expected, causes and likelihood (执行监控表)."""
    cells = Cells(evaluation, project_id, words)
    if not asks_for(cells, "monitoring"):
        return None
    span = _span(cells)
    groups = _groups(cells, span)
    width = 1 + sum(len(heads) for _, heads in groups)
    goals = cells.prose(told(cells, "goals"))
    rows = [
        *parties(cells, width),
        *_money(cells, span, width),
        (label(cells, "headings.goal_of_year", 2), across(goals, width - 2)),
        *_indicators(cells, groups),
    ]
    return form("monitoring", cells, (), rows, _remark(cells))


def _span(cells: Cells) -> str:
    """The months that are watched, from the first of tracking to the tracking date."""
    start, end = (cells.facts.value(name) for name in ("tracking_start_on", "as_of"))
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    if first.year == last.year and first.is_month_start and last.is_month_end:
        return cells.words.months(start, end)
    return cells.term("headings.until").format(date=cells.words.figure(end, "date"))


def _within(cells: Cells, name: str, span: str) -> Cell:
    return Cell(cells.term(f"headings.{name}_within").format(span=span), heads=True)


def _money(cells: Cells, span: str, width: int) -> list[Row]:
    """Initial budget, execution to date, its rate and what is expected: total and sources."""
    heads = [
        label(cells, "headings.initial_of_year"),
        _within(cells, "executed", span),
        _within(cells, "rate", span),
        label(cells, "headings.expected_amount"),
    ]
    stated = cells.facts.value("stated_expected_amount")
    expected = "expected_amount" if is_missing(stated) else "stated_expected_amount"
    names = ("initial_amount", "executed_amount", "initial_execution_rate", expected)
    rows = [[*map(cells.figure, names)]]
    names = ("initial_amount", "executed_amount", "funding_initial_rate", "expected_amount")
    rows += [
        [cells.figure(f"funding.{source}.{name}") for name in names]
        for source in cells.items("funding").index
    ]
    return money_rows(cells, heads, rows, width)


def _choices(cells: Cells, name: str) -> list[tuple[str, str]]:
    """The framework's choices (``causes``, ``likelihoods``): their ids and labels."""
    return [
        (each["id"], cells.words.text(text_of(each["label"])))
        for each in cells.evaluation.framework.settings[name]
    ]


def _groups(cells: Cells, span: str) -> list[tuple[str, list[Cell]]]:
    """The headings of the indicators, under the groups that they have."""
    levels = [cells.head(f"level{place}") for place in range(1, DEPTH + 2)]
    values = [cells.head("headings.target_of_year"), _within(cells, "done", span),
              cells.head("headings.expected_result")]  # fmt: skip
    causes, likelihoods = (
        [Cell(name) for _, name in _choices(cells, each)] for each in ("causes", "likelihoods")
    )
    groups = [("", [*levels, *values])]
    groups.append((cells.term("headings.causes_of_gap"), [*causes, cells.head("reason")]))
    return [*groups, (cells.term("likelihood"), likelihoods)] if likelihoods else groups


def _indicators(cells: Cells, groups: list[tuple[str, list[Cell]]]) -> list[Row]:
    """The outputs by kind and dimension, with one row of boxes each."""
    upper, lower = (columns(*row) for row in grouped_headings(groups))
    outputs = cells.items("outputs")
    rows = [
        _row(cells, row)
        for _, of_kind in outputs.groupby("kind", sort=False)
        for _, mine in of_kind.groupby("dimension", sort=False, dropna=False)
        for _, row in mine.iterrows()
    ]
    side = label(cells, "headings.indicators_of_form", rows=len(rows) + 2)
    return [(side, *upper), lower, *merged(rows, DEPTH)]


def _row(cells: Cells, row: pd.Series) -> Row:
    dimension = row["dimension"]
    second = "" if is_missing(dimension) else cells.term(f"dimension.{dimension}")
    causes = row["causes"] if isinstance(row["causes"], list) else []
    return (
        Cell(cells.term(f"kind.{row['kind']}"), heads=True),
        Cell(second, heads=True),
        cells.text(row["name"], heads=True),
        target(cells, row),
        actual(cells, row),
        cells.quantity(row["expected"], row["expected_unit"], row["expected_text"]),
        *(cells.tick(each in causes) for each, _ in _choices(cells, "causes")),
        cells.text(row["stated_reason"]),
        *(cells.tick(row["likelihood"] == each) for each, _ in _choices(cells, "likelihoods")),
    )


def _remark(cells: Cells) -> str:
    """Likelihoods that were stated otherwise; figures of the money that the form has no place for.

    These are the budget as it was changed, and the computed expectation where one was stated.
    """
    labels = dict(_choices(cells, "likelihoods"))
    said = [
        (cells.words.text(row["name"]), labels.get(row["stated_likelihood"],
                                                   str(row["stated_likelihood"])))
        for _, row in cells.items("outputs").iterrows()
        if not is_missing(row["stated_likelihood"])
        and row["stated_likelihood"] != row["likelihood"]
    ]  # fmt: skip
    names = ["budget_amount", "execution_rate"] if _is_there(cells, "adjustment_amount") else []
    names += ["expected_amount"] if _is_there(cells, "expected_gap") else []
    remarks = [stated_remark(cells, said), computed_remark(cells, names)]
    return cells.words.listed(filter(None, remarks), "sentence")


def _is_there(cells: Cells, name: str) -> bool:
    """Whether a figure is known and not nought."""
    value = cells.facts.value(name)
    return not is_missing(value) and value != 0
