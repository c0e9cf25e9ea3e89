"""The blocks of a form (表格布局): found by their labels, wherever on the sheet they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from evalkit.intake.labels import bare, brackets, fold, is_label, labels, which
from evalkit.intake.ledger import Ledger
from evalkit.intake.readings import month_in, read, year_in
from evalkit.intake.sheets import Cell, Sheet
from evalkit.units import units

Row = dict[str, Cell]
LONGEST_TITLE = 80  # characters of a line above the table that is no text of its own
LEAST_COLUMNS = 3  # headings that make a row the head of the indicators
FIGURES = ("initial", "budget", "executed", "expected", "received")


@dataclass
class Form:
    """One form as it stands on its sheet: the cells of each block, not yet read.

    ``funds`` are the rows of the money block, with ``label`` for the cell that names each;
    ``indicators`` the rows of the table below; ``sum`` its last row.
    """

    sheet: Sheet
    kind: str = ""
    year: int | None = None
    month: int | None = None
    pairs: dict[str, list[Cell]] = field(default_factory=dict)
    money: list[tuple[str, Cell]] = field(default_factory=list)  # units that headings name
    funds: list[Row] = field(default_factory=list)
    funds_title: Cell | None = None
    goals: dict[str, list[Cell]] = field(default_factory=dict)
    indicators: list[Row] = field(default_factory=list)
    columns: tuple[str, ...] = ()  # of the indicators
    sum: Row = field(default_factory=dict)


def form_of(sheet: Sheet, ledger: Ledger) -> Form | None:
    """The form on a sheet; None where there is none. Headings are marked as read."""
    form = Form(sheet)
    last = max(sheet.rows, default=0)
    head = next((row for row in range(1, last + 1) if _is_head(sheet, row)), 0)
    top = range(1, head or last + 1)
    _read_top(form, top, ledger)
    end = _read_indicators(form, head, last, ledger) if head else last
    if not form.indicators and not form.funds and "name" not in form.pairs:
        return None
    _read_pairs(form, range(end + 1, last + 1), ledger)
    _read_notes(form, range(end + 1, last + 1), ledger)
    _read_notes(form, top, ledger)
    form.kind = form.kind or _kind_of(form)
    return form


def unit_in(text: str) -> str:
    """The unit of money that a heading names; empty for none.

    >>> unit_in("项目资金（万元）"), unit_in("单位：元"), unit_in("全年预算数(A)")
    ('万元', '元', '')
    """
    names, prefix = labels()["unit_names"], labels()["unit_prefix"]
    whole = fold(text)
    words = [word for word in whole.split() if re.match(prefix, word)]
    for piece in [*brackets(text), whole, *words] if len(whole) < LONGEST_TITLE else words:
        plain = re.sub(f"^(?:{prefix})", "", bare(piece) or piece)
        for found in (plain, names.get(plain, "")):
            if found in units()["money"]:
                return found
    return ""


def _is_head(sheet: Sheet, row: int) -> bool:
    """Whether a row is the head of the indicators."""
    found = {which(cell.text, "indicators") for cell in sheet.row(row)} - {""}
    names = found & {"level1", "level2", "name"}
    return len(found) >= LEAST_COLUMNS and bool(names) and bool(found & {"target", "actual"})


def _kind_of(form: Form) -> str:
    """The kind of a form whose title does not say it."""
    has_boxes = any(name.startswith("likelihood") for name in form.columns)
    is_monitoring = form.month or has_boxes
    return "monitoring" if is_monitoring else "self_evaluation"


# --- what stands above the indicators ------------------------------------------------------


def _read_top(form: Form, rows: range, ledger: Ledger) -> None:
    """Title, labels with their values, the block of money and the goals."""
    sheet = form.sheet
    for number in rows:
        for cell in sheet.row(number):
            if cell.row != number:
                continue
            unit = unit_in(cell.text)
            if unit:
                form.money.append((unit, cell))
    done = rows.start
    for number in rows:
        if number < done:
            continue
        if columns := _funds_columns(form, number):
            done = _read_funds(form, number, rows.stop, columns, ledger)
        elif columns := _goals_columns(sheet, number):
            done = _read_goals(form, number, rows.stop, columns, ledger)
        else:
            _read_pairs(form, range(number, number + 1), ledger)
            _read_loose(form, number, ledger)


def _read_loose(form: Form, number: int, ledger: Ledger) -> None:
    """A year, a unit, a title of a block or the goals in a row of their own."""
    cells = form.sheet.row(number)
    for n, cell in enumerate(cells):
        is_plain = cell.row == number and not _is_used(cell, ledger)
        if not is_plain:
            continue
        following = cells[n + 1] if n + 1 < len(cells) else None
        if which(cell.text, "goals") and following is not None:
            form.goals.setdefault(which(cell.text, "goals"), []).append(following)
            ledger.use(cell, following)
        elif (
            "name" not in form.pairs
            and len(cell.text) < LONGEST_TITLE
            and (len(cells) == 1 or which(cell.text, "kinds") or year_in(cell.text))
        ):
            form.kind = form.kind or which(cell.text, "kinds")
            form.year = form.year or year_in(cell.text)
            ledger.use(cell)
        elif any(cell is each for _, each in form.money) and len(fold(cell.text)) < LONGEST_TITLE:
            form.year = form.year or year_in(cell.text)
            ledger.use(cell)
        elif is_label(cell.text, "titles"):
            ledger.use(cell)


def _funds_columns(form: Form, number: int) -> dict[str, Cell]:
    """The headings of the money block, if this row holds them."""
    found: dict[str, Cell] = {}
    for cell in form.sheet.row(number):
        name = which(cell.text, "funds")
        if name and cell.last_row >= number and name not in found:
            found[name] = cell
    if len(set(found) & set(FIGURES)) < 2:
        return {}
    if any(_is_figure(form.sheet.at(number, cell.last_column + 1)) for cell in found.values()):
        return {}  # labels with their figures beside them
    below = [_under(form.sheet, cell, cell.last_row + 1) for cell in found.values()]
    return found if any(map(_is_figure, below)) else {}


def _is_figure(cell: Cell | None) -> bool:
    """Whether a cell holds a number, or a formula that should."""
    return cell is not None and (cell.kind == "uncached" or read(cell.text).kind == "number")


def _read_funds(form: Form, head: int, stop: int, columns: dict[str, Cell], ledger: Ledger) -> int:
    """The rows below the headings of the money block; returns the first row after them."""
    ledger.use(*columns.values())
    first = min(cell.column for cell in columns.values())
    form.month = form.month or next(
        filter(None, (month_in(c.text) for c in columns.values())), None
    )
    start = max(cell.last_row for cell in columns.values() if cell.row == head) + 1
    for cell in form.sheet.row(head):
        if cell.column < first and is_label(cell.text, "titles"):
            form.funds_title = cell
            ledger.use(cell)
    for number in range(start, stop):
        cells = form.sheet.row(number)
        row = {n: c for n, h in columns.items() if (c := _under(form.sheet, h, number)) is not None}
        names = [c for c in cells if c.column < first and c.text.strip()]
        own = [cell for cell in names if cell.row == number or not is_label(cell.text, "titles")]
        is_other = any(
            which(cell.text, group) for cell in own for group in ("goals", "pairs")
        ) or any(which(cell.text, "goals") for cell in cells)
        if is_other or (not row and not own):
            return number
        ledger.use(
            *(c for c in names if is_label(c.text, "titles") or is_label(c.text, "of_which"))
        )
        label = next((c for c in reversed(own) if not is_label(c.text, "of_which")), None)
        if label is not None:
            row["label"] = label
            ledger.use(label)
        if row:
            form.funds.append(row)
    return stop


def _goals_columns(sheet: Sheet, number: int) -> dict[str, Cell]:
    """The headings of expected goals and what was reached, if this row holds both."""
    found = {
        name: cell for cell in reversed(sheet.row(number))
        if cell.row == number and (name := which(cell.text, "goals"))
    }  # fmt: skip
    if len(found) < 2:
        return {}
    for cell in sheet.row(number):
        # Beside "expected" the word "goals of the year" only heads the block.
        if cell.row == number and which(cell.text, "goals") == "goals" and cell.last_row == number:
            found["goals"] = cell
    return found


def _read_goals(form: Form, head: int, stop: int, columns: dict[str, Cell], ledger: Ledger) -> int:
    """The texts below the two headings; returns the first row after them."""
    ledger.use(*columns.values())
    for cell in form.sheet.row(head):
        if which(cell.text, "goals") or is_label(cell.text, "titles"):
            ledger.use(cell)
    for number in range(head + 1, stop):
        row = {n: c for n, h in columns.items() if (c := _under(form.sheet, h, number)) is not None}
        if not row or _funds_columns(form, number) or _has_pair(form.sheet, number):
            return number
        for name, cell in row.items():
            if cell not in form.goals.setdefault(name, []):
                form.goals[name].append(cell)
                ledger.use(cell)
    return stop


def _has_pair(sheet: Sheet, number: int) -> bool:
    return any(cell.row == number and which(cell.text, "pairs") for cell in sheet.row(number))


# --- labels with their values ---------------------------------------------------------------


def _read_pairs(form: Form, rows: range, ledger: Ledger) -> None:
    """Labels with their value to the right, or behind a colon in the same cell."""
    for number in rows:
        cells = [cell for cell in form.sheet.row(number) if cell.row == number]
        label: tuple[str, Cell] | None = None
        for cell in cells:
            if _is_used(cell, ledger):
                label = None
                continue
            name, value = _labelled(cell)
            if name and value:
                _take(form, name, replace(cell, text=value), cell, ledger)
                label = None
            elif name:
                if not (label and label[0] in ("personal", "aside")):
                    ledger.use(cell)
                label = (name, cell)
                if name in ("personal", "aside"):
                    ledger.use(cell)
            elif label is not None:
                _take(form, label[0], cell, cell, ledger)
                label = label if label[0] == "personal" else None


def _labelled(cell: Cell) -> tuple[str, str]:
    """The label that a cell is or begins with, and the value behind its colon."""
    before, colon, after = fold(cell.text).partition(":")
    for text, value in ((cell.text, ""), (before, after.strip())) if colon else ((cell.text, ""),):
        for name in ("personal", "aside"):
            if is_label(text, name):
                return name, value
        if name := which(text, "pairs") or _fund_pair(text):
            return name, value
    return "", ""


def _fund_pair(text: str) -> str:
    """A label of money beside its figure, where the block has no headings above its figures."""
    name = which(text, "funds")
    return f"funds.{name}" if name in FIGURES else ""


def _take(form: Form, name: str, value: Cell, cell: Cell, ledger: Ledger) -> None:
    """The value of a label, or why it is not carried over."""
    if name == "personal":
        ledger.leave(cell, "personal", "aside")
    elif name == "aside":
        ledger.leave(cell, "no_place", "aside")
    elif name == "money_unit":
        if unit := unit_in(value.text):
            form.money.append((unit, cell))
            ledger.use(cell)
    elif name == "year_of_form":
        form.year = form.year or year_in(value.text)
        if form.year:
            ledger.use(cell)
    else:
        form.pairs.setdefault(name, []).append(value)


def _read_notes(form: Form, rows: range, ledger: Ledger) -> None:
    """What the form prints about itself: notes and how to fill it in, also on further lines."""
    is_note = False
    for number in rows:
        for cell in form.sheet.row(number):
            if cell.row != number or _is_used(cell, ledger):
                continue
            is_note = (
                is_note
                or is_label(cell.text, "notes")
                or is_label(fold(cell.text).partition(":")[0], "notes")
            )
            if is_note and cell.kind == "text":
                ledger.leave(cell, "note", "aside")


# --- the indicators -------------------------------------------------------------------------


def _read_indicators(form: Form, head: int, last: int, ledger: Ledger) -> int:
    """The rows of the table of indicators; returns the last row that belongs to it."""
    sheet = form.sheet
    columns, start = _columns(form, head, ledger)
    form.columns = tuple(name for name, _ in columns)
    end = head
    for number in range(start, last + 1):
        cells = sheet.row(number)
        if _is_head(sheet, number):
            ledger.use(*cells)
            end = number
            continue
        row = {name: cell for name, heading in columns
               if (cell := _under(sheet, heading, number)) is not None}  # fmt: skip
        for name, heading in columns:
            cell = _under(sheet, heading, number)
            if cell is not None and row[name] is not cell:
                row[f"{name}+{heading.column}"] = cell
        if _is_end(sheet, number, columns):
            return number - 1
        if not cells:
            continue
        end = number
        if sign := next((c for c in cells if c.row == number and _is_sum(c)), None):
            ledger.use(sign)
            form.sum = {name: cell for name, cell in row.items() if cell is not sign}
            return number
        form.indicators.append(row)
    return end


def _columns(form: Form, head: int, ledger: Ledger) -> tuple[list[tuple[str, Cell]], int]:
    """The columns of the table with their headings, in one row or in two, and where rows begin."""
    sheet = form.sheet
    lower = [cell for cell in sheet.row(head + 1) if cell.row == head + 1]
    named = [cell for cell in lower if which(cell.text, "indicators") or _is_computed(cell)]
    is_double = bool(lower) and len(named) >= 2 and all(read(c.text).kind == "text" for c in named)
    is_double = is_double and len(named) >= len(lower) - 1
    found: list[tuple[str, Cell]] = []
    below = {column for cell in named for column in range(cell.column, cell.last_column + 1)}
    for cell in sheet.row(head):
        is_over = is_double and any(c in below for c in range(cell.column, cell.last_column + 1))
        if is_over and cell.last_row == head:
            ledger.use(cell)
            form.month = form.month or month_in(cell.text)
        else:
            found += _column(form, cell, ledger)
    if is_double:
        for cell in named:
            found += _column(form, cell, ledger)
    start = head + (2 if is_double else 1)
    return sorted(found, key=lambda each: each[1].column), start


def _column(form: Form, cell: Cell, ledger: Ledger) -> Iterator[tuple[str, Cell]]:
    """A column by its heading; one that evalkit computes itself is ``computed``."""
    name = "computed" if _is_computed(cell) else which(cell.text, "indicators")
    if is_label(cell.text, "numbering"):
        name = "numbering"
    if name:
        form.month = form.month or month_in(cell.text)
        ledger.use(cell)
        yield name, cell
    elif is_label(cell.text, "titles"):
        ledger.use(cell)


def _is_computed(cell: Cell) -> bool:
    return is_label(cell.text, "computed")


def _is_sum(cell: Cell) -> bool:
    return is_label(cell.text, "sum")


def _is_end(sheet: Sheet, number: int, columns: list[tuple[str, Cell]]) -> bool:
    """Whether a row stands below the table: a note, or a label with its value."""
    first = next((cell for cell in sheet.row(number) if cell.row == number), None)
    if first is None or _is_sum(first):
        return False
    name, _ = _labelled(first)
    is_wide = first.last_column >= columns[-1][1].column and first.column <= columns[0][1].column
    return bool(name) or is_label(first.text, "notes") or is_wide


def _under(sheet: Sheet, heading: Cell, number: int) -> Cell | None:
    """The cell below a heading in a row: the first that begins within the heading's columns."""
    for column in range(heading.column, heading.last_column + 1):
        cell = sheet.at(number, column)
        if cell is not None and heading.column <= cell.column <= heading.last_column:
            return cell if cell is not heading else None
    return None


def _is_used(cell: Cell, ledger: Ledger) -> bool:
    return (cell.sheet, cell.row, cell.column) in ledger.used
