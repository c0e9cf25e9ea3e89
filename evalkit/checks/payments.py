"""Contracts, instalments and payments against the budget, against each other and the plan."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.catalogue import bound
from evalkit.checks.declared import slips_of
from evalkit.checks.printed import PrintedAmount, printed_amounts
from evalkit.checks.rounding import LEAST_EXCESS, room_of, steps, written_step
from evalkit.checks.rows import Row, compare, differ, exceeds, finding, is_given, items
from evalkit.checks.tolerance import Tolerances
from evalkit.model import Evaluation
from evalkit.scoring.exact import count, divide
from evalkit.scoring.payments import MOST_ROOM

#: Payment ahead of service below this share of the contract is a matter of days; no source.
AHEAD_RATE = bound("paid_ahead", "least_ahead")
#: How far executed may lie from planned and still be called on plan, as the best grade has it.
ON_PLAN_RATE = bound("funds_on_plan", "most_off_plan")


def check_contract_amount(evaluation: Evaluation) -> Iterator[Row]:
    """The contracts come to another amount than the budget, unexplained (合同与预算不符).

    Only where all money goes through contracts: then they put a ceiling on execution.
    """
    sums = evaluation.execution
    off = _only_contracts(evaluation) & differ(sums["contract_amount"], sums["budget_amount"])
    off &= sums["ceiling_rate"].notna()
    for row in items(sums, off):
        above = row["contract_amount"] > row["budget_amount"]
        yield finding(
            row["project_id"], "error" if above else "warning", "contract_amount", "amount",
            row["budget_amount"], row["contract_amount"],
            share=(abs(1 - row["ceiling_rate"]), "rate"),
            variant="above" if above else "below",
        )  # fmt: skip


def check_full_use(evaluation: Evaluation) -> Iterator[Row]:
    """Full use of the funds is promised although the contracts end below them (足额使用)."""
    sums = evaluation.execution
    off = exceeds(sums["unspent_budget_amount"], sums["unspent_contract_amount"])
    off &= sums["ceiling_rate"].notna()
    off &= evaluation.inputs.projects["is_full_use_stated"].fillna(False).astype(bool)
    for row in items(sums, off & _only_contracts(evaluation)):
        yield finding(
            row["project_id"], "error", "ceiling_rate", "amount",
            row["unspent_budget_amount"], row["unspent_contract_amount"],
        )  # fmt: skip


def _only_contracts(evaluation: Evaluation) -> pd.Series:
    """Whether each project has contracts and none of its payments is outside of them."""
    projects = evaluation.inputs.projects.index
    payments = evaluation.inputs.payments
    under = _of(evaluation.instalments["contract"], payments, "instalment").notna()
    outside = count(pd.Series(~under.to_numpy(), payments.index), projects)
    return (outside == 0) & evaluation.execution["contract_amount"].notna()


def _of(values: pd.Series, frame: pd.DataFrame, column: str) -> pd.Series:
    """The values of the items that a column names, over its frame."""
    names = frame[column].fillna("")
    keys = pd.MultiIndex.from_arrays([frame.index.get_level_values(0), names])
    return pd.Series(values.reindex(keys).array, frame.index)


def with_contract(evaluation: Evaluation) -> pd.DataFrame:
    """The payments, each with its contract, when that was signed and awarded, and thus contracted.

    ``contracted_on`` is the day of signing, or of the award where no signing is known.
    """
    payments = evaluation.inputs.payments.copy()
    contract = _of(evaluation.instalments["contract"], payments, "instalment")
    payments["contract"] = contract.astype(object)
    for column in ("signed_on", "awarded_on"):
        payments[column] = _of(evaluation.contracts[column], payments, "contract")
    payments["contracted_on"] = payments["signed_on"].fillna(payments["awarded_on"])
    return payments


def check_instalments_total(evaluation: Evaluation) -> Iterator[Row]:
    """A contract's instalments do not add up to its amount (分期款合计与合同金额不符)."""
    instalments = evaluation.instalments
    amounts = instalments["gross_amount"]
    keys = [instalments.index.get_level_values(0), instalments["contract"]]
    table = evaluation.contracts[["name", "contractor", "amount"]].copy()
    table["planned"] = amounts.astype(object).groupby(keys).sum().reindex(table.index)
    pieces = amounts.groupby(keys).size().reindex(table.index)
    room = steps(table["amount"], evaluation.inputs).rename("step")
    table = table.join(room, on="project_id")
    table["room"] = room_of(pieces.fillna(0).astype(int).astype(object), table["step"])
    off = compare(table["planned"] - table["amount"], table["room"], lambda g, r: abs(g) >= r)
    for row in items(table, off):
        project, contract = row["project_id"], row["item"]
        mine = instalments[instalments["contract"] == contract].loc[[project]]
        rows = [f"instalments.{item}.gross_amount" for item in mine.index.get_level_values(1)]
        yield finding(
            project, "error", f"contracts.{contract}.amount", "amount",
            row["amount"], row["planned"],
            **slips_of(evaluation, project, f"contracts.{contract}.amount", row["planned"],
                       row["amount"], rows=rows, step=row["step"]),
        )  # fmt: skip


