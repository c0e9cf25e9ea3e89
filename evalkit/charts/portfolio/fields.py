"""Money against another figure: a mark a project, or fields with their numbers where many are.

Amounts lie on a scale of ratios, so that small and large projects have the same room.
"""

from __future__ import annotations

from fractions import Fraction
from math import log10
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from evalkit.charts.axes import axes, points_from
from evalkit.charts.lettering import text_width, write
from evalkit.charts.look import BAD, INK, MAIN, PALE, PAPER, RULE, SMALL, SOFT, WARM, WIDTH
from evalkit.narrative.portfolio import MANY
from evalkit.narrative.project import Saying, say
from evalkit.portfolio_model import Portfolio
from evalkit.tables.portfolio.cells import words_of_projects
from evalkit.terms import is_missing
from evalkit.words import Words

AMOUNT = "budget_amount"
PLOT, FOOT, TOP, LEFT, RIGHT = 200.0, 38.0, 42.0, 44.0, 12.0  # points
KEY_LINE = 15.0
#: Each light has a form and a colour; those of the two best are told apart by form.
MARKS = {
    "normal": ("o", MAIN), "basically_normal": ("D", MAIN), "has_problems": ("^", WARM),
    "has_serious_problems": ("s", BAD), "not_judged": ("o", SOFT),
}  # fmt: skip
TINTS = ((0.5, MAIN, PAPER), (0.125, "#a9c3d6", INK), (0.0, PALE, INK))  # of the fullest field
FEW = 50
#: What of rates lies beyond is drawn at the edge.
MOST_RATE, MOST_SCORE = 1.5, 110.0


def points_of(portfolio: Portfolio, figure: str) -> list[tuple[Any, Any, str]]:
    """Amount, figure and light of each project that has both."""
    projects, lights = portfolio.projects, dict(portfolio.needs["light"])
    if AMOUNT not in projects or figure not in projects:
        return []
    rows = zip(projects.index, projects[AMOUNT], projects[figure], strict=True)
    return [
        (x, y, lights[name])
        for name, x, y in rows
        if not is_missing(x) and not is_missing(y) and x > 0
    ]


def draw_fields(portfolio: Portfolio, words: Words, figure: str, ax: Axes | None) -> Axes | None:
    """A mark for each project, or a field with their number; ``None`` for fewer than two."""
    points = points_of(portfolio, figure)
    if len(points) < 2:
        return None
    words, is_many = words_of_projects(words), len(points) > MANY
    made = axes(ax, (PLOT + FOOT + TOP) / 72)
    if ax is None:
        width, height = WIDTH * 72, PLOT + FOOT + TOP
        made.set_position((LEFT / width, FOOT / height, 1 - (LEFT + RIGHT) / width, PLOT / height))
    if is_many:
        _fields(made, portfolio, words, figure)
    else:
        _marks(made, points, figure)
        _key(made, [light for light in MARKS if light in portfolio.lights.index], words)
    _scales(made, portfolio, words, figure)
    return made


def _marks(ax: Axes, points: list[tuple[Any, Any, str]], figure: str) -> None:
    """The projects, the worse lights on top."""
    most = MOST_RATE if figure.endswith("rate") else MOST_SCORE
    size = 6.0 if len(points) <= FEW else 4.0
    for light, (marker, colour) in MARKS.items():
        mine = [(log10(x), max(min(float(y), most), 0.0)) for x, y, lit in points if lit == light]
        if mine:
            face = PAPER if light in ("not_judged", "basically_normal") else colour
            ax.plot(*zip(*mine, strict=True), marker, color=colour, markerfacecolor=face,
                    markersize=size, clip_on=False, label=light)  # fmt: skip
    xs = [log10(x) for x, _, _ in points]
    room = max((max(xs) - min(xs)) * 0.05, 0.05)
    ax.set_xlim(min(xs) - room, max(xs) + room)
    highest = max(min(float(y), most) for _, y, _ in points)
    ax.set_ylim(0, max(highest, 1.0 if most == MOST_RATE else 100.0) * 1.04)


