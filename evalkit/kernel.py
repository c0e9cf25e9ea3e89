"""The papermill engine ``evalkit-kernel`` (内核引擎): each notebook in a private kernel of its own.

The kernel depends on nothing but this Python: no kernel specification that happens to be installed,
no start-up file or configuration of the user, no network port. What papermill then records about a
run is true, also when a cell took too long or the kernel died. It is the engine where a process
cannot be forked, and the measure for the one that forks: both show the same.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, NotebookExecutionManager
from traitlets import Int
from traitlets.config import Config

from evalkit.fork import Deadline, error_output

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


class PrivateKernel(AsyncKernelManager):
    """A kernel of this very Python, with its files beside its connection file (私有内核)."""

    memory = Int(0, help="Bytes that the kernel may hold; 0 for as many as there are.").tag(
        config=True
    )

    @property
    def kernel_spec(self) -> KernelSpec:
        """Made here rather than looked up: the kernel is this Python, wherever it is installed."""
        return KernelSpec(
            argv=[sys.executable, *ARGUMENTS, *(_bound(self.memory) if self.memory else ())],
            display_name="Python 3",
            language="python",
            env=ENVIRONMENT
            | {"IPYTHONDIR": os.path.dirname(self.connection_file), "PYTHONPATH": code_path()},
            metadata={"supported_encryption": ["curve"]},
        )


def _bound(memory: int) -> list[str]:
    """The argument that lets the system refuse the kernel what goes beyond."""
    line = f"__import__('evalkit.shell').shell.bound({memory})"
    return [f"--InteractiveShellApp.exec_lines={line}"]


def code_path() -> str:
    """Where the kernel looks for code first: where this evalkit is, so that both run the same."""
    mine, given = Path(__file__).parents[1], os.environ.get("PYTHONPATH", "")
    is_installed = mine.name in ("site-packages", "dist-packages")
    return os.pathsep.join(filter(None, ["" if is_installed else str(mine), given]))


class KernelEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine in a private kernel, with truthful records of time-outs and deaths.

    The original marks every cell ``completed`` then, the one that failed and those that never ran
    included. Here the cell that was running is failed, like any other failing cell.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        execution_timeout: float | None = None,
        report_timeout: float | None = None,
        memory: int | None = None,
        begun: list[NotebookNode] | None = None,
        **options: Any,
    ) -> Any:
        """Run the cells; what breaks the kernel becomes the error output of the cell it broke in.

        Limits as in ``ForkEngine``. Raises what broke the kernel where no cell was running yet.
        """
        if begun is not None:
            begun.append(nb_man.nb)
        limits = Deadline(execution_timeout, report_timeout)
        with tempfile.TemporaryDirectory(prefix="evalkit-", dir=_short_folder()) as folder:
            transport = (
                {"transport": "ipc"} if os.name == "posix" else {"transport_encryption": "auto"}
            )
            about = {"connection_file": str(Path(folder) / "kernel.json"), "memory": memory or 0}
            try:
                super().execute_managed_notebook(
                    nb_man,
                    kernel_name,
                    timeout_func=limits.of_cell,
                    kernel_manager_class=PrivateKernel,
                    config=Config({"PrivateKernel": transport | about}),
                    shutdown_kernel="immediate",
                    record_timing=False,
                    store_widget_state=False,
                    coalesce_streams=True,
                    **options,
                )
            except CellTimeoutError:
                _record(nb_man, limits.passed)
            except DeadKernelError as death:
                _record(nb_man, _same(death))
        return nb_man.nb


def _same(error: Exception) -> Callable[[Any], Exception]:
    return lambda cell: error


def _record(nb_man: NotebookExecutionManager, error: Callable[[Any], Exception]) -> None:
    """The error in the cell that was running. Raises it where none was."""
    started = [
        (place, cell)
        for place, cell in enumerate(nb_man.nb.cells)
        if cell.cell_type == "code" and cell.metadata.papermill["start_time"]
    ]
    if not started:
        raise error(None)
    place, cell = started[-1]
    broken = error(cell)
    cell.outputs.append(error_output(broken))
    nb_man.cell_exception(cell, cell_index=place, exception=broken)


def _short_folder() -> str | None:
    """Where sockets can be made: the usual place, unless its path is too long for a socket."""
    usual = tempfile.gettempdir()
    is_long = len(os.fsencode(usual)) > LONGEST_FOLDER
    return "/tmp" if os.name == "posix" and is_long else usual
