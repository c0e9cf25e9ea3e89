"""Facts and findings as plain data (导出), for files and for other programs.

Exact values are texts: whole numbers, or ``p/q``, which no reader of JSON rounds. Beside each
stands what the reports print.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from textwrap import indent
from typing import Any

import pandas as pd

from evalkit.catalogue import against_of, group_of
from evalkit.facts import facts_for, formulas
from evalkit.model import FINDING_COLUMNS, SEVERITIES, Evaluation, Text
from evalkit.narrative.comparison import why_told
from evalkit.narrative.findings import finding_saying
from evalkit.places import place_of
from evalkit.sentences import languages
from evalkit.terms import is_missing
from evalkit.words import Words

#: What a portfolio says of a project beside its figures.
ABOUT = (
    "name", "region", "year", "category", "implementing_unit", "authority", "amount_unit",
    "unit_cost_unit",
)  # fmt: skip


def exact(value: Any) -> Any:
    """A value without loss: numbers as texts, dates as ISO dates, ``None`` for what is missing.

    >>> exact(2018), exact(date(2018, 8, 31)), exact(Text("餐饮", "meals")), exact(pd.NA)
    ('2018', '2018-08-31', {'zh': '餐饮', 'en': 'meals'}, None)
    """
    if isinstance(value, Text):
        return value._asdict()
    if isinstance(value, Mapping):
        return {str(key): exact(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [exact(each) for each in value]
    if is_missing(value):
        return None
    if isinstance(value, (date, pd.Timestamp)):
        return value.isoformat()[:10]
    return value if isinstance(value, bool) else str(value)


def words_of(evaluation: Evaluation, project_id: str, lang: str) -> Words:
    """The words of a language, with the units that the project's own file speaks in."""
    projects = evaluation.inputs.projects
    units = [str(projects.at[project_id, name]) for name in ("amount_unit", "unit_cost_unit")]
    return Words(lang, *units)


def facts_data(evaluation: Evaluation, project_id: str) -> dict[str, Any]:
    """Every fact of a project: value, unit, formula, the way taken, inputs, place, as printed."""
    voices = [words_of(evaluation, project_id, lang) for lang in languages()]
    facts = facts_for(evaluation, project_id)
    rows = [
        fact._asdict()
        | {
            "value": exact(fact.value),
            "shown": {words.lang: words.fact_figure(fact) for words in voices},
        }
        for fact in facts.values()
    ]
    return {"project": project_id, "framework": evaluation.framework.id, "facts": rows}


def findings_data(evaluation: Evaluation, project_id: str) -> dict[str, Any]:
    """The verdict, computed and stated, and every finding with its sentence in each language."""
    voices = [words_of(evaluation, project_id, lang) for lang in languages()]
    facts = facts_for(evaluation, project_id)
    findings = evaluation.findings
    mine = findings[findings.index.get_level_values(0) == project_id].droplevel(0)
    rows = [
        {name: exact(row[name]) for name in FINDING_COLUMNS}
        | {
            "group": group_of(row["code"]),
            "against": against_of(row["code"]),
            "place": place_of(evaluation, project_id, row, facts),
            "accepted": _acceptance(evaluation, project_id, row["accepted"]),
            "sentence": {
                words.lang: words.plain("findings", variant, facts, extra) for words in voices
            },
        }
        for _, row in mine.iterrows()
        for variant, extra in [finding_saying(row)]
    ]
    verdicts = ("verdict", "stated_verdict", "forecast", "stated_forecast")
    return {
        "project": project_id,
        **{name: exact(facts.value(name)) for name in verdicts},
        "counts": _counts(rows),
        "findings": rows,
    }


