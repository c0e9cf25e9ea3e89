"""How likely the year's targets are reached (完成目标可能性), by the bounds of a framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd


def with_likelihood(outputs: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """The outputs with how likely each target is reached, by the bounds and tiers of a framework.

    Of what is judged the best tier makes it certain, the lowest one impossible (完成目标可能性).

    >>> outputs = {"status": "judged", "completion_rate": pd.NA, "timeliness_rate": pd.NA}
    >>> tiers = {"rules": {"words": {"tiers": ["reached", "partly", "not"]}}, "likelihood": {}}
    >>> with_likelihood(pd.DataFrame([outputs | {"tier": "partly"}]), tiers)["likelihood"].tolist()
    ['possible']
    """
    ranks: dict[str, str] = {}
    for rule in settings.get("rules", {}).values():
        tiers = [*rule.get("tiers", ())]
        ranks |= dict.fromkeys(tiers, "possible")
        ranks |= dict(zip(tiers[:1] + tiers[-1:], ("certain", "impossible"), strict=False))
    columns = ("status", "completion_rate", "timeliness_rate", "tier")
    rows: Any = zip(*(outputs[column] for column in columns), strict=True)
    bounds = settings["likelihood"]
    chances = [_likelihood(*row, bounds=bounds, ranks=ranks) for row in rows]
    return outputs.assign(likelihood=pd.Series(chances, outputs.index, dtype="str"))


def _likelihood(
    status: str, completion: Any, timeliness: Any, tier: Any, *, bounds: Mapping[str, Any],
    ranks: Mapping[str, str],
) -> str:  # fmt: skip
    """How likely the year's target is reached; unknown without a value."""
    if status in ("reached", "on_plan"):
        return "certain"
    if status == "judged":
        return ranks.get(tier, "unknown")
    is_behind = status == "behind"
    rate = timeliness if is_behind else completion
    rate = completion if pd.isna(rate) else rate
    if pd.isna(rate) or not (is_behind or status == "missed"):
        return "unknown"
    if is_behind and rate >= bounds["certain"]:
        return "certain"
    return "possible" if rate >= bounds["possible"] else "impossible"
