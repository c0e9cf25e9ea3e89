"""The official forms as an Excel workbook (附表工作簿): one sheet a form, laid out to be printed.

A sheet holds what the report prints: its numbers are numbers with the format that prints them the
same way, all else is text, and nothing is a formula or a link. The same forms give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from itertools import accumulate
from typing import Any, NamedTuple

from xlsxwriter import Workbook

from evalkit.export import words_of
from evalkit.model import Evaluation
from evalkit.sheet import (
    column_widths,
    height_of,
    is_across,
    is_figure,
    line_count,
    number,
    repeated,
    row_heights,
    sheet_names,
    sheet_rows,
    starts_at_top,
)
from evalkit.tables.catalogue import tabulators
from evalkit.tables.table import NOTHING, Cell, Table
from evalkit.words import Words

A4 = 9
SIZE, TITLE_SIZE = 10, 16
MARGINS = {"left": 0.5, "right": 0.5, "top": 0.6, "bottom": 0.7}  # inches
#: A date that says nothing, so that the same forms are the same file on every day.
CREATED = datetime(2000, 1, 1)
#: How many characters a cell of a sheet can hold.
LONGEST_TEXT = 32_767
#: Texts up to this width stand in the middle of their cells.
SHORT_TEXT = 24


class Sheet(NamedTuple):
    """A form with the name of its sheet and a line that says where its layout comes from."""

    name: str
    table: Table
    source: str = ""


def forms_of(evaluations: Iterable[Evaluation], project_id: str, lang: str) -> list[Sheet]:
    """The forms of a project under each of these frameworks, in the order of their lists."""
    found = []
    for evaluation in evaluations:
        words = words_of(evaluation, project_id, lang)
        framework = words.text(evaluation.framework.name)
        source = words.term("headings.filled_like").format(framework=framework)
        for name in evaluation.framework.settings.get("forms", ()):
            tabulate = tabulators().get(f"form_{name}")
            table = tabulate(evaluation, project_id, words) if tabulate else None
            if table is not None:
                found.append(Sheet(words.term(f"sheets.{name}"), table, source))
    return found


def forms_workbook(evaluations: Iterable[Evaluation], project_id: str, lang: str) -> bytes | None:
    """A project's forms as the bytes of a workbook; ``None`` where it has no form."""
    sheets = forms_of(evaluations, project_id, lang)
    return workbook(sheets, Words(lang)) if sheets else None


def workbook(sheets: Sequence[Sheet], words: Words) -> bytes:
    """The forms as an .xlsx file, one sheet each."""
    data = BytesIO()
    # Nothing that a project says may become more than a text.
    plain = {f"strings_to_{each}": False for each in ("formulas", "urls", "numbers")}
    with Workbook(data, {"in_memory": True, **plain}) as book:
        book.set_properties({"created": CREATED})
        formats = Formats(book, words.term("sheets.font"))
        names = sheet_names(sheet.name for sheet in sheets)
        for name, sheet in zip(names, sheets, strict=True):
            Page(book.add_worksheet(name), sheet, formats, words).write()
    return data.getvalue()


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook, font: str) -> None:
        self._book, self._made = book, dict[tuple[tuple[str, Any], ...], Any]()
        self.font = font

    def of(self, **looks: Any) -> Any:
        """A format in the font of the workbook; texts wrap and stand in the middle of their row."""
        about: Mapping[str, Any] = {
            "font_name": self.font, "font_size": SIZE, "valign": "vcenter", "text_wrap": True,
        } | looks  # fmt: skip
        key = tuple(sorted(about.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(about)
        return self._made[key]


class Page:
    """One sheet: title, table, remark, and how it is printed."""

    def __init__(self, sheet: Any, form: Sheet, formats: Formats, words: Words) -> None:
        self.sheet, self.form, self.formats, self.words = sheet, form, formats, words
        self.table, self.widths = form.table, column_widths(form.table)
        self.heights: dict[int, float] = {}  # of the rows of the table
        self.next = 0  # the first row that is still empty

    def write(self) -> None:
        """Write all of it, from the top down."""
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, width)
        title, *below = self.table.caption.split("\n")
        bold = {"font_size": TITLE_SIZE, "bold": True, "align": "center"}
        self._line(title, TITLE_SIZE / SIZE, **bold)
        for line in below:
            self._line(line)
        self._table()
        for line in filter(None, (self.table.remark, self.form.source)):
            self._line(line)
        self._print()

    def _line(self, text: str, size: float = 1, **looks: Any) -> None:
        """A line over the whole width."""
        height = height_of(text, sum(self.widths), size)
        self.sheet.set_row(self.next, height)
        self._put(text, self.formats.of(**looks), self.next, 0, 1, len(self.widths))
        self.next += 1

    def _table(self) -> None:
        """The cells with their spans, borders and heights."""
        rows = sheet_rows(row_heights(self.table, self.widths))
        starts = [*accumulate((count for count, _ in rows), initial=self.next)]
        for (count, height), start in zip(rows, starts, strict=False):
            for row in range(start, start + count):
                self.sheet.set_row(row, height)
                self.heights[row] = height
        heads = len(self.table.head)
        for y, x, cell in self.table.places():
            down = starts[y + cell.down] - starts[y]
            self._cell(cell, y < heads, starts[y], x, down)
        again = repeated(self.table)
        if again:
            self.sheet.repeat_rows(starts[again[0]], starts[again[1] + 1] - 1)
        self.next = starts[-1]

    def _cell(self, cell: Cell, is_head: bool, row: int, column: int, down: int) -> None:
        """One cell: a number with its format, or a text."""
        place = (row, column, down, cell.across)
        if is_head or cell.heads:
            height = sum(self.heights[each] for each in range(row, row + down))
            is_high = starts_at_top(self.table, self.heights.values(), height)
            valign = "top" if is_high else "vcenter"
            look = self.formats.of(border=1, align="center", bold=True, valign=valign)
            self._put(cell.text, look, *place)
            return
        found = number(cell.text) if is_figure(cell) else None
        align: dict[str, Any] = {"align": "center"}
        if cell.kind == "num" and cell.text != NOTHING:
            align = {"align": "right", "indent": 1}
        if found:
            look = self.formats.of(border=1, num_format=found.format, **align)
            self._put(cell.text, look, *place)
            self.sheet.write_number(row, column, found.value, look)
            return
        width = sum(self.widths[column : column + cell.across])
        is_long = "\n" in cell.text or line_count(cell.text, min(width, SHORT_TEXT)) > 1
        if is_long:
            align = {"align": "left", "indent": 1}
        self._put(cell.text, self.formats.of(border=1, **align), *place)

    def _put(self, text: str, look: Any, row: int, column: int, down: int, across: int) -> None:
        """A text in a cell or in merged cells; never a formula, whatever it begins with."""
        if down > 1 or across > 1:
            self.sheet.merge_range(row, column, row + down - 1, column + across - 1, "", look)
        if len(text) > LONGEST_TEXT:
            text = f"{text[: LONGEST_TEXT - 1]}…"
        if text:
            self.sheet.write_string(row, column, text, look)
        else:
            self.sheet.write_blank(row, column, None, look)

    def _print(self) -> None:
        """A4, one page wide, in the middle, with the number of the page."""
        sheet = self.sheet
        sheet.set_paper(A4)
        if is_across(self.table):
            sheet.set_landscape()
        sheet.set_margins(**MARGINS)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, self.next - 1, len(self.widths) - 1)
        sheet.hide_gridlines(2)
        footer = self.words.term("sheets.footer").format(page="&P", pages="&N")
        sheet.set_footer(f'&C&"{self.formats.font}"&9{footer}')
