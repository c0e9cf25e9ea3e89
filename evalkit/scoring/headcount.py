"""How a budget is built up from headcounts, unit costs and fees (人力成本测算).

Declared amounts are what the authority approved; recomputed ones stand beside them.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.model import Inputs
from evalkit.scoring.exact import divide, spread, total


def line_amount(quantity: Any, unit_cost_amount: Any) -> Any:
    """Quantity × unit cost (预算金额 = 数量 × 单价), exact, in the unit of the cost.

    >>> line_amount(28, 12_530_000)  # 工勤管理, fen; reference report, table 1-2
    350840000
    """
    return quantity * unit_cost_amount


def fee_amount(fee_rate: Any, base_amount: Any) -> Any:
    """A fee as a rate on its base (管理费 = 费率 × 基数), exact.

    >>> from fractions import Fraction
    >>> fee_amount(Fraction(1, 10), 3_419_380_000)
    Fraction(341938000, 1)
    """
    return fee_rate * base_amount


def implied_base_amount(declared_amount: Any, fee_rate: Any) -> Any:
    """The base on which a declared fee would be right (隐含基数 = 管理费 ÷ 费率).

    >>> from fractions import Fraction
    >>> implied_base_amount(341_260_000, Fraction(1, 10))
    Fraction(3412600000, 1)
    """
    return divide(declared_amount, fee_rate)


def price_effect_amount(unit_cost: Any, prior_unit_cost: Any, quantity: Any) -> Any:
    """What a new unit cost changed, at today's quantity (价格影响).

    >>> price_effect_amount(110, 100, 5)
    50
    """
    return (unit_cost - prior_unit_cost) * quantity


def volume_effect_amount(quantity: Any, prior_quantity: Any, prior_unit_cost: Any) -> Any:
    """What a new quantity changed, at the earlier unit cost (数量影响).

    >>> volume_effect_amount(5, 4, 100)
    100
    """
    return (quantity - prior_quantity) * prior_unit_cost


def score_lines(inputs: Inputs) -> pd.DataFrame:
    """Each budget line with what it recomputes to, one row a line.

    Adds to the columns of ``inputs.lines``: the quantity (of its post where it names one),
    ``base_amount``, ``recomputed_amount``, ``line_gap`` (declared − recomputed), shares, the
    implied base and effective rate of fees, and price and volume effects where the earlier year is
    known.
    """
    lines = inputs.lines.copy()
    lines["quantity"] = lines["quantity"].where(lines["quantity"].notna(), _heads(inputs))
    lines["base_amount"] = _base_amounts(lines, "declared_amount")
    product = line_amount(lines["quantity"], lines["unit_cost_amount"])
    fee = fee_amount(lines["fee_rate"], lines["base_amount"])
    lump = lines["declared_amount"].astype(object)
    lines["recomputed_amount"] = product.where(product.notna(), fee.where(fee.notna(), lump))
    lines["line_gap"] = lump - lines["recomputed_amount"]
    whole = total(lines["declared_amount"], inputs.projects.index)
    lines["share_rate"] = divide(lump, spread(whole, lines.index))
    lines["implied_base_amount"] = implied_base_amount(lump, lines["fee_rate"])
    lines["effective_rate"] = divide(lump, lines["base_amount"])
    lines["line_execution_rate"] = divide(lines["line_executed_amount"], lump)
    prior = _last_lines(inputs).reindex(lines.index)
    lines["prior_quantity"] = prior["prior_quantity"]
    lines["prior_unit_cost_amount"] = prior["prior_unit_cost_amount"]
    lines["price_effect_amount"] = price_effect_amount(
        lines["unit_cost_amount"], lines["prior_unit_cost_amount"], lines["quantity"]
    )
    lines["volume_effect_amount"] = volume_effect_amount(
        lines["quantity"], lines["prior_quantity"], lines["prior_unit_cost_amount"]
    )
    return lines


def _heads(inputs: Inputs) -> pd.Series:
    """The approved headcount of the post that a line names, over the lines."""
    projects = inputs.lines.index.get_level_values(0)
    posts = pd.MultiIndex.from_arrays([projects, inputs.lines["post"].fillna("")])
    heads = inputs.posts["approved_count"].astype(object).reindex(posts)
    return pd.Series(heads.array, inputs.lines.index, dtype="object")


def _base_amounts(lines: pd.DataFrame, column: str) -> pd.Series:
    """The amount that a fee is charged on: the lines and groups that its base names."""
    result = pd.Series(pd.NA, lines.index, dtype="object")
    for key in lines.index[lines["fee_rate"].notna()]:
        mine = lines.loc[key[0]]
        named = set(lines.at[key, "base"])
        chosen = (mine.index.isin(named) | mine["group"].isin(named)) & (mine.index != key[1])
        result[key] = sum(mine.loc[chosen, column].astype(object))
    return result


def _last_lines(inputs: Inputs) -> pd.DataFrame:
    """The latest earlier year's quantity and unit cost of each line that still exists."""
    prior = inputs.prior_lines.sort_values("prior_year", kind="stable")
    prior.index = pd.MultiIndex.from_arrays([prior.index.get_level_values(0), prior["line"]])
    return prior[~prior.index.duplicated(keep="last")]


def score_groups(inputs: Inputs, lines: pd.DataFrame) -> pd.DataFrame:
    """Subtotals by group of lines (labour, uniform, fee, …), in the order of the file."""
    keys = [lines.index.get_level_values(0), lines["group"]]
    sums = (
        lines[["declared_amount", "recomputed_amount"]]
        .astype(object)
        .groupby(keys, sort=False)
        .sum()
        .rename(columns=lambda name: f"group_{name}")
    )
    sums.index.names = ["project_id", "item"]
    whole = total(lines["declared_amount"], inputs.projects.index)
    sums["group_share_rate"] = divide(sums["group_declared_amount"], spread(whole, sums.index))
    return sums


def score_headcount(inputs: Inputs, lines: pd.DataFrame, execution: pd.DataFrame) -> pd.DataFrame:
    """Heads, labour cost, totals declared and recomputed, cost per head; one row a project."""
    projects = inputs.projects.index
    labour = lines[lines["group"] == "labour"]
    result = pd.DataFrame(index=projects)
    result["approved_count"] = total(inputs.posts["approved_count"], projects)
    result["filled_count"] = total(inputs.posts["filled_count"], projects)
    result["filling_rate"] = divide(result["filled_count"], result["approved_count"])
    result["heads_count"] = result["filled_count"].fillna(result["approved_count"])
    result["declared_total_amount"] = total(lines["declared_amount"], projects)
    result["recomputed_total_amount"] = total(lines["recomputed_amount"], projects)
    result["total_gap"] = result["declared_total_amount"] - result["recomputed_total_amount"]
    result["lines_gap"] = (
        execution["initial_amount"].astype(object) - result["declared_total_amount"]
    )
    result["labour_amount"] = total(labour["declared_amount"], projects)
    result["labour_recomputed_amount"] = total(labour["recomputed_amount"], projects)
    result["labour_head_amount"] = divide(result["labour_amount"], result["heads_count"])
    result["budget_head_amount"] = divide(execution["budget_amount"], result["heads_count"])
    for column in ("price_effect_amount", "volume_effect_amount"):
        known = lines[column].dropna()
        result[column] = total(known, projects)
    return result
