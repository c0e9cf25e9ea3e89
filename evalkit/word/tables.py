"""Tables of a page as tables of Word (表格): spans, headings that repeat, numbers to the right."""

from __future__ import annotations

from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from evalkit.word.styles import CELL, called

SHADE = "EEF2F6"  # behind headings


def add_table(document: Any, element: Any, write: Any) -> None:
    """A table with its rows and spans; ``write(paragraph, cell)`` puts a cell's text in."""
    rows = [row for part in ("thead", "tbody", "tfoot") for row in element.findall(f"{part}/tr")]
    rows = rows or element.findall(".//tr")
    heads = len(element.findall("thead/tr"))
    places, width = laid_out(rows)
    if not places:
        return
    table = document.add_table(len(rows), width, style=called(document, "Table Grid"))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _spread(table, shares(places, width), document.sections[-1])
    style = document.styles[called(document, CELL, "Normal")]
    cells = [list(row.cells) for row in table.rows]  # once: asking for each goes through all
    for row, column, down, across, cell in places:
        made = cells[row][column]
        if down > 1 or across > 1:
            made = made.merge(cells[row + down - 1][column + across - 1])
        paragraph = made.paragraphs[0]
        paragraph._p.style = style.style_id
        write(paragraph, cell)
        classes = (cell.get("class") or "").split()
        if "num" in classes and row >= heads:
            paragraph.alignment = ALIGN.RIGHT
        elif row < heads:
            paragraph.alignment = ALIGN.CENTER
            _shade(made)
    for number, row in enumerate(table.rows):
        _keep(row, is_head=number < heads)


def laid_out(rows: Any) -> tuple[list[tuple[int, int, int, int, Any]], int]:
    """Each cell with its row, column and spans; and how many columns there are."""
    taken: set[tuple[int, int]] = set()
    places = []
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while (number, column) in taken:
                column += 1
            down = min(int(cell.get("rowspan") or 1), len(rows) - number)
            across = int(cell.get("colspan") or 1)
            taken |= {(number + d, column + a) for d in range(down) for a in range(across)}
            places.append((number, column, down, across, cell))
            column += across
    return places, max((column for _, column in taken), default=-1) + 1


def columns_of(element: Any) -> int:
    """How many columns a table of a page has."""
    return laid_out(element.findall(".//tr"))[1]


#: How much of the text of a cell counts for the width of its column: from, to, in characters.
LEAST, MOST = 4, 36


def shares(places: Any, width: int) -> list[float]:
    """How much of a table's width each column gets: by its longest text, within bounds.

    >>> from lxml import etree
    >>> cells = [etree.Element("td"), etree.Element("td")]
    >>> cells[0].text, cells[1].text = "a" * 12, "b" * 400
    >>> shares([(0, 0, 1, 1, cells[0]), (0, 1, 1, 1, cells[1])], 2)
    [0.25, 0.75]
    """
    longest = [LEAST] * width
    for _, column, _, across, cell in places:
        if across == 1:
            length = sum(2 if ord(each) > 0x2E7F else 1 for each in "".join(cell.itertext()))
            longest[column] = max(longest[column], min(length, MOST))
    return [each / sum(longest) for each in longest]


def _spread(table: Any, parts: list[float], section: Any) -> None:
    """The width of the page, shared out; also for programs that do not reckon it themselves."""
    table.autofit = False
    whole = section.page_width - section.left_margin - section.right_margin
    sizes = [int(whole * part) for part in parts]
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
    for row in table.rows:
        for cell, size in zip(row._tr.tc_lst, sizes, strict=True):
            cell.width = size


def _keep(row: Any, is_head: bool) -> None:
    """A row is not broken over pages; a heading row stands on each of them."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if is_head else [])):
        properties.append(OxmlElement(name))


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)
