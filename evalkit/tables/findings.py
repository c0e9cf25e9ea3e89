"""Findings (核对发现): where the authority's own figures and statements do not agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from evalkit.catalogue import EXPECTED, against_of, group_of
from evalkit.facts import Fact
from evalkit.findings import worst_of
from evalkit.model import SEVERITIES, Evaluation, Text
from evalkit.narrative.explanation import about
from evalkit.narrative.findings import (
    accepted_saying,
    counts_by_section,
    finding_saying,
    section_of,
    why_saying,
)
from evalkit.narrative.project import telling
from evalkit.sentences import escape, inline
from evalkit.tables.cells import Cells
from evalkit.tables.table import NOTHING, Cell, Row, Table, headings
from evalkit.words import Words

WIDTH = 3


class Told(NamedTuple):
    """One finding in words: where, what was found, expected and the difference, and acceptance.

    ``found_as`` and ``against`` are what the two figures are called.
    """

    severity: str
    group: str
    where: str
    said: str
    found_as: str
    actual: str
    against: str
    expected: str
    gap: str
    accepted: str


def tabulate_findings(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """Every finding, open before accepted, by severity and group: place, what is wrong, figures.

    The reason of a code is told with its first finding.
    """
    cells = Cells(evaluation, project_id, words)
    findings = cells.items("findings")
    if findings.empty:
        return None
    rows: list[Row] = []
    part, told = "", set[str]()
    for item, row in findings.iterrows():
        heading = part_of(cells.words, row)
        if heading != part:
            rows.append((Cell(heading, _kind(row), across=WIDTH),))
            part = heading
        rows.append(_row(cells, str(item), row, is_first=row["code"] not in told))
        told.add(row["code"])
    names = ("labels.number_of", "where", "headings.finding")
    return Table("findings", cells.caption("findings"), headings(*map(cells.head, names)),
                 tuple(rows))  # fmt: skip


def tabulate_finding_places(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """How many open findings of each severity each section of the report has (发现的分布)."""
    cells = Cells(evaluation, project_id, words)
    rows = tuple(
        (
            Cell(name := cells.term(f"topics.{section}"), heads=True,
                 html=_link(cells, section, name)),
            *(cells.value(counts[each], "count") for each in SEVERITIES),
        )
        for section, counts in counts_by_section(evaluation, project_id)
    )  # fmt: skip
    heads = [cells.head("headings.topic"), *(cells.head(f"severity.{each}") for each in SEVERITIES)]
    caption = cells.caption("finding_places")
    return Table("finding_places", caption, headings(*heads), rows) if rows else None


#: How many findings the first screen names.
MOST_WORST = 5


def tabulate_worst_findings(evaluation: Evaluation, project_id: str, words: Words) -> Table | None:
    """The worst open finding of each of the worst kinds, for the first screen; no notes.

    What it is stands there in general words with its figures; its place leads to the whole of it.
    """
    cells = Cells(evaluation, project_id, words)
    worst = worst_of(cells.items("findings")).head(MOST_WORST)
    if worst.empty:
        return None
    rows = tuple(_worst_row(cells, str(item), row) for item, row in worst.iterrows())
    names = ("severity", "where", "headings.finding")
    return Table("worst_findings", cells.caption("worst_findings"),
                 headings(*map(cells.head, names)), rows)  # fmt: skip


def _worst_row(cells: Cells, number: str, row: pd.Series) -> Row:
    told = told_of(cells, row)
    said = about(row["code"], cells.words.lang)
    shown = figures_told(cells.words, told)
    where = f'<a href="#finding-{number}">{escape(told.where)}</a>'
    return (
        cells.choice("severity", row["severity"]),
        Cell(told.where, html=where),
        Cell("\n".join(filter(None, [said, shown])), "wide"),
    )


def part_of(words: Words, row: pd.Series) -> str:
    """What stands above the findings of one severity and group, or above those accepted."""
    names = (f"severity.{row['severity']}", f"finding_group.{group_of(row['code'])}")
    if not pd.isna(row["accepted"]):
        names = ("accepted_count", names[0])
    name, value = map(words.term, names)
    return words.term("headings.pair").format(name=name, value=value)


def _kind(row: pd.Series) -> str:
    return "part" if not pd.isna(row["accepted"]) else f"part severity-{row['severity']}"


def _row(cells: Cells, number: str, row: pd.Series, *, is_first: bool) -> Row:
    where = where_told(cells, row["where"])
    return (
        Cell(number, heads=True, anchor=f"finding-{number}"),
        Cell(where, html=_link(cells, section_of(row), where)),
        _said(cells, row, is_first=is_first),
    )


def _said(cells: Cells, row: pd.Series, *, is_first: bool) -> Cell:
    """What was found, with its figures; below it the reason, or why it was accepted."""
    words, told = cells.words, told_of(cells, row)
    notes = [figures_told(words, told)]
    variant, details = finding_saying(row)
    why, more = why_saying(row)
    sentence = inline(words.say("findings", variant, cells.facts, details))
    if is_first:
        notes.append(words.plain("findings", why, cells.facts, more))
    notes = [each for each in (*notes, told.accepted) if each]
    small = "<br>".join(map(escape, notes))
    html = f"{sentence}<br><small>{small}</small>" if notes else sentence
    return Cell("\n".join([told.said, *notes]), html=html)


def told_of(cells: Cells, row: pd.Series) -> Told:
    """One finding in words, its figures as they are printed; empty where there is none."""
    words = cells.words
    unit = "quantity" if pd.isna(row["unit"]) else str(row["unit"])
    style = "signed pp" if unit == "rate" else "signed"
    gap = cells.value(row["gap"], "days" if unit == "date" else unit, style)
    variant, details = finding_saying(row)
    accepted = accepted_saying(cells.evaluation, cells.project_id, row)
    right, right_unit = row["details"].get("in_column", (row["expected"], unit))
    shown = [_shown(cells, row["actual"], unit), _shown(cells, right, right_unit), gap]
    against = against_of(row["code"])
    actual, expected, difference = ("" if cell.text == NOTHING else cell.text for cell in shown)
    return Told(
        words.term(f"severity.{row['severity']}"),
        words.term(f"finding_group.{group_of(row['code'])}"),
        where_told(cells, row["where"]),
        words.plain("findings", variant, cells.facts, details),
        words.term(f"found.{_found_as(row, against)}"),
        actual,
        words.term(f"against.{against}"),
        expected,
        difference,
        words.plain("findings", accepted[0], {}, accepted[1]) if accepted else "",
    )


def figures_told(words: Words, told: Told) -> str:
    """What was found, what was expected and the difference, as one line."""
    pair = words.term("headings.pair")
    pairs = ((told.found_as, told.actual), (told.against, told.expected),
             (words.term("gap"), told.gap))  # fmt: skip
    said = [pair.format(name=name, value=value) for name, value in pairs if value]
    return words.listed(said, "semicolon")


def _found_as(row: pd.Series, against: str) -> str:
    """What the figure of a finding is called; where it is none, the words in its place."""
    is_words = isinstance(row["actual"], str | Text | list)
    return "words" if is_words and against == EXPECTED else against


def where_told(cells: Cells, where: Any) -> str:
    """A place in the authority's report, or the label of the fact that the finding is about."""
    if isinstance(where, Text):
        return cells.words.text(where)
    frame, _, rest = str(where).partition(".")
    item = rest.partition(".")[0]
    called = _called(cells, frame, item)
    name = f"{frame}.{item}.name"
    known = {name: Fact(name, called, "text", "", "", (), "")} if called else {}
    return cells.words.label(where, known)


