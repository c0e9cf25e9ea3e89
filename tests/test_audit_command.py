"""The command `evalkit audit`: what it prints and writes, its exit codes, its page."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from evalkit import cli
from evalkit.audit import lines
from evalkit.audit.notes import notes_of
from evalkit.page import faults_of
from tests.report_files import p, tbl, tc, word

ROOT = Path(__file__).parents[1]
PARAMS = ROOT / "params" / "minhang-logistics-2018.yaml"
REFERENCE = ROOT / "tests" / "cases" / "audit_report.txt"
CLEAN = "2018年本项目预算安排 3,780.92 万元，预算执行率 74.57%。\n走访 33 家单位。\n"
WRONG = "2018年本项目预算安排 3,708.92 万元。\n联系电话：13800138000\n"


def run(capsys, *given):
    """Exit code, what was printed, and what was complained about."""
    try:
        code = cli.main([str(each) for each in ("audit", *given)])
    except SystemExit as ending:
        code = ending.code
    out, err = capsys.readouterr()
    return code, out, err


def audited(capsys, tmp_path, text, *more):
    """The audit of a text."""
    path = tmp_path / "report.txt"
    path.write_text(text, "utf-8")
    return run(capsys, path, "--params", PARAMS, *more)


def test_a_clean_report_ends_with_nought(capsys, tmp_path):
    """Counts in words, nothing that disagrees, nothing written."""
    code, out, err = audited(capsys, tmp_path, CLEAN)
    assert (code, err) == (0, "")
    assert "报告印有 3 个数字：2 个与数据一致，涉及 2 项数据；0 个不一致；1 个未能对应。" in out
    assert "没有不一致的数字" in out
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", ["第 1 行", "预算安排应为 3,780.92 万元，印为“3,708.92 万元”，两个数字前后颠倒。"]),
        ("en", ["line 1", "3,708.92 万元", "CNY 37.8092 million"]),
    ],
)
def test_a_wrong_figure_ends_with_one(capsys, tmp_path, lang, told):
    """Place, what is printed, what it should be and the gap, in the language asked for."""
    code, out, err = audited(capsys, tmp_path, WRONG, "--lang", lang)
    assert (code, err) == (1, "")
    assert [each for each in told if each not in out] == []
    assert "13800138000" not in out


def test_json_holds_every_figure(capsys, tmp_path):
    """Kind, place, status and fact of each figure; the sentence in both languages."""
    code, out, _ = audited(capsys, tmp_path, WRONG, "--format", "json")
    data = json.loads(out)
    assert code == 1
    assert data["counts"] == {
        "found": 1, "facts": 0, "agrees": 0, "disagrees": 1, "unlinked": 0,
    }  # fmt: skip
    [figure] = data["figures"]
    assert figure["line"] == 1
    assert WRONG[figure["start"] : figure["end"]] == figure["printed"] == "3,708.92 万元"
    assert (figure["status"], figure["fact"], figure["value"]) == (
        "disagrees", "budget_amount", "3780920000",
    )  # fmt: skip
    assert set(figure["sentence"]) == {"zh", "en"}
    assert [note["code"] for note in data["notes"]] == ["personal_data"]
    assert "13800138000" not in out


def test_word_documents_are_audited(capsys, tmp_path):
    """Paragraphs and cells of a Word document, counted as paragraphs."""
    cells = [[tc("项目"), tc("预算金额（万元）")], [tc("合计"), tc("3,708.92")]]
    path = tmp_path / "report.docx"
    path.write_bytes(word(p("预算执行率为 74.57%。") + tbl(*cells)))
    code, out, _ = run(capsys, path, "--params", PARAMS)
    assert code == 1
    assert "第 3 段 · 合计 · 预算金额(万元)" in out


# --- the page ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The pages and the JSON of a small report about the reference project."""
    out = tmp_path_factory.mktemp("audit")
    assert cli.main(["audit", str(REFERENCE), "--params", str(PARAMS), "--out", str(out)]) == 1
    return out / "minhang-logistics-2018"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_whole_and_harmless(written, lang):
    """One title, links that lead somewhere, no script, no request, its policy."""
    page = (written / f"audit.{lang}.html").read_text("utf-8")
    assert faults_of(page, ["disagreements", "text", "linked"]) == []
    assert "default-src 'none'" in page
    assert "{" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_is_marked_with_a_sign(written, lang):
    """As many marks as figures, each with its class, a sign, and words for who sees neither."""
    page = (written / f"audit.{lang}.html").read_text("utf-8")
    data = json.loads((written / "audit.json").read_text("utf-8"))
    marks = re.findall(r'<mark id="f\d+" class="(\w+)" title="[^"]+">(.*?)</mark>', page)
    assert [status for status, _ in marks] == [each["status"] for each in data["figures"]]
    signs = {"agrees": "✓", "disagrees": "✗", "unlinked": "?"}
    for (status, inner), figure in zip(marks, data["figures"], strict=True):
        assert unescape(inner).startswith(figure["printed"])
        assert f">{signs[status]}</span>" in inner
        assert 'class="unseen"' in inner


