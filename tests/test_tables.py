"""Tables: cells with spans that fit, words escaped, figures as facts, forms filled and ticked."""

from dataclasses import replace
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from evalkit import framework
from evalkit.evaluate import evaluate, score
from evalkit.facts import Facts, facts_of
from evalkit.findings import distortion
from evalkit.headline import headline
from evalkit.model import FINDING_COLUMNS, Text, frame
from evalkit.params import load
from evalkit.sentences import languages
from evalkit.tables.catalogue import tabulators
from evalkit.tables.table import NOTHING, Cell, Table, grouped_headings, headings, merged
from evalkit.words import Words
from tests.samples import (
    FRAMEWORK,
    PARAMS,
    REFERENCE,
    SECOND,
    day,
    inputs_with,
    of,
    portfolios,
)

HOSTILE = '<script>alert(1)</script> ](javascript:x) {{ x }} {execution_rate} & "q"'
EVIL = Text(HOSTILE, HOSTILE)
ZH = Words("zh", "万元")


@cache
def evaluation_of(name):
    """A shipped project, evaluated."""
    return evaluate(load([str(PARAMS / f"{name}.yaml")]), FRAMEWORK)


def tabulate(name, project, lang="zh"):
    """One table of a shipped project."""
    evaluation = evaluation_of(project)
    about = evaluation.inputs.projects.loc[project]
    words = Words(lang, about["amount_unit"], about["unit_cost_unit"])
    return tabulators()[name](evaluation, project, words)


def made_of(inputs):
    """The scored frames and facts of some inputs; without checks, which take the longest."""
    scored = score(inputs, FRAMEWORK)
    none = pd.DataFrame(columns=list(FINDING_COLUMNS), index=pd.MultiIndex.from_arrays([[], []]))
    return replace(scored, facts=facts_of(scored), findings=none)


def tables_of(evaluation, project, lang):
    """All tables that a project has."""
    made = (each(evaluation, project, Words(lang, "元")) for each in tabulators().values())
    return [table for table in made if table is not None]


def small(name, project=None, lang="zh", **rows):
    """One table of a small project made by hand."""
    return tabulators()[name](made_of(inputs_with(project, **rows)), "p", Words(lang, "元"))


