"""What the parts of a params file say of each other: ids, references, codes, grades, figures, fen.

Every function reads the plain tree, so that these faults are found beside faults of shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from evalkit import framework as frameworks
from evalkit.catalogue import catalogue
from evalkit.columns import fen, is_money, money_keys
from evalkit.errors import Fault, ParamsFaults
from evalkit.facts import formulas
from evalkit.model import INPUT_FRAMES, Framework
from evalkit.source import Source
from evalkit.units import units
from evalkit.values import LARGEST_NUMBER

#: A key whose texts are ids or names of other parts, and where those stand.
REFERENCES = {
    "budget.lines.post": ("posts.id",),
    "budget.lines.base": ("budget.lines.id", "budget.lines.group"),
    "prior_years.lines.line": ("budget.lines.id",),
    "instalments.contract": ("contracts.id",),
    "instalments.withheld.of": ("budget.lines.id",),
    "payments.instalment": ("instalments.id",),
    "measures.problem": ("problems.id",),
}
#: Keys that tell the parts of one list apart.
UNIQUE = (
    "funding.id", "budget.adjustments.id", "budget.lines.id", "posts.id", "contracts.id",
    "instalments.id", "payments.id", "prior_years.year", "prior_years.lines.line",
    "milestones.id", "outputs.id", "rules.id", "problems.id", "measures.id", "disbursement.id",
)  # fmt: skip
#: Where the items of a frame of facts have their ids.
ITEMS = {
    "years": "prior_years.year", "groups": "budget.lines.group", "lines": "budget.lines.id",
    "adjustments": "budget.adjustments.id",
}  # fmt: skip
#: Frames of facts with one row a project; their figures have bare names.
BARE = ("projects", "execution", "headcount", "payments", "verdict", "findings", "totals",
        "earned_value")  # fmt: skip
LARGEST_FEN = 10**15  # ten trillion yuan: thousands of these still add up in 64 bits


def reference_faults(source: Source) -> Iterator[Fault]:
    """All faults of one file that lie between its parts."""
    yield from (*_twice(source), *_dates(source))
    yield from _dangling(source)
    yield from _amounts(source)
    mine, faults = frameworks_of(source)
    yield from faults
    if mine and not faults:
        yield from _codes(source, mine)
        yield from _grades(source, mine)
        yield from _rules_of_scoring(source, mine)
    yield from _figures(source, mine)
    yield from _accepted(source)


def frameworks_of(source: Source) -> tuple[list[Framework], list[Fault]]:
    """The frameworks that a file names, of evalkit or beside the file, and what is wrong there."""
    found: list[Framework] = []
    faults: list[Fault] = []
    folder = Path(source.file).parent
    for path, name in source.entries("framework"):
        if not isinstance(name, str):
            continue
        try:
            framework = frameworks.find(name, folder)
        except ParamsFaults as error:
            faults += error.faults
            continue
        if name in frameworks.known() and name in frameworks.local(folder):
            faults.append(source.fault("framework_id_taken", path, name))
        elif framework is None:
            known = [*frameworks.known(), *frameworks.local(folder)]
            faults.append(source.unknown("unknown_framework", path, name, known))
        elif framework.id in [each.id for each in found]:
            faults.append(source.fault("framework_twice", path, name))
        else:
            found.append(framework)
    return found, faults


def grade_ids(mine: Iterable[Framework]) -> dict[str, str]:
    """What a grade may be called, its id or its label in either language, and the id that is meant.

    >>> grade_ids([frameworks.load("minhang-tracking-2018")])["Fairly good"]
    'fairly_good'
    """
    return {
        name: grade
        for framework in mine
        for grade, label in framework.labels.items()
        for name in (grade, *label)
    }


def _twice(source: Source) -> Iterator[Fault]:
    """Two parts of one list with the same id, or two rows of the same year."""
    for key in UNIQUE:
        seen: dict[tuple[object, str], int] = {}
        for path, value in source.entries(key):
            if isinstance(value, (str, int)):
                mine = (path[:-2], str(value))
                line = source.tree.mark(path).line
                if mine in seen:
                    yield source.fault("duplicate_id", path, value, first=seen[mine])
                seen.setdefault(mine, line)


def _dangling(source: Source) -> Iterator[Fault]:
    """References to parts that are not there, and a fee that is charged on itself."""
    for key, targets in REFERENCES.items():
        known = source.texts(*targets)
        for path, value in source.entries(key):
            if not isinstance(value, str):
                continue
            if value not in known:
                lists = dict.fromkeys(target.rpartition(".")[0] for target in targets)
                code = "unknown_reference" if known else "nothing_to_refer_to"
                yield source.unknown(code, path, value, known, targets=" / ".join(lists))
            elif key == "budget.lines.base" and known[value][:-1] == path[:3]:
                yield source.fault("refers_to_itself", path, value)


def codes_of(mine: Iterable[Framework]) -> list[str]:
    """The codes of the indicators of these frameworks."""
    return [code for framework in mine for code in framework.indicators.index]


def _codes(source: Source, mine: list[Framework]) -> Iterator[Fault]:
    """Indicators that the frameworks do not have; weights and judgements may name levels too."""
    codes = codes_of(mine)
    values: dict[str, Any] = {"framework": ", ".join(each.id for each in mine)}
    levels = [code for framework in mine for code in framework.levels.index]
    outputs = source.texts("outputs.id")
    for output, path in outputs.items():
        if output in (*codes, *levels):
            yield source.fault("output_is_indicator", path, output, **values)
    weights = source.at(("weights",))
    for code in weights if isinstance(weights, dict) else ():
        if code not in (*levels, *codes):
            path = ("weights", code)
            known = [*levels, *codes]
            yield source.unknown("unknown_indicator", path, code, known, at_key=True, **values)
    for key in ("problems.indicators", "rules.indicator"):
        for path, value in source.entries(key):
            if isinstance(value, str) and value not in codes:
                yield source.unknown("unknown_indicator", path, value, codes, **values)
    known = [*codes, *outputs] + levels * any(framework.is_scored for framework in mine)
    for code in _judgements(source):
        if code not in known:
            path = ("judgements", code)
            yield source.unknown("unknown_indicator", path, code, known, at_key=True, **values)


def _judgements(source: Source) -> dict[str, object]:
    found = source.at(("judgements",))
    return found if isinstance(found, dict) else {}


def _grades(source: Source, mine: list[Framework]) -> Iterator[Fault]:
    """Grades that the frameworks' scales do not have."""
    known = grade_ids(mine)
    for path, value in source.entries("stated.grade"):
        if isinstance(value, str) and value.strip() not in grade_ids(mine[:1]):
            yield source.unknown("unknown_grade", path, value, grade_ids(mine[:1]))
    for code in _judgements(source):
        for key in ("grade", "stated"):
            for path, value in source.entries(f"judgements.{code}.{key}"):
                if isinstance(value, str) and value.strip() not in known:
                    yield source.unknown("unknown_grade", path, value, known)


