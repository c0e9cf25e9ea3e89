"""Which framework a score sheet is of (评分表所属框架): the names of its indicators tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evalkit.intake.form import Form, Row
from evalkit.intake.labels import bare, which
from evalkit.model import Framework, Text

LEAST = 3  # names in common that are no accident


def plain_name(text: str) -> str:
    """A name as names are compared: no spaces, punctuation, number in front or brackets.

    >>> plain_name("1. 立项依据 充分性（3分）"), plain_name("Basis of approval")
    ('立项依据充分性', 'basisofapproval')
    """
    return re.sub(r"[\W_]+", "", bare(text))


def fitting(form: Form, frameworks: Iterable[Framework]) -> Framework | None:
    """The scored framework whose indicators most names of a form are; None where none is.

    Most: more than half of the names on the form, or of those of the framework. The first counts
    of several that fit as well.
    """
    named = {plain_name(row["name"].text) for row in form.indicators if "name" in row} - {""}
    best: tuple[int, Framework | None] = (LEAST - 1, None)
    for framework in frameworks:
        if not framework.is_scored:
            continue
        names = {name for text in framework.indicators["name"] for name in _both(text)}
        common = len(named & names)
        is_most = common * 2 > min(len(named), len(framework.indicators))
        if is_most and common > best[0]:
            best = (common, framework)
    return best[1]


def code_of(name: str, row: Row, framework: Framework) -> tuple[str, bool]:
    """The code of an indicator by its name; and whether the name fits several that nothing decides.

    Levels with the name of those in the row decide between indicators of one name.
    """
    plain = plain_name(name)
    found = [
        str(code) for code, text in framework.indicators["name"].items() if plain in _both(text)
    ]
    if len(found) > 1:
        above = [plain_name(row[key].text) for key in ("level2", "level1") if key in row]
        for each in filter(None, above):
            mine = [code for code in found if each in _names_above(code, framework)]
            found = mine or found
    return (found[0], False) if len(found) == 1 else ("", len(found) > 1)


def _names_above(code: str, framework: Framework) -> set[str]:
    levels = framework.levels["name"].to_dict()
    above = (levels[each] for each in path(code, framework)[1:])
    return {name for text in above for name in _both(text)}


def own_dimensions(row: Row, framework: Framework) -> tuple[str, ...]:
    """The dimensions of own indicators that the level of a row takes; none where it takes none."""
    own = framework.settings["own"].get("levels", {})
    for key in ("level2", "level1"):
        level = level_of(row[key].text, framework) if key in row else ""
        if level:
            return tuple(each for each, code in own.items() if level in path(code, framework))
    return ()


def level_of(text: str, framework: Framework) -> str:
    """The code of a level by its name, else by what kind of level it is; empty for none."""
    named, kind = named_level(text, framework), which(text, "levels")
    if named or not kind:
        return named
    tops = framework.levels[framework.levels["parent"] == ""]["name"]
    return next((str(code) for code, name in tops.items() if which(name.zh, "levels") == kind), "")


def named_level(text: str, framework: Framework) -> str:
    """The code of the lowest level of that name; empty for none."""
    plain, levels = plain_name(text), framework.levels["name"]
    found = [str(code) for code, name in levels.items() if plain and plain in _both(name)]
    return found[-1] if found else ""


def path(code: str, framework: Framework) -> list[str]:
    """A level or an indicator with those above it, the top one last."""
    parents = {**framework.levels["parent"].to_dict(), **framework.indicators["parent"].to_dict()}
    found = [code]
    while parents.get(found[-1]):
        found.append(parents[found[-1]])
    return found


def _both(text: Text) -> tuple[str, ...]:
    """A name in both languages, plain."""
    return tuple(plain_name(each) for each in text)
