"""Cells out of an evaluation: figures, texts, terms, dates, ticks. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import pandas as pd

from evalkit.facts import Fact, Facts, facts_for
from evalkit.formula import is_unit_cost
from evalkit.model import Evaluation, as_date
from evalkit.recall import kept
from evalkit.sentences import escape, inline, text_of
from evalkit.tables.table import NOTHING, Cell
from evalkit.terms import is_missing
from evalkit.words import Words

NUMBERS = ("amount", "rate", "count", "days", "months", "points", "quantity")
TICKED, OPEN = "☑", "☐"


def items(frame: pd.DataFrame, project_id: str) -> pd.DataFrame:
    """A project's rows of an item-level frame, by item; none where it has none."""
    return frame[frame.index.get_level_values(0) == project_id].droplevel(0)


@kept
def _items(evaluation: Evaluation, project_id: str, name: str) -> pd.DataFrame:
    frame = getattr(evaluation, name, None)
    return items(getattr(evaluation.inputs, name) if frame is None else frame, project_id)


def in_form(cell: Cell) -> Cell:
    """A figure that stands like a text, as in the boxes of a form."""
    return replace(cell, kind="figure" if cell.kind == "num" else "")


def _difference(fact: Fact) -> str:
    """The style of rates that are differences of rates: percentage points."""
    return "pp" if fact.unit == "rate" and fact.name.endswith("_gap") else ""


