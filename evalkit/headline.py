"""The verdict and the figures that matter (摘要指标), for the first screen of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evalkit.facts import Facts
from evalkit.model import SEVERITIES, Text
from evalkit.sentences import escape
from evalkit.terms import is_missing
from evalkit.words import Words

#: In the order of their weight for who decides; the first five that a project has are shown.
FIGURES = (
    "budget_amount", "executed_amount", "execution_rate", "execution_accuracy_rate",
    "schedule_rate", "elapsed_rate", "contract_execution_rate", "received_execution_rate",
    "initial_amount", "received_amount",
)  # fmt: skip
MOST = 5


def headline(facts: Facts, words: Words, grades: Mapping[str, Text]) -> str:
    """Verdict or score, and forecast, as computed and as stated; five figures; count of findings.

    ``grades`` are the labels of the framework's grades.
    """
    there = [name for name in FIGURES if not is_missing(facts.value(name))]
    if facts["expected_amount"].way != "schedule":
        there = [
            name for name in there if name != "schedule_rate"
        ]  # a plan of a part foresees less
    figures = "".join(_figure(name, facts, words) for name in there[:MOST])
    parts = [
        conclusions(facts, words, grades),
        f'<dl class="figures">{figures}</dl>',
        f'<p class="counted">{_counted(facts, words)}</p>',
    ]
    return "\n".join(filter(None, parts))


def conclusions(facts: Facts, words: Words, grades: Mapping[str, Text]) -> str:
    """Verdict or score, and forecast, as computed and as stated; empty where there is none."""
    judged = [] if is_missing(facts.value("framework_points")) else [_score(facts, words, grades)]
    judged += [
        _judged(name, facts, words)
        for name in ("verdict", "forecast")
        if not is_missing(facts.value(name))
    ]
    return f'<div class="judged">{"".join(judged)}</div>' if judged else ""


def _judged(name: str, facts: Facts, words: Words) -> str:
    """A conclusion: what follows from the figures, and small below it what was stated."""
    computed, stated = facts.value(name), facts.value(f"stated_{name}")
    lines = [
        f"<span>{escape(words.term(f'headings.{name}'))}</span>",
        f"<strong>{escape(words.term(f'{name}.{computed}'))}</strong>",
    ]
    if not is_missing(stated):
        pair = words.term("headings.pair")
        said = pair.format(name=words.term("labels.stated"), value=words.term(f"{name}.{stated}"))
        lines.append(f"<span>{escape(said)}</span>")
    kind = f"{name}-{computed}".replace("_", "-")
    return f'<p class="{kind}">{"<br>".join(lines)}</p>'


def _score(facts: Facts, words: Words, grades: Mapping[str, Text]) -> str:
    """Score and grade, or what is within reach while an item is not decided; below it the stated.

    ``rebased_score`` is the total on full points, also where everything applies.
    """
    known = _reach(facts, words, grades, [("rebased_score", "total_grade")])
    ends = [(f"{end}_rebased_score", f"{end}_grade") for end in ("lowest", "highest")]
    stated = _reach(facts, words, grades, [("stated_total_score", "stated_total_grade")])
    is_open = is_missing(facts.value("rebased_score"))
    shown = words.term("status.cannot_be_evaluated") if is_open else known
    lines = [f"<span>{escape(words.term('total_score'))}</span>",
             f"<strong>{escape(shown)}</strong>"]  # fmt: skip
    if is_open:
        lines.append(f"<span>{escape(_reach(facts, words, grades, ends))}</span>")
    if stated:
        said = words.term("headings.pair").format(name=words.term("labels.stated"), value=stated)
        lines.append(f"<span>{escape(said)}</span>")
    kind = "verdict-cannot-be-evaluated" if is_open else "score"
    return f'<p class="{kind}">{"<br>".join(filter(None, lines))}</p>'


def _reach(
    facts: Facts, words: Words, grades: Mapping[str, Text], ends: Sequence[tuple[str, str]]
) -> str:
    """Score with grade in brackets, each from its first end to its last where they differ."""
    scores, named = (
        [value for value in map(facts.value, names) if not is_missing(value)]
        for names in zip(*ends, strict=True)
    )
    shown = [words.figure(each, "points", "bare") for each in scores[:-1]]
    shown += [words.figure(each, "points") for each in scores[-1:]]
    parts = [
        _span(words, shown),
        _span(words, [words.text(grades.get(each, each)) for each in named]),
    ]
    if not all(parts):
        return "".join(parts)
    return words.term("headings.with_unit").format(name=parts[0], unit=parts[1])


def _span(words: Words, ends: Sequence[str]) -> str:
    if len(set(ends)) < 2:
        return "".join(ends[:1])
    return words.term("headings.period").format(start=ends[0], end=ends[-1])


def _figure(name: str, facts: Facts, words: Words) -> str:
    fact = facts[name]
    shown = escape(words.fact_figure(fact))
    if fact.formula:
        title = escape(words.formula(fact, facts))
        shown = f'<a class="fact" href="#fact-{name}" title="{title}">{shown}</a>'
    return f"<div><dt>{escape(words.term(name))}</dt><dd>{shown}</dd></div>"


def _counted(facts: Facts, words: Words) -> str:
    """How many findings of each severity, as one line that leads to them."""
    pair = words.term("headings.pair")
    counts = []
    for each in SEVERITIES:
        said = pair.format(name=words.term(f"severity.{each}"), value=facts.value(f"{each}_count"))
        counts.append(f'<span class="severity-{each}">{escape(said)}</span>')
    accepted = facts.value("accepted_count")
    if not is_missing(accepted) and accepted:
        said = pair.format(name=words.term("accepted_count"), value=accepted)
        counts.append(f"<span>{escape(said)}</span>")
    total = pair.format(name=words.term("topics.findings"), value=facts.value("finding_count"))
    return f'<a href="#findings">{escape(total)}</a> {" ".join(counts)}'
