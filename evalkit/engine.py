"""Running a report notebook with papermill (papermill 执行), each in a private kernel of its own.

papermill runs the cells through the engine ``evalkit`` (``papermill_engine.py``). This module gives
it a kernel that depends on nothing but this Python: no kernel specification that happens to be
installed, no start-up file or configuration of the user, no network port.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbformat import NotebookNode
from traitlets.config import Config

from evalkit.errors import ReportFailed
from evalkit.files import write_file

#: Seconds that one cell may take, and that a kernel may take to start.
CELL_LIMIT, START_LIMIT = 300, 60
#: A socket has a path of 104 bytes at most, of which the run needs some for itself.
LONGEST_FOLDER = 70
#: A character that the chart font lacks ends the run; a chart with boxes is not a chart.
ARGUMENTS = [
    *("-W", "error:Glyph", "-m", "ipykernel_launcher", "-f", "{connection_file}", "--quiet"),
    "--InteractiveShellApp.ignore_cwd=True",
]
ENVIRONMENT = {
    "MPLBACKEND": "Agg",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONSAFEPATH": "1",
    "PYTHONSTARTUP": "",
    "PYTHONUTF8": "1",
}
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class PrivateKernel(AsyncKernelManager):
    """A kernel of this very Python, with its files beside its connection file (私有内核)."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """Made here rather than looked up: the kernel is this Python, wherever it is installed."""
        return KernelSpec(
            argv=[sys.executable, *ARGUMENTS],
            display_name="Python 3",
            language="python",
            env=ENVIRONMENT | {"IPYTHONDIR": os.path.dirname(self.connection_file)},
            metadata={"supported_encryption": ["curve"]},
        )


def run_notebook(
    notebook: Path,
    parameters: Mapping[str, str],
    output: Path,
    failed: Path,
    *,
    on_section: Callable[[str], None] = lambda section: None,
    cell_limit: int = CELL_LIMIT,
) -> Path:
    """Run a notebook with parameters and write it, with its outputs, to ``output``.

    ``on_section`` is told each section as its first cell starts. Raises ``ReportFailed`` for a cell
    that raises, takes longer than ``cell_limit`` seconds or loses its kernel, and for a kernel that
    does not start; what ran until then is kept in ``failed`` and ``output`` is not written.
    """
    with tempfile.TemporaryDirectory(prefix="evalkit-", dir=_short_folder()) as name:
        run = Path(name) / "run.ipynb"
        try:
            _execute(notebook, parameters, run, on_section, cell_limit)
        except Exception as error:
            partial = read_notebook(run if run.exists() else notebook)
            write_notebook(failed, partial)
            raise _failure(error, partial, parameters, failed) from error
        finished = _without_traces(read_notebook(run), parameters)
    write_notebook(output, finished)
    return output


def read_notebook(path: Path) -> NotebookNode:
    """A notebook file as nbformat holds it."""
    return nbformat.reads(path.read_text("utf-8"), 4)  # type: ignore[no-untyped-call]


def write_notebook(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook, whole or not at all."""
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    write_file(path, f"{text}\n".encode())


def section_of(cell: NotebookNode) -> str:
    """The section that a cell is tagged with (``section:execution``), or an empty text."""
    tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith("section:")]
    return tags[0].removeprefix("section:") if tags else ""


def _execute(
    notebook: Path,
    parameters: Mapping[str, str],
    run: Path,
    on_section: Callable[[str], None],
    cell_limit: int,
) -> None:
    """Let papermill run the notebook into ``run``, in the folder that the kernel uses too."""
    from papermill.execute import execute_notebook  # slow to import, and it imports our engine

    seen = {""}

    def on_cell_start(cell: NotebookNode, cell_index: int) -> None:
        section = section_of(cell)
        if section not in seen:
            seen.add(section)
            on_section(section)

    for chatty in ("papermill", "traitlets"):  # what they would log is in the error that is raised
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    transport = {"transport": "ipc"} if os.name == "posix" else {"transport_encryption": "auto"}
    kernel = transport | {"connection_file": str(run.parent / "kernel.json")}
    execute_notebook(
        _literal(notebook),
        _literal(run),
        parameters=dict(parameters),
        engine_name="evalkit",
        kernel_name="python3",
        language="python",
        progress_bar=False,
        start_timeout=START_LIMIT,
        execution_timeout=cell_limit,
        kernel_manager_class=PrivateKernel,
        config=Config({"PrivateKernel": kernel}),
        shutdown_kernel="immediate",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        on_cell_start=on_cell_start,
    )


def _literal(path: Path) -> str:
    """An absolute path as papermill takes it: it would fill in what stands between braces."""
    return str(path.absolute()).replace("{", "{{").replace("}", "}}")


def _short_folder() -> str | None:
    """Where sockets can be made: the usual place, unless its path is too long for a socket."""
    usual = tempfile.gettempdir()
    is_long = len(os.fsencode(usual)) > LONGEST_FOLDER
    return "/tmp" if os.name == "posix" and is_long else usual


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
        project_id=parameters["project_id"],
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