class Page(HTMLParser):
    """The tables of a page, each as rows of (tag, attributes, text)."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.tags, self.captions = [], [], []
        self.within = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append([tag, dict(attrs), ""])
            self.within = tag
        if tag == "caption":
            self.captions.append("")
            self.within = tag

    def handle_endtag(self, tag):
        self.within = "" if tag == self.within else self.within

    def handle_data(self, data):
        if self.within == "caption":
            self.captions[-1] += data
        elif self.within:
            self.rows[-1][-1][2] += data


def assert_sound(table):
    """The HTML of a table has a caption, scopes on all its headings, and no holes or overlaps."""
    page = Page(table._repr_html_())
    places = set()
    for y, row in enumerate(page.rows):
        x = 0
        for tag, attrs, text in row:
            while (y, x) in places:
                x += 1
            down, across = int(attrs.get("rowspan", 1)), int(attrs.get("colspan", 1))
            block = {(y + j, x + i) for j in range(down) for i in range(across)}
            assert not block & places, f"{table.name}: two cells at {y}, {x}"
            places |= block
            if tag == "th":
                assert text.strip(), f"{table.name}: an empty heading"
                assert attrs["scope"] in ("col", "colgroup", "row", "rowgroup")
    width = table.width
    assert places == {(y, x) for y in range(len(page.rows)) for x in range(width)}, table.name
    assert len(page.captions) == 1 and page.captions[0].strip()
    assert len(table.grid()) == len(page.rows)


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("project", [REFERENCE, SECOND])
@pytest.mark.parametrize("name", tabulators())
def test_every_table_is_sound(name, project, lang):
    """Each table of the folder, for both projects, in each language: spans fit, with scopes."""
    table = tabulate(name, project, lang)
    if table is not None:
        assert_sound(table)
        assert str(table).startswith(table.caption)
        assert table._repr_markdown_().count("\n| ") >= len(table.rows)


@settings(max_examples=5, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(portfolios(size=3))
def test_tables_of_any_project_are_sound(inputs):
    """Whatever a project has or lacks, no table fails, and what there is has no holes."""
    evaluation = made_of(inputs)
    for project in evaluation.project_ids:
        for table in tables_of(evaluation, project, "en"):
            assert_sound(table)


def test_a_bare_project_has_only_the_tables_it_can_fill():
    """Without lines, contracts, plans and outputs those tables are left out, the forms are not."""
    found = {table.name for table in tables_of(made_of(inputs_with()), "p", "zh")}
    assert not found & {"execution", "headcount", "contracts", "instalments", "outputs", "years"}
    assert {"rates", "verdict", "indicators", "form_basic_facts", "form_feedback"} <= found


def test_what_a_project_says_is_text():
    """Markup, placeholders and quotes in names come out as the text that they are."""
    evaluation = made_of(
        inputs_with(
            {"name": EVIL, "implementing_unit": EVIL},
            lines=[of("a", name=EVIL, group="goods", declared_amount=1, base=[])],
            outputs=[of("o", name=EVIL, kind="output", operator="=", target_text=EVIL,
                        actual_text=EVIL, covers=[])],
            problems=[of("x", title=EVIL, description=EVIL, cause=EVIL, indicators=[])],
            measures=[of("m", title=EVIL, problem="x")],
            judgements=[of("A111", grade="good", evidence=EVIL, stated_grade=HOSTILE)],
            prose=[of("background", zh=HOSTILE, en=HOSTILE)],
        )
    )  # fmt: skip
    for lang in languages():
        for table in tables_of(evaluation, "p", lang):
            assert all(
                tag not in ("script", "img", "iframe")
                and not any(each.startswith("on") for each in attrs)
                and attrs.get("href", "#").startswith("#")
                for tag, attrs in Page(table._repr_html_()).tags
            ), table.name
    table = tabulators()["execution"](evaluation, "p", Words("zh", "元"))
    assert table.grid()[1][0] == HOSTILE


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("project", [REFERENCE, SECOND])
def test_every_figure_leads_to_its_formula(project, lang):
    """What a cell links to stands in the table of computed figures, once."""
    anchors = [
        attrs["id"]
        for tag, attrs in Page(tabulate("facts", project, lang)._repr_html_()).tags
        if "id" in attrs
    ]
    assert len(anchors) == len(set(anchors))
    links = {
        attrs["href"][1:]
        for name in tabulators()
        if (table := tabulate(name, project, lang)) is not None
        for tag, attrs in Page(table._repr_html_()).tags
        if tag == "a" and attrs["href"].startswith("#fact-")
    }
    assert links and not links - set(anchors)


def test_the_reference_budget():
    """Declared, recomputed and gap stand side by side; the total is the approved budget."""
    grid = tabulate("execution", REFERENCE).grid()
    by_name = {row[0]: row[1:] for row in grid[1:]}
    assert grid[0][1] == "预算金额（万元）"
    assert by_name["管理费"][:4] == ["341.26", "341.94", "-0.68", "9.03%"]
    assert by_name["合计"] == ["3,780.92", "3,781.60", "-0.68", "", "2,819.55", "74.57%"]
    assert by_name["服装费"][4] == by_name["管理费"][4] == "支付未按预算内容分列"


def test_the_reference_build_up():
    """Posts × unit cost by group with a subtotal, the fee as a rate on its base."""
    grid = tabulate("headcount", REFERENCE).grid()
    assert grid[1][:6] == [
        "人力成本",
        "人力成本：工勤管理",
        "28 人",
        "125,300 元",
        "350.84",
        "350.84",
    ]
    assert grid[4][1] == "小计" and grid[4][4:6] == ["3,419.38", "3,419.38"]
    assert grid[6][2:4] == ["3,419.38 万元", "10.00%"]
    assert grid[-1] == ["合计", "合计", "340 人", "", "3,780.92", "3,781.60", "-0.68"]


def test_the_reference_rates():
    """One name, several official formulas: each rate under its own name with its numbers."""
    rates = {row[0]: row[1:] for row in tabulate("rates", REFERENCE).grid()[1:]}
    assert rates["预算执行率"] == ["74.57%", "实际执行金额 ÷ 预算安排 = 2,819.55 ÷ 3,780.92 万元"]
    assert rates["合同执行率"][0] == "75.00%"
    assert rates["预算执行准确率"][0] == "100.00%"
    assert rates["按预算折算的执行准确率"][0] == "99.43%"
    assert "到位资金执行率" not in rates  # no figure, no row


def test_instalments_early_late_and_withheld():
    """Days carry their sign, a late payment its class; what is withheld has columns of its own."""
    reference = tabulate("instalments", REFERENCE).grid()
    assert [row[-2] for row in reference[1:5]] == ["-9", "-2", "-1", NOTHING]
    assert reference[4][3:5] == ["170.63", "769.22"]
    second = tabulate("instalments", SECOND)
    late = [cell for row in second.rows for cell in row if "status-late" in cell.kind]
    assert [cell.text for cell in late] == ["+25"]
    assert len(second.grid()[0]) == 7  # nothing withheld: no columns for it


def test_an_output_without_a_value_says_so():
    """An activity in the place of a value is shown as it is, with no rate beside it."""
    rows = {row[0]: row for row in tabulate("outputs", REFERENCE).grid()[2:]}
    assert rows["工勤雇员出勤率"][3:5] == ["1–8月每月进行考核", NOTHING]
    assert rows["工勤雇员出勤率"][7] == "无实际值"
    assert rows["工勤雇员数量符合岗位需求和设置"][1:5] == ["340 人", "340 人", "340 人", "100.00%"]
    outcome = tabulate("outcomes", SECOND, "en").grid()[2]
    assert outcome[1] == "≤ 10 minutes" and outcome[3] == "Measured 8.6 minutes"


def test_nothing_has_a_text_alternative():
    """A missing figure is a dash for the eye and words for a reader who hears the page."""
    html = Cell(NOTHING, "num", note="无法评价").element()
    assert '<span aria-hidden="true">—</span><span class="unseen">无法评价</span>' in html
    assert "title" not in html


def test_indicators_stand_below_their_levels():
    """Each level is one cell down all its indicators; grades are computed beside stated."""
    table = tabulate("indicators", REFERENCE)
    first = table.rows[0]
    assert (first[0].text, first[0].down) == ("A 投入", 6)
    assert (first[1].text, first[1].down) == ("A1 项目立项", 5)
    rows = {row[3].split()[0]: row for row in table.grid()[1:]}
    assert len(rows) == 20
    assert rows["A211"][4:6] == ["好\n100.00%", "好"]
    assert rows["B113"][4:] == ["不适用", "好", "本项目未设子项目"]
    assert rows["C11"][4:] == ["无法评价", "好", "缺少可计算的数据"]


def test_levels_count_grades():
    """The roll-up shows how many of each grade, and what could not be graded."""
    rows = {row[0]: row[1:] for row in tabulate("levels", REFERENCE).grid()[1:]}
    assert rows["B 过程"] == ["7", "1", NOTHING, NOTHING, "3", NOTHING, "较好"]
    assert rows["C 产出"][-2:] == ["3", NOTHING]


def scored(project):
    """A shipped project under the framework that it names."""
    inputs = load([str(PARAMS / f"{project}.yaml")])
    return evaluate(inputs, framework.of(inputs, inputs.projects.at[project, "framework"]))


def test_points_add_up_by_level():
    """The fishing form by hand: 20 for the money, 20 + 10 + 10 for outputs, 40 for satisfaction."""
    table = tabulators()["points"](scored("yangtze-fishing-2020"), "yangtze-fishing-2020", ZH)
    grid = table.grid()
    assert [(row[2], row[8], row[9]) for row in grid[1:]] == [
        ("预算执行率", "20", "20"), ("补贴渔船数", "20", "20"), ("渔船补贴发放率", "10", "10"),
        ("12月底之前完成", "10", "10"), ("小计", "40", ""), ("退捕渔民抽样调查满意度", "40", "40"),
        ("总分", "100", "100"),
    ]  # fmt: skip
    assert grid[6][3:8] == ["40", "按目标比例计分", "≥ 90%", "≥ 90%", "100.00%"]
    assert_sound(table)


def test_points_show_what_is_within_reach():
    """Four items of ten points without a value or a judgement leave 60 to 100."""
    evaluation, project = scored("fengdu-auxpolice-2022"), "fengdu-auxpolice-2022"
    rows = {row[2]: row[3:] for row in tabulators()["points"](evaluation, project, ZH).grid()[1:]}
    assert rows["受益对象满意度"][2:] == ["≥ 95%", NOTHING, "无法评价", "0至10", NOTHING]
    assert rows["小计"][5] == "0至30"
    assert rows["总分"][5] == "60至100"
    page = headline(Facts(evaluation.facts, project), ZH, evaluation.framework.labels)
    assert "<strong>无法评价</strong><br><span>60至100 分（中至优）</span></p>" in page


def test_without_points_there_is_no_table_of_them():
    """A framework that grades has neither that table nor a score on the first screen."""
    evaluation = made_of(inputs_with())
    assert tabulators()["points"](evaluation, "p", ZH) is None
    page = headline(Facts(evaluation.facts, "p"), ZH, evaluation.framework.labels)
    assert ZH.term("total_score") not in page


def test_the_verdict_shows_what_decides():
    """The conditions that lead to the computed verdict are marked in words, no others."""
    rows = tabulate("verdict", SECOND, "en").grid()[1:]
    decides = [row for row in rows if row[4] == "Yes (decides)"]
    assert [row[:3] for row in decides] == [
        ["Running with problems", "Outcomes that missed their target", "≥ 1"]
    ]


def test_every_finding_has_its_row():
    """Findings are numbered as they are counted, worst first, with a sentence and its reason."""
    table = tabulate("findings", REFERENCE)
    rows = [row for row in table.rows if len(row) == 3]
    assert len(rows) == len(evaluation_of(REFERENCE).findings) == 50
    assert [row[0].text for row in rows] == [str(n + 1) for n in range(50)]
    uniform = next(row[2].text for row in rows if row[1].text == "服装费：数量")
    sentence, figures, reason = uniform.split("\n")
    assert "20.40 万元" in sentence
    assert figures == "原报告数：338；应为：340；差额：-2"
    assert reason.startswith("按人配置的支出应与核定人数一致")


@pytest.mark.parametrize(
    ("lang", "where", "figures"),
    [
        ("zh", "合同决定的最高执行率", "本项：939.85 万元；比照：961.37 万元；差额：-21.52 万元"),
        ("zh", "表1-2合计", "原报告所填：28,195,500；应为：2,819.55 万元"),
        ("en", "table 1-2, total",
         "As stated: 28,195,500; Should be: 2,819.55 ten thousand yuan"),
        ("en", "Contract and supplement signed: Done on",
         "Actual: 22 January 2018; Planned: 1 January 2018; Difference: +21 days"),
        ("en", "Satisfaction of office staff with the support services: Actual to date",
         "As stated: times; Should be: %"),
        ("zh", "附件1-3", "实际：2,819.55 万元"),
    ],
)  # fmt: skip
def test_figures_of_a_finding_are_called_what_they_are(lang, where, figures):
    """Compared, planned or stated; a mistaken unit in the unit of its column, and without a gap."""
    table = tabulate("findings", REFERENCE, lang)
    told = next(row[2].text for row in table.rows if len(row) == 3 and row[1].text == where)
    assert figures in told.split("\n")


def test_the_worst_of_each_kind_stands_first():
    """By hand: ten thousand times, 2 of 340, 0.68 of 341.94; then what no number measures."""
    table = tabulate("worst_findings", REFERENCE)
    assert [row[1].text for row in table.rows] == [
        "表1-2合计", "服装费：数量", "管理费：预算金额", "合同决定的最高执行率", "附件1-3",
    ]  # fmt: skip
    assert "原报告所填：28,195,500；应为：2,819.55 万元" in table.rows[0][2].text
    linked = table.rows[0][1].html
    [number] = [row[0].text for row in tabulate("findings", REFERENCE).rows
                if len(row) == 3 and row[1].text == "表1-2合计"]  # fmt: skip
    assert f'href="#finding-{number}"' in linked


@pytest.mark.parametrize(
    ("found", "off"),
    [
        ({"code": "fee_base", "expected": 100, "gap": -2}, Fraction(1, 50)),
        ({"code": "printed", "expected": Fraction(-1, 2), "gap": Fraction(1, 4)}, Fraction(1, 2)),
        ({"code": "printed", "expected": 7, "gap": pd.NA,
          "details": {"factor": (Fraction(10_000), "count")}}, Fraction(9_999)),
        ({"code": "full_use", "expected": 100, "gap": -90}, Fraction(0)),  # only compared
        ({"code": "stated_grade", "expected": Text("好", "Good"), "gap": pd.NA}, Fraction(0)),
        ({"code": "personal_data", "expected": 0, "gap": 3}, Fraction(0)),
    ],
)  # fmt: skip
def test_how_far_a_figure_is_off(found, off):
    """A share of what it should be; a mistaken unit by its factor; nothing without a number."""
    assert distortion({"details": {}} | found) == off


def test_findings_stand_below_their_severity_and_group():
    """One line above each group, each once, the errors first; a reason is told once a code."""
    table = tabulate("findings", REFERENCE, "en")
    parts = [row[0].text for row in table.rows if len(row) == 1]
    assert parts == [
        "Error: Arithmetic", "Error: Money and payments", "Error: Dates and order",
        "Error: Outputs and outcomes", "Error: Grades and evidence",
        "Error: Statements and verdicts", "Error: Printed figures",
        "Warning: Money and payments", "Warning: Outputs and outcomes",
        "Warning: Grades and evidence", "Warning: Statements and verdicts",
        "Warning: Completeness", "Note: Money and payments", "Note: Printed figures",
    ]  # fmt: skip
    reason = "A printed figure should follow from the published data"
    assert sum(reason in cell.text for row in table.rows for cell in row) == 1


def test_the_sections_in_which_findings_sit():
    """By hand from the list of the reference's findings: uniforms and fee are the headcount's."""
    grid = tabulate("finding_places", REFERENCE).grid()
    assert grid[0] == ["主题", "不符", "关注", "提示"]
    by_name = {row[0]: row[1:] for row in grid[1:]}
    assert by_name["人员经费与预算构成"] == ["2", "0", "0"]
    assert by_name["偏差分析"] == ["2", "0", "0"]
    assert sum(int(number) for row in grid[1:] for number in row[1:]) == 50


def test_an_accepted_finding_stands_last_with_its_reason():
    """It keeps its sentence, leaves the first screen and the sections, and says who accepted it."""
    inputs = load([str(PARAMS / f"{REFERENCE}.yaml")])
    row = {"project_id": REFERENCE, "item": "1", "finding": "per_head_quantity",
           "reason": Text("两人已调离", "Two people have left"), "accepted_on": day("2018-09-20"),
           "by": Text("项目负责人", "Head of the project")}  # fmt: skip
    evaluation = evaluate(replace(inputs, accepted=frame("accepted", [row])), FRAMEWORK)
    words = Words("en", "万元", "元")
    table = tabulators()["findings"](evaluation, REFERENCE, words)
    assert table.rows[-2][0].text == "Findings accepted: Error"
    told = table.rows[-1][2].text.split("\n")
    assert "338" in told[0]
    assert told[-1] == (
        "Accepted on 20 September 2018 by Head of the project: Two people have left"
    )
    worst = tabulators()["worst_findings"](evaluation, REFERENCE, words)
    assert "Uniforms: Quantity" not in str(worst)
    places = tabulators()["finding_places"](evaluation, REFERENCE, words).grid()
    assert ["Headcount and budget build-up", "1", "0", "0"] in places


def test_inputs_name_their_line():
    """A figure that was read says where; the file is named once."""
    grid = tabulate("inputs", REFERENCE).grid()
    assert grid[0][3] == f"出处（{REFERENCE}.yaml 行号）"
    assert all(row[3].isdigit() for row in grid[1:])
    assert not any("计算" in row[0] for row in grid[1:])


FORMS = {
    "basic_facts": {"政府购买区机关工勤类后勤服务项目", "☐ 一次性项目\u2003☑ 经常性项目",
                    "3,668.82", "3,521.48"},
    "goals_plan": {"340 人", "双月考核", "3,780.92"},
    "execution_and_rules": {"2,819.55", "☑", "☐", "关于对闵勤公司使用管理工勤类雇员的监管办法"},
    "deviations": {"产出指标", "效果指标", "未产生偏差", "单位不可比"},
    "feedback": {"2018年1月1日至2018年8月31日", "上海久信会计师事务所有限公司"},
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_forms_are_filled_from_the_facts(name):
    """Each official form holds what the report holds, under the unit that fills it in."""
    table = tabulate(f"form_{name}", REFERENCE)
    assert table.is_form and "项目单位：闵行区机关事务管理局" in table.caption
    assert FORMS[name] <= {text for row in table.grid() for text in row}


def test_forms_exist_for_every_framework_that_names_them():
    """A framework's list of forms is the list of form tables."""
    assert {f"form_{name}" for name in FRAMEWORK.settings["forms"]} <= set(tabulators())
    assert set(FRAMEWORK.settings["forms"]) == set(FORMS)


