"""Encodings (编码): UTF-8, UTF-16 with its BOM, GB18030; anything else is refused."""

from __future__ import annotations

import codecs
import re

from evalkit.files import Unreadable

#: Characters that no report holds; where a decoding yields them it was the wrong one.
STRAY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ue000-\uf8ff\ufffe\uffff]")
#: What Chinese text is mostly made of.
HAN = re.compile(r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")
FEWEST_HAN = 0.9  # of all characters beyond ASCII, where GB18030 is taken for granted
DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
CHINESE = {"gb2312", "gbk", "gb18030"}


def decode(data: bytes) -> str:
    """The text of a file. Raises ``Unreadable`` where no encoding that we know gives one.

    >>> decode("3,780.92 万元".encode("gb18030")), decode("é".encode("utf-16"))
    ('3,780.92 万元', 'é')
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Unreadable("encoding")
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):  # fmt: skip
        if data.startswith(mark):
            return _clean(data, name)
    try:
        return _clean(data, "utf-8")
    except Unreadable:
        text = _clean(data, "gb18030")
    beyond = [sign for sign in text if sign > "\x7f"]
    is_declared = DECLARED.search(data[:4096])
    is_chinese = bool(is_declared) and is_declared[1].decode("ascii").lower() in CHINESE  # type: ignore[index]
    if not is_chinese and sum(bool(HAN.match(s)) for s in beyond) < FEWEST_HAN * len(beyond):
        raise Unreadable("encoding")
    return text


def _clean(data: bytes, name: str) -> str:
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None
    if STRAY.search(text):
        raise Unreadable("binary" if "\0" in text else "encoding")
    return text
