"""One mail over many projects (汇总邮件): what the portfolio says first, then the worst first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.mail.gate import masked
from evalkit.mail.letter import Block, Cell, Grid, Letter, Line, Prose, Row, Run, cut
from evalkit.mail.pieces import charts_of, pairs_of, parsed, said
from evalkit.mail.refusal import MailRefused
from evalkit.portfolio_delivery import folder_of
from evalkit.portfolio_model import Portfolio
from evalkit.portfolio_report import PortfolioReport, words_for
from evalkit.summaries import load_summaries
from evalkit.survey import survey
from evalkit.tables.portfolio.cells import SHAPES, PortfolioCells
from evalkit.terms import is_missing
from evalkit.words import Words

if TYPE_CHECKING:
    from bs4 import Tag

MOST_PROJECTS = 200
CHART = "lights"
#: A link to a file that stands beside the page and does not travel with the mail.
LINK_OUT = re.compile(r'(<a\b[^>]*?) href="(?!#)[^"]*"')


def page_of(out: Path, lang: str) -> tuple[Path, str]:
    """The page of a portfolio, without links to what does not come along, and its folder.

    Raises ``MailRefused`` where there is none.
    """
    folder = folder_of(out)
    path = folder / f"portfolio.{lang}.html"
    if not path.is_file():
        raise MailRefused("no_portfolio", path=path)
    return folder, LINK_OUT.sub(r"\1", masked(path.read_text("utf-8")))


def digest_of(out: Path, lang: str) -> Letter:
    """The mail of the portfolio under a folder. Raises ``MailRefused`` for an empty one."""
    portfolio = survey(load_summaries(out))
    if not len(portfolio.needs):
        raise MailRefused("no_portfolio", path=out)
    words = words_for(portfolio, lang)
    report = PortfolioReport(portfolio, words)
    head = parsed(masked(report.headline().html))
    title = head.find("h1")
    about = tuple(said(each) for each in head.find_all("p", recursive=False) if not each.get(
        "class"))  # fmt: skip
    blocks: list[Block] = [*pairs_of(head, ".figures div", "figures")]
    told = [" · ".join(said(each) for each in head.select(".lights li"))]
    told += [" · ".join(said(each) for each in head.select("p.counted > *"))]
    blocks.append(Prose(tuple(Line((Run(each, True),)) for each in told if each)))
    worst = head.select_one(".worst")
    if worst:
        blocks.append(Prose(_worst(worst)))
    chart = report.plot(CHART)
    blocks += charts_of(masked(chart.html), (CHART,)) if chart else []
    blocks += _projects(portfolio, words)
    return Letter(lang, cut(said(title)), "", about, tuple(blocks))


def _worst(worst: Tag) -> tuple[Line, ...]:
    """The projects that need a visit most, each with its reasons."""
    lines = [Line((Run(said(worst.find("p")), True),))]
    for each in worst.select("li"):
        why = said(each.find("span"))
        name = said(each).removesuffix(why).strip()
        lines.append(Line((Run(name, True), Run(f"　{why}")), is_item=True))
    return tuple(lines)


def _projects(portfolio: Portfolio, words: Words) -> list[Block]:
    """Every project with its light and why it needs a visit, in the order of their need."""
    cells = PortfolioCells(portfolio, words)
    heads = tuple(
        Cell(words.plain("mail", f"{each}_column", {}), is_head=True)
        for each in ("project", "light", "reasons")
    )
    rows = []
    for project, need in portfolio.needs.head(MOST_PROJECTS).iterrows():
        rows.append(_row(cells, str(project), need["light"], need["reasons"]))
    left_out = max(0, len(portfolio.needs) - MOST_PROJECTS)
    title = words.plain("mail", "digest_projects", {})
    return [Grid(title, (heads,), tuple(rows), left_out=left_out)]


def _row(cells: PortfolioCells, project: str, light: object, reasons: list[str]) -> Row:
    words = cells.words
    name = masked(cells.project(project).text)
    if is_missing(light):
        shown = words.plain("mail", "no_report", {})
    else:
        shown = f"{SHAPES[str(light)]} {words.term(f'light.{light}')}"
    why = words.listed(words.term(f"visit_reason.{each}") for each in reasons)
    return Cell(cut(name), is_head=True), Cell(shown), Cell(why)
