"""What a project would be if some of its values were others (情景): changes to a params file.

A value is named as everywhere: by its dotted key, with the id of an item in a list
(``posts.general.approved``, ``judgements.A111.grade``). Nothing here writes a file.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from evalkit.model import Inputs
from evalkit.params import ParamsFile, changed, gathered
from evalkit.recall import Call, directly
from evalkit.source import NAMED_BY
from evalkit.yamltree import Path

Changes = Mapping[str, Any]
#: What a scenario has of its own: it is no change of a value.
OWN = ("id", "derived_from")


@dataclass(frozen=True)
class Scenario:
    """A params file, and the values that differ from it by their keys; ``None`` leaves one out."""

    file: ParamsFile
    changes: Changes = field(default_factory=dict)
    call: Call = directly  # a ``Recall`` that scenarios of one file share

    @cached_property
    def value(self) -> Any:
        """All values, as a params file would hold them. Raises ``UnknownKey``."""
        return with_changes(self.file.tree.value, self.changes)

    @cached_property
    def inputs(self) -> Inputs:
        """The inputs of this one project. Raises ``ParamsFaults`` for values that cannot be."""
        file = changed(self.file, self.value) if self.changes else self.file
        return gathered([file], call=self.call)

    def with_change(self, key: str, value: Any) -> Scenario:
        """This with one more value changed; one that is as in the file is no change."""
        changes = {name: each for name, each in self.changes.items() if name != key}
        if value != value_at(self.file.tree.value, key):
            changes[key] = value
        return replace(self, changes=changes)


class UnknownKey(Exception):
    """There is no such value in a params file; ``close`` are keys that may have been meant."""

    def __init__(self, key: str, close: tuple[str, ...] = ()) -> None:
        self.key, self.close = key, close
        super().__init__(key, close)


def with_changes(value: Any, changes: Changes) -> Any:
    """The values of a file with others in their places; nothing of the file itself is changed.

    Raises ``UnknownKey`` for a key that leads into no item.

    >>> posts = {"posts": [{"id": "a", "approved": 28}]}
    >>> with_changes(posts, {"posts.a.approved": 30}), posts["posts"][0]["approved"]
    ({'posts': [{'id': 'a', 'approved': 30}]}, 28)
    """
    for key, new in changes.items():
        value = _put(value, steps_to(value, key), new)
    return value


def _put(holder: Any, path: Path, new: Any) -> Any:
    """A copy of what holds a value, with another one in its place or without it."""
    first, *rest = path
    if rest:
        inner = holder[first] if isinstance(first, int) else holder.get(first) or {}
        new = _put(inner, tuple(rest), new)
        if new == {} and inner == {}:
            return holder  # what was not there is left out
    if isinstance(holder, list):
        return [new if place == first else each for place, each in enumerate(holder)]
    kept = {name: each for name, each in holder.items() if name != first or new is not None}
    return kept if new is None else kept | {first: new}


def steps_to(value: Any, key: str) -> Path:
    """The path of a dotted key: an item of a list is found by its id.

    Raises ``UnknownKey`` where a list has no such item, or a value is none that holds others.

    >>> steps_to({"posts": [{"id": "a"}]}, "posts.a.approved")
    ('posts', 0, 'approved')
    """
    path: list[str | int] = []
    for step in key.split("."):
        if isinstance(value, list):
            names = _names(value)
            if step not in names:
                raise UnknownKey(key, _close(key, [*path, None], names))
            path.append(names.index(step))
            value = value[names.index(step)]
        elif value is None or isinstance(value, dict):
            path.append(step)
            value = (value or {}).get(step)
        else:
            raise UnknownKey(key)
    return tuple(path)


def _close(key: str, path: list[Any], names: list[str]) -> tuple[str, ...]:
    """The key with the names that are most like the one that is not there."""
    steps = key.split(".")
    at = len(path) - 1
    like = difflib.get_close_matches(steps[at], names, 3, 0.5) or names[:3]
    return tuple(".".join([*steps[:at], each, *steps[at + 1 :]]) for each in like)


def _names(items: list[Any]) -> list[str]:
    """What tells the items of a list apart: their id or year, else their place from 1."""
    return [
        next((str(each[by]) for by in NAMED_BY if isinstance(each, dict) and by in each), str(n))
        for n, each in enumerate(items, start=1)
    ]


def value_at(value: Any, key: str) -> Any:
    """The value at a dotted key; ``None`` where there is none. Raises ``UnknownKey``."""
    for step in steps_to(value, key):
        if value is None or (isinstance(value, dict) and step not in value):
            return None
        value = value[step]
    return value


def differences(one: Any, other: Any) -> dict[str, tuple[Any, Any]]:
    """The values that two files do not share, by their keys; ``None`` where one has none (差异).

    A list that has not the same items in both is one value.

    >>> differences({"budget": {"approved": 1}, "id": "a"}, {"budget": {"approved": 2}, "id": "b"})
    {'budget.approved': (1, 2)}
    """
    found = _apart("", one, other)
    return {key: pair for key, pair in found if key.partition(".")[0] not in OWN}


def _apart(key: str, one: Any, other: Any) -> Iterator[tuple[str, tuple[Any, Any]]]:
    if one == other:
        return
    if isinstance(one, dict) and isinstance(other, dict):
        names = [*one, *(name for name in other if name not in one)]
        pairs = [(name, one.get(name), other.get(name)) for name in names]
    elif _is_items(one) and _is_items(other) and _names(one) == _names(other):
        pairs = list(zip(_names(one), one, other, strict=True))
    else:
        yield key, (one, other)
        return
    for name, left, right in pairs:
        yield from _apart(f"{key}.{name}" if key else str(name), left, right)


def _is_items(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a file that holds no others, with its dotted key.

    >>> list(leaves({"posts": [{"id": "a", "approved": 28}]}))
    [('posts.a.id', 'a'), ('posts.a.approved', 28)]
    """
    if isinstance(value, dict):
        inner = list(value.items())
    elif _is_items(value):
        inner = list(zip(_names(value), value, strict=True))
    else:
        yield key, value
        return
    for name, each in inner:
        yield from leaves(each, f"{key}.{name}" if key else str(name))
