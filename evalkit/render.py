"""From an executed notebook to a page (网页): nbconvert with the template in ``template/``.

The page is one file that needs nothing else: no script, no style sheet, no font, no request.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import TemplateExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from evalkit.notebook import required_sections, section_of
from evalkit.page import Fault, Outline, PageRefused, faults_of
from evalkit.words import Words

HTML = "text/html"
BEGINS_HEADING = re.compile(r"<h[1-6]", re.IGNORECASE)


class KeepSections(Preprocessor):
    """Keep what readers see: cells with outputs, marked where a section opens and closes."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with the cells of sections that show something."""
        nb.cells = [cell for cell in nb.cells if section_of(cell) and cell.get("outputs")]
        places = ["", *map(section_of, nb.cells), ""]
        for number, cell in enumerate(nb.cells, start=1):
            cell.metadata["opens"] = places[number] if places[number] != places[number - 1] else ""
            cell.metadata["closes"] = places[number] != places[number + 1]
        return nb, resources


def render(notebook: NotebookNode, lang: str, beside: Collection[str] = ()) -> str:
    """The page of an executed report notebook; ``beside`` are the files that it may lead to.

    Raises ``PageRefused`` where a cell shows anything but HTML, or the page lacks what a report
    must have: a required section, a text alternative, the place that a link leads to.
    """
    faults = list(_stray_outputs(notebook))
    if faults:
        raise PageRefused(faults)
    html, _ = _exporter().from_notebook_node(notebook, {"page": _frame(notebook, lang)})
    faults = faults_of(html, required_sections(notebook.cells), beside)
    if faults:
        raise PageRefused(faults)
    return str(html)


@cache
def _exporter() -> TemplateExporter:
    """One exporter for all pages: it compiles the template once."""
    return TemplateExporter(  # type: ignore[no-untyped-call]
        template_name="template",
        extra_template_basedirs=[str(Path(__file__).parent)],
        file_extension=".html",
        preprocessors=[KeepSections],
        optimistic_validation=True,
    )


def _stray_outputs(notebook: NotebookNode) -> Iterator[Fault]:
    """Outputs that no reader is meant to see: errors, prints, warnings, widgets, bare values."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        for output in cell.outputs:
            if HTML not in output.get("data", {}):
                shown = (
                    output.get("text") or output.get("evalue") or ", ".join(output.get("data", ()))
                )
                yield "stray", f"{section_of(cell)} [{number}] {shown.strip()}"


def _frame(notebook: NotebookNode, lang: str) -> dict[str, Any]:
    """What stands around the cells: the title, the contents and the words of the page itself."""
    words = Words(lang)
    title = ""
    titles: dict[str, str] = {}
    for cell in notebook.cells:
        shown = (output.data[HTML] for output in cell.get("outputs", ()) if section_of(cell))
        for html in filter(BEGINS_HEADING.search, shown):  # few of them have one
            for tag, text in Outline(html).headings[:1]:
                title = title or (text if tag == "h1" else "")
                # The main title names the whole report; in the contents its section has its own.
                own = words.term(f"topics.{section_of(cell)}") if tag == "h1" else text
                titles.setdefault(section_of(cell), own)
    named = {name: words.plain("page", name, {}) for name in ("language", "skip", "contents")}
    sections = [{"id": each, "title": text} for each, text in titles.items()]
    return named | {"title": title, "sections": sections}
