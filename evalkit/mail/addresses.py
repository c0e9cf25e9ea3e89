"""Who a mail goes to (收件人): addresses that are what they look like.

An address is ASCII, but for a domain in Chinese characters, which is written as mail servers want
it. Signs that nobody sees, letters of several scripts in a word, and a name that pretends to be an
address are refused: each is how mail is led astray.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from evalkit.yamltree import UNSEEN

#: More than so many in one mail are a mistake, or a list that a mail server should keep.
MOST = 100
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
ONE = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<name>[^<>"]*?))\s*<(?P<address>[^<>]*)>\s*')
BETWEEN = re.compile(r"[,;，；]")
LONGEST_ADDRESS, LONGEST_NAME, LONGEST_LOCAL = 254, 100, 64
#: Scripts that are written together in one word.
TOGETHER = {"CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO"}


class Person(NamedTuple):
    """A name to show, and an address."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


Lists = tuple[tuple[Person, ...], tuple[Person, ...]]  # to, cc


class BadAddress(ValueError):
    """What is no address; ``code`` names its sentences in ``faults.yaml``."""

    def __init__(self, code: str, found: str) -> None:
        super().__init__(code, found)
        self.code, self.found = code, found


def people_in(text: str) -> list[Person]:
    """The people named in a text, with ``,`` or ``;`` between them. Raises ``BadAddress``.

    >>> [str(each) for each in people_in('"Zhang, San" <zs@example.gov.cn>; li@example.com')]
    ['Zhang, San <zs@example.gov.cn>', 'li@example.com']
    """
    parts = _parts(text)
    if not parts:
        raise BadAddress("address_empty", text)
    return [person(each) for each in parts]


def _parts(text: str) -> list[str]:
    """The text between the signs that stand neither in quotes nor in angle brackets."""
    parts, start, is_quoted, is_inside = [], 0, False, False
    for at, sign in enumerate(text):
        is_quoted ^= sign == '"'
        is_inside = (is_inside or sign == "<") and sign != ">"
        if BETWEEN.match(sign) and not is_quoted and not is_inside:
            parts.append(text[start:at])
            start = at + 1
    return [each.strip() for each in (*parts, text[start:]) if each.strip()]


def person(text: str) -> Person:
    """One person, as ``Name <address>`` or as the address alone. Raises ``BadAddress``."""
    unseen = _unseen(text)
    if unseen:
        raise BadAddress("address_unseen", unseen)
    match = ONE.fullmatch(text)
    if not match:
        return Person("", address(text.strip()))
    name = (match["quoted"] if match["quoted"] is not None else match["name"]).strip()
    return Person(shown_name(name), address(match["address"].strip()))


def _unseen(text: str) -> str:
    """The first sign that is not seen or steers, by its code point; nothing where there is none."""
    for sign in text:
        if unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") or UNSEEN.match(sign):
            return f"U+{ord(sign):04X}"
    return ""


def shown_name(name: str) -> str:
    """A name to show. Raises ``BadAddress`` for one that is not what it looks like."""
    unseen = _unseen(name)
    if unseen:
        raise BadAddress("address_unseen", unseen)
    if "@" in unicodedata.normalize("NFKC", name):
        raise BadAddress("address_in_name", name)
    if any(_is_mixed(word) for word in re.split(r"[\s·.,'-]+", name)):
        raise BadAddress("address_mixed", name)
    if len(name) > LONGEST_NAME:
        raise BadAddress("address_too_long", name)
    return name


def address(text: str) -> str:
    """An address as servers take it. Raises ``BadAddress``.

    >>> address("Li@Example.GOV.cn"), address("li@例子.中国")
    ('Li@example.gov.cn', 'li@xn--fsqu00a.xn--fiqs8s')
    """
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or len(text) > LONGEST_ADDRESS or re.search(r"\s", text):
        raise BadAddress("address_form", text)
    if not local.isascii():
        raise BadAddress("address_mixed", text)
    if not LOCAL.fullmatch(local) or len(local) > LONGEST_LOCAL:
        raise BadAddress("address_form", text)
    labels = [_label(each, text) for each in domain.lower().split(".")]
    if len(labels) < 2 or labels[-1].isdigit():
        raise BadAddress("address_form", text)
    return f"{local}@{'.'.join(labels)}"


def _label(label: str, text: str) -> str:
    """A part of a domain in ASCII; of other letters, only Chinese characters are taken."""
    spelled = label
    if label.startswith("xn--"):
        try:
            spelled = label.encode("ascii").decode("idna")
        except UnicodeError:
            raise BadAddress("address_form", text) from None
    scripts = _scripts(spelled)
    if not spelled.isascii() and scripts != {"CJK"}:
        raise BadAddress("address_mixed", text)
    try:
        written = spelled.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddress("address_form", text) from None
    if not LABEL.fullmatch(written) or (spelled != label and written != label):
        raise BadAddress("address_form", text)
    return written


def _scripts(word: str) -> set[str]:
    """The scripts of the letters of a word, by the first word of their names."""
    return {unicodedata.name(sign, "?").split()[0] for sign in word if sign.isalpha()}


def _is_mixed(word: str) -> bool:
    """Whether letters of scripts that look alike stand in one word, or one poses as Latin."""
    scripts = _scripts(word) - TOGETHER
    return len(scripts) > 1 or bool(scripts - {"LATIN", "CYRILLIC", "GREEK", "HANGUL", "ARABIC"})


def once(to: Iterable[Person], cc: Iterable[Person]) -> Lists:
    """Both lists with each address once: where it stands first.

    >>> once([Person("", "a@b.cn")], [Person("", "A@b.cn"), Person("", "c@b.cn")])[1]
    (Person(name='', address='c@b.cn'),)
    """
    seen: set[str] = set()

    def kept(people: Iterable[Person]) -> Iterator[Person]:
        for each in people:
            if each.address.casefold() not in seen:
                seen.add(each.address.casefold())
                yield each

    return tuple(kept(to)), tuple(kept(cc))
