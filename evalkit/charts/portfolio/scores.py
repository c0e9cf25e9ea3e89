"""Budget against score (预算与得分图)."""

from __future__ import annotations

from matplotlib.axes import Axes

from evalkit.charts.look import styled
from evalkit.charts.portfolio.fields import alt_fields, draw_fields
from evalkit.narrative.project import Saying
from evalkit.portfolio_model import Portfolio
from evalkit.tables.portfolio.projects import tabulate_projects
from evalkit.words import Words

DATA = (tabulate_projects,)
FIGURE = "rebased_score"


@styled
def plot_scores(portfolio: Portfolio, words: Words, ax: Axes | None = None) -> Axes | None:
    """Marks, or fields where many. ``None`` for fewer than two projects with both figures."""
    return draw_fields(portfolio, words, FIGURE, ax)


def alt(portfolio: Portfolio, words: Words) -> Saying:
    """What the chart says in words."""
    return alt_fields(portfolio, FIGURE, "alt_scores")
