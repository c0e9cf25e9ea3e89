"""The pages that people read: their links, commands, tables and examples are true."""

import argparse
import importlib.util
import re
import shlex
import textwrap
from pathlib import Path

import pandas as pd
import pytest

from evalkit.checks import budget
from evalkit.cli import command_line
from evalkit.facts import formulas
from evalkit.words import Words
from tests.plantable import both, day, planted
from tests.test_architecture import FLOORS

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")
PAGES = sorted(
    path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
ANCHOR = re.compile(r"\]\(#([^)]+)\)")
TRIED = re.compile(r"<!-- tried: (\w+) -->\n *```\w+\n(.*?)```", re.DOTALL)


def read(page):
    """The text of a page."""
    return (ROOT / page).read_text("utf-8")


def commands(page):
    """The command lines of a page's code blocks, each without `python run.py` and its comment."""
    blocks = re.findall(r"^```\n(.*?)^```", read(page), re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.split(maxsplit=2)[2:] for line in lines if line.startswith("python run.py")]


def arguments(page):
    """What each command line of a page gives to run.py."""
    return [shlex.split(rest[0], comments=True) if rest else [] for rest in commands(page)]


def parsers():
    """The command line itself, and its commands by name."""
    top = command_line(Words("en"))
    [group] = [each for each in top._actions if isinstance(each, argparse._SubParsersAction)]
    return top, dict(group.choices)


def tried(name):
    """An example of docs/adding.md that says it was tried."""
    return textwrap.dedent(dict(TRIED.findall(read("docs/adding.md")))[name])


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    """A relative link or image is a file of the project, an anchor a heading of its page."""
    text = read(page)
    here = (ROOT / page).parent
    assert [link for link in LINK.findall(text) if not (here / link).is_file()] == []
    headings = {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-")
                for head in re.findall(r"^#+ (.*)", text, re.MULTILINE)}  # fmt: skip
    assert set(ANCHOR.findall(text)) <= headings


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_an_address(page):
    """Pages stand on their own: no package index, no other site."""
    assert "://" not in read(page)


@pytest.mark.parametrize("page", READMES)
def test_what_the_readme_shows_can_be_typed(page):
    """Each command line is one of run.py or one that the parser takes, and so is each option."""
    top, known = parsers()
    own = set(re.findall(r'word == "(\w+)"', (ROOT / "run.py").read_text("utf-8"))) | {""}
    shown = arguments(page)
    assert len(shown) > 4
    for given in shown:
        if (given or [""])[0] not in own:
            top.parse_args(given)  # raises SystemExit for what is wrong
    options = {name for each in known.values() for name in each._option_string_actions}
    assert set(re.findall(r"(?<![\w-])--[a-z]+", read(page))) <= options


@pytest.mark.parametrize("page", READMES)
def test_the_readme_shows_every_command(page):
    """A command that nobody reads of does not exist."""
    _, known = parsers()
    assert set(known) <= {given[0] for given in arguments(page) if given}


def test_both_readmes_show_the_same_commands():
    """A reader of either language can do the same."""
    assert arguments(READMES[0]) == arguments(READMES[1])


def test_every_figure_is_in_the_glossary():
    """Each column of formulas.yaml has its row under the heading of its frame."""
    parts = re.split(r"^## .* `(\w+)`$", read("docs/glossary.md"), flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert [
        (frame, name) for frame, columns in formulas().items() for name in columns
        if f"| `{name}` |" not in sections[frame]
    ] == []  # fmt: skip


@pytest.mark.parametrize(
    "page",
    [
        "glossary.md",
        "findings.md",
        "methodology.md",
        "methodology.zh.md",
        "frameworks.md",
        "frameworks.zh.md",
        "tables.md",
        "tables.zh.md",
    ],
)
def test_what_is_made_is_fresh(page):
    """Glossary, findings and the tables of the methodology say what evalkit says now."""
    spec = importlib.util.spec_from_file_location("make", ROOT / "docs" / "make_glossary.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stale = f"docs/{page} is stale: python docs/make_glossary.py"
    assert module.pages()[page] == read(f"docs/{page}"), stale


def test_both_methodologies_have_the_same_parts():
    """The same headings and the same tables, in the same order."""
    marks = re.compile(r"^## |<!-- made: \w+ -->|^\| ?-", re.MULTILINE)
    english, chinese = (read(f"docs/methodology{end}") for end in (".md", ".zh.md"))
    assert marks.findall(english) == marks.findall(chinese)


def test_the_house_is_drawn_as_it_is():
    """The table of floors names the modules of each floor."""
    rows = re.findall(r"^\| F(\d) \| (.*?) \|", read("CONTRIBUTING.md"), re.MULTILINE)
    drawn = [set(re.findall(r"`(\w+)", names)) for _, names in rows]
    assert [int(number) for number, _ in rows] == list(range(len(FLOORS)))
    assert drawn == [set(floor) - {"__init__"} for floor in FLOORS]


def test_the_check_of_the_page_finds():
    """The check of docs/adding.md finds a change without a reason, and none with one."""
    names = dict(vars(budget))
    exec(tried("check"), names)
    change = {"adjusted_on": day("2018-05-02"), "adjustment_amount": 5}
    found = {
        told: list(names["check_unnamed_adjustment"](planted(
            adjustments={"a": change | {"reason": both("why") if told else pd.NA}}
        )))
        for told in (True, False)
    }  # fmt: skip
    assert found[True] == []
    assert [row["details"]["amount"] for row in found[False]] == [(5, "amount")]