def _called(cells: Cells, frame: str, item: str) -> str:
    """The name or title of an item of the inputs, or of what is scored; empty where it has none."""
    rows: Any = getattr(cells.evaluation.inputs, frame, pd.DataFrame())
    column = next((each for each in ("name", "title") if each in rows), "")
    key = (cells.project_id, item)
    if column and key in rows.index:
        return cells.words.text(rows.at[key, column])
    named = cells.facts.value(f"{frame}.{item}.name")
    return cells.words.text(named) if isinstance(named, Text) else ""


def _shown(cells: Cells, value: Any, unit: str) -> Cell:
    """An expected or actual value: a figure, a text, or one of the terms."""
    if isinstance(value, list):
        return Cell(cells.words.listed(map(cells.words.text, value)))
    if unit == "unit" and pd.notna(value):
        return Cell(cells.words.unit_word(str(value)))
    if unit == "term" and pd.notna(value):
        return Cell(cells.term(str(value)))
    if isinstance(value, str | Text):
        return cells.text(value)
    return cells.value(value, unit)


def _link(cells: Cells, section: str, text: str) -> str:
    """A text that leads to a section; the bare text where the report has no such section."""
    shown = escape(text)
    has_section = telling(cells.evaluation, cells.project_id, section)
    return f'<a href="#{section}">{shown}</a>' if has_section else shown


def findings_told(cells: Cells) -> Iterator[tuple[pd.Series, Told]]:
    """Every finding of the project with its words, in their order."""
    for _, row in cells.items("findings").iterrows():
        yield row, told_of(cells, row)
