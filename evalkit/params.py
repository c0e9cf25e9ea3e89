"""Params files in (参数文件): YAML, tables and prose become typed frames, or all mistakes are told.

A file becomes a tree, and so does each project of a table; the tree is checked by the schema and by
its own references, and the checked values become rows. Personal numbers are masked before anything
else sees a text. Nothing is returned unless every file is right.
"""

from __future__ import annotations

import glob
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from evalkit.columns import Row, decimals_of, rows_of
from evalkit.errors import Fault, ParamsFaults
from evalkit.framework import known
from evalkit.model import Framework, Inputs, Text, inputs_of
from evalkit.privacy import mask, mask_tree
from evalkit.prose import FILLS, Sections, by_heading, read_prose
from evalkit.recall import Call, directly
from evalkit.references import frameworks_of, grade_ids, reference_faults
from evalkit.schema import Params
from evalkit.shapes import MOST_FAULTS, shaped
from evalkit.source import Source
from evalkit.tabular.opening import beside, is_table
from evalkit.tabular.portfolio import portfolio
from evalkit.textfile import read_text
from evalkit.values import ID
from evalkit.yamltree import LOADER, Tree, read_yaml

NO_ID = "-"  # which no project can be called


@dataclass(frozen=True)
class ParamsFile:
    """One file without mistakes: its values, where they stand, its prose and what was masked."""

    path: Path
    home: Path  # the path of a YAML file; of a project in a table, where its own one would lie
    params: Params
    tree: Tree
    prose: Sections
    masked: tuple[tuple[str, str], ...]  # kind and place (``file:line``) of each number
    frameworks: tuple[Framework, ...]  # those that it names, the main one first


def load(paths: Iterable[Path | str], only: Collection[str] | None = None) -> Inputs:
    """The inputs of all projects in these params files and tables, and the prose files beside them.

    ``only`` names the projects that are wanted, where not all are. Amounts are whole fen; rates,
    quantities and unit costs are fractions; ``places`` gives ``file:line`` with the name of the
    file alone. Raises ``ParamsFaults`` with the faults of all files; then nothing was loaded.
    """
    faults: list[Fault] = []
    return gathered(_files(map(Path, paths), only, faults), faults)


def gathered(
    files: Iterable[ParamsFile], faults: list[Fault] | None = None, call: Call = directly
) -> Inputs:
    """The inputs of the projects in these files.

    ``faults`` grow while the files are read; ``call`` is that of ``inputs_of``. Raises
    ``ParamsFaults`` with those, and with what is wrong among files that are right by themselves.
    """
    faults = [] if faults is None else faults
    seen = _Seen()
    rows: dict[str, list[Row]] = {}
    places: dict[tuple[str, str, str, str], str] = {}
    decimals: dict[tuple[str, str], int] = {}
    for file in files:
        faults += seen.twice(file)
        for frame, row, found in () if faults else _rows(file):
            rows.setdefault(frame, []).append(row)
            key = (frame, row["project_id"], row.get("item", ""))
            places.update({(*key, column): place for column, place in found.items()})
        decimals |= {(file.params.id, frame): n for frame, n in decimals_of(file.params).items()}
    if faults:
        raise ParamsFaults(faults)
    mine = {id: each for id, (each, _) in seen.frameworks.items() if id not in known()}
    return inputs_of(rows, places, mine, decimals, call)


def project_ids(path: Path) -> list[str]:
    """The ids of the projects that a file holds, found without reading more of it than that takes.

    A file without a readable id gives its own name: what is wrong with it is told when it is
    loaded.
    """
    if is_table(path):
        return list(portfolio(path).rows) or [path.stem]
    return [_id_of(path) or path.stem]


