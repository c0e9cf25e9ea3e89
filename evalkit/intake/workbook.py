"""Opening a workbook (打开工作簿): by what a file holds, not by its name; nothing is run.

A file is measured before it is parsed. Macros, links and pictures are left alone. Raises
``Unreadable`` with the reason for whatever is no workbook of Excel.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from evalkit.files import Unreadable, read_file
from evalkit.intake.sheets import MOST_CELLS, MOST_MERGED, Sheet

LARGEST_FILE = 20_000_000  # bytes
LARGEST_CONTENT = 200_000_000  # bytes of a whole unpacked file
LARGEST_PART = 40_000_000  # bytes of its unpacked XML
MOST_PARTS = 5_000
CELL = re.compile(rb"<(?:\w+:)?c[ />]")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell [^>]*?ref=[\"']([A-Za-z]+)(\d+):([A-Za-z]+)(\d+)")
ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What a file of the old format holds, by the names of its streams.
STREAMS = (
    ("EncryptedPackage", "encrypted"), ("WordDocument", "word"), ("PowerPoint Document", "other"),
)  # fmt: skip
#: What else a file may be, by its first bytes.
OPENINGS = (
    (b"%PDF", "pdf"), (b"{\\rtf", "word"), (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"),
    (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"),
)  # fmt: skip
#: What a zip holds, by a part that only this kind has.
PARTS = (
    ("xl/workbook.bin", "xlsb"), ("word/document.xml", "word"), ("content.xml", "ods"),
    ("ppt/presentation.xml", "other"),
)  # fmt: skip


def read_workbook(path: Path, most: int = MOST_CELLS) -> tuple[list[Sheet], str]:
    """The sheets of a file and its format, ``xlsx`` or ``xls``; at most so many cells in all.

    Raises ``Unreadable`` where the file cannot be read at all, ``OSError`` never.
    """
    data = read_file(path, LARGEST_FILE)
    if not data:
        raise Unreadable("empty")
    if data.startswith(b"PK"):
        _measure(data, most)
        from evalkit.intake.xlsx import sheets_of as sheets_of_xlsx

        return _parsed(sheets_of_xlsx, data, most), "xlsx"
    if data.startswith(OLE) or data[:2] == b"\x09\x08":
        for stream, code in STREAMS:
            if stream.encode("utf-16-le") in data:
                raise Unreadable(code)
        from evalkit.intake.xls import sheets_of as sheets_of_xls

        return _parsed(sheets_of_xls, data, most), "xls"
    raise Unreadable(_other(data))


def _other(data: bytes) -> str:
    """What a file is that is neither a zip nor of the old format."""
    for opening, code in OPENINGS:
        if data.startswith(opening):
            return code
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "xml_table"
    return "html" if head.startswith(b"<") else "not_excel"


def _measure(data: bytes, most: int) -> None:
    """Refuse a zip that is no workbook or would unpack to too much, before it is parsed.

    The sizes that a zip declares are safe to go by: reading stops at them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            parts = file.infolist()
            names = {part.filename for part in parts}
            for name, code in PARTS:
                if name in names:
                    raise Unreadable(code)
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable("encrypted")
            xml = sum(p.file_size for p in parts if p.filename.endswith((".xml", ".rels")))
            total = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or total > LARGEST_CONTENT or xml > LARGEST_PART:
                raise Unreadable("unpacks_too_large")
            if "[Content_Types].xml" not in names:
                raise Unreadable("archive")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _inspect(file.read(part), part.filename.startswith("xl/worksheets/"), most)
    except Unreadable:
        raise
    except Exception:  # whatever a broken zip makes its reader raise
        raise Unreadable("damaged") from None


def _inspect(xml: bytes, is_sheet: bool, most: int) -> None:
    """Refuse XML that declares entities or hides in another encoding, and sheets without end.

    A sheet may not have more than so many cells, or wider merged ranges than any form has.
    """
    encoding = ENCODING.match(xml)
    is_utf8 = b"\0" not in xml[:100] and (not encoding or encoding[1].lower() == b"utf-8")
    if not is_utf8 or b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise Unreadable("damaged")
    if not is_sheet:
        return
    merged = sum(
        (abs(int(bottom) - int(top)) + 1) * (abs(_column(right) - _column(left)) + 1)
        for left, top, right, bottom in MERGED.findall(xml)
    )
    if sum(1 for _ in CELL.finditer(xml)) > most or merged > MOST_MERGED:
        raise Unreadable("too_many_cells")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _parsed(sheets_of: Callable[[bytes], list[Sheet]], data: bytes, most: int) -> list[Sheet]:
    """The sheets, or that the file is damaged: the parsers raise whatever comes to them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheets = sheets_of(data)
    except (Unreadable, KeyboardInterrupt):
        raise
    except Exception:
        raise Unreadable("damaged") from None
    if sum(len(sheet.cells) for sheet in sheets) > most:
        raise Unreadable("too_many_cells")
    return sheets
