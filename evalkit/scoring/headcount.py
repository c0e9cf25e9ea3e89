"""How a budget is built up from headcounts, unit costs and fees (人力成本测算).

Declared amounts are what the authority approved; recomputed ones stand beside them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from evalkit.model import Inputs
from evalkit.scoring.exact import choose, divide, plain, spread, sums, total


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
    """Each budget line with what it recomputes to (预算明细测算), one row a line.

    Adds to the columns of ``inputs.lines``: the quantity (of its post where it names one),
    ``base_amount``, ``recomputed_amount``, ``line_gap`` (declared − recomputed), shares, the
    implied base and effective rate of fees, and price and volume effects where the earlier year is
    known.

    >>> from evalkit.model import inputs_of
    >>> line = {"project_id": "p", "item": "uniform", "quantity": 338, "unit_cost_amount": 60_000}
    >>> lines = score_lines(inputs_of({"lines": [line | {"declared_amount": 20_280_000}]}))
    >>> lines[["recomputed_amount", "line_gap"]].values.tolist()
    [[20280000, 0]]
    """
    lines = inputs.lines.copy()
    lump = plain(lines["declared_amount"])
    lines["quantity"], _ = choose(own=lines["quantity"], post=_heads(inputs))
    lines["base_amount"] = _base_amounts(lines)
    is_lump = lines["unit_cost_amount"].isna() & lines["fee_rate"].isna()
    lines["recomputed_amount"], lines["recomputed_amount_way"] = choose(
        product=line_amount(lines["quantity"], lines["unit_cost_amount"]),
        fee=fee_amount(lines["fee_rate"], lines["base_amount"]),
        lump=lump.where(is_lump, pd.NA),
    )
    lines["line_gap"] = lump - lines["recomputed_amount"]
    whole = total(lines["declared_amount"], inputs.projects.index)
    lines["share_rate"] = divide(lump, spread(whole, lines.index))
    lines["implied_base_amount"] = implied_base_amount(lump, lines["fee_rate"])
    lines["effective_rate"] = divide(lump, lines["base_amount"])
    lines["line_execution_rate"] = divide(lines["line_executed_amount"], lump)
    prior = _last_lines(inputs).reindex(lines.index)
    for column in ("prior_quantity", "prior_unit_cost_amount"):
        lines[column] = plain(prior[column])
    lines["price_effect_amount"] = price_effect_amount(
        lines["unit_cost_amount"], lines["prior_unit_cost_amount"], lines["quantity"]
    )
    lines["volume_effect_amount"] = volume_effect_amount(
        lines["quantity"], lines["prior_quantity"], lines["prior_unit_cost_amount"]
    )
    return lines


def _heads(inputs: Inputs) -> Any:
    """The approved headcount of the post that a line names, over the lines."""
    projects = inputs.lines.index.get_level_values(0)
    posts = pd.MultiIndex.from_arrays([projects, inputs.lines["post"].fillna("")])
    heads = inputs.posts["approved_count"].astype(object).reindex(posts)
    return pd.Series(heads.array, inputs.lines.index, dtype="object")


def _base_amounts(lines: pd.DataFrame) -> Any:
    """The amount that a fee is charged on: the declared lines and groups that its base names."""
    columns = [lines[column] for column in ("group", "declared_amount", "fee_rate", "base")]
    rows = list(zip(lines.index, *(plain(column) for column in columns), strict=True))
    members: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for (project, item), group, amount, _, _ in rows:
        members[project].append((item, group, amount))
    found = []
    for (project, own), _, _, fee_rate, base in rows:
        named = set() if pd.isna(fee_rate) else set(base)
        amounts = [
            amount
            for item, group, amount in members[project] if named
            if item != own and (item in named or group in named)
        ]  # fmt: skip
        found.append(sum(amounts) if amounts else pd.NA)
    return pd.Series(found, lines.index, dtype="object")


def _last_lines(inputs: Inputs) -> pd.DataFrame:
    """The latest earlier year's quantity and unit cost of each line that still exists."""
    own = spread(inputs.projects["year"], inputs.prior_lines.index)
    is_before = (inputs.prior_lines["prior_year"] < own).fillna(False).astype(bool)
    prior = inputs.prior_lines[is_before].sort_values("prior_year", kind="stable")
    prior.index = pd.MultiIndex.from_arrays([prior.index.get_level_values(0), prior["line"]])
    return prior[~prior.index.duplicated(keep="last")]


def score_groups(inputs: Inputs, lines: pd.DataFrame) -> pd.DataFrame:
    """Subtotals by group of lines (labour, uniform, fee, …; 分类小计), in the order of the file.

    >>> from evalkit.model import inputs_of
    >>> rows = [{"project_id": "p", "item": item, "group": "labour", "declared_amount": 1}
    ...         for item in ("a", "b")]
    >>> inputs = inputs_of({"projects": [{"project_id": "p"}], "lines": rows})
    >>> score_groups(inputs, score_lines(inputs))["group_declared_amount"].to_dict()
    {('p', 'labour'): 2}
    """
    result = pd.DataFrame(
        {
            f"group_{column}": sums(lines[column], lines["group"])
            for column in ("declared_amount", "recomputed_amount")
        }
    )
    whole = total(lines["declared_amount"], inputs.projects.index)
    result["group_share_rate"] = divide(
        result["group_declared_amount"], spread(whole, result.index)
    )
    return result


def score_headcount(inputs: Inputs, lines: pd.DataFrame, execution: pd.DataFrame) -> pd.DataFrame:
    """Heads, labour cost, totals declared and recomputed, cost per head (人数与成本).

    One row a project. Heads are those in post where the project counts them, else those approved.

    >>> from evalkit.model import inputs_of
    >>> post = {"project_id": "p", "item": "guard", "approved_count": 4}
    >>> line = {"project_id": "p", "item": "guard", "group": "labour", "declared_amount": 10}
    >>> rows = {"projects": [{"project_id": "p"}], "posts": [post], "lines": [line]}
    >>> budget = pd.DataFrame({"initial_amount": [10], "budget_amount": [10]}, ["p"])
    >>> inputs = inputs_of(rows)
    >>> score_headcount(inputs, score_lines(inputs), budget)["labour_head_amount"].tolist()
    [Fraction(5, 2)]
    """
    projects = inputs.projects.index
    labour = lines[lines["group"] == "labour"]
    result = pd.DataFrame(index=projects)
    result["approved_count"] = total(inputs.posts["approved_count"], projects)
    result["filled_count"] = total(inputs.posts["filled_count"], projects)
    result["filling_rate"] = divide(result["filled_count"], result["approved_count"])
    result["heads_count"], result["heads_count_way"] = choose(
        filled=result["filled_count"], approved=result["approved_count"]
    )
    for kind in ("declared", "recomputed"):
        result[f"{kind}_total_amount"] = total(lines[f"{kind}_amount"], projects)
    result["total_gap"] = result["declared_total_amount"] - result["recomputed_total_amount"]
    result["lines_gap"] = plain(execution["initial_amount"]) - result["declared_total_amount"]
    result["labour_amount"] = total(labour["declared_amount"], projects)
    result["labour_recomputed_amount"] = total(labour["recomputed_amount"], projects)
    result["labour_head_amount"] = divide(result["labour_amount"], result["heads_count"])
    result["budget_head_amount"] = divide(execution["budget_amount"], result["heads_count"])
    compared = lines[lines["prior_quantity"].notna()]
    for column in ("price_effect_amount", "volume_effect_amount"):
        result[column] = total(compared[column], projects)
    return result
