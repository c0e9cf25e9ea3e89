"""``evalkit check`` (核对): each project's findings as text, JSON, a table, or marks on lines."""

from __future__ import annotations

import csv
import io
import re
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from evalkit.commands import FAILED, FINE, Refused, say
from evalkit.commands.projects import Loaded, Project, evaluated, loaded_from
from evalkit.facts import Facts, facts_for
from evalkit.model import SEVERITIES
from evalkit.terms import is_missing
from evalkit.words import Words

BOM = "\ufeff"  # by which Excel knows that a file is UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula
#: A signed figure with its unit, which is no formula.
FIGURE = re.compile(r"[+-][\d,]+(?:\.\d+)?(?:/\d+)?(?:%| ?[^\W\d_]+(?: [^\W\d_]+)*)?")
#: What a severity is called in the commands that mark lines of a pull request.
LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def run_check(asked: Namespace, words: Words) -> int:
    """Print the findings of each project, worst first; nothing is written."""
    if asked.explain is not None:
        return _explain(asked.explain, words)
    if not asked.params:
        raise Refused(say(words, "check_nothing"))
    projects = Checked(loaded_from(asked.params, words))
    FORMATS[asked.format](projects, words)
    return FAILED if projects.counts["error"] else FINE


class Checked:
    """The projects one after the other, with how many findings they had until then.

    Each with what only shows beside the others.
    """

    def __init__(self, loaded: list[Loaded]) -> None:
        self._loaded = loaded
        self.projects = 0
        #: Findings of each severity that are open, and those that are accepted.
        self.counts = dict.fromkeys((*SEVERITIES, "accepted"), 0)

    def __iter__(self) -> Iterator[Project]:
        from evalkit.evaluate import main_of
        from evalkit.findings import across, with_across
        from evalkit.scoring.headcount import score_lines

        beside = across(score_lines(some.inputs) for some in self._loaded)
        for path, mine, project_id in evaluated(self._loaded):
            evaluation = with_across(main_of(mine, project_id), beside)
            found = evaluation.findings
            for severity, accepted in zip(found["severity"], found["accepted"], strict=True):
                self.counts[severity if is_missing(accepted) else "accepted"] += 1
            self.projects += 1
            yield path, evaluation, project_id


# --- what a finding means --------------------------------------------------------------------


def _explain(code: str, words: Words) -> int:
    """Print what a finding means, or all of them in a line each."""
    from evalkit.narrative.explanation import tell_catalogue, tell_finding, tell_unknown

    if not code:
        for variant, extra in tell_catalogue(words.lang):
            told = words.plain("explanation", variant, {}, extra)
            print(f"\n{told}" if variant == "group" else f"  {told}")
        return FINE
    try:
        sayings = tell_finding(code, words.lang)
    except KeyError:
        variant, extra = tell_unknown(code)
        raise Refused(words.plain("explanation", variant, {}, extra)) from None
    print("\n".join(words.plain("explanation", variant, {}, extra) for variant, extra in sayings))
    return FINE


# --- for a terminal --------------------------------------------------------------------------


def _print_text(projects: Checked, words: Words) -> None:
    for project in projects:
        print("\n".join(_lines(*project, words.lang)), end="\n\n")
    counts = projects.counts
    total = {f"{severity}s": counts[severity] for severity in SEVERITIES}
    print(say(words, "check_total", projects=projects.projects, **total))
    if counts["accepted"]:
        print(say(words, "check_accepted", accepted=counts["accepted"]))


def _lines(path: Path, evaluation: Any, project_id: str, lang: str) -> Iterator[str]:
    """One project's verdict, then its findings under their severities and groups."""
    from evalkit.export import words_of
    from evalkit.narrative.findings import why_saying
    from evalkit.tables.cells import Cells
    from evalkit.tables.findings import figures_told, findings_told, part_of

    words, facts = words_of(evaluation, project_id, lang), facts_for(evaluation, project_id)
    yield from _conclusion(evaluation, project_id, words, facts)
    cells = Cells(evaluation, project_id, words)
    part, reasons = "", set[str]()
    for row, told in findings_told(cells):
        above = part_of(words, row)
        if above != part:
            yield "  " + say(words, "check_part", part=above)
            part = above
        where = _with_place(words, told.where, _place(evaluation, project_id, row, facts))
        yield "  " + say(
            words, "check_finding", severity=told.severity, code=row["code"], where=where
        )
        variant, extra = why_saying(row)
        why = "" if row["code"] in reasons else words.plain("findings", variant, facts, extra)
        reasons.add(row["code"])
        for each in (told.said, why, figures_told(words, told), told.accepted):
            yield from (f"      {line}" for line in each.splitlines())
    if not part:
        yield say(words, "check_none")