class Cells:
    """Makes the cells of one project's tables, in one language."""

    def __init__(self, evaluation: Evaluation, project_id: str, words: Words) -> None:
        self.evaluation, self.project_id, self.words = evaluation, project_id, words

    @cached_property
    def facts(self) -> Facts:
        """The project's facts."""
        return facts_for(self.evaluation, self.project_id)

    @property
    def project(self) -> Any:
        """The project's own row of the inputs, by column."""
        return self.evaluation.inputs.projects.loc[self.project_id]

    def items(self, name: str) -> pd.DataFrame:
        """The project's rows of a frame of the evaluation, else of its inputs."""
        return _items(self.evaluation, self.project_id, name)

    def caption(self, name: str) -> str:
        """The caption of a table, from ``text/<lang>/captions.md``."""
        year = str(self.project["year"])
        return self.words.plain("captions", name, self.facts, {"year": year})

    def term(self, key: str) -> str:
        """A heading or a choice in this language."""
        return self.words.term(key)

    def head(self, key: str, unit: str = "") -> Cell:
        """A column's heading, with the unit of money where its figures are amounts."""
        name = self.words.term(key)
        if unit:
            name = self.words.term("headings.with_unit").format(name=name, unit=unit)
        return Cell(name)

    def money_head(self, key: str) -> Cell:
        """The heading of a column of amounts, with their unit."""
        style = "unit_cost" if is_unit_cost(key) else ""
        return self.head(key, self.words.money_label(style))

    def figure(self, name: str, style: str = "") -> Cell:
        """A fact as a cell that leads to its formula; amounts stand without their unit."""
        fact = self.facts.get(name)
        if fact is None:
            return self.nothing("other")
        if fact.unit == "amount":
            style = f"bare {style}"
        shown = self.words.fact_figure(fact, f"{style} {_difference(fact)}")
        kind = "num" if fact.unit in NUMBERS else fact.unit if fact.unit == "date" else ""
        if is_missing(fact.value):
            return self.nothing(fact.unit, kind)
        return Cell(shown, kind, fact=name if fact.formula else "")

    def label(self, name: str, style: str = "") -> str:
        """A fact as plain words with its unit, for the inside of a sentence or a form."""
        fact = self.facts[name]
        return self.words.fact_figure(fact, f"{style} {_difference(fact)}")

    def nothing(self, unit: str = "other", kind: str = "") -> Cell:
        """A cell without a value; its text alternative says what is not there."""
        return Cell(NOTHING, kind, note=self.words.figure(None, unit))

    def value(self, value: Any, unit: str, style: str = "") -> Cell:
        """A value that is no fact."""
        kind = "num" if unit in NUMBERS else unit if unit == "date" else ""
        if is_missing(value):
            return self.nothing(unit, kind)
        return Cell(self.words.figure(value, unit, style), kind)

    def date(self, value: Any) -> Cell:
        """A date."""
        return self.value(as_date(value), "date")

    def period(self, start: Any, end: Any) -> Cell:
        """From the first to the last day."""
        if is_missing(start) or is_missing(end):
            return self.nothing("date")
        days = [self.words.figure(as_date(day), "date") for day in (start, end)]
        return Cell(self.term("headings.period").format(start=days[0], end=days[1]))

    def text(self, value: Any, *, heads: bool = False) -> Cell:
        """A text of the project."""
        shown = self.words.text(value)
        return Cell(shown, heads=heads) if shown else self.nothing()

    def choice(self, field: str, value: Any) -> Cell:
        """One of a field's choices in words; a status or severity has a class (``status-late``)."""
        if is_missing(value):
            return self.nothing()
        kind = f"{field}-{value}".replace("_", "-") if field in ("status", "severity") else ""
        return Cell(self.words.term(f"{field}.{value}"), kind)

    def quantity(self, value: Any, unit: Any, text: Any) -> Cell:
        """A value with its unit, or the words that stand in its place."""
        if is_missing(value):
            return self.text(text)
        return Cell(self.words.figure(value, "quantity" if is_missing(unit) else unit))

    def grade(self, grade: Any, status: str = "graded") -> Cell:
        """A framework's grade by its own label, or why there is none."""
        if is_missing(grade):
            return self.choice("status", status)
        label = self.words.text(self.evaluation.framework.labels[grade])
        return Cell(label, f"grade-{self.evaluation.framework.grades.index(grade) + 1}")

    def stated_grade(self, grade: Any) -> Cell:
        """A grade as the authority gave it; one unknown to the framework stands as it is."""
        if is_missing(grade):
            return self.nothing()
        return Cell(self.words.text(self.evaluation.framework.labels.get(grade, grade)))

    def ticks(self, choices: Sequence[tuple[str, bool]], between: str = "\u2003") -> Cell:
        """Boxes with their labels, the ticked ones told by more than their look."""
        text = between.join(f"{TICKED if on else OPEN} {label}" for label, on in choices)
        return Cell(
            text, html=between.join(self._tick(on) + " " + escape(label) for label, on in choices)
        )

    def tick(self, is_on: bool) -> Cell:
        """One box without a label of its own."""
        return Cell(TICKED if is_on else OPEN, "tick", html=self._tick(is_on))

    def _tick(self, is_on: bool) -> str:
        said = self.words.term("headings.ticked" if is_on else "headings.unticked")
        return f'<span role="img" aria-label="{escape(said)}">{TICKED if is_on else OPEN}</span>'

    def listed(self, texts: Iterable[Any]) -> str:
        """Several texts of the project, one a line."""
        return "\n".join(filter(None, map(self.words.text, texts)))

    def formula(self, name: str) -> Cell:
        """A fact's formula in words and numbers, without the label that it begins with."""
        fact = self.facts[name]
        said = self.words.formula(fact, self.facts) if fact.formula else ""
        return Cell(said.removeprefix(self.words.label(name, self.facts)).removeprefix(" = "))

    def prose(self, value: Any) -> Cell:
        """The project's own Markdown; its headings turn bold, since a table is not a section."""
        text = self.words.text(value)
        if not text:
            return self.nothing()
        page = self.words.prose(text, level=6)
        bare = text_of(page)
        page = page.replace("<h6>", "<p><b>").replace("</h6>", "</b></p>")
        return Cell(bare, html=inline(page))


def score(cells: Cells, before: str, name: str) -> Cell:
    """A score by the name of its fact, or the range within reach where it is not decided (得分)."""
    if not is_missing(cells.facts.value(f"{before}{name}")):
        return cells.figure(f"{before}{name}", "bare")
    ends = [cells.facts.value(f"{before}{end}_{name}") for end in ("lowest", "highest")]
    if any(map(is_missing, ends)):
        return cells.nothing("points")
    shown = [cells.words.figure(end, "points", "bare") for end in ends]
    return Cell(cells.term("headings.period").format(start=shown[0], end=shown[1]), "num")
