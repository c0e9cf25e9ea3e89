"""``evalkit mail`` (邮件): drafts beside the reports, or mails sent; the same mail never twice."""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.commands import FAILED, FINE, Refused, say
from evalkit.errors import Fault, ParamsFaults
from evalkit.files import write_file
from evalkit.words import Words

if TYPE_CHECKING:
    from evalkit.mail.post import Job, Manner, Ready
    from evalkit.mail.send import Outcome
    from evalkit.mail.server import Server


INDENT = "   "
LONGEST_WAIT = 86_400  # seconds


def run_mail(asked: Namespace, words: Words) -> int:
    """Make the mails, look through them, then write drafts or send; all or nothing is made."""
    from evalkit.delivery import stage_name, sweep

    jobs, manner, server = _asked(asked, words)
    place = Path(tempfile.gettempdir())
    sweep(place)
    with tempfile.TemporaryDirectory(prefix=stage_name(), dir=place) as spool:
        mails = _made(jobs, manner, Path(spool), words)
        if server is None:
            return _draft(mails, Path(spool), words)
        return _send(mails, Path(spool), server, asked, words)


# --- what is asked for -----------------------------------------------------------------------


def _asked(asked: Namespace, words: Words) -> tuple[list[Job], Manner, Server | None]:
    """What to make and how; every mistake in it is told at once, and nothing is made then."""
    from evalkit.explain import explain
    from evalkit.mail.addresses import BadAddress
    from evalkit.mail.post import Manner, date_of
    from evalkit.mail.refusal import MailRefused
    from evalkit.mail.server import sender_of, server_of

    if bool(asked.folders) == bool(asked.digest):
        raise Refused(_said(words, "one_kind"))
    if asked.digest and asked.recipients:
        raise Refused(_said(words, "digest_to"))
    if asked.retries < 0 or not 0 <= asked.wait < LONGEST_WAIT:
        raise Refused(_said(words, "bad_patience"))
    faults: list[Fault] = []
    sender = None
    try:
        sender = sender_of(asked.sender, os.environ)
    except BadAddress as error:
        faults.append(Fault("--from", 0, 0, error.code, "", error.found))
    server = None
    try:
        server = server_of(sender, os.environ) if asked.send else None
    except ParamsFaults as error:
        faults += error.faults
    jobs = _jobs(asked, faults)
    if faults:
        raise Refused("\n".join(explain(fault, words.lang) for fault in faults))
    try:
        date = date_of(os.environ)
    except MailRefused as error:
        raise Refused(_refusal(error, words)) from None
    return jobs, Manner(words.lang, asked.attach, sender, not asked.send, date), server


def _jobs(asked: Namespace, faults: list[Fault]) -> list[Job]:
    """A mail for each folder, with those who get it."""
    from evalkit.mail.addresses import MOST, once
    from evalkit.mail.post import Job, project_folders, project_of
    from evalkit.mail.recipients import people_of, read_recipients

    to, wrong = people_of(asked.to, "--to")
    cc, also = people_of(asked.cc, "--cc")
    faults += [*wrong, *also]
    shared = once(to, cc)
    count = len(shared[0]) + len(shared[1])
    if count > MOST:
        values = {"count": str(count), "most": str(MOST)}
        faults.append(Fault("--to", 0, 0, "recipients_many", "", "", values))
    if asked.digest:
        if not to and not wrong:
            faults.append(Fault("--to", 0, 0, "address_empty"))
        return [Job(asked.digest, shared[0], shared[1], is_digest=True)]
    found = [each for path in asked.folders for each in project_folders(path)]
    folders = list({path.resolve(): path for path in found}.values())
    names = [project_of(folder) for folder in folders]
    if asked.recipients is None:
        if not to and not wrong:
            faults.append(Fault("--to", 0, 0, "address_empty"))
        return [Job(folder, shared[0], shared[1]) for folder in folders]
    try:
        lists = read_recipients(asked.recipients, names)
    except ParamsFaults as error:
        faults += error.faults
        return []
    jobs = []
    for folder, name in zip(folders, names, strict=True):
        mine, copied = once([*lists[name][0], *to], [*lists[name][1], *cc])
        jobs.append(Job(folder, mine, copied))
    return jobs


# --- making ----------------------------------------------------------------------------------


