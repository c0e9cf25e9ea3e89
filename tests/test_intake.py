"""Filled forms become params files: what they say, what is assumed, what is left to a person."""

import random
import re
from decimal import Decimal

import pytest
from ruamel.yaml import YAML

from evalkit import framework
from evalkit.evaluate import evaluate
from evalkit.files import Unreadable
from evalkit.intake.carry import carry, id_from
from evalkit.intake.params_text import params_text, prose_text
from evalkit.params import load
from evalkit.schema import Params
from evalkit.shapes import shaped
from evalkit.source import Source
from evalkit.yamltree import read_yaml
from tests.filled_forms import (
    CANTEENS,
    FARMLAND,
    FISHING,
    MEALS,
    PARKING,
    POLICE,
    ROADS,
    Grid,
    N,
    xls,
    xlsx,
)
from tests.test_cli import ROOT


def carried(path, id="", frameworks=()):
    """What becomes of a workbook."""
    return carry(path, id, list(frameworks), framework.load)


def text_of(found, number=0):
    """The params file of one of its projects; a comment is the code of its remark."""
    return params_text(found.drafts[number], [], lambda remark: remark.code)


def said(found, number=0):
    """What that file says, read by another YAML parser with exact decimals."""
    yaml = YAML(typ="rt")
    return plain(yaml.load(text_of(found, number)))