def test_the_page_shows_the_text_itself(written):
    """What the report says stands on the page, sign for sign, but for the marks' own words."""
    page = (written / "audit.zh.html").read_text("utf-8")
    text = re.search(r'<div class="read">(.*)</div>\n</section>\n<section', page, re.DOTALL)[1]
    for own in (r'<span class="(?:sign|unseen)".*?</span>', r'<span class="at">.*?</span>'):
        text = re.sub(own, "", text)
    shown = re.sub(r"\s|\*", "", unescape(re.sub(r"<[^>]+>", "", text)))
    for line in REFERENCE.read_text("utf-8").splitlines():
        for cell in re.split(r"[\t|]", line):
            if not set(cell) <= set("- "):
                assert re.sub(r"\s|\*", "", cell) in shown


def test_html_in_a_report_stays_text(capsys, tmp_path):
    """What looks like markup in a report is shown and never obeyed."""
    planted = "预算安排 3,780.92 万元<script>alert(1)</script><img src=x onerror=y> {{ x }}\n"
    audited(capsys, tmp_path, planted, "--out", tmp_path)
    page = (tmp_path / "minhang-logistics-2018" / "audit.en.html").read_text("utf-8")
    assert "&lt;script&gt;alert" in page
    assert faults_of(page, ["text"]) == []


def test_the_same_report_gives_the_same_bytes(written, tmp_path):
    """Nothing of the day, the folder or the run stands in what is written."""
    cli.main(["audit", str(REFERENCE), "--params", str(PARAMS), "--out", str(tmp_path)])
    for path in written.iterdir():
        assert (tmp_path / written.name / path.name).read_bytes() == path.read_bytes()


