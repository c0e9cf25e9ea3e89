"""The budget and its sources as a params file has them (预算与资金来源)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from evalkit.intake.funds import Fund
from evalkit.intake.ledger import Ledger
from evalkit.intake.noted import Noted, Tree, without_none
from evalkit.intake.parts import Part

ADJUSTMENT = "in_year"


def with_money(parts: list[Part]) -> list[Part]:
    """The forms that have a block of money; the first where none has."""
    found = [part for part in parts if part.funds.total.row or part.funds.total.amounts
             or part.funds.sources]  # fmt: skip
    return found or parts[:1]


def budget_of(parts: list[Part], as_of: Any, ledger: Ledger) -> Tree:
    """The approved budget, how it changed in the year, and what was and will be spent."""
    total = _merged([part.funds.total for part in parts], parts, ledger)
    amounts = total.amounts
    first, final = amounts.get("initial"), amounts.get("budget")
    if first is None and final is None:
        approved: Any = _sum_of_sources(parts, ledger)
        final = None
    else:
        approved = final if first is None else first
    changes: list[Any] = []
    if first is not None and final is not None and first != final:
        on = ledger.note("assumed", "adjusted_on", key="budget.adjustments.on")
        changes = [
            {
                "id": ADJUSTMENT,
                "on": Noted(as_of.value if isinstance(as_of, Noted) else as_of, on),
                "amount": final - first,
            }
        ]
    return without_none([
        ("approved", approved),
        ("executed", amounts.get("executed", unread(parts, "executed", ledger))),
        ("planned_to_date", amounts.get("planned")),
        ("expected", amounts.get("expected", unread(parts, "expected", ledger))),
        ("adjustments", changes),
    ])  # fmt: skip


def unread(parts: list[Part], key: str, ledger: Ledger) -> Noted | None:
    """A line to be filled in, where the form has something that could not be read."""
    remark = ledger.why(parts[0].funds.total.row.get(key))
    return Noted(None, remark) if remark else None


def _sum_of_sources(parts: list[Part], ledger: Ledger) -> Noted:
    """The budget where no total is given: the sum of its sources, else to be filled in."""
    budgets = [fund.amounts.get("budget", fund.amounts.get("initial"))
               for fund in parts[0].funds.sources]  # fmt: skip
    known = [amount for amount in budgets if amount is not None]
    if not known or len(known) < len(budgets):
        return Noted(None, ledger.note("missing", "no_budget", key="budget.approved"))
    remark = ledger.note("assumed", "sum_of_sources", key="budget.approved")
    return Noted(sum(known, Decimal(0)), remark)


def _merged(funds: list[Fund], parts: list[Part], ledger: Ledger) -> Fund:
    """The same money on several forms: the first word counts.

    What a monitoring form gives to its own date has no place beside the figures of the whole year.
    """
    found = Fund()
    has_year = any(not part.is_partial for part in parts)
    for fund, part in zip(funds, parts, strict=True):
        found.name, found.source = found.name or fund.name, found.source or fund.source
        for key, amount in fund.amounts.items():
            cell = fund.cells[key]
            if part.is_partial and has_year and key == "executed":
                ledger.unuse(cell)
                ledger.leave(cell, "another_date", "aside")
            elif found.amounts.setdefault(key, amount) != amount:
                ledger.note("doubtful", "two_values", cell, first=f"{found.amounts[key]:f}")
    return found


def funding_of(parts: list[Part], ledger: Ledger) -> list[Tree]:
    """The sources of money; those of the same name on several forms are one."""
    named: dict[str, list[tuple[Fund, Part]]] = {}
    for part in parts:
        for fund in part.funds.sources:
            named.setdefault("".join(fund.name.split()), []).append((fund, part))
    found: list[Tree] = []
    taken: set[str] = set()
    for several in named.values():
        merged = _merged([f for f, _ in several], [p for _, p in several], ledger)
        found.append(_source(merged, _id(merged, taken), ledger))
    return found


def _source(fund: Fund, id: str, ledger: Ledger) -> Tree:
    amounts = fund.amounts
    budget: Any = amounts.get("budget")
    if budget is None:
        key = f"funding.{id}.budget"
        if (budget := amounts.get("initial")) is not None:
            budget = Noted(budget, ledger.note("assumed", "budget_is_initial", key=key))
        else:
            budget = Noted(None, ledger.note("missing", "no_source_budget", key=key))
    name = fund.name or Noted(None, ledger.note("missing", "no_source_name", key=f"funding.{id}"))
    return without_none([
        ("id", id), ("name", name), ("initial", amounts.get("initial")), ("budget", budget),
        ("received", amounts.get("received")), ("executed", amounts.get("executed")),
        ("planned_to_date", amounts.get("planned")),
        ("expected", amounts.get("expected")),
    ])  # fmt: skip


def _id(fund: Fund, taken: set[str]) -> str:
    """An id that says what kind of source it is; a second one of a kind is numbered."""
    base = fund.source or "source"
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    taken.add(found)
    return found


def printed_of(parts: list[Part], funding: list[Tree], ledger: Ledger) -> Iterator[Tree]:
    """The execution rates that the first form prints: evalkit compares them with its own.

    A rate that evalkit cannot compute from what was read is left out.
    """
    ids = {"".join(str(tree["name"]).split()): tree["id"] for tree in funding}
    sources = parts[0].funds.sources
    for number, part in enumerate(parts):
        for fund in (part.funds.total, *part.funds.sources):
            if fund.rate_cell is None:
                continue
            is_total = fund is part.funds.total
            id = "" if is_total else ids.get("".join(fund.name.split()), "")
            by_sources = is_total and sources and all("executed" in f.amounts for f in sources)
            has_spent = "executed" in fund.amounts or by_sources
            has_budget = {"budget", "initial"} & set(fund.amounts)
            if number or not has_spent or not has_budget or not (is_total or id):
                ledger.leave(fund.rate_cell, "computed", "aside")
                continue
            ledger.use(fund.rate_cell)
            yield {
                "figure": "execution_rate" if is_total else f"funding.{id}.funding_execution_rate",
                "text": fund.printed_rate,
                "where": fund.rate_cell.address,
            }