def plain(value):
    """Mappings and lists as plain ones, every number as a Decimal of its digits."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return Decimal(str(value))
    return value


def listed(found, *kinds):
    """The entries of the list of these kinds, as place or key and code."""
    return [(r.place or r.key, r.code) for r in found.remarks if r.kind in kinds]


def loaded(found, folder, **filled):
    """The inputs of the file after a person filled in what was left empty."""
    text = text_of(found)
    for key, value in filled.items():
        text, count = re.subn(rf"^( *{key}):  # .*", rf"\1: {value}", text, flags=re.MULTILINE)
        assert count, key
    path = folder / f"{found.drafts[0].id}.yaml"
    path.write_text(text, "utf-8")
    return load([path])


def score(inputs):
    """The total of the only project, under the framework that it names."""
    [(project, name)] = inputs.projects["framework"].items()
    evaluation = evaluate(inputs, framework.load(name))
    return evaluation, project


# --- the fishing form ----------------------------------------------------------------------


def test_the_fishing_form_lacks_what_it_lacks(tmp_path):
    """The published form names no unit of money, no unit of the boats and no implementing unit."""
    found = carried(xlsx(tmp_path / "a.xlsx", FISHING))
    assert listed(found, "left", "doubtful", "aside") == []
    assert sorted(listed(found, "missing")) == [
        ("outputs.quantity-1.actual.unit", "no_unit_of_value"),
        ("outputs.quantity-1.target.unit", "no_unit_of_value"),
        ("parties.implementing_unit", "no_implementing_unit"),
        ("units.amount", "no_unit"),
    ]
    assert (found.read, found.unread) == (49, 0)


def test_the_fishing_form_is_the_params_file(tmp_path):
    """Filled in, it says what params/yangtze-fishing-2020.yaml says, which a person typed."""
    found = carried(xlsx(tmp_path / "a.xlsx", FISHING), "fishing")
    filled = {
        "amount": "万元",
        "unit_cost": "万元",
        "unit": "艘",
        "implementing_unit": "渔业主管部门",
    }
    mine = loaded(found, tmp_path, **filled)
    typed = load([ROOT / "params" / "yangtze-fishing-2020.yaml"])
    columns = ["kind", "dimension", "points", "operator", "target", "target_unit", "actual",
               "actual_unit", "actual_operator", "stated_score"]  # fmt: skip
    for column in columns:
        assert mine.outputs[column].tolist() == typed.outputs[column].tolist(), column
    assert [t.zh for t in mine.outputs["name"]] == [t.zh for t in typed.outputs["name"]]
    assert mine.weights["points"].tolist() == typed.weights["points"].tolist() == [20, 40, 0, 40]
    assert mine.judgements["stated_score"].tolist() == [20]
    for column in ("initial_amount", "stated_executed_amount", "year", "as_of", "stated_score"):
        assert mine.projects[column].tolist() == typed.projects[column].tolist(), column
    evaluation, project = score(mine)
    assert evaluation.totals.at[project, "total_score"] == 100
    assert evaluation.facts.loc[(project, "execution_rate"), "value"] == 1


# --- the official form of 2022 -----------------------------------------------------------------


@pytest.fixture(params=[xlsx, xls], ids=["xlsx", "xls"])
def roads(request, tmp_path):
    """The road form in either format."""
    write = request.param
    return carried(write(tmp_path / f"roads.{write.__name__}", ROADS))


ROADS_SAY = {
    "evalkit": 1, "id": "roads", "framework": "self-evaluation-2020",
    "units": {"amount": "元", "unit_cost": "元"},
    "parties": {"implementing_unit": "某区道路养护中心", "authority": "某区城市管理局"},
    "funding": [
        {"id": "fiscal", "name": "当年财政拨款", "initial": 1200000, "budget": 1200000,
         "executed": 1150000},
        {"id": "carried", "name": "上年结转资金", "initial": 34500, "budget": 100000,
         "executed": Decimal("90330.5")},
        {"id": "other", "name": "其他资金", "initial": 0, "budget": 0, "executed": 0},
    ],
    "judgements": {"S11": {"stated_score": Decimal("9.5")}},
    "stated": {"score": Decimal("97.25"), "grade": "优"},
}  # fmt: skip


def test_a_form_with_three_sources(roads):
    """Units of the heading, full-width digits, separators, merged cells, names without 其中."""
    tree = said(roads)
    assert {key: tree[key] for key in ROADS_SAY} == ROADS_SAY
    assert tree["project"]["name"] == "道路养护专项经费"
    assert tree["project"]["year"] == 2022
    budget = tree["budget"]
    assert (budget["approved"], budget["adjustments"][0]["amount"]) == (1234500, 65500)
    assert "weights" not in tree  # 10, 50, 30 and 10 are the framework's own


def test_a_formula_without_a_value_is_left_to_a_person(roads):
    """It is named with its place, and the line waits for its value with the reason beside it."""
    code = (
        "formula_without_value_shown" if roads.path.suffix == ".xlsx" else "formula_without_value"
    )
    assert listed(roads, "left") == [("Sheet1!F7", code)]
    assert f"  executed:  # {code}\n" in text_of(roads)
    assert said(roads)["budget"]["executed"] is None


def test_indicators_of_the_road_form(roads):
    """Bounds, ranges, percentages by format, a unit taken from the target, words."""
    tree = {each["name"]: each for each in said(roads)["outputs"]}
    assert tree["养护道路里程"] == {
        "id": "quantity-1", "name": "养护道路里程", "kind": "output", "dimension": "quantity",
        "points": 15, "target": {"operator": ">=", "value": 120, "unit": "公里"},
        "actual": {"value": 118, "unit": "公里"}, "stated_score": Decimal("14.75"),
        "reason": "两公里移交他区",
    }  # fmt: skip
    area = tree["修复路面面积"]
    assert area["target"] == {"value": 30000, "unit": "平方米"}
    assert area["actual"] == {"value": 31000, "unit": "平方米"}
    assert "reason" not in area  # 无
    assert tree["验收合格率"]["target"] == {"operator": ">=", "value": 95, "unit": "%"}
    assert tree["验收合格率"]["actual"] == {"value": Decimal("98.5"), "unit": "%"}
    assert tree["完成时间"]["target"] == {"text": "2022年12月底前"}
    assert tree["道路安全事故"]["actual"] == {"value": 0, "unit": "起"}
    assert tree["市民满意度"]["target"] == {"operator": "range", "value": 90, "to": 95, "unit": "%"}
    assert tree["管养机制"]["kind"] == "outcome"
    assert len(tree) == 7  # the empty line of the form is none


def test_the_road_form_tells_what_it_assumes(roads):
    """A number stored as text, the unit of a neighbour, hidden cells, the dates."""
    told = listed(roads, "assumed")
    for each in [
        ("Sheet1!D7", "number_as_text"), ("Sheet1!F15", "unit_of_neighbour"),
        ("Sheet1!I6", "hidden_cells"), ("project.period", "whole_year"),
        ("project.category", "category"), ("budget.adjustments.on", "adjusted_on"),
    ]:  # fmt: skip
        assert each in told
    [hidden] = [r for r in roads.remarks if r.code == "hidden_cells"]
    assert hidden.values["cells"] == 9
    assert ("old_format" in {code for _, code in told}) == (roads.path.suffix == ".xls")


def test_nobody_is_carried_over(roads):
    """Names and numbers of persons are in no file and not on the list; they are counted."""
    assert listed(roads, "aside") == [
        ("Sheet1!A24", "personal"), ("Sheet1!E24", "personal"), ("Sheet1!A25", "note"),
    ]  # fmt: skip
    lang, prose = prose_text(roads.drafts[0].prose)
    everything = text_of(roads) + prose + str(roads.remarks)
    assert lang == "zh"
    for secret in ("张三", "55551234", "13800138000"):
        assert secret not in everything
    assert "电话×××××××××××" in prose


def test_a_person_within_a_cell(tmp_path):
    """A name behind another value in the same cell is left out, and the value before it is kept."""
    form = year_form()
    form.rows[2] = ["实施单位：资助中心　负责人：赵六　电话：0571-88880000"]
    found = carried(xlsx(tmp_path / "a.xlsx", form))
    assert said(found)["parties"] == {"implementing_unit": "资助中心"}
    assert listed(found, "left", "doubtful", "missing") == []
    assert ("自评校园食堂补贴!A3", "personal") in listed(found, "aside")
    everything = text_of(found) + str(found.remarks)
    assert "赵六" not in everything and "88880000" not in everything


def test_goals_become_prose(roads):
    """What was to be reached stands before what was; line breaks make paragraphs."""
    _, prose = prose_text(roads.drafts[0].prose)
    assert prose.startswith(
        "## goals\n\n1.养护道路120公里；\n\n2.修复路面。\n\n## progress\n\n养护118"
    )


def test_printed_rates_are_kept_to_be_compared(roads):
    """As the cell shows them; the total's too, as the sources give what was spent."""
    assert [(p["figure"], p["text"], p["where"]) for p in said(roads)["printed"]] == [
        ("execution_rate", "95.41%", "Sheet1!H7"),
        ("funding.fiscal.funding_execution_rate", "95.83%", "Sheet1!H8"),
        ("funding.carried.funding_execution_rate", "90.33%", "Sheet1!H9"),
    ]


