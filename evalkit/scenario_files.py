"""Scenarios as files (情景文件): saved beside the params file they derive from, read again.

A scenario is a params file like any other: ``evalkit check`` and ``evalkit report`` take it. It
lies in the folder ``scenarios/``, so that a batch over the bureau's projects does not count it as
one of them. Comments and the order of the original are kept; its prose comes along.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from evalkit.errors import ParamsFaults
from evalkit.fields import LANGUAGES
from evalkit.files import write_file, write_new_file
from evalkit.framework import FOLDER, known
from evalkit.params import ParamsFile, load_params
from evalkit.scenario import OWN, Scenario, differences, steps_to
from evalkit.tabular.opening import is_table
from evalkit.textfile import read_text
from evalkit.values import ID
from evalkit.yamltree import UNSEEN, read_yaml

SCENARIOS = "scenarios"
LONGEST_NAME = 40
BETWEEN = "--"  # between the id of the project and what tells its scenarios apart
WIDE = 10_000  # columns: no line of the original is broken anew


class CannotSave(Exception):
    """A scenario that was not saved; ``code`` names the sentence in ``explore.md`` that says it."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code, values)
        self.code, self.values = code, values


def folder_of(file: ParamsFile) -> Path:
    """The folder of the scenarios of a params file; that of a scenario is its own."""
    home = file.home.parent
    return home if file.params.derived_from is not None else home / SCENARIOS


def save_scenario(scenario: Scenario, name: str, on: date | None = None) -> Path:
    """Write a scenario as a new params file with its prose, and return its path (保存情景).

    ``name`` is what it is called, ``on`` the day (today where none is given). Raises ``CannotSave``
    for a name that cannot be used or is taken and for a folder that cannot be written, and
    ``ParamsFaults`` for values that cannot be. Then nothing was written.
    """
    name, file = name.strip(), scenario.file
    _usable(name)
    scenario.inputs  # noqa: B018 (raises where a value cannot be)
    folder = folder_of(file)
    taken = dict(scenarios_of(file))
    if name in taken.values():
        raise CannotSave("name_taken", name=name)
    new_id = _new_id(file.params.id, name, folder)
    origin = {
        "project": file.params.id, "file": file.path.name, "digest": _digest(file.path),
        "scenario": name, "on": on or date.today(),
    }  # fmt: skip
    path = folder / f"{new_id}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        _copy_beside(file, folder, new_id)
        write_new_file(path, _text(scenario, new_id, origin).encode())
        load_params(path)
    except FileExistsError:
        raise CannotSave("name_taken", name=name) from None
    except OSError as error:
        raise _unwritable(folder, error) from None
    except ParamsFaults:
        path.unlink(missing_ok=True)
        raise
    return path


def _unwritable(folder: Path, error: OSError) -> CannotSave:
    return CannotSave("cannot_write", path=str(folder), reason=error.strerror or str(error))


def scenarios_of(file: ParamsFile) -> Iterator[tuple[Path, str]]:
    """The saved scenarios of a project with their names; files with mistakes are left out."""
    origin = file.params.derived_from
    base = file.params.id if origin is None else origin.project
    for path in sorted(folder_of(file).glob(f"{base}{BETWEEN}*.yaml")):
        try:
            told = read_yaml(read_text(path), str(path))[0].value["derived_from"]["scenario"]
        except (ParamsFaults, KeyError, TypeError):
            continue
        yield path, told if isinstance(told, str) else str(next(iter(told.values()), path.stem))


def load_scenario(file: ParamsFile, path: Path) -> Scenario:
    """A saved scenario as changes to the params file it derives from (读取情景).

    Raises ``ParamsFaults`` for mistakes in its file.
    """
    other = load_params(path)
    found = differences(file.tree.value, other.tree.value)
    return Scenario(file, {key: new for key, (_, new) in found.items()})


def _usable(name: str) -> None:
    if not name:
        raise CannotSave("name_empty")
    if len(name) > LONGEST_NAME:
        raise CannotSave("name_long", most=str(LONGEST_NAME))
    if UNSEEN.search(name) or re.search(r'[\\/:*?"<>|\n\t]', name) or name.startswith("."):
        raise CannotSave("name_sign", name=UNSEEN.sub("�", name))


def _new_id(base: str, name: str, folder: Path) -> str:
    """An id that can be a file's name: with the scenario's own name where that is one."""
    mine = f"{base}{BETWEEN}{name}"
    if re.fullmatch(ID, mine):
        if (folder / f"{mine}.yaml").exists():
            raise CannotSave("name_taken", name=name)
        return mine
    n = 1
    while (folder / f"{base}{BETWEEN}{n}.yaml").exists():
        n += 1
    return f"{base}{BETWEEN}{n}"


def _copy_beside(file: ParamsFile, folder: Path, new_id: str) -> None:
    """The prose and the local frameworks, which a params file finds beside itself."""
    for lang in LANGUAGES:
        prose = file.home.with_name(f"{file.home.stem}.{lang}.md")
        if prose.is_file():
            write_file(folder / f"{new_id}.{lang}.md", prose.read_bytes())
    for framework in file.frameworks:
        mine = file.home.parent / FOLDER / f"{framework.id}.yaml"
        if framework.id not in known() and folder != file.home.parent:
            (folder / FOLDER).mkdir(exist_ok=True)
            write_file(folder / FOLDER / mine.name, mine.read_bytes())


def _digest(path: Path) -> str:
    """The digest of a file; of a folder of tables that of their names and bytes."""
    found = sorted(path.iterdir()) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for each in found:
        if each.is_file():
            digest.update(each.read_bytes())
    return digest.hexdigest()


def _text(scenario: Scenario, new_id: str, origin: dict[str, Any]) -> str:
    """The text of the new file: that of the original with the changes in their places."""
    yaml = _yaml()
    file = scenario.file
    if is_table(file.path):
        tree: Any = {key: each for key, each in file.tree.value.items() if key not in OWN}
        tree = {"evalkit": tree.pop("evalkit", 1)} | tree
    else:
        tree = yaml.load(read_text(file.path))
    for key, value in scenario.changes.items():
        _set(tree, steps_to(tree, key), value)
    tree.pop("derived_from", None)
    tree["id"] = new_id
    if hasattr(tree, "insert"):
        tree.insert(list(tree).index("id") + 1, "derived_from", origin)
    else:
        tree["derived_from"] = origin
    text = StringIO()
    yaml.dump(tree, text)
    return text.getvalue()


def _set(holder: Any, path: Any, value: Any) -> None:
    *way, last = path
    for step in way:
        if isinstance(holder, dict) and holder.get(step) is None:
            if value is None:
                return
            holder[step] = {}
        holder = holder[step]
    if value is None:
        holder.pop(last, None)
    else:
        holder[last] = value


def _yaml() -> YAML:
    """YAML that keeps comments, order and quotes, and writes exact numbers as they are."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(Decimal, _exact)
    return yaml


def _exact(representer: Any, value: Decimal) -> Any:
    text = f"{value:f}"
    kind = "float" if "." in text else "int"
    return representer.represent_scalar(f"tag:yaml.org,2002:{kind}", text)
