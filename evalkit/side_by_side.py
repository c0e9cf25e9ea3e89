"""Projects or scenarios beside one another (方案比较): what differs comes first.

``ek.compare(a, b)`` shows in a notebook what was changed, the figures that differ with their
difference to the first, and each one's charts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from evalkit.facts import Fact, Facts, facts_for
from evalkit.headline import FIGURES
from evalkit.keys import in_words, key_in_words
from evalkit.project import Project
from evalkit.scenario import differences, value_at
from evalkit.sentences import escape
from evalkit.tables.table import NOTHING, Cell, Row, Table, headings
from evalkit.terms import is_missing
from evalkit.words import Words

#: The charts that are shown of each.
CHARTS = ("execution", "headcount")
#: Figures that only say how many findings there are, or repeat a text.
CONCLUSIONS = ("verdict", "forecast", "total_grade")


class SideBySide:
    """Two or more projects beside one another, the first one as the base (方案比较)."""

    def __init__(self, projects: Sequence[Project], names: Sequence[str] = ()) -> None:
        self.projects = list(projects)
        self.words = self.projects[0].words
        self.names = list(names) or _names(self.projects, self.words)
        self.facts = [facts_for(each.scored, each.id) for each in self.projects]

    def changed(self) -> Table | None:
        """The values of one project that are not the same in all its scenarios (改动)."""
        if len({each.id for each in self.projects}) > 1:
            return None
        values = [each.scenario.value for each in self.projects]
        found: dict[str, None] = {}
        for other in values[1:]:
            found |= dict.fromkeys(differences(values[0], other))
        rows = [self._changed_row(key, values) for key in found if not key.startswith("printed.")]
        return self._table("changed_values", "headings.key", tuple(rows)) if rows else None

    def _changed_row(self, key: str, values: Sequence[Any]) -> Row:
        shown = [in_words(value_at(each, key), self.words) for each in values]
        return (
            Cell(key_in_words(key, values[0], self.words), heads=True, note=key),
            *(Cell(each, "num" if each[:1].isdigit() else "") for each in shown),
        )

    def conclusions(self) -> Table | None:
        """Verdict, forecast and grade of each (结论)."""
        rows = []
        for name in CONCLUSIONS:
            told = [conclusion(name, each, facts, self.words) for each, facts in self._each()]
            if any(told):
                rows.append((Cell(self.words.term(name), heads=True),
                             *(Cell(each or NOTHING) for each in told)))  # fmt: skip
        return self._table("conclusions_compared", "headings.conclusion", tuple(rows))

    def figures(self, is_whole: bool = False) -> Table | None:
        """The figures that are not the same in all, with their difference to the first (数字).

        The figures of the first screen stand first, also where they are the same. ``is_whole``
        asks for all that differ; else those of single items are left out.
        """
        keys = [name for name in FIGURES if any(not is_missing(f.value(name)) for f in self.facts)]
        names = dict.fromkeys([*keys, *differing(*self.facts)])
        rows = tuple(
            self._figure_row(name) for name in names
            if name in keys or is_whole or "." not in name
        )  # fmt: skip
        return self._table("figures_compared", "fact", rows)

    def _figure_row(self, name: str) -> Row:
        first = next(facts for facts in self.facts if name in facts)
        shown = [self._shown(facts, name) for facts in self.facts]
        base = self.facts[0].value(name)
        gaps = [difference(base, facts, name, self.words) for facts in self.facts[1:]]
        cells, same = [Cell(shown[0], "num")], self.words.term("labels.same")
        for value, gap in zip(shown[1:], gaps, strict=True):
            cells += [Cell(value, "num"), Cell(gap or NOTHING, "num", note=same)]
        return (Cell(self.words.label(name, first), heads=True), *cells)

    def _shown(self, facts: Facts, name: str) -> str:
        fact = facts.get(name)
        return NOTHING if fact is None or is_missing(fact.value) else self.words.fact_figure(fact)

    def _each(self) -> Iterator[tuple[Project, Facts]]:
        return zip(self.projects, self.facts, strict=True)

    def _table(self, name: str, first: str, rows: tuple[Row, ...]) -> Table | None:
        if not rows:
            return None
        heads = [Cell(self.words.term(first))]
        for n, each in enumerate(self.names):
            heads.append(Cell(each))
            if n and len(rows[0]) > 1 + len(self.names):
                heads.append(Cell(self.words.term("headings.gap_to_first")))
        caption = self.words.term(f"headings.{name}")
        return Table(name, caption, headings(*heads), rows)

    def charts(self) -> str:
        """The charts of each, one beside the other, as HTML."""
        parts = []
        for topic in CHARTS:
            row = [
                f"<div><p><strong>{escape(name)}</strong></p>{chart._repr_html_()}</div>"
                for name, project in zip(self.names, self.projects, strict=True)
                if (chart := project.chart(topic)) is not None
            ]
            parts.append(f'<div style="display:flex;flex-wrap:wrap;gap:1em">{"".join(row)}</div>')
        return "".join(parts)

    def _repr_html_(self) -> str:
        tables = (self.conclusions(), self.changed(), self.figures())
        shown = "".join(table._repr_html_() for table in tables if table is not None)
        return f"{shown}{self.charts()}"

    def __repr__(self) -> str:
        return f"<SideBySide {', '.join(self.names)}>"


def compare(*projects: Project) -> SideBySide:
    """Two or more projects or scenarios side by side, differences to the first one first (比较).

    >>> import evalkit as ek
    >>> base = ek.load("params/minhang-logistics-2018.yaml", lang="en")
    >>> print(ek.compare(base, base.change({"posts.general.approved": 90})).changed().grid()[1])
    ['General staff: Approved headcount', '98', '90']
    """
    if len(projects) < 2:
        raise TypeError("compare(a, b, ...) takes two projects or more")
    return SideBySide(projects)


def _names(projects: Sequence[Project], words: Words) -> list[str]:
    """What each is called: by its project, or as filed and changed where it is the same one."""
    rows: list[Any] = [each.scored.inputs.projects.loc[each.id] for each in projects]
    if len({each.id for each in projects}) > 1:
        return [words.text(r["name"] if is_missing(r["scenario"]) else r["scenario"]) for r in rows]
    marks = ["changed" if each.scenario.changes else "as_filed" for each in projects]
    return [words.term(f"labels.{each}") for each in marks]


def differing(*many: Facts) -> Iterator[str]:
    """The figures that are not the same in all, in the order of the catalogue (差异)."""
    known: dict[str, Fact] = {}
    for facts in many:
        known = {**facts, **known}
    for name, fact in known.items():
        if not isinstance(fact.value, int | Fraction | date):
            continue
        first, *others = (facts.value(name) for facts in many)
        if any(is_other(first, each) for each in others):
            yield name


def is_other(one: Any, other: Any) -> bool:
    """Whether two figures differ; one that is missing differs from any that is not.

    >>> is_other(1, Fraction(1)), is_other(None, 0), is_other(None, None)
    (False, True, False)
    """
    if is_missing(one) or is_missing(other):
        return is_missing(one) != is_missing(other)
    return bool(one != other)


def difference(base: Any, facts: Facts, name: str, words: Words) -> str:
    """How much a figure differs from another, in words; empty where it does not or cannot."""
    fact = facts.get(name)
    if fact is None or is_missing(fact.value) or is_missing(base) or fact.value == base:
        return ""
    if isinstance(base, date):
        return words.figure((fact.value - base).days, "days", "signed")
    style = "pp signed" if fact.unit == "rate" else "signed"
    gap = Fact(name, fact.value - base, fact.unit, "", "", (), "")
    return words.fact_figure(gap, style)


def conclusion(name: str, project: Project, facts: Facts, words: Words) -> str:
    """A conclusion in words; empty where a project has none of its kind."""
    value = facts.value(name)
    if is_missing(value):
        return ""
    if name.endswith("grade"):
        return words.text(project.scored.framework.labels.get(value, value))
    return words.term(f"{name}.{value}")
