"""The official forms of scores and of monitoring: laid out as prescribed, filled from the facts."""

from dataclasses import replace

import pandas as pd
import pytest

from evalkit import framework
from evalkit.evaluate import score
from evalkit.facts import facts_of
from evalkit.model import Text, frame
from evalkit.params import load
from evalkit.sentences import languages, variants
from evalkit.tables.catalogue import tabulators
from evalkit.tables.table import NOTHING
from evalkit.words import Words
from tests.samples import PARAMS, SECOND, day, inputs_with, of
from tests.test_tables import Page, assert_sound

FISHING, POLICE = "yangtze-fishing-2020", "fengdu-auxpolice-2022"
PROJECTS = sorted(path.stem for path in PARAMS.glob("*.yaml"))
FORMS = {name for name in tabulators() if name.startswith("form_")}
ZH, YUAN = Words("zh", "万元"), Words("zh", "元")


def inputs_of(project):
    """The inputs of a shipped project."""
    return load([str(PARAMS / f"{project}.yaml")])


def scored(inputs, framework_id):
    """Inputs under a framework, with their facts; checks are not needed for a form."""
    found = score(inputs, framework.load(framework_id))
    return replace(found, facts=facts_of(found))


def form(name, evaluation, project="p", words=YUAN):
    """One form of a project."""
    return tabulators()[f"form_{name}"](evaluation, project, words)


def distinct(row):
    """The texts of a row, a merged cell once."""
    return [text for place, text in enumerate(row) if place == 0 or text != row[place - 1]]


# --- all forms -----------------------------------------------------------------------------


def test_what_a_framework_asks_for_is_there():
    """Each form that a framework names has its table, caption, name and sheet, and none is left."""
    asked = {
        f"form_{name}"
        for each in framework.known()
        for name in framework.load(each).settings["forms"]
    }
    assert asked == FORMS
    for lang in languages():
        captions = {name for name in variants(lang, "captions") if name.startswith("form_")}
        assert captions == FORMS
        for name in FORMS:
            short = name.removeprefix("form_")
            assert Words(lang).term(f"forms.{short}") and Words(lang).term(f"sheets.{short}")


@pytest.mark.parametrize("project", PROJECTS)
@pytest.mark.parametrize("framework_id", framework.known())
def test_every_form_of_every_framework_is_sound(framework_id, project):
    """Any project fills the forms of any framework, in each language: spans fit, scopes are set."""
    evaluation = scored(inputs_of(project), framework_id)
    asked = framework.load(framework_id).settings["forms"]
    for lang in languages():
        for name in asked:
            table = form(name, evaluation, project, Words(lang, "万元"))
            if table is None:  # a plan and a review of outputs need some
                assert name in ("goals_plan", "deviations")
                continue
            assert_sound(table)
            assert table.is_form


def test_a_bare_project_fills_its_forms():
    """Without money, outputs, goals and judgements there are dashes and no failure."""
    for name, framework_id in (
        ("self_evaluation", "self-evaluation-2020"), ("monitoring", "monitoring-2019"),
        ("score_sheet", "evaluation-2020"),
    ):  # fmt: skip
        assert_sound(form(name, scored(inputs_with(), framework_id)))


def test_columns_within_a_form_are_headings_of_columns():
    """A reader who hears the page is told which column a cell stands in."""
    table = form("self_evaluation", scored(inputs_of(FISHING), "self-evaluation-2020"), FISHING, ZH)
    rows = Page(table._repr_html_()).rows
    heads = {text: attrs["scope"] for row in rows for tag, attrs, text in row if tag == "th"}
    assert heads["年度指标值"] == "col" and heads["补贴渔船数"] == "row"


# --- self-evaluation -----------------------------------------------------------------------

