"""The way of a disbursement from request to payment (资金拨付流程图)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from evalkit.charts.axes import axes
from evalkit.charts.lettering import height_of, wrapped, write
from evalkit.charts.look import INK, MAIN, PALE, SIZE, SMALL, SOFT, WIDTH, styled
from evalkit.model import Evaluation
from evalkit.tables.cells import items
from evalkit.tables.steps import tabulate_disbursement
from evalkit.words import Words

DATA = (tabulate_disbursement,)
PER_ROW, EDGE, GAP, DOWN, INSIDE = 3, 4.0, 22.0, 24.0, 8.0  # points


@dataclass(frozen=True)
class Box:
    """One step's place and words."""

    name: str
    party: str
    x: float
    y: float
    height: float


@styled
def plot_disbursement(
    evaluation: Evaluation, project_id: str, words: Words, ax: Axes | None = None
) -> Axes | None:
    """Numbered boxes with arrows, row by row, turning at the end of each row.

    Each box is a patch whose gid is the step's id. ``None`` for a project that names no steps.
    """
    steps = items(evaluation.inputs.steps, project_id)
    if steps.empty:
        return None
    texts = [(words.text(row["name"]), words.text(row["party"])) for _, row in steps.iterrows()]
    width = (WIDTH * 72 - 2 * EDGE - (PER_ROW - 1) * GAP) / PER_ROW
    boxes, height = _placed(texts, width)
    drawn = axes(ax, height / 72)
    drawn.set_axis_off()
    drawn.set_xlim(0, WIDTH * 72)
    drawn.set_ylim(height, 0)
    for before, after in pairwise(boxes):
        _arrow(drawn, before, after, width)
    for item, box in zip(steps.index, boxes, strict=True):
        _box(drawn, str(item), box, width)
    return drawn


def _placed(texts: list[tuple[str, str]], width: float) -> tuple[list[Box], float]:
    """Boxes row by row, each row as high as its fullest box; every second row runs backwards."""
    boxes: list[Box] = []
    y = EDGE
    for start in range(0, len(texts), PER_ROW):
        chunk = [
            (wrapped(f"{start + i + 1} {name}", width - 2 * INSIDE, SIZE),
             wrapped(party, width - 2 * INSIDE, SMALL))
            for i, (name, party) in enumerate(texts[start : start + PER_ROW])
        ]  # fmt: skip
        words_height = max(height_of(n, SIZE) + height_of(p, SMALL) for n, p in chunk)
        height = words_height + 2 * INSIDE
        for i, (name, party) in enumerate(chunk):
            place = i if start // PER_ROW % 2 == 0 else PER_ROW - 1 - i
            boxes.append(Box(name, party, EDGE + place * (width + GAP), y, height))
        y += height + DOWN
    return boxes, y - DOWN + EDGE


def _box(ax: Axes, item: str, box: Box, width: float) -> None:
    """The step, and below it who takes it."""
    ax.add_patch(Rectangle((box.x, box.y), width, box.height, gid=item, facecolor=PALE,
                           edgecolor=MAIN, linewidth=1))  # fmt: skip
    left, top = box.x + INSIDE, box.y + INSIDE
    high = height_of(box.name, SIZE)
    write(ax, ax.transData, left, top + high / 2, box.name, upward=False)
    if box.party:
        middle = top + high + height_of(box.party, SMALL) / 2
        write(ax, ax.transData, left, middle, box.party, size=SMALL, colour=SOFT, upward=False)


def _arrow(ax: Axes, before: Box, after: Box, width: float) -> None:
    """To the next box: sideways in a row, down at its end."""
    middle = before.y + before.height / 2
    if after.y > before.y:
        x = before.x + width / 2
        points = ((x, before.y + before.height), (x, after.y))
    elif after.x > before.x:
        points = ((before.x + width, middle), (after.x, middle))
    else:
        points = ((before.x, middle), (after.x + width, middle))
    ax.add_patch(FancyArrowPatch(*points, arrowstyle="-|>", mutation_scale=11, color=INK,
                                 shrinkA=2, shrinkB=2, linewidth=1.2))  # fmt: skip
