"""Running a report notebook with papermill (papermill 执行), by one of its two engines.

``fork`` runs the cells in a child forked from this process (``fork.py``), ``kernel`` in a kernel
of the notebook's own (``kernel.py``). Both show the same; where nothing can be forked, the kernel
runs.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.execute import execute_notebook

from evalkit.errors import ReportFailed
from evalkit.fork import ForkEngine
from evalkit.kernel import KernelEngine
from evalkit.notebook import arranged, read_notebook, section_of, write_notebook

#: papermill's names of the engines. An entry point names them too, for papermill's own command; a
#: folder that was never installed has none.
ENGINES = {"fork": "evalkit", "kernel": "evalkit-kernel"}
for _engine, _named in ((ForkEngine, "fork"), (KernelEngine, "kernel")):
    papermill_engines.register(ENGINES[_named], _engine)

#: Seconds that a kernel may take to start.
START_LIMIT = 60
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Limits:
    """What one notebook may take (限额): seconds a cell, seconds in all, bytes of memory."""

    cell: float | None = 300
    report: float | None = None
    memory: int | None = None


def default_engine() -> str:
    """The engine that this process can use: it forks if the system can, and if it has one thread.

    A lock that another thread holds would stay locked in the child for ever.
    """
    return "fork" if hasattr(os, "fork") and threading.active_count() == 1 else "kernel"


def run_notebook(
    notebook: Path,
    parameters: Mapping[str, str],
    failed: Path,
    *,
    sections: Sequence[str] = (),
    on_section: Callable[[str], None] = lambda section: None,
    limits: Limits = Limits(),
    engine: str = "",
) -> NotebookNode:
    """Run a notebook with parameters and return it with its outputs.

    ``sections`` are those that come first, in this order. ``on_section`` is told each section as
    its first cell starts. Raises ``ReportFailed`` for a cell that raises, takes longer than it may
    or dies, and for a kernel that does not start; what ran until then is kept in ``failed``.
    """
    begun: list[NotebookNode] = []
    ordered = arranged(read_notebook(notebook), sections)
    try:
        done = _execute(ordered, parameters, begun, on_section, limits, engine or default_engine())
    except Exception as error:
        partial = begun[0] if begun else ordered
        write_notebook(failed, partial)
        raise _failure(error, partial, parameters, failed) from error
    return _without_traces(done, parameters)


def _execute(
    notebook: NotebookNode, parameters: Mapping[str, str], begun: list[NotebookNode],
    on_section: Callable[[str], None], limits: Limits, engine: str,
) -> NotebookNode:  # fmt: skip
    """Let papermill run the notebook in memory; ``begun`` gets it before its first cell."""
    seen = {""}

    def on_cell_start(cell: NotebookNode, cell_index: int) -> None:
        section = section_of(cell)
        if section not in seen:
            seen.add(section)
            on_section(section)

    for chatty in ("papermill", "traitlets"):  # what they would log is in the error that is raised
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    return execute_notebook(
        notebook,
        None,
        parameters=dict(parameters),
        engine_name=ENGINES[engine],
        kernel_name="python3",
        language="python",
        progress_bar=False,
        start_timeout=START_LIMIT,
        execution_timeout=limits.cell,
        report_timeout=limits.report,
        memory=limits.memory,
        begun=begun,
        on_cell_start=on_cell_start,
    )


def _failure(
    error: Exception, partial: NotebookNode, parameters: Mapping[str, str], kept: Path
) -> ReportFailed:
    """Which cell of which section failed, and with what words."""
    code = [cell for cell in partial.cells if cell.cell_type == "code"]
    failed = [
        (number, cell)
        for number, cell in enumerate(code, start=1)
        if cell.metadata.get("papermill", {}).get("status") == "failed"
    ]
    number, cell = failed[0] if failed else (0, None)
    ename, evalue = type(error).__name__, str(error)
    for output in cell.outputs if cell else ():
        if output.output_type == "error":
            ename, evalue = output.ename, output.evalue
    return ReportFailed(
        project_id=parameters.get("project_id", kept.parent.name),
        section=section_of(cell) if cell else "",
        cell=number,
        source=cell.source if cell else "",
        ename=ename,
        evalue=ANSI.sub("", evalue).strip(),
        notebook=str(kept),
    )


def _without_traces(notebook: NotebookNode, parameters: Mapping[str, str]) -> NotebookNode:
    """The notebook without times, random ids and paths: the same run gives the same bytes."""
    notebook.metadata = {
        "kernelspec": notebook.metadata["kernelspec"],
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
            cell.source = "\n".join(
                f"{name} = {json.dumps(Path(value).name if Path(value).is_absolute() else value)}"
                for name, value in parameters.items()
            )
    return notebook
