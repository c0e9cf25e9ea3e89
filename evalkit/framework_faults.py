"""What the parts of a framework file say of each other (评价框架自检): every fault with its place.

Codes and parents, weights that are conserved at every level, tables without gap or overlap, names
of rules and measures that exist, rules that fit what they score. Reads the plain tree, so that
these faults are told beside faults of shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evalkit.discovery import forms, sections
from evalkit.errors import Fault
from evalkit.facts import formulas
from evalkit.scoring.indicators import GIVEN, ROLLED
from evalkit.source import Source
from evalkit.values import percent
from evalkit.yamltree import Path

#: Which rules can score which targets; a rule that turns a target round contradicts its sign.
FITS = {
    ">=": {"at_least", "ratio", "banded", "direct"}, "<=": {"at_most", "direct"},
    "=": {"equal", "direct"}, "range": {"within", "direct"},
}  # fmt: skip
#: Rules for what is judged, and rules for what is computed.
JUDGED = {"tiered", "graded", "direct"}
COMPUTED = {"at_least", "at_most", "within", "ratio", "banded"}
FRAMES = ("execution", "headcount", "payments", "verdict")


def framework_faults(source: Source) -> Iterator[Fault]:
    """All faults of one framework file that lie between its parts."""
    if not isinstance(source.tree.value, dict):
        return
    yield from _codes(source)
    yield from _parents(source)
    yield from _names(source)
    yield from _measures(source)
    for path, bands in _band_tables(source):
        yield from _bands(source, path, bands)
    for path, tiers in source.entries("rules"):
        yield from _all_tiers(source, path, tiers)
    yield from _weights(source)
    yield from _weight_rules(source)


def measures() -> set[str]:
    """The measures that an indicator may name: figures of a project, of its outputs, or given."""
    named = {name for frame in FRAMES for name, about in formulas()[frame].items()
             if about["unit"] == "rate"}  # fmt: skip
    return named | {name.removesuffix("_rate") for name in named} | {*ROLLED, *GIVEN}


def exact(value: Any) -> Fraction | None:
    """A number or a rate of the file; None for anything else."""
    if isinstance(value, (int, Decimal, Fraction)) and not isinstance(value, bool):
        return Fraction(value)
    try:
        return Fraction(percent(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _codes(source: Source) -> Iterator[Fault]:
    """Codes and ids that are there twice; a level and an indicator cannot share one either."""
    for keys in (("levels.code", "indicators.code"), ("grades.id",), ("verdict.conditions.id",),
                 ("causes.id",), ("likelihoods.id",)):  # fmt: skip
        seen: dict[str, int] = {}
        for key in keys:
            for path, value in source.entries(key):
                code = str(value)
                if code in seen:
                    yield source.fault("duplicate_code", path, value, first=seen[code])
                seen.setdefault(code, source.tree.mark(path).line)


def _parents(source: Source) -> Iterator[Fault]:
    """Parents that are no level, and levels that lie above themselves."""
    levels = source.texts("levels.code")
    above: dict[str, str] = {}
    for key in ("levels.parent", "indicators.parent"):
        for path, parent in source.entries(key):
            if isinstance(parent, str) and parent not in levels:
                yield source.unknown("unknown_level", path, parent, levels)
            elif key == "levels.parent":
                above[str(source.at((*path[:-1], "code")))] = str(parent)
    reported: set[str] = set()
    for code in above:
        way = [code]
        while way[-1] in above and above[way[-1]] not in way:
            way.append(above[way[-1]])
        if above.get(way[-1]) == code and not reported & set(way):
            reported |= set(way)
            path = (*levels[code][:-1], "parent")
            yield source.fault("level_cycle", path, above[code], way=" → ".join([*way, code]))


def _names(source: Source) -> Iterator[Fault]:
    """Rules, bands, grades and levels that are named and not there."""
    rules = _mapping(source, "rules")
    levels = source.texts("levels.code")
    codes = source.texts("levels.code", "indicators.code")
    references: tuple[tuple[str, tuple[str, ...], Any], ...] = (
        ("unknown_rule", ("indicators.rule", "own.text"), rules),
        ("unknown_bands", ("indicators.bands",), _mapping(source, "bands")),
        ("unknown_code", ("indicators.refers_to",), codes),
        ("unknown_level", ("weight_rules.levels",), levels),
        ("unknown_verdict", ("verdict.conditions.verdict",), source.texts("verdict.verdicts")),
        ("unknown_section", ("sections",), sections()),
        ("unknown_form", ("forms",), forms()),
    )
    for code, keys, known in references:
        for key in keys:
            for path, value in source.entries(key):
                if isinstance(value, str) and value not in known:
                    yield source.unknown(code, path, value, known)
    for key, code, known in (
        ("levels", "unknown_level", levels), ("operators", "unknown_rule", rules),
        ("dimensions", "unknown_rule", rules),
    ):  # fmt: skip
        for name, value in _mapping(source, "own", key).items():
            if isinstance(value, str) and value not in known:
                yield source.unknown(code, ("own", key, name), value, known)
    for code in _mapping(source, "weights"):
        if code not in codes:
            yield source.unknown("unknown_code", ("weights", code), code, codes, at_key=True)
    yield from _grades(source)


def _grades(source: Source) -> Iterator[Fault]:
    """Grades in bands and shares that the scale does not have, as far as it has one."""
    grades = source.texts("grades.id")
    places = [*source.entries("grade_bands.bands.grade")]
    for table in _mapping(source, "bands"):
        places += source.entries(f"bands.{table}.bands.grade")
    for path, value in places:
        if isinstance(value, str) and value not in grades:
            yield source.unknown("unknown_grade", path, value, grades)


def _measures(source: Source) -> Iterator[Fault]:
    """Unknown formulas; rules that do not fit what they score; what is computed without a rule."""
    rules, is_scored = _mapping(source, "rules"), source.at(("kind",)) == "scored"
    known = measures()
    for path, value in [*source.entries("indicators.method"),
                        *source.entries("indicators.relative_to")]:  # fmt: skip
        if isinstance(value, str) and value not in known | {"judged"}:
            names = sorted(name for name in known if f"{name}_rate" not in known)
            yield source.unknown("unknown_measure", path, value, names)
    figures = {name for frame in FRAMES for name in formulas()[frame]}
    for path, value in source.entries("verdict.conditions.measure"):
        if isinstance(value, str) and value not in figures:
            yield source.unknown("unknown_measure", path, value, sorted(figures))
    for path, _ in source.entries("indicators"):
        indicator = source.at(path)
        if not isinstance(indicator, dict):
            continue
        is_judged = indicator.get("method") == "judged"
        needed = "rule" if is_scored else "bands"
        if needed not in indicator and (is_scored or not is_judged):
            yield source.fault("no_way_to_score", path, indicator.get("code"), needed=needed)
        rule = rules.get(indicator.get("rule", ""), {})
        kind = rule.get("kind") if isinstance(rule, dict) else None
        if kind and kind not in (JUDGED if is_judged else COMPUTED):
            yield source.fault("rule_does_not_fit", (*path, "rule"), indicator["rule"], kind=kind)
    yield from _operators(source, rules)


def _operators(source: Source, rules: Mapping[str, Any]) -> Iterator[Fault]:
    """A rule for targets of one sign that scores them the wrong way round; one for words."""
    for sign, name in _mapping(source, "own", "operators").items():
        kind = _kind(rules, name)
        if kind and kind not in FITS.get(sign, {kind}):
            yield source.fault("operator_contradicts", ("own", "operators", sign), name, sign=sign,
                               kind=kind)  # fmt: skip
    kind = _kind(rules, _mapping(source, "own").get("text"))
    if kind and kind not in JUDGED:
        yield source.fault("rule_does_not_fit", ("own", "text"), kind, kind=kind)


def _kind(rules: Mapping[str, Any], name: Any) -> str:
    rule = rules.get(name) if isinstance(name, str) else None
    return str(rule.get("kind", "")) if isinstance(rule, dict) else ""


def _band_tables(source: Source) -> Iterator[tuple[Path, list[Any]]]:
    """Every list of bands in the file with its path."""
    for frame in ("bands", "rules"):
        for name, table in _mapping(source, frame).items():
            bands = table.get("bands") if isinstance(table, dict) else None
            if isinstance(bands, list):
                yield (frame, name, "bands"), bands
    bands = _mapping(source, "grade_bands").get("bands")
    if isinstance(bands, list):
        yield ("grade_bands", "bands"), bands


def _bands(source: Source, path: Path, bands: list[Any]) -> Iterator[Fault]:
    """Bands from the best down: each must begin where the one above ends, and the last takes all.

    Bands with both bounds may lie within one another (95–105% within 85–115%), and bands that have
    an upper bound only run from the lowest up.
    """
    above: Fraction | None = None  # where the band above begins
    until: Fraction | None = None  # where the band before ends, if bands run from the lowest up
    edges: tuple[Fraction, Fraction] | None = None  # the bounds of the band above, both closed
    for number, band in enumerate(bands):
        here = (*path, number)
        if not isinstance(band, dict):
            return
        low, high = exact(band.get("at_least")), exact(band.get("at_most", band.get("below")))
        is_last = number == len(bands) - 1
        both = None if low is None or high is None else (low, high)
        if both and edges and both[0] <= edges[0] and both[1] >= edges[1] and both != edges:
            above, edges = low, both
            continue
        if is_last and low is not None and low != 0:
            yield source.fault("band_gap", here, _shown(low), until="−∞")
        if not is_last and low is None and high is None:
            yield source.fault("band_overlap", here, "", until=_shown(above))
        if low is None and high is not None and above is None:
            if until is not None and high <= until:
                yield source.fault("band_overlap", here, _shown(high), until=_shown(until))
            until = high
        if above is not None and low is not None and low >= above:
            yield source.fault("band_overlap", here, _shown(low), until=_shown(above))
        elif above is not None and high is not None:
            closed = "at_most" in band
            if high > above or (high == above and closed):
                yield source.fault("band_overlap", here, _shown(high), until=_shown(above))
            elif high < above:
                yield source.fault("band_gap", here, _shown(high), until=_shown(above))
        above = low if low is not None else above
        edges = both


def _all_tiers(source: Source, path: Path, rules: Any) -> Iterator[Fault]:
    """Tiers reach from 0 to 100% without gap or overlap."""
    for name, rule in rules.items() if isinstance(rules, dict) else ():
        tiers = rule.get("tiers") if isinstance(rule, dict) else None
        if not isinstance(tiers, dict) or not all(isinstance(t, dict) for t in tiers.values()):
            continue
        above = Fraction(1)
        where: Path = (*path, name, "tiers")
        for number, (tier, bounds) in enumerate(tiers.items()):
            low = exact(bounds.get("at_least"))
            high = exact(bounds.get("at_most", bounds.get("below")))
            if low is None or high is None:
                continue
            if high > above or (number and "at_most" in bounds) or low > high:
                code = "band_overlap"
            elif high < above:
                code = "band_gap"
            else:
                code = ""
            if code:
                yield source.fault(code, (*where, tier), _shown(high), until=_shown(above))
            above = low
        if above > 0:
            yield source.fault("band_gap", where, "0%", until=_shown(above))


def _weights(source: Source) -> Iterator[Fault]:
    """The points of the top levels add up to those of the framework, of children to their level's.

    A level whose children have no points takes up the project's own indicators.
    """
    if source.at(("kind",)) != "scored":
        return
    full = exact(source.at(("points",)))
    if full is None:
        yield source.fault("missing", ("points",), key="points")
        return
    children: dict[str, list[Path]] = {}
    for key in ("levels.code", "indicators.code"):
        for path, _ in source.entries(key):
            above = source.at((*path[:-1], "parent"))
            children.setdefault(str(above) if above else "", []).append(path[:-1])
    levels = source.texts("levels.code")
    open_to = {*_mapping(source, "own", "levels").values()}
    for parent, paths in children.items():
        if parent and parent not in levels:
            continue
        pointed = {path: exact(source.at((*path, "points"))) for path in paths}
        given = [points for points in pointed.values() if points is not None]
        place = (*levels[parent][:-1], "points") if parent in levels else ("points",)
        whole = exact(source.at(place))
        codes = {path: str(source.at((*path, "code"))) for path in paths}
        place = _set_at(source, parent, codes.values(), place)
        unpointed = {codes[path] for path, points in pointed.items() if points is None}
        has_room = bool(open_to & (unpointed | {parent}))
        if whole is None:
            if given and parent in levels:
                yield source.fault("points_without_level", place[:-1], parent)
        elif not given:
            if not has_room:
                yield source.fault("weights_gap", place, _number(whole), sum=0, level=parent)
        elif sum(given) > whole or (sum(given) < whole and not has_room):
            yield source.fault("weights_gap", place, _number(whole), sum=_number(sum(given)),
                               level=parent or "points")  # fmt: skip


def _set_at(source: Source, parent: str, children: Iterable[str], place: Path) -> Path:
    """Where the points of a level were set: in the weights of a file that builds on another."""
    weights = _mapping(source, "weights")
    if parent in weights:
        return ("weights", parent)
    return ("weights",) if any(child in weights for child in children) else place


def _weight_rules(source: Source) -> Iterator[Fault]:
    """The framework keeps its own least share of points for some levels."""
    full = exact(source.at(("points",)))
    levels = source.texts("levels.code")
    for path, _ in source.entries("weight_rules"):
        rule = source.at(path)
        if not full or not isinstance(rule, dict) or not isinstance(rule.get("levels"), list):
            continue
        least = exact(rule.get("at_least"))
        given = [exact(source.at((*levels[code][:-1], "points")))
                 for code in rule["levels"] if code in levels]  # fmt: skip
        total = sum(points for points in given if points is not None)
        if least is not None and total < least * full:
            yield source.fault("weights_too_low", path, "", sum=_number(total),
                               least=_number(least * full))  # fmt: skip


def _mapping(source: Source, *path: str) -> dict[str, Any]:
    found = source.at(path)
    return found if isinstance(found, dict) else {}


def _shown(value: Fraction | None) -> str:
    return "" if value is None else f"{_number(value * 100)}%" if value <= 2 else _number(value)


def _number(value: Fraction | int) -> str:
    exact = Fraction(value)
    return str(exact.numerator) if exact.denominator == 1 else f"{float(exact):g}"
