"""What a value may be chosen from (可选值): the words of the schema, ids of other parts, grades."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from evalkit.keys import TERMS, parted
from evalkit.references import REFERENCES
from evalkit.scenario import UnknownKey, steps_to
from evalkit.source import Source
from evalkit.words import Words
from evalkit.yamltree import Tree

#: Fields that hold a grade of the framework.
GRADES = ("grade", "stated", "stated_grade")


def choices_of(
    key: str, annotation: Any, value: Any, words: Words, grades: Any
) -> tuple[tuple[str, Any], ...]:
    """Pairs of what is shown and the value; empty for a value that can be anything."""
    plain = _plain(key, value)
    if plain.rpartition(".")[2] in GRADES and plain.startswith(("judgements", "stated")):
        return tuple(grades)
    if plain in REFERENCES:
        source = Source("", Tree(value))
        ids = [each for target in REFERENCES[plain] for _, each in source.entries(target)]
        return tuple((_called(each, plain, value, words), each) for each in dict.fromkeys(ids))
    literals = _literals(annotation)
    return tuple((_term(TERMS.get(plain, plain), each, words), each) for each in literals)


def _plain(key: str, value: Any) -> str:
    """A key without the ids of items: ``posts.general.approved`` is ``posts.approved``."""
    steps = [each for each in steps_to(value, key) if isinstance(each, str)]
    return ".".join(steps[:1] + steps[2:] if steps[0] in ("judgements", "weights") else steps)


def _literals(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [each for inner in get_args(annotation) for each in _literals(inner)]


def _term(field: str, choice: Any, words: Words) -> str:
    """What a choice is called; itself where it has no name, as a sign has none."""
    for key in (f"{field.rpartition('.')[2].removeprefix('stated_')}.{choice}", f"{field}.{choice}",
                f"signs.{choice}"):  # fmt: skip
        try:
            return words.term(key)
        except KeyError:
            continue
    return str(choice)


def _called(each: Any, plain: str, value: Any, words: Words) -> str:
    """The name of the part that an id stands for."""
    for target in REFERENCES[plain]:
        holder = target.rpartition(".")[0]
        try:
            name = parted(f"{holder}.{each}", value, words.lang)[0]
        except UnknownKey:  # a group of lines is named as such and has no item
            continue
        if name:
            return name
    return str(each)
