"""The folder of a portfolio's results (项目组合交付): pages, notebooks, tables, the manifest.

As for a project, everything is made beside the last results and moved in when all of it is whole.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from evalkit.delivery import (
    Recipe,
    is_whole,
    manifest_of,
    move_in,
    stage_name,
    sweep,
)
from evalkit.discovery import PORTFOLIO
from evalkit.engine import run_notebook
from evalkit.export import as_json, exact
from evalkit.files import write_file
from evalkit.notebook import write_notebook
from evalkit.origin import digest, made_with
from evalkit.portfolio_book import projects_book
from evalkit.portfolio_files import (
    can_write_parquet,
    findings_csv,
    for_parquet,
    projects_csv,
    table_of,
    write_facts,
)
from evalkit.portfolio_model import FILES, Portfolio, Summaries
from evalkit.portfolio_report import prepared_portfolio
from evalkit.render import render
from evalkit.summaries import SUMMARY, load_summaries
from evalkit.survey import survey
from evalkit.tables.portfolio.cells import links_of

FOLDER = "portfolio"
PARQUET, FACTS = "projects.parquet", "portfolio.json"
MANIFEST = "manifest.json"
USUAL = Recipe()


def folder_of(out: Path) -> Path:
    """Where the results of a portfolio go: no project's folder, though one be called the same."""
    folder = out / FOLDER
    while (folder / SUMMARY).exists():
        folder = folder.with_name(f"{folder.name}_")
    return folder


def deliver_portfolio(
    out: Path, languages: Sequence[str], recipe: Recipe = USUAL, *, is_forced: bool = False
) -> list[Path]:
    """Write the report on all projects under ``out`` beside them; returns what was written.

    Nothing is written where all of it is there, made from the same results, unless ``is_forced``.
    Of the recipe, engine and limits hold; the notebook is that of portfolios. Raises
    ``ReportFailed`` or ``PageRefused`` where the report could not be made, ``OSError`` where the
    folder cannot be written; the last results are then still there.
    """
    results = _digest_of_results(out)  # before they are read: what changes meanwhile is made anew
    summaries = load_summaries(out)
    folder, made_from = folder_of(out), _made_from(summaries, results)
    if not is_forced and is_whole(folder, made_from, _wanted(languages)):
        return []
    portfolio = survey(summaries)
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    stage = Path(tempfile.mkdtemp(prefix=stage_name(), dir=folder))
    try:
        with prepared_portfolio(portfolio, str(out.absolute())):
            for lang in languages:
                _make(lang, portfolio, out, stage, folder, recipe)
        _write_data(portfolio, out, stage)
        manifest = manifest_of({}, made_from, stage, folder)
        made = move_in(stage, folder, manifest)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    if PARQUET not in manifest["files"]:
        (folder / PARQUET).unlink(missing_ok=True)  # that of an earlier run is no longer true
    return made


def pages_of(out: Path, languages: Sequence[str]) -> list[Path]:
    """The pages of a portfolio that there are, in these languages."""
    pages = [folder_of(out) / f"portfolio.{lang}.html" for lang in languages]
    return [page for page in pages if page.is_file()]


def _wanted(languages: Sequence[str]) -> set[str]:
    """The files that a run makes."""
    pages = {f"portfolio.{lang}.{kind}" for lang in languages for kind in ("html", "ipynb")}
    return pages | {*FILES, FACTS} | ({PARQUET} if can_write_parquet() else set())


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


def _write_data(portfolio: Portfolio, out: Path, stage: Path) -> None:
    """The tables of projects, findings and facts, and the figures of the whole."""
    table = table_of(portfolio)
    write_file(stage / "projects.csv", projects_csv(table))
    write_file(stage / "projects.xlsx", projects_book(table, portfolio.summaries.units))
    write_file(stage / "findings.csv", findings_csv(portfolio))
    write_facts(stage / "facts.csv", out, map(str, portfolio.projects.index))
    facts = [
        {"name": fact.name, "value": exact(fact.value), "unit": fact.unit, "formula": fact.formula}
        for fact in portfolio.facts.values()
    ]
    write_file(stage / FACTS, as_json({"facts": facts}).encode())
    if can_write_parquet():
        for_parquet(table).to_parquet(stage / PARQUET, engine="pyarrow")


def _made_from(summaries: Summaries, results: str) -> dict[str, Any]:
    """All that the report depends on: the same of it gives the same bytes."""
    pages = sorted(f"{project}/{page} {lang}" for (project, lang), page in summaries.pages.items())
    failures = summaries.failures.to_dict("index")
    return {
        **made_with(),
        "notebook": digest(PORTFOLIO.read_bytes()),
        "projects": len(summaries.projects),
        "results": digest("\n".join([results, *pages, as_json(failures)]).encode()),
    }


def _digest_of_results(out: Path) -> str:
    """One digest of the summary and the manifest of every project."""
    paths = [path.with_name(name) for path in sorted(out.glob(f"*/{SUMMARY}"))
             for name in (SUMMARY, MANIFEST)]  # fmt: skip
    lines = []
    for path in paths:
        with suppress(OSError):
            lines.append(f"{path.parent.name}/{path.name} {digest(path.read_bytes())}")
    return digest("\n".join(lines).encode())
