"""Reading framework files (评价框架): one immutable YAML per issued framework, found by its name.

An id is looked up in ``evalkit/frameworks/`` first, then as ``frameworks/<id>.yaml`` beside the
params file that names it. Rates in a framework are written with their sign (``95%``) and become
exact fractions here. A file with mistakes is not loaded: all of them are told, with their place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from evalkit.errors import ParamsFaults
from evalkit.framework_faults import framework_faults
from evalkit.framework_schema import FrameworkFile
from evalkit.model import Framework, Inputs, Text
from evalkit.scoring.weights import handed_down
from evalkit.shapes import shaped
from evalkit.source import Source
from evalkit.textfile import read_text
from evalkit.yamltree import read_yaml

INDICATOR_COLUMNS = ["parent", "name", "note", "method", "bands", "relative_to", "about", "area",
                     "refers_to", "path", "points", "rule"]  # fmt: skip
FOLDER = "frameworks"
#: What a framework is that says nothing of it.
NOTHING: dict[str, Any] = {
    "kind": "graded", "report": pd.NA, "points": pd.NA, "bands": {}, "rules": {}, "indicators": [],
    "own": {},
    "weight_rules": [], "over": {}, "causes": [], "likelihoods": [], "forms": [], "sections": [],
    "scales": {}, "grade_bands": {"bands": []},
    "roll_up": {"kind": "output", "rule": "mean_if_all_valued", "at_most": Fraction(1)},
    "verdict": {"verdicts": [], "conditions": []},
}  # fmt: skip

#: How a level's points go to the project's indicators where a file says nothing of it.
SPREAD = {"spread": "equal", "spread_status": "assumed"}


def known() -> list[str]:
    """The ids of the frameworks that evalkit has: the files in ``frameworks/``."""
    folder = files("evalkit") / FOLDER
    return sorted(
        f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")
    )


def local(folder: Path) -> list[str]:
    """The ids of the frameworks that lie beside the params files of a folder."""
    return sorted(path.stem for path in (folder / FOLDER).glob("*.yaml"))


@cache
def source(framework_id: str) -> bytes:
    """The bytes of a framework file, for the run key. Raises ``KeyError`` for an unknown id."""
    if framework_id not in known():
        raise KeyError(framework_id)
    return (files("evalkit") / FOLDER / f"{framework_id}.yaml").read_bytes()


@cache
def load(framework_id: str) -> Framework:
    """The framework of that id. Raises ``KeyError`` for an unknown one.

    >>> len(load("minhang-tracking-2018").indicators)
    20
    """
    return read(source(framework_id).decode(), f"{FOLDER}/{framework_id}.yaml")


def load_file(path: Path) -> Framework:
    """The framework in a file of one's own. Raises ``ParamsFaults`` with all its mistakes."""
    return read(read_text(path), str(path))


def find(framework_id: str, folder: Path) -> Framework | None:
    """The framework that a params file in this folder means; None where there is none.

    Raises ``ParamsFaults`` for mistakes in a file beside the params file; that it has another id
    than its name is one.
    """
    if framework_id in known():
        return load(framework_id)
    path = folder / FOLDER / f"{framework_id}.yaml"
    if not path.is_file():
        return None
    found = load_file(path)
    if found.id != framework_id:
        mine = Source(str(path), read_yaml(read_text(path), str(path))[0])
        raise ParamsFaults([mine.fault("id_is_not_file_name", ("id",), found.id, file=path.name)])
    return found


def of(inputs: Inputs, framework_id: str) -> Framework:
    """The framework of that id for these inputs: one that came with them, or one of evalkit's."""
    return inputs.frameworks.get(framework_id) or load(framework_id)


def read(text: str, file: str) -> Framework:
    """A framework out of the text of its file. Raises ``ParamsFaults`` with all its mistakes."""
    tree, faults = read_yaml(text, file)
    mine = Source(file, tree)
    base = mine.at(("based_on",))
    if isinstance(base, str):
        if base not in known():
            raise ParamsFaults([mine.unknown("unknown_framework", ("based_on",), base, known())])
        parent, _ = read_yaml(source(base).decode(), file)
        text += source(base).decode()
        mine = Source(file, replace(tree, value=_on(parent.value, tree.value)))
    shape, wrong = shaped(FrameworkFile, mine)
    if isinstance(base, str) and shape is not None:
        mine = Source(file, replace(mine.tree, value=_weighted(mine.tree.value)))
    faults = [*faults, *wrong, *framework_faults(mine)]
    if faults or shape is None:
        raise ParamsFaults(sorted(faults))
    settings = {key: _exact(value) for key, value in mine.tree.value.items()}
    if "own" in settings:
        settings["own"] = SPREAD | settings["own"]
    if "report" in settings:
        settings["report"] = text_of(settings["report"])
    return _framework(NOTHING | settings | {"text": text})


