"""Outputs and outcomes against their targets (产出、效果完成情况图)."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from evalkit.charts.look import INK, MAIN, RULE, SMALL, SOFT, WARM, styled
from evalkit.charts.rows import Row, lay_out, point_at, write_key
from evalkit.model import Evaluation
from evalkit.tables.cells import Cells, items
from evalkit.tables.outputs import tabulate_outcomes, tabulate_outputs, target
from evalkit.words import Words

DATA = (tabulate_outputs, tabulate_outcomes)
THICK = 7.0  # half a bar, points
MOST = 1.5  # a bar of more than 150% is cut off and says so


@styled
def plot_outputs(
    evaluation: Evaluation, project_id: str, words: Words, ax: Axes | None = None
) -> Axes | None:
    """Completion rates as bars against the year's target (1), the plan to date as a triangle.

    The bars are the container ``completion_rate``. An item without a comparable value has no bar
    but its status in words: a missing value is not a zero. ``None`` for a project without outputs.
    """
    outputs = items(evaluation.outputs, project_id)
    if outputs.empty:
        return None
    cells = Cells(evaluation, project_id, words)
    order = outputs.sort_values("kind", key=lambda kinds: kinds != "output", kind="stable")
    rows: list[Row] = []
    bars: list[tuple[int, pd.Series]] = []
    for kind, mine in order.groupby("kind", sort=False):
        rows.append(Row(words.term(f"kind.{kind}"), is_heading=True))
        for _, row in mine.iterrows():
            bars.append((len(rows), row))
            rows.append(_row(cells, row))
    heads = [words.term("target"), words.term("completion_rate")]
    grid = lay_out(rows, heads, ax)
    drawn = grid.ax
    high = _scale(drawn, [row["completion_rate"] for _, row in bars])
    valued = [(place, float(row["completion_rate"])) for place, row in bars if _has_rate(row)]
    at, rates = [grid.middles[place] for place, _ in valued], [rate for _, rate in valued]
    drawn.barh(at, rates, height=2 * THICK, color=MAIN, label="completion_rate")
    for place, rate in valued:
        if rate > high:
            _cut(drawn, grid.middles[place])
    for place, row in bars:
        _mark(drawn, row, grid.middles[place], high, words)
    drawn.axvline(1, color=INK, linewidth=1, zorder=3, label="target")
    heads = [words.term(name) for name in ("completion_rate", "planned_completion_rate")]
    write_key(drawn, [("s", MAIN, heads[0]), ("v", WARM, heads[1])])
    return drawn


def _has_rate(row: pd.Series) -> bool:
    return bool(pd.notna(row["completion_rate"]))


def _row(cells: Cells, row: pd.Series) -> Row:
    rate = cells.value(row["completion_rate"], "rate").text
    note = cells.term(f"status.{row['status']}") if _has_rate(row) else ""
    return Row(cells.words.text(row["name"]), (target(cells, row).text, rate), note)


def _scale(ax: Axes, rates: list[Any]) -> float:
    """An axis in percent to a little over the target, to 150% where something is above it."""
    known = [float(rate) for rate in rates if pd.notna(rate)]
    high = min(max(1.08, *known, 1.08), MOST)
    ax.set_xlim(0, high)
    ax.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"])
    ax.axvline(0, color=RULE, linewidth=0.8, zorder=0)
    return high


def _mark(ax: Axes, row: pd.Series, middle: float, high: float, words: Words) -> None:
    """The plan to date as a triangle, or the reason why there is no bar."""
    if not _has_rate(row):
        ax.text(high * 0.02, middle, words.term(f"status.{row['status']}"), va="center_baseline",
                fontsize=SMALL, color=SOFT, style="normal")  # fmt: skip
    planned = row["planned_completion_rate"]
    if pd.notna(planned) and float(planned) <= high:
        point_at(ax, float(planned), middle - THICK, "planned_completion_rate")


def _cut(ax: Axes, middle: float) -> None:
    """Two strokes through the end of a bar that goes on."""
    for x in (-10, -6):
        ax.annotate("/", (1, middle), xycoords=ax.get_yaxis_transform(), xytext=(x, -3.6),
                    textcoords="offset points", color="white", ha="center")  # fmt: skip
