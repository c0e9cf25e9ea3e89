"""Where in the report the open findings sit (核对发现分布图)."""

from __future__ import annotations

from matplotlib.axes import Axes

from evalkit.charts.axes import inches
from evalkit.charts.look import BAD, MAIN, PAPER, WARM, styled
from evalkit.charts.rows import HOLLOW, Row, lay_out, write_key
from evalkit.model import SEVERITIES, Evaluation
from evalkit.narrative.findings import counts_by_section
from evalkit.tables.findings import tabulate_finding_places
from evalkit.words import Words

DATA = (tabulate_finding_places,)
#: How each severity is drawn: in the colour of its tag on the page, and apart in grey by its form.
MARKS = {"error": ("s", BAD), "warning": ("^", WARM), "note": (HOLLOW, MAIN)}
WIDEST, LARGEST = 16.0, 8.0  # points: from mark to mark, and across one


@styled
def plot_findings(
    evaluation: Evaluation, project_id: str, words: Words, ax: Axes | None = None
) -> Axes | None:
    """A row for each section of the report, a mark for each open finding, the worst first.

    The marks of a severity are lines of its name. ``None`` for a project without open findings.
    """
    placed = list(counts_by_section(evaluation, project_id))
    if not placed:
        return None
    totals = [sum(counts.values()) for _, counts in placed]
    rows = [
        Row(words.term(f"topics.{section}"), (words.figure(total, "count"),))
        for (section, _), total in zip(placed, totals, strict=True)
    ]
    grid = lay_out(rows, [words.term("finding_count")], ax)
    room = grid.ax.get_position().width * inches(grid.ax)[0] * 72
    step = min(WIDEST, room / max(totals))
    grid.ax.set_xlim(0, room / step)
    grid.ax.set_xticks([])
    grid.ax.spines["bottom"].set_visible(False)
    for severity in SEVERITIES:
        _draw(grid.ax, severity, placed, grid.middles, min(LARGEST, step * 0.8))
    write_key(grid.ax, [(*MARKS[each], words.term(f"severity.{each}")) for each in SEVERITIES])
    return grid.ax


def _draw(
    ax: Axes, severity: str, placed: list[tuple[str, dict[str, int]]], middles: list[float],
    size: float,
) -> None:  # fmt: skip
    """The marks of one severity in every row, behind those of the worse ones."""
    worse = SEVERITIES[: SEVERITIES.index(severity)]
    places = [
        (sum(counts[each] for each in worse) + number + 0.5, middle)
        for (_, counts), middle in zip(placed, middles, strict=True)
        for number in range(counts[severity])
    ]
    marker, colour = MARKS[severity]
    face = PAPER if marker == HOLLOW else colour
    ax.plot([x for x, _ in places], [y for _, y in places], marker, color=colour,
            markerfacecolor=face, markersize=size, label=severity)  # fmt: skip
