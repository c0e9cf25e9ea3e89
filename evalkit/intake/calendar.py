"""When a project runs and of what kind it is (年度、起止时间、跟踪时段、项目类别)."""

from __future__ import annotations

from datetime import date
from typing import Any

from evalkit.intake.dates import month_end, period_in
from evalkit.intake.labels import which
from evalkit.intake.ledger import Ledger
from evalkit.intake.noted import Noted, Tree
from evalkit.intake.parts import Part, cells_of
from evalkit.intake.readings import boxes_in

CATEGORY = "recurring"  # what most projects of a unit are; the list says that it was assumed


def calendar_of(parts: list[Part], ledger: Ledger, year_of_name: int | None) -> Tree:
    """The year, the kind of project, its period and the tracking date."""
    year = next(filter(None, (part.form.year for part in parts)), None)
    told: Any = year
    days = next(filter(None, (_days(parts, name, ledger) for name in ("tracking", "period"))), None)
    if year is None and days and days[0].year == days[1].year:
        year = days[0].year
        told = Noted(year, ledger.note("assumed", "year_of_days", key="project.year"))
    elif year is None and year_of_name is not None:
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


def _days(parts: list[Part], label: str, ledger: Ledger) -> tuple[date, date] | None:
    """The first and the last day behind a label; what another form says otherwise is listed."""
    first = None
    for part, cell in cells_of(parts, label):
        found = period_in(cell.text)
        if found is None:
            ledger.leave(cell, "no_period")
            continue
        part.figures.use(cell)
        first = first or found
        if found != first:
            ledger.note("doubtful", "two_values", cell, first=f"{first[0]} – {first[1]}")
    return first


def _period(parts: list[Part], year: int | None, ledger: Ledger) -> Tree:
    if found := _days(parts, "period", ledger):
        return {"start": found[0], "end": found[1]}
    if year is None:
        remark = ledger.note("missing", "no_year", key="project.year")
        return {"start": Noted(None, remark), "end": Noted(None, remark)}
    remark = ledger.note("assumed", "whole_year", key="project.period")
    return {"start": Noted(date(year, 1, 1), remark), "end": date(year, 12, 31)}


def _tracking(parts: list[Part], year: int | None, ledger: Ledger) -> Tree:
    """The days that a form names; else the whole year, or up to the month of a monitoring form."""
    days = _days(parts, "tracking", ledger)
    if days and all(part.is_partial for part in parts):
        return {"start": days[0], "as_of": days[1]}
    if year is None:
        remark = ledger.note("missing", "no_year", key="project.year")
        return {"start": Noted(None, remark), "as_of": Noted(None, remark)}
    month = next((part.form.month for part in parts if part.form.month), None)
    start: Any = date(year, 1, 1)
    if not all(part.is_partial for part in parts):
        remark = ledger.note("assumed", "tracked_to_year_end", key="project.tracking")
        return {"start": start, "as_of": Noted(date(year, 12, 31), remark)}
    if month is None:
        remark = ledger.note("missing", "no_month", key="project.tracking.as_of")
        return {"start": start, "as_of": Noted(None, remark)}
    return {"start": start, "as_of": month_end(year, month)}


def _category(parts: list[Part], ledger: Ledger) -> Any:
    for part, cell in cells_of(parts, "category"):
        words = [word for word, is_on in boxes_in(cell.text) if is_on] or [cell.text]
        if len(words) == 1 and (found := which(words[0], "categories")):
            part.figures.use(cell)
            return found
        ledger.leave(cell, "no_category")
    return Noted(CATEGORY, ledger.note("assumed", "category", key="project.category"))
