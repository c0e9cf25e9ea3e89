"""Where tables are (表格来源): a workbook, a file, or a folder of files named by their parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from evalkit.errors import Fault, ParamsFaults
from evalkit.source import unknown_name
from evalkit.tabular.csv_file import read_csv
from evalkit.tabular.excel_file import read_excel
from evalkit.tabular.layout import ITEMS, Layout, laid_out, part_named
from evalkit.tabular.parquet_file import read_parquet
from evalkit.tabular.parts import PROJECTS, parts
from evalkit.tabular.table import Table, hidden

FILES = (".csv", ".parquet")
WORKBOOKS = (".xlsx", ".xlsm", ".xls")


@dataclass
class Opened:
    """The tables of a source, those with projects first; and what is wrong with any of them.

    ``is_whole`` says that no table and no column that is needed is missing.
    """

    layouts: list[Layout] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    is_whole: bool = True


def is_table(path: Path) -> bool:
    """Whether a path holds tables: by its ending, or as a folder that has a table ``projects``."""
    if path.is_dir():
        with suppress(OSError):
            return any(_is_projects(each) for each in files_of(path))
        return False
    return path.suffix.lower() in (*FILES, *WORKBOOKS)


def home_of(path: Path) -> Path:
    """The path of a whole source: for a file ``projects`` the folder that it stands in.

    >>> home_of(Path("bureau/projects.csv")).name, home_of(Path("bureau/all.csv")).name
    ('bureau', 'all.csv')
    """
    return path.parent if _is_projects(path) and not path.is_dir() else path


def beside(path: Path) -> Path:
    """The folder in which the prose and the frameworks of a source's projects stand."""
    home = home_of(path)
    return home if home.is_dir() else home.parent


def opened(path: Path) -> Opened:
    """All tables of a source with their columns; whatever cannot be read is a fault."""
    found = Opened()
    home = home_of(path)
    tables: list[Table] = []
    for file in files_of(home):
        try:
            tables += _read(file)
        except ParamsFaults as error:
            found.faults += error.faults
    is_single = not home.is_dir() and len(tables) == 1
    named = list(_named(tables, found.faults, is_single))
    if not found.faults and all(name != PROJECTS for _, name in named) and not is_single:
        found.faults.append(Fault(str(home), 0, 0, "no_projects_table"))
    found.is_whole = not found.faults
    for table, name in named:
        found.faults += islice(hidden(table), 20)
        layout, faults = laid_out(table, parts()[name], is_single and name == ITEMS)
        found.faults += faults
        found.is_whole &= layout is not None and all(f.code != "missing_column" for f in faults)
        found.layouts += filter(None, [layout])
    order = list(parts())
    found.layouts.sort(key=lambda each: order.index(each.part.name))
    return found


def _named(
    tables: list[Table], faults: list[Fault], is_single: bool
) -> Iterator[tuple[Table, str]]:
    """Each table with the part that it holds; names that are none, or stand twice, are faults."""
    first: dict[str, Table] = {}
    for table in tables:
        part = part_named(table.title)
        if is_single:
            yield table, PROJECTS if part is not None and part.name == PROJECTS else ITEMS
        elif part is None:
            values = unknown_name(table.title, parts())
            faults.append(Fault(table.file, 0, 0, "unknown_table", "", table.title, values))
        elif part.name in first:
            values = {"first": first[part.name].name}
            faults.append(Fault(table.file, 0, 0, "table_twice", "", part.name, values))
        else:
            first[part.name] = table
            yield table, part.name


def _read(path: Path) -> list[Table]:
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        return read_excel(path)
    return [read_parquet(path) if suffix == ".parquet" else read_csv(path)]


def files_of(home: Path) -> list[Path]:
    """The files of a source: itself, or those in its folder."""
    if not home.is_dir():
        return [home]
    return sorted(each for each in home.iterdir() if each.suffix.lower() in FILES)


def _is_projects(path: Path) -> bool:
    part = part_named(path.stem)
    return path.suffix.lower() in FILES and part is not None and part.name == PROJECTS
