"""When a place names a fact so clearly that another value there is wrong (明确).

A label or a head of a column must be the name of the figure and nothing else, its row that of the
item or of the whole. In running text the name must stand right before the figure, and nothing in
its clause may make it another quantity.
"""

from __future__ import annotations

import re
from functools import cache

from evalkit.audit.candidates import Candidate, Project
from evalkit.audit.context import Context
from evalkit.audit.folding import fold
from evalkit.audit.naming import BRACKETS, HAN, is_name_of, matches, pieces
from evalkit.audit.patterns import patterns

CLAUSE = re.compile(r"[\uff0c,\u3001\uff1b;:\uff1a\n(\uff08]")
SHORTEST_CLEAR = 4  # Chinese signs of a name that stands in running text
SHORTEST_LATIN = 6  # letters of one
TARGET = "outputs.target"
RIVALS_OF_GOALS = {"outputs.actual", "outputs.planned", "outputs.expected", "outputs.measured"}
YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def is_clear(
    candidate: Candidate, context: Context, project: Project, is_label_needed: bool = False
) -> bool:
    """Whether a place clearly names a fact.

    ``is_label_needed``: only a label or head of a column will do, as the figure is known elsewhere.
    """
    if _is_of_another_year(candidate, context, project):
        return False
    if context.is_cell:
        return _is_clear_cell(candidate, context, project)
    return not is_label_needed and _is_clear_clause(candidate, context, project)


def with_total(context: Context) -> str:
    """The head of a column; in the row of totals it speaks of the total too."""
    labels = {part.strip() for part in context.row.split("\n")}
    totals = labels.intersection(patterns()["totals"])
    if not totals:
        return context.column
    heads = [BRACKETS.sub("", head).strip() for head in context.column.split("\n")]
    return "\n".join([*heads, *(f"{head}{total}" for head in heads for total in totals)])


def _is_of_another_year(candidate: Candidate, context: Context, project: Project) -> bool:
    """Whether the words around a figure speak of another year than the fact does."""
    if candidate.kind == "date":
        return False
    around = f"{context.sentence}\n{context.row}\n{context.column}\n{context.left}"
    years = set(YEAR.findall(around))
    if candidate.item.startswith("years."):
        return candidate.item.removeprefix("years.") not in years
    return bool(years - {project.year}) if project.year else False


def _is_clear_cell(candidate: Candidate, context: Context, project: Project) -> bool:
    """A cell of its own, below or beside the very name of the figure."""
    if context.is_ragged:  # its column is not certain, the label beside it is
        return not candidate.item and is_name_of(context.left, candidate.key)
    if candidate.item:
        item = project.items[candidate.item]
        labels = [part for part in context.row.split("\n") if part.strip()]
        is_row = any(item.holds(label) and item.coverage(label) > 0.8 for label in labels[-1:])
        return is_row and is_name_of(context.column, candidate.key)
    if context.left and is_name_of(context.left, candidate.key):
        return not context.column or not matches(context.column)
    if not is_name_of(with_total(context), candidate.key):
        return False
    labels = [part.strip(" :\uff1a") for part in context.row.split("\n") if part.strip()]
    whole = {*patterns()["totals"], project.year, fold(str(project.name)).text}
    return all(label in whole for label in labels)


def _is_clear_clause(candidate: Candidate, context: Context, project: Project) -> bool:
    """The name right before the figure, and nothing beside it that changes what it means."""
    found = [
        match for match in matches(context.own)
        if candidate.key in match.keys and _filler().fullmatch(context.own[match.end :])
    ]  # fmt: skip
    if not found:
        return _is_goal(candidate, context, project)
    if len(found[-1].name) < _shortest(found[-1].name):
        return False
    *earlier, before = CLAUSE.split(context.own[: found[-1].start])
    if _neutral().fullmatch(before) and not candidate.item:
        return not _is_followed_by_more(context)
    if not candidate.item:
        return False
    item = project.items[candidate.item]
    rest = pieces(_neutral().sub("", before))
    own = frozenset[str]().union(*(frozenset(variant) for variant in item.variants))
    is_only = project.siblings[candidate.item.partition(".")[0]] == 1
    is_named = is_only or item.coverage("\n".join([*earlier[-1:], before])) > 0.8
    return is_named and rest <= own and not _is_followed_by_more(context)


def _is_goal(candidate: Candidate, context: Context, project: Project) -> bool:
    """An indicator's name and a figure, where the heading or the column says that goals follow."""
    if candidate.key != TARGET:
        return False
    before = CLAUSE.split(context.own)[-1]
    item = project.items[candidate.item]
    is_named = item.holds(before) and item.coverage(before) > 0.8
    told = {key for zone in (context.column, context.above.split("\n")[-1])
            for match in matches(zone) for key in match.keys}  # fmt: skip
    return is_named and TARGET in told and not told & RIVALS_OF_GOALS


def _shortest(name: str) -> int:
    return SHORTEST_CLEAR if HAN.search(name) else SHORTEST_LATIN


def _is_followed_by_more(context: Context) -> bool:
    """Whether words right behind the figure make it another one: "less than", "each", 之差."""
    after = context.after.strip()
    return any(after.startswith(word) for word in patterns()["others"])


@cache
def _filler() -> re.Pattern[str]:
    return re.compile(patterns()["filler"])


@cache
def _neutral() -> re.Pattern[str]:
    return re.compile(patterns()["neutral"])
