"""A project out of its rows (项目树): the tree that its params file would be, with other places.

What is wrong in a cell, or between rows, is told here; what is wrong within a project is told by
the same schema and references that a params file goes through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evalkit.errors import Fault
from evalkit.source import unknown_name
from evalkit.tabular.layout import Layout
from evalkit.tabular.parts import PROJECTS, Column, Part, parts
from evalkit.tabular.readings import Broken, read
from evalkit.tabular.table import Line, is_empty, text_of
from evalkit.values import FORMAT
from evalkit.yamltree import Mark, Path, Tree

Origin = tuple[Layout, int]  # a table and the number of a row in it


@dataclass(frozen=True)
class TableTree(Tree):
    """A tree out of rows; where each value stands is found when it is asked for.

    ``origins`` has the row of the project, at the empty path, and of each entry of a list;
    ``elsewhere`` those values of the project that stand in another of its rows, by key.
    """

    origins: Mapping[Path, Origin] = field(default_factory=dict)
    elsewhere: Mapping[str, int] = field(default_factory=dict)

    def _row(self, path: Path) -> tuple[Layout, int, list[str], bool]:
        """The table and row of a value, its key there, and whether it is one of the project."""
        length = len(path)
        while path[:length] not in self.origins:
            length -= 1
        layout, line = self.origins[path[:length]]
        steps = [step for step in path[length:] if isinstance(step, str)]
        if self.elsewhere and not length:
            keys = (".".join(steps[:n]) for n in range(len(steps), 0, -1))
            line = next((self.elsewhere[key] for key in keys if key in self.elsewhere), line)
        return layout, line, steps, length == 0

    def mark(self, path: Path) -> Mark:
        """The row and the column of a value, or of what would have held it."""
        layout, line, steps, is_shared = self._row(path)
        return Mark(line, layout.column(steps, is_shared) + 1)

    def place(self, path: Path, file: str) -> str:
        """The table and the row of a value."""
        layout, line, *_ = self._row(path)
        return f"{layout.table.name}:{line}"

    def spot(self, path: Path, at_key: bool) -> tuple[str, Mark, dict[str, str]]:
        """The table, the row, the column and its heading."""
        layout, line, steps, is_shared = self._row(path)
        column = layout.column(steps, is_shared)
        if at_key and layout.code >= 0 and not steps:
            column = layout.code
        return layout.table.file, Mark(line, column + 1), {"heading": layout.heading(column)}


class Builder:
    """Builds the tree of one project."""

    def __init__(self, project_id: str) -> None:
        self.value: dict[str, Any] = {"id": project_id}
        _outline(self.value, parts()[PROJECTS])
        self.origins: dict[Path, Origin] = {}
        self.elsewhere: dict[str, int] = {}
        self.faults: list[Fault] = []
        #: The entries that rows of other tables belong to, by their list and name.
        self.above: dict[tuple[str, str], tuple[Path, dict[str, Any]]] = {}

    def built(self, tables: Iterable[tuple[Layout, list[Line]]]) -> tuple[TableTree, list[Fault]]:
        """The tree out of the project's rows of each table, and faults of their cells."""
        for layout, lines in tables:
            if layout.shared:
                self._project(layout, lines)
            if layout.own:
                for line, cells in lines:
                    self._entry(layout, line, cells)
        self.value.setdefault("evalkit", FORMAT)
        return TableTree(self.value, {}, {}, self.origins, self.elsewhere), self.faults

    def _project(self, layout: Layout, lines: list[Line]) -> None:
        """What rows say of their project: each key once, or the same each time."""
        self.origins[()] = (layout, lines[0][0])
        for column, about in layout.shared:
            first: tuple[int, Any] | None = None
            for line, cells in lines:
                found = self._cell(layout, line, column, cells, about)
                if found is None:
                    continue
                if first is None:
                    first = (line, found)
                    self._put(self.value, layout, line, column, about, found)
                    if line != lines[0][0]:
                        self.elsewhere[about.key] = line
                elif found != first[1]:
                    shown, other = text_of(cells[column])[:80], str(first[0])
                    self.faults.append(
                        layout.fault("differs_in_project", line, column, shown, first=other)
                    )
                    break

    def _entry(self, layout: Layout, line: int, cells: Any) -> None:
        """One row as an entry of its list."""
        part = layout.part
        found = [
            (column, about, value)
            for column, about in layout.own
            if (value := self._cell(layout, line, column, cells, about)) is not None
        ]
        is_named = layout.code >= 0 and not is_empty(cells[layout.code])
        if not found and not is_named:
            return
        holder, path = self._holder(layout, line, cells)
        if holder is None:
            return
        entry: dict[str, Any] = {}
        if part.is_mapping:
            path = self._keyed(layout, line, cells, holder, path, entry)
            if not path:
                return
        else:
            entries = holder.setdefault(part.steps[-1], [])
            path = (*path, part.steps[-1], len(entries))
            entries.append(entry)
        self.origins[path] = (layout, line)
        _outline(entry, part)
        # A text that is taken as it stands can be empty.
        blank = [each for _, each in layout.own if each.kind == "verbatim"]
        entry |= {each.key: "" for each in blank}
        for column, about, value in found:
            if part.value:
                holder[part.steps[-1]][path[-1]] = value
            else:
                self._put(entry, layout, line, column, about, value)
        if part.by and entry.get(part.by) is not None:
            self.above.setdefault((part.name, str(entry[part.by])), (path, entry))

    def _holder(self, layout: Layout, line: int, cells: Any) -> tuple[dict[str, Any] | None, Path]:
        """The mapping that the list of a row stands in, and its path."""
        part = layout.part
        if not part.above:
            holder, steps = self.value, part.steps[:-1]
            for step in steps:
                holder = holder.setdefault(step, {})
            return holder, steps
        above = parts()[part.above]
        raw = cells[layout.link] if 0 <= layout.link < len(cells) else None
        name = "" if is_empty(raw) else str(read(above.columns[above.by], raw))
        if (above.name, name) in self.above:
            path, holder = self.above[above.name, name]
            return holder, path
        known = [each for where, each in self.above if where == above.name]
        values = unknown_name(name, known)
        self.faults.append(layout.fault("unknown_entry", line, max(layout.link, 0), name, **values))
        return None, ()

    def _keyed(
        self, layout: Layout, line: int, cells: Any, holder: dict[str, Any], path: Path,
        entry: dict[str, Any],
    ) -> Path:  # fmt: skip
        """The path of a new entry of a mapping, by the key that its row names; or nothing."""
        key = text_of(cells[layout.code]) if 0 <= layout.code < len(cells) else ""
        entries = holder.setdefault(layout.part.steps[-1], {})
        where = (*path, layout.part.steps[-1], key)
        if key in entries:
            first = str(self.origins[where][1])
            self.faults.append(layout.fault("code_twice", line, layout.code, key, first=first))
            return ()
        entries[key] = entry
        return where

    def _cell(self, layout: Layout, line: int, column: int, cells: Any, about: Column) -> Any:
        """The value of a cell; None where it has none, or is broken and told so."""
        raw = cells[column] if column < len(cells) else None
        if is_empty(raw):
            return None
        if isinstance(raw, Broken):
            self.faults.append(layout.fault(raw.code, line, column, raw.found))
            return None
        return read(about, raw)

    def _put(
        self, entry: dict[str, Any], layout: Layout, line: int, column: int, about: Column,
        value: Any,
    ) -> None:  # fmt: skip
        """Put a value in its place, a text in one language beside its other one."""
        *before, last = about.steps
        for step in before:
            entry = entry.setdefault(step, {})
        known = entry.get(last)
        if about.kind == "verbatim" or (not about.lang and known is None):
            entry[last] = value
        elif not about.is_list:
            entry[last] = _joined(known, value, about.lang)
        elif known is None or len(known) == len(value):
            known = known or [None] * len(value)
            pairs = zip(known, value, strict=True)
            entry[last] = [_joined(one, each, about.lang) for one, each in pairs]
        else:
            values = {"count": str(len(known))}
            self.faults.append(
                layout.fault("lists_differ", line, column, str(len(value)), **values)
            )


def _joined(known: Any, value: Any, lang: str) -> Any:
    """A text with one more version; one without a language serves those that have none."""
    versions = known if isinstance(known, dict) else {}
    if lang:
        plain = {"zh": known, "en": known} if isinstance(known, str) else versions
        return plain | {lang: value}
    return {"zh": value, "en": value} | versions


def _outline(entry: dict[str, Any], part: Part) -> None:
    """The mappings that hold something every entry needs: what is missing is then told by name."""
    for steps in part.outline:
        holder = entry
        for step in steps:
            holder = holder.setdefault(step, {})
