"""Contracts, instalments and payments (合同、分期款、支付)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.model import Inputs
from evalkit.scoring.exact import count, days_between, divide, share_elapsed, spread, total


def payable_amount(gross_amount: Any, withheld_amount: Any) -> Any:
    """What falls due of an instalment (应付金额 = 分期款 − 考核预留).

    >>> payable_amount(939_850_000, 170_630_000)  # fourth instalment, reference report
    769220000
    """
    return gross_amount - withheld_amount


def ahead_gap(executed_amount: Any, delivered_amount: Any) -> Any:
    """Money paid ahead of service delivered (超前支付), signed; below zero where payment lags.

    >>> from fractions import Fraction
    >>> round(ahead_gap(2_819_550_000, Fraction(2, 3) * 3_759_400_000) / 1_000_000, 2)
    Fraction(7832, 25)
    """
    return executed_amount - delivered_amount


def score_contracts(inputs: Inputs) -> pd.DataFrame:
    """Each contract with the service that time has delivered by the tracking date.

    Where a contract names no service period, the project's own period stands for it.
    """
    contracts = inputs.contracts.copy()
    projects = inputs.projects
    as_of = spread(projects["as_of"], contracts.index)
    start = contracts["service_start_on"].fillna(
        spread(projects["period_start_on"], contracts.index)
    )
    end = contracts["service_end_on"].fillna(spread(projects["period_end_on"], contracts.index))
    contracts["service_rate"] = share_elapsed(start, end, as_of)
    contracts["delivered_amount"] = contracts["amount"].astype(object) * contracts["service_rate"]
    contracts["signing_delay_days"] = days_between(
        contracts["service_start_on"], contracts["signed_on"]
    )
    return contracts


def score_instalments(inputs: Inputs, lines: pd.DataFrame) -> pd.DataFrame:
    """Each planned instalment: gross, withheld, payable, paid, days early or late.

    ``payment_delay_days`` counts from the due date to the day of the last payment, or to the
    tracking date where it is due and not paid in full; it is missing while nothing is due or paid.
    """
    result = inputs.instalments.copy()
    as_of = spread(inputs.projects["as_of"], result.index)
    result["gross_amount"] = _gross(inputs)
    base = _named(lines["declared_amount"], result["withheld_of"], result.index)
    result["withheld_base_amount"] = base
    withheld = result["withheld_rate"] * base
    result["withheld_amount"] = withheld.where(result["withheld_rate"].notna(), 0)
    result["payable_amount"] = payable_amount(result["gross_amount"], result["withheld_amount"])
    paid = _paid(inputs)
    by = [paid.index.get_level_values(0), paid["instalment"]]
    result["paid_amount"] = (
        paid["amount"].astype(object).groupby(by).sum().reindex(result.index).fillna(0)
    )
    result["paid_on"] = paid["paid_on"].groupby(by).max().reindex(result.index)
    rest = result["gross_amount"] - result["paid_amount"]
    result["outstanding_amount"] = rest.where(~(rest < 0), 0)
    result["is_due"] = result["due_on"] <= as_of
    is_open = result["paid_amount"] < result["payable_amount"]
    until = result["paid_on"].where(~is_open, as_of)
    delay = days_between(result["due_on"], until)
    result["payment_delay_days"] = delay.where(result["is_due"] | ~is_open)
    result["is_late"] = (result["payment_delay_days"] > 0).fillna(False).astype(bool)
    return result


def _gross(inputs: Inputs) -> pd.Series:
    """The instalment's amount, or its share of its contract."""
    instalments = inputs.instalments
    contract = _named(inputs.contracts["amount"], instalments["contract"], instalments.index)
    stated = instalments["stated_amount"].astype(object)
    return stated.where(stated.notna(), instalments["share_rate"] * contract)


def _named(values: pd.Series, names: pd.Series, index: pd.Index) -> pd.Series:
    """The values of the items that another frame names, over that frame's index."""
    keys = pd.MultiIndex.from_arrays([index.get_level_values(0), names.fillna("")])
    return pd.Series(values.astype(object).reindex(keys).array, index, dtype="object")


def _paid(inputs: Inputs) -> pd.DataFrame:
    """The payments that were made by the tracking date."""
    as_of = spread(inputs.projects["as_of"], inputs.payments.index)
    return inputs.payments[inputs.payments["paid_on"] <= as_of]


def score_payments(
    inputs: Inputs, contracts: pd.DataFrame, instalments: pd.DataFrame, execution: pd.DataFrame
) -> pd.DataFrame:
    """What was due, paid, delivered and is still to come; one row a project."""
    projects = inputs.projects.index
    result = pd.DataFrame(index=projects)
    result["due_amount"] = total_due(instalments, projects)
    result["delivered_amount"] = total(contracts["delivered_amount"], projects)
    contract = execution["contract_amount"]
    result["delivered_rate"] = divide(result["delivered_amount"], contract)
    result["ahead_gap"] = ahead_gap(
        execution["executed_amount"].astype(object), result["delivered_amount"]
    )
    result["ahead_rate"] = divide(result["ahead_gap"], contract)
    result["withheld_total_amount"] = total(instalments["withheld_amount"], projects)
    result["outstanding_total_amount"] = total(instalments["outstanding_amount"], projects)
    result["late_instalment_count"] = count(instalments["is_late"], projects)
    coming = instalments[~instalments["is_due"]].sort_values("due_on", kind="stable")
    first = coming.groupby(level=0, sort=False).first()
    result["next_due_on"] = first["due_on"].reindex(projects)
    result["next_payable_amount"] = first["payable_amount"].reindex(projects).astype(object)
    return result


def total_due(instalments: pd.DataFrame, projects: pd.Index) -> pd.Series:
    """The payable amounts of the instalments that are due: 0 where none is, NA without any."""
    amounts = instalments["payable_amount"].where(instalments["is_due"], 0)
    return total(amounts, projects)