def _rules_of_scoring(source: Source, mine: list[Framework]) -> Iterator[Fault]:
    """Rules and tiers that no framework of the project has."""
    rules = {name: rule for each in mine for name, rule in each.settings["rules"].items()}
    tables = [rule.get(key, ()) for rule in rules.values() for key in ("tiers", "shares")]
    tiers = list(dict.fromkeys(tier for table in tables for tier in table))
    entries = source.entries("outputs.tier")
    for code in _judgements(source):
        entries += source.entries(f"judgements.{code}.tier")
    for path, value in entries:
        if isinstance(value, str) and value not in tiers:
            yield source.unknown("unknown_tier", path, value, tiers)
    for path, value in source.entries("outputs.rule"):
        if isinstance(value, str) and value not in rules:
            yield source.unknown("unknown_rule", path, value, rules)


def _dates(source: Source) -> Iterator[Fault]:
    """A tracking date before the project has begun."""
    starts = source.entries("project.period.start")
    for path, as_of in source.entries("project.tracking.as_of"):
        for _, start in starts:
            if isinstance(as_of, date) and isinstance(start, date) and as_of < start:
                yield source.fault("as_of_before_start", path, as_of, start=start)


def _accepted(source: Source) -> Iterator[Fault]:
    """Accepted findings that no check can find, or that were accepted before the tracking."""
    known = [code for code in catalogue() if code != "accepted_nothing"]
    for path, code in source.entries("accepted.finding"):
        if isinstance(code, str) and code.strip() not in known:
            yield source.unknown("unknown_finding", path, code, known)
    for path, on in source.entries("accepted.on"):
        for _, start in source.entries("project.tracking.start"):
            if isinstance(on, date) and isinstance(start, date) and on < start:
                yield source.fault("accepted_before_tracking", path, on, start=start)