def _on(base: dict[str, Any], mine: dict[str, Any]) -> dict[str, Any]:
    """What a file says that builds on another: its keys count; rules are merged by their names."""
    found = base | {key: value for key, value in mine.items() if key != "weights"}
    for key in ("rules", "bands", "own"):
        if isinstance(mine.get(key), dict) and isinstance(base.get(key), dict):
            found[key] = base[key] | mine[key]
    if isinstance(mine.get("weights"), dict):
        found["weights"] = mine["weights"]
    return found


def _weighted(settings: dict[str, Any]) -> dict[str, Any]:
    """The file with its weights in place: what a level has anew, it hands down (本地权重)."""
    rows = [row for key in ("levels", "indicators") for row in settings.get(key, [])]
    parents = {row["code"]: row.get("parent", "") for row in rows}
    if _is_tangled(parents):
        return settings
    official = {row["code"]: row.get("points", pd.NA) for row in rows}
    weights = {code: Fraction(points) for code, points in settings.get("weights", {}).items()}
    points = handed_down(official, parents, weights)
    return settings | {
        key: [
            row | {"points": points[row["code"]]} if row["code"] in points else row
            for row in settings.get(key, [])
        ]
        for key in ("levels", "indicators")
    }


def _is_tangled(parents: Mapping[str, str]) -> bool:
    """Whether some code has a parent that is none, or lies above itself."""
    for code in parents:
        way = [code]
        while parents[way[-1]]:
            way.append(parents[way[-1]])
            if way[-1] not in parents or len(way) > len(parents):
                return True
    return False


def _framework(settings: dict[str, Any]) -> Framework:
    """The framework as the rest of evalkit knows it."""
    levels = _levels(settings["levels"])
    return Framework(
        id=settings["id"],
        name=text_of(settings["name"]),
        source=text_of(settings["source"]),
        indicators=_indicators(settings["indicators"], levels),
        levels=levels,
        grades=tuple(grade["id"] for grade in settings["grades"]),
        labels=MappingProxyType({g["id"]: text_of(g["label"]) for g in settings["grades"]}),
        settings=MappingProxyType(settings),
    )


def text_of(value: Any) -> Text:
    """A text of the file, as one string or by language."""
    if isinstance(value, Mapping):
        return Text(value.get("zh") or value["en"], value.get("en") or value["zh"])
    return Text(value, value)


def _exact(value: Any) -> Any:
    """Percentages and decimals as fractions, all the way down."""
    if isinstance(value, dict):
        return {key: _exact(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_exact(each) for each in value]
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?%", value):
        return Fraction(value[:-1]) / 100
    return Fraction(value) if isinstance(value, Decimal) else value


def _levels(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The higher levels by code, each with its parent, depth (1 is the top) and points."""
    above = {row["code"]: row.get("parent", "") for row in rows}
    table = {
        "parent": list(above.values()),
        "name": [text_of(row["name"]) for row in rows],
        "depth": [len(_path(row["code"], above)) for row in rows],
        "points": [row.get("points", pd.NA) for row in rows],
    }
    return _objects(table, list(above))


def _path(code: str, above: Mapping[str, str]) -> list[str]:
    """A level with those above it, top first."""
    path: list[str] = []
    while code:
        path.insert(0, code)
        code = above[code]
    return path


def _indicators(rows: list[dict[str, Any]], levels: pd.DataFrame) -> pd.DataFrame:
    """The indicators by code, each with the codes of the levels above it, top first."""
    above = dict(zip(levels.index, levels["parent"], strict=True))
    table: dict[str, list[Any]] = {column: [] for column in INDICATOR_COLUMNS}
    for row in rows:
        found = row | {"name": text_of(row["name"]), "note": text_of(row["note"])}
        found["path"] = _path(row["parent"], above)
        for column in INDICATOR_COLUMNS:
            table[column].append(found.get(column, pd.NA))
    return _objects(table, [row["code"] for row in rows])


def _objects(table: dict[str, list[Any]], codes: list[str]) -> pd.DataFrame:
    columns = {name: pd.Series(values, dtype="object") for name, values in table.items()}
    frame = pd.DataFrame(columns)
    frame.index = pd.Index(codes, name="item", dtype="str")
    return frame
