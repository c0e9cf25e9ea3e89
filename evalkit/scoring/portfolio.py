"""Many projects added up (项目组合汇总): totals, rates of totals, groups, findings by check.

A total is that of the projects that have the figure, and says how many these are. A rate of the
whole is the quotient of two totals over the projects that have both figures, never a mean of rates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from evalkit.model import SEVERITIES, Text
from evalkit.portfolio_model import pairs
from evalkit.scoring.exact import divide, plain

TOTALS = {
    "budget_amount": ("budget_total_amount", "budget_known_count"),
    "executed_amount": ("executed_all_amount", "executed_known_count"),
    "planned_amount": ("planned_all_amount", "planned_known_count"),
}

#: Who answers for a project: the first of these that it names.
ANSWERABLE = ("authority", "implementing_unit")
#: Up to these shares a field is drawn in the lighter shades.
SHADES = (Fraction(1, 10), Fraction(1, 4), Fraction(1, 2))


def column_of(projects: pd.DataFrame, name: str) -> list[Any]:
    """The values of a figure, project by project (取列); missing where no project has it.

    >>> column_of(pd.DataFrame({"a": [1]}), "a"), column_of(pd.DataFrame({"a": [1]}), "b")
    ([1], [<NA>])
    """
    if name not in projects:
        return [pd.NA] * len(projects)
    return list(plain(projects[name]))


def framed(
    rows: Iterable[Sequence[Any]], names: Sequence[str], keys: Sequence[str]
) -> pd.DataFrame:
    """A table of exact values from its rows (制表); what is missing stays ``pd.NA``.

    >>> framed([(1, pd.NA)], ["a", "b"], ["p"]).loc["p"].tolist()
    [1, <NA>]
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    index = pd.Index(list(keys), dtype="object")
    data = {
        name: pd.Series(list(values), index, dtype="object")
        for name, values in zip(names, columns, strict=True)
    }
    return pd.DataFrame(data, index)


def added(rows: Sequence[Sequence[Any]]) -> tuple[list[Any], int]:
    """The sums over the rows that are whole, column by column, and how many those are (合计).

    >>> added([(1, 2), (3, pd.NA), (4, 5)])
    ([5, 7], 2)
    >>> added([(pd.NA,)])
    ([<NA>], 0)
    """
    whole = [row for row in rows if not any(value is pd.NA for value in row)]
    width = len(rows[0]) if rows else 1
    sums = [sum(column) for column in zip(*whole, strict=True)] if whole else [pd.NA] * width
    return sums, len(whole)


def together(projects: pd.DataFrame, *names: str) -> tuple[list[Any], int]:
    """The totals of figures over the projects that have all of them, and their number (同口径).

    >>> table = pd.DataFrame({"executed": [5, 7], "budget": [10, pd.NA]}, dtype="object")
    >>> together(table, "executed", "budget")
    ([5, 10], 1)
    """
    columns = [column_of(projects, name) for name in names]
    sums, count = added(list(zip(*columns, strict=True)))
    return (sums if count else [pd.NA] * len(names)), count


def executed_of_plan(projects: pd.DataFrame) -> list[Any]:
    """What each project executed of its plan (计划内执行金额): the plan and the gap to it.

    That is what it executed, or what was paid of a plan that covers only a part.

    >>> executed_of_plan(pd.DataFrame({"planned_amount": [5, 5], "execution_gap": [-1, pd.NA]}))
    [4, <NA>]
    """
    parts = (column_of(projects, name) for name in ("planned_amount", "execution_gap"))
    return [planned + gap for planned, gap in zip(*parts, strict=True)]