def test_the_road_form_can_be_evaluated(roads, tmp_path):
    """As it is: (1,150,000 + 90,330.50) ÷ 1,300,000 × 10 = 9.5410, and no printed rate is wrong."""
    evaluation, project = score(loaded(roads, tmp_path))
    assert evaluation.facts.loc[(project, "execution_rate"), "value"] * 1300000 == Decimal(
        "1240330.5"
    )
    assert "printed" not in set(evaluation.findings["code"])


# --- other layouts -------------------------------------------------------------------------


def test_a_monitoring_form(tmp_path):
    """Months of the heading, boxes, causes, what is expected; nothing is left."""
    found = carried(xlsx(tmp_path / "canteens.xlsx", CANTEENS))
    tree = said(found)
    assert listed(found, "missing", "left", "doubtful", "aside") == []
    assert tree["framework"] == "monitoring-2019"
    assert str(tree["project"]["tracking"]["as_of"]) == "2023-07-31"
    assert tree["budget"] == {"approved": 500, "executed": Decimal("260.5"), "expected": 495}
    assert tree["funding"][0] == {
        "id": "general", "name": "一般公共预算拨款", "initial": 480, "budget": 480,
        "executed": Decimal("250.5"), "expected": 475,
    }  # fmt: skip
    first, second, third = tree["outputs"]
    assert first["likelihood"] == "certain" and "causes" not in first
    assert first["expected"] == {"value": 8000, "unit": "人次"}
    assert second["likelihood"] == "possible" and second["causes"] == ["rules", "hardware"]
    assert second["reason"] == "冷库检修"
    assert third["expected"] == {"text": "扩大"} and "likelihood" not in third
    assert "weights" not in tree and "judgements" not in tree
    evaluation, project = score(loaded(found, tmp_path))
    assert evaluation.facts.loc[(project, "execution_rate"), "value"] == Decimal("260.5") / 500


