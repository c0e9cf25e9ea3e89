"""Reports in: what a file is, by its bytes and not by its name, and the reader that fits.

Read are text and Markdown, HTML, Word (.docx) and PDF with text in it. Nothing of a file is
executed, nothing is fetched. Personal numbers are masked before anything else sees the text.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evalkit.audit import docx, html, lines, pdf
from evalkit.audit.document import Block, Document
from evalkit.audit.encodings import decode
from evalkit.files import Unreadable, read_file
from evalkit.privacy import mask

LARGEST_FILE = 20_000_000  # bytes
MOST_TEXT = 4_000_000  # characters of a report
OTHERS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_word"), (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"II*\0", "picture"),
    (b"MM\0*", "picture"), (b"{\\rtf", "rtf"), (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)  # fmt: skip


def read_report(path: Path) -> Document:
    """The text of a report, personal numbers masked.

    Raises ``Unreadable`` for what is missing, empty, larger than 20 MB, of another kind, scanned,
    damaged, in another encoding, or meant to do harm.
    """
    data = read_file(path, LARGEST_FILE)
    if not data:
        raise Unreadable("empty")
    for start, code in OTHERS:
        if data.startswith(start):
            raise Unreadable(code)
    if data.startswith(b"PK"):
        found = docx.read(data)
    elif data[:1024].lstrip().startswith(b"%PDF-"):
        found = pdf.read(data)
    else:
        text = decode(data)
        found = html.read(text) if html.is_html(text, path.suffix) else lines.read(text)
    size = sum(len(cell.text) for block in found.blocks for cell in block.cells)
    if size > MOST_TEXT:
        raise Unreadable("too_long")
    if not size:
        raise Unreadable("no_text")
    return _masked(found)


def _masked(document: Document) -> Document:
    """The document with every personal number masked, sign for sign."""
    kinds: list[str] = []

    def masked(block: Block) -> Block:
        cells = []
        for cell in block.cells:
            text, found = mask(cell.text)
            kinds.extend([] if cell.is_repeat else found)
            cells.append(cell._replace(text=text))
        return replace(block, cells=tuple(cells))

    blocks = tuple(map(masked, document.blocks))
    return replace(document, blocks=blocks, masked=tuple(kinds))