def portfolio_totals(projects: pd.DataFrame) -> dict[str, Any]:
    """Totals of money, and the rates of these totals, by the names of ``portfolio.yaml`` (总量).

    A plan that covers only a part of a project is set against what was paid of that part, and is no
    share of its budget.

    >>> table = pd.DataFrame({"executed_amount": [5, 7], "budget_amount": [10, 10]})
    >>> portfolio_totals(table)["overall_execution_rate"]
    Fraction(3, 5)
    """
    found: dict[str, Any] = {}
    for column, (total, count) in TOTALS.items():
        (found[total],), found[count] = together(projects, column)
    rates = {"rated": "execution", "scheduled": "planned", "paced": "accuracy"}
    is_partial = [each is True for each in column_of(projects, "is_plan_partial")]
    of = {
        "scheduled": projects.loc[[not each for each in is_partial]],
        "paced": projects.assign(executed_amount=executed_of_plan(projects)),
    }
    for name, columns in pairs().items():
        sums, found[f"{name}_count"] = together(of.get(name, projects), *columns)
        for column, total in zip(columns, sums, strict=True):
            found[f"{name}_{column}"] = total
        found[f"overall_{rates[name]}_rate"] = divide(*sums)
    found["overall_gap_amount"] = found["paced_executed_amount"] - found["paced_planned_amount"]
    return found


def finding_totals(findings: pd.DataFrame) -> dict[str, Any]:
    """Open findings by severity, those accepted, and the projects with an error (发现总数).

    >>> columns = ["code", "severity", "is_accepted", "count"]
    >>> rows = [("a", "error", False, 2), ("b", "note", True, 1)]
    >>> found = finding_totals(pd.DataFrame(rows, index=["p", "p"], columns=columns))
    >>> found["open_error_count"], found["all_accepted_count"], found["erring_count"]
    (2, 1, 1)
    """
    still = findings[~findings["is_accepted"].astype(bool)]
    counts = {
        f"open_{each}_count": sum(still["count"][still["severity"] == each]) for each in SEVERITIES
    }
    return counts | {
        "open_finding_count": sum(counts.values()),
        "all_accepted_count": sum(findings["count"]) - sum(counts.values()),
        "erring_count": len(set(still.index[still["severity"] == "error"])),
        "check_count": len(set(still["code"])),
    }


def grouped(projects: pd.DataFrame, groups: pd.Series, order: Sequence[str]) -> pd.DataFrame:
    """Groups of projects with their number, budget, execution and its rate (分组汇总).

    One row for each group of ``order`` that has projects. The rate is that of the projects with
    both figures; ``rated_count`` says how many these are.

    >>> table = pd.DataFrame({"executed_amount": [5, 7], "budget_amount": [10, 10]}, ["p", "q"])
    >>> grouped(table, pd.Series(["a", "a"], ["p", "q"]), ["a", "b"])["execution_rate"].tolist()
    [Fraction(3, 5)]
    """
    money = (column_of(projects, name) for name in ("budget_amount", "executed_amount"))
    found: dict[str, list[tuple[Any, Any]]] = {group: [] for group in order}
    for group, *pair in zip(groups, *money, strict=True):
        if group in found:
            found[group].append((pair[0], pair[1]))
    rows = {}
    for group, mine in found.items():
        if mine:
            (budget,), _ = added([pair[:1] for pair in mine])
            (executed,), _ = added([pair[1:] for pair in mine])
            (both_budget, both_executed), rated = added(mine)
            rate = divide(both_executed, both_budget)
            rows[group] = (len(mine), budget, executed, rate, rated)
    names = ["project_count", "budget_amount", "executed_amount", "execution_rate", "rated_count"]
    return framed(rows.values(), names, list(rows))


def authorities(projects: pd.DataFrame) -> list[Any]:
    """The body that answers for each project (主管部门): its supervising department.

    A project that names none has its implementing unit; one that names neither is missing.

    >>> table = pd.DataFrame({"authority": ["A", pd.NA], "implementing_unit": ["U", "V"]})
    >>> authorities(table)
    ['A', 'V']
    """
    named = zip(*(column_of(projects, each) for each in ANSWERABLE), strict=True)
    return [next((each for each in mine if each is not pd.NA), pd.NA) for mine in named]


