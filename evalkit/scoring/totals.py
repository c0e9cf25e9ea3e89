"""The total under a framework that gives points (总分), its grade, and what is within reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.model import Framework, Inputs
from evalkit.scoring.exact import choose, constant_where, divide, plain
from evalkit.scoring.points import grade_band, is_missing


def score_totals(inputs: Inputs, framework: Framework, scores: pd.DataFrame) -> pd.DataFrame:
    """The total of each project (总分、等级), one row a project; empty for a graded framework.

    ``total_score`` is missing while an item is undecided; the lowest and the highest total are what
    is within reach. ``rebased_score`` is the total on full points where items do not apply. Grades
    are those of the unrounded rebased score; ``rounded_grade`` is another one that a rounded score
    would get.
    """
    projects = inputs.projects.index if framework.is_scored else inputs.projects.index[:0]
    result = pd.DataFrame(index=projects)
    sums = _sums(scores)
    for column in ("full_points", "lowest_total_score", "highest_total_score"):
        result[column] = _column(sums, column, projects)
    result["framework_points"] = _constant(Fraction(0), projects)
    if framework.is_scored:
        result["framework_points"] = _constant(framework.settings["points"], projects)
    result["weights_gap"] = result["full_points"] - result["framework_points"]
    excluded = _column(sums, "excluded_points", projects)
    result["excluded_points"], result["excluded_points_way"] = choose(
        some=excluded, none=constant_where(excluded.isna(), 0)
    )
    result["applicable_points"] = result["full_points"] - result["excluded_points"]
    is_decided = result["lowest_total_score"] == result["highest_total_score"]
    result["total_score"], result["total_score_way"] = choose(
        decided=result["lowest_total_score"].where(is_decided.astype(bool), pd.NA)
    )
    for name in ("total_score", "lowest_total_score", "highest_total_score"):
        rebased = divide(result[name], result["applicable_points"]) * result["full_points"]
        result[name.replace("total_score", "rebased_score").replace("__", "_")] = rebased
    _add_grades(result, framework.settings["grade_bands"]["bands"])
    result["undecided_score_count"] = _column(sums, "undecided", projects, 0).astype("Int64")
    _add_stated(result, inputs, framework)
    return result


def _constant(value: Any, projects: pd.Index) -> Any:
    return pd.Series(value, projects, dtype="object")


def _sums(scores: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Sums over each project's items, by name and project."""
    found: dict[str, dict[str, Any]] = {
        name: {} for name in ("full_points", "lowest_total_score", "highest_total_score",
                              "excluded_points", "undecided")
    }  # fmt: skip

    def add(name: str, project: str, value: Any) -> None:
        found[name][project] = found[name].get(project, 0) + value

    columns = ("points", "lowest_score", "highest_score", "status")
    for (project, _), points, low, high, status in zip(
        scores.index, *(scores[column] for column in columns), strict=True
    ):
        add("full_points", project, points)
        add("lowest_total_score", project, low)
        add("highest_total_score", project, high)
        if status == "not_applicable":
            add("excluded_points", project, points)
        elif status == "cannot_be_evaluated":
            add("undecided", project, 1)
    return found


def _column(
    sums: Mapping[str, Mapping[str, Any]], name: str, projects: pd.Index, empty: Any = pd.NA
) -> Any:
    return pd.Series([sums[name].get(p, empty) for p in projects], projects, dtype="object")


def _add_grades(result: pd.DataFrame, bands: Sequence[Mapping[str, Any]]) -> None:
    """The grades of the lowest and the highest total; where they agree, that of the total."""
    for end in ("lowest", "highest"):
        scores = result[f"{end}_rebased_score"]
        grades = [grade_band(each, bands) for each in scores]
        result[f"{end}_grade"] = pd.Series(grades, result.index, dtype="object")
    same = (result["lowest_grade"] == result["highest_grade"]).fillna(False).astype(bool)
    result["total_grade"] = plain(result["lowest_grade"]).where(same, pd.NA)
    others = [rounded_grade(each, bands) for each in result["rebased_score"]]
    result["rounded_grade"] = pd.Series(others, result.index, dtype="object")


def rounded_grade(score: Any, bands: Sequence[Mapping[str, Any]]) -> Any:
    """The other grade that a score would get if it were rounded first; missing where there is none.

    Half up to 2, 1 and 0 decimals, as tables print scores.

    >>> bands = [{"grade": "excellent", "at_least": 90}, {"grade": "good"}]
    >>> rounded_grade(Fraction(179, 2), bands), rounded_grade(Fraction(89), bands)
    ('excellent', <NA>)
    """
    if is_missing(score):
        return pd.NA
    grade = grade_band(score, bands)
    if is_missing(grade):  # a framework without grades of the total
        return pd.NA
    for decimals in (2, 1, 0):
        steps = score * 10**decimals
        rounded = Fraction((2 * steps.numerator + steps.denominator) // (2 * steps.denominator))
        other = grade_band(rounded / 10**decimals, bands)
        if other != grade:
            return other
    return pd.NA


def _add_stated(result: pd.DataFrame, inputs: Inputs, framework: Framework) -> None:
    """What the project states of its total, under the framework that it names first."""
    is_main = (inputs.projects["framework"] == framework.id).reindex(result.index)
    for column, stated in (
        ("stated_total_score", "stated_score"), ("stated_total_grade", "stated_grade"),
    ):  # fmt: skip
        values = plain(inputs.projects[stated].reindex(result.index))
        result[column] = values.where(is_main.fillna(False).astype(bool), pd.NA)
