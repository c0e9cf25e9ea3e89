"""What became of each cell (读取清单): read, or in a list with its place and the reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from evalkit.intake.sheets import Cell, Sheet

#: From what must be mended to what is only told; the first three make something unfinished.
KINDS = ("missing", "left", "doubtful", "assumed", "aside")
UNFINISHED = KINDS[:3]


@dataclass(frozen=True)
class Remark:
    """One entry of the list.

    ``kind``: ``missing`` (the form does not give what a params file needs), ``left`` (a cell that
    was not used), ``doubtful`` (used, but look at it), ``assumed`` (not on the form, or not in so
    many words), ``aside`` (known, and left out on purpose). ``code`` names the sentence.
    """

    kind: str
    code: str
    place: str = ""
    found: str = ""
    key: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_unfinished(self) -> bool:
        """Whether something is left for a person to do."""
        return self.kind in UNFINISHED


@dataclass
class Ledger:
    """The cells that were used, and the remarks on those that were not or need a look."""

    used: set[tuple[str, int, int]] = field(default_factory=set)
    listed: dict[tuple[str, ...], Remark] = field(default_factory=dict)
    scope: str = ""  # whose keys the remarks speak of, where a file holds several projects
    told: dict[str, Remark] = field(default_factory=dict)  # why a cell was not used, by its place

    def use(self, *cells: Cell | None) -> None:
        """These cells were read."""
        self.used |= {_key(cell) for cell in cells if cell is not None}

    def unuse(self, cell: Cell) -> None:
        """This cell was read, but what it says was not taken over after all."""
        self.used.discard(_key(cell))

    def forget(self, sheet: Sheet) -> None:
        """What was read of this sheet is not used after all."""
        self.used -= {_key(cell) for cell in sheet}

    def note(
        self, kind: str, code: str, cell: Cell | None = None, key: str = "", **values: object
    ) -> Remark:
        """Put a remark on the list; the same one only once. Personal values show nothing."""
        place = cell.address if cell else ""
        key = f"{self.scope}{key}" if key else ""
        found = cell.text if cell and code != "personal" else ""
        remark = Remark(kind, code, place, found, key, values)
        remark = self.listed.setdefault((kind, code, place, key), remark)
        if kind in ("left", "aside"):
            self.told.setdefault(place, remark)
        return remark

    def why(self, cell: Cell | None) -> Remark | None:
        """Why a cell was not used, where it was not."""
        return self.told.get(cell.address) if cell is not None else None

    def leave(self, cell: Cell, code: str, kind: str = "left") -> None:
        """This cell was not used, and why; of a broken cell its own fault is the reason."""
        if _key(cell) in self.used or cell.address in self.told:
            return
        if cell.kind == "uncached":
            known = "" if cell.formula == "?" else "_shown"
            self.note("left", f"formula_without_value{known}", cell, formula=cell.formula)
        elif cell.kind == "error":
            self.note("left", "error_value", cell)
        else:
            self.note(kind, code, cell)

    def close(self, sheets: Iterable[Sheet]) -> tuple[int, int]:
        """Put every cell that nobody spoke of on the list; how many were read, and how many not."""
        read = unread = 0
        for sheet in sheets:
            for cell in sorted(sheet, key=lambda each: (each.row, each.column)):
                self.leave(cell, "unknown")
                is_read = _key(cell) in self.used
                read, unread = read + is_read, unread + (not is_read)
        return read, unread

    def in_order(self) -> list[Remark]:
        """The remarks, what must be mended first."""
        return sorted(self.listed.values(), key=lambda remark: KINDS.index(remark.kind))


def _key(cell: Cell) -> tuple[str, int, int]:
    return cell.sheet, cell.row, cell.column
