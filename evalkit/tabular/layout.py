"""What each column of a table is (列的识别): by its key, or by the name that evalkit has for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from evalkit.columns import COLUMNS
from evalkit.errors import Fault
from evalkit.fields import LANGUAGES, description
from evalkit.intake.labels import LONGEST_LABEL, fold
from evalkit.schema import Bilingual, Params
from evalkit.sentences import languages
from evalkit.source import unknown_name
from evalkit.tabular.parts import CODE, PROJECT, PROJECTS, Column, Part, parts
from evalkit.tabular.table import MOST_ABOVE, Line, Table, is_empty, text_of
from evalkit.terms import Terms

#: What ends the name of a field in its description.
NAME = re.compile("[,;(\uff0c\uff1b\uff08]")
#: The table of which a single file may be: one row a budget line.
ITEMS = "budget.lines"


@dataclass(frozen=True)
class Layout:
    """A table with the place of its columns: those of its rows, and those of their projects.

    ``own`` and ``shared`` pair the number of a column, from 0, with what it holds; ``project``,
    ``link`` and ``code`` are those that name the project, the entry above and the key of a mapping.
    """

    table: Table
    part: Part
    project: int
    own: tuple[tuple[int, Column], ...] = ()
    shared: tuple[tuple[int, Column], ...] = ()
    link: int = -1
    code: int = -1
    places: Mapping[tuple[bool, str], int] = field(default_factory=dict)

    def column(self, steps: Sequence[str], is_shared: bool) -> int:
        """The column, from 0, of the value at a key, or of what would have held it."""
        for length in range(len(steps), 0, -1):
            key = ".".join(steps[:length])
            for each in (key, *(f"{key}.{lang}" for lang in LANGUAGES)):
                if (is_shared, each) in self.places:
                    return self.places[is_shared, each]
        if self.code >= 0 and not steps:
            return self.places.get((False, self.part.value), self.code)
        return self.places.get((is_shared, "id"), self.project)

    def heading(self, column: int) -> str:
        """The heading of a column, from 0; empty where it has none."""
        return self.table.headings[column] if column < len(self.table.headings) else ""

    def fault(self, code: str, line: int, column: int, found: str = "", **values: str) -> Fault:
        """A fault of a cell, with the heading of its column; ``column`` counts from 0."""
        about = {"heading": self.heading(column), **values}
        return Fault(self.table.file, line, column + 1, code, "", found, about)


def part_named(title: str) -> Part | None:
    """The part that a file or sheet of this name holds.

    >>> [part_named(each).name for each in ("lines", "budget.lines", "预算内容", "Projects")]
    ['budget.lines', 'budget.lines', 'budget.lines', 'projects']
    """
    return parts().get(_titles().get(_plain(title), ""))


def is_project(heading: str) -> bool:
    """Whether this is the heading of the column that names the project."""
    return _plain(heading) in _project_names()


def heading_row(lines: Sequence[Line]) -> int:
    """Which of the first rows holds the headings; the first one where none names the project."""
    for number, (_, cells) in enumerate(lines[:MOST_ABOVE]):
        if any(is_project(text_of(cell)) for cell in cells if isinstance(cell, str)):
            return number
    return 0


def laid_out(table: Table, part: Part, is_single: bool) -> tuple[Layout | None, list[Fault]]:
    """What the columns of a table are; and faults of its headings.

    A single table holds the projects and their budget lines in one. None where no column names the
    project.
    """
    finder = Finder(part, is_single)
    at: dict[tuple[bool, str], int] = {}
    own: list[tuple[int, Column]] = []
    shared: list[tuple[int, Column]] = []
    places: dict[tuple[bool, str], int] = {}
    faults: list[Fault] = []
    bare = Layout(table, part, 0)
    for number, heading in enumerate(table.headings):
        if not heading:
            faults += _without_heading(bare, number)
            continue
        name, column, is_shared = finder.find(heading)
        if not name:
            known = [each for each in finder.known if not each.endswith((".zh", ".en"))]
            values = unknown_name(heading, known)
            faults.append(bare.fault("unknown_column", table.head, number, heading, **values))
            continue
        if (is_shared, name) in at:
            first = table.headings[at[is_shared, name]]
            faults.append(bare.fault("column_twice", table.head, number, heading, first=first))
            continue
        at[is_shared, name] = number
        if column is not None:
            (shared if is_shared else own).append((number, column))
            places[is_shared, column.key] = number
    project = at.get((False, PROJECT), -1)
    if project < 0:  # of what is no such table at all, no column is worth a word
        told = faults if own or shared else []
        return None, [Fault(table.file, table.head, 1, "no_project_column"), *told]
    places[True, "id"] = project
    link, code = at.get((False, part.link), -1), at.get((False, CODE), -1)
    made = Layout(table, part, project, tuple(own), tuple(shared), link, code, places)
    return made, [*faults, *_missing(made, is_single)]


def _without_heading(layout: Layout, column: int) -> Iterator[Fault]:
    """The first cell that holds something below an empty heading."""
    for line, cells in layout.table.lines:
        if column < len(cells) and not is_empty(cells[column]):
            yield layout.fault("cell_without_heading", line, column, text_of(cells[column])[:80])
            return


def _missing(layout: Layout, is_single: bool) -> Iterator[Fault]:
    """Columns that every row needs and that are not there; told once, at the headings."""
    part, wanted = layout.part, []
    if part.link and layout.link < 0:
        wanted.append(part.link)
    if part.is_mapping and layout.code < 0:
        wanted.append(CODE)
    for is_shared, each in _sides(part, is_single):
        for key in each.required if is_shared or layout.own or not is_single else ():
            names = (key, *(f"{key}.{lang}" for lang in LANGUAGES))
            if not any((is_shared, name) in layout.places for name in names):
                wanted.append(key)
    for key in wanted:
        yield layout.fault("missing_column", layout.table.head, layout.project, key=key)


def _sides(part: Part, is_single: bool) -> list[tuple[bool, Part]]:
    """The parts that a table holds columns of, and whether these speak of the project."""
    if part.name == PROJECTS:
        return [(True, part)]
    return [(False, part), *([(True, parts()[PROJECTS])] if is_single else [])]


class Finder:
    """Finds what a heading means in a table of one part."""

    def __init__(self, part: Part, is_single: bool) -> None:
        self._sides = _sides(part, is_single)
        self._special = dict.fromkeys(_project_names(), PROJECT)
        links = [part.link] * bool(part.link) + [CODE] * part.is_mapping
        self._special |= {_plain(name): name for name in links}
        if part.name == PROJECTS:
            self._special["id"] = PROJECT
        self.known = [PROJECT, *links, *(key for _, each in self._sides for key in each.columns)]

    def find(self, heading: str) -> tuple[str, Column | None, bool]:
        """The key of a heading, its column, and whether it speaks of the project; else ``""``.

        A key goes before a term and a term before a description; what means two things is nothing.
        """
        plain = _plain(heading)
        if plain in self._special:
            return self._special[plain], None, False
        for layer in range(3):
            found = [
                (key, each.columns[key], is_shared)
                for is_shared, each in self._sides
                for key in _names(each.name)[layer].get(plain, ())
            ]
            if len(found) == 1:
                return found[0]
            if found:
                break
        return "", None, False


@cache
def _names(name: str) -> tuple[dict[str, list[str]], ...]:
    """What the columns of a part may be called: by key, by term, by description."""
    part = parts()[name]
    layers: tuple[dict[str, list[str]], ...] = ({}, {}, {})
    frames = [(frame, keys) for frame, (where, keys) in COLUMNS.items() if where == _where(part)]
    for key, column in part.columns.items():
        base = key.removesuffix(f".{column.lang}") if column.lang else key
        called: list[list[str]] = [[key, f"{part.name}.{key}", f"{part.name.split('.')[-1]}.{key}"]]
        called.append([
            f"{Terms(lang).term(f'{frame}.{own}')}{suffix}"
            for frame, keys in frames for own, each in keys.items() if each == base
            for lang in languages() for suffix in _suffixes(column.lang)
        ])  # fmt: skip
        called.append([
            f"{NAME.split(description(column.model, column.name, lang))[0]}{suffix}"
            for lang in languages() for suffix in _suffixes(column.lang)
        ])  # fmt: skip
        for layer, words in zip(layers, called, strict=True):
            for word in dict.fromkeys(map(_plain, words)):
                layer.setdefault(word, []).append(key)
    return layers


def _suffixes(lang: str) -> list[str]:
    """What follows a name in the heading of a text in one language."""
    told = (NAME.split(description(Bilingual, lang, each))[0] for each in languages() if lang)
    return [f".{lang}", *(f"({word})" for word in told)] if lang else [""]


def _where(part: Part) -> str:
    return "" if part.name == PROJECTS else part.name


@cache
def _titles() -> dict[str, str]:
    """The name of each part by what a file or sheet may be called."""
    found: dict[str, str] = {}
    for frame, (where, _) in COLUMNS.items():
        name = where or PROJECTS
        for word in (name, frame, *(Terms(lang).choices("frames")[frame] for lang in languages())):
            found[_plain(word)] = name
    for name in parts():
        found.setdefault(_plain(name.rpartition(".")[2]), name)
    return found


@cache
def _project_names() -> frozenset[str]:
    told = (NAME.split(description(Params, "id", lang))[0] for lang in languages())
    return frozenset(map(_plain, (PROJECT, *told)))


def _plain(text: str) -> str:
    """A name as it is compared: full-width signs, case and spaces make no difference."""
    return fold(text[:LONGEST_LABEL]).lower().replace(" ", "_")
