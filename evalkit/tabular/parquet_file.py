"""Tables as Parquet (Parquet 读入), through pyarrow, which is the extra ``parquet``.

Decimals are exact. A binary float is taken as the shortest decimal that stands for it, so ``0.1``
is a tenth; what it gathered by computing is still there, and is told where it is finer than fen.
"""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from evalkit.errors import Fault, ParamsFaults
from evalkit.files import Unreadable, read_file
from evalkit.tabular.readings import Broken, Raw
from evalkit.tabular.table import Line, Table, filled
from evalkit.textfile import LARGEST_TABLE, refused

MOST_CELLS = 5_000_000
LARGEST_CONTENT = 200_000_000  # bytes, unpacked
OWN_INDEX = re.compile(r"__index_level_\d+__")  # what pandas adds


def read_parquet(path: Path) -> Table:
    """The table of a Parquet file; its rows count from 1.

    Raises ``ParamsFaults`` for a file that cannot be read, and where pyarrow is not installed.
    """
    try:
        data = read_file(path, LARGEST_TABLE)
    except Unreadable as error:
        raise refused(path, error, "table_too_large") from None
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise _fault(path, "needs_pyarrow") from None
    try:
        file = ParquetFile(BytesIO(data))
        about = file.metadata
        size = sum(about.row_group(n).total_byte_size for n in range(about.num_row_groups))
        if about.num_rows * about.num_columns > MOST_CELLS or size > LARGEST_CONTENT:
            raise _fault(path, "table_too_large", f"{about.num_rows} × {about.num_columns}")
        content = file.read()
        while any(_is_struct(each.type) for each in content.schema):
            content = content.flatten()
        names = [name for name in content.column_names if not OWN_INDEX.fullmatch(name)]
        columns = [[_raw(value) for value in content[name].to_pylist()] for name in names]
    except (ArrowException, OSError, ValueError, KeyError):
        raise _fault(path, "not_a_table", path.name) from None
    lines: list[Line] = list(enumerate(zip(*columns, strict=True), start=1))
    if not lines:
        raise _fault(path, "empty_table")
    return Table(str(path), path.name, path.stem, 0, names, filled(lines))


def _is_struct(kind: Any) -> bool:
    from pyarrow.types import is_struct

    return bool(is_struct(kind))


def _raw(value: Any) -> Raw:
    """A value as a cell has it; nothing for a float that is no number."""
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return Decimal(repr(value)) if math.isfinite(value) else str(value)
    if isinstance(value, list):
        entries = [_raw(each) for each in value]
        return next((each for each in entries if isinstance(each, Broken)), entries)
    if value is None or isinstance(value, str | int | Decimal | date):
        return value
    return Broken("nested_value", str(value)[:80])


def _fault(path: Path, code: str, found: str = "") -> ParamsFaults:
    return ParamsFaults([Fault(str(path), 0, 0, code, "", found)])
