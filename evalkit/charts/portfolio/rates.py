"""How the budget execution rate spreads over the projects (执行率分布图)."""

from __future__ import annotations

from matplotlib.axes import Axes

from evalkit.charts.look import styled
from evalkit.charts.portfolio.columns import alt_columns, draw_columns
from evalkit.narrative.project import Saying
from evalkit.portfolio_model import Portfolio
from evalkit.tables.portfolio.totals import tabulate_rates
from evalkit.words import Words

DATA = (tabulate_rates,)
FIGURE = "execution_rate"


@styled
def plot_rates(portfolio: Portfolio, words: Words, ax: Axes | None = None) -> Axes | None:
    """A column for each range. ``None`` where no project has the figure."""
    return draw_columns(portfolio, words, FIGURE, ax)


def alt(portfolio: Portfolio, words: Words) -> Saying:
    """What the chart says in words."""
    return alt_columns(portfolio, words, FIGURE, "alt_rates")
