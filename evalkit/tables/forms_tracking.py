"""The two forms of results (附件1-3、1-4): execution and its rules, deviations by output.

Boxes are ticked by what was computed; what the authority stated instead stands below the form.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.form import (
    asks_for,
    computed_remark,
    down,
    form,
    stated,
    stated_remark,
)
from evalkit.tables.outputs import actual, target
from evalkit.tables.table import Cell, Row, Table, grouped_headings
from evalkit.words import Words

HEAD = (
    ("", ("outputs.kind", "outputs.name", "target", "actual", "planned", "completion_rate",
          "quality_rate", "headings.why_deviation")),
    ("frames.measures", ("kind.budget", "kind.rules", "kind.execution")),
    ("headings.forecast", ("forecast.can_complete", "forecast.cannot_complete", "reason")),
)  # fmt: skip


def tabulate_form_execution_and_rules(
    evaluation: Evaluation, project_id: str, words: Words
) -> Table | None:
    """Execution against plan, and the rules behind it (附件1-3 工作计划完成情况及制度保障)."""
    cells = Cells(evaluation, project_id, words)
    if not asks_for(cells, "execution_and_rules"):
        return None
    rules = cells.items("rules")
    late = cells.facts.value("late_milestone_count")
    shared = [
        *map(cells.figure, ("budget_amount", "executed_amount", "planned_amount")),
        *_yes_no(cells, _is_on_plan(cells)),
        _completion(cells),
        *_yes_no(cells, late == 0 if len(cells.items("milestones")) else pd.NA),
    ]
    blank = pd.Series({name: pd.NA for name in rules.columns})
    marks = [_rule(cells, row) for _, row in rules.iterrows()] or [_rule(cells, blank)]
    rows = [(*(down(cell, len(marks)) for cell in shared), *marks[0]), *marks[1:]]
    said = [
        (cells.term(name), cells.words.figure(cells.project[column], "flag"))
        for name, column in (("headings.funds_on_plan", "is_funds_on_plan_stated"),
                             ("headings.on_schedule", "is_on_schedule_stated"))
        if pd.notna(cells.project[column])
    ]  # fmt: skip
    # The plan may be one of a part: then what was executed is not what it is compared with.
    has_part = pd.notna(cells.facts.value("plan_paid_amount"))
    names = ["plan_paid_amount", "execution_accuracy_rate"] if has_part else []
    remarks = filter(None, [stated_remark(cells, said), computed_remark(cells, names)])
    remark = cells.words.listed(remarks, "sentence")
    return form("execution_and_rules", cells, _rules_head(cells), rows, remark)


def _rules_head(cells: Cells) -> tuple[Row, ...]:
    yes_no = [cells.head("labels.yes"), cells.head("labels.no")]
    amounts = ("budget_amount", "executed_amount", "planned_amount")
    return grouped_headings(
        [
            ("", [*map(cells.money_head, amounts)]),
            (cells.term("headings.funds_on_plan"), yes_no),
            ("", [cells.head("headings.completed_share")]),
            (cells.term("headings.on_schedule"), yes_no),
            (cells.term("headings.rules"), [cells.head("rules.name"), cells.head("rules.number")]),
            (cells.term("relevance"), _choices(cells, "relevance")),
            (cells.term("effectiveness"), _choices(cells, "effectiveness")),
        ]
    )


def _choices(cells: Cells, field: str) -> list[Cell]:
    return [cells.head(f"{field}.{each}") for each in _scales(cells)[field]]


def _scales(cells: Cells) -> dict[str, list[str]]:
    """The framework's scales for rules, best choice first."""
    return dict(cells.evaluation.framework.settings["scales"])


def _rule(cells: Cells, row: pd.Series) -> Row:
    """A rule's name and number, with one tick on each of the framework's scales."""
    scales = _scales(cells)
    ticks = [
        cells.tick(pd.notna(row[field]) and row[field] == choice)
        for field in ("relevance", "effectiveness")
        for choice in scales[field]
    ]
    return (cells.text(row["name"]), cells.text(row["number"]), *ticks)


def _is_on_plan(cells: Cells) -> Any:
    """Whether the money follows its plan: whether the indicator of it has the best grade."""
    indicators = cells.items("indicators")
    found = indicators[indicators["method"] == "execution_accuracy"]["grade"]
    if found.empty or pd.isna(found.iloc[0]):
        return pd.NA
    return bool(found.iloc[0] == cells.evaluation.framework.grades[0])


def _yes_no(cells: Cells, value: Any) -> tuple[Cell, Cell]:
    is_known = not pd.isna(value)
    return cells.tick(is_known and bool(value)), cells.tick(is_known and not value)


def _completion(cells: Cells) -> Cell:
    """How far each output is, one a line: its completion rate, or why it has none."""
    pair, lines = cells.term("headings.pair"), []
    for item, row in cells.items("outputs").iterrows():
        rate = cells.figure(f"outputs.{item}.completion_rate").text
        said = cells.term(f"status.{row['status']}") if pd.isna(row["completion_rate"]) else rate
        lines.append(pair.format(name=cells.words.text(row["name"]), value=said))
    return Cell("\n".join(lines), "wide") if lines else cells.nothing()


def tabulate_form_deviations(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Each output's result, deviation, measures and forecast (附件1-4 偏差分析)."""
    cells = Cells(evaluation, project_id, words)
    if not asks_for(cells, "deviations"):
        return None
    outputs = cells.items("outputs")
    if outputs.empty:
        return None
    kinds = set(cells.items("measures")["kind"].dropna())
    measures = [cells.tick(kind in kinds) for kind in ("budget", "rules", "execution")]
    rows: list[Row] = []
    for kind, mine in outputs.groupby("kind", sort=False):
        block = [_deviation(cells, str(item), row) for item, row in mine.iterrows()]
        heading = Cell(cells.term(f"kind.{kind}"), heads=True, down=len(block))
        # The measures answer problems of the project, not single outputs: one tick serves a block.
        ticks = [down(tick, len(block)) for tick in measures]
        rows.append((heading, *block[0][:7], *ticks, *block[0][7:]))
        rows += block[1:]
    head = grouped_headings(
        [(cells.term(group) if group else "", [*map(cells.head, names)]) for group, names in HEAD]
    )
    return form("deviations", cells, head, rows, stated_remark(cells, stated(cells, "forecast")))


def _deviation(cells: Cells, item: str, row: pd.Series) -> Row:
    """One output: seven cells before the measures, three after them."""
    fine = row["status"] in ("reached", "on_plan")
    why = cells.term("deviation.none") if fine else cells.term(f"status.{row['status']}")
    reason = cells.words.text(row["stated_reason"]) or cells.term(f"likelihood.{row['likelihood']}")
    return (
        cells.text(row["name"], heads=True),
        target(cells, row),
        actual(cells, row),
        cells.quantity(row["planned"], row["planned_unit"], row["planned_text"]),
        cells.figure(f"outputs.{item}.completion_rate"),
        cells.figure(f"outputs.{item}.quality_rate"),
        Cell(why),
        cells.tick(row["likelihood"] in ("certain", "possible")),
        cells.tick(row["likelihood"] == "impossible"),
        Cell(reason),
    )
