"""One look for all charts (图的样式): sizes, colours, and a Chinese font on any machine."""

from __future__ import annotations

import importlib.util
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes

P = ParamSpec("P")

#: Charts are drawn at twice the size at which a page shows them. On a telephone 10 pt is 9 pixels.
PIXELS, DPI, SHOWN = 1080, 200, 540
WIDTH = PIXELS / DPI
SIZE, SMALL = 10.0, 9.0

#: Colours that stay apart in grey: two inks of their own lightness, and tints of the text's ink.
#: The tints are also the steps of smooth edges, so that an image needs no further colours.
PAPER, INK, SOFT, RULE, PALE = "#ffffff", "#1d2b38", "#68727b", "#b4b8bd", "#eceff1"
MAIN, WARM = "#1f5f8b", "#b4560f"
BAD = "#9e1b1b"  # an error; as dark as MAIN in grey, so never told from it by colour alone

SYSTEM_FONTS = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB",
                "WenQuanYi Micro Hei", "SimHei")  # fmt: skip


@cache
def family() -> tuple[str, ...]:
    """The font families of charts, a Chinese one first (字体).

    The file that ``EVALKIT_FONT`` names, else the font that comes with the dependencies, else one
    that the machine has. Raises ``LookupError`` where none of them is found.
    """
    path = font_file()
    if path:
        known = len(font_manager.fontManager.ttflist)
        font_manager.fontManager.addfont(path)
        return font_manager.fontManager.ttflist[known].name, "DejaVu Sans"
    names = set(font_manager.fontManager.get_font_names())
    for name in SYSTEM_FONTS:
        if name in names:
            return name, "DejaVu Sans"
    raise LookupError("no Chinese font: install pylopdf-fonts-zh-cn or set EVALKIT_FONT to a file")


def font_file() -> str:
    """The path of the font that charts and documents are set in; empty where none is at hand."""
    return os.environ.get("EVALKIT_FONT") or _bundled()


def _bundled() -> str:
    """The path of a font package that is installed, or nothing."""
    for package, file in (
        ("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"),
        ("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc"),
    ):
        found = importlib.util.find_spec(package)
        for folder in (found.submodule_search_locations or ()) if found else ():
            for path in sorted(Path(folder).rglob(file)):
                return str(path)
    return ""


@contextmanager
def style() -> Iterator[None]:
    """The look of all charts while inside; a glyph that no font has is an error."""
    settings: dict[Any, Any] = {
        "font.family": list(family()), "font.size": SIZE, "axes.unicode_minus": False,
        "axes.edgecolor": SOFT, "axes.labelcolor": INK, "text.color": INK, "axes.linewidth": 0.8,
        "xtick.color": SOFT, "ytick.color": SOFT, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
        "xtick.labelsize": SMALL, "ytick.labelsize": SMALL, "axes.spines.top": False,
        "axes.spines.right": False, "figure.facecolor": "white", "axes.facecolor": "white",
        "figure.dpi": DPI, "savefig.dpi": DPI, "hatch.linewidth": 0.6, "text.usetex": False,
        "text.parse_math": False, "path.simplify": False,
    }  # fmt: skip
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        yield


def styled(plot: Callable[P, Axes | None]) -> Callable[P, Axes | None]:
    """Draw inside the common style."""

    @wraps(plot)
    def draw(*args: P.args, **kwargs: P.kwargs) -> Axes | None:
        with style():
            return plot(*args, **kwargs)

    return draw