def _conclusion(evaluation: Any, project_id: str, words: Words, facts: Facts) -> Iterator[str]:
    """The verdict, or the points, as computed and as stated."""
    from evalkit.narrative.comparison import totals_told

    if evaluation.framework.is_scored:
        yield say(words, "check_head_points", project=project_id)
        for variant, extra in totals_told(evaluation, project_id):
            yield "  " + words.plain("comparison", variant, facts, extra)
        return
    verdicts = {
        name: words.figure(value, "") if is_missing(value) else words.term(f"verdict.{value}")
        for name in ("verdict", "stated_verdict")
        for value in [facts.value(name)]
    }
    yield say(words, "check_head", project=project_id, **verdicts)


def _place(evaluation: Any, project_id: str, row: pd.Series, facts: Facts) -> str:
    from evalkit.places import place_of

    return place_of(evaluation, project_id, row, facts)


def _with_place(words: Words, where: str, place: str) -> str:
    if not place or place == where:
        return where
    return words.term("headings.with_unit").format(name=where, unit=place)


# --- for programs ----------------------------------------------------------------------------


def _print_json(projects: Checked, words: Words) -> None:
    from evalkit.export import findings_data, listed_json

    data = (findings_data(evaluation, project_id) for _, evaluation, project_id in projects)
    for piece in listed_json("projects", data):
        print(piece, end="")


def _print_csv(projects: Checked, words: Words) -> None:
    """One row a finding, for a spreadsheet: UTF-8 with its mark, whatever the terminal speaks."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_heads(words))
    for path, evaluation, project_id in projects:
        for row in _rows(path, evaluation, project_id, words.lang):
            writer.writerow(map(_harmless, row))
    encoded = (BOM + text.getvalue()).encode()
    sys.stdout.flush()
    sys.stdout.buffer.write(encoded)


def _heads(words: Words) -> list[str]:
    """The headings of the table, in the user's language."""
    names = ("headings.figure_here", "headings.set_against", "gap")
    exact = [say(words, "csv_exact", name=words.term(name)) for name in names]
    return [
        say(words, "csv_project"), say(words, "csv_number"), words.term("labels.code"),
        words.term("severity"), words.term("labels.group"), words.term("where"),
        say(words, "csv_place"), words.term(names[0]), words.term("headings.relation"),
        *map(words.term, names[1:]), *exact,
        words.term("headings.finding"), words.term("accepted_count"),
    ]  # fmt: skip


def _rows(path: Path, evaluation: Any, project_id: str, lang: str) -> Iterator[list[str]]:
    from evalkit.export import exact, words_of
    from evalkit.tables.cells import Cells
    from evalkit.tables.findings import findings_told

    cells = Cells(evaluation, project_id, words_of(evaluation, project_id, lang))
    for number, (row, told) in enumerate(findings_told(cells), start=1):
        values = [exact(row[name]) for name in ("actual", "expected", "gap")]
        texts = [each if isinstance(each, str) else "" for each in values]
        yield [
            project_id, str(number), row["code"], told.severity, told.group, told.where,
            _place(evaluation, project_id, row, cells.facts),
            told.actual, told.against if told.expected else "", told.expected, told.gap,
            *texts, told.said, told.accepted,
        ]  # fmt: skip


def _harmless(text: str) -> str:
    """A cell that no spreadsheet runs as a formula; plain numbers stay numbers.

    >>> _harmless("=1+1"), _harmless("-2+3"), _harmless("-1/3"), _harmless("+4 days")
    ("'=1+1", "'-2+3", '-1/3', '+4 days')
    """
    return f"'{text}" if text.startswith(FORMULA) and not FIGURE.fullmatch(text) else text


def _print_github(projects: Checked, words: Words) -> None:
    """A workflow command a finding, which marks the line of the file in a pull request."""
    from evalkit.export import words_of
    from evalkit.tables.cells import Cells
    from evalkit.tables.findings import findings_told

    for path, evaluation, project_id in projects:
        cells = Cells(evaluation, project_id, words_of(evaluation, project_id, words.lang))
        for row, told in findings_told(cells):
            file, _, line = _place(evaluation, project_id, row, cells.facts).rpartition(":")
            level = LEVELS[row["severity"]] if not told.accepted else "notice"
            properties = {
                "file": _file(path, file).as_posix(),
                "line": line or "1",
                "title": f"{row['code']} {told.where}",
            }
            shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
            message = "\n".join(filter(None, [told.said, told.accepted]))
            print(f"::{level} {shown}::{_data(message)}")


def _file(path: Path, name: str) -> Path:
    """The file of a place: beside the params file, in the folder of tables, or the workbook.

    >>> _file(Path("a/x.yaml"), "x.zh.md").as_posix(), _file(Path("a/b.xlsx"), "b.xlsx!lines").name
    ('a/x.zh.md', 'b.xlsx')
    """
    if not name or name.startswith(f"{path.name}!"):
        return path
    return path / name if path.is_dir() else path.with_name(name)


def _data(text: str) -> str:
    """A message of a workflow command, with what would end it escaped.

    >>> _data("95%\\nof")
    '95%25%0Aof'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property of a workflow command, with what would end it escaped.

    >>> _property("a:b,c")
    'a%3Ab%2Cc'
    """
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Checked, Words], None]] = {
    "text": _print_text, "json": _print_json, "csv": _print_csv, "github": _print_github,
}  # fmt: skip
