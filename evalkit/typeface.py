"""The font of a document (字体): just the characters that it needs, in outlines that all can read.

A PDF that a browser prints with a whole Chinese font holds other characters than the page: a glyph
that stands for two of them (一 and the radical ⼀) is read back as the rarer one, and nobody finds
the word again. A font that has only the characters of the page leaves no choice.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

#: How far a curve may be off, in units of which a thousand make a line of text.
CLOSE = 1.0
#: Tables that a document has no use for.
DROPPED = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")


def subset(path: str, characters: Iterable[str]) -> bytes:
    """A TrueType font with these characters, and those of ASCII, out of a font file."""
    font = TTFont(path, fontNumber=0, lazy=True)
    options = Options()
    options.layout_features, options.name_IDs, options.hinting = [], [], False
    options.drop_tables += DROPPED
    subsetter = Subsetter(options)
    subsetter.populate(unicodes={*map(ord, characters), *range(0x20, 0x7F)})
    subsetter.subset(font)
    if "CFF " in font:
        _in_quadratic_curves(font)
    made = BytesIO()
    font.save(made)
    return made.getvalue()


def _in_quadratic_curves(font: Any) -> None:
    """Outlines as TrueType has them: others are printed as pictures of letters."""
    order, drawn = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, CLOSE, reverse_direction=True))
        glyphs[name] = pen.glyph()
    table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, glyphs
    font["loca"], font["glyf"] = newTable("loca"), table
    del font["CFF "]
    table.compile(font)
    for name, glyph in glyphs.items():
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    limits = font["maxp"]
    limits.tableVersion, limits.maxZones, limits.maxComponentElements = 0x00010000, 1, 0
    for name in ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements",
                 "SizeOfInstructions"):  # fmt: skip
        setattr(limits, f"max{name}", 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
