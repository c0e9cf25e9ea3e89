"""The indicators' grades as a grid by level (指标评价结果图)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from evalkit.charts.axes import axes
from evalkit.charts.lettering import wrapped, write
from evalkit.charts.look import INK, RULE, SIZE, SMALL, SOFT, WIDTH, styled
from evalkit.model import Evaluation
from evalkit.tables.cells import Cells, items
from evalkit.tables.indicators import tabulate_indicators
from evalkit.words import Words

DATA = (tabulate_indicators,)

NAMES, CELL, GAP, EDGE, LINE = 128.0, 40.0, 4.0, 4.0, 13.0  # points
PER_ROW = 4
#: From the best grade to the worst, ever darker; the text turns white on dark.
SHADES = ("#dcebf4", "#a9cbe0", "#5f93b5", "#1f4f73")


@styled
def plot_indicators(
    evaluation: Evaluation, project_id: str, words: Words, ax: Axes | None = None
) -> Axes | None:
    """A cell for each indicator in the row of its level, with its code and its grade in words.

    Each cell is a patch whose gid is the indicator's code. ``None`` where nothing is evaluated.
    """
    indicators = items(evaluation.indicators, project_id)
    if indicators.empty:
        return None
    cells = Cells(evaluation, project_id, words)
    blocks = list(_blocks(indicators, evaluation, words))
    height = sum(block_height for *_, block_height in blocks) + 2 * EDGE
    drawn = axes(ax, height / 72)
    drawn.set_axis_off()
    drawn.set_xlim(0, WIDTH * 72)
    drawn.set_ylim(height, 0)
    top = EDGE
    for name, mine, is_top, block_height in blocks:
        _name(drawn, name, top, block_height, is_top)
        for place, (code, row) in enumerate(mine.iterrows()):
            _cell(drawn, str(code), row, place, top, cells)
        top += block_height
    return drawn


Block = tuple[str, pd.DataFrame, bool, float]


def _blocks(indicators: pd.DataFrame, evaluation: Evaluation, words: Words) -> Iterator[Block]:
    """A heading for each top level, then a row of cells for each lowest level below it."""
    levels = evaluation.framework.levels
    none = indicators.iloc[:0]
    last = ""
    for parent, mine in indicators.groupby("parent", sort=False):
        top = mine["path"].iloc[0][0] if mine["path"].iloc[0] else ""
        if top and top != last and top != parent:
            yield _called(levels, top, words), none, True, 24.0
        last = top
        name = wrapped(_called(levels, str(parent), words), NAMES, SIZE)
        lines = -(-len(mine) // PER_ROW)
        needed = (name.count("\n") + 1) * LINE + GAP
        yield name, mine, False, max(lines * (CELL + GAP), needed)


def _called(levels: Any, code: str, words: Words) -> str:
    return f"{code} {words.text(levels.at[code, 'name'])}"


def _name(ax: Axes, name: str, top: float, height: float, is_top: bool) -> None:
    if is_top:
        ax.plot([EDGE, WIDTH * 72 - EDGE], [top + 3, top + 3], color=RULE, linewidth=0.8)
        write(ax, ax.transData, EDGE, top + 14, name, colour=SOFT, upward=False)
        return
    write(ax, ax.transData, EDGE, top + (height - GAP) / 2, name, upward=False)


def _cell(ax: Axes, code: str, row: pd.Series, place: int, top: float, cells: Cells) -> None:
    """One indicator: its grade's shade, its code and its grade; without a grade, why not."""
    left = EDGE + NAMES + 8
    width = (WIDTH * 72 - EDGE - left - (PER_ROW - 1) * GAP) / PER_ROW
    x, y = left + place % PER_ROW * (width + GAP), top + place // PER_ROW * (CELL + GAP)
    grades = cells.evaluation.framework.grades
    if row["status"] == "graded":
        rank = grades.index(row["grade"])
        shade = SHADES[min(round(rank * (len(SHADES) - 1) / max(len(grades) - 1, 1)), 3)]
        look: dict[str, Any] = {"facecolor": shade, "edgecolor": shade}
        colour = "white" if rank * 2 >= len(grades) else INK
    else:
        edge, colour = (RULE, SOFT) if row["status"] == "not_applicable" else (SOFT, INK)
        look = {"facecolor": "white", "edgecolor": edge, "linestyle": (0, (3, 2))}
    ax.add_patch(Rectangle((x, y), width, CELL, gid=code, linewidth=1, **look))
    said = wrapped(cells.grade(row["grade"], row["status"]).text, width - 4, SMALL, most=2)
    write(ax, ax.transData, x + width / 2, y + CELL / 2, f"{code}\n{said}", size=SMALL,
          side="center", colour=colour, upward=False)  # fmt: skip
