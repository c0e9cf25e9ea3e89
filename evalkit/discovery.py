"""Finding functions by their name (按名查找): nothing is registered, its name is enough."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def functions_of(package: ModuleType, prefix: str) -> dict[str, Any]:
    """Every function of a folder's modules whose name starts with the prefix, by the rest of it.

    In the order of the modules and of their lines; what a module only imports is not its own.

    >>> from evalkit import checks
    >>> "late_instalment" in functions_of(checks, "check_")
    True
    """
    found: dict[str, Any] = {}
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
        loaded = importlib.import_module(f"{package.__name__}.{module.name}")
        for name, function in vars(loaded).items():
            if name.startswith(prefix) and function.__module__ == loaded.__name__:
                found[name.removeprefix(prefix)] = function
    return found
