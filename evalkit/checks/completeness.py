"""What was left open: placeholders, instructions, signs in the place of words, targets copied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from evalkit.catalogue import patterns
from evalkit.checks.reading import fold
from evalkit.checks.rows import Row, finding, is_given, items, named
from evalkit.checks.wording import is_same, versions
from evalkit.model import EXACT, Evaluation, Inputs, Text
from evalkit.recall import kept

#: Frames whose texts are quoted as they are, and read by checks of their own.
QUOTED = ("printed", "masked", "prose")
#: A quality and nothing else: so many Chinese signs, or words, without a comma.
BARE = re.compile(r"(?:[\u2e80-\u9fff]{1,8}|[A-Za-z'-]+(?: [A-Za-z'-]+){0,3})?\W?")
LONGEST_SIGN = 40  # of what is quoted of a text


class Place(NamedTuple):
    """A text of a project: where it stands, as a finding names it, and what it says."""

    project_id: str
    where: str | Text
    text: Text | str
    source: str  # file:line, where it is known


def check_placeholder(evaluation: Evaluation) -> Iterator[Row]:
    """A placeholder or an instruction of the form was left in (占位符、填写说明未删除)."""
    masked = {str(where) for where in evaluation.inputs.masked["where"]}
    for place in _texts(evaluation.inputs):
        # What was masked here is a finding of its own, and its signs look like a placeholder.
        sign = "" if place.source in masked else _placeholder(place.text)
        if sign:
            yield finding(
                place.project_id, "error", place.where, "text", actual=sign[:LONGEST_SIGN]
            )


def check_says_nothing(evaluation: Evaluation) -> Iterator[Row]:
    """A text is made of signs alone (只有标点符号)."""
    for place in _texts(evaluation.inputs):
        if not versions(place.text) and not _placeholder(place.text):
            yield finding(place.project_id, "warning", place.where, "text", actual=place.text)


def check_copied_target(evaluation: Evaluation) -> Iterator[Row]:
    """What was reached repeats the words of the target (完成情况照抄目标).

    Not where the target is a bare quality that was reached (健全, 健全), nor where a tier and its
    evidence say how far it was; but figures that are the same to the last word were copied.
    """
    outputs = evaluation.outputs
    for row in items(outputs, outputs["target_text"].notna() & outputs["actual_text"].notna()):
        if is_same(row["target_text"], row["actual_text"]) and not _is_quality(row):
            yield finding(
                row["project_id"], "warning", f"outputs.{row['item']}.actual_text", "text",
                actual=row["actual_text"], output=named(row),
            )  # fmt: skip


def _is_quality(row: Row) -> bool:
    """Whether a target is a quality, without figures, that may well be told in the same words."""
    told = versions(row["target_text"])
    if any(re.search(r"\d", text) for text in told):
        return False
    is_proven = is_given(row["tier"]) and is_given(row["evidence"])
    return is_proven or all(BARE.fullmatch(fold(str(text))) for text in row["target_text"])


def _placeholder(text: Text | str) -> str:
    """The sign of a placeholder in a text, in any of its languages; empty where there is none."""
    both = text if isinstance(text, Text) else (text,)
    return next(filter(None, map(_left_in, both)), "")


@lru_cache(maxsize=65536)
def _left_in(text: str) -> str:
    for line in text.splitlines():
        folded = fold(line)
        for pattern in patterns("placeholder"):
            found = pattern.search(folded)
            if found:
                return found[0].strip()
    return ""


@kept
def _texts(inputs: Inputs) -> list[Place]:
    """Every text of every project, each once; the prose that fills a column counts as that."""
    places: list[Place] = []
    told: set[tuple[str, str]] = set()
    for name, frame in inputs.frames():
        if name in QUOTED or frame.empty:
            continue
        keys = [key if isinstance(key, tuple) else (key, "") for key in frame.index.tolist()]
        # A column of a frame with a plain index is cheaper to take out.
        for column, values in frame.set_axis(range(len(frame))).items():
            if values.dtype != EXACT:
                continue
            for (project_id, item), value in zip(keys, values.tolist(), strict=True):
                texts = [each for each in (value if isinstance(value, list) else [value])
                         if isinstance(each, str | Text)]  # fmt: skip
                if not texts:
                    continue
                where = f"{name}.{item}.{column}" if item else str(column)
                source = inputs.places.get((name, project_id, item, str(column)), "")
                for text in texts:
                    told.add((project_id, str(text)))
                    places.append(Place(project_id, where, text, source))
    for row in items(inputs.prose):
        both = Text(row["zh"], row["en"])
        if (row["project_id"], str(both)) not in told:
            source = inputs.places.get(("prose", row["project_id"], row["item"], "zh"), "")
            named_by: Any = source or row["item"]
            places.append(Place(row["project_id"], Text(named_by, named_by), both, source))
    return places
