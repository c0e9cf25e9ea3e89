"""Report notebooks (笔记本) as files, and the sections that their cells are tagged with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from evalkit.files import write_file

#: The notebooks stand beside the package, where analysts look for them.
FOLDER = Path(__file__).parents[1] / "notebooks"
REPORT = FOLDER / "tracking_report.ipynb"


def read_notebook(path: Path) -> NotebookNode:
    """A notebook file as nbformat holds it."""
    return nbformat.reads(path.read_text("utf-8"), 4)  # type: ignore[no-untyped-call]


def write_notebook(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook, whole or not at all."""
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    write_file(path, f"{text}\n".encode())


def section_of(cell: NotebookNode) -> str:
    """The section that a cell is tagged with (``section:execution``), or an empty text."""
    tags = [tag for tag in cell.metadata.get("tags", ()) if tag.startswith("section:")]
    return tags[0].removeprefix("section:") if tags else ""


def required_sections(cells: Iterable[NotebookNode]) -> list[str]:
    """The sections that no report may lack: those with a cell tagged ``required``."""
    tagged = [cell for cell in cells if "required" in cell.metadata.get("tags", ())]
    return list(dict.fromkeys(section_of(cell) for cell in tagged))
