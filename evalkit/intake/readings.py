"""What the text of a cell says (取值识别): a number with sign and unit, a date, a tick."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from evalkit.intake.labels import bare, fold, is_one_of, labels
from evalkit.intake.own import unit_words

NUMBER = r"[+-]?(?:\d{1,3}(?:(?:, ?| )\d{3})+(?!\d)|\d+)(?:\.\d+)?"
UNIT = r"[^\d\s,;:(){}<>=\u2264\u2265+]{1,8}?(?:/[^\d\s]{1,6})?"
LONGEST_VALUE = 100  # characters; what is longer is no number
LONGEST_UNIT = 6
YEARS = (1900, 2199)


@dataclass(frozen=True)
class Reading:
    """What a text says. ``kind`` is ``number``, ``nothing`` (``/``, ``—``) or ``text``.

    A number has its ``operator`` (``>=``, ``<=``, ``>``, ``<``, ``=``, ``range``, ``reached``,
    empty where it has none), ``value``, for a range ``to``, and ``unit``, empty where it has none.
    """

    kind: str
    text: str
    operator: str = ""
    value: Decimal = Decimal(0)
    to: Decimal | None = None
    unit: str = ""


def read(text: str) -> Reading:
    """What a text says; a number only where all of it is understood.

    >>> read("≥９８．５％").operator, read("≥９８．５％").value, read("不低于1,234.50万元").unit
    ('>=', Decimal('98.5'), '万元')
    >>> found = read("90-95%")
    >>> found.operator, found.value, found.to, found.unit
    ('range', Decimal('90'), Decimal('95'), '%')
    >>> read("2022年12月底前").kind, read("—").kind, read("30天以内").operator
    ('text', 'nothing', '<=')
    """
    if len(text) > LONGEST_VALUE:
        return Reading("text", tidy(text))
    plain = fold(text)
    if not plain or is_one_of(plain.replace(" ", "").lower(), labels()["values"]["nothing"]):
        return Reading("nothing", plain)
    match = _value().fullmatch(re.sub(labels()["values"]["inclusive"], "", plain))
    found = _number(match, plain) if match else None
    return found or Reading("text", tidy(text))


def _number(match: re.Match[str], plain: str) -> Reading | None:
    """A number out of its parts; None where the rest makes it something else than a quantity."""
    before, after = _sign(match, "before"), _sign(match, "after")
    first_unit, unit = (_unit(match[name]) for name in ("first_unit", "unit"))
    value = _decimal(match["value"])
    to = None if match["to"] is None else _decimal(match["to"])
    if unit is None or first_unit is None or (first_unit and first_unit != unit):
        return None
    if (before and after and before != after) or (to is not None and (before or after)):
        return None
    is_year = YEARS[0] <= value <= YEARS[1] and value == int(value) and "." not in match["value"]
    if is_year and (unit in labels()["values"]["years"] or (to is not None and not unit)):
        return None
    if to is not None and to <= value:
        return None
    return Reading("number", plain, "range" if to is not None else before or after, value, to, unit)


def _sign(match: re.Match[str], where: str) -> str:
    signs = labels()["values"][where]
    return next((sign for n, sign in enumerate(signs) if match[f"{where}{n}"]), "")


def _unit(found: str | None) -> str | None:
    """A unit as it is written in params files, empty for none; None for what is no unit."""
    unit = (found or "").strip()
    values = labels()["values"]
    if unit in values["rates"]:
        return values["rates"][unit]
    if unit.lower() in unit_words():
        return unit_words()[unit.lower()]
    if len(unit) > LONGEST_UNIT and "/" not in unit:
        return None
    if any(sign in unit for sign in values["rates"]) or is_one_of(unit, values["not_units"]):
        return None
    return unit


def _decimal(digits: str) -> Decimal:
    return Decimal(re.sub(r"[, ]", "", digits))


@cache
def _value() -> re.Pattern[str]:
    """A number between its signs; the longest sign is tried first."""
    values = labels()["values"]

    def signs(where: str) -> str:
        named = (
            f"(?P<{where}{n}>{'|'.join(sorted(each, key=len, reverse=True))})"
            for n, each in enumerate(values[where].values())
        )
        return "|".join(named)

    currency = "|".join(map(re.escape, values["currency"]))
    to = "|".join(map(re.escape, values["to"]))
    units = "|".join(map(re.escape, unit_words()))
    return re.compile(
        rf"(?:(?:{signs('before')})\s*)?(?:(?:{currency})\s*)?(?P<value>{NUMBER})"
        rf"(?:\s*(?P<first_unit>(?:{units}|{UNIT})??)\s*(?:{to})\s*(?P<to>{NUMBER}))?"
        rf"\s*(?P<unit>(?:{units}|{UNIT})??)\s*(?:{signs('after')})?",
        re.IGNORECASE,
    )


def tidy(text: str) -> str:
    """A text on one line: a line break within Chinese leaves no space.

    >>> tidy("退捕渔民\\n满意度 "), tidy("two\\nwords")
    ('退捕渔民满意度', 'two words')
    """
    joined = ""
    for line in filter(None, (each.strip() for each in text.splitlines())):
        is_apart = joined != "" and joined[-1].isascii() and line[0].isascii()
        joined += f" {line}" if is_apart else line
    return re.sub(r"\s+", " ", joined).removeprefix("'")


def as_target(found: Reading) -> Reading:
    """What was to be reached: ``达到`` means at least."""
    return replace(found, operator=">=") if found.operator == "reached" else found


def as_actual(found: Reading) -> Reading:
    """What was reached: a number alone, or a bound."""
    return replace(found, operator="") if found.operator in ("reached", "=") else found


def direction(text: str) -> str:
    """The sign that a column of signs names (``正向``, ``≥``, ``定性``); empty for none.

    >>> direction("正向指标"), direction("定性"), direction("")
    ('>=', 'text', '')
    """
    signs = labels()["values"]["signs"]
    plain = bare(text)
    return next((sign for sign, said in signs.items() if is_one_of(plain, said)), "")


def ticked(text: str) -> bool | None:
    """Whether a box is ticked; None for what is neither a tick nor its absence.

    >>> ticked("√"), ticked("□"), ticked("maybe")
    (True, False, None)
    """
    plain = fold(text).replace(" ", "").lower()
    for name, answer in (("unticked", False), ("ticks", True)):
        if is_one_of(plain, labels()["values"][name]):
            return answer
    return None


def boxes_in(text: str) -> list[tuple[str, bool]]:
    """The words beside boxes that stand before or behind them, each with whether it is ticked.

    >>> boxes_in("☐ 一次性项目　☑ 经常性项目"), boxes_in("one-off□ recurring√")
    ([('一次性项目', False), ('经常性项目', True)], [('one-off', False), ('recurring', True)])
    """
    boxes = labels()["boxes"]
    mark = f"([{boxes['ticked']}{boxes['open']}])"
    before, *pieces = re.split(mark, fold(text))
    pairs = zip(pieces[::2], pieces[1::2], strict=True)
    if before.strip():
        words = [before, *pieces[1::2]]
        pairs = zip(pieces[::2], words, strict=False)
    return [(word.strip(" ;,"), box in boxes["ticked"]) for box, word in pairs if word.strip()]
