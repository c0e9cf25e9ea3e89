"""How much of the budget was executed, against which plan (预算执行).

One name has several official denominators, so each rate stands under its own name; the framework
says which of them an indicator uses.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalkit.model import Inputs
from evalkit.scoring.exact import (
    choose,
    constant_where,
    count,
    divide,
    lesser,
    months_between,
    plain,
    spread,
    total,
)
from evalkit.scoring.plans import is_plan_partial, paid_of_plan, total_due


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


def within_year(start_on: pd.Series, end_on: pd.Series, as_of: pd.Series, year: pd.Series) -> Any:
    """The part of a project's period that its budget is for (预算年度内的项目期): two Series.

    Budget and execution are those of the year, so time is counted within it: of three years' work
    only that year's months. A period that the year or the tracking date lies outside of is whole.

    >>> days = ("2022-01-01", "2024-12-31", "2024-07-31")
    >>> days = [pd.Series(pd.to_datetime([each])) for each in days]
    >>> [day.dt.date.astype(str)[0] for day in within_year(*days, pd.Series([2024], dtype="Int64"))]
    ['2024-01-01', '2024-12-31']
    """
    first, last = (
        pd.to_datetime(year.astype("string") + end, errors="coerce").astype(start_on.dtype)
        for end in ("-01-01", "-12-31")
    )
    within = (first <= as_of) & (as_of <= last) & (first <= end_on) & (start_on <= last)
    return (
        start_on.where(~(within & (start_on < first)), first),
        end_on.where(~(within & (end_on > last)), last),
    )


#: What ``within_year`` reads of a project.
OF_TIME = ("period_start_on", "period_end_on", "as_of", "year")


def score_execution(inputs: Inputs, instalments: pd.DataFrame) -> pd.DataFrame:
    """Budgets, execution, plans to date, ceilings and forecasts (预算执行); one row a project.

    The columns are those of ``execution`` in ``formulas.yaml``; ``<column>_way`` names the way in
    which a figure was made that can be made in several.

    >>> from evalkit.model import inputs_of
    >>> from evalkit.scoring.payments import score_instalments
    >>> project = {"project_id": "p", "initial_amount": 3_780_920_000}
    >>> inputs = inputs_of({"projects": [project | {"stated_executed_amount": 2_819_550_000}]})
    >>> found = score_execution(inputs, score_instalments(inputs, inputs.lines))
    >>> found.at["p", "execution_rate"], found.at["p", "executed_amount_way"]
    (Fraction(281955, 378092), 'stated')
    """
    projects = inputs.projects
    result = projects[
        ["as_of", "period_start_on", "period_end_on", "tracking_start_on",
         "initial_amount", "stated_executed_amount", "stated_planned_amount",
         "stated_expected_amount"]
    ].copy()  # fmt: skip
    starts, ends = within_year(*(projects[each] for each in OF_TIME))
    result["budget_start_on"], result["budget_end_on"] = starts, ends
    _add_budgets(result, inputs)
    _add_rates(result)
    partial = is_plan_partial(inputs, instalments)
    _add_plans(result, partial, paid_of_plan(inputs, instalments), instalments)
    _add_outlook(result, partial, instalments)
    _add_last_year(result, inputs)
    return result


def _add_budgets(result: pd.DataFrame, inputs: Inputs) -> None:
    index = result.index
    changes = inputs.adjustments
    done = changes[changes["adjusted_on"] <= spread(result["as_of"], changes.index)]
    changed = done.index.get_level_values(0)
    result["adjustment_amount"], result["adjustment_amount_way"] = choose(
        changes=total(done["adjustment_amount"], index),
        none=constant_where(pd.Series(~index.isin(changed), index), 0),
    )
    result["budget_amount"] = plain(result["initial_amount"]) + result["adjustment_amount"]
    result["funding_amount"] = total(inputs.funding["budget_amount"], index)
    result["received_amount"] = total(inputs.funding["received_amount"], index)
    result["funding_executed_amount"] = total(inputs.funding["executed_amount"], index)
    result["contract_amount"] = total(inputs.contracts["amount"], index)
    payments = inputs.payments
    made = payments[payments["paid_on"] <= spread(result["as_of"], payments.index)]
    known, paid = (each.index.get_level_values(0) for each in (payments, made))
    result["executed_amount"], result["executed_amount_way"] = choose(
        payments=total(made["amount"], index),
        none_yet=constant_where(pd.Series(index.isin(known) & ~index.isin(paid), index), 0),
        stated=result["stated_executed_amount"].where(~index.isin(known)),
        sources=result["funding_executed_amount"].where(~index.isin(known), pd.NA),
    )


def _add_rates(result: pd.DataFrame) -> None:
    executed = result["executed_amount"]
    result["execution_rate"] = execution_rate(executed, result["budget_amount"])
    result["initial_execution_rate"] = execution_rate(executed, result["initial_amount"])
    result["contract_execution_rate"] = execution_rate(executed, result["contract_amount"])
    result["received_execution_rate"] = execution_rate(executed, result["received_amount"])
    start, end = result["budget_start_on"], result["budget_end_on"]
    result["period_months"] = months_between(start, end)
    passed = months_between(start, result["as_of"])
    result["elapsed_months"] = lesser(passed, result["period_months"])
    result["remaining_months"] = result["period_months"] - result["elapsed_months"]
    result["elapsed_rate"] = divide(result["elapsed_months"], result["period_months"])
    result["pace_gap"] = result["execution_rate"] - result["elapsed_rate"]
    result["funding_rate"] = divide(result["received_amount"], result["funding_amount"])
    result["adjustment_rate"] = divide(result["adjustment_amount"], result["initial_amount"])


def _add_plans(
    result: pd.DataFrame, partial: pd.Series, paid: pd.Series, instalments: pd.DataFrame
) -> None:
    """The plan to date, and its rate: of the contracts where it is made of contracts' instalments.

    A plan that was stated, or one with instalments outside of contracts, is measured by the budget.
    Instalments that cover only a part of what is paid are compared with what was paid on them. What
    holds for the whole, how far it is behind and where it will end, does not follow from them.
    """
    due, _ = total_due(instalments, result.index)
    result["planned_amount"], way = choose(stated=result["stated_planned_amount"], schedule=due)
    result["planned_amount_way"] = way
    planned, executed = result["planned_amount"], result["executed_amount"]
    is_part = (way == "schedule") & partial
    outside = count(instalments["contract"].isna(), result.index) > 0
    is_contracts = (way == "schedule") & ~outside.astype(bool)
    result["is_plan_partial"] = is_part.where(planned.notna(), pd.NA)
    result["planned_rate"], result["planned_rate_way"] = choose(
        contract=divide(planned, result["contract_amount"].where(is_contracts, pd.NA)),
        budget=divide(planned, result["budget_amount"]),
    )
    result["calendar_amount"] = result["budget_amount"] * result["elapsed_rate"]
    whole = planned.where(~is_part, pd.NA)
    result["budget_planned_amount"], result["budget_planned_amount_way"] = choose(
        whole=(result["planned_rate"] * result["budget_amount"]).where(~is_part, pd.NA)
    )
    result["plan_paid_amount"], result["plan_paid_amount_way"] = choose(
        part=paid.where(is_part, pd.NA)
    )
    part = result["plan_paid_amount"]
    result["execution_accuracy_rate"], result["execution_accuracy_rate_way"] = choose(
        whole=execution_accuracy_rate(executed, whole), part=execution_accuracy_rate(part, planned)
    )
    result["execution_gap"], result["execution_gap_way"] = choose(
        whole=executed - whole, part=part - planned
    )
    of_whole = result["execution_gap"].where(~is_part, pd.NA)
    result["budget_accuracy_rate"] = execution_accuracy_rate(
        executed, result["budget_planned_amount"]
    )
    result["progress_gap"], result["progress_gap_way"] = choose(
        plan=divide(of_whole, result["budget_amount"]), calendar=result["pace_gap"]
    )


def _add_outlook(result: pd.DataFrame, partial: pd.Series, instalments: pd.DataFrame) -> None:
    executed, budget = result["executed_amount"], result["budget_amount"]
    contract = result["contract_amount"]
    result["ceiling_rate"] = divide(contract, budget)
    result["contract_saving_amount"] = budget - contract
    result["unspent_budget_amount"] = budget - executed
    result["carry_over_rate"] = divide(result["unspent_budget_amount"], budget)
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
    result["expected_amount"], result["expected_amount_way"] = choose(
        schedule=result["schedule_amount"].where(~partial, pd.NA),
        straight_line=result["straight_line_amount"],
    )
    result["expected_rate"] = divide(result["expected_amount"], budget)
    result["expected_gap"] = result["stated_expected_amount"] - result["expected_amount"]


def _add_last_year(result: pd.DataFrame, inputs: Inputs) -> None:
    years = inputs.prior_years.assign(year=_numbers(inputs.prior_years.index))
    own = spread(inputs.projects["year"], years.index)
    before = years[(years["year"] < own).fillna(False).astype(bool)].sort_values("year")
    last = before[~before.index.get_level_values(0).duplicated(keep="last")].reset_index("item")
    result["last_year"] = plain(last["item"].reindex(result.index))
    for name, column in (("budget", "year_budget_amount"), ("executed", "year_executed_amount")):
        result[f"last_{name}_amount"] = plain(last[column].reindex(result.index))
    last_budget, last_executed = result["last_budget_amount"], result["last_executed_amount"]
    result["last_execution_rate"] = execution_rate(last_executed, last_budget)
    result["last_unspent_amount"] = last_budget - last_executed
    initial = plain(result["initial_amount"])
    result["budget_growth_amount"] = initial - last_budget
    result["budget_growth_rate"] = growth_rate(initial, last_budget)


def _numbers(years: pd.Index) -> Any:
    """The years as numbers: their ids are texts, and 999 is no later than 2018."""
    return years.get_level_values(1).astype("int64")


def score_funding(inputs: Inputs, execution: pd.DataFrame) -> pd.DataFrame:
    """Each source of money with its share of them all (资金来源), one row a source.

    >>> from evalkit.model import inputs_of
    >>> rows = [{"project_id": "p", "item": item, "budget_amount": 5} for item in ("city", "town")]
    >>> sources = pd.DataFrame({"funding_amount": [10]}, ["p"])
    >>> score_funding(inputs_of({"funding": rows}), sources)["funding_share_rate"].tolist()
    [Fraction(1, 2), Fraction(1, 2)]
    """
    result = inputs.funding.copy()
    whole = spread(execution["funding_amount"], result.index)
    result["funding_share_rate"] = divide(result["budget_amount"], whole)
    result["funding_execution_rate"] = execution_rate(
        plain(result["executed_amount"]), plain(result["budget_amount"])
    )
    result["funding_initial_rate"] = execution_rate(
        plain(result["executed_amount"]), plain(result["initial_amount"])
    )
    return result


def score_years(inputs: Inputs, execution: pd.DataFrame) -> pd.DataFrame:
    """Budget and execution by year (分年度预算执行); item is the year, the project's own to date.

    >>> from evalkit.model import inputs_of
    >>> year = {"year_budget_amount": 3_668_820_000, "year_executed_amount": 3_521_480_000}
    >>> rows = {"projects": [{"project_id": "p", "year": 2018}],
    ...         "prior_years": [{"project_id": "p", "item": "2017"} | year]}
    >>> own = pd.DataFrame({"budget_amount": [2], "executed_amount": [1]}, ["p"], dtype="object")
    >>> score_years(inputs_of(rows), own)["year_unspent_amount"].to_dict()
    {('p', '2017'): 147340000, ('p', '2018'): 1}
    """
    own = pd.DataFrame(
        {
            "year_budget_amount": execution["budget_amount"],
            "year_executed_amount": execution["executed_amount"],
            "year_budget_amount_way": "to_date",
            "year_executed_amount_way": "to_date",
        }
    )
    years = inputs.projects["year"].astype(str)
    own.index = pd.MultiIndex.from_arrays([own.index, years], names=["project_id", "item"])
    prior = inputs.prior_years.assign(year_budget_amount_way="", year_executed_amount_way="")
    result = pd.concat([prior.apply(plain), own.astype(object)])
    result = result[~result.index.duplicated(keep="last")]
    result["is_to_date"] = result.index.isin(own.index)
    order = inputs.projects.index.get_indexer(result.index.get_level_values(0))
    result = result.iloc[np.lexsort([_numbers(result.index), order])]
    result["year_execution_rate"] = execution_rate(
        result["year_executed_amount"], result["year_budget_amount"]
    )
    result["year_unspent_amount"] = result["year_budget_amount"] - result["year_executed_amount"]
    return result
