"""Score sheets of evaluation reports come in: by the names of their indicators, in any layout."""

from decimal import Decimal

import pytest

from evalkit import framework
from evalkit.cli import main
from evalkit.evaluate import evaluate
from evalkit.intake.carry import carry
from evalkit.intake.fitting import fitting
from evalkit.intake.form import Form
from evalkit.intake.sheets import Cell, Sheet
from evalkit.intake.weights import whole
from evalkit.params import load
from evalkit.workbook import forms_workbook
from tests.filled_forms import Grid, N, xlsx
from tests.test_cli import ROOT
from tests.test_intake import carried, listed, loaded, said

D = Decimal
HEAD = ["一级指标", "二级指标", "三级指标", "分值", "指标解释", "评价要点", "得分", "扣分原因"]
# A county's annex as bureaus lay it out: points in the names of levels, no column of targets,
# numbers before names, a range instead of a score, indicators of its own below 效益.
LIBRARY = Grid(
    [
        ["附件1"],
        ["某县图书馆项目绩效评价指标评分表（2022年度）"],
        ["项目名称：县图书馆新馆", N, N, N, N, N, "主管部门：某县文旅局"],
        HEAD,
        ["决策（18分）", "项目立项", "1.立项依据充分性", 3, "是否符合政策", "①符合规划", 3, "批复"],
        [N, N, "2.立项程序 规范性", 3, "程序", "①审批", 2.5, "缺少专家论证"],
        [N, "绩效目标", "绩效目标合理性", 3, N, N, 3, N],
        [N, N, "绩效指标明确性", 3, N, N, "2至3", "指标不够量化"],
        [N, "资金投入", "预算编制科学性", 3, N, N, 3, N],
        [N, N, "资金分配合理性", 3, N, N, 3, N],
        ["过程", "资金管理", "资金到位率", 3, N, N, 3, N],
        [N, N, "预算执行率", 4, N, N, 3.6, "年底未支付完"],
        [N, N, "资金使用合规性", 5, N, N, 5, N],
        [N, "组织实施", "管理制度健全性", 4, N, N, 4, N],
        [N, N, "制度执行有效性", 4, N, N, 4, N],
        ["产出", "产出数量", "实际完成率", 12, N, N, 12, N],
        [N, "产出质量", "质量达标率", 8, N, N, 8, N],
        [N, "产出时效", "完成及时性", 8, N, N, 6, "晚一个月"],
        [N, "产出成本", "成本节约率", 4, N, N, 4, N],
        ["效益", "实施效益", "接待读者人次", 10, N, N, 9, "不足目标"],
        [N, N, "社会影响力", 10, N, N, 10, N],
        [N, "满意度", "读者满意度", 10, N, N, 9.5, N],
        ["合计", N, N, 100, N, N, 92.6, N],
        ["评价等级", "优"],
    ],
    ("A1:H1", "A2:H2", "A3:F3", "A5:A10", "B5:B6", "B7:B8", "B9:B10", "A11:A15", "B11:B13",
     "B14:B15", "A16:A19", "A20:A22", "B20:B21"),
)  # fmt: skip


def test_a_sheet_of_a_bureau(tmp_path):
    """Judged indicators get their score, computed ones only a stated one; a range is no score."""
    found = carried(xlsx(tmp_path / "a.xlsx", LIBRARY), "library")
    tree = said(found)
    assert tree["framework"] == "evaluation-2020"
    assert tree["project"]["name"] == "县图书馆新馆" and tree["project"]["year"] == 2022
    assert tree["parties"]["authority"] == "某县文旅局"
    assert tree["judgements"] == {
        "E111": {"score": 3, "evidence": "批复"},
        "E112": {"score": D("2.5"), "evidence": "缺少专家论证"},
        "E121": {"score": 3, "evidence": None}, "E122": {"evidence": "指标不够量化"},
        "E131": {"score": 3, "evidence": None}, "E132": {"score": 3, "evidence": None},
        "E211": {"stated_score": 3},
        "E212": {"stated_score": D("3.6"), "reason": "年底未支付完"},
        "E213": {"score": 5, "evidence": None}, "E221": {"score": 4, "evidence": None},
        "E222": {"score": 4, "evidence": None}, "E311": {"stated_score": 12},
        "E321": {"stated_score": 8}, "E331": {"score": 6, "evidence": "晚一个月"},
        "E341": {"stated_score": 4, "figure": None, "reference": None},
    }  # fmt: skip
    assert tree["stated"] == {"score": D("92.6"), "grade": "优"}
    assert ("Sheet1!G8", "undecided") in listed(found, "aside")


