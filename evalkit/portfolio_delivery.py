"""The folder of a portfolio's results (项目组合交付): pages, notebooks, tables, the manifest.

As for a project, everything is made beside the last results and moved in when all of it is whole.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from evalkit import __version__
from evalkit.delivery import FONT, FORMAT, Recipe, digest, move_in, stage_name, sweep
from evalkit.discovery import PORTFOLIO
from evalkit.engine import run_notebook
from evalkit.export import as_json, exact
from evalkit.files import write_file
from evalkit.notebook import write_notebook
from evalkit.portfolio_book import projects_book
from evalkit.portfolio_files import (
    can_write_parquet,
    findings_csv,
    for_parquet,
    projects_csv,
    table_of,
    write_facts,
)
from evalkit.portfolio_model import FILES, Portfolio
from evalkit.portfolio_report import prepared_portfolio
from evalkit.render import render
from evalkit.summaries import SUMMARY, load_summaries
from evalkit.survey import survey
from evalkit.tables.portfolio.cells import links_of

FOLDER = "portfolio"
PARQUET = "projects.parquet"
MANIFEST = "manifest.json"
USUAL = Recipe()


def folder_of(out: Path) -> Path:
    """Where the results of a portfolio go: no project's folder, though one be called the same."""
    folder = out / FOLDER
    while (folder / SUMMARY).exists():
        folder = folder.with_name(f"{folder.name}_")
    return folder


def deliver_portfolio(
    out: Path, languages: Sequence[str], recipe: Recipe = USUAL, *, has_facts: bool = True
) -> list[Path]:
    """Write the report on all projects under ``out`` beside them; returns what was written.

    Of the recipe, engine and limits hold; the notebook is that of portfolios. ``has_facts`` asks
    for ``facts.csv``, which takes as long as reading every project's ``facts.json``. Raises
    ``ReportFailed`` or ``PageRefused`` where the report could not be made, ``OSError`` where the
    folder cannot be written; the last results are then still there.
    """
    portfolio = survey(load_summaries(out))
    folder = folder_of(out)
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    stage = Path(tempfile.mkdtemp(prefix=stage_name(), dir=folder))
    try:
        with prepared_portfolio(portfolio, str(out.absolute())):
            for lang in languages:
                _make(lang, portfolio, out, stage, folder, recipe)
        _write_data(portfolio, out, stage, has_facts)
        made = move_in(stage, folder, _manifest(portfolio, out, stage))
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    if folder / PARQUET not in made:
        (folder / PARQUET).unlink(missing_ok=True)  # that of an earlier run is no longer true
    return made


def _make(
    lang: str, portfolio: Portfolio, out: Path, stage: Path, folder: Path, recipe: Recipe
) -> None:
    """The notebook and the page of one language, in the staging folder."""
    failed = folder / f"failed.{lang}.ipynb"
    executed = run_notebook(
        PORTFOLIO,
        {"reports_path": str(out.absolute()), "lang": lang},
        failed,
        limits=recipe.limits,
        engine=recipe.engine,
    )
    write_notebook(stage / f"portfolio.{lang}.ipynb", executed)
    try:
        page = render(executed, lang, links_of(portfolio, lang) | set(FILES))
    except Exception:
        shutil.copyfile(stage / f"portfolio.{lang}.ipynb", failed)
        raise
    failed.unlink(missing_ok=True)
    write_file(stage / f"portfolio.{lang}.html", page.encode())


def _write_data(portfolio: Portfolio, out: Path, stage: Path, has_facts: bool) -> None:
    """The tables of projects, findings and facts, and the figures of the whole."""
    table = table_of(portfolio)
    write_file(stage / "projects.csv", projects_csv(table))
    write_file(stage / "projects.xlsx", projects_book(table, portfolio.summaries.units))
    write_file(stage / "findings.csv", findings_csv(portfolio))
    write_facts(stage / "facts.csv", out, map(str, portfolio.projects.index) if has_facts else ())
    facts = [
        {"name": fact.name, "value": exact(fact.value), "unit": fact.unit, "formula": fact.formula}
        for fact in portfolio.facts.values()
    ]
    write_file(stage / "portfolio.json", as_json({"facts": facts}).encode())
    if can_write_parquet():
        for_parquet(table).to_parquet(stage / PARQUET, engine="pyarrow")


def _manifest(portfolio: Portfolio, out: Path, stage: Path) -> dict[str, Any]:
    """What was made from what: digests of inputs and of files, no clock, no path, no machine."""
    made_from = {
        "evalkit": __version__,
        "notebook": digest(PORTFOLIO.read_bytes()),
        "font": f"{FONT} {metadata.version(FONT)}",
        "projects": len(portfolio.projects),
        "results": _digest_of_results(portfolio, out),
    }
    return {
        "format": FORMAT,
        "run_key": digest(as_json(made_from).encode()),
        **made_from,
        "files": {path.name: _digest_of(path) for path in sorted(stage.iterdir())},
    }


def _digest_of_results(portfolio: Portfolio, out: Path) -> str:
    """One digest of the summary and the manifest of every project, and of the failures."""
    paths = [
        out / str(each) / name for each in portfolio.projects.index for name in (SUMMARY, MANIFEST)
    ]
    lines = [
        f"{path.parent.name}/{path.name} {digest(path.read_bytes())}"
        for path in paths
        if path.is_file()
    ]
    failures = portfolio.summaries.failures.to_dict("index")
    return digest("\n".join([*lines, as_json(failures)]).encode())


def _digest_of(path: Path) -> str:
    """The digest of a file that may be large."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
