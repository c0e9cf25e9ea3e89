"""The parts of a mail, picked from a page that evalkit made (摘取): by their ids and classes.

A part that the page does not have is simply not in the mail. Only the pieces that are wanted are
parsed: cut out by the markup that our own templates write, which escapes every text.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from evalkit.mail.letter import (
    Block,
    Cell,
    Chart,
    Grid,
    Heading,
    Letter,
    Line,
    Pair,
    Pairs,
    Prose,
    Row,
    Run,
    cut,
    placed,
)
from evalkit.words import Words

if TYPE_CHECKING:
    from bs4 import Tag

CHARTS = ("execution", "headcount")
#: Columns of the execution table that a narrow mail leaves to the attachment.
LEFT_OUT = ("recomputed_amount", "share_rate")
COLOURS = 64
#: The rows of open errors in the table of findings, up to those of another severity.
ERRORS = re.compile(
    r'<tr><td class="part severity-error".*?(?=<tr><td class="part|</tbody>)', re.DOTALL
)
#: The look of a conclusion by the words of its class; the first that fits.
TONES = (
    ("serious", "bad"), ("cannot-complete", "bad"), ("cannot-be-evaluated", "warm"),
    ("has-problems", "warm"), ("basically", "fair"), ("verdict-normal", "good"),
    ("can-complete", "good"),
)  # fmt: skip


class NoReport(ValueError):
    """A page that is no report of evalkit: it lacks its title."""


def letter_of(page: str, words: Words) -> Letter:
    """The mail of a project's page in the language of ``words``. Raises ``NoReport``."""
    summary = piece(page, '<section id="summary">', "</section>")
    title = summary.find("h1") if summary else None
    if summary is None or title is None:
        raise NoReport
    judged = pairs_of(summary, ".judged p", "judged")
    blocks: list[Block] = [*judged, *pairs_of(summary, ".figures div", "figures")]
    blocks += counted_of(summary)
    blocks += [*_execution(page, words), *charts_of(page, CHARTS)]
    blocks += _findings(page, words)
    blocks += _conclusions(page, words)
    about = tuple(cut(said(each)) for each in _siblings(title, "p"))
    result = judged[0].pairs[0].value if judged else ""
    return Letter(words.lang, cut(said(title)), result, about, tuple(blocks))


def piece(page: str, start: str, end: str) -> Tag | None:
    """What stands from one mark to the next other one, parsed; nothing where it is not there."""
    at = page.find(start)
    if at < 0:
        return None
    stop = page.find(end, at)
    return parsed(page[at : stop + len(end)] if stop >= 0 else page[at:])


