"""The results of many projects, read back from a folder of reports (读取各项目结果).

Each ``summary.json`` becomes a row with exact values again. A project whose last run failed has no
figures here, though older ones may lie in its folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from evalkit import framework as frameworks
from evalkit.model import SEVERITIES, Text
from evalkit.portfolio_model import Summaries
from evalkit.sentences import languages

SUMMARY, INDEX = "summary.json", "batch.json"
FAILED = ("failed", "faulty")  # what becomes of a project without a report
UNREADABLE = "UnreadableSummary"
TEXTS, DATES, FLAGS = "text", "date", "flag"
FINDING = ("code", "severity", "is_accepted", "count")
FAILURE = ("section", "cell", "error", "first_line")

Rows = dict[str, dict[str, Any]]


def load_summaries(folder: Path) -> Summaries:
    """What the results under a folder say; nothing of a folder that holds none or is not there."""
    failures = {each["project"]: each for each in _outcomes(folder)}
    found: Rows = {}
    for path in sorted(folder.glob(f"*/{SUMMARY}")):
        project_id = path.parent.name
        if project_id in failures:
            continue
        try:
            found[project_id] = read_summary(path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            failures[project_id] = {"error": UNREADABLE, "first_line": _told(error)}
    projects, units = _projects(found)
    names, labels = _names({each["framework"] for each in found.values()})
    return Summaries(
        projects, _findings(found), _failures(failures), units, dict(_pages(folder, found)),
        names, labels,
    )  # fmt: skip


def _told(error: Exception) -> str:
    """What an error says, without the path of the file."""
    told = error.strerror if isinstance(error, OSError) else str(error)
    return (told or "").partition("\n")[0]


def read_summary(path: Path) -> dict[str, Any]:
    """One project's summary with exact values: ``framework``, ``values``, ``units``, ``findings``.

    Raises ``OSError``, ``ValueError``, ``KeyError`` or ``TypeError`` for what is no summary.
    """
    data = json.loads(path.read_text("utf-8"))
    about = data["about"]
    values = {name: _text(value) for name, value in about.items()}
    values["year"] = exact_value(about["year"], "count")
    facts = data["facts"].items()
    values |= {name: exact_value(each["value"], each["unit"]) for name, each in facts}
    findings = [
        (str(each["code"]), str(each["severity"]), bool(each["accepted"]), int(each["count"]))
        for each in data["findings"]
    ]
    if any(severity not in SEVERITIES for _, severity, _, _ in findings):
        raise ValueError("severity")
    return {
        "framework": str(data["framework"]),
        "values": values,
        "units": {name: str(each["unit"]) for name, each in facts},
        "findings": findings,
    }


def exact_value(text: Any, unit: str) -> Any:
    """The exact value that a text stands for: a whole number, a fraction, a date, a text.

    ``pd.NA`` for what is missing. Raises ``ValueError`` for what is no value of its unit.

    >>> exact_value("-5", "amount"), exact_value("2/3", "rate"), exact_value(None, "rate")
    (-5, Fraction(2, 3), <NA>)
    >>> exact_value("2018-08-31", "date"), exact_value({"zh": "甲", "en": "A"}, "text")
    (datetime.date(2018, 8, 31), Text(zh='甲', en='A'))
    """
    if text is None:
        return pd.NA
    if unit == TEXTS:
        return _text(text)
    if unit == DATES:
        return date.fromisoformat(text)
    if unit == FLAGS:
        return bool(text)
    number, _, parts = text.partition("/")
    if parts:
        return Fraction(int(number), int(parts))
    return Fraction(number) if "." in number else int(number)


def _text(value: Any) -> Any:
    """A text in both languages, or a word; missing stays missing."""
    if isinstance(value, Mapping):
        return Text(str(value["zh"]), str(value["en"]))
    return pd.NA if value is None else str(value)


def _outcomes(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of the last batch's index that tell of a failure."""
    try:
        rows = json.loads((folder / INDEX).read_text("utf-8"))["projects"]
        yield from (row for row in rows if row["status"] in FAILED and row["project"])
    except (OSError, ValueError, KeyError, TypeError):
        return


def _projects(found: Rows) -> tuple[pd.DataFrame, dict[str, str]]:
    """One row a project, and the unit of each figure."""
    index = pd.Index(list(found), dtype="object", name="project_id")
    columns: dict[str, list[Any]] = {
        "framework": [each["framework"] for each in found.values()], "name": [pd.NA] * len(found),
    }  # fmt: skip
    units: dict[str, str] = {}
    for place, each in enumerate(found.values()):
        units |= each["units"]
        for name, value in each["values"].items():
            if name not in columns:
                columns[name] = [pd.NA] * len(found)
            columns[name][place] = value
    table = {name: pd.Series(values, index, dtype="object") for name, values in columns.items()}
    return pd.DataFrame(table, index), units


def _findings(found: Rows) -> pd.DataFrame:
    rows = [(name, *row) for name, each in found.items() for row in each["findings"]]
    index = pd.Index([row[0] for row in rows], dtype="object", name="project_id")
    return pd.DataFrame(
        {
            name: pd.Series([row[place] for row in rows], index, dtype="object")
            for place, name in enumerate(FINDING, start=1)
        },
        index,
    )


def _failures(failures: Rows) -> pd.DataFrame:
    ordered = sorted(failures)
    index = pd.Index(ordered, dtype="object", name="project_id")
    return pd.DataFrame(
        {
            name: pd.Series([str(failures[each].get(name, "")) for each in ordered], index,
                            dtype="object")
            for name in FAILURE
        },
        index,
    )  # fmt: skip


def _pages(folder: Path, found: Rows) -> Iterator[tuple[tuple[str, str], str]]:
    """The report that a reader of each language gets of a project: in another if need be."""
    for project_id in found:
        there = [
            lang for lang in languages() if (folder / project_id / f"report.{lang}.html").is_file()
        ]
        for lang in languages() if there else ():
            best = lang if lang in there else there[0]
            yield (project_id, lang), f"report.{best}.html"


def _names(used: set[str]) -> tuple[dict[str, Text], dict[tuple[str, str], Text]]:
    """The names of evalkit's own frameworks, and of their grades."""
    mine = {name: frameworks.load(name) for name in frameworks.known() if name in used}
    labels = {
        (name, grade): label for name, each in mine.items() for grade, label in each.labels.items()
    }
    return {name: each.name for name, each in mine.items()}, labels
