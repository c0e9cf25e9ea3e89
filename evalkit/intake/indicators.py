"""The indicators of a form (指标行): each row with its level, target, result and score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from evalkit.intake.dates import day_in
from evalkit.intake.figures import Figures, points_in
from evalkit.intake.form import Form, Row
from evalkit.intake.labels import is_label, labels, which
from evalkit.intake.ledger import Remark
from evalkit.intake.own import choice_of
from evalkit.intake.readings import Reading, read, ticked, tidy
from evalkit.intake.sheets import Cell
from evalkit.intake.targets import KEYS, values_of

BY_NAME = "satisfaction"  # the dimension that an indicator's name gives away
TICKS = ("cause", "likelihood")


@dataclass
class Indicator:
    """One row: an indicator of the project, or the row of budget execution (``is_execution``).

    One of the framework (``code``) has a ``figure`` and a ``reference`` where its method asks for
    them; ``gaps`` are the keys that a person must fill in.
    """

    name: str
    name_cell: Cell
    level: str = ""
    level_cell: Cell | None = None
    level_points: Decimal | None = None
    dimension: str = ""
    target: Reading | None = None
    actual: Reading | None = None
    expected: Reading | None = None
    planned: Reading | None = None
    measured: Reading | None = None
    points: Decimal | None = None
    score: Decimal | None = None
    reason: str = ""
    due: date | None = None
    evidence: str = ""
    causes: list[str] = field(default_factory=list)
    likelihood: str = ""
    cells: Row = field(default_factory=dict)
    place_cell: Cell | None = None  # the cell that should say what kind of indicator it is
    printed_rate: str = ""
    code: str = ""
    figure: Decimal | None = None
    reference: Decimal | None = None
    is_level: bool = False  # a level of a score sheet that has no indicator
    host: str = ""  # the level of the framework whose points it shares
    stated: Decimal | None = None  # the score that the unit gave where another is computed
    gaps: dict[str, Remark] = field(default_factory=dict)

    @property
    def is_execution(self) -> bool:
        """Whether the row is that of the money, which evalkit computes itself."""
        return self.level == "execution"


def indicators_of(form: Form, figures: Figures) -> Iterator[Indicator]:
    """The rows of a form that hold an indicator; what stands in others goes on the list."""
    level1: Cell | None = None
    level2: Cell | None = None
    has_names = "name" in form.columns
    for row in form.indicators:
        level1, level2 = levels_of(row, level1, level2)
        figures.ledger.use(*(row[key] for key in ("level1", "level2") if key in row))
        row = plain_row(row, figures)
        if found := indicator_of(row, (level1, level2), has_names, figures):
            yield found


def plain_row(row: Row, figures: Figures) -> Row:
    """A row without what is not carried over; a target that was changed takes the first's place."""
    kept: Row = {}
    for key, cell in row.items():
        column = key.partition("+")[0]
        if column == "numbering":
            figures.ledger.use(cell)
        elif column in ("computed", "unused"):
            figures.ledger.leave(cell, "computed" if column == "computed" else "no_place", "aside")
        else:
            kept[key] = cell
    adjusted = kept.pop("adjusted", None)
    if adjusted is not None and says_something(adjusted):
        if (first := kept.get("target")) is not None:
            figures.ledger.leave(first, "replaced", "aside")
        kept["target"] = adjusted
    elif adjusted is not None:
        figures.ledger.use(adjusted)
    return kept


def levels_of(
    row: Row, level1: Cell | None, level2: Cell | None
) -> tuple[Cell | None, Cell | None]:
    """The level cells that hold for a row: its own, or those above where they are left empty."""
    mine = row.get("level1")
    if mine is not None and mine is not level1:
        return mine, row.get("level2")
    return level1, row.get("level2", level2)


def indicator_of(
    row: Row, levels: tuple[Cell | None, Cell | None], has_names: bool, figures: Figures
) -> Indicator | None:
    """The indicator of a row; None for an empty row of the form, a subtotal or a row without name.

    Where the form has no column of names (``has_names``), the second level serves as one.
    """
    level1, level2 = levels
    name_cell = row.get("name") if has_names else row.get("level2") or row.get("level1")
    said = [cell for key, cell in row.items() if key in ("target", "actual", "score", "expected")]
    is_empty = not any(says_something(cell) for cell in said)
    if name_cell is None or (is_empty and not has_names):
        leave_row(row, figures, "row_without_name")
        return None
    own = [row[key] for key in KEYS if key in row]
    if which(name_cell.text, "levels") and not any(map(says_something, own)):
        leave_row(row, figures, "level_alone", "aside")
        return None
    if is_label(name_cell.text, "subtotal"):
        leave_row(row, figures, "subtotal", "aside")
        return None
    found = Indicator(figures.text(name_cell), name_cell, level_cell=level1, cells=row)
    _place(found, level1, level2, figures)
    found.points = figures.points(own_cell(row, "points", figures))
    found.score = figures.points(own_cell(row, "score", figures))
    if found.is_execution:
        _execution(found, row, figures)
        return found
    values = values_of(row, figures)
    for key, value in values.items():
        setattr(found, key, value)
    if (due := row.get("due")) and (day := day_in(due.text)):
        found.due = day
        figures.use(due)
    found.reason = reason_of(row, figures)
    found.evidence = evidence_of(row, figures)
    _ticks(found, row, figures)
    return found