def parsed(html: str) -> Tag:
    """A piece of HTML as a tree."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(html, "html.parser")


def said(node: Any) -> str:
    """The words of an element on one line; what only readers of screens get is left out.

    >>> said(parsed('<p>one<br>two <span class="unseen">none</span></p>'))
    'one two'
    """
    return " ".join("".join(_words(node)).split())


def _words(node: Any) -> Iterator[str]:
    for child in node.children:
        if getattr(child, "name", None) is None:
            yield str(child)
        elif child.name == "br":
            yield " "
        elif "unseen" not in child.get("class", ()):
            yield from _words(child)


def _siblings(first: Any, name: str) -> list[Any]:
    """The elements of a name that follow at once."""
    found = []
    for each in first.find_next_siblings():
        if each.name != name:
            break
        found.append(each)
    return found


def pairs_of(summary: Tag, chosen: str, kind: str) -> list[Pairs]:
    """The conclusions or the figures of a first screen."""
    found = []
    for each in summary.select(chosen):
        if kind == "judged":
            notes = [said(note) for note in each.select("span")]
            classes = " ".join(each.get("class") or ())
            tone = next((tone for sign, tone in TONES if sign in classes), "fair")
            value = each.find("strong")
            found.append(Pair(notes[0], said(value), " ".join(notes[1:]), tone))
        else:
            found.append(Pair(said(each.find("dt")), said(each.find("dd"))))
    return [Pairs(kind, tuple(found))] if found else []


def counted_of(summary: Tag) -> list[Prose]:
    """The count of findings, and what the summary goes on to say."""
    counted = summary.select_one("p.counted")
    if counted is None:
        return []
    parts = [said(each) for each in counted.find_all(["a", "span"])]
    lines = [Line((Run(" · ".join(parts), True),))]
    return [Prose((*lines, *(_line(each) for each in _siblings(counted, "p"))))]


def _line(node: Any, is_item: bool = False) -> Line:
    """A paragraph with what is strong in it."""
    runs: list[Run] = []
    for child in node.children:
        text = said(child) if getattr(child, "name", None) else str(child)
        if text:
            runs.append(Run(re.sub(r"\s+", " ", text), child.name == "strong"))
    joined = [run._replace(text=cut(run.text)) for run in runs if run.text.strip() or len(runs) > 1]
    return Line(tuple(joined), is_item)


def lines_of(nodes: list[Any]) -> tuple[Line, ...]:
    """Paragraphs, headings and lists as lines."""
    found: list[Line] = []
    for node in nodes:
        if node.name in ("ul", "ol"):
            found += [_line(each, is_item=True) for each in node.find_all("li", recursive=False)]
        elif node.name in ("h3", "h4", "h5", "h6"):
            found.append(Line((Run(cut(said(node)), True),)))
        elif node.name in ("p", "pre", "blockquote"):
            found.append(_line(node))
    return tuple(line for line in found if line.runs)


def grid_of(table: Tag, is_left_out: Callable[[str], bool] = lambda head: False) -> Grid:
    """A table, without the columns whose heading says that they are left out."""
    heads, body, foot = (_rows(table.find(part)) for part in ("thead", "tbody", "tfoot"))
    gone = {
        column
        for row in placed(heads)
        for column, cell in row
        if cell.across == 1 and is_left_out(cell.text)
    }
    caption = table.find("caption")
    title = cut(said(caption)) if caption else ""
    return Grid(title, _kept(heads, gone), _kept(body, gone), _kept(foot, gone))


def _rows(part: Any) -> list[Row]:
    """The rows of a part of a table, in their cells."""
    return [
        tuple(map(_cell, row.find_all(["td", "th"], recursive=False)))
        for row in (part.find_all("tr") if part else ())
    ]


def _cell(node: Any) -> Cell:
    down, across = (int(node.get(name, 1)) for name in ("rowspan", "colspan"))
    is_number = not {"num", "date"}.isdisjoint(node.get("class") or ())
    return Cell(cut(said(node)), node.name == "th", is_number, down, across)


def _kept(rows: list[Row], gone: set[int]) -> tuple[Row, ...]:
    """Rows without the cells of columns that are gone; those across several become narrower."""
    kept = []
    for row in placed(rows):
        cells = []
        for column, cell in row:
            across = sum(each not in gone for each in range(column, column + cell.across))
            if across:
                cells.append(cell._replace(across=across))
        kept.append(tuple(cells))
    return tuple(kept)


def charts_of(page: str, names: tuple[str, ...]) -> list[Block]:
    """The charts of these names that the page has, as pictures for a mail."""
    found: list[Block] = []
    for name in names:
        figure = piece(page, f'<figure class="chart chart-{name}">', "</figure>")
        image = figure.find("img") if figure else None
        if figure is None or image is None:
            continue
        caption = figure.find("figcaption")
        width, height = (int(str(image[each])) for each in ("width", "height"))
        png = _png(str(image["src"]))
        alt = " ".join(str(image["alt"]).split())
        found.append(Chart(name, png, width, height, alt, said(caption) if caption else ""))
    return found


def _png(source: str) -> bytes:
    """A picture of a page as PNG of few colours, which every mail program shows."""
    from PIL import Image

    image = Image.open(BytesIO(b64decode(source.partition(",")[2]))).convert("RGB")
    # Charts are drawn in some ten colours: the fastest way keeps each of them, within one step.
    few = image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    made = BytesIO()
    few.save(made, "PNG", compress_level=6)
    return made.getvalue()


def _execution(page: str, words: Words) -> list[Block]:
    found = piece(page, '<table class="data table-execution">', "</table>")
    if found is None:
        return []
    names = tuple(words.term(each) for each in LEFT_OUT)
    return [grid_of(found, lambda head: head.startswith(names))]


def _findings(page: str, words: Words) -> list[Block]:
    """The open findings of severity error, each with its number, place and sentence."""
    lines: list[Line] = []
    for part in ERRORS.findall(page):
        for row in parsed(part).find_all("tr"):
            cells = row.find_all(["td", "th"], recursive=False)
            if len(cells) != 3:
                continue
            for note in cells[2].find_all("small"):
                note.decompose()
            number, place, sentence = map(said, cells)
            lines.append(Line((Run(f"{number}　{place}　", True), Run(cut(sentence)))))
    if not lines:
        return []
    return [Heading(words.plain("mail", "errors", {})), Prose(tuple(lines))]


def _conclusions(page: str, words: Words) -> list[Block]:
    """The problems with their causes, and the advice; what merely says that none was named not."""
    section = piece(page, '<section id="conclusions">', "</section>")
    blocks: list[Block] = []
    for heading, none in (("problems_heading", "no_problems"), ("measures_heading", "no_measures")):
        title = words.plain("conclusions", heading, {})
        found = [each for each in section.find_all("h3") if said(each) == title] if section else []
        if not found:
            continue
        lines = lines_of(_until_next(found[0], words))
        told = "\n".join(line.text.strip() for line in lines)
        if told not in ("", words.plain("conclusions", none, {})):
            blocks += [Heading(title), Prose(lines)]
    return blocks


def _until_next(heading: Any, words: Words) -> list[Any]:
    """The elements below a heading of the conclusions, until the next of these or the tables."""
    names = ("judgement_heading", "problems_heading", "forecast_heading", "measures_heading")
    titles = {words.plain("conclusions", each, {}) for each in names}
    found = []
    for each in heading.find_next_siblings():
        if each.name == "div" or (each.name == "h3" and said(each) in titles):
            break
        found.append(each)
    return found
