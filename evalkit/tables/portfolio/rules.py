"""The rules by which many projects are judged together: lights and reasons for a visit."""

from __future__ import annotations

from evalkit.portfolio_model import Portfolio, Reason, light_names, light_rules, reasons
from evalkit.tables.portfolio.cells import PortfolioCells
from evalkit.tables.table import Cell, Table, headings
from evalkit.words import Words


def tabulate_light_rules(portfolio: Portfolio, words: Words) -> Table | None:
    """Which verdicts and grades lead to which light (灯号对应)."""
    cells = PortfolioCells(portfolio, words)
    rows = tuple(
        (cells.light(light), Cell(verdicts(words, light)), Cell(grades(cells, light)))
        for light in light_names()
    )
    heads = headings(*map(cells.head, ("light", "verdicts", "grades")))
    return Table("light_rules", cells.caption("light_rules"), heads, rows)


def verdicts(words: Words, light: str) -> str:
    """The verdicts that lead to a light."""
    found = [
        each for (kind, each), lit in light_rules().items() if (kind, lit) == ("verdict", light)
    ]
    return words.listed(words.term(f"verdict.{each}") for each in found)


def grades(cells: PortfolioCells, light: str) -> str:
    """The grades that lead to a light, by the labels of the frameworks that are there."""
    labels = cells.portfolio.summaries.labels
    found = {
        cells.words.text(label): None
        for (kind, each), lit in light_rules().items()
        if (kind, lit) == ("grade", light)
        for (_, grade), label in labels.items()
        if grade == each
    }
    return cells.words.listed(found)


def tabulate_visit_rules(portfolio: Portfolio, words: Words) -> Table | None:
    """Each reason for a visit with its bound and points (核查原因)."""
    cells = PortfolioCells(portfolio, words)
    rows = tuple(
        (
            Cell(words.term(f"visit_reason.{each.name}"), heads=True),
            Cell(bound(words, each)),
            cells.value(each.points, "count"),
        )
        for each in reasons()
    )
    heads = headings(*map(cells.head, ("reason", "bound", "points")))
    return Table("visit_rules", cells.caption("visit_rules"), heads, rows)


def bound(words: Words, reason: Reason) -> str:
    """The figure that decides and its bound, in words; empty where a result decides."""
    if not reason.measure:
        return ""
    sign, value, unit = (
        ("<", reason.below, "rate") if reason.below is not None else ("≥", reason.at_least, "count")
    )
    figure = words.figure(value, unit, "trim")
    return f"{words.term(reason.measure)} {words.term(f'signs.{sign}')} {figure}"
