"""Dates in the texts of forms (日期识别): days, periods, years and months."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Any

from evalkit.intake.labels import bare, fold, labels


def period_in(text: str) -> tuple[date, date] | None:
    """From the first to the last day that a text names; None where it does not name both.

    >>> period_in("2022年1月—2022年12月")
    (datetime.date(2022, 1, 1), datetime.date(2022, 12, 31))
    >>> period_in("2022.3.1至2023.2.28")[1], period_in("一年")
    (datetime.date(2023, 2, 28), None)
    """
    plain = _numeric(text)
    found = list(re.finditer(f"{labels()['date']}|{labels()['month']}", plain))
    if len(found) != 2:
        return None
    try:
        start, end = (
            date(*(int(part or 1) for part in (m[1] or m[4], m[2] or m[5], m[3]))) for m in found
        )
        if found[1][3] is None:
            end = month_end(end.year, end.month)
    except ValueError:
        return None
    return (start, end) if start <= end else None


def _numeric(text: str) -> str:
    """A text with dates in figures and no spaces; ``5 May 2022`` and ``May 5, 2022`` are dates."""
    names = labels()["month_names"]
    month = rf"(?P<month>{'|'.join(names)})[a-z]*\.?"
    plain = fold(text)
    for order in (rf"(?P<day>\d{{1,2}}) {month},? ", rf"{month} (?P<day>\d{{1,2}}),? "):
        plain = re.sub(
            rf"(?<![^\W\d_]){order}(?P<year>\d{{4}})",
            lambda m: f"{m['year']}-{names[m['month'].lower()]}-{m['day']}",
            plain,
            flags=re.IGNORECASE,
        )
    return plain.replace(" ", "")


def day_in(text: str) -> date | None:
    """The only day that a text names, and nothing else.

    >>> day_in("2022年6月30日"), day_in("30 June 2022"), day_in("6月底前")
    (datetime.date(2022, 6, 30), datetime.date(2022, 6, 30), None)
    """
    match = re.fullmatch(labels()["date"], _numeric(text))
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def month_end(year: int, month: int) -> date:
    """The last day of a month.

    >>> month_end(2024, 2)
    datetime.date(2024, 2, 29)
    """
    return date(year, month, monthrange(year, month)[1])


def year_in(text: str) -> int | None:
    """The year that a title names.

    >>> year_in("（２０２２年度）"), year_in("二〇二〇年度自评表"), year_in("自评表")
    (2022, 2020, None)
    """
    plain = fold(text).replace(" ", "")
    if match := re.search(labels()["year"], plain):
        return int(match[1])
    if match := re.search(labels()["chinese_year"], plain):
        return int("".join(str(labels()["chinese_digits"][digit]) for digit in match[1]))
    match = re.search(labels()["bare_year"], plain)
    return int(match[1]) if match else None


def month_in(text: str) -> int | None:
    """The month up to which a heading counts (``1-7月执行数``).

    >>> month_in("1—7月执行数"), month_in("上半年执行数"), month_in("全年执行数")
    (7, 6, None)
    """
    plain = bare(text)
    for words, month in labels()["month_words"].items():
        if words in plain:
            return int(month)
    match = re.search(labels()["months"], plain)
    found: Any = next(filter(None, match.groups()), None) if match else None
    return int(found) if found and 1 <= int(found) <= 12 else None
