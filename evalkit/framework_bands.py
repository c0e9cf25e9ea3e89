"""Faults in the tables of a framework file (分档表自检): bands, tiers, shares, bounds.

Tables leave no gap and do not overlap; every band gives something; rates are written with their
sign and points without; grades that are named are grades of the scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evalkit.errors import Fault
from evalkit.source import Source
from evalkit.values import percent
from evalkit.yamltree import Path

BOUNDS = ("at_least", "at_most", "below")
#: What a band of each kind of table gives.
GIVES = {"bands": "grade", "rules": "share", "grade_bands": "grade"}


def band_faults(source: Source) -> Iterator[Fault]:
    """All faults of the tables of one framework file."""
    for path, bands in _band_tables(source):
        yield from _bands(source, path, bands)
        yield from _what_bands_say(source, path, bands)
    for name, rule in mapping(source, "rules").items():
        if isinstance(rule, dict):
            yield from _tiers(source, ("rules", name, "tiers"), rule.get("tiers"))
            yield from _ends(source, ("rules", name), rule)
    yield from _grades(source)
    certain, possible = (exact(source.at(("likelihood", key))) for key in ("certain", "possible"))
    if certain is not None and possible is not None and certain < possible:
        yield source.fault("likelihood_order", ("likelihood", "certain"), shown(certain),
                           possible=shown(possible))  # fmt: skip


def exact(value: Any) -> Fraction | None:
    """A number or a rate of the file; None for anything else.

    >>> exact("95%"), exact(Decimal("0.5")), exact("often")
    (Fraction(19, 20), Fraction(1, 2), None)
    """
    if isinstance(value, (int, Decimal, Fraction)) and not isinstance(value, bool):
        return Fraction(value)
    try:
        return Fraction(percent(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def mapping(source: Source, *path: str) -> dict[str, Any]:
    """The keys with their values at a path of the file; none where there are none."""
    found = source.at(path)
    return found if isinstance(found, dict) else {}


def shown(value: Fraction | None) -> str:
    """A bound as it is told: rates with their sign, points without."""
    return "" if value is None else f"{number(value * 100)}%" if value <= 2 else number(value)


def number(value: Fraction | int) -> str:
    """A number as it is told."""
    whole = Fraction(value)
    return str(whole.numerator) if whole.denominator == 1 else f"{float(whole):g}"


def _band_tables(source: Source) -> Iterator[tuple[Path, list[Any]]]:
    """Every list of bands in the file with its path."""
    for frame in ("bands", "rules"):
        for name, table in mapping(source, frame).items():
            bands = table.get("bands") if isinstance(table, dict) else None
            if isinstance(bands, list):
                yield (frame, name, "bands"), bands
    bands = mapping(source, "grade_bands").get("bands")
    if isinstance(bands, list):
        yield ("grade_bands", "bands"), bands


def _what_bands_say(source: Source, path: Path, bands: list[Any]) -> Iterator[Fault]:
    """Bands that give nothing, and bounds that are written as the other kind of number."""
    gives, is_points = GIVES[str(path[0])], path[0] == "grade_bands"
    for place, band in enumerate(bands):
        if not isinstance(band, dict):
            continue
        if gives not in band:
            yield source.fault("missing", (*path, place, gives), key=gives)
        for edge in BOUNDS:
            value = band.get(edge)
            if exact(value) is not None and isinstance(value, str) == is_points:
                code = "points_with_sign" if is_points else "not_a_rate"
                yield source.fault(code, (*path, place, edge), value)


def _bands(source: Source, path: Path, bands: list[Any]) -> Iterator[Fault]:
    """Bands from the best down: each must begin where the one above ends, and the last takes all.

    Bands with both bounds may lie within one another (95–105% within 85–115%), and bands that have
    an upper bound only run from the lowest up.
    """
    above: Fraction | None = None  # where the band above begins
    until: Fraction | None = None  # where the band before ends, if bands run from the lowest up
    edges: tuple[Fraction, Fraction] | None = None  # the bounds of the band above, both closed
    for place, band in enumerate(bands):
        here = (*path, place)
        if not isinstance(band, dict):
            return
        low, high = exact(band.get("at_least")), exact(band.get("at_most", band.get("below")))
        is_last = place == len(bands) - 1
        both = None if low is None or high is None else (low, high)
        if both and edges and both[0] <= edges[0] and both[1] >= edges[1] and both != edges:
            above, edges = low, both
            continue
        if is_last and low is not None and low != 0:
            yield source.fault("band_gap", here, shown(low), until="−∞")
        if not is_last and low is None and high is None:
            yield source.fault("band_overlap", here, "", until=shown(above))
        if low is None and high is not None and above is None:
            if until is not None and high <= until:
                yield source.fault("band_overlap", here, shown(high), until=shown(until))
            until = high
        if above is not None and low is not None and low >= above:
            yield source.fault("band_overlap", here, shown(low), until=shown(above))
        elif above is not None and high is not None:
            closed = "at_most" in band
            if high > above or (high == above and closed):
                yield source.fault("band_overlap", here, shown(high), until=shown(above))
            elif high < above:
                yield source.fault("band_gap", here, shown(high), until=shown(above))
        above = low if low is not None else above
        edges = both


def _tiers(source: Source, path: Path, tiers: Any) -> Iterator[Fault]:
    """Tiers reach from 0 to 100% without gap or overlap."""
    if not isinstance(tiers, dict) or not all(isinstance(each, dict) for each in tiers.values()):
        return
    above = Fraction(1)
    for place, (tier, bounds) in enumerate(tiers.items()):
        low = exact(bounds.get("at_least"))
        high = exact(bounds.get("at_most", bounds.get("below")))
        if low is None or high is None:
            continue
        if high > above or (place and "at_most" in bounds) or low > high:
            yield source.fault("band_overlap", (*path, tier), shown(high), until=shown(above))
        elif high < above:
            yield source.fault("band_gap", (*path, tier), shown(high), until=shown(above))
        above = low
    if above > 0:
        yield source.fault("band_gap", path, "0%", until=shown(above))


def _ends(source: Source, path: Path, rule: Mapping[str, Any]) -> Iterator[Fault]:
    """A range of a rule whose upper end lies below the lower one."""
    low, high = exact(rule.get("target")), exact(rule.get("to"))
    if low is not None and high is not None and high < low:
        found = f"{rule['target']} – {rule['to']}"
        yield source.fault("range_backwards", (*path, "to"), found)


def _grades(source: Source) -> Iterator[Fault]:
    """Grades that are named and not on the scale, and grades for which a rule has no share.

    Tiers may have names of their own. Where one of them is a grade, all must be: what is judged by
    grade would else fall through.
    """
    grades = source.texts("grades.id")
    places = [*source.entries("grade_bands.bands.grade")]
    for name in mapping(source, "bands"):
        places += source.entries(f"bands.{name}.bands.grade")
    for path, value in places:
        if isinstance(value, str) and value not in grades:
            yield source.unknown("unknown_grade", path, value, grades)
    for name in mapping(source, "rules"):
        for key in ("shares", "tiers"):
            table = mapping(source, "rules", name, key)
            if key == "tiers" and not table.keys() & grades.keys():
                continue
            for each in table:
                if each not in grades:
                    here = ("rules", name, key, each)
                    yield source.unknown("unknown_grade", here, each, grades, at_key=True)
            left = [grade for grade in grades if grade not in table]
            if table and left and table.keys() <= grades.keys():
                yield source.fault("grade_without_share", ("rules", name, key), ", ".join(left))
