"""Charts that are rows: a name on the left, a bar in the middle, figures on the right.

The columns are measured, so that nothing overlaps: with one row or with many, in any language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from evalkit.charts.axes import axes, points_from
from evalkit.charts.lettering import height_of, longest_piece, text_width, wrapped, write
from evalkit.charts.look import INK, RULE, SIZE, SMALL, SOFT, WARM, WIDTH

GAP, MARGIN, PADDING, FOOT = 8.0, 4.0, 8.0, 38.0  # points
NAMES_MOST = 0.36  # of the width
BARS_LEAST = 60.0  # points
HEAD_LETTERS = 5
HOLLOW = "o"  # the marker that is drawn as a ring


@dataclass(frozen=True)
class Row:
    """One row of such a chart; ``note`` stands smaller below the name."""

    name: str
    figures: tuple[str, ...] = ()
    note: str = ""
    is_heading: bool = False


@dataclass(frozen=True)
class Column:
    """A column of figures: its heading, broken to the column's width."""

    heading: str
    width: float


@dataclass(frozen=True)
class Grid:
    """The axes, and the middle of each row in points below their top."""

    ax: Axes
    middles: list[float]


def lay_out(
    rows: Sequence[Row], headings: Sequence[str], ax: Axes | None, least: float = 24.0
) -> Grid:
    """Axes with the rows' names left and figures right, the space between left for the bars.

    ``headings`` stand above the columns of figures. A row is at least ``least`` points high. Below
    the axes there is room for ticks and a key.
    """
    most = WIDTH * 72 * NAMES_MOST
    names = [(wrapped(row.name, most, SIZE), wrapped(row.note, most, SMALL)) for row in rows]
    left = max(_width(*name) for name in names)
    room = WIDTH * 72 - left - BARS_LEAST - GAP * (len(headings) + 1)
    figures = _broken([row.figures for row in rows], room)
    columns = [_column(figures, place, heading) for place, heading in enumerate(headings)]
    heights = [
        max(_height(*name) + PADDING, *(height_of(each, SIZE) for each in mine), least)
        for name, mine in zip(names, figures, strict=True)
    ]
    middles = [sum(heights[:place]) + height / 2 for place, height in enumerate(heights)]
    made = _made(left, columns, sum(heights)) if ax is None else ax
    made.set_ylim(sum(heights), 0)
    made.set_yticks([])
    made.spines["left"].set_visible(False)
    made.axhline(0, color=RULE, linewidth=0.8, clip_on=False)
    for row, name, mine, middle in zip(rows, names, figures, middles, strict=True):
        share = 1 - middle / sum(heights)
        _write_name(made, row, name, share, left + GAP)
        _write_figures(made, mine, columns, share)
    _write_headings(made, columns)
    return Grid(made, middles)


def _width(name: str, note: str) -> float:
    lines = [(line, SIZE) for line in name.split("\n")] + [
        (line, SMALL) for line in note.split("\n")
    ]
    return max(text_width(line, size) for line, size in lines)


def _height(name: str, note: str) -> float:
    return height_of(name, SIZE) + height_of(note, SMALL)


def _broken(figures: Sequence[tuple[str, ...]], room: float) -> list[tuple[str, ...]]:
    """The figures; those that leave no room for bars broken into lines of an even share."""
    columns = max(map(len, figures), default=0)
    widest = [max(text_width(mine[place], SIZE) for mine in figures if mine)
              for place in range(columns)]  # fmt: skip
    if sum(widest) <= room:
        return list(figures)
    return [tuple(wrapped(each, room / columns, SIZE) for each in mine) for mine in figures]


def _column(rows: Sequence[tuple[str, ...]], place: int, heading: str) -> Column:
    """As wide as its figures, and as a few letters or the longest word of its heading."""
    figures = [line for row in rows if row for line in row[place].split("\n")]
    widest = max((text_width(figure, SIZE) for figure in figures), default=0.0)
    width = max(widest, longest_piece(heading, SMALL), HEAD_LETTERS * SMALL)
    return Column(wrapped(heading, width, SMALL), width)


def _made(left: float, columns: Sequence[Column], total: float) -> Axes:
    """Axes of our own, in the middle of what names, figures, headings and key leave."""
    top = max((height_of(column.heading, SMALL) for column in columns), default=0.0) + 2 * MARGIN
    right = sum(column.width + GAP for column in columns)
    width, height = WIDTH * 72, top + total + FOOT
    made = axes(None, height / 72)
    start, end = (left + GAP + MARGIN) / width, (right + MARGIN) / width
    made.set_position((start, FOOT / height, 1 - start - end, total / height))
    return made


def _write_name(ax: Axes, row: Row, name: tuple[str, str], share: float, left: float) -> None:
    at = points_from(ax, 0, share)
    if row.is_heading:
        write(ax, at, -left, -2, row.name, colour=SOFT)
        return
    text, note = name
    shift = height_of(note, SMALL) / 2
    write(ax, at, -GAP, shift, text, side="right")
    if note:
        write(ax, at, -GAP, shift - _height(text, note) / 2, note, size=SMALL, side="right",
              colour=SOFT)  # fmt: skip


def _write_figures(
    ax: Axes, figures: Sequence[str], columns: Sequence[Column], share: float
) -> None:
    x = 0.0
    for figure, column in zip(figures, columns, strict=False):
        x += GAP + column.width
        write(ax, points_from(ax, 1, share), x, 0, figure, side="right")


def _write_headings(ax: Axes, columns: Sequence[Column]) -> None:
    x = 0.0
    for column in columns:
        x += GAP + column.width
        middle = height_of(column.heading, SMALL) / 2 + MARGIN
        write(ax, points_from(ax, 1, 1), x, middle, column.heading, size=SMALL, side="right",
              colour=SOFT)  # fmt: skip


def point_at(ax: Axes, x: float, bar_top: float, label: str) -> None:
    """A triangle that points from above at a place on a bar."""
    ax.plot([x], [bar_top - 3.5], "v", color=WARM, markersize=6, markeredgewidth=0, clip_on=False,
            zorder=4, label=label)  # fmt: skip


def write_key(ax: Axes, entries: Sequence[tuple[str, str, str]], unit: str = "") -> None:
    """What the marks mean, below the axis: a marker, a colour and words each; then the unit.

    Rings and what is in the text's ink are hollow.
    """
    below = points_from(ax, 0, 0)
    x, y = 0.0, -FOOT + 10
    for marker, colour, words in entries:
        face = "white" if colour == INK or marker == HOLLOW else colour
        ax.plot([x + 4], [y], marker, transform=below, color=colour, markerfacecolor=face,
                markersize=7, clip_on=False)  # fmt: skip
        write(ax, below, x + 12, y, words, size=SMALL)
        x += 12 + text_width(words, SMALL) + 16
    write(ax, below, x, y, unit, size=SMALL, colour=SOFT)