def made_from(path: Path, project_id: str) -> dict[str, str]:
    """The digest of all that a project is read from, by the names of the files.

    Of a table only the rows of the project count: others may change without it.
    """
    if is_table(path):
        found, folder, stem = portfolio(path).digests(project_id), beside(path), project_id
    else:
        found, folder, stem = {path.name: _digest(path)}, path.parent, path.stem
    prose = sorted(folder.glob(f"{glob.escape(stem)}.??.md"))
    return found | {each.name: _digest(each) for each in prose}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _id_of(path: Path) -> str:
    """The id in a YAML file, by its events alone; empty where none can be read."""
    with suppress(ParamsFaults, yaml.YAMLError):
        depth, key = 0, ""
        for event in yaml.parse(read_text(path), Loader=LOADER):
            if isinstance(event, yaml.ScalarEvent) and depth == 1:
                if key == "id":
                    return str(event.value).strip()
                key = "" if key else event.value
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                depth += 1
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                depth -= 1
                key = "" if depth == 1 else key
    return ""


def _files(
    paths: Iterable[Path], only: Collection[str] | None, faults: list[Fault]
) -> Iterator[ParamsFile]:
    """The projects of these files that are right; what is wrong with the others becomes faults."""
    for path in paths:
        try:
            if is_table(path):
                yield from load_tables(path, only)
            elif only is None or _is_wanted(path, only):
                yield load_params(path)
        except ParamsFaults as error:
            faults += error.faults


def _is_wanted(path: Path, only: Collection[str]) -> bool:
    """Whether a file holds one of these projects; also where its id cannot be read."""
    found = _id_of(path)
    return not found or found in only


def load_params(path: Path) -> ParamsFile:
    """One params file and its prose. Raises ``ParamsFaults`` with all faults of these files."""
    try:
        tree, faults = read_yaml(read_text(path), str(path))
        return _checked(path, path, tree, faults)
    except ParamsFaults as error:
        raise ParamsFaults(_told(error.faults, path)) from None


def load_tables(path: Path, only: Collection[str] | None = None) -> Iterator[ParamsFile]:
    """Each project of a table, a workbook or a folder of tables; of those in ``only`` if given.

    Raises ``ParamsFaults`` with all faults behind the last project that is right.
    """
    source = portfolio(path)
    faults = list(source.faults)
    for project_id in source.rows if source.is_whole else ():
        if len(faults) > MOST_FAULTS:
            break
        if only is not None and project_id not in only:
            continue
        tree, wrong = source.tree(project_id)
        try:
            # Prose and frameworks lie beside the tables, the prose by the id of its project; what
            # is no id is told, and leads to no file.
            name = project_id if re.fullmatch(ID, project_id) else NO_ID
            yield _checked(path, source.beside / f"{name}.yaml", tree, wrong)
        except ParamsFaults as error:
            faults += error.faults
    if faults:
        raise ParamsFaults(_told(faults, path))


def _checked(path: Path, home: Path, tree: Tree, faults: list[Fault]) -> ParamsFile:
    """One project out of its tree and its prose; ``home`` names the prose that is its own.

    Raises ``ParamsFaults`` with the faults that were found before, and all that are found here.
    """
    value, masked = mask_tree(tree, path.name)
    tree = replace(tree, value=value)
    source = Source(str(home), tree)
    params, wrong = shaped(Params, source)
    prose, wrong_prose = read_prose(home, source)
    faults = [
        *faults, *wrong, *islice(reference_faults(source), MOST_FAULTS), *wrong_prose
    ]  # fmt: skip
    if faults or params is None:
        raise ParamsFaults(faults)
    for section in prose.values():
        masked += [(kind, section.place) for kind in section.masked]
    named = tuple(frameworks_of(source)[0])
    return ParamsFile(path, home, params, tree, prose, tuple(masked), named)


def changed(file: ParamsFile, value: Any) -> ParamsFile:
    """The same file with other values, checked as if they had been read from it.

    Raises ``ParamsFaults`` with all faults; the places are those of the file.
    """
    try:
        return _checked(file.path, file.home, replace(file.tree, value=value), [])
    except ParamsFaults as error:
        raise ParamsFaults(_told(error.faults, file.path)) from None