def test_columns_in_another_order(tmp_path):
    """Signs and units in columns of their own; cost as a level chooses the framework of 2021."""
    found = carried(xlsx(tmp_path / "farmland.xlsx", FARMLAND))
    tree = said(found)
    assert tree["framework"] == "self-evaluation-2021"
    assert tree["budget"] == {"approved": 1500, "executed": Decimal("1425.5")}
    assert tree["parties"] == {"implementing_unit": "某县农业农村局"}
    assert (tree["project"]["year"], tree["project"]["category"]) == (2021, "recurring")
    assert tree["outputs"][1] == {
        "id": "cost-1", "name": "亩均投入", "kind": "output", "dimension": "cost", "points": 20,
        "target": {"operator": "<=", "value": 1500, "unit": "元/亩"},
        "actual": {"value": Decimal("1425.5"), "unit": "元/亩"}, "stated_score": 20,
    }  # fmt: skip
    assert tree["outputs"][3]["reason"] == "受灾"
    assert tree["stated"] == {"score": 88, "grade": "良"}
    assert listed(found, "left") == [("Sheet1!J10", "share_or_percent")]
    assert "    actual:  # share_or_percent\n" in text_of(found)
    assert ("Sheet1!E12", "personal") in listed(found, "aside")


def test_execution_as_a_row_of_the_table(tmp_path):
    """A second title, a heading over two columns, a period of two years, local weights."""
    found = carried(xlsx(tmp_path / "parking.xlsx", PARKING))
    tree = said(found)
    assert listed(found, "missing", "left", "doubtful") == []
    assert tree["project"]["name"] == "智慧停车绩效自评平台"
    period = tree["project"]["period"]
    assert (str(period["start"]), str(period["end"])) == ("2022-01-01", "2023-12-31")
    assert tree["weights"] == {"S1": 20, "S2": 50, "S3": 20, "S4": 10}
    assert tree["judgements"] == {"S11": {"stated_score": Decimal("18.7")}}
    assert tree["outputs"][0]["target"] == {"value": 200, "unit": "个"}
    assert tree["outputs"][2]["target"] == {"operator": ">=", "value": 10, "unit": "万元"}
    assert [each["name"] for each in tree["outputs"]] == [
        "接入停车场（个）", "按期验收率", "停车费收入增长", "车主满意度",
    ]  # fmt: skip
    evaluation, project = score(loaded(found, tmp_path))
    # 280.5 / 300 × 20 = 18.7; a target of exactly 200 reached to 188 gives 28.2 of 30.
    assert evaluation.totals.at[project, "total_score"] == Decimal("96.9")


def test_a_form_without_levels(tmp_path):
    """Targets as params/fengdu-auxpolice-2022.yaml has them; their kinds must be filled in."""
    found = carried(xlsx(tmp_path / "police_2022.xlsx", POLICE))
    tree = said(found)
    typed = load([ROOT / "params" / "fengdu-auxpolice-2022.yaml"]).outputs
    mine = {each["name"]: each["target"] for each in tree["outputs"]}
    assert list(mine) == [
        "辅警人员", "项目成本概算", "节约多招录正式民警资金支出", "促进社会和谐稳定",
        "受益对象满意度",
    ]  # fmt: skip
    for _, row in typed.iterrows():
        target = mine.get(row["name"].zh)
        if target is not None and "text" not in target:
            assert (target.get("operator", "="), target["value"], target["unit"]) == (
                row["operator"], row["target"], row["target_unit"],
            )  # fmt: skip
    assert mine["促进社会和谐稳定"] == {"text": "好"}
    assert tree["budget"] == {"approved": 2565, "executed": 2565}
    assert tree["judgements"] == {"S11": {"stated_score": 10}}
    assert listed(found, "left", "doubtful") == []
    unknown = {"unknown_dimension", "unknown_kind"}
    assert {code for _, code in listed(found, "missing")} == unknown
    assert [each["dimension"] for each in tree["outputs"]] == [None] * 4 + ["satisfaction"]
    assert "weights" not in tree  # nobody knows which level the points belong to
    aside = dict(listed(found, "aside"))
    assert aside["Sheet1!D7"] == "replaced" and aside["Sheet1!F2"] == "personal"
    assert "70700000" not in text_of(found) + str(found.remarks)


def test_an_english_form(tmp_path):
    """The same in English, money in millions."""
    found = carried(xlsx(tmp_path / "meals.xlsx", MEALS))
    tree = said(found)
    assert listed(found, "missing", "left", "doubtful") == []
    assert tree["units"] == {"amount": "million yuan", "unit_cost": "million yuan"}
    assert tree["budget"] == {"approved": Decimal("12.5"), "executed": Decimal("11.25")}
    assert tree["outputs"][0]["target"] == {"operator": ">=", "value": 1200000, "unit": "meals"}
    assert tree["outputs"][2]["target"] == {"operator": ">=", "value": 95, "unit": "%"}
    assert tree["stated"] == {"score": Decimal("97.75"), "grade": "Good"}
    evaluation, project = score(loaded(found, tmp_path))
    # 10 × 90% + 30 × 1,150,000 / 1,200,000 + 20 + 30 + 10
    assert evaluation.totals.at[project, "total_score"] == Decimal("97.75")


