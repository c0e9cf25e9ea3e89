"""What many projects come to together (项目组合评价): from their results to frames and facts."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from evalkit.facts import Fact
from evalkit.portfolio_model import (
    QUANTILES,
    Portfolio,
    Summaries,
    figures,
    light_names,
    spread_figures,
)
from evalkit.scoring.portfolio import (
    by_authority,
    checks_by_light,
    column_of,
    finding_totals,
    grouped,
    portfolio_totals,
    ranked,
)
from evalkit.scoring.spread import TENS, TENTHS, amount_edges, grid, histogram, known, spreads
from evalkit.scoring.visits import lights, needs, results

UNITS = {"budget_amount": "amount", "executed_amount": "amount", "execution_rate": "rate"}
HEADS = ("budget_head_amount", "labour_head_amount")


def survey(summaries: Summaries) -> Portfolio:
    """Everything that is known of many projects together; of none as well."""
    projects = summaries.projects
    lit = lights(projects)
    frameworks = pd.Series(column_of(projects, "framework"), projects.index, dtype="object")
    needed = needs(projects, summaries.failures)
    frames: dict[str, Any] = {
        "needs": needed,
        "lights": grouped(projects, lit, light_names()),
        "frameworks": grouped(projects, frameworks, sorted(set(frameworks))),
        "authorities": by_authority(projects, dict(needed["is_visited"])),
        "verdicts": results(projects),
        "checks": checks_by_light(summaries.findings, lit),
        "spreads": spreads(projects, spread_figures()),
        "bins": _bins(projects),
        "grids": {
            "execution_rate": grid(projects, "budget_amount", "execution_rate", TENTHS),
            "rebased_score": grid(projects, "budget_amount", "rebased_score", TENS),
        },
    }
    orders = {
        "by_need": [project for project in needed.index if project in projects.index],
        "by_budget": ranked(projects, "budget_amount", is_falling=True),
        "by_rate": ranked(projects, "execution_rate", is_falling=False),
        "by_score": ranked(projects, "rebased_score", is_falling=True),
    }
    named = sum(each is not pd.NA for each in frames["authorities"]["name"])
    values = _values(summaries, needed) | {"authority_count": named}
    facts = {name: _fact(name, about, values) for name, about in figures().items()}
    facts |= {fact.name: fact for fact in _items(frames, summaries.units)}
    return Portfolio(summaries, **frames, orders=orders, facts=facts)


def _bins(projects: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The histograms that there are: of rates by tenths, of costs per head by round amounts."""
    found = {}
    rates = known(projects, "execution_rate")
    if rates:
        found["execution_rate"] = histogram(rates, TENTHS)
    for name in HEADS:
        amounts = known(projects, name)
        if amounts:
            found[name] = histogram(amounts, amount_edges(amounts))
    return found


def _values(summaries: Summaries, needed: pd.DataFrame) -> dict[str, Any]:
    """The values of the figures by name."""
    projects = summaries.projects
    dates = known(projects, "as_of")
    reported, failed = len(projects), len(summaries.failures)
    return {
        "project_count": reported + failed,
        "reported_count": reported,
        "unreported_count": failed,
        "framework_count": len(set(column_of(projects, "framework"))),
        "earliest_as_of": dates[0] if dates else pd.NA,
        "latest_as_of": dates[-1] if dates else pd.NA,
        "visit_count": sum(needed["is_visited"]),
        **portfolio_totals(projects),
        **finding_totals(summaries.findings),
    }


def _fact(name: str, about: Mapping[str, Any], values: Mapping[str, Any]) -> Fact:
    formula = about.get("formula", "")
    inputs: tuple[str, ...] = ()
    if formula:
        tree = ast.walk(ast.parse(formula, mode="eval"))
        inputs = tuple(n.id for n in tree if isinstance(n, ast.Name) and n.id in values)
    return Fact(name, values[name], about["unit"], formula, "", inputs, "")


def _items(frames: Mapping[str, Any], units: Mapping[str, str]) -> Iterator[Fact]:
    """The figures of groups, checks, quantiles and bins, as ``<frame>.<item>.<column>``."""
    for frame in ("lights", "frameworks", "authorities"):
        for item, row in frames[frame].iterrows():
            for column, value in row.drop("name", errors="ignore").items():
                yield _bare(f"{frame}.{item}.{column}", value, UNITS.get(str(column), "count"))
    for code, row in frames["checks"].iterrows():
        for column, value in row.drop("severity").items():
            if str(column).endswith("_shade"):
                continue
            yield _bare(f"checks.{code}.{column}", value, "count")
    for figure, row in frames["spreads"].iterrows():
        for which in QUANTILES:
            yield _bare(f"spreads.{which}.{figure}", row[which], units.get(str(figure), "quantity"))
        yield _bare(f"spreads.known.{figure}", row["count"], "count")
    for figure, table in frames["bins"].items():
        for place, row in table.iterrows():
            for column, value in row.items():
                unit = "count" if column == "count" else units.get(figure, "quantity")
                yield _bare(f"bins.{figure}.{place}.{column}", value, unit)


def _bare(name: str, value: Any, unit: str) -> Fact:
    return Fact(name, value, unit, "", "", (), "")
