"""The audit as one page (审读页): what disagrees, and the whole text with its figures marked.

One file, no script, no request; colour never stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby

from evalkit.audit.document import HEADING, Block, Cell
from evalkit.audit.linking import AGREES, DISAGREES, UNLINKED, Link
from evalkit.audit.result import (
    STATUSES,
    Audit,
    expected,
    explanation,
    label,
    note_told,
    place,
    said,
)
from evalkit.sentences import escape
from evalkit.words import Words

SIGNS = {AGREES: "\u2713", DISAGREES: "\u2717", UNLINKED: "?"}
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'"
)
LANGUAGES = {"zh": "zh-CN"}


def page_of(audit: Audit, words: Words) -> str:
    """The page in one language."""
    name = words.text(audit.project.name)
    title = said(words, "heading", file=audit.name, name=name)
    sections = [("disagreements", _disagreements(audit, words)), ("notes", _notes(audit, words)),
                ("text", _text(audit, words)), ("linked", _linked(audit, words))]  # fmt: skip
    kept = [(key, body) for key, body in sections if body]
    links = "".join(f'<li><a href="#{key}">{escape(said(words, key))}</a></li>' for key, _ in kept)
    contents = escape(said(words, "contents"))
    body = "\n".join(
        f'<section id="{key}">\n<h2>{escape(said(words, key))}</h2>\n{content}\n</section>'
        for key, content in kept
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{LANGUAGES.get(words.lang, words.lang)}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="color-scheme" content="light">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">{escape(said(words, "skip"))}</a>\n'
        f'<nav class="contents" aria-label="{contents}"><p>{contents}</p><ol>{links}</ol></nav>\n'
        f'<main id="main">\n<h1>{escape(title)}</h1>\n{_opening(audit, words)}\n{body}\n'
        "</main>\n</body>\n</html>\n"
    )


def _style() -> str:
    folder = files("evalkit") / "template"
    return "".join((folder / name).read_text("utf-8") for name in ("evalkit.css", "audit.css"))


def _opening(audit: Audit, words: Words) -> str:
    counts = audit.counts()
    figures = "".join(
        f'<div><dt>{escape(said(words, status))}</dt><dd class="status-{status}">{counts[status]} '
        f'<span aria-hidden="true">{SIGNS[status]}</span></dd></div>'
        for status in STATUSES
    )
    return (
        f"<p>{escape(said(words, 'summary', **counts))}</p>\n"
        f'<dl class="figures">{figures}</dl>\n'
        f'<p class="note">{escape(said(words, "summary_why"))}</p>'
    )


def _disagreements(audit: Audit, words: Words) -> str:
    rows: list[Row] = []
    for number, each in _numbered(audit):
        if each.status == DISAGREES:
            told = explanation(audit, each, words)
            if each.others:
                others = [words.label(name, audit.project.facts) for name in each.others]
                told += " " + said(words, "others", names=others)
            where = escape(place(each, audit.document, words))
            rows.append((
                ("", f'<a href="#f{number}">{where}</a>'),
                ("", escape(each.found.figure.text)),
                ("", escape(label(audit, each, words))),
                ("num", escape(expected(audit, each, words))),
                ("wide", escape(told)),
            ))  # fmt: skip
    if not rows:
        return f"<p>{escape(said(words, 'none'))}</p>"
    heads = ("place", "printed", "fact", "expected", "explanation")
    return _table("disagreements", heads, rows, words)


def _notes(audit: Audit, words: Words) -> str:
    """Each note with a link to its place in the text."""
    lines, places = [], _places(audit)
    for note in audit.notes:
        where = escape(place(note, audit.document, words)) if note.line else ""
        if note.line in places:
            where = f'<a href="#b{places[note.line]}">{where}</a>'
        said_of_it = escape(note_told(note, audit, words))
        lines.append(f"<li>{' · '.join(filter(None, [where, said_of_it]))}</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _places(audit: Audit) -> dict[int, int]:
    """The first block of each line that a note speaks of."""
    lines: dict[int, int] = {}
    for number, block in enumerate(audit.document.blocks):
        for line in (block.line, *(cell.line for cell in block.cells)):
            lines.setdefault(line, number)
    return {note.line: lines[note.line] for note in audit.notes if note.line in lines}


def _linked(audit: Audit, words: Words) -> str:
    """Every figure with its fact, folded away."""
    rows: list[Row] = [
        (
            ("", f'<a href="#f{number}">{escape(place(each, audit.document, words))}</a>'),
            ("", escape(each.found.figure.text)),
            ("", escape(label(audit, each, words))),
            ("num", escape(expected(audit, each, words))),
            (f"status-{each.status}", f"{SIGNS[each.status]} {escape(said(words, each.status))}"),
        )
        for number, each in _numbered(audit)
    ]
    if not rows:
        return ""
    heads = ("place", "printed", "fact", "expected", "status")
    table = _table("linked", heads, rows, words)
    shown = escape(said(words, "linked_all", count=len(rows)))
    return f"<details><summary>{shown}</summary>{table}</details>"


Row = tuple[tuple[str, str], ...]  # of each cell its class and its HTML; the first heads the row


def _table(name: str, heads: tuple[str, ...], rows: list[Row], words: Words) -> str:
    """A table in a region that bears its name, which the heading above it shows.

    Roles are told, as a narrow screen shows its rows one below the other.
    """
    named = [escape(said(words, f"{each}_head")) for each in heads]
    head = "".join(f'<th scope="col" role="columnheader">{each}</th>' for each in named)
    body = "\n".join(f'<tr role="row">{_cells(named, row)}</tr>' for row in rows)
    called = escape(said(words, name))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{called}">'
        f'<table class="table-{name}" role="table" aria-label="{called}">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">\n{body}\n</tbody></table></div>'
    )


def _cells(heads: list[str], row: Row) -> str:
    """The cells of a row, each with the head of its column."""
    (_, first), *others = row
    cells = [f'<th scope="row" role="rowheader">{first}</th>']
    for head, (kind, shown) in zip(heads[1:], others, strict=True):
        own = f' class="{kind}"' if kind else ""
        cells.append(f'<td role="cell"{own} data-head="{head}">{shown}</td>')
    return "".join(cells)


def _numbered(audit: Audit) -> Iterator[tuple[int, Link]]:
    yield from enumerate(audit.links, 1)


# --- the text ------------------------------------------------------------------------------

Marks = dict[tuple[int, int], list[tuple[int, Link]]]  # by block and cell


def _text(audit: Audit, words: Words) -> str:
    marks: Marks = {}
    for number, each in _numbered(audit):
        marks.setdefault((each.found.block, each.found.cell), []).append((number, each))
    parts = [f'<p class="note">{escape(said(words, "legend"))}</p>', '<div class="read">']
    numbered = enumerate(audit.document.blocks)
    for table, blocks in groupby(numbered, key=lambda pair: pair[1].table):
        if table:
            parts.append(_rows(list(blocks), audit, marks, words))
        else:
            parts += [_paragraph(n, block, audit, marks, words) for n, block in blocks]
    return "\n".join([*parts, "</div>"])


def _paragraph(number: int, block: Block, audit: Audit, marks: Marks, words: Words) -> str:
    kind = ' class="as-heading"' if block.kind == HEADING else ""
    text = _marked(number, 0, block.cells[0], audit, marks, words)
    return f'<p{kind} id="b{number}"><span class="at">{block.line}</span>{text}</p>'


def _rows(
    blocks: list[tuple[int, Block]], audit: Audit, marks: Marks, words: Words
) -> str:  # fmt: skip
    where = said(words, f"at_{audit.document.counted}", line=str(blocks[0][1].line))
    lines = []
    for number, block in blocks:
        cells = "".join(
            f"<td>{_marked(number, place, cell, audit, marks, words)}</td>"
            for place, cell in enumerate(block.cells)
        )
        lines.append(f'<tr id="b{number}">{cells}</tr>')
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(where)}">'
        f'<span class="at">{escape(where)}</span><table>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _marked(
    number: int, place: int, cell: Cell, audit: Audit, marks: Marks, words: Words
) -> str:  # fmt: skip
    """A text with its figures marked; what a merged cell prints stands once."""
    if cell.is_repeat:
        return ""
    parts, at = [], 0
    for mark, each in marks.get((number, place), []):
        figure = each.found.figure
        parts += [escape(cell.text[at : figure.start]), _mark(mark, each, audit, words)]
        at = figure.end
    return "".join([*parts, escape(cell.text[at:])])


def _mark(number: int, each: Link, audit: Audit, words: Words) -> str:
    figure = label(audit, each, words)
    right = expected(audit, each, words)
    told = said(words, f"marked_{each.status}", **(
        {"figure": figure, "expected": right} if each.status == DISAGREES
        else {"figure": figure} if each.status == AGREES else {}
    ))  # fmt: skip
    return (
        f'<mark id="f{number}" class="{each.status}" title="{escape(told)}">'
        f'{escape(each.found.figure.text)}<span class="sign" aria-hidden="true">'
        f'{SIGNS[each.status]}</span><span class="unseen"> ({escape(told)}) </span></mark>'
    )
