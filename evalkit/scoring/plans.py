"""The plan of instalments (付款计划): what is due, and whether it covers all that is paid."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from evalkit.model import Inputs
from evalkit.scoring.exact import choose, constant_where, project_ids, total


def unplanned_contracts(inputs: Inputs, instalments: pd.DataFrame) -> Any:
    """How many contracts of each project have no instalment (没有分期付款计划的合同数).

    >>> from evalkit.model import inputs_of
    >>> rows = {"projects": [{"project_id": "p"}],
    ...         "contracts": [{"project_id": "p", "item": "a"}, {"project_id": "p", "item": "b"}],
    ...         "instalments": [{"project_id": "p", "item": "q1", "contract": "a"}]}
    >>> inputs = inputs_of(rows)
    >>> unplanned_contracts(inputs, inputs.instalments).tolist()
    [1]
    """
    planned = set(zip(project_ids(instalments.index), instalments["contract"], strict=True))
    contracts = inputs.contracts.index
    keys = zip(project_ids(contracts), contracts.get_level_values(1), strict=True)
    found = Counter(project for project, contract in keys if (project, contract) not in planned)
    projects = inputs.projects.index
    return pd.Series([found[project] for project in projects], projects, dtype="Int64")


def pays_beyond(inputs: Inputs) -> pd.Series:
    """Which projects paid more than their instalments (计划外支付).

    Some of the payments made by the tracking date name an instalment and others none. Where none
    does, the payments are those of the instalments, in their order.

    >>> from evalkit.model import inputs_of
    >>> may = {"paid_on": pd.Timestamp("2018-05-01")}
    >>> paid = [{"project_id": "p", "item": "1", "instalment": "q1"} | may,
    ...         {"project_id": "p", "item": "2"} | may, {"project_id": "q", "item": "1"} | may]
    >>> days = {"as_of": pd.Timestamp("2018-08-31")}
    >>> rows = {"projects": [{"project_id": "p"} | days, {"project_id": "q"} | days],
    ...         "payments": paid}
    >>> pays_beyond(inputs_of(rows)).tolist()
    [True, False]
    """
    projects = inputs.projects.index
    named, unnamed = _made(inputs)
    return pd.Series(projects.isin(named & unnamed), projects)


def _made(inputs: Inputs) -> tuple[set[str], set[str]]:
    """The projects that made payments which name an instalment, and those with some that do not."""
    payments, as_of = inputs.payments, dict(inputs.projects["as_of"])
    found: tuple[set[str], set[str]] = set(), set()
    columns = (payments["paid_on"], payments["instalment"])
    for project, paid_on, instalment in zip(project_ids(payments.index), *columns, strict=True):
        if paid_on <= as_of[project]:
            found[not isinstance(instalment, str)].add(project)
    return found


def is_plan_partial(inputs: Inputs, instalments: pd.DataFrame) -> pd.Series:
    """Whose instalments plan only a part of what is paid (计划只覆盖部分支出).

    A contract has no instalment though each instalment names its contract, or some payments name an
    instalment and others none.

    >>> from evalkit.model import inputs_of
    >>> of = {"project_id": "p"}
    >>> rows = {"projects": [of], "contracts": [of | {"item": "a"}, of | {"item": "b"}],
    ...         "instalments": [of | {"item": "q", "contract": "a", "due_on": pd.Timestamp(0)}]}
    >>> inputs = inputs_of(rows)
    >>> is_plan_partial(inputs, inputs.instalments).tolist()
    [True]
    """
    projects, names = inputs.projects.index, instalments["contract"]
    rows = list(zip(project_ids(instalments.index), names.notna(), strict=True))
    there, nameless = (
        {project for project, _ in rows},
        {each for each, is_named in rows if not is_named},
    )
    has_holes = (unplanned_contracts(inputs, instalments) > 0).to_numpy(dtype=bool)
    is_told = projects.isin(there - nameless)
    beyond = pays_beyond(inputs).to_numpy(dtype=bool)
    return pd.Series(is_told & has_holes | projects.isin(there) & beyond, projects)


def paid_of_plan(inputs: Inputs, instalments: pd.DataFrame) -> Any:
    """What was paid on the instalments (按分期款已支付金额); missing where payments do not tell.

    They tell where one of those made names an instalment, and where none was made yet.

    >>> from evalkit.model import inputs_of
    >>> of, day = {"project_id": "p"}, pd.Timestamp("2018-05-01")
    >>> rows = {"projects": [of | {"as_of": day}],
    ...         "payments": [of | {"item": "1", "paid_on": day, "amount": 5}]}
    >>> index = pd.MultiIndex.from_tuples([("p", "q1")])
    >>> paid_of_plan(inputs_of(rows), pd.DataFrame({"paid_amount": [5]}, index)).tolist()
    [<NA>]
    """
    projects = inputs.projects.index
    named, unnamed = _made(inputs)
    tells = {*project_ids(inputs.payments.index)} - (unnamed - named)
    return total(instalments["paid_amount"], projects).where(projects.isin(tells), pd.NA)


def total_due(instalments: pd.DataFrame, projects: pd.Index) -> tuple[Any, Any]:
    """What is due by the tracking date (应付到期金额), and the way in which it was made.

    The payable amounts of the instalments that are due, and what was withheld of those whose day of
    release has come; 0 where nothing is due yet, missing where no instalment is known.

    >>> index = pd.MultiIndex.from_tuples([("p", "q1"), ("p", "q2"), ("q", "q1")])
    >>> rows = {"payable_amount": [5, 4, 3], "withheld_amount": [0, 1, 0]}
    >>> state = {"is_due": [True, True, False], "is_released": [False, True, False]}
    >>> due, way = total_due(pd.DataFrame(rows | state, index), pd.Index(["p", "q", "r"]))
    >>> due.tolist(), way.tolist()
    ([10, 0, <NA>], ['with_release', 'none_yet', ''])
    """
    is_due, keys = instalments["is_due"], instalments.index.get_level_values(0)
    due = total(instalments["payable_amount"][is_due], projects)
    released = total(instalments["withheld_amount"][instalments["is_released"]], projects)
    nothing = projects.isin(keys) & ~projects.isin(keys[is_due])
    return choose(
        with_release=due + released,
        schedule=due.where(released.isna(), pd.NA),
        none_yet=constant_where(pd.Series(nothing, projects), 0),
    )
