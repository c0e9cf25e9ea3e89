"""What the text of a report shows by itself (文字提示): captions, labels, markup, contradictions.

A note is no disagreement with the data. Rules are narrow: what may be meant so is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from evalkit.audit.document import Block, Document
from evalkit.audit.folding import fold
from evalkit.audit.layout import Layout, is_numeric, layouts
from evalkit.audit.naming import matches
from evalkit.yamltree import own_yaml

LONGEST_CAPTION = 60
LONGEST_QUOTE = 30
FARTHEST_TABLE = 3  # blocks behind a caption where its table begins
MOST_OF_A_KIND = 20
CUT_OFF = " \t\n\u3001\uff0c\u3002\uff1b\uff1a,.;:"  # signs at the ends of a quote
THOUSAND = re.compile(r"(?<![\d.,])\d{4,}\.\d\d(?!\d)")
SEPARATED = re.compile(r"\d,\d{3}(?!\d)")


@dataclass(frozen=True)
class Note:
    """Something to look at; ``code`` names the sentence, ``values`` fill it."""

    code: str
    line: int
    values: dict[str, Any] = field(default_factory=dict)
    other_line: int = 0


@cache
def _rules() -> dict[str, Any]:
    return own_yaml(files("evalkit") / "audit" / "notes.yaml")


def notes_of(document: Document) -> Iterator[Note]:
    """All notes of a report in the order of its lines; what has no place comes first."""
    found = [Note("personal_data", 0, {"count": len(document.masked)})] * bool(document.masked)
    for find in (
        _captions, _alone, _unnumbered, _labels, _units_twice, _stray_words, _markup,
        _separators, _shifted, _contradictions,
    ):  # fmt: skip
        found += list(find(document))[:MOST_OF_A_KIND]
    yield from sorted(found, key=lambda note: note.line)


# --- captions and labels -------------------------------------------------------------------


def _captioned(document: Document) -> Iterator[tuple[int, str, str]]:
    """Each caption of a table or figure: its block, its number, its text."""
    for place, block in enumerate(document.blocks):
        text = block.cells[0].text.strip() if not block.table else ""
        match = re.match(_rules()["caption"], fold(text).text)
        if match and len(text) <= LONGEST_CAPTION and not text.endswith(("\u3002", ".")):
            yield place, re.sub(r"\s", "", match[0]), text


def _captions(document: Document) -> Iterator[Note]:
    """The same number for two tables, or the same caption twice."""
    first: dict[str, str] = {}
    for place, number, text in _captioned(document):
        line = document.blocks[place].line
        if number not in first:
            first[number] = text
        elif _same(first[number], text):
            yield Note("caption_twice", line, {"caption": text})
        else:
            values = {"number": number, "one": first[number], "other": text}
            yield Note("number_twice", line, values)


def _same(one: str, other: str) -> bool:
    return re.sub(r"\s", "", fold(one).text) == re.sub(r"\s", "", fold(other).text)


def _alone(document: Document) -> Iterator[Note]:
    """A caption that no table follows, in a report whose other captions have one."""
    captions = list(_captioned(document))
    alone = [each for each in captions if not _has_table(document, each[0], captions)]
    if len(alone) < len(captions):
        for place, _, text in alone:
            yield Note("caption_alone", document.blocks[place].line, {"caption": text})


def _has_table(document: Document, place: int, captions: list[tuple[int, str, str]]) -> bool:
    """Whether a table begins shortly behind a caption; one given twice counts as one."""
    own = next(text for at, _, text in captions if at == place)
    others = {at for at, _, text in captions if not _same(text, own)}
    following = range(place + 1, min(place + 1 + FARTHEST_TABLE, len(document.blocks)))
    for n in following:
        if document.blocks[n].table:
            return True
        if n in others:
            return False
    return False


def _unnumbered(document: Document) -> Iterator[Note]:
    """A table without a caption, where at least two others bear numbers."""
    captions = [place for place, _, _ in _captioned(document)]
    if len(captions) < 2:
        return
    annex = _first_annex(document, max(captions))
    plans = layouts(document)
    starts = [n for n, block in enumerate(document.blocks) if block.table
              and (not n or document.blocks[n - 1].table != block.table)]  # fmt: skip
    end = 0
    for n in starts:
        is_numbered = any(max(end, n - FARTHEST_TABLE) <= place < n for place in captions)
        end = max(k for k, block in enumerate(document.blocks)
                  if block.table == document.blocks[n].table) + 1  # fmt: skip
        if not is_numbered and n < annex and not plans[n].is_contents and _has_figures(document, n):
            yield Note("unnumbered", document.blocks[n].line)


def _first_annex(document: Document, start: int) -> int:
    """The first block behind a place that opens an annex; the end where there is none."""
    for n in range(start, len(document.blocks)):
        block = document.blocks[n]
        if not block.table and re.match(_rules()["annex"], fold(block.text).text):
            return n
    return len(document.blocks)


def _has_figures(document: Document, start: int) -> bool:
    table = document.blocks[start].table
    rows = [block for block in document.blocks[start:] if block.table == table]
    return len(rows) > 1 and any(is_numeric(cell) for block in rows for cell in block.cells)


def _labels(document: Document) -> Iterator[Note]:
    """Annexes of one row of numbers under different words."""
    words: dict[str, str] = {}
    line = 0
    for block in document.blocks:
        text = fold(block.text).text.strip()
        match = None if block.table else re.fullmatch(_rules()["annex"], text)
        if match:
            words.setdefault(match[1], block.text.strip())
            line = line or (block.line if len(words) > 1 else 0)
    if len(words) > 1:
        yield Note("label_drift", line, {"labels": list(words.values())})


def _units_twice(document: Document) -> Iterator[Note]:
    """The unit above a table and once more within it."""
    for rows in document.tables():
        start = document.blocks.index(rows[0])
        above = document.blocks[max(start - 2, 0) : start]
        rule = _rules()["unit_line"]
        before = [b for b in above if not b.table and re.fullmatch(rule, fold(b.text).text.strip())]
        inside = [cell for block in rows for cell in block.cells
                  if re.fullmatch(rule, fold(cell.text).text.strip())]  # fmt: skip
        if (before and inside) or len(inside) > 1:
            yield Note("unit_twice", rows[0].line, {"text": inside[-1].text})


# --- signs and words -----------------------------------------------------------------------


def _cells(document: Document) -> Iterator[tuple[Block, int, str]]:
    for block in document.blocks:
        for cell in block.cells:
            if not cell.is_repeat:
                yield block, cell.line or block.line, cell.text


def _stray_words(document: Document) -> Iterator[Note]:
    for _, line, text in _cells(document):
        for match in re.finditer(_rules()["stray_words"], text):
            quote = text[max(match.start() - 6, 0) : match.end() + 6]
            yield Note("stray_words", line, {"text": quote.strip(CUT_OFF)})


def _markup(document: Document) -> Iterator[Note]:
    """Marks of some markup: each kind once, with how often it stands.

    A closing tag is told only where its kind has no opening one: the pair is one mark.
    """
    found: dict[str, list[int]] = {}
    for _, line, text in _cells(document):
        for match in re.finditer(_rules()["markup"], text):
            tag = re.match(r"(</?)(\w+)", match[0])
            found.setdefault(f"{tag[1]}{tag[2]}>" if tag else match[0], []).append(line)
    for mark, lines in found.items():
        if mark.replace("</", "<") == mark or mark.replace("</", "<") not in found:
            yield Note("markup", lines[0], {"text": mark, "count": len(lines)})


def _separators(document: Document) -> Iterator[Note]:
    """Amounts of four digits and more without separators, where most have them."""
    texts = [(line, text) for _, line, text in _cells(document)]
    with_them = sum(len(SEPARATED.findall(text)) for _, text in texts)
    without = [(line, match[0]) for line, text in texts for match in THOUSAND.finditer(text)]
    if without and with_them > len(without):
        for line in dict.fromkeys(line for line, _ in without):
            shown = [number for at, number in without if at == line]
            yield Note("separators", line, {"numbers": shown})


def _shifted(document: Document) -> Iterator[Note]:
    """Rows whose figures stand below heads of another kind, or below none."""
    plans = layouts(document)
    for n, block in enumerate(document.blocks):
        if not block.table or not plans[n].is_ragged(n) or block.cells[0].is_repeat:
            continue
        cells = [cell for cell in block.cells if is_numeric(cell) and not cell.is_repeat]
        is_label = bool(block.cells[0].text.strip()) and not is_numeric(block.cells[0])
        if is_label and cells and cells[0].column == 1 and _is_headed(plans[n], n):
            shown = " | ".join(cell.text for cell in block.cells if cell.text.strip())
            yield Note("shifted_row", block.line, {"text": shown[:LONGEST_QUOTE]})


def _is_headed(layout: Layout, number: int) -> bool:
    """Whether the head above a row names at least two figures: the table is no form of labels."""
    widest = max((len(layout.rows[row].cells) for row in layout.heads[number]), default=0)
    heads = [layout.head(number, column) for column in range(widest)]
    return sum(bool(matches(head)) for head in heads) > 1


# --- contradictions ------------------------------------------------------------------------


def _contradictions(document: Document) -> Iterator[Note]:
    """Two statements that seem to contradict each other, each pair of them told once."""
    texts = [(line, fold(text).text) for _, line, text in _cells(document)]
    for rule in _rules()["contradictions"]:
        one = _first(rule["one"], texts)
        other = _first(rule["other"], texts)
        if one and other:
            code = "contradiction_here" if one[0] == other[0] else "contradiction"
            values = {"one": one[1], "other": other[1]}
            yield Note(code, one[0], values, 0 if one[0] == other[0] else other[0])


def _first(pattern: str, texts: list[tuple[int, str]]) -> tuple[int, str] | None:
    for line, text in texts:
        match = re.search(pattern, text)
        if match:
            return line, match[0][:LONGEST_QUOTE]
    return None
