"""The blocks of a form (表格布局): found by their labels, wherever on the sheet they stand."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.intake.dates import month_in, year_in
from evalkit.intake.form import FIGURES, LONGEST_TITLE, Form, is_used, under, unit_in
from evalkit.intake.labels import fold, is_label, which
from evalkit.intake.ledger import Ledger
from evalkit.intake.pairs import labelled, read_notes, read_pairs
from evalkit.intake.readings import read
from evalkit.intake.sheets import Cell, Sheet
from evalkit.intake.table import is_head, read_table
from evalkit.intake.tracking import tracking_forms

MOST_TITLES = 6  # rows above a project's name that may belong to its form


def forms_on(sheet: Sheet, ledger: Ledger) -> list[Form]:
    """The forms on a sheet, one below the other; headings are marked as read."""
    if found := list(tracking_forms(sheet, ledger)):
        return found
    for rows in _blocks(sheet):
        if form := _form_in(sheet, rows, ledger):
            found.append(form)
    return found


def _blocks(sheet: Sheet) -> Iterator[range]:
    """The rows of each form: a new one begins with the titles above another project's name."""
    end = max(sheet.rows, default=0) + 1
    named = [number for number in sorted(sheet.rows) if _names_project(sheet, number)]
    starts = [1]
    for number in named[1:]:
        top = number
        while number - top < MOST_TITLES and _is_title(sheet, top - 1):
            top -= 1
        starts.append(top)
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        yield range(start, stop)


def _names_project(sheet: Sheet, number: int) -> bool:
    return any(cell.row == number and labelled(cell)[0] == "name" for cell in sheet.row(number))


def _is_title(sheet: Sheet, number: int) -> bool:
    """Whether a row holds nothing but a title, a year or a unit of money."""
    cells = sheet.row(number)
    return all(
        len(cell.text) < LONGEST_TITLE
        and bool(which(cell.text, "kinds") or year_in(cell.text) or unit_in(cell.text)
                 or is_label(cell.text, "titles"))
        for cell in cells
    )  # fmt: skip


def _form_in(sheet: Sheet, rows: range, ledger: Ledger) -> Form | None:
    """The form in these rows; None where there is none."""
    form = Form(sheet)
    head = next((number for number in rows if is_head(sheet, number)), 0)
    top = range(rows.start, head or rows.stop)
    _read_top(form, top, ledger)
    end = read_table(form, range(head, rows.stop), ledger) if head else rows.stop - 1
    if not form.indicators and not form.funds and "name" not in form.pairs:
        return None
    below = range(end + 1, rows.stop)
    read_pairs(form, below, ledger)
    read_notes(form, below, ledger)
    read_notes(form, top, ledger)
    form.kind = form.kind or _kind_of(form)
    return form


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
            read_pairs(form, range(number, number + 1), ledger)
            _read_loose(form, number, ledger)


def _read_loose(form: Form, number: int, ledger: Ledger) -> None:
    """A year, a unit, a title of a block or the goals in a row of their own."""
    cells = form.sheet.row(number)
    for n, cell in enumerate(cells):
        is_plain = cell.row == number and not is_used(cell, ledger)
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
    below = [under(form.sheet, cell, cell.last_row + 1) for cell in found.values()]
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
        row = {n: c for n, h in columns.items() if (c := under(form.sheet, h, number)) is not None}
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
        row = {n: c for n, h in columns.items() if (c := under(form.sheet, h, number)) is not None}
        if not row or _funds_columns(form, number) or _has_pair(form.sheet, number):
            return number
        for name, cell in row.items():
            if cell not in form.goals.setdefault(name, []):
                form.goals[name].append(cell)
                ledger.use(cell)
    return stop


def _has_pair(sheet: Sheet, number: int) -> bool:
    return any(cell.row == number and which(cell.text, "pairs") for cell in sheet.row(number))
