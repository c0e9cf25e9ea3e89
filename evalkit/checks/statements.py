"""What the authority concludes, against its own words and against what the figures give."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from evalkit.catalogue import bound
from evalkit.checks.rows import Row, finding, is_given, items, named, with_project
from evalkit.checks.wording import is_same, versions
from evalkit.model import Evaluation

#: From the most to the least hopeful.
LIKELIHOODS = ("certain", "possible", "impossible")
#: Signs; a shorter text within another is no repetition.
SHORTEST = bound("cause_repeats", "least_signs")


def check_stated_verdict(evaluation: Evaluation) -> Iterator[Row]:
    """The stated verdict is not the one that the framework's rule gives (结果判定不一致).

    A framework without a verdict, or with verdicts of another kind, has none to compare.
    """
    table = evaluation.verdict
    known = evaluation.framework.settings["verdict"]["verdicts"]
    off = (table["stated_verdict"] != table["verdict"]) & table["stated_verdict"].isin(known)
    measures = evaluation.conditions.loc[evaluation.conditions["is_deciding"], "measure"]
    deciding = {key: list(group) for key, group in measures.groupby(level=0)}
    for row in items(table, off):
        named = deciding.get(row["project_id"], [])
        yield finding(
            row["project_id"], "warning", "verdict", "term",
            f"verdict.{row['verdict']}", f"verdict.{row['stated_verdict']}",
            measures=(named, "facts"),
            variant="" if named else "bare",
        )  # fmt: skip


def check_stated_forecast(evaluation: Evaluation) -> Iterator[Row]:
    """The stated forecast is not the one that the outputs give (完成情况预测不一致)."""
    table = evaluation.verdict
    off = (table["stated_forecast"] != table["forecast"]) & table["stated_forecast"].notna()
    for row in items(table, off):
        unknown = row["forecast"] == "cannot_be_evaluated"
        yield finding(
            row["project_id"], "warning", "forecast", "term",
            f"forecast.{row['forecast']}", f"forecast.{row['stated_forecast']}",
            valued=(row["valued_output_count"], "count"), due=(row["due_output_count"], "count"),
            variant="unknown" if unknown else "",
        )  # fmt: skip


def check_stated_likelihood(evaluation: Evaluation) -> Iterator[Row]:
    """An output's stated likelihood is more hopeful than its figures allow (完成可能性不一致)."""
    outputs = evaluation.outputs
    rank = {name: place for place, name in enumerate(LIKELIHOODS)}
    stated, computed = (outputs[c].map(rank) for c in ("stated_likelihood", "likelihood"))
    for row in items(outputs, stated < computed):
        yield finding(
            row["project_id"], "warning", f"outputs.{row['item']}.likelihood", "term",
            f"likelihood.{row['likelihood']}", f"likelihood.{row['stated_likelihood']}",
            output=named(row),
        )  # fmt: skip


def check_no_deviation(evaluation: Evaluation) -> Iterator[Row]:
    """Problems are named or targets not kept, and no deviation is said to exist (称无偏差)."""
    outputs = evaluation.outputs[evaluation.outputs["status"].isin(["behind", "missed"])]
    kinds = (("", "problems", "title", evaluation.inputs.problems),
             ("outputs", "outputs", "name", outputs))  # fmt: skip
    told: set[str] = set()
    for variant, hole, column, table in kinds:
        stated = with_project(table, evaluation.inputs.projects[["stated_deviation"]])
        denied = stated[(stated["stated_deviation"] == "none").fillna(False)]
        for project_id, mine in denied.groupby(level=0, sort=False):
            if str(project_id) in told:
                continue
            told.add(str(project_id))
            names = [row[column] if is_given(row[column]) else row["item"] for row in items(mine)]
            yield finding(
                str(project_id), "error", "stated_deviation", "term",
                "deviation.exists", "deviation.none", variant,
                **{"count": (len(mine), "count"), hole: (names, "texts")},
            )  # fmt: skip


def check_cause_repeats(evaluation: Evaluation) -> Iterator[Row]:
    """A cause says no more than its problem (原因重复问题)."""
    problems = evaluation.inputs.problems
    for row in items(problems, problems["cause"].notna()):
        told = (row["title"], row["description"])
        if any(_repeats(row["cause"], text) for text in told if isinstance(text, tuple)):
            yield finding(
                row["project_id"], "warning", f"problems.{row['item']}.cause", "text",
                problem=(row["title"], "text"),
            )  # fmt: skip


def _repeats(cause: object, text: object) -> bool:
    """Whether a cause is the text, or nothing but a piece of it."""
    return is_same(cause, text) or any(
        len(one) >= SHORTEST and one in other
        for one in versions(cause) for other in versions(text)
    )  # fmt: skip


def check_measure_without_date(evaluation: Evaluation) -> Iterator[Row]:
    """A measure has no date (改进措施无计划时间)."""
    measures = evaluation.inputs.measures
    for row in items(measures, measures["due_on"].isna()):
        yield finding(
            row["project_id"], "warning", f"measures.{row['item']}.due_on", "date",
            measure=(row["title"], "text"),
        )  # fmt: skip


def check_rule_without_number(evaluation: Evaluation) -> Iterator[Row]:
    """A rule that exists has no document number (制度无文号)."""
    rules = evaluation.inputs.rules
    for row in items(rules, rules["is_existing"].fillna(False) & rules["number"].isna()):
        yield finding(
            row["project_id"], "warning", f"rules.{row['item']}.number", "text",
            rule=named(row),
        )  # fmt: skip


def check_independence(evaluation: Evaluation) -> Iterator[Row]:
    """The unit that is evaluated commissioned the evaluation, or is said to have (独立性)."""
    projects = evaluation.inputs.projects
    for row in items(projects):
        if is_same(row["client"], row["implementing_unit"]):
            yield finding(
                row["project_id"], "warning", "client", "text",
                pd.NA, row["client"], unit_name=(row["implementing_unit"], "text"),
            )  # fmt: skip
    printed = evaluation.inputs.printed
    clients = with_project(
        printed[printed["figure"] == "client"], projects[["client", "implementing_unit"]]
    )
    for row in items(clients):
        told, client = row["text"], row["client"]
        if is_same(told, row["implementing_unit"]) and not is_same(told, client):
            yield finding(
                row["project_id"], "error", row["where"], "text", client, row["implementing_unit"],
                variant="printed",
            )  # fmt: skip
