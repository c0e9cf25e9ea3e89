"""The forms of one project, read (项目各表): what each one gives, and whose word counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evalkit.intake.figures import Figures, clean
from evalkit.intake.form import Form
from evalkit.intake.funds import Funds, funds_of
from evalkit.intake.indicators import Indicator, indicators_of
from evalkit.intake.labels import labels, which
from evalkit.intake.ledger import Ledger
from evalkit.intake.readings import read
from evalkit.intake.score_sheet import scored_of
from evalkit.intake.sheets import Cell
from evalkit.intake.tracking_rows import tracked_of
from evalkit.model import Framework


@dataclass
class Part:
    """One form of a project with what was read from it."""

    form: Form
    figures: Figures
    funds: Funds
    indicators: list[Indicator]
    framework: Framework

    @property
    def is_partial(self) -> bool:
        """Whether it tells of a part of the year."""
        return self.form.is_partial


def parts_of(
    forms: list[Form], frameworks: list[Framework], ledger: Ledger
) -> tuple[list[Part], str]:
    """The forms of a project, those of a whole year first, and the unit of money of its file.

    The unit is the first that a form names; the amounts of a form in another are converted.
    """
    ordered = in_order(forms)
    units = [_unit(form, ledger) for form in ordered]
    unit = next(filter(None, units), "")
    parts = []
    for form, own in zip(ordered, units, strict=True):
        figures = Figures(ledger, own or unit, unit)
        framework = _framework(form, frameworks)
        rows = list(_indicators(form, figures, framework))
        for row in rows:
            _state(row, form, figures)
        parts.append(Part(form, figures, funds_of(form, figures), rows, framework))
    return parts, unit


def in_order(forms: list[Form]) -> list[Form]:
    """Forms of a whole year before those of a part of it, else as they stand."""
    return sorted(forms, key=lambda form: form.is_partial)


def framework_of(form: Form) -> str:
    """The id of the framework that a form is of: by what stands on it, else by its kind."""
    named = labels()["frameworks"]
    if form.framework or form.is_tracking:
        return form.framework or str(named["tracking"])
    has_cost = any(
        which(row["level1"].text, "levels") == "cost" for row in form.indicators if "level1" in row
    )
    is_costed = form.kind == "self_evaluation" and has_cost
    return str(named["self_evaluation_with_cost" if is_costed else form.kind])


def _framework(form: Form, frameworks: list[Framework]) -> Framework:
    """The framework of a form among those of its project; the first where it has none of them."""
    mine = framework_of(form)
    return next((each for each in frameworks if each.id == mine), frameworks[0])


def _indicators(form: Form, figures: Figures, framework: Framework) -> Iterator[Indicator]:
    if form.is_tracking:
        yield from tracked_of(form, figures)
    elif form.kind == "score_sheet" and form.framework == framework.id:
        yield from scored_of(form, figures, framework)
    else:
        yield from indicators_of(form, figures)


def _state(found: Indicator, form: Form, figures: Figures) -> None:
    """What the unit stated of an indicator, where the form is filled with what was computed."""
    value, cell = form.stated.get(found.name, ("", found.name_cell))
    if not value:
        return
    figures.use(cell)
    said = read(value)
    if said.kind == "number":
        found.stated = said.value
    elif (choice := which(value, "indicators")).startswith("likelihood."):
        found.likelihood = choice.removeprefix("likelihood.")


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
