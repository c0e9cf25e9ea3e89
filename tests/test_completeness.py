"""Placeholders are told from what merely looks like them; every text of a project is read."""

from functools import cache

import pytest

from evalkit.evaluate import evaluate
from evalkit.model import Text
from evalkit.params import load
from tests.plantable import FRAMEWORK, both, planted, portfolio
from tests.samples import ROOT

#: A text with something left in, and the sign by which it is known.
OPEN = [
    ("由××公司承担", "××"),
    ("由XX公司承担", "XX"),
    ("负责人：ＸＸＸ。", "XXX"),
    ("xx单位", "xx"),
    ("○○区财政局", "○○"),
    ("完成率为____%", "____"),
    ("TODO", "TODO"),
    ("经费TBD，年底确定", "TBD"),
    ("待补充", "待补充"),
    ("（待补充）", "待补充"),
    ("负责人：待定", ":待定"),
    ("请填写具体措施", "请填写"),
    ("【请填写具体措施】", "【请填写"),
    ("此处填写依据", "此处填写"),
    ("示例", "示例"),
    ("[示例] 项目", "[示例]"),
    ("一、加强管理\n二、……", "……"),
    ("于 年 月 日前完成", "年 月 日"),
    ("Lorem ipsum dolor", "Lorem ipsum"),
    ("[insert the name of the unit]", "[insert the name of the unit]"),
    ("To be completed", "To be completed"),
]
#: What resembles a placeholder and is a text.
MEANT = [
    "每人每餐 3 × 20 元",
    "二○○八年建成，○为空位",
    "资料待补充完善后再次验收",
    "通知各单位，请填写满意度问卷后交回",
    "示例性项目，示范推广",
    "包括餐饮、会务……等",
    "2018年8月31日前完成，按年、月、日统计",
    "Chapter XX of the rules; size XXL",
    "The list (see example 3) is to be determined by the bureau",
    "见《管理办法》（2018）3_2条",
    "to do the work, TODOS",
]


#: Texts of nothing but signs.
SIGNS = ["……", "/", "——", "。", "-", "，，"]
#: Complete in one language and open in the other.
HALF_DONE = Text("已完成", "TODO")
REASONS = [*map(both, (*(text for text, _ in OPEN), *MEANT, *SIGNS)), HALF_DONE]


@cache
def everything():
    """The clean project with each of the texts in the place of a reason, all evaluated at once."""
    texts = {f"p{n}": {"judgements": {"A112": {"reason": text}}} for n, text in enumerate(REASONS)}
    return portfolio(texts).findings


def found(text):
    """The findings of the clean project with a text in the place of a reason."""
    rows = everything()
    mine = rows[rows.index.get_level_values(0) == f"p{REASONS.index(text)}"]
    return [(row["code"], row["where"], row["actual"]) for _, row in mine.iterrows()]


@pytest.mark.parametrize(("text", "sign"), OPEN, ids=[sign for _, sign in OPEN])
def test_what_was_left_in_is_found(text, sign):
    """A placeholder or an instruction is one error, quoted as it stands (in plain widths)."""
    [(code, where, actual)] = found(both(text))
    assert (code, where) == ("placeholder", "judgements.A112.reason")
    assert sign.replace("……", "......") in actual


@pytest.mark.parametrize("text", MEANT)
def test_what_is_meant_is_left_alone(text):
    """Products, numerals, ellipses within a sentence, reports of what is missing: no finding."""
    assert found(both(text)) == []


def test_either_language_counts():
    """A text that is complete in one language and open in the other is found."""
    assert [code for code, *_ in found(HALF_DONE)] == ["placeholder"]


@pytest.mark.parametrize("text", SIGNS)
def test_signs_alone_are_found_once(text):
    """A text of signs says nothing, and is not told twice."""
    assert len(found(both(text))) == 1


def test_lists_of_texts_are_read():
    """Each service of a list counts."""
    rows = planted(projects={"": {"services": [both("Catering"), both("guarding, XX区")]}}).findings
    assert ("placeholder", "services") in [(r["code"], r["where"]) for _, r in rows.iterrows()]


def test_a_masked_number_is_no_placeholder(tmp_path):
    """The signs that hide a telephone number are told as personal data, not as left open."""
    text = (ROOT / "tests" / "cases" / "minimal.yaml").read_text("utf-8")
    file = tmp_path / "x.yaml"
    file.write_text(text + "problems: [{id: p, title: 请联系 13800138000}]\n", "utf-8")
    inputs = load([file])
    checked = set(find_in(inputs)["code"])
    assert "personal_data" in checked
    assert "placeholder" not in checked


def find_in(inputs):
    """The findings of a file, under the framework of the clean project."""
    return evaluate(inputs, FRAMEWORK).findings


def test_prose_is_read_and_named_by_its_place(tmp_path):
    """A section of the prose file is found with its line; one that fills a column, there alone."""
    text = (ROOT / "tests" / "cases" / "minimal.yaml").read_text("utf-8")
    (tmp_path / "x.yaml").write_text(text + "problems: [{id: p, title: 人员不足}]\n", "utf-8")
    (tmp_path / "x.zh.md").write_text(
        "## background\n\n由XX公司实施。\n\n## problem p\n\nTODO\n", "utf-8"
    )
    rows = find_in(load([tmp_path / "x.yaml"]))
    rows = rows[rows["code"] == "placeholder"]
    left = [(row["where"], row["actual"]) for _, row in rows.iterrows()]
    assert left == [("problems.p.description", "TODO"), (both("x.zh.md:1"), "XX")]