# As published on https://1wenmi.com/doc/330418.html (see params/yangtze-fishing-2020.yaml): money
# 1.56 / 1.56, 20 points; three outputs of 20, 10, 10; satisfaction 40; total 100.
PUBLISHED = [
    ["项目名称", "渔业成品油价格改革补贴（长江禁捕）"],
    ["主管部门", "—", "实施单位", "渔业主管部门（原表未载明）"],
    ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["项目资金（万元）", "年度资金总额", "1.56", "20", "100.00%", "20"],
    ["年度总体目标", "预期目标", "实际完成情况"],
    ["年度总体目标", "—"],
    ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分",
     "偏差原因分析及改进措施"],
    ["绩效指标", "产出指标", "数量指标", "补贴渔船数", "6 艘", "20", "—"],
    ["绩效指标", "产出指标", "质量指标", "渔船补贴发放率", "100%", "10", "—"],
    ["绩效指标", "产出指标", "时效指标", "12月底之前完成", "100%", "10", "—"],
    ["绩效指标", "满意度指标", "服务对象满意度指标", "退捕渔民抽样调查满意度", "≥ 90%", "40", "—"],
    ["总分", "100", ""],
    ["总评等级", "优"],
]  # fmt: skip


def test_the_published_form_cell_by_cell():
    """The fishing form is the published one, under its title and year, with what was stated."""
    table = form("self_evaluation", scored(inputs_of(FISHING), "self-evaluation-2020"), FISHING, ZH)
    grid = table.grid()
    assert [distinct(row) for row in grid] == PUBLISHED
    assert grid[3][3:6] == ["1.56"] * 3 and grid[7][4:8] == ["6 艘", "6 艘", "20", "20"]
    assert table.caption.startswith("项目支出绩效自评表（2020年度）\n")
    assert table.remark == "本表按计算结果填列。项目单位或评价机构的填报为：自评总分：100 分。"


def test_execution_stands_in_the_block_of_the_money_alone():
    """The rate of execution is scored once, also where the framework scores it by bands."""
    for framework_id in ("self-evaluation-2020", "self-evaluation-2021"):
        grid = form("self_evaluation", scored(inputs_of(FISHING), framework_id), FISHING, ZH).grid()
        assert not any("预算执行率" in row for row in grid)
        assert next(row for row in grid if "年度资金总额" in row)[7] == "100.00%"


def test_sources_of_money_have_their_own_rows():
    """Each source with its own budget, execution and rate; points are for the whole only."""
    evaluation = scored(
        inputs_with(
            {"initial_amount": 90_000, "stated_executed_amount": 75_000},
            funding=[
                of("city", name=Text("市级", "City"), initial_amount=60_000, budget_amount=80_000,
                   executed_amount=60_000),
                of("own", name=Text("自筹", "Own"), budget_amount=10_000),
            ],
            adjustments=[of("a", adjusted_on=day("2018-03-01"), adjustment_amount=10_000)],
        ),
        "self-evaluation-2020",
    )  # fmt: skip
    rows = [
        row[2:] for row in form("self_evaluation", evaluation).grid() if "项目资金（元）" in row
    ]
    assert rows[1:] == [
        ["年度资金总额", "900.00", "1,000.00", "750.00", "10", "75.00%", "7.5"],
        ["其中：市级", "600.00", "800.00", "600.00", NOTHING, "75.00%", NOTHING],
        ["其中：自筹", NOTHING, "100.00", NOTHING, NOTHING, NOTHING, NOTHING],
    ]


def test_what_is_not_decided_shows_its_reach_and_why():
    """Four items of ten points without evidence: 60 to 100, medium to excellent, no mark given."""
    table = form("self_evaluation", scored(inputs_of(POLICE), "self-evaluation-2020"), POLICE, ZH)
    rows = {row[3]: row[4:] for row in table.grid()}
    assert rows["受益对象满意度"] == ["≥ 95%", NOTHING, "10", "0至10", "缺少可计算的数据"]
    assert rows["促进社会和谐稳定"] == ["好", NOTHING, "10", "0至10", "未作评定"]
    assert rows["总分"][2:4] == ["100", "60至100"]
    assert rows["总评等级"][-1] == "中至优"


def test_what_does_not_apply_is_left_out_of_the_second_total():
    """Satisfaction left out: 60 of 60 points, which is 100 on full points; the form says why."""
    inputs = inputs_of(FISHING)
    reason = Text("未开展调查", "No survey")
    rows = [{"project_id": FISHING, "item": "S4", "not_applicable": reason}]
    evaluation = scored(
        replace(inputs, judgements=frame("judgements", rows)), "self-evaluation-2020"
    )
    grid = form("self_evaluation", evaluation, FISHING, ZH).grid()
    assert grid[10][3:] == [
        "退捕渔民抽样调查满意度", "≥ 90%", "≥ 90%", "40", NOTHING, "未开展调查",
    ]  # fmt: skip
    assert [row[5:8] for row in grid[11:13]] == [["总分", "100", "60"], ["折算总分", "100", "100"]]


