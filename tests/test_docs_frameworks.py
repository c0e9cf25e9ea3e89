"""The page on adding a framework, followed as a reader follows it, in both languages.

Every file of the page is laid in a folder, every command is run, and what the page says is printed
is what is printed. A comment before a block says what the reader does with it: ``file`` writes it,
``more`` puts it at the end, ``set`` replaces these keys, ``wrong`` makes a mistake for one command.
"""

import contextlib
import html
import io
import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
from ruamel.yaml import YAML

from evalkit import framework, framework_schema
from evalkit.cli import main
from evalkit.evaluate import evaluate_all
from evalkit.fields import models_of
from evalkit.model import Text
from evalkit.params import load
from evalkit.schema import Bilingual
from evalkit.scoring.assumptions import CUT_STEP, GRID, WEIGHT_STEP
from evalkit.scoring.items import Item, earned

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {"zh": DOCS / "frameworks.zh.md", "en": DOCS / "frameworks.md"}
BLOCK = re.compile(
    r"^(?:<!-- (\w+)(?:: ([^\n]*))? -->\n)?```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE
)
MARKED_TABLE = re.compile(r"<!-- (\w+)(?:: (\w+))? -->\n((?:\|.*\n)+)")
PARAMS, OWN = "params/lamps-2025.yaml", "sample-district-2025"
DISTRICT = f"params/frameworks/{OWN}.yaml"


class Block(NamedTuple):
    """A block of the page with what is to be done with it."""

    does: str
    about: str
    kind: str
    text: str


class Run(NamedTuple):
    """The commands of a block: what the page says of them, and what they did."""

    commands: list[str]
    said: str
    printed: str
    exits: list[int]
    expected_exit: int


def page(lang):
    """The text of the page."""
    return PAGES[lang].read_text("utf-8")


def blocks(lang):
    """The fenced blocks of a page."""
    return [Block(*found) for found in BLOCK.findall(page(lang))]


def district(lang):
    """The framework of the worked example, its steps put together."""
    found = [b.text for b in blocks(lang) if b.about == DISTRICT and b.does in ("file", "more")]
    return "".join(found)


def put(text, keys):
    """A params file with these top-level keys in the place of its own, or at its end."""
    for key in YAML(typ="safe").load(keys):
        text = re.sub(rf"^{key}:.*\n(?:[ -].*\n)*", "", text, flags=re.MULTILINE)
    return text.rstrip("\n") + "\n" + keys


def changed(text, diff):
    """A text with the lines that a diff takes away replaced by those that it brings."""
    old, new = (
        "".join(line[1:] + "\n" for line in diff.splitlines() if line[0] == sign) for sign in "-+"
    )
    assert text.count(old) == 1, old
    return text.replace(old, new)


@pytest.fixture(scope="module", params=list(PAGES))
def followed(request, tmp_path_factory):
    """A page that was followed to its end: its language, the folder, and what was run."""
    lang, folder = request.param, tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("EVALKIT_LANG", raising=False)
        yield lang, folder, list(follow(blocks(lang), folder))


def follow(steps, folder):
    """Do what the blocks say, in their order; each block of commands gives a run."""
    spoiled = {}
    for place, block in enumerate(steps):
        path = folder / block.about
        if block.does == "file":
            assert not path.exists(), "a file is written once"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.does == "more":
            path.write_text(path.read_text("utf-8") + block.text, "utf-8")
        elif block.does == "set":
            path.write_text(put(path.read_text("utf-8"), block.text), "utf-8")
        elif block.does == "wrong":
            spoiled[path] = path.read_text("utf-8")
            path.write_text(changed(spoiled[path], block.text), "utf-8")
        elif block.kind == "":
            after = steps[place + 1] if place + 1 < len(steps) else Block("", "", "", "")
            said = after.text if after.kind == "text" else ""
            yield run(block, said)
            for each, text in spoiled.items():
                each.write_text(text, "utf-8")
            spoiled = {}


def run(block, said):
    """Run the commands of a block and keep what they print."""
    lines = block.text.splitlines()
    exits, printed = [], []
    for line in lines:
        program, script, *arguments = line.split()
        assert (program, script) == ("python", "run.py")
        code, text = told(arguments)
        exits.append(code)
        printed.append(text)
    expected = int(block.about) if block.does == "exit" else 0
    return Run(lines, said, "\n".join(printed), exits, expected)


def told(arguments):
    """The exit code of a command and all that it prints."""
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        code = main(arguments)
    return code, stream.getvalue()


