"""Values of a params file with the remark that stands beside them as a comment (附注)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from evalkit.intake.ledger import Remark

Tree = dict[str, Any]


@dataclass(frozen=True)
class Noted:
    """A value and the remark that explains it; None is a key that somebody must fill in."""

    value: Any
    remark: Remark


def without_none(pairs: Iterable[tuple[str, Any]]) -> Tree:
    """A mapping of what is there: no key for None, an empty text, list or mapping.

    >>> without_none([("a", 0), ("b", None), ("c", ""), ("d", {})])
    {'a': 0}
    """
    return {key: value for key, value in pairs if value not in (None, "", [], {})}