def says_something(cell: Cell) -> bool:
    return cell.kind in ("uncached", "error") or read(cell.text).kind != "nothing"


def _row_of(row: Row) -> int:
    return max(cell.row for cell in row.values())


def leave_row(row: Row, figures: Figures, code: str, kind: str = "left") -> None:
    """A row that is no indicator: an empty line of the form says nothing, another is listed."""
    for cell in row.values():
        if not says_something(cell):
            figures.ledger.use(cell)
        else:
            figures.ledger.leave(cell, code, kind)


def own_cell(row: Row, key: str, figures: Figures) -> Cell | None:
    """The cell of a row; one that is merged over several rows counts for the first alone."""
    cell = row.get(key)
    if cell is None or cell.row == _row_of(row):
        return cell
    figures.ledger.note("doubtful", "merged_value", cell)
    return None


def _place(found: Indicator, level1: Cell | None, level2: Cell | None, figures: Figures) -> None:
    """The level and the dimension of an indicator by the names of its levels."""
    texts = [cell.text for cell in (level1, level2, found.name_cell) if cell is not None]
    found.level = which(level1.text, "levels") if level1 else ""
    if which(found.name, "levels") == "execution" or any(
        which(text, "levels") == "execution" for text in texts[:2]
    ):
        found.level = "execution"
        return
    found.level_points = points_in(level1.text) if level1 else None
    for text in (level2.text if level2 else "", level1.text if level1 else ""):
        found.dimension = found.dimension or which(text, "dimensions")
    if found.level in ("satisfaction", "cost") and found.dimension not in ("satisfaction", "cost"):
        found.dimension = found.level
    if level1 is None and level2 is None and which(found.name, "dimensions") == BY_NAME:
        found.dimension = BY_NAME
        figures.ledger.note("assumed", "dimension_of_name", found.name_cell)
    found.place_cell = level2 or level1 or found.name_cell


def kind_of(found: Indicator) -> str:
    """``output`` or ``outcome``, by the level's name, else by the dimension; empty if unknown."""
    if found.level in ("output", "cost"):
        return "output"
    if found.level in ("outcome", "satisfaction"):
        return "outcome"
    if not found.dimension:
        return ""
    return "outcome" if found.dimension in labels()["outcomes"] else "output"


def _execution(found: Indicator, row: Row, figures: Figures) -> None:
    """The row of budget execution: evalkit computes the rate and compares what is printed."""
    for key in ("target", "reason", "unit", "operator"):
        if cell := row.get(key):
            figures.ledger.leave(cell, "computed", "aside")
    if (actual := row.get("actual")) and read(actual.text).kind == "number":
        figures.ledger.use(actual)
        found.printed_rate = actual.printed or tidy(actual.text)


# --- reasons and boxes ---------------------------------------------------------------------


def reason_of(row: Row, figures: Figures) -> str:
    """Why it deviates; two columns of reasons make one text."""
    return _told("reason", row, figures)


def evidence_of(row: Row, figures: Figures) -> str:
    """What a value or a score rests on."""
    return _told("evidence", row, figures)


def _told(key: str, row: Row, figures: Figures) -> str:
    """The words of the columns of one name; evalkit's own are no words of the unit."""
    cells = [cell for name, cell in row.items() if name.partition("+")[0] == key]
    told = []
    for cell in cells:
        if read(cell.text).kind == "nothing" and cell.kind == "text":
            figures.ledger.use(cell)
        elif choice_of(cell.text, "reason_code"):
            figures.ledger.leave(cell, "computed", "aside")
        else:
            told.append(figures.text(cell))
    return " ".join(filter(None, told))


def _ticks(found: Indicator, row: Row, figures: Figures) -> None:
    """The causes and the likelihood that are ticked."""
    chosen: list[tuple[str, Cell]] = []
    for key, cell in row.items():
        group, _, choice = key.partition(".")
        if group not in TICKS:
            continue
        answer = ticked(cell.text)
        if answer is None:
            figures.ledger.leave(cell, "no_tick")
            continue
        figures.ledger.use(cell)
        if answer and group == "cause":
            found.causes.append(choice)
        elif answer:
            chosen.append((choice, cell))
    if len(chosen) == 1:
        found.likelihood = chosen[0][0]
    elif chosen:
        figures.ledger.note("doubtful", "several_ticks", chosen[1][1])
