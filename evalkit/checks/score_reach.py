"""What a score can be where the amounts or values behind it were rounded (得分的取整容差)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from evalkit.checks.rows import Row
from evalkit.checks.tolerance import Tolerance
from evalkit.model import Evaluation, Span
from evalkit.scoring.items import BY_TARGET, Item, earned


def span_of(evaluation: Evaluation, row: Row, tolerance: Tolerance) -> Span | None:
    """The least and the most points that a scored item can come to; ``None`` for exactly its score.

    The rule of the item is applied to both ends of what its rate or value can be.
    """
    framework = evaluation.framework
    rule = framework.settings["rules"].get(row["rule"], {"kind": ""})
    if row["is_own"]:
        is_by_value = rule["kind"] in BY_TARGET
        found = tolerance.reach(f"outputs.{row['item']}.value") if is_by_value else None
        column = "value"
    else:
        found, column = tolerance.reach(_figure(evaluation, row["item"])), "rate"
    if found is None:
        return None
    scores = [_score(evaluation, row, {column: end}) for end in found]
    return Span(min(scores), max(scores)) if scores[0] != scores[1] else None


def _figure(evaluation: Evaluation, code: str) -> str:
    """The figure that an indicator of the framework is scored by."""
    method = str(evaluation.framework.indicators["method"].get(code, ""))
    return method if method in evaluation.execution else f"{method}_rate"


def _score(evaluation: Evaluation, row: Row, end: dict[str, Any]) -> Fraction:
    item = Item(
        row["project_id"], row["item"], row["level"], row["name"], row["is_own"], row["rule"],
        row["points"], target=row["target"], target_to=row["target_to"],
    )._replace(**end)  # fmt: skip
    return earned(item, evaluation.framework.settings).lowest * row["points"]
