"""How figures spread over many projects (分布): quantiles, histograms, two figures at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd

from evalkit.checks.peers import quantile
from evalkit.portfolio_model import QUANTILES
from evalkit.scoring.portfolio import column_of, framed

TENTHS = tuple(Fraction(n, 10) for n in range(11))
TENS = tuple(Fraction(10 * n) for n in range(11))
STEPS = (1, 2, 5)
#: A histogram of amounts has about so many bars, and reaches so many ranges beyond its quartile.
BARS, RANGES = 15, 3
MOST_COLUMNS = 14


def known(projects: pd.DataFrame, name: str) -> list[Any]:
    """The values of a figure that are there, in order (已知值).

    >>> known(pd.DataFrame({"a": [3, pd.NA, 1]}, dtype="object"), "a")
    [1, 3]
    """
    return sorted(value for value in column_of(projects, name) if value is not pd.NA)


def spreads(projects: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Least, lower quartile, median, upper quartile and most of figures (分位数).

    One row for each figure that a project has; ``count`` says how many have it.

    >>> table = pd.DataFrame({"a": [1, 2, 4, pd.NA]}, dtype="object")
    >>> spreads(table, ["a", "b"]).loc["a", ["count", "middle", "upper"]].tolist()
    [3, Fraction(2, 1), Fraction(3, 1)]
    """
    rows = {}
    for name in names:
        ordered = known(projects, name)
        if ordered:
            rows[name] = [len(ordered), *(quantile(ordered, share) for share in QUANTILES.values())]
    columns = ["count", *QUANTILES]
    return framed(rows.values(), columns, list(rows))


def place_in(value: Any, edges: Sequence[Any]) -> int:
    """In which bin between ordered edges a value lies (所在区间): -1 below all, the last beyond.

    A bin holds its lower edge, the last one between two edges its upper edge as well.

    >>> [place_in(value, [0, 1, 2]) for value in (-1, 0, 1, 2, 3)]
    [-1, 0, 1, 1, 2]
    """
    place = bisect_right(edges, value) - 1
    return place - 1 if value == edges[-1] else place


def histogram(values: Sequence[Any], edges: Sequence[Any]) -> pd.DataFrame:
    """How many values lie between neighbouring edges (直方图): ``low``, ``high``, ``count``.

    What lies below or beyond all edges has a row of its own, without that edge, if there is any.

    >>> histogram([0, 1, 5], [0, 1, 2]).to_numpy().tolist()
    [[0, 1, 1], [1, 2, 1], [2, <NA>, 1]]
    """
    counts = Counter(place_in(value, edges) for value in values)
    last = len(edges) - 1
    rows = [(low, high, counts[n]) for n, (low, high) in enumerate(pairwise(edges))]
    rows = [(pd.NA, edges[0], counts[-1])] * bool(counts[-1]) + rows
    rows += [(edges[-1], pd.NA, counts[last])] * bool(counts[last])
    return framed(rows, ["low", "high", "count"], [str(n) for n in range(len(rows))])


def round_step(span: int | Fraction) -> int:
    """The least step of 1, 2 or 5 times a power of ten by which a span needs few bars (步长).

    >>> round_step(95), round_step(Fraction(61)), round_step(0)
    (10, 5, 1)
    """
    power = 1
    while True:
        for step in STEPS:
            if step * power * BARS >= span:
                return step * power
        power *= 10


def amount_edges(ordered: Sequence[Any]) -> list[int]:
    """Round edges for a histogram of ordered amounts (金额分组).

    They end where few are left: some interquartile ranges beyond the upper quartile.

    >>> amount_edges([100, 200, 300, 400, 99_999])
    [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]
    """
    low, high = (quantile(ordered, QUANTILES[each]) for each in ("lower", "upper"))
    end = min(Fraction(ordered[-1]), high + RANGES * (high - low))
    step = round_step(end - ordered[0])
    first = ordered[0] // step
    return [int(n * step) for n in range(int(first), int(max(-(-end // step), first + 1)) + 1)]


def round_edges(least: int | Fraction, most: int | Fraction) -> list[int]:
    """1, 2 and 5 times powers of ten around positive amounts; powers of ten where these are many.

    Edges of equal width on a scale of ratios (等比分组).

    >>> round_edges(3, 60)
    [2, 5, 10, 20, 50, 100]
    """
    steps = [step * 10**power for power in range(len(str(int(most))) + 1) for step in STEPS]
    low = max((step for step in steps if step <= least), default=steps[0])
    high = next(step for step in steps if step > most)
    edges = [step for step in steps if low <= step <= high]
    if len(edges) <= MOST_COLUMNS:
        return edges
    tens = [step for step in steps if str(step)[0] == "1"]
    low = max(step for step in tens if step <= max(least, 1))
    return [step for step in tens if low <= step <= high] + [step for step in tens if step > high][
        :1
    ]


def grid(projects: pd.DataFrame, across: str, up: str, up_edges: Sequence[Any]) -> pd.DataFrame:
    """How many projects lie in each field of two figures (二维分布).

    ``across`` is an amount, cut by ratios; ``up`` is cut at the edges. Columns ``low``, ``high``,
    ``up_low``, ``up_high`` (missing beyond the edges), ``count``; only fields that hold a project.

    >>> table = pd.DataFrame({"money": [3, 4, pd.NA], "rate": [Fraction(1, 2), 2, 1]})
    >>> grid(table, "money", "rate", [0, 1]).to_dict("list")["count"]
    [1, 1]
    """
    pairs = [
        (x, y)
        for x, y in zip(column_of(projects, across), column_of(projects, up), strict=True)
        if x is not pd.NA and y is not pd.NA and x > 0
    ]
    names = ["low", "high", "up_low", "up_high", "count"]
    if not pairs:
        return framed([], names, [])
    edges = round_edges(min(x for x, _ in pairs), max(x for x, _ in pairs))
    counts = Counter((place_in(x, edges), place_in(y, up_edges)) for x, y in pairs)
    rows = [
        (
            edges[x], edges[x + 1],
            up_edges[y] if y >= 0 else pd.NA,
            up_edges[y + 1] if y + 1 < len(up_edges) else pd.NA,
            count,
        )
        for (x, y), count in sorted(counts.items())
    ]  # fmt: skip
    return framed(rows, names, [str(n) for n in range(len(rows))])
