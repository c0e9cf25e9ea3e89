"""What a report notebook calls (报告): one project's sentences, tables and charts by name.

Each call of a cell returns one thing to show, or nothing where the project has nothing there.
"""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from evalkit.charts.figure import Chart, chart_of, topics
from evalkit.charts.look import SHOWN
from evalkit.discovery import sections
from evalkit.evaluate import evaluate_all
from evalkit.export import words_of
from evalkit.facts import facts_for
from evalkit.headline import headline
from evalkit.model import Evaluation, Text
from evalkit.narrative.project import telling
from evalkit.narrative.summary import tell_summary
from evalkit.page import Outline
from evalkit.params import load
from evalkit.sentences import escape
from evalkit.tables.catalogue import tabulators
from evalkit.tables.facts import tabulate_facts
from evalkit.tables.table import Table
from evalkit.words import Words

# What matplotlib says about its own caches is nothing for readers of a report.
logging.getLogger("matplotlib").setLevel(logging.ERROR)

#: The project's prose stands below headings of the third level.
PROSE_LEVEL = 4
#: What of the summary stands above its figures.
OPENING = ("title", "title_of", "edition", "edition_region", "parties", "scenario")


class Shown:
    """Something for a notebook cell to show; its HTML is what the page takes."""

    def __init__(self, name: str, html: str) -> None:
        self.name, self.html = name, html

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Report:
    """One project's report in one language."""

    def __init__(self, evaluation: Evaluation, project_id: str, words: Words) -> None:
        self.evaluation, self.project_id, self.words = evaluation, project_id, words
        self.facts = facts_for(evaluation, project_id)
        self._sections: list[str] = []  # as they are told, so they are numbered
        self._links: list[str] = []  # what was shown so far: where it leads to, what it holds
        self._ids: list[str] = []

    def headline(self) -> Shown:
        """The first screen: title, parties, verdict and forecast, the figures that matter."""
        told = [
            each for each in tell_summary(self.evaluation, self.project_id) if each[0] in OPENING
        ]
        said = [self.words.say("summary", variant, self.facts, extra) for variant, extra in told]
        shown = headline(self.facts, self.words, self.evaluation.framework.labels)
        return self._show("headline", "\n".join([*said, shown]))

    def say(self, topic: str) -> Shown | None:
        """What ``tell_<topic>`` tells, in words; nothing where it tells nothing.

        Raises ``ModuleNotFoundError`` for no such topic.
        """
        told = telling(self.evaluation, self.project_id, topic)
        skipped = OPENING if topic == "summary" else ()
        said = [self._said(topic, name, extra) for name, extra in told if name not in skipped]
        return self._show(f"say {topic}", "\n".join(said)) if said else None

    def _said(self, topic: str, variant: str, extra: Mapping[str, Any]) -> str:
        """One saying; ``prose`` stands for the project's own words under a heading."""
        if variant == "prose":
            prose = self.evaluation.inputs.prose
            return self.words.prose(
                self.words.text(Text(*prose.loc[(self.project_id, extra["heading"])])), PROSE_LEVEL
            )
        if variant == "title":
            return self._heading(topic)
        return self.words.say(topic, variant, self.facts, extra)

    def _heading(self, topic: str) -> str:
        """A section's heading; its number is its place among the sections of this report."""
        if topic not in self._sections:
            self._sections.append(topic)
        title = self.words.plain(topic, "title", self.facts)
        numbered = self.words.section(self._sections.index(topic) + 1, title)
        return f"<h2>{escape(numbered)}</h2>"

    def tabulate(self, name: str) -> Shown | None:
        """The table ``tabulate_<name>``. Raises ``KeyError`` for no such table."""
        return self._table(tabulators()[name](self.evaluation, self.project_id, self.words))

    def appendix(self) -> Shown | None:
        """The formulas behind the figures that were shown so far, and behind their inputs."""
        wanted = [name for link in self._links if (name := _fact(link)) in self.facts]
        names: set[str] = set()
        while wanted:
            name = wanted.pop()
            if name not in names and name in self.facts:
                names.add(name)
                wanted += self.facts[name].inputs
        names -= set(map(_fact, self._ids))  # those stand where they are spelled out
        found = tabulate_facts(self.evaluation, self.project_id, self.words, names)
        return self._table(found)

    def _table(self, table: Table | None) -> Shown | None:
        if table is None:
            return None
        name = table.name
        return self._show(f"table {name}", f'<div id="table-{name}">{table._repr_html_()}</div>')

    def _show(self, name: str, html: str) -> Shown:
        """Something to show; where it leads to is noted, for the appendix."""
        outline = Outline(html)
        self._links += outline.links
        self._ids += outline.ids
        return Shown(name, html)

    def plot(self, topic: str) -> Shown | None:
        """The chart ``plot_<topic>``, with links to the tables that hold its data.

        Raises ``ModuleNotFoundError`` for no such chart.
        """
        chart = chart_of(topic, self.evaluation, self.project_id, self.words)
        return None if chart is None else self._show(f"chart {topic}", figure_of(chart, self.words))


