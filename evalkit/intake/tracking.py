"""The forms of a tracking report on their sheets (跟踪评价各附表): labels, tables, texts."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.intake.form import LONGEST_TITLE, Form, Row, under, unit_in
from evalkit.intake.labels import is_label, labels, which
from evalkit.intake.ledger import Ledger
from evalkit.intake.pairs import labelled, read_notes, read_pairs
from evalkit.intake.sheets import Cell, Sheet
from evalkit.prose import ALONE

LEAST_COLUMNS = 3  # headings that make a row the head of a table
#: What is kept as it stands, to be read when all forms of the project are known.
TEXTS = ("verdict", "problems", "causes", "measures")
GOALS, RESULTS = "goals_plan", ("deviations", "execution_and_rules")


def tracking_forms(sheet: Sheet, ledger: Ledger) -> Iterator[Form]:
    """The forms of a tracking report on a sheet; each begins with its title."""
    titled = [(number, kind) for number in sorted(sheet.rows) if (kind := _kind(sheet, number))]
    end = max(sheet.rows, default=0) + 1
    for n, (start, kind) in enumerate(titled):
        stop = titled[n + 1][0] if n + 1 < len(titled) else end
        yield _form(sheet, kind, range(start, stop), ledger)


def _kind(sheet: Sheet, number: int) -> str:
    """The kind of form whose title stands in a row; empty for none."""
    for cell in sheet.row(number):
        kind = which(cell.text, "kinds") if len(cell.text) < LONGEST_TITLE else ""
        if cell.row == number and kind in labels()["tracking_kinds"]:
            return kind
    return ""


def _form(sheet: Sheet, kind: str, rows: range, ledger: Ledger) -> Form:
    form = Form(sheet, kind)
    ledger.use(*(cell for cell in sheet.row(rows.start) if which(cell.text, "kinds")))
    for number in rows:
        for cell in sheet.row(number):
            if cell.row == number and (unit := unit_in(cell.text)):
                form.money.append((unit, cell))
    number = rows.start + 1
    while number < rows.stop:
        heads, start = _heads(sheet, number)
        cells = sheet.row(number)
        if len(heads) >= LEAST_COLUMNS:
            ledger.use(*heads.values(), *(c for c in cells if c.row == number))
            number = _read_table(form, heads, range(start, rows.stop), ledger)
            continue
        if len(cells) == 1 and is_label(cells[0].text, "tracking_titles"):
            ledger.use(cells[0])
        elif any(value for _, value in map(labelled, cells)):
            read_pairs(form, range(number, number + 1), ledger)
        elif cells:
            _read_labels(form, number, ledger)
        number += 1
    read_notes(form, rows, ledger)
    return form


# --- labels with their values --------------------------------------------------------------


def _read_labels(form: Form, number: int, ledger: Ledger) -> None:
    """Labels with their value to the right, or a source of money under its heading."""
    cells = form.sheet.row(number)
    if which(cells[0].text, "tracking") == "sources":
        ledger.use(cells[0])
        if named := cells[1:]:
            ledger.use(named[0])
            form.funds.append(dict(zip(("label", "budget"), named, strict=False)))
        return
    label = ""
    for cell in cells:
        if cell.row != number:
            continue
        if label:
            _take(form, label, cell, ledger)
            label = ""
        elif found := _label(cell):
            ledger.use(cell)
            label = found if found != "heads" else ""


def _label(cell: Cell) -> str:
    plain = next((name for name in ("personal", "aside") if is_label(cell.text, name)), "")
    return which(cell.text, "tracking") or plain


def _take(form: Form, label: str, cell: Cell, ledger: Ledger) -> None:
    """The value of a label: a text of its own, one to be read later, or one of the pairs."""
    if label == "personal":
        ledger.note("aside", "personal", cell)
    elif label == "aside":
        ledger.leave(cell, "no_place", "aside")
    elif label in ALONE:
        form.goals.setdefault(label, []).append(cell)
    elif label in TEXTS:
        form.texts.setdefault(label, []).append(cell)
    else:
        form.pairs.setdefault(label, []).append(cell)


# --- tables --------------------------------------------------------------------------------


def _heads(sheet: Sheet, number: int) -> tuple[Row, int]:
    """The columns of a table with their headings, in one row or in two; where its rows begin."""
    found: Row = {}
    lower = [cell for cell in sheet.row(number + 1) if cell.row == number + 1]
    start = number + 1
    for cell in sheet.row(number):
        if cell.row != number:
            continue
        key = which(cell.text, "tracking_columns")
        below = [c for c in lower if cell.column <= c.column <= cell.last_column]
        named = [(_choice(key, each), each) for each in below if cell.last_row == number]
        if key and named and all(name for name, _ in named):
            start = number + 2
            found |= dict(named)
        elif key:
            found[key if key not in found else f"{key}+{cell.column}"] = cell
    return found, start


def _choice(key: str, cell: Cell) -> str:
    """The column below a heading over several: one of its choices, or a column by its name."""
    choice = which(cell.text, "tracking_choices")
    return f"{key}.{choice}" if choice else which(cell.text, "tracking_columns")


def _read_table(form: Form, heads: Row, rows: range, ledger: Ledger) -> int:
    """The rows below the headings; returns the first row after them."""
    sheet = form.sheet
    for number in rows:
        cells = sheet.row(number)
        is_wide = len(cells) == 1 and cells[0].row == number
        if not cells or is_wide or len(_heads(sheet, number)[0]) >= LEAST_COLUMNS:
            return number
        row = {n: c for n, h in heads.items() if (c := under(sheet, h, number)) is not None}
        if form.kind == "execution_and_rules":
            _take_rule(form, row, number, ledger)
        elif "output_targets" in heads:
            _take_plan(form, row)
        else:
            form.indicators.append(row)
    return rows.stop


def _take_rule(form: Form, row: Row, number: int, ledger: Ledger) -> None:
    """A rule with its boxes; in the first row also the money and how far it is on plan."""
    rule: Row = {}
    for key, cell in row.items():
        group, _, choice = key.partition(".")
        if group in ("rule", "number", "relevance", "effectiveness"):
            rule[key] = cell
        elif cell.row != number:
            continue
        elif group == "computed":
            ledger.leave(cell, "computed", "aside")
        elif group in ("funds", "planned"):
            # In English what was planned has one name for money and for outputs.
            form.pairs.setdefault(f"funds.{choice or group}", []).append(cell)
        else:
            form.texts.setdefault(key, []).append(cell)
    form.rules.append(rule)


def _take_plan(form: Form, row: Row) -> None:
    """A part of the project, or the whole, with its budget, its targets and its steps."""
    for key in ("output_targets", "outcome_targets", "planned", "sub_project", "funds.budget"):
        if key in row:
            form.texts.setdefault(key, []).append(row[key])