def test_reasons_and_other_stated_scores_are_told():
    """An output's reason stands beside its score; a score stated otherwise stands below."""
    evaluation = scored(
        inputs_with(
            {"framework": "self-evaluation-2020", "stated_score": 90, "stated_grade": "良"},
            outputs=[of("o", name=Text("甲项", "A"), kind="output", dimension="quantity", target=10,
                        operator=">=", target_unit="台", actual=5, actual_unit="台",
                        stated_score=40, stated_reason=Text("到货晚", "Late"))],
        ),
        "self-evaluation-2020",
    )  # fmt: skip
    table = form("self_evaluation", evaluation)
    assert next(row for row in table.grid() if "甲项" in row)[4:] == [
        "≥ 10 台", "5 台", "50", "25", "到货晚",
    ]  # fmt: skip
    assert "自评总分：90 分；自评等级：良；甲项：40 分" in table.remark


def test_a_framework_with_grades_has_no_form_of_scores():
    """Where nothing is scored there is nothing to fill in."""
    evaluation = scored(inputs_with(), "monitoring-2019")
    asked = evaluation.framework.settings | {"forms": ["self_evaluation", "score_sheet"]}
    evaluation = replace(evaluation, framework=replace(evaluation.framework, settings=asked))
    assert form("self_evaluation", evaluation) is None
    assert form("score_sheet", evaluation) is None


# --- monitoring ----------------------------------------------------------------------------

WATCHED = {
    "as_of": day("2019-07-31"), "tracking_start_on": day("2019-01-01"), "year": 2019,
    "period_start_on": day("2019-01-01"), "period_end_on": day("2019-12-31"),
    "initial_amount": 100_000, "stated_executed_amount": 60_000, "stated_expected_amount": 110_000,
    "implementing_unit": Text("甲单位", "Unit"), "authority": Text("乙局", "Bureau"),
}  # fmt: skip


def watched(project=None, **rows):
    """The monitoring form of a small project: 1,000 yuan at first, 1,200 later, 600 spent."""
    inputs = inputs_with(
        WATCHED | (project or {}),
        **{
            "adjustments": [of("a", adjusted_on=day("2019-03-01"), adjustment_amount=20_000)],
            "funding": [of("city", name=Text("市级", "City"), initial_amount=80_000,
                           budget_amount=96_000, executed_amount=50_000, expected_amount=90_000)],
            "outputs": [
                of("o", name=Text("设备", "Machines"), kind="output", dimension="quantity",
                   operator=">=", target=10, target_unit="台", planned=7, planned_unit="台",
                   actual=6, actual_unit="台", expected=10, expected_unit="台",
                   due_on=day("2019-12-31"), stated_likelihood="certain",
                   causes=["funding", "other"], stated_reason=Text("资金晚到", "Late")),
                of("s", name=Text("满意度", "Satisfaction"), kind="outcome", operator=">=",
                   target=90, target_unit="%"),
            ],
        } | rows,
    )  # fmt: skip
    return form("monitoring", scored(inputs, "monitoring-2019"))


def test_monitoring_by_hand():
    """Money to July, each cell of the indicators: 600 ÷ 1,000, 500 ÷ 800, 6 of 10 machines."""
    table = watched()
    grid = [distinct(row) for row in table.grid()]
    assert grid[:9] == [
        ["项目名称", "甲"],
        ["主管部门", "乙局", "实施单位", "甲单位"],
        ["项目资金（元）", "", "年初预算数", "1–7月执行数", "1–7月执行率", "全年预计执行数"],
        ["项目资金（元）", "年度资金总额", "1,000.00", "600.00", "60.00%", "1,100.00"],
        ["项目资金（元）", "其中：市级", "800.00", "500.00", "62.50%", "900.00"],
        ["年度总体目标", "—"],
        ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "1–7月执行情况",
         "全年预计完成情况", "偏差原因分析", "完成目标可能性"],
        ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "1–7月执行情况",
         "全年预计完成情况", "经费保障", "制度保障", "人员保障", "硬件条件保障", "其他", "原因说明",
         "确定能", "有可能", "完全不可能"],
        ["绩效指标", "产出指标", "数量", "设备", "≥ 10 台", "6 台", "10 台", "☑", "☐", "☑",
         "资金晚到", "☐", "☑", "☐"],
    ]  # fmt: skip
    assert table.grid()[8][7:12] == ["☑", "☐", "☐", "☐", "☑"]
    assert table.caption.startswith("项目支出绩效目标执行监控表（2019年度）\n")


