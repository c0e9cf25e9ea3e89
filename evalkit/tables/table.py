"""Tables that page, mail and spreadsheet share (表格): cells with spans, headings with scope.

A table holds finished words. Nothing is computed or formatted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

#: What a cell with nothing in it shows; ``Cell.note`` then says why, as its text alternative.
NOTHING = "—"


@dataclass(frozen=True)
class Cell:
    """One cell (单元格).

    ``text`` is its plain text; ``html``, where given, is trusted markup that stands for it on a
    page. ``note`` becomes the title, or the text alternative where there is no value. ``fact``
    names the fact whose formula the cell leads to, ``anchor`` is an id that others lead to.
    """

    text: str
    kind: str = ""
    html: str = ""
    note: str = ""
    fact: str = ""
    anchor: str = ""
    heads: bool = False
    down: int = 1
    across: int = 1

    def markup(self) -> str:
        """The inside of the cell, with everything that is not trusted escaped."""
        if self.html:
            return self.html
        if self.text == NOTHING:
            hidden = f'<span class="unseen">{escape(self.note)}</span>' if self.note else ""
            return f'<span aria-hidden="true">{NOTHING}</span>{hidden}'
        shown = escape(self.text).replace("\n", "<br>")
        return (
            f'<a class="fact" href="#fact-{escape(self.fact)}">{shown}</a>' if self.fact else shown
        )

    def element(self, scope: str = "") -> str:
        """The cell as ``td``, or as ``th`` with its scope where it heads a row or a column."""
        is_heading = self.heads or bool(scope)
        if self.kind == "columns":
            scope = "colgroup" if self.across > 1 else "col"
        elif is_heading and not scope:
            scope = "rowgroup" if self.down > 1 else "row"
        attributes = {
            "scope": scope,
            "class": self.kind,
            "id": self.anchor,
            "title": self.note if self.text != NOTHING else "",
            "rowspan": str(self.down) if self.down > 1 else "",
            "colspan": str(self.across) if self.across > 1 else "",
        }
        given = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items() if value)
        tag = "th" if is_heading and (self.text or self.html) else "td"
        return f"<{tag}{given}>{self.markup()}</{tag}>"


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table (表): heading rows, body rows and closing rows, all of cells with spans.

    ``name`` becomes the class ``table-<name>``; ``foot`` holds totals, ``remark`` stands below.
    A ``form`` is laid out as its authority prints it and has no heading rows of its own.
    """

    name: str
    caption: str
    head: tuple[Row, ...]
    rows: tuple[Row, ...]
    foot: tuple[Row, ...] = ()
    remark: str = ""
    is_form: bool = False

    @property
    def width(self) -> int:
        """How many columns the table has."""
        first = (self.head or self.rows)[0]
        return sum(cell.across for cell in first)

    def grid(self) -> list[list[str]]:
        """Headings, body and foot as plain text, a merged cell repeated in every place it covers.

        Raises ``ValueError`` where cells overlap or leave a hole.

        >>> two = Cell("b", down=2)
        >>> Table("t", "", (), ((Cell("a"), two), (Cell("c"),))).grid()
        [['a', 'b'], ['c', 'b']]
        """
        return [
            [cell.text for cell in line]
            for part in (self.head, self.rows, self.foot)
            for line in _laid_out(part, self.width)
        ]

    def places(self) -> Iterator[tuple[int, int, Cell]]:
        """Every cell with its row and column, from the headings through to the foot.

        >>> table = Table("t", "", headings("a", "b"), ((Cell("c", across=2),),))
        >>> [(y, x, cell.text) for y, x, cell in table.places()]
        [(0, 0, 'a'), (0, 1, 'b'), (1, 0, 'c')]
        """
        above = 0
        for part in (self.head, self.rows, self.foot):
            yield from ((above + y, x, cell) for y, x, cell in _placed(part))
            above += len(part)

    def bare(self, caption: str) -> Table:
        """The same words under another caption, without links, anchors and notes."""

        def plain(rows: tuple[Row, ...]) -> tuple[Row, ...]:
            return tuple(
                tuple(replace(cell, html="", note="", fact="", anchor="") for cell in row)
                for row in rows
            )

        head, rows, foot = plain(self.head), plain(self.rows), plain(self.foot)
        return replace(self, caption=caption, head=head, rows=rows, foot=foot, remark="")

    def _aligned_head(self) -> list[Row]:
        """The heading rows, numbers' columns with their headings above the numbers."""
        columns = zip(*_laid_out(self.rows, self.width), strict=True)
        is_number = [
            all(cell.kind.startswith("num") or not cell.text for cell in column)
            for column in columns
        ]
        grid = _laid_out(self.head, self.width)
        numbers = {
            id(cell)
            for row in grid
            for cell, number in zip(row, is_number, strict=True)
            if number and cell.across == 1
        }
        return [
            tuple(replace(cell, kind="num") if id(cell) in numbers else cell for cell in row)
            for row in self.head
        ]

    def _repr_html_(self) -> str:
        kind = "form" if self.is_form else "data"
        parts = [f'<table class="{kind} table-{escape(self.name)}">']
        lines = "<br>".join(map(escape, self.caption.split("\n")))
        parts.append(f"<caption>{lines}</caption>")
        if self.head:
            rows = "".join(map(_heading_row, self._aligned_head()))
            parts.append(f"<thead>{rows}</thead>")
        parts.append(f"<tbody>{''.join(map(_row, self.rows))}</tbody>")
        if self.foot:
            parts.append(f"<tfoot>{''.join(map(_row, self.foot))}</tfoot>")
        parts.append("</table>")
        remark = f'<p class="remark">{escape(self.remark)}</p>' if self.remark else ""
        # A region that scrolls sideways must be reachable by keyboard and have a name.
        label = escape(self.caption.partition("\n")[0])
        region = f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
        return f"{region}{''.join(parts)}</div>{remark}"

    def _repr_markdown_(self) -> str:
        lines = [
            [text.replace("|", "\\|").replace("\n", " ") for text in row] for row in self.grid()
        ]
        if not self.head:
            lines.insert(0, [""] * self.width)
        lines.insert(max(len(self.head), 1), ["---"] * self.width)
        body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"**{self.caption}**\n\n{body}\n"

    def __str__(self) -> str:
        return "\n".join([self.caption, *("\t".join(row) for row in self.grid())])


