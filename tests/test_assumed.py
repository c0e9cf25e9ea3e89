"""What a framework assumes is printed by the report, part by part, with its numbers."""

from pathlib import Path

import pytest

from evalkit import framework
from evalkit.evaluate import evaluate
from evalkit.facts import Facts
from evalkit.narrative.methodology import tell_methodology
from evalkit.words import Words
from tests.samples import inputs_with

#: A framework of which everything is assumed; what it says in both languages is below.
TEXT = """\
evalkit: 1
id: all-assumed
kind: scored
name: {zh: 全部假定, en: All assumed}
source: {zh: 无, en: none}
status: assumed
points: 100
grades:
  - {id: good, label: {zh: 好, en: Good}}
  - {id: poor, label: {zh: 差, en: Poor}}
grade_bands: {status: assumed, bands: [{grade: good, at_least: 60}, {grade: poor, below: 60}]}
weight_rules: [{levels: [B], at_least: 50%, status: assumed}]
levels:
  - {code: A, points: 40, name: {zh: 甲, en: A}}
  - {code: B, points: 60, status: assumed, name: {zh: 乙, en: B}}
  - {code: B1, parent: B, points: 60, status: assumed, name: {zh: 丙, en: C}}
indicators:
  - {code: A1, parent: A, points: 20, status: assumed, name: {zh: 一, en: one}, note: 一,
     method: execution_rate, rule: up_to}
  - {code: A2, parent: A, points: 10, name: {zh: 二, en: two}, note: 二,
     method: judged, rule: graded}
  - {code: A3, parent: A, points: 10, name: {zh: 三, en: three}, note: 三,
     method: execution_rate, rule: between}
own:
  status: assumed
  levels: {quantity: B1, satisfaction: B1}
  operators: {">=": up, "<=": down, "=": same, range: inside}
  text: words
  dimensions: {satisfaction: bands}
rules:
  up_to: {kind: ratio, status: assumed, target: 90%}
  between: {kind: within, status: assumed, target: 95%, to: 105%}
  graded: {kind: graded, status: assumed, shares: {good: 100%, poor: 0%}}
  up: {kind: at_least, status: assumed, pass_line: 60%}
  down: {kind: at_most, status: seen}
  same: {kind: equal, status: assumed}
  inside: {kind: within, status: assumed}
  unused: {kind: direct, status: assumed}
  words:
    kind: tiered
    status: assumed
    tiers: {yes: {at_least: 50%, at_most: 100%}, no: {at_least: 0%, below: 50%}}
  bands:
    kind: banded
    status: assumed
    bands: [{at_most: 10%, share: 100%}, {at_most: 20%, share: 60%}, {share: 0%}]
over: {status: assumed, above: 130%}
likelihood: {status: assumed, certain: 95%, possible: 60%}
"""
SAID = {
    "zh": [
        "乙、一的分值，包括其下各级的分值",
        "没有写明分值的指标平分上级指标的剩余分值",
        "下表中标明“本工具设定”的计分规则",
        "乙的分值合计不低于总分的 50%",
        "完成值达到目标值的 130% 以上视为明显超出目标；目标经认定过低的，按目标值与完成值之比扣减",
        "总分的等级界限：“好” 60 分及以上；“差” 不足 60 分",
    ],
    "en": [
        "The points of B, one, with those below them",
        "Indicators that name no points share what their level has left in equal parts",
        "The rules of scoring that the table below calls assumed",
        "At least 50% of all points for B",
        "From 130% of its target on, a target counts as far exceeded; where it proved to be too "
        "low, target ÷ actual is what counts",
        "The bounds of the grades of the total: “Good” 60 points or more; “Poor” below 60 points",
    ],
}  # fmt: skip
#: What is said under every framework: the likelihood before, the service of contracts after.
BEFORE, AFTER = 1, 1


def told(text):
    """What the methodology says under a framework, and the facts."""
    form = framework.read(text, "all-assumed.yaml")
    evaluation = evaluate(inputs_with({"framework": form.id}), form)
    return tell_methodology(evaluation, "p"), Facts(evaluation.facts, "p")


def said(text, lang, variant):
    """One of these sayings in words."""
    sayings, facts = told(text)
    [extra] = [extra for name, extra in sayings if name == variant]
    return Words(lang).plain("methodology", variant, facts, extra)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everything_that_is_assumed_is_told_with_its_numbers(lang):
    """Points, how they are spread, rules, least points, grades of the total, bounds."""
    lines = said(TEXT, lang, "assumed").splitlines()
    bullets = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    assert bullets[BEFORE:-AFTER] == SAID[lang]


def test_what_has_a_source_is_not_among_it():
    """A framework that was seen in all its parts leaves the rules that every one shares."""
    text = TEXT.replace("status: assumed", "status: seen")
    text = text.replace("text: words", "text: words\n  spread_status: seen")
    bullets = [line for line in said(text, "en", "assumed").splitlines() if line.startswith("- ")]
    assert [line[:18] for line in bullets] == ["- Where a contract"]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("seen", ""), ("recalled", "quoted from memory"), ("assumed", "has no public source")],
)
def test_the_standing_of_the_framework_is_told(status, sentence):
    """Whether its text was at hand, is remembered, or does not exist; nothing where it was seen."""
    text = TEXT.replace("source: {zh: 无, en: none}\nstatus: assumed",
                        f"source: {{zh: 无, en: none}}\nstatus: {status}")  # fmt: skip
    found = said(text, "en", "paragraph")
    assert sentence in found
    assert found.count(". ") == 2 + bool(sentence)


def test_every_framework_of_evalkit_can_be_told():
    """No framework of evalkit has an assumption that cannot be said."""
    folder = Path(framework.__file__).parent / "frameworks"
    for path in sorted(folder.glob("*.yaml")):
        form = framework.load(path.stem)
        evaluation = evaluate(inputs_with({"framework": form.id}), form)
        facts = Facts(evaluation.facts, "p")
        for lang in ("zh", "en"):
            for variant, extra in tell_methodology(evaluation, "p"):
                assert Words(lang).plain("methodology", variant, facts, extra)


def test_a_rule_that_scores_nothing_is_not_told():
    """The table below the list holds the rules in use; an assumed one without use is not there."""
    text = TEXT.replace("status: assumed", "status: seen")
    text = text.replace(
        "unused: {kind: direct, status: seen}", "unused: {kind: direct, status: assumed}"
    )
    assert "the table below" not in said(text, "en", "assumed")
    text = text.replace("up_to: {kind: ratio, status: seen", "up_to: {kind: ratio, status: assumed")
    assert "the table below" in said(text, "en", "assumed")