def test_points_that_differ_from_the_framework(tmp_path):
    """E3 has 32 points in both, but 12 and 4 for quantity and cost instead of 8 each."""
    tree = said(carried(xlsx(tmp_path / "a.xlsx", LIBRARY)))
    assert tree["weights"] == {"E31": 12, "E34": 4, "E311": 12, "E341": 4}


def test_indicators_of_the_project_itself(tmp_path):
    """Under a level that takes them; its kind is theirs, of several the name may say one."""
    found = carried(xlsx(tmp_path / "a.xlsx", LIBRARY))
    outputs = {each["name"]: each for each in said(found)["outputs"]}
    assert list(outputs) == ["接待读者人次", "社会影响力", "读者满意度"]
    assert [outputs[name]["dimension"] for name in outputs] == [None, "social", "satisfaction"]
    assert [each["stated_score"] for each in outputs.values()] == [9, 10, D("9.5")]
    assert {each["kind"] for each in outputs.values()} == {"outcome"}
    assert ("Sheet1!B20", "unknown_dimension") in listed(found, "missing")
    assert "points" not in outputs["接待读者人次"]  # ten each of twenty: equal parts


def changed(grid, row, column, value):
    """The grid with one cell changed; counted from 1."""
    rows = [list(each) for each in grid.rows]
    rows[row - 1][column - 1] = value
    return Grid(rows, grid.merged)


def test_a_name_that_is_none_of_the_framework(tmp_path):
    """It is left with its place, and what stands beside it is told; its points are then open."""
    found = carried(xlsx(tmp_path / "a.xlsx", changed(LIBRARY, 5, 3, "项目必要性")))
    assert ("Sheet1!C5", "no_indicator") in listed(found, "left")
    assert ("Sheet1!G5", "row_of_no_indicator") in listed(found, "aside")
    assert "E111" not in said(found)["judgements"] and "weights" not in said(found)
    assert ("weights", "points_open") in listed(found, "doubtful")


def test_a_name_that_two_indicators_have(tmp_path):
    """Where 管理制度健全性 stands under both kinds of management, the level above decides."""
    text = framework.source("common-2013-project").decode()
    twins = framework.read(text.replace("财务管理制度健全性", "管理制度健全性"), "twins")
    rows = [HEAD, ["过程", "业务管理", "管理制度健全性", 2, N, N, 2, N],
            [N, "财务管理", "管理制度健全性", 3, N, N, 1, N],
            [N, "其他", "管理制度健全性", 3, N, N, 1, N],
            ["投入", "项目立项", "项目立项规范性", 3, N, N, 3, N],
            [N, N, "绩效目标合理性", 3, N, N, 3, N],
            [N, N, "绩效指标明确性", 3, N, N, 3, N]]  # fmt: skip
    path = xlsx(tmp_path / "a.xlsx", Grid([["评分表（2020年）"], *rows]))
    found = carry(path, "", [twins.id], lambda name: twins)
    judged = said(found)["judgements"]
    assert (judged["P211"]["score"], judged["P221"]["score"]) == (2, 1)
    assert ("Sheet1!C5", "several_indicators") in listed(found, "left")


def test_a_sheet_of_no_known_framework(tmp_path, capsys):
    """With targets it is read as before, and the first entry says what is missing; else refused."""
    rows = [["评分表（2023年）"],
            ["一级指标", "二级指标", "三级指标", "分值", "目标值", "实际值", "得分"],
            ["产出", "数量", "图书采购册数", 50, "≥100册", "120册", 50],
            ["效益", "社会效益", "借阅增长", 50, "≥5%", "6%", 50]]  # fmt: skip
    found = carried(xlsx(tmp_path / "a.xlsx", Grid(rows)))
    assert found.remarks[0].code == "no_framework" and found.remarks[0].key == "framework"
    assert said(found)["outputs"][0]["actual"] == {"value": 120, "unit": "册"}
    bare = [[each for n, each in enumerate(row) if n not in (4, 5)] for row in rows]
    path = xlsx(tmp_path / "b.xlsx", Grid(bare))
    assert main(["import", str(path), "--out", str(tmp_path / "out"), "--lang", "en"]) == 2
    assert "docs/frameworks.md" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_local_framework_fits_as_well(tmp_path):
    """A sheet whose names are those of a framework beside the params files is of that one."""
    folder = tmp_path / "params" / "frameworks"
    folder.mkdir(parents=True)
    text = framework.source("evaluation-2020").decode().replace("evaluation-2020", "county-2022")
    for name in ("立项依据充分性", "立项程序规范性", "绩效目标合理性", "绩效指标明确性",
                 "预算编制科学性", "资金分配合理性", "资金使用合规性",
                 "管理制度健全性"):  # fmt: skip
        text = text.replace(f"zh: {name},", f"zh: {name}审查,")
    (folder / "county-2022.yaml").write_text(text, "utf-8")
    rows = [[f"{each}审查" if n == 2 and each and "性" in each else each
             for n, each in enumerate(row)] for row in LIBRARY.rows]  # fmt: skip
    path = xlsx(tmp_path / "a.xlsx", Grid(rows, LIBRARY.merged))
    main(["import", str(path), "--id", "x", "--out", str(tmp_path / "params")])
    assert "framework: county-2022\n" in (tmp_path / "params" / "x.yaml").read_text("utf-8")