def test_the_feedback_form_ticks_the_computed_verdict():
    """One box is ticked, by the rule; what was stated instead stands below."""
    table = tabulate("form_feedback", REFERENCE)
    ticks = next(row[1] for row in table.grid() if "☑" in row[1])
    assert ticks.count("☑") == 1 and "☑ 运行基本正常" in ticks
    assert "运行正常" in table.remark
    assert 'role="img" aria-label="已勾选"' in table._repr_html_()


def test_schedule_is_ticked_by_the_milestones():
    """A late step of the work plan ticks "not on schedule", whatever was stated."""
    grid = tabulate("form_execution_and_rules", REFERENCE).grid()
    assert grid[2][3:5] == ["☑", "☐"]  # funds on plan
    assert grid[2][6:8] == ["☐", "☑"]  # on schedule
    late = small("form_execution_and_rules", milestones=[
        of("m", name=Text("甲", "A"), planned_on=day("2018-05-01"), actual_on=day("2018-05-01"))
    ])  # fmt: skip
    assert late.grid()[2][6:8] == ["☑", "☐"]


def test_price_and_volume():
    """Effects of unit cost and quantity by hand: (110 − 100) × 5 and (5 − 4) × 100."""
    table = small(
        "price_volume", lang="en",
        lines=[of("a", name=Text("甲", "A"), group="goods", declared_amount=55_000, quantity=5,
                  unit_cost_amount=11_000, base=[])],
        prior_lines=[of("2017.a", line="a", prior_year=2017, prior_quantity=4,
                        prior_unit_cost_amount=10_000)],
    )  # fmt: skip
    assert table.grid()[1] == ["A", "4", "100", "5", "110", "50.00", "100.00"]
    assert table.grid()[-1][-2:] == ["50.00", "100.00"]


