"""How a table is laid out (表式): the rows of its head, the labels of a row, its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache

from evalkit.audit.document import Block, Cell, Document
from evalkit.audit.figures import DATE, figures_of
from evalkit.audit.folding import fold
from evalkit.audit.patterns import patterns
from evalkit.checks.reading import worth

MOST_HEADS = 4  # rows of a head; more are the labels of a form
LONGEST_LABEL = 60
SENTENCE = re.compile(r"[\u3002\uff1b;]")
MOST_LABEL = 200


@dataclass
class Layout:
    """One table: its rows by the number of their block."""

    rows: dict[int, Block]
    heads: dict[int, tuple[int, ...]] = field(default_factory=dict)  # by row: the rows of its head
    ordinals: frozenset[int] = frozenset()  # columns that only count the rows
    unit: str = ""
    is_contents: bool = False

    def head(self, number: int, column: int) -> str:
        """What stands at the head of a column, above a row; empty where the table has no head."""
        found = []
        for row in self.heads.get(number, ()):
            cell = _at(self.rows[row], column)
            if cell and is_label(cell):
                found.append(fold(cell.text).text)
        return "\n".join(dict.fromkeys(found))[-MOST_LABEL:]

    def row_label(self, number: int, place: int) -> str:
        """The words of a row before a place, and what goes on from the rows above it."""
        block = self.rows[number]
        found = [fold(c.text).text for c in block.cells[:place]
                 if is_label(c) and not is_numeric(c)]  # fmt: skip
        first = block.cells[0] if block.cells else None
        if first is not None and not first.text.strip():
            found = [*self._from_above(number), *found]
        return "\n".join(found)[-MOST_LABEL:]

    def _from_above(self, number: int) -> list[str]:
        """The first cell of the rows above, as one that was merged shows it once."""
        for above in sorted((n for n in self.rows if n < number), reverse=True):
            cells = self.rows[above].cells
            if above in self.heads.get(number, ()):
                return []
            if cells and cells[0].text.strip():
                is_own = is_label(cells[0]) and not is_numeric(cells[0])
                return [fold(cells[0].text).text] if is_own else []
        return []

    def is_ragged(self, number: int) -> bool:
        """Whether the cells of a row do not stand below their heads.

        It has fewer cells than the head, or a figure below a head that is empty.
        """
        heads, cells = self.heads.get(number, ()), self.rows[number].cells
        if not heads:
            return False
        wide = max(len(self.rows[head].cells) for head in heads)
        below = (cell for cell in cells if not cell.is_repeat and is_numeric(cell))
        return len(cells) < wide or any(not self.head(number, cell.column) for cell in below)


def _at(block: Block, column: int) -> Cell | None:
    """The cell at a column; an empty one below a merged head takes what stands to its left."""
    return next((cell for cell in block.cells if cell.column == column), None)


def layouts(document: Document) -> dict[int, Layout]:
    """The layout of the table that each row belongs to, by the number of its block."""
    found: dict[int, Layout] = {}
    tables: dict[int, dict[int, Block]] = {}
    for number, block in enumerate(document.blocks):
        if block.table:
            tables.setdefault(block.table, {})[number] = block
    for rows in tables.values():
        layout = _layout(rows)
        found.update(dict.fromkeys(rows, layout))
    return found


def _layout(rows: dict[int, Block]) -> Layout:
    heads: dict[int, tuple[int, ...]] = {}
    open_head: list[int] = []
    is_open = True  # rows in words go on with the head
    for number, block in rows.items():
        filled = [cell for cell in block.cells if cell.text.strip() and not cell.is_repeat]
        has_figures = any(map(is_numeric, filled))
        if not has_figures and len(filled) == 1 and len(block.cells) > 2 and not is_open:
            open_head, is_open = [], True  # a title within the table
        elif not has_figures and is_open and len(filled) > 1:
            open_head.append(number)
        elif has_figures or len(filled) > 1:
            is_open = False
            heads[number] = tuple(open_head) if len(open_head) <= MOST_HEADS else ()
    layout = Layout(rows, heads)
    layout.ordinals = _ordinals(layout)
    layout.unit = next(filter(None, (_own_unit(block) for block in rows.values())), "")
    layout.is_contents = _is_contents(rows)
    return layout


def _ordinals(layout: Layout) -> frozenset[int]:
    """The columns whose head says that they count rows."""
    words = set(patterns()["ordinal_column"])
    return frozenset(
        cell.column
        for heads in layout.heads.values()
        for head in heads
        for cell in layout.rows[head].cells
        if fold(cell.text).text.strip() in words
    )


def _is_contents(rows: dict[int, Block]) -> bool:
    """Whether this is a list of contents: titles, each with its page."""
    pages = [
        block for block in rows.values()
        if len(block.cells) == 2 and block.cells[1].text.strip().isdecimal()
        and len(block.cells[1].text.strip()) < 4 and not is_numeric(block.cells[0])
    ]  # fmt: skip
    numbers = [int(block.cells[1].text) for block in pages]
    return len(pages) > 3 and len(pages) == len(rows) and numbers == sorted(numbers)


def is_label(cell: Cell) -> bool:
    """Whether a cell is a label: short, and no sentence."""
    text = cell.text.strip()
    return 0 < len(text) <= LONGEST_LABEL and not SENTENCE.search(text)


def is_numeric(cell: Cell) -> bool:
    """Whether a cell holds one figure and nothing to speak of beside it."""
    return _is_numeric(cell.text)


@lru_cache(maxsize=65536)
def _is_numeric(text: str) -> bool:
    figures = [figure for figure in figures_of(text) if figure.kind != DATE]
    if len(figures) != 1:
        return False
    whole = fold(text).text
    rest = whole[: figures[0].at] + whole[figures[0].to :]
    return len(re.sub(r"[\W_]", "", rest)) <= 1


# --- units ---------------------------------------------------------------------------------


def _own_unit(block: Block) -> str:
    """The unit of a whole table that stands within it, in a cell of its own."""
    for cell in block.cells:
        if re.match(rf"(?:{patterns()['unit_heading']})\s?[:\uff1a]", fold(cell.text).text):
            return unit_of(fold(cell.text).text)
    return ""


@cache
def unit_of(label: str) -> str:
    """The unit of money or rates that a heading names; empty where it names none.

    >>> unit_of("单价(单位:元)"), unit_of("单位：万元"), unit_of("budget(cny million)")
    ('元', '万元', 'million yuan')
    """
    own = patterns()
    known = {**{u: u for u in own["rates"]}, **{u: v for u, v in own["money"].items() if u}}
    known |= {f"cny {u}": v for u, v in own["money"].items() if u.isalpha() and u.isascii()}
    names = "|".join(re.escape(u) for u in sorted(known, key=len, reverse=True))
    found = re.search(
        rf"(?:{own['unit_heading']})\s?[:\uff1a]?\s?({names})(?![\w])"
        rf"|[(\uff08,\uff0c]\s?(?:{own['unit_heading']})?\s?[:\uff1a]?({names})\s?[)\uff09]", label
    )  # fmt: skip
    if not found:
        return ""
    unit = known[found[1] or found[2]]
    return unit if worth(unit, "money") or worth(unit, "rate") else ""
