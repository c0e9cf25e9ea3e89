"""The shape of a params file (参数文件): which keys it may hold, and what belongs together.

These models only say what a file may look like: ``values.py`` says what each value may be,
``params.py`` reads files, and ``text/<lang>/fields.yaml`` explains every key in words. Amounts and
rates stay as they were written (``Decimal``, in the unit of the file) until ``columns.py`` converts
them. A key whose value is empty is the same as one left out.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from evalkit.model import Text
from evalkit.values import (
    Amount,
    Bound,
    Count,
    Date,
    Flag,
    Format,
    Frameworks,
    Id,
    MoneyUnit,
    Number,
    Operator,
    Positive,
    Share,
    Str,
    Year,
    fault,
    text,
    words,
)


class Model(BaseModel):
    """Every part of the file: unknown keys are faults and nothing is changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def without_empty_keys(cls, value: Any) -> Any:
        """A known key with nothing behind it is not there."""
        if not isinstance(value, dict):
            return value
        return {k: v for k, v in value.items() if v is not None or k not in cls.model_fields}


class Bilingual(Model):
    """A text, as one string or with a version per language (文本)."""

    zh: Str | None = None
    en: Str | None = None

    @model_validator(mode="before")
    @classmethod
    def from_string(cls, value: Any) -> Any:
        """One string serves both languages."""
        if isinstance(value, dict):
            return value
        found = words(value)
        return {"zh": found, "en": found}

    @model_validator(mode="after")
    def says_something(self) -> Bilingual:
        """At least one language is there; it serves where the other is missing."""
        if self.zh is None and self.en is None:
            raise fault("empty_text", "")
        return self

    @property
    def text(self) -> Text:
        """The text in both languages."""
        return Text(self.zh or self.en or "", self.en or self.zh or "")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """A plain string is allowed wherever a text is."""
        text = {"type": "string"}
        both = {
            "type": "object", "properties": {"zh": text, "en": text},
            "additionalProperties": False, "minProperties": 1,
        }  # fmt: skip
        return {"anyOf": [text, both]}


class Units(Model):
    """The units of the file's amounts; both are mandatory (单位)."""

    amount: MoneyUnit
    unit_cost: MoneyUnit


class Period(Model):
    """From the first to the last day, both included (起止日期)."""

    start: Date
    end: Date

    @model_validator(mode="after")
    def in_order(self) -> Period:
        """A period cannot end before it starts."""
        if self.end < self.start:
            raise fault("ends_before_start", f"{self.start} – {self.end}")
        return self


class Tracking(Model):
    """The tracking period and its date (跟踪时段、跟踪时点)."""

    start: Date
    as_of: Date

    @model_validator(mode="after")
    def in_order(self) -> Tracking:
        """Tracking cannot end before it starts."""
        if self.as_of < self.start:
            raise fault("ends_before_start", f"{self.start} – {self.as_of}")
        return self


class Project(Model):
    """The project and its calendar (项目)."""

    name: Bilingual
    region: Bilingual | None = None
    year: Year
    category: Literal["recurring", "one_off"]
    period: Period
    tracking: Tracking
    report_on: Date | None = None
    services: list[Bilingual] = []


class Parties(Model):
    """Who carries the project out, who commissioned the evaluation, who evaluates (各方)."""

    implementing_unit: Bilingual
    authority: Bilingual | None = None
    department: Bilingual | None = None
    client: Bilingual | None = None
    evaluator: Bilingual | None = None


class Item(Model):
    """Anything in a list has an id of its own."""

    id: Id


class Funding(Item):
    """One source of money: planned, received and spent (资金来源)."""

    name: Bilingual
    initial: Positive | None = None
    budget: Positive
    received: Positive | None = None
    executed: Positive | None = None
    expected: Positive | None = None


class Adjustment(Item):
    """A change of the budget in the year; a cut is negative (预算调整)."""

    on: Date
    amount: Amount
    reason: Bilingual | None = None


class Post(Item):
    """A category of posts with its approved and filled headcount (岗位类别、人数)."""

    name: Bilingual
    category: Literal["supervisory", "technical", "general", "other"] = "other"
    approved: Count
    filled: Count | None = None


class Line(Item):
    """One budget line (预算内容): quantity × unit cost, or a rate on a base, or a lump sum."""

    name: Bilingual
    group: Literal[
        "labour", "uniform", "management_fee", "service", "goods", "works", "subsidy", "training",
        "interest", "other",
    ]  # fmt: skip
    declared: Amount
    post: Id | None = None
    quantity: Positive | None = None
    quantity_unit: Str | None = None
    per_head: Flag = False
    unit_cost: Positive | None = None
    rate: Share | None = None
    base: list[Id] = []
    executed: Amount | None = None

    @model_validator(mode="after")
    def one_way(self) -> Line:
        """A line is built in one way only."""
        if self.rate is not None and (self.unit_cost is not None or self.quantity is not None):
            raise fault("line_two_ways", self.id)
        if self.rate is not None and not self.base:
            raise fault("rate_without_base", self.id)
        if self.rate is None and self.base:
            raise fault("base_without_rate", self.id)
        if self.unit_cost is not None and self.quantity is None and self.post is None:
            raise fault("unit_cost_without_quantity", self.id)
        if self.quantity is not None and self.post is not None:
            raise fault("quantity_beside_post", self.id)
        return self


