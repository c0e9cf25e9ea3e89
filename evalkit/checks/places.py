"""One quantity at many places of a report: one finding for it, with all that is printed there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from evalkit.checks.comparing import Fault, Printed, worths
from evalkit.checks.reading import Reading, fold, read_date, read_number
from evalkit.checks.rows import Row, finding, is_given
from evalkit.checks.slips import Slip
from evalkit.checks.wording import plain
from evalkit.model import SEVERITIES

#: Variants that are less than an error.
MILDER = {
    "truncated": "warning", "rounded_up": "warning", "coarse": "warning", "coarser": "note",
    "rounded_input": "warning", "rounded_rows": "warning", "name": "note", "unknown": "note",
    "open": "note", "within": "note", "forecast": "note",
}  # fmt: skip
#: Variants that give no other value of the quantity; each is a finding of its own.
NO_VALUE = ("blank", "words")
FEWEST_BESIDE = 2  # figures beside one that show how finely a table prints
MOST_TOLD = 3  # explanations in a sentence
MOST_VALUES = 6  # different prints of one quantity that a sentence lists

Told = tuple[Printed, Fault]


def severity(variant: str) -> str:
    """How serious a fault of a printed figure is.

    >>> severity("truncated"), severity("mismatch")
    ('warning', 'error')
    """
    return MILDER.get(variant, "error")


def clauses(slips: Iterable[Slip]) -> list[tuple[str, Row]]:
    """Slips as parts of a sentence."""
    return [(f"slip_{slip.name}", slip.details) for slip in slips]


def coarser(figures: Sequence[Printed], faults: Sequence[Fault | None]) -> Iterator[int]:
    """Which figures lose digits that all others beside them show (少保留小数位).

    Beside one another are figures of one place, unit and column. Exact figures lose nothing.
    """
    tables: dict[tuple[Any, ...], list[tuple[int, Printed, Reading]]] = {}
    for number, printed in enumerate(figures):
        reading = read_number(printed.text) if printed.unit in ("amount", "rate") else None
        if reading is not None:
            worth = worths(printed, reading)[0]
            key = (printed.project_id, printed.where, printed.unit, worth)
            tables.setdefault(key, []).append((number, printed, reading))
    for (*_, worth), beside in tables.items():
        for number, printed, reading in beside:
            others = [each.decimals for place, _, each in beside if place != number]
            if len(others) < FEWEST_BESIDE or min(others) <= reading.decimals:
                continue
            if faults[number] is None and reading.value * worth != printed.value:
                yield number


def findings_of(wrong: Iterable[Told], right: Iterable[Printed]) -> Iterator[Row]:
    """A finding for each quantity that is wrong somewhere, with all its places.

    ``right`` are the places where it is printed as it should be. A figure that the project does not
    have is a fault of its place, whatever it is printed for, unless its places contradict.
    """
    quantities: dict[tuple[str, str, str], list[Told]] = {}
    for printed, fault in wrong:
        apart = fault.variant if fault.variant in NO_VALUE else ""
        quantity = (printed.project_id, printed.figure, apart)
        quantities.setdefault(quantity, []).append((printed, fault))
    elsewhere: dict[tuple[str, ...], list[Printed]] = {}
    for each in right:
        elsewhere.setdefault((each.project_id, each.figure), []).append(each)
    bare: dict[tuple[str, str, str], Row] = {}
    for (project_id, figure, _), told in quantities.items():
        lacking = [each for each in told if each[1].variant == "unsupported"]
        if lacking and not _contradict([printed for printed, _ in lacking]):
            for printed, fault in lacking:
                _add_bare(bare, printed, fault)
            told = [each for each in told if each[1].variant != "unsupported"]
        elif lacking:
            yield _differing([printed for printed, _ in lacking])
            told = []
        if told:
            yield _quantity(told, elsewhere.get((project_id, figure), []))
    yield from bare.values()


def _add_bare(bare: dict[tuple[str, str, str], Row], printed: Printed, fault: Fault) -> None:
    """One finding for what no data give at one place."""
    key = (printed.project_id, fold(printed.text), str(printed.where))
    if key not in bare:
        bare[key] = _row(printed, fault, [printed.where], figures=[])
    listed = bare[key]["details"].setdefault("figures", ([], "facts"))[0]
    if printed.figure not in listed:
        listed.append(printed.figure)


def _row(printed: Printed, fault: Fault, places: list[Any], **more: Any) -> Row:
    details = {**fault.details}
    also, _ = details.pop("also", ([], ""))
    if also:
        more.setdefault("more", []).insert(0, ("slips_also", {"slips": (also, "sayings")}))
    told = more.get("more", [])
    return finding(
        printed.project_id, severity(fault.variant), printed.where,
        printed.unit, fault.expected, fault.actual, fault.variant,
        figure=(printed.figure, "fact"), text=(printed.text, "text"),
        places=(places, "texts"), figures=(more.get("figures", [printed.figure]), "facts"),
        more=(told, "sayings"), **details,
    )  # fmt: skip


def _quantity(told: list[Told], right: list[Printed]) -> Row:
    """The finding of one quantity: the worst that is wrong, then the rest, then what is right."""
    kinds: dict[tuple[str, str], list[Told]] = {}
    for printed, fault in told:
        kinds.setdefault((fault.variant, fold(printed.text)), []).append((printed, fault))
    groups = sorted(kinds.values(), key=lambda each: SEVERITIES.index(severity(each[0][1].variant)))
    (printed, fault), *_ = groups[0]
    more = [_further(group) for group in groups[1:]]
    if right:
        more.append(("elsewhere", {"values": (_values(right), "sayings")}))
    places = list(dict.fromkeys(each.where for group in groups for each, _ in group))
    return _row(printed, fault, places, more=more)


def _further(group: list[Told]) -> tuple[str, Row]:
    """The sentence of another fault of the same quantity, with its places."""
    printed, fault = group[0]
    gap = finding("", "", "", printed.unit, fault.expected, fault.actual)["gap"]
    details = {
        "figure": (printed.figure, "fact"), "text": (printed.text, "text"),
        "expected": (fault.expected, printed.unit), "actual": (fault.actual, printed.unit),
        "gap": (gap, "days" if printed.unit == "date" else printed.unit), **fault.details,
    }  # fmt: skip
    where = list(dict.fromkeys(each.where for each, _ in group))
    said = ([(f"printed_{fault.variant}", details)], "sayings")
    return "further", {"places": (where, "texts"), "said": said}


def _values(printed: list[Printed]) -> list[tuple[str, Row]]:
    """What is printed, each with its places."""
    places: dict[str, list[Any]] = {}
    for each in printed:
        places.setdefault(each.text, []).append(each.where)
    return [
        ("elsewhere_value",
         {"text": (text, "text"), "places": (list(dict.fromkeys(where)), "texts")})
        for text, where in list(places.items())[:MOST_VALUES]
    ]  # fmt: skip


def _contradict(printed: list[Printed]) -> bool:
    """Whether prints of one quantity cannot all be right, as far as they go."""
    return any(not _agree(printed[0], each) for each in printed[1:])


def _agree(one: Printed, other: Printed) -> bool:
    """Whether two prints may be of one value: rounded alike, or the same date or text."""
    if one.unit == "date":
        days = [read_date(each.text) for each in (one, other)]
        if None in days:
            return False
        pairs = zip(*(day for day in days if day), strict=True)
        return all(a is None or b is None or a == b for a, b in pairs)
    readings = [read_number(each.text) for each in (one, other)]
    if None in readings or one.unit == "text":
        return plain(one.text) == plain(other.text)
    (a, room), (b, more) = (
        (each.value * worths(printed, each)[0], each.step * worths(printed, each)[0] / 2)
        for printed, each in zip((one, other), readings, strict=True) if each
    )  # fmt: skip
    return bool(abs(a - b) <= room + more)


def _differing(printed: list[Printed]) -> Row:
    """One quantity without data of its own, printed in ways that contradict (前后不一致).

    The odd one out is the print that has the fewest others like it; where two are alike in that,
    none is.
    """
    alike = [sum(_agree(one, other) for other in printed) for one in printed]
    fewest = min(alike)
    lone = [each for each, number in zip(printed, alike, strict=True) if number == fewest]
    is_odd = max(alike) > fewest and len({plain(each.text) for each in lone}) == 1
    odd = lone[0]
    where = list(dict.fromkeys(each.where for each in printed))
    details: Row = {"values": (_values(printed), "sayings")}
    if is_odd:
        details["others"] = (_values([each for each in printed if each not in lone]), "sayings")
    variant = "differ_odd" if is_odd else "differ"
    fault = Fault(variant, actual=odd.text if is_given(odd.text) else "", details=details)
    return _row(odd, fault, where)
