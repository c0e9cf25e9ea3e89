"""One project out of its forms (项目归集): who, when, and what the unit concludes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from evalkit.intake.budget import budget_of, funding_of, printed_of, with_money
from evalkit.intake.calendar import calendar_of
from evalkit.intake.conclusions import conclusions_of
from evalkit.intake.figures import clean
from evalkit.intake.form import Form
from evalkit.intake.labels import labels
from evalkit.intake.ledger import Ledger
from evalkit.intake.noted import Noted, Tree, without_none
from evalkit.intake.outputs import outputs_of
from evalkit.intake.parts import Part, cells_of, framework_of, in_order, parts_of, said
from evalkit.intake.readings import read
from evalkit.intake.score_sheet import judgement
from evalkit.intake.tracking_texts import (
    measures_of,
    milestones_of,
    prior_years_of,
    problems_of,
    rules_of,
    tell_parts,
)
from evalkit.intake.weights import execution_code, execution_score, weights_of
from evalkit.model import Framework
from evalkit.prose import ALONE


@dataclass
class Draft:
    """A project as its params file will say it, and its prose by heading."""

    id: str
    tree: Tree = field(default_factory=dict)
    prose: dict[str, str] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)


def projects_in(forms: Iterable[Form]) -> list[list[Form]]:
    """The forms of each project: those that give the same name and year.

    Spaces in names do not count. A form without a name or year joins the first project that has no
    form of its kind yet.
    """
    found: list[list[Form]] = []
    for form in forms:
        mine = next((each for each in found if _belongs(form, each)), None)
        if mine is None:
            found.append([form])
        else:
            mine.append(form)
    return found


def _belongs(form: Form, project: list[Form]) -> bool:
    """Whether a form speaks of the project of these forms."""
    names = (_name(form), next(filter(None, map(_name, project)), ""))
    years = (form.year, next(filter(None, (each.year for each in project)), None))
    if (form.kind, form.framework) in {(each.kind, each.framework) for each in project}:
        return all(names) and all(years) and names[0] == names[1] and years[0] == years[1]
    return (not all(names) or names[0] == names[1]) and (not all(years) or years[0] == years[1])


def _name(form: Form) -> str:
    return "".join("".join(cell.text.split()) for cell in form.pairs.get("name", [])[:1])


def frameworks_for(forms: list[Form]) -> list[str]:
    """The ids of the frameworks that the forms belong to, those of a whole year first."""
    return list(dict.fromkeys(map(framework_of, in_order(forms))))


def draft_of(
    forms: list[Form], id: str, frameworks: list[Framework], ledger: Ledger, year: int | None
) -> Draft:
    """The project of these forms; ``year`` is what the file's name says, for forms without one."""
    parts, unit = parts_of(forms, frameworks, ledger)
    money = unit or Noted(None, ledger.note("missing", "no_unit", key="units.amount"))
    calendar = calendar_of(parts, ledger, year)
    money_parts = with_money(parts)
    funding = funding_of(money_parts, ledger)
    budget = budget_of(money_parts, calendar["tracking"]["as_of"], ledger)
    weights = _weights(parts, ledger)  # before even shares are left out of the outputs
    tell_parts(parts, _final(budget), ledger)
    tree = without_none([
        ("evalkit", 1),
        ("id", id),
        ("framework", _framework_ids(frameworks, ledger)),
        ("units", {"amount": money, "unit_cost": money}),
        ("project", {"name": _required(parts, "name", "project.name", ledger)}
                    | without_none([("region", said(parts, "region"))]) | calendar),
        ("parties", _parties(parts, ledger)),
        ("funding", funding),
        ("budget", budget),
        ("prior_years", prior_years_of(parts, _number(calendar["year"]), ledger)),
        ("milestones", milestones_of(parts, ledger)),
        ("outputs", outputs_of(parts, frameworks, ledger)),
        ("weights", weights),
        ("judgements", _judgements(parts)),
        ("rules", rules_of(parts, ledger)),
        ("problems", problems_of(parts, ledger)),
        ("measures", measures_of(parts, ledger)),
        ("stated", conclusions_of(parts, ledger) | _stated(parts, ledger)),
        ("printed", list(printed_of(money_parts, funding, ledger))),
    ])  # fmt: skip
    return Draft(id, tree, _prose(parts), [part.form.sheet.name for part in parts])


def _framework_ids(frameworks: list[Framework], ledger: Ledger) -> Any:
    """The ids as the file names them, with the reason where none was found for a score sheet."""
    ids: Any = [each.id for each in frameworks]
    ids = ids[0] if len(ids) == 1 else ids
    unknown = next((r for r in ledger.listed.values() if r.code == "no_framework"), None)
    return Noted(ids, unknown) if unknown and isinstance(ids, str) else ids


