"""Where in the files a finding's value was written (出处): ``file:line``, as near as is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evalkit.facts import READ_AS, Fact
from evalkit.model import INPUT_FRAMES, Evaluation, Text

PLACE = re.compile(r".+:\d+")
#: Where the items of a scored frame were read.
READ_IN = {"indicators": "judgements", "scores": "judgements", "score_levels": "weights"}


def place_of(
    evaluation: Evaluation, project_id: str, finding: Any, facts: Mapping[str, Fact]
) -> str:
    """The place of what a finding is about: of the value, else of its item, else of its inputs.

    Empty where nothing was read from a file. ``facts`` are those of the project.
    """
    where = finding["where"]
    if isinstance(where, Text):
        return where.zh if PLACE.fullmatch(where.zh) else _printed(evaluation, project_id, finding)
    fact = facts.get(str(where))
    if fact is not None and fact.place:
        return fact.place
    return _of_item(evaluation, project_id, str(where)) or _of_inputs(str(where), facts)


def _printed(evaluation: Evaluation, project_id: str, finding: Any) -> str:
    """The entry of the printed figure that a finding quotes."""
    figure = finding["details"].get("figure", ("", ""))[0]
    printed = evaluation.inputs.printed
    mine = printed.loc[[project_id]] if project_id in printed.index else printed.iloc[:0]
    rows = zip(mine.index.get_level_values(1), mine["where"], mine["figure"], strict=True)
    for item, where, its in rows:
        if where == finding["where"] and figure in ("", its):
            return evaluation.inputs.places.get(("printed", project_id, str(item), "text"), "")
    return ""


def _of_item(evaluation: Evaluation, project_id: str, where: str) -> str:
    """The value as it was stated, else the first line of the item that it belongs to."""
    places = evaluation.inputs.places
    frame, _, rest = where.partition(".")
    item, _, column = rest.rpartition(".")
    if not rest:
        frame, item, column = "projects", "", where
    for name in dict.fromkeys((READ_AS.get(frame, frame), READ_IN.get(frame, frame), "outputs")):
        for each in (column, f"stated_{column}"):
            if (name, project_id, item, each) in places:
                return places[name, project_id, item, each]
        columns = INPUT_FRAMES.get(name, ()) if item else ()
        found = (places.get((name, project_id, item, each), "") for each in columns)
        mine = [place for place in found if place]
        if mine:
            return min(mine, key=lambda place: int(place.rpartition(":")[2]))
    return ""


def _of_inputs(where: str, facts: Mapping[str, Fact], seen: frozenset[str] = frozenset()) -> str:
    """The first place among the figures that a figure was computed from."""
    fact = facts.get(where)
    for name in fact.inputs if fact else ():
        if name not in seen:
            made_of = facts.get(name)
            place = made_of.place if made_of else ""
            place = place or _of_inputs(name, facts, seen | {where, name})
            if place:
                return place
    return ""
