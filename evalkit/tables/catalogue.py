"""Finding tables by their name: every ``tabulate_<name>`` of this folder is a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from evalkit import tables
from evalkit.discovery import functions_of
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
    return functions_of(tables, "tabulate_")
