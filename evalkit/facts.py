"""Facts (事实): every figure with its exact value, unit, formula, inputs and place.

``formulas.yaml`` lists the figures; ``facts_of`` reads their values out of the scored frames.
Words, tables, charts, checks, mail and exports take figures from here and from nowhere else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from evalkit.model import Evaluation, as_date
from evalkit.recall import Call, directly, kept
from evalkit.scoring.exact import listed
from evalkit.yamltree import own_yaml

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
        columns = [mine.index.tolist(), *(mine[column].tolist() for column in COLUMNS)]
        self._facts = {row[0]: Fact(*row) for row in zip(*columns, strict=True)}

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


@kept
def facts_for(evaluation: Evaluation, project_id: str) -> Facts:
    """The facts of one project of an evaluation, looked up once however many ask.

    Raises ``KeyError`` for a project that it does not hold.
    """
    return Facts(evaluation.facts, project_id)


@cache
def formulas() -> dict[str, dict[str, dict[str, Any]]]:
    """The catalogue of figures: frame → column → unit, formula (``formulas.yaml``)."""
    return own_yaml(files("evalkit") / "formulas.yaml")


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
Fields = list[list[Any]]  # project_id, name and COLUMNS: of one column of a table, row by row


def facts_of(evaluation: Evaluation, call: Call = directly) -> pd.DataFrame:
    """The facts of all projects (事实), one row ``(project_id, name)``; columns ``COLUMNS``.

    The projects stand in the order of the inputs, each with its facts in that of the catalogue.
    """
    places = evaluation.inputs.places
    tables = [call(_fields, frame, table, places) for frame, table in _tables(evaluation)]
    return _arranged(tables, evaluation.inputs.projects.index)


def with_counts(facts: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """The facts, and the counts of findings (``findings`` of the catalogue) behind them."""
    known = [_listed(facts.index.get_level_values(level)) for level in (0, 1)]
    fields = [*known, *(facts[column].tolist() for column in COLUMNS)]
    return _arranged([[fields], _fields("findings", counted, {})], counted.index)


def _arranged(tables: list[list[Fields]], projects: pd.Index) -> pd.DataFrame:
    """Project by project, item by item, under an index that finds a project without a search."""
    columns = [fields for table in tables for fields in table]
    together = [_objects([*chain(*each)]) for each in zip(*columns, strict=True)]
    order = {project_id: place for place, project_id in enumerate(projects)}
    codes = np.array([order[project_id] for project_id in together[0]], dtype="int64")
    number = [np.full(len(fields[0]), n) for n, table in enumerate(tables) for fields in table]
    row = [np.arange(len(fields[0])) for fields in columns]
    place = np.lexsort([np.concatenate(row), np.concatenate(number), codes])
    names, known = pd.factorize(together[1][place])
    levels: list[Any] = [projects, known]
    numbers: list[Any] = [codes[place], names]
    index = pd.MultiIndex(levels=levels, codes=numbers, names=["project_id", "name"])
    data = zip(COLUMNS, together[2:], strict=True)
    return pd.DataFrame({name: values[place] for name, values in data}, index)


def _objects(values: list[Any]) -> Any:
    """A flat array: also of tuples, which numpy would take for its rows."""
    array = np.empty(len(values), dtype="object")
    array[:] = values
    return array


def _listed(values: pd.Index) -> list[Any]:
    return np.asarray(values, dtype="object").tolist()


def _tables(evaluation: Evaluation) -> Iterator[tuple[str, pd.DataFrame]]:
    """The frames that ``formulas.yaml`` names; ``payments`` is both the topic and its items."""
    for frame in formulas():
        table = getattr(evaluation, frame, None)
        if frame != "findings":
            yield frame, getattr(evaluation.inputs, frame) if table is None else table
    yield "payments", evaluation.inputs.payments


def _fields(frame: str, table: pd.DataFrame, places: Places) -> list[Fields]:
    """The figures of a table, column by column."""
    columns = [column for column in formulas()[frame] if column in table]
    projects = _listed(table.index.get_level_values(0))
    is_item = table.index.nlevels > 1
    items = _listed(table.index.get_level_values(1)) if is_item else [""] * len(table)
    prefixes = [f"{frame}.{item}." if item else "" for item in items]
    table = table.set_axis(range(len(table)))  # whose columns are cheaper to take out
    found = []
    for column in columns:
        about = formulas()[frame][column]
        ways, texts = _ways(about.get("formula", ""), table, column)
        inputs = _inputs(texts, prefixes, columns)
        read_as = READ_AS.get(frame, frame)
        keys = zip(projects, items, strict=True) if places else ()
        read = [places.get((read_as, *key, column), "") for key in keys] or [""] * len(table)
        if (frame, column) in TAKEN_FROM:
            _follow(TAKEN_FROM[frame, column], projects, table, places, inputs, read)
        names = [f"{prefix}{column}" for prefix in prefixes] if is_item else [column] * len(table)
        units = [about["unit"]] * len(table)
        found.append([projects, names, _values(table[column]), units, texts, ways, inputs, read])
    return found


def _ways(made: Any, table: pd.DataFrame, column: str) -> tuple[list[str], list[str]]:
    """The way in which each row was made, and the formula of that way."""
    if not isinstance(made, dict):
        return [""] * len(table), [made] * len(table)
    ways = table[f"{column}_way"].tolist()
    return ways, [made.get(way, "") for way in ways]


def _inputs(texts: list[str], prefixes: list[str], columns: list[str]) -> list[tuple[str, ...]]:
    """The facts that each formula speaks of: of the same item where the table has that column."""
    own = set(columns)
    names = {text: [(name in own, name) for name in _names(text)] for text in set(texts)}
    rows = zip(texts, prefixes, strict=True)
    return [
        tuple(f"{prefix}{name}" if is_own else name for is_own, name in names[text])
        for text, prefix in rows
    ]


def _follow(
    source: tuple[str, str, str], projects: list[str], table: pd.DataFrame, places: Places,
    inputs: list[tuple[str, ...]], found: list[str],
) -> None:  # fmt: skip
    """Fill in where a figure comes from that repeats one of another item."""
    frame, key, column = source
    for row, (project, item) in enumerate(zip(projects, table[key], strict=True)):
        if not pd.isna(item) and not found[row]:
            inputs[row] = (f"{frame}.{item}.{column}",)
            found[row] = places.get((READ_AS.get(frame, frame), project, item, column), "")


def _values(column: pd.Series) -> list[Any]:
    """Figures as facts hold them: calendar dates, ``pd.NA`` for whatever is missing."""
    values = listed(column)
    return [as_date(each) for each in values] if column.dtype.kind == "M" else values


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
