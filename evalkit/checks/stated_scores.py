"""Stated scores and grades against the computed ones; what rounding explains is no fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.checks.declared import slips_of
from evalkit.checks.rounding import is_rounded, score_step
from evalkit.checks.rows import Row, differ, finding, is_given, items
from evalkit.checks.score_reach import span_of
from evalkit.checks.tolerance import Tolerances
from evalkit.model import Evaluation
from evalkit.scoring.exact import divide

WHOLE = Fraction(1)
#: To this place scores are rounded as a rule. A figure that is right to it may have been printed
#: with zeros that the file does not keep, 5.00 for 4.9999: it was not cut to a whole number.
CENT = Fraction(1, 100)


def _steps(evaluation: Evaluation) -> dict[str, Fraction]:
    """How finely each project states the scores of its indicators (得分的小数位)."""
    stated = evaluation.scores["stated_score"].dropna()
    groups = stated.groupby(level=0, sort=False)
    return {str(project_id): score_step(mine) for project_id, mine in groups}


def check_score_item(evaluation: Evaluation) -> Iterator[Row]:
    """The stated score of an indicator is not what its rule gives (得分与规则不符)."""
    scores, steps, tolerances = evaluation.scores, _steps(evaluation), Tolerances(evaluation)
    for row in items(scores, scores["stated_score"].notna()):
        stated, step = Fraction(row["stated_score"]), steps[row["project_id"]]
        named: Any = {"indicator": (row["name"], "text"), "points": (row["points"], "points")}
        where = f"scores.{row['item']}.stated_score"
        if stated > row["points"] and not is_rounded(stated, row["points"], step):
            yield finding(row["project_id"], "error", where, "points", row["points"], stated,
                          variant="above", **named)  # fmt: skip
        elif row["status"] == "scored":
            name = f"scores.{row['item']}.score"
            if not _is_explained(evaluation, row, tolerances, step):
                yield from _off(evaluation, row, where, name, row["score"], stated, step, **named)
        elif row["status"] == "cannot_be_evaluated" and not _is_in_tier(evaluation, row):
            yield from _out_of_reach(row, where, stated, step, named)


def _is_explained(
    evaluation: Evaluation, row: Row, tolerances: Tolerances, step: Fraction
) -> bool:  # fmt: skip
    """Whether a stated score is not the exact one, but what unrounded amounts can have come to."""
    stated = Fraction(row["stated_score"])
    if is_rounded(stated, row["score"], step):
        return False
    span = span_of(evaluation, row, tolerances[row["project_id"]])
    return span is not None and span.low - step / 2 < stated < span.high + step / 2


def _is_in_tier(evaluation: Evaluation, row: Row) -> bool:
    """Whether a tier is named with its evidence, and the stated score lies within it (档内得分)."""
    if row["reason_code"] != "no_share" or not is_given(row["tier"]):
        return False
    inputs = evaluation.inputs
    proofs = (inputs.outputs if row["is_own"] else inputs.judgements)["evidence"]
    is_proven = is_given(proofs.get((row["project_id"], row["item"]), pd.NA))
    return is_proven and row["lowest_score"] <= row["stated_score"] <= row["highest_score"]


def _off(
    evaluation: Evaluation, row: Row, where: str, name: str, exact: Fraction, stated: Fraction,
    step: Fraction, *others: Fraction, **named: Any,
) -> Iterator[Row]:  # fmt: skip
    """A stated figure that is not the exact one, nor (one of) these rounded to its last digit.

    Decimals are cut by rounding as a rule. A whole number in their place moves the total by more,
    and that is told, but it is no fault.
    """
    if stated == exact:
        return
    rounded = any(is_rounded(stated, each, step) for each in (exact, *others))
    if not rounded:
        why = slips_of(evaluation, row["project_id"], name, exact, stated, "points", step=step)
        yield finding(row["project_id"], "error", where, "points", exact, stated, **named, **why)
    elif step >= WHOLE and not is_rounded(stated, exact, CENT):
        yield finding(row["project_id"], "note", where, "points", exact, stated,
                      variant="rounded", **named)  # fmt: skip


def _out_of_reach(
    row: Row, where: str, stated: Fraction, step: Fraction, named: Mapping[str, Any],
    total: str = "", slack: Fraction = Fraction(0),
) -> Iterator[Row]:  # fmt: skip
    """A stated score of what cannot be decided: outside of what is within reach, or unsupported.

    ``slack`` is what rounding of the single scores adds to their sum.
    """
    lowest, highest = row[f"lowest{total}_score"], row[f"highest{total}_score"]
    outside = not _holds(row, stated, step, slack, total)
    yield finding(
        row["project_id"], "error" if outside else "warning", where, "points", pd.NA, stated,
        lowest=(lowest, "points"), highest=(highest, "points"),
        variant="outside" if outside else "unsupported", **named,
    )  # fmt: skip


def _holds(
    row: Row, stated: Fraction, step: Fraction, slack: Fraction, total: str = "_rebased"
) -> bool:
    """Whether a stated score or total lies within what can still be reached, rounding aside."""
    lowest, highest = row[f"lowest{total}_score"], row[f"highest{total}_score"]
    least, most = lowest + min(slack, 0) - step / 2, highest + max(slack, 0) + step / 2
    return bool(least <= stated <= most)


def check_score_sum(evaluation: Evaluation) -> Iterator[Row]:
    """The stated scores do not add up to the stated total (自评总分不等于各项得分之和).

    Where items do not apply, the total may also be the sum on full points.
    """
    scores = evaluation.scores[evaluation.scores["status"] != "not_applicable"]
    totals = evaluation.totals
    mine = dict(iter(scores["stated_score"].groupby(level=0, sort=False)))
    for row in items(totals, totals["stated_total_score"].notna()):
        parts, stated = mine.get(row["project_id"]), Fraction(row["stated_total_score"])
        if parts is None or parts.isna().any():
            continue
        added, step = sum(map(Fraction, parts), Fraction(0)), score_step([stated])
        if not any(is_rounded(stated, each, step) for each in (added, added * scale_of(row))):
            rows = [f"scores.{key[1]}.stated_score" for key in parts.index]
            why = slips_of(evaluation, row["project_id"], "total_score", added, stated, "points",
                           rows, step)  # fmt: skip
            yield finding(row["project_id"], "error", "stated_total_score", "points",
                          added, stated, **why)  # fmt: skip


def check_score_total(evaluation: Evaluation) -> Iterator[Row]:
    """The stated total is not the computed one, or lies out of reach (自评总分不符)."""
    totals, slacks, settled = evaluation.totals, _slacks(evaluation), _settled(evaluation)
    where = "stated_total_score"
    for row in items(totals, totals[where].notna()):
        stated, step = Fraction(row[where]), score_step([row[where]])
        slack, scale = slacks.get(row["project_id"], Fraction(0)), scale_of(row)
        exact, added = row["rebased_score"], row["total_score"]
        if is_given(exact):
            if stated != added:
                others = (added, added + slack, exact + slack * scale)
                name = "rebased_score"
                yield from _off(evaluation, row, where, name, exact, stated, step, *others)
        elif is_given(row["lowest_rebased_score"]) and not (
            row["project_id"] in settled and _holds(row, stated, step, slack * scale)
        ):  # else nothing applies, and nothing is known, or all is told with its tier
            yield from _out_of_reach(row, where, stated, step, {}, "_rebased", slack * scale)


def _settled(evaluation: Evaluation) -> set[str]:
    """The projects whose every open indicator has a tier, its evidence and a score within it."""
    scores = evaluation.scores
    is_open = scores["status"] == "cannot_be_evaluated"
    rows = [(row["project_id"], is_given(row["stated_score"]) and _is_in_tier(evaluation, row))
            for row in items(scores, is_open)]  # fmt: skip
    return {project for project, _ in rows} - {project for project, is_in in rows if not is_in}


def _slacks(evaluation: Evaluation) -> dict[str, Fraction]:
    """What rounding each stated score adds to their sum, by project (各项取整的合计影响)."""
    found: dict[str, Fraction] = {}
    scores, steps, tolerances = evaluation.scores, _steps(evaluation), Tolerances(evaluation)
    for row in items(scores, scores["stated_score"].notna() & (scores["status"] == "scored")):
        project_id, stated = row["project_id"], Fraction(row["stated_score"])
        step = steps[project_id]
        if is_rounded(stated, row["score"], step) or _is_explained(
            evaluation, row, tolerances, step
        ):
            found[project_id] = found.get(project_id, Fraction(0)) + stated - row["score"]
    return found


def scale_of(totals: Row) -> Fraction:
    """From a total to the one on full points (折算系数); 1 where nothing applies."""
    scale = divide(totals["full_points"], totals["applicable_points"])
    return Fraction(scale) if is_given(scale) else Fraction(1)


def check_score_grade(evaluation: Evaluation) -> Iterator[Row]:
    """The stated grade is not that of the total (自评等级不符)."""
    totals, labels = evaluation.totals, evaluation.framework.labels
    for row in items(totals, differ(totals["total_grade"], totals["stated_total_grade"])):
        yield finding(
            row["project_id"], "error", "stated_total_grade", "text",
            labels[row["total_grade"]], labels[row["stated_total_grade"]],
            score=(row["rebased_score"], "points"),
        )  # fmt: skip


def check_score_rounding(evaluation: Evaluation) -> Iterator[Row]:
    """A rounded total would have another grade (四舍五入会改变等级)."""
    totals, labels = evaluation.totals, evaluation.framework.labels
    for row in items(totals, totals["rounded_grade"].notna()):
        yield finding(
            row["project_id"], "note", "total_grade", "text",
            labels[row["total_grade"]], labels[row["rounded_grade"]],
            score=(row["rebased_score"], "points"),
        )  # fmt: skip
