"""What an audit found (审读结果): each figure with its link, in words and as data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any

from evalkit.audit.candidates import Project, project_of
from evalkit.audit.context import find
from evalkit.audit.document import Document
from evalkit.audit.figures import DATE, RATE
from evalkit.audit.linking import AGREES, DISAGREES, UNLINKED, Link, link, shown_day
from evalkit.audit.notes import Note, notes_of
from evalkit.checks.printed import WITHOUT_GAP
from evalkit.export import exact
from evalkit.files import Unreadable
from evalkit.model import Evaluation
from evalkit.sentences import seen
from evalkit.words import Words

STATUSES = (AGREES, DISAGREES, UNLINKED)
LONGEST_PLACE = 40
MOST_FIGURES = 20_000


@dataclass(frozen=True)
class Audit:
    """A report, its figures and what they mean, and what its text alone shows."""

    name: str  # of the file
    project_id: str
    document: Document
    project: Project
    links: tuple[Link, ...]
    notes: tuple[Note, ...]

    def of(self, status: str) -> list[Link]:
        """The figures of one status, in order."""
        return [each for each in self.links if each.status == status]

    def counts(self) -> dict[str, int]:
        """How many figures there are of each status, and how many facts they agree with."""
        counted = Counter(each.status for each in self.links)
        facts = len({each.fact for each in self.of(AGREES)})
        return {"found": len(self.links), "facts": facts} | {s: counted[s] for s in STATUSES}


def audit(document: Document, evaluation: Evaluation, project_id: str, name: str) -> Audit:
    """Link every figure of a report to the facts of a project.

    Raises ``Unreadable`` for a text with more figures than any report has.
    """
    project = project_of(evaluation, project_id)
    figures = list(islice(find(document), MOST_FIGURES + 1))
    if len(figures) > MOST_FIGURES:
        raise Unreadable("too_many_figures")
    links = tuple(link(found, project) for found in figures)
    return Audit(name, project_id, document, project, links, tuple(notes_of(document)))


# --- in words ------------------------------------------------------------------------------


def said(words: Words, variant: str, **values: object) -> str:
    """A sentence of the audit, plain."""
    return words.plain("audit", variant, {}, values)


def place(each: Link | Note, document: Document, words: Words) -> str:
    """Where a figure stands: its line, and within a table its row and column."""
    line = each.found.line if isinstance(each, Link) else each.line
    where = said(words, f"at_{document.counted}", line=str(line))
    if isinstance(each, Note) or not document.blocks[each.found.block].table:
        return where
    context = each.found.context
    parts = [context.row.split("\n")[-1], context.column.replace("\n", " ")]
    return " · ".join([where, *(seen(part)[:LONGEST_PLACE] for part in parts if part.strip())])


def label(audit: Audit, each: Link, words: Words) -> str:
    """What the fact is called that a figure means; empty where none is clear."""
    return words.label(each.fact, audit.project.facts) if each.fact else ""


def expected(audit: Audit, each: Link, words: Words) -> str:
    """The fact as evalkit prints it, or in the unit of its column where that was mistaken.

    Empty where none is clear.
    """
    if not each.fact:
        return ""
    known = _candidate(audit, each)
    in_column = each.slips[0].details.get("in_column") if each.slips else None
    if in_column:
        return words.figure(*in_column)
    if known.unit and known.fact_unit == "quantity":
        return words.figure(known.fact_value, known.unit)
    return words.fact_figure(audit.project.facts[each.fact])


def explanation(audit: Audit, each: Link, words: Words) -> str:
    """The sentence that names the slip, or the gap where no slip explains it."""
    variant, extra = _saying(audit, each)
    values: dict[str, Any] = {
        "figure": (each.fact, "fact"), "text": (seen(each.found.figure.text), "text"), **extra
    }  # fmt: skip
    return words.plain("findings", f"printed_{variant}", audit.project.facts, values)


def _saying(audit: Audit, each: Link) -> tuple[str, dict[str, Any]]:
    known, claim = _candidate(audit, each), each.claim
    unit = known.unit if known.unit and known.fact_unit == "quantity" else known.fact_unit
    right: dict[str, Any] = {"expected": (known.fact_value, unit)}
    if each.found.figure.kind == DATE:
        actual = shown_day(each.found.figure)
        return "mismatch_date", right | {"actual": (actual, "date")}
    assert claim is not None
    if each.slips:
        variant, details = each.slips[0]
        if variant not in WITHOUT_GAP:
            right |= {"gap": (claim.printed - claim.value, unit)}
        return variant, right | dict(details)
    if each.found.figure.kind == RATE and known.fact_unit == "amount":
        return "rate_for_amount_unknown", right
    variant = "mismatch_rate" if known.fact_unit == "rate" else "mismatch"
    return variant, right | {"gap": (claim.printed - claim.value, unit)}


def _candidate(audit: Audit, each: Link) -> Any:
    return next(c for c in audit.project.candidates if c.name == each.fact)


def note_told(note: Note, audit: Audit, words: Words) -> str:
    """The sentence of a note."""
    values = dict(note.values)
    if note.other_line:
        values["place"] = said(words, f"at_{audit.document.counted}", line=str(note.other_line))
    shown = {name: seen(value) if isinstance(value, str) else value
             for name, value in values.items()}  # fmt: skip
    return said(words, f"note_{note.code}", **shown)


# --- as data -------------------------------------------------------------------------------


def audit_data(audit: Audit, voices: list[Words]) -> dict[str, Any]:
    """The whole audit as data: each figure with its place, its fact and the sentence about it."""
    return {
        "file": audit.name,
        "project": audit.project_id,
        "counts": audit.counts(),
        "figures": [_figure_data(audit, each, voices) for each in audit.links],
        "notes": [
            {"code": note.code, audit.document.counted: note.line,
             "sentence": {words.lang: note_told(note, audit, words) for words in voices}}
            for note in audit.notes
        ],
    }  # fmt: skip


def _figure_data(audit: Audit, each: Link, voices: list[Words]) -> dict[str, Any]:
    figure, found = each.found.figure, each.found
    data: dict[str, Any] = {
        audit.document.counted: found.line,
        "block": found.block + 1,
        "cell": found.cell + 1,
        "start": figure.start,
        "end": figure.end,
        "printed": seen(figure.text),
        "kind": figure.kind,
        "unit": figure.unit or found.context.unit or found.context.table_unit,
        "status": each.status,
        "fact": each.fact or None,
        "others": list(each.others),
    }
    if each.fact:
        data["value"] = exact(_candidate(audit, each).fact_value)
        data["expected"] = {words.lang: expected(audit, each, words) for words in voices}
    if each.status == DISAGREES:
        data["slips"] = list(dict.fromkeys(name for name, _ in each.slips))
        data["sentence"] = {words.lang: explanation(audit, each, words) for words in voices}
    return data
