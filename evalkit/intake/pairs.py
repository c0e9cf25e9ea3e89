"""Labels with their values (标签与内容): who and when, persons who are left out, and notes."""

from __future__ import annotations

import re
from dataclasses import replace

from evalkit.intake.dates import year_in
from evalkit.intake.form import FIGURES, Form, is_used, unit_in
from evalkit.intake.labels import fold, is_label, labels, which
from evalkit.intake.ledger import Ledger
from evalkit.intake.own import layout_in, stated_in
from evalkit.intake.sheets import Cell

#: What stands before a further label in the same cell.
BETWEEN = re.compile(r"[\s;,\uff1b\uff0c]+(?=[^\s:;\uff1a\uff1b]{1,15}[:\uff1a])")
LONGEST_PAIR = 1_000  # characters of a cell that may hold a label and its value


def read_pairs(form: Form, rows: range, ledger: Ledger) -> None:
    """Labels with their value to the right, or behind a colon in the same cell."""
    for number in rows:
        cells = [cell for cell in form.sheet.row(number) if cell.row == number]
        label = ""
        for cell in cells:
            if is_used(cell, ledger):
                label = ""
                continue
            name, value = labelled(cell)
            if value:
                for each, text in _several(cell) or [(name, value)]:
                    _take(form, each, replace(cell, text=text), cell, ledger)
                label = ""
            elif name:
                ledger.use(cell)
                label = name
            elif label:
                _take(form, label, cell, cell, ledger)
                label = label if label == "personal" else ""


def _several(cell: Cell) -> list[tuple[str, str]]:
    """The labels with their values where a cell holds more than one; persons come last."""
    pieces = BETWEEN.split(cell.text)
    found = [labelled(replace(cell, text=piece)) for piece in pieces]
    told = [(name, value) for name, value in found if name and value]
    return sorted(told, key=lambda each: each[0] == "personal") if len(pieces) > 1 else []


def labelled(cell: Cell) -> tuple[str, str]:
    """The label that a cell is or begins with, and the value behind its colon."""
    if len(cell.text) > LONGEST_PAIR:
        return "", ""
    before, _, after = cell.text.translate({0xFF1A: ":"}).partition(":")
    behind = re.sub(labels()["unit_sentence"], "", after.strip(), flags=re.DOTALL)
    for text, value in ((cell.text, ""), (before, behind)) if after else ((cell.text, ""),):
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
        ledger.note("aside", "personal", cell)
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


def read_notes(form: Form, rows: range, ledger: Ledger) -> None:
    """What the form prints about itself: notes and how to fill it in, also on further lines."""
    is_note = False
    for number in rows:
        for cell in form.sheet.row(number):
            if cell.row != number or is_used(cell, ledger):
                continue
            if stated := stated_in(cell.text):
                form.stated |= {name: (value, cell) for name, value in stated.items()}
                ledger.use(cell)
                continue
            form.layout = form.layout or layout_in(cell.text)
            is_note = (
                is_note
                or is_label(cell.text, "notes")
                or is_label(fold(cell.text).partition(":")[0], "notes")
            )
            if is_note and cell.kind == "text":
                ledger.leave(cell, "note", "aside")
