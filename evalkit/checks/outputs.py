"""Outputs and outcomes: values that are none, in the wrong unit, under the wrong heading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evalkit.checks.rows import Row, exceeds, finding, goal, is_given, items, named
from evalkit.checks.wording import versions
from evalkit.model import Evaluation
from evalkit.scoring.exact import divide


def check_other_unit(evaluation: Evaluation) -> Iterator[Row]:
    """What was planned or done is in another unit than its target (单位不可比)."""
    outputs = evaluation.outputs
    off = pd.Series(False, outputs.index)
    for column in ("planned_unit", "actual_unit"):
        off |= (outputs[column] != outputs["target_unit"]) & outputs[column].notna()
    for row in items(outputs, off & outputs["target"].notna() & outputs["actual"].notna()):
        planned, actual = row["planned"], row["actual"]
        comparable = is_given(planned) and planned != 0
        comparable = comparable and row["planned_unit"] == row["actual_unit"]
        yield finding(
            row["project_id"], "error", f"outputs.{row['item']}.actual", "unit",
            row["target_unit"], row["actual_unit"],
            output=named(row),
            target=goal(row),
            operator=(f"signs.{row['operator']}", "term"),
            planned=(planned if comparable else pd.NA, row["planned_unit"]),
            done=(actual, row["actual_unit"]),
            completion=(divide(actual, planned) if comparable else pd.NA, "rate"),
            variant="planned" if comparable else "",
        )  # fmt: skip


def check_weak_measurement(evaluation: Evaluation) -> Iterator[Row]:
    """An outcome is measured in another unit, without sample or method, or by the unit itself."""
    outputs = evaluation.outputs
    for row in items(outputs, outputs["measured"].notna()):
        reasons: list[tuple[str, Row]] = []
        if is_given(row["target"]) and row["measured_unit"] != row["target_unit"]:
            told = {
                "value": (row["measured"], row["measured_unit"]),
                "target": goal(row),
            }
            reasons.append(("weak_measurement_unit", told))
        if not is_given(row["sample_count"]):
            reasons.append(("weak_measurement_sample", {}))
        if not is_given(row["method"]):
            reasons.append(("weak_measurement_method", {}))
        if is_given(row["measured_by"]) and row["measured_by"] == "implementing_unit":
            reasons.append(("weak_measurement_itself", {}))
        if reasons:
            yield finding(
                row["project_id"], "warning", f"outputs.{row['item']}.measured", "text",
                output=named(row),
                value=(row["measured"], row["measured_unit"]),
                reasons=(reasons, "sayings"),
            )  # fmt: skip


def check_listed_as(evaluation: Evaluation) -> Iterator[Row]:
    """An output stands under the heading of outcomes, or the reverse (指标类型标题有误)."""
    outputs = evaluation.outputs
    off = (outputs["listed_as"] != outputs["kind"]) & outputs["listed_as"].notna()
    for row in items(outputs, off):
        yield finding(
            row["project_id"], "error", f"outputs.{row['item']}.kind", "term",
            f"kind.{row['kind']}", f"kind.{row['listed_as']}", output=named(row),
        )  # fmt: skip


def check_no_value(evaluation: Evaluation) -> Iterator[Row]:
    """An output is due and has no value, or an activity in its place (以工作描述代替完成值)."""
    outputs = evaluation.outputs
    missing = (outputs["status"] == "no_value") & outputs["target"].notna()
    # A bound in the place of a value is told on its own.
    for row in items(outputs, missing & outputs["actual_operator"].isna()):
        activity = row["actual_text"]
        yield finding(
            row["project_id"], "error", f"outputs.{row['item']}.actual", "text",
            pd.NA, activity,
            output=named(row),
            target=goal(row),
            operator=(f"signs.{row['operator']}", "term"),
            variant="activity" if is_given(activity) else "",
        )  # fmt: skip


def check_qualified_above_actual(evaluation: Evaluation) -> Iterator[Row]:
    """More is up to standard than there is (质量达标数大于实际完成数)."""
    outputs = evaluation.outputs
    for row in items(outputs, exceeds(outputs["qualified"], outputs["actual"])):
        yield finding(
            row["project_id"], "error", f"outputs.{row['item']}.qualified", "quantity",
            row["actual"], row["qualified"], output=named(row),
        )  # fmt: skip


def check_survey_scope(evaluation: Evaluation) -> Iterator[Row]:
    """A survey covers services that the project does not have, or leaves some out (范围不符)."""
    services = evaluation.inputs.projects["services"]
    outputs = evaluation.outputs
    surveyed = [isinstance(covers, list) and bool(covers) for covers in outputs["covers"]]
    asking = outputs[surveyed].reset_index()
    for project_id, group in asking.groupby("project_id", sort=False):
        has = services[str(project_id)]
        if not isinstance(has, list) or not has:
            continue
        asked = [text for covers in group["covers"] for text in covers]
        extra, missing = _beyond(asked, has), _beyond(has, asked)
        if extra or missing:
            yield finding(
                str(project_id), "warning", f"outputs.{group['item'].iloc[0]}.covers", "texts",
                has, asked,
                extra=(extra, "texts"), missing=(missing, "texts"),
                variant="_".join(["extra"] * bool(extra) + ["missing"] * bool(missing)),
            )  # fmt: skip


def _beyond(these: list[Any], those: list[Any]) -> list[Any]:
    """The texts among these that are not among those, each once."""
    known = {version for text in those for version in versions(text)}
    found: dict[str, Any] = {}
    for text in these:
        if known.isdisjoint(versions(text)):
            found.setdefault(versions(text)[0], text)
    return list(found.values())
