"""HTML: its text. Scripts, styles and what is hidden are dropped; nothing is run or fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from evalkit.audit.document import HEADING, PARAGRAPH, Block, Cell, Document, paragraph
from evalkit.audit.spans import Grid
from evalkit.files import Unreadable

IS_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
DROPPED = {"script", "style", "template", "noscript", "head", "svg", "object", "iframe", "select"}
BREAKS = {
    "p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "section", "article", "main", "nav",
    "header", "footer", "figure", "figcaption", "pre", "blockquote", "hr", "details", "summary",
    "caption", "title", "form", "address", "aside",
}  # fmt: skip
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "caption"}
EMPTY = {"br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base", "source"}
DEEPEST = 500


def is_html(text: str, suffix: str) -> bool:
    """Whether a text is a page, by how it opens or by its name."""
    return bool(IS_HTML.match(text)) or suffix.lower() in (".html", ".htm", ".xhtml")


def read(text: str) -> Document:
    """The blocks of a page: headings, paragraphs and tables cell by cell, with their lines."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    reader.end_text(PARAGRAPH)
    return Document(tuple(reader.blocks))


class Reader(HTMLParser):
    """Collects the blocks of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._line = 0
        self._dropping = ""  # the element that is dropped, and how deep in it we are
        self._depth = 0
        self._grids: list[Grid] = []
        self._tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropping:
            self._depth += tag == self._dropping
            return
        given = {name: value or "" for name, value in attrs}
        if tag in DROPPED or (_is_hidden(given) and tag not in EMPTY):
            self._dropping, self._depth = tag, 1
            return
        if tag == "table":
            self.end_text(PARAGRAPH)
            if len(self._grids) >= DEEPEST:
                raise Unreadable("too_deep")
            self._tables += 1
            self._grids.append(Grid(self._tables))
        elif tag in ("tr", "td", "th") and self._grids:
            self._end_cell()
            if tag == "tr":
                self.blocks += self._grids[-1].next_row()
            else:
                self._grids[-1].open(_span(given, "colspan"), _span(given, "rowspan"))
        elif tag in BREAKS or tag in HEADINGS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            self._depth -= tag == self._dropping
            self._dropping = self._dropping if self._depth else ""
        elif tag in ("td", "th") and self._grids:
            self._end_cell()
        elif tag == "table" and self._grids:
            self._end_cell()
            self.blocks += self._grids.pop().end()
        elif tag in HEADINGS:
            self.end_text(HEADING)
        elif tag in BREAKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            if not self._line and data.strip():
                before = data[: len(data) - len(data.lstrip())]
                self._line = self.getpos()[0] + before.count("\n")
            self._text.append(data)

    def _break(self) -> None:
        """A new block; within a cell only a new line."""
        if self._grids and self._grids[-1].is_open:
            self._text.append("\n")
        else:
            self.end_text(PARAGRAPH)

    def end_text(self, kind: str) -> None:
        """Close a paragraph; the text of a cell stays with its cell."""
        if self._grids and self._grids[-1].is_open:
            self._end_cell()
            return
        text = _plain("".join(self._text))
        if text:
            self.blocks.append(paragraph(text, self._line, kind))
        self._text, self._line = [], 0

    def _end_cell(self) -> None:
        grid = self._grids[-1]
        if grid.is_open:
            grid.close(Cell(_plain("".join(self._text)), self._line or self.getpos()[0]))
            self._text, self._line = [], 0


def _plain(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return " ".join(filter(None, lines))


def _is_hidden(given: dict[str, str]) -> bool:
    style = given.get("style", "").replace(" ", "").lower()
    return "hidden" in given or "display:none" in style or "visibility:hidden" in style


def _span(given: dict[str, str], name: str) -> int:
    value = given.get(name, "1").strip()
    return min(int(value), 100) if value.isdecimal() and int(value[:6]) > 0 else 1
