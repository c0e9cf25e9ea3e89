"""Contracts, instalments and payments (合同、分期款、支付)."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.model import DATE, Inputs
from evalkit.scoring.exact import (
    choose,
    constant_where,
    count,
    days_between,
    divide,
    plain,
    share_elapsed,
    spread,
    total,
)
from evalkit.scoring.plans import total_due
from evalkit.units import units

Payments = list[tuple[Any, Any]]  # days and amounts, earliest first


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
    """Each contract with the service that was delivered by the tracking date (合同履行).

    As the file says it, as a share or as the value of the certified work; else by the time that has
    passed, of the service period or, where a contract names none, of the project's own period.
    ``delivered_by`` says which: ``share``, ``certified`` or ``time``.

    >>> from evalkit.model import inputs_of
    >>> dates = {"period_start_on": "2018-01-01", "period_end_on": "2018-12-31"}
    >>> rows = {"projects": [{"project_id": "p", "as_of": pd.Timestamp("2018-08-31")}
    ...                      | {name: pd.Timestamp(day) for name, day in dates.items()}],
    ...         "contracts": [{"project_id": "p", "item": "c", "amount": 3_759_400_000}]}
    >>> score_contracts(inputs_of(rows))["service_rate"].tolist()
    [Fraction(2, 3)]
    """
    contracts = inputs.contracts.copy()
    days = inputs.projects[["period_start_on", "period_end_on", "as_of"]]
    start, end, as_of = (spread(days[column], contracts.index) for column in days)
    own_start, own_end = contracts["service_start_on"], contracts["service_end_on"]
    amount, certified = plain(contracts["amount"]), plain(contracts["stated_delivered_amount"])
    by_time = certified.isna()  # certified work has no share of a contract of nothing
    contracts["service_rate"], contracts["service_rate_way"] = choose(
        stated=plain(contracts["stated_delivered_rate"]),
        certified=divide(certified, amount),
        service=share_elapsed(own_start, own_end, as_of).where(by_time, pd.NA),
        period=share_elapsed(start, end, as_of).where(
            by_time & own_start.isna() & own_end.isna(), pd.NA
        ),
    )
    contracts["delivered_amount"], contracts["delivered_amount_way"] = choose(
        certified=certified, share=amount * contracts["service_rate"]
    )
    is_share = contracts["service_rate_way"] == "stated"
    contracts["delivered_by"] = is_share.map({True: "share", False: "time"}).where(
        by_time, "certified"
    )
    contracts["signing_delay_days"] = days_between(own_start, contracts["signed_on"])
    return contracts


def score_instalments(inputs: Inputs, lines: pd.DataFrame) -> pd.DataFrame:
    """Each planned instalment (分期款): gross, withheld, payable, paid, days early or late.

    ``payment_delay_days`` counts from the due date to the day when what was payable had been paid
    in full, or to the tracking date where it has not; it is missing while nothing is due or paid.

    >>> from evalkit.model import inputs_of
    >>> of_p = {"project_id": "p", "item": "q1"}
    >>> rows = {"projects": [{"project_id": "p", "as_of": pd.Timestamp("2018-08-31")}],
    ...         "instalments": [of_p | {"due_on": pd.Timestamp("2018-07-31"), "stated_amount": 9}],
    ...         "payments": [of_p | {"paid_on": pd.Timestamp("2018-07-30"), "amount": 9}]}
    >>> inputs = inputs_of(rows)
    >>> score_instalments(inputs, inputs.lines)["payment_delay_days"].tolist()
    [-1]
    """
    result = inputs.instalments.copy()
    as_of = spread(inputs.projects["as_of"], result.index)
    _add_amounts(result, inputs.contracts["amount"], lines["declared_amount"])
    paid = _paid(inputs, result)
    sums = [sum(amount for _, amount in each) for each in paid]
    result["paid_amount"] = pd.Series(sums, result.index, dtype="object")
    room = _rooms(inputs)
    rooms = [room.get(key[0], Fraction(0)) for key in result.index]
    owed = zip(paid, result["payable_amount"], rooms, strict=True)
    result["paid_on"] = pd.Series([_settled_on(*each) for each in owed], result.index, DATE)
    rest = result["gross_amount"] - result["paid_amount"]
    owed_now = [each if pd.isna(each) else max(each, 0) for each in rest]
    result["outstanding_amount"] = pd.Series(owed_now, result.index, dtype="object")
    result["is_due"] = result["due_on"] <= as_of
    result["is_released"] = result["released_on"] <= as_of
    # What is payable may be unknown; then nothing says that the instalment is open.
    owed = zip(result["paid_amount"], result["payable_amount"], rooms, strict=True)
    still = [bool(pd.notna(each[1]) and not _is_settled(*each)) for each in owed]
    is_open = pd.Series(still, result.index, dtype="bool")
    result["payment_delay_days"], result["payment_delay_days_way"] = choose(
        paid=days_between(result["due_on"], result["paid_on"]).where(~is_open),
        open=days_between(result["due_on"], as_of).where(is_open & result["is_due"]),
    )
    result["is_late"] = (result["payment_delay_days"] > 0).astype(bool)
    return result


def _add_amounts(result: pd.DataFrame, contract_amount: Any, line_amount: Any) -> None:
    """Gross: what was agreed, or a share of the contract; withheld: a share of a budget line."""
    result["contract_amount"] = _named(contract_amount, result["contract"], result.index)
    result["gross_amount"], result["gross_amount_way"] = choose(
        stated=result["stated_amount"], share=result["share_rate"] * result["contract_amount"]
    )
    base = _named(line_amount, result["withheld_of"], result.index)
    result["withheld_base_amount"] = base
    result["withheld_amount"], result["withheld_amount_way"] = choose(
        withheld=result["withheld_rate"] * base,
        none=constant_where(result["withheld_rate"].isna(), 0),
    )
    result["payable_amount"] = payable_amount(result["gross_amount"], result["withheld_amount"])


def _named(values: pd.Series, names: pd.Series, index: pd.Index) -> Any:
    """The values of the items that another frame names, over that frame's index."""
    keys = pd.MultiIndex.from_arrays([index.get_level_values(0), names.fillna("")])
    return plain(pd.Series(values.astype(object).reindex(keys).array, index, dtype="object"))