# As `evalkit form` lays the small form of 2020 out in English, one score not decided.
OWN = Grid(
    [
        ["Self-evaluation table of project expenditure (2020)"],
        ["Unit: Fishery authority. Amounts in CNY million."],
        ["Project", N, "Yangtze fishing ban"],
        ["Responsible department", N, "—", N, N, "Implementing unit", "Fishery authority"],
        ["Funds of the project (CNY million)", N, N, "Initial budget", "Budget of the year",
         "Executed in the year", "Points", "Execution rate", "Score"],
        [N, N, "Total of the year", 0.0156, 0.0156, 0.0156, 20, 1, 20],
        ["Overall goals of the year", N, "Expected", N, N, "Achieved"],
        [N, N, "—", N, N, "—"],
        ["Indicators", "Level 1", "Level 2", "Level 3", "Target of the year", "Achieved", "Points",
         "Score", "Causes of deviation and measures"],
        [N, "Outputs", "Quantity", "Boats subsidised", "6 艘", "6 艘", 40, 40, "—"],
        [N, "Satisfaction", "Satisfaction of those served", "Survey", "≥ 90%", "—", 40, "0 to 40",
         "The data to compute it are missing"],
        ["Total score", N, N, N, N, N, 100, "60 to 100"],
        ["Overall grade", N, N, N, N, N, "Medium to Excellent"],
        ["Layout: Self-evaluation table of project expenditure (2020). “—”: nothing was given."],
    ],
    ("A1:I1", "A2:I2", "A3:B3", "C3:I3", "A4:B4", "C4:E4", "G4:I4", "A5:B6", "A7:B8", "C7:E7",
     "F7:I7", "C8:E8", "F8:I8", "A9:A11", "A12:F12", "A13:F13", "G13:I13", "A14:I14"),
    {"D6": "#,##0.0000", "E6": "#,##0.0000", "F6": "#,##0.0000", "H6": "0.00%"},
)  # fmt: skip


def test_a_form_that_evalkit_wrote(tmp_path):
    """It reads back without a remark but that undecided scores are ranges."""
    found = carried(xlsx(tmp_path / "own.xlsx", OWN))
    tree = said(found)
    assert listed(found, "missing", "left", "doubtful") == []
    assert [place for place, code in listed(found, "aside") if code == "undecided"] == [
        "Sheet1!H11", "Sheet1!H12", "Sheet1!G13",
    ]  # fmt: skip
    assert tree["units"]["amount"] == "million yuan"
    assert tree["budget"] == {"approved": Decimal("0.0156"), "executed": Decimal("0.0156")}
    assert tree["parties"] == {"implementing_unit": "Fishery authority"}
    assert tree["weights"] == {"S1": 20, "S2": 40, "S3": 0, "S4": 40}
    assert tree["outputs"][0]["actual"] == {"value": 6, "unit": "艘"}
    assert "actual" not in tree["outputs"][1] and "stated" not in tree
    assert tree["printed"][0]["text"] == "100.00%"
    assert found.drafts[0].prose == {}


# --- several sheets ------------------------------------------------------------------------


def year_form(name="校园食堂补贴", target="≥90%"):
    """A self-evaluation of one indicator."""
    return Grid([
        ["项目支出绩效自评表（2023年度）"], ["项目名称", name], ["实施单位", "资助中心"],
        ["项目资金（元）", N, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        [N, "年度资金总额", 5000000, 5000000, 4950000, 10, 0.99, 9.9],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
        ["满意度指标", "满意度", "家长满意度", target, "92%", 90, 90],
        ["总分", N, N, N, N, 100, 99.9],
    ], name=f"自评{name}")  # fmt: skip


def month_form(name="校园食堂补贴", target="≥90%"):
    """A monitoring form of the same project, in another unit of money."""
    return Grid([
        ["项目支出绩效目标执行监控表"], ["（2023年度）"], ["项目名称", name],
        ["项目资金（万元）", N, "年初预算数", "1-7月执行数", "1-7月执行率", "全年预计执行数"],
        [N, "年度资金总额", 500, 260.5, "52.1%", 495],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "1-7月执行情况", "全年预计完成情况",
         "确定能", "有可能", "完全不可能"],
        ["满意度指标", "满意度", "家长满意度", target, "91%", "92%", N, "√", N],
    ], name=f"监控{name}")  # fmt: skip


