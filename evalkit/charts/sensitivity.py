"""How far each assumption moves the total (敏感性图)."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from evalkit.charts.look import INK, MAIN, RULE, SOFT, WARM, styled
from evalkit.charts.rows import Row, lay_out, write_key
from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.sensitivity import called, moving, tabulate_sensitivity
from evalkit.terms import is_missing
from evalkit.words import Words

DATA = (tabulate_sensitivity,)
THICK = 7.0  # half a bar, points
MOST = 6  # rows; the table has them all


@styled
def plot_sensitivity(
    evaluation: Evaluation, project_id: str, words: Words, ax: Axes | None = None
) -> Axes | None:
    """A bar an assumption from the total when it moves down to that when it moves up.

    The strongest come first. A line stands at the total as it is, dashed ones at the bounds of
    grades within view. ``None`` where no total is decided or nothing moves it.
    """
    cells = Cells(evaluation, project_id, words)
    totals = evaluation.totals
    total: Any = totals.at[project_id, "rebased_score"] if len(totals) else pd.NA
    rows = moving(cells)
    rows = rows if rows.empty else rows[[_is_decided(row) for _, row in rows.iterrows()]]
    if rows.empty or is_missing(total):
        return None
    rows = rows.head(MOST)
    names = [_row(cells, row) for _, row in rows.iterrows()]
    heads = [words.term("sensitivity.down"), words.term("sensitivity.up")]
    grid = lay_out(names, heads, ax)
    drawn = grid.ax
    ends = [(float(row["down_score"]), float(row["up_score"])) for _, row in rows.iterrows()]
    base = float(total)
    for way, colour, place in (("down_score", WARM, 0), ("up_score", MAIN, 1)):
        widths = [each[place] - base for each in ends]
        drawn.barh(grid.middles, widths, height=2 * THICK, left=base, color=colour, label=way)
    low, high = min(map(min, ends)), max(map(max, ends))
    room = max((high - low) * 0.12, 0.01)
    drawn.set_xlim(low - room, high + room)
    _mark_grades(drawn, evaluation, low - room, high + room)
    drawn.axvline(base, color=INK, linewidth=1, zorder=3, label="rebased_score")
    drawn.set_xticks([base], [words.figure(total, "points", "bare")])
    write_key(drawn, [("s", WARM, heads[0]), ("s", MAIN, heads[1])])
    return drawn


def _is_decided(row: pd.Series) -> bool:
    return not is_missing(row["down_score"]) and not is_missing(row["up_score"])


def _row(cells: Cells, row: pd.Series) -> Row:
    figures = (cells.words.figure(row[f"{way}_score"], "points", "bare") for way in ("down", "up"))
    return Row(called(cells, row, most=1), tuple(figures))


def _mark_grades(ax: Axes, evaluation: Evaluation, low: float, high: float) -> None:
    """A dashed line at each bound of a grade that lies within view."""
    ax.axvline(low, color=RULE, linewidth=0.8, zorder=0)
    for band in evaluation.framework.settings["grade_bands"]["bands"]:
        bound = float(band.get("at_least", low))
        if low < bound < high:
            ax.axvline(bound, color=SOFT, linewidth=0.8, linestyle="--", label="grade")
