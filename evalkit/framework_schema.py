"""The shape of a framework file (评价框架文件): which keys it may hold, and what they mean.

Only shapes stand here; what the parts of a file say of one another is in ``framework_faults.py``.
``docs/frameworks.md`` shows step by step how to write one.
"""

# ruff: noqa: RUF012 — pydantic copies the defaults of its models
from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from evalkit.schema import Bilingual, Dimension, Model
from evalkit.values import Format, Id, Positive, Rate, Share, Str, fault, number, percent

#: Seen in a public source, recalled from a regulation, or assumed by whoever wrote the file.
Status = Literal["seen", "recalled", "assumed"]
Sign = Literal[">=", ">", "<=", "<"]


def number_or_rate(value: Any) -> Decimal:
    """A number, or a rate with its sign."""
    return percent(value) if isinstance(value, str) else number(value)


Bound = Annotated[Decimal, BeforeValidator(number_or_rate)]


class Grade(Model):
    """One grade of the scale, from best to worst (评价等级)."""

    id: Id
    label: Bilingual
    status: Status | None = None


class Band(Model):
    """From a rate or score to a grade, or to a share of the points (分档)."""

    grade: Id | None = None
    share: Share | None = None
    at_least: Bound | None = None
    at_most: Bound | None = None
    below: Bound | None = None


class BandTable(Model):
    """Bands under a name, for indicators that are computed and graded."""

    status: Status
    source: Bilingual | None = None
    bands: list[Band] = Field(min_length=1)


class Tier(Model):
    """The bounds of one tier of a qualitative rule (定性档次): half-open but for the best."""

    at_least: Share
    at_most: Share | None = None
    below: Share | None = None
    label: Bilingual | None = None


class Scoring(Model):
    """One rule of scoring (计分规则) with its tables.

    ``target`` and ``to`` are rates, for measures of the framework; own outputs bring their targets.
    """

    kind: Literal[
        "at_least",
        "at_most",
        "equal",
        "within",
        "ratio",
        "stepped",
        "banded",
        "tiered",
        "graded",
        "direct",
    ]
    status: Status
    source: Bilingual | None = None
    target: Rate | None = None
    to: Rate | None = None
    per: Share | None = None
    loss: Share | None = None
    side: Literal["below", "above", "both"] | None = None
    pass_line: Share | None = None
    bands: list[Band] = []
    tiers: dict[Id, Tier] = {}
    shares: dict[Id, Share] = {}

    @model_validator(mode="after")
    def has_its_table(self) -> Scoring:
        """A kind that needs a table has it, and none that it does not use."""
        needs = {"banded": "bands", "tiered": "tiers", "graded": "shares"}.get(self.kind, "")
        for table in ("bands", "tiers", "shares"):
            if bool(getattr(self, table)) != (table == needs):
                raise fault("rule_table", self.kind)
        if (self.to is not None) and (self.kind != "within"):
            raise fault("rule_table", self.kind)
        steps = (self.per, self.loss)
        is_stepped = self.kind == "stepped"
        if any((each is not None) != is_stepped for each in steps) or self.per == 0:
            raise fault("rule_table", self.kind)
        if self.side is not None and not is_stepped:
            raise fault("rule_table", self.kind)
        return self


class Level(Model):
    """One of the higher levels (一至三级指标)."""

    code: Id
    parent: Id | None = None
    name: Bilingual
    points: Positive | None = None
    status: Status | None = None


class Indicator(Model):
    """One indicator of the framework (指标): judged, or computed by a named measure."""

    code: Id
    parent: Id
    name: Bilingual
    note: Bilingual
    method: Id
    bands: Id | None = None
    relative_to: Id | None = None
    relative_status: Status | None = None
    about: Id | None = None
    area: Literal["business", "finance"] | None = None
    refers_to: list[Id] = []
    points: Positive | None = None
    rule: Id | None = None
    status: Status | None = None


class Own(Model):
    """How a project's own outputs become indicators (项目个性指标)."""

    status: Status
    levels: dict[Dimension, Id]
    operators: dict[Literal[">=", "<=", "=", "range"], Id]
    text: Id
    dimensions: dict[Dimension, Id] = {}
    spread: Literal["equal"] = "equal"
    spread_status: Status = "assumed"


class RollUp(Model):
    """How rates of several outputs become one."""

    status: Status
    kind: Literal["output", "outcome"]
    rule: Literal["mean_if_all_valued"]
    at_most: Rate


class Over(Model):
    """From where a value counts as far above its target (明显超出目标值)."""

    status: Status
    source: Bilingual | None = None
    above: Rate


class WeightRule(Model):
    """A least share of the points for some levels (权重下限)."""

    levels: list[Id]
    at_least: Share
    status: Status
    source: Bilingual | None = None


class Condition(Model):
    """One condition of the verdict."""

    id: Id
    verdict: Id
    measure: Id
    operator: Sign
    value: Bound


class VerdictRule(Model):
    """The way from grades and figures to a verdict (结果判定规则)."""

    status: Status
    verdicts: list[Id] = Field(min_length=1)
    conditions: list[Condition]


class Likelihood(Model):
    """Which likelihood follows from a rate of actual to planned."""

    status: Status
    certain: Share
    possible: Share


class Choice(Model):
    """A choice of an official form."""

    id: Id
    label: Bilingual


class FrameworkFile(Model):
    """One issued evaluation framework."""

    evalkit: Format
    id: Id
    based_on: Id | None = None
    kind: Literal["graded", "scored"] = "graded"
    name: Bilingual
    report: Bilingual | None = None
    source: Bilingual
    status: Status
    note: Bilingual | None = None
    points: Positive | None = None
    weights: dict[Id, Positive] = {}
    grades: list[Grade] = Field(min_length=1)
    bands: dict[Id, BandTable] = {}
    rules: dict[Id, Scoring] = {}
    levels: list[Level] = Field(min_length=1)
    indicators: list[Indicator] = []
    own: Own | None = None
    grade_bands: BandTable | None = None
    weight_rules: list[WeightRule] = []
    over: Over | None = None
    roll_up: RollUp | None = None
    verdict: VerdictRule | None = None
    likelihood: Likelihood
    causes: list[Choice] = []
    likelihoods: list[Choice] = []
    forms: list[Str] = []
    sections: list[Id] = []
    scales: dict[Id, list[Id]] = {}
