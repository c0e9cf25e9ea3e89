"""The budget's build-up as a waterfall (人力成本测算图), from posts to the total."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from evalkit.charts.axes import money_axis
from evalkit.charts.look import INK, MAIN, RULE, WARM, styled
from evalkit.charts.rows import Row, lay_out, point_at, write_key
from evalkit.model import Evaluation
from evalkit.tables.cells import items
from evalkit.tables.execution import tabulate_execution
from evalkit.words import Words

DATA = (tabulate_execution,)
THICK = 7.0  # half a bar, points


@styled
def plot_headcount(
    evaluation: Evaluation, project_id: str, words: Words, ax: Axes | None = None
) -> Axes | None:
    """Bars from where the lines above end; a mark where the recomputed amount would end.

    Bars are the declared amounts (container ``declared_amount``), in the order of the file; the
    last bar is their total. ``None`` for a project without budget lines.
    """
    lines = items(evaluation.lines, project_id)
    headcount: Any = evaluation.headcount.loc[project_id]
    total = headcount["declared_total_amount"]
    if lines.empty or pd.isna(total):
        return None
    rows = [_row(line, words) for _, line in lines.iterrows()]
    rows.append(Row(words.term("total"), _pair(total, headcount["recomputed_total_amount"], words)))
    heads = [words.term("declared_amount"), words.term("recomputed_amount")]
    grid = lay_out(rows, heads, ax, least=28)
    declared = [float(amount) for amount in lines["declared_amount"]]
    starts = [sum(declared[:place]) for place in range(len(declared))]
    _bars(grid.ax, grid.middles, [*declared, float(total)], [*starts, 0.0])
    recomputed = [*lines["recomputed_amount"], headcount["recomputed_total_amount"]]
    marks = [
        (start + float(amount), middle)
        for start, amount, middle in zip([*starts, 0.0], recomputed, grid.middles, strict=True)
        if pd.notna(amount)
    ]
    for end, middle in marks:
        point_at(grid.ax, end, middle - THICK, "recomputed_amount")
    ends = [start + amount for start, amount in zip(starts, declared, strict=True)]
    _scale(grid.ax, [0.0, *ends, float(total), *(end for end, _ in marks)], words)
    key = [("s", MAIN, heads[0]), ("v", WARM, heads[1])]
    write_key(grid.ax, key, words.money_label())
    return grid.ax


def _row(line: pd.Series, words: Words) -> Row:
    """A line's name, what it is built from, and its two amounts."""
    note = ""
    if pd.notna(line["fee_rate"]):
        rate, base = (
            words.figure(line["fee_rate"], "rate"),
            words.figure(line["base_amount"], "amount"),
        )
        note = f"{rate} × {base}"
    elif pd.notna(line["unit_cost_amount"]) and pd.notna(line["quantity"]):
        unit = line["quantity_unit"] if pd.notna(line["quantity_unit"]) else "quantity"
        unit = "head" if pd.notna(line["post"]) else unit
        cost = words.figure(line["unit_cost_amount"], "amount", "unit_cost")
        note = f"{words.figure(line['quantity'], unit)} × {cost}"
    figures = _pair(line["declared_amount"], line["recomputed_amount"], words)
    return Row(words.text(line["name"]), figures, note)


def _pair(declared: Any, recomputed: Any, words: Words) -> tuple[str, str]:
    """The declared and the recomputed amount; a sign in place of one that is the same."""
    first, second = (words.figure(each, "amount", "bare") for each in (declared, recomputed))
    return first, "=" if pd.notna(recomputed) and recomputed == declared else second


def _bars(ax: Axes, middles: list[float], widths: list[float], starts: list[float]) -> None:
    """The bars, the total darker, and a thin line from each end to the next start."""
    colours = [MAIN] * (len(widths) - 1) + [INK]
    ax.barh(middles, widths, left=starts, height=2 * THICK, color=colours, label="declared_amount")
    for place in range(len(widths) - 1):
        end = starts[place] + widths[place]
        ax.plot(
            [end, end], [middles[place], middles[place + 1]], color=RULE, linewidth=0.8, zorder=0
        )


def _scale(ax: Axes, ends: list[float], words: Words) -> None:
    low, high = min(ends), max(ends)
    ax.set_xlim(low, high + (high - low) * 0.02 or 1)
    money_axis(ax, words)
    ax.axvline(0, color=RULE, linewidth=0.8, zorder=0)
