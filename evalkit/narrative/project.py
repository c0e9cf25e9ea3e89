"""One project of an evaluation, as the tellers look at it.

A teller chooses sentences by the facts and holds no words. It returns sayings: the variants of
``text/<lang>/<topic>.md`` in their order, each with what it needs beside the facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from evalkit.facts import Fact, facts_for
from evalkit.model import Evaluation
from evalkit.recall import kept
from evalkit.terms import is_missing

Saying = tuple[str, dict[str, Any]]


def say(variant: str, **extra: Any) -> Saying:
    """One saying: a variant and what it needs beside the facts.

    >>> say("prose", heading="goals")
    ('prose', {'heading': 'goals'})
    """
    return variant, extra


def paragraph(*sentences: Saying) -> list[Saying]:
    """Several sentences as one paragraph; nothing where there is none."""
    return [say("paragraph", sentences=list(sentences))] if sentences else []


class Project:
    """The facts, inputs and items of one project."""

    def __init__(self, evaluation: Evaluation, project_id: str) -> None:
        self.evaluation, self.id = evaluation, project_id
        self.framework = evaluation.framework
        self.facts = facts_for(evaluation, project_id)
        self.about = evaluation.inputs.projects.loc[project_id]

    def value(self, name: str) -> Any:
        """The value of a fact; ``None`` where there is none."""
        value = self.facts.value(name)
        return None if is_missing(value) else value

    def has(self, *names: str) -> bool:
        """Whether each of these facts has a value."""
        return all(self.value(name) is not None for name in names)

    def fact(self, name: str, unit: Any = None) -> Fact:
        """A fact, on request with the unit that its quantity is counted in."""
        fact = self.facts[name]
        return fact if is_missing(unit) else fact._replace(unit=str(unit))

    def sign(self, name: str) -> str:
        """``above``, ``below`` or ``even`` by the sign of a fact that has a value."""
        value = self.value(name)
        return "even" if value == 0 else "above" if value > 0 else "below"

    def items(self, frame: str) -> list[Any]:
        """The rows of a frame that belong to the project; ``Index`` is the id of the item.

        The frame is a scored one or else an input.
        """
        return list(_items(self.evaluation, self.id, frame))

    def prose(self, *headings: str) -> Iterator[Saying]:
        """Where the project's own prose stands, for each of these headings that it has."""
        prose = self.evaluation.inputs.prose.index
        return (say("prose", heading=each) for each in headings if (self.id, each) in prose)

    def called(self, item: Any) -> Any:
        """The name of an item; its id where it has none."""
        return item.Index if is_missing(item.name) else item.name


@kept
def _items(evaluation: Evaluation, project_id: str, frame: str) -> list[Any]:
    found = getattr(evaluation, frame, None)
    table = getattr(evaluation.inputs, frame) if found is None else found
    mine = table[table.index.get_level_values(0) == project_id]
    items = mine.index.get_level_values(1).tolist()
    mine = mine.set_axis(range(len(mine)))
    columns = [mine[column].tolist() for column in mine]
    return [
        SimpleNamespace(Index=item, **dict(zip(mine, row, strict=True)))
        for item, *row in zip(items, *columns, strict=True)
    ]


@kept
def telling(evaluation: Evaluation, project_id: str, topic: str) -> list[Saying]:
    """What ``tell_<topic>`` tells of it. Raises ``ModuleNotFoundError`` for no such topic."""
    teller = import_module(f"evalkit.narrative.{topic}")
    return list(getattr(teller, f"tell_{topic}")(evaluation, project_id))


def present(value: Any) -> bool:
    """Whether a value of a frame is there.

    >>> present(None), present(0)
    (False, True)
    """
    return not is_missing(value)
