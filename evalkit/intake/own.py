"""What evalkit itself calls things (自有用语): its forms come back by these words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from evalkit.intake.labels import fold
from evalkit.sentences import languages
from evalkit.terms import Terms

#: Between names with their values, in a remark below a form.
HOLE = re.compile(r"\\\{\w+\\\}")
REMARKS = ("stated_instead", "stated_beside")
STATED = {
    "verdict": "headings.verdict", "forecast": "headings.forecast",
    "funds_on_plan": "headings.funds_on_plan", "on_schedule": "headings.on_schedule",
    "score": "stated_total_score", "grade": "stated_total_grade",
}  # fmt: skip


def choice_of(text: str, field: str) -> str:
    """The key of a field's choice by its word in any language; empty where it is none.

    >>> choice_of("运行正常", "verdict"), choice_of("Certain", "likelihood"), choice_of("?", "kind")
    ('normal', 'certain', '')
    """
    plain = fold(text).lower()
    for terms in _all():
        for key, word in terms.choices(field).items():
            if plain == fold(word).lower():
                return key
    return ""


def apart(text: str) -> tuple[str, str]:
    """What was done, and what was measured, of a cell that holds both or only the second.

    >>> apart("92.5%\\nMeasured 92.5%"), apart("测评值 8.6 分钟"), apart("92.5%")
    (('92.5%', '92.5%'), ('', '8.6 分钟'), ('92.5%', ''))
    """
    *before, last = text.strip().splitlines() or [""]
    for terms in _all():
        word = re.escape(terms.term("measured"))
        if match := re.fullmatch(rf"\s*{word}\s*[:\uff1a]?\s*(.*\d.*)", last, re.IGNORECASE):
            return "\n".join(before).strip(), match[1].strip()
    return text, ""


def layout_in(text: str) -> str:
    """The name of the framework whose layout a form has, as evalkit says below its own forms.

    >>> layout_in("格式：某体系。“—”表示没有提供。"), layout_in("格式：A4")
    ('某体系', '')
    """
    told = (_template(terms.term("headings.filled_like")) for terms in _all())
    found = next(filter(None, (each.fullmatch(text.strip()) for each in told)), None)
    return found[1] if found else ""


def is_no_figure(text: str) -> bool:
    """Whether this is what evalkit prints in the place of a figure.

    >>> is_no_figure("无数据"), is_no_figure("0")
    (True, False)
    """
    return any(text.strip() in terms.missing.values() for terms in _all())


def stated_in(text: str) -> dict[str, str]:
    """What an authority stated, by its key or by the name of the indicator that it speaks of.

    Empty for a text that is no such remark.

    >>> stated_in("This form is filled as computed. The unit or the evaluator stated: "
    ...           "Total score, as stated: 98 points; Meals served: 9.5 points.")
    {'score': '98 points', 'Meals served': '9.5 points'}
    """
    for terms in _all():
        for name in REMARKS:
            match = _template(terms.term(f"headings.{name}")).search(text.strip())
            if match:
                keys = {terms.term(term): key for key, term in STATED.items()}
                return {keys.get(n, n): value for n, value in _pairs(match[1], terms)}
    return {}


def _pairs(text: str, terms: Terms) -> Iterator[tuple[str, str]]:
    """Names with their values out of a list of them; a name may hold the sign between both."""
    before, between, _ = re.split(r"\{\w+\}", terms.term("headings.pair"))
    further = re.split(r"\{\w+\}", terms.term("headings.computed_beside"))[0]
    for piece in text.split(further)[0].split(terms.listed(["", ""], "semicolon")):
        name, _, value = piece.removeprefix(before).rpartition(between)
        if name:
            yield name, re.sub(r"[.\u3002]\s*$", "", value)


@cache
def _template(text: str) -> re.Pattern[str]:
    """A text with holes as a pattern; what fills them are its groups."""
    return re.compile(HOLE.sub("(.+)", re.escape(text)), re.DOTALL)


@cache
def unit_words() -> dict[str, str]:
    """The words of units in every language, longest first; that of one as that of many.

    >>> unit_words()["person"], unit_words()["minutes"]
    ('people', 'minutes')
    """
    found: dict[str, str] = {}
    for terms in _all():
        for patterns in terms.counted.values():
            one, *_, many = [each.replace("{n}", "").strip() for each in [*patterns, patterns[-1]]]
            found |= {one.lower(): many, many.lower(): many}
    found.pop("", None)
    return dict(sorted(found.items(), key=lambda each: -len(each[0])))


@cache
def _all() -> tuple[Terms, ...]:
    return tuple(map(Terms, languages()))
