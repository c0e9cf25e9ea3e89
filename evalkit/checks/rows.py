"""One finding as a row, and one row of a frame as a plain mapping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.model import Span, Text, as_date
from evalkit.scoring.exact import listed

Row = dict[str, Any]


def finding(
    project_id: str,
    severity: str,
    where: str | Text,
    unit: str = "text",
    expected: Any = pd.NA,
    actual: Any = pd.NA,
    variant: str = "",
    **details: tuple[Any, str],
) -> Row:
    """A finding row; the gap follows from what was expected and what is there.

    ``details`` are pairs of a value and its unit; empty ones are left out.

    >>> finding("p", "error", "lines.a.quantity", "count", 340, 338)["gap"]
    -2
    """
    kept: Row = {name: pair for name, pair in details.items() if is_given(pair[0])}
    return {
        "project_id": project_id,
        "severity": severity,
        "where": where,
        "unit": unit,
        "expected": expected,
        "actual": actual,
        "gap": gap(expected, actual),
        "details": kept | ({"variant": variant} if variant else {}),
    }


def gap(expected: Any, actual: Any) -> Any:
    """Actual − expected (差额): a number, days between dates, ``pd.NA`` for anything else.

    >>> gap(Fraction(1, 2), 1), gap(date(2018, 1, 1), date(2018, 1, 4)), gap("a", "b")
    (Fraction(1, 2), 3, <NA>)
    """
    if isinstance(expected, date) and isinstance(actual, date):
        return (actual - expected).days
    if isinstance(expected, (int, Fraction)) and isinstance(actual, (int, Fraction)):
        return actual - expected
    return pd.NA


def is_given(value: Any) -> bool:
    """Whether there is a value; lists and texts count unless they are empty.

    >>> is_given(0), is_given(pd.NA), is_given([]), is_given("")
    (True, False, False, False)
    """
    if isinstance(value, (list, tuple, str)):
        return bool(value)
    if isinstance(value, (int, Fraction)):
        return True
    return value is not None and not pd.isna(value)


def named(row: Row) -> tuple[Any, str]:
    """What an item is called, as a detail of a finding: its name, or its id where it has none."""
    return (row["name"] if is_given(row["name"]) else row["item"], "text")


def goal(row: Row) -> tuple[Any, Any]:
    """The target of an output, as a detail of a finding: a value or both ends of a range."""
    value = row["target"]
    if row["operator"] == "range":
        value = Span(value, row["target_to"])
    return (value, row["target_unit"])


def items(frame: pd.DataFrame, flagged: Any = None) -> Iterator[Row]:
    """The (flagged) rows as mappings, the index among them.

    Dates are calendar dates and what is missing is ``pd.NA``. ``flagged`` is a boolean Series over
    the frame; a missing value in it counts as false.
    """
    if flagged is not None:
        kept = flagged.to_numpy(dtype=bool, na_value=False)
        if not kept.any():  # as with most checks: nothing is made of the rows then
            return
        frame = frame[kept]
    index = frame.index
    levels = [index.get_level_values(n).tolist() for n in range(index.nlevels)]
    names = [*map(str, index.names), *map(str, frame.columns)]
    # All at once: a frame has many columns, and each costs more to take out than its few values.
    values = frame.to_numpy(dtype="object").tolist()
    for *keys, row in zip(*levels, values, strict=True):
        yield dict(zip(names, (*keys, *map(_plain, row)), strict=True))


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple, str, int, Fraction)):
        return value
    if isinstance(value, pd.Timestamp):
        return as_date(value)
    return pd.NA if pd.isna(value) else value


def with_project(frame: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    """An item-level frame with the columns of project-level ones that it lacks."""
    projects = frame.index.get_level_values("project_id")
    parts = [frame]
    for other in others:
        known = {name for part in parts for name in part}
        new = other[[name for name in other if name not in known]]
        place = other.index.get_indexer(projects)
        parts.append(new.take(place).set_axis(frame.index))
    return pd.concat(parts, axis=1)


def differ(left: pd.Series, right: pd.Series) -> pd.Series:
    """Where two aligned Series of exact values both have one and these are not equal.

    >>> differ(pd.Series([1, pd.NA, 3], dtype="object"), pd.Series([1, 2, 4])).tolist()
    [False, False, True]
    """
    return compare(left, right, lambda a, b: a != b)


def exceeds(left: pd.Series, right: pd.Series) -> pd.Series:
    """Where both have a value and the left one is the larger.

    >>> exceeds(pd.Series([1, pd.NA, 5], dtype="object"), pd.Series([1, 2, 4])).tolist()
    [False, False, True]
    """
    return compare(left, right, lambda a, b: a > b)


def compare(left: pd.Series, right: Any, holds: Any) -> pd.Series:
    """``holds`` of each pair of values that are both there; a missing one makes it false."""
    others = listed(right) if isinstance(right, pd.Series) else [right] * len(left)
    pairs = zip(listed(left), others, strict=True)
    result = [not (a is pd.NA or b is pd.NA) and bool(holds(a, b)) for a, b in pairs]
    return pd.Series(result, left.index, dtype="bool")