def _fact(place: str) -> str:
    """The name of the fact behind a link or an id of a page; nothing for any other place."""
    name = unquote(place.removeprefix("#"))
    return name.removeprefix("fact-") if name.startswith("fact-") else ""


def figure_of(chart: Chart, words: Words) -> str:
    """A chart as pages have it: its data are tables of the same page, so they stand there once."""
    image = b64encode(chart.png).decode()
    tables = (f'<a href="#table-{each.name}">{escape(each.caption)}</a>' for each in chart.data)
    behind = words.term("headings.pair").format(
        name=escape(chart.summary), value=words.listed(tables)
    )
    return (
        f'<figure class="chart chart-{chart.name}">'
        f'<img src="data:image/png;base64,{image}" alt="{escape(chart.alt)}"'
        f' width="{SHOWN}" height="{chart.height}">'
        f"<figcaption>{escape(chart.caption)}</figcaption>"
        f"{f'<p>{behind}</p>' if chart.data else ''}</figure>"
    )


#: Evaluations that are at hand already, by the path and the project that a notebook asks for.
_PREPARED: dict[tuple[str, str], Evaluation] = {}


@contextmanager
def prepared(evaluation: Evaluation, params_path: str, project_id: str) -> Iterator[None]:
    """Let ``open_report`` take this evaluation while inside, also in a forked child.

    A batch evaluates many projects together, which costs a tenth of doing so one by one; a project
    has the same result alone and among others.
    """
    _PREPARED[params_path, project_id] = evaluation
    try:
        yield
    finally:
        del _PREPARED[params_path, project_id]


def rehearse(evaluation: Evaluation, project_id: str, lang: str) -> None:
    """Tell, tabulate and plot all there is, for nobody (预演).

    What is looked up or set up at first use (texts, fonts, formulas) is then at hand in every
    process that is forked from this one.
    """
    report = Report(evaluation, project_id, words_of(evaluation, project_id, lang))
    report.headline()
    for topic in sections():
        report.say(topic)
    for name in tabulators():
        report.tabulate(name)
    for topic in topics():
        report.plot(topic)
    report.appendix()


def open_report(params_path: str, project_id: str, lang: str) -> Report:
    """Load and evaluate one project of a params file; what the first cell of a notebook calls.

    Raises ``ParamsFaults`` for mistakes in the file and ``KeyError`` for a project that it does not
    hold, a framework or a language that evalkit does not know.
    """
    evaluation = _PREPARED.get((params_path, project_id))
    if evaluation is None:
        inputs = load([params_path], [project_id])
        framework = str(inputs.projects.at[project_id, "framework"])
        evaluation = evaluate_all(inputs, is_tried=True)[framework]
    return Report(evaluation, project_id, words_of(evaluation, project_id, lang))
