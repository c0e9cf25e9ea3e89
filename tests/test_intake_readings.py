"""What a cell says: numbers with their signs and units, dates, ticks, and words that stay words."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.intake.dates import month_in, period_in, year_in
from evalkit.intake.labels import is_label, labels, which
from evalkit.intake.params_text import prose_text, scalar
from evalkit.intake.readings import read, ticked
from evalkit.intake.shown import exact, shown
from evalkit.yamltree import read_yaml

D = Decimal
WIDE = str.maketrans("0123456789.,%+-", "０１２３４５６７８９．，％＋－")

NUMBERS = [
    # text, operator, value, end of a range, unit
    ("100%", "", "100", None, "%"),
    ("９８．５％", "", "98.5", None, "%"),
    ("1,234.50", "", "1234.50", None, ""),
    ("1，234，567", "", "1234567", None, ""),
    ("1 234.5", "", "1234.5", None, ""),
    ("12万元", "", "12", None, "万元"),
    ("¥1,200.00", "", "1200.00", None, ""),
    ("≥90%", ">=", "90", None, "%"),
    ("＞＝90", ">=", "90", None, ""),
    ("大于等于90", ">=", "90", None, ""),
    ("不低于95%", ">=", "95", None, "%"),
    ("≥95％（含）", ">=", "95", None, "%"),
    ("90分以上", ">=", "90", None, "分"),
    ("≤3584万元", "<=", "3584", None, "万元"),
    ("控制在100万元以内", "<=", "100", None, "万元"),
    ("30天内", "<=", "30", None, "天"),
    (">90%", ">", "90", None, "%"),
    ("少于3次", "<", "3", None, "次"),
    ("达到100%", "reached", "100", None, "%"),
    ("= 512 人", "=", "512", None, "人"),
    ("90-95%", "range", "90", "95", "%"),
    ("90%～95%", "range", "90", "95", "%"),
    ("3至5天", "range", "3", "5", "天"),
    ("6艘", "", "6", None, "艘"),
    ("6.00", "", "6.00", None, ""),
    ("'12", "", "12", None, ""),
    ("3次/年", "", "3", None, "次/年"),
    ("1.5万人次", "", "1.5", None, "万人次"),
    ("-5%", "", "-5", None, "%"),
    ("65‰", "", "65", None, "‰"),
    ("≥100百分比", ">=", "100", None, "%"),
    ("3个月", "", "3", None, "个月"),
    ("5年", "", "5", None, "年"),
    ("at least 95 %", ">=", "95", None, "%"),
    ("1,200,000 meals", "", "1200000", None, "meals"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "operator", "value", "to", "unit"), NUMBERS, ids=lambda x: str(x))
def test_numbers(text, operator, value, to, unit):
    """Sign, value, end of a range and unit, exactly as they are written."""
    found = read(text)
    assert found.kind == "number"
    assert (found.operator, found.value, found.unit) == (operator, D(value), unit)
    assert found.to == (None if to is None else D(to))


WORDS = [
    "2022年12月底前", "2022年", "12月", "2022-2023", "100%完成", "√", "1,23", "1.2.3", "1e5",
    "0x1F", "约90%", "1：2", "3-1", "两次", "90%以上群众满意", "6艘，其中2艘新建",
    "2022-12-31", "12月底之前完成",
    "99.99.9", "=cmd|' /C calc'!A0", "NaN", "∞", "²", "①", "十二", "≥", "%", "90% 95%", "1 2 3",
]  # fmt: skip


@pytest.mark.parametrize("text", WORDS)
def test_words_stay_words(text):
    """What is not understood as a whole is no number."""
    assert read(text).kind == "text"


@pytest.mark.parametrize("text", ["", " ", "/", "—", "--", "——", "无", "N/A", "不适用", "\u3000"])
def test_nothing(text):
    """Signs by which people fill in that there is nothing."""
    assert read(text).kind == "nothing"


amounts = st.decimals(min_value=0, max_value=10**12, places=4, allow_nan=False)


@given(amounts, st.sampled_from([",", " "]), st.booleans())
def test_separators_and_full_width_digits_change_nothing(value, separator, is_wide):
    """Any amount, however it is grouped and in whatever digits, is read as itself."""
    text = f"{value:,}".replace(",", separator)
    found = read(text.translate(WIDE) if is_wide else text)
    assert (found.kind, found.operator, found.value) == ("number", "", value)


@given(amounts, st.sampled_from(["%", "‰", "万元", "人次", "公里", "个工作日"]), st.booleans())
def test_units_change_no_value(value, unit, is_apart):
    """The unit stands behind the number, with or without a space."""
    found = read(f"≥{value}{' ' if is_apart else ''}{unit}")
    assert (found.operator, found.value, found.unit) == (">=", value, unit)


@given(st.text(max_size=40))
def test_any_text_is_read(text):
    """No text makes the reading fail, and a number never has a unit of digits."""
    found = read(text)
    assert found.kind in ("number", "text", "nothing")
    assert not any(sign.isdecimal() for sign in found.unit)
    assert ticked(text) in (True, False, None)


@given(st.decimals(min_value=0, max_value=1, places=6, allow_nan=False))
def test_a_share_in_percent_is_a_percentage(share):
    """0.954100 under 0.00% is 95.41%, with every digit that it has."""
    found = read(shown(exact(float(share)), "0.00%").text)
    assert (found.unit, found.value) == ("%", share * 100)


SHOWN = [
    ("0.9541", "0.00%", "95.41%", "95.41%"),
    ("0.95416", "0.0%", "95.416%", "95.4%"),
    ("0.125", "0%", "12.5%", "13%"),
    ("1234.5", "#,##0.00", "1234.5", "1234.50"),
    ("90", '"≥"0"%"', "≥90%", "≥90%"),
    ("12", '0"个"', "12个", "12个"),
    ("5", "General", "5", "5"),
    ("0.333333333333333", "General", "0.333333333333333", "0.3333333333"),
    ("-3", "0_);(0)", "-3", "-3"),
    ("7", "[Red]0.0", "7", "7.0"),
    ("8", "@", "8", "8"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "number_format", "text", "printed"), SHOWN)
def test_what_a_format_shows(number, number_format, text, printed):
    """All digits for the reading, the printed ones for the comparison; words of the format stay."""
    found = shown(D(number), number_format)
    assert (found.text, found.printed) == (text, printed)


@pytest.mark.parametrize(("stored", "value"), [(0.1 + 0.2, "0.3"), (1.1 * 3, "3.3"), (6.0, "6")])
def test_noise_of_binary_floats_is_no_digit(stored, value):
    """Excel keeps 15 digits."""
    assert exact(stored) == D(value)


DATES = [
    ("2022年1月至2022年12月", date(2022, 1, 1), date(2022, 12, 31)),
    ("２０２２．３．１—２０２３．２．２８", date(2022, 3, 1), date(2023, 2, 28)),
    ("2022-01-01 至 2022-06-30", date(2022, 1, 1), date(2022, 6, 30)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "end"), DATES)
def test_periods(text, start, end):
    """A month alone means its first or last day."""
    assert period_in(text) == (start, end)


@pytest.mark.parametrize(
    "text", ["一年", "2022年", "2022年13月至2022年14月", "2023年1月至2022年1月"]
)
def test_no_periods(text):
    """What names no two days in their order is no period."""
    assert period_in(text) is None


def test_years_and_months():
    """In titles and headings, however they are written."""
    years = ["（２０２２年度）", "2022 年度绩效自评表", "二〇二〇年度", "自评表", "20221231"]
    assert [year_in(text) for text in years] == [2022, 2022, 2020, None, None]
    rules = ["财预〔2020〕10号", "财预[2020]10号 2023年度", "form (2024)", "自评2019"]
    assert [year_in(text) for text in rules] == [None, 2023, 2024, 2019]
    months = [
        "1-7月执行数",
        "1—7 月\n执行率（B/A）",
        "截至8月底执行数",
        "上半年执行数",
        "全年执行数",
    ]
    assert [month_in(text) for text in months] == [7, 7, 8, 6, None]


HEADINGS = [
    ("年度指标值（A）", "indicators", "target"), ("实际\n完成值", "indicators", "actual"),
    ("全年实际值(B)", "indicators", "actual"), ("完成值", "indicators", "actual"),
    ("1—7月执行情况", "indicators", "actual"), ("全年预计完成情况", "indicators", "expected"),
    ("偏差原因分析及改进措施", "indicators", "reason"), ("未完成原因", "indicators", "reason"),
    ("权重", "indicators", "points"), ("自评得分", "indicators", "score"),
    ("硬件条件保障", "indicators", "cause.hardware"),
    ("完全不可能", "indicators", "likelihood.impossible"),
    ("年初预算数", "funds", "initial"), ("全年预算数（A）", "funds", "budget"),
    ("预算数(A)", "funds", "budget"), ("全年执行数(B)", "funds", "executed"),
    ("1-7月执行数", "funds", "executed"), ("全年预计执行数", "funds", "expected"),
    ("执行率（B/A）", "funds", "rate"), ("主管部门及代码", "pairs", "authority"),
    ("（一）实施单位：", "pairs", "implementing_unit"), 
    ("五、产出指标（50分）", "levels", "output"),
    ("服务对象满意度指标", "dimensions", "satisfaction"), ("社会成本指标", "dimensions", "cost"),
    ("可持续影响指标", "dimensions", "sustainable"), ("上年结转资金", "sources", "carried"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "group", "name"), HEADINGS)
def test_headings(text, group, name):
    """The names that official forms give their columns and blocks."""
    assert which(text, group) == name


@pytest.mark.parametrize(
    "text", ["填报人", "项目负责人及联系电话", "联系电话：", "手机号码", "审核人"]
)
def test_personal_labels(text):
    """What stands behind these belongs to a person."""
    assert is_label(text, "personal")


@pytest.mark.parametrize(
    "text", ["领导满意度", "电话回访率", "审核通过率", "负责人培训人次", "手机普及率"]
)
def test_indicators_that_only_sound_personal(text):
    """A word within the name of an indicator is no label."""
    assert not is_label(text, "personal")


def test_labels_hold_each_pattern_once():
    """A pattern that stands in two columns of one block could mean either."""
    for group in ("pairs", "funds", "indicators", "levels", "dimensions"):
        said = [each for patterns in labels()[group].values() for each in patterns]
        assert sorted(said) == sorted(set(said)), group


@given(st.text(min_size=1, max_size=30))
def test_any_text_survives_the_params_file(text):
    """Written as YAML and read again it is the same, also where it looks like something else."""
    seen = "".join(sign for sign in text if sign.isprintable())
    tree, faults = read_yaml(f"a: {scalar(seen)}", "x")
    assert (tree.value, faults) == ({"a": seen}, [])


SLY = [
    "=cmd|' /C calc'!A0",
    "- x",
    "a: b",
    "#",
    "{x}",
    "null",
    "2022-01-01",
    "1.50",
    "true",
    "&a",
    "",
]


@pytest.mark.parametrize("text", SLY)
def test_sly_texts_are_quoted(text):
    """What YAML would take for something else stays that very text, also among others."""
    tree, faults = read_yaml(f"a: {{b: {scalar(text)}, c: 1}}", "x")
    assert (tree.value, faults) == ({"a": {"b": text, "c": 1}}, [])


def test_prose_makes_no_headings():
    """A line of the form that looks like a heading does not become one."""
    _, text = prose_text({"goals": "## evidence A111\n\n- one *two* <b>"})
    assert text == "## goals\n\n\\## evidence A111\n\n\\- one \\*two\\* \\<b>\n"
