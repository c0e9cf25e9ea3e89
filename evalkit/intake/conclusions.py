"""What a tracking report concludes (跟踪结论): verdict, forecast and what is on plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evalkit.intake.labels import which
from evalkit.intake.ledger import Ledger
from evalkit.intake.noted import Tree, without_none
from evalkit.intake.own import choice_of
from evalkit.intake.parts import Part
from evalkit.intake.readings import boxes_in, ticked
from evalkit.intake.tracking_texts import texts_of

FORECASTS = ("cannot_complete", "can_complete")  # one that cannot be reached decides


def conclusions_of(parts: list[Part], ledger: Ledger) -> Tree:
    """Verdict, forecast and what is on plan (结论), as ticked.

    What stands below a form that was ticked by computation counts before its boxes.
    """
    said = {key: value for part in parts for key, value in _remarked(part)}
    ticked_ones: dict[str, Any] = {
        "verdict": _verdict(parts, ledger),
        "forecast": _forecast(parts, ledger),
        "funds_on_plan": _yes_or_no(parts, "funds_on_plan", ledger),
        "on_schedule": _yes_or_no(parts, "on_schedule", ledger),
    }
    return without_none((key, said.get(key, value)) for key, value in ticked_ones.items())


def _remarked(part: Part) -> Iterator[tuple[str, Any]]:
    for key, (value, cell) in part.form.stated.items():
        part.figures.ledger.use(cell)
        if key in ("verdict", "forecast") and (choice := choice_of(value, key)):
            yield key, choice
        elif key in ("funds_on_plan", "on_schedule"):
            yield key, which(value, "tracking_choices") == "yes"


def _verdict(parts: list[Part], ledger: Ledger) -> str:
    for _, cell in texts_of(parts, "verdict"):
        boxes = boxes_in(cell.text)
        words = [word for word, is_on in boxes if is_on] if boxes else [cell.text]
        found = [choice for word in words if (choice := choice_of(word, "verdict"))]
        if len(found) == 1:
            ledger.use(cell)
            return found[0]
        ledger.leave(cell, "no_verdict")
    return ""


def _forecast(parts: list[Part], ledger: Ledger) -> str:
    ticks = {
        choice
        for part in parts
        for row in part.form.indicators
        for choice in FORECASTS
        if (cell := row.get(f"forecast.{choice}")) is not None and ticked(cell.text)
    }
    return next((choice for choice in FORECASTS if choice in ticks), "")


def _yes_or_no(parts: list[Part], name: str, ledger: Ledger) -> bool | None:
    answers: dict[str, bool] = {}
    for answer in ("yes", "no"):
        for _, cell in texts_of(parts, f"{name}.{answer}"):
            is_on = ticked(cell.text)
            if is_on is None:
                ledger.leave(cell, "no_tick")
                continue
            ledger.use(cell)
            answers[answer] = answers.get(answer, False) or is_on
    yes, no = answers.get("yes", False), answers.get("no", False)
    return yes if yes != no else None
