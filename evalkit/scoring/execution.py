"""How much of the budget was executed, against which plan (预算执行).

One name has several official denominators, so each rate stands under its own name; the framework
says which of them an indicator uses.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.model import Inputs
from evalkit.scoring.exact import divide, months_between, share_elapsed, spread, total
from evalkit.scoring.payments import total_due


def execution_rate(executed_amount: Any, budget_amount: Any) -> Any:
    """Share of the budget spent by the tracking date (预算执行率), a fraction.

    executed ÷ budget; NA where the budget is 0. Scalars or aligned Series, in the same unit.
    Source: 闵行区 2018 tracking report, table 1-2; 财预〔2020〕10号 with the adjusted budget.

    >>> float(round(execution_rate(2_819_550_000, 3_780_920_000), 4))
    0.7457
    """
    return divide(executed_amount, budget_amount)


def execution_accuracy_rate(executed_amount: Any, planned_amount: Any) -> Any:
    """Executed against planned to date (预算执行准确率), a fraction; 1 is on plan.

    Source: 闵行区 2018 tracking framework, A211.

    >>> execution_accuracy_rate(2_819_550_000, 2_819_550_000)
    Fraction(1, 1)
    """
    return divide(executed_amount, planned_amount)


def straight_line_amount(executed_amount: Any, elapsed_rate: Any) -> Any:
    """Year-end execution if money goes on as until now (按时间进度推算的全年执行额).

    >>> from fractions import Fraction
    >>> straight_line_amount(200, Fraction(2, 3))
    Fraction(300, 1)
    """
    return divide(executed_amount, elapsed_rate)


def growth_rate(amount: Any, last_amount: Any) -> Any:
    """Change against the year before (较上年增长率), a signed fraction.

    >>> float(round(growth_rate(3_780_920_000, 3_668_820_000), 4))
    0.0306
    """
    return divide(amount - last_amount, last_amount)


def score_execution(inputs: Inputs, instalments: pd.DataFrame) -> pd.DataFrame:
    """Budgets, execution, plans to date, ceilings and forecasts; one row a project."""
    projects = inputs.projects
    result = projects[
        ["as_of", "period_start_on", "period_end_on", "tracking_start_on",
         "initial_amount", "stated_executed_amount", "stated_planned_amount"]
    ].copy()  # fmt: skip
    _add_budgets(result, inputs)
    _add_rates(result)
    _add_plans(result, inputs, instalments)
    _add_outlook(result, inputs, instalments)
    _add_last_year(result, inputs)
    return result


def _add_budgets(result: pd.DataFrame, inputs: Inputs) -> None:
    index = result.index
    changed_on = inputs.adjustments["adjusted_on"]
    changes = inputs.adjustments["adjustment_amount"].astype(object)
    done = changes.where(changed_on <= spread(result["as_of"], changes.index), 0)
    result["adjustment_amount"] = total(done, index, empty=0)
    result["budget_amount"] = result["initial_amount"].astype(object) + result["adjustment_amount"]
    result["funding_amount"] = total(inputs.funding["budget_amount"], index)
    result["received_amount"] = total(inputs.funding["received_amount"], index)
    result["contract_amount"] = total(inputs.contracts["amount"], index)
    amounts = inputs.payments["amount"].astype(object)
    by_now = inputs.payments["paid_on"] <= spread(result["as_of"], amounts.index)
    paid = total(amounts.where(by_now, 0), index)
    result["executed_amount"] = paid.where(
        paid.notna(), result["stated_executed_amount"].astype(object)
    )


def _add_rates(result: pd.DataFrame) -> None:
    executed = result["executed_amount"]
    result["execution_rate"] = execution_rate(executed, result["budget_amount"])
    result["initial_execution_rate"] = execution_rate(executed, result["initial_amount"])
    result["contract_execution_rate"] = execution_rate(executed, result["contract_amount"])
    result["received_execution_rate"] = execution_rate(executed, result["received_amount"])
    start, end, as_of = (result[c] for c in ("period_start_on", "period_end_on", "as_of"))
    result["elapsed_rate"] = share_elapsed(start, end, as_of)
    until = as_of.where(as_of <= end, end)
    result["elapsed_months"] = months_between(start, until)
    result["period_months"] = months_between(start, end)
    result["remaining_months"] = result["period_months"] - result["elapsed_months"]
    result["pace_gap"] = result["execution_rate"] - result["elapsed_rate"]


def _add_plans(result: pd.DataFrame, inputs: Inputs, instalments: pd.DataFrame) -> None:
    stated = result["stated_planned_amount"].astype(object)
    due = total_due(instalments, result.index)
    result["planned_amount"] = stated.where(stated.notna(), due)
    planned = result["planned_amount"]
    by_contract = divide(planned, result["contract_amount"])
    by_budget = divide(planned, result["budget_amount"])
    result["planned_rate"] = by_contract.where(by_contract.notna(), by_budget)
    result["calendar_amount"] = result["budget_amount"] * result["elapsed_rate"]
    result["budget_planned_amount"] = result["planned_rate"] * result["budget_amount"]
    executed = result["executed_amount"]
    result["execution_accuracy_rate"] = execution_accuracy_rate(executed, planned)
    result["budget_accuracy_rate"] = execution_accuracy_rate(
        executed, result["budget_planned_amount"]
    )
    result["execution_gap"] = executed - planned


def _add_outlook(result: pd.DataFrame, inputs: Inputs, instalments: pd.DataFrame) -> None:
    executed, budget = result["executed_amount"], result["budget_amount"]
    contract = result["contract_amount"]
    result["ceiling_rate"] = divide(contract, budget)
    result["contract_saving_amount"] = budget - contract
    result["unspent_budget_amount"] = budget - executed
    result["unspent_contract_amount"] = contract - executed
    result["average_month_amount"] = divide(executed, result["elapsed_months"])
    result["needed_month_amount"] = divide(
        result["unspent_budget_amount"], result["remaining_months"]
    )
    result["straight_line_amount"] = straight_line_amount(executed, result["elapsed_rate"])
    result["straight_line_rate"] = divide(result["straight_line_amount"], budget)
    outstanding = total(instalments["outstanding_amount"], result.index)
    result["schedule_amount"] = executed + outstanding
    result["schedule_rate"] = divide(result["schedule_amount"], budget)


def _add_last_year(result: pd.DataFrame, inputs: Inputs) -> None:
    years = inputs.prior_years
    number = pd.Series(years.index.get_level_values(1).astype("int64"), years.index)
    before = years[(number < spread(inputs.projects["year"], years.index)).fillna(False)]
    last = before.sort_index().groupby(level=0).tail(1).reset_index("item")
    result["last_year"] = last["item"].reindex(result.index)
    for name, column in (("budget", "year_budget_amount"), ("executed", "year_executed_amount")):
        result[f"last_{name}_amount"] = last[column].reindex(result.index).astype(object)
    last_budget, last_executed = result["last_budget_amount"], result["last_executed_amount"]
    result["last_execution_rate"] = execution_rate(last_executed, last_budget)
    result["last_unspent_amount"] = last_budget - last_executed
    initial = result["initial_amount"].astype(object)
    result["budget_growth_amount"] = initial - last_budget
    result["budget_growth_rate"] = growth_rate(initial, last_budget)


def score_years(inputs: Inputs, execution: pd.DataFrame) -> pd.DataFrame:
    """Budget and execution by year: the earlier ones, and the own one to date; item is the year."""
    own = pd.DataFrame(
        {
            "year_budget_amount": execution["budget_amount"],
            "year_executed_amount": execution["executed_amount"],
        }
    )
    years = inputs.projects["year"].astype(str)
    own.index = pd.MultiIndex.from_arrays([own.index, years], names=["project_id", "item"])
    result = pd.concat([inputs.prior_years.astype(object), own.astype(object)])
    result = result[~result.index.duplicated(keep="last")]
    result["is_to_date"] = result.index.isin(own.index)
    order = pd.Series(range(len(execution)), execution.index)
    keys = pd.DataFrame(
        {"order": order.reindex(result.index.get_level_values(0)).array,
         "year": result.index.get_level_values(1)}
    )  # fmt: skip
    result = result.iloc[keys.sort_values(["order", "year"], kind="stable").index]
    result["year_execution_rate"] = execution_rate(
        result["year_executed_amount"], result["year_budget_amount"]
    )
    result["year_unspent_amount"] = result["year_budget_amount"] - result["year_executed_amount"]
    return result
