"""Reading framework files (评价框架): one immutable YAML per issued framework, found by its name.

Rates in a framework are written with their sign (``95%``) and become exact fractions here.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

from evalkit.model import Framework, Text

INDICATOR_COLUMNS = ["parent", "name", "note", "method", "bands", "relative_to", "about", "area",
                     "refers_to", "path"]  # fmt: skip


def known() -> list[str]:
    """The ids of the frameworks that evalkit has: the files in ``frameworks/``."""
    folder = files("evalkit") / "frameworks"
    return sorted(
        f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")
    )


@cache
def source(framework_id: str) -> bytes:
    """The bytes of a framework file, for the run key. Raises ``KeyError`` for an unknown id."""
    if framework_id not in known():
        raise KeyError(framework_id)
    return (files("evalkit") / "frameworks" / f"{framework_id}.yaml").read_bytes()


@cache
def load(framework_id: str) -> Framework:
    """The framework of that id. Raises ``KeyError`` for an unknown one.

    >>> len(load("minhang-tracking-2018").indicators)
    20
    """
    raw = YAML(typ="safe").load(source(framework_id).decode())
    settings = {key: _exact(value) for key, value in raw.items()}
    levels = _levels(settings["levels"])
    return Framework(
        id=raw["id"],
        name=Text(**raw["name"]),
        source=Text(**raw["source"]),
        indicators=_indicators(settings["indicators"], levels),
        levels=levels,
        grades=tuple(grade["id"] for grade in raw["grades"]),
        labels=MappingProxyType({g["id"]: Text(**g["label"]) for g in raw["grades"]}),
        settings=MappingProxyType(settings),
    )


def _exact(value: Any) -> Any:
    """Percentages and decimals as fractions, all the way down."""
    if isinstance(value, dict):
        return {key: _exact(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_exact(each) for each in value]
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?%", value):
        return Fraction(value[:-1]) / 100
    return Fraction(str(value)) if isinstance(value, float) else value


def _levels(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The higher levels by code, each with its parent and depth (1 is the top)."""
    depth: dict[str, int] = {}
    for row in rows:
        depth[row["code"]] = depth.get(row.get("parent", ""), 0) + 1
    table = {
        "parent": [row.get("parent", "") for row in rows],
        "name": [Text(**row["name"]) for row in rows],
        "depth": [depth[row["code"]] for row in rows],
    }
    return _objects(table, [row["code"] for row in rows])


def _indicators(rows: list[dict[str, Any]], levels: pd.DataFrame) -> pd.DataFrame:
    """The indicators by code, each with the codes of the levels above it, top first."""
    table: dict[str, list[Any]] = {column: [] for column in INDICATOR_COLUMNS}
    for row in rows:
        path: list[str] = []
        code = row["parent"]
        while code:
            path.insert(0, code)
            code = levels.at[code, "parent"]
        found = row | {"name": Text(**row["name"]), "note": Text(**row["note"]), "path": path}
        for column in INDICATOR_COLUMNS:
            table[column].append(found.get(column, pd.NA))
    return _objects(table, [row["code"] for row in rows])


def _objects(table: dict[str, list[Any]], codes: list[str]) -> pd.DataFrame:
    columns = {name: pd.Series(values, dtype="object") for name, values in table.items()}
    frame = pd.DataFrame(columns)
    frame.index = pd.Index(codes, name="item")
    return frame
