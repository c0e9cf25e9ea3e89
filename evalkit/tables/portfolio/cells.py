"""Cells out of a portfolio: figures, lights, projects with links. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from evalkit.formula import is_unit_cost
from evalkit.portfolio_model import Portfolio
from evalkit.sentences import escape
from evalkit.tables.cells import NUMBERS
from evalkit.tables.table import NOTHING, Cell, Table
from evalkit.terms import is_missing
from evalkit.units import unit_of
from evalkit.words import Words

#: What the units are worth, in fen, in which portfolios of different size are told.
SMALL_WORTH, USUAL_WORTH, LARGE_WORTH = 100, 10**6, 10**10
#: The shape of each light, so that colour alone tells nothing.
SHAPES = {
    "normal": "●", "basically_normal": "◆", "has_problems": "▲", "has_serious_problems": "■",
    "not_judged": "○",
}  # fmt: skip


class PortfolioCells:
    """Makes the cells of a portfolio's tables, in one language."""

    def __init__(self, portfolio: Portfolio, words: Words) -> None:
        self.portfolio, self.words = portfolio, words
        self.facts: Mapping[str, Any] = portfolio.facts

    def head(self, name: str, unit: str = "") -> Cell:
        """A column's heading, with its unit where one is given."""
        called = self.words.term(f"portfolio_heads.{name}")
        if unit:
            called = self.words.term("headings.with_unit").format(name=called, unit=unit)
        return Cell(called)

    def money_head(self, name: str) -> Cell:
        """The heading of a column of amounts, with their unit."""
        return self.head(name, self.words.money_label())

    def caption(self, name: str) -> str:
        """The caption of a table."""
        return self.words.plain("portfolio", f"caption_{name}", self.facts)

    def remark(self, name: str, **extra: Any) -> str:
        """What stands below a table."""
        return self.words.plain("portfolio", f"remark_{name}", self.facts, extra)

    def value(self, value: Any, unit: str, name: str = "") -> Cell:
        """A figure; amounts without their unit, unit costs in theirs."""
        kind = "num" if unit in NUMBERS else unit if unit == "date" else ""
        if is_missing(value):
            return Cell(NOTHING, kind, note=self.words.figure(None, unit))
        style = "bare" if unit == "amount" else ""
        if is_unit_cost(name):
            style = "unit_cost"
        return Cell(self.words.figure(value, unit, style), kind)

    def light(self, light: Any) -> Cell:
        """A light: its shape and its name."""
        if is_missing(light):
            return Cell(NOTHING, note=self.words.term("visit_reason.no_report"))
        name = self.words.term(f"light.{light}")
        shape = f'<span class="shape" aria-hidden="true">{SHAPES[light]}</span>'
        kind = f"light-{light}".replace("_", "-")
        return Cell(name, kind, html=f"{shape}{escape(name)}")

    def framework(self, framework: str) -> str:
        """The name of a framework, or the id of one that is not evalkit's own."""
        named = self.portfolio.summaries.names.get(framework)
        return self.words.text(named) if named else framework

    def authority(self, name: Any) -> Cell:
        """A supervising department; of the projects that name none, a dash."""
        if is_missing(name):
            return Cell(NOTHING, note=self.words.term("portfolio_heads.unnamed"), heads=True)
        return Cell(self.words.text(name), heads=True)

    def grade(self, framework: str, grade: str) -> str:
        """The label of a grade, or its id where the framework is not evalkit's own."""
        return self.words.text(self.portfolio.summaries.labels.get((framework, grade), grade))

    def result(self, framework: str, kind: str, result: str) -> str:
        """A verdict or grade in words; a verdict without a name in this language by its id."""
        if kind == "grade":
            return self.grade(framework, result)
        try:
            return self.words.term(f"verdict.{result or 'cannot_be_evaluated'}")
        except KeyError:
            return result

    def project(self, project_id: str) -> Cell:
        """A project's name that leads to its report, and its id."""
        projects = self.portfolio.projects
        name: Any = projects.at[project_id, "name"] if project_id in projects.index else None
        shown = self.words.text(name) or project_id
        page = self.portfolio.summaries.pages.get((project_id, self.words.lang))
        link = escape(shown)
        if page:
            link = f'<a href="{report_link(project_id, page)}">{link}</a>'
        if shown != project_id:
            link += f"<br><small>{escape(project_id)}</small>"
        return Cell(shown, "named", html=link, heads=True)


def words_in(lang: str, worth: int) -> Words:
    """The words of a language with money in the unit of that worth.

    >>> words_in("en", SMALL_WORTH).money_label()
    'CNY'
    """
    return Words(lang, unit_of(Fraction(worth), "money"))


def words_of_projects(words: Words) -> Words:
    """The words for single projects: in the usual unit where the whole is told in a larger one.

    >>> large = words_in("zh", LARGE_WORTH)
    >>> words_of_projects(large).money_label() == Words("zh").money_label()
    True
    """
    is_small = words.money_label() == words_in(words.lang, SMALL_WORTH).money_label()
    return words if is_small else words_in(words.lang, USUAL_WORTH)


def report_link(project_id: str, page: str) -> str:
    """Where a project's report stands, seen from the page of the portfolio.

    >>> report_link("a b", "report.zh.html")
    '../a%20b/report.zh.html'
    """
    return f"../{quote(project_id, safe='')}/{page}"


def links_of(portfolio: Portfolio, lang: str) -> frozenset[str]:
    """All the reports that a page of a language may lead to."""
    pages = portfolio.summaries.pages.items()
    return frozenset(report_link(name, page) for (name, spoken), page in pages if spoken == lang)


def held(table: Table) -> Table | None:
    """A table that has rows."""
    return table if table.rows else None
