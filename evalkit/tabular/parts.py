"""The tables that projects can come as (表格的构成), read off the schema of a params file.

Each list of the schema is a table; the columns of a table are the dotted keys of its entries. A key
that is new in ``schema.py`` is a column by itself.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from evalkit import values
from evalkit.columns import COLUMNS
from evalkit.fields import LANGUAGES
from evalkit.schema import Bilingual, Model, Params
from evalkit.source import NAMED_BY

PROJECTS = "projects"
PROJECT = "project_id"  # the column of every table that names the project
CODE = "code"  # the column of a mapping that holds its key
KINDS: dict[Any, str] = {
    int: "whole", bool: "flag", datetime.date: "date", Decimal: "number", str: "text",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """What a column holds: its dotted key within its table, and what its cells are.

    ``kind`` is ``number``, ``whole``, ``rate``, ``date``, ``flag``, ``text``, ``verbatim`` or
    ``choice``. ``lang`` is the language of a text that has a column per language; ``steps`` lead to
    the value in the entry. ``model`` and ``name`` say which field of the schema it is.
    """

    key: str
    kind: str
    steps: tuple[str, ...]
    model: type[Model]
    name: str
    is_list: bool = False
    lang: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One table: where its rows stand in a params file, and their columns by dotted key.

    ``required`` are the keys that every row needs, ``outline`` the mappings that hold some of them.
    ``above`` is the list whose entries a row belongs to and ``link`` the column that names the
    entry; ``by`` is the key by which rows of a table below name an entry of this one. The rows of a
    mapping have its keys in the column ``code``; where ``value`` is given that column is all.
    """

    name: str
    steps: tuple[str, ...]
    columns: Mapping[str, Column]
    required: tuple[str, ...] = ()
    outline: tuple[tuple[str, ...], ...] = ()
    above: str = ""
    link: str = ""
    by: str = ""
    is_mapping: bool = False
    value: str = ""


@dataclass
class _Found:
    """What was found below one model: its columns and lists."""

    columns: dict[str, Column] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    outline: list[tuple[str, ...]] = field(default_factory=list)
    lists: list[tuple[tuple[str, ...], Any]] = field(default_factory=list)


@cache
def parts() -> Mapping[str, Part]:
    """Every table by its full name; ``projects`` comes first, a list before those within it.

    >>> [name for name in parts() if name.startswith(("projects", "budget", "outputs"))]
    ['projects', 'budget.adjustments', 'budget.lines', 'outputs', 'outputs.parts']
    >>> parts()["outputs.parts"].link, parts()["budget.lines"].required
    ('outputs.id', ('id', 'name', 'group', 'declared'))
    """
    found = _below(Params)
    fixed = ("evalkit", "id")
    required = tuple(key for key in found.required if key not in fixed)
    columns = {key: column for key, column in found.columns.items() if key != "id"}
    made = [Part(PROJECTS, (), columns, required, tuple(found.outline)), *_lists(found.lists)]
    return {part.name: part for part in made}


def _lists(lists: list[tuple[tuple[str, ...], Any]], above: Part | None = None) -> Iterator[Part]:
    """The tables of these lists, each with those of the lists within it."""
    for steps, annotation in lists:
        where = (*(above.steps if above else ()), *steps)
        name, is_mapping = ".".join(where), get_origin(annotation) is dict
        entry, checks = _bare(get_args(annotation)[-1])
        is_model = isinstance(entry, type) and issubclass(entry, Model)
        found, value = (_below(entry), "") if is_model else _single(name, entry, checks)
        by = next((key for key in NAMED_BY if key in found.columns), "")
        link = f"{above.name}.{above.by}" if above else ""
        part = Part(
            name, where, found.columns, tuple(found.required), tuple(found.outline),
            above.name if above else "", link, by, is_mapping, value,
        )  # fmt: skip
        yield part
        yield from _lists(found.lists, part)


def _single(name: str, entry: Any, checks: frozenset[Callable]) -> tuple[_Found, str]:
    """The only column of a mapping to plain values, called as its frame calls it."""
    key = next(key for where, keys in COLUMNS.values() if where == name for key in keys.values())
    column = Column(key, _kind(entry, checks), (), Params, name)
    return _Found({key: column}, [key]), key


def _below(model: type[Model], steps: tuple[str, ...] = (), needed: bool = True) -> _Found:
    """The columns and lists of a model, those of the models within it included."""
    found = _Found()
    for name, about in model.model_fields.items():
        own = _checks(about.metadata)
        here, (core, checks) = (*steps, name), _bare(about.annotation)
        is_needed = needed and about.is_required()
        inner = get_args(core)[-1] if get_origin(core) is list else None
        entry, entry_checks = _bare(inner) if inner is not None else (core, checks)
        is_model = isinstance(entry, type) and issubclass(entry, Model)
        if get_origin(core) is dict or (inner is not None and is_model and entry is not Bilingual):
            found.lists.append((here, core))
        elif is_model and entry is not Bilingual:
            if is_needed:
                found.outline.append(here)
            below = _below(entry, here, is_needed)
            found.columns |= below.columns
            found.required += below.required
            found.outline += below.outline
            found.lists += below.lists
        else:
            kind = _kind(entry, entry_checks | own)
            choices = get_args(entry) if kind == "choice" else ()
            for lang in ("", *LANGUAGES) if entry is Bilingual else ("",):
                key = ".".join((*here, lang) if lang else here)
                found.columns[key] = Column(
                    key, kind, here, model, name, inner is not None, lang, choices
                )
            found.required += [".".join(here)] * is_needed
    return found


def _bare(annotation: Any) -> tuple[Any, frozenset[Callable]]:
    """A type without its option and its checks, and these checks."""
    checks: frozenset[Callable] = frozenset()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            checks |= _checks(more)
        elif get_origin(annotation) in (Union, UnionType):
            [annotation] = [each for each in get_args(annotation) if each is not type(None)]
        else:
            return annotation, checks


def _checks(metadata: Any) -> frozenset[Callable]:
    return frozenset(each.func for each in metadata if hasattr(each, "func"))


def _kind(core: Any, checks: frozenset[Callable]) -> str:
    """What the cells of a column are."""
    if core is Bilingual:
        return "text"
    if get_origin(core) is Literal:
        return "choice" if isinstance(get_args(core)[0], str) else "whole"
    if values.percent in checks:
        return "rate"
    return "verbatim" if values.text in checks else KINDS[core]
