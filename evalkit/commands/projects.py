"""The projects that a command was given (项目): their files, what they hold, their evaluations."""

from __future__ import annotations

import gc
import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from copyreg import dispatch_table
from dataclasses import replace
from io import BytesIO
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from evalkit.commands import Refused, say
from evalkit.errors import Fault, ParamsFaults
from evalkit.model import Evaluation, Framework, Inputs
from evalkit.words import Words

T = TypeVar("T")
TOGETHER = 100  # projects that are evaluated at a time

Project = tuple[Path, Evaluation, str]  # the params file, its evaluation, the project's id


class Loaded:
    """Some projects that were loaded together: the file of each by its id, the inputs of all.

    ``frameworks`` are those of their folder, which all projects of the folder can be put under.
    All files are loaded before the first is evaluated, since all mistakes are told at once. Until
    then the inputs are kept packed, so that thousands of projects need little more room than some.
    """

    def __init__(
        self, homes: dict[str, Path], inputs: Inputs, frameworks: dict[str, Framework]
    ) -> None:
        self.homes, self.frameworks = homes, frameworks
        frameworks.update(inputs.frameworks)
        self._packed = packed(inputs)

    @property
    def inputs(self) -> Inputs:
        """The inputs of all of them, unpacked anew."""
        inputs: Inputs = pickle.loads(zlib.decompress(self._packed))
        return replace(inputs, frameworks=MappingProxyType(self.frameworks))


def packed(inputs: Inputs) -> bytes:
    """Inputs as bytes, quickly rather than as small as can be."""
    data = BytesIO()
    pickler = pickle.Pickler(data, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = dispatch_table | {MappingProxyType: _of_mapping}
    pickler.dump(inputs)
    return zlib.compress(data.getvalue(), 1)


def _of_mapping(mapping: Any) -> tuple[Any, tuple[dict[Any, Any]]]:
    """How a mapping that cannot be changed is made again."""
    return _unchanging, (dict(mapping),)


def _unchanging(mapping: dict[Any, Any]) -> Any:
    return MappingProxyType(mapping)


def evaluated(
    loaded: Sequence[Loaded], names: Sequence[str] = (), *, is_tried: bool = False, about: str = ""
) -> Iterator[tuple[Path, dict[str, Evaluation], str]]:
    """Each project with its file and its evaluations, by framework.

    Under every framework that it names, or under those given; ``is_tried`` asks for the sensitivity
    of the results too, ``about`` for the checks alone whose code begins so. Some projects are
    evaluated at a time, so that thousands take no more room than those.
    """
    from evalkit.evaluate import evaluate_all
    from evalkit.model import apart

    for some in loaded:
        found = evaluate_all(some.inputs, names, is_tried=is_tried, about=about)
        parts = {name: apart(each) for name, each in found.items()}
        for project_id, path in some.homes.items():
            mine = {name: its[project_id] for name, its in parts.items() if project_id in its}
            yield path, mine, project_id
        gc.collect()  # of these nothing is needed for the next ones


def loaded_from(given: Sequence[Path], words: Words) -> list[Loaded]:
    """The inputs of the files, some files together, with the file of each project by its id.

    All mistakes of all files are told at once.
    """
    from evalkit.explain import explain
    from evalkit.params import load, project_ids

    found: list[Loaded] = []
    faults: list[Fault] = []
    homes: dict[str, Path] = {}
    frameworks: dict[Path, dict[str, Framework]] = {}
    broken: set[Path] = set()  # tables whose faults were told
    for paths, wanted in _together(params_files(given, words)):
        if not broken.isdisjoint(paths):
            continue
        try:
            inputs = _load(paths, wanted)
            mine = {each: path for path in paths for each in wanted or project_ids(path)}
            for project_id in mine.keys() & homes.keys():
                load([homes[project_id], mine[project_id]])  # raises: the same project twice
            homes |= mine
            beside = frameworks.setdefault(paths[0].resolve().parent, {})
            found.append(Loaded(mine, inputs, beside))
        except ParamsFaults as error:
            faults += error.faults
            broken |= {*paths} if wanted else set()
    if faults:
        raise Refused("\n".join(explain(fault, words.lang) for fault in faults))
    return found


def _load(paths: list[Path], wanted: list[str] | None) -> Inputs:
    """The inputs of the files; what is wrong with some projects of a table is told with the others.

    Raises ``ParamsFaults``.
    """
    from evalkit.params import load

    try:
        return load(paths, wanted)
    except ParamsFaults:
        if wanted:
            load(paths)  # raises
        raise


def _together(paths: Iterable[Path]) -> Iterator[tuple[list[Path], list[str] | None]]:
    """Files that are loaded together, and of a large table the projects that are.

    They are of one folder, whose frameworks hold for all of them.
    """
    from evalkit.params import project_ids
    from evalkit.tabular.opening import is_table

    for _, beside in groupby(paths, key=lambda path: path.resolve().parent):
        files = []
        for path in beside:
            ids = project_ids(path) if is_table(path) else []
            if len(ids) > TOGETHER:
                yield from (([path], some) for some in _parts(ids))
            else:
                files.append(path)
        yield from ((some, None) for some in _parts(files))


def _parts(whole: list[T]) -> Iterator[list[T]]:
    for first in range(0, len(whole), TOGETHER):
        yield whole[first : first + TOGETHER]


def refuse_unknown(names: Sequence[str], loaded: Sequence[Loaded], words: Words) -> None:
    """Refuse frameworks that evalkit does not have, nor every one of these files beside it."""
    from evalkit import framework

    for name in names:
        if not all(name in {*framework.known(), *some.frameworks} for some in loaded):
            known = ", ".join(framework.known())
            raise Refused(say(words, "unknown_framework", name=name, known=known))


def params_files(given: Sequence[Path], words: Words) -> Iterator[Path]:
    """The files named, and the params files of the folders named, each once.

    A folder of tables, one of them ``projects``, is one source, beside the YAML files in it.
    """
    from evalkit.tabular.opening import home_of, is_table

    seen: set[Path] = set()
    for path in given:
        found = [home_of(path)]
        if path.is_dir():
            found = [*sorted(path.glob("*.yaml")), *([path] if is_table(path) else [])]
        if not found:
            raise Refused(say(words, "empty_folder", path=str(path)))
        for each in found:
            if each.resolve() not in seen:
                seen.add(each.resolve())
                yield each
