"""The papermill engine ``evalkit`` (papermill 引擎): cells run in a child forked from this process.

All that a report needs is loaded already, so that a run costs no start of a kernel; and since every
notebook has a child of its own, none leaves anything behind for the next. papermill finds the
engine by its entry point. What it records is true, also when a cell took too long or died.
"""

from __future__ import annotations

import gc
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine, NotebookExecutionManager


class ReportTimeoutError(TimeoutError):
    """The cells of a notebook took longer than all of them together may (整份报告超时)."""

    def __init__(self, limit: float | None) -> None:
        super().__init__(f"The report timed out after {limit or 0:g} seconds.")


class Deadline:
    """How long a cell may take (时限): what is left of the report's time, if that is less."""

    def __init__(self, cell: float | None, report: float | None) -> None:
        self._cell, self._report = cell, report
        self._ends = time.monotonic() + (report or 0)
        self._is_last = False

    def of_cell(self, cell: NotebookNode) -> float | None:
        """The seconds of a cell that starts now; ``None`` for any time it likes."""
        left = max(self._ends - time.monotonic(), 0.001) if self._report else None
        self._is_last = left is not None and (self._cell is None or left <= self._cell)
        return left if self._is_last else self._cell

    def passed(self, cell: NotebookNode) -> Exception:
        """What a cell that did not end in time is told to have run into."""
        if self._is_last:
            return ReportTimeoutError(self._report)
        return CellTimeoutError.error_from_timeout_and_cell(
            "the cell did not end", int(self._cell or 0), cell
        )


class ForkEngine(Engine):  # type: ignore[misc]
    """Runs a notebook in a forked child, cell by cell."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        execution_timeout: float | None = None,
        report_timeout: float | None = None,
        memory: int | None = None,
        on_cell_start: Any = None,
        begun: list[NotebookNode] | None = None,
        **ignored: Any,
    ) -> NotebookNode:
        """Run the cells; what breaks the child becomes the error output of the cell it broke in.

        Limits in seconds a cell and a notebook, and in bytes. ``begun`` gets the notebook before
        its first cell. Options that only a kernel knows are ignored.
        """
        if begun is not None:
            begun.append(nb_man.nb)
        cells = [*enumerate(nb_man.nb.cells)]
        sources = [cell.source for _, cell in cells if _is_run(cell)]
        limits = Deadline(execution_timeout, report_timeout)
        with forked(sources, memory) as child:
            for place, cell in cells:
                nb_man.cell_start(cell, place)
                if on_cell_start and cell.cell_type == "code":
                    on_cell_start(cell=cell, cell_index=place)
                is_whole = not _is_run(cell) or _run(child, cell, limits)
                if not is_whole:
                    nb_man.cell_exception(cell, cell_index=place)
                nb_man.cell_complete(cell, cell_index=place)
                if not is_whole:
                    break
        return nb_man.nb


def _is_run(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip())


class Child:
    """The forked process that runs the cells."""

    def __init__(self, pid: int, connection: Connection) -> None:
        self.pid, self.connection = pid, connection

    def outputs(self, timeout: float | None) -> tuple[list[Any], int | None, bool]:
        """What the next cell shows. Raises ``EOFError`` for a death, ``TimeoutError`` past time."""
        if not self.connection.poll(timeout):
            raise TimeoutError
        return self.connection.recv()

    def death(self) -> str:
        """How the child ended, and how much memory it had used."""
        _, status, used = os.wait4(self.pid, 0)
        self.pid = 0
        code = os.waitstatus_to_exitcode(status)
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"{how}, after up to {used.ru_maxrss // 1024} MB of memory"

    def end(self) -> None:
        """Kill the child and whatever it started."""
        self.connection.close()
        if self.pid:
            for kill in (os.killpg, os.kill):
                with suppress(OSError):
                    kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


@contextmanager
def forked(sources: list[str], memory: int | None) -> Iterator[Child]:
    """A child that runs these cells; it is gone afterwards, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="evalkit-") as folder:
        mine, its = Pipe()
        gc.freeze()  # what the child never collects it need not copy
        pid = os.fork()
        if pid == 0:
            mine.close()
            _become_child(sources, its, memory, folder)
        gc.unfreeze()
        its.close()
        child = Child(pid, mine)
        try:
            yield child
        finally:
            child.end()


def _become_child(
    sources: list[str], parent: Connection, memory: int | None, folder: str
) -> NoReturn:
    """Run the cells and end, without a trace of what the parent had begun."""
    code = 1
    try:
        from evalkit.shell import run_cells

        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        gc.disable()
        run_cells(sources, parent, memory, folder)
        code = 0
    finally:
        os._exit(code)


def _run(child: Child, cell: NotebookNode, limits: Deadline) -> bool:
    """Let the child run a cell; whether it ran to its end."""
    try:
        outputs, cell.execution_count, is_whole = child.outputs(limits.of_cell(cell))
    except TimeoutError:
        cell.outputs.append(error_output(limits.passed(cell)))
        return False
    except EOFError:
        cell.outputs.append(error_output(DeadKernelError(f"Kernel died: {child.death()}")))
        return False
    cell.outputs = outputs
    return is_whole


def error_output(broken: Exception) -> NotebookNode:
    """What broke a cell from outside, as the error of a failing cell would stand there."""
    ename, evalue = type(broken).__name__, str(broken).partition("\n")[0]
    return new_output(  # type: ignore[no-untyped-call]
        "error", ename=ename, evalue=evalue, traceback=[f"{ename}: {evalue}"]
    )
