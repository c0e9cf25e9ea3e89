"""Running a report notebook with papermill (papermill 执行), each in a private kernel of its own.

The kernel depends on nothing but this Python: no kernel specification that happens to be installed,
no start-up file or configuration of the user, no network port. What papermill then records about a
run is true, also when a cell took too long or the kernel died.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.execute import execute_notebook
from traitlets.config import Config

from evalkit.errors import ReportFailed
from evalkit.notebook import arranged, read_notebook, section_of, write_notebook

#: Seconds that one cell may take, and that a kernel may take to start.
CELL_LIMIT, START_LIMIT = 300, 60
#: A socket has a path of 104 bytes at most, of which the run needs some for itself.
LONGEST_FOLDER = 70
#: A character that the chart font lacks ends the run; a chart with boxes is not a chart.
ARGUMENTS = [
    *("-W", "error:Glyph", "-m", "ipykernel", "-f", "{connection_file}", "--quiet"),
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
            env=ENVIRONMENT
            | {"IPYTHONDIR": os.path.dirname(self.connection_file), "PYTHONPATH": _code_path()},
            metadata={"supported_encryption": ["curve"]},
        )


def _code_path() -> str:
    """Where the kernel looks for code first: where this evalkit is, so that both run the same."""
    mine, given = Path(__file__).parents[1], os.environ.get("PYTHONPATH", "")
    is_installed = mine.name in ("site-packages", "dist-packages")
    return os.pathsep.join(filter(None, ["" if is_installed else str(mine), given]))


class TruthfulEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine, with truthful records of time-outs and dead kernels.

    The original marks every cell ``completed`` then, the one that failed and those that never ran
    included. Here the cell that was running is failed, like any other failing cell.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
    ) -> Any:
        """Run the cells; what breaks the kernel becomes the error output of the cell it broke in.

        Raises what broke the kernel where no cell was running yet.
        """
        try:
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        except (CellTimeoutError, DeadKernelError) as broken:
            started = [
                (place, cell)
                for place, cell in enumerate(nb_man.nb.cells)
                if cell.cell_type == "code" and cell.metadata.papermill["start_time"]
            ]
            if not started:
                raise
            place, cell = started[-1]
            ename, evalue = type(broken).__name__, str(broken).partition("\n")[0]
            shown = new_output(  # type: ignore[no-untyped-call]
                "error", ename=ename, evalue=evalue, traceback=[f"{ename}: {evalue}"]
            )
            cell.outputs.append(shown)
            nb_man.cell_exception(cell, cell_index=place, exception=broken)
            return nb_man.nb


papermill_engines.register("evalkit", TruthfulEngine)


def run_notebook(
    notebook: Path,
    parameters: Mapping[str, str],
    output: Path,
    failed: Path,
    *,
    sections: Sequence[str] = (),
    on_section: Callable[[str], None] = lambda section: None,
    cell_limit: int = CELL_LIMIT,
) -> Path:
    """Run a notebook with parameters and write it, with its outputs, to ``output``.

    ``sections`` are those that come first, in this order. ``on_section`` is told each section as
    its first cell starts. Raises ``ReportFailed`` for a cell that raises, takes longer than
    ``cell_limit`` seconds or loses its kernel, and for a kernel that does not start; what ran until
    then is kept in ``failed`` and ``output`` is not written.
    """
    with tempfile.TemporaryDirectory(prefix="evalkit-", dir=_short_folder()) as name:
        run = Path(name) / "run.ipynb"
        ordered = Path(name) / "ordered.ipynb"
        write_notebook(ordered, arranged(read_notebook(notebook), sections))
        try:
            _execute(ordered, parameters, run, on_section, cell_limit)
        except Exception as error:
            partial = read_notebook(run if run.exists() else ordered)
            write_notebook(failed, partial)
            raise _failure(error, partial, parameters, failed) from error
        finished = _without_traces(read_notebook(run), parameters)
    write_notebook(output, finished)
    return output


def _execute(
    notebook: Path,
    parameters: Mapping[str, str],
    run: Path,
    on_section: Callable[[str], None],
    cell_limit: int,
) -> None:
    """Let papermill run the notebook into ``run``, in the folder that the kernel uses too."""
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
