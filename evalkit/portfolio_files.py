"""Many projects as data (项目组合导出): figures, findings and facts as CSV and Parquet.

Exact values are texts as in the JSON files: whole numbers, or ``p/q``; amounts are in fen. No text
of a project can become a formula in a spreadsheet.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from evalkit.export import exact
from evalkit.model import Text
from evalkit.portfolio_model import Portfolio
from evalkit.sentences import languages
from evalkit.terms import is_missing

BOM = "\ufeff"  # by which a spreadsheet knows that a file is UTF-8
NUMBER = re.compile(r"-?\d+(/\d+)?")
#: What makes a spreadsheet take a text for a formula, in either width.
STARTS_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
LARGEST_WHOLE = 2**63
FACTS = ("project", "name", "value", "unit")
FINDINGS = ("project", "code", "severity", "accepted", "count")
JUDGED = ("place", "light", "points", "is_visited", "reasons")


def table_of(portfolio: Portfolio) -> pd.DataFrame:
    """One row a project, the most in need of a visit first, with all of its own figures.

    Columns as they are named everywhere; a text of the project has one for each language. Projects
    without a report have a row with nothing but their place and reason.
    """
    needs, projects = portfolio.needs, portfolio.projects.reindex(portfolio.needs.index)
    index = pd.Index(needs.index, name="project")
    columns: dict[str, list[Any]] = {
        "place": list(range(1, len(needs) + 1)),
        "light": needs["light"].tolist(),
        "points": needs["points"].tolist(),
        "is_visited": [bool(each) for each in needs["is_visited"]],
        "reasons": [" ".join(each) for each in needs["reasons"]],
    }
    for name in projects:
        values = [pd.NA if is_missing(each) else each for each in projects[name].tolist()]
        if any(isinstance(each, Text) for each in values):
            for lang in languages()[::-1]:
                columns[f"{name}_{lang}"] = [
                    getattr(each, lang) if isinstance(each, Text) else each for each in values
                ]
        else:
            columns[str(name)] = values
    return pd.DataFrame(
        {name: pd.Series(values, index, dtype="object") for name, values in columns.items()}, index
    )


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula; numbers stay numbers.

    >>> safe("=1+1"), safe("-5"), safe("-5/3"), safe("-x"), safe("a")
    ("'=1+1", '-5', '-5/3', "'-x", 'a')
    """
    is_risky = text.startswith(STARTS_FORMULA) and not NUMBER.fullmatch(text)
    return f"'{text}" if is_risky else text


def written(value: Any) -> str:
    """A value as a CSV file holds it; nothing for what is missing.

    >>> written(pd.NA), written(True), written(-5), written("@x")
    ('', 'true', '-5', "'@x")
    """
    found = exact(value)
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, dict):
        found = found["zh"]
    return safe(found if isinstance(found, str) else json.dumps(found, ensure_ascii=False))


def projects_csv(table: pd.DataFrame) -> bytes:
    """The table of projects with exact values."""
    rows = zip(table.index, *(table[name].tolist() for name in table), strict=True)
    return csv_of(("project", *table), rows)


def findings_csv(portfolio: Portfolio) -> bytes:
    """The findings of each project by check: how many, how grave, whether accepted."""
    found = portfolio.summaries.findings
    columns = ("code", "severity", "is_accepted", "count")
    rows = zip(found.index, *(found[name].tolist() for name in columns), strict=True)
    return csv_of(FINDINGS, rows)


def csv_of(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as a CSV file in UTF-8 that spreadsheets know as such."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([written(value) for value in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def write_facts(path: Path, folder: Path, project_ids: Iterable[str]) -> None:
    """All facts of all projects in one long table, project by project: never all in memory.

    A project whose ``facts.json`` is gone or broken has no rows.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FACTS)
        for project_id in project_ids:
            writer.writerows(_facts(folder / project_id / "facts.json", project_id))


def _facts(path: Path, project_id: str) -> Iterator[tuple[str, ...]]:
    try:
        facts = json.loads(path.read_bytes())["facts"]
        rows = [(each["name"], each["value"], each["unit"]) for each in facts]
    except (OSError, ValueError, KeyError, TypeError):
        return
    mine = safe(project_id)
    for name, value, unit in rows:  # nearly all values are texts already
        yield mine, safe(name), safe(value) if type(value) is str else written(value), unit


def can_write_parquet() -> bool:
    """Whether Parquet can be written here: it needs the extra ``parquet``."""
    return importlib.util.find_spec("pyarrow") is not None


def for_parquet(table: pd.DataFrame) -> pd.DataFrame:
    """The table in the types of Parquet: whole numbers, dates, flags; all else as exact texts."""
    return pd.DataFrame({name: _typed(table[name]) for name in table}, table.index)


def _typed(column: pd.Series) -> pd.Series:
    there = [each for each in column if not is_missing(each)]
    if there and all(type(each) is bool for each in there):
        return column.astype("boolean")
    if there and all(type(each) is int and abs(each) < LARGEST_WHOLE for each in there):
        return column.astype("Int64")
    if there and all(type(each) is date for each in there):
        return pd.Series(pd.to_datetime(column.tolist()), column.index).astype("datetime64[s]")
    texts = [None if is_missing(each) else exact(each) for each in column]
    return pd.Series(texts, column.index, dtype="string")
