"""Facts (事实): every figure with its exact value, unit, formula, inputs and place.

``formulas.yaml`` lists the figures; ``facts_of`` reads their values out of the scored frames.
Words, tables, charts, checks, mail and exports take figures from here and from nowhere else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import chain, repeat
from typing import Any, NamedTuple

import pandas as pd
from ruamel.yaml import YAML

from evalkit.model import Evaluation, as_date

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

#: Columns that repeat a figure of another item: frame, the column that names the item, its figure.
TAKEN_FROM = {
    ("execution", "last_budget_amount"): ("years", "last_year", "year_budget_amount"),
    ("execution", "last_executed_amount"): ("years", "last_year", "year_executed_amount"),
    ("lines", "quantity"): ("posts", "post", "approved_count"),
    ("instalments", "contract_amount"): ("contracts", "contract", "amount"),
    ("instalments", "withheld_base_amount"): ("lines", "withheld_of", "declared_amount"),
}

Places = Mapping[tuple[str, str, str, str], str]
Row = tuple[Any, ...]  # project_id, name, then COLUMNS


def facts_of(evaluation: Evaluation) -> pd.DataFrame:
    """The facts of all projects (事实), one row ``(project_id, name)``; columns ``COLUMNS``.

    The projects stand in the order of the inputs, each with its facts in that of the catalogue.
    """
    rows: list[Row] = []
    for frame, table in _tables(evaluation):
        rows += _rows(frame, table, evaluation.inputs.places)
    return _arranged(rows, evaluation.inputs.projects.index)


def with_counts(facts: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """The facts, and the counts of findings (``findings`` of the catalogue) behind them."""
    rows = list(facts.reset_index().itertuples(index=False, name=None))
    return _arranged(rows + _rows("findings", counted, {}), counted.index)


def _arranged(rows: list[Row], projects: pd.Index) -> pd.DataFrame:
    """The rows project by project, under an index that finds a project without a search."""
    order = {project_id: place for place, project_id in enumerate(projects)}
    rows.sort(key=lambda row: order[row[0]])
    codes, names = pd.factorize(pd.Series([row[1] for row in rows], dtype="object"))
    levels: list[Any] = [projects, names]
    numbers: list[Any] = [[order[row[0]] for row in rows], codes]
    index = pd.MultiIndex(levels=levels, codes=numbers, names=["project_id", "name"])
    return pd.DataFrame([row[2:] for row in rows], index, COLUMNS, dtype="object")


def _tables(evaluation: Evaluation) -> Iterator[tuple[str, pd.DataFrame]]:
    """The frames that ``formulas.yaml`` names; ``payments`` is both the topic and its items."""
    for frame in formulas():
        table = getattr(evaluation, frame, None)
        if frame != "findings":
            yield frame, getattr(evaluation.inputs, frame) if table is None else table
    yield "payments", evaluation.inputs.payments


def _rows(frame: str, table: pd.DataFrame, places: Places) -> list[Row]:
    """One row a figure, item by item."""
    columns = [column for column in formulas()[frame] if column in table]
    return [*chain.from_iterable(zip(*(_column(frame, column, table, places) for column in columns),
                                     strict=True))]  # fmt: skip


def _column(frame: str, column: str, table: pd.DataFrame, places: Places) -> Iterator[Row]:
    """One column of a frame as rows."""
    about = formulas()[frame][column]
    projects, items = _keys(table)
    prefixes = [f"{frame}.{item}." if item else "" for item in items]
    made = about.get("formula", "")
    ways = list(table[f"{column}_way"]) if isinstance(made, dict) else [""] * len(table)
    texts = [made.get(way, "") for way in ways] if isinstance(made, dict) else [made] * len(table)
    own = {name for name in formulas()[frame] if name in table}
    inputs = [
        tuple(f"{prefix}{name}" if name in own else name for name in _names(text))
        for prefix, text in zip(prefixes, texts, strict=True)
    ]
    read_as = READ_AS.get(frame, frame)
    found = [places.get((read_as, project, item, column), "")
             for project, item in zip(projects, items, strict=True)]  # fmt: skip
    if (frame, column) in TAKEN_FROM:
        _follow(TAKEN_FROM[frame, column], table, places, inputs, found)
    return zip(
        projects,
        (f"{prefix}{column}" for prefix in prefixes),
        map(_plain, table[column].astype(object)),
        repeat(about["unit"], len(table)), texts, ways, inputs, found,
        strict=True,
    )  # fmt: skip


def _keys(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The project and the item of each row; project-level figures have no item."""
    levels = [list(table.index.get_level_values(level)) for level in range(table.index.nlevels)]
    return levels[0], levels[1] if len(levels) > 1 else [""] * len(table)


def _follow(
    source: tuple[str, str, str], table: pd.DataFrame, places: Places,
    inputs: list[tuple[str, ...]], found: list[str],
) -> None:  # fmt: skip
    """Fill in where a figure comes from that repeats one of another item."""
    frame, key, column = source
    projects, _ = _keys(table)
    for row, (project, item) in enumerate(zip(projects, table[key], strict=True)):
        if not pd.isna(item) and not found[row]:
            inputs[row] = (f"{frame}.{item}.{column}",)
            found[row] = places.get((READ_AS.get(frame, frame), project, item, column), "")


def _plain(value: Any) -> Any:
    """A figure as facts hold it: calendar dates, plain booleans, ``pd.NA`` for what is missing."""
    if isinstance(value, list | tuple):
        return value
    if pd.isna(value):
        return pd.NA
    return as_date(value) if isinstance(value, pd.Timestamp) else value


@cache
def _names(formula: str) -> tuple[str, ...]:
    """The names that a formula speaks of, in their order: ``column`` or ``frame.column``."""
    tree = ast.parse(formula, mode="eval") if formula else ast.Constant("")
    nodes = list(ast.walk(tree))
    inner = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    inner |= {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    named = [
        (node.col_offset, ast.unparse(node))
        for node in nodes
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in inner
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(named)))
