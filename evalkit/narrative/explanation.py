"""What the catalogue tells of a finding (发现的含义): by its code, or all of them by group."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from evalkit.catalogue import catalogue, groups
from evalkit.narrative.project import Saying, say
from evalkit.sentences import variant

MOST_NEAR = 3


def tell_finding(code: str, lang: str) -> list[Saying]:
    """All that is known of one finding. Raises ``KeyError`` for a code that there is not."""
    entry = catalogue()[code]
    severities = [f"severity.{each}" for each in entry.severities]
    return [
        say("head", code=(code, "text"), about=(about(code, lang), "text")),
        say("kind", group=(f"finding_group.{entry.group}", "term"),
            severities=(severities, "terms")),
        say("why", why=(variant(lang, "findings", f"{code}_why"), "text")),
        *[say("bound", **extra) for extra in bounds_of(code)],
        say("misfires", misfires=(variant(lang, "checks", f"{code}_misfires"), "text")),
        say("accept"),
    ]  # fmt: skip


def tell_catalogue(lang: str) -> Iterator[Saying]:
    """Every finding in a line, below the name of its group."""
    for group in groups():
        yield say("group", group=(f"finding_group.{group}", "term"))
        for code, entry in catalogue().items():
            if entry.group == group:
                yield say("line", code=(code, "text"), about=(about(code, lang), "text"))


def tell_unknown(code: str) -> Saying:
    """That there is no such finding, and which codes come close."""
    near = difflib.get_close_matches(code, catalogue(), n=MOST_NEAR, cutoff=0.5)
    if not near:
        near = [each for each in catalogue() if code and code in each][:MOST_NEAR]
    told: dict[str, Any] = {"code": (code, "text")}
    return say("unknown", near=(", ".join(near), "text"), **told) if near else say(
        "unknown_far", **told
    )  # fmt: skip


def about(code: str, lang: str) -> str:
    """What a finding is in one sentence, without the figures of any project."""
    return variant(lang, "checks", code)


def bounds_of(code: str) -> list[dict[str, Any]]:
    """What decides whether it is found and no source gives: the name and value of each bound."""
    return [
        {"name": (f"bound.{each.name}", "term"), "value": (each.value, each.unit)}
        for each in catalogue()[code].bounds
    ]
