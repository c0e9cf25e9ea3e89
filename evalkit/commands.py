"""What the commands do (命令). Each imports what it needs and no more: ``check`` draws nothing."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import ParamsFaults, ReportFailed
from evalkit.files import write_file
from evalkit.model import Evaluation, Inputs
from evalkit.sentences import languages
from evalkit.words import Words

if TYPE_CHECKING:
    from evalkit.page import PageRefused

FINE, FAILED, WRONG = 0, 1, 2

Project = tuple[Path, Evaluation, str]  # the params file, its evaluation, the project's id


class Refused(Exception):
    """What the user asked for cannot be done; the message is the sentence that says so."""


def say(words: Words, variant: str, **values: object) -> str:
    """A sentence of the command line, from ``text/<lang>/cli.md``."""
    return words.plain("cli", variant, {}, values)


# --- schema and new ------------------------------------------------------------------------


def run_schema(asked: Namespace, words: Words) -> int:
    """Print the JSON Schema of params files."""
    from evalkit.fields import json_schema_text

    print(json_schema_text(), end="")
    return FINE


def run_new(asked: Namespace, words: Words) -> int:
    """Write a params file to begin with; what is there already is never touched."""
    from evalkit.scaffold import scaffold

    path = asked.out / f"{asked.name}.yaml"
    try:
        text = scaffold(asked.name, words.lang)
    except ParamsFaults:
        raise Refused(say(words, "bad_name", name=asked.name)) from None
    if path.exists():
        raise Refused(say(words, "exists", path=str(path)))
    try:
        asked.out.mkdir(parents=True, exist_ok=True)
        write_file(path, text.encode())
    except OSError as error:
        raise Refused(_cannot_write(words, path, error)) from None
    print(say(words, "made", path=str(path)))
    return FINE


# --- score ---------------------------------------------------------------------------------


def run_score(asked: Namespace, words: Words) -> int:
    """Print each project's totals under its frameworks side by side, and why they differ."""
    from evalkit.evaluate import evaluate_all
    from evalkit.export import as_json, scores_data

    loaded = _loaded(asked.params, words)
    _refuse_unknown(asked.framework, loaded, words)
    data = []
    for _, inputs in loaded:
        evaluations = evaluate_all(inputs, asked.framework, is_tried=asked.sensitivity)
        for project_id in inputs.projects.index:
            mine = {n: e for n, e in evaluations.items() if project_id in e.project_ids}
            data.append(scores_data(mine, project_id))
            if asked.format == "text":
                print("\n".join(_score_lines(mine, project_id, words.lang)), end="\n\n")
    if asked.format == "json":
        print(as_json({"projects": data}), end="")
    return FINE


def _score_lines(
    evaluations: Mapping[str, Evaluation], project_id: str, lang: str
) -> Iterator[str]:
    """One project's totals, what is not scored or wrong there, and why frameworks differ."""
    from evalkit.export import words_of
    from evalkit.facts import Facts
    from evalkit.narrative.comparison import totals_told, undecided_told, why_told
    from evalkit.narrative.findings import finding_saying
    from evalkit.narrative.sensitivity import firm_told

    first = next(iter(evaluations.values()))
    words = words_of(first, project_id, lang)
    named: Any = first.inputs.projects.at[project_id, "name"]
    yield say(words, "score_head", project=project_id, name=words.text(named))
    for each in evaluations.values():
        facts = Facts(each.facts, project_id)
        framework = words.text(each.framework.name)
        for variant, extra in totals_told(each, project_id):
            yield "  " + words.plain("comparison", variant, facts, extra)
        told = undecided_told(each, project_id)
        if told:
            yield "  " + say(words, "score_undecided", framework=framework)
        for variant, extra in told:
            yield "      " + words.plain("comparison", variant, facts, extra)
        for variant, extra in firm_told(each, project_id):
            yield "  " + words.plain("sensitivity", variant, facts, extra)
        findings = each.findings[each.findings.index.get_level_values(0) == project_id]
        found = findings[findings["code"].str.startswith("score_")]
        if len(found):
            yield "  " + say(words, "score_findings", framework=framework)
        for _, row in found.iterrows():
            variant, extra = finding_saying(row)
            yield "      " + words.plain("findings", variant, facts, extra)
    why = why_told(first, project_id)
    if why:
        yield "  " + say(words, "score_why")
    for variant, extra in why:
        yield "      " + words.plain("comparison", variant, {}, extra)


# --- form ----------------------------------------------------------------------------------


def run_form(asked: Namespace, words: Words) -> int:
    """Write each project's official forms as a workbook; a project without any is told."""
    from evalkit.delivery import write_forms

    wanted = languages() if asked.lang == "all" else [asked.lang]
    loaded = _loaded(asked.params, words)
    _refuse_unknown(asked.framework, loaded, words)
    for _, inputs in loaded:
        for project_id in map(str, inputs.projects.index):
            folder = asked.out / project_id
            try:
                made = write_forms(inputs, project_id, wanted, folder, asked.framework)
            except OSError as error:
                raise Refused(_cannot_write(words, folder, error)) from None
            none = say(words, "form_none", project=project_id)
            print("\n".join(map(str, made)) if made else none)
    return FINE


