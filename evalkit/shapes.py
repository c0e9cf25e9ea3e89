"""Faults of shape (格式错误): what a model says of a file, as faults with their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from evalkit.errors import Fault
from evalkit.fields import model_at
from evalkit.schema import Model
from evalkit.source import Source
from evalkit.units import units
from evalkit.yamltree import Path as Steps

MOST_FAULTS = 200  # of one file; who has more mends these first
#: What pydantic calls a fault, and what it is called here.
SHAPES = {
    "missing": "missing", "extra_forbidden": "unknown_key", "literal_error": "not_a_choice",
    "list_type": "not_a_list", "dict_type": "not_a_mapping", "model_type": "not_a_mapping",
    "string_pattern_mismatch": "not_an_id", "too_short": "empty_list",
}  # fmt: skip
File = TypeVar("File", bound=Model)


def shaped(model: type[File], source: Source) -> tuple[File | None, list[Fault]]:
    """The values as a model has them; or None and the faults of their shape."""
    try:
        return model.model_validate(source.tree.value), []
    except ValidationError as error:
        return None, list(islice(_faults(model, error, source), MOST_FAULTS + 1))


def _faults(model: type[Model], error: ValidationError, source: Source) -> Iterator[Fault]:
    for each in error.errors(include_url=False):
        yield _fault(model, each, source)


def _fault(root: type[Model], error: ErrorDetails, source: Source) -> Fault:
    """A fault of shape: at the value, at an unknown key, or at what should hold a missing one."""
    steps: Steps = error["loc"]
    code, found = SHAPES.get(error["type"], error["type"]), error["input"]
    context = error.get("ctx", {})
    if steps[-1:] == ("[key]",):
        if code == "not_a_choice":
            known = re.findall(r"'([^']*)'", context["expected"])
            return source.unknown(code, steps[:-1], found, known, at_key=True)
        return source.fault(code, steps[:-1], found, at_key=True)
    if code == "unknown_key":
        model = model_at(steps[:-1], root)
        known = list(model.model_fields) if model else []
        return source.unknown(code, steps, steps[-1], known, at_key=True)
    if code == "missing":
        return source.fault(code, steps, key=steps[-1])
    if code == "not_a_choice":
        return source.unknown(code, steps, found, re.findall(r"'([^']*)'", context["expected"]))
    if code == "unknown_unit":
        return source.unknown(code, steps, found, units()["money"])
    if isinstance(found, dict) and "found" in context:
        return source.fault(code, steps, context["found"], kind="")
    return source.fault(code, steps, found)