def check_late_instalment(evaluation: Evaluation) -> Iterator[Row]:
    """An instalment was paid after its date, or is due and not paid (分期款逾期)."""
    instalments = evaluation.instalments
    known = instalments["payable_amount"].notna() & instalments["payment_delay_days"].notna()
    for row in items(instalments, instalments["is_late"] & known):
        days = row["payment_delay_days"]
        is_open = row["payment_delay_days_way"] == "open" or not is_given(row["paid_on"])
        found = finding(
            row["project_id"], "warning", f"instalments.{row['item']}.paid_on", "date",
            row["due_on"], pd.NA if is_open else row["paid_on"],
            open=(row["payable_amount"] - row["paid_amount"], "amount"),
            days=(days, "days"),
            variant="unpaid" if is_open else "",
        )  # fmt: skip
        yield found | {"gap": days}


def check_overpaid_instalment(evaluation: Evaluation) -> Iterator[Row]:
    """More was paid for an instalment than it comes to (超付), by more than rounding explains."""
    instalments, inputs = evaluation.instalments, evaluation.inputs
    over = compare(
        instalments["paid_amount"], instalments["gross_amount"],
        lambda paid, due: paid - due >= LEAST_EXCESS,
    )  # fmt: skip
    for row in items(instalments, over):
        step = written_step(inputs, row["project_id"], "payments") or Fraction(0)
        if row["paid_amount"] - row["gross_amount"] <= min(step / 2, MOST_ROOM):
            continue
        yield finding(
            row["project_id"], "error", f"instalments.{row['item']}.paid_amount", "amount",
            row["gross_amount"], row["paid_amount"],
        )  # fmt: skip


def check_withheld_release(evaluation: Evaluation) -> Iterator[Row]:
    """Money is withheld until assessment and no date is given for paying it (考核预留)."""
    instalments = evaluation.instalments
    names = _of(evaluation.lines["name"].astype(object), instalments, "withheld_of")
    instalments = instalments.assign(of=names)
    open_ended = instalments["withheld_rate"].notna() & instalments["released_on"].isna()
    known = instalments["withheld_amount"].notna() & instalments["payable_amount"].notna()
    for row in items(instalments, open_ended & known):
        share = row["share_rate"]
        yield finding(
            row["project_id"], "warning", f"instalments.{row['item']}.withheld_amount", "amount",
            pd.NA, row["withheld_amount"],
            of=(row["of"], "text"),
            rate=(row["withheld_rate"], "rate"),
            payable=(row["payable_amount"], "amount"),
            of_share=(row["withheld_amount"] * share if is_given(share) else pd.NA, "amount"),
            variant="share" if is_given(share) else "",
        )  # fmt: skip


def check_paid_ahead(evaluation: Evaluation) -> Iterator[Row]:
    """Money was paid ahead of the service delivered (超前支付)."""
    table = evaluation.payments.join(evaluation.execution[["executed_amount", "as_of"]])
    far = compare(table["ahead_rate"], AHEAD_RATE, lambda rate, bound: rate >= bound)
    for row in items(table, far):
        yield finding(
            row["project_id"], "warning", "ahead_gap", "amount",
            row["delivered_amount"], row["executed_amount"],
            by=(f"delivered_by.{row['delivered_by']}", "term"),
        )  # fmt: skip


