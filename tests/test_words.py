"""Figures, terms, formulas and sentences in words."""

import re
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.facts import Fact, formulas
from evalkit.model import Text
from evalkit.sentences import languages, prose
from evalkit.units import units
from evalkit.words import Words

ZH, EN = Words("zh"), Words("en")
NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})*(?:\.\d+)?")
AMOUNTS = st.integers(-(10**15), 10**15) | st.fractions(-(10**15), 10**15, max_denominator=10**9)
RATES = st.fractions(-100, 100, max_denominator=10**9)
HOSTILE = [
    "<script>alert(1)</script>", "](javascript:alert(1))", "{{ 7*7 }}", "{execution_rate:pct}",
    "$x_1$ \\(y\\)", "`code` **bold** <b>", "a\" onmouseover='x", "![i](http://x/y.png)",
    "&lt;&amp;", "{0} {n}",
]  # fmt: skip


def printed(text):
    """The number that a printed figure shows, and the decimals that it shows it with."""
    number = NUMBER.search(text)[0]
    return Fraction(number.replace(",", "")), len(number.partition(".")[2])


def is_half_up(exact, shown, decimals):
    """Whether a printed number is the exact one, half up; by distance, not by rounding again."""
    distance = abs(exact - shown) * 2 * 10**decimals
    return distance < 1 or (distance == 1 and abs(shown) > abs(exact))


def fact(name, value, unit="amount", formula="", way=""):
    """A fact as facts_of makes it."""
    return Fact(name, value, unit, formula, way, (), "")


def facts(*many):
    """Facts by their names."""
    return {each.name: each for each in many}


