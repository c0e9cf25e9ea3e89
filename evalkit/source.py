"""One params file as it was read: its values by their dotted keys, and faults with their place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from evalkit.errors import Fault
from evalkit.yamltree import Path, Tree

#: How a value is called in a fault; the words are in ``text/<lang>/faults.yaml``.
KINDS: dict[type, str] = {
    type(None): "nothing", bool: "flag", int: "number", Decimal: "number", date: "date",
    str: "text", list: "list", dict: "mapping",
}  # fmt: skip
NAMED_BY = ("id", "year", "code")  # what tells the entries of a list apart
MOST_KNOWN, MANY = 30, 5  # of more names than this, a fault lists only so many


@dataclass(frozen=True)
class Source:
    """A file (as it was named) and its tree."""

    file: str
    tree: Tree

    def entries(self, key: str) -> list[tuple[Path, Any]]:
        """Every value at a dotted key, with its path; all of them where a list is on the way.

        >>> tree = Tree({"posts": [{"id": "a"}, {"id": "b"}, "?"]})
        >>> Source("x.yaml", tree).entries("posts.id")
        [(('posts', 0, 'id'), 'a'), (('posts', 1, 'id'), 'b')]
        """
        found: list[tuple[Path, Any]] = [((), self.tree.value)]
        for step in key.split("."):
            inside = [
                ((*path, step), value[step])
                for path, value in found
                if isinstance(value, dict) and step in value
            ]
            found = []
            for path, value in inside:
                each = enumerate(value) if isinstance(value, list) else ()
                found += [((*path, n), v) for n, v in each] or [(path, value)]
        return [(path, value) for path, value in found if value != []]

    def at(self, path: Path) -> Any:
        """The value at a path; None where there is none."""
        value = self.tree.value
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def texts(self, *keys: str) -> dict[str, Path]:
        """The texts at these dotted keys (mostly ids), each with the path where it is first."""
        found: dict[str, Path] = {}
        for key in keys:
            for path, value in self.entries(key):
                if isinstance(value, (str, int)):
                    found.setdefault(str(value), path)
        return found

    def fault(
        self, code: str, path: Path, found: Any = None, *, at_key: bool = False, **values: Any
    ) -> Fault:
        """A fault at the value of a path, or at its key."""
        kind = KINDS.get(type(found), "text")
        told = "" if found is None or isinstance(found, (list, dict)) else str(found)
        told = told.lower() if isinstance(found, bool) else told
        words = {name: str(value) for name, value in values.items()}
        file, place, more = self.tree.spot(path, at_key)
        words = {"kind": kind, **more, **words}
        return Fault(file or self.file, *place, code, self.dotted(path), told, words)

    def unknown(
        self, code: str, path: Path, found: Any, known: Iterable[str], **more: Any
    ) -> Fault:
        """A fault of a name that is none of the known ones, with the one it may have meant.

        Of many known names those are told that come closest.
        """
        return self.fault(code, path, found, **more | unknown_name(str(found), known))

    def dotted(self, path: Path) -> str:
        """A path for a reader: entries of lists by id, year or code, or else by their number.

        >>> Source("x.yaml", Tree({"posts": [{"id": "a"}, {}]})).dotted(("posts", 0, "name"))
        'posts.a.name'
        """
        steps = []
        for n, step in enumerate(path, start=1):
            part = self.at(path[:n]) if isinstance(step, int) else None
            told = part if isinstance(part, dict) else {}
            name = next((told[key] for key in NAMED_BY if key in told), None)
            steps.append(str(step + 1 if isinstance(step, int) else step))
            if isinstance(name, (str, int)):
                steps[-1] = str(name)
        return ".".join(steps)


def unknown_name(found: str, known: Iterable[str]) -> dict[str, str]:
    """What a fault says of an unknown name: the known ones, or the closest, and the likeliest.

    >>> unknown_name("labor", ["labour", "goods"])
    {'known': 'labour, goods', 'near': 'labour'}
    """
    names = list(dict.fromkeys(known))
    close = difflib.get_close_matches(found[:80], names, n=MANY)
    told = names if len(names) <= MOST_KNOWN else [*(close or names[:MANY]), "…"]
    return {"known": ", ".join(told), "near": close[0] if close else ""}
