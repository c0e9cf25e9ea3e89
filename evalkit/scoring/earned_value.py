"""Earned value (挣值): what was done against what was planned and what was paid.

Pure formulas on exact amounts; a ratio is never rounded before it is used again. Source: the
standard definitions (ANSI/EIA-748, PMBOK Guide).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.scoring.exact import choose, divide, plain


def cost_index(earned: Any, actual: Any) -> Any:
    """CPI = EV ÷ AC (成本绩效指数). Amounts in one unit; NA where nothing was spent.

    >>> cost_index(20_000, 25_000)
    Fraction(4, 5)
    """
    return divide(earned, actual)


def schedule_index(earned: Any, planned: Any) -> Any:
    """SPI = EV ÷ PV (进度绩效指数).

    >>> schedule_index(20_000, 23_000)
    Fraction(20, 23)
    """
    return divide(earned, planned)


def earned_value(planned: Any, earned: Any, actual: Any, budget: Any) -> dict[str, Any]:
    """All measures of earned value (挣值分析) from PV, EV, AC and BAC: scalars or aligned Series.

    CV = EV − AC; SV = EV − PV; EAC by cost = BAC ÷ CPI, by plan = AC + (BAC − EV), by both
    = AC + (BAC − EV) ÷ (CPI × SPI); ETC = EAC − AC; VAC = BAC − EAC; TCPI against the budget
    = (BAC − EV) ÷ (BAC − AC) and against the estimate = (BAC − EV) ÷ (EAC − AC). The names are
    those of ``earned_value`` in ``formulas.yaml``.

    >>> found = earned_value(23_000, 20_000, 25_000, 120_000)
    >>> found["cost_variance_amount"], found["estimate_by_cost_amount"]
    (-5000, Fraction(150000, 1))
    """
    by_cost, by_schedule = cost_index(earned, actual), schedule_index(earned, planned)
    left = budget - earned
    estimate = divide(budget, by_cost)
    return {
        "cost_variance_amount": earned - actual,
        "schedule_variance_amount": earned - planned,
        "cost_index": by_cost,
        "schedule_index": by_schedule,
        "estimate_by_cost_amount": estimate,
        "estimate_by_plan_amount": actual + left,
        "estimate_by_both_amount": actual + divide(left, by_cost * by_schedule),
        "to_complete_amount": estimate - actual,
        "completion_variance_amount": budget - estimate,
        "to_complete_budget_index": divide(left, budget - actual),
        "to_complete_estimate_index": divide(left, estimate - actual),
    }


def score_earned_value(execution: pd.DataFrame, payments: pd.DataFrame) -> pd.DataFrame:
    """Earned value of each project's contracts (合同挣值), one row a project.

    PV is the plan to date, EV the value of the service delivered, AC what was paid, BAC the
    contracts. Missing where a project has no contract with a service period, or no plan.
    """
    result = pd.DataFrame(index=execution.index)
    delivered = plain(payments["delivered_amount"])
    for name, source in (("planned_value", "planned"), ("actual_cost", "executed")):
        result[f"{name}_amount"], result[f"{name}_amount_way"] = choose(
            contracts=plain(execution[f"{source}_amount"]).where(delivered.notna(), pd.NA)
        )
    result["earned_value_amount"] = delivered
    result["completion_budget_amount"] = plain(execution["contract_amount"])
    parts = ("planned_value", "earned_value", "actual_cost", "completion_budget")
    for name, values in earned_value(*(result[f"{part}_amount"] for part in parts)).items():
        result[name] = plain(values)
    return result
