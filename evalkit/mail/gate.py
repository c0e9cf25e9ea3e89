"""The privacy gate (隐私关口): all that leaves by mail is looked through, down to the metadata.

``masked`` takes personal numbers out of a page before a mail is made of it; ``leaks`` looks through
the finished message, its attachments, what is packed in them and what is written in no part that a
reader sees. The patterns are those of ``privacy``. What cannot be looked into does not leave.
"""

from __future__ import annotations

import html
import io
import logging
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from functools import cache
from typing import Any, NamedTuple

from evalkit.privacy import LIKELY, mask

#: A picture within a page; its digits are pixels. Its metadata are looked at by themselves.
DATA_URI = re.compile(r"data:image/[a-z+]+;base64,([A-Za-z0-9+/=]+)")
#: Tags that do not end a word: a number may go on behind them.
INLINE = re.compile(
    r"</?(?:a|b|i|u|s|em|strong|span|small|sub|sup|code|mark|font|wbr|ins|del|abbr)\b[^>]*>"
)
#: Where a paragraph, a cell or a value ends in the XML of office files.
XML_END = re.compile(r"</(?:\w+:)?(?:p|si|is|c|row|tc|tr|v)>|<(?:\w+:)?(?:br|tab)\b[^>]*/?>")
TAG = re.compile(r"<[^>]*>")
#: The number of a heading: what follows its sign is no decimal.
NUMBERED = re.compile("(?<!\\d)(\\d{1,2})\uff0e")
DEEPEST, MOST_MEMBERS = 3, 2000
LARGEST_TEXT, LARGEST_PACKED = 60_000_000, 200_000_000  # bytes, unpacked
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8")


class Leak(NamedTuple):
    """Something personal, or what cannot be looked into: where, and of which kind."""

    where: str
    kind: str


def masked(page: str) -> str:
    """A page with its personal numbers masked, in texts and attributes; pictures as they were.

    >>> masked('<p title="li@mail.example">li@mail.example</p>')
    '<p title="××@××××.×××××××">××@××××.×××××××</p>'
    """
    parts = re.split(r"(data:image/[^\"]*|[<>])", page)
    return "".join(
        part if part.startswith("data:image/") or len(part) < 2 else mask(part)[0] for part in parts
    )


def leaks(message: EmailMessage) -> list[Leak]:
    """What must not leave with a message; empty where all is well.

    Addresses of the sender and the recipients are no leak: the mail is for them.
    """
    found = [Leak(name, kind) for name, value in _headers(message) for kind in kinds(value)]
    pictures = [f"cid:{part['Content-ID'][1:-1]}" for part in message.walk() if part["Content-ID"]]
    for part in message.walk():
        if part.is_multipart():
            continue
        name = part.get_filename() or part.get_content_type()
        found += [Leak(name, kind) for kind in kinds(name)]
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        for each in pictures:  # the name of a picture of this message has the form of an address
            data = data.replace(f'"{each}"'.encode(), b'""')
        found += look_through(name, data)
    return list(dict.fromkeys(found))


def _headers(message: EmailMessage) -> Iterator[tuple[str, str]]:
    """Each header with what is looked through: of people the names, not the addresses."""
    for name, value in message.items():
        if name.lower() in ("from", "to", "cc"):
            yield from ((name, each.display_name) for each in value.addresses)
        elif name.lower() != "message-id":
            yield name, str(value)


def kinds(text: str) -> list[str]:
    """The kinds of personal numbers in a text, also such as are written with unusual signs.

    >>> kinds("1\u200b3800138000"), kinds("⑴3800138000"), kinds("28,195,500 元")
    (['mobile'], [], [])
    """
    found: list[str] = []
    for line in re.split(r"[\r\n<>]+", text):
        plain = line if line.isascii() else _plain(line)
        if LIKELY.search(plain):
            found += mask(plain)[1]
    return list(dict.fromkeys(found))


def _plain(text: str) -> str:
    """A text without invisible signs, its full-width and styled signs as the usual ones."""
    spaced = NUMBERED.sub(r"\1 ", _unseen().sub("", text))
    return unicodedata.normalize("NFKC", spaced)


@cache
def _unseen() -> re.Pattern[str]:
    """All signs of format, which nobody sees: a zero-width space, a soft hyphen, a mark."""
    signs = filter(lambda sign: unicodedata.category(sign) == "Cf", map(chr, range(0xE0080)))
    return re.compile(f"[{''.join(map(re.escape, signs))}]")


