"""The steps of a disbursement (资金拨付流程)."""

from __future__ import annotations

from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.table import Cell, Table, headings
from evalkit.words import Words


def tabulate_disbursement(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Each step with who takes it, in order."""
    cells = Cells(evaluation, project_id, words)
    steps = cells.items("steps")
    if steps.empty:
        return None
    rows = tuple(
        (Cell(str(number), "num", heads=True), cells.text(row["name"]), cells.text(row["party"]))
        for number, (_, row) in enumerate(steps.iterrows(), start=1)
    )
    names = ("labels.number_of", "steps.name", "party")
    return Table(
        "disbursement", cells.caption("disbursement"), headings(*map(cells.head, names)), rows
    )
