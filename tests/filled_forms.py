"""Filled official forms as they look in reality, and workbooks made of them for the tests."""

from dataclasses import dataclass, field

import xlwt
from openpyxl import Workbook

N = None


@dataclass(frozen=True)
class Grid:
    """A sheet: rows of values, merged ranges, number formats by address, hidden columns."""

    rows: list
    merged: tuple = ()
    formats: dict = field(default_factory=dict)
    hidden: tuple = ()
    name: str = "Sheet1"
    is_hidden: bool = False


def xlsx(path, *grids):
    """Write a workbook of today's format; returns its path."""
    book = Workbook()
    book.remove(book.active)
    for grid in grids:
        sheet = book.create_sheet(grid.name)
        for number, row in enumerate(grid.rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    sheet.cell(number, column).value = value
        for each in grid.merged:
            sheet.merge_cells(each)
        for address, number_format in grid.formats.items():
            sheet[address].number_format = number_format
        for column in grid.hidden:
            sheet.column_dimensions[column].hidden = True
        if grid.is_hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def xls(path, *grids):
    """Write a workbook of the old format; a text that begins with ``=`` becomes a formula."""
    book = xlwt.Workbook(encoding="utf-8")
    for grid in grids:
        sheet = book.add_sheet(grid.name)
        for number, row in enumerate(grid.rows):
            for column, value in enumerate(row):
                address = f"{chr(65 + column)}{number + 1}"
                style = xlwt.easyxf(num_format_str=grid.formats.get(address, "General"))
                if isinstance(value, str) and value.startswith("="):
                    sheet.write(number, column, xlwt.Formula(value[1:]), style)
                elif value is not None:
                    sheet.write(number, column, value, style)
        for each in grid.merged:
            first, last = each.split(":")
            sheet.merge(
                int(first[1:]) - 1, int(last[1:]) - 1, ord(first[0]) - 65, ord(last[0]) - 65
            )
        for column in grid.hidden:
            sheet.col(ord(column) - 65).hidden = True
    book.save(str(path))
    return path


# The small local form of 2020, as https://1wenmi.com/doc/330418.html prints it. It names neither
# the unit of money nor who carries the project out; the column 权重 is the one that its rules of
# scoring speak of.
FISHING = Grid([
    ["2020年度长江禁捕项目自评表"],
    ["项目名称", "渔业成品油价格改革补贴（长江禁捕）"],
    ["预算执行(20分)", "预算数(A)", "执行数(B)", "执行率", "得分"],
    ["年度财政资金总额", 1.56, 1.56, 1, 20],
    ["一级指标", "二级指标", "三级指标", "权重", "目标值(A)", "完成值(B)", "得分"],
    ["产出", "数量", "补贴渔船数", 20, 6, 6, 20],
    [N, "质量", "渔船补贴发放率", 10, "100%", "100%", 10],
    [N, "时效", "12月底之前完成", 10, "100%", "100%", 10],
    ["满意度", "服务对象", "退捕渔民抽样调查满意度", 40, "≥90%", "≥90%", 40],
    ["总分", N, N, 100, N, N, 100],
])  # fmt: skip

# The official layout of 2020 with all that people do to it: three sources, amounts in yuan, one of
# them full-width text, a total whose formula was never calculated, a hidden column of reasons.
ROADS = Grid(
    [
        ["附件2"],
        ["项目支出绩效自评表"],
        ["（２０２２年度）"],
        ["项目名称", N, "道路养护\n专项经费"],
        ["主管部门", N, "某区城市管理局", N, N, "实施单位", N, "某区道路养护中心"],
        ["项目资金（元）", N, N, "年初预算数", "全年预算数（A）", "全年执行数（B）", "分值",
         "执行率（B/A）", "得分"],
        [N, "年度资金总额", N, "１，２３４，５００．００", 1300000, "=SUM(F8:F10)", 10, 0.9541,
         9.5],
        [N, "其中：当年财政拨款", N, 1200000, 1200000, 1150000, "—", 0.958333333333333, "—"],
        [N, "      上年结转资金", N, 34500, 100000, "90 330.50", "—", 0.903305, "—"],
        [N, "      其他资金", N, 0, 0, 0, "—", "—", "—"],
        ["年度总体目标", "预期目标", N, N, N, "实际完成情况"],
        [N, "1.养护道路120公里；\n2.修复路面。", N, N, N, "养护118公里，电话13800138000。"],
        ["绩效指标", "一级指标", "二级指标", "三级指标", "年度\n指标值", "实际\n完成值", "分值",
         "得分", "偏差原因分析及改进措施"],
        [N, "产出指标（50分）", "数量指标", "养护道路里程", "≥120公里", "118公里", 15, 14.75,
         "两公里移交他区"],
        [N, N, N, "修复路面面积", "30,000平方米", 31000, 10, 10, "无"],
        [N, N, "质量指标", "验收合格率", "≥９５％", 0.985, 10, 10, N],
        [N, N, "时效指标", "完成时间", "2022年12月底前", "按期完成", 15, 15, N],
        [N, "效益指标（30分）", "社会效益指标", "道路安全事故", "≤2起", "0起", 15, 15, N],
        [N, N, "经济效益指标", N, N, N, N, N, N],
        [N, N, "可持续影响指标", "管养机制", "健全", "基本健全", 15, 13, "制度待完善"],
        [N, "满意度指标（10分）", "服务对象满意度指标", "市民满意度", "90%-95%", "93.5%", 10, 10],
        ["总分", N, N, N, N, N, 100, 97.25],
        ["自评等级", "优"],
        ["填报人：张三", N, N, "联系电话", "021-55551234"],
        ["注：1.得分一档为最高分。"],
    ],
    ("A1:I1", "A2:I2", "A3:I3", "A4:B4", "C4:I4", "A5:B5", "C5:E5", "F5:G5", "H5:I5", "A6:A10",
     "B6:C6", "B7:C7", "B8:C8", "B9:C9", "B10:C10", "A11:A12", "B11:E11", "F11:I11", "B12:E12",
     "F12:I12", "A13:A21", "B14:B17", "C14:C15", "B18:B20", "A22:F22", "A25:I25"),
    {"H7": "0.00%", "H8": "0.00%", "H9": "0.00%", "F16": "0.0%"},
    ("I",),
)  # fmt: skip

# The monitoring form of 财预〔2019〕136号: two rows of headings, boxes to tick.
CANTEENS = Grid(
    [
        ["项目支出绩效目标执行监控表"],
        ["（2023年度）"],
        ["项目名称", "校园食堂补贴"],
        ["主管部门及代码", "[105]某区教育局", N, N, "实施单位", "某区教育局资助中心"],
        ["项目资金\n（万元）", N, "年初预算数", N, "1—7月执行数", N, "1—7月执行率", N,
         "全年预计执行数"],
        [N, "年度资金总额", 500, N, 260.5, N, "52.10%", N, 495],
        [N, "其中：一般公共预算拨款", 480, N, 250.5, N, "52.19%", N, 475],
        [N, "其他资金", 20, N, 10, N, "50%", N, 20],
        ["年度总体目标", "为全区 12 所学校提供午餐补贴。"],
        ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "1—7月执行情况",
         "全年预计完成情况", "偏差原因分析", N, N, N, N, N, "完成目标可能性", N, N, "备注"],
        [N, N, N, N, N, N, N, "经费保障", "制度保障", "人员保障", "硬件条件保障", "其他",
         "原因说明", "确定能", "有可能", "完全不可能", N],
        [N, "产出指标", "数量指标", "补贴学生人数", "≥8000人次", "4600人次", "8000人次",
         N, N, N, N, N, N, "√", N, N, N],
        [N, N, "质量指标", "食材抽检合格率", "100%", "97%", "98%",
         N, "√", N, 1, N, "冷库检修", "□", "☑", "□", N],
        [N, "效益指标", "社会效益指标", "午餐覆盖面", "扩大", "持续扩大", "扩大"],
    ],
    ("A1:Q1", "A2:Q2", "A5:A8", "C5:D5", "E5:F5", "G5:H5", "A10:A14", "B10:B11", "C10:C11",
     "D10:D11", "E10:E11", "F10:F11", "G10:G11", "H10:M10", "N10:P10", "Q10:Q11", "B12:B13"),
)  # fmt: skip

