"""The look of a Word document (公文版式): fonts by name, headings, page, numbers of pages.

A bureau that has a template of its own gives that; its styles of the same names are then used and
nothing here is applied.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from evalkit.yamltree import own_yaml

CELL = "Table Text"  # text in the cells of tables
INDENT = 200  # hundredths of a character: two
PAGE = (Cm(21), Cm(29.7))
MARGINS = {"top_margin": Cm(2.5), "bottom_margin": Cm(2.5), "left_margin": Cm(2.6),
           "right_margin": Cm(2.4)}  # fmt: skip


@cache
def look() -> dict[str, Any]:
    """The styles with their fonts, and what else templates call them (``look.yaml``)."""
    return own_yaml(files("evalkit") / "word" / "look.yaml")


def called(document: Document, *names: str) -> str | None:
    """The first of these styles that a document has, by this name or by its Chinese one."""
    have = {style.name for style in document.styles}
    also = look()["also_called"]
    wanted = [each for name in names for each in (name, *also.get(name, ()))]
    return next((name for name in wanted if name in have), None)


def apply_styles(document: Document) -> None:
    """Fonts, sizes and distances of every style that a report uses."""
    styles: Any = document.styles
    styles.add_style(CELL, 1).base_style = styles["Normal"]
    for name, (chinese, latin, size, is_bold) in look()["styles"].items():
        style = styles[name]
        _font(style, chinese, latin, float(size), is_bold)
        spacing = style.paragraph_format
        is_heading = name.startswith("Heading")
        spacing.space_before = Pt(12 if is_heading else 6 if name == "Caption" else 0)
        spacing.space_after = Pt(6 if is_heading or name in ("Title", "Caption") else 0)
        spacing.line_spacing = 1.0 if name == CELL else 1.4
        spacing.keep_with_next = is_heading or name == "Caption"
    styles["Title"].paragraph_format.alignment = ALIGN.CENTER
    styles["Caption"].paragraph_format.alignment = ALIGN.CENTER
    _without_borders(styles["Title"])


def _font(style: Any, chinese: str, latin: str, size: float, is_bold: bool) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = latin, Pt(size), is_bold, False
    font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), latin)
    fonts.set(qn("w:eastAsia"), chinese)
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)


def _without_borders(style: Any) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def lay_out(document: Document) -> None:
    """A4 with the margins of a report, and the number of the page at its foot."""
    section = document.sections[0]
    section.page_width, section.page_height = PAGE
    for name, value in MARGINS.items():
        setattr(section, name, value)
    foot = section.footer.paragraphs[0]
    foot.alignment = ALIGN.CENTER
    add_field(foot, "PAGE", "1")


def add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field (域) with what it shows until Word reckons it anew."""
    begin_field(paragraph, instruction)
    paragraph.add_run(shown)
    end_field(paragraph)


def begin_field(paragraph: Any, instruction: str) -> None:
    """The beginning of a field; what follows is what it shows, up to its end."""
    _mark(paragraph, "begin")
    code = OxmlElement("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    paragraph.add_run()._r.append(code)
    _mark(paragraph, "separate")


def end_field(paragraph: Any) -> None:
    """The end of a field, in the paragraph where it shows its last."""
    _mark(paragraph, "end")


def _mark(paragraph: Any, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)


def set_language(document: Document, lang: str) -> None:
    """Which language the document is written in, for spelling and for reading aloud."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for found in defaults.iter(qn("w:lang")):
        found.set(qn("w:val"), "en-GB" if lang == "en" else "en-US")
        found.set(qn("w:eastAsia"), "zh-CN")


def indent(paragraph: Any) -> None:
    """Two characters at the head of a paragraph (首行缩进)."""
    properties = paragraph._p.get_or_add_pPr()
    made = properties.find(qn("w:ind"))
    if made is None:
        made = OxmlElement("w:ind")
        properties.append(made)
    made.set(qn("w:firstLineChars"), str(INDENT))
