"""One project's folder of results (交付): pages, notebooks, facts, findings, forms, the manifest.

Everything is made in a folder of its own beside the last results and moved in when all of it is
whole, the manifest last. A run that fails leaves the last results as they were.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from evalkit import __version__
from evalkit import framework as frameworks
from evalkit.discovery import REPORT
from evalkit.engine import run_notebook
from evalkit.evaluate import evaluate_all
from evalkit.export import as_json, facts_data, findings_data
from evalkit.files import write_file
from evalkit.model import Evaluation, Inputs, select
from evalkit.notebook import read_notebook
from evalkit.params import made_from as params_made_from
from evalkit.render import render
from evalkit.workbook import forms_workbook

FORMAT = 1
FONT = "pylopdf-fonts-zh-cn"
OnSection = Callable[[str, str], None]


def deliver(
    evaluation: Evaluation,
    project_id: str,
    params: Path,
    languages: Sequence[str],
    out: Path,
    on_section: OnSection = lambda lang, section: None,
) -> list[Path]:
    """Write the reports of one project into ``out/<project_id>``; returns what was written.

    ``params`` is the file, or the folder of tables, that the project was read from. Raises
    ``ReportFailed`` or ``PageRefused`` where a report could not be made, ``OSError`` where the
    folder cannot be written; the last results are then still there.
    """
    folder = out / project_id
    folder.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        for lang in languages:
            sections = evaluation.framework.settings["sections"]
            _make(lang, project_id, params, stage, folder, sections, on_section)
        _write_data(evaluation, project_id, stage)
        write_forms(evaluation.inputs, project_id, languages, stage)
        manifest = _manifest(evaluation, project_id, params, stage, folder)
        return _move_in(stage, folder, manifest)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _make(
    lang: str, project_id: str, params: Path, stage: Path, folder: Path,
    sections: Sequence[str], on_section: OnSection,
) -> None:  # fmt: skip
    """The notebook and the page of one language, in the staging folder."""
    failed = folder / f"failed.{lang}.ipynb"
    executed = run_notebook(
        REPORT,
        {"params_path": str(params.absolute()), "project_id": project_id, "lang": lang},
        stage / f"report.{lang}.ipynb",
        failed,
        sections=sections,
        on_section=lambda section: on_section(lang, section),
    )
    try:
        page = render(read_notebook(executed), lang)
    except Exception:
        shutil.copyfile(executed, failed)
        raise
    failed.unlink(missing_ok=True)
    write_file(stage / f"report.{lang}.html", page.encode())


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
    evaluations = evaluate_all(select(inputs, [project_id]), names)
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
    data = {"facts": facts_data, "findings": findings_data}
    for name, collect in data.items():
        text = as_json(collect(evaluation, project_id))
        write_file(stage / f"{name}.json", text.encode())


def _manifest(
    evaluation: Evaluation, project_id: str, params: Path, stage: Path, folder: Path
) -> dict[str, Any]:
    """What was made from what: digests of inputs and of files, no clock, no path, no machine.

    Files of an earlier run stay listed where they were made from the very same inputs.
    """
    made_from = {
        "evalkit": __version__,
        "framework": _digest(evaluation.framework.settings["text"].encode()),
        "frameworks": _framework_digests(evaluation.inputs, project_id),
        "notebook": _digest(REPORT.read_bytes()),
        "font": f"{FONT} {metadata.version(FONT)}",
        "inputs": params_made_from(params, project_id),
    }
    run_key = _digest(as_json(made_from).encode())
    files = _earlier_files(folder, run_key)
    files |= {path.name: _digest(path.read_bytes()) for path in stage.iterdir()}
    return {
        "format": FORMAT,
        "project": project_id,
        "framework": evaluation.framework.id,
        "run_key": run_key,
        **made_from,
        "files": dict(sorted(files.items())),
    }


def _framework_digests(inputs: Inputs, project_id: str) -> dict[str, str]:
    """Every framework that the project names: the forms are filled under each of them."""
    named: Any = inputs.projects.at[project_id, "frameworks"]
    return {name: _digest(frameworks.of(inputs, name).settings["text"].encode()) for name in named}


def _move_in(stage: Path, folder: Path, manifest: dict[str, Any]) -> list[Path]:
    """Move what was made to its place; the manifest comes last and says that all is there."""
    moved = []
    for path in sorted(stage.iterdir()):
        os.replace(path, folder / path.name)
        moved.append(folder / path.name)
    write_file(folder / "manifest.json", as_json(manifest).encode())
    return [*moved, folder / "manifest.json"]


def _earlier_files(folder: Path, run_key: str) -> dict[str, str]:
    """The files of the last manifest, if it was made from the same inputs and still holds true."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if manifest["run_key"] != run_key:
            return {}
        listed = manifest["files"].items()
        return {name: sha for name, sha in listed if _digest((folder / name).read_bytes()) == sha}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
