"""Text files in: the bytes of a UTF-8 file as text, or the fault that keeps it from being read."""

from __future__ import annotations

import codecs
import contextlib
import difflib
import re
from pathlib import Path

from evalkit.errors import Fault, ParamsFaults

LARGEST_FILE = 5_000_000  # bytes
HAN = re.compile(r"[\u4e00-\u9fff]")


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with or without a byte order mark.

    Raises ``ParamsFaults`` for a file that is missing, no plain file, larger than 5 MB, not
    readable or not UTF-8; for GB18030 and UTF-16 the fault says so.
    """
    try:
        if path.is_dir():
            raise _fault(path, "is_folder")
        if not path.exists():
            raise _missing(path)
        if not path.is_file():
            raise _fault(path, "not_a_file")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise _fault(path, "unreadable", type(error).__name__) from None
    if len(data) > LARGEST_FILE:
        raise _fault(path, "too_big", f"{path.stat().st_size / 1e6:.1f} MB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _encoding(path, data, error.start) from None


def _fault(path: Path, code: str, found: str = "", **values: str) -> ParamsFaults:
    return ParamsFaults([Fault(str(path), 0, 0, code, "", found, values)])


def _missing(path: Path) -> ParamsFaults:
    """A file that is not there, and the name in its folder that it may have meant."""
    names = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, sorted(names), n=1)
    return _fault(path, "missing_file", path.name, near=near[0] if near else "")


def _encoding(path: Path, data: bytes, start: int) -> ParamsFaults:
    """What a file that is not UTF-8 looks like, and the line that shows it."""
    line = data.count(b"\n", 0, start) + 1
    column = start - data.rfind(b"\n", 0, start)
    looks = "other"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        looks, line, column = "UTF-16", 1, 1
    else:
        with contextlib.suppress(UnicodeDecodeError):
            looks = "GB18030" if HAN.search(data.decode("gb18030")) else looks
    code = "not_utf8" if looks == "other" else "other_encoding"
    return ParamsFaults([Fault(str(path), line, column, code, "", looks)])
