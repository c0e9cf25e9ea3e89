"""What rounding explains: a figure that is printed with few digits is not wrong for that."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Any

import pandas as pd

from evalkit.model import Inputs
from evalkit.units import units

MOST_DECIMALS = 6  # 0.000001 万元 is one fen


def step_of(amount: int, worth: int) -> Fraction:
    """The place of the last digit that an amount needs in a unit (末位), in fen, at least one fen.

    >>> step_of(350_840_000, 1_000_000), step_of(35_000_000, 1_000_000)
    (Fraction(10000, 1), Fraction(1000000, 1))
    """
    for decimals in range(MOST_DECIMALS + 1):
        parts = 10**decimals
        if worth >= parts and amount * parts % worth == 0:
            return Fraction(worth, parts)
    return Fraction(1)


def steps(amounts: pd.Series, inputs: Inputs) -> pd.Series:
    """How finely each project states its amounts, in fen; one value a project.

    ``amounts`` is indexed by ``(project_id, item)``. The finest amount tells: where one line has
    two decimals, a whole number beside it has two as well.
    """
    worths = inputs.projects["amount_unit"].map(units()["money"]).fillna(1)
    known = amounts.dropna()
    finest: dict[str, Fraction] = {}
    for project_id, amount in zip(known.index.get_level_values(0).tolist(), known, strict=True):
        step = step_of(int(amount), int(worths[project_id]))
        finest[project_id] = min(finest.get(project_id, step), step)
    return pd.Series(finest, dtype="object").reindex(inputs.projects.index)


#: The tables in which a project states its money, as finely as it does; contracts and payments are
#: exact documents of others.
STATED = {
    "lines": ("declared_amount", "line_executed_amount"),
    "funding": ("initial_amount", "budget_amount", "received_amount", "executed_amount"),
    "prior_years": ("year_budget_amount", "year_executed_amount"),
}


@lru_cache(maxsize=8)
def stated_steps(inputs: Inputs) -> pd.Series:
    """How finely each project states its money, in fen; a missing value where it states none."""
    columns = [getattr(inputs, frame)[name] for frame, names in STATED.items() for name in names]
    return steps(pd.concat(columns), inputs)


#: The tables with money, each as fine as it is written: documents of others are finer at times.
WRITTEN = {
    "projects": ("initial_amount", "stated_executed_amount", "stated_planned_amount",
                 "stated_expected_amount"),
    "funding": (*STATED["funding"], "expected_amount"),
    "lines": STATED["lines"],
    "prior_years": STATED["prior_years"],
    "adjustments": ("adjustment_amount",),
    "contracts": ("amount", "stated_delivered_amount"),
    "instalments": ("stated_amount",),
    "payments": ("amount",),
}  # fmt: skip
#: Where a budget is written without decimals, those of its tables tell: 500 beside 312.45 is exact.
TABLES_OF = {"projects": ("projects", "funding", "lines", "adjustments")}
#: What others wrote: as fine as it is, it says nothing of the project's own tables.
DOCUMENTS = ("contracts", "instalments", "payments")


def written_step(inputs: Inputs, project_id: str, frame: str) -> Fraction | None:
    """The last place of a project's amounts in one frame, in fen.

    The decimals that the file has tell: ``1000.00`` is finer than ``1000``. Within a table the
    finest amount tells of all; of amounts from elsewhere, within all that the project states.
    ``None`` where nothing can have been rounded: without amounts, and where fen are told.
    """
    unit: Any = inputs.projects.at[project_id, "amount_unit"]
    worth = int(units()["money"].get(unit, 1))
    own = inputs.decimals.get((project_id, frame))
    if own is None:
        alike = [each for each in WRITTEN if (each in DOCUMENTS) == (frame in DOCUMENTS)]
        step = min(_needed(inputs, project_id, alike, worth), default=Fraction(0))
    else:
        tables = () if own else TABLES_OF.get(frame, ())
        known = [inputs.decimals.get((project_id, each), 0) for each in tables]
        step = Fraction(worth, 10 ** max(own, *known, 0))
    return step if step > 1 else None


def _needed(
    inputs: Inputs, project_id: str, frames: Iterable[str], worth: int
) -> list[Fraction]:  # fmt: skip
    """The place of the last digit that each amount of some frames needs, in fen."""
    return [
        step_of(int(amount), worth)
        for frame in frames for name in WRITTEN[frame]
        for amount in _of_project(getattr(inputs, frame)[name], project_id)
    ]  # fmt: skip


def _of_project(amounts: pd.Series, project_id: str) -> list[Any]:
    return amounts[amounts.index.get_level_values(0) == project_id].dropna().tolist()


def room_of(pieces: Any, step: Any) -> Any:
    """How far a rounded total may lie from the sum of so many rounded parts (取整的合计影响).

    Each of the parts and the total is off by half of a step at most. Scalars or aligned Series.

    >>> room_of(3, Fraction(1, 100))
    Fraction(1, 50)
    """
    return (pieces + 1) * step / 2


#: One yuan, in fen.
LEAST_EXCESS = 100


def is_above(left: pd.Series, right: pd.Series, inputs: Inputs) -> pd.Series:
    """Where one amount is above another by more than the rounding of either explains.

    Both are indexed by project, or by ``(project_id, item)``. Shares of a contract are paid in
    whole fen, so less than a yuan tells nothing.
    """
    room = stated_steps(inputs).reindex(left.index.get_level_values(0)).to_numpy()
    both = zip(left.astype(object), right.astype(object), room, strict=True)
    found = [
        not (pd.isna(a) or pd.isna(b))
        and a - b >= LEAST_EXCESS
        and 2 * (a - b) > (0 if pd.isna(step) else step)
        for a, b, step in both
    ]
    return pd.Series(found, left.index)


def with_step(lines: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """The budget lines, each with the ``step`` in which its project states them."""
    return lines.join(steps(lines["declared_amount"], inputs).rename("step"), on="project_id")


def score_step(scores: Iterable[Any]) -> Fraction:
    """The place of the last digit in which scores are stated (得分的末位); the finest one tells.

    >>> score_step([Fraction(862, 100), 10]), score_step([9, 10])
    (Fraction(1, 100), Fraction(1, 1))
    """
    finest = lcm(*(Fraction(score).denominator for score in scores))
    decimals = next((n for n in range(MOST_DECIMALS) if 10**n % finest == 0), MOST_DECIMALS)
    return Fraction(1, 10**decimals)


def is_rounded(stated: Any, exact: Any, step: Any) -> bool:
    """Whether a stated figure is the exact one, rounded to multiples of a step.

    Half of a step may go either way: half up and half to even are both in use.

    >>> is_rounded(34_194, Fraction(341_938, 10), 1), is_rounded(34_126, Fraction(341_938, 10), 1)
    (True, False)
    """
    return bool(2 * abs(stated - exact) <= step)


def rounded(value: Any, step: Fraction) -> Fraction:
    """A figure as a multiple of a step, half up (away from zero); to try what was rounded.

    >>> rounded(2_819_550_000, Fraction(1_000_000)), rounded(Fraction(-5, 2), Fraction(1))
    (Fraction(2820000000, 1), Fraction(-3, 1))
    """
    steps = abs(Fraction(value)) / step
    whole = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)
    return whole * step if value >= 0 else -whole * step
