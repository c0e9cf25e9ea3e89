"""Headers that come back whole (邮件头): words in Chinese as encoded words of our own folding.

The standard library loses a space of one text in a hundred where it folds a line; here every text
that is not plain ASCII is encoded as a whole, its spaces too, cut between characters.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from email.policy import EmailPolicy
from email.utils import quote
from typing import Any

MOST_BYTES = 39  # in an encoded word, so that none of its lines is longer than 76 signs
LONGEST_PLAIN = 60
PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/^_`{|}~.,()\[\]:;-]*")
PEOPLE = ("from", "to", "cc")


class Whole(EmailPolicy):
    """SMTP's policy, but for how subjects and names are written."""

    def fold(self, name: str, value: Any) -> str:
        """A header as its lines."""
        if name.lower() == "subject":
            return f"{name}: {_encoded(str(value))}\r\n"
        if name.lower() in PEOPLE:
            people = (_person(each.display_name, each.addr_spec) for each in value.addresses)
            return f"{name}: {f',{BREAK}'.join(people)}\r\n"
        return super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same as bytes, all of them ASCII."""
        return self.fold(name, value).encode("ascii")


BREAK = "\r\n "
POLICY = Whole(linesep="\r\n", cte_type="7bit")


def _person(name: str, address: str) -> str:
    if not name:
        return address
    is_plain = PLAIN_NAME.fullmatch(name) and "=?" not in name and len(name) <= LONGEST_PLAIN
    shown = f'"{quote(name)}"' if is_plain else _words(name)
    return f"{shown}{BREAK}<{address}>"


def _encoded(text: str) -> str:
    """A text as it is where it is short and plain, else as encoded words."""
    is_plain = text.isascii() and text.isprintable() and "=?" not in text
    return text if is_plain and len(text) <= LONGEST_PLAIN else _words(text)


def _words(text: str) -> str:
    """A text as encoded words, one a line.

    >>> _words("报告")
    '=?utf-8?b?5oql5ZGK?='
    """
    return BREAK.join(f"=?utf-8?b?{b64encode(part).decode()}?=" for part in _parts(text))


def _parts(text: str) -> Iterator[bytes]:
    """The bytes of a text in pieces of whole characters."""
    part = b""
    for sign in text:
        encoded = sign.encode()
        if len(part) + len(encoded) > MOST_BYTES:
            yield part
            part = b""
        part += encoded
    yield part
