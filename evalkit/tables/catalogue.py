"""Finding tables by their name: every ``tabulate_<name>`` of this folder is a table."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from evalkit import tables
from evalkit.model import Evaluation
from evalkit.tables.table import Table
from evalkit.words import Words

Tabulate = Callable[[Evaluation, str, Words], Table | None]


@cache
def tabulators() -> dict[str, Tabulate]:
    """Every table by its name, in the order of the modules and of their lines.

    >>> "execution" in tabulators()
    True
    """
    found: dict[str, Tabulate] = {}
    for module in sorted(pkgutil.iter_modules(tables.__path__), key=lambda each: each.name):
        loaded = importlib.import_module(f"evalkit.tables.{module.name}")
        for name, function in vars(loaded).items():
            if name.startswith("tabulate_") and function.__module__ == loaded.__name__:
                found[name.removeprefix("tabulate_")] = function
    return found
