"""Report notebooks (笔记本) as files, and the sections that their cells are tagged with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from evalkit.discovery import SECTION
from evalkit.files import write_file

FIRST = "summary"  # the section that no other can stand before


def read_notebook(path: Path) -> NotebookNode:
    """A notebook file as nbformat holds it."""
    return nbformat.reads(path.read_text("utf-8"), 4)  # type: ignore[no-untyped-call]


def write_notebook(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook, whole or not at all."""
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    write_file(path, f"{text}\n".encode())


def section_of(cell: NotebookNode) -> str:
    """The section that a cell is tagged with (``section:execution``), or an empty text."""
    tags = [tag for tag in cell.metadata.get("tags", ()) if tag.startswith(SECTION)]
    return tags[0].removeprefix(SECTION) if tags else ""


def arranged(notebook: NotebookNode, sections: Sequence[str]) -> NotebookNode:
    """The notebook with these sections behind the summary, in this order (章节次序).

    Sections that are not named follow in the order of the notebook.
    """
    named = ["", FIRST, *sections]
    place = {section: number for number, section in reversed([*enumerate(named)])}
    notebook.cells.sort(key=lambda cell: place.get(section_of(cell), len(named)))
    return notebook


def required_sections(cells: Iterable[NotebookNode]) -> list[str]:
    """The sections that no report may lack: those with a cell tagged ``required``."""
    tagged = [cell for cell in cells if "required" in cell.metadata.get("tags", ())]
    return list(dict.fromkeys(section_of(cell) for cell in tagged))
