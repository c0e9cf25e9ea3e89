"""Axes without pyplot, places on them in points, and amounts along them."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D, ScaledTranslation, Transform

from evalkit.charts.lettering import text_width
from evalkit.charts.look import SMALL, WIDTH
from evalkit.words import Words


def axes(ax: Axes | None, height: float) -> Axes:
    """The axes to draw on: the given ones, else those of a new figure of that height in inches."""
    if ax is not None:
        return ax
    figure = Figure(figsize=(WIDTH, height), layout=None)
    FigureCanvasAgg(figure)
    return figure.add_axes((0, 0, 1, 1))


def inches(ax: Axes) -> tuple[float, float]:
    """Width and height of the whole figure."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    width, height = figure.get_size_inches()
    return float(width), float(height)


def points_from(ax: Axes, x: float, y: float) -> Transform:
    """Coordinates in points, counted from a place given as a share of the axes."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    points = Affine2D().scale(1 / 72) + figure.dpi_scale_trans
    # A translation by any transform works; the stubs know of affine ones only.
    return points + ScaledTranslation(x, y, ax.transAxes)  # type: ignore[arg-type]


def money_axis(ax: Axes, words: Words, *, upright: bool = False) -> None:
    """Round amounts along an axis, as words print them, as many as there is room for."""
    axis = ax.yaxis if upright else ax.xaxis
    low, high = axis.get_view_interval()
    room = ax.get_position().width * inches(ax)[0] * 72
    for most in (5, 4, 3, 2, 1):
        ticks = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        kept = [round(tick) for tick in ticks if low <= tick <= high]
        texts = _even_decimals([words.figure(tick, "amount", "bare") for tick in kept])
        step = (kept[1] - kept[0]) / (high - low) * room if len(kept) > 1 else room
        fits = upright or step >= max(text_width(text, SMALL) for text in texts) + SMALL
        if fits and len(set(texts)) == len(texts):
            break
    else:
        kept, texts = kept[:1], texts[:1]
    axis.set_ticks(kept, labels=texts)


def _even_decimals(texts: list[str]) -> list[str]:
    """The texts without the zeros after the point that all of them end in.

    >>> _even_decimals(["0.00", "2.50"])
    ['0.0', '2.5']
    """
    while texts and all("." in text and text[-1] in "0." for text in texts):
        texts = [text[:-1] for text in texts]
    return texts