# A county's own layout: columns in another order, units and signs in columns of their own, amounts
# beside their labels, a score column before the points.
FARMLAND = Grid([
    ["某县2021年度预算项目绩效自评情况表"],
    ["填报单位：某县农业农村局", N, N, N, N, N, "单位：万元"],
    ["项目名称：", "高标准农田建设", N, "项目类别", "延续性项目"],
    ["预算执行情况", "预算数：", 1500, "执行数：", "1,425.5"],
    ["序号", "指标名称", "一级指标", "二级指标", "自评得分", "权重", "指标性质", "目标值",
     "计量单位", "完成值", "完成率", "备注"],
    [1, "新建高标准农田", "产出指标", "数量指标", 20, 20, "≥", 10000, "亩", 10500, 1.05, "/"],
    [2, "亩均投入", "成本指标", "经济成本指标", 20, 20, "反向", 1500, "元/亩", 1425.5, 0.95, "/"],
    [3, "工程验收合格率", "产出指标", "质量指标", 20, 20, "≥", 95, "%", 100, 1.05, "/"],
    [4, "粮食增产", "效益指标", "经济效益指标", 18, 20, "正向", 500, "吨", 450, 0.9, "受灾"],
    [5, "农户满意度", "满意度指标", "服务对象满意度", 10, 10, "≥", 90, "%", 0.95, N, N],
    [N, "合计", N, N, 88, 90],
    ["评价结论", "良", N, "填表人", "李四"],
])  # fmt: skip

