"""``evalkit import``: params files from filled forms, and the list of what was not read."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evalkit.commands import FAILED, FINE, Refused, say
from evalkit.errors import ParamsFaults
from evalkit.files import Unreadable, write_file
from evalkit.intake.carry import Carried, carry
from evalkit.intake.ledger import KINDS, Remark
from evalkit.intake.params_text import params_text, prose_text
from evalkit.model import Framework
from evalkit.privacy import mask
from evalkit.sentences import seen
from evalkit.values import ID
from evalkit.words import Words

LONGEST_FOUND = 40  # characters of a cell that the list shows
MOST_PLACES = 6  # of one sentence
MOST_REMARKS = 200  # that a terminal shows of one file

Made = list[tuple[Path, str]]  # the files to write and their texts


def run_import(asked: Namespace, words: Words) -> int:
    """Write the params files of filled forms; where one cannot be read, nothing is written."""
    carried = list(_carried(asked, words))
    files: Made = []
    for each in carried:
        files += _files(each, asked.out, words)
    _refuse_taken(files, words)
    try:
        asked.out.mkdir(parents=True, exist_ok=True)
        for path, text in files:
            write_file(path, text.encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(say(words, "cannot_write", path=str(asked.out), reason=reason)) from None
    if asked.format == "json":
        data = [_data(each, asked.out, words) for each in carried]
        print(json.dumps({"files": data}, ensure_ascii=False, indent=2))
    else:
        for each in carried:
            print("\n".join(_lines(each, asked.out, words)), end="\n\n")
    is_unfinished = any(remark.is_unfinished for each in carried for remark in each.remarks)
    return FAILED if is_unfinished else FINE


def _carried(asked: Namespace, words: Words) -> Iterator[Carried]:
    """What each form gives; all that is wrong with what was asked is told at once."""
    wrong = []
    if asked.id and not re.fullmatch(ID, asked.id):
        wrong.append(say(words, "bad_name", name=asked.id))
    if asked.id and len(asked.forms) > 1:
        wrong.append(_said(words, "one_id"))
    from evalkit import framework

    find = _finder(asked.out, words)
    for name in asked.framework:
        try:
            find(name)
        except Refused as refusal:
            wrong.append(str(refusal))
    found = []
    for path in asked.forms if not wrong else []:
        try:
            found.append(carry(path, asked.id, asked.framework, find, framework.local(asked.out)))
        except Unreadable as error:
            sentence = _said(words, f"file_{error.code}", **error.values)
            wrong.append(_said(words, "refused", path=str(path), sentence=sentence))
    if wrong:
        raise Refused("\n".join(wrong))
    yield from found


def _finder(folder: Path, words: Words) -> Any:
    """What gives the framework of an id: one of evalkit's, or one beside the params files."""
    from evalkit import framework

    def find(name: str) -> Framework:
        try:
            found = framework.find(name, folder)
        except ParamsFaults:
            found = None
        if found is None:
            known = ", ".join([*framework.known(), *framework.local(folder)])
            raise Refused(say(words, "unknown_framework", name=name, known=known))
        return found

    return find


def _files(carried: Carried, folder: Path, words: Words) -> Made:
    """The params file of each project, and its prose where the form tells goals."""
    files: Made = []
    for draft in carried.drafts:
        opening = [
            _said(words, "opening", file=_shown(carried.path.name),
                  sheets=words.listed(map(_shown, draft.sheets))),
            _said(words, "opening_how"),
        ]  # fmt: skip
        text = params_text(draft, opening, lambda remark: _sentence(words, remark))
        files.append((folder / f"{draft.id}.yaml", text))
        lang, prose = prose_text(draft.prose)
        if prose:
            files.append((folder / f"{draft.id}.{lang}.md", prose))
    return files


def _refuse_taken(files: Made, words: Words) -> None:
    """What is there already is never touched, nor written twice."""
    paths = [path for path, _ in files]
    taken = [path for path in paths if path.exists()]
    taken += [path for n, path in enumerate(paths) if path in paths[:n]]
    if taken:
        raise Refused("\n".join(say(words, "exists", path=str(path)) for path in taken))


# --- the list ------------------------------------------------------------------------------


def _lines(carried: Carried, folder: Path, words: Words) -> Iterator[str]:
    """The list for a terminal, what must be mended first, and its counts."""
    for path, _ in _files(carried, folder, words):
        yield _said(words, "made", path=str(path))
    shown = carried.remarks[:MOST_REMARKS]
    for kind in KINDS:
        mine = [remark for remark in shown if remark.kind == kind]
        if mine:
            yield _said(words, f"kind_{kind}")
        for sentence, places in _grouped(mine, words):
            yield f"  {', '.join(places)} — {sentence}" if any(places) else f"  {sentence}"
    if len(carried.remarks) > len(shown):
        yield _said(words, "and_more", count=len(carried.remarks) - len(shown))
    yield _said(words, "total", read=carried.read, unread=carried.unread)
    paths = " ".join(str(folder / f"{draft.id}.yaml") for draft in carried.drafts)
    yield _said(words, "next", paths=paths)


def _grouped(remarks: list[Remark], words: Words) -> Iterator[tuple[str, list[str]]]:
    """Each sentence with its places; what is only told is told once for all its places."""
    found: dict[tuple[str, str], list[str]] = {}
    for number, remark in enumerate(remarks):
        shown = _said(words, "found", found=_shown(remark.found)) if remark.found else ""
        place = " ".join(filter(None, (_shown(remark.key), _shown(remark.place), shown)))
        sentence = _sentence(words, remark)
        found.setdefault((sentence, str(number) if remark.is_unfinished else ""), []).append(place)
    for (sentence, _), places in found.items():
        yield sentence, places if len(places) <= MOST_PLACES else [*places[:MOST_PLACES], "…"]


def _data(carried: Carried, folder: Path, words: Words) -> dict[str, Any]:
    """The list as data."""
    return {
        "file": _shown(carried.path.name),
        "written": [str(path) for path, _ in _files(carried, folder, words)],
        "read": carried.read,
        "unread": carried.unread,
        "remarks": [
            {
                "kind": remark.kind,
                "code": remark.code,
                "place": remark.place,
                "key": remark.key,
                "found": mask(remark.found)[0],
                "sentence": _sentence(words, remark),
            }
            for remark in carried.remarks
        ],
    }


def _sentence(words: Words, remark: Remark) -> str:
    values = {
        name: _shown(value) if isinstance(value, str) else value
        for name, value in remark.values.items()
    }
    return " ".join(_said(words, remark.code, **values).split())


def _said(words: Words, variant: str, **values: object) -> str:
    return words.plain("intake", variant, {}, values)


def _shown(text: str) -> str:
    """A text of the form on one line of a terminal: nothing personal, nothing unseen, not long."""
    line = " ".join(seen(mask(text)[0]).split())
    return line if len(line) <= LONGEST_FOUND else f"{line[: LONGEST_FOUND - 1]}…"
