"""From a workbook to drafts of params files (填报表导入): all that is done before writing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit import framework
from evalkit.files import Unreadable
from evalkit.intake.dates import year_in
from evalkit.intake.figures import clean
from evalkit.intake.fitting import fitting
from evalkit.intake.form import Form
from evalkit.intake.layout import forms_on
from evalkit.intake.ledger import Ledger, Remark
from evalkit.intake.project import Draft, draft_of, frameworks_for, projects_in
from evalkit.intake.sheets import Cell, Sheet
from evalkit.intake.workbook import read_workbook
from evalkit.model import Framework

NAMELESS = "project"  # the id where the file's name has no letter or digit for one
LONGEST_ID = 56

Find = Callable[[str], Framework]


@dataclass(frozen=True)
class Carried:
    """What became of one file: its projects, the list, and how many cells were read and not."""

    path: Path
    drafts: list[Draft]
    remarks: list[Remark]
    read: int
    unread: int


def carry(
    path: Path, id: str, frameworks: list[str], find: Find, local: Sequence[str] = ()
) -> Carried:
    """The projects of a workbook and the list of what could not be read.

    ``id`` and ``frameworks`` may be empty: then the file's name and the form itself decide, which
    may be of evalkit's frameworks or of the ``local`` ones. ``find`` gives the framework of an id.
    Raises ``Unreadable`` for a file without any form.
    """
    sheets, file_format = read_workbook(path)
    ledger = Ledger()
    known = [find(name) for name in frameworks or (*framework.known(), *local)]
    forms, plain = _forms(sheets, known, ledger)
    if not forms and any(remark.code == "no_framework" for remark in ledger.listed.values()):
        raise Unreadable("no_framework", sheets=", ".join(clean(sheet.name) for sheet in sheets))
    if not forms:
        raise Unreadable("no_form", sheets=", ".join(clean(sheet.name) for sheet in sheets))
    projects = projects_in(forms)
    own = id or id_from(path.stem)
    if not id:
        ledger.note("assumed", "id_of_name", key="id", id=own)
    if file_format == "xls":
        ledger.note("assumed", "old_format")
    drafts = []
    for number, mine in enumerate(projects, start=1):
        named = own if len(projects) == 1 else f"{own}-{number}"
        ledger.scope = f"{named}: " if len(projects) > 1 else ""
        chosen = [find(name) for name in frameworks or frameworks_for(mine)]
        drafts.append(draft_of(mine, named, chosen, ledger, year_in(path.stem)))
    read, unread = ledger.close(sheet for sheet in sheets if sheet not in plain)
    unread += sum(len(sheet.cells) for sheet in plain)
    return Carried(path, drafts, ledger.in_order(), read, unread)


def _forms(
    sheets: list[Sheet], known: list[Framework], ledger: Ledger
) -> tuple[list[Form], list[Sheet]]:
    """The forms of a workbook, and the sheets with something on them that are none."""
    forms: list[Form] = []
    plain: list[Sheet] = []
    for sheet in sheets:
        if not sheet.cells:
            continue
        found = [form for form in forms_on(sheet, ledger) if _is_known(form, known, ledger)]
        if not found:
            plain.append(sheet)
            first = min(sheet, key=lambda cell: (cell.row, cell.column))
            ledger.note("left", "no_form_here", first, cells=len(sheet.cells))
            continue
        forms += found
        if sheet.is_hidden:
            ledger.note("assumed", "hidden_sheet", next(iter(sheet)))
        for cell, count in _hidden(sheet):
            ledger.note("assumed", "hidden_cells", cell, cells=count)
    return forms, plain


def _is_known(form: Form, known: list[Framework], ledger: Ledger) -> bool:
    """Tell the framework of a score sheet; one of none is read only as far as it has values."""
    told = next((each for each in known if form.layout and form.layout in each.name), None)
    form.framework = told.id if told else ""
    if form.is_tracking:
        return True
    found = fitting(form, [told] if told else known)
    if found is not None:
        form.framework, form.kind = found.id, "score_sheet"
    elif form.kind == "score_sheet" or not {"target", "actual"} & set(form.columns):
        if not form.indicators:
            return True
        cell = next(iter(form.indicators[0].values()))
        ledger.note("missing", "no_framework", cell, key="framework")
        is_form = bool({"target", "actual"} & set(form.columns))
        form.kind = "self_evaluation"
        if not is_form:
            ledger.forget(form.sheet)
        return is_form
    return True


def _hidden(sheet: Sheet) -> Iterator[tuple[Cell, int]]:
    """The first of the cells in hidden rows and columns, and how many there are."""
    hidden = sorted((c for c in sheet if c.is_hidden), key=lambda cell: (cell.row, cell.column))
    if hidden:
        yield hidden[0], len(hidden)


def id_from(stem: str) -> str:
    """An id out of a file's name: its letters and digits; a fixed word where it has none.

    >>> id_from("自评表 Roads_2022 (final)"), id_from("项目自评表")
    ('Roads_2022-final', 'project')
    """
    found = re.sub(r"[^A-Za-z0-9_]+", "-", stem).strip("-_")[:LONGEST_ID].strip("-_")
    return found if re.search("[A-Za-z]", found) else "-".join(filter(None, (NAMELESS, found)))
