"""Fees charged as a rate: is the declared fee its rate times its base, and if not, on which one?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from evalkit.checks.declared import slips_of
from evalkit.checks.rounding import is_rounded, with_step
from evalkit.checks.rows import Row, differ, finding, is_given, items, named
from evalkit.model import Evaluation
from evalkit.scoring.exact import divide

MOST_GROUPS = 8  # beyond this many groups some base would fit any fee by chance


def check_fee_base(evaluation: Evaluation) -> Iterator[Row]:
    """A declared fee is not its rate on the base that it names (费率、基数与金额不符).

    Says on which other lines the fee would be right, if on any; else what base it implies, and what
    the fee and the total would be on the named base and on all other lines.
    """
    lines = with_step(evaluation.lines, evaluation.inputs)
    totals = evaluation.headcount["declared_total_amount"]
    off = lines["fee_rate"].notna() & differ(lines["declared_amount"], lines["recomputed_amount"])
    concerned = lines.index.get_level_values(0).isin(lines.index[off].get_level_values(0))
    by_project: dict[str, list[Row]] = {}
    for line in items(lines[concerned]):
        by_project.setdefault(line["project_id"], []).append(line)
    for fee in items(lines, off):
        if not is_rounded(fee["declared_amount"], fee["recomputed_amount"], fee["step"]):
            mine = by_project[fee["project_id"]]
            others = [line for line in mine if line["item"] != fee["item"]]
            found = _fee_finding(fee, others, totals[fee["project_id"]])
            if found["details"].get("variant") != "other_base":
                found["details"] |= slips_of(
                    evaluation, fee["project_id"], f"lines.{fee['item']}.recomputed_amount",
                    fee["recomputed_amount"], fee["declared_amount"], step=fee["step"],
                )  # fmt: skip
            yield found


def _fee_finding(fee: Row, others: list[Row], declared_total: Any) -> Row:
    """The finding of one fee line; ``others`` are all other lines of its project."""
    declared, rate, base = fee["declared_amount"], fee["fee_rate"], fee["base_amount"]
    fitting = _fitting_base(fee, others)
    rest = _sum(others)
    details = {
        "line": named(fee),
        "rate": (rate, "rate"),
        "base": (base, "amount"),
        "implied": (fee["implied_base_amount"], "amount"),
        "implied_gap": (fee["implied_base_amount"] - base, "amount"),
        "effective": (fee["effective_rate"], "rate"),
        "of_total": (divide(declared, declared_total), "rate"),
        "corrected_total": (declared_total - declared + fee["recomputed_amount"], "amount"),
    }
    variant = ""
    if not all(is_given(value) for value, _ in details.values()):
        variant = "bare"
    elif fitting:
        variant = "other_base"
        details["lines"] = ([line["name"] for line in fitting], "texts")
        details["other_base"] = (_sum(fitting), "amount")
    elif rest not in (base, 0):
        variant = "all_lines"
        details["other_base"] = (rest, "amount")
        details["other_fee"] = (rate * rest, "amount")
        details["other_gap"] = (declared - rate * rest, "amount")
        details["other_effective"] = (divide(declared, rest), "rate")
        details["other_total"] = (declared_total - declared + rate * rest, "amount")
    return finding(
        fee["project_id"], "error", f"lines.{fee['item']}.declared_amount", "amount",
        fee["recomputed_amount"], declared, variant=variant, **details,
    )  # fmt: skip


def _fitting_base(fee: Row, others: list[Row]) -> list[Row]:
    """The other lines on which the declared fee is right: the fewest groups that fit, if any do."""
    groups = list(dict.fromkeys(line["group"] for line in others))[:MOST_GROUPS]
    for size in range(1, len(groups) + 1):
        for chosen in combinations(groups, size):
            base = [line for line in others if line["group"] in chosen]
            if is_rounded(fee["declared_amount"], fee["fee_rate"] * _sum(base), fee["step"]):
                return base
    return []


def _sum(lines: list[Row]) -> Any:
    return sum(line["declared_amount"] for line in lines)
