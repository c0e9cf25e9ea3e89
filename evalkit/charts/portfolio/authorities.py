"""Which bodies have spent how much of their budget (各主管部门执行率图)."""

from __future__ import annotations

from matplotlib.axes import Axes

from evalkit.charts.look import MAIN, SOFT, WARM, styled
from evalkit.charts.rows import Row, lay_out, write_key
from evalkit.narrative.portfolio import authorities_drawn
from evalkit.narrative.project import Saying, say
from evalkit.portfolio_model import Portfolio
from evalkit.tables.portfolio.cells import PortfolioCells
from evalkit.tables.portfolio.totals import tabulate_authorities
from evalkit.words import Words

DATA = (tabulate_authorities,)
BAR = 12.0


@styled
def plot_authorities(portfolio: Portfolio, words: Words, ax: Axes | None = None) -> Axes | None:
    """A bar for the execution rate of each, and a line at the rate of the whole.

    Container ``execution_rate``, line ``overall_execution_rate``. ``None`` where fewer than two
    bodies have a rate.
    """
    found = authorities_drawn(portfolio)
    if found.empty:
        return None
    cells = PortfolioCells(portfolio, words)
    rows = [
        Row(cells.authority(row["name"]).text, (
            words.figure(row["budget_amount"], "amount", "bare"),
            words.figure(row["execution_rate"], "rate"),
        ))
        for _, row in found.iterrows()
    ]  # fmt: skip
    heads = [cells.head("budget").text, cells.head("rate").text]
    grid = lay_out(rows, heads, ax)
    rates = [float(each) for each in found["execution_rate"]]
    overall = float(portfolio.facts["overall_execution_rate"].value)
    grid.ax.barh(grid.middles, rates, height=BAR, color=MAIN, label="execution_rate")
    grid.ax.axvline(overall, color=WARM, linewidth=1.4, dashes=(4, 2),
                    label="overall_execution_rate")  # fmt: skip
    grid.ax.axvline(0, color=SOFT, linewidth=0.8)
    grid.ax.set_xlim(min(0.0, *rates), max(overall, *rates) * 1.03 or 1)
    grid.ax.set_xticks([])
    grid.ax.spines["bottom"].set_visible(False)
    shown = words.fact_figure(portfolio.facts["overall_execution_rate"])
    said = words.term("headings.pair").format(
        name=words.term("overall_execution_rate"), value=shown
    )
    write_key(grid.ax, [("|", WARM, said)], words.money_label())
    return grid.ax


def alt(portfolio: Portfolio, words: Words) -> Saying:
    """What the chart says in words."""
    cells = PortfolioCells(portfolio, words)
    items = [
        say("alt_authority", name=(cells.authority(row["name"]).text, "text"),
            rate=(row["execution_rate"], "rate"))
        for _, row in authorities_drawn(portfolio).iterrows()
    ]  # fmt: skip
    return say("alt_authorities", items=items)