# --- report --------------------------------------------------------------------------------


def run_report(asked: Namespace, words: Words) -> int:
    """Write the reports of each project; one that fails does not stop the others."""
    from evalkit.delivery import deliver
    from evalkit.page import PageRefused

    wanted = languages() if asked.lang == "all" else [asked.lang]
    projects = evaluated(asked.params, words, is_tried=True)
    failed = 0
    for path, evaluation, project_id in projects:
        progress = Progress(words, project_id)
        try:
            made = deliver(evaluation, project_id, path, wanted, asked.out, progress.show)
        except (ReportFailed, PageRefused) as failure:
            failed += 1
            progress.end()
            print(_why(words, project_id, failure), file=sys.stderr)
        except OSError as error:
            progress.end()
            raise Refused(_cannot_write(words, asked.out / project_id, error)) from None
        else:
            progress.end()
            print("\n".join(map(str, made)))
    made_count = len(projects) - failed
    print(say(words, "report_total", projects=len(projects), made=made_count, failed=failed))
    return FAILED if failed else FINE


class Progress:
    """One line on a terminal that tells what is being made; elsewhere nothing."""

    def __init__(self, words: Words, project_id: str) -> None:
        self._words, self._project_id = words, project_id
        self._is_seen = sys.stderr.isatty()

    def show(self, lang: str, section: str) -> None:
        """Say which section of which language is being made."""
        if self._is_seen:
            title = self._words.term(f"topics.{section}")
            line = say(self._words, "section", project=self._project_id, lang=lang, section=title)
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave an empty line to whatever comes next."""
        if self._is_seen:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _why(words: Words, project_id: str, failure: ReportFailed | PageRefused) -> str:
    """Why a report could not be made: where its notebook stopped, or what its page lacks."""
    if not isinstance(failure, ReportFailed):
        faults = [(f"fault_{code}", {"found": found}) for code, found in failure.faults]
        return say(words, "refused", project=project_id, faults=faults)
    about = {
        name: getattr(failure, name).strip().partition("\n")[0] or "—"
        for name in ("project_id", "source", "ename", "evalue", "notebook")
    }
    if not failure.cell:
        return say(words, "failed_to_start", **about)
    section = words.term(f"topics.{failure.section}") if failure.section else "—"
    return say(words, "failed", section=section, cell=failure.cell, **about)


# --- what the commands share -----------------------------------------------------------


def evaluated(given: Sequence[Path], words: Words, *, is_tried: bool = False) -> list[Project]:
    """Every project of the files and folders, evaluated under the framework it names first.

    ``is_tried`` asks for the sensitivity of the results too. All mistakes of all files are told at
    once; then nothing is evaluated.
    """
    from evalkit.evaluate import evaluate_all

    found: list[Project] = []
    for path, inputs in _loaded(given, words):
        evaluations = evaluate_all(inputs, is_tried=is_tried)
        for project_id, name in inputs.projects["framework"].items():
            found.append((path, evaluations[str(name)], str(project_id)))
    return found


def _loaded(given: Sequence[Path], words: Words) -> list[tuple[Path, Inputs]]:
    """The inputs of every project with its file; all mistakes of all files are told at once."""
    from evalkit.explain import explain
    from evalkit.model import select
    from evalkit.params import load

    paths = list(_params_files(given, words))
    try:
        load(paths)
        loaded = [(path, load([path])) for path in paths]
    except ParamsFaults as error:
        told = [explain(fault, words.lang) for fault in error.faults]
        raise Refused("\n".join(told)) from None
    return [
        (path, select(inputs, [project_id]) if len(inputs.projects) > 1 else inputs)
        for path, inputs in loaded
        for project_id in inputs.projects.index
    ]


def _refuse_unknown(
    names: Sequence[str], loaded: Sequence[tuple[Path, Inputs]], words: Words
) -> None:
    """Refuse frameworks that evalkit does not have, nor every one of these files beside it."""
    from evalkit import framework

    for name in names:
        if not all(name in {*framework.known(), *inputs.frameworks} for _, inputs in loaded):
            known = ", ".join(framework.known())
            raise Refused(say(words, "unknown_framework", name=name, known=known))


def _params_files(given: Sequence[Path], words: Words) -> Iterator[Path]:
    """The files named, and the params files of the folders named, each once.

    A folder of tables, one of them ``projects``, is one source, beside the YAML files in it.
    """
    from evalkit.tabular.opening import home_of, is_table

    seen: set[Path] = set()
    for path in given:
        found = [home_of(path)]
        if path.is_dir():
            found = [*sorted(path.glob("*.yaml")), *([path] if is_table(path) else [])]
        if not found:
            raise Refused(say(words, "empty_folder", path=str(path)))
        for each in found:
            if each.resolve() not in seen:
                seen.add(each.resolve())
                yield each


def _cannot_write(words: Words, path: Path, error: OSError) -> str:
    return say(words, "cannot_write", path=str(path), reason=error.strerror or str(error))
