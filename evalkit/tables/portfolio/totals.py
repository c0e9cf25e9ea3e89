"""Totals by framework and by light, results, spreads, histograms, and how totals are made."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evalkit.narrative.portfolio import authorities_told
from evalkit.portfolio_model import QUANTILES, Portfolio
from evalkit.tables.cells import NUMBERS
from evalkit.tables.portfolio.cells import PortfolioCells, held
from evalkit.tables.table import Cell, Table, headings, merged
from evalkit.terms import is_missing
from evalkit.words import Words

GROUPED = ("projects", "budget", "executed", "rate", "known")


def tabulate_totals(portfolio: Portfolio, words: Words) -> Table | None:
    """Projects, budget and execution of each framework, and of all (各框架合计)."""
    cells = PortfolioCells(portfolio, words)
    rows = [
        (Cell(cells.framework(str(name)), heads=True), *_group(cells, row))
        for name, row in portfolio.frameworks.iterrows()
    ]
    value = {name: fact.value for name, fact in portfolio.facts.items() if "." not in name}
    whole = {
        "project_count": value["reported_count"], "budget_amount": value["budget_total_amount"],
        "executed_amount": value["executed_all_amount"],
        "execution_rate": value["overall_execution_rate"], "rated_count": value["rated_count"],
    }  # fmt: skip
    foot = ((Cell(words.term("labels.total"), heads=True), *_group(cells, whole)),)
    table = Table(
        "totals", cells.caption("totals"), _heads(cells, "framework"), tuple(rows),
        foot if len(rows) > 1 else (),
    )  # fmt: skip
    return held(table)


def tabulate_authorities(portfolio: Portfolio, words: Words) -> Table | None:
    """Projects, budget and execution of each supervising department (各主管部门合计)."""
    cells = PortfolioCells(portfolio, words)
    rows = [
        (
            cells.authority(row["name"]),
            *_group(cells, row),
            cells.value(row["visit_count"], "count"),
        )
        for _, row in authorities_told(portfolio).iterrows()
    ]
    heads = _heads(cells, "authority", "visit")
    return held(
        Table("authorities", cells.caption("authorities"), heads, tuple(rows),
              remark=cells.remark("authorities"))
    )  # fmt: skip


def tabulate_lights(portfolio: Portfolio, words: Words) -> Table | None:
    """Projects, budget and execution of each light (各灯号合计)."""
    cells = PortfolioCells(portfolio, words)
    rows = [(cells.light(light), *_group(cells, row)) for light, row in portfolio.lights.iterrows()]
    return held(Table("lights", cells.caption("lights"), _heads(cells, "light"), tuple(rows)))


def _heads(cells: PortfolioCells, first: str, *last: str) -> Any:
    money = ("budget", "executed")
    named = [cells.money_head(each) if each in money else cells.head(each) for each in GROUPED]
    return headings(cells.head(first), *named, *map(cells.head, last))


def _group(cells: PortfolioCells, row: Any) -> list[Cell]:
    """What a group of projects comes to; the rate is that of the projects with both figures."""
    return [
        cells.value(row["project_count"], "count"),
        cells.value(row["budget_amount"], "amount"),
        cells.value(row["executed_amount"], "amount"),
        cells.value(row["execution_rate"], "rate"),
        cells.value(row["rated_count"], "count"),
    ]


def tabulate_results(portfolio: Portfolio, words: Words) -> Table | None:
    """How many projects have which verdict or grade under each framework (评价结果)."""
    cells = PortfolioCells(portfolio, words)
    rows = merged(
        [
            (
                Cell(cells.framework(row["framework"]), heads=True),
                Cell(cells.result(row["framework"], row["kind"], row["result"])),
                cells.light(row["light"]),
                cells.value(row["project_count"], "count"),
            )
            for _, row in portfolio.verdicts.iterrows()
        ],
        1,
    )
    heads = headings(*map(cells.head, ("framework", "result", "light", "projects")))
    return held(Table("results", cells.caption("results"), heads, rows))


def tabulate_spread(portfolio: Portfolio, words: Words) -> Table | None:
    """Least, quartiles and most of the main figures (分布)."""
    cells = PortfolioCells(portfolio, words)
    units = portfolio.summaries.units
    rows = tuple(
        (
            Cell(words.label(str(figure)), heads=True),
            cells.value(row["count"], "count"),
            *(cells.value(row[which], units[str(figure)], str(figure)) for which in QUANTILES),
        )
        for figure, row in portfolio.spreads.iterrows()
    )
    heads = headings(*map(cells.head, ("figure", "known", *QUANTILES)))
    return held(Table("spread", cells.caption("spread"), heads, rows))


def tabulate_rates(portfolio: Portfolio, words: Words) -> Table | None:
    """Projects by range of the execution rate (执行率分组)."""
    return _bins(portfolio, words, "execution_rate")


def tabulate_heads(portfolio: Portfolio, words: Words) -> Table | None:
    """Projects by range of the budget per head (人均预算分组)."""
    return _bins(portfolio, words, "budget_head_amount")


def _bins(portfolio: Portfolio, words: Words, figure: str) -> Table | None:
    bins = portfolio.bins.get(figure)
    if bins is None:
        return None
    cells = PortfolioCells(portfolio, words)
    rows = tuple(
        (Cell(bin_name(portfolio, words, figure, row), heads=True),
         cells.value(row["count"], "count"))
        for _, row in bins.iterrows()
    )  # fmt: skip
    heads = headings(Cell(words.term(figure)), cells.head("projects"))
    return Table(f"bins_{figure}", cells.caption(f"bins_{figure}"), heads, rows)


def bin_name(
    portfolio: Portfolio, words: Words, figure: str, row: pd.Series, *, is_bare: bool = False
) -> str:
    """What a range of a histogram is called: from its lower to its upper edge."""
    unit = portfolio.summaries.units[figure]
    edges = {
        name: words.figure(row[name], unit, f"{'unit_cost' if unit == 'amount' else ''} trim"
                           f"{' bare' if is_bare and unit == 'amount' else ''}")
        for name in ("low", "high")
    }  # fmt: skip
    kind = "below" if is_missing(row["low"]) else "beyond" if is_missing(row["high"]) else "between"
    if kind == "between" and unit == "rate":
        edges["low"] = edges["low"].removesuffix("%")
    return words.term(f"portfolio_heads.{kind}").format(**edges)


def tabulate_figures(portfolio: Portfolio, words: Words) -> Table | None:
    """The figures of the whole portfolio with their formulas (总量的计算)."""
    cells = PortfolioCells(portfolio, words)
    rows = []
    for fact in portfolio.facts.values():
        if "." in fact.name or is_missing(fact.value) or fact.unit not in (*NUMBERS, "date"):
            continue
        said = words.formula(fact, portfolio.facts) if fact.formula else ""
        name = words.label(fact.name)
        anchor = f"fact-{fact.name}" if fact.formula else ""
        rows.append(
            (
                Cell(name, anchor=anchor, heads=True),
                Cell(words.fact_figure(fact), "figure"),
                Cell(said.removeprefix(name).removeprefix(" = ")),
            )
        )
    heads = headings(*map(cells.head, ("figure", "value", "formula")))
    return held(Table("figures", cells.caption("figures"), heads, tuple(rows)))