class Budget(Model):
    """The approved budget, its changes in the year and its lines (预算安排)."""

    approved: Positive
    executed: Positive | None = None
    planned_to_date: Positive | None = None
    expected: Positive | None = None
    adjustments: list[Adjustment] = []
    lines: list[Line] = []


class PriorLine(Model):
    """What a line was built from in an earlier year (上年预算内容)."""

    line: Id
    quantity: Positive
    unit_cost: Positive


class PriorYear(Model):
    """An earlier year's budget and execution (以前年度)."""

    year: Year
    budget: Positive
    executed: Positive
    lines: list[PriorLine] = []


class Contract(Item):
    """One contract (合同), from award to service."""

    name: Bilingual | None = None
    contractor: Bilingual
    procurement: Literal[
        "open_tender", "invited_tender", "competitive_negotiation", "competitive_consultation",
        "inquiry", "single_source", "framework_agreement", "other",
    ]  # fmt: skip
    awarded: Date | None = None
    signed: Date | None = None
    amount: Positive
    service: Period | None = None
    delivered_share: Share | None = None
    delivered_amount: Positive | None = None

    @model_validator(mode="after")
    def delivered_one_way(self) -> Contract:
        """How much of the service was delivered is said as a share or as an amount."""
        if self.delivered_share is not None and self.delivered_amount is not None:
            raise fault("delivered_two_ways", self.id)
        return self


class Withheld(Model):
    """What is kept back until assessment (考核预留): a share of a line's yearly amount."""

    share: Share
    of: Id
    released: Date | None = None


class Instalment(Item):
    """A planned payment (分期款): a share of its contract, or an amount."""

    name: Bilingual | None = None
    contract: Id | None = None
    due: Date
    share: Share | None = None
    amount: Amount | None = None
    covers: Period | None = None
    withheld: Withheld | None = None

    @model_validator(mode="after")
    def one_amount(self) -> Instalment:
        """Either a share or an amount, and a share needs its contract."""
        if (self.share is None) == (self.amount is None):
            raise fault("share_or_amount", self.id)
        if self.share is not None and self.contract is None:
            raise fault("share_without_contract", self.id)
        return self


class Payment(Item):
    """Money that was paid (支付)."""

    on: Date
    amount: Amount
    instalment: Id | None = None


class Milestone(Item):
    """A step of the work plan (工作计划节点); ``actual`` is left out while it is not done."""

    name: Bilingual
    planned: Date
    actual: Date | None = None


class Target(Model):
    """What was to be reached in the year (年度目标值): a value, or a quality in words."""

    operator: Operator = "="
    value: Number | None = None
    to: Number | None = None
    unit: Str | None = None
    text: Bilingual | None = None

    @model_validator(mode="after")
    def value_or_text(self) -> Target:
        """Either a value with its unit, or words; a range needs both its ends, in their order."""
        if (self.operator == "range") != (self.to is not None):
            raise fault("range_or_not", self.operator)
        if self.value is not None and self.to is not None and self.to < self.value:
            raise fault("range_backwards", f"{self.value} – {self.to}")
        return value_or_words(self)


class Quantity(Model):
    """A value with its unit, or an activity that stands in its place (完成数或工作描述)."""

    value: Number | None = None
    unit: Str | None = None
    text: Bilingual | None = None

    @model_validator(mode="after")
    def value_or_text(self) -> Quantity:
        """Either a value with its unit, or words."""
        return value_or_words(self)


class Actual(Quantity):
    """What was reached (完成值); with an operator it is a bound (≥90%) and no measurement."""

    operator: Bound | None = None


class Part(Model):
    """One part of an output (分项完成数): values add, ratios are weighted by the parts' money."""

    value: Number
    unit: Str
    money: Positive | None = None


def value_or_words(found: Any) -> Any:
    """Both or neither of value and words is a fault, and so is a value without its unit."""
    if (found.value is None) == (found.text is None):
        raise fault("value_or_text", "")
    if found.value is not None and found.unit is None:
        raise fault("unit_missing", found.value)
    return found


class Measurement(Model):
    """How an outcome was measured (测评): by whom, when, on how many."""

    value: Number
    unit: Str
    on: Date | None = None
    sample: Count | None = None
    method: Bilingual | None = None
    by: Literal["implementing_unit", "evaluator", "third_party"] | None = None
    covers: list[Bilingual] = []