def test_two_forms_of_one_project_make_one_file(tmp_path):
    """What was expected joins; figures of seven months have no place beside those of the year."""
    found = carried(xlsx(tmp_path / "a.xlsx", month_form(), year_form()))
    assert len(found.drafts) == 1
    tree = said(found)
    assert tree["framework"] == ["self-evaluation-2020", "monitoring-2019"]
    assert tree["budget"] == {"approved": 5000000, "executed": 4950000, "expected": 4950000}
    [output] = tree["outputs"]
    assert output["actual"] == output["expected"] == {"value": 92, "unit": "%"}
    assert output["likelihood"] == "possible"
    assert ("监控校园食堂补贴!D5", "another_date") in listed(found, "aside")
    assert listed(found, "missing", "left", "doubtful") == []
    assert len(load_text(found, tmp_path).projects) == 1


def load_text(found, folder):
    path = folder / "x.yaml"
    path.write_text(text_of(found), "utf-8")
    return load([path])


def test_two_forms_that_contradict_each_other(tmp_path):
    """The self-evaluation counts, and the other value is on the list with its place."""
    found = carried(xlsx(tmp_path / "a.xlsx", year_form(), month_form(target="≥95%")))
    assert said(found)["outputs"][0]["target"]["value"] == 90
    assert listed(found, "doubtful") == [("监控校园食堂补贴!D7", "two_values")]


def test_each_project_of_a_workbook_gets_a_file(tmp_path):
    """Projects are told apart by their names; what is no form is named with its sheet."""
    notes = Grid([["随便", "写写"], [1, 2]], name="草稿")
    found = carried(xlsx(tmp_path / "all.xlsx", year_form("甲"), notes, year_form("乙")))
    assert [draft.id for draft in found.drafts] == ["all-1", "all-2"]
    assert [said(found, n)["project"]["name"] for n in (0, 1)] == ["甲", "乙"]
    assert listed(found, "left") == [("草稿!A1", "no_form_here")]
    assert found.unread == 4


def test_forms_below_each_other(tmp_path):
    """Two projects on one sheet, each under a title of its own, are two files."""
    rows = [*year_form("甲").rows, [N], *year_form("乙", "≥95%").rows]
    found = carried(xlsx(tmp_path / "all.xlsx", Grid(rows)))
    assert [said(found, n)["project"]["name"] for n in (0, 1)] == ["甲", "乙"]
    assert [said(found, n)["outputs"][0]["target"]["value"] for n in (0, 1)] == [90, 95]
    assert listed(found, "missing", "left", "doubtful") == []


def test_two_years_of_a_project_are_two_files(tmp_path):
    """The same name in another year is another params file."""
    later = [["项目支出绩效自评表（2024年度）"], *year_form().rows[1:]]
    found = carried(xlsx(tmp_path / "all.xlsx", year_form(), Grid(later, name="次年")))
    assert [said(found, n)["project"]["year"] for n in (0, 1)] == [2023, 2024]


def test_an_indicator_of_the_monitoring_form_alone(tmp_path):
    """What seven months brought is not what the year brought: it is left, and the list says so."""
    month = month_form()
    month.rows.append(["产出指标", "数量", "供餐人次", "≥9人次", "4人次", "9人次", "√", N, N])
    found = carried(xlsx(tmp_path / "a.xlsx", year_form(), month))
    assert listed(found, "left") == [("监控校园食堂补贴!E8", "another_date")]
    assert said(found)["outputs"][1]["actual"] is None


def test_a_hidden_sheet_is_read_and_said(tmp_path):
    """Nothing is passed over because nobody sees it."""
    form = year_form()
    hidden = Grid(form.rows, name="暗", is_hidden=True)
    found = carried(xlsx(tmp_path / "a.xlsx", Grid([["封面"]], name="封面"), hidden))
    assert ("暗!A1", "hidden_sheet") in listed(found, "assumed")
    assert said(found)["budget"]["executed"] == 4950000


# --- what cannot be decided ----------------------------------------------------------------


