"""From inputs to an evaluation: the order in which the topics build on one another.

Pure: nothing is read but the framework's own data, nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from evalkit import framework as frameworks
from evalkit.facts import facts_of, with_counts
from evalkit.findings import count_findings, find, no_findings
from evalkit.model import Evaluation, Framework, Inputs, select
from evalkit.recall import Call, directly
from evalkit.scoring.comparison import compared
from evalkit.scoring.earned_value import score_earned_value
from evalkit.scoring.execution import score_execution, score_funding, score_years
from evalkit.scoring.headcount import score_groups, score_headcount, score_lines
from evalkit.scoring.indicators import measures_of, score_indicators, score_levels
from evalkit.scoring.items import Item
from evalkit.scoring.likelihood import with_likelihood
from evalkit.scoring.milestones import score_milestones
from evalkit.scoring.outputs import rate_outputs
from evalkit.scoring.payments import score_contracts, score_instalments, score_payments
from evalkit.scoring.scores import items_of, schemes_of, score_by_level, score_items
from evalkit.scoring.sensitivity import score_sensitivity
from evalkit.scoring.totals import score_totals
from evalkit.scoring.verdict import score_conditions, score_verdict, verdicts


def evaluate(inputs: Inputs, framework: Framework) -> Evaluation:
    """Score, check and collect the facts of every project in the inputs (评价).

    All projects are scored under the one framework given, graded or scored. Each project's result
    is the same alone or among others.
    """
    return checked(score(inputs, framework))


def known(scored: Evaluation, call: Call = directly) -> Evaluation:
    """The scored frames with their facts (事实); what the checks find is still open."""
    return replace(scored, facts=facts_of(scored, call))


def checked(scored: Evaluation, about: str = "") -> Evaluation:
    """The scored frames with their facts and findings, those of the checks ``about`` a subject."""
    evaluation = known(scored)
    found = find(evaluation, about)
    counted = count_findings(found, scored.inputs)
    return replace(scored, facts=with_counts(evaluation.facts, counted), findings=found)


def evaluate_all(
    inputs: Inputs, names: Sequence[str] = (), *, is_tried: bool = False, about: str = ""
) -> dict[str, Evaluation]:
    """Each project under each framework that it names (多框架评价), or under those given.

    One evaluation a framework, by its id, in the order in which they are named first; it holds the
    projects that name it, and what the other frameworks give them. ``is_tried`` asks for the
    sensitivity of each result too, which costs a tenth of a second a project. ``about`` asks for
    the checks alone whose code begins so. Raises ``KeyError`` for a framework that is not known.
    """
    scored = score_all(inputs, names)
    if is_tried:
        scored = {framework_id: tried(each) for framework_id, each in scored.items()}
    return {name: checked(each, about) for name, each in compared(scored).items()}


def main_of(evaluations: Mapping[str, Evaluation], project_id: str) -> Evaluation:
    """The evaluation of a project under the framework that it names first."""
    held = (each for each in evaluations.values() if project_id in each.inputs.projects.index)
    framework: Any = next(held).inputs.projects.at[project_id, "framework"]
    return evaluations[str(framework)]


def tried(scored: Evaluation) -> Evaluation:
    """The scored frames with the sensitivity of each project's result (敏感性)."""
    items: dict[str, list[Item]] = {}
    for item in Topics(scored.inputs).items(scored.framework):
        items.setdefault(item.project, []).append(item)
    sensitivity, robustness = score_sensitivity(scored, items)
    return replace(scored, sensitivity=sensitivity, robustness=robustness)


def score_all(
    inputs: Inputs, names: Sequence[str] = (), call: Call = directly
) -> dict[str, Evaluation]:
    """As ``evaluate_all``, still without facts and findings.

    ``call`` calls each pure function; a ``Recall`` leaves out those that would give the same again.
    """
    named = inputs.projects["frameworks"]
    mine: dict[str, list[str]] = {name: list(inputs.projects.index) for name in names}
    if not names:
        for project, its in named.items():
            for name in its:
                mine.setdefault(name, []).append(str(project))
    topics: dict[tuple[str, ...], Topics] = {}
    found: dict[str, Evaluation] = {}
    for name, ids in mine.items():
        key = tuple(ids)
        if key not in topics:
            some = inputs if len(ids) == len(inputs.projects) else select(inputs, ids)
            topics[key] = Topics(some, call)
        found[name] = topics[key].under(frameworks.of(inputs, name))
    return found


def score(inputs: Inputs, framework: Framework) -> Evaluation:
    """The scored frames, still without facts and findings."""
    return Topics(inputs).under(framework)