Dimension = Literal[
    "quantity", "quality", "timeliness", "cost", "economic", "social", "ecological",
    "sustainable", "satisfaction",
]  # fmt: skip


class Output(Item):
    """An output or outcome indicator of the project (产出、效果指标)."""

    name: Bilingual
    kind: Literal["output", "outcome"]
    listed_as: Literal["output", "outcome"] | None = None
    due: Date | None = None
    target: Target
    planned: Quantity | None = None
    actual: Actual | None = None
    expected: Quantity | None = None
    parts: list[Part] = []
    qualified: Number | None = None
    measured: Measurement | None = None
    evidence: Bilingual | None = None
    likelihood: Literal["certain", "possible", "impossible"] | None = None
    reason: Bilingual | None = None
    causes: list[Literal["funding", "rules", "staff", "hardware", "other"]] = []
    dimension: Dimension | None = None
    points: Positive | None = None
    rule: Id | None = None
    tier: Id | None = None
    tier_share: Share | None = None
    score: Positive | None = None
    stated_score: Positive | None = None
    target_too_low: Flag = False


class Judgement(Model):
    """The grade or score of a judged indicator with its evidence, or why it does not apply."""

    grade: Str | None = None
    stated: Str | None = None
    tier: Id | None = None
    tier_share: Share | None = None
    score: Positive | None = None
    stated_score: Positive | None = None
    figure: Number | None = None
    reference: Number | None = None
    not_applicable: Bilingual | None = None
    evidence: Bilingual | None = None
    reason: Bilingual | None = None

    @model_validator(mode="after")
    def graded_or_not(self) -> Judgement:
        """What does not apply cannot be graded."""
        if self.grade is not None and self.not_applicable is not None:
            raise fault("graded_not_applicable", self.grade)
        return self


class Rule(Item):
    """A management rule: does it exist, is it relevant, is it followed (管理制度)."""

    name: Bilingual
    area: Literal["business", "finance"]
    number: Bilingual | None = None
    exists: Flag
    relevance: Literal["very_good", "good", "fair", "missing"] | None = None
    effectiveness: Literal["effective", "basically_effective", "not_executed"] | None = None
    indicator: Id | None = None


class Problem(Item):
    """A problem found, with its cause (问题、原因)."""

    title: Bilingual
    description: Bilingual | None = None
    cause: Bilingual | None = None
    indicators: list[Id] = []


class Measure(Item):
    """A corrective measure and its date (纠偏措施、计划时间)."""

    title: Bilingual
    description: Bilingual | None = None
    problem: Id | None = None
    kind: Literal["budget", "rules", "execution"] | None = None
    due: Date | None = None


class Step(Item):
    """One step of a disbursement, from request to payment (资金拨付流程)."""

    name: Bilingual
    party: Bilingual | None = None


Verdict = Literal["normal", "basically_normal", "has_problems", "has_serious_problems"]


class Stated(Model):
    """What the authority itself concludes (项目单位或评价机构结论)."""

    verdict: Verdict | None = None
    forecast: Literal["can_complete", "cannot_complete"] | None = None
    deviation: Literal["none", "exists"] | None = None
    funds_on_plan: Flag | None = None
    on_schedule: Flag | None = None
    full_use_of_funds: Flag | None = None
    score: Positive | None = None
    grade: Str | None = None


class Printed(Model):
    """A figure exactly as an existing report prints it (已公布数字); never an input."""

    figure: Str
    text: Annotated[str, BeforeValidator(text)]
    unit: Str | None = None
    where: Bilingual


class Accepted(Model):
    """A finding that the project stands by, with its reason (已接受的发现)."""

    finding: Str
    where: Str | None = None
    reason: Bilingual
    on: Date
    by: Bilingual | None = None


class Origin(Model):
    """What a scenario was derived from (情景来源): a params file as it was on that day."""

    project: Id
    file: Str
    digest: Str
    scenario: Bilingual
    on: Date | None = None


class Params(Model):
    """One project's params file (参数文件)."""

    evalkit: Format
    id: Id
    derived_from: Origin | None = None
    framework: Frameworks
    units: Units
    project: Project
    parties: Parties
    funding: list[Funding] = []
    budget: Budget
    posts: list[Post] = []
    contracts: list[Contract] = []
    instalments: list[Instalment] = []
    payments: list[Payment] = []
    prior_years: list[PriorYear] = []
    milestones: list[Milestone] = []
    outputs: list[Output] = []
    weights: dict[Id, Positive] = {}
    judgements: dict[Id, Judgement] = {}
    rules: list[Rule] = []
    problems: list[Problem] = []
    measures: list[Measure] = []
    disbursement: list[Step] = []
    stated: Stated = Stated()
    accepted: list[Accepted] = []
    printed: list[Printed] = []