def _paid(inputs: Inputs, instalments: pd.DataFrame) -> list[Payments]:
    """The payments of each instalment that were made by the tracking date, earliest first."""
    payments = inputs.payments
    made = payments[payments["paid_on"] <= spread(inputs.projects["as_of"], payments.index)]
    found: dict[tuple[str, str], Payments] = defaultdict(list)
    rows = zip(
        made.index.get_level_values(0), made["instalment"].fillna(""),
        made["paid_on"], made["amount"].astype(object), strict=True,
    )  # fmt: skip
    for project, instalment, paid_on, amount in sorted(rows, key=lambda row: row[:3]):
        found[project, instalment].append((paid_on, amount))
    unnamed = {project for project, _ in found} - {project for project, name in found if name}
    owed = dict(zip(instalments.index, instalments["gross_amount"], strict=True))
    due_on = dict(zip(instalments.index, instalments["due_on"], strict=True))
    queues: dict[str, dict[Any, Any]] = {project: {} for project in unnamed}
    for key in sorted(owed, key=lambda key: (due_on[key], key)):
        queues.get(key[0], {})[key] = owed[key]
    for project, queue in queues.items():
        found |= pay_in_order(found[project, ""], queue)
    return [found[key] for key in instalments.index]


def pay_in_order(payments: Payments, owed: dict[Any, Any]) -> dict[Any, Payments]:
    """Payments that name no instalment pay the instalments one after the other (依次冲抵).

    ``owed`` holds the instalments' amounts in the order of their due dates; what is paid beyond all
    of them counts to the last. So does evalkit where no payment of a project names an instalment.

    >>> pay_in_order([("May", 5), ("June", 5)], {"q1": 4, "q2": 9})
    {'q1': [('May', 4)], 'q2': [('May', 1), ('June', 5)]}
    """
    found: dict[Any, Payments] = {key: [] for key in owed}
    rest = dict(owed)
    queue = [key for key, amount in owed.items() if not pd.isna(amount)]
    for paid_on, amount in payments:
        while amount and queue:
            key = queue[0]
            takes_all = len(queue) == 1 or amount < rest[key]
            part = amount if takes_all else rest[key]
            found[key].append((paid_on, part))
            amount, rest[key] = amount - part, rest[key] - part
            if not takes_all:
                queue.pop(0)
    return found


