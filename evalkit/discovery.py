"""Finding things by their name (按名查找): nothing is registered, its name is enough."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

from evalkit.yamltree import own_yaml

#: The notebooks stand beside the package, where analysts look for them.
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
REPORT = NOTEBOOKS / "tracking_report.ipynb"
PORTFOLIO = NOTEBOOKS / "portfolio.ipynb"
SECTION = "section:"  # how the cells of a section are tagged


@cache
def sections() -> tuple[str, ...]:
    """The sections of a report (章节), in the order of its notebook.

    >>> sections()[:3]
    ('summary', 'overview', 'execution')
    """
    cells = json.loads(REPORT.read_text("utf-8"))["cells"]
    tags = [tag for cell in cells for tag in cell["metadata"].get("tags", ())]
    named = [tag.removeprefix(SECTION) for tag in tags if tag.startswith(SECTION)]
    return tuple(dict.fromkeys(named))


@cache
def forms() -> tuple[str, ...]:
    """The official forms that evalkit fills (附表): those that have a caption.

    >>> "feedback" in forms()
    True
    """
    captions = (files("evalkit") / "text" / "en" / "captions.md").read_text("utf-8")
    return tuple(re.findall(r"^## form_(\w+)$", captions, re.MULTILINE))


@cache
def named_verdicts() -> tuple[str, ...]:
    """The verdicts that have a name (评价结果) and may be given by a framework.

    >>> named_verdicts()[0], "cannot_be_evaluated" in named_verdicts()
    ('normal', False)
    """
    terms = own_yaml(files("evalkit") / "text" / "en" / "terms.yaml")
    return tuple(name for name in terms["verdict"] if name != "cannot_be_evaluated")


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
