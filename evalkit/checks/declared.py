"""What explains a declared figure that does not follow from the others of its file (申报差错)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from evalkit.checks.book import Book, book_of
from evalkit.checks.places import MOST_TOLD, clauses
from evalkit.checks.reading import Reading
from evalkit.checks.rounding import MOST_DECIMALS, step_of
from evalkit.checks.rows import Row, is_given
from evalkit.checks.slips import Claim, equally_simple, explain
from evalkit.model import Evaluation
from evalkit.units import units


def slips_of(
    evaluation: Evaluation, project_id: str, name: str, value: Any, stated: Any,
    unit: str = "amount", rows: Sequence[str] = (), step: Any = None,
) -> Row:  # fmt: skip
    """The details of a finding that say which slip gives the stated figure, if one does.

    ``name`` is the fact that it should be, worth ``value``; ``rows`` are the facts that it adds up
    where no formula says so. ``step`` is how finely it is stated.
    """
    if not is_given(value) or not is_given(stated) or value == stated:
        return {}
    reading, worth = _read(evaluation, project_id, stated, unit, step)
    # The stated figure is among the facts; it explains nothing.
    facts = (fact for fact in book_of(evaluation, project_id).given
             if fact.value != stated or fact.name in rows)  # fmt: skip
    claim = Claim(name, unit, Fraction(value), worth, reading, Book(facts), rows=tuple(rows))
    found = [slip for slip in explain(claim) if slip.name not in NEVER]
    if not found:
        return {}
    told = clauses(equally_simple(found)[:MOST_TOLD])
    ranked = list(dict.fromkeys(slip.name for slip in found))
    return {
        "more": ([("slips", {"slips": (told, "sayings")})], "sayings"),
        "ranked": (ranked, "slips"),
    }


#: A column of a params file has one kind and unit of its own; another fact there is no slip that
#: would tell more than the finding does.
NEVER = frozenset(["rate_for_amount", "amount_for_rate", "other_fact"])


def _read(
    evaluation: Evaluation, project_id: str, stated: Any, unit: str, step: Any
) -> tuple[Reading, Fraction]:
    """A stated figure as if it had been printed, and what one of its unit is worth."""
    if unit != "amount":
        exact = Fraction(stated)
        finest = Fraction(step) if is_given(step) else Fraction(1)
        decimals = next(
            (d for d in range(MOST_DECIMALS) if (exact * 10**d).denominator == 1
             and Fraction(1, 10**d) <= finest), MOST_DECIMALS,
        )  # fmt: skip
        return Reading(exact, decimals), Fraction(1)
    name: Any = evaluation.inputs.projects.at[project_id, "amount_unit"]
    worth = Fraction(units()["money"].get(name, 1))
    own = step_of(int(stated), int(worth))
    finest = min(own, Fraction(step)) if is_given(step) else own
    decimals = next(d for d in range(12) if worth / 10**d <= finest)
    return Reading(Fraction(stated) / worth, decimals), worth
