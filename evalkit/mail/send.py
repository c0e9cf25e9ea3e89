"""Mail is handed over (发送): the only user of SMTP, through TLS with the server's name checked.

Each message is one transaction with all its recipients. A server's 4xx means later and is tried
again; its 5xx means no. A connection that breaks before the last byte has sent nothing; one that
breaks after it leaves the message in doubt, which the log remembers.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from evalkit.mail.sent import DEFERRED, HANDING, REFUSED, SENT, Log, opened
from evalkit.mail.server import Server
from evalkit.sentences import seen

ALREADY, LOST, IN_DOUBT, HELD = "already", "lost", "in_doubt", "held"
#: Ends after which a second run has nothing to do.
DONE = (SENT, ALREADY)
LONGEST_REPLY = 200
MOST_LOST = 3  # connections in a row that break before a run is given up
TAKEN, GO_ON, CLOSING = 250, 354, 421
#: How we greet: the literal that mail programs use whose machine has no public name.
NAME = "[127.0.0.1]"


class Parcel(NamedTuple):
    """A message ready to go: the bytes in ``file``, the log in ``log``."""

    project: str
    message_id: str
    date: datetime
    people: tuple[str, ...]
    file: Path
    log: Path


class Outcome(NamedTuple):
    """What became of a message for one recipient, and what the server said."""

    project: str
    address: str
    status: str
    reply: str = ""


@dataclass(frozen=True)
class Patience:
    """How often a 4xx is tried again, how long before the first time, what is done in doubt."""

    retries: int = 3
    wait: float = 60.0
    is_held: bool = False


class Stopped(Exception):
    """The server cannot be used at all; ``code`` names the sentence that says why."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason


class _Deferred(Exception):
    """The server does not take mail now."""


class Connection:
    """A connection that is made when it is first needed, and anew after it broke."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None
        self.broken = 0  # times in a row

    def get(self) -> smtplib.SMTP:
        """The session. Raises ``Stopped``, or ``_Deferred`` where the server says 4xx."""
        if self._smtp is None:
            self._smtp = self._open()
        return self._smtp

    def _open(self) -> smtplib.SMTP:
        server = self.server
        try:
            context = ssl.create_default_context(cafile=server.authority or None)
            if server.security == "tls":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, NAME, timeout=server.timeout, context=context
                )
            else:
                smtp = smtplib.SMTP(server.host, server.port, NAME, timeout=server.timeout)
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.secret)
            else:
                smtp.ehlo_or_helo_if_needed()
            return smtp
        except smtplib.SMTPResponseException as error:
            if 400 <= error.smtp_code < 500:
                raise _Deferred(self.told(error.smtp_code, error.smtp_error)) from None
            code = "login" if isinstance(error, smtplib.SMTPAuthenticationError) else "greeting"
            raise Stopped(code, self.told(error.smtp_code, error.smtp_error)) from None
        except ssl.SSLCertVerificationError as error:
            raise Stopped("certificate", error.verify_message) from None
        except smtplib.SMTPNotSupportedError:
            raise Stopped("no_tls") from None
        except UnicodeError:
            raise Stopped("login") from None
        except (smtplib.SMTPException, OSError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise Stopped("connection", reason) from None

    def told(self, code: int, reply: bytes | str) -> str:
        """What a server said, on one line; the password is no part of it, whatever it said."""
        text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        line = seen(" ".join(f"{code} {text}".split()))
        if self.server.secret:
            line = line.replace(self.server.secret, "…")
        return line[:LONGEST_REPLY]

    def drop(self) -> None:
        """Give the session up, without a word."""
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def close(self) -> None:
        """End the session politely."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self.drop()


