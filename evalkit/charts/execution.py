"""Cumulative execution over the period (预算执行进度图): plan, payments, calendar, ceiling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num, num2date
from matplotlib.lines import Line2D

from evalkit.charts.axes import axes, inches, money_axis, points_from
from evalkit.charts.lettering import text_width
from evalkit.charts.look import INK, MAIN, PALE, SIZE, SMALL, SOFT, WARM, WIDTH, styled
from evalkit.model import Evaluation, as_date
from evalkit.tables.cells import items
from evalkit.tables.payments import tabulate_instalments
from evalkit.words import Words

DATA = (tabulate_instalments,)
#: The days of the project that the chart shows beside its data.
DAYS = ("as_of", "period_start_on", "period_end_on")

#: How each line looks; told apart without colour by dash, width and marker.
LOOKS: dict[str, dict[str, Any]] = {
    "executed_amount": {"color": MAIN, "linewidth": 2.6, "marker": "o", "markersize": 4.5},
    "planned_amount": {"color": WARM, "linewidth": 1.6, "dashes": (5, 2), "marker": "s",
                       "markersize": 3.5, "markerfacecolor": "white"},
    "calendar_amount": {"color": SOFT, "linewidth": 1.3, "dashes": (1.2, 1.6)},
    "contract_amount": {"color": INK, "linewidth": 1.2, "dashes": (7, 2, 1.5, 2)},
    "budget_amount": {"color": INK, "linewidth": 0.8},
}  # fmt: skip
STEPS = ("executed_amount", "planned_amount")
PLOT, RIGHT, FOOT, LEGEND_LINE, EDGE = 200.0, 20.0, 24.0, 16.0, 4.0  # points


@styled
def plot_execution(
    evaluation: Evaluation, project_id: str, words: Words, ax: Axes | None = None
) -> Axes | None:
    """Money over time, cumulated; ``None`` where there is neither a budget nor a payment.

    The lines of the axes carry the names of their facts as labels: steps of the instalments as they
    fall due (``planned_amount``), of the payments (``executed_amount``), the budget by the calendar
    (``calendar_amount``), the contracts (``contract_amount``) and the budget (``budget_amount``).
    """
    execution: Any = evaluation.execution.loc[project_id]
    lines = _lines(evaluation, project_id, execution)
    if not any(y for _, ys in lines.values() for y in ys):
        return None
    shown = [name for name in LOOKS if name in lines]
    made = axes(ax, (PLOT + FOOT + LEGEND_LINE * len(shown) + 30) / 72)
    for name in shown:
        _draw(made, name, *lines[name])
    _scale(made, lines, words)
    left = _place(made, ax is None)
    _mark_date(made, execution["as_of"], left, words)
    _legend(made, shown, execution, left, words)
    return made


Line = tuple[list[float], list[float]]


def _lines(evaluation: Evaluation, project_id: str, execution: Any) -> dict[str, Line]:
    """The points of each line, days by money in fen; only of what the project has."""
    start, end = execution["period_start_on"], execution["period_end_on"]
    as_of = execution["as_of"]
    payments = items(evaluation.inputs.payments, project_id)
    paid = payments[payments["paid_on"] <= as_of]
    found: dict[str, Line] = {}
    if len(paid):
        found["executed_amount"] = _steps(
            zip(paid["paid_on"], paid["amount"], strict=True), start, as_of
        )
    elif pd.notna(execution["executed_amount"]):
        found["executed_amount"] = ([_day(as_of)], [float(execution["executed_amount"])])
    due = _due(items(evaluation.instalments, project_id), end)
    if due:
        found["planned_amount"] = _steps(due, start, end)
    budget = execution["budget_amount"]
    if pd.notna(budget):
        days = [_day(execution[each]) for each in ("budget_start_on", "budget_end_on")]
        found["calendar_amount"] = (days, [0.0, float(budget)])
    for name in ("contract_amount", "budget_amount"):
        if pd.notna(execution[name]):
            found[name] = ([_day(start), _day(end)], [float(execution[name])] * 2)
    return found


def _due(instalments: Any, end: Any) -> list[tuple[Any, Any]]:
    """What falls due and when; what is withheld does so on its release, or at the period's end."""
    due = [
        (row.due_on, row.payable_amount)
        for row in instalments.itertuples()
        if pd.notna(row.payable_amount)
    ]
    for row in instalments.itertuples():
        if pd.notna(row.withheld_amount) and row.withheld_amount:
            due.append((end if pd.isna(row.released_on) else row.released_on, row.withheld_amount))
    return due


