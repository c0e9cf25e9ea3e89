"""Text files in: the bytes of a UTF-8 file as text, or the fault that keeps it from being read."""

from __future__ import annotations

import codecs
import contextlib
import difflib
import re
from dataclasses import replace
from pathlib import Path

from evalkit.errors import Fault, ParamsFaults
from evalkit.files import Unreadable, read_file

LARGEST_FILE = 5_000_000  # bytes
LARGEST_TABLE = 20_000_000
HAN = re.compile(r"[\u4e00-\u9fff]")


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with or without a byte order mark.

    Raises ``ParamsFaults`` for a file that is missing, no plain file, larger than 5 MB, not
    readable or not UTF-8; for GB18030 and UTF-16 the fault says so.
    """
    try:
        data = read_file(path, LARGEST_FILE)
    except Unreadable as error:
        raise refused(path, error) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _encoding(path, data, error.start) from None


def read_any_text(path: Path, most: int) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or GB18030 (so also GBK and GB2312).

    A UTF-8 file with some foreign bytes is told as such, and not taken for GB18030. Raises
    ``ParamsFaults`` as ``read_text`` does.
    """
    try:
        data = read_file(path, most)
    except Unreadable as error:
        raise refused(path, error, "table_too_large") from None
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode("utf-8-sig")
    fault = _encoding(path, data, _foreign(data))
    looks = fault.faults[0].found
    if looks == "other" or _is_mostly_utf8(data):
        raise ParamsFaults([replace(fault.faults[0], code="not_utf8", found="other")])
    try:
        return data.decode(looks)
    except UnicodeDecodeError:
        raise fault from None


def _foreign(data: bytes) -> int:
    """Where the first byte is that is not UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8; of Chinese in GB18030 hardly anything is."""
    text = data.decode("utf-8", errors="replace")
    foreign = text.count("\ufffd")
    return sum(map(len, HAN.findall(text))) > foreign


def _fault(path: Path, code: str, found: str = "", **values: str) -> ParamsFaults:
    return ParamsFaults([Fault(str(path), 0, 0, code, "", found, values)])


def refused(path: Path, error: Unreadable, too_large: str = "too_big") -> ParamsFaults:
    """The fault of a file that cannot be read; ``too_large`` is that of one beyond its limit."""
    if error.code == "missing":
        return _missing(path)
    if error.code == "too_large":
        return _fault(path, too_large, f"{path.stat().st_size / 1e6:.1f} MB")
    return _fault(path, error.code, error.values.get("reason", ""))


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