def summary_data(evaluation: Evaluation, project_id: str) -> dict[str, Any]:
    """What a portfolio takes from a project: its own figures, and its findings by check.

    Of the facts those that are one a project, not those of its lines, outputs and payments.
    """
    facts, findings = facts_for(evaluation, project_id), evaluation.findings
    mine = findings[findings.index.get_level_values(0) == project_id]
    projects = evaluation.inputs.projects
    about = {name: exact(projects.at[project_id, name]) for name in ABOUT}
    counted: dict[tuple[str, str, bool], int] = {}
    for _, row in mine.iterrows():
        key = (row["code"], row["severity"], not is_missing(row["accepted"]))
        counted[key] = counted.get(key, 0) + 1
    return {
        "project": project_id,
        "framework": evaluation.framework.id,
        "about": about,
        "facts": {
            name: {"value": exact(fact.value), "unit": fact.unit}
            for name, fact in facts.items()
            if "." not in name
        },
        "findings": [
            {"code": code, "severity": severity, "accepted": is_accepted, "count": count}
            for (code, severity, is_accepted), count in counted.items()
        ],
    }


def _acceptance(evaluation: Evaluation, project_id: str, item: Any) -> Any:
    """Why, when and by whom a finding was accepted; ``None`` for an open one."""
    if is_missing(item):
        return None
    row: Any = evaluation.inputs.accepted.loc[(project_id, item)]
    return {"reason": exact(row["reason"]), "on": exact(row["accepted_on"]), "by": exact(row["by"])}


def _counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    """How many are open, of each severity, and how many are accepted."""
    still = [row["severity"] for row in rows if row["accepted"] is None]
    return {each: still.count(each) for each in SEVERITIES} | {"accepted": len(rows) - len(still)}


def scores_data(evaluations: Mapping[str, Evaluation], project_id: str) -> dict[str, Any]:
    """A project's totals under each framework, its scores, and in words why totals differ."""
    rows = []
    for name, evaluation in evaluations.items():
        facts = facts_for(evaluation, project_id)
        scores = evaluation.scores
        mine = scores[scores.index.get_level_values(0) == project_id].droplevel(0)
        totals = [column for column in formulas()["totals"] if column in facts]
        rows.append(
            {"framework": name, "verdict": exact(facts.value("verdict"))}
            | {column: exact(facts.value(column)) for column in totals}
            | _firmness(evaluation, project_id)
            | {"scores": [{"item": item} | {str(k): exact(v) for k, v in row.items()}
                          for item, row in mine.iterrows()]}
        )  # fmt: skip
    first = next(iter(evaluations.values()))
    why = why_told(first, project_id)
    told = {
        lang: [
            words_of(first, project_id, lang).plain("comparison", v, {}, extra) for v, extra in why
        ]
        for lang in languages()
    }
    return {"project": project_id, "frameworks": rows, "why": told}


def _firmness(evaluation: Evaluation, project_id: str) -> dict[str, Any]:
    """How firm the result is and what moves it, where that was asked for."""
    if not len(evaluation.robustness):
        return {}
    table = evaluation.sensitivity
    mine = table[table.index.get_level_values(0) == project_id]
    rows = [{str(k): exact(v) for k, v in row.items()} for _, row in mine.iterrows()]
    firm: Any = evaluation.robustness.loc[project_id]
    return {"robustness": {str(k): exact(v) for k, v in firm.items()}, "sensitivity": rows}


def as_json(data: Any) -> str:
    """Data as JSON text, the same for the same data."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def listed_json(name: str, items: Iterable[Any]) -> Iterator[str]:
    """The text of ``as_json({name: items})`` piece by piece, so that none need be kept.

    >>> "".join(listed_json("a", [1, {"b": 2}])) == as_json({"a": [1, {"b": 2}]})
    True
    >>> "".join(listed_json("a", [])) == as_json({"a": []})
    True
    """
    yield f"{{\n {json.dumps(name)}: ["
    before, end = "\n", "]\n}\n"
    for each in items:
        yield before + indent(as_json(each)[:-1], "  ")
        before, end = ",\n", "\n ]\n}\n"
    yield end