class Reader(HTMLParser):
    """What a browser would take from HTML: its tags, its attributes and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


# --- figures -------------------------------------------------------------------------------


@given(unit=st.sampled_from(list(units()["money"])), amount=AMOUNTS)
def test_money_is_printed_half_up(unit, amount):
    """In every unit and language: grouped by thousands, right to half a unit of the last digit."""
    for lang in languages():
        words = Words(lang, unit)
        bare = words.figure(amount, "amount", "bare")
        assert NUMBER.fullmatch(bare)
        shown, decimals = printed(bare)
        assert is_half_up(Fraction(amount) / words._money["worth"], shown, decimals)
        assert decimals == words._money["decimals"]
        assert words.figure(amount, "amount") == words._money["pattern"].format(n=bare)


@given(unit=st.sampled_from(list(units()["money"])), amount=AMOUNTS)
def test_both_languages_print_the_same_amount(unit, amount):
    """The scales differ, what they show does not."""
    zh, en = Words("zh", unit), Words("en", unit)
    values = [printed(w.figure(amount, "amount"))[0] * w._money["worth"] for w in (zh, en)]
    assert values[0] == values[1]


@given(rate=RATES)
def test_rates_are_printed_half_up(rate):
    """As percent and as percentage points, with two decimals."""
    for style in ("", "pp", "bare", "signed", "abs"):
        shown, decimals = printed(ZH.figure(rate, "rate", style).replace("+", ""))
        assert decimals == 2
        assert is_half_up(abs(rate * 100) if style == "abs" else rate * 100, shown, 2)


@given(number=st.fractions(-1000, 1000), unit=st.sampled_from(["quantity", "months", "人", "座"]))
def test_nothing_prints_as_minus_zero(number, unit):
    """What rounds to zero carries no sign."""
    for text in (ZH.figure(number, unit), ZH.figure(number / 10**9, "rate", "signed")):
        assert not re.search(r"[-+]0(\.0*)?(?![\d.,])", text)


@pytest.mark.parametrize(
    ("value", "unit", "style", "zh", "en"),
    [
        (2_819_550_000, "amount", "", "2,819.55 万元", "CNY 28.1955 million"),
        (-16_140_000, "amount", "", "-16.14 万元", "CNY -0.1614 million"),
        (-16_140_000, "amount", "abs", "16.14 万元", "CNY 0.1614 million"),
        (21_520_000, "amount", "signed", "+21.52 万元", "CNY +0.2152 million"),
        (2_819_550_000, "amount", "bare", "2,819.55", "28.1955"),
        (12_530_000, "amount", "unit_cost", "125,300 元", "CNY 125,300"),
        (Fraction(100, 3), "amount", "unit_cost", "0.33 元", "CNY 0.33"),
        (0, "amount", "signed", "0.00 万元", "CNY 0.0000 million"),
        (Fraction(281955, 378092), "rate", "", "74.57%", "74.57%"),
        (Fraction(-57, 10000), "rate", "pp", "-0.57 个百分点", "-0.57 percentage points"),
        (Fraction(19, 20), "rate", "trim", "95%", "95%"),
        (340, "count", "", "340", "340"),
        (12_345, "count", "", "12,345", "12,345"),
        (340, "人", "", "340 人", "340 people"),
        (1, "人", "", "1 人", "1 person"),
        (Fraction("97.44"), "分", "", "97.44 分", "97.44 points"),
        (90, "%", "", "90%", "90%"),
        (5, "light-years", "", "5 light-years", "5 light-years"),
        (21, "days", "", "21 天", "21 days"),
        (1, "days", "", "1 天", "1 day"),
        (Fraction(17, 2), "months", "", "8.5 个月", "8.5 months"),
        (Fraction(8), "months", "bare", "8", "8"),
        (date(2018, 8, 31), "date", "", "2018年8月31日", "31 August 2018"),
        (pd.Timestamp("2018-01-04"), "date", "", "2018年1月4日", "4 January 2018"),
        (True, "flag", "", "是", "yes"),
        (np.int64(340), "count", "", "340", "340"),
        (Text("餐饮", "catering"), "text", "", "餐饮", "catering"),
        (pd.NA, "amount", "bare", "—", "—"),
        (pd.NA, "rate", "", "无法评价", "cannot be evaluated"),
        (pd.NaT, "date", "", "无数据", "no figure"),
        (None, "amount", "", "无数据", "no figure"),
    ],
)
def test_a_figure_is_printed_so(value, unit, style, zh, en):
    """One figure of each kind, in both languages."""
    assert (ZH.figure(value, unit, style), EN.figure(value, unit, style)) == (zh, en)


@pytest.mark.parametrize("value", [0.1, np.float64(2), "3", 1 + 0j])
def test_what_is_not_exact_is_refused(value):
    """A binary float is no figure."""
    with pytest.raises(TypeError, match="no exact number"):
        ZH.figure(value, "amount")


def test_unknown_languages_and_units_are_refused():
    """With what there is instead, where it helps."""
    with pytest.raises(KeyError, match="there are en, zh"):
        Words("fr")
    with pytest.raises(KeyError, match="石"):
        Words("zh", "石")


# --- terms ---------------------------------------------------------------------------------


def test_a_term_is_found_where_it_belongs():
    """By frame or field first, then among the columns; the fact name of an item works too."""
    assert ZH.term("contracts.amount") == "合同金额"
    assert ZH.term("payments.p1.amount") == "支付金额"
    assert ZH.term("relevance.good") == "较好"
    assert ZH.term("grade.good") == "好"
    assert ZH.term("stated_verdict.normal") == ZH.term("verdict.normal") == "运行正常"
    with pytest.raises(KeyError, match=r"text/zh/terms.yaml has no term for 'nonsense'"):
        ZH.term("nonsense")


def test_a_label_names_its_item():
    """With the item's own name where it has one, and a group's by its term."""
    named = facts(fact("lines.a.name", Text("服装费", "Uniforms"), "text"))
    assert ZH.label("lines.a.declared_amount", named) == "服装费：预算金额"
    assert EN.label("lines.a.declared_amount", named) == "Uniforms: Declared"
    assert EN.label("groups.labour.group_share_rate") == "Labour: Share"
    assert ZH.label("execution_rate") == "预算执行率"


# --- formulas ------------------------------------------------------------------------------

MONEY = facts(
    fact("executed_amount", 2_819_550_000), fact("budget_amount", 3_780_920_000),
    fact("planned_amount", 2_819_550_000), fact("initial_amount", 3_780_920_000),
    fact("adjustment_amount", -1_000_000), fact("planned_rate", Fraction(3, 4), "rate"),
    fact("elapsed_rate", Fraction(2, 3), "rate"),
    fact("as_of", date(2018, 8, 31), "date"), fact("period_start_on", date(2018, 1, 1), "date"),
    fact("contracts.a.amount", 3_000_000_000), fact("contracts.b.amount", 759_400_000),
    fact("payments.p1.amount", 939_850_000), fact("payments.p2.amount", 939_850_000),
    fact("payments.p3.amount", 100), fact("payments.p1.paid_on", date(2018, 3, 22), "date"),
    fact("payments.p2.paid_on", date(2018, 5, 29), "date"),
    fact("payments.p3.paid_on", date(2018, 9, 1), "date"),
    fact("lines.u.name", Text("服装费", "Uniforms"), "text"),
    fact("lines.u.group", "uniform", "text"),
    fact("lines.u.quantity", 338, "quantity"), fact("lines.u.unit_cost_amount", Fraction(60_000)),
    fact("lines.u.declared_amount", 20_280_000),
    fact("lines.l.group", "labour", "text"), fact("lines.l.declared_amount", 35_000_000),
    fact("milestones.m.delay_days", 4, "days"), fact("milestones.n.delay_days", -1, "days"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "unit", "formula", "zh"),
    [
        ("execution_rate", 1, "rate", "executed_amount / budget_amount",
         "预算执行率 = 实际执行金额 ÷ 预算安排 = 2,819.55 ÷ 3,780.92 万元"),
        ("execution_gap", 0, "amount", "executed_amount - planned_amount",
         "执行偏差 = 实际执行金额 − 计划执行金额 = 2,819.55 − 2,819.55 万元"),
        ("budget_amount", 1, "amount", "initial_amount + adjustment_amount",
         "预算安排 = 年初预算 + 预算调整 = 3,780.92 + (-1.00) 万元"),
        ("budget_planned_amount", 1, "amount", "planned_rate * budget_amount",
         "按预算折算的计划执行金额 = 计划执行率 × 预算安排 = 75.00% × 3,780.92 万元"),
        ("pace_gap", 1, "rate",
         "(executed_amount - planned_amount) / (budget_amount / elapsed_rate)",
         "执行率与时间进度之差 = (实际执行金额 − 计划执行金额) ÷ (预算安排 ÷ 时间进度) = "
         "(2,819.55 万元 − 2,819.55 万元) ÷ (3,780.92 万元 ÷ 66.67%)"),
        ("lines_gap", 1, "amount", "budget_amount - (initial_amount - planned_amount)",
         "年初预算与预算内容合计之差 = 预算安排 − (年初预算 − 计划执行金额) = "
         "3,780.92 − (3,780.92 − 2,819.55) 万元"),
        ("contract_amount", 1, "amount", "sum(contracts.amount)",
         "合同金额 = Σ 合同金额 = 3,000.00 + 759.40 万元"),
        ("executed_amount", 1, "amount", "sum(payments.amount[payments.paid_on <= as_of])",
         "实际执行金额 = Σ 支付金额（支付日期 ≤ 跟踪时点） = 939.85 + 939.85 万元"),
        ("labour_amount", 1, "amount", "sum(lines.declared_amount[lines.group == 'labour'])",
         "人力成本 = Σ 预算金额（内容类别 = 人力成本） = 35.00 万元"),
        ("lines.u.recomputed_amount", 1, "amount", "quantity * unit_cost_amount",
         "服装费：重算金额 = 数量 × 单价 = 338 × 600 元"),
        ("elapsed_months", 8, "months", "months(period_start_on, as_of)",
         "已过月数 = 项目开始日期至跟踪时点的月数 = 2018年1月1日至2018年8月31日的月数"),
        ("late_milestone_count", 1, "count",
         "count(milestones.delay_days[milestones.delay_days > 0])",
         "晚于计划的工作节点 = 晚于计划的天数（晚于计划的天数 > 0）的项数 = 1"),
        ("unspent_budget_amount", 1, "amount", "max(budget_amount - executed_amount, 0)",
         "预算未执行金额 = （预算安排 − 实际执行金额）与（0）中的较大者 = "
         "（3,780.92 − 2,819.55）与（0）中的较大者 万元"),
        ("schedule_amount", 1, "amount", "executed_amount + sum(instalments.outstanding_amount)",
         "按付款计划推算的全年执行金额 = 实际执行金额 + Σ 未付金额 = 2,819.55 + 0.00 万元"),
        ("as_of", date(2018, 8, 31), "date", "", "跟踪时点"),
    ],
)  # fmt: skip
def test_a_formula_is_spelled(name, value, unit, formula, zh):
    """Label, words, numbers; brackets where they are needed and nowhere else."""
    made = fact(name, value, unit, formula)
    assert ZH.formula(made, MONEY) == zh


def test_a_formula_in_english():
    """The same formula with English labels and the unit in brackets."""
    made = fact("execution_rate", 1, "rate", "executed_amount / budget_amount")
    assert EN.formula(made, MONEY) == (
        "Budget execution rate = Executed ÷ Budget = 28.1955 ÷ 37.8092 (CNY million)"
    )


def test_numbers_are_left_out_where_one_is_missing():
    """A formula over what is not there is still told in words."""
    less = MONEY | facts(fact("budget_amount", pd.NA))
    made = fact("execution_rate", pd.NA, "rate", "executed_amount / budget_amount")
    assert ZH.formula(made, less) == "预算执行率 = 实际执行金额 ÷ 预算安排"
    assert ZH.formula(made._replace(value=1), less) == "预算执行率 = 实际执行金额 ÷ 预算安排"


def test_a_sum_without_known_items_shows_no_numbers():
    """Items that the facts do not carry are not taken for nothing."""
    made = fact("received_amount", 5, "amount", "sum(funding.received_amount)")
    assert ZH.formula(made, MONEY) == "到位资金 = Σ 到位资金"


def test_a_long_sum_is_shortened():
    """The first two, the last and how many there are."""
    many = facts(*(fact(f"contracts.c{i}.amount", i * 1_000_000) for i in range(1, 10)))
    made = fact("contract_amount", 1, "amount", "sum(contracts.amount)")
    assert ZH.formula(made, many).endswith("= 1.00 + 2.00 + … + 9.00（共 9 项） 万元")


def all_formulas():
    """Each formula of formulas.yaml with the name of a fact that it makes."""
    project_level = ("execution", "headcount", "payments", "verdict", "findings", "projects")
    for frame, columns in formulas().items():
        for column, about in columns.items():
            ways = about.get("formula", {})
            for formula in ways.values() if isinstance(ways, dict) else [ways]:
                yield column if frame in project_level else f"{frame}.other.{column}", formula


@pytest.mark.parametrize(("name", "formula"), list(all_formulas()))
@pytest.mark.parametrize("lang", languages())
def test_every_formula_of_the_catalogue_can_be_spelled(lang, name, formula):
    """In words, in both languages, without a single fact at hand."""
    said = Words(lang).formula(fact(name, 1, "amount", formula), {})
    assert " = " in said
    assert "_" not in said


# --- sentences -----------------------------------------------------------------------------

SUMMARY = MONEY | facts(
    fact("execution_rate", Fraction(281955, 378092), "rate", "executed_amount / budget_amount"),
    fact("name", Text("后勤服务", "Support services"), "text"),
    fact("verdict", "basically_normal", "text"), fact("stated_verdict", "normal", "text"),
)  # fmt: skip


def test_a_figure_leads_to_its_origin():
    """A computed figure is a link to its fact, with its formula as the title."""
    said = ZH.say("summary", "money", SUMMARY)
    assert (
        '<a class="fact" href="#fact-execution_rate" title="预算执行率 = 实际执行金额 ÷ 预算安排 = '
        '2,819.55 ÷ 3,780.92 万元">74.57%</a>'
    ) in said
    assert said.startswith("<p>预算 3,780.92 万元，")
    assert ZH.plain("summary", "money", SUMMARY) == (
        "预算 3,780.92 万元，实际执行 2,819.55 万元，预算执行率 74.57%，同期时间进度 66.67%。"
    )


def test_titles_are_headings():
    """The report's title is the page's only h1; sections are h2."""
    assert ZH.say("summary", "title", SUMMARY) == "<h1>后勤服务绩效跟踪评价报告</h1>\n"
    assert EN.say("overview", "title", SUMMARY) == "<h2>Overview</h2>\n"


def test_choices_are_said_in_words():
    """In bold right beside Chinese letters, and without a capital within an English sentence."""
    assert "本项目<strong>运行基本正常</strong>；" in ZH.say("summary", "verdict_differs", SUMMARY)
    assert "the project is <strong>running basically normally</strong>;" in EN.say(
        "summary", "verdict_differs", SUMMARY
    )


def test_a_missing_figure_is_an_error():
    """With the file, the variant and the hole; no blank ever reaches a reader."""
    for given_facts in (MONEY, SUMMARY | facts(fact("execution_rate", pd.NA, "rate"))):
        with pytest.raises(KeyError, match=r"text/zh/summary.md, money: \{execution_rate\}"):
            ZH.say("summary", "money", given_facts)
    with pytest.raises(KeyError, match=r"text/en/summary.md has no variant 'moony'; it has title"):
        EN.say("summary", "moony", MONEY)


def test_sayings_within_a_saying():
    """As a list of points, or one after the other with the language's own signs."""
    steps = [("step_only", {"name": Text("申请", "Request")}), ("step_only", {"name": "<i>"})]
    extra = {"step_count": 2, "steps": steps}
    assert ZH.plain(
        "payments", "steps", {}, extra
    ) == "资金拨付经过 2 个环节：申请；&lt;i&gt;。".replace("&lt;i&gt;", "<i>")
    assert "Request; &lt;i&gt;." in EN.say("payments", "steps", {}, extra)
    items = {"items": [("item", {"name": "a"}), ("item", {"name": "<b>"})]}
    assert ZH.say("outputs", "not_due", {}, items) == (
        "<p>尚未到期的：</p>\n<ul>\n<li>a</li>\n<li>&lt;b&gt;</li>\n</ul>\n"
    )
    assert ZH.plain("outputs", "not_due", {}, items) == "尚未到期的：\n\n- a\n- <b>"


