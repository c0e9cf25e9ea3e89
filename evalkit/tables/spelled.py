"""Tables that spell out figures: each fact with its value and its formula in words and numbers."""

from __future__ import annotations

import pandas as pd

from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.table import Cell, Row, Table, headings
from evalkit.words import Words


def spelled(
    name: str, facts: tuple[str, ...], evaluation: Evaluation, project_id: str, words: Words,
    first: str = "fact", keeps_missing: bool = False,
) -> Table | None:  # fmt: skip
    """The facts as rows, ``first`` heading their names; ``None`` where none of them has a value.

    Figures elsewhere lead to these rows: a fact may be spelled out in one table of a report only.

    A fact without a value is left out, or, where the list is one that readers expect whole, says
    that it has none and how it would be made.
    """
    cells = Cells(evaluation, project_id, words)
    rows: list[Row] = []
    for fact in facts:
        if not pd.isna(cells.facts.value(fact)):
            # The formula stands beside the figure, so the figure need not lead to it.
            figure = Cell(cells.label(fact), "num")
        elif keeps_missing and fact in cells.facts:
            figure = Cell(words.figure(None, "rate"), "num")
        else:
            continue
        name_cell = Cell(cells.term(fact), heads=True, anchor=f"fact-{fact}")
        rows.append((name_cell, figure, cells.formula(fact)))
    if all(pd.isna(cells.facts.value(fact)) for fact in facts):
        return None
    names = (first, "headings.value", "formula")
    return Table(name, cells.caption(name), headings(*map(cells.head, names)), tuple(rows))
