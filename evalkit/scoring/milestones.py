"""The work plan, step by step (工作计划): what was done in time, and what was not."""

from __future__ import annotations

import pandas as pd

from evalkit.model import Inputs
from evalkit.scoring.exact import choose, days_between, spread


def score_milestones(inputs: Inputs) -> pd.DataFrame:
    """Each step of the work plan with its days late (＋) or early (−) (工作计划节点).

    ``delay_days`` counts to the tracking date for a step that is late and not done, and is missing
    for one that is neither done nor late.

    >>> from evalkit.model import inputs_of
    >>> dates = {"planned_on": "2017-12-31", "actual_on": "2018-01-04"}
    >>> step = {name: pd.Timestamp(day) for name, day in dates.items()}
    >>> rows = {"projects": [{"project_id": "p", "as_of": pd.Timestamp("2018-08-31")}],
    ...         "milestones": [{"project_id": "p", "item": "award"} | step]}
    >>> score_milestones(inputs_of(rows))["delay_days"].tolist()
    [4]
    """
    result = inputs.milestones.copy()
    as_of = spread(inputs.projects["as_of"], result.index)
    result["is_done"] = result["actual_on"].notna() & (result["actual_on"] <= as_of)
    until_now = days_between(result["planned_on"], as_of)
    result["delay_days"], result["delay_days_way"] = choose(
        done=days_between(result["planned_on"], result["actual_on"]).where(result["is_done"]),
        open=until_now.where(~result["is_done"] & (until_now > 0).fillna(False).astype(bool)),
    )
    result["is_late"] = (result["delay_days"] > 0).astype(bool)
    return result