def send_all(
    parcels: Sequence[Parcel],
    server: Server,
    patience: Patience,
    told: Callable[[Outcome], None] = lambda outcome: None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Outcome]:
    """Send each parcel to those who do not have it; what became of it for each of them.

    ``told`` hears of each end as it comes. Raises ``Stopped`` where the server cannot be used;
    what was sent by then is in the log. Raises ``OSError`` where a log cannot be written.
    """
    ends: dict[tuple[str, str], Outcome] = {}
    waiting = list(parcels)
    for attempt in range(patience.retries + 1):
        if attempt:
            sleep(patience.wait * 2 ** (attempt - 1))
        is_last = attempt == patience.retries
        later = []
        line = Connection(server)
        try:
            for parcel in waiting:
                open_ends = [
                    each for each in parcel.people if (parcel.message_id, each) not in ends
                ]
                outcomes = _send(parcel, open_ends, line, patience)
                if any(each.status == DEFERRED for each in outcomes):
                    later.append(parcel)
                for each in outcomes:
                    if each.status != DEFERRED or is_last:
                        ends[parcel.message_id, each.address] = each
                        told(each)
                if line.broken >= MOST_LOST:
                    raise Stopped("broken")
        finally:
            line.close()
        waiting = later
        if not waiting:
            break
    return list(ends.values())


def _send(
    parcel: Parcel, people: Sequence[str], line: Connection, patience: Patience
) -> list[Outcome]:
    """One message to those of its recipients who do not have it."""
    with opened(parcel.log) as log:
        outcomes, pending = [], []
        for each in people:
            if log.history.is_sent(parcel.message_id, each):
                outcomes.append(Outcome(parcel.project, each, ALREADY))
            elif patience.is_held and log.history.is_in_doubt(parcel.message_id, each):
                outcomes.append(Outcome(parcel.project, each, HELD))
            else:
                pending.append(each)
        if pending:
            outcomes += _Transaction(parcel, line, log).run(pending)
        return outcomes


class _Transaction:
    """One message on its way through one session."""

    def __init__(self, parcel: Parcel, line: Connection, log: Log) -> None:
        self._parcel, self._line, self._log = parcel, line, log
        self._handed: list[str] = []
        self._ends: dict[str, Outcome] = {}

    def run(self, people: Sequence[str]) -> list[Outcome]:
        """Hand the message over for these recipients."""
        try:
            self._hand_over(self._line.get(), people)
            self._line.broken = 0
        except _Deferred as error:
            self._line.drop()
            self._end(people, DEFERRED, str(error))
        except (smtplib.SMTPException, OSError) as error:
            self._line.drop()
            self._line.broken += 1
            status = IN_DOUBT if self._handed else LOST
            self._end(people, status, type(error).__name__)
        return list(self._ends.values())

    def _hand_over(self, smtp: smtplib.SMTP, people: Sequence[str]) -> None:
        server, parcel = self._line.server, self._parcel
        # Read before the session begins to wait for it.
        data = re.sub(rb"(?m)^\.", b"..", parcel.file.read_bytes())
        if not self._goes_on(people, *smtp.mail(server.sender.address)):
            return
        taken = [each for each in people if self._goes_on([each], *smtp.rcpt(each))]
        if not taken:
            smtp.rset()
            return
        code, reply = smtp.docmd("DATA")
        if code != GO_ON:
            self._goes_on(taken, code, reply)
            smtp.rset()
            return
        smtp.send(data)
        self._log.write(HANDING, parcel.message_id, taken, parcel.date, project=parcel.project)
        self._handed = taken
        if smtp.sock is not None:
            smtp.sock.settimeout(server.last_reply)
        smtp.send(b".\r\n")
        code, reply = smtp.getreply()
        if code == TAKEN:
            self._log_end(SENT, taken, code, reply)
        else:
            self._goes_on(taken, code, reply)
        if smtp.sock is not None:
            smtp.sock.settimeout(server.timeout)

    def _goes_on(self, people: Iterable[str], code: int, reply: bytes) -> bool:
        """Whether the server said yes; a no or a later is the end for these recipients."""
        if 200 <= code < 300:
            return True
        if code == -1:
            raise smtplib.SMTPServerDisconnected
        self._log_end(DEFERRED if 400 <= code < 500 else REFUSED, people, code, reply)
        if code == CLOSING:
            raise _Deferred(self._line.told(code, reply))
        return False

    def _log_end(self, event: str, people: Iterable[str], code: int, reply: bytes) -> None:
        who, said = list(people), self._line.told(code, reply)
        parcel = self._parcel
        self._log.write(
            event, parcel.message_id, who, parcel.date, project=parcel.project, reply=said
        )
        self._end(who, event, said)

    def _end(self, people: Iterable[str], status: str, reply: str) -> None:
        for each in people:
            self._ends.setdefault(each, Outcome(self._parcel.project, each, status, reply))