def _steps(events: Iterable[tuple[Any, Any]], start: Any, end: Any) -> Line:
    """The corners of a cumulative line from the start to the end, by day."""
    xs, ys = [_day(start)], [0.0]
    for day, amount in sorted((_day(day), float(amount)) for day, amount in events):
        xs.append(max(day, xs[-1]))
        ys.append(ys[-1] + amount)
    if xs[-1] < _day(end):
        xs.append(_day(end))
        ys.append(ys[-1])
    return xs, ys


def _day(value: Any) -> float:
    return float(date2num(value))


def _draw(ax: Axes, name: str, xs: list[float], ys: list[float]) -> None:
    """One line; steps carry a marker where they rise."""
    is_step = name in STEPS
    rises = [i for i in range(len(ys)) if (ys[i] != ys[i - 1] if i else len(ys) == 1)]
    ax.plot(xs, ys, label=name, drawstyle="steps-post" if is_step else "default", clip_on=False,
            zorder=3 if is_step else 2, markevery=rises, **LOOKS[name])  # fmt: skip


def _place(ax: Axes, is_own: bool) -> float:
    """Room for the legend above, the amounts on the left, the dates below; the room on the left."""
    amounts, dates = ([text_width(label.get_text(), SMALL) for label in labels]
                      for labels in (ax.get_yticklabels(), ax.get_xticklabels()))  # fmt: skip
    left = max(max(amounts) + 10, dates[0] / 2 + 2)  # the first date stands around its tick
    if is_own:
        width, height = WIDTH * 72, inches(ax)[1] * 72
        ax.set_position((left / width, FOOT / height, 1 - (left + RIGHT) / width, PLOT / height))
    ax.grid(axis="y", color=PALE, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return left


def _scale(ax: Axes, lines: dict[str, Line], words: Words) -> None:
    xs = [x for line, _ in lines.values() for x in line]
    ys = [y for _, line in lines.values() for y in line]
    ax.set_xlim(min(xs), max(max(xs), min(xs) + 1))
    ax.set_ylim(min(0.0, *ys), max(ys) * 1.06 or 1)
    money_axis(ax, words, upright=True)
    months = _months(*ax.get_xlim())
    ax.set_xticks([_day(month) for month in months], [f"{month:%Y-%m}" for month in months])


def _months(low: float, high: float) -> list[date]:
    """First days of months inside the span, every so many that no more than six are left."""
    first, last = num2date(low).date(), num2date(high).date()
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    starts = [date(number // 12, number % 12 + 1, 1) for number in numbers]
    inside = [day for day in starts if low <= _day(day) <= high] or [first]
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 600) if len(inside) <= 6 * step)
    return inside[::step]


def _mark_date(ax: Axes, as_of: Any, room: float, words: Words) -> None:
    """The tracking date as a line; its words above it, never outside nor on the unit of money."""
    ax.axvline(_day(as_of), color=SOFT, linewidth=1, zorder=1, label="as_of")
    above = points_from(ax, 0, 1)
    unit = words.money_label()
    ax.text(EDGE - room, 4, unit, transform=above, va="bottom", fontsize=SMALL, color=SOFT)
    text = f"{words.term('as_of')} {words.figure(as_date(as_of), 'date')}"
    half, width = text_width(text, SMALL) / 2, inches(ax)[0] * 72 * ax.get_position().width
    low, high = ax.get_xlim()
    left = text_width(unit, SMALL) - room + 12 + half
    middle = min(max((_day(as_of) - low) / (high - low) * width, left), width - half)
    ax.text(middle, 4, text, transform=above, ha="center", va="bottom", fontsize=SMALL, color=INK)


def _legend(ax: Axes, shown: list[str], execution: Any, room: float, words: Words) -> None:
    """Each line's sample, name and amount at the tracking date, above the plot."""
    above = points_from(ax, 0, 1)
    names = [words.term(name) for name in shown]
    figures = [words.figure(execution[name], "amount") for name in shown]
    sample = 34.0
    edge = max(text_width(text, SIZE) for text in names) + sample + 8
    edge += max(text_width(text, SIZE) for text in figures) + 8
    entries = list(zip(shown, names, figures, strict=True))[::-1]
    for place, (fact, name, figure) in enumerate(entries):
        y, x = 24 + LEGEND_LINE * (place + 0.5), EDGE - room
        look = LOOKS[fact]
        ax.add_line(Line2D([x, x + sample / 2, x + sample - 4], [y] * 3, transform=above,
                           clip_on=False, markevery=[1], **look))  # fmt: skip
        ax.text(x + sample + 4, y, name, transform=above, va="center_baseline")
        ax.text(x + edge, y, figure, transform=above, va="center_baseline", ha="right")