def _amounts(source: Source) -> Iterator[Fault]:
    """Amounts that do not come out in whole fen, or that no budget has."""
    given = {key: source.texts(f"units.{key}") for key in ("amount", "unit_cost")}
    for key, is_unit_cost in money_keys():
        unit = next(iter(given["unit_cost" if is_unit_cost else "amount"]), "")
        for path, value in source.entries(key) if unit in units()["money"] else ():
            is_number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
            if not is_number or abs(value) > LARGEST_NUMBER:
                continue
            exact = fen(Decimal(value), unit)
            if abs(exact) > LARGEST_FEN:
                yield source.fault("too_large", path, value)
            elif exact.denominator != 1 and not is_unit_cost:
                finest = f"{Decimal(1) / units()['money'][unit]:f}"
                yield source.fault("finer_than_fen", path, value, unit=unit, finest=finest)


def _figures(source: Source, mine: list[Framework]) -> Iterator[Fault]:
    """Printed figures of something that evalkit has no figure of, and units of no money or rate."""
    entries, bare = source.entries("printed.figure"), _bare()
    items = _items(source, mine) if entries else {}
    for path, figure in entries:
        if not isinstance(figure, str):
            continue
        frame, _, rest = figure.strip().partition(".")
        item, _, column = rest.rpartition(".")
        if not rest and frame not in bare:
            yield source.unknown("unknown_figure", path, figure, bare)
        elif rest and column not in _columns(frame):
            names = [f"{frame}.{item}.{name}" for name in _columns(frame)]
            yield source.unknown("unknown_figure", path, figure, names or _frames())
        elif rest and item not in items.get(frame, [item]):
            names = [f"{frame}.{name}.{column}" for name in items[frame]]
            yield source.unknown("unknown_figure", path, figure, names or bare)
        else:
            yield from _printed_unit(source, path[:-1], column or frame)


def _printed_unit(source: Source, path: tuple[str | int, ...], column: str) -> Iterator[Fault]:
    """The unit of a printed amount or rate is one that evalkit can convert."""
    where = (*path, "unit")
    unit = source.at(where)
    known = [*units()["money"], *units()["rate"]]
    is_converted = is_money(column) or column.endswith("_rate")
    if is_converted and isinstance(unit, str) and unit.strip() not in known:
        yield source.unknown("unknown_unit", where, unit, known)


@cache
def _bare() -> list[str]:
    """The figures of the project itself; the columns of each payment are none of them."""
    names = [name for frame in BARE for name in formulas()[frame]]
    return [name for name in names if name not in _columns("payments")]


@cache
def _columns(frame: str) -> list[str]:
    """The figures of the items of a frame; ``payments`` is a topic of the project and a list."""
    if frame == "payments":
        return [name for name in formulas()[frame] if name in INPUT_FRAMES[frame]]
    return [] if frame in BARE else list(formulas().get(frame, ()))


def _frames() -> list[str]:
    return [f"{frame}.<id>.…" for frame in formulas() if _columns(frame)]


def _items(source: Source, mine: list[Framework]) -> dict[str, list[str]]:
    """The items of each frame of facts that the file, or its framework, lists."""
    found = {
        frame: list(source.texts(ITEMS.get(frame, f"{frame}.id")))
        for frame in formulas()
        if _columns(frame) and frame not in ("indicators", "scores", "score_levels")
    }
    if mine:
        codes = codes_of(mine)
        found |= {"indicators": codes, "scores": [*codes, *source.texts("outputs.id")]}
        found["score_levels"] = [code for each in mine for code in each.levels.index]
    return found
