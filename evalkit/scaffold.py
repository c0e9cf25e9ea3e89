"""A new params file (新建参数文件): a complete example whose optional parts are switched off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, get_args

from evalkit.errors import Fault, ParamsFaults
from evalkit.fields import description, model_at
from evalkit.schema import Bilingual, Model
from evalkit.values import ID
from evalkit.yamltree import Path, Tree, read_yaml

EXAMPLE_ID = "new-project"
SCHEMA_LINE = "# yaml-language-server: $schema=schema.json"


def scaffold(name: str, lang: str) -> str:
    """The text of a new params file with this project id; every key is explained in a comment.

    Only what every project needs is switched on; the rest is an example behind ``# ``. Raises
    ``ParamsFaults`` for a name that cannot be an id.

    >>> print(scaffold("libraries-2025", "en").splitlines()[7])
    id: libraries-2025  # id of the project, and the name of its report folder
    """
    if not re.fullmatch(ID, name):
        raise ParamsFaults([Fault(name, 0, 0, "not_an_id", "", name, {"kind": "text"})])
    text = example(lang).replace("{name}", name).replace(f"id: {EXAMPLE_ID}", f"id: {name}", 1)
    lines = text.splitlines()
    tree, _ = read_yaml(text, "new_params.yaml")
    for path, words in _comments(tree, lang):
        line = tree.keys[path].line - 1
        lines[line] = f"{lines[line]}  # {words}"
    for first, last in _optional(tree):
        lines[first:last] = [f"# {line}" if line else "#" for line in lines[first:last]]
    return "\n".join([SCHEMA_LINE, *lines, ""])


def example(lang: str) -> str:
    """A complete params file of an invented project that uses every key, in a language."""
    return (files("evalkit") / "text" / lang / "new_params.yaml").read_text("utf-8")


def _comments(tree: Tree, lang: str) -> Iterator[tuple[Path, str]]:
    """The first key of a line where it stands for the first time: its description and choices."""
    told: set[str] = set()
    lines: set[int] = set()
    for path, mark in tree.keys.items():
        model, key = model_at(path[:-1]), str(path[-1])
        if model is None or key not in model.model_fields or mark.line in lines:
            continue
        lines.add(mark.line)
        choices = _choices(model.model_fields[key].annotation)
        words = description(model, key, lang)
        if words not in told:
            told.add(words)
            yield path, f"{words} ({' | '.join(choices)})" if choices else words


def _choices(annotation: Any) -> list[str]:
    """The words that a key may hold, where it may hold no others."""
    found = [each for each in get_args(annotation) if each is not type(None)]
    if found and all(isinstance(each, str) for each in found):
        return found
    return [word for each in found if not _is_model(each) for word in _choices(each)]


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Model)


def _optional(tree: Tree) -> Iterator[tuple[int, int]]:
    """The lines of each key that a file may leave out, from its own to the end of its value."""
    switched_off: list[Path] = []
    for path, mark in tree.keys.items():
        model = model_at(path[:-1])
        field = model.model_fields.get(str(path[-1])) if model else None
        is_inside = any(path[: len(outer)] == outer for outer in switched_off)
        if field is None or field.is_required() or is_inside or model is Bilingual:
            continue
        switched_off.append(path)
        ends = [m.line for p, m in tree.values.items() if p[: len(path)] == path]
        yield mark.line - 1, max(ends)
