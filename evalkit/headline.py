"""The verdict and the figures that matter (摘要指标), for the first screen of a report."""

from __future__ import annotations

from evalkit.facts import Facts
from evalkit.model import SEVERITIES
from evalkit.sentences import escape
from evalkit.terms import is_missing
from evalkit.words import Words

#: In the order of their weight for who decides; the first five that a project has are shown.
FIGURES = (
    "total_score", "budget_amount", "executed_amount", "execution_rate", "execution_accuracy_rate",
    "schedule_rate", "elapsed_rate", "contract_execution_rate", "received_execution_rate",
    "initial_amount", "received_amount",
)  # fmt: skip
MOST = 5


def headline(facts: Facts, words: Words) -> str:
    """Verdict and forecast as computed and as stated, five figures, the count of findings."""
    judged = [
        _judged(name, facts, words)
        for name in ("verdict", "forecast")
        if not is_missing(facts.value(name))
    ]
    there = [name for name in FIGURES if not is_missing(facts.value(name))]
    figures = "".join(_figure(name, facts, words) for name in there[:MOST])
    parts = [f'<div class="judged">{"".join(judged)}</div>'] if judged else []
    parts.append(f'<dl class="figures">{figures}</dl>')
    return "\n".join([*parts, f'<p class="counted">{_counted(facts, words)}</p>'])


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
    total = pair.format(name=words.term("topics.findings"), value=facts.value("finding_count"))
    return f'<a href="#findings">{escape(total)}</a> {" ".join(counts)}'
