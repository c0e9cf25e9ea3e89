"""Behind every figure (数据来源): what was read and from where, what was computed and how."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from fractions import Fraction

import pandas as pd

from evalkit.facts import Fact
from evalkit.model import Evaluation
from evalkit.tables.cells import NUMBERS, Cells
from evalkit.tables.table import Cell, Table, headings, merged
from evalkit.words import Words

SHOWN = (*NUMBERS, "date")


def tabulate_inputs(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Every figure that was read, with its place in the params file (输入数据)."""
    cells = Cells(evaluation, project_id, words)
    read = [fact for fact in _shown(cells) if fact.place and not fact.formula]
    files = {fact.place.rpartition(":")[0] for fact in read}
    place = cells.head("place")
    if len(files) == 1:  # the file is named once, the rows name the line
        place = Cell(cells.term("headings.line_of").format(file=files.copy().pop()))
    rows = [
        [*_named(cells, fact), _value(cells, fact), _place(fact, len(files) == 1)] for fact in read
    ]
    return _table("inputs", cells, rows, place)


def _place(fact: Fact, is_line: bool) -> Cell:
    return Cell(fact.place.rpartition(":")[2] if is_line else fact.place)


def tabulate_facts(
    evaluation: Evaluation, project_id: str, words: Words, names: Collection[str] | None = None
) -> Table | None:
    """Every figure that was computed, with its formula in words and in numbers (计算数据).

    ``names`` limits them to these.
    """
    cells = Cells(evaluation, project_id, words)
    rows = [
        [*_named(cells, fact), _value(cells, fact), cells.formula(fact.name)]
        for fact in _shown(cells)
        if fact.formula and (names is None or fact.name in names)
    ]
    return _table("facts", cells, rows, cells.head("formula"))


def _table(name: str, cells: Cells, rows: list[list[Cell]], last: Cell) -> Table | None:
    if not rows:
        return None
    names = map(cells.head, ("headings.topic", "fact", "headings.value"))
    return Table(name, cells.caption(name), headings(*names, last), merged(rows, 1))


def _shown(cells: Cells) -> Iterator[Fact]:
    """The facts that are figures and have a value; texts and choices stand in the report itself."""
    for fact in cells.facts.values():
        if fact.unit in SHOWN and not pd.isna(fact.value):
            yield fact


def _named(cells: Cells, fact: Fact) -> tuple[Cell, Cell]:
    """The frame that a fact belongs to, and its name; here figures lead to their formula."""
    frame, _, rest = fact.name.partition(".")
    group = Cell(cells.term(f"frames.{frame if rest else 'projects'}"), heads=True)
    name = cells.words.label(fact.name, cells.facts)
    return group, Cell(name, anchor=f"fact-{fact.name}" if fact.formula else "")


def _value(cells: Cells, fact: Fact) -> Cell:
    """The value as it is printed, the exact fraction behind it where rounding hides something."""
    shown = Cell(cells.label(fact.name))
    if not isinstance(fact.value, Fraction) or fact.value.denominator == 1:
        return shown
    hundredths = fact.value * 10_000
    if fact.unit == "rate" and hundredths.denominator == 1:
        return shown
    return replace(shown, note=str(fact.value))