def look_through(name: str, data: bytes, depth: int = 0) -> list[Leak]:
    """What is personal in a file, by what its bytes are and not by its name."""
    if data.startswith(b"%PDF-"):
        return list(_in_pdf(name, data, depth))
    if data.startswith(b"PK"):
        return list(_in_zip(name, data, depth))
    if data.startswith(PICTURES):
        return list(_in_picture(name, data))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [Leak(name, "unreadable")]
    if len(data) > LARGEST_TEXT or "\0" in text:
        return [Leak(name, "unreadable")]
    return list(_in_text(name, text))


def _in_text(name: str, text: str) -> Iterator[Leak]:
    """Text, HTML or XML: what stands in it as it is, and what its tags and entities hide."""
    for match in DATA_URI.finditer(text):
        yield from _in_picture(name, _decoded(match[1]))
    bare = DATA_URI.sub("", text)
    yield from (Leak(name, kind) for kind in kinds(html.unescape(bare)))
    if "<" in bare:
        ended = XML_END if bare.lstrip().startswith("<?xml") else None
        joined = TAG.sub("", ended.sub("\n", bare)) if ended else TAG.sub(
            "\n", INLINE.sub("", bare)
        )  # fmt: skip
        yield from (Leak(name, kind) for kind in kinds(html.unescape(joined)))


def _decoded(base64: str) -> bytes:
    from base64 import b64decode

    try:
        return b64decode(base64)
    except ValueError:
        return b""


def _in_picture(name: str, data: bytes) -> Iterator[Leak]:
    """The metadata of a picture; its pixels are drawn by charts and not read."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            told = [*image.info.values(), *image.getexif().values()]
            if image.format == "PNG":
                told += getattr(image, "text", {}).values()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        yield Leak(name, "unreadable")
        return
    for value in told:
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        yield from (Leak(name, kind) for kind in kinds(text))


def _in_zip(name: str, data: bytes, depth: int) -> Iterator[Leak]:
    """Every member of an archive, so also of office files; their names, comments too."""
    if depth >= DEEPEST:
        yield Leak(name, "unreadable")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            size = sum(each.file_size for each in members)
            if len(members) > MOST_MEMBERS or size > LARGEST_PACKED:
                yield Leak(name, "unreadable")
                return
            told = [archive.comment, *(each.comment for each in members)]
            for text in (*(each.decode("utf-8", "replace") for each in told),
                         *(each.filename for each in members)):  # fmt: skip
                yield from (Leak(name, kind) for kind in kinds(text))
            for each in members:
                if not each.is_dir():
                    where = f"{name}/{each.filename}"
                    yield from look_through(where, archive.read(each), depth + 1)
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError, NotImplementedError):
        yield Leak(name, "unreadable")


def _texts(found: Any, seen: set[int] | None = None) -> Iterator[str]:
    """The texts within an object of a PDF; not its numbers, nor those of its references.

    What an object prints as holds addresses of memory, which look like numbers of persons.
    """
    seen = set() if seen is None else seen
    found = found.get_object() if hasattr(found, "get_object") else found
    if id(found) in seen:
        return
    seen.add(id(found))
    if isinstance(found, str):
        yield found
    elif isinstance(found, bytes):
        yield found.decode("utf-8", "replace")
    elif isinstance(found, Mapping):
        for key, each in found.items():
            if key not in ("/P", "/Parent", "/StructParent", "/Dest", "/Popup"):
                yield from _texts(each, seen)
    elif isinstance(found, list):
        for each in found:
            yield from _texts(each, seen)


def _in_pdf(name: str, data: bytes, depth: int) -> Iterator[Leak]:
    """The text of every page, the notes on it, bookmarks, metadata and files within a PDF."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    if depth >= DEEPEST:
        yield Leak(name, "unreadable")
        return
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        told = [page.extract_text() for page in reader.pages]
        told += [str(value) for value in (reader.metadata or {}).values()]
        for page in reader.pages:
            for note in page.annotations or ():
                told += _texts(note.get_object())
        told += _texts(reader.root_object.get("/Outlines"))
        xmp = reader.root_object.get("/Metadata")
        if xmp is not None:
            told.append(TAG.sub("\n", xmp.get_object().get_data().decode("utf-8", "replace")))
        within = [(each, one) for each, files in reader.attachments.items() for one in files]
    except Exception:  # whatever a broken PDF makes the reader raise: it cannot be looked into
        yield Leak(name, "unreadable")
        return
    for text in told:
        yield from (Leak(name, kind) for kind in kinds(text))
    for each, content in within:
        yield from look_through(f"{name}/{each}", content, depth + 1)
