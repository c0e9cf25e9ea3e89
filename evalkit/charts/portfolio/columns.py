"""Histograms: a column for each range, its number of projects above it, the median as a line."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from evalkit.charts.axes import axes, inches, points_from
from evalkit.charts.lettering import text_width
from evalkit.charts.look import INK, MAIN, RULE, SMALL, SOFT, WARM, WIDTH
from evalkit.narrative.project import Saying, say
from evalkit.portfolio_model import Portfolio
from evalkit.tables.portfolio.totals import bin_name
from evalkit.terms import is_missing
from evalkit.words import Words

PLOT, FOOT, TOP, SIDE = 150.0, 40.0, 36.0, 14.0  # points
APART = 0.35  # of a column: how far what lies beyond the edges stands apart


def draw_columns(portfolio: Portfolio, words: Words, figure: str, ax: Axes | None) -> Axes | None:
    """The histogram of a figure; ``None`` where no project has it."""
    bins = portfolio.bins.get(figure)
    if bins is None:
        return None
    made = axes(ax, (PLOT + FOOT + TOP) / 72)
    if ax is None:
        width, height = WIDTH * 72, PLOT + FOOT + TOP
        made.set_position((SIDE / width, FOOT / height, 1 - 2 * SIDE / width, PLOT / height))
    places = _places(bins)
    counts = bins["count"].tolist()
    made.bar(places, counts, width=0.92, color=MAIN, label=figure)
    made.set_xlim(min(places) - 0.6, max(places) + 0.6)
    made.set_ylim(0, max(counts) * 1.12)
    for place, count in zip(places, counts, strict=True):
        if count:
            made.annotate(words.figure(count, "count"), (place, count), (0, 2), ha="center",
                          va="bottom", textcoords="offset points", fontsize=SMALL)  # fmt: skip
    _edges(made, portfolio, words, figure, bins, places)
    _median(made, portfolio, words, figure, bins)
    made.set_yticks([])
    made.spines["left"].set_visible(False)
    made.spines["bottom"].set_color(RULE)
    return made


def _is_within(row: pd.Series) -> bool:
    return not (is_missing(row["low"]) or is_missing(row["high"]))


def _places(bins: pd.DataFrame) -> list[float]:
    """Where each column stands: those between two edges side by side, the others apart."""
    found, inside = [], 0
    for _, row in bins.iterrows():
        if _is_within(row):
            found.append(inside + 0.5)
            inside += 1
        else:
            found.append(-0.5 - APART if is_missing(row["low"]) else inside + 0.5 + APART)
    return found


def _edges(
    ax: Axes, portfolio: Portfolio, words: Words, figure: str, bins: pd.DataFrame,
    places: list[float],
) -> None:  # fmt: skip
    """Labels at the edges, as many as there is room for, and words below what lies beyond."""
    unit = portfolio.summaries.units[figure]
    style = "unit_cost bare trim" if unit == "amount" else "trim"
    inside = [row for _, row in bins.iterrows() if _is_within(row)]
    values = [row["low"] for row in inside] + [inside[-1]["high"]]
    labels = [words.figure(value, unit, style) for value in values]
    room = inches(ax)[0] * 72 * ax.get_position().width / (ax.get_xlim()[1] - ax.get_xlim()[0])
    step = next(
        n for n in range(1, len(labels) + 1)
        if n * room >= max(text_width(each, SMALL) for each in labels) + SMALL
        or n == len(labels)
    )  # fmt: skip
    shown = {place: label for place, label in enumerate(labels) if place % step == 0}
    ax.set_xticks(list(shown), labels=list(shown.values()))
    ax.tick_params(axis="x", length=3)
    for (_, row), place in zip(bins.iterrows(), places, strict=True):
        if not _is_within(row):
            kind = "below" if is_missing(row["low"]) else "beyond"
            said = words.term(f"portfolio_heads.{kind}").format(low="", high="").strip()
            ax.annotate(said, (place, 0), (0, -17 - SMALL), ha="center", va="bottom",
                        textcoords="offset points", fontsize=SMALL, color=SOFT)  # fmt: skip
    name = words.term(figure)
    if unit == "amount":
        label = words.money_label("unit_cost")
        name = words.term("headings.with_unit").format(name=name, unit=label)
    ax.text(0, 6 - FOOT, name, transform=points_from(ax, 0.5, 0), ha="center", va="bottom",
            fontsize=SMALL, color=SOFT)  # fmt: skip


def _median(ax: Axes, portfolio: Portfolio, words: Words, figure: str, bins: pd.DataFrame) -> None:
    """The median as a line across, its value above."""
    value: Any = portfolio.spreads.at[figure, "middle"]
    inside = [row for _, row in bins.iterrows() if _is_within(row)]
    for place, row in enumerate(inside):
        if row["low"] <= value <= row["high"]:
            x = place + float((value - row["low"]) / (row["high"] - row["low"]))
            ax.axvline(x, color=WARM, linewidth=1.4, dashes=(4, 2), label="middle")
            break
    style = "unit_cost" if portfolio.summaries.units[figure] == "amount" else ""
    shown = words.figure(value, portfolio.summaries.units[figure], style)
    said = words.term("portfolio_heads.median").format(value=shown)
    ax.text(0, 16, said, transform=points_from(ax, 0, 1), va="bottom", fontsize=SMALL, color=INK)
    ax.plot([text_width(said, SMALL) + 6, text_width(said, SMALL) + 28], [16 + SMALL / 2] * 2,
            color=WARM, linewidth=1.4, dashes=(4, 2), transform=points_from(ax, 0, 1),
            clip_on=False)  # fmt: skip


def alt_columns(portfolio: Portfolio, words: Words, figure: str, variant: str) -> Saying:
    """What the histogram says in words: the number of projects in each range that has any."""
    items = [
        say("alt_bin", range=(bin_name(portfolio, words, figure, row), "text"), count=row["count"])
        for _, row in portfolio.bins[figure].iterrows()
        if row["count"]
    ]
    return say(variant, items=items)