def _made(jobs: Sequence[Job], manner: Manner, spool: Path, words: Words) -> list[Ready]:
    """Every mail, its bytes in the spool; where one cannot be made, none is."""
    from dataclasses import replace

    from evalkit.mail.post import make
    from evalkit.mail.refusal import MailRefused

    mails: list[Ready] = []
    refused: list[str] = []
    for job in jobs:
        try:
            mail = make(job, manner)
        except MailRefused as error:
            refused.append(_refusal(error, words))
            continue
        _spooled(spool, len(mails)).write_bytes(mail.data)
        mails.append(replace(mail, data=b""))
    if refused:
        raise Refused("\n".join([*refused, _said(words, "nothing_made")]))
    return mails


def _spooled(spool: Path, number: int) -> Path:
    return spool / f"{number}.eml"


def _draft(mails: Sequence[Ready], spool: Path, words: Words) -> int:
    """Write the drafts, and tell exactly what would go to whom."""
    for number, mail in enumerate(mails):
        try:
            write_file(mail.draft, _spooled(spool, number).read_bytes())
        except OSError as error:
            reason = error.strerror or str(error)
            told = say(words, "cannot_write", path=str(mail.draft), reason=reason)
            raise Refused(told) from None
        print("\n".join(_told(number + 1, mail, words)))
    print(_said(words, "dry_run", count=len(mails)))
    return FINE


def _told(number: int, mail: Ready, words: Words) -> Iterator[str]:
    """What would go to whom, and who has it already."""
    yield _said(words, "mail", number=number, name=mail.name, subject=mail.subject)
    for kind, people in (("to", mail.job.to), ("cc", mail.job.cc)):
        for each in people:
            yield INDENT + _said(words, f"told_{kind}", person=str(each))
    yield INDENT + _said(words, "told_body", size=_kilobytes(mail.html_size))
    for name, size in mail.attachments:
        yield INDENT + _said(words, "told_attachment", name=name, size=_kilobytes(size))
    yield INDENT + _said(words, "told_draft", path=str(mail.draft))
    for each in mail.people:
        if mail.history.is_sent(mail.message_id, each.address):
            yield INDENT + _said(words, "told_already", person=str(each))
        elif mail.history.is_in_doubt(mail.message_id, each.address):
            yield INDENT + _said(words, "told_doubt", person=str(each))


def _kilobytes(size: int) -> str:
    return f"{max(1, round(size / 1000)):,} KB"


# --- sending ---------------------------------------------------------------------------------


def _send(
    mails: Sequence[Ready], spool: Path, server: Server, asked: Namespace, words: Words
) -> int:
    """Send what was not sent; tell the end of each mail for each of its recipients."""
    from evalkit.mail.guard import send_guarded
    from evalkit.mail.send import DONE, Parcel, Patience, Stopped

    parcels = [
        Parcel(
            mail.name, mail.message_id, mail.date, tuple(each.address for each in mail.people),
            _spooled(spool, number), mail.log,
        )
        for number, mail in enumerate(mails)
    ]  # fmt: skip
    ends: list[Outcome] = []

    def told(outcome: Outcome) -> None:
        ends.append(outcome)
        at = datetime.now(UTC).astimezone().strftime("%H:%M:%S")
        print(at, _end(outcome, words), flush=True)

    patience = Patience(asked.retries, asked.wait, asked.doubtful == "hold")
    stopped = ""
    try:
        send_guarded(parcels, server, patience, told)
    except Stopped as error:
        stopped = _said(words, f"stopped_{error.code}", reason=error.reason or "-")
    except OSError as error:
        stopped = _said(words, "stopped_log", reason=error.strerror or type(error).__name__)
    done = sum(each.status in DONE for each in ends)
    everyone = sum(len(each.people) for each in parcels)
    if stopped:
        print(stopped, file=sys.stderr)
    print(_said(words, "sent_total", done=done, all=everyone, left=everyone - done))
    return FINE if done == everyone and not stopped else FAILED


def _end(outcome: Outcome, words: Words) -> str:
    values = {"project": outcome.project, "address": outcome.address, "reply": outcome.reply or "-"}
    return _said(words, f"end_{outcome.status}", **values)


def _refusal(error: Exception, words: Words) -> str:
    from evalkit.mail.refusal import MailRefused
    from evalkit.sentences import seen

    if not isinstance(error, MailRefused):
        return str(error)
    values = {name: seen(str(value)) or "-" for name, value in error.values.items()}
    if error.code.startswith("pdf_"):  # as the report says it that is to be printed
        return say(words, error.code, **values)
    return _said(words, f"refused_{error.code}", **values)


def _said(words: Words, variant: str, **values: object) -> str:
    return words.plain("mail", variant, {}, values)