# A second title row, a heading over two columns, execution as a row of the table, a period.
PARKING = Grid(
    [
        ["某市市级部门预算项目支出"],
        ["绩效自评表"],
        ["填报年度：2023年  金额单位：万元"],
        ["项目名称", "智慧停车绩效自评平台", "项目起止时间", "2022年1月至2023年12月"],
        ["预算部门", "某市交通局", "实施单位", "某市停车管理中心"],
        ["项目资金", N, "全年预算数", "全年执行数"],
        [N, "合计", 300, 280.5],
        ["一级指标", "二级指标", "三级指标", "指标值", N, "分值", "得分", "未完成原因"],
        [N, N, N, "年度指标值", "实际完成值", N, N, N],
        ["预算执行率（20分）", N, "预算执行率", "100%", "93.5%", 20, 18.7, N],
        ["产出指标", "数量指标", "接入停车场（个）", 200, 188, 30, 28.2, "协调难"],
        [N, "时效指标", "按期验收率", "100%", "100%", 20, 20, N],
        ["效益指标", "经济效益", "停车费收入增长", "至少10万元", "12万元", 20, 20, N],
        ["满意度指标", "服务对象满意度", "车主满意度", "≥85%", "88%", 10, 10, N],
        ["合计", N, N, N, N, 100, 96.9],
        ["说明：预算执行率=实际支出/预算。"],
    ],
    ("A1:H1", "A2:H2", "A3:H3", "A8:A9", "B8:B9", "C8:C9", "D8:E8", "F8:F9", "G8:G9", "H8:H9"),
)  # fmt: skip

# A province whose form has no levels: kind of target, first and adjusted value, core or not. The
# figures are those of the auxiliary police of Fengdu, as published on
# http://www.cqfd.gov.cn/zwgk_200/fdzdgknr/czyjs/xzyjs/202306/t20230627_12096582.html.
POLICE = Grid([
    ["2022年度项目绩效自评表"],
    ["专项（项目）名称", "辅警人员经费", N, N, "联系人及电话", "王五 023-70700000"],
    ["主管部门", "丰都县公安局", N, N, "实施单位", "丰都县公安局"],
    ["项目资金（万元）", "年初预算数", "全年（调整）预算数", "全年执行数", "执行率（%）",
     "执行率权重（分）", "执行率得分（分）"],
    ["年度总金额", "2,565", 2565, 2565, 100, 10, 10],
    ["指标名称", "计量单位", "指标性质", "年初指标值", "调整指标值", "全年完成值", "得分系数（%）",
     "指标权重（分）", "指标得分（分）", "是否核心指标", "说明"],
    ["辅警人员", "人", "＝", 540, 512, 512, 100, 20, 20, "是", N],
    ["项目成本概算", "万元", "≤", 3584, N, 2565, 100, 20, 20, "是", N],
    ["节约多招录正式民警资金支出", "万元", "≥", 1500, N, N, N, 20, N, "否", N],
    ["促进社会和谐稳定", N, "定性", "好", N, N, N, 20, N, "否", N],
    ["受益对象满意度", "%", "≥", 95, N, N, N, 10, N, "否", N],
])  # fmt: skip

# What evalkit itself calls these things in English.
MEALS = Grid([
    ["Self-evaluation form of project expenditure (2024)"],
    ["Project name", "School canteens"],
    ["Department in charge", "Education Bureau", "Implementing unit", "Canteen Office"],
    ["Project funds (CNY million)", N, "Initial budget", "Budget of the year", "Executed", "Points",
     "Execution rate", "Score"],
    [N, "Total funds of the year", 12.5, 12.5, 11.25, 10, "90%", 9],
    [N, "of which: Fiscal funds", 12.5, 12.5, 11.25, "—", "90%", "—"],
    ["Level 1", "Level 2", "Level 3", "Target of the year", "Actual", "Points", "Score",
     "Reasons and measures"],
    ["Outputs", "Quantity", "Meals served", "≥ 1,200,000 meals", "1,150,000 meals", 30, 28.75,
     "two schools closed"],
    [N, "Quality", "Samples passed", ">= 98%", "99.1%", 20, 20, N],
    ["Benefits", "Social benefit", "Attendance", "at least 95 %", "96%", 30, 30, N],
    ["Satisfaction", "Satisfaction of those served", "Parents satisfied", ">= 90%", "91.2%",
     10, 10],
    ["Total", N, N, N, N, 100, 97.75],
    ["Grade", "Good"],
    ["Contact person", "J. Doe", "Telephone", "555-1234"],
])  # fmt: skip