def test_the_computed_likelihood_is_ticked():
    """6 done of 7 planned is "possible"; the stated "certain" stands below, not in the box."""
    table = watched()
    assert table.grid()[8][13:] == ["☐", "☑", "☐"]
    assert "项目单位或评价机构的填报为：设备：确定能。" in table.remark
    assert table.grid()[9][13:] == ["☐", "☐", "☐"]  # nothing is known of satisfaction


def test_what_the_form_has_no_place_for_stands_below():
    """The changed budget with its rate, and 600 ÷ 7 × 12 where another expectation was stated."""
    remark = watched().remark
    assert "预算安排：1,200.00 元；预算执行率：50.00%；全年预计执行数：1,028.57 元" in remark
    same = watched({"stated_expected_amount": pd.NA}, adjustments=[], outputs=[])
    assert same.remark == ""
    assert "1,028.57" in same.grid()[3]


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        ("2019-01-01", "2019-07-31", "1–7月执行数", "Executed, January–July"),
        ("2019-03-01", "2019-03-31", "3月执行数", "Executed, March"),
        ("2019-01-01", "2019-07-30", "截至2019年7月30日执行数", "Executed, to 30 July 2019"),
        ("2018-11-01", "2019-07-31", "截至2019年7月31日执行数", "Executed, to 31 July 2019"),
    ],
)
def test_the_months_are_those_of_the_project(start, end, zh, en):
    """Whole months of one year are named; any other period by its last day."""
    project = WATCHED | {"tracking_start_on": day(start), "as_of": day(end)}
    evaluation = scored(inputs_with(project), "monitoring-2019")
    for words, expected in ((YUAN, zh), (Words("en", "元"), en)):
        texts = {text for row in form("monitoring", evaluation, words=words).grid() for text in row}
        assert expected in texts


# --- score sheet ---------------------------------------------------------------------------


def test_the_score_sheet_explains_every_score():
    """Note, standard, target, actual and score: 41 of 64 received is 64.06%, so 1.92 of 3."""
    table = form("score_sheet", scored(inputs_of(SECOND), "evaluation-2020"), SECOND)
    rows = {row[2]: row for row in table.grid()}
    assert rows["资金到位率"] == [
        "过程", "资金管理", "资金到位率", "3", "实际到位资金 ÷ 预算资金。", "按比率计分", "100.00%",
        "64.06%", "1.92", NOTHING,
    ]  # fmt: skip
    assert rows["立项依据充分性"][8:] == ["0至3", "未作评定"]
    assert rows["三级指标"][3:] == [
        "分值", "指标解释", "评价标准", "目标值", "实际值", "得分", "扣分原因或依据",
    ]  # fmt: skip
    assert rows["总分"][3] == "100"


def test_the_score_sheet_shows_reason_or_evidence():
    """A judged indicator shows its reason where it has one, else what it was judged on."""
    evaluation = scored(
        inputs_with(judgements=[
            of("E111", given_score=3, evidence=Text("批复文件", "Approval")),
            of("E112", given_score=1, evidence=Text("会议纪要", "Minutes"),
               reason=Text("缺少论证", "No study")),
            of("E121", not_applicable=Text("延续项目", "Continued")),
        ]),
        "evaluation-2020",
    )  # fmt: skip
    rows = {row[2]: row[8:] for row in form("score_sheet", evaluation).grid()}
    assert rows["立项依据充分性"] == ["3", "批复文件"]
    assert rows["立项程序规范性"] == ["1", "缺少论证"]
    assert rows["绩效目标合理性"] == [NOTHING, "延续项目"]
    assert "折算总分" in rows
