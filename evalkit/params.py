"""Params files in (参数文件): YAML and prose become typed frames, or all their mistakes are told.

A file becomes a tree, the tree is checked by the schema and by its own references, and the checked
values become rows. Personal numbers are masked before anything else sees a text. Nothing is
returned unless every file is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from evalkit.columns import Row, rows_of
from evalkit.errors import Fault, ParamsFaults
from evalkit.fields import model_at
from evalkit.model import Inputs, Text, inputs_of
from evalkit.privacy import mask, mask_tree
from evalkit.prose import FILLS, Sections, by_heading, read_prose
from evalkit.references import grade_ids, reference_faults
from evalkit.schema import Params
from evalkit.source import Source
from evalkit.textfile import read_text
from evalkit.units import units
from evalkit.yamltree import Path as Steps
from evalkit.yamltree import Tree, read_yaml

MOST_FAULTS = 200  # of one file; who has more mends these first
#: What pydantic calls a fault, and what it is called here.
SHAPES = {
    "missing": "missing", "extra_forbidden": "unknown_key", "literal_error": "not_a_choice",
    "list_type": "not_a_list", "dict_type": "not_a_mapping", "model_type": "not_a_mapping",
    "string_pattern_mismatch": "not_an_id",
}  # fmt: skip


@dataclass(frozen=True)
class ParamsFile:
    """One file without mistakes: its values, where they stand, its prose and what was masked."""

    path: Path
    params: Params
    tree: Tree
    prose: Sections
    masked: tuple[tuple[str, str], ...]  # kind and place (``file:line``) of each number


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
    faults += _same_project(files)
    if faults:
        raise ParamsFaults(faults)
    rows: dict[str, list[Row]] = {}
    places: dict[tuple[str, str, str, str], str] = {}
    for file in files:
        for frame, row, found in _rows(file):
            rows.setdefault(frame, []).append(row)
            key = (frame, row["project_id"], row.get("item", ""))
            places |= {(*key, column): place for column, place in found.items()}
    return inputs_of(rows, places)


def load_params(path: Path) -> ParamsFile:
    """One params file and its prose. Raises ``ParamsFaults`` with all faults of these files."""
    faults: list[Fault] = []
    try:
        tree, faults = read_yaml(read_text(path), str(path))
        value, masked = mask_tree(tree, path.name)
        tree = replace(tree, value=value)
        source = Source(str(path), tree)
        params, wrong = _params(source)
        prose, wrong_prose = read_prose(path, source)
        faults += [*wrong, *islice(reference_faults(source), MOST_FAULTS), *wrong_prose]
    except ParamsFaults as error:
        raise ParamsFaults(_told(error.faults, path)) from None
    if faults or params is None:
        raise ParamsFaults(_told(faults, path))
    for section in prose.values():
        masked += [(kind, section.place) for kind in section.masked]
    return ParamsFile(path, params, tree, prose, tuple(masked))


def _params(source: Source) -> tuple[Params | None, list[Fault]]:
    """The values as the schema has them, or the faults of their shape."""
    try:
        return Params.model_validate(source.tree.value), []
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        return None, [_shape(each, source) for each in islice(wrong, MOST_FAULTS + 1)]


def _shape(error: ErrorDetails, source: Source) -> Fault:
    """A fault of shape: at the value, at an unknown key, or at what should hold a missing one."""
    steps: Steps = error["loc"]
    code, found = SHAPES.get(error["type"], error["type"]), error["input"]
    context = error.get("ctx", {})
    if steps[-1:] == ("[key]",):
        return source.fault(code, steps[:-1], found, at_key=True)
    if code == "unknown_key":
        model = model_at(steps[:-1])
        known = model.model_fields if model else ()
        return source.unknown(code, steps, steps[-1], known, at_key=True)
    if code == "missing":
        return source.fault(code, steps, key=steps[-1])
    if code == "not_a_choice":
        return source.unknown(code, steps, found, re.findall(r"'([^']*)'", context["expected"]))
    if code == "unknown_unit":
        return source.unknown(code, steps, found, units()["money"])
    if isinstance(found, dict) and "found" in context:
        return source.fault(code, steps, context["found"], kind="")
    return source.fault(code, steps, found)


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


def _rows(file: ParamsFile) -> Iterator[tuple[str, Row, dict[str, str]]]:
    """Each row of a file with the place of each of its values."""
    mine, prose = file.params.id, by_heading(file.prose)
    grades = grade_ids(file.params.framework)
    judged = {*file.params.judgements, *(output.id for output in file.params.outputs)}
    for frame, row, paths in rows_of(file.params):
        places = {c: f"{file.path.name}:{file.tree.mark(p).line}" for c, p in paths.items()}
        if frame == "judgements":
            row |= {c: grades[row[c]] for c in ("grade", "stated_grade") if c in row}
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
