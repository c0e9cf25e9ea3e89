"""The rows of a score sheet (评分表): indicators of its framework, and the project's own."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.intake.figures import Figures
from evalkit.intake.fitting import code_of, named_level, own_dimensions
from evalkit.intake.form import Form, Row
from evalkit.intake.indicators import (
    Indicator,
    evidence_of,
    indicator_of,
    leave_row,
    levels_of,
    own_cell,
    plain_row,
    reason_of,
    says_something,
)
from evalkit.intake.labels import is_label, which
from evalkit.intake.noted import Noted, Tree, without_none
from evalkit.intake.readings import Reading, read
from evalkit.intake.sheets import Cell
from evalkit.intake.targets import KEYS
from evalkit.model import Framework
from evalkit.scoring.indicators import GIVEN

JUDGED = "judged"


def scored_of(form: Form, figures: Figures, framework: Framework) -> Iterator[Indicator]:
    """The rows that hold an indicator of the framework (with its ``code``) or one of the project.

    A row that is neither goes on the list.
    """
    level1: Cell | None = None
    level2: Cell | None = None
    for bare_row in form.indicators:
        level1, level2 = levels_of(bare_row, level1, level2)
        figures.ledger.use(*(bare_row[key] for key in ("level1", "level2") if key in bare_row))
        row = plain_row(bare_row, figures)
        name = row.get("name")
        if name is None or is_label(name.text, "subtotal"):
            leave_row(row, figures, *(("row_without_name",) if name is None
                                      else ("subtotal", "aside")))  # fmt: skip
            continue
        above = {"level1": level1, "level2": level2}
        levels = {key: cell for key, cell in above.items() if cell is not None}
        code, is_doubtful = code_of(name.text, levels, framework)
        dimensions = own_dimensions(levels, framework)
        if code:
            yield _of_framework(code, row, figures, framework)
        elif level := _level_alone(row, framework):
            points = read(row["points"].text) if "points" in row else None
            leave_row(row, figures, "level_alone", "aside")
            if points is not None and points.kind == "number" and not points.operator:
                yield Indicator("", name, points=points.value, host=level, is_level=True)
        elif dimensions and not is_doubtful:
            found = indicator_of(row, (level1, level2), True, figures)
            if found is not None:
                yield _own(found, dimensions, framework)
        else:
            figures.ledger.leave(name, "several_indicators" if is_doubtful else "no_indicator")
            leave_row(row, figures, "row_of_no_indicator", "aside")


def _level_alone(row: Row, framework: Framework) -> str:
    """The level that a row without values is named after: evalkit prints an empty one so."""
    has_values = any(key in row and says_something(row[key]) for key in KEYS)
    return "" if has_values else named_level(row["name"].text, framework)


def _own(found: Indicator, dimensions: tuple[str, ...], framework: Framework) -> Indicator:
    """An indicator of the project: its dimension is that of its level, else what its names say."""
    if len(dimensions) == 1:
        found.dimension = dimensions[0]
    elif found.dimension not in dimensions:
        words = which(found.name, "dimensions")
        found.dimension = words if words in dimensions else ""
    own = framework.settings["own"]["levels"]
    hosts = {own[each] for each in ([found.dimension] if found.dimension else dimensions)}
    found.host = hosts.pop() if len(hosts) == 1 else ""
    return found


def _of_framework(code: str, row: Row, figures: Figures, framework: Framework) -> Indicator:
    """The score of an indicator of the framework, with what its method asks for."""
    name = row["name"]
    found = Indicator(figures.text(name), name, cells=row, code=code)
    found.points = figures.points(own_cell(row, "points", figures))
    found.score = figures.points(own_cell(row, "score", figures))
    found.evidence = evidence_of(row, figures)
    found.reason = reason_of(row, figures)
    if framework.indicators.at[code, "method"] in GIVEN:
        _given(found, row, figures)
    elif _is_judged(code, framework):
        _judge(found, figures)
    for key in ("target", "actual", "expected", "unit", "operator"):
        cell = row.get(key)
        if cell is not None and not says_something(cell):
            figures.ledger.use(cell)
        elif cell is not None:
            figures.ledger.leave(cell, "computed", "aside")
    return found


def _judge(found: Indicator, figures: Figures) -> None:
    """The last column is what a given score rests on; neither of them counts without the other."""
    if not found.evidence:
        found.evidence, found.reason = found.reason, ""
    if found.score is None and found.evidence:
        figures.ledger.note("doubtful", "no_score", found.cells.get("score", found.name_cell))
    elif found.score is not None and not found.evidence:
        key = f"judgements.{found.code}.evidence"
        found.gaps["evidence"] = figures.ledger.note("missing", "no_evidence", key=key)


def _given(found: Indicator, row: Row, figures: Figures) -> None:
    """Planned and actual of a method that compares two figures; a rate says neither of them."""
    values = {key: _figure(row.get(key)) for key in ("target", "actual")}
    target, actual = values["target"], values["actual"]
    if target is not None and actual is not None and target.unit == actual.unit:
        found.reference, found.figure = target.value, actual.value
        figures.use(row["target"])
        figures.use(row["actual"])
        return
    for key in ("figure", "reference"):
        remark = figures.ledger.note("missing", "no_figure", key=f"judgements.{found.code}.{key}")
        found.gaps[key] = remark


def _figure(cell: Cell | None) -> Reading | None:
    """A plain number with its unit that is no rate; None for anything else."""
    if cell is None or cell.kind in ("uncached", "error"):
        return None
    found = read(cell.text)
    is_plain = found.kind == "number" and found.operator in ("", "=") and "%" not in found.unit
    return found if is_plain else None


def _is_judged(code: str, framework: Framework) -> bool:
    return bool(framework.indicators.at[code, "method"] == JUDGED)


def judgement(found: Indicator, framework: Framework) -> Tree:
    """What a params file says of an indicator of the framework.

    The score of a judged one is given; that of a computed one is only stated.
    """
    is_judged = _is_judged(found.code, framework)
    return without_none([
        ("score", found.score if is_judged else None),
        ("stated_score", found.stated if is_judged or found.stated is not None else found.score),
        *((key, Noted(None, found.gaps[key]) if key in found.gaps else getattr(found, key))
          for key in ("figure", "reference", "evidence", "reason")),
    ])  # fmt: skip