def tidy(text):
    """A text without spaces at the ends of lines and empty lines around it or one after another."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def tables(lang, name):
    """The tables of a page with this mark: what the mark is about, and their rows of cells."""
    return [
        (about, [[cell.strip() for cell in row.strip("|").split("|")]
                 for row in rows.splitlines()[2:]])
        for mark, about, rows in MARKED_TABLE.findall(page(lang)) if mark == name
    ]  # fmt: skip


def by_hand(cell):
    """What the arithmetic at the end of a cell gives, with fractions."""
    sum_of_cell = re.search(r"[\d.]+(?: [×÷] [\d.]+)+$", cell)[0]
    first, *rest = sum_of_cell.split(" ")
    found = Fraction(first)
    for sign, number in zip(rest[::2], rest[1::2], strict=True):
        found = found * Fraction(number) if sign == "×" else found / Fraction(number)
    return found


# --- the page as a whole --------------------------------------------------------------------


def test_every_command_prints_what_the_page_says(followed):
    """Totals, grades, reasons, messages: line by line, with the exit code."""
    _, _, runs = followed
    assert len(runs) >= 8
    for each in runs:
        assert each.exits == [each.expected_exit] * len(each.commands), each
        if each.said:
            assert tidy(each.printed) == tidy(each.said), each.commands


def test_every_block_is_used():
    """No YAML of the page stands there untried; no output without its command."""
    for lang in PAGES:
        found = blocks(lang)
        assert {block.does for block in found if block.kind == "yaml"} == {
            "file", "more", "set", "rules",
        }  # fmt: skip
        assert all(block.does == "wrong" for block in found if block.kind == "diff")
        for before, block in pairwise(found):
            assert block.kind != "text" or before.kind == ""


def test_both_pages_show_the_same():
    """The same files, the same mistakes, the same commands but for the language, the same parts."""
    zh, en = ([b for b in blocks(lang) if b.kind in ("yaml", "diff")] for lang in ("zh", "en"))
    assert zh == en
    said = ([re.sub(r" --lang \w+", "", b.text) for b in blocks(lang) if b.kind == ""]
            for lang in ("zh", "en"))  # fmt: skip
    assert next(said) == next(said)
    shape = re.compile(r"^#+ |<!-- \w+(?:: \w+)? -->|^\| ?-", re.MULTILINE)
    assert shape.findall(page("zh")) == shape.findall(page("en"))


def test_the_report_holds_what_the_page_quotes(followed):
    """The sentences that the page quotes of the report, and the files of the report, are there."""
    lang, folder, _ = followed
    report = folder / "reports" / "lamps-2025" / f"report.{lang}.html"
    text = html.unescape(re.sub(r"<[^>]+>", "", report.read_text("utf-8")))
    quoted = re.findall(r"^> (.+)$", page(lang), re.MULTILINE)
    assert len(quoted) == 2
    assert [each for each in quoted if each not in text] == []
    assert (report.parent / f"forms.{lang}.xlsx").is_file()


# --- figures that were worked out by hand ---------------------------------------------------


def test_the_scores_are_those_worked_out_by_hand(followed):
    """Each item of the example: the arithmetic of the page, its result, and what evalkit gives."""
    lang, folder, _ = followed
    scores = evaluate_all(load([folder / PARAMS]))[OWN].scores.droplevel(0)["score"]
    [(_, rows)] = tables(lang, "worked")
    *items, total = rows
    for name, way, score in items:
        assert by_hand(way) == Fraction(score) == scores[re.search(r"`(\w+)`", name)[1]]
    assert sum(Fraction(row[2]) for row in items) == Fraction(total[2]) == sum(scores)
    assert len(items) == len(scores)


#: The example of each kind of rule: which rule of the page, and what the item shows.
EXAMPLES = {
    "at_least": ("positive", {"is_own": True, "target": 500, "value": 480}),
    "at_most": ("negative", {"is_own": True, "target": 120, "value": 160}),
    "equal": ("fixed", {"is_own": True, "target": 12, "value": 15}),
    "within": ("range", {"is_own": True, "target": 20, "target_to": 30, "value": 40}),
    "ratio": ("proportion", {"rate": Fraction(95, 100)}),
    "stepped": ("by_steps", {"rate": Fraction(97, 100)}),
    "banded": ("execution", {"rate": Fraction(93, 100)}),
    "tiered": ("acceptance", {"tier": "partly", "tier_rate": Fraction(85, 100)}),
    "graded": ("by_grade", {"tier": "good"}),
    "direct": ("given", {"given_score": 7}),
}


def rules_of(lang):
    """The rules of the page, one of each kind, as a framework has them."""
    [block] = [block for block in blocks(lang) if block.does == "rules"]
    text = put(district(lang), block.text).replace("rule: satisfaction", "rule: execution")
    text = text.replace("{satisfaction: satisfaction}", "{satisfaction: execution}")
    return framework.read(text, "page.yaml").settings


@pytest.mark.parametrize("lang", list(PAGES))
def test_every_kind_of_rule_gives_what_the_page_says(lang):
    """All ten kinds, in the order of the schema; points by hand and by evalkit are the same."""
    [(_, rows)] = tables(lang, "kinds")
    kinds = [row[0].strip("`") for row in rows]
    assert kinds == list(get_args(framework_schema.Scoring.model_fields["kind"].annotation))
    settings = rules_of(lang)
    for kind, (*_, example, points) in zip(kinds, rows, strict=True):
        rule, shows = EXAMPLES[kind]
        assert settings["rules"][rule]["kind"] == kind
        shows = {"is_own": False, "has_evidence": True} | shows
        item = Item("p", "i", "D1", Text("一", "one"), rule=rule, points=Fraction(10), **shows)
        found = earned(item, settings)
        assert found.is_decided
        assert found.lowest * 10 == by_hand(example) == Fraction(points)
        figures = [v for v in shows.values() if isinstance(v, int) and not isinstance(v, bool)]
        assert all(str(figure) in example for figure in figures)


@pytest.mark.parametrize("lang", list(PAGES))
def test_the_steps_of_sensitivity_are_those_of_the_page(lang):
    """A fifth of a weight, five points of a bound, 251 settings."""
    assert (Fraction(20, 100), Fraction(5, 100), 251) == (WEIGHT_STEP, CUT_STEP, GRID)
    point = {"zh": "5 个百分点", "en": "5 percentage points"}[lang]
    assert all(each in page(lang) for each in ("20%", point, "251"))


# --- what the page says of keys and measures --------------------------------------------------


def choices(annotation):
    """The words that a field allows, wherever they stand in its type."""
    found = [arg for arg in get_args(annotation) if isinstance(arg, str)]
    return found + [word for arg in get_args(annotation) for word in choices(arg)]


@pytest.mark.parametrize("lang", list(PAGES))
def test_every_key_is_explained(lang):
    """A table for every part of a framework file, a row for every key, all allowed words in it."""
    explained = dict(tables(lang, "keys"))
    parts = models_of(framework_schema.FrameworkFile) - {Bilingual}
    models = {model.__name__: model for model in parts}
    assert set(explained) == set(models)
    for name, model in models.items():
        rows = {row[0].strip("`"): row for row in explained[name]}
        assert list(rows) == list(model.model_fields), name
        needed = {"zh": "必填", "en": "required"}[lang]
        for key, field in model.model_fields.items():
            assert all(f"`{each}`" in rows[key][3] for each in choices(field.annotation)), key
            assert rows[key][2].startswith(needed) == field.is_required(), (name, key)


def test_figures_that_a_project_gives_itself_are_computed_as_the_page_says(tmp_path):
    """quotient, change and saving: the formula of the table, with 380 and 400 by hand."""
    by_name = {
        "quotient": Fraction(95, 100), "change": Fraction(-5, 100), "saving": Fraction(5, 100),
    }  # fmt: skip
    for name, expected in by_name.items():
        made = re.findall(rf"^\| `{name}` .*`(.+?)` \|$", page("en"), re.MULTILINE)
        assert eval(made[0], {"figure": Fraction(380), "reference": Fraction(400)}) == expected
        folder = tmp_path / name
        (folder / "frameworks").mkdir(parents=True)
        files = {b.about: b.text for b in blocks("en") if b.does == "file"}
        text = district("en")
        path = folder / "frameworks" / f"{OWN}.yaml"
        path.write_text(text.replace("method: funding_rate", f"method: {name}"), "utf-8")
        keys = f"framework: {OWN}\njudgements:\n  D12: {{figure: 380, reference: 400}}\n"
        (folder / "x.yaml").write_text(put(files[PARAMS], keys), "utf-8")
        scores = evaluate_all(load([folder / "x.yaml"]))[OWN].scores
        assert scores.loc[("lamps-2025", "D12"), "rate"] == expected
