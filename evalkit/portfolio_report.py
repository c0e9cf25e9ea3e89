"""What the notebook of a portfolio calls (项目组合): its sentences, tables and charts by name.

Each call of a cell returns one thing to show, or nothing where the portfolio has nothing there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evalkit.charts.portfolio.chart import portfolio_chart
from evalkit.model import SEVERITIES
from evalkit.narrative.portfolio import opening, tell
from evalkit.portfolio_model import FILES, Portfolio
from evalkit.project import own_language
from evalkit.report import Shown, figure_of
from evalkit.sentences import escape
from evalkit.summaries import load_summaries
from evalkit.survey import survey
from evalkit.tables.portfolio import portfolio_tabulators
from evalkit.tables.portfolio.cells import (
    LARGE_WORTH,
    SMALL_WORTH,
    USUAL_WORTH,
    PortfolioCells,
    words_in,
)
from evalkit.terms import is_missing
from evalkit.words import Words

#: Above such a total, in fen, money is printed in the larger unit; below the other, in the smaller.
LARGE, SMALL = 10**12, 10**7
FIGURES = (
    "project_count", "budget_total_amount", "executed_all_amount", "overall_execution_rate",
    "overall_planned_rate", "overall_accuracy_rate",
)  # fmt: skip
WORST = 5
#: Tables that say no more than the chart above them.
FOLDED = ("rates", "heads")


class PortfolioReport:
    """The report on many projects in one language."""

    def __init__(self, portfolio: Portfolio, words: Words) -> None:
        self.portfolio, self.words = portfolio, words
        self._cells = PortfolioCells(portfolio, words)
        self._sections: list[str] = []  # as they are shown, so they are numbered

    def _repr_html_(self) -> str:
        return self.headline().html

    def headline(self) -> Shown:
        """The first screen: how many projects, money, lights, findings, the worst with links."""
        parts = [self._say(variant, extra) for variant, extra in opening(self.portfolio)]
        if self._value("project_count"):
            parts += [self._figures(), self._lights(), self._counted(), self._worst()]
        return Shown("headline", "\n".join(filter(None, parts)))

    def say(self, topic: str) -> Shown | None:
        """What is told of a topic, below its heading if it is a section; nothing where it is empty.

        Raises ``KeyError`` for no such topic.
        """
        told = tell(self.portfolio, topic)
        if not told:
            return None
        parts = [self._say(variant, extra) for variant, extra in told]
        titles = self.words.choices("portfolio_topics")
        if topic in titles:
            self._sections = list(dict.fromkeys([*self._sections, topic]))
            number = self._sections.index(topic) + 1
            parts.insert(0, f"<h2>{escape(self.words.section(number, titles[topic]))}</h2>")
        return Shown(f"say {topic}", "\n".join(parts))

    def tabulate(self, name: str) -> Shown | None:
        """The table ``tabulate_<name>``. Raises ``KeyError`` for no such table."""
        made = portfolio_tabulators()[name](self.portfolio, self.words)
        if made is None:
            return None
        html = made._repr_html_()
        if name in FOLDED:
            summary = escape(made.caption)
            html = f"<details><summary>{summary}</summary>{html}</details>"
        html = f'<div id="table-{made.name}">{html}</div>'
        return Shown(f"table {name}", html)

    def plot(self, topic: str) -> Shown | None:
        """The chart ``plot_<topic>``. Raises ``ModuleNotFoundError`` for no such chart."""
        chart = portfolio_chart(topic, self.portfolio, self.words)
        return None if chart is None else Shown(f"chart {topic}", figure_of(chart, self.words))

    def files(self) -> Shown | None:
        """Links to the files that come with the page."""
        if not self._value("project_count"):
            return None
        links = [
            f'<a href="{name}">{escape(self.words.term(f"portfolio_files.{stem}"))}</a> ({name})'
            for name in FILES
            for stem in [name.replace(".", "_")]
        ]
        return Shown("files", f'<p class="files">{self.words.listed(links, "semicolon")}</p>')

    def _say(self, variant: str, extra: Mapping[str, Any]) -> str:
        return self.words.say("portfolio", variant, self.portfolio.facts, extra)

    def _value(self, name: str) -> Any:
        value = self.portfolio.facts[name].value
        return None if is_missing(value) else value

    def _figures(self) -> str:
        """The figures that matter, those with a formula leading to it."""
        facts, made = self.portfolio.facts, []
        for name in FIGURES:
            if not self._value(name):
                continue
            shown = escape(self.words.fact_figure(facts[name]))
            if facts[name].formula:
                title = escape(self.words.formula(facts[name], facts))
                shown = f'<a class="fact" href="#fact-{name}" title="{title}">{shown}</a>'
            made.append(f"<div><dt>{escape(self.words.term(name))}</dt><dd>{shown}</dd></div>")
        return f'<dl class="figures">{"".join(made)}</dl>'

    def _lights(self) -> str:
        """The lights with their numbers."""
        made = []
        for light, row in self.portfolio.lights.iterrows():
            cell = self._cells.light(light)
            count = self.words.figure(row["project_count"], "count")
            made.append(f'<li class="{cell.kind}">{cell.html} <strong>{count}</strong></li>')
        return f'<ul class="lights">{"".join(made)}</ul>' if made else ""

    def _counted(self) -> str:
        """How many findings of each severity are open, and how many projects have no report."""
        pair, counts = self.words.term("headings.pair"), []
        failed = self._value("unreported_count")
        lost = ""
        if failed:
            name, count = self.words.term("unreported_count"), self.words.figure(failed, "count")
            lost = f'<a href="#failures">{escape(pair.format(name=name, value=count))}</a>'
        if not self._value("reported_count"):
            return f'<p class="counted">{lost}</p>'
        for each in SEVERITIES:
            count = self.words.figure(self._value(f"open_{each}_count"), "count")
            said = pair.format(name=self.words.term(f"severity.{each}"), value=count)
            counts.append(f'<span class="severity-{each}">{escape(said)}</span>')
        total = self.words.figure(self._value("open_finding_count"), "count")
        said = pair.format(name=self.words.term("open_finding_count"), value=total)
        link = f'<a href="#findings">{escape(said)}</a>'
        return f'<p class="counted">{link} {" ".join(counts)} {lost}</p>'

    def _worst(self) -> str:
        """The projects most in need of a visit, with links and reasons."""
        needs = self.portfolio.needs
        worst = needs[needs["is_visited"].astype(bool)].head(WORST)
        if worst.empty:
            return self._say("no_visit", {})
        items = []
        for project, row in worst.iterrows():
            keys = [f"visit_reason.{each}" for each in row["reasons"]]
            why = self.words.plain("portfolio", "worst_item", {}, {"reasons": keys})
            name = self._cells.project(str(project)).html.partition("<br>")[0]
            items.append(f"<li>{name} <span>{escape(why)}</span></li>")
        title = escape(self.words.plain("portfolio", "worst", {}))
        return f'<div class="worst"><p><strong>{title}</strong></p><ol>{"".join(items)}</ol></div>'


#: Portfolios that are at hand already, by the folder that a notebook asks for.
_PREPARED: dict[str, Portfolio] = {}


@contextmanager
def prepared_portfolio(portfolio: Portfolio, reports_path: str) -> Iterator[None]:
    """Let ``open_portfolio`` take this one while inside, also in a forked child."""
    _PREPARED[reports_path] = portfolio
    try:
        yield
    finally:
        del _PREPARED[reports_path]


def words_for(portfolio: Portfolio, lang: str) -> Words:
    """The words of a language, with the unit of money that fits the whole."""
    total = portfolio.facts["budget_total_amount"].value
    if is_missing(total) or SMALL <= total < LARGE:
        return words_in(lang, USUAL_WORTH)
    return words_in(lang, LARGE_WORTH if total >= LARGE else SMALL_WORTH)


def open_portfolio(reports_path: str, lang: str) -> PortfolioReport:
    """Load the results under a folder; what the first cell of the notebook calls.

    Raises ``KeyError`` for a language that evalkit does not know.
    """
    portfolio = _PREPARED.get(reports_path)
    if portfolio is None:
        portfolio = survey(load_summaries(Path(reports_path)))
    return PortfolioReport(portfolio, words_for(portfolio, lang))


def portfolio(folder: Path | str, *, lang: str = "") -> PortfolioReport:
    """All projects whose results lie under a folder, as one (项目组合); ``plot`` and ``tabulate``.

    ``lang`` is that of ``EVALKIT_LANG`` where it is not given.
    """
    return open_portfolio(str(folder), lang or own_language())
