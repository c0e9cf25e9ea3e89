"""What the parts of a framework file say of each other (评价框架自检): every fault with its place.

Codes and parents, names of rules and measures that exist, rules that fit what they score, a verdict
that can be reached; tables are those of ``framework_bands.py``, points of ``framework_points.py``.
All read the plain tree, so that these faults are told beside faults of shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from evalkit.discovery import forms, named_verdicts, sections
from evalkit.errors import Fault
from evalkit.facts import formulas
from evalkit.framework_bands import band_faults, exact, mapping
from evalkit.framework_points import point_faults
from evalkit.schema import Rule
from evalkit.scoring.comparison import KINDS
from evalkit.scoring.indicators import GIVEN, ROLLED
from evalkit.source import Source
from evalkit.yamltree import Path

#: Which rules can score which targets; a rule that turns a target round contradicts its sign.
FITS = {
    ">=": {"at_least", "ratio", "stepped", "banded", "direct"},
    "<=": {"at_most", "stepped", "direct"}, "=": {"equal", "stepped", "direct"},
    "range": {"within", "direct"},
}  # fmt: skip
#: Rules for what is judged, and rules for what is computed.
JUDGED = {"tiered", "graded", "direct"}
COMPUTED = {"at_least", "at_most", "within", "ratio", "stepped", "banded"}
#: The topics whose rates an indicator may name; a verdict may speak of its own counts too.
TOPICS = ("execution", "headcount", "payments")
FRAMES = (*TOPICS, "verdict")
#: A name of ``execution_accuracy_rate`` that an issued framework uses.
ALSO = "execution_accuracy"
COMPARABLE = ("rate", "count", "months")
#: What an indicator may be about: a topic that is compared, or one that a check or verdict knows.
ABOUT = (*KINDS, "schedule", "misuse", "rules_exist", "rules_followed")
#: The form that ticks a choice of each scale, and the choices that have a name.
RULES_FORM = "execution_and_rules"
SCALES = {
    name: get_args(get_args(Rule.model_fields[name].annotation)[0])
    for name in ("relevance", "effectiveness")
}


def framework_faults(source: Source) -> Iterator[Fault]:
    """All faults of one framework file that lie between its parts."""
    if not isinstance(source.tree.value, dict):
        return
    yield from _codes(source)
    yield from _parents(source)
    yield from _names(source)
    yield from _measures(source)
    yield from _operators(source)
    yield from _verdict(source)
    yield from _scales(source)
    yield from band_faults(source)
    yield from point_faults(source)


def measures() -> set[str]:
    """The measures that an indicator may name: figures of a project, of its outputs, or given."""
    named = {name for frame in TOPICS for name, about in formulas()[frame].items()
             if about["unit"] == "rate"}  # fmt: skip
    return named | {ALSO, *ROLLED, *GIVEN}


def bound_units() -> dict[str, str]:
    """The figures that a condition of the verdict may speak of, with their units.

    Amounts are none of them: a bound in yuan would hold for one size of project only.
    """
    return {name: about["unit"] for frame in FRAMES for name, about in formulas()[frame].items()
            if about["unit"] in COMPARABLE}  # fmt: skip


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
    rules = mapping(source, "rules")
    levels = source.texts("levels.code")
    codes = source.texts("levels.code", "indicators.code")
    references: tuple[tuple[str, tuple[str, ...], Any], ...] = (
        ("unknown_rule", ("indicators.rule", "own.text"), rules),
        ("unknown_bands", ("indicators.bands",), mapping(source, "bands")),
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
        for name, value in mapping(source, "own", key).items():
            if isinstance(value, str) and value not in known:
                yield source.unknown(code, ("own", key, name), value, known)
    for code in mapping(source, "weights"):
        if code not in codes:
            yield source.unknown("unknown_code", ("weights", code), code, codes, at_key=True)


def _measures(source: Source) -> Iterator[Fault]:
    """Unknown formulas and topics; what is made of several outputs without saying how."""
    known = measures()
    for path, value in [*source.entries("indicators.method"),
                        *source.entries("indicators.relative_to")]:  # fmt: skip
        if isinstance(value, str) and value not in known | {"judged"}:
            yield source.unknown("unknown_measure", path, value, sorted(known - {ALSO}))
        if value in ROLLED and "roll_up" not in mapping(source):
            yield source.fault("roll_up_missing", path, value)
    for path, value in source.entries("indicators.about"):
        if isinstance(value, str) and value not in ABOUT:
            yield source.unknown("not_a_choice", path, value, ABOUT)
    for path, _ in source.entries("indicators"):
        if isinstance(source.at(path), dict):
            yield from _way_to_score(source, path, source.at(path))


def _way_to_score(source: Source, path: Path, indicator: Mapping[str, Any]) -> Iterator[Fault]:
    """An indicator without a rule, or with one that does not fit it or lacks its target."""
    rules, is_scored = mapping(source, "rules"), source.at(("kind",)) == "scored"
    name, is_judged = indicator.get("rule"), indicator.get("method") == "judged"
    needed = "rule" if is_scored else "bands"
    if needed not in indicator and (is_scored or not is_judged):
        yield source.fault("no_way_to_score", path, indicator.get("code"), needed=needed)
    kind = _kind(rules, name)
    if kind and kind not in (JUDGED if is_judged else COMPUTED):
        yield source.fault("rule_does_not_fit", (*path, "rule"), name, kind=kind)
    elif kind == "within" and not {"target", "to"} <= rules[str(name)].keys():
        yield source.fault("range_without_ends", (*path, "rule"), name)


def _operators(source: Source) -> Iterator[Fault]:
    """Signs without a rule; a rule that scores a sign the wrong way round; one for words."""
    rules, own = mapping(source, "rules"), mapping(source, "own")
    operators = mapping(source, "own", "operators")
    for sign in FITS if operators else ():
        if sign not in operators:
            yield source.fault("missing", ("own", "operators"), key=f'"{sign}"')
    for sign, name in operators.items():
        kind = _kind(rules, name)
        if kind and kind not in FITS.get(sign, {kind}):
            yield source.fault("operator_contradicts", ("own", "operators", sign), name, sign=sign,
                               kind=kind)  # fmt: skip
    kind = _kind(rules, own.get("text"))
    if kind and kind not in JUDGED:
        yield source.fault("rule_does_not_fit", ("own", "text"), kind, kind=kind)


def _verdict(source: Source) -> Iterator[Fault]:
    """Verdicts without a name or a way to them; conditions that compare what cannot be compared."""
    units, names = bound_units(), named_verdicts()
    verdicts = source.texts("verdict.verdicts")
    aims = [value for _, value in source.entries("verdict.conditions.verdict")]
    for verdict, path in verdicts.items():
        is_best = verdict == next(iter(verdicts))
        if verdict not in names:
            yield source.unknown("verdict_without_name", path, verdict, names)
        elif is_best == (verdict in aims):
            code = "condition_for_the_best" if is_best else "verdict_out_of_reach"
            yield source.fault(code, path, verdict)
    for path, value in source.entries("verdict.conditions.measure"):
        if isinstance(value, str) and value not in units:
            yield source.unknown("unknown_figure", path, value, sorted(units))
            continue
        bound = source.at((*path[:-1], "value"))
        is_rate = units.get(str(value)) == "rate"
        if exact(bound) is not None and isinstance(bound, str) != is_rate:
            code = "not_a_rate" if is_rate else "not_a_number"
            yield source.fault(code, (*path[:-1], "value"), bound)


def _scales(source: Source) -> Iterator[Fault]:
    """The scales of a form that judges management rules: there, with choices that have names."""
    scales = mapping(source, "scales")
    for path, form in source.entries("forms"):
        if form == RULES_FORM and not SCALES.keys() <= scales.keys():
            left = [name for name in SCALES if name not in scales]
            yield source.fault("scale_missing", path, form, left=", ".join(left))
    for name, known in SCALES.items():
        for path, value in source.entries(f"scales.{name}"):
            if isinstance(value, str) and value not in known:
                yield source.unknown("not_a_choice", path, value, known)


def _kind(rules: Mapping[str, Any], name: Any) -> str:
    rule = rules.get(name) if isinstance(name, str) else None
    return str(rule.get("kind", "")) if isinstance(rule, dict) else ""
