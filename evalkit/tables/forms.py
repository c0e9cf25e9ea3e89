"""The forms that close a tracking report (附表), laid out as the authority prints them.

Every cell comes from the same facts as the report. Boxes are ticked by what was computed; what the
authority stated instead stands below the form.
"""

from __future__ import annotations

import pandas as pd

from evalkit.model import Evaluation, as_date
from evalkit.tables.cells import Cells
from evalkit.tables.form import (
    across,
    asks_for,
    form,
    line,
    pair,
    period,
    stated,
    stated_remark,
    told,
)
from evalkit.tables.outputs import target
from evalkit.tables.table import Cell, Row, Table
from evalkit.words import Words

STORY = ("background", "basis", "organisation", "purpose", "goals")


def tabulate_form_basic_facts(
    evaluation: Evaluation, project_id: str, words: Words
) -> Table | None:
    """The project at a glance (附表1-1 绩效管理项目基本情况表)."""
    cells = Cells(evaluation, project_id, words)
    if not asks_for(cells, "basic_facts"):
        return None
    parts = [(name, cells.prose(text)) for name in STORY if (text := told(cells, name))]
    story: list[Row] = [
        (Cell(cells.term(f"headings.{name}"), heads=True), across(text, 2)) for name, text in parts
    ]
    days = period(cells, "period_start_on", "period_end_on")
    story.append((Cell(cells.term("headings.period_of_project"), heads=True), across(days, 2)))
    story[0] = (Cell(cells.term("headings.outline"), heads=True, down=len(story)), *story[0])
    kinds = [(cells.term(f"category.{each}"), each == cells.project["category"])
             for each in ("one_off", "recurring")]  # fmt: skip
    rows: list[Row] = [
        line(cells, "projects.name", cells.text(cells.project["name"])),
        line(cells, "projects.category", cells.ticks(kinds)),
        *story,
        pair(cells, ("headings.whole_budget", "budget_amount"),
              ("headings.budget_of_year", "budget_amount")),
        pair(cells, ("headings.last_budget", "last_budget_amount"),
              ("headings.last_executed", "last_executed_amount")),
        *_sources(cells),
    ]  # fmt: skip
    return form("basic_facts", cells, (), rows)


def _sources(cells: Cells) -> list[Row]:
    """One row a source of money, under one heading."""
    funding = cells.items("funding")
    rows: list[Row] = [
        (
            cells.text(row["name"], heads=True),
            across(cells.figure(f"funding.{item}.budget_amount"), 2),
        )
        for item, row in funding.iterrows()
    ]
    if rows:
        rows[0] = (Cell(cells.term("headings.sources"), heads=True, down=len(rows)), *rows[0])
    return rows


def tabulate_form_goals_plan(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Goals and indicators with their staged plan (附件1-2 项目绩效目标及指标完成计划表)."""
    cells = Cells(evaluation, project_id, words)
    if not asks_for(cells, "goals_plan"):
        return None
    outputs = cells.items("outputs")
    if outputs.empty:
        return None
    goals: list[Row] = [
        (
            across(cells.text(row["name"], heads=True), 2),
            target(cells, row),
            across(cells.quantity(row["planned"], row["planned_unit"], row["planned_text"]), 2),
        )
        for _, row in outputs.iterrows()
    ]
    columns = ("headings.sub_project", "headings.budget", "headings.output_targets",
               "headings.outcome_targets", "headings.staged_plan")  # fmt: skip
    rows: list[Row] = [
        (Cell(cells.term("headings.plan_of_goals"), "part", heads=True, across=5),),
        (
            Cell(cells.term("headings.goal"), heads=True, across=2),
            Cell(cells.term("target"), heads=True),
            Cell(cells.term("headings.staged_plan_of_goal"), heads=True, across=2),
        ),
        *goals,
        (Cell(cells.term("headings.plan_of_indicators"), "part", heads=True, across=5),),
        tuple(Cell(cells.term(name), heads=True) for name in columns),
        (
            cells.text(cells.project["name"]),
            cells.figure("budget_amount"),
            _targets(cells, outputs[outputs["kind"] == "output"]),
            _targets(cells, outputs[outputs["kind"] == "outcome"]),
            _plan(cells),
        ),
    ]
    return form("goals_plan", cells, (), rows)


def _targets(cells: Cells, outputs: pd.DataFrame) -> Cell:
    """Indicators with their targets, one a line."""
    pair = cells.term("headings.pair")
    lines = [
        pair.format(name=cells.words.text(row["name"]), value=target(cells, row).text)
        for _, row in outputs.iterrows()
    ]
    return Cell("\n".join(lines)) if lines else cells.nothing()


def _plan(cells: Cells) -> Cell:
    """The steps of the work plan with their dates, one a line."""
    pair = cells.term("headings.pair")
    steps = [
        pair.format(name=cells.words.text(row["name"]), value=cells.date(row["planned_on"]).text)
        for _, row in cells.items("milestones").iterrows()
    ]
    return Cell("\n".join(steps)) if steps else cells.nothing()


def tabulate_form_feedback(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """The conclusions that go back to the unit (项目绩效跟踪评价结论反馈表)."""
    cells = Cells(evaluation, project_id, words)
    if not asks_for(cells, "feedback"):
        return None
    computed = cells.facts.value("verdict")
    verdicts = evaluation.framework.settings["verdict"]["verdicts"]
    ticks = cells.ticks([(cells.term(f"verdict.{each}"), each == computed) for each in verdicts])
    rows: list[Row] = [
        line(cells, "headings.project", cells.text(cells.project["name"])),
        (
            Cell(cells.term("headings.period_of_project"), heads=True),
            period(cells, "period_start_on", "period_end_on"),
            Cell(cells.term("headings.period_of_tracking"), heads=True),
            period(cells, "tracking_start_on", "as_of"),
        ),
        (
            Cell(cells.term("implementing_unit"), heads=True),
            cells.text(cells.project["implementing_unit"]),
            Cell(cells.term("evaluator"), heads=True),
            cells.text(cells.project["evaluator"]),
        ),
        line(cells, "headings.verdict", ticks),
        *(line(cells, f"headings.feedback_{name}", cell) for name, cell in _answers(cells)),
    ]
    return form("feedback", cells, (), rows, stated_remark(cells, stated(cells, "verdict")))


def _answers(cells: Cells) -> list[tuple[str, Cell]]:
    """The form's questions: results, problems, causes, conclusion, measures with dates."""
    problems, measures = cells.items("problems"), cells.items("measures")
    pair = cells.term("headings.pair")
    dated = [
        pair.format(
            name=cells.words.text(row["title"]),
            value=cells.words.figure(as_date(row["due_on"]), "date"),
        )
        for _, row in measures.iterrows()
    ]
    return [
        ("results", cells.prose(told(cells, "progress"))),
        ("problems", _paragraphs(cells, problems, "title", "description")),
        ("causes", _paragraphs(cells, problems, "cause")),
        ("conclusion", cells.prose(told(cells, "conclusion"))),
        ("measures", Cell("\n".join(dated)) if dated else cells.nothing()),
    ]


def _paragraphs(cells: Cells, problems: pd.DataFrame, *columns: str) -> Cell:
    texts = [cells.words.text(row[column]) for _, row in problems.iterrows() for column in columns]
    found = "\n".join(filter(None, texts))
    return Cell(found) if found else cells.nothing()
