"""Personal numbers that were masked when the files were read."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.checks.rows import Row, finding
from evalkit.model import Evaluation, Text


def check_personal_data(evaluation: Evaluation) -> Iterator[Row]:
    """Telephone, identity or bank numbers stood in the project's files (个人信息)."""
    masked = evaluation.inputs.masked
    keys = [masked.index.get_level_values(0), masked["where"].astype(str), masked["kind"]]
    for (project_id, _, kind), mine in masked.groupby(keys, sort=False):
        yield finding(
            str(project_id), "error", _place(mine["where"].iloc[0]), "count", 0, len(mine),
            variant=str(kind),
        )  # fmt: skip


def _place(where: Text | str) -> Text:
    """A place is written the same in every language."""
    return where if isinstance(where, Text) else Text(where, where)