def _told(faults: Iterable[Fault], path: Path) -> list[Fault]:
    """Faults in the order of the files, without personal numbers, and not without end."""
    ordered = sorted(faults, key=lambda fault: (fault.file != str(path), fault))
    first = {(f.file, f.line, f.column): f for f in reversed(ordered) if f.code in STRUCTURAL}
    kept = [f for f in ordered if first.get((f.file, f.line, f.column), f) is f]
    told = [_masked(fault) for fault in kept[:MOST_FAULTS]]
    return [*told, Fault(str(path), 0, 0, "and_more")] if len(kept) > len(told) else told


def _masked(fault: Fault) -> Fault:
    values = {name: mask(value)[0] for name, value in fault.values.items()}
    return replace(fault, path=mask(fault.path)[0], found=mask(fault.found)[0], values=values)


#: What is said of a place only once: the same slip would be told again in other words.
STRUCTURAL = ("alias", "anchor", "tag", "merge", "duplicate_key", "not_a_key", "unseen",
              "error_in_cell", "formula_without_value", "scaled_number",
              "nested_value")  # fmt: skip


@dataclass
class _Seen:
    """The projects and frameworks of the files so far, with the file of each."""

    projects: dict[str, Path] = field(default_factory=dict)
    frameworks: dict[str, tuple[Framework, Path]] = field(default_factory=dict)

    def twice(self, file: ParamsFile) -> Iterator[Fault]:
        """A project that another file holds, and a framework of an id that another folder has."""
        source = Source(str(file.path), file.tree)
        mine = file.params.id
        if mine in self.projects:
            yield source.fault("duplicate_project", ("id",), mine, first=self.projects[mine])
        self.projects.setdefault(mine, file.path)
        folder = beside(file.path)
        for each in file.frameworks:
            _, first = self.frameworks.setdefault(each.id, (each, file.path))
            if each.id not in known() and beside(first) != folder:
                code = "framework_of_two_folders"
                yield source.fault(code, ("framework",), each.id, first=first)


def _rows(file: ParamsFile) -> Iterator[tuple[str, Row, dict[str, str]]]:
    """Each row of a file with the place of each of its values."""
    mine, prose = file.params.id, by_heading(file.prose)
    grades = grade_ids(file.frameworks)
    judged = {*file.params.judgements, *(output.id for output in file.params.outputs)}
    for frame, row, paths in rows_of(file.params):
        places = {c: file.tree.place(p, file.path.name) for c, p in paths.items()}
        if frame == "judgements":
            row |= {c: grades[row[c]] for c in ("grade", "stated_grade") if c in row}
        if frame == "projects" and "stated_grade" in row:
            row["stated_grade"] = grade_ids(file.frameworks[:1])[row["stated_grade"]]
        _fill(frame, row, places, prose)
        yield frame, row, places
    for heading, (text, place) in prose.items():
        word, _, item = heading.partition(" ")
        if "judgements" in FILLS.get(word, {}) and item not in judged:
            judged.add(item)
            row, places = {"project_id": mine, "item": item}, {}
            _fill("judgements", row, places, prose)
            yield "judgements", row, places
        row = {"project_id": mine, "item": heading, "zh": text.zh, "en": text.en}
        yield "prose", row, {"zh": place, "en": place}
    for n, (kind, place) in enumerate(file.masked, start=1):
        yield "masked", {"project_id": mine, "item": str(n), "kind": kind, "where": place}, {}


def _fill(frame: str, row: Row, places: dict[str, str], prose: dict[str, tuple[Text, str]]) -> None:
    """Put in the prose that speaks of this row where the params file has no text."""
    for word, columns in FILLS.items():
        column, heading = columns.get(frame, ""), f"{word} {row.get('item')}"
        if column and heading in prose and column not in row:
            row[column], places[column] = prose[heading]
