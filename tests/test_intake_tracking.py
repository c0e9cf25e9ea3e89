"""The forms of a tracking report come in: five sheets, or fewer, make one project."""

import random
from datetime import date
from decimal import Decimal

import pytest

from evalkit import framework
from evalkit.evaluate import evaluate
from evalkit.files import Unreadable
from evalkit.params import load
from evalkit.schema import Params
from evalkit.shapes import shaped
from evalkit.source import Source
from evalkit.workbook import forms_workbook
from evalkit.yamltree import read_yaml
from tests.filled_forms import Grid, N, xlsx
from tests.test_cli import ROOT
from tests.test_intake import SHREDS, carried, listed, said, text_of
from tests.test_intake_score_sheet import LIBRARY

D = Decimal
# The five forms as a unit fills them in: boxes behind their words, ticks of its own, no dash.
BASICS = Grid(
    [
        ["附表1-1 绩效管理项目基本情况表"],
        ["项目单位：某区绿化所", N, N, "单位：元"],
        ["项目名称", "道路绿化养护"],
        ["项目类别", "一次性项目□ 经常性项目√"],
        ["项目概况简介", "立项背景与程序", "两年一招。"],
        [N, "项目起止时间", "2019年1月1日至2019年12月31日"],
        ["项目总预算", 900000, "项目当年预算", "900,000.00"],
        ["项目上年预算额", 850000, "项目上年预算执行数", 843210.5],
        ["项目资金构成情况", "区级财政预算安排", 600000],
        [N, "镇级财政配套安排", 300000],
        ["填表人", "张三", "联系电话", "021-55551234"],
    ],
    ("A1:D1", "B3:D3", "B4:D4", "A5:A6", "C5:D5", "C6:D6", "A9:A10"),
    name="1-1",
)  # fmt: skip
PLAN = Grid(
    [
        ["附件1-2 项目绩效目标及指标完成计划表"],
        ["项目整体绩效目标完成计划"],
        ["项目整体绩效目标", "年度目标值", "阶段性完成计划"],
        ["养护绿地面积", "≥12000平方米", "8000平方米"],
        ["市民满意度", "≥85%", "/"],
        ["项目绩效指标完成计划"],
        ["子项目（或活动）", "预算金额", "产出类指标及年度目标值", "效果类指标及年度目标值",
         "阶段性完成计划"],
        ["道路绿化养护", 900000, "养护绿地面积：≥12000平方米", "市民满意度：≥85%",
         "招标：2019年2月28日\n年终验收：2019年12月20日"],
    ],
    ("A1:E1", "A2:E2", "A6:E6"),
    name="1-2",
)  # fmt: skip
RULES = Grid(
    [
        ["附件1-3 项目实施工作计划完成情况及制度保障"],
        ["预算安排（元）", "实际执行金额（元）", "计划执行金额（元）",
         "资金使用与计划进度是否一致", N, "项目完成比例",
         "是否按计划时间进度进行", N, "保证目标实现的管理制度", N,
         "关联度", N, N, N, "执行情况", N, N],
        [N, N, N, "是", "否", N, "是", "否", "制度名称", "文号", "很好", "较好", "一般", "缺失",
         "有效", "基本有效", "未执行"],
        [900000, 560000, 600000, N, "√", "60%", "√", N, "绿化养护考核办法", "某绿〔2018〕3号",
         N, "√", N, N, "√", N, N],
        [N, N, N, N, N, N, N, N, "专项资金管理办法", N, "√", N, N, N, "√", "√", N],
    ],
    ("A1:Q1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "G2:H2", "I2:J2", "K2:N2", "O2:Q2"),
    name="1-3",
)  # fmt: skip
DEVIATIONS = Grid(
    [
        ["附件1-4 项目绩效目标跟踪完成情况评定及偏差分析"],
        ["指标类型", "指标", "年度目标值", "实际完成", "计划完成", "实际完成率", "质量达标率",
         "绩效偏差原因描述", "改进措施", N, N, "完成情况预测", N, N],
        [N, N, N, N, N, N, N, N, "调整预算", "制度建设", "制度执行", "能够完成", "无法完成",
         "原因说明"],
        ["产出指标", "养护绿地面积", "≥12000平方米", "7200平方米", "8000平方米", 0.6, N, "台风",
         N, N, "√", "√", N, N],
        ["效果指标", "市民满意度", "≥85%", "测评值 83.5%", N, N, N, N, N, N, "√", N, "√", "投诉多"],
    ],
    ("A1:N1", *(f"{letter}2:{letter}3" for letter in "ABCDEFGH"), "I2:K2", "L2:N2"),
    name="1-4",
)  # fmt: skip
FEEDBACK = Grid(
    [
        ["项目绩效跟踪评价结论反馈表"],
        ["评价项目", "道路绿化养护"],
        ["项目起止时间", "2019年1月1日至2019年12月31日", "跟踪评价时间",
         "2019年1月1日至2019年8月31日"],
        ["项目实施单位", "某区绿化所", "评价机构", "某会计师事务所"],
        ["跟踪结果评价", "□运行正常 √运行基本正常 □运行存在问题 □运行存在严重问题"],
        ["1、项目主要绩效", "养护按月考核。"],
        ["2、项目存在的主要偏差或问题", "1、补种滞后\n2、投诉多"],
        ["3、造成项目偏差的原因", "1、台风\n2、修剪不及时"],
        ["4、完成项目绩效目标的分析与结论", "年底可以完成面积。"],
        ["5、建议改进措施与计划时间", "1、补种：2019年10月15日\n2、加强巡查"],
    ],
    ("A1:D1", "B2:D2", *(f"B{row}:D{row}" for row in range(5, 11))),
    name="反馈",
)  # fmt: skip
FORMS = (BASICS, PLAN, RULES, DEVIATIONS, FEEDBACK)


@pytest.fixture
def greening(tmp_path):
    """All five forms of a project."""
    return carried(xlsx(tmp_path / "greening.xlsx", *FORMS))


def test_five_forms_make_one_file(greening):
    """Who, when, how much: each from the form that has it, in the unit of the heading."""
    tree = said(greening)
    assert len(greening.drafts) == 1
    assert tree["framework"] == "minhang-tracking-2018"
    assert tree["units"] == {"amount": "元", "unit_cost": "元"}
    assert tree["project"] == {
        "name": "道路绿化养护", "year": 2019, "category": "recurring",
        "period": {"start": date(2019, 1, 1), "end": date(2019, 12, 31)},
        "tracking": {"start": date(2019, 1, 1), "as_of": date(2019, 8, 31)},
    }  # fmt: skip
    assert tree["parties"] == {"implementing_unit": "某区绿化所", "evaluator": "某会计师事务所"}
    assert [(each["name"], each["budget"]) for each in tree["funding"]] == [
        ("区级财政预算安排", 600000), ("镇级财政配套安排", 300000),
    ]  # fmt: skip
    assert tree["budget"] == {"approved": 900000, "executed": 560000, "planned_to_date": 600000}
    assert tree["prior_years"] == [{"year": 2018, "budget": 850000, "executed": D("843210.5")}]
    assert greening.drafts[0].prose == {
        "background": "两年一招。", "progress": "养护按月考核。",
        "conclusion": "年底可以完成面积。",
    }  # fmt: skip


def test_outputs_of_the_tracking_forms(greening):
    """Target, plan and result side by side; what was measured is no count of what was done."""
    area, satisfaction = said(greening)["outputs"]
    assert area == {
        "id": "output-1", "name": "养护绿地面积", "kind": "output",
        "target": {"operator": ">=", "value": 12000, "unit": "平方米"},
        "planned": {"value": 8000, "unit": "平方米"}, "actual": {"value": 7200, "unit": "平方米"},
        "reason": "台风", "likelihood": "certain",
    }  # fmt: skip
    assert satisfaction == {
        "id": "outcome-1", "name": "市民满意度", "kind": "outcome",
        "target": {"operator": ">=", "value": 85, "unit": "%"},
        "measured": {"value": D("83.5"), "unit": "%"}, "reason": "投诉多",
        "likelihood": "impossible",
    }  # fmt: skip


def test_rules_with_their_boxes(greening):
    """A tick on each scale; two ticks on one scale are none; what it is about, its name may say."""
    first, second = said(greening)["rules"]
    assert first == {
        "id": "rule-1", "name": "绿化养护考核办法", "area": None, "number": "某绿〔2018〕3号",
        "exists": True, "relevance": "good", "effectiveness": "effective",
    }  # fmt: skip
    assert (second["area"], second["relevance"]) == ("finance", "very_good")
    assert "effectiveness" not in second
    assert ("1-3!P5", "several_boxes") in listed(greening, "doubtful")
    assert ("1-3!I4", "no_area") in listed(greening, "missing")


def test_what_the_report_concludes(greening):
    """The ticked verdict; one output that cannot be completed decides the forecast."""
    tree = said(greening)
    assert tree["stated"] == {
        "verdict": "basically_normal", "forecast": "cannot_complete", "funds_on_plan": False,
        "on_schedule": True,
    }  # fmt: skip
    assert [(each["name"], each["planned"]) for each in tree["milestones"]] == [
        ("招标", date(2019, 2, 28)), ("年终验收", date(2019, 12, 20)),
    ]  # fmt: skip
    assert [(each["title"], each["cause"]) for each in tree["problems"]] == [
        ("补种滞后", "台风"), ("投诉多", "修剪不及时"),
    ]  # fmt: skip
    assert tree["measures"] == [
        {"id": "M1", "title": "补种", "kind": "execution", "due": date(2019, 10, 15)},
        {"id": "M2", "title": "加强巡查", "kind": "execution"},
    ]


def test_nobody_is_carried_over_and_nothing_is_lost(greening):
    """Persons stay out of file and list; what is left open is the two questions about rules."""
    told = str(greening.remarks) + str(said(greening))
    assert "张三" not in told and "55551234" not in told
    assert listed(greening, "left") == []
    assert len(listed(greening, "missing")) == 1 and len(listed(greening, "doubtful")) == 1


@pytest.mark.parametrize(
    ("number", "row", "column", "value", "entry"),
    [
        (4, 5, 2, "□运行正常 □运行基本正常", ("反馈!B5", "no_verdict")),
        (0, 7, 2, 950000, ("1-1!B7", "part_of_budget")),
        (1, 8, 1, "行道树", ("1-2!A8", "part_of_project")),
        (1, 8, 5, "按合同执行", ("1-2!E8", "no_dates")),
        (3, 4, 3, "≥13000平方米", ("1-4!C4", "two_values")),
        (2, 4, 7, "也许", ("1-3!G4", "no_tick")),
        (4, 3, 4, "2019年前八个月", ("反馈!D3", "no_period")),
    ],
)
def test_what_cannot_be_decided_is_listed(tmp_path, number, row, column, value, entry):
    """One fault planted in the five forms is on the list with its place."""
    rows = [list(each) for each in FORMS[number].rows]
    rows[row - 1][column - 1] = value
    grids = list(FORMS)
    grids[number] = Grid(rows, FORMS[number].merged, name=FORMS[number].name)
    assert entry in listed(carried(xlsx(tmp_path / "a.xlsx", *grids)), "left", "doubtful")


def test_empty_rows_between_the_labels(tmp_path):
    """They change nothing: people leave a line free where they please."""
    rows = [each for row in BASICS.rows for each in (row, [])]
    plain = carried(xlsx(tmp_path / "a.xlsx", Grid(BASICS.rows, name="1-1")), "x")
    loose = carried(xlsx(tmp_path / "b.xlsx", Grid(rows, name="1-1")), "x")
    assert said(loose)["prior_years"] == said(plain)["prior_years"]
    assert said(loose)["project"]["name"] == "道路绿化养护"


def test_one_form_alone(tmp_path):
    """The deviations alone: results and measures; the rest waits to be filled in."""
    found = carried(xlsx(tmp_path / "a.xlsx", DEVIATIONS))
    tree = said(found)
    assert [each["id"] for each in tree["outputs"]] == ["output-1", "outcome-1"]
    assert tree["project"]["name"] is None and tree["budget"] == {"approved": None}
    missing = {code for _, code in listed(found, "missing")}
    assert missing == {"no_year", "no_name", "no_unit", "no_budget", "no_implementing_unit"}


# --- evalkit's own forms -------------------------------------------------------------------


def own(project, lang, folder):
    """What comes back of a project's own tracking forms."""
    origin = load([ROOT / "params" / f"{project}.yaml"])
    evaluation = evaluate(origin, framework.load("minhang-tracking-2018"))
    path = folder / f"{project}.xlsx"
    path.write_bytes(forms_workbook([evaluation], project, lang))
    return carried(path)


def test_the_forms_of_minhang(tmp_path):
    """As the published report has them: 340 posts, three instalments, its own conclusions."""
    found = own("minhang-logistics-2018", "zh", tmp_path)
    tree = said(found)
    assert tree["project"]["tracking"] == {"start": date(2018, 1, 1), "as_of": date(2018, 8, 31)}
    assert tree["budget"]["approved"] == D("3780.92") and tree["budget"]["executed"] == D("2819.55")
    assert [each["budget"] for each in tree["funding"]] == [D("3780.92"), 0, 0]
    assert tree["prior_years"] == [{"year": 2017, "budget": D("3668.82"), "executed": D("3521.48")}]
    staffing, attendance, *_, satisfaction = tree["outputs"]
    assert [staffing[key] for key in ("target", "planned", "actual")] == [
        {"value": 340, "unit": "人"}] * 3  # fmt: skip
    assert attendance["planned"] == {"text": "月考勤"}
    assert satisfaction["actual"] == {"value": 1, "unit": "次"}
    assert satisfaction["measured"] == {"value": D("97.44"), "unit": "分"}
    assert "likelihood" not in staffing  # what evalkit ticked is none of the unit's words
    assert [each["effectiveness"] for each in tree["rules"]] == ["not_executed"] * 2
    assert tree["stated"] == {
        "verdict": "normal", "forecast": "can_complete", "funds_on_plan": True, "on_schedule": True,
    }  # fmt: skip
    assert listed(found, "left") == []


def test_the_forms_of_the_canteens_in_english(tmp_path):
    """English dates, units and words; a budget that was cut comes back as it is now."""
    tree = said(own("canteens-2024", "en", tmp_path))
    assert tree["project"]["category"] == "one_off"
    assert tree["project"]["tracking"]["as_of"] == date(2024, 9, 30)
    assert tree["budget"]["approved"] == 6400000
    floor = tree["outputs"][1]
    assert floor["target"] == {"operator": ">=", "value": 2880, "unit": "m²"}
    assert floor["planned"] == floor["actual"] == {"value": 1920, "unit": "m²"}
    assert tree["outputs"][4]["measured"] == {"value": D("8.6"), "unit": "minutes"}
    assert [each["planned"] for each in tree["milestones"]][:2] == [
        date(2024, 2, 29), date(2024, 4, 30),
    ]  # fmt: skip
    assert [each["due"] for each in tree["measures"]] == [
        date(2024, 11, 15), date(2024, 10, 31), date(2024, 11, 20),
    ]  # fmt: skip
    assert len(tree["problems"]) == 3 and tree["rules"][0]["number"] == "Shi Min [2023] No. 14"
    assert tree["stated"]["verdict"] == "has_problems" and tree["stated"]["on_schedule"] is False


@pytest.mark.parametrize("seed", range(12))
def test_forms_that_were_torn_apart(tmp_path, seed):
    """Whatever stands where: a file of the right shape that lacks only what is to be filled in."""
    chance = random.Random(seed)
    grids = []
    for form in chance.sample([*FORMS, LIBRARY], chance.randrange(1, 7)):
        rows = [list(row) for row in form.rows]
        for _ in range(chance.randrange(8)):
            row = chance.choice(rows)
            row[chance.randrange(len(row))] = chance.choice(SHREDS)
        merged = form.merged if chance.random() < 0.5 else ()
        grids.append(Grid(rows, merged, name=f"{form.name}{len(grids)}"))
    try:
        found = carried(xlsx(tmp_path / "a.xlsx", *grids))
    except Unreadable as refused:
        assert refused.code in ("no_form", "no_framework")
        return
    for number in range(len(found.drafts)):
        tree, faults = read_yaml(text_of(found, number), "x")
        _, wrong = shaped(Params, Source("x", tree))
        assert {fault.code for fault in [*faults, *wrong]} <= {"missing", "unit_missing"}
