"""A finished chart of a portfolio, with caption, text alternative and the tables behind it."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

from evalkit.charts import portfolio as charts
from evalkit.charts.figure import Chart, drawn
from evalkit.portfolio_model import Portfolio
from evalkit.tables.portfolio.views import Views
from evalkit.tables.table import Table
from evalkit.words import Words


def portfolio_topics() -> list[str]:
    """The charts there are: the modules of this folder that hold a ``plot_<topic>``.

    >>> "rates" in portfolio_topics()
    True
    """
    names = [module.name for module in pkgutil.iter_modules(charts.__path__)]
    return [name for name in sorted(names) if hasattr(_module(name), f"plot_{name}")]


def _module(topic: str) -> object:
    return importlib.import_module(f"evalkit.charts.portfolio.{topic}")


def portfolio_chart(topic: str, portfolio: Portfolio, words: Words) -> Chart | None:
    """The chart of a topic; ``None`` where there is nothing to draw.

    Raises ``ModuleNotFoundError`` where there is no such chart.
    """
    module = importlib.import_module(f"evalkit.charts.portfolio.{topic}")
    ax = getattr(module, f"plot_{topic}")(portfolio, words)
    if ax is None:
        return None
    variant, extra = module.alt(portfolio, words)
    behind = [tabulate(portfolio, words) for tabulate in module.DATA]
    tables = [_named(each, words) if isinstance(each, Views) else each for each in behind]
    return Chart(
        name=topic,
        caption=words.plain("portfolio", f"chart_{topic}", portfolio.facts),
        alt=words.plain("portfolio", variant, portfolio.facts, extra),
        image=drawn(ax.get_figure(root=True)),
        data=tuple(table for table in tables if table is not None),
        summary=words.term("labels.data_behind"),
    )


def _named(views: Views, words: Words) -> Table:
    """The first of several lists, under the name of the section that holds them."""
    return replace(views.first, caption=words.term(f"portfolio_topics.{views.name}"))
