"""Outputs and outcomes of a tracking report (产出、效果指标): planned and done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evalkit.intake.figures import Figures, clean
from evalkit.intake.form import Form, Row
from evalkit.intake.indicators import Indicator, says_something
from evalkit.intake.labels import bare, fold, which
from evalkit.intake.own import choice_of
from evalkit.intake.readings import as_target, read, ticked
from evalkit.intake.sheets import Cell
from evalkit.intake.targets import values_of

VALUES = ("name", "target", "actual", "planned")
LISTS = {"output_targets": "output", "outcome_targets": "outcome"}
FORECASTS = {"forecast.can_complete": "certain", "forecast.cannot_complete": "impossible"}


def tracked_of(form: Form, figures: Figures) -> list[Indicator]:
    """The rows of a form, then those that only its lists of targets name."""
    found: list[Indicator] = []
    for row in form.indicators:
        if "name" in row and says_something(row["name"]):
            found.append(_indicator(row, form, figures))
    for key, level in LISTS.items():
        for cell in form.texts.get(key, []):
            found += [*_listed(cell, level, found, figures)]
    return found


def _indicator(row: Row, form: Form, figures: Figures) -> Indicator:
    name = row["name"]
    found = Indicator(figures.text(name), name, cells=row, place_cell=row.get("level1", name))
    if level := row.get("level1"):
        found.level = which(level.text, "levels")
        figures.ledger.use(level)
    for key, value in values_of({k: c for k, c in row.items() if k in VALUES}, figures).items():
        setattr(found, key, value)
    reasons = [_reason(row.get(key), figures) for key in ("why", "forecast_reason")]
    found.reason = " ".join(filter(None, reasons))
    for key, cell in row.items():
        if key.partition("+")[0] == "computed":
            figures.ledger.leave(cell, "computed", "aside")
        elif key in FORECASTS and _is_ticked(cell, figures) and not form.layout:
            found.likelihood = FORECASTS[key]
    return found


def _reason(cell: Cell | None, figures: Figures) -> str:
    """What the unit says; what evalkit prints there was computed."""
    if cell is None:
        return ""
    if any(choice_of(cell.text, field) for field in ("status", "deviation", "likelihood")):
        figures.ledger.leave(cell, "computed", "aside")
        return ""
    return figures.text(cell) if says_something(cell) else _nothing(cell, figures)


def _nothing(cell: Cell, figures: Figures) -> str:
    figures.ledger.use(cell)
    return ""


def _is_ticked(cell: Cell, figures: Figures) -> bool:
    answer = ticked(cell.text)
    if answer is None:
        figures.ledger.leave(cell, "no_tick")
    else:
        figures.ledger.use(cell)
    return bool(answer)


def _listed(
    cell: Cell, level: str, known: Sequence[Indicator], figures: Figures
) -> Iterator[Indicator]:
    """Indicators with their targets, one a line: their kind; or themselves where they are new."""
    named = {bare(each.name): each for each in known}
    figures.ledger.use(cell)
    for name, value in pairs_in(cell.text):
        found = named.get(bare(name))
        if found is None:
            found = Indicator(name, cell, level, place_cell=cell)
            said = read(value)
            if said.kind != "nothing":
                found.target = as_target(said)
            yield found
            continue
        found.level = found.level or level
        target = found.cells.get("target")
        if value and target is not None and bare(value) != bare(target.text):
            figures.ledger.note("doubtful", "two_values", cell, first=clean(target.text))


def pairs_in(text: str) -> Iterator[tuple[str, str]]:
    """Names with their values, one a line; a name may hold a colon, a value seldom does.

    >>> list(pairs_in("Procurement：2017-12-31\\n\\nTraining"))
    [('Procurement', '2017-12-31'), ('Training', '')]
    """
    for line in filter(None, map(clean, text.splitlines())):
        plain = fold(line) if ":" in fold(line) else ""
        name, _, value = plain.rpartition(":")
        yield (line[: len(name)].strip(), value.strip()) if name else (line, "")
