"""Earned value (挣值): what was done against what was planned and what was paid.

Pure formulas on exact amounts; a ratio is never rounded before it is used again. Source: the
standard definitions (ANSI/EIA-748, PMBOK Guide).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.model import Inputs
from evalkit.scoring.exact import choose, count, divide, plain, total
from evalkit.scoring.plans import pays_beyond, total_due, unplanned_contracts


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


def score_earned_value(
    inputs: Inputs, instalments: pd.DataFrame, execution: pd.DataFrame, payments: pd.DataFrame
) -> pd.DataFrame:
    """Earned value of each project's contracts together (合同挣值), one row a project.

    PV is the contracts' payment plan to date, or else the plan that was stated; EV the value of the
    service delivered, AC what was paid on the contracts, BAC the contracts. Without a service that
    was delivered there is nothing; where a contract has no plan there is no PV, and where what was
    paid is not known there is no AC, and nothing that is made of them.
    """
    result = pd.DataFrame(index=execution.index)
    delivered = plain(payments["delivered_amount"])
    known, of_contracts = delivered.notna(), _of_contracts(instalments)
    elsewhere = _pays_elsewhere(inputs, of_contracts, execution.index)
    made = (
        ("planned_value", _planned(inputs, instalments[of_contracts], payments, elsewhere)),
        ("actual_cost", _paid(instalments[of_contracts], execution, elsewhere)),
    )
    for name, ways in made:
        masked = {way: values.where(known, pd.NA) for way, values in ways.items()}
        result[f"{name}_amount"], result[f"{name}_amount_way"] = choose(**masked)
    result["earned_value_amount"] = delivered
    result["completion_budget_amount"] = plain(execution["contract_amount"])
    parts = ("planned_value", "earned_value", "actual_cost", "completion_budget")
    for name, values in earned_value(*(result[f"{part}_amount"] for part in parts)).items():
        result[name] = plain(values)
    return result


def _of_contracts(instalments: pd.DataFrame) -> pd.Series:
    """Which instalments belong to a contract: those whose contract has an amount."""
    known = [not pd.isna(each) and each >= 0 for each in instalments["contract_amount"]]
    return pd.Series(known, instalments.index, dtype="bool")


def _pays_elsewhere(inputs: Inputs, of_contracts: pd.Series, projects: pd.Index) -> pd.Series:
    """Which projects are known to pay outside of their contracts too.

    They plan an instalment of no contract, or some of their payments name an instalment and others
    none. Payments none of which names an instalment are those of the contracts.
    """
    return ((count(~of_contracts, projects) > 0) | pays_beyond(inputs)).astype(bool)


def _planned(
    inputs: Inputs, mine: pd.DataFrame, payments: pd.DataFrame, elsewhere: pd.Series
) -> dict[str, Any]:
    """PV by its ways. A contract without instalments leaves a hole in the plan of them all."""
    projects = inputs.projects.index
    has_plan = unplanned_contracts(inputs, mine) == 0
    due, way = total_due(mine, projects)
    parts = {"with_release": "contracts_with_release", "schedule": "contracts"}
    made = way.replace(parts)
    stated = plain(inputs.projects["stated_planned_amount"])
    return {
        "plan": plain(payments["due_amount"]).where(has_plan & ~elsewhere, pd.NA),
        **{each: due.where((made == each) & has_plan, pd.NA)
           for each in (*parts.values(), "none_yet")},
        "stated": stated.where(~elsewhere, pd.NA),
    }  # fmt: skip


def _paid(mine: pd.DataFrame, execution: pd.DataFrame, elsewhere: pd.Series) -> dict[str, Any]:
    """AC by its ways: all that was executed, or the contracts' part where it can be told apart."""
    is_paid = execution["executed_amount_way"].isin(["payments", "none_yet"])
    return {
        "executed": plain(execution["executed_amount"]).where(~elsewhere, pd.NA),
        "contracts": total(mine["paid_amount"], execution.index).where(elsewhere & is_paid, pd.NA),
    }