def test_the_page_is_drawn_without_a_fault(written, chromium_path):
    """A browser draws it; the marks are there after it did."""
    shown = subprocess.run(
        [chromium_path, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
         (written / "audit.zh.html").as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    data = json.loads((written / "audit.json").read_text("utf-8"))
    assert shown.count("<mark ") == len(data["figures"]) > 15


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_slip_of_the_unit_is_told_in_the_unit_of_its_column(written, lang):
    """28,195,500 in a column of ten thousand yuan: both figures in one unit; each slip once."""
    data = json.loads((written / "audit.json").read_text("utf-8"))
    [figure] = [each for each in data["figures"] if each["printed"] == "28,195,500"]
    right = {"zh": "2,819.55 万元", "en": "2,819.55 ten thousand yuan"}[lang]
    assert figure["expected"][lang] == right
    assert right in figure["sentence"][lang] and "28.1955" not in figure["sentence"][lang]
    assert "10,000" in figure["sentence"][lang]
    for each in data["figures"]:
        assert len(each.get("slips", [])) == len(set(each.get("slips", [])))


def test_a_slip_with_several_explanations_is_named_once(capsys, tmp_path):
    """95.98% is a rate of two names, the year's and the last year's: one slip in the data."""
    text = "单位：万元\n项目上年预算额\t3,668.82\t项目上年预算执行数\t95.98%\n"
    _, out, _ = audited(capsys, tmp_path, text, "--format", "json")
    [figure] = [each for each in json.loads(out)["figures"] if each["status"] == "disagrees"]
    assert figure["slips"] == ["rate_for_amount"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_explanation_is_out_of_sight_on_a_telephone(written, chromium_path, lang):
    """At 360 px every cell of what disagrees lies within the screen; a desk keeps its columns."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.goto((written / f"audit.{lang}.html").as_uri())
        ends = page.evaluate(
            """[...document.querySelectorAll('.table-disagreements tbody :is(th, td)')]
            .map(cell => cell.getBoundingClientRect().right)"""
        )
        page.set_viewport_size({"width": 1100, "height": 740})
        heads = page.locator(".table-disagreements thead th").all()
        seen = [each.bounding_box()["width"] > 20 for each in heads]
        browser.close()
    assert len(ends) == 5 and max(ends) <= 360
    assert seen == [True] * 5


def test_a_title_stands_once(written):
    """What heads a section is not repeated as the caption of its table or the words to open it."""
    page = (written / "audit.zh.html").read_text("utf-8")
    body = page.partition("<main")[2]
    assert body.count(">不一致的数字<") == body.count(">逐个数字的对应<") == 1
    assert "<caption" not in page


# --- what goes wrong -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["none.txt", "--params", str(PARAMS)], "没有这个文件"),
        ([str(REFERENCE), "--params", "none.yaml"], "none.yaml"),
        ([str(REFERENCE), "--params", str(ROOT / "params")], "一个项目"),
        ([str(REFERENCE)], "--params"),
        ([str(PARAMS.parent), "--params", str(PARAMS)], "文件夹"),
    ],
)
def test_wrong_input_ends_with_two(capsys, given, told):
    """A sentence that says what is wrong, nothing printed, no traceback."""
    code, out, err = run(capsys, *given)
    assert (code, out) == (2, "")
    assert told in err and "Traceback" not in err


def test_a_folder_that_cannot_be_written_is_told(capsys, tmp_path):
    """Nothing is left half-written."""
    (tmp_path / "taken").write_text("")
    code, _, err = audited(capsys, tmp_path, CLEAN, "--out", tmp_path / "taken")
    assert code == 2 and "无法写入" in err


# --- notes ---------------------------------------------------------------------------------

NOTES = [
    ("caption_twice", "表 2-1 情况表\n表 2-1 情况表\na\tb\n1\t2\n"),
    ("number_twice", "表 2-1 收入\na\tb\n1\t2\n\n表 2-1 支出\na\tb\n1\t2\n"),
    ("caption_alone", "表1 预算\na\tb\n1\t2\n\n表2 拨付流程图\n说明。\n说明。\n说明。\n说明。\n"),
    ("unnumbered", "表1 甲\na\tb\n1\t2\n\n表2 乙\na\tb\n1\t2\n\n如下：\nc\td\n3\t4\n"),
    ("label_drift", "附表 1-1\n基本情况。\n附件 1-2\n完成情况。\n"),
    ("unit_twice", "单位：万元\n单位：万元\t预算\n甲\t3.5\n"),
    ("stray_words", "队伍管理规范 and 职业前景良好。\n"),
    ("markup", "出勤率 **100%**。\n"),
    ("separators", "预算 3,780.92 万元，合同 3,759.40 万元，计划 2835.69 万元。\n"),
    ("shifted_row", "预算内容\t\t数量\t单价\t预算金额\n人力\t管理\t28\t5\t140\n服装费\t338\t6\n"),
    ("contradiction", "本项目未设立子项目。\n本项目的绩效目标针对子项目设立。\n"),
    ("contradiction_here", "进行双月考核，仅靠年底的一次性考核无法发现问题。\n"),
]
QUIET = [
    "表 2-1 收入\na\tb\n1\t2\n\n表 2-2 支出\na\tb\n1\t2\n\n见表 2-1。\n",
    "附件 1-1\n附件 1-2\n附件 1-3\n",
    "单位：万元\n预算\t执行\n3,780.92\t2,819.55\n",
    "依据 ISO9001 标准和 CPU 型号 A and B。\n",
    "本项目未设子项目，目标针对全体人员。\n",
    "双月考核和年底考核均已完成。\n",
    "金额 2835.69 元。\n",
    "项目\t金额\n甲\t3\n乙\t4\n",
]


@pytest.mark.parametrize(("code", "text"), NOTES, ids=[code for code, _ in NOTES])
def test_what_a_text_shows_by_itself(code, text):
    """Each note is told once where it is planted, and nothing else with it."""
    assert [note.code for note in notes_of(lines.read(text))] == [code]


TOLD = (
    "表 2-1 收入\na\tb\n1\t2\n\n"
    "甲、<p>队伍管理规范 and 职业前景良好。</p>\n<p>第二段</p>\n</b>\n"
    "3,780.92 3,759.40 3,668.82\n计划 2835.69，实际 2819.55。\n"
    "表 2-1 支出\na\tb\n1\t2\n"
)


def test_notes_stand_in_the_order_of_their_lines():
    """A pair of tags is one mark, one without its other half too; a quote opens with a word."""
    found = list(notes_of(lines.read(TOLD)))
    assert [(note.code, note.line) for note in found] == [
        ("stray_words", 5), ("markup", 5), ("markup", 7), ("separators", 9), ("number_twice", 10),
    ]  # fmt: skip
    assert [note.values for note in found[1:3]] == [
        {"text": "<p>", "count": 2}, {"text": "</b>", "count": 1},
    ]  # fmt: skip
    quoted = list(notes_of(lines.read("用人、队伍管理规范 and 职业前景良好，\n")))
    assert quoted[0].values == {"text": "队伍管理规范 and 职业前景良好"}


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", "2835.69、2819.55：没有千位分隔符"),
        ("en", "separators of thousands in 2835.69, 2819.55"),
    ],
)
def test_several_figures_are_listed_as_the_language_lists_them(capsys, tmp_path, lang, told):
    """Chinese has a comma of its own for lists."""
    _, out, _ = audited(capsys, tmp_path, TOLD, "--lang", lang)
    assert told in out


def test_each_note_leads_to_its_place(capsys, tmp_path):
    """The link of a note goes to the block that stands on its line."""
    audited(capsys, tmp_path, TOLD, "--out", tmp_path)
    page = (tmp_path / "minhang-logistics-2018" / "audit.zh.html").read_text("utf-8")
    linked = re.findall(r'<li><a href="#(b\d+)">第 (\d+) 行</a>', page)
    assert [line for _, line in linked] == ["5", "5", "7", "9", "10"]
    for block, line in linked:
        assert f'<p id="{block}"><span class="at">{line}</span>' in page


def test_what_may_be_a_contradiction_is_to_be_checked(capsys, tmp_path):
    """A note asks; it does not claim that two statements cannot both hold."""
    text = dict(NOTES)["contradiction"]
    for lang, told in (("zh", "似有矛盾，请核实"), ("en", "seem to contradict each other")):
        _, out, _ = audited(capsys, tmp_path, text, "--lang", lang)
        assert told in out


@pytest.mark.parametrize("text", QUIET, ids=range(len(QUIET)))
def test_what_may_be_meant_so_is_not_told(text):
    """No note where all is in order."""
    assert list(notes_of(lines.read(text))) == []
