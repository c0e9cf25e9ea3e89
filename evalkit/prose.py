"""The project's own prose (项目文字): ``<project>.zh.md`` and ``.en.md``, read by their headings.

A heading is ``## background``, or ``## evidence A111`` with the id of what it speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from evalkit.errors import Fault, ParamsFaults
from evalkit.fields import LANGUAGES
from evalkit.model import Text
from evalkit.privacy import mask
from evalkit.references import codes_of, frameworks_of
from evalkit.source import Source
from evalkit.textfile import read_text
from evalkit.values import LONGEST_TEXT
from evalkit.yamltree import UNSEEN

ALONE = (
    "background", "purpose", "goals", "basis", "organisation", "plan", "progress", "forecast",
    "conclusion",
)  # fmt: skip
#: Headings that need an id, and the dotted keys of the params file where such ids stand. For
#: evidence and reasons the codes of the framework's indicators count as well.
OF_ITEMS = {
    "evidence": ("outputs.id",), "reason": ("outputs.id",), "problem": ("problems.id",),
    "cause": ("problems.id",), "advice": ("measures.id",),
}  # fmt: skip
#: Where the text under such a heading goes if the params file has none: frame and column.
FILLS = {
    "evidence": {"judgements": "evidence", "outputs": "evidence"},
    "reason": {"judgements": "reason", "outputs": "stated_reason"},
    "problem": {"problems": "description"},
    "cause": {"problems": "cause"},
    "advice": {"measures": "description"},
}
HEADING = re.compile(r"## +(.*?)[ #]*")
COMMENT = re.compile("<!--.*?-->", re.DOTALL)
FENCE = re.compile(r" {0,3}(```|~~~)")


Sections = dict[tuple[str, str], "Section"]


class Section(NamedTuple):
    """The text below one heading: the kinds of what was masked in it, and where it stands."""

    heading: str
    text: str
    masked: tuple[str, ...]
    line: int
    place: str


def read_prose(params: Path, source: Source) -> tuple[Sections, list[Fault]]:
    """The sections of the prose files beside a params file, by heading and language; and faults.

    ``source`` is the params file: its ids are what headings may speak of.
    """
    known = _known_ids(source)
    sections: Sections = {}
    faults: list[Fault] = []
    for lang in LANGUAGES:
        path = params.with_name(f"{params.stem}.{lang}.md")
        if not path.exists():
            continue
        try:
            found, wrong = _sections(path, read_text(path), known)
        except ParamsFaults as error:
            faults += error.faults
            continue
        faults += wrong
        sections |= {(section.heading, lang): section for section in found}
    return sections, faults


def by_heading(sections: Sections) -> dict[str, tuple[Text, str]]:
    """Each heading's text and place; one language serves where the other is missing."""
    found: dict[str, tuple[Text, str]] = {}
    for heading in dict.fromkeys(heading for heading, _ in sections):
        here = {lang: sections[heading, lang] for lang in LANGUAGES if (heading, lang) in sections}
        first = next(iter(here.values()))
        text = Text(**{lang: here.get(lang, first).text for lang in LANGUAGES})
        found[heading] = (text, first.place)
    return found


def _known_ids(source: Source) -> dict[str, list[str]]:
    """The ids that a heading may speak of, by its first word, as far as they can be known."""
    frameworks, faults = frameworks_of(source)
    known = {word: list(source.texts(*keys)) for word, keys in OF_ITEMS.items()}
    for word in ("evidence", "reason"):
        if faults or not frameworks:
            del known[word]
        else:
            known[word] += codes_of(frameworks)
    return known


def _sections(
    path: Path, text: str, known: Mapping[str, Collection[str]]
) -> tuple[list[Section], list[Fault]]:
    """The sections of one file that say something, and its faults."""
    lines = re.split("\r\n|\r|\n", text)
    starts = list(_headings(lines))
    faults = [*_unseen(path, lines), *_opening(path, lines[: starts[0][0] if starts else None])]
    found: dict[str, Section] = {}
    for (start, heading), (end, _) in zip(starts, [*starts[1:], (len(lines), "")], strict=True):
        code, values = _wrong_heading(heading, known)
        if not code and heading in found:
            code, values = "duplicate_heading", {"first": str(found[heading].line)}
        body = "\n".join(lines[start + 1 : end]).strip()
        if not code and len(body) > LONGEST_TEXT:
            code, values = "too_long", {}
        if code:
            faults.append(Fault(str(path), start + 1, 1, code, "", heading, values))
        else:
            text, kinds = mask(body)
            place = f"{path.name}:{start + 1}"
            found[heading] = Section(heading, text, tuple(kinds), start + 1, place)
    return [section for section in found.values() if section.text], faults


def _headings(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Where each second-level heading stands, and its words; none inside a block of code."""
    fence = ""
    for number, line in enumerate(lines):
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1] == fence:
            fence = ""
        match = None if fence else HEADING.fullmatch(line.rstrip())
        if match:
            first, *rest = match[1].split() or [""]
            yield number, " ".join([first.lower(), *rest])


def _wrong_heading(
    heading: str, known: Mapping[str, Collection[str]]
) -> tuple[str, dict[str, str]]:
    """The code and the values of what is wrong with a heading; an empty code where nothing is."""
    word, _, item = heading.partition(" ")
    if word in OF_ITEMS and item:
        if word in known and item not in known[word]:
            return "unknown_heading_id", {"known": ", ".join(known[word])}
        return "", {}
    if heading in ALONE:
        return "", {}
    words = ", ".join([*ALONE, *(f"{each} ID" for each in OF_ITEMS)])
    return "unknown_heading", {"known": words}


def _unseen(path: Path, lines: list[str]) -> Iterator[Fault]:
    for number, line in enumerate(lines, start=1):
        match = UNSEEN.search(line)
        if match:
            place = (number, match.start() + 1)
            yield Fault(str(path), *place, "unseen", "", f"U+{ord(match[0]):04X}")


def _opening(path: Path, lines: list[str]) -> Iterator[Fault]:
    """A title and comments may stand before the first heading; text would be lost there."""
    text = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), "\n".join(lines))
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.startswith("# "):
            yield Fault(str(path), number, 1, "text_before_heading", "", line.strip())
            return