#: However coarsely payments are written, this much of one is never taken for rounding, in fen.
MOST_ROOM = Fraction(5_000)


def _rooms(inputs: Inputs) -> dict[str, Fraction]:
    """Half of the last place in which each project's payments are written (付款的末位), in fen."""
    found: dict[str, Fraction] = {}
    for project, unit in inputs.projects["amount_unit"].items():
        decimals = inputs.decimals.get((str(project), "payments"))
        if decimals is not None:
            last = Fraction(int(units()["money"][unit]), 10**decimals)
            found[str(project)] = min(last / 2, MOST_ROOM)
    return found


def _is_settled(paid_amount: Any, payable_amount: Any, room: Fraction = Fraction(0)) -> bool:
    """Whether an instalment is paid in full (付清): a part of a fen cannot be paid.

    ``room`` is what a payment can lack because it was written in 万元 with few decimals.

    >>> _is_settled(33, Fraction(100, 3)), _is_settled(32, Fraction(100, 3)), _is_settled(33, 34)
    (True, False, False)
    """
    return bool(paid_amount > payable_amount - 1 or paid_amount >= payable_amount - room)


def _settled_on(payments: Payments, payable: Any, room: Fraction) -> Any:
    """The day when what was payable had been paid in full, or of the last payment until now."""
    running = 0
    for paid_on, amount in payments:
        running += amount
        if pd.notna(payable) and _is_settled(running, payable, room):
            return paid_on
    return payments[-1][0] if payments else pd.NaT


def score_payments(
    inputs: Inputs, contracts: pd.DataFrame, instalments: pd.DataFrame, execution: pd.DataFrame
) -> pd.DataFrame:
    """What was due, paid, delivered and is still to come (支付进度); one row a project.

    >>> from evalkit.model import inputs_of
    >>> rows = {"projects": [{"project_id": "p", "as_of": pd.Timestamp("2018-08-31")}],
    ...         "instalments": [{"project_id": "p", "item": "q4", "stated_amount": 7,
    ...                          "due_on": pd.Timestamp("2018-10-31")}]}
    >>> inputs = inputs_of(rows)
    >>> execution = pd.DataFrame({"contract_amount": [9], "executed_amount": [2]}, ["p"])
    >>> none = {"delivered_amount": [], "delivered_by": []}
    >>> delivered = pd.DataFrame(none, inputs.contracts.index)
    >>> instalments = score_instalments(inputs, inputs.lines)
    >>> score_payments(inputs, delivered, instalments, execution)["next_payable_amount"].tolist()
    [7]
    """
    projects = inputs.projects.index
    result = pd.DataFrame(index=projects)
    result["due_amount"], result["due_amount_way"] = total_due(instalments, projects)
    result["delivered_amount"] = total(contracts["delivered_amount"], projects)
    by = contracts["delivered_by"].astype(object).groupby(level=0).agg(_together)
    result["delivered_by"] = plain(by.reindex(projects))
    contract = plain(execution["contract_amount"])
    result["delivered_rate"] = divide(result["delivered_amount"], contract)
    result["ahead_gap"] = ahead_gap(plain(execution["executed_amount"]), result["delivered_amount"])
    result["ahead_rate"] = divide(result["ahead_gap"], contract)
    result["withheld_total_amount"] = total(instalments["withheld_amount"], projects)
    result["outstanding_total_amount"] = total(instalments["outstanding_amount"], projects)
    result["late_instalment_count"] = count(instalments["is_late"], projects)
    coming = instalments[~instalments["is_due"]]
    result["next_due_on"] = coming["due_on"].groupby(level=0).min().reindex(projects)
    is_next = coming["due_on"] == spread(result["next_due_on"], coming.index)
    result["next_payable_amount"] = total(coming[is_next]["payable_amount"], projects)
    return result


def _together(by: pd.Series) -> str:
    """The way in which all contracts of a project say what was delivered, or ``mixed``."""
    return str(by.iloc[0]) if by.nunique() == 1 else "mixed"
