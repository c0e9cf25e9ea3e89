"""Words (文字): terms, figures and sentences in one language.

``Words.figure`` is the only place where a figure is rounded: half up, exactly, from whole numbers
and fractions. Everything that a reader sees in words or numbers comes through this class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from operator import index
from typing import Any
from urllib.parse import quote

from evalkit import formula, sentences
from evalkit.facts import Fact
from evalkit.model import Span, Text
from evalkit.sentences import escape, seen
from evalkit.terms import NOTHING, Terms, is_missing
from evalkit.units import units

Saying = tuple[str, Mapping[str, Any]]  # a variant and what it needs beside the facts

COARSE = 1_000_000  # fen: 万元
LONGEST_FRACTION = 4  # decimals of a quantity that has no natural precision

#: What the formats of a template mean: the unit to print in (none: the fact's own) and the style.
FORMATS: dict[str, tuple[str, str]] = {
    "amount": ("amount", ""), "amount_bare": ("amount", "bare"), "amount_abs": ("amount", "abs"),
    "amount_signed": ("amount", "signed"), "unit_cost": ("amount", "unit_cost"),
    "pct": ("rate", ""), "pct_abs": ("rate", "abs"), "pp": ("rate", "pp"),
    "pp_abs": ("rate", "pp abs"), "date": ("date", ""), "months": ("months", ""),
    "months_bare": ("months", "bare"),
    "days": ("days", ""), "days_abs": ("days", "abs"), "count": ("count", ""),
    "text": ("text", ""), "number": ("", ""), "bound": ("", "trim"),
}  # fmt: skip
#: Formats for lists of sayings, and the sign that stands between them.
SEVERAL = {"each": "semicolon", "names": "comma", "run": "sentence", "bullets": ""}


class Words(Terms):
    """The words of one language, with the unit that the project's money is printed in.

    ``lang`` is the name of a folder in ``text/``; ``money_unit`` and ``unit_cost_unit`` are units
    of ``units.yaml`` (万元 and 元 where they are not given). Raises ``KeyError`` for a language or
    unit that evalkit does not know.
    """

    def __init__(self, lang: str, money_unit: str = "", unit_cost_unit: str = "") -> None:
        super().__init__(lang)
        self._money = self._scale(money_unit or self._formats["money_unit"])
        self._unit_cost = self._scale(unit_cost_unit or self._formats["unit_cost_unit"])

    def _scale(self, unit: str) -> dict[str, Any]:
        worth = units()["money"][unit]
        return [scale for scale in self._formats["money"] if scale["from"] <= worth][-1]

    # Figures

    def money_label(self, style: str = "") -> str:
        """The unit of money for the head of a column; style ``unit_cost`` for unit costs.

        >>> Words("zh").money_label(), Words("zh").money_label("unit_cost")
        ('万元', '元')
        """
        return (self._unit_cost if style == "unit_cost" else self._money)["label"]

    def figure(self, value: Any, unit: str, style: str = "") -> str:
        """A value as it is printed, rounded half up; the only place where a figure is rounded.

        ``unit`` is a unit of ``formulas.yaml``, or the unit of a quantity (``人``, ``%``).
        ``style`` holds any of: ``bare`` (without the unit's word), ``signed`` (with +), ``abs``
        (without sign), ``pp`` (a rate as percentage points), ``trim`` (without closing zeros),
        ``unit_cost`` (money in the unit of unit costs). Money is in fen. Raises ``TypeError`` for
        a binary float: it is not exact.

        >>> zh, en = Words("zh"), Words("en")
        >>> zh.figure(2_819_550_000, "amount"), en.figure(2_819_550_000, "amount")
        ('2,819.55 万元', 'CNY 28.1955 million')
        >>> zh.figure(Fraction(281955, 378092), "rate"), en.figure(1, "days")
        ('74.57%', '1 day')
        >>> zh.figure(Fraction(-57, 10000), "rate", "pp")
        '-0.57 个百分点'
        >>> zh.figure(Span(90, 95), "%")
        '90%至95%'
        """
        styles = style.split()
        if is_missing(value):
            missing = self._formats["missing"]
            return missing["bare"] if "bare" in styles else missing.get(unit, missing["other"])
        if isinstance(value, Span):
            low, high = (self.figure(end, unit, style) for end in value)
            return self.term("headings.period").format(start=low, end=high)
        if unit == "text":
            return self.text(value)
        if unit == "flag":
            return self._formats["flag"]["true" if value else "false"]
        if unit == "date":
            return self._date(value)
        exact = _exact(value)
        number, pattern = self._number(abs(exact) if "abs" in styles else exact, unit, styles)
        if "signed" in styles and exact > 0 and number.strip("0.,"):
            number = f"+{number}"
        if "trim" in styles:
            number = _trimmed(number)
        if "bare" in styles:
            return number
        return pattern.format(n=number)

    def _number(self, exact: Fraction, unit: str, styles: Sequence[str]) -> tuple[str, str]:
        """The rounded number in the unit that is printed, and the pattern to print it in."""
        if unit == "amount" and "unit_cost" in styles:
            scale = self._unit_cost
            cost = exact / scale["worth"]
            decimals = 0 if cost.denominator == 1 else scale["decimals"]
            # In a unit of ten thousand the cost of one head needs two decimals more.
            if scale["from"] >= COARSE:
                decimals = scale["decimals"] + 2
            return _rounded(cost, decimals), scale["pattern"]
        if unit == "amount":
            return _rounded(exact / self._money["worth"], self._money["decimals"]), self._money[
                "pattern"
            ]
        if unit == "rate":
            return _rounded(exact * 100, 2), self._formats["pp" if "pp" in styles else "rate"]
        decimals = 2 if unit in ("months", "points") else LONGEST_FRACTION
        number = _trimmed(_rounded(exact, decimals))
        patterns = self._formats["counted"].get(unit)
        if patterns is None:
            return number, "{n}" if unit in ("count", "quantity", "") else f"{{n}} {_literal(unit)}"
        return number, patterns[0] if number == "1" else patterns[-1]

    def _date(self, value: Any) -> str:
        names = self._formats.get("names")
        name = names[value.month - 1] if names else ""
        return self._formats["date"].format(
            year=value.year, month=value.month, day=value.day, name=name
        )

    def months(self, start: Any, end: Any) -> str:
        """From which month of a year to which, whole months, as a heading names them.

        >>> from datetime import date
        >>> Words("zh").months(date(2019, 1, 1), date(2019, 7, 31))
        '1–7月'
        """
        names = self._formats.get("names") or [""] * 12
        pattern = self._formats["months"]["one" if start.month == end.month else "several"]
        first, last = names[start.month - 1], names[end.month - 1]
        return pattern.format(first=start.month, last=end.month, first_name=first, last_name=last)

    def fact_figure(self, fact: Fact, style: str = "") -> str:
        """A fact as it is printed, in its own unit; unit costs in the unit of unit costs."""
        if fact.unit == "amount" and formula.is_unit_cost(fact.name):
            style = f"{style} unit_cost"
        return self.figure(fact.value, fact.unit, style)

    def formula(self, fact: Fact, facts: Mapping[str, Fact]) -> str:
        """A fact's formula in words and in numbers (公式).

        ``预算执行率 = 实际执行金额 ÷ 预算安排 = 2,819.55 ÷ 3,780.92 万元``; the label alone
        where the fact has no formula.
        """
        return formula.spell(fact, facts, self)

    # Sentences

    def say(
        self, topic: str, variant: str, facts: Mapping[str, Any], extra: Mapping[str, Any] = NOTHING
    ) -> str:
        """A variant of ``text/<lang>/<topic>.md`` as HTML, its figures linked to their origin.

        A hole takes its value from ``extra`` or else from ``facts``. A value may be a fact, a bare
        value, a pair ``(value, unit)``, or further sayings of the topic (formats ``SEVERAL``).
        Formats beside ``FORMATS``: ``count.<noun>``, ``term`` (a choice of the field that the hole
        is named after, or a key of the terms), ``terms``, ``label``, ``labels`` (names of facts),
        ``texts``.
        Raises ``KeyError`` that names the file, the variant and the hole where a value is missing.
        """

        def put(name: str, fmt: str) -> str:
            value = self._value(topic, variant, name, facts, extra)
            if fmt in SEVERAL:
                said = [sentences.inline(self.say(topic, v, facts, e)) for v, e in value.value]
                return _bullets(said) if fmt == "bullets" else self.listed(said, SEVERAL[fmt])
            shown = escape(self._shown(value, fmt, facts))
            if not value.formula or value.name not in facts:
                return shown
            title = escape(self.formula(value, facts))
            link = f"#fact-{quote(value.name)}"
            return f'<a class="fact" href="{link}" title="{title}">{shown}</a>'

        return sentences.fill_html(self.lang, topic, variant, put)

    def plain(
        self, topic: str, variant: str, facts: Mapping[str, Any], extra: Mapping[str, Any] = NOTHING
    ) -> str:
        """The same as ``say`` as plain text, for mail, the terminal and alternative texts."""

        def put(name: str, fmt: str) -> str:
            value = self._value(topic, variant, name, facts, extra)
            if fmt not in SEVERAL:
                return self._shown(value, fmt, facts)
            said = [self.plain(topic, v, facts, e) for v, e in value.value]
            if fmt == "bullets":
                return "\n".join(f"- {each}" for each in said)
            return self.listed(said, SEVERAL[fmt])

        return sentences.fill_text(self.lang, topic, variant, put)

    def tell(self, topic: str, told: Iterable[Saying], facts: Mapping[str, Any]) -> str:
        """All that is to be said of a topic, as HTML, one variant after the other."""
        return "\n".join(self.say(topic, variant, facts, extra) for variant, extra in told)

    def prose(self, markdown: str, level: int = 3) -> str:
        """The project's own prose as HTML: no HTML of its own, no images, no links."""
        return sentences.prose(markdown, level)

    def _value(
        self,
        topic: str,
        variant: str,
        name: str,
        facts: Mapping[str, Any],
        extra: Mapping[str, Any],
    ) -> Fact:
        """What fills a hole, as a fact; a value that is none has the name of its hole."""
        value = extra[name] if name in extra else facts.get(name)
        if type(value) is tuple:
            value = Fact(name, value[0], value[1], "", "", (), "")
        elif not isinstance(value, Fact):
            value = Fact(name, value, "quantity", "", "", (), "")
        if is_missing(value.value):
            raise KeyError(f"text/{self.lang}/{topic}.md, {variant}: {{{name}}} has no value")
        return value

    def _shown(self, fact: Fact, fmt: str, facts: Mapping[str, Any]) -> str:
        """A value as its format prints it."""
        value = fact.value
        match fmt:
            case "term":
                return self._within(self.term(value if "." in value else f"{fact.name}.{value}"))
            case "label":
                return self._called(value, facts)
            case "labels":
                return self.listed(self._called(each, facts) for each in value)
            case "terms":
                return self.listed(self._within(self.term(each)) for each in value)
            case "texts":
                return self.listed(self.text(each) for each in value)
        kind, _, noun = fmt.partition(".")
        unit, style = FORMATS[kind]
        return self.figure(value, noun or unit or fact.unit, style)

    def _called(self, name: Text | str, facts: Mapping[str, Any]) -> str:
        """What a fact is called within a sentence; a text stands for itself."""
        if isinstance(name, Text):
            return self.text(name)
        return self.label(name, facts) if "." in name else self._within(self.term(name))

    def _within(self, term: str) -> str:
        """A term in the middle of a sentence: no capital, unless it is an abbreviation."""
        return term if term[1:2].isupper() else term[:1].lower() + term[1:]


def _exact(value: Any) -> Fraction:
    """An exact number from a whole number or a fraction, numpy's whole numbers included."""
    if isinstance(value, Fraction):
        return value
    try:
        return Fraction(index(value))
    except TypeError:
        told = f"{value!r} is no exact number; figures are whole numbers or fractions"
        raise TypeError(told) from None


def _rounded(exact: Fraction, decimals: int) -> str:
    """An exact number with so many decimals, half up (away from zero), with separators.

    >>> _rounded(Fraction(1, 8), 2), _rounded(Fraction(-1, 8), 2), _rounded(Fraction(-1, 1000), 2)
    ('0.13', '-0.13', '0.00')
    """
    scaled = abs(exact) * 10**decimals
    steps = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    whole, part = divmod(steps, 10**decimals)
    sign = "-" if exact < 0 and steps else ""
    return f"{sign}{whole:,}" + (f".{part:0{decimals}d}" if decimals else "")


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def _literal(text: str) -> str:
    """A text from a file that is safe inside a pattern."""
    return seen(text).replace("{", "{{").replace("}", "}}")


def _bullets(said: Iterable[str]) -> str:
    items = "".join(f"<li>{each}</li>\n" for each in said)
    return f"<ul>\n{items}</ul>"
