"""Pure functions called again and again with little changed (记忆): only what must be is run.

What follows from an evaluation, or from inputs, alone is ``kept`` as long as they are in use. While
an analyst moves one value, most frames stay as they are. A ``Recall`` remembers of each function
what it was last called with, and what it read of the inputs; where all of that is the same, so is
the result. A result that turns out equal to the last one *is* the last one, so that what builds on
it need not run either.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import pandas as pd

from evalkit.model import Evaluation, Inputs

Call = Callable[..., Any]
P = ParamSpec("P")
R = TypeVar("R")
About = TypeVar("About", Evaluation, Inputs)


def kept(
    function: Callable[Concatenate[About, P], R],
) -> Callable[Concatenate[About, P], R]:
    """A pure function of an evaluation or of inputs, run once however many ask (随评价留存).

    Its other arguments can be keys, and nobody changes the result, which does not refer to the
    evaluation or the inputs themselves.
    """
    known: WeakKeyDictionary[About, dict[Any, R]] = WeakKeyDictionary()

    @wraps(function)
    def once(about: About, /, *others: P.args, **named: P.kwargs) -> R:
        mine = known.setdefault(about, {})
        key = (*others, *named.items())
        if key not in mine:
            mine[key] = function(about, *others, **named)
        return mine[key]

    return once


def directly(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function; nothing is remembered.

    >>> directly(max, 1, 2)
    2
    """
    return function(*arguments)


class Recall:
    """Calls functions, and remembers the last call of each (by its function and its words).

    >>> recall, frame = Recall(), pd.DataFrame({"a": [1]})
    >>> first = recall(pd.DataFrame.abs, frame)
    >>> recall(pd.DataFrame.abs, frame.copy()) is first
    True
    """

    def __init__(self) -> None:
        self._known: dict[Any, tuple[list[Any], Any]] = {}

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The result of a pure function for these arguments."""
        key = (function, *(each for each in arguments if isinstance(each, str)))
        known = self._known.get(key)
        if known is not None and _holds(known[0], arguments):
            return known[1]
        watched = [Watched(each) if isinstance(each, Inputs) else each for each in arguments]
        result = function(*watched)
        if known is not None and is_same(known[1], result):
            result = known[1]
        self._known[key] = (watched, result)
        return result


class Watched:
    """Inputs that note which of their frames were read."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self.read: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inputs, name)
        self.read[name] = value
        return value


def _holds(known: list[Any], arguments: tuple[Any, ...]) -> bool:
    """Whether a function that was called with these would see the same in others."""
    return len(known) == len(arguments) and all(
        all(is_same(value, getattr(new, name)) for name, value in old.read.items())
        if isinstance(old, Watched)
        else is_same(old, new)
        for old, new in zip(known, arguments, strict=True)
    )


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are one, or equal in all that a function could read of them.

    >>> is_same([pd.Series([1])], [pd.Series([1])]), is_same(1, True), is_same((1,), [1])
    (True, False, False)
    """
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, pd.DataFrame | pd.Series):
        return one.equals(other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(is_same(one[key], other[key]) for key in one)
    return bool(one == other)
