"""Projects against one another: what stands out can be seen only where many are looked at.

An ``across_*`` function is such a check. It takes the budget lines of all projects, so that the
evaluation of a project never depends on which others are evaluated beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.catalogue import bound
from evalkit.checks.rows import Row, finding, items, named

QUARTILES = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))


def across_unit_cost_outlier(lines: pd.DataFrame) -> Iterator[Row]:
    """A unit cost lies far outside those of its peers in the portfolio (单价偏离同类).

    Peers are lines of other projects of the same group and unit; a line of a post counts heads.
    Far is beyond so many interquartile ranges. Where most peers cost the same there is no range
    to measure by, and nothing is said.
    """
    units = lines["quantity_unit"].where(lines["post"].isna(), "post")
    kinds = [lines["group"], units]
    known = lines[lines["unit_cost_amount"].notna() & units.notna()]
    for _, mine in known.groupby([kind[known.index] for kind in kinds], sort=False):
        projects = mine.index.get_level_values(0).nunique()
        if projects > bound("unit_cost_outlier", "least_peers"):
            yield from _outside(mine, projects - 1)


def _outside(mine: pd.DataFrame, peers: int) -> Iterator[Row]:
    """The lines of one kind that lie outside of their common range."""
    costs = sorted(Fraction(cost) for cost in mine["unit_cost_amount"])
    low, middle, high = (quantile(costs, share) for share in QUARTILES)
    room = (high - low) * bound("unit_cost_outlier", "most_ranges")
    least, most = low - room, high + room
    if not room:
        return
    for row in items(mine):
        cost = Fraction(row["unit_cost_amount"])
        if not least <= cost <= most:
            yield finding(
                row["project_id"], "warning", f"lines.{row['item']}.unit_cost_amount", "amount",
                middle, cost, line=named(row), peers=(peers, "count"),
                low=(low, "amount"), high=(high, "amount"),
                variant="below" if cost < least else "above",
            )  # fmt: skip


def quantile(ordered: Sequence[Any], share: Fraction) -> Fraction:
    """The value at a share of ordered values (分位数), on the line between its neighbours.

    >>> quantile([1, 2, 4], Fraction(3, 4))
    Fraction(3, 1)
    """
    place = share * (len(ordered) - 1)
    below = place.numerator // place.denominator
    above = min(below + 1, len(ordered) - 1)
    return Fraction(ordered[below]) + (place - below) * (ordered[above] - ordered[below])
