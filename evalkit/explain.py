"""Faults in words (错误说明): where, what was found, what was expected, how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from evalkit.errors import Fault
from evalkit.yamltree import UNSEEN, read_yaml

LONGEST_FOUND = 60
PARTS = ("faults", "table_faults", "framework_faults", "mail_faults")  # of the sentences


@cache
def sentences(lang: str) -> dict[str, Any]:
    """What ``text/<lang>/faults.yaml`` says."""
    source = files("evalkit") / "text" / lang / "faults.yaml"
    return read_yaml(source.read_text("utf-8"), f"text/{lang}/faults.yaml")[0].value


def explain(fault: Fault, lang: str) -> str:
    """One line about a fault, in a language; nothing in it can steer a terminal.

    >>> fault = Fault("x.yaml", 12, 5, "not_a_list", "posts", "", {"kind": "text"})
    >>> explain(fault, "en")
    "x.yaml:12:5  posts — found text; expected a list; start each entry with '- '"
    """
    say = sentences(lang)
    place = f"{fault.file}:{fault.line}:{fault.column}" if fault.line else fault.file
    values = {name: _visible(value) for name, value in fault.values.items()}
    values["found"] = _visible(fault.found, LONGEST_FOUND)
    words = next(say[part][fault.code] for part in PARTS if fault.code in say[part])
    if fault.values.get("heading"):
        words = words | say["in_tables"].get(fault.code, {})
    found = words["found"].format_map(values) if "found" in words else _found(say, values)
    told = [
        say["found"].format(found=found) if found else "",
        say["expected"].format(expected=words["expected"].format_map(values)),
        words["mend"].format_map(values),
        say["near"].format(near=values["near"]) if values.get("near") else "",
    ]
    column = say["column"].format(heading=values["heading"]) if values.get("heading") else ""
    head = "  ".join(filter(None, (_visible(place), _visible(fault.path), column)))
    return f"{head} — {say['between'].join(filter(None, told))}"


def _found(say: Mapping[str, Any], values: Mapping[str, str]) -> str:
    """What was found, in quotes, with its kind where that says more."""
    kind = say["kinds"].get(values.get("kind", ""), "")
    found = say["quoted"].format(text=values["found"]) if values["found"] else ""
    return say["of_kind"].format(found=found, kind=kind) if found and kind else found or kind


def _visible(text: str, longest: int = 1000) -> str:
    """A text on one line, without invisible characters, cut where it is too long."""
    line = " ".join(UNSEEN.sub(" ", text[: 2 * longest]).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
