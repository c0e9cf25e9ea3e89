"""The forms of one project, read (项目各表): what each one gives, and whose word counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.intake.figures import Figures, clean
from evalkit.intake.form import Form
from evalkit.intake.funds import Funds, funds_of
from evalkit.intake.indicators import Indicator, indicators_of
from evalkit.intake.ledger import Ledger
from evalkit.intake.readings import read
from evalkit.intake.sheets import Cell


@dataclass
class Part:
    """One form of a project with what was read from it."""

    form: Form
    figures: Figures
    funds: Funds
    indicators: list[Indicator]

    @property
    def is_monitoring(self) -> bool:
        """Whether it tells of a part of the year."""
        return self.form.kind == "monitoring"


def parts_of(forms: list[Form], ledger: Ledger) -> tuple[list[Part], str]:
    """The forms of a project, the self-evaluation first, and the unit of money of its file.

    The unit is the first that a form names; the amounts of a form in another are converted.
    """
    ordered = sorted(forms, key=lambda form: form.kind != "self_evaluation")
    units = [_unit(form, ledger) for form in ordered]
    unit = next(filter(None, units), "")
    parts = []
    for form, own in zip(ordered, units, strict=True):
        figures = Figures(ledger, own or unit, unit)
        parts.append(
            Part(form, figures, funds_of(form, figures), list(indicators_of(form, figures)))
        )
    return parts, unit


def _unit(form: Form, ledger: Ledger) -> str:
    """The unit that a form names: in the title of its money block before any other place."""
    named = sorted(form.money, key=lambda each: each[1] is not form.funds_title)
    for unit, cell in named[1:]:
        if unit != named[0][0]:
            ledger.note("doubtful", "two_units", cell, unit=named[0][0], other=unit)
    return named[0][0] if named else ""


def cells_of(parts: list[Part], label: str) -> Iterator[tuple[Part, Cell]]:
    """The cells behind a label, form by form."""
    for part in parts:
        for cell in part.form.pairs.get(label, []):
            yield part, cell


def said(parts: list[Part], label: str) -> str:
    """What stands behind a label; a form that says otherwise than the first goes on the list."""
    first = ""
    for part, cell in cells_of(parts, label):
        is_empty = cell.kind == "text" and read(cell.text).kind == "nothing"
        text = part.figures.text(cell)
        if is_empty:
            continue
        if not first:
            first = text
        elif text and "".join(text.split()) != "".join(first.split()):
            part.figures.ledger.note("doubtful", "two_values", cell, first=clean(first))
    return first
