"""PDF with text in it; a scanned one is refused. Scripts, forms and attachments are not touched."""

from __future__ import annotations

import io
import logging
import re

from evalkit.audit.document import Block, Document
from evalkit.audit.lines import read as read_lines
from evalkit.files import Unreadable

MOST_PAGES = 500
NEAR_MARGIN = 0.8  # of the longest line of a page
ENDS = (".", ";", ":", "\u3002", "\uff1b", "\uff1a")
FEWEST_SIGNS = 20  # on a page, of a report that was not scanned
PAGE_NUMBER = re.compile(
    r"\s*[-\u2013\u2014]?\s*(?:\d{1,3}|[ivx]{1,5})\s*(?:/\s*\d{1,3})?\s*[-\u2013\u2014]?\s*"
)


def read(data: bytes) -> Document:
    """The text of each page; ``line`` counts pages."""
    pages = _pages(data)
    signs = sum(len("".join(page.split())) for page in pages)
    if signs < FEWEST_SIGNS * len(pages):
        raise Unreadable("scanned")
    blocks: list[Block] = []
    for number, page in enumerate(pages, 1):
        kept = "\n".join(line for line in page.splitlines() if not PAGE_NUMBER.fullmatch(line))
        for block in read_lines(_in_columns(_joined(kept))).blocks:
            cells = tuple(cell._replace(line=number) for cell in block.cells)
            table = block.table + 1000 * number if block.table else 0
            blocks.append(Block(block.kind, cells, table))
    return Document(tuple(blocks), "page", is_cut=True)


def _joined(text: str) -> str:
    """Lines that run to the margin, joined with those that go on with their sentence."""
    lines = [line.rstrip() for line in text.splitlines()]
    margin = NEAR_MARGIN * max(map(len, lines), default=0)
    found: list[str] = []
    is_open = False
    for line in lines:
        if is_open and line.strip():
            is_latin = found[-1][-1:].isascii() and line.lstrip()[:1].isascii()
            found[-1] += (" " if is_latin else "") + line.lstrip()
        else:
            found.append(line)
        is_open = len(line) > margin and not line.endswith(ENDS)
    return "\n".join(found)


def _in_columns(text: str) -> str:
    """Wide gaps within a line as tabs: the columns of a table."""
    lines = text.splitlines()
    return "\n".join(re.sub(r"(?<=\S)(?: {3,}|\t)(?=\S)", "\t", line.rstrip()) for line in lines)


def _pages(data: bytes) -> list[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("encrypted")
        if not reader.pages:
            raise Unreadable("damaged")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable("too_many_pages")
        return [page.extract_text() for page in reader.pages]
    except Unreadable:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError,
            RecursionError, OSError, ArithmeticError, AssertionError, NotImplementedError,
            ImportError):  # fmt: skip
        raise Unreadable("damaged") from None
