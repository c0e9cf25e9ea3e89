"""Cells in an IPython shell without a kernel (无内核执行): what a forked child does.

The shell shows what a kernel would show: results, displays, streams and errors, in their order, as
notebook outputs. Nothing of the user's own IPython reaches it.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import threading
import warnings
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.jsonutil import encode_images, json_clean
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode


class Stream(io.TextIOBase):
    """What is printed, among the outputs; neighbours on the same stream become one."""

    def __init__(self, name: str, outputs: list[Any]) -> None:
        self.name, self._outputs = name, outputs

    def writable(self) -> bool:
        """A stream to write on."""
        return True

    def write(self, text: str) -> int:
        """Append text to what the stream showed last, or show it anew."""
        last = self._outputs[-1] if self._outputs else {}
        if last.get("name") == self.name:
            last["text"] += text
        elif text:
            self._outputs.append(_output("stream", name=self.name, text=text))
        return len(text)


class Result(DisplayHook):
    """The value of a cell's last line."""

    shell: Any

    def write_output_prompt(self) -> None:
        """No prompt: the count stands in the output."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Keep every form in which the value can be shown."""
        self.shell.outputs.append(
            _output(
                "execute_result",
                data=json_clean(encode_images(format_dict)),
                metadata=json_clean(md_dict or {}),
                execution_count=self.prompt_count,
            )
        )

    def finish_displayhook(self) -> None:
        """No line feed after the value."""


class Display(DisplayPublisher):
    """What a cell displays while it runs."""

    shell: Any

    def publish(
        self, data: Any, metadata: Any = None, source: Any = None, *, transient: Any = None,
        update: bool = False, **ignored: Any,
    ) -> None:  # fmt: skip
        """Keep what is displayed; what is displayed again replaces it."""
        told = {"data": json_clean(encode_images(data)), "metadata": json_clean(metadata or {})}
        known = (transient or {}).get("display_id")
        shown = self.shell.displayed.get(known) if known else None
        if update:
            if shown is not None:
                shown.update(told)
            return
        self.shell.outputs.append(made := _output("display_data", **told))
        if known:
            self.shell.displayed[known] = made

    def clear_output(self, wait: bool = False) -> None:
        """Forget what the cell showed so far."""
        self.shell.outputs.clear()


class Shell(InteractiveShell):
    """An IPython shell that keeps the outputs of the cell that runs."""

    compiler_class = XCachingCompiler  # cells are named in errors as a kernel names them
    displayhook_class = Result
    display_pub_class = Display

    def __init__(self, folder: str) -> None:
        self.outputs: list[Any] = []
        self.displayed: dict[str, Any] = {}
        HistoryManager.enabled = False  # type: ignore[assignment]
        super().__init__(ipython_dir=folder)  # type: ignore[no-untyped-call]

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        shown = _output("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb))
        self.outputs.append(shown)

    def outputs_of(self, source: str) -> tuple[list[Any], int, bool]:
        """The outputs of a cell, its count, and whether it ran to its end."""
        self.outputs.clear()
        streams = (Stream(name, self.outputs) for name in ("stdout", "stderr"))
        stdout, stderr = streams
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
            done = self.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        return list(self.outputs), self.execution_count - 1, bool(done.success)


def _output(kind: str, **values: Any) -> Any:
    """An output; the schema is held against the whole notebook when it is written."""
    return NotebookNode(output_type=kind, **values)  # type: ignore[no-untyped-call]


def make_shell() -> None:
    """Make the shell here, for every process that is forked from this one: that saves 30 ms each.

    Only where no other shell is wanted: a process has one. Each run gives it a folder of its own.
    """
    with tempfile.TemporaryDirectory(prefix="evalkit-") as folder:
        Shell.instance(folder)


def run_cells(sources: list[str], parent: Connection, memory: int | None, folder: str) -> None:
    """Run cells one after the other and tell the parent of each; the first that fails is the last.

    ``memory`` bounds what the cells may take, in bytes. It ends when the parent is gone. What the
    shell writes lies in ``folder``, which is the parent's to remove.
    """
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    here = os.getcwd()
    sys.path[:] = [each for each in sys.path if each and os.path.realpath(each) != here]
    shell = Shell.instance(folder)  # also what a cell asks for by get_ipython()
    if shell.ipython_dir != folder:  # it was made before
        shell.ipython_dir = folder
        shell.init_profile_dir(None)  # type: ignore[no-untyped-call]
    # A character that the chart font lacks ends the run; a chart with boxes is not a chart.
    warnings.filterwarnings("error", message="Glyph")
    if memory:
        bound(memory)
    for source in sources:
        outputs, count, is_whole = shell.outputs_of(source)
        parent.send((outputs, count, is_whole))
        if not is_whole:
            break


def bound(memory: int) -> None:
    """Let the system refuse what goes beyond: so many bytes more than this process holds now.

    Where the system knows no such bound, nothing is bounded.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        held = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (held + memory, held + memory))


def _end_with(parent: Connection) -> None:
    """Wait until the parent is gone, however it went; then go too."""
    with contextlib.suppress(EOFError, OSError):
        parent.recv()
    os._exit(1)