def one_row(**changes):
    """A year form with other values in its only indicator: the cells by their headings."""
    form = year_form()
    heads = ["level1", "level2", "name", "target", "actual", "points", "score"]
    row = [changes.get(head, old) for head, old in zip(heads, form.rows[6], strict=True)]
    return Grid([*form.rows[:6], row, *form.rows[7:]])


DOUBTS = [
    ({"actual": 0.92}, "left", "share_or_percent", "E7"),
    ({"target": 0.9}, "left", "share_or_percent", "D7"),
    ({"actual": "无"}, "left", "none_or_zero", "E7"),
    ({"actual": "#DIV/0!"}, "left", "error_value", "E7"),
    ({"actual": "=A1"}, "left", "formula_without_value_shown", "E7"),
    ({"actual": "基本满意"}, "doubtful", "words_for_figure", "E7"),
    ({"actual": "90-95%"}, "doubtful", "words_for_figure", "E7"),
    ({"actual": 10**16}, "left", "out_of_bounds", "E7"),
    ({"target": ">90%"}, "doubtful", "strict_bound", "D7"),
    ({"points": "九十"}, "left", "not_a_number", "F7"),
    ({"score": -1}, "left", "out_of_bounds", "G7"),
    ({"name": N}, "left", "row_without_name", "D7"),
    ({"target": N, "actual": N}, "missing", "no_target", "C7"),
    ({"level1": "其他指标", "level2": "附加"}, "missing", "unknown_dimension", "B7"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "kind", "code", "address"), DOUBTS, ids=lambda each: str(each))
def test_what_cannot_be_decided_is_listed(tmp_path, changes, kind, code, address):
    """With the cell where it stands; the form without the change has nothing on that list."""
    clean = carried(xlsx(tmp_path / "a.xlsx", year_form()))
    assert listed(clean, "missing", "left", "doubtful") == []
    found = carried(xlsx(tmp_path / "b.xlsx", one_row(**changes)))
    assert (f"Sheet1!{address}", code) in listed(found, kind)


def test_a_number_format_that_adds_words_or_scales(tmp_path):
    """What Excel shows counts: a bound in the format is a bound; another scale is doubtful."""
    form = one_row(target=0.9, actual=0.92)
    form.rows[4][2] = 5000000
    formats = {"D7": '"≥"0%', "E7": "0.00%", "C5": "0!.0,"}
    found = carried(xlsx(tmp_path / "a.xlsx", Grid(form.rows, formats=formats)))
    output = said(found)["outputs"][0]
    assert output["target"] == {"operator": ">=", "value": 90, "unit": "%"}
    assert output["actual"] == {"value": 92, "unit": "%"}
    assert listed(found, "doubtful") == [("Sheet1!C5", "scaled_format")]


def test_an_amount_finer_than_a_fen(tmp_path):
    """Rounded to a whole fen, and said: a params file holds no smaller amounts."""
    form = year_form()
    form.rows[4][4] = 4949999.9967
    found = carried(xlsx(tmp_path / "a.xlsx", form))
    assert said(found)["budget"]["executed"] == 4950000
    assert ("自评校园食堂补贴!E5", "finer_than_fen") in listed(found, "doubtful")


@pytest.mark.parametrize("amount", ["495万元", "495 万", "￥4，950，000.00元", "０.０495亿元"])
def test_an_amount_with_a_unit_of_its_own(tmp_path, amount):
    """495万元 in a form in yuan is 4,950,000; so it is however it is written."""
    form = year_form()
    form.rows[4][4] = amount
    found = carried(xlsx(tmp_path / "a.xlsx", form))
    assert said(found)["budget"]["executed"] == 4950000
    is_converted = ("自评校园食堂补贴!E5", "converted") in listed(found, "assumed")
    assert is_converted == ("万" in amount or "亿" in amount)


def test_a_total_that_was_never_calculated(tmp_path):
    """The score waits for its value in the file, with the formula beside it."""
    form = year_form()
    form.rows[7][6] = "=SUM(G5:G7)"
    found = carried(xlsx(tmp_path / "a.xlsx", form))
    assert "  score:  # formula_without_value_shown\n" in text_of(found)
    assert listed(found, "left") == [("自评校园食堂补贴!G8", "formula_without_value_shown")]


def test_the_year_is_not_that_of_a_regulation(tmp_path):
    """财预〔2020〕10号 above the table names no year of the project."""
    form = year_form()
    found = carried(xlsx(tmp_path / "a.xlsx", Grid([["附件（财预〔2020〕10号）"], *form.rows])))
    assert said(found)["project"]["year"] == 2023
    assert listed(found, "missing", "left", "doubtful") == []


