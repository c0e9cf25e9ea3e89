"""A target that is a range: both its ends are read wherever the target is told."""

import pytest

from evalkit import framework
from evalkit.evaluate import evaluate
from evalkit.facts import Facts
from evalkit.model import Text
from evalkit.narrative.findings import finding_saying
from evalkit.narrative.outputs import tell_outputs
from evalkit.sentences import text_of
from evalkit.tables.catalogue import tabulators
from evalkit.words import Words
from tests.samples import inputs_with, of

TABLE = framework.load("self-evaluation-2020")
BOTH = {"zh": "90%至95%", "en": "90% to 95%"}
RANGE = {"operator": "range", "target": 90, "target_to": 95, "target_unit": "%"}


def found(**told):
    """A project with one output whose target is a range of 90% to 95%."""
    row = of("o", name=Text("入住率", "Occupancy"), kind="output", dimension="quality", **RANGE)
    return evaluate(inputs_with({"framework": TABLE.id}, outputs=[row | told]), TABLE)


@pytest.mark.parametrize("lang", BOTH)
def test_tables_and_forms_show_both_ends(lang):
    """In the table of outputs, in that of scores, and in the official form."""
    evaluation = found(actual=97, actual_unit="%")
    for name in ("outputs", "points", "form_self_evaluation"):
        table = tabulators()[name](evaluation, "p", Words(lang, "元"))
        assert any(BOTH[lang] in cell for row in table.grid() for cell in row), name


@pytest.mark.parametrize("lang, said", [("zh", "目标介于 90%至95%"), ("en", "within 90% to 95%")])
def test_the_narrative_says_both_ends(lang, said):
    """Also of a value in another unit."""
    for unit in ("%", "户"):
        evaluation = found(actual=97, actual_unit=unit)
        facts, words = Facts(evaluation.facts, "p"), Words(lang, "元")
        assert said in text_of(words.tell("outputs", tell_outputs(evaluation, "p"), facts))


@pytest.mark.parametrize("code, told", [
    ("no_value", {}), ("no_value", {"actual_text": Text("已入住", "occupied")}),
    ("other_unit", {"actual": 97, "actual_unit": "户"}),
])  # fmt: skip
def test_findings_say_both_ends(code, told):
    """A value that is missing, an activity in its place, another unit."""
    evaluation = found(**told)
    [row] = [row for _, row in evaluation.findings.iterrows() if row["code"] == code]
    variant, extra = finding_saying(row)
    for lang, ends in BOTH.items():
        assert ends in Words(lang, "元").plain(
            "findings", variant, Facts(evaluation.facts, "p"), extra
        )
