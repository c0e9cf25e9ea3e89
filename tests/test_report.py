"""The report: headings numbered as they come, sections in the order of the framework."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from evalkit import framework
from evalkit.discovery import sections
from evalkit.notebook import arranged
from evalkit.report import open_report

ROOT = Path(__file__).parents[1]
FISHING = "yangtze-fishing-2020"


def report(project=FISHING, lang="zh"):
    """The report of a shipped project."""
    return open_report(str(ROOT / "params" / f"{project}.yaml"), project, lang)


def heading(shown):
    """The first heading of what a cell shows."""
    return shown.html.partition("</h2>")[0].removeprefix("<h2>")


def test_sections_are_numbered_in_the_order_in_which_they_are_told():
    """Whatever the order, no number is left out; a cell that runs again keeps its number."""
    zh, en = report(), report(lang="en")
    for topic in ("overview", "points", "outputs"):
        assert en.say(topic) is not None
    told = [heading(zh.say(topic)) for topic in ("overview", "points", "execution", "points")]
    assert told == ["一、项目概况", "二、得分与等级", "三、预算安排与预算执行", "二、得分与等级"]
    assert heading(en.say("points")) == "2. Score and grade"


def test_a_report_is_called_what_its_framework_calls_it():
    """A self-evaluation is no tracking report."""
    assert "<h1>渔业成品油价格改革补贴（长江禁捕）绩效自评报告</h1>" in report().headline().html
    assert "后勤" in (tracking := report("minhang-logistics-2018").headline().html)
    assert "绩效跟踪评价报告</h1>" in tracking


def test_a_framework_puts_sections_first():
    """Those that it names stand behind the summary, in its order; the others keep theirs."""
    tags = ["", "summary", "overview", "execution", "execution", "points", "forms"]
    cells = [new_code_cell(str(n), metadata={"tags": [f"section:{tag}"] if tag else []})
             for n, tag in enumerate(tags)]  # fmt: skip
    notebook = new_notebook(cells=cells)
    assert [cell.source for cell in arranged(notebook, ["points", "execution"]).cells] == [
        "0", "1", "5", "3", "4", "2", "6",
    ]  # fmt: skip
    assert [cell.source for cell in arranged(notebook, []).cells][:2] == ["0", "1"]


@pytest.mark.parametrize("name", framework.known())
def test_the_sections_of_a_framework_are_those_of_the_notebook(name):
    """Nothing that a framework asks for is passed over in silence."""
    assert set(framework.load(name).settings["sections"]) <= set(sections())
