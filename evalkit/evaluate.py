"""From inputs to an evaluation: the order in which the topics build on one another.

Pure: nothing is read but the framework's own data, nothing is written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from evalkit.facts import facts_of, with_counts
from evalkit.findings import count_findings, find
from evalkit.model import Evaluation, Framework, Inputs
from evalkit.scoring.execution import score_execution, score_funding, score_years
from evalkit.scoring.headcount import score_groups, score_headcount, score_lines
from evalkit.scoring.indicators import score_indicators, score_levels
from evalkit.scoring.outputs import score_milestones, score_outputs
from evalkit.scoring.payments import score_contracts, score_instalments, score_payments
from evalkit.scoring.verdict import score_conditions, score_verdict, verdicts


def evaluate(inputs: Inputs, framework: Framework) -> Evaluation:
    """Score, check and collect the facts of every project in the inputs (评价).

    All projects are scored under the one framework given. Each project's result is the same alone
    or among others.
    """
    scored = score(inputs, framework)
    facts = facts_of(scored)
    found = find(replace(scored, facts=facts))
    counted = count_findings(found, inputs)
    return replace(scored, facts=with_counts(facts, counted), findings=found)


def score(inputs: Inputs, framework: Framework) -> Evaluation:
    """The scored frames, still without facts and findings."""
    lines = score_lines(inputs)
    contracts = score_contracts(inputs)
    instalments = score_instalments(inputs, lines)
    execution = score_execution(inputs, instalments)
    payments = score_payments(inputs, contracts, instalments, execution)
    headcount = score_headcount(inputs, lines, execution)
    milestones = score_milestones(inputs)
    outputs = score_outputs(inputs, framework.settings)
    indicators = score_indicators(inputs, framework, execution, outputs)
    verdict = score_verdict(inputs, framework, indicators, outputs, milestones)
    conditions = score_conditions(framework, _measures(execution, payments, headcount, verdict))
    verdict["verdict"] = verdicts(framework, conditions, verdict["graded_count"])
    return Evaluation(
        inputs=inputs,
        framework=framework,
        execution=execution,
        years=score_years(inputs, execution),
        funding=score_funding(inputs, execution),
        headcount=headcount,
        lines=lines,
        groups=score_groups(inputs, lines),
        payments=payments,
        contracts=contracts,
        instalments=instalments,
        milestones=milestones,
        outputs=outputs,
        indicators=indicators,
        levels=score_levels(framework, indicators),
        verdict=verdict,
        conditions=conditions,
        facts=pd.DataFrame(),
        findings=pd.DataFrame(),
    )


def _measures(*frames: pd.DataFrame) -> pd.DataFrame:
    """Every project-level figure by name: what a verdict condition may speak of."""
    columns: dict[str, Any] = {name: each[name] for each in frames for name in each.columns}
    return pd.DataFrame(columns, index=frames[0].index)