def test_planned_and_actual_of_a_method_that_compares_them(tmp_path):
    """成本节约率 with both amounts: (900 - 852) / 900; a rate says neither of them."""
    rows = [["评分表（2023年）"], [*HEAD[:4], "目标值", "实际值", "得分"],
            ["产出", "产出成本", "成本节约率", 8, "900万元", "852万元", 8],
            ["产出", "产出数量", "实际完成率", 8, "100%", "95%", 7.6],
            ["决策", "项目立项", "立项依据充分性", 3, "—", "—", 3],
            [N, N, "立项程序规范性", 3, "—", "—", 3]]  # fmt: skip
    found = carried(xlsx(tmp_path / "a.xlsx", Grid(rows)))
    judged = said(found)["judgements"]
    assert judged["E341"] == {"stated_score": 8, "figure": 852, "reference": 900}
    assert judged["E311"] == {"stated_score": D("7.6")}
    assert ("Sheet1!F4", "computed") in listed(found, "aside")


def test_evidence_without_a_score(tmp_path):
    """Nothing is scored by default: the evidence comes in, and a person says what it is worth."""
    head = [*HEAD[:-1], "得分依据"]
    rows = [
        ["评分表"],
        head,
        ["决策", "项目立项", "立项依据充分性", 3, N, N, "—", "批复文件"],
        [N, N, "立项程序规范性", 3, N, N, 3, "纪要"],
        [N, N, "绩效目标合理性", 3, N, N, 3, N],
    ]
    found = carried(xlsx(tmp_path / "a.xlsx", Grid(rows)))
    judged = said(found)["judgements"]
    assert judged["E111"] == {"evidence": "批复文件"}
    assert judged["E112"] == {"score": 3, "evidence": "纪要"}
    assert ("Sheet1!G3", "no_score") in listed(found, "doubtful")


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        (["6.67"] * 3, "20"),
        (["12.5", "12.5"], "25"),
        (["10", "6.67"], "16.67"),
        (["2.08"] * 6, "12.5"),
    ],
)
def test_equal_parts_that_were_rounded(parts, total):
    """Three parts of 6.67 are twenty points and not 20.01; other sums are what they are."""
    assert whole([D(each) for each in parts]) == D(total)


def test_names_in_common_by_accident():
    """Two names of a framework on a form of the project's own indicators make it no score sheet."""
    sheet = Sheet("S")
    names = ["预算执行率", "实际完成率", "新建公厕", "清扫面积", "垃圾转运"]
    form = Form(sheet, indicators=[{"name": Cell("S", n, 1, name)} for n, name in enumerate(names)])
    known = [framework.load(name) for name in framework.known()]
    assert fitting(form, known) is None


# --- evalkit's own workbook of two frameworks ------------------------------------------------


@pytest.fixture(scope="module")
def clinics(tmp_path_factory):
    """What comes back of the forms of params/clinics-2023.yaml, in Chinese."""
    origin = load([ROOT / "params" / "clinics-2023.yaml"])
    names = ("evaluation-2020", "self-evaluation-2020")
    evaluations = [evaluate(origin, framework.load(name)) for name in names]
    path = tmp_path_factory.mktemp("clinics") / "forms.xlsx"
    path.write_bytes(forms_workbook(evaluations, "clinics-2023", "zh"))
    return carried(path, "clinics")


