"""One project's folder of results (交付): pages, notebooks, facts, findings, forms, the manifest.

Everything is made in a folder of its own beside the last results and moved in when all of it is
whole, the manifest last. A run that fails leaves the last results as they were.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalkit import framework as frameworks
from evalkit.discovery import REPORT
from evalkit.engine import Limits, run_notebook
from evalkit.evaluate import evaluate_all, main_of
from evalkit.export import as_json, facts_data, findings_data, summary_data
from evalkit.files import write_file
from evalkit.model import Evaluation, Inputs, select
from evalkit.notebook import write_notebook
from evalkit.origin import digest, file_digest, made_with
from evalkit.params import made_from as params_made_from
from evalkit.render import render
from evalkit.report import prepared
from evalkit.workbook import forms_workbook

FORMAT = 1
OnSection = Callable[[str, str], None]
#: What a page can be written as beside itself, by the ending of the file.
FORMATS = ("pdf", "docx")


@dataclass(frozen=True)
class Recipe:
    """How reports are made (生成方式): the notebook, papermill's engine, what a run may take.

    ``formats`` are those of ``FORMATS`` in which each page is written beside itself. A page is the
    same whatever is made of it, so they are no part of the key of a run.
    """

    notebook: Path = field(default_factory=lambda: REPORT)
    engine: str = ""
    limits: Limits = field(default_factory=Limits)
    formats: tuple[str, ...] = ()
    template: Path | None = None  # of Word documents


def deliver(
    evaluations: Mapping[str, Evaluation],
    project_id: str,
    params: Path,
    languages: Sequence[str],
    out: Path,
    on_section: OnSection = lambda lang, section: None,
    recipe: Recipe | None = None,
) -> list[Path]:
    """Write the reports of one project into ``out/<project_id>``; returns what was written.

    ``evaluations`` are those of ``evaluate_all`` and may hold other projects too; ``params`` is the
    file, or the folder of tables, that the project was read from. Raises ``ReportFailed`` or
    ``PageRefused`` where a report could not be made, ``NoPdf`` where it could not be printed,
    ``OSError`` where the folder cannot be written; the last results are then still there.
    """
    recipe = recipe or Recipe()
    evaluation = main_of(evaluations, project_id)
    folder = out / project_id
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    stage = Path(tempfile.mkdtemp(prefix=stage_name(), dir=folder))
    try:
        with prepared(evaluation, str(params.absolute()), project_id):
            for lang in languages:
                _make(lang, evaluation, project_id, params, stage, folder, on_section, recipe)
        _write_data(evaluation, project_id, stage)
        _write_forms(evaluations, project_id, languages, stage)
        manifest = _manifest(evaluation, project_id, params, stage, folder, recipe)
        return move_in(stage, folder, manifest)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def stage_name() -> str:
    """A folder's prefix that tells whose it is: of which process on which machine."""
    machine = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
    return f".making-{machine}-{os.getpid()}-"


