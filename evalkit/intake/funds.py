"""The money of a form (项目资金): the total, its sources, and what the form prints about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from evalkit.intake.figures import Figures, clean, points_in
from evalkit.intake.form import FIGURES, Form, Row
from evalkit.intake.labels import is_label, which
from evalkit.intake.ledger import Ledger
from evalkit.intake.readings import read, tidy
from evalkit.intake.sheets import Cell


@dataclass
class Fund:
    """A row of money: its name and its amounts, each with its cell; the total has no name."""

    name: str = ""
    source: str = ""  # a kind of source that labels.yaml knows
    amounts: dict[str, Decimal] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    printed_rate: str = ""
    rate_cell: Cell | None = None
    row: Row = field(default_factory=dict)


@dataclass
class Funds:
    """The money block of one form; ``points`` and ``score`` are those of budget execution."""

    total: Fund = field(default_factory=Fund)
    sources: list[Fund] = field(default_factory=list)
    points: Decimal | None = None
    score: Decimal | None = None


def funds_of(form: Form, figures: Figures) -> Funds:
    """The amounts of a form's money block, or of labels with their amounts beside them."""
    found = Funds()
    has_total = form.is_tracking  # whose sources stand apart from the budget of the year
    if has_total:
        found.total = _from_pairs(form, figures)
    for row in form.funds:
        label = row.get("label")
        is_total = not has_total and (label is None or is_label(_stripped(label.text), "total"))
        fund = _fund(row, figures)
        if is_total or (len(form.funds) == 1 and not has_total):
            has_total = True
            found.total = fund
            found.points = figures.points(row.get("points"))
            found.score = figures.points(row.get("score"))
            continue
        _no_points(row, figures.ledger)
        if fund.amounts or (form.is_tracking and label):
            fund.name = clean(_stripped(label.text)) if label else ""
            fund.source = which(fund.name, "sources")
            found.sources.append(fund)
    if found.points is None and form.funds_title is not None:
        found.points = points_in(form.funds_title.text)
    if not has_total:
        found.total = _from_pairs(form, figures)
    return found


def _fund(row: Row, figures: Figures) -> Fund:
    fund = Fund(row=row)
    for key in FIGURES:
        if (amount := figures.amount(row.get(key))) is not None:
            fund.amounts[key], fund.cells[key] = amount, row[key]
    if rate := row.get("rate"):
        found = read(rate.text)
        if found.kind == "number" and rate.kind not in ("uncached", "error"):
            fund.printed_rate, fund.rate_cell = rate.printed or tidy(rate.text), rate
        elif found.kind == "nothing" and rate.kind == "text":
            figures.ledger.use(rate)
        else:
            figures.ledger.leave(rate, "not_a_number")
    return fund


def _no_points(row: Row, ledger: Ledger) -> None:
    """Points belong to the total; those of a merged cell stand in its row already."""
    for key in ("points", "score"):
        if cell := row.get(key):
            if cell.kind == "text" and read(cell.text).kind == "nothing":
                ledger.use(cell)
            else:
                ledger.leave(cell, "points_of_source")


def _stripped(text: str) -> str:
    """The name of a source without ``其中：`` before it."""
    before, colon, after = tidy(text).replace("\uff1a", ":").partition(":")
    return after if colon and after and is_label(before, "of_which") else tidy(text)


def _from_pairs(form: Form, figures: Figures) -> Fund:
    """The total where amounts stand beside labels, the first of each."""
    fund = Fund()
    for key, cells in _pairs(form):
        if (amount := figures.amount(cells[0])) is not None:
            fund.amounts[key], fund.cells[key] = amount, cells[0]
    return fund


def _pairs(form: Form) -> Iterator[tuple[str, list[Cell]]]:
    for name, cells in form.pairs.items():
        group, _, key = name.partition(".")
        if group == "funds":
            yield key, cells