def check_delivered_above_contract(evaluation: Evaluation) -> Iterator[Row]:
    """More service is certified than the contract comes to (已提供服务超过合同金额).

    Earned value above the budget at completion comes of such a contract and of nothing else.
    """
    contracts = evaluation.contracts
    above = exceeds(contracts["delivered_amount"], contracts["amount"])
    for row in items(contracts, above & (contracts["delivered_by"] == "certified")):
        yield finding(
            row["project_id"], "error", f"contracts.{row['item']}.delivered_amount", "amount",
            row["amount"], row["delivered_amount"],
        )  # fmt: skip


def check_payment_before_contract(evaluation: Evaluation) -> Iterator[Row]:
    """A payment was made before its contract was signed, or before it was awarded."""
    payments = with_contract(evaluation)
    for row in items(payments, payments["paid_on"] < payments["contracted_on"]):
        is_signed = is_given(row["signed_on"])
        yield finding(
            row["project_id"], "error", f"payments.{row['item']}.paid_on", "date",
            row["signed_on"] if is_signed else row["awarded_on"], row["paid_on"],
            amount=(row["amount"], "amount"),
            variant="signed" if is_signed else "awarded",
        )  # fmt: skip


def check_funds_on_plan(evaluation: Evaluation) -> Iterator[Row]:
    """The funds are said to be on plan, and executed differs from the plan (资金使用与计划不一致).

    The plan is the planned amount that the report itself prints, or else the computed one. Where
    instalments cover only a part of what is paid, what was paid on them is compared with them, and
    nothing is where the payments do not tell what that is.
    """
    claimed = evaluation.inputs.projects["is_funds_on_plan_stated"].fillna(False).astype(bool)
    sums = evaluation.execution
    printed, tolerances = printed_amounts(evaluation, "planned_amount"), Tolerances(evaluation)

    def is_it(plan: PrintedAmount, name: str, row: Row) -> bool:
        tolerance = tolerances[row["project_id"]]
        return is_given(row[name]) and (
            plan.agrees(row[name]) or tolerance.explains(name, plan.amount, plan.half_step)
        )

    for row in items(sums, claimed & sums["executed_amount"].notna()):
        # A printed plan that is the computed one is judged as that one is.
        plans = [plan for plan in printed.get(row["project_id"], [])
                 if plan.amount and not is_it(plan, "planned_amount", row)]  # fmt: skip
        off = [plan for plan in plans if not is_it(plan, "executed_amount", row)]
        if off:
            disputed = is_given(row["execution_accuracy_rate"])
            tell = _off_disputed_plan if disputed else _off_plan
            yield tell(row, off[0].where, off[0].amount)
        elif not plans and _differs_much(row):
            is_part = row["execution_accuracy_rate_way"] == "part"
            yield (_off_part if is_part else _off_plan)(
                row, "planned_amount", row["planned_amount"]
            )


def _differs_much(row: Row) -> bool:
    """Whether executed is farther from planned than what still counts as on plan."""
    rate = row["execution_accuracy_rate"]
    return bool(is_given(rate) and abs(rate - 1) > ON_PLAN_RATE)


def _off_plan(row: Row, where: Any, planned: Any) -> Row:
    executed = row["executed_amount"]
    return finding(
        row["project_id"], "error", where, "amount", planned, executed,
        rate=(divide(executed, planned), "rate"),
    )  # fmt: skip


def _off_part(row: Row, where: Any, planned: Any) -> Row:
    """Off a plan of instalments that cover only a part of what is paid."""
    paid = row["plan_paid_amount"]
    return finding(
        row["project_id"], "error", where, "amount", planned, paid,
        rate=(divide(paid, planned), "rate"), variant="part",
    )  # fmt: skip


def _off_disputed_plan(row: Row, where: Any, printed: Any) -> Row:
    """Off a printed plan that is not the computed one: neither is told as what should be there."""
    executed = row["executed_amount"]
    return finding(
        row["project_id"], "error", where, "amount", actual=executed,
        printed=(printed, "amount"),
        off=(executed - printed, "amount"),
        rate=(divide(executed, printed), "rate"),
        planned=(row["planned_amount"], "amount"),
        accuracy=(row["execution_accuracy_rate"], "rate"),
        variant="printed",
    )  # fmt: skip
