"""How many projects have which light (灯号图)."""

from __future__ import annotations

from matplotlib.axes import Axes

from evalkit.charts.look import MAIN, styled
from evalkit.charts.rows import Row, lay_out
from evalkit.narrative.portfolio import light_items
from evalkit.narrative.project import Saying, say
from evalkit.portfolio_model import Portfolio
from evalkit.tables.portfolio.totals import tabulate_lights
from evalkit.words import Words

DATA = (tabulate_lights,)
BAR = 14.0


@styled
def plot_lights(portfolio: Portfolio, words: Words, ax: Axes | None = None) -> Axes | None:
    """A bar for each light that a project has. ``None`` without any project."""
    lights = portfolio.lights
    if lights.empty:
        return None
    counts = lights["project_count"].tolist()
    rows = [
        Row(words.term(f"light.{light}"), (words.figure(count, "count"),))
        for light, count in zip(lights.index, counts, strict=True)
    ]
    grid = lay_out(rows, [words.term("portfolio_heads.projects")], ax)
    grid.ax.barh(grid.middles, counts, height=BAR, color=MAIN, label="project_count")
    grid.ax.set_xlim(0, max(counts))
    grid.ax.set_xticks([])
    grid.ax.spines["bottom"].set_visible(False)
    return grid.ax


def alt(portfolio: Portfolio, words: Words) -> Saying:
    """What the chart says in words."""
    return say("alt_lights", items=light_items(portfolio))
