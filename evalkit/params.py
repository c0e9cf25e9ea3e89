"""Params files in (参数文件): YAML and prose become typed frames, or all their mistakes are told.

A file becomes a tree, the tree is checked by the schema and by its own references, and the checked
values become rows. Personal numbers are masked before anything else sees a text. Nothing is
returned unless every file is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import yaml

from evalkit.columns import Row, decimals_of, rows_of
from evalkit.errors import Fault, ParamsFaults
from evalkit.framework import known
from evalkit.model import Framework, Inputs, Text, inputs_of
from evalkit.privacy import mask, mask_tree
from evalkit.prose import FILLS, Sections, by_heading, read_prose
from evalkit.references import frameworks_of, grade_ids, reference_faults
from evalkit.schema import Params
from evalkit.shapes import MOST_FAULTS, shaped
from evalkit.source import Source
from evalkit.textfile import read_text
from evalkit.yamltree import Tree, read_yaml


@dataclass(frozen=True)
class ParamsFile:
    """One file without mistakes: its values, where they stand, its prose and what was masked."""

    path: Path
    params: Params
    tree: Tree
    prose: Sections
    masked: tuple[tuple[str, str], ...]  # kind and place (``file:line``) of each number
    frameworks: tuple[Framework, ...]  # those that it names, the main one first


def load(paths: Iterable[Path | str]) -> Inputs:
    """The inputs of all projects in these params files and the prose files beside them.

    Amounts are whole fen; rates, quantities and unit costs are fractions; ``places`` gives
    ``file:line`` with the name of the file alone. Raises ``ParamsFaults`` with the faults of all
    files; then nothing was loaded.
    """
    files: list[ParamsFile] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            files.append(load_params(Path(path)))
        except ParamsFaults as error:
            faults += error.faults
    faults += [*_same_project(files), *_same_framework(files)]
    if faults:
        raise ParamsFaults(faults)
    rows: dict[str, list[Row]] = {}
    places: dict[tuple[str, str, str, str], str] = {}
    for file in files:
        for frame, row, found in _rows(file):
            rows.setdefault(frame, []).append(row)
            key = (frame, row["project_id"], row.get("item", ""))
            places |= {(*key, column): place for column, place in found.items()}
    mine = {each.id: each for file in files for each in file.frameworks}
    local = {id: mine[id] for id in mine if id not in known()}
    decimals = {
        (file.params.id, frame): number
        for file in files for frame, number in decimals_of(file.params).items()
    }  # fmt: skip
    return inputs_of(rows, places, local, decimals)


def project_ids(path: Path) -> list[str]:
    """The ids of the projects that a file holds, found without reading more of it than that takes.

    A file without a readable id gives its own name: what is wrong with it is told when it is
    loaded.
    """
    with suppress(ParamsFaults, yaml.YAMLError):
        depth, key = 0, ""
        for event in yaml.parse(read_text(path), Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.ScalarEvent) and depth == 1:
                if key == "id":
                    return [event.value]
                key = "" if key else event.value
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                depth += 1
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                depth -= 1
                key = "" if depth == 1 else key
    return [path.stem]


def load_params(path: Path) -> ParamsFile:
    """One params file and its prose. Raises ``ParamsFaults`` with all faults of these files."""
    faults: list[Fault] = []
    try:
        tree, faults = read_yaml(read_text(path), str(path))
        value, masked = mask_tree(tree, path.name)
        tree = replace(tree, value=value)
        source = Source(str(path), tree)
        params, wrong = shaped(Params, source)
        prose, wrong_prose = read_prose(path, source)
        faults += [*wrong, *islice(reference_faults(source), MOST_FAULTS), *wrong_prose]
    except ParamsFaults as error:
        raise ParamsFaults(_told(error.faults, path)) from None
    if faults or params is None:
        raise ParamsFaults(_told(faults, path))
    for section in prose.values():
        masked += [(kind, section.place) for kind in section.masked]
    return ParamsFile(path, params, tree, prose, tuple(masked), tuple(frameworks_of(source)[0]))


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
STRUCTURAL = ("alias", "anchor", "tag", "merge", "duplicate_key", "not_a_key", "unseen")


def _same_project(files: list[ParamsFile]) -> Iterator[Fault]:
    """Two files that hold the same project."""
    first: dict[str, ParamsFile] = {}
    for file in files:
        mine = file.params.id
        if mine in first:
            source = Source(str(file.path), file.tree)
            yield source.fault("duplicate_project", ("id",), mine, first=first[mine].path)
        first.setdefault(mine, file)


def _same_framework(files: list[ParamsFile]) -> Iterator[Fault]:
    """Two frameworks of the same id beside params files of different folders."""
    first: dict[str, ParamsFile] = {}
    for file in files:
        for each in file.frameworks:
            other = first.setdefault(each.id, file)
            if each.id not in known() and other.path.parent != file.path.parent:
                source = Source(str(file.path), file.tree)
                code = "framework_of_two_folders"
                yield source.fault(code, ("framework",), each.id, first=other.path)


def _rows(file: ParamsFile) -> Iterator[tuple[str, Row, dict[str, str]]]:
    """Each row of a file with the place of each of its values."""
    mine, prose = file.params.id, by_heading(file.prose)
    grades = grade_ids(file.frameworks)
    judged = {*file.params.judgements, *(output.id for output in file.params.outputs)}
    for frame, row, paths in rows_of(file.params):
        places = {c: f"{file.path.name}:{file.tree.mark(p).line}" for c, p in paths.items()}
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