def _fields(ax: Axes, portfolio: Portfolio, words: Words, figure: str) -> None:
    """A field for each range of both figures that holds projects: its number, in a tint."""
    table = portfolio.grids[figure]
    fullest = max(table["count"])
    step = 0.1 if figure.endswith("rate") else 10.0
    for _, row in table.iterrows():
        left, right = log10(row["low"]), log10(row["high"])
        bottom = -step if is_missing(row["up_low"]) else float(row["up_low"])
        share = row["count"] / fullest
        _, tint, ink = next(each for each in TINTS if share > each[0])
        ax.add_patch(Rectangle((left, bottom), right - left, step, facecolor=tint,
                               edgecolor=PAPER, linewidth=1, gid="field"))  # fmt: skip
        ax.text((left + right) / 2, bottom + step / 2, words.figure(row["count"], "count"),
                ha="center", va="center_baseline", fontsize=SMALL, color=ink)  # fmt: skip
    ax.set_xlim(log10(min(table["low"])), log10(max(table["high"])))
    lowest = -step if any(map(is_missing, table["up_low"])) else 0
    highest = 11 * step if any(map(is_missing, table["up_high"])) else 10 * step
    ax.set_ylim(lowest, highest)
    said = words.term("portfolio_heads.projects_in_field")
    write(ax, points_from(ax, 0, 1), -LEFT + 4, TOP - 12, said, size=SMALL, colour=SOFT)


def _scales(ax: Axes, portfolio: Portfolio, words: Words, figure: str) -> None:
    """Ticks in round numbers, and what they count."""
    low, high = ax.get_xlim()
    powers = range(int(low) - 1, int(high) + 2)
    factors = (1,) if high - low > 2.2 else (1, 2, 5)
    ticks = [factor * 10**power for power in powers if power >= 0 for factor in factors]
    ticks = [tick for tick in ticks if low <= log10(tick) <= high]
    ax.set_xticks(
        [log10(tick) for tick in ticks],
        labels=[words.figure(tick, "amount", "bare trim") for tick in ticks],
    )
    unit = portfolio.summaries.units[figure]
    is_rate = unit == "rate"
    whole = 100 if is_rate else 1
    marks = [n for n in range(0, 151, 25) if n <= ax.get_ylim()[1] * whole]
    labels = [words.figure(Fraction(n, whole), unit, "trim" if is_rate else "bare") for n in marks]
    ax.set_yticks([n / whole for n in marks], labels=labels)
    ax.grid(axis="y", color=RULE, linewidth=0.4)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    named = words.term("headings.with_unit").format(
        name=words.term("portfolio_heads.axis_budget"), unit=words.money_label()
    )
    ax.text(0, 6 - FOOT, named, transform=points_from(ax, 0.5, 0), ha="center", va="bottom",
            fontsize=SMALL, color=SOFT)  # fmt: skip
    ax.text(-LEFT + 4, 10, words.term(figure), transform=points_from(ax, 0, 1), va="bottom",
            fontsize=SMALL, color=SOFT)  # fmt: skip


def _key(ax: Axes, lights: list[str], words: Words) -> None:
    """What the marks mean, above the plot, in as many lines as it takes."""
    above = points_from(ax, 0, 1)
    x, y = 80.0, TOP - 10
    for light in lights:
        marker, colour = MARKS[light]
        said = words.term(f"light.{light}")
        wide = 12 + text_width(said, SMALL) + 12
        if x + wide > WIDTH * 72 - LEFT:
            x, y = 80.0, y - KEY_LINE
        face = PAPER if light in ("not_judged", "basically_normal") else colour
        ax.plot([x + 4], [y], marker, transform=above, color=colour, markerfacecolor=face,
                markersize=6, clip_on=False)  # fmt: skip
        write(ax, above, x + 12, y, said, size=SMALL)
        x += wide


def alt_fields(portfolio: Portfolio, figure: str, variant: str) -> Saying:
    """What the chart shows, in words."""
    count = len(points_of(portfolio, figure))
    if count <= MANY:
        return say(variant, count=count)
    return say(f"{variant}_many", count=count, most=max(portfolio.grids[figure]["count"]))
