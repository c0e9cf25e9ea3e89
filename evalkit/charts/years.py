"""Budget and execution by year (各年度预算及执行图)."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from evalkit.charts.axes import money_axis
from evalkit.charts.look import INK, MAIN, RULE, styled
from evalkit.charts.rows import Row, lay_out, write_key
from evalkit.model import Evaluation
from evalkit.tables.cells import items
from evalkit.tables.execution import tabulate_years
from evalkit.words import Words

DATA = (tabulate_years,)
THICK = 9.0  # half a budget's bar, points


@styled
def plot_years(
    evaluation: Evaluation, project_id: str, words: Words, ax: Axes | None = None
) -> Axes | None:
    """For each year the budget as an open bar and the execution as a full one inside it.

    Containers ``year_budget_amount`` and ``year_executed_amount``. ``None`` with fewer than two
    years.
    """
    years = items(evaluation.years, project_id)
    if len(years) < 2:
        return None
    rows = [_row(str(year), row, words) for year, row in years.iterrows()]
    columns = ("year_budget_amount", "year_executed_amount", "year_execution_rate")
    grid = lay_out(rows, [words.term(column) for column in columns], ax, least=32)
    budget, executed = (_floats(years[column]) for column in columns[:2])
    drawn = grid.ax
    drawn.barh(grid.middles, budget, height=2 * THICK, facecolor="white", edgecolor=INK,
               linewidth=1, label=columns[0])  # fmt: skip
    drawn.barh(grid.middles, executed, height=THICK, color=MAIN, label=columns[1])
    low, high = min(0.0, *budget, *executed), max(0.0, *budget, *executed)
    drawn.set_xlim(low, high * 1.03 or 1)
    money_axis(drawn, words)
    drawn.axvline(0, color=RULE, linewidth=0.8, zorder=0)
    heads = [words.term(column) for column in columns[:2]]
    write_key(drawn, [("s", INK, heads[0]), ("s", MAIN, heads[1])], words.money_label())
    return drawn


def _row(year: str, row: pd.Series, words: Words) -> Row:
    amounts = [words.figure(row[f"year_{name}_amount"], "amount", "bare")
               for name in ("budget", "executed")]  # fmt: skip
    rate = words.figure(
        row["year_execution_rate"], "rate", "bare" if pd.isna(row["year_execution_rate"]) else ""
    )
    return Row(year, (*amounts, rate), words.term("is_to_date") if row["is_to_date"] else "")


def _floats(amounts: pd.Series) -> list[float]:
    """Amounts as lengths of bars; a missing one has none."""
    return [0.0 if pd.isna(amount) else float(amount) for amount in amounts]
