"""Grades that the authority gives, against evidence, figures, dates and its own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from evalkit.checks.rows import Row, finding, is_given, items, named
from evalkit.checks.wording import grade_ids, plain
from evalkit.model import Evaluation
from evalkit.recall import kept
from evalkit.scoring.exact import count


@kept
def _stated(evaluation: Evaluation) -> pd.DataFrame:
    """The indicators with the grade that the authority gave, as ``stated`` (a grade's id)."""
    ids = grade_ids(evaluation.framework)
    indicators = evaluation.indicators
    named = {text: ids.get(plain(text), pd.NA) for text in indicators["stated_grade"].dropna()}
    stated = indicators["stated_grade"].map(named).astype(object)
    return indicators.assign(stated=stated.where(stated.notna(), pd.NA))


def check_stated_grade(evaluation: Evaluation) -> Iterator[Row]:
    """The stated grade is not the one that the figures or the evidence give (评价结果不符).

    An error where the stated one is the better.
    """
    rank = {grade: place for place, grade in enumerate(evaluation.framework.grades)}
    labels = evaluation.framework.labels
    table = _stated(evaluation)
    both = table["stated"].notna() & table["grade"].notna() & (table["stated"] != table["grade"])
    for row in items(table, both):
        flattered = rank[row["stated"]] < rank[row["grade"]]
        yield finding(
            row["project_id"], "error" if flattered else "warning",
            f"indicators.{row['item']}.grade", "text",
            labels[row["grade"]], labels[row["stated"]],
            code=(row["item"], "text"), indicator=named(row),
            rate=(row["rate"], "rate"),
            variant="computed" if is_given(row["rate"]) else "judged",
        )  # fmt: skip


def check_unknown_grade(evaluation: Evaluation) -> Iterator[Row]:
    """The stated grade is none of the framework's grades (评价结果不在等级之内)."""
    table = _stated(evaluation)
    grades = list(evaluation.framework.labels.values())
    for row in items(table, table["stated_grade"].notna() & table["stated"].isna()):
        yield finding(
            row["project_id"], "warning", f"indicators.{row['item']}.grade", "text",
            pd.NA, row["stated_grade"],
            code=(row["item"], "text"), indicator=named(row), grades=(grades, "texts"),
        )  # fmt: skip


def check_grade_without_figure(evaluation: Evaluation) -> Iterator[Row]:
    """An indicator with a formula was graded and no figure can be computed (评分无数据)."""
    table = _stated(evaluation)
    blank = (table["method"] != "judged") & (table["status"] == "cannot_be_evaluated")
    for row in items(table, blank & table["stated"].notna()):
        yield finding(
            row["project_id"], "warning", f"indicators.{row['item']}.grade", "text",
            pd.NA, evaluation.framework.labels[row["stated"]],
            code=(row["item"], "text"), indicator=named(row), note=(row["note"], "text"),
        )  # fmt: skip


def check_grade_without_evidence(evaluation: Evaluation) -> Iterator[Row]:
    """The best grade was given and no evidence for it (最高等级无依据)."""
    best = evaluation.framework.grades[0]
    table = _stated(evaluation)
    judged = evaluation.inputs.judgements["grade"].reindex(table.index)
    given = (table["stated"] == best) | (judged == best)
    bare = (table["method"] == "judged") & table["evidence"].isna() & table["not_applicable"].isna()
    for row in items(table, given.fillna(False) & bare):
        yield finding(
            row["project_id"], "warning", f"indicators.{row['item']}.evidence", "text",
            pd.NA, evaluation.framework.labels[best],
            code=(row["item"], "text"), indicator=named(row),
        )  # fmt: skip


def check_not_applicable_graded(evaluation: Evaluation) -> Iterator[Row]:
    """Indicators that do not apply were graded all the same (不适用指标仍评定)."""
    best = evaluation.framework.grades[0]
    table = _stated(evaluation)
    table = table[table["stated"].notna()]
    idle = table["not_applicable"].notna()
    left = table[~idle]
    projects = evaluation.inputs.projects.index
    counts = pd.DataFrame({
        "graded": count(table["stated"].notna(), projects),
        "left": count(left["stated"].notna(), projects),
        "best": count(left["stated"] == best, projects),
    })  # fmt: skip
    codes: dict[str, list[str]] = {}
    for project_id, code in table.index[idle]:
        codes.setdefault(project_id, []).append(code)
    for row in items(counts, counts["left"] < counts["graded"]):
        yield finding(
            row["project_id"], "warning", "graded_count", "count", row["left"], row["graded"],
            codes=(codes[row["project_id"]], "texts"),
            best_count=(row["best"], "count"),
            below_count=(row["left"] - row["best"], "count"),
            best=(evaluation.framework.labels[best], "text"),
        )  # fmt: skip


def check_schedule_grade(evaluation: Evaluation) -> Iterator[Row]:
    """A step came late and every indicator of the schedule has the best grade (进度评分不符).

    Not where one of them is below the best, since it shows the delay, and not where figures give
    the grade.
    """
    best = evaluation.framework.grades[0]
    table = _stated(evaluation)
    table = table[(table["about"] == "schedule") & table["not_applicable"].isna()]
    table = table[table["stated"].notna()]
    honest = (table["stated"] != best).groupby(level=0).any()
    latest = _latest(evaluation)
    by_figure = (table["method"] != "judged") & (table["grade"] == table["stated"])
    for row in items(table[~by_figure.fillna(False).astype(bool)]):
        late = latest.get(row["project_id"])
        if late is not None and not honest[row["project_id"]]:
            yield finding(
                row["project_id"], "error", f"indicators.{row['item']}.grade", "text",
                pd.NA, evaluation.framework.labels[best],
                code=(row["item"], "text"), indicator=named(row),
                milestone=named(late), days=(late["delay_days"], "days"),
                late_count=(late["late_count"], "count"),
            )  # fmt: skip


def _latest(evaluation: Evaluation) -> dict[str, Any]:
    """The step that came latest in each project where one came late."""
    milestones = evaluation.milestones
    found: dict[str, Any] = {}
    for row in items(milestones, milestones["is_late"]):
        known = found.get(row["project_id"])
        number = 1 if known is None else known["late_count"] + 1
        if known is None or row["delay_days"] > known["delay_days"]:
            known = found[row["project_id"]] = row
        known["late_count"] = number
    return found


def check_rule_followed(evaluation: Evaluation) -> Iterator[Row]:
    """A rule is marked as not executed and its indicator is graded well (制度执行与评分矛盾)."""
    table = _stated(evaluation)
    grades = evaluation.framework.grades
    good = grades[: (len(grades) + 1) // 2]
    rules = evaluation.inputs.rules
    idle = (rules["effectiveness"] == "not_executed") & rules["indicator"].notna()
    for row in items(rules, idle):
        key = (row["project_id"], row["indicator"])
        stated = table["stated"].get(key, pd.NA)
        if is_given(stated) and stated in good:
            yield finding(
                row["project_id"], "error", f"indicators.{row['indicator']}.grade", "text",
                pd.NA, evaluation.framework.labels[stated],
                rule=named(row),
                code=(row["indicator"], "text"), indicator=(table.at[key, "name"], "text"),
            )  # fmt: skip


def check_problem_beside_best_grade(evaluation: Evaluation) -> Iterator[Row]:
    """A problem is named, and an indicator that it concerns has the best grade (问题与评分矛盾)."""
    best = evaluation.framework.grades[0]
    stated = _stated(evaluation)["stated"]
    names = evaluation.framework.indicators["name"]
    for row in items(evaluation.inputs.problems):
        concerned = row["indicators"] if isinstance(row["indicators"], list) else []
        for code in concerned:
            grade = stated.get((row["project_id"], code), pd.NA)
            if is_given(grade) and grade == best:
                yield finding(
                    row["project_id"], "error", f"indicators.{code}.grade", "text",
                    pd.NA, evaluation.framework.labels[best],
                    problem=(row["title"], "text"),
                    code=(code, "text"), indicator=(names[code], "text"),
                )  # fmt: skip