def sweep(folder: Path) -> None:
    """Remove what a killed run of this machine left half made."""
    machine = stage_name().rpartition(f"-{os.getpid()}-")[0]
    for left in folder.glob(f"{machine}-*"):
        number = left.name.removeprefix(f"{machine}-").partition("-")[0]
        if number.isdigit() and not _is_alive(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _make(
    lang: str, evaluation: Evaluation, project_id: str, params: Path, stage: Path, folder: Path,
    on_section: OnSection, recipe: Recipe,
) -> None:  # fmt: skip
    """The notebook and the page of one language, in the staging folder."""
    failed = folder / f"failed.{lang}.ipynb"
    executed = run_notebook(
        recipe.notebook,
        {"params_path": str(params.absolute()), "project_id": project_id, "lang": lang},
        failed,
        sections=evaluation.framework.settings["sections"],
        on_section=lambda section: on_section(lang, section),
        limits=recipe.limits,
        engine=recipe.engine,
    )
    write_notebook(stage / f"report.{lang}.ipynb", executed)
    try:
        page = render(executed, lang)
    except Exception:
        shutil.copyfile(stage / f"report.{lang}.ipynb", failed)
        raise
    failed.unlink(missing_ok=True)
    made = stage / f"report.{lang}.html"
    write_file(made, page.encode())
    if "pdf" in recipe.formats:  # what only they need is loaded for them: a child is forked quicker
        from evalkit.pdf import write_pdf

        write_pdf(made, made.with_suffix(".pdf"))
    if "docx" in recipe.formats:
        from evalkit.word.document import write_docx

        write_docx(made, made.with_suffix(".docx"), recipe.template)


def write_forms(
    inputs: Inputs,
    project_id: str,
    languages: Iterable[str],
    folder: Path,
    names: Sequence[str] = (),
) -> list[Path]:
    """The official forms of a project (附表), ``forms.<lang>.xlsx``; returns what was written.

    Under every framework that the project names, or those given; nothing where these have no form.
    Raises ``KeyError`` for a framework that is not known, ``OSError`` where the folder cannot be
    written.
    """
    return _write_forms(
        evaluate_all(select(inputs, [project_id]), names), project_id, languages, folder
    )


def _write_forms(
    evaluations: Mapping[str, Evaluation], project_id: str, languages: Iterable[str], folder: Path
) -> list[Path]:
    evaluations = {
        name: each for name, each in evaluations.items() if project_id in each.inputs.projects.index
    }
    made = {
        folder / f"forms.{lang}.xlsx": forms_workbook(evaluations.values(), project_id, lang)
        for lang in languages
    }
    written = {path: data for path, data in made.items() if data}
    if written:
        folder.mkdir(parents=True, exist_ok=True)
    for path, data in written.items():
        write_file(path, data)
    return list(written)


def _write_data(evaluation: Evaluation, project_id: str, stage: Path) -> None:
    """Facts and findings, with what is printed in every language."""
    data = {"facts": facts_data, "findings": findings_data, "summary": summary_data}
    for name, collect in data.items():
        text = as_json(collect(evaluation, project_id))
        write_file(stage / f"{name}.json", text.encode())


def _manifest(
    evaluation: Evaluation, project_id: str, params: Path, stage: Path, folder: Path, recipe: Recipe
) -> dict[str, Any]:
    """What was made from what; of each Word document also the template that it was written in."""
    about = {"project": project_id, "framework": evaluation.framework.id}
    made_from = _made_from(evaluation.inputs, project_id, params, recipe.notebook)
    manifest = manifest_of(about, made_from, stage, folder)
    made = {path.name: _digest_of_template(recipe) for path in stage.glob("*.docx")}
    templates = _templates_of(folder) | made
    kept = {name: each for name, each in templates.items() if name in manifest["files"]}
    return manifest | ({"templates": dict(sorted(kept.items()))} if any(kept.values()) else {})


def _digest_of_template(recipe: Recipe) -> str:
    """The digest of the template of Word documents; empty for the built-in one."""
    return file_digest(recipe.template) if recipe.template else ""


def _templates_of(folder: Path) -> dict[str, str]:
    """The template of each Word document that has one of its own, as the last manifest has it."""
    try:
        return dict(json.loads((folder / "manifest.json").read_text("utf-8")).get("templates", {}))
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def manifest_of(
    about: Mapping[str, Any], made_from: Mapping[str, Any], stage: Path, folder: Path
) -> dict[str, Any]:
    """Digests of inputs and of the files of a stage (清单): no clock, no path, no machine.

    Files of an earlier run stay listed where they were made from the very same inputs.
    """
    run_key = key_of(made_from)
    files = _earlier_files(folder, run_key)
    files |= {path.name: file_digest(path) for path in stage.iterdir()}
    return {
        "format": FORMAT,
        **about,
        "run_key": run_key,
        **made_from,
        "files": dict(sorted(files.items())),
    }


def key_of(made_from: Mapping[str, Any]) -> str:
    """The key of a run (运行键): the same for the same inputs."""
    return digest(as_json(made_from).encode())


def _made_from(inputs: Inputs, project_id: str, params: Path, notebook: Path) -> dict[str, Any]:
    """All that results depend on: the same of it gives the same bytes."""
    framework: Any = inputs.projects.at[project_id, "framework"]
    return {
        **made_with(),
        "framework": _framework_digest(inputs, str(framework)),
        "frameworks": _framework_digests(inputs, project_id),
        "notebook": digest(notebook.read_bytes()),
        "inputs": params_made_from(params, project_id),
    }


def is_up_to_date(
    inputs: Inputs, project_id: str, params: Path, languages: Sequence[str], out: Path,
    recipe: Recipe,
) -> bool:  # fmt: skip
    """Whether the folder of a project holds all that a run would make, made from the same."""
    kinds = ("html", "ipynb", *recipe.formats)
    pages = {f"report.{lang}.{kind}" for lang in languages for kind in kinds}
    templates = _templates_of(out / project_id)
    documents = [page for page in pages if page.endswith(".docx")]
    if any(templates.get(each, "") != _digest_of_template(recipe) for each in documents):
        return False
    wanted = pages | {"facts.json", "findings.json", "summary.json"}
    made_from = _made_from(inputs, project_id, params, recipe.notebook)
    return is_whole(out / project_id, made_from, wanted)


def is_whole(folder: Path, made_from: Mapping[str, Any], wanted: Collection[str]) -> bool:
    """Whether a folder holds these files and all others of its manifest, made from the same."""
    run_key = key_of(made_from)
    listed = _listed_files(folder, run_key)
    return listed.keys() >= set(wanted) and listed == _earlier_files(folder, run_key)


def _framework_digest(inputs: Inputs, name: str) -> str:
    return digest(frameworks.of(inputs, name).settings["text"].encode())


def _framework_digests(inputs: Inputs, project_id: str) -> dict[str, str]:
    """Every framework that the project names: the forms are filled under each of them."""
    named: Any = inputs.projects.at[project_id, "frameworks"]
    return {name: _framework_digest(inputs, name) for name in named}


def move_in(stage: Path, folder: Path, manifest: dict[str, Any]) -> list[Path]:
    """Move what was made to its place; the manifest comes last and says that all is there."""
    moved = []
    for path in sorted(stage.iterdir()):
        _keep_edited(folder / path.name)
        os.replace(path, folder / path.name)
        moved.append(folder / path.name)
    write_file(folder / "manifest.json", as_json(manifest).encode())
    return [*moved, folder / "manifest.json"]


def _keep_edited(path: Path) -> None:
    """Put a Word document aside that somebody has worked on since it was made (另存改动)."""
    if path.suffix != ".docx" or not path.is_file():
        return
    try:
        listed = json.loads((path.parent / "manifest.json").read_text("utf-8"))["files"]
        is_ours = listed.get(path.name) == digest(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        is_ours = False
    if is_ours:
        return
    number = 1
    while (kept := path.with_suffix(f".edited-{number}.docx")).exists():
        number += 1
    path.rename(kept)


def _earlier_files(folder: Path, run_key: str) -> dict[str, str]:
    """The files of the last manifest that still hold true, if it was made from the same inputs."""
    found = {}
    for name, sha in _listed_files(folder, run_key).items():
        with suppress(OSError):
            if file_digest(folder / name) == sha:
                found[name] = sha
    return found


def _listed_files(folder: Path, run_key: str) -> dict[str, str]:
    """The files that the last manifest lists, if it was made from the same inputs."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        return dict(manifest["files"]) if manifest["run_key"] == run_key else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
