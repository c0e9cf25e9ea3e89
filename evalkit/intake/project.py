"""One project out of its forms (项目归集): who, when, and what the unit concludes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from evalkit.intake.budget import budget_of, funding_of, printed_of
from evalkit.intake.figures import clean
from evalkit.intake.form import Form
from evalkit.intake.labels import labels, which
from evalkit.intake.ledger import Ledger
from evalkit.intake.noted import Noted, Tree, without_none
from evalkit.intake.outputs import execution_code, execution_score, outputs_of, weights_of
from evalkit.intake.parts import Part, cells_of, parts_of, said
from evalkit.intake.readings import month_end, period_in, read
from evalkit.model import Framework
from evalkit.prose import ALONE

CATEGORY = "recurring"  # what most projects of a unit are; the list says that it was assumed


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
    first = project[0]
    names, years = (_name(form), _name(first)), (form.year, first.year)
    if form.kind in {each.kind for each in project}:
        return all(names) and all(years) and names[0] == names[1] and years[0] == years[1]
    return (not all(names) or names[0] == names[1]) and (not all(years) or years[0] == years[1])


def _name(form: Form) -> str:
    return "".join("".join(cell.text.split()) for cell in form.pairs.get("name", [])[:1])


def frameworks_for(forms: list[Form]) -> list[str]:
    """The ids of the frameworks that the kinds of forms belong to, self-evaluation first."""
    named = labels()["frameworks"]
    has_cost = any(
        which(row["level1"].text, "levels") == "cost"
        for form in forms for row in form.indicators if "level1" in row
    )  # fmt: skip
    kinds = sorted({form.kind for form in forms}, reverse=True)
    with_cost = {"self_evaluation": "self_evaluation_with_cost"} if has_cost else {}
    return [named[with_cost.get(kind, kind)] for kind in kinds]


def draft_of(
    forms: list[Form], id: str, frameworks: list[Framework], ledger: Ledger, year: int | None
) -> Draft:
    """The project of these forms; ``year`` is what the file's name says, for forms without one."""
    parts, unit = parts_of(forms, ledger)
    money = unit or Noted(None, ledger.note("missing", "no_unit", key="units.amount"))
    calendar = _calendar(parts, ledger, year)
    funding = funding_of(parts, ledger)
    budget = budget_of(parts, calendar["tracking"]["as_of"], ledger)
    scores = _scores(parts[0], frameworks[0])
    tree = without_none([
        ("evalkit", 1),
        ("id", id),
        ("framework", frameworks[0].id if len(frameworks) == 1 else [f.id for f in frameworks]),
        ("units", {"amount": money, "unit_cost": money}),
        ("project", {"name": _required(parts, "name", "project.name", ledger)}
                    | without_none([("region", said(parts, "region"))]) | calendar),
        ("parties", _parties(parts, ledger)),
        ("funding", funding),
        ("budget", budget),
        ("outputs", outputs_of(parts, frameworks, ledger)),
        ("weights", weights_of(parts[0], frameworks[0], ledger)),
        ("judgements", scores),
        ("stated", _stated(parts, frameworks[0], ledger)),
        ("printed", list(printed_of(parts, funding, ledger))),
    ])  # fmt: skip
    return Draft(id, tree, _prose(parts), [part.form.sheet.name for part in parts])


# --- who and when ---------------------------------------------------------------------------


def _required(parts: list[Part], label: str, key: str, ledger: Ledger) -> Any:
    """A text that a params file must have; to be filled in where no form gives it."""
    return said(parts, label) or Noted(None, ledger.note("missing", f"no_{label}", key=key))


def _parties(parts: list[Part], ledger: Ledger) -> Tree:
    key = "parties.implementing_unit"
    unit = _required(parts, "implementing_unit", key, ledger)
    department = said(parts, "department")
    return {"implementing_unit": unit} | without_none([("department", department)])


