"""Lists of projects: for a visit, all in several orders, those without a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from evalkit.narrative.portfolio import MOST_FAILURES, MOST_PROJECTS, MOST_VISITS
from evalkit.portfolio_model import Portfolio
from evalkit.tables.portfolio.cells import PortfolioCells, held, words_of_projects
from evalkit.tables.portfolio.views import Filter, Views
from evalkit.tables.table import NOTHING, Cell, Table, headings
from evalkit.terms import is_missing
from evalkit.words import Words

#: On a page with too many projects: so many of each light, and of each other order.
OF_A_LIGHT, OF_AN_ORDER = 20, 30
ORDERS = ("by_budget", "by_rate", "by_score")


def tabulate_visits(portfolio: Portfolio, words: Words) -> Table | None:
    """The projects most in need of a visit, with the reasons (现场核查)."""
    cells = PortfolioCells(portfolio, words_of_projects(words))
    needed = portfolio.needs[portfolio.needs["is_visited"].astype(bool)]
    rows = tuple(
        (
            Cell(str(place), "num"),
            cells.project(str(project)),
            cells.light(row["light"]),
            Cell(words.listed(words.term(f"visit_reason.{each}") for each in row["reasons"]),
                 "reasons"),
            cells.value(_figure(portfolio, str(project), "budget_amount"), "amount"),
            cells.value(_figure(portfolio, str(project), "execution_rate"), "rate"),
            cells.value(row["points"], "count"),
        )
        for place, (project, row) in enumerate(needed.head(MOST_VISITS).iterrows(), start=1)
    )  # fmt: skip
    heads = headings(
        *map(cells.head, ("place", "project", "light", "reasons")), cells.money_head("budget"),
        cells.head("rate"), cells.head("points"),
    )  # fmt: skip
    return held(Table("visits", cells.caption("visits"), heads, rows))


def _figure(portfolio: Portfolio, project: str, name: str) -> Any:
    projects = portfolio.projects
    return projects.at[project, name] if project in projects.index and name in projects else pd.NA


def tabulate_projects(portfolio: Portfolio, words: Words) -> Views | None:
    """All projects by need of a visit, and the first by budget, by rate and by score (项目清单).

    Where there are too many, the first of each light.
    """
    orders, cells = portfolio.orders, PortfolioCells(portfolio, words_of_projects(words))
    needed = orders["by_need"]
    if not needed:
        return None
    is_whole = len(needed) <= MOST_PROJECTS
    mine = needed if is_whole else _first_of_lights(portfolio, needed)
    remark = "" if is_whole else cells.remark("need")
    first = _list(cells, "by_need", mine, remark)
    others = []
    for order in ORDERS:
        found = orders[order][:OF_AN_ORDER]
        if len(found) > 1:
            cut = len(found) < len(orders[order])
            below = cells.remark("first", shown=OF_AN_ORDER) if cut else ""
            table = _list(cells, order, found, below)
            others.append((table.caption, table))
    return Views("projects", first, tuple(others), _filter(cells))


def _first_of_lights(portfolio: Portfolio, needed: Sequence[str]) -> list[str]:
    """The first of each light, in the same order."""
    seen: Counter[str] = Counter()
    lights = dict(portfolio.needs["light"])
    found = []
    for project in needed:
        seen[lights[project]] += 1
        if seen[lights[project]] <= OF_A_LIGHT:
            found.append(project)
    return found


def _filter(cells: PortfolioCells) -> Filter:
    """A choice of lights, each with the number of its projects."""
    words = cells.words
    choices = [("all", words.term("portfolio_heads.all"))]
    for light, row in cells.portfolio.lights.iterrows():
        count = words.figure(row["project_count"], "count")
        label = cells.light(light)
        choices.append((str(light), words.term("headings.with_unit").format(
            name=label.html, unit=count)))  # fmt: skip
    return Filter(
        words.term("portfolio_heads.filter"), tuple(choices),
        words.term("portfolio_heads.only_visits"),
    )  # fmt: skip


def _list(cells: PortfolioCells, order: str, projects: Sequence[str], remark: str) -> Table:
    """One list of projects."""
    names = ("place", "project", "light", "result")
    later = ("rate", "pace", "errors", "warnings")
    heads = headings(
        *map(cells.head, names), cells.money_head("budget"), *map(cells.head, later)
    )  # fmt: skip
    rows = tuple(_row(cells, place, each) for place, each in enumerate(projects, start=1))
    caption = cells.words.term(f"portfolio_heads.{order}")
    return Table("projects", caption, heads, rows, remark=remark)


def _row(cells: PortfolioCells, place: int, project: str) -> tuple[Cell, ...]:
    portfolio = cells.portfolio
    need: Any = portfolio.needs.loc[project]
    kind = "num visit" if need["is_visited"] else "num"

    def figure(name: str, unit: str) -> Cell:
        return cells.value(_figure(portfolio, project, name), unit)

    return (
        Cell(str(place), kind), cells.project(project), cells.light(need["light"]),
        _result(cells, project), figure("budget_amount", "amount"),
        figure("execution_rate", "rate"), figure("execution_accuracy_rate", "rate"),
        figure("error_count", "count"), figure("warning_count", "count"),
    )  # fmt: skip


def _result(cells: PortfolioCells, project: str) -> Cell:
    """Verdict, or score with grade, or that there is none."""
    portfolio, words = cells.portfolio, cells.words
    framework = str(portfolio.projects.at[project, "framework"])
    verdict, grade, score = (
        _figure(portfolio, project, name) for name in ("verdict", "total_grade", "rebased_score")
    )
    if not is_missing(verdict):
        return Cell(cells.result(framework, "verdict", verdict))
    if is_missing(score):
        return Cell(NOTHING, note=words.term("verdict.cannot_be_evaluated"))
    shown = words.figure(score, "points")
    if is_missing(grade):
        return Cell(shown)
    label = cells.grade(framework, grade)
    return Cell(words.term("headings.with_unit").format(name=shown, unit=label))


def tabulate_failures(portfolio: Portfolio, words: Words) -> Table | None:
    """The projects without a report, and why (失败清单)."""
    cells = PortfolioCells(portfolio, words)
    failures = portfolio.summaries.failures
    rows = tuple(
        (
            Cell(str(project), heads=True),
            Cell(_section(words, row["section"])),
            Cell(row["error"]),
            Cell(row["first_line"], "wide"),
        )
        for project, row in failures.head(MOST_FAILURES).iterrows()
    )
    heads = headings(*map(cells.head, ("project", "section", "error", "told")))
    return held(Table("failures", cells.caption("failures"), heads, rows))


def _section(words: Words, section: str) -> str:
    try:
        return words.term(f"topics.{section}") if section else ""
    except KeyError:
        return section
