"""Budget and execution (预算执行): lines, sources, rates under their own names, outlook, years."""

from __future__ import annotations

from evalkit.model import Evaluation
from evalkit.tables.cells import Cells
from evalkit.tables.spelled import spelled
from evalkit.tables.table import Cell, Table, headings
from evalkit.words import Words

RATES = (
    "execution_rate", "initial_execution_rate", "contract_execution_rate",
    "received_execution_rate", "execution_accuracy_rate", "budget_accuracy_rate", "planned_rate",
    "elapsed_rate", "pace_gap", "ceiling_rate",
)  # fmt: skip
OUTLOOK = (
    "unspent_budget_amount", "unspent_contract_amount", "contract_saving_amount",
    "average_month_amount", "needed_month_amount", "straight_line_amount", "straight_line_rate",
    "schedule_amount", "schedule_rate",
)  # fmt: skip


def tabulate_execution(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Budget lines, declared beside recomputed, with what was paid on each (预算及资金使用情况表).

    Where no payment is told apart by line, one cell says so for all of them.
    """
    cells = Cells(evaluation, project_id, words)
    lines = cells.items("lines")
    if lines.empty:
        return None
    by_line = bool(lines["line_executed_amount"].notna().any())
    rows = []
    for item, line in lines.iterrows():
        columns = ["declared_amount", "recomputed_amount", "line_gap", "share_rate"]
        columns += ["line_executed_amount", "line_execution_rate"] if by_line else []
        figures = [cells.figure(f"lines.{item}.{column}") for column in columns]
        rows.append([cells.text(line["name"], heads=True), *figures])
    if not by_line:
        rows[0].append(Cell(cells.term("headings.not_by_line"), down=len(rows), across=2))
    totals = ("declared_total_amount", "recomputed_total_amount", "total_gap")
    foot = (
        Cell(cells.term("total"), heads=True),
        *map(cells.figure, totals),
        Cell(""),
        cells.figure("executed_amount"),
        cells.figure("execution_rate"),
    )
    return Table(
        "execution",
        cells.caption("execution"),
        headings(
            cells.head("lines.name"),
            *map(cells.money_head, ("declared_amount", "recomputed_amount", "line_gap")),
            cells.head("share_rate"),
            cells.money_head("line_executed_amount"),
            cells.head("line_execution_rate"),
        ),
        tuple(map(tuple, rows)),
        (foot,),
    )


def tabulate_funding(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Sources of money: planned, received and spent (项目资金构成)."""
    cells = Cells(evaluation, project_id, words)
    funding = cells.items("funding")
    if funding.empty:
        return None
    columns = [
        column
        for column in ("budget_amount", "funding_share_rate", "received_amount",
                       "executed_amount", "funding_execution_rate")
        if column == "budget_amount" or bool(funding[column].notna().any())
    ]  # fmt: skip
    rows = tuple(
        (
            cells.text(source["name"], heads=True),
            *(cells.figure(f"funding.{item}.{column}") for column in columns),
        )
        for item, source in funding.iterrows()
    )
    totals = {"budget_amount": "funding_amount", "received_amount": "received_amount",
              "executed_amount": "funding_executed_amount"}  # fmt: skip
    foot = (
        Cell(cells.term("total"), heads=True),
        *(cells.figure(totals[each]) if each in totals else Cell("") for each in columns),
    )
    heads = [
        cells.head(f"funding.{each}") if each.endswith("rate") else cells.money_head(
            f"funding.{each}")
        for each in columns
    ]  # fmt: skip
    return Table(
        "funding",
        cells.caption("funding"),
        headings(cells.head("funding.name"), *heads),
        rows,
        (foot,),
    )


def tabulate_rates(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """The execution rates that share one name in practice, each under its own (执行率口径对照)."""
    return spelled("rates", RATES, evaluation, project_id, words, first="headings.rate")


def tabulate_outlook(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """What is unspent, what is needed and where the year may end (全年执行预测)."""
    return spelled("outlook", OUTLOOK, evaluation, project_id, words)


def tabulate_years(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Budget and execution by year, the project's own year to date (各年度预算及执行情况)."""
    cells = Cells(evaluation, project_id, words)
    years = cells.items("years")
    if len(years) < 2:
        return None
    columns = ("year_budget_amount", "year_executed_amount", "year_unspent_amount")
    rows = []
    for year, row in years.iterrows():
        name = cells.term("headings.year_to_date") if row["is_to_date"] else "{year}"
        rows.append(
            (
                Cell(name.format(year=year), heads=True),
                *(cells.figure(f"years.{year}.{column}") for column in columns),
                cells.figure(f"years.{year}.year_execution_rate"),
            )
        )
    heads = [*map(cells.money_head, columns), cells.head("year_execution_rate")]
    return Table(
        "years", cells.caption("years"), headings(cells.head("years.name"), *heads), tuple(rows)
    )
