"""Facts (事实): every figure with its exact value, unit, formula, inputs and place.

``formulas.yaml`` lists the figures; ``facts_of`` reads their values out of the scored frames. Words,
tables, charts, checks, mail and exports take figures from here and from nowhere else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import pandas as pd
from ruamel.yaml import YAML

from evalkit.model import Inputs, as_date

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
