"""Earned value (挣值分析): every measure with its value and its formula."""

from __future__ import annotations

import pandas as pd

from evalkit.facts import facts_for
from evalkit.model import Evaluation
from evalkit.tables.spelled import spelled
from evalkit.tables.table import Table
from evalkit.words import Words

MEASURES = (
    "completion_budget_amount", "planned_value_amount", "earned_value_amount",
    "actual_cost_amount", "cost_variance_amount", "schedule_variance_amount", "cost_index",
    "schedule_index", "estimate_by_cost_amount", "estimate_by_plan_amount",
    "estimate_by_both_amount", "to_complete_amount", "completion_variance_amount",
    "to_complete_budget_index", "to_complete_estimate_index",
)  # fmt: skip


def tabulate_earned_value(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """All measures, those that cannot be evaluated among them (挣值指标表).

    ``None`` for a project without a contract whose service can be valued.
    """
    if pd.isna(facts_for(evaluation, project_id).value("earned_value_amount")):
        return None
    return spelled("earned_value", MEASURES, evaluation, project_id, words, keeps_missing=True)
