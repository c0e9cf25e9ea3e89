"""Earned value (挣值图): planned, delivered and paid against the contracts, and the estimates."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from evalkit.charts.axes import money_axis
from evalkit.charts.look import INK, MAIN, RULE, SOFT, WARM, styled
from evalkit.charts.rows import Row, lay_out, write_key
from evalkit.model import Evaluation
from evalkit.tables.earned_value import tabulate_earned_value
from evalkit.words import Words

DATA = (tabulate_earned_value,)

WHOLE = "completion_budget_amount"
#: Each group of bars, its heading and how each bar looks; full, open and grey ones stay apart in
#: grey, and each has its name beside it.
OPEN = {"facecolor": "white", "edgecolor": INK, "linewidth": 1.0}
GUESSED = {"facecolor": RULE, "edgecolor": SOFT, "linewidth": 0.8}
GROUPS: dict[str, dict[str, dict[str, Any]]] = {
    "headings.by_the_date": {
        "planned_value_amount": OPEN,
        "earned_value_amount": {"color": MAIN},
        "actual_cost_amount": {"color": WARM},
    },
    "headings.at_completion": {
        "estimate_by_cost_amount": GUESSED,
        "estimate_by_plan_amount": GUESSED,
        "estimate_by_both_amount": GUESSED,
    },
}
ESTIMATES = GROUPS["headings.at_completion"]  # their heading says what they are
THICK = 16.0  # points


@styled
def plot_earned_value(
    evaluation: Evaluation, project_id: str, words: Words, ax: Axes | None = None
) -> Axes | None:
    """PV, EV and AC as bars, the three estimates below, the contracts as a line through them all.

    Containers and the line carry the names of their facts; what cannot be evaluated has no bar.
    ``None`` for a project without a contract whose service can be valued.
    """
    found: Any = evaluation.earned_value.loc[project_id]
    if pd.isna(found["earned_value_amount"]) or pd.isna(found[WHOLE]):
        return None
    names = [name for heading, bars in GROUPS.items() for name in (heading, *bars)]
    grid = lay_out([_row(name, found, words) for name in names], [words.money_label()], ax)
    drawn, middles = grid.ax, dict(zip(names, grid.middles, strict=True))
    looks = {name: look for bars in GROUPS.values() for name, look in bars.items()}
    lengths = {name: float(found[name]) for name in looks if not pd.isna(found[name])}
    for name, length in lengths.items():
        drawn.barh([middles[name]], [length], height=THICK, label=name, **looks[name])
    ends = [0.0, float(found[WHOLE]), *lengths.values()]
    drawn.set_xlim(min(ends), max(ends) * 1.03 or 1)
    drawn.axvline(float(found[WHOLE]), color=INK, linewidth=1.2, dashes=(4, 2), label=WHOLE)
    drawn.axvline(0, color=RULE, linewidth=0.8, zorder=0)
    money_axis(drawn, words)
    whole = words.term("headings.pair").format(
        name=words.term(WHOLE), value=words.figure(found[WHOLE], "amount")
    )
    write_key(drawn, [("|", INK, whole)])
    return drawn


def _row(name: str, found: Any, words: Words) -> Row:
    """The heading of a group, or a measure with its amount."""
    if name in GROUPS:
        return Row(words.term(name), is_heading=True)
    said = f"headings.{name.removesuffix('_amount')}" if name in ESTIMATES else name
    return Row(words.term(said), (words.figure(found[name], "amount", "bare"),))
