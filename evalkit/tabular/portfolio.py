"""The projects of tables (表格中的项目): which rows belong to which, and which to none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from evalkit.errors import Fault
from evalkit.source import unknown_name
from evalkit.tabular.layout import Layout
from evalkit.tabular.opening import beside, files_of, home_of, opened
from evalkit.tabular.parts import PROJECTS
from evalkit.tabular.readings import Broken
from evalkit.tabular.table import Line, is_empty, text_of
from evalkit.tabular.trees import Builder, TableTree

MOST_FAULTS = 200  # between the tables of one source


@dataclass
class Portfolio:
    """The tables of a source with the rows of each project; ``faults`` are those between them.

    ``is_whole`` says whether all tables are there with the columns that they need: else what a
    project lacks is nothing to tell.
    """

    beside: Path
    faults: list[Fault]
    layouts: list[Layout]
    is_whole: bool
    #: Of each project the rows of each table, in the order of the projects.
    rows: dict[str, dict[int, list[Line]]] = field(default_factory=dict)

    def tree(self, project_id: str) -> tuple[TableTree, list[Fault]]:
        """One project as a params file would have it, and faults of its cells."""
        return Builder(project_id).built(
            (self.layouts[number], lines) for number, lines in self.rows[project_id].items()
        )

    def digests(self, project_id: str) -> dict[str, str]:
        """The digest of a project's part of each table: its headings, its rows and their places."""
        found = {}
        for number, lines in self.rows.get(project_id, {}).items():
            table = self.layouts[number].table
            said = repr((list(table.headings), [(line, list(cells)) for line, cells in lines]))
            found[table.name] = hashlib.sha256(said.encode()).hexdigest()
        return found


def portfolio(path: Path) -> Portfolio:
    """The projects of a source; one that was read and has not changed since is not read again."""
    home = home_of(path)
    try:
        stamps = [(f.name, f.stat().st_mtime_ns, f.stat().st_size) for f in files_of(home)]
    except OSError:
        return _read.__wrapped__(home, ())
    return _read(home, tuple(stamps))


@lru_cache(maxsize=2)
def _read(home: Path, stamps: tuple[tuple[str, int, int], ...]) -> Portfolio:
    found = opened(home)
    made = Portfolio(beside(home), list(found.faults), found.layouts, found.is_whole)
    if found.layouts and found.layouts[0].shared:
        made.faults += islice(_assign(made), MOST_FAULTS)
    return made


def _assign(made: Portfolio) -> Iterator[Fault]:
    """Give each row to its project; rows of none, or of one that is not there, are faults."""
    for number, layout in enumerate(made.layouts):
        is_listed = layout.part.name == PROJECTS
        for line, cells in layout.table.lines:
            raw = cells[layout.project] if layout.project < len(cells) else None
            yield from _beyond(layout, line, cells)
            mine = "" if isinstance(raw, Broken) else text_of(raw)
            if isinstance(raw, Broken):
                yield layout.fault(raw.code, line, layout.project, raw.found)
            elif not mine:
                yield layout.fault("blank_project", line, layout.project)
            elif mine not in made.rows and number:
                values = unknown_name(mine, made.rows)
                yield layout.fault("unknown_project", line, layout.project, mine, **values)
            elif is_listed and mine in made.rows:
                first = str(made.rows[mine][number][0][0])
                yield layout.fault("project_twice", line, layout.project, mine, first=first)
            else:
                made.rows.setdefault(mine, {}).setdefault(number, []).append((line, cells))


def _beyond(layout: Layout, line: int, cells: Any) -> Iterator[Fault]:
    """Something in a row behind the last heading: a separator within a cell, mostly."""
    width = len(layout.table.headings)
    for column in range(width, len(cells)):
        if not is_empty(cells[column]):
            yield layout.fault("cell_without_heading", line, column, text_of(cells[column]))
            return