def test_years_mark_the_year_to_date():
    """The project's own year is not a full year and says so."""
    grid = tabulate("years", REFERENCE, "en").grid()
    assert [row[0] for row in grid[1:]] == ["2017", "2018 (to the tracking date)"]
    assert grid[1][-1] == "95.98%"


def test_measures_stand_beside_their_problem():
    """A problem without a measure, and a measure without a problem, both have a row."""
    table = small(
        "measures",
        problems=[of(each, title=Text(each, each), indicators=[]) for each in ("x", "y")],
        measures=[of("m", title=Text("甲", "A"), problem="x"), of("n", title=Text("乙", "B"))],
    )
    assert [row[:2] for row in table.grid()[1:]] == [
        ["x", "甲"], ["y", NOTHING], [NOTHING, "乙"],
    ]  # fmt: skip


def test_headings_of_numbers_stand_above_them():
    """A column of numbers has its heading on the same side."""
    table = Table("t", "c", headings("a", "b"), ((Cell("x"), Cell("1", "num")),))
    assert '<th scope="col" class="num">b</th>' in table._repr_html_()
    assert '<th scope="col">a</th>' in table._repr_html_()


def test_spans_that_do_not_fit_are_refused():
    """A hole or an overlap is an error of the table, not a crooked page."""
    with pytest.raises(ValueError, match="holes"):
        Table("t", "c", headings("a", "b"), ((Cell("x"),),)).grid()
    tall = ((Cell("x", down=2), Cell("y")), (Cell("z", across=2),))
    with pytest.raises(ValueError, match="holes"):
        Table("t", "c", (), tall).grid()