def test_two_sheets_of_a_project_make_one_file(clinics):
    """The framework of the first sheet stands first; who and how much comes from the second."""
    tree = said(clinics)
    assert tree["framework"] == ["evaluation-2020", "self-evaluation-2020"]
    assert tree["parties"] == {
        "implementing_unit": "示例县基层卫生管理中心", "authority": "示例县卫生健康局",
    }  # fmt: skip
    assert [(each["budget"], each["executed"]) for each in tree["funding"]] == [
        (600, 588), (260, D("226.8")),
    ]  # fmt: skip
    assert tree["budget"]["approved"] == 900 and tree["budget"]["executed"] == D("814.8")
    assert listed(clinics, "left", "doubtful") == []


def test_scores_of_two_frameworks(clinics):
    """By hand: 3 x 96% = 2.88 and so on; of two scores of an indicator the first sheet's counts."""
    tree = said(clinics)
    judged = tree["judgements"]
    scores = {code: str(each["score"]) for code, each in judged.items() if "score" in each}
    assert scores == {
        "E111": "2.88", "E112": "2.55", "E121": "2.76", "E122": "2.46", "E131": "2.4",
        "E132": "2.85", "E213": "5", "E221": "3.8", "E222": "3.36", "E331": "5.6",
    }  # fmt: skip
    assert judged["E112"]["evidence"] == "论证会议纪要，缺少风险评估"
    assert judged["E211"] == {"stated_score": D("2.93")}
    assert judged["S11"] == {"stated_score": D("9.47")}
    assert tree["weights"] == {"E3": 35, "E31": 11, "E4": 27, "E41": 17, "E311": 11}
    assert tree["stated"] == {"score": D("91.38"), "grade": "优"}
    aside = [place for place, code in listed(clinics, "aside") if code == "other_framework"]
    assert aside == ["自评表!H17", "自评表!H18", "自评表!H20"]


def test_an_indicator_of_both_sheets_is_one(clinics):
    """Its kind and its points are known from the second; what was measured from either."""
    outputs = {each["name"]: each for each in said(clinics)["outputs"]}
    assert len(outputs) == 8
    assert outputs["基层检查人次增长率"]["dimension"] == "social"
    assert "points" not in outputs["基层检查人次增长率"] and outputs["更新设备"]["points"] == 15
    assert outputs["就诊居民满意度"]["actual"] == {"value": D("92.5"), "unit": "%"}
    assert outputs["就诊居民满意度"]["measured"] == {"value": D("92.5"), "unit": "%"}


def test_sheets_that_contradict_each_other(tmp_path):
    """A target on the second sheet that is another is on the list; the first is kept."""
    scored = [["评分表（2023年度）"], [*HEAD[:4], "目标值", "实际值", "得分"],
              ["决策", "项目立项", "立项依据充分性", 3, "—", "—", 3],
              [N, N, "立项程序规范性", 3, "—", "—", 3],
              [N, "绩效目标", "绩效目标合理性", 3, N, N, 3],
              ["效益", "满意度", "居民满意度", 10, "≥90%", "92%", 10]]  # fmt: skip
    own = [["自评表（2023年度）"], ["项目名称", "公园改造"],
           [*HEAD[:3], "年度指标值", "实际完成值"],
           ["满意度指标", "服务对象满意度", "居民满意度", "≥85%", "92%"]]  # fmt: skip
    grids = (Grid(scored, name="评分表"), Grid(own, name="自评表"))
    found = carried(xlsx(tmp_path / "a.xlsx", *grids))
    [output] = said(found)["outputs"]
    assert output["target"] == {"operator": ">=", "value": 90, "unit": "%"}
    assert listed(found, "doubtful") == [
        ("weights", "points_open"), ("自评表!D4", "two_values"),
    ]  # fmt: skip


def test_the_file_can_be_evaluated(tmp_path):
    """Filled in, the sheet of the library loads; a score counts where something speaks for it."""
    found = carried(xlsx(tmp_path / "library.xlsx", LIBRARY), "library")
    filled = {"amount": "万元", "unit_cost": "万元", "approved": 100, "dimension": "social",
              "implementing_unit": "某县图书馆",
              "target": "{text: 完成}"}  # fmt: skip
    inputs = loaded(found, tmp_path, **filled)
    evaluation = evaluate(inputs, framework.load("evaluation-2020"))
    scores = evaluation.scores.droplevel(0)
    assert scores.at["E112", "score"] == D("2.5") and scores.at["E311", "points"] == 12
    for code in ("E121", "E122"):  # a score without evidence, and evidence without a score
        assert scores.at[code, "status"] == "cannot_be_evaluated"
    assert evaluation.totals["full_points"].tolist() == [100]
