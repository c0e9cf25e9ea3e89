"""The words in text/<lang>/: the same in every language, nothing missing, no figure typed in."""

import re
from importlib.resources import files
from typing import Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from evalkit import schema
from evalkit.facts import formulas
from evalkit.framework import known, load
from evalkit.model import INPUT_FRAMES
from evalkit.sentences import HOLE, holes, languages, variants
from evalkit.words import FORMATS, SEVERAL, Words

TEXT = files("evalkit") / "text"
TOPICS = sorted(f.name.removesuffix(".md") for f in (TEXT / "zh").iterdir() if f.suffix == ".md")
#: Topics of a report, whose every figure is a fact. The others instruct or head.
TOLD = [
    "summary", "overview", "execution", "headcount", "payments", "outputs", "indicators",
    "points", "deviations", "conclusions", "forms", "methodology", "charts", "earned_value",
]  # fmt: skip
#: Numbers that belong to a name: the official forms, and the target that a chart draws as a line.
OFFICIAL = re.compile(
    r"附[表件]1-[1-4]|Form 1-[1-4]|年度目标值为100%|the target of the year is 100%"
)
#: What the tellers hand over beside the facts, by meaning; facts of items come under their column.
EXTRAS = {
    # texts of the project or the framework
    "name", "scenario", "derived_from",
    "report", "title", "text", "source", "party", "contractor", "department", "region",
    "year",
    "code", "framework", "reason", "actual_text", "problem", "stated", "grade", "names", "grades",
    "indicators",
    # choices, each with terms of its own
    "category", "procurement", "kind", "by", "operator", "likelihood", "stated_likelihood",
    "status", "reason_code", "verdict", "better_verdict", "worse_verdict", "best_verdict",
    "relative_to", "measure", "delivered_by", "section",
    # counts of what is told
    "number", "source_count", "contract_count", "instalment_count", "due_count", "late_count",
    "milestone_count", "unknown_count", "output_count", "outcome_count", "post_count",
    "line_count", "step_count", "grade_count", "sample_count",
    # figures that stand in for facts: of an item, of the framework's rules
    "amount", "value", "target", "measured", "rate", "actual", "threshold", "at_least",
    "at_most", "below", "above", "certain", "possible", "labour_share_rate",
    "due_on", "planned_on", "actual_on", "delay_days",
    # sayings within a saying
    "sentences", "parties", "sources", "lines", "contracts", "instalments", "steps", "items",
    "outputs", "milestones", "claims", "computed", "conditions", "details", "rules", "bands",
    "years", "now", "later", "bounds",
}  # fmt: skip


def yaml(lang, name):
    """One YAML file of a language."""
    return YAML(typ="safe").load((TEXT / lang / f"{name}.yaml").read_text("utf-8"))


def keys(value, path=""):
    """The paths of all keys of nested mappings."""
    if not isinstance(value, dict):
        return {path}
    return {path, *(each for k, v in value.items() for each in keys(v, f"{path}.{k}"))}


def test_every_language_has_the_same_files():
    """A language is a folder; what one has, all have."""
    names = {lang: sorted(f.name for f in (TEXT / lang).iterdir()) for lang in languages()}
    assert names["en"] == names["zh"]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_language_says_the_same(topic):
    """Same variants in the same order, with the same holes in the same formats."""
    said = {
        lang: {name: sorted(set(holes(text))) for name, text in variants(lang, topic).items()}
        for lang in languages()
    }
    assert list(said["en"]) == list(said["zh"])
    assert said["en"] == said["zh"]


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("topic", TOPICS)
def test_every_hole_is_well_formed(lang, topic):
    """No brace is left that would reach a reader, and every format exists."""
    counted = yaml(lang, "formats")["counted"]
    for name, text in variants(lang, topic).items():
        assert "{" not in HOLE.sub("", text), (topic, name)
        for _, fmt in holes(text):
            kind, _, noun = fmt.partition(".")
            allowed = {*FORMATS, *SEVERAL, "term", "terms", "label", "labels", "texts"}
            assert kind in allowed, (topic, name, fmt)
            assert not noun or (kind == "count" and noun in counted), (topic, name, fmt)


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic != "cli"])
def test_no_figure_is_typed_in(lang, topic):
    """Every digit of a report comes from a fact or a name; official names are listed."""
    for name, text in variants(lang, topic).items():
        assert not re.search(r"\d", OFFICIAL.sub("", HOLE.sub("", text))), (topic, name)


@pytest.mark.parametrize("topic", TOLD)
def test_every_hole_has_a_known_source(topic):
    """A hole names a figure of formulas.yaml or one of the extras that are listed here."""
    columns = {column for frame in formulas().values() for column in frame}
    for name, text in variants("zh", topic).items():
        for hole, _ in holes(text):
            assert hole in columns | EXTRAS, (topic, name, hole)


@pytest.mark.parametrize("name", ["terms", "formats"])
def test_every_language_has_the_same_terms(name):
    """The same keys; only names of months and the unit words of quantities may be more."""
    extra = re.compile(r"\.names|\.counted\.[^a-z%‰％]+")
    zh, en = ({k for k in keys(yaml(lang, name)) if not extra.match(k)} for lang in ("zh", "en"))
    assert zh == en


@pytest.mark.parametrize("lang", languages())
def test_every_figure_and_column_has_a_term(lang):
    """All of formulas.yaml, every input column, every frame."""
    words = Words(lang)
    for frame, columns in formulas().items():
        assert all(words.term(f"{frame}.{column}") for column in columns)
    for frame, columns in INPUT_FRAMES.items():
        assert words.term(f"frames.{frame}")
        assert all(words.term(f"{frame}.{column}") for column in columns)


def choices():
    """Each choice that schema.py allows, as ``field.value``."""
    for model in vars(schema).values():
        if isinstance(model, type) and issubclass(model, BaseModel):
            for name, field in model.model_fields.items():
                for literal in literals(field.annotation):
                    yield from (f"{name}.{value}" for value in get_args(literal))


def literals(annotation):
    """The ``Literal`` types inside a type."""
    if get_origin(annotation) is Literal:
        return [annotation]
    return [found for each in get_args(annotation) for found in literals(each)]


@pytest.mark.parametrize("lang", languages())
def test_every_choice_has_a_term_of_its_field(lang):
    """Every value of every ``Literal`` of schema.py, under the name of its field."""
    terms = yaml(lang, "terms")
    found = [choice for choice in set(choices()) if isinstance(choice, str)]
    assert len(found) > 40
    missing = [c for c in found if c.split(".", 1)[1] not in terms.get(c.split(".")[0], ())]
    assert [c for c in missing if c != "evalkit.1"] == []


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("framework", known())
def test_every_framework_speaks(lang, framework):
    """Verdicts and measures of each framework have terms; grades carry labels of their own."""
    rule = load(framework).settings["verdict"]
    words = Words(lang)
    assert all(words.term(f"verdict.{verdict}") for verdict in rule["verdicts"])
    assert all(words.term(each["measure"]) for each in rule["conditions"])
    assert all(getattr(label, lang) for label in load(framework).labels.values())
