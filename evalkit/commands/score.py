"""``evalkit score`` (评分): each project's totals under its frameworks side by side."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from evalkit.commands import FINE, say
from evalkit.commands.projects import evaluated, loaded_from, refuse_unknown
from evalkit.model import Evaluation
from evalkit.words import Words

#: What `score` tells of the findings: those of the checks of scores, whose codes begin so.
OF_SCORES = "score_"


def run_score(asked: Namespace, words: Words) -> int:
    """Print each project's totals under its frameworks side by side, and why they differ."""
    from evalkit.export import listed_json, scores_data

    loaded = loaded_from(asked.params, words)
    refuse_unknown(asked.framework, loaded, words)
    how = {"is_tried": asked.sensitivity, "about": OF_SCORES}
    found = evaluated(loaded, asked.framework, **how)
    if asked.format == "json":
        for piece in listed_json("projects", (scores_data(mine, name) for _, mine, name in found)):
            print(piece, end="")
    else:
        for _, mine, project_id in found:
            print("\n".join(_score_lines(mine, project_id, words.lang)), end="\n\n")
    return FINE


def _score_lines(
    evaluations: Mapping[str, Evaluation], project_id: str, lang: str
) -> Iterator[str]:
    """One project's totals, what is not scored or wrong there, and why frameworks differ."""
    from evalkit.export import words_of
    from evalkit.facts import facts_for
    from evalkit.narrative.comparison import totals_told, undecided_told, why_told
    from evalkit.narrative.findings import finding_saying
    from evalkit.narrative.sensitivity import firm_told

    first = next(iter(evaluations.values()))
    words = words_of(first, project_id, lang)
    named: Any = first.inputs.projects.at[project_id, "name"]
    yield say(words, "score_head", project=project_id, name=words.text(named))
    for each in evaluations.values():
        facts = facts_for(each, project_id)
        framework = words.text(each.framework.name)
        for variant, extra in totals_told(each, project_id):
            yield "  " + words.plain("comparison", variant, facts, extra)
        told = undecided_told(each, project_id)
        if told:
            yield "  " + say(words, "score_undecided", framework=framework)
        for variant, extra in told:
            yield "      " + words.plain("comparison", variant, facts, extra)
        for variant, extra in firm_told(each, project_id):
            yield "  " + words.plain("sensitivity", variant, facts, extra)
        findings = each.findings[each.findings.index.get_level_values(0) == project_id]
        if len(findings):
            yield "  " + say(words, "score_findings", framework=framework)
        for _, row in findings.iterrows():
            variant, extra = finding_saying(row)
            yield "      " + words.plain("findings", variant, facts, extra)
    why = why_told(first, project_id)
    if why:
        yield "  " + say(words, "score_why")
    for variant, extra in why:
        yield "      " + words.plain("comparison", variant, {}, extra)
