"""The file that says who gets which report (收件人名单): YAML or CSV, its mistakes all at once.

YAML has a project's id, and below it ``to`` and ``cc``; or the addresses alone. A table has a row a
person: ``project_id``, ``kind`` (to or cc), ``name``, ``address``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from evalkit.errors import Fault, ParamsFaults
from evalkit.mail.addresses import MOST, BadAddress, Lists, Person, once, people_in, person
from evalkit.sentences import languages
from evalkit.tabular.csv_file import read_csv
from evalkit.tabular.layout import is_project
from evalkit.tabular.table import Table, hidden, text_of
from evalkit.textfile import read_text
from evalkit.words import Words
from evalkit.yamltree import Tree, read_yaml

TO, CC = "to", "cc"
COLUMNS = ("kind", "name", "address")


@dataclass
class People:
    """Who gets the report of a project."""

    to: list[Person] = field(default_factory=list)
    cc: list[Person] = field(default_factory=list)


def read_recipients(path: Path, projects: Iterable[str]) -> dict[str, Lists]:
    """Who each of these projects goes to: ``to`` and ``cc``, each address once.

    Raises ``ParamsFaults`` with all mistakes of the file, and for a project that goes to nobody.
    """
    is_table = path.suffix.lower() == ".csv"
    found, faults = _from_table(read_csv(path)) if is_table else _from_yaml(path)
    blamed = {fault.path.partition(".")[0] for fault in faults}
    for project in projects if found or not faults else ():
        mine = found.get(project)
        if (mine is None or not mine.to) and project not in blamed:
            near = get_close_matches(project, sorted(set(found) - {project}), 1)
            told = {"near": near[0] if near and mine is None else ""}
            faults.append(Fault(str(path), 0, 0, "recipients_missing", "", project, told))
    lists = {project: once(each.to, each.cc) for project, each in found.items()}
    for project, (to, cc) in lists.items():
        if len(to) + len(cc) > MOST:
            values = {"count": str(len(to) + len(cc)), "most": str(MOST)}
            faults.append(Fault(str(path), 0, 0, "recipients_many", project, "", values))
    if faults:
        raise ParamsFaults(faults)
    return lists


def people_of(texts: Sequence[str], option: str) -> tuple[list[Person], list[Fault]]:
    """The people of an option of the command line, and what is wrong with it."""
    people: list[Person] = []
    faults = []
    for text in texts:
        try:
            people += people_in(text)
        except BadAddress as error:
            faults.append(Fault(option, 0, 0, error.code, "", error.found))
    return people, faults


# --- YAML ----------------------------------------------------------------------------------


def _from_yaml(path: Path) -> tuple[dict[str, People], list[Fault]]:
    tree, faults = read_yaml(read_text(path), str(path))
    found: dict[str, People] = {}
    if not isinstance(tree.value, Mapping):
        faults.append(_at(path, tree, (), "not_a_mapping"))
        return found, faults
    for project, value in tree.value.items():
        mine = found.setdefault(str(project), People())
        if not isinstance(value, Mapping):
            faults += _take(path, tree, (project,), value, mine.to)
            continue
        for key, each in value.items():
            if key in (TO, CC):
                faults += _take(path, tree, (project, key), each, getattr(mine, key))
            else:
                values = {"known": f"{TO}, {CC}"}
                faults.append(_at(path, tree, (project, key), "unknown_key", str(key), **values))
    return found, faults


def _take(
    path: Path, tree: Tree, at: tuple[Any, ...], value: Any, people: list[Person]
) -> Iterator[Fault]:
    """Add the people of a text or a list of texts; what is none of these is a mistake."""
    entries = [(at, value)]
    if isinstance(value, list):
        entries = [((*at, number), each) for number, each in enumerate(value)]
    for where, each in entries:
        if not isinstance(each, str):
            yield _at(path, tree, where, "address_form", "" if each is None else str(each))
            continue
        try:
            people += people_in(each)
        except BadAddress as error:
            yield _at(path, tree, where, error.code, error.found)


def _at(
    path: Path, tree: Tree, where: tuple[Any, ...], code: str, found: str = "", **values: str
) -> Fault:
    mark = tree.keys[where] if code == "unknown_key" else tree.mark(where)
    return Fault(str(path), *mark, code, ".".join(map(str, where)), found, values)


# --- tables --------------------------------------------------------------------------------


def _from_table(table: Table) -> tuple[dict[str, People], list[Fault]]:
    faults = list(hidden(table))
    at = _columns(table)
    for key in ("project_id", "address"):
        if key not in at:
            faults.append(Fault(table.file, table.head, 1, "missing_column", "", "", {"key": key}))
    found: dict[str, People] = {}
    if faults:
        return found, faults
    for number, cells in table.lines:
        row = {key: text_of(cells[column]) for key, column in at.items() if column < len(cells)}
        project = row.get("project_id", "")
        if not project:
            faults.append(Fault(table.file, number, at["project_id"] + 1, "blank_project"))
            continue
        mine = found.setdefault(project, People())
        kind = _kind(row.get("kind", ""))
        if not kind:
            values = {"known": f"{TO}, {CC}"}
            place = (number, at["kind"] + 1)
            faults.append(Fault(table.file, *place, "not_a_choice", project, row["kind"], values))
            continue
        try:
            getattr(mine, kind).append(_named(row.get("name", ""), row.get("address", "")))
        except BadAddress as error:
            place = (number, at["address"] + 1)
            faults.append(Fault(table.file, *place, error.code, project, error.found))
    return found, faults


def _named(name: str, address: str) -> Person:
    """The person of a row: a name in a column of its own may hold any sign of a text."""
    if not address:
        raise BadAddress("address_empty", "")
    return person(f'"{name}" <{address}>' if name and "<" not in address else address)


def _columns(table: Table) -> dict[str, int]:
    """Where the columns stand, by what a heading is called in any language."""
    names = {name: key for key in COLUMNS for name in _called(f"column_{key}", key)}
    found: dict[str, int] = {}
    for column, heading in enumerate(table.headings):
        key = "project_id" if is_project(heading) else names.get(heading.strip().casefold(), "")
        if key:
            found.setdefault(key, column)
    return found


def _kind(text: str) -> str:
    """``to`` or ``cc``, as it is called in any language; ``to`` where nothing is said."""
    if not text:
        return TO
    return next((k for k in (TO, CC) if text.casefold() in _called(f"kind_{k}", k)), "")


def _called(variant: str, key: str) -> set[str]:
    """What a column or a kind is called in any language, and its key."""
    told = {Words(lang).plain("mail", variant, {}) for lang in languages()}
    return {key, *(each.casefold() for names in told for each in names.split(" / "))}