def test_groups_merge_only_inside_their_group():
    """Equal words in neighbouring groups stay two cells."""
    rows = merged([[Cell("A"), Cell("x")], [Cell("B"), Cell("x")]], 2)
    assert [len(row) for row in rows] == [2, 2]
    upper, lower = grouped_headings([("", [Cell("a")]), ("g", [Cell("b"), Cell("c")])])
    assert [cell.across for cell in upper] == [1, 2] and upper[0].down == 2
    assert [cell.text for cell in lower] == ["b", "c"]


def test_bare_tables_keep_only_words():
    """The same words without links, anchors and titles."""
    html = tabulate("facts", REFERENCE).bare("另题")._repr_html_()
    assert "另题" in html and " id=" not in html and " title=" not in html


def test_what_was_not_stated_is_a_dash():
    """A project without stated conclusions compares what was computed with nothing."""
    assert [row[2] for row in small("conclusions").grid()[1:]] == [NOTHING, NOTHING]


def test_a_framework_without_forms_gets_none():
    """The official forms belong to the framework that prescribes them."""
    evaluation = made_of(inputs_with())
    settings_ = {name: value for name, value in FRAMEWORK.settings.items() if name != "forms"}
    evaluation = replace(evaluation, framework=replace(FRAMEWORK, settings=settings_))
    assert not any(table.is_form for table in tables_of(evaluation, "p", "zh"))
