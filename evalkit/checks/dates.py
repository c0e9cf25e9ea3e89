"""Dates and their order: what came too late, too early, or after the tracking date."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from evalkit.checks.payments import with_contract
from evalkit.checks.rows import Row, finding, is_given, items, named, with_project
from evalkit.model import Evaluation


def check_milestone_late(evaluation: Evaluation) -> Iterator[Row]:
    """A step of the work plan came late or is overdue (工作节点滞后).

    An error where the report says that everything is on schedule.
    """
    projects = evaluation.inputs.projects
    milestones = with_project(evaluation.milestones, projects[["is_on_schedule_stated"]])
    for row in items(milestones, milestones["is_late"]):
        claimed = is_given(row["is_on_schedule_stated"]) and bool(row["is_on_schedule_stated"])
        found = finding(
            row["project_id"], "error" if claimed else "warning",
            f"milestones.{row['item']}.actual_on", "date",
            row["planned_on"], row["actual_on"] if row["is_done"] else pd.NA,
            milestone=named(row), days=(row["delay_days"], "days"),
            variant="_".join(["done" if row["is_done"] else "open"] + ["claimed"] * claimed),
        )  # fmt: skip
        yield found | {"gap": row["delay_days"]}


def check_contract_late(evaluation: Evaluation) -> Iterator[Row]:
    """Service began before its contract was signed (先服务后签约)."""
    contracts = evaluation.contracts
    late = contracts["signed_on"] > contracts["service_start_on"]
    for row in items(contracts, late):
        yield finding(
            row["project_id"], "error", f"contracts.{row['item']}.signed_on", "date",
            row["service_start_on"], row["signed_on"],
            days=(row["signing_delay_days"], "days"),
        )  # fmt: skip


def check_signed_before_award(evaluation: Evaluation) -> Iterator[Row]:
    """A contract was signed before the award was made (先签约后中标)."""
    contracts = evaluation.contracts
    for row in items(contracts, contracts["signed_on"] < contracts["awarded_on"]):
        yield finding(
            row["project_id"], "error", f"contracts.{row['item']}.signed_on", "date",
            row["awarded_on"], row["signed_on"],
        )  # fmt: skip


def check_accepted_after_report(evaluation: Evaluation) -> Iterator[Row]:
    """A finding was accepted after the date of the report that shows it (接受晚于报告日期)."""
    accepted = with_project(evaluation.inputs.accepted, evaluation.inputs.projects[["report_on"]])
    for row in items(accepted, accepted["accepted_on"] > accepted["report_on"]):
        yield finding(
            row["project_id"], "note", f"accepted.{row['item']}.accepted_on", "date",
            row["report_on"], row["accepted_on"], code=(row["finding"], "text"),
        )  # fmt: skip


def check_award_late(evaluation: Evaluation) -> Iterator[Row]:
    """Service began before the contract was awarded (先服务后采购)."""
    contracts = evaluation.contracts
    for row in items(contracts, contracts["awarded_on"] > contracts["service_start_on"]):
        yield finding(
            row["project_id"], "error", f"contracts.{row['item']}.awarded_on", "date",
            row["service_start_on"], row["awarded_on"],
        )  # fmt: skip


def check_report_before_tracking(evaluation: Evaluation) -> Iterator[Row]:
    """The report is dated before the tracking date that it reports on."""
    projects = evaluation.inputs.projects
    for row in items(projects, projects["report_on"] < projects["as_of"]):
        yield finding(
            row["project_id"], "error", "report_on", "date", row["as_of"], row["report_on"]
        )


def check_before_project(evaluation: Evaluation) -> Iterator[Row]:
    """A payment or a measurement is dated before the project's first day (早于项目开始).

    A payment before its contract is told as that.
    """
    starts = evaluation.inputs.projects[["period_start_on"]]
    payments = with_project(with_contract(evaluation), starts)
    payments = payments[~(payments["paid_on"] < payments["contracted_on"])]
    outputs = with_project(evaluation.inputs.outputs, starts)
    for frame, table, column, variant in (
        ("payments", payments, "paid_on", "payment"),
        ("outputs", outputs, "measured_on", "measurement"),
    ):
        for row in items(table, table[column] < table["period_start_on"]):
            yield finding(
                row["project_id"], "warning", f"{frame}.{row['item']}.{column}", "date",
                row["period_start_on"], row[column], variant=variant,
            )  # fmt: skip


#: What may be dated after the tracking date: frame, column of the date, and the variant.
DATED = (
    ("payments", "paid_on", "payment"),
    ("adjustments", "adjusted_on", "adjustment"),
    ("contracts", "awarded_on", "award"),
    ("contracts", "signed_on", "contract"),
    ("milestones", "actual_on", "milestone"),
    ("outputs", "measured_on", "measurement"),
)


def check_after_tracking(evaluation: Evaluation) -> Iterator[Row]:
    """Something is dated after the tracking date; it is not counted (跟踪时点之后)."""
    as_of = evaluation.inputs.projects[["as_of"]]
    for frame, column, variant in DATED:
        table = with_project(getattr(evaluation.inputs, frame), as_of)
        for row in items(table, table[column] > table["as_of"]):
            yield finding(
                row["project_id"], "note", f"{frame}.{row['item']}.{column}", "date",
                row["as_of"], row[column], variant=variant,
            )  # fmt: skip