def by_authority(projects: pd.DataFrame, is_visited: Mapping[str, Any]) -> pd.DataFrame:
    """What the projects of each body come to (按主管部门汇总), the largest budget first.

    Columns as of ``grouped``, with ``name``, as one of its projects writes it, and ``visit_count``,
    the projects in need of a visit. Bodies are the same where they are written
    the same in the first language. Those of which no project has a budget, and the projects that
    name no body, come last. The index counts the rows from ``"1"``.

    >>> table = pd.DataFrame({"authority": ["A", "B", "A"], "budget_amount": [1, 5, 2],
    ...                       "executed_amount": [1, 1, 1]}, list("pqr"))
    >>> found = by_authority(table, {"p": True, "q": False, "r": False})
    >>> found[["name", "project_count", "budget_amount", "visit_count"]].values.tolist()
    [['B', 1, 5, 0], ['A', 2, 3, 1]]
    """
    names: dict[str, Any] = {}
    visits: Counter[str] = Counter()
    keys = []
    for project, body in zip(projects.index, authorities(projects), strict=True):
        key = "" if body is pd.NA else str(body)
        keys.append(key)
        if key not in names or (_is_translated(body) and not _is_translated(names[key])):
            names[key] = body
        visits[key] += bool(is_visited[project])
    found = grouped(projects, pd.Series(keys, projects.index, dtype="object"), sorted(names))
    amounts = dict(found["budget_amount"])

    def place(key: str) -> Any:
        return not key, amounts[key] is pd.NA, 0 if amounts[key] is pd.NA else -amounts[key], key

    rows = [(names[key], *found.loc[key], visits[key]) for key in sorted(found.index, key=place)]
    columns = ["name", *found, "visit_count"]
    return framed(rows, columns, [str(number) for number in range(1, len(rows) + 1)])


def _is_translated(name: Any) -> bool:
    """Whether a name is written in each language; where one is missing the other serves."""
    return isinstance(name, Text) and name.zh != name.en


def checks_by_light(findings: pd.DataFrame, lights: pd.Series) -> pd.DataFrame:
    """In how many projects of each light a check finds something that is open (发现分布).

    One row a check, the most frequent first: ``severity`` the worst that it has, ``project_count``,
    ``finding_count``, a column for each light and its shade. ``lights`` has the light of every
    project.

    >>> rows = [("a", "error", False, 2), ("a", "note", False, 1), ("b", "note", True, 1)]
    >>> columns = ["code", "severity", "is_accepted", "count"]
    >>> found = checks_by_light(pd.DataFrame(rows, ["p", "q", "p"], columns),
    ...                         pd.Series({"p": "normal", "q": "has_problems"}))
    >>> found.loc["a"].tolist()
    ['error', 2, 3, 1, 1, 4, 4]
    """
    still = findings[~findings["is_accepted"].astype(bool)]
    totals = Counter(lights)
    of = dict(lights)
    seen: dict[str, dict[str, Any]] = {}
    for project, code, severity, count in zip(
        still.index, still["code"], still["severity"], still["count"], strict=True
    ):
        mine = seen.setdefault(code, {"projects": set(), "count": 0, "severity": severity})
        mine["projects"].add(project)
        mine["count"] += count
        mine["severity"] = min(mine["severity"], severity, key=SEVERITIES.index)
    rows = {}
    for code, mine in seen.items():
        split = Counter(of[project] for project in mine["projects"])
        counts = [split[light] for light in totals]
        shades = [shade(count, totals[light]) for light, count in zip(totals, counts, strict=True)]
        rows[code] = [mine["severity"], len(mine["projects"]), mine["count"], *counts, *shades]
    names = ["severity", "project_count", "finding_count", *totals]
    names += [f"{light}_shade" for light in totals]
    order = sorted(rows, key=lambda code: (-rows[code][1], code))
    return framed([rows[code] for code in order], names, order)


def shade(count: int, of: int) -> int:
    """How dark a count is drawn, by its share of all (色阶): 0 for none, 4 for more than half.

    >>> [shade(count, 100) for count in (0, 10, 25, 50, 51)]
    [0, 1, 2, 3, 4]
    """
    return 0 if not count else 1 + sum(Fraction(count, of) > least for least in SHADES)


def ranked(projects: pd.DataFrame, name: str, *, is_falling: bool) -> list[str]:
    """The projects that have a figure, in its order, those with the same by their id (排名).

    >>> ranked(pd.DataFrame({"a": [1, 3, 3, pd.NA]}, list("pqrs")), "a", is_falling=True)
    ['q', 'r', 'p']
    """
    rows = zip(map(str, projects.index), column_of(projects, name), strict=True)
    found = {project: value for project, value in rows if value is not pd.NA}
    sign = -1 if is_falling else 1
    return sorted(found, key=lambda project: (sign * found[project], project))
