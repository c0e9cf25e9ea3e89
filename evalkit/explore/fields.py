"""Which values of a params file can be moved (可调参数), read off the model of the file.

A new field of ``schema.py`` is found by itself: its type says which control it gets.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator

from evalkit.explore.choices import choices_of
from evalkit.fields import description, part
from evalkit.keys import parted
from evalkit.project import Project
from evalkit.scenario import value_at
from evalkit.schema import Bilingual, Model, Params
from evalkit.source import NAMED_BY
from evalkit.values import calendar_date, flag, number, percent, whole
from evalkit.words import Words

#: What the validator of a value says of its kind.
KINDS = {number: "number", percent: "share", whole: "count", calendar_date: "date", flag: "flag"}
#: Parts of a file that are no values of the project: they stay as they are.
FIXED = ("evalkit", "id", "derived_from", "framework", "units", "accepted", "printed", "parties",
         "disbursement", "rules", "problems", "measures")  # fmt: skip
#: Parts whose items are known by the framework, also where the file has none yet.
BY_CODE = ("judgements",)


@dataclass(frozen=True)
class Field:
    """One value that can be moved: its key, its kind, its name, and what it may be."""

    key: str
    kind: str  # number, share, count, date, flag, choice, choices
    label: str
    help: str
    value: Any
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Group:
    """Values that belong together: one item of a list, or a part of the file."""

    title: str
    fields: tuple[Field, ...]


def sections() -> list[str]:
    """The parts of a params file that hold values to move, in the order of the file.

    >>> sections()[:4]
    ['project', 'funding', 'budget', 'posts']
    """
    return [name for name in Params.model_fields if name not in FIXED and _holds(name)]


def _holds(name: str) -> bool:
    model = part(Params.model_fields[name].annotation)
    return name == "weights" or (model is not None and any(_all_kinds(model)))


def _all_kinds(model: type[Model]) -> Iterator[str]:
    for each in model.model_fields.values():
        kind, inner = kind_of(each.annotation, each.metadata), part(each.annotation)
        if kind:
            yield kind
        elif inner is not None and inner is not Bilingual:
            yield from _all_kinds(inner)


def groups(section: str, project: Project, *, is_whole: bool = False) -> list[Group]:
    """The values of a part of a project's file, item by item.

    ``is_whole`` asks for fields without a value too.
    """
    value, words = project.scenario.value, project.words
    codes, grades = _judged(project, words), _grades(project, words)
    maker = _Maker(value, words, grades, is_whole)
    about = Params.model_fields[section]
    model = part(about.annotation)
    held = value.get(section)
    if model is None:  # a number for each code
        fields = [maker.field(f"{section}.{code}", "number", "") for code in held or {}]
        return [Group("", tuple(fields))] if fields else []
    found: list[Group] = []
    if get_origin(about.annotation) is dict:
        known = (codes if section in BY_CODE else {}) | {
            code: codes.get(code, code) for code in held or {}
        }
        found = [maker.group(f"{section}.{code}", model, name) for code, name in known.items()]
    elif isinstance(held, list) or get_origin(about.annotation) is list:
        found = maker.items(section, model, held or [])
    else:
        found = [maker.group(section, model, ""), *maker.inner(section, model, held or {})]
    return [each for each in found if each.fields]


def _judged(project: Project, words: Words) -> dict[str, str]:
    """The names of the indicators that the framework judges, by their codes."""
    table = project.scored.framework.indicators
    named = words.term("headings.code_and_name")
    return {
        str(code): named.format(code=code, name=words.text(name))
        for code, name in table["name"].items()
    }


def _grades(project: Project, words: Words) -> list[tuple[str, str]]:
    framework = project.scored.framework
    return [(words.text(framework.labels[each]), each) for each in framework.grades]


class _Maker:
    """Makes the fields of one file."""

    def __init__(self, value: Any, words: Words, grades: Any, is_whole: bool) -> None:
        self.value, self.words, self.grades, self.is_whole = value, words, grades, is_whole

    def items(self, key: str, model: type[Model], held: list[Any]) -> list[Group]:
        """A group for each item of a list."""
        found = []
        for item in held:
            name = str(item.get("id", item.get("year", item.get("code", ""))))
            mine = f"{key}.{name}"
            if name:
                title = parted(mine, self.value, self.words.lang)[0]
                found.append(self.group(mine, model, title))
                found += self.inner(mine, model, item)
        return found

    def inner(self, key: str, model: type[Model], held: Any) -> list[Group]:
        """The lists within a part."""
        return [
            group
            for name, each in model.model_fields.items()
            if (inner := part(each.annotation)) is not None and _is_list(each.annotation)
            and inner is not Bilingual and isinstance(held, dict)
            for group in self.items(f"{key}.{name}", inner, held.get(name) or [])
        ]  # fmt: skip

    def group(self, key: str, model: type[Model], title: str) -> Group:
        """The values of one item, those of its plain parts among them."""
        return Group(title, tuple(self._fields(key, model)))

    def _fields(self, key: str, model: type[Model]) -> Iterator[Field]:
        for name, about in model.model_fields.items():
            mine = f"{key}.{name}"
            inner = part(about.annotation)
            if inner is not None:
                if inner is not Bilingual and not _is_list(about.annotation):
                    yield from self._fields(mine, inner)
                continue
            if name in NAMED_BY and key.count("."):
                continue  # what tells the items of a list apart
            kind = kind_of(about.annotation, about.metadata)
            choices = choices_of(mine, about.annotation, self.value, self.words, self.grades)
            if choices and not kind:
                kind = "choices" if _is_list(about.annotation) else "choice"
            if kind and (self.is_whole or self._is_there(mine)):
                yield self.field(mine, kind, description(model, name, self.words.lang), choices)

    def _is_there(self, key: str) -> bool:
        """Whether a field has a value; a grade is shown in any case, it is what one moves."""
        return value_at(self.value, key) is not None or key.endswith(".grade")

    def field(self, key: str, kind: str, told: str, choices: Any = ()) -> Field:
        """One value; named by its term where it has one, else as it is described."""
        _, term = parted(key, self.value, self.words.lang)
        label = self.words.term(term) if term else told or key.rpartition(".")[2]
        return Field(key, kind, label, told or label, value_at(self.value, key), tuple(choices))


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(
        get_origin(each) is list for each in get_args(annotation)
    )


def kind_of(annotation: Any, metadata: Any = ()) -> str:
    """The kind of control that a value needs; empty where it is a text, an id or a part.

    >>> from evalkit.schema import Post, Line
    >>> [kind_of(f.annotation, f.metadata) for f in (Post.model_fields["approved"],
    ...  Line.model_fields["rate"], Line.model_fields["group"], Line.model_fields["name"])]
    ['count', 'share', 'choice', '']
    """
    for each in metadata:
        if isinstance(each, BeforeValidator) and each.func in KINDS:
            return KINDS[each.func]
    if get_origin(annotation) is Annotated:
        inner, *about = get_args(annotation)
        return kind_of(inner, about)
    if get_origin(annotation) in (Union, types.UnionType):
        return next(filter(None, map(kind_of, get_args(annotation))), "")
    return "choice" if get_origin(annotation) is Literal else ""