#: The topics whose figures an indicator or a condition may name.
KNOWN = ("execution", "payments", "headcount")


class Topics:
    """What is the same under every framework, made once: money, contracts, heads, dates."""

    def __init__(self, inputs: Inputs, call: Call = directly) -> None:
        self.inputs, self._call = inputs, call
        lines = call(score_lines, inputs)
        contracts = call(score_contracts, inputs)
        # All that they are withheld from; what else a line has does not make them anew.
        instalments = call(score_instalments, inputs, lines[["declared_amount"]])
        execution = call(score_execution, inputs, instalments)
        payments = call(score_payments, inputs, contracts, instalments, execution)
        self.frames: dict[str, pd.DataFrame] = {
            "execution": execution,
            "years": call(score_years, inputs, execution),
            "funding": call(score_funding, inputs, execution),
            "headcount": call(score_headcount, inputs, lines, execution),
            "lines": lines,
            "groups": call(score_groups, inputs, lines),
            "payments": payments,
            "contracts": contracts,
            "instalments": instalments,
            "milestones": call(score_milestones, inputs),
            "earned_value": call(score_earned_value, inputs, instalments, execution, payments),
        }
        self._outputs = call(rate_outputs, inputs)

    def outputs(self, framework: Framework) -> pd.DataFrame:
        """The outputs, which depend on a framework by its bounds of likelihood alone."""
        return self._call(_with_likelihood, self._outputs, framework)

    def indicators(self, framework: Framework) -> pd.DataFrame:
        """The indicators of a framework, from what is known of the projects."""
        known = self._measures(framework)
        outputs = self.outputs(framework)
        return self._call(score_indicators, self.inputs, framework, known, outputs)

    def _measures(self, framework: Framework) -> pd.DataFrame:
        return self._call(_measures, framework, *(self.frames[name] for name in KNOWN))

    def items(self, framework: Framework) -> list[Item]:
        """All that a framework gives points for."""
        schemes = schemes_of(self.inputs, framework)
        mine = self.indicators(framework), self.outputs(framework)
        return items_of(self.inputs, framework, *mine, schemes)

    def under(self, framework: Framework) -> Evaluation:
        """These topics with what a framework makes of them."""
        inputs, frames, outputs = self.inputs, self.frames, self.outputs(framework)
        call = self._call
        indicators = self.indicators(framework)
        scored = (
            call(_points, inputs, framework, indicators, outputs)
            if framework.is_scored
            else call(_no_points, inputs, framework)
        )
        if framework.is_scored:
            indicators = indicators.iloc[:0]  # ``scores`` tells of them
        reached = call(score_verdict, inputs, framework, indicators, outputs, frames["milestones"])
        conditions = call(_conditions, framework, self._measures(framework), reached)
        named = verdicts(framework, conditions, reached["graded_count"])
        verdict = reached.assign(verdict=named)
        return Evaluation(
            inputs=inputs,
            framework=framework,
            outputs=outputs,
            indicators=indicators,
            levels=call(score_levels, framework, indicators),
            verdict=verdict,
            conditions=conditions,
            facts=pd.DataFrame(),
            findings=no_findings(inputs),
            **frames,
            **scored,
        )


def _with_likelihood(outputs: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    return with_likelihood(outputs, framework.settings)


def _conditions(framework: Framework, *frames: pd.DataFrame) -> pd.DataFrame:
    return score_conditions(framework, _measures(framework, *frames))


def _points(
    inputs: Inputs, framework: Framework, indicators: pd.DataFrame, outputs: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Items, levels and totals under a framework that gives points."""
    schemes = schemes_of(inputs, framework)
    return _added(
        inputs, framework, items_of(inputs, framework, indicators, outputs, schemes), schemes
    )


def _no_points(inputs: Inputs, framework: Framework) -> dict[str, pd.DataFrame]:
    """The same frames under a framework that grades: nothing is in them."""
    return _added(inputs, framework, [], {})


def _added(
    inputs: Inputs, framework: Framework, items: list[Item], schemes: Any
) -> dict[str, pd.DataFrame]:
    scores = score_items(items, framework)
    return {
        "scores": scores,
        "score_levels": score_by_level(scores, framework, schemes),
        "totals": score_totals(inputs, framework, scores),
    }


def _measures(framework: Framework, *frames: pd.DataFrame) -> pd.DataFrame:
    """The project-level figures that the framework speaks of, by name."""
    wanted = measures_of(framework)
    columns: dict[str, Any] = {
        name: each[name] for each in frames for name in each.columns if name in wanted
    }
    return pd.DataFrame(columns, index=frames[0].index)
