"""What can go wrong, as data: faults of files, and reports that could not be made.

Nothing here is put into words; ``explain.py`` does that, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake in a file (错误): where it stands and what was found there.

    ``line`` and ``column`` count from 1; 0 means the file as a whole. ``path`` is the dotted way
    to the value (``budget.lines.uniform.declared``), empty where there is none. ``code`` names the
    sentences in ``text/<lang>/faults.yaml``; ``values`` fills their holes, and its ``kind`` says
    what was found (``text``, ``number``, …).
    """

    file: str
    line: int
    column: int
    code: str
    path: str = ""
    found: str = ""
    values: Mapping[str, str] = field(default_factory=dict, compare=False)


class ParamsFaults(Exception):
    """Input files have mistakes; ``faults`` holds all of them, in the order of the files."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "; ".join(f"{f.file}:{f.line}:{f.column}: {f.code} {f.path}" for f in self.faults)


class ReportFailed(Exception):
    """A report notebook stopped: in which section, at which code cell (from 1) and by what error.

    ``notebook`` is the path of the partial notebook that was kept, empty if there is none.
    """

    def __init__(
        self,
        project_id: str,
        section: str,
        cell: int,
        source: str,
        ename: str,
        evalue: str,
        notebook: str = "",
    ) -> None:
        self.project_id, self.section, self.cell = project_id, section, cell
        self.source, self.ename, self.evalue, self.notebook = source, ename, evalue, notebook
        # All arguments by position: so it survives being sent from one process to another.
        super().__init__(project_id, section, cell, source, ename, evalue, notebook)

    def __str__(self) -> str:
        return f"{self.project_id}, {self.section}, cell {self.cell}: {self.ename}: {self.evalue}"


class NoPdf(Exception):
    """No PDF could be printed; ``code`` names the sentence of ``cli.md`` that says why."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code, values)
        self.code, self.values = code, values