def test_a_value_may_bring_its_unit():
    """A pair of value and unit, as findings hand them over."""
    extra = {"name": ("满意度", "text"), "operator": ("operator.>=", "term"),
             "target": (90, "%"), "value": (Fraction("97.44"), "分")}  # fmt: skip
    assert ZH.plain("outputs", "values", {}, extra) == "满意度：目标不低于 90%，所报 97.44 分"


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("hostile", HOSTILE)
def test_texts_of_a_project_stay_texts(lang, hostile):
    """Whatever a name holds, a reader sees just that: no tag, no link, no hole, no formula."""
    named = SUMMARY | facts(fact("name", Text(hostile, hostile), "text"))
    words = Words(lang)
    page = Reader(words.say("summary", "title", named))
    assert page.tags == ["h1"]
    assert hostile in page.text
    assert hostile in words.plain("summary", "title", named)
    labelled = named | facts(fact("lines.u.name", Text(hostile, hostile), "text"))
    made = fact("lines.u.line_gap", 1, "amount", "declared_amount - declared_amount")
    extra = {"name": "n", "declared_amount": 1, "recomputed_amount": 1, "line_gap": made}
    page = Reader(words.say("headcount", "line_above", labelled | facts(made), extra))
    assert page.tags == ["p", "a"]
    assert [name for name, _ in page.attributes] == ["class", "href", "title"]
    assert hostile in dict(page.attributes)["title"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_prose_makes_no_request_and_runs_nothing(hostile):
    """A project's own prose is Markdown without HTML, images and links."""
    page = Reader(prose(f"para {hostile}\n\n# {hostile}\n\n- {hostile}\n\n[a]: http://x\n\n[a]"))
    assert not {"script", "img", "a", "iframe"} & set(page.tags)
    assert page.attributes == []
    assert "http://x" in page.text


def test_headings_of_prose_move_down():
    """The highest to the level asked for, the others after it, none beyond h6."""
    page = ZH.prose("# a\n\n### b\n\n###### c", level=4)
    assert re.findall(r"<(h\d)>", page) == ["h4", "h6", "h6"]


def test_unseen_characters_are_left_out():
    """Nothing from a file steers a terminal or turns a line around."""
    named = SUMMARY | facts(fact("name", "a\x1b[2Jb\u202ec\x00", "text"))
    assert ZH.plain("summary", "title", named) == "a[2Jbc绩效跟踪评价报告"
