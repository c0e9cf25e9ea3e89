"""From folders to finished mails (备信): one for each project, or one over all of them.

Everything is made and looked through before anything is written beside a report or sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from evalkit import __version__
from evalkit.mail.addresses import Person
from evalkit.mail.attach import Attachment, attached
from evalkit.mail.compose import Envelope, compose, message_id_of, subject_of
from evalkit.mail.digest import digest_of, page_of
from evalkit.mail.dress import as_html, as_text
from evalkit.mail.gate import leaks, masked
from evalkit.mail.letter import Letter
from evalkit.mail.pieces import NoReport, letter_of
from evalkit.mail.refusal import MailRefused
from evalkit.mail.sent import LOG, History, read_history
from evalkit.origin import digest
from evalkit.sentences import languages
from evalkit.words import Words

EPOCH = "SOURCE_DATE_EPOCH"
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Manner:
    """How mails are made: language, what is attached, who writes, whether as drafts; when."""

    lang: str
    attach: str
    sender: Person | None
    is_draft: bool
    date: datetime


class Job(NamedTuple):
    """A mail to make: of a project's folder, or over a batch's; and who gets it."""

    folder: Path
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    is_digest: bool = False


@dataclass(frozen=True)
class Ready:
    """A finished mail: its bytes, and what is told of it."""

    job: Job
    name: str
    subject: str
    message_id: str
    date: datetime
    data: bytes
    html_size: int
    attachments: tuple[tuple[str, int], ...]
    draft: Path
    log: Path
    history: History

    @property
    def people(self) -> tuple[Person, ...]:
        """Everyone who gets it."""
        return (*self.job.to, *self.job.cc)


class _Source(NamedTuple):
    """What a mail is made from."""

    name: str
    folder: Path
    page: str
    stem: str
    letter: Letter


def date_of(environ: Mapping[str, str]) -> datetime:
    """Now, or the time that SOURCE_DATE_EPOCH names. Raises ``MailRefused`` where it names none."""
    given = environ.get(EPOCH, "")
    if not given:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError):
        raise MailRefused("epoch", found=given) from None


def project_of(folder: Path) -> str:
    """The project whose results lie in a folder: as its files say, else as it is called."""
    for name in ("manifest.json", "facts.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            return str(json.loads((folder / name).read_text("utf-8"))["project"])
    return folder.resolve().name


def project_folders(path: Path) -> list[Path]:
    """The folder of a project itself; of a batch's folder, those of its projects with pages."""
    pages = [f"report.{lang}.html" for lang in languages()]
    if not path.is_dir() or any((path / page).exists() for page in pages):
        return [path]
    within = {each.parent for page in pages for each in path.glob(f"*/{page}")}
    return sorted(within) or [path]


def make(job: Job, manner: Manner) -> Ready:
    """A mail, looked through. Raises ``MailRefused`` for one that cannot be made or must not leave.

    A mail that was tried before has the date of then, so that it is the same mail.
    """
    words = Words(manner.lang)
    source = _digest(job, manner.lang) if job.is_digest else _project(job, manner.lang, words)
    pdf = source.folder / f"{'portfolio' if job.is_digest else 'report'}.{manner.lang}.pdf"
    files = attached(manner.attach, source.stem, source.page, pdf)
    told = words.plain("mail", f"attached_{manner.attach}", {}, {"name": _first(files)})
    letter, html = as_html(source.letter, told, words)
    text = as_text(letter, told, words)
    marks = (__version__, source.name, manner.lang, manner.attach, digest(source.page.encode()))
    own = [digest(each.data) for each in files if manner.attach == "pdf"]
    message_id = message_id_of(manner.sender, *marks, *own)
    log = source.folder / LOG
    history = read_history(log)
    date = history.date(message_id) or manner.date
    envelope = Envelope(manner.sender, job.to, job.cc, date, message_id, manner.is_draft)
    subject = _subject(letter, words)
    message = compose(letter, subject, html, text, files, envelope)
    found = leaks(message)
    if found:
        places = [f"{each.where}: {each.kind}" for each in found]
        raise MailRefused("leak", path=job.folder, places=", ".join(places))
    return Ready(
        job, source.name, subject_of(subject), message_id, date, message.as_bytes(),
        len(html.encode()), tuple((each.name, len(each.data)) for each in files),
        source.folder / f"mail.{manner.lang}.eml", log, history,
    )  # fmt: skip


def _first(files: tuple[Attachment, ...]) -> str:
    return files[0].name if files else "-"


def _subject(letter: Letter, words: Words) -> str:
    if not letter.result:
        return words.plain("mail", "subject_plain", {}, {"title": letter.title})
    values = {"title": letter.title, "result": letter.result}
    return words.plain("mail", "subject", {}, values)


def _project(job: Job, lang: str, words: Words) -> _Source:
    path = job.folder / f"report.{lang}.html"
    try:
        page = masked(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        there = [each for each in languages() if (job.folder / f"report.{each}.html").is_file()]
        code = "other_language" if there else "no_report"
        raise MailRefused(code, path=path, there=", ".join(there)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise MailRefused("unreadable", path=path, reason=type(error).__name__) from None
    try:
        letter = letter_of(page, words)
    except (NoReport, ValueError, KeyError, AttributeError, IndexError, OSError):
        raise MailRefused("not_ours", path=path) from None
    name = project_of(job.folder)
    stem = f"report-{name}.{lang}" if ID.fullmatch(name) else f"report.{lang}"
    return _Source(name, job.folder, page, stem, letter)


def _digest(job: Job, lang: str) -> _Source:
    folder, page = page_of(job.folder, lang)
    return _Source("portfolio", folder, page, f"portfolio.{lang}", digest_of(job.folder, lang))
