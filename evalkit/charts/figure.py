"""A finished chart (图): its image, its caption, its text alternative and the data behind it.

Figures are made without pyplot, so charts neither share nor leave any state behind.
"""

from __future__ import annotations

import importlib
import pkgutil
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from io import BytesIO
from types import ModuleType
from typing import Any
from zlib import Z_RLE

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from PIL import Image

from evalkit import charts
from evalkit.charts.look import DPI, INK, PAPER, RULE, SHOWN, SOFT, style
from evalkit.facts import facts_for
from evalkit.model import Evaluation
from evalkit.narrative.charts import tell_charts
from evalkit.tables.table import Table
from evalkit.words import Words

FEW = 16  # colours, whose number takes half a byte


@dataclass(frozen=True)
class Chart:
    """A finished chart (图): its image with its caption, its text alternative and its data."""

    name: str
    caption: str
    alt: str
    image: Image.Image
    data: tuple[Table, ...]
    summary: str

    @property
    def height(self) -> int:
        """The height at which the chart is shown, in CSS pixels."""
        return round(self.image.height * SHOWN / self.image.width)

    @property
    def png(self) -> bytes:
        """The image as a PNG, which every program knows, mail programs too.

        Runs of one colour are all that is packed: that is what a chart consists of. Packing it in
        every way that there is takes ten times as long and saves three bytes in a hundred.
        """
        last = int(np.asarray(self.image).max())
        made = BytesIO()
        bits = 4 if last < FEW else 8
        self.image.save(made, format="png", bits=bits, compress_type=Z_RLE)
        return made.getvalue()

    @property
    def figure(self) -> str:
        """The image with caption and text alternative as HTML, without the data behind it."""
        return self._figure("")

    def _repr_html_(self) -> str:
        tables = "".join(table._repr_html_() for table in self.data)
        details = f"<details><summary>{escape(self.summary)}</summary>{tables}</details>"
        return self._figure(details if tables else "")

    def _figure(self, below: str) -> str:
        return (
            f'<figure class="chart chart-{escape(self.name)}">'
            f'<img src="data:image/png;base64,{b64encode(self.png).decode()}"'
            f' alt="{escape(self.alt)}" width="{SHOWN}" height="{self.height}">'
            f"<figcaption>{escape(self.caption)}</figcaption>{below}</figure>"
        )


def drawn(figure: Figure) -> Image.Image:
    """The figure as pixels; the same figure gives the same ones.

    Each pixel gets the nearest of the colours that the figure was drawn in.
    """
    with style():
        figure.set_dpi(DPI)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    pixels = canvas.buffer_rgba()
    height, width = pixels.shape[:2]
    flat = Image.frombuffer("RGBA", (width, height), pixels, "raw", "RGBA", 0, 1).convert("RGB")
    return flat.quantize(palette=_palette(figure), dither=Image.Dither.NONE)


def _palette(figure: Figure) -> Image.Image:
    """The colours of everything in the figure, with the steps between ink and paper."""
    used = {to_hex(colour) for colour in (PAPER, INK, SOFT, RULE)}
    for artist in figure.findobj(lambda each: isinstance(each, Patch | Line2D | Text)):
        names = ("get_facecolor", "get_edgecolor") if isinstance(artist, Patch) else ("get_color",)
        used |= {to_hex(getattr(artist, name)()) for name in names if artist.get_visible()}
    levels = [round(level * 255) for colour in sorted(used) for level in to_rgb(colour)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(levels + levels[-3:] * (256 - len(used)))
    return palette


def topics() -> list[str]:
    """The charts there are: the modules of this folder that hold a ``plot_<topic>``.

    >>> "execution" in topics()
    True
    """
    names = (module.name for module in pkgutil.iter_modules(charts.__path__))
    return sorted(name for name in names if hasattr(_module(name), f"plot_{name}"))


def _module(topic: str) -> ModuleType:
    return importlib.import_module(f"evalkit.charts.{topic}")


def chart_key(topic: str, evaluation: Evaluation, project_id: str, words: Words) -> Any:
    """All that a chart tells: its language, its text alternative, the tables behind it, its days.

    Two evaluations with the same key have the same chart, which need not be drawn again. ``DAYS``
    of its module are the days of the project that it shows beside that.
    """
    facts = facts_for(evaluation, project_id)
    told = tell_charts(evaluation, project_id, topic)
    alt = [words.plain("charts", variant, facts, extra) for variant, extra in told]
    tables = [tabulate(evaluation, project_id, words) for tabulate in _module(topic).DATA]
    grids = [table.grid() for table in tables if table is not None]
    about = evaluation.inputs.projects.loc[project_id]
    days = [about[name] for name in getattr(_module(topic), "DAYS", ())]
    return words.lang, alt, grids, days


def chart_of(topic: str, evaluation: Evaluation, project_id: str, words: Words) -> Chart | None:
    """The chart of a topic for one project, with caption, text alternative and data.

    ``None`` where the project has nothing to draw. Raises ``ModuleNotFoundError`` where there is no
    such chart.
    """
    module = _module(topic)
    ax = getattr(module, f"plot_{topic}")(evaluation, project_id, words)
    if ax is None:
        return None
    facts = facts_for(evaluation, project_id)
    told = tell_charts(evaluation, project_id, topic)
    caption = words.plain("captions", f"chart_{topic}", facts)
    tables = [tabulate(evaluation, project_id, words) for tabulate in module.DATA]
    return Chart(
        name=topic,
        caption=caption,
        alt=" ".join(words.plain("charts", variant, facts, extra) for variant, extra in told),
        image=drawn(ax.get_figure(root=True)),
        data=tuple(table.bare(table.caption) for table in tables if table is not None),
        summary=words.term("labels.data_behind"),
    )