def test_every_cell_is_read_or_listed(tmp_path):
    """A stray text anywhere is on the list with its place; the two counts make all cells."""
    form = year_form()
    form.rows[1] += [N, N, N, "复印件"]
    form.rows[7] += [N, N, "???"]
    found = carried(xlsx(tmp_path / "a.xlsx", form))
    assert [place for place, code in listed(found, "left") if code == "unknown"] == [
        "自评校园食堂补贴!F2", "自评校园食堂补贴!J8",
    ]  # fmt: skip
    cells = sum(value is not None for row in form.rows for value in row)
    assert (found.read + found.unread, found.unread) == (cells, 2)


def test_dates_of_completion(tmp_path):
    """A day becomes the indicator's due date; half a date is left."""
    form = year_form()
    form.rows[5].append("完成时限")
    form.rows[6].append("2023年6月30日")
    output = said(carried(xlsx(tmp_path / "a.xlsx", form)))["outputs"][0]
    assert str(output["due"]) == "2023-06-30"
    form.rows[6][-1] = "6月底"
    assert listed(carried(xlsx(tmp_path / "b.xlsx", form)), "left") == [
        ("自评校园食堂补贴!H7", "unknown"),
    ]  # fmt: skip


def test_the_framework_that_was_asked_for(tmp_path):
    """It takes the place of the form's own; the points are compared with it."""
    path = xlsx(tmp_path / "a.xlsx", FARMLAND)
    assert said(carried(path, "x", ["self-evaluation-2020"]))["weights"] == {
        "S1": 10, "S2": 60, "S3": 20, "S4": 10,
    }  # fmt: skip


def test_the_year_of_the_name(tmp_path):
    """Where no title gives the year, the name of the file may."""
    form = year_form()
    form.rows[0][0] = "项目支出绩效自评表"
    found = carried(xlsx(tmp_path / "自评表2019.xlsx", form))
    assert said(found)["project"]["year"] == 2019
    assert ("project.year", "year_of_name") in listed(found, "assumed")
    nameless = carried(xlsx(tmp_path / "表.xlsx", form))
    assert ("project.year", "no_year") in listed(nameless, "missing")


SHREDS = [
    "", "—", "无", "≥90%", "1,234", "=A1", "#REF!", 0, -1, 1e20, 0.5, "总分", "合计", "一级指标",
    "项目名称", "填报人：张三", "年度资金总额", "2022年", "（万元）", "单位：元", "注：x", "√",
    True, "a: b", "# x", "x" * 300, "备注", "其中：", "预期目标", "监控表", 1e-9, "100%",
    "3-5天", N,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_forms_that_were_torn_apart(tmp_path, seed):
    """Whatever stands where: a file that YAML reads, lacking only what the list says is missing."""
    chance = random.Random(seed)
    form = chance.choice([ROADS, CANTEENS, FARMLAND, PARKING, POLICE, MEALS, FISHING, month_form()])
    rows = [list(row) for row in form.rows]
    for _ in range(chance.randrange(1, 12)):
        row = chance.choice([row for row in rows if row])
        row[chance.randrange(len(row))] = chance.choice(SHREDS)
        if chance.random() < 0.5:
            new = [chance.choice(SHREDS) for _ in range(chance.randrange(9))]
            rows.insert(chance.randrange(len(rows)), new)
    merged = form.merged if chance.random() < 0.5 else ()
    try:
        found = carried(xlsx(tmp_path / "a.xlsx", Grid(rows, merged)))
    except Unreadable as refused:
        assert refused.code == "no_form"
        return
    for number in range(len(found.drafts)):
        tree, faults = read_yaml(text_of(found, number), "x")
        _, wrong = shaped(Params, Source("x", tree))
        assert {fault.code for fault in [*faults, *wrong]} <= {"missing", "unit_missing"}
        assert not wrong or any(remark.is_unfinished for remark in found.remarks)


IDS = [
    ("roads 2022", "roads-2022"), ("附件2：自评表", "project-2"), ("自评表", "project"),
    ("__x__", "x"), ("a" * 90, "a" * 56),
]  # fmt: skip


@pytest.mark.parametrize(("stem", "id"), IDS)
def test_ids_of_names(stem, id):
    """Letters and digits of the name, or a word that stands for it."""
    assert id_from(stem) == id