def headings(*names: str | Cell) -> tuple[Row, ...]:
    """One row of column headings.

    >>> headings("a", "b")[0][1].text
    'b'
    """
    return (tuple(each if isinstance(each, Cell) else Cell(each) for each in names),)


def grouped_headings(groups: Sequence[tuple[str, Sequence[Cell]]]) -> tuple[Row, ...]:
    """Two rows of column headings: groups above their columns, or columns without a group.

    >>> [len(row) for row in grouped_headings([("", [Cell("a")]), ("g", [Cell("b"), Cell("c")])])]
    [2, 2]
    """
    upper: list[Cell] = []
    lower: list[Cell] = []
    for name, columns in groups:
        if name:
            upper.append(Cell(name, across=len(columns)))
            lower += columns
        else:
            upper += [replace(column, down=2) for column in columns]
    return tuple(upper), tuple(lower)


def merged(rows: Iterable[Sequence[Cell]], columns: int) -> tuple[Row, ...]:
    """Rows whose first columns hold equal cells one below the other, with those made one cell.

    A column is merged only inside what is merged to its left, so a group never runs into the next.

    >>> [len(row) for row in merged([[Cell("A"), Cell("1")], [Cell("A"), Cell("2")]], 1)]
    [2, 1]
    """
    if columns == 0:
        return tuple(tuple(row) for row in rows)
    result: list[Row] = []
    for first, same in groupby(rows, key=lambda row: row[0]):
        block = list(same)
        inner = merged([row[1:] for row in block], columns - 1)
        result.append((replace(first, down=len(block)), *inner[0]))
        result += inner[1:]
    return tuple(result)


def _placed(rows: Sequence[Row]) -> Iterator[tuple[int, int, Cell]]:
    """Each cell with its row and column. Raises ``ValueError`` where cells overlap."""
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            mine = {(y + j, x + i) for j in range(cell.down) for i in range(cell.across)}
            if mine & taken:
                raise ValueError(f"two cells in one place: {cell.text!r}")
            taken |= mine
            yield y, x, cell
            x += cell.across


def _laid_out(rows: Sequence[Row], width: int) -> list[list[Cell]]:
    places = {
        (y + j, x + i): cell
        for y, x, cell in _placed(rows)
        for j in range(cell.down)
        for i in range(cell.across)
    }
    wanted = {(y, x) for y in range(len(rows)) for x in range(width)}
    if wanted != set(places):
        raise ValueError(f"holes or overhang at {sorted(wanted ^ set(places))[:5]}")
    return [[places[y, x] for x in range(width)] for y in range(len(rows))]


def _heading_row(row: Row) -> str:
    cells = [cell.element("colgroup" if cell.across > 1 else "col") for cell in row]
    return f"<tr>{''.join(cells)}</tr>"


def _row(row: Row) -> str:
    return f"<tr>{''.join(cell.element() for cell in row)}</tr>"
