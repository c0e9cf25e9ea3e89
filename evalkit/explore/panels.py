"""What the desk shows of a project (面板): conclusions, figures, charts, indicators, findings.

Each panel is HTML made from the same facts, words, tables and charts as a report.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

from evalkit.facts import Facts, facts_for
from evalkit.headline import FIGURES, conclusions
from evalkit.narrative.summary import tell_summary
from evalkit.project import Project
from evalkit.recall import is_same
from evalkit.report import OPENING
from evalkit.side_by_side import CHARTS, difference, differing
from evalkit.tables.catalogue import tabulators
from evalkit.tables.cells import Cells
from evalkit.tables.findings import Told, findings_told
from evalkit.tables.table import NOTHING, Cell, Table, headings
from evalkit.terms import is_missing
from evalkit.words import Words

#: Figures of the topics that are explored most, after those of the first screen.
MORE = ("approved_count", "filled_count", "labour_amount", "declared_total_amount", "lines_gap",
        "contract_amount", "paid_amount", "planned_amount", "total_score")  # fmt: skip
#: The grid of the indicators: graded, or with points.
GRIDS = ("indicators", "points")
#: What they show; beside the rates also the figures that a rate was made from.
BEHIND_GRID = ("indicators", "scores", "score_levels", "totals", "outputs", "execution",
               "payments", "headcount")  # fmt: skip
#: So many figures beside those that are always shown.
MOST_OTHERS = 12


def verdict_panel(project: Project) -> str:
    """The conclusions, and what would change them (结论)."""
    facts, words = facts_for(project.scored, project.id), project.words
    told = [
        each for each in tell_summary(project.scored, project.id)
        if each[0] not in OPENING and each[0] == "paragraph"
    ]  # fmt: skip
    shown = conclusions(facts, words, project.scored.framework.labels)
    said = (words.plain("summary", variant, facts, extra) for variant, extra in told[:1])
    return shown + "".join(f"<p>{escape(each)}</p>" for each in said)


def figures_panel(project: Project, base: Project) -> str:
    """The key figures beside those of the file, with their change; then others that changed."""
    return figures_table(project, base)._repr_html_()


def figures_table(project: Project, base: Project) -> Table:
    """The table of figures: as filed, now, and the change."""
    words = project.words
    mine, filed = (facts_for(each.scored, each.id) for each in (project, base))
    names = [name for name in (*FIGURES, *MORE) if _is_there(name, mine, filed)]
    others = [name for name in differing(filed, mine) if "." not in name and name not in names]
    rows = []
    for name in [*names, *others[:MOST_OTHERS]]:
        gap = difference(filed.value(name), mine, name, words)
        kind = "num moved" if gap else "num"
        rows.append((
            Cell(words.label(name, mine), heads=True), Cell(_shown(filed, name, words), "num"),
            Cell(_shown(mine, name, words), kind), Cell(gap or NOTHING, kind),
        ))  # fmt: skip
    heads = ("fact", "labels.as_filed", "labels.now", "headings.gap_to_first")
    caption = words.term("headings.key_figures")
    return Table("key_figures", caption, headings(*map(words.term, heads)), tuple(rows))


def _is_there(name: str, *facts: Facts) -> bool:
    return any(not is_missing(each.value(name)) for each in facts)


def _shown(facts: Facts, name: str, words: Words) -> str:
    fact = facts.get(name)
    return NOTHING if fact is None or is_missing(fact.value) else words.fact_figure(fact)


class Panel:
    """A part that is made anew only where what it shows has changed."""

    def __init__(self, key: Callable[[Project], Any], made: Callable[[Project], str]) -> None:
        self._key_of, self._made = key, made
        self._key: Any = None
        self._html = ""

    def html(self, project: Project) -> str:
        """What it shows of a project as HTML; empty where that is nothing."""
        key = self._key_of(project)
        if not is_same(key, self._key):
            self._html, self._key = self._made(project), key
        return self._html


def chart_panels() -> list[Panel]:
    """The charts of the desk: execution and the build-up of the cost of heads (图)."""
    return [Panel(partial(Project.chart_key, topic=topic), partial(_chart, topic=topic))
            for topic in CHARTS]  # fmt: skip


def _chart(project: Project, topic: str) -> str:
    """The chart as a figure with caption and text alternative."""
    chart = project.chart(topic)
    return "" if chart is None else chart.figure


def grid_panel() -> Panel:
    """Every indicator with its grade or points (指标)."""
    return Panel(_behind_grid, _grid)


def _behind_grid(project: Project) -> Any:
    frames = (getattr(project.scored, name) for name in BEHIND_GRID)
    return project.lang, project.framework, project.scored.inputs.projects, *frames


def _grid(project: Project) -> str:
    shown = (tabulators()[name](project.scored, project.id, project.words) for name in GRIDS)
    return "".join(table.bare(table.caption)._repr_html_() for table in shown if table is not None)


def findings_panel(project: Project, base: Project) -> str:
    """The findings; those that the file has not are marked new, those it had are struck out."""
    words = project.words
    mine, filed = _findings(project), _findings(base)
    new = [each for each in mine if each not in filed]
    gone = [each for each in filed if each not in mine]
    kept = [each for each in mine if each in filed]
    shown = [
        *(_item(words, mine[key], "new") for key in new),
        *(_item(words, filed[key], "gone") for key in gone),
        *(_item(words, mine[key], "") for key in kept),
    ]
    title = escape(words.term("topics.findings"))
    counted = escape(_counted(words, mine, new, gone))
    return f'<h4>{title}</h4><p role="status">{counted}</p><ul class="found">{"".join(shown)}</ul>'


def _findings(project: Project) -> dict[tuple[str, str, str], Told]:
    """The findings in words, by what makes one the same: code, place and what is said."""
    cells = Cells(project.evaluation, project.id, project.words)
    return {
        (str(row["code"]), told.where, told.said): told for row, told in findings_told(cells)
    }  # fmt: skip


def _counted(words: Words, mine: Any, new: Any, gone: Any) -> str:
    pair = words.term("headings.pair")
    counts = (("finding_count", mine), ("labels.new_ones", new), ("labels.gone_ones", gone))
    return words.listed(
        (pair.format(name=words.term(name), value=len(found)) for name, found in counts),
        "semicolon",
    )


def _item(words: Words, told: Told, kind: str) -> str:
    """One finding; what became of it stands in words before it, not in colour alone."""
    mark = f"<strong>{escape(words.term(f'labels.{kind}_one'))}</strong> " if kind else ""
    said = escape(words.term("headings.pair").format(name=told.where, value=told.said))
    shown = f"<del>{said}</del>" if kind == "gone" else said
    severity = f"<em>{escape(told.severity)}</em> "
    return f'<li class="{kind}">{mark}{severity}{shown}</li>'
