"""What the commands do (命令). Each imports what it needs and no more: ``check`` draws nothing."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import Fault, NoPdf, ParamsFaults, ReportFailed
from evalkit.files import write_file
from evalkit.model import Evaluation, Inputs
from evalkit.sentences import languages
from evalkit.words import Words

if TYPE_CHECKING:
    from evalkit.page import PageRefused

FINE, FAILED, WRONG = 0, 1, 2
TOGETHER = 100  # projects that are evaluated at a time

Project = tuple[Path, Evaluation, str]  # the params file, its evaluation, the project's id
Loaded = tuple[dict[str, Path], Inputs]  # some projects: the file of each, the inputs of all


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

#: What `score` tells of the findings: those of the checks of scores, whose codes begin so.
OF_SCORES = "score_"


def run_score(asked: Namespace, words: Words) -> int:
    """Print each project's totals under its frameworks side by side, and why they differ."""
    from evalkit.export import listed_json, scores_data

    loaded = loaded_from(asked.params, words)
    _refuse_unknown(asked.framework, loaded, words)
    how = {"is_tried": asked.sensitivity, "about": OF_SCORES}
    found = evaluated(drained(loaded), asked.framework, **how)
    if asked.format == "json":
        for piece in listed_json("projects", (scores_data(mine, name) for _, mine, name in found)):
            print(piece, end="")
    else:
        for _, mine, project_id in found:
            print("\n".join(_score_lines(mine, project_id, words.lang)), end="\n\n")
    return FINE


def _score_lines(
    evaluations: Mapping[str, Evaluation], project_id: str, lang: str
) -> Iterator[str]:
    """One project's totals, what is not scored or wrong there, and why frameworks differ."""
    from evalkit.export import words_of
    from evalkit.facts import facts_for
    from evalkit.narrative.comparison import totals_told, undecided_told, why_told
    from evalkit.narrative.findings import finding_saying
    from evalkit.narrative.sensitivity import firm_told

    first = next(iter(evaluations.values()))
    words = words_of(first, project_id, lang)
    named: Any = first.inputs.projects.at[project_id, "name"]
    yield say(words, "score_head", project=project_id, name=words.text(named))
    for each in evaluations.values():
        facts = facts_for(each, project_id)
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
        if len(findings):
            yield "  " + say(words, "score_findings", framework=framework)
        for _, row in findings.iterrows():
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
    loaded = loaded_from(asked.params, words)
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
    from evalkit.delivery import Recipe, deliver
    from evalkit.page import PageRefused

    recipe = Recipe(**documents_asked(asked, words))

    wanted = languages() if asked.lang == "all" else [asked.lang]
    loaded = loaded_from(asked.params, words)
    made = failed = 0
    for path, mine, project_id in evaluated(loaded, is_tried=True):
        progress = Progress(words, project_id)
        try:
            written = deliver(mine, project_id, path, wanted, asked.out, progress.show, recipe)
        except (ReportFailed, PageRefused) as failure:
            failed += 1
            progress.end()
            print(_why(words, project_id, failure), file=sys.stderr)
        except NoPdf as failure:
            failed += 1
            progress.end()
            print(say(words, failure.code, **failure.values), file=sys.stderr)
        except OSError as error:
            progress.end()
            raise Refused(_cannot_write(words, asked.out / project_id, error)) from None
        else:
            made += 1
            progress.end()
            print("\n".join(map(str, written)))
    print(say(words, "report_total", projects=made + failed, made=made, failed=failed))
    return FAILED if failed else FINE


def documents_asked(asked: Namespace, words: Words) -> dict[str, Any]:
    """The formats and the template that are asked for, as a recipe has them; refused at once where
    nothing on this machine can make them."""
    formats = tuple(dict.fromkeys(each for each in asked.format if each != "html"))
    if "pdf" in formats:
        from evalkit.pdf import need_printer

        try:
            need_printer()
        except NoPdf as error:
            raise Refused(say(words, error.code, **error.values)) from None
    template = asked.template
    if template is not None:
        from evalkit.word.document import need_template

        try:
            need_template(template)
        except (OSError, ValueError):
            raise Refused(say(words, "no_template", path=str(template))) from None
        template = template.absolute()
    return {"formats": formats, "template": template}


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


def evaluated(
    loaded: Iterable[Loaded], names: Sequence[str] = (), *, is_tried: bool = False, about: str = ""
) -> Iterator[tuple[Path, dict[str, Evaluation], str]]:
    """Each project with its file and its evaluations, by framework.

    Under every framework that it names, or under those given; ``is_tried`` asks for the sensitivity
    of the results too, ``about`` for the checks alone whose code begins so. Some projects are
    evaluated at a time, so that thousands take no more room than those.
    """
    from evalkit.evaluate import evaluate_all
    from evalkit.model import apart

    for homes, inputs in loaded:
        found = evaluate_all(inputs, names, is_tried=is_tried, about=about)
        parts = {name: apart(each) for name, each in found.items()}
        for project_id, path in homes.items():
            mine = {name: its[project_id] for name, its in parts.items() if project_id in its}
            yield path, mine, project_id


def drained(loaded: list[Loaded]) -> Iterator[Loaded]:
    """What was loaded, from the first on; what was taken is kept no longer."""
    while loaded:
        yield loaded.pop(0)


def loaded_from(given: Sequence[Path], words: Words) -> list[Loaded]:
    """The inputs of the files, some files together, with the file of each project by its id.

    All mistakes of all files are told at once.
    """
    from evalkit.explain import explain
    from evalkit.params import load, project_ids

    paths = list(params_files(given, words))
    found: list[Loaded] = []
    faults: list[Fault] = []
    homes: dict[str, Path] = {}
    for some in _together(paths):
        try:
            inputs = load(some)
            mine = {each: path for path in some for each in project_ids(path)}
            for project_id in mine.keys() & homes.keys():
                load([homes[project_id], mine[project_id]])  # raises: the same project twice
            homes |= mine
            found.append((mine, inputs))
        except ParamsFaults as error:
            faults += error.faults
    if faults:
        raise Refused("\n".join(explain(fault, words.lang) for fault in faults))
    return found


def _together(paths: Iterable[Path]) -> Iterator[list[Path]]:
    """Files that are loaded together: of one folder, whose frameworks hold for all of them."""
    for _, beside in groupby(paths, key=lambda path: path.resolve().parent):
        files = list(beside)
        for first in range(0, len(files), TOGETHER):
            yield files[first : first + TOGETHER]


def _refuse_unknown(names: Sequence[str], loaded: Sequence[Loaded], words: Words) -> None:
    """Refuse frameworks that evalkit does not have, nor every one of these files beside it."""
    from evalkit import framework

    for name in names:
        if not all(name in {*framework.known(), *inputs.frameworks} for _, inputs in loaded):
            known = ", ".join(framework.known())
            raise Refused(say(words, "unknown_framework", name=name, known=known))


def params_files(given: Sequence[Path], words: Words) -> Iterator[Path]:
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
