"""A mail as a message (成信): headers that hold what they say, a tree that every program reads.

``multipart/mixed`` holds the body, as plain text and as HTML with its pictures, and what is
attached. The same parts, date and id give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from evalkit.mail.addresses import Person
from evalkit.mail.attach import Attachment
from evalkit.mail.headers import POLICY
from evalkit.mail.letter import Letter
from evalkit.sentences import seen

NO_DOMAIN = "evalkit.invalid"
DRAFT = "X-Unsent"
LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Envelope:
    """Who writes to whom, when, and the id of the message; a draft may have no sender yet."""

    sender: Person | None
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    date: datetime
    message_id: str
    is_draft: bool


def message_id_of(sender: Person | None, *parts: str) -> str:
    """The id of a message: the same for the same content, whoever gets it.

    A second try bears the same id, so that who got both can tell them for one.

    >>> message_id_of(None, "a") == message_id_of(None, "a") != message_id_of(None, "b")
    True
    """
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
    domain = sender.address.rpartition("@")[2] if sender else NO_DOMAIN
    return f"<{digest}@{domain}>"


def subject_of(text: str) -> str:
    """A subject on one line: of what steers, nothing is left.

    >>> subject_of("a\\r\\nBcc: b@c.d\\x00")
    'a Bcc: b@c.d'
    """
    line = seen(" ".join(text.split()))
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def compose(
    letter: Letter,
    subject: str,
    html: str,
    text: str,
    attachments: Sequence[Attachment],
    envelope: Envelope,
) -> EmailMessage:
    """The message of a letter whose HTML and plain text are made already."""
    message = EmailMessage(policy=POLICY)
    message["Subject"] = subject_of(subject)
    if envelope.sender:
        message["From"] = _address(envelope.sender)
    message["To"] = [_address(each) for each in envelope.to]
    if envelope.cc:
        message["Cc"] = [_address(each) for each in envelope.cc]
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = envelope.message_id
    if envelope.is_draft:
        message[DRAFT] = "1"
    message.set_content(text, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    _illustrate(message, letter)
    for each in attachments:
        maintype, _, subtype = each.kind.partition("/")
        message.add_attachment(
            each.data,
            maintype=maintype,
            subtype=subtype,
            cte="base64",
            filename=each.name,
            params={"charset": "utf-8"} if maintype == "text" else None,
        )
    _bound(message, envelope.message_id)
    return message


def _address(person: Person) -> Address:
    return Address(display_name=person.name, addr_spec=person.address)


def _illustrate(message: EmailMessage, letter: Letter) -> None:
    """The pictures beside the HTML that shows them."""
    page = message.get_body(preferencelist=("html",))
    if not isinstance(page, EmailMessage):
        return
    for chart in letter.charts:
        page.add_related(
            chart.png,
            maintype="image",
            subtype="png",
            cid=f"<{chart.name}@{NO_DOMAIN}>",
            filename=f"{chart.name}.png",
            disposition="inline",
        )


def _bound(message: EmailMessage, message_id: str) -> None:
    """Boundaries from the id of the message, in the place of random ones."""
    number = 0
    for part in message.walk():
        if part.is_multipart():
            number += 1
            part.set_boundary(f"=_evalkit-{message_id[1:17]}-{number}")
