"""What a total can still be where cells are missing (可得范围), and totals outside of that."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

from evalkit.checks.book import Book, book_of, parsed, prefix_of
from evalkit.checks.rounding import score_step, step_of
from evalkit.checks.rows import Row, finding, is_given, items
from evalkit.checks.stated_scores import scale_of
from evalkit.model import Evaluation
from evalkit.units import units


class Reach(NamedTuple):
    """The least and the most that a figure can be; ``None`` where nothing bounds it above."""

    lowest: Fraction
    highest: Fraction | None
    missing: tuple[str, ...] = ()

    def holds(self, value: Any, room: Any = 0) -> bool:
        """Whether a value lies within reach, give or take what rounding explains.

        >>> Reach(Fraction(5), None).holds(4), Reach(Fraction(5), None).holds(4, 1)
        (False, True)
        """
        is_low = value < self.lowest - room
        return not is_low and (self.highest is None or value <= self.highest + room)


def reach_of(name: str, book: Book) -> Reach | None:
    """What a figure without a value can be; ``None`` where nothing says.

    A score lies between its lowest and its highest. A sum is at least what its known rows come to:
    a missing cell is not negative. That holds only where no known row is negative either.
    """
    prefix, column = prefix_of(name), name.rpartition(".")[2]
    ends = [book.value(f"{prefix}{end}_{column}") for end in ("lowest", "highest")]
    if None not in ends:
        return Reach(*ends)
    fact = book.facts.get(name)
    match parsed(fact.formula) if fact and fact.formula else None:
        case ast.Call(func=ast.Name(id="sum"), args=[inside]):
            return sum_reach(book.rows(inside), book)
    return None


def sum_reach(rows: list[str], book: Book) -> Reach | None:
    """What a sum over rows can be; ``None`` where no row is known, or one is negative."""
    values = {row: book.value(row) for row in rows}
    known = [Fraction(value) for value in values.values() if value is not None]
    missing = tuple(row for row, value in values.items() if value is None)
    if not known or not missing or min(known) < 0:
        return None
    return Reach(sum(known, Fraction(0)), None, missing)


#: Sums over rows, and the total that stands beside them.
TOTALS = (
    ("headcount", "declared_total_amount", "initial_amount"),
    ("execution", "funding_executed_amount", "executed_amount"),
)


def check_out_of_reach(evaluation: Evaluation) -> Iterator[Row]:
    """The known parts alone come to more than the total that is stated (合计小于已知分项之和)."""
    worths = evaluation.inputs.projects["amount_unit"].map(units()["money"]).fillna(1)
    for frame, name, whole in TOTALS:
        sums = getattr(evaluation, frame)[[name]].assign(stated=evaluation.execution[whole])
        for row in items(sums, sums[name].isna() & sums["stated"].notna()):
            project, stated = row["project_id"], row["stated"]
            reach = reach_of(name, book_of(evaluation, project))
            if reach and not reach.holds(stated, step_of(int(stated), int(worths[project])) / 2):
                yield finding(
                    project, "error", name, "amount", pd.NA, stated,
                    total=(whole, "fact"), lowest=(reach.lowest, "amount"),
                    missing=(list(reach.missing), "facts"),
                )  # fmt: skip
    yield from _scores_out_of_reach(evaluation)


def _scores_out_of_reach(evaluation: Evaluation) -> Iterator[Row]:
    """A stated total that the stated scores exceed, or cannot come to with all points left."""
    scores = evaluation.scores
    if scores.empty:
        return
    scores = scores[scores["status"] != "not_applicable"]
    for project, mine in scores.groupby(level=0, sort=False):
        stated: Any = evaluation.totals.at[str(project), "stated_total_score"]
        given = mine["stated_score"].notna()
        if not is_given(stated) or not given.any() or given.all():
            continue
        lowest = sum(map(Fraction, mine.loc[given, "stated_score"]), Fraction(0))
        highest = lowest + sum(mine.loc[~given, "points"], Fraction(0))
        # The total may be the sum, or the sum on full points where items do not apply.
        scale = scale_of({**evaluation.totals.loc[str(project)]})
        lowest, highest = min(lowest, lowest * scale), max(highest, highest * scale)
        if not Reach(lowest, highest).holds(stated, score_step([stated]) / 2):
            missing = [
                f"scores.{item}.stated_score" for item in mine.index[~given].get_level_values(1)
            ]
            yield finding(
                str(project), "error", "stated_total_score", "points", pd.NA, Fraction(stated),
                total=("stated_total_score", "fact"), lowest=(lowest, "points"),
                highest=(highest, "points"), missing=(missing, "facts"), variant="scores",
            )  # fmt: skip
