"""Which fact a printed figure means (对应), by its value and by what stands around it.

A figure agrees where a fact has its value, as far as its digits go, and something around it speaks
of that fact. It disagrees only where its clause, label or column names one fact clearly and nothing
else. All others are not linked: nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from evalkit.audit.candidates import Candidate, Project, nouns
from evalkit.audit.clarity import is_clear, with_total
from evalkit.audit.context import Context, Found
from evalkit.audit.figures import AMOUNT, COUNT, DATE, NUMBER, RATE, Figure
from evalkit.audit.naming import matches
from evalkit.checks.claims import FEWEST_DIGITS
from evalkit.checks.reading import Reading, is_date, worth
from evalkit.checks.slips import Claim, Slip, explain
from evalkit.checks.tolerance import FORECASTS

AGREES, DISAGREES, UNLINKED = "agrees", "disagrees", "unlinked"

#: How much a name counts by where it stands.
TERM_WEIGHTS = {"own": 3.0, "left": 3.0, "column": 3.0, "after": 1.2, "sentence": 1.2, "row": 1.2,
                "above": 0.6, "rest": 0.6}  # fmt: skip
#: Where a cell holds running text, its own words come first.
WITHIN_A_CELL = {"left": 1.8, "column": 1.8}
ITEM_WEIGHTS = {"own": 1.0, "left": 1.0, "row": 1.0, "column": 0.9, "sentence": 0.9, "after": 0.8,
                "rest": 0.6, "above": 0.6}  # fmt: skip
LEAST_COVERED = 0.55  # of an item's name
OF_ITEM, OF_PROJECT = 2.0, 0.8
OF_NONE, OF_CHANCE = -0.5, -3.0  # of an item that nothing names; with few digits
TELLING = 4  # digits that agree by chance in one case of ten thousand
#: The least score of a link, by how many digits agree.
ENOUGH = {0: 1.9, 1: 1.9, 2: 1.9, 3: 1.4}
ENOUGH_TELLING = 0.9
MOST_OTHERS = 3


@dataclass(frozen=True)
class Link:
    """What became of one figure.

    ``fact`` is the name of the fact that it means, empty where none is clear; ``others`` are the
    next best. ``slips`` explain a disagreement, the simplest first.
    """

    found: Found
    status: str
    fact: str = ""
    others: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()
    claim: Claim | None = None


def link(found: Found, project: Project) -> Link:
    """The fact that a figure means, whether it agrees with it, and what explains it if not."""
    figure, context = found.figure, found.context
    told = _told(context)
    agreeing = [each for each in project.candidates if _agrees(figure, each, context, project)]
    alone = Counter(each.key for each in agreeing)
    is_rare = _digits(figure) >= FEWEST_DIGITS
    unnamed = {key: OF_NONE if count > 1 else 0.0 for key, count in alone.items()}
    scored = [
        (_score(each, context, told, project, unnamed[each.key] if is_rare else OF_CHANCE), each)
        for each in agreeing
    ]
    ranked = sorted(scored, key=lambda pair: -pair[0])
    enough = ENOUGH.get(_digits(figure), ENOUGH_TELLING)
    is_certain = bool(ranked) and ranked[0][0] >= enough
    if not is_certain:
        wrong = _disagreeing(found, told, project)
        if wrong is not None:
            return wrong
        return Link(found, UNLINKED, "", tuple(each.name for _, each in ranked[:MOST_OTHERS]))
    best = ranked[0][1]
    others = tuple(each.name for score, each in ranked[1:] if score >= enough)
    return Link(found, AGREES, best.name, others[:MOST_OTHERS])


# --- value ---------------------------------------------------------------------------------


def _agrees(figure: Figure, candidate: Candidate, context: Context, project: Project) -> bool:
    """Whether a figure has the value of a fact, in a unit that it may be in."""
    if candidate.kind == "date":
        return figure.day is not None and is_date(figure.day, candidate.value)
    if figure.reading is None or (candidate.value == 0) != (figure.reading.value == 0):
        return False
    return any(
        _claim(candidate, each, figure.reading).agrees()
        for each in worths(figure, candidate, context, project)
    )


def _claim(candidate: Candidate, one: Fraction, reading: Reading) -> Claim:
    value = Fraction(candidate.value)
    if (value < 0) != (reading.value < 0):  # "239,867.30 less" is told without a sign
        value = -value
    return Claim(candidate.name, candidate.kind, value, one, reading)


def worths(
    figure: Figure, candidate: Candidate, context: Context, project: Project
) -> tuple[Fraction, ...]:
    """What one of the printed unit may be worth in that of the fact; none for another kind."""
    if candidate.kind == "amount":
        return _money(figure, context, project)
    if candidate.kind == "rate":
        unit = figure.unit if figure.kind == RATE else context.unit if figure.kind == NUMBER else ""
        found = worth(unit, "rate") if unit else None
        return (found,) if found is not None else ()
    if candidate.kind == "date" or figure.kind in (AMOUNT, RATE):
        return ()
    if figure.kind == NUMBER and not context.unit:
        return (Fraction(1),)
    return (Fraction(1),) if figure.kind == COUNT and _counts(figure.unit, candidate) else ()


def _money(figure: Figure, context: Context, project: Project) -> tuple[Fraction, ...]:
    if figure.kind == AMOUNT:
        found = worth(figure.unit, "money")
        return (found,) if found is not None else ()
    if figure.kind != NUMBER or not (context.is_cell or context.unit or _is_labelled(context)):
        return ()
    # A row that is shifted stands below the heads of other figures.
    named = [context.table_unit] if context.is_ragged else [context.unit, context.table_unit]
    for unit in filter(None, named):
        found = worth(unit, "money")
        return (found,) if found is not None else ()
    return tuple(dict.fromkeys(filter(None, (worth(unit, "money") for unit in project.units))))


def _is_labelled(context: Context) -> bool:
    """Whether a number in a cell follows a label there, in a table that has a unit."""
    return bool(context.table_unit) and context.own.rstrip().endswith((":", "\uff1a"))


def _counts(noun: str, candidate: Candidate) -> bool:
    """Whether a printed noun counts what a fact counts."""
    return not candidate.unit or candidate.unit in nouns(noun) or noun in nouns(candidate.unit)


def _digits(figure: Figure) -> int:
    """How many digits say something; a whole date says as much as four."""
    if figure.reading is None:
        return TELLING if figure.day and None not in figure.day else 2
    reading = figure.reading
    whole = str(abs(reading.value.numerator * 10**reading.decimals // reading.value.denominator))
    bare = whole.rstrip("0")
    return len(whole) if len(whole) < len(bare) + 2 else len(bare)


# --- context -------------------------------------------------------------------------------

Told = dict[str, dict[str, float]]  # by zone: how strongly it names each key


def _told(context: Context) -> Told:
    """How strongly each part of the surroundings names each figure."""
    zones = {**context.__dict__, "column": with_total(context)}
    if context.is_ragged:
        zones["column"] = ""
    told: Told = {}
    for zone in TERM_WEIGHTS:
        text = zones[zone]
        for match in matches(text):
            near = 0.7 + 0.3 * match.end / len(text) if zone in ("own", "sentence") else 1.0
            for key in match.keys:
                here = told.setdefault(zone, {})
                here[key] = max(here.get(key, 0.0), match.strength * near)
    return told


def _score(
    candidate: Candidate, context: Context, told: Told, project: Project, unnamed: float
) -> float:
    """How well the surroundings of a figure fit a fact; ``unnamed``: if nothing names its item."""
    weights = TERM_WEIGHTS if context.is_cell else TERM_WEIGHTS | WITHIN_A_CELL
    term = max(weight * told.get(zone, {}).get(candidate.key, 0.0)
               for zone, weight in weights.items())  # fmt: skip
    return term + _belongs(candidate, context, project, unnamed)


def _belongs(candidate: Candidate, context: Context, project: Project, unnamed: float) -> float:
    """How well they fit what the fact is a figure of: an item, or the project."""
    if not candidate.item:
        return OF_PROJECT
    item = project.items[candidate.item]
    covered = {zone: item.coverage(getattr(context, zone)) for zone in ITEM_WEIGHTS}
    best = max(ITEM_WEIGHTS[zone] * part if part >= LEAST_COVERED else 0.0
               for zone, part in covered.items())  # fmt: skip
    if best:
        return OF_ITEM * best
    frame = candidate.item.partition(".")[0]
    if project.siblings[frame] == 1:
        return OF_PROJECT
    return unnamed


# --- disagreement --------------------------------------------------------------------------


def _disagreeing(found: Found, told: Told, project: Project) -> Link | None:
    """The one fact that a figure clearly claims to be and is not; ``None`` where none is clear."""
    figure, context = found.figure, found.context
    if figure.is_about or figure.is_range or context.is_torn or _is_partial(figure):
        return None
    is_known = _digits(figure) >= TELLING and any(
        _agrees(figure, each, context, project) for each in project.candidates
    )
    clear = [each for each in project.candidates
             if _may_claim(figure, each, context, project)
             and (each.key not in FORECASTS or _is_explained(figure, each, context, project))
             and is_clear(each, context, project, is_label_needed=is_known)]  # fmt: skip
    if not clear:
        return None
    ranked = sorted(((_score(each, context, told, project, OF_NONE), each) for each in clear),
                    key=lambda pair: -pair[0])  # fmt: skip
    best_score, best = ranked[0]
    rivals = [each for score, each in ranked if score > best_score - 0.3]
    if len({each.value for each in rivals}) > 1:
        return None
    others = tuple(each.name for each in rivals[1:])[:MOST_OTHERS]
    if _agrees(figure, best, context, project):
        return Link(found, AGREES, best.name, others)
    if figure.kind == DATE:
        return Link(found, DISAGREES, best.name, others)
    if _is_explained(figure, best, context, project):
        return Link(found, AGREES, best.name, others)
    claim = _claimed(figure, best, context, project)
    slips = tuple(explain(claim))
    return Link(found, DISAGREES, best.name, others, slips, claim)


def _is_partial(figure: Figure) -> bool:
    return figure.kind == DATE and (figure.day is None or None in figure.day)


def _may_claim(figure: Figure, candidate: Candidate, context: Context, project: Project) -> bool:
    """Whether a figure of this kind may have been meant for a fact, rightly or not."""
    if (figure.kind == DATE) != (candidate.kind == "date"):
        return False
    if figure.is_bound and candidate.key not in ("outputs.target", "outputs.target_to"):
        return False
    if figure.kind == AMOUNT:
        return candidate.kind == "amount"
    if figure.kind == RATE:
        is_in_money = bool(context.is_cell and worth(context.unit or context.table_unit, "money"))
        return candidate.kind == "rate" or (candidate.kind == "amount" and is_in_money)
    if figure.kind == NUMBER:
        is_amount = candidate.kind == "amount" and bool(_money(figure, context, project))
        return is_amount or (context.is_cell and candidate.kind == "count")
    return figure.kind == DATE or (candidate.kind == "count" and _counts(figure.unit, candidate))


def _claimed(figure: Figure, candidate: Candidate, context: Context, project: Project) -> Claim:
    """The printed number beside the fact, in the unit that its place names."""
    assert figure.reading is not None
    possible = worths(figure, candidate, context, project)
    one = possible[0] if possible else worth(context.unit or context.table_unit, "money")
    value, own = Fraction(candidate.fact_value), _own_worth(candidate, one or Fraction(1))
    return Claim(
        candidate.name, candidate.fact_unit, value, own, figure.reading, project.known
    )  # fmt: skip


def _is_explained(
    figure: Figure, candidate: Candidate, context: Context, project: Project
) -> bool:  # fmt: skip
    """Whether a figure may be the fact, as far as the amounts behind that are rounded themselves.

    A forecast (预计执行) is never wrong for not being the extrapolated one: only what agrees with
    what the authority expects itself is linked to it.
    """
    claim = _claimed(figure, candidate, context, project)
    return project.tolerance.explains(candidate.name, claim.printed, claim.half_step)


def _own_worth(candidate: Candidate, one: Fraction) -> Fraction:
    """What one of the printed unit is worth in the unit of the fact itself (1% of a target: 1)."""
    if candidate.kind == "rate" and candidate.fact_unit != "rate":
        return one / (Fraction(candidate.value) / Fraction(candidate.fact_value))
    return one


def shown_day(figure: Figure) -> Any:
    """A printed date, where it is whole."""
    day = figure.day
    return date(*day) if day and None not in day else None  # type: ignore[arg-type]
