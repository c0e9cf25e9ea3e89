"""Word (.docx): paragraphs and tables from the zip's XML; macros and everything linked are ignored.

Sizes are read from the directory of the zip before anything is unpacked, and the parser refuses
document types and entities.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from evalkit.audit.document import HEADING, PARAGRAPH, Block, Cell, Document, paragraph
from evalkit.audit.spans import Grid
from evalkit.files import Unreadable

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
PART = "word/document.xml"
LARGEST_PART = 60_000_000  # bytes, unpacked
MOST_TIMES = 200  # larger than packed: no text packs so well
SMALL = 1_000_000  # bytes, unpacked, that harm nobody however well they are packed


def read(data: bytes) -> Document:
    """The blocks of a document, counted as paragraphs from its start."""
    root = _root(data)
    body = root.find(f"{W}body")
    if body is None:
        raise Unreadable("damaged")
    reader = Reader()
    reader.take(body)
    return Document(tuple(reader.blocks), "paragraph")


def _root(data: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename: info for info in archive.infolist()}
            if PART not in names:
                raise Unreadable(_other(names))
            info = names[PART]
            if info.flag_bits & 1:
                raise Unreadable("encrypted")
            packed = max(info.compress_size, 1)
            if info.file_size > LARGEST_PART or (
                info.file_size > SMALL and info.file_size > MOST_TIMES * packed
            ):
                raise Unreadable("unpacks_too_large")
            with archive.open(info) as file:  # what the directory says may be a lie
                xml = file.read(info.file_size + 1)
        if len(xml) > info.file_size:
            raise Unreadable("unpacks_too_large")
        xml = xml.replace(STRICT, W[1:-1].encode())
        return fromstring(xml, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable("entities") from None
    except (
        zipfile.BadZipFile, ParseError, OSError, EOFError, ValueError, NotImplementedError,
        RecursionError, RuntimeError,
    ):  # fmt: skip
        raise Unreadable("damaged") from None
    except Exception as error:  # zlib.error and lzma.LZMAError have no common base
        if type(error).__name__ in ("error", "LZMAError"):
            raise Unreadable("damaged") from None
        raise


def _other(names: dict[str, Any]) -> str:
    """What kind of zip it is that is no Word document."""
    if any(name.startswith(("xl/", "ppt/")) for name in names):
        return "other_office"
    return "other_office" if "content.xml" in names else "archive"


class Reader:
    """Collects the blocks of a body."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._count = 0
        self._tables = 0

    def take(self, parent: Any) -> None:
        """The paragraphs and tables below an element, in order, also within content controls."""
        for each in parent:
            if each.tag == f"{W}p":
                self._count += 1
                text = " ".join(text_of(each).split())
                if text:
                    kind = HEADING if _is_heading(each) else PARAGRAPH
                    self.blocks.append(paragraph(text, self._count, kind))
            elif each.tag == f"{W}tbl":
                self._take_table(each)
            elif each.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
                self.take(each)

    def _take_table(self, table: Any) -> None:
        self._tables += 1
        grid, held = Grid(self._tables), dict[int, Cell]()
        for line in table.iter(f"{W}tr"):
            self._count += 1
            column = 0
            for cell in _cells(line):
                wide, goes_on = _spans(cell)
                text = " ".join(" ".join(text_of(p) for p in cell.iter(f"{W}p")).split())
                made = Cell(text, self._count)
                if goes_on and column in held:
                    made = held[column]._replace(is_repeat=True)
                held[column] = made
                grid.open(wide, 1)
                grid.close(made)
                column += wide
            self.blocks += grid.next_row()


def _cells(line: Any) -> Iterator[Any]:
    """The cells of a row, also within content controls; those of inner tables stay inside."""
    for each in line:
        if each.tag == f"{W}tc":
            yield each
        elif each.tag in (f"{W}sdt", f"{W}sdtContent"):
            yield from _cells(each)


def _spans(cell: Any) -> tuple[int, bool]:
    """How many columns a cell covers, and whether it goes on with the one above."""
    wide = cell.find(f"{W}tcPr/{W}gridSpan")
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    value = wide.get(f"{W}val", "1") if wide is not None else "1"
    goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
    return min(int(value), 100) if value.isdecimal() and value != "0" else 1, goes_on


def text_of(element: Any) -> str:
    """The text below an element, without what was deleted and the codes of fields."""
    found = []
    for each in element.iter():
        if each.tag == f"{W}t":
            found.append(each.text or "")
        elif each.tag in (f"{W}tab", f"{W}br", f"{W}cr"):
            found.append(" ")
        elif each.tag == f"{W}noBreakHyphen":
            found.append("-")
    return "".join(found)


def _is_heading(element: Any) -> bool:
    style = element.find(f"{W}pPr/{W}pStyle")
    level = element.find(f"{W}pPr/{W}outlineLvl")
    name = style.get(f"{W}val", "") if style is not None else ""
    named = bool(re.fullmatch(r"(?:heading|title)\s*\d?|[1-9]", name, re.IGNORECASE))
    return named or level is not None