def _calendar(parts: list[Part], ledger: Ledger, year_of_name: int | None) -> Tree:
    """The year, the kind of project, its period and the tracking date."""
    year = next(filter(None, (part.form.year for part in parts)), None)
    told: Any = year
    if year is None and year_of_name is not None:
        year = year_of_name
        told = Noted(
            year, ledger.note("assumed", "year_of_name", key="project.year", year=str(year))
        )
    elif year is None:
        told = Noted(None, ledger.note("missing", "no_year", key="project.year"))
    period = _period(parts, year, ledger)
    return {
        "year": told,
        "category": _category(parts, ledger),
        "period": period,
        "tracking": _tracking(parts, year, ledger),
    }


def _period(parts: list[Part], year: int | None, ledger: Ledger) -> Tree:
    for part, cell in cells_of(parts, "period"):
        if found := period_in(cell.text):
            part.figures.use(cell)
            return {"start": found[0], "end": found[1]}
        ledger.leave(cell, "no_period")
    if year is None:
        remark = ledger.note("missing", "no_year", key="project.year")
        return {"start": Noted(None, remark), "end": Noted(None, remark)}
    remark = ledger.note("assumed", "whole_year", key="project.period")
    return {"start": Noted(date(year, 1, 1), remark), "end": date(year, 12, 31)}


def _tracking(parts: list[Part], year: int | None, ledger: Ledger) -> Tree:
    """The whole year for a self-evaluation; up to the month that a monitoring form names."""
    if year is None:
        remark = ledger.note("missing", "no_year", key="project.year")
        return {"start": Noted(None, remark), "as_of": Noted(None, remark)}
    month = next((part.form.month for part in parts if part.form.month), None)
    start: Any = date(year, 1, 1)
    if not all(part.is_monitoring for part in parts):
        remark = ledger.note("assumed", "tracked_to_year_end", key="project.tracking")
        return {"start": start, "as_of": Noted(date(year, 12, 31), remark)}
    if month is None:
        remark = ledger.note("missing", "no_month", key="project.tracking.as_of")
        return {"start": start, "as_of": Noted(None, remark)}
    return {"start": start, "as_of": month_end(year, month)}


def _category(parts: list[Part], ledger: Ledger) -> Any:
    for part, cell in cells_of(parts, "category"):
        if found := which(cell.text, "categories"):
            part.figures.use(cell)
            return found
        ledger.leave(cell, "no_category")
    return Noted(CATEGORY, ledger.note("assumed", "category", key="project.category"))


# --- scores, grade, goals ------------------------------------------------------------------


def _scores(part: Part, framework: Framework) -> Tree:
    """The printed score of budget execution, as the judgement of its indicator."""
    code, score = execution_code(framework), execution_score(part)
    if score is None:
        return {}
    if not framework.is_scored or not code:
        if (cell := part.funds.total.row.get("score")) is not None:
            part.figures.ledger.unuse(cell)
            part.figures.ledger.leave(cell, "no_place", "aside")
        return {}
    return {code: {"stated_score": score}}


def _stated(parts: list[Part], framework: Framework, ledger: Ledger) -> Tree:
    """The total and the grade that the unit gives itself."""
    score = None
    for part in parts:
        found = part.figures.points(part.form.sum.get("score"))
        part.figures.points(part.form.sum.get("points"))
        score = found if score is None else score
    for part, cell in cells_of(parts, "score"):
        found = part.figures.points(cell)
        if score is not None and found is not None and found != score:
            ledger.note("doubtful", "two_values", cell, first=f"{score:f}")
        score = found if score is None else score
    told = next(filter(None, (ledger.why(part.form.sum.get("score")) for part in parts)), None)
    total = Noted(None, told) if score is None and told and told.is_unfinished else score
    return without_none([("score", total), ("grade", _grade(parts, framework, ledger))])


def _grade(parts: list[Part], framework: Framework, ledger: Ledger) -> str:
    """The grade in the framework's own word; another word is left to a person."""
    named = {word for label in framework.labels.values() for word in (label.zh, label.en)}
    known = {word.lower(): word for word in named}
    between = " ?(?:" + "|".join(labels()["values"]["to"]) + ") ?"
    found = ""
    for part, cell in cells_of(parts, "grade"):
        text = clean(cell.text)
        if text.lower() in known:
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
