"""From a page to a Word document (文档): the same words and figures, in the styles of Word.

The page is evalkit's own, so it is whole and well formed; what print leaves out is left out here.
"""

from __future__ import annotations

import re
import zipfile
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Cm
from lxml import etree
from lxml.html import fromstring
from PIL import Image

from evalkit.files import write_file
from evalkit.word.styles import (
    add_field,
    apply_styles,
    begin_field,
    called,
    end_field,
    indent,
    lay_out,
    set_language,
)
from evalkit.word.tables import add_table, columns_of
from evalkit.words import Words

#: What print leaves out too.
HIDDEN = ("contents", "skip", "filter", "unseen")
STYLES = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3",
          "h5": "Heading 3", "h6": "Heading 3"}  # fmt: skip
WIDEST, HIGHEST = Cm(15.5), Cm(11)
MOST_COLUMNS = 8  # of a table on an upright page
FIXED = (1980, 1, 1, 0, 0, 0)  # the time of every part in the file: the earliest that zip knows


def write_docx(page: Path, made: Path, template: Path | None = None) -> None:
    """Write a page of evalkit's as a Word document, whole or not at all.

    ``template`` is a .docx whose styles, page and foot are used instead. Raises ``OSError`` where
    the file cannot be written, ``ValueError`` for a template that is none.
    """
    write_file(made, document_of(page.read_text("utf-8"), template))


def need_template(template: Path) -> None:
    """Raise ``OSError`` or ``ValueError`` for a template that cannot be used."""
    with template.open("rb"):
        _opened(template)


def document_of(html: str, template: Path | None = None) -> bytes:
    """The bytes of the Word document of a page."""
    tree = fromstring(html)
    lang = (tree.get("lang") or "zh").partition("-")[0]
    document = _opened(template)
    if template is None:
        apply_styles(document)
        lay_out(document)
        set_language(document, lang)
    writer = _Writer(document, Words(lang))
    writer.contents_of(tree)
    for element in tree.find("body").iter("main"):
        writer.write(element)
    _about(document, writer.title)
    return _saved(document)


def _opened(template: Path | None) -> Any:
    """An empty document, with the styles of a template if one is given."""
    if template is None:
        return docx.Document()
    try:
        document = docx.Document(str(template))
    except Exception as error:
        raise ValueError(str(template)) from error
    body = document.element.body
    for element in list(body):
        if element.tag != qn("w:sectPr"):
            body.remove(element)
    return document


