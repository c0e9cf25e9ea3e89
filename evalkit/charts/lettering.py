"""Measuring and breaking text, so that no label of any language is cut or runs into another."""

from __future__ import annotations

import re
from functools import cache

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import Transform

from evalkit.charts.look import DPI, INK, SIZE, family

#: A run of Latin letters and digits stays together; every other character may end a line.
PIECE = re.compile(r"[!-~\u00a1-\u024f\u2013\u2014\u2018-\u201d\u2212]+|\s+|.", re.DOTALL)
NOT_FIRST = set("，。、；：？！）》」』】％…’”")
NOT_LAST = set("（《「『【‘“")
ELLIPSIS = "…"
FULL = chr(0x56FD)  # fills its place, so that what stands between two of them is seen whole
LINE = 1.32  # from one baseline to the next, over the size
MIDDLE = 0.36  # from the baseline to the middle of a line, over the size


@cache
def _renderer() -> RendererAgg:
    return RendererAgg(16, 16, DPI)


@cache
def text_width(text: str, size: float) -> float:
    """How wide one line of text is, in points.

    Words and single characters are measured once each, as they stand between others.
    """
    return sum(_advance(piece, size) for piece in PIECE.findall(text))


@cache
def _advance(piece: str, size: float) -> float:
    """How far a piece moves on what follows it, in points."""
    between = FULL + piece + FULL
    return _measured(between, size) - _measured(FULL + FULL, size)


def _measured(text: str, size: float) -> float:
    font = FontProperties(family=list(family()), size=size)
    width, _, _ = _renderer().get_text_width_height_descent(text, font, ismath=False)
    return float(width) * 72 / DPI


def longest_piece(text: str, size: float) -> float:
    """How wide the widest piece is that a line should not break, in points."""
    return max((text_width(piece, size) for piece in _clinging(text)), default=0.0)


def height_of(text: str, size: float) -> float:
    """How high the lines of a text are together, in points."""
    return (text.count("\n") + 1) * size * LINE if text else 0.0


def write(
    ax: Axes, at: Transform, x: float, y: float, text: str, *, size: float = SIZE,
    side: str = "left", colour: str = INK, upward: bool = True,
) -> None:  # fmt: skip
    """The lines of a text around a middle line, each on its own baseline at an even distance.

    ``x`` and ``y`` are points of ``at``; ``upward`` says whether its y grows towards the top.
    """
    lines = text.split("\n")
    sign = 1 if upward else -1
    for place, line in enumerate(lines):
        down = (place - (len(lines) - 1) / 2) * size * LINE + size * MIDDLE
        ax.text(x, y - sign * down, line, transform=at, ha=side, va="baseline", fontsize=size,
                color=colour, clip_on=False)  # fmt: skip


def wrapped(text: str, width: float, size: float, most: int = 0) -> str:
    """The text broken into lines of at most that width in points; no more than ``most`` lines.

    Lines break at spaces and between Chinese characters, never before a closing mark nor after an
    opening one, and are about equally long. A longer word is broken where it must be. What does not
    fit ends with an ellipsis.

    >>> wrapped("预算执行准确率", 60, 10)
    '预算执行\\n准确率'
    """
    lines = [line for part in text.split("\n") for line in _even(part, width, size)] or [""]
    if most and len(lines) > most:
        lines = lines[:most]
        while lines[-1] and text_width(lines[-1] + ELLIPSIS, size) > width:
            lines[-1] = lines[-1][:-1]
        lines[-1] += ELLIPSIS
    return "\n".join(lines)


def _even(text: str, width: float, size: float) -> list[str]:
    """Lines of about one length: as few as the width asks for, each as short as that allows."""
    lines = _lines(text, width, size)
    narrower, least = width - size / 2, min(longest_piece(text, size), width)
    while len(lines) > 1 and narrower > least:
        closer = _lines(text, narrower, size)
        if len(closer) > len(lines):
            break
        lines = closer
        narrower -= size / 2
    return lines


def _lines(text: str, width: float, size: float) -> list[str]:
    lines = [""]
    for piece in _pieces(text, width, size):
        if text_width((lines[-1] + piece).rstrip(), size) <= width or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    return [line.rstrip() for line in lines if line.strip()]


def _pieces(text: str, width: float, size: float) -> list[str]:
    """What a line may be made of: whole words, and parts of those that are wider than a line."""
    pieces: list[str] = []
    for piece in _clinging(text):
        pieces += _torn(piece, width, size) if text_width(piece, size) > width else [piece]
    return pieces


def _clinging(text: str) -> list[str]:
    """What must not be torn apart: words, and characters with the marks that cling to them."""
    pieces: list[str] = []
    for piece in PIECE.findall(text):
        clings = piece[0] in NOT_FIRST or (pieces and pieces[-1][-1] in NOT_LAST)
        if clings and pieces and not piece.isspace():
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _torn(word: str, width: float, size: float) -> list[str]:
    """A word that is wider than a line, in parts that fit."""
    parts = [""]
    for letter in word:
        if parts[-1] and text_width(parts[-1] + letter, size) > width:
            parts.append("")
        parts[-1] += letter
    return parts
