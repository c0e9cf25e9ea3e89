"""The log of what was sent (发送记录): a second run sends only what was not, also after a crash.

Each line of ``sent.jsonl`` is written whole and in this order: ``handing`` before the last byte of
a message is sent, by which a server takes it over; ``sent`` as soon as the server said so. What has
the first line and not the second may have arrived: it is in doubt, and what is sent for it again
bears the same Message-ID. The log is locked while a mail is under way, so that two runs at a time
send each mail once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LOG = "sent.jsonl"
HANDING, SENT, REFUSED, DEFERRED = "handing", "sent", "refused", "deferred"


class History:
    """What a log says of each message and recipient."""

    def __init__(self, lines: Iterable[bytes] = ()) -> None:
        self._last: dict[tuple[str, str], str] = {}
        self._dates: dict[str, datetime] = {}
        for line in lines:
            try:
                data = json.loads(line)
                event, message = str(data["event"]), str(data["message"])
                date, people = datetime.fromisoformat(data["date"]), list(map(str, data["people"]))
            except (ValueError, KeyError, TypeError):
                continue  # the rest of a line that a crash cut short
            self.note(event, message, people, date)

    def note(self, event: str, message: str, people: Iterable[str], date: datetime) -> None:
        """Take what happened to a message for some recipients; what is sent stays sent."""
        self._dates.setdefault(message, date)
        for each in people:
            key = (message, each.casefold())
            if self._last.get(key) != SENT:
                self._last[key] = event

    def is_sent(self, message: str, address: str) -> bool:
        """Whether the server has taken the message for this recipient."""
        return self._last.get((message, address.casefold())) == SENT

    def is_in_doubt(self, message: str, address: str) -> bool:
        """Whether the message may have arrived, or not."""
        return self._last.get((message, address.casefold())) == HANDING

    def date(self, message: str) -> datetime | None:
        """When the message was first tried; a second try bears the same date."""
        return self._dates.get(message)


def read_history(path: Path) -> History:
    """What a log says so far; nothing where there is none. Raises ``OSError``."""
    return History(path.read_bytes().splitlines() if path.exists() else ())


class Log:
    """A log that is open for writing, and its history."""

    def __init__(self, handle: int, history: History) -> None:
        self._handle, self.history = handle, history

    def write(
        self, event: str, message: str, people: Iterable[str], date: datetime, **more: str
    ) -> None:
        """Add a line and bring it to the disk."""
        who = list(people)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line: Mapping[str, Any] = {
            "at": at, "event": event, "message": message, "people": who, "date": date.isoformat(),
            **more,
        }  # fmt: skip
        # One call, so that a killed process leaves a whole line or none.
        os.write(self._handle, (json.dumps(line, ensure_ascii=False) + "\n").encode())
        self.history.note(event, message, who, date)
        os.fsync(self._handle)


@contextmanager
def opened(path: Path) -> Iterator[Log]:
    """A log to write to, with nobody else writing to it meanwhile. Raises ``OSError``."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        _lock(handle)
        data = path.read_bytes()
        if data and not data.endswith(b"\n"):
            os.write(handle, b"\n")
        yield Log(handle, History(data.splitlines()))
    finally:
        os.close(handle)  # which also ends the lock


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        import msvcrt

        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)

else:

    def _lock(handle: int) -> None:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)
