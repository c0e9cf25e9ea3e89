"""What stands around a figure (上下文): its clause, sentence, row, column and heading.

All texts are folded. ``own`` is what stands between the figure and the one before it; a clear name
stands there, in the label to the left, or at the head of the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from evalkit.audit.document import HEADING, Block, Document
from evalkit.audit.figures import Figure, figures_of
from evalkit.audit.folding import fold
from evalkit.audit.layout import Layout, is_label, is_numeric, layouts, unit_of
from evalkit.audit.patterns import patterns

SENTENCE_END = re.compile(r"[\n\u3002\uff1b\uff01\uff1f;!?]|\.(?=\s|$)")
PUNCTUATION = re.compile(r"[\uff0c\u3002\uff1b]|[,.;](?=\s|$)")
CLAUSE_END = re.compile(r"[\n\u3002\uff1b\uff0c\uff01\uff1f;!?,]|\.(?=\s|$)")
FARTHEST_OWN, FARTHEST_SENTENCE, FARTHEST_AFTER = 60, 240, 40
FARTHEST_UNIT = 4  # blocks above a table where its unit may stand


@dataclass(frozen=True)
class Context:
    """The surroundings of one figure, and the unit that its column or table names."""

    own: str = ""
    sentence: str = ""
    after: str = ""
    left: str = ""
    row: str = ""
    column: str = ""
    above: str = ""
    rest: str = ""  # the whole of its sentence behind the figure
    unit: str = ""  # that the head of the column names
    table_unit: str = ""  # that stands above the table
    is_cell: bool = False  # the figure is all that a cell holds
    is_torn: bool = False  # by the end of a line, or out of a table: what is told may be another's
    is_ragged: bool = False  # its row has fewer cells than the head: its column is not certain


@dataclass(frozen=True)
class Found:
    """A figure with its place and its surroundings."""

    block: int
    cell: int
    line: int
    figure: Figure
    context: Context


def find(document: Document) -> Iterator[Found]:
    """Every figure of a document, in order; numbers of rows and of pages are none."""
    tables = layouts(document)
    above = Above()
    for number, block in enumerate(document.blocks):
        if block.table:
            yield from _of_row(number, block, tables[number], above, document)
        else:
            text = block.cells[0].text
            figures = figures_of(text)
            for figure in figures:
                context = _of_text(text, figure, figures, above.tail if document.is_cut else "")
                is_torn = document.is_cut and _is_torn(text, figure, document.counted)
                yield Found(number, 0, block.line, figure, above.around(context, is_torn))
        above.pass_by(block)


class Above:
    """What a reader has in mind: the heading, the line before, an unfinished sentence."""

    def __init__(self) -> None:
        self.heading = self.line = self.tail = ""

    def pass_by(self, block: Block) -> None:
        """Go on behind a block."""
        if block.table:
            self.tail = ""
            return
        text = fold(block.cells[0].text).text.strip()
        if block.kind == HEADING:
            self.heading, self.line, self.tail = text, "", ""
        else:
            self.line = text[-80:]
            last = re.split(SENTENCE_END, text)[-1]
            self.tail = last if not text.endswith((":", "\uff1a")) and len(text) > 15 else ""

    def around(self, context: Context, is_torn: bool) -> Context:
        """A context within a paragraph, with what stands above it."""
        return replace(context, above=self.said(), is_torn=is_torn)

    def said(self) -> str:
        """The heading above and the last line, as one text."""
        return f"{self.heading}\n{self.line}".strip()


def _is_torn(text: str, figure: Figure, counted: str) -> bool:
    """Whether the end of a line may have cut off a unit, or a page gives no sentence at all."""
    is_at_end = not fold(text).text[figure.to :].strip() and figure.text[-1:].isdigit()
    is_sentence = bool(PUNCTUATION.search(text))
    return is_at_end or (counted == "page" and not is_sentence)


def _of_text(text: str, figure: Figure, figures: list[Figure], tail: str = "") -> Context:
    """The surroundings of a figure within running text."""
    whole = fold(text).text
    begins = max((m.end() for m in SENTENCE_END.finditer(whole, 0, figure.at)), default=0)
    before = [f.to for f in figures if f.to <= figure.at]
    since = max([begins, *before])
    behind = [f.at for f in figures if f.at >= figure.to]
    clause = CLAUSE_END.search(whole, figure.to)
    stops = min([*behind, clause.start() if clause else len(whole)])
    ends = SENTENCE_END.search(whole, figure.to)
    own, sentence = whole[since : figure.at], whole[begins : figure.at]
    if before and _between().fullmatch(own):  # the end of a range has the words of its start
        first = next(f for f in figures if f.to == max(before))
        own = _of_text(text, first, figures, tail).own
    if not begins and tail:
        own, sentence = (own if before else tail + own), tail + sentence
    return Context(
        own[-FARTHEST_OWN:], sentence[-FARTHEST_SENTENCE:],
        whole[figure.to : stops][:FARTHEST_AFTER],
        rest=whole[figure.to : ends.start() if ends else len(whole)][:FARTHEST_SENTENCE],
    )  # fmt: skip


@cache
def _between() -> re.Pattern[str]:
    return re.compile(patterns()["between"])


# --- tables --------------------------------------------------------------------------------


def _of_row(
    number: int, block: Block, layout: Layout, above: Above, document: Document
) -> Iterator[Found]:
    for place, cell in enumerate(block.cells):
        if cell.is_repeat or layout.is_contents or cell.column in layout.ordinals:
            continue
        figures = figures_of(cell.text)
        for figure in figures:
            inner = _of_text(cell.text, figure, figures)
            is_whole = is_numeric(cell)
            head = layout.head(number, cell.column)
            yield Found(number, place, cell.line or block.line, figure, Context(
                **{
                    **inner.__dict__,
                    "left": _left(block, place) if is_whole else "",
                    "row": layout.row_label(number, place),
                    "column": head,
                    "above": above.said(),
                    "unit": unit_of(head),
                    "table_unit": layout.unit or _unit_above(number, document),
                    "is_cell": is_whole,
                    "is_ragged": layout.is_ragged(number),
                }
            ))  # fmt: skip


def _left(block: Block, place: int) -> str:
    """The label beside a figure: the nearest cell to the left that is in words."""
    for cell in reversed(block.cells[:place]):
        if cell.text.strip():
            is_own = is_label(cell) and not is_numeric(cell)
            return fold(cell.text).text if is_own else ""
    return ""


def _unit_above(number: int, document: Document) -> str:
    """The unit that stands in a line above a table."""
    first = number
    table = document.blocks[number].table
    while first and document.blocks[first - 1].table == table:
        first -= 1
    for block in reversed(document.blocks[max(first - FARTHEST_UNIT, 0) : first]):
        if not block.table:
            found = unit_of(fold(block.cells[0].text).text)
            if found:
                return found
    return ""