def _final(budget: Tree) -> Any:
    """The budget after its changes, as the forms give it."""
    changes = sum(each["amount"] for each in budget.get("adjustments", []))
    return budget["approved"] + changes if changes else budget["approved"]


def _number(year: Any) -> int | None:
    found = year.value if isinstance(year, Noted) else year
    return None if found is None else int(found)


# --- who and when ---------------------------------------------------------------------------


def _required(parts: list[Part], label: str, key: str, ledger: Ledger) -> Any:
    """A text that a params file must have; to be filled in where no form gives it."""
    return said(parts, label) or Noted(None, ledger.note("missing", f"no_{label}", key=key))


def _parties(parts: list[Part], ledger: Ledger) -> Tree:
    key = "parties.implementing_unit"
    unit = _required(parts, "implementing_unit", key, ledger)
    others = ("authority", "department", "client", "evaluator")
    return {"implementing_unit": unit} | without_none((key, said(parts, key)) for key in others)


# --- scores, grade, goals ------------------------------------------------------------------


def _weights(parts: list[Part], ledger: Ledger) -> Tree:
    """The points that the forms give otherwise than their frameworks; the first word counts."""
    found: Tree = {}
    for part in parts:
        found = weights_of(part, part.framework, ledger) | found
    return found


def _judgements(parts: list[Part]) -> Tree:
    """The scores of the frameworks' indicators, form by form."""
    found: Tree = {}
    for part in parts:
        scored = {each.code: judgement(each, part.framework)
                  for each in part.indicators if each.code}  # fmt: skip
        given = {code: told for code, told in scored.items() if told}
        found = _execution_score(part) | given | found
    return found


def _execution_score(part: Part) -> Tree:
    """The printed score of budget execution, as the judgement of its indicator."""
    framework = part.framework
    code, score = execution_code(framework), execution_score(part)
    if score is None:
        return {}
    if not framework.is_scored or not code:
        if (cell := part.funds.total.row.get("score")) is not None:
            part.figures.ledger.unuse(cell)
            part.figures.ledger.leave(cell, "no_place", "aside")
        return {}
    return {code: {"stated_score": score}}


def _stated(parts: list[Part], ledger: Ledger) -> Tree:
    """The total and the grade that the unit gives itself; a second form's are of its framework."""
    score = None
    for part in parts:
        cell = part.form.sum.get("score")
        found = part.figures.points(cell)
        part.figures.points(part.form.sum.get("points"))
        if "score" in part.form.stated:
            said_below, cell = part.form.stated["score"]
            found = read(said_below).value
        if cell is not None and None not in (score, found) and score != found:
            ledger.unuse(cell)
            ledger.leave(cell, "other_framework", "aside")
        score = found if score is None else score
    for part, cell in cells_of(parts, "score"):
        found = part.figures.points(cell)
        if score is not None and found is not None and found != score:
            ledger.note("doubtful", "two_values", cell, first=f"{score:f}")
        score = found if score is None else score
    told = next(filter(None, (ledger.why(part.form.sum.get("score")) for part in parts)), None)
    total = Noted(None, told) if score is None and told and told.is_unfinished else score
    return without_none([("score", total), ("grade", _grade(parts, ledger))])


def _grade(parts: list[Part], ledger: Ledger) -> str:
    """The grade in the framework's own word; another word is left to a person."""
    between = " ?(?:" + "|".join(labels()["values"]["to"]) + ") ?"
    found = next((part.form.stated["grade"][0] for part in parts if "grade" in part.form.stated),
                 "")  # fmt: skip
    for part, cell in cells_of(parts, "grade"):
        grades = part.framework.labels.values()
        known = {word.lower(): word for label in grades for word in label}
        text = clean(cell.text)
        if read(text).kind == "nothing":
            part.figures.use(cell)
        elif text.lower() in known:
            part.figures.use(cell)
            found = found or known[text.lower()]
        else:
            is_range = all(part in known for part in re.split(between, text.lower()))
            ledger.leave(cell, *(("undecided", "aside") if is_range else ("unknown_grade",)))
    return found


def _prose(parts: list[Part]) -> dict[str, str]:
    """The goals of the year and what was reached, each once, by the heading of the prose file."""
    found: dict[str, list[str]] = {}
    for part in parts:
        for name, cells in part.form.goals.items():
            for cell in cells:
                lines = [clean(line) for line in cell.text.splitlines()]
                text = "\n\n".join(filter(None, lines))
                part.figures.text(cell)
                if read(cell.text).kind == "nothing":
                    continue
                if text and text not in found.setdefault(name, []):
                    found[name].append(text)
    return {name: "\n\n".join(found[name]) for name in ALONE if found.get(name)}
