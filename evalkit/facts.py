"""Facts (事实): every figure with its exact value, unit, formula, inputs and place.

``formulas.yaml`` lists the figures; ``facts_of`` reads their values out of the scored frames.
Words, tables, charts, checks, mail and exports take figures from here and from nowhere else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import pandas as pd
from ruamel.yaml import YAML

from evalkit.model import as_date

COLUMNS = ["value", "unit", "formula", "way", "inputs", "place"]


class Fact(NamedTuple):
    """One figure of one project."""

    name: str
    value: Any
    unit: str
    formula: str
    way: str
    inputs: tuple[str, ...]
    place: str


class Facts(Mapping[str, Fact]):
    """The facts of one project by name (``execution_rate``, ``lines.uniform.declared_amount``).

    Raises ``KeyError`` for a name that the project does not have.
    """

    def __init__(self, facts: pd.DataFrame, project_id: str) -> None:
        mine = facts.loc[project_id]
        self.project_id = project_id
        self._facts = {row[0]: Fact(*row) for row in mine.itertuples(name=None)}

    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def value(self, name: str) -> Any:
        """The exact value; ``pd.NA`` where the project has no such figure."""
        fact = self._facts.get(name)
        return pd.NA if fact is None else fact.value


@cache
def formulas() -> dict[str, dict[str, dict[str, Any]]]:
    """The catalogue of figures: frame → column → unit, formula (``formulas.yaml``)."""
    return YAML(typ="safe").load((files("evalkit") / "formulas.yaml").read_text("utf-8"))


#: Frames that are scored under one name and read under another.
READ_AS = {"years": "prior_years", "execution": "projects", "verdict": "projects"}


def facts_of(evaluation: Any, counted: pd.DataFrame | None = None) -> pd.DataFrame:
    """The facts of all projects, one row ``(project_id, name)``; columns ``COLUMNS``.

    ``counted`` adds the counts of findings once they are known.
    """
    tables = _tables(evaluation, counted)
    rows: list[tuple[Any, ...]] = []
    for frame, table in tables:
        rows += _rows(frame, table, tables, evaluation.inputs.places)
    order = {project_id: place for place, project_id in enumerate(evaluation.project_ids)}
    rows.sort(key=lambda row: order[row[0]])
    facts = pd.DataFrame(rows, columns=["project_id", "name", *COLUMNS])
    return facts.set_index(["project_id", "name"])


Tables = list[tuple[str, pd.DataFrame]]


def _tables(evaluation: Any, counted: pd.DataFrame | None) -> Tables:
    """The frames that ``formulas.yaml`` names; ``payments`` is both the topic and its items."""
    tables: Tables = []
    for frame in formulas():
        if frame == "findings":
            table = pd.DataFrame() if counted is None else counted
        else:
            table = getattr(evaluation, frame, None)
            table = getattr(evaluation.inputs, frame) if table is None else table
        tables.append((frame, table))
    return [*tables, ("payments", evaluation.inputs.payments)]


def _rows(
    frame: str, table: pd.DataFrame, tables: Tables, places: Mapping[tuple[str, str, str, str], str]
) -> list[tuple[Any, ...]]:
    """One tuple a figure: project_id, name and ``COLUMNS``."""
    rows: list[tuple[Any, ...]] = []
    columns = {name: about for name, about in formulas()[frame].items() if name in table}
    is_item = table.index.nlevels == 2
    for key, *values in zip(table.index, *(table[c].astype(object) for c in columns), strict=True):
        project_id, item = key if is_item else (key, "")
        for (column, about), value in zip(columns.items(), values, strict=True):
            name = f"{frame}.{item}.{column}" if is_item else column
            place = places.get((READ_AS.get(frame, frame), project_id, item, column), "")
            way, formula = _way(about.get("formula"), table, key, tables)
            names = tuple(_qualified(each, frame, item, columns) for each in _names(formula))
            rows.append(
                (project_id, name, _plain(value), about["unit"], formula, way, names, place)
            )
    return rows


def _plain(value: Any) -> Any:
    """A figure as facts hold it: calendar dates, plain booleans, ``pd.NA`` for what is missing."""
    if isinstance(value, (list, tuple)):
        return value
    if pd.isna(value):
        return pd.NA
    return as_date(value) if isinstance(value, pd.Timestamp) else value


def _way(formula: Any, table: pd.DataFrame, key: Any, tables: Tables) -> tuple[str, str]:
    """The way in which a figure of this row was made: the first one whose parts are all there."""
    if not isinstance(formula, dict):
        return "", formula or ""
    project_id = key[0] if isinstance(key, tuple) else key
    for way, each in formula.items():
        if all(_is_there(name, table, key, project_id, tables) for name in _names(each)):
            return way, each
    return list(formula.items())[-1]


def _is_there(name: str, table: pd.DataFrame, key: Any, project_id: str, tables: Tables) -> bool:
    if "." in name:
        frame = name.partition(".")[0]
        items = [each for label, each in tables if label == frame and each.index.nlevels == 2]
        return any(project_id in each.index.get_level_values(0) for each in items)
    return name not in table.columns or not pd.isna(table.at[key, name])


@cache
def _names(formula: str) -> tuple[str, ...]:
    """The names that a formula speaks of, in their order: ``column`` or ``frame.column``."""
    found: dict[str, None] = {}
    tree = ast.parse(formula, mode="eval") if formula else ast.Constant("")
    functions = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    inner = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found[ast.unparse(node)] = None
        elif isinstance(node, ast.Name) and node not in functions | inner:
            found[node.id] = None
    return tuple(found)


def _qualified(name: str, frame: str, item: str, columns: dict[str, Any]) -> str:
    """The fact name of an input: of the same item where the frame has that column."""
    if item and "." not in name and name in columns:
        return f"{frame}.{item}.{name}"
    return name
