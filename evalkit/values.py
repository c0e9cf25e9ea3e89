"""What a single value of a params file may be (取值): numbers, rates, dates, texts, ids.

A value that is wrong raises ``PydanticCustomError`` with one of the codes that
``text/<lang>/faults.yaml`` puts into words.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic import WithJsonSchema as JsonSchema
from pydantic_core import PydanticCustomError

from evalkit.units import units

FORMAT = 1
LARGEST_NUMBER = Decimal(10) ** 15
LONGEST_TEXT = 20_000
ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"


def fault(code: str, found: Any) -> PydanticCustomError:
    """A fault of a value, to be put into words from ``faults.yaml`` by its code."""
    return PydanticCustomError(code, "{found}", {"found": str(found)[:80]})


def number(value: Any) -> Decimal:
    """An exact number; one in quotes or with separators is a fault, and so is a truth value."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise fault("not_a_number", value)
    found = Decimal(value)
    if not found.is_finite():
        raise fault("not_a_number", value)
    if abs(found) > LARGEST_NUMBER:
        raise fault("too_large", value)
    return found


def percent(value: Any) -> Decimal:
    """A rate written with its sign (``10%``), as a fraction; a bare number could mean either."""
    match = re.fullmatch(r"\s*([+-]?\d{1,12}(?:\.\d{1,12})?)\s*([%％‰])\s*", str(value))
    if isinstance(value, bool) or match is None:
        raise fault("not_a_rate", value)
    return Decimal(match[1]) / (1000 if match[2] == "‰" else 100)


def calendar_date(value: Any) -> datetime.date:
    """A date that exists, written ``YYYY-MM-DD``."""
    if isinstance(value, datetime.date):
        return value
    raise fault("not_a_date", value)


def money_unit(value: Any) -> str:
    """A unit of money that ``units.yaml`` knows."""
    if not isinstance(value, str) or value not in units()["money"]:
        raise fault("unknown_unit", value)
    return value


def in_this_era(value: Any) -> Any:
    """A date or year between 1900 and 2199: what lies outside is a slip of the hand."""
    if not 1900 <= (value if isinstance(value, int) else value.year) <= 2199:
        raise fault("out_of_era", value)
    return value


def not_above_one(value: Decimal) -> Decimal:
    """A share of a whole."""
    if value > 1:
        raise fault("above_100_percent", f"{value * 100:f}%")
    return value


def not_negative(value: Decimal) -> Decimal:
    """A number that cannot be below zero."""
    if value < 0:
        raise fault("negative", value)
    return value


def whole(value: Any) -> int:
    """A count: a whole number, zero or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise fault("not_a_count", value)
    if value > 10**9:
        raise fault("too_large", value)
    return value


def file_format(value: Any) -> int:
    """The number of the format that this file is written in."""
    if isinstance(value, bool) or value != FORMAT:
        raise fault("unknown_format", value)
    return FORMAT


def flag(value: Any) -> bool:
    """True or false, and not a number or a word that may mean it."""
    if not isinstance(value, bool):
        raise fault("not_a_flag", value)
    return value


def text(value: Any) -> str:
    """A text; a bare number or date in its place is a fault, since its form may matter."""
    if not isinstance(value, str):
        raise fault("not_a_text", value)
    if len(value) > LONGEST_TEXT:
        raise fault("too_long", value)
    return value


def words(value: Any) -> str:
    """A text that says something, without the space around it."""
    found = text(value).strip()
    if not found:
        raise fault("empty_text", value)
    return found


NUMBER: dict[str, Any] = {"type": "number"}
Number = Annotated[Decimal, BeforeValidator(number), JsonSchema(NUMBER)]
Positive = Annotated[Number, AfterValidator(not_negative), JsonSchema(NUMBER | {"minimum": 0})]
Amount = Number
Count = Annotated[int, BeforeValidator(whole), JsonSchema({"type": "integer", "minimum": 0})]
Rate = Annotated[
    Decimal, BeforeValidator(percent),
    JsonSchema({"type": "string", "pattern": r"^\s*[+-]?\d+(\.\d+)?\s*[%％‰]\s*$"}),
]  # fmt: skip
Share = Annotated[Rate, AfterValidator(not_negative), AfterValidator(not_above_one)]
Date = Annotated[
    datetime.date, BeforeValidator(calendar_date), AfterValidator(in_this_era),
    JsonSchema({"type": "string", "format": "date"}),
]  # fmt: skip
Year = Annotated[
    int, BeforeValidator(whole), AfterValidator(in_this_era),
    JsonSchema({"type": "integer", "minimum": 1900, "maximum": 2199}),
]  # fmt: skip
Format = Annotated[Literal[1], BeforeValidator(file_format)]
Flag = Annotated[bool, BeforeValidator(flag)]
Str = Annotated[str, BeforeValidator(words)]
Operator = Annotated[
    Literal[">=", "<=", "=", "≥", "≤", "range"],
    AfterValidator(lambda sign: {"≥": ">=", "≤": "<="}.get(sign, sign)),
]
Bound = Annotated[
    Literal[">=", "<=", "≥", "≤"],
    AfterValidator(lambda sign: {"≥": ">=", "≤": "<="}.get(sign, sign)),
]
Id = Annotated[str, BeforeValidator(words), Field(pattern=ID)]
Frameworks = Annotated[
    list[Id],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    Field(min_length=1),
    JsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
MoneyUnit = Annotated[
    str, BeforeValidator(money_unit), JsonSchema({"type": "string", "enum": list(units()["money"])})
]