class _Writer:
    """Puts the elements of a page into a document, in their order."""

    def __init__(self, document: Any, words: Words) -> None:
        self.document, self.words = document, words
        self.title = ""
        self._numbers = {"table": 0, "figure": 0}
        self._contents: list[tuple[int, str]] = []
        self._styles: dict[tuple[str, ...], str | None] = {}

    def write(self, element: Any) -> None:
        """An element and all in it."""
        if not isinstance(element.tag, str) or _is_hidden(element):
            return
        tag, classes = element.tag, (element.get("class") or "").split()
        if tag in STYLES:
            self._heading(element)
        elif "judged" in classes:
            self._judged(element)
        elif tag == "dl":
            self._pairs(element)
        elif tag == "p":
            self._paragraph(element)
        elif tag in ("ul", "ol"):
            self._list(element)
        elif tag == "table":
            self._table(element)
        elif tag == "figure":
            self._figure(element)
        else:
            for each in element:
                self.write(each)

    def _heading(self, element: Any) -> None:
        text = text_of(element)
        style = STYLES[element.tag]
        if element.tag == "h2":
            self._list_contents()
        self.document.add_paragraph(text, style=self._known(style, "Heading 1"))
        if element.tag == "h1" and not self.title:
            self.title = text

    def contents_of(self, tree: Any) -> None:
        """The headings that the table of contents will show."""
        levels = {"h2": 1, "h3": 2}
        self._contents = [
            (levels[each.tag], text_of(each))
            for each in tree.iter(*levels)
            if not any(map(_is_hidden, each.iterancestors()))
        ]

    def _list_contents(self) -> None:
        """The table of contents (目录), once, before the first section: a field of Word's."""
        if not self._contents:
            return
        title = self.document.add_paragraph(self.words.term("labels.contents"))
        title.alignment = ALIGN.CENTER
        title.paragraph_format.page_break_before = True
        lines = [(level, self.document.add_paragraph(), text) for level, text in self._contents]
        begin_field(lines[0][1], 'TOC \\o "1-2" \\h \\z \\u')
        for level, paragraph, text in lines:
            paragraph.paragraph_format.line_spacing = 1.15
            paragraph.paragraph_format.left_indent = Cm(level - 1)
            paragraph.add_run(text)
        end_field(lines[-1][1])
        self._contents = []

    def _known(self, *names: str) -> Any:
        """The first of these styles that the document has."""
        if names not in self._styles:
            self._styles[names] = called(self.document, *names)
        return self._styles[names]

    def _judged(self, element: Any) -> None:
        """The conclusions: each a line, its outcome in bold."""
        for each in element.findall("p"):
            paragraph = self.document.add_paragraph()
            parts = [part for part in each if isinstance(part.tag, str) and part.tag != "br"]
            for n, part in enumerate(parts):
                sign = "" if n == 0 else self.words.term("headings.between")
                paragraph.add_run(sign + text_of(part)).bold = part.tag == "strong"

    def _pairs(self, element: Any) -> None:
        """Terms and figures as a small table."""
        pairs = [(text_of(each.find("dt")), text_of(each.find("dd"))) for each in element]
        table = etree.Element("table")
        body = etree.SubElement(table, "tbody")
        for name, value in pairs:
            row = etree.SubElement(body, "tr")
            for kind, text in (("", name), ("num", value)):
                etree.SubElement(row, "td", {"class": kind}).text = text
        add_table(self.document, table, self._cell)
        self.document.add_paragraph()

    def _paragraph(self, element: Any) -> None:
        if not text_of(element):
            return
        paragraph = self.document.add_paragraph()
        self._runs(paragraph, element)
        if self.words.lang == "zh":
            indent(paragraph)

    def _list(self, element: Any) -> None:
        style = self._known("List Bullet" if element.tag == "ul" else "List Number", "Normal")
        for item in element.findall("li"):
            paragraph = self.document.add_paragraph(style=style)
            self._runs(paragraph, item)

    def _table(self, element: Any) -> None:
        caption = element.find("caption")
        is_wide = columns_of(element) > MOST_COLUMNS
        if is_wide:
            self._turn(is_wide=True)
        if caption is not None:
            self._caption("table", text_of(caption))
        add_table(self.document, element, self._cell)
        if is_wide:
            self._turn(is_wide=False)
        else:
            self.document.add_paragraph()

    def _turn(self, is_wide: bool) -> None:
        """A new page, across or upright."""
        last = self.document.sections[-1]
        width, height = sorted((last.page_width, last.page_height), reverse=is_wide)
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = width, height

    def _cell(self, paragraph: Any, cell: Any) -> None:
        self._runs(paragraph, cell)
        if cell.tag == "th":
            for run in paragraph.runs:
                run.bold = True

    def _figure(self, element: Any) -> None:
        image = element.find(".//img")
        if image is not None:
            self._picture(image)
        caption = element.find("figcaption")
        if caption is not None:
            self._caption("figure", text_of(caption))

    def _picture(self, image: Any) -> None:
        """A chart as PNG, which every Word knows, with its text alternative."""
        data = b64decode(image.get("src").partition(",")[2])
        png = BytesIO()
        picture = Image.open(BytesIO(data)).convert("RGB")
        picture.quantize(64, dither=Image.Dither.NONE).save(png, "PNG", optimize=True)
        paragraph = self.document.add_paragraph()
        paragraph.alignment = ALIGN.CENTER
        paragraph.paragraph_format.keep_with_next = True
        width = min(WIDEST, HIGHEST * picture.width // picture.height)
        shape = paragraph.add_run().add_picture(png, width=width)
        about = shape._inline.docPr
        about.set("descr", image.get("alt") or "")
        about.set("name", f"{self._numbers['figure'] + 1}")

    def _caption(self, kind: str, text: str) -> None:
        """A numbered caption (题注): Word lists them and counts them anew."""
        self._numbers[kind] += 1
        name = self.words.term(f"labels.{kind}_number")
        paragraph = self.document.add_paragraph(style=self._known("Caption", "Normal"))
        paragraph.add_run(f"{name} ")
        add_field(paragraph, f"SEQ {name} \\* ARABIC", str(self._numbers[kind]))
        paragraph.add_run(f"  {text}")

    def _runs(self, paragraph: Any, element: Any) -> None:
        """The text of an element, with what is emphasised in it."""
        pieces = [*_pieces(element)]
        for n, (text, is_bold) in enumerate(pieces):
            text = text.lstrip() if n == 0 else text
            text = text.rstrip() if n == len(pieces) - 1 else text
            if text:
                paragraph.add_run(text).bold = is_bold or None


def _is_hidden(element: Any) -> bool:
    classes = (element.get("class") or "").split()
    hidden = any(each in classes for each in HIDDEN) or element.get("aria-hidden") == "true"
    return hidden or element.tag in ("details", "style", "nav")


def _pieces(element: Any, is_bold: bool = False) -> Any:
    """The texts within an element and whether they are bold; a break is a new line."""
    if element.text:
        yield _flat(element.text), is_bold
    for each in element:
        if isinstance(each.tag, str):
            if each.tag == "br":
                yield "\n", is_bold
            elif "unseen" in (each.get("class") or "").split():
                pass
            else:
                yield from _pieces(each, is_bold or each.tag in ("strong", "b"))
        if each.tail:
            yield _flat(each.tail), is_bold


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def text_of(element: Any) -> str:
    """All text of an element on one line."""
    return "" if element is None else " ".join("".join(t for t, _ in _pieces(element)).split())


def _about(document: Any, title: str) -> None:
    """The title and nobody's name: no author, no time."""
    core = document.core_properties
    core.title, core.author, core.comments, core.last_modified_by = title, "", "", ""
    core.keywords, core.subject, core.revision = "", "", 1
    for name in ("created", "modified", "lastPrinted"):
        for found in core._element.findall(f".//{{*}}{name}"):
            core._element.remove(found)


def _saved(document: Any) -> bytes:
    """The file with the same bytes each time."""
    raw, made = BytesIO(), BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, FIXED)
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return made.getvalue()
