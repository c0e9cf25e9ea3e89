"""``evalkit audit``: the figures of a report that someone else wrote, against the facts."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.audit.document import Document
from evalkit.audit.linking import DISAGREES
from evalkit.commands import FAILED, FINE, Refused, say
from evalkit.commands.projects import evaluated, loaded_from
from evalkit.files import Unreadable, write_file
from evalkit.privacy import mask
from evalkit.sentences import languages, seen
from evalkit.words import Words

if TYPE_CHECKING:
    from evalkit.audit.result import Audit

MOST_TOLD = 200  # notes and disagreements that a terminal shows


def run_audit(asked: Namespace, words: Words) -> int:
    """Print how the figures of a report agree with the facts; with ``--out`` write pages too."""
    from evalkit.audit.page import page_of
    from evalkit.audit.result import audit, audit_data
    from evalkit.evaluate import main_of
    from evalkit.export import as_json, words_of

    document = _read(asked.report, words)
    projects = [*evaluated(loaded_from([asked.params], words))]
    if len(projects) != 1:
        raise Refused(_said(words, "one_project", count=len(projects)))
    _, mine, project_id = projects[0]
    evaluation = main_of(mine, project_id)
    try:
        found = audit(document, evaluation, project_id, seen(mask(asked.report.name)[0]))
    except Unreadable as error:
        raise _refusal(asked.report, error, words) from None
    voices = [words_of(evaluation, project_id, lang) for lang in languages()]
    own = next(each for each in voices if each.lang == words.lang)
    data = as_json(audit_data(found, voices))
    made = []
    if asked.out is not None:
        files = {f"audit.{each.lang}.html": page_of(found, each) for each in voices}
        made = _write(asked.out / project_id, files | {"audit.json": data}, words)
    if asked.format == "json":
        print(data, end="")
    else:
        print("\n".join([*_lines(found, own), *made]))
    return FAILED if found.of(DISAGREES) else FINE


def _read(path: Path, words: Words) -> Document:
    from evalkit.audit.reading import read_report

    try:
        return read_report(path)
    except Unreadable as error:
        raise _refusal(path, error, words) from None


def _refusal(path: Path, error: Unreadable, words: Words) -> Refused:
    sentence = _said(words, f"file_{error.code}", **error.values)
    return Refused(_said(words, "refused", path=seen(str(path)), sentence=sentence))


def _write(folder: Path, texts: dict[str, str], words: Words) -> list[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_file(folder / name, text.encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(say(words, "cannot_write", path=str(folder), reason=reason)) from None
    return [_said(words, "made", path=str(folder / name)) for name in texts]


def _lines(found: Audit, words: Words) -> Iterator[str]:
    """The audit for a terminal: counts, what disagrees, what the text shows by itself."""
    from evalkit.audit.result import explanation, note_told, place

    name = words.text(found.project.name)
    yield _said(words, "heading", file=found.name, name=name)
    yield _said(words, "summary", **found.counts())
    wrong = found.of(DISAGREES)
    yield _said(words, "disagreements" if wrong else "none")
    for each in wrong[:MOST_TOLD]:
        yield f"  {place(each, found.document, words)}"
        yield f"      {explanation(found, each, words)}"
        if each.others:
            labels = [words.label(other, found.project.facts) for other in each.others]
            yield f"      {_said(words, 'others', names=labels)}"
    if len(wrong) > MOST_TOLD:
        yield _said(words, "more", count=len(wrong) - MOST_TOLD)
    if found.notes:
        yield _said(words, "notes")
    for note in found.notes:
        where = place(note, found.document, words) + " · " if note.line else ""
        yield f"  {where}{note_told(note, found, words)}"


def _said(words: Words, variant: str, **values: object) -> str:
    return words.plain("audit", variant, {}, values)
