"""What a tracking report says beside its figures (制度、问题、措施): lists and boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evalkit.intake.dates import day_in
from evalkit.intake.figures import clean
from evalkit.intake.form import Row
from evalkit.intake.indicators import says_something
from evalkit.intake.labels import NUMBERED, is_label
from evalkit.intake.ledger import Ledger
from evalkit.intake.noted import Noted, Tree, without_none
from evalkit.intake.own import is_no_figure
from evalkit.intake.parts import Part, cells_of, said
from evalkit.intake.readings import read, ticked
from evalkit.intake.sheets import Cell
from evalkit.intake.tracking_rows import pairs_in

MEASURES = ("budget", "rules", "execution")


def texts_of(parts: list[Part], name: str) -> Iterator[tuple[Part, Cell]]:
    """The cells of a subject, form by form."""
    for part in parts:
        for cell in part.form.texts.get(name, []):
            yield part, cell


def prior_years_of(parts: list[Part], year: int | None, ledger: Ledger) -> list[Tree]:
    """The budget of the year before and what was spent of it (上年预算、上年执行数)."""
    found = {}
    for key in ("budget", "executed"):
        amounts = [part.figures.amount(cell) for part, cell in cells_of(parts, f"last_{key}")]
        found[key] = next((amount for amount in amounts if amount is not None), None)
    if all(amount is None for amount in found.values()):
        return []
    gap = ledger.note("missing", "no_prior", key="prior_years") if None in found.values() else None
    before: Any = None if year is None else year - 1
    if before is None:
        before = Noted(None, ledger.note("missing", "no_year", key="project.year"))
    return [
        {"year": before}
        | {key: Noted(None, gap) if amount is None and gap else amount
           for key, amount in found.items()}
    ]  # fmt: skip


def tell_parts(parts: list[Part], budget: Any, ledger: Ledger) -> None:
    """The whole budget once more is no news; another amount, and parts of the project, are told.

    A params file has its budget by lines, whose kinds the forms do not give.
    """
    approved = budget.value if isinstance(budget, Noted) else budget
    cells = [*cells_of(parts, "whole_budget"), *texts_of(parts, "funds.budget")]
    for part, cell in cells:
        amount = part.figures.amount(cell)
        if amount is not None and amount != approved:
            ledger.unuse(cell)
            ledger.leave(cell, "part_of_budget")
    name = said(parts, "name")
    for part, cell in texts_of(parts, "sub_project"):
        if "".join(clean(cell.text).split()) in ("".join(name.split()), ""):
            part.figures.use(cell)
        else:
            ledger.leave(cell, "part_of_project")


def milestones_of(parts: list[Part], ledger: Ledger) -> list[Tree]:
    """The steps of the work plan with their dates, one a line (阶段性完成计划)."""
    found: list[Tree] = []
    for _, cell in texts_of(parts, "planned"):
        if read(cell.text).kind == "nothing":
            ledger.use(cell)
            continue
        lines = [(name, day_in(value)) for name, value in pairs_in(cell.text)]
        if not any(day for _, day in lines):
            ledger.leave(cell, "no_dates")
            continue
        ledger.use(cell)
        for name, day in lines:
            id = f"step-{len(found) + 1}"
            key = f"milestones.{id}.planned"
            planned: Any = day or Noted(None, ledger.note("missing", "no_date", cell, key))
            found.append({"id": id, "name": name, "planned": planned})
    return found


def rules_of(parts: list[Part], ledger: Ledger) -> list[Tree]:
    """The rules with their boxes (管理制度); whether one is about money, its name may say."""
    found: list[Tree] = []
    for part in parts:
        for row in part.form.rules:
            name = row.get("rule")
            if name is not None and says_something(name):
                found.append(_rule(row, name, f"rule-{len(found) + 1}", part, ledger))
            else:
                ledger.use(*row.values())
    return found


def _rule(row: Row, name: Cell, id: str, part: Part, ledger: Ledger) -> Tree:
    about = "finance" if is_label(name.text, "finance") else None
    code = ("assumed", "area_of_name") if about else ("missing", "no_area")
    number = row.get("number")
    ticks = {group: _ticked(row, group, ledger) for group in ("relevance", "effectiveness")}
    if number is not None and not says_something(number):
        ledger.use(number)
        number = None
    return {
        "id": id,
        "name": part.figures.text(name),
        "area": Noted(about, ledger.note(*code, name, f"rules.{id}.area")),
    } | without_none([
        ("number", part.figures.text(number)),
        ("exists", Noted(True, ledger.note("assumed", "rule_exists", key="rules"))),
        *ticks.items(),
    ])  # fmt: skip


def _ticked(row: Row, group: str, ledger: Ledger) -> str:
    """The only choice of a group whose box is ticked; empty for none or several."""
    chosen = []
    for key, cell in row.items():
        name, _, choice = key.partition(".")
        if name != group or not choice:
            continue
        answer = ticked(cell.text)
        if answer is None:
            ledger.leave(cell, "no_tick")
            continue
        ledger.use(cell)
        if answer:
            chosen.append((choice, cell))
    if len(chosen) > 1:
        ledger.note("doubtful", "several_boxes", chosen[1][1])
    return chosen[0][0] if len(chosen) == 1 else ""


# --- problems and measures -----------------------------------------------------------------


def _lines(cell: Cell) -> list[str]:
    """The lines of a text, without numbers in front."""
    lines = (NUMBERED.sub("", clean(line)) for line in cell.text.splitlines())
    return [line for line in lines if line and read(line).kind != "nothing"]


def problems_of(parts: list[Part], ledger: Ledger) -> list[Tree]:
    """The problems with their causes (问题、原因).

    With one cause each, as many lines are titles, twice as many titles and descriptions; else all
    is one problem, and the list says so.
    """
    told: dict[str, list[str]] = {}
    for name in ("problems", "causes"):
        for part, cell in texts_of(parts, name):
            told[name] = [*told.get(name, []), *_lines(cell)]
            part.figures.text(cell)
    lines, causes = told.get("problems", []), told.get("causes", [])
    if not lines:
        return []
    count = len(causes)
    if count and len(lines) in (count, 2 * count):
        step = len(lines) // count
        blocks = [(lines[n * step : (n + 1) * step], causes[n]) for n in range(count)]
    else:
        blocks = [(lines, "\n\n".join(causes))]
        if len(lines) > 1:
            ledger.note("doubtful", "problems_together", key="problems.P1", lines=len(lines))
    return [
        {"id": f"P{number}", "title": title}
        | without_none([("description", "\n\n".join(rest)), ("cause", cause)])
        for number, ((title, *rest), cause) in enumerate(blocks, start=1)
    ]


def measures_of(parts: list[Part], ledger: Ledger) -> list[Tree]:
    """The measures with their dates (纠偏措施), and their kind where only one is ticked."""
    found: list[Tree] = []
    kinds = _kinds(parts, ledger)
    for part, cell in texts_of(parts, "measures"):
        part.figures.text(cell)
        for name, value in pairs_in(cell.text):
            day = day_in(value)
            is_dated = day or is_no_figure(value) or read(value).kind == "nothing"
            title = name if is_dated or not value else f"{name}: {value}"
            if read(title).kind == "nothing":
                continue
            id = f"M{len(found) + 1}"
            kind: Any = kinds[0] if len(kinds) == 1 else None
            if len(kinds) > 1:
                named = ", ".join(kinds)
                key = f"measures.{id}.kind"
                kind = Noted(None, ledger.note("doubtful", "several_kinds", key=key, kinds=named))
            found.append(
                {"id": id, "title": NUMBERED.sub("", title)}
                | without_none([("kind", kind), ("due", day)])
            )
    return found


def _kinds(parts: list[Part], ledger: Ledger) -> list[str]:
    """The kinds of measures that are ticked for any indicator."""
    found = set()
    for part in parts:
        for row in part.form.indicators:
            for kind in MEASURES:
                cell = row.get(f"measure.{kind}")
                if cell is not None and ticked(cell.text) is not None:
                    ledger.use(cell)
                    found |= {kind} if ticked(cell.text) else set()
    return [kind for kind in MEASURES if kind in found]
