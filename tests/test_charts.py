"""Charts: what is drawn equals the frames, labels fit, the same figure gives the same bytes."""

import importlib
import os
import subprocess
import sys
import warnings
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from io import BytesIO
from itertools import pairwise

import matplotlib
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from matplotlib.container import BarContainer
from matplotlib.dates import date2num
from matplotlib.patches import Rectangle
from matplotlib.text import Text as Label
from PIL import Image

from evalkit import framework
from evalkit.charts import look
from evalkit.charts.figure import chart_of, drawn, topics
from evalkit.charts.lettering import ELLIPSIS, text_width, wrapped
from evalkit.evaluate import checked, evaluate, evaluate_all, score, tried
from evalkit.model import SEVERITIES, Text
from evalkit.params import load
from evalkit.sentences import languages
from evalkit.tables.catalogue import tabulators
from evalkit.words import Words
from tests.samples import (
    FRAMEWORK,
    PARAMS,
    REFERENCE,
    ROOT,
    SECOND,
    day,
    inputs_with,
    of,
    portfolios,
    scored_with,
)

TOPICS = [
    "disbursement", "earned_value", "execution", "findings", "headcount", "indicators", "outputs",
    "sensitivity", "years",
]  # fmt: skip
LONG = Text(
    "特别长的名称，用来检验标签在图中会不会被截断或者互相重叠（含括号说明及若干补充文字）" * 2,
    "An extraordinarily long name that has to be wrapped over several lines (with a remark)",
)
WORD = Text("Donaudampfschifffahrtsgesellschaftskapitän" * 2, "Donaudampfschifffahrts" * 4)
LARGEST = 32_000  # bytes of one chart of the shipped projects


#: The one shipped project that has what a chart shows; all others are drawn of two projects.
CLINICS = "clinics-2023"
ONLY = {"sensitivity": CLINICS}


@cache
def evaluation_of(name):
    """A shipped project, evaluated; the one under a framework with points also tried."""
    inputs = load([str(PARAMS / f"{name}.yaml")])
    if name == CLINICS:
        return evaluate_all(inputs, is_tried=True)["evaluation-2020"]
    return evaluate(inputs, FRAMEWORK)


def project_of(topic):
    """The project that a chart is drawn of."""
    return ONLY.get(topic, REFERENCE)


def words_of(name, lang):
    """Words in the units of a shipped project."""
    about = evaluation_of(name).inputs.projects.loc[name]
    return Words(lang, about["amount_unit"], about["unit_cost_unit"])


def plot(topic, evaluation, project="p", words=None, **given_):
    """The axes of one chart."""
    module = importlib.import_module(f"evalkit.charts.{topic}")
    return getattr(module, f"plot_{topic}")(
        evaluation, project, words or Words("zh", "元"), **given_
    )


@cache
def reference(topic, lang="zh"):
    """The axes of a chart of the reference project."""
    project = project_of(topic)
    return plot(topic, evaluation_of(project), project, words_of(project, lang))


def bars(ax, label):
    """The bars of one name: where they start, and how long they are."""
    found = next(c for c in ax.containers if isinstance(c, BarContainer) and c.get_label() == label)
    return [(bar.get_x(), bar.get_width()) for bar in found]


def lines(ax, label):
    """The points of the lines of one name."""
    return [
        list(zip(*line.get_data(), strict=True)) for line in ax.lines if line.get_label() == label
    ]


def texts(ax):
    """Every text that the figure shows."""
    return [
        each for each in ax.figure.findobj(Label) if each.get_visible() and each.get_text().strip()
    ]


def assert_fits(ax):
    """No text leaves the figure, no two texts lie on one another, and there is room to draw."""
    assert ax.get_position().width * ax.figure.get_size_inches()[0] * 72 >= 50
    with look.style():
        ax.figure.canvas.draw()
    whole = ax.figure.bbox
    boxes = [(each.get_text(), each.get_window_extent()) for each in texts(ax)]
    for text, box in boxes:
        assert box.x0 >= whole.x0 - 1 and box.x1 <= whole.x1 + 1, f"cut sideways: {text}"
        assert box.y0 >= whole.y0 - 1 and box.y1 <= whole.y1 + 1, f"cut above or below: {text}"
    for place, (text, box) in enumerate(boxes):
        for other, second in boxes[:place]:
            wide = min(box.x1, second.x1) - max(box.x0, second.x0)
            high = min(box.y1, second.y1) - max(box.y0, second.y0)
            # Boxes of lines below each other touch; letters that overlap share more than that.
            assert wide <= 1 or high <= 0.3 * min(box.height, second.height), f"{text} on {other}"


def test_the_folder_holds_the_charts():
    """A chart is found because its file is there; each has a module, a caption and data."""
    assert topics() == TOPICS
    for topic in TOPICS:
        data = importlib.import_module(f"evalkit.charts.{topic}").DATA
        assert data and all(each in tabulators().values() for each in data)


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("project", [REFERENCE, SECOND])
@pytest.mark.parametrize("topic", TOPICS)
def test_every_chart_is_fit_to_publish(topic, project, lang):
    """In each language: all glyphs there, nothing cut, nothing overlapping, small enough."""
    project = ONLY.get(topic, project)
    evaluation, words = evaluation_of(project), words_of(project, lang)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chart = chart_of(topic, evaluation, project, words)
    if (topic, project) == ("years", SECOND):
        assert chart is None  # one year is no comparison
        return
    assert chart.caption and chart.alt and len(chart.png) <= LARGEST
    with Image.open(BytesIO(chart.png)) as image:
        assert image.width == look.PIXELS == 2 * look.SHOWN
        assert "Software" not in image.info and image.mode == "P"
    assert_fits(plot(topic, evaluation, project, words))


@pytest.mark.parametrize("topic", TOPICS)
def test_the_same_figure_gives_the_same_bytes(topic):
    """Drawn twice, a chart is the same file."""
    project = project_of(topic)
    again = plot(topic, evaluation_of(project), project, words_of(project, "zh"))
    assert drawn(again.figure).tobytes() == drawn(reference(topic).figure).tobytes()


def test_bytes_do_not_depend_on_the_process():
    """Another process with another hash seed, time zone and folder draws the same bytes."""
    code = (
        "import hashlib; from tests.test_charts import reference, drawn;"
        "print(hashlib.sha256(drawn(reference('headcount').figure).tobytes()).hexdigest())"
    )
    found = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai")):
        set_ = {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT), "MPLBACKEND": "svg"}
        made = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | set_, capture_output=True, check=True
        )
        found.add(made.stdout)
    assert len(found) == 1


def test_drawing_leaves_no_state():
    """No pyplot figure is left open, and the settings are what they were."""
    before = dict(matplotlib.rcParams)
    plot("execution", evaluation_of(REFERENCE), REFERENCE)
    assert dict(matplotlib.rcParams) == before
    if "matplotlib.pyplot" in sys.modules:
        assert not sys.modules["matplotlib.pyplot"].get_fignums()


def test_charts_speak_chinese():
    """Names, terms and dates of the project stand in the chart."""
    shown = {each.get_text() for each in texts(reference("execution"))}
    assert {"实际执行金额", "2,819.55 万元", "跟踪时点 2018年8月31日"} <= shown
    shown = {each.get_text() for each in texts(reference("indicators"))}
    assert {"A111", "好", "较好", "无法评价", "A 投入"} <= shown


def test_a_missing_glyph_is_an_error():
    """A letter that no font has stops the chart instead of becoming a box."""
    scored = scored_with(steps=[of("s", name=Text("\U00012345", "x"))])
    with pytest.raises(UserWarning, match="missing"):
        plot("disbursement", scored)


def test_markup_in_names_is_drawn_as_text():
    """Dollar signs and backslashes are no formulas."""
    ax = plot("disbursement", scored_with(steps=[of("s", name=Text(r"$x_1$ \frac", ""))]))
    assert r"1 $x_1$ \frac" in {each.get_text() for each in texts(ax)}
    assert drawn(ax.figure).size


SCHEDULE = {
    "contracts": [of("c", amount=900)],
    "instalments": [
        of("i", contract="c", due_on=day("2018-03-31"), stated_amount=400),
        of("j", contract="c", due_on=day("2018-10-31"), stated_amount=500),
    ],
    "payments": [
        of("x", paid_on=day("2018-04-10"), amount=100, instalment="i"),
        of("y", paid_on=day("2018-05-10"), amount=300, instalment="i"),
        of("z", paid_on=day("2018-09-10"), amount=500, instalment="j"),
    ],
}


def test_execution_draws_the_frames():
    """By hand: payments and plan as steps, the budget as a slope, ceilings, the date."""
    ax = plot("execution", scored_with(**SCHEDULE))
    days = {name: date2num(day(name)) for name in (
        "2018-01-01", "2018-03-31", "2018-04-10", "2018-05-10", "2018-08-31", "2018-10-31",
        "2018-12-31",
    )}  # fmt: skip
    start, end = days["2018-01-01"], days["2018-12-31"]
    assert lines(ax, "executed_amount") == [
        [
            (start, 0),
            (days["2018-04-10"], 100),
            (days["2018-05-10"], 400),
            (days["2018-08-31"], 400),
        ]
    ]
    assert lines(ax, "planned_amount") == [
        [(start, 0), (days["2018-03-31"], 400), (days["2018-10-31"], 900), (end, 900)]
    ]
    assert lines(ax, "calendar_amount") == [[(start, 0), (end, 1000)]]
    assert lines(ax, "contract_amount") == [[(start, 900), (end, 900)]]
    assert lines(ax, "budget_amount") == [[(start, 1000), (end, 1000)]]
    assert lines(ax, "as_of")[0][0][0] == days["2018-08-31"]


def test_what_is_withheld_comes_at_the_end():
    """A withheld share is planned for its release; without a date, for the end of the period."""
    line = of("fee", name=LONG, group="other", declared_amount=100, base=[])
    held = SCHEDULE["instalments"][1] | {
        "withheld_rate": FRAMEWORK.settings["likelihood"]["certain"], "withheld_of": "fee",
    }  # fmt: skip
    ax = plot("execution", scored_with(**SCHEDULE | {"instalments": [held]}, lines=[line]))
    (points,) = lines(ax, "planned_amount")
    assert [money for _, money in points] == [0, 405, 500]
    assert points[-1][0] == date2num(day("2018-12-31"))


def test_headcount_draws_the_frames():
    """Bars start where the line above ends; marks stand where the recomputed amount would end."""
    scored = scored_with(lines=[
        of("a", name=LONG, group="goods", declared_amount=300, quantity=3, unit_cost_amount=100,
           base=[]),
        of("b", name=WORD, group="other", declared_amount=50, quantity=1, unit_cost_amount=60,
           base=[]),
    ])  # fmt: skip
    ax = plot("headcount", scored)
    assert bars(ax, "declared_amount") == [(0, 300), (300, 50), (0, 350)]
    assert [points[0][0] for points in lines(ax, "recomputed_amount")] == [300, 360, 360]
    assert "=" in {each.get_text() for each in texts(ax)}


def test_years_draw_the_frames():
    """The budget is an open bar, the execution a full one; a year to date says so."""
    ax = plot("years", scored_with(
        {"stated_executed_amount": 250},
        prior_years=[of("2017", year_budget_amount=800, year_executed_amount=600)],
    ))  # fmt: skip
    assert bars(ax, "year_budget_amount") == [(0, 800), (0, 1000)]
    assert bars(ax, "year_executed_amount") == [(0, 600), (0, 250)]
    assert {"75.00%", "25.00%", "截至跟踪时点"} <= {each.get_text() for each in texts(ax)}


def test_outputs_draw_the_frames():
    """A rate is a bar, a plan a mark; what is missing is said and is no bar of zero."""
    scored = scored_with(outputs=[
        of("a", name=LONG, kind="output", operator=">=", target=4, target_unit="人", actual=1,
           actual_unit="人", planned=2, planned_unit="人", covers=[]),
        of("b", name=WORD, kind="outcome", operator=">=", target=4, target_unit="人",
           actual_text=Text("活动", "activity"), covers=[]),
        of("c", name=WORD, kind="output", operator=">=", target=1, target_unit="人", actual=9,
           actual_unit="人", covers=[]),
    ])  # fmt: skip
    ax = plot("outputs", scored)
    assert bars(ax, "completion_rate") == [(0, 0.25), (0, 9)]
    assert [points[0][0] for points in lines(ax, "planned_completion_rate")] == [0.5]
    assert ax.get_xlim() == (0, 1.5)  # a bar that goes on is cut, and its figure stands beside it
    shown = {each.get_text() for each in texts(ax)}
    assert {"无实际值", "900.00%", "/"} <= shown


EARNED = {
    "contracts": [of("c", amount=900, stated_delivered_amount=450)],
    "instalments": [
        of("i", contract="c", due_on=day("2018-03-31"), stated_amount=300),
        of("j", contract="c", due_on=day("2018-10-31"), stated_amount=600),
    ],
    "payments": [of("x", paid_on=day("2018-03-31"), amount=600, instalment="i")],
}


def test_earned_value_draws_the_frames():
    """By hand: EV 450, PV 300, AC 600 of 900; CPI 3/4, SPI 3/2; 1,200, 1,050 and 1,000."""
    ax = plot("earned_value", scored_with(**EARNED))
    measures = {
        "planned_value": 300, "earned_value": 450, "actual_cost": 600, "estimate_by_cost": 1200,
        "estimate_by_plan": 1050, "estimate_by_both": 1000,
    }  # fmt: skip
    for name, length in measures.items():
        assert bars(ax, f"{name}_amount") == [(0, length)]
    assert {x for x, _ in lines(ax, "completion_budget_amount")[0]} == {900}
    looks = [bar.get_facecolor() for each in ax.containers[:3] for bar in each]
    assert len(set(looks)) == 3


def test_what_of_earned_value_is_not_known_has_no_bar():
    """Without a plan there is neither PV nor the estimate by both; their figures are missing."""
    ax = plot("earned_value", scored_with(**EARNED | {"instalments": []}))
    names = {each.get_label() for each in ax.containers}
    assert names == {
        f"{name}_amount"
        for name in ("earned_value", "actual_cost", "estimate_by_cost", "estimate_by_plan")
    }
    assert [each.get_text() for each in texts(ax)].count("—") == 2


def test_sensitivity_draws_the_frames():
    """Each bar goes from the total to that of the moved assumption; the strongest come first."""
    ax, evaluation = reference("sensitivity"), evaluation_of(CLINICS)
    total = float(evaluation.totals.at[CLINICS, "rebased_score"])
    assert [points[0][0] for points in lines(ax, "rebased_score")] == [total]
    table = evaluation.sensitivity.loc[CLINICS]
    strongest = max(row["effect"] for _, row in table.iterrows() if pd.notna(row["down_score"]))
    [first] = [row for _, row in table.iterrows() if row["effect"] == strongest][:1]
    start, length = bars(ax, "down_score")[0]
    assert start + length == pytest.approx(float(first["down_score"]))
    assert len(bars(ax, "up_score")) == 6


@pytest.mark.parametrize("lang", languages())
def test_findings_draw_a_mark_each(lang):
    """As many marks of each severity as findings, in a row of one section, none on another."""
    ax = reference("findings", lang)
    marks = {severity: lines(ax, severity)[0] for severity in ("error", "warning", "note")}
    assert {severity: len(points) for severity, points in marks.items()} == {
        "error": 30, "warning": 16, "note": 4,
    }  # fmt: skip
    places = [point for points in marks.values() for point in points]
    assert len(set(places)) == 50
    counts = pd.Series([y for _, y in places]).value_counts(sort=False)
    shown = [each.get_text() for each in texts(ax) if each.get_text().isdigit()]
    assert sorted(shown, key=int) == [str(number) for number in sorted(counts)]
    assert all(x < ax.get_xlim()[1] for x, _ in places)


def test_a_severity_has_one_colour_on_the_page_and_in_the_chart():
    """Errors in the red of their tag, in squares; each severity has a form of its own for grey."""
    css = (files("evalkit") / "template" / "evalkit.css").read_text("utf-8")
    ax = reference("findings")
    drawn = {line.get_label(): line for line in ax.lines if line.get_label() in SEVERITIES}
    assert drawn["error"].get_color() == look.BAD
    assert f"--bad: {look.BAD};" in css and f"--accent: {look.MAIN};" in css
    assert drawn["note"].get_color() == look.MAIN
    assert len({drawn[each].get_marker() for each in SEVERITIES}) == 3
    assert {each: drawn[each].get_markerfacecolor() == look.PAPER for each in SEVERITIES} == {
        "error": False, "warning": False, "note": True,
    }  # fmt: skip


def test_many_findings_of_one_section_still_fit():
    """A hundred marks in a row are smaller, and stay within the axes."""
    rows = [{"project_id": "p", "item": str(n), "kind": "mobile", "where": f"x.yaml:{n}"}
            for n in range(1, 101)]  # fmt: skip
    inputs = inputs_with({}, masked=rows)
    ax = plot("findings", evaluate(inputs, FRAMEWORK))
    [points] = lines(ax, "error")
    assert len(points) == 100
    assert max(x for x, _ in points) < ax.get_xlim()[1]
    assert_fits(ax)


def test_indicators_draw_a_cell_each():
    """Twenty cells in the order of the framework; graded ones are filled."""
    ax = reference("indicators")
    cells = {patch.get_gid(): patch for patch in ax.patches if isinstance(patch, Rectangle)}
    assert list(cells) == list(FRAMEWORK.indicators.index)
    white = (1.0, 1.0, 1.0, 1.0)
    assert [code for code, cell in cells.items() if cell.get_facecolor() == white] == [
        "B113", "B122", "B213", "C11", "C12", "C13",
    ]  # fmt: skip


def test_disbursement_draws_a_box_each():
    """One box a step in order, joined by arrows."""
    steps = [of(f"s{n}", name=Text(f"步骤{n}", f"step {n}")) for n in range(5)]
    ax = plot("disbursement", scored_with(steps=steps))
    boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [box.get_gid() for box in boxes] == ["s0", "s1", "s2", "s3", "s4"]
    assert len(ax.patches) == 9


@cache
def crowd(count):
    """A project with many items, long names, huge, tiny, zero and missing values."""
    names = [LONG, WORD, Text("短名", "Short"), Text("中等长度的名称", "A name of middle length")]
    at = [names[n % 4] for n in range(count)]
    huge = [10**14, 0, 5 * 10**9, 123_456_789]
    return scored_with(
        {"initial_amount": 10**15, "as_of": day("2018-01-05")},
        lines=[of(f"l{n}", name=at[n], group=["labour", "goods"][n % 2], quantity=n, base=[],
                  declared_amount=huge[n % 4], unit_cost_amount=10**12) for n in range(count)],
        outputs=[of(f"o{n}", name=at[n], kind=["output", "outcome"][n % 2], operator=">=",
                    target=[100, 0, 3][n % 3], target_unit="%", actual=10 ** min(n, 12),
                    actual_unit="%", covers=[]) for n in range(count)],
        steps=[of(f"s{n}", name=at[n], party=at[n - 1]) for n in range(count)],
        prior_years=[of(str(1990 + n), year_budget_amount=huge[n % 4], year_executed_amount=n)
                     for n in range(count)],
        payments=[of(f"p{n}", paid_on=day("2018-01-02"), amount=huge[n % 4]) for n in range(count)],
        contracts=[of(f"c{n}", amount=huge[n % 4]) for n in range(count)],
    )  # fmt: skip


@cache
def crowd_of_points(count):
    """A project with points for many items that share them in equal, that is assumed, parts."""
    names = [LONG, WORD, Text("短名", "Short"), Text("中等长度的名称", "A name of middle length")]
    reached = {"target": 100, "target_unit": "%", "actual_unit": "%", "operator": ">="}
    outputs = [of(f"o{n}", name=names[n % 4], dimension=["quantity", "social"][n % 2],
                  actual=100 - 3 * n, **reached) for n in range(count + 2)]  # fmt: skip
    outputs.append(of("s", name=LONG, dimension="satisfaction", actual=70, **reached))
    form = framework.load("self-evaluation-2020")
    project = {"framework": form.id, "stated_executed_amount": 900}
    return tried(score(inputs_with(project, outputs=outputs), form))


@cache
def crowd_of_findings(count):
    """The project with many items, with what the checks find in it."""
    return checked(crowd(count))


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("count", [1, 25])
@pytest.mark.parametrize("topic", TOPICS)
def test_labels_fit_with_one_item_and_with_many(topic, count, lang):
    """Long names wrap, huge figures have their column, and ticks leave each other room."""
    crowded = {"sensitivity": crowd_of_points, "findings": crowd_of_findings}.get(topic, crowd)
    for unit in ("元", "亿元"):
        assert_fits(plot(topic, crowded(count), words=Words(lang, unit)))


@settings(max_examples=4, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(portfolios(size=2))
def test_charts_of_any_project_can_be_drawn(inputs):
    """Whatever a project has or lacks, each chart is drawn or left out."""
    scored = score(inputs, FRAMEWORK)
    for project in scored.project_ids:
        for topic in TOPICS:
            ax = plot(topic, scored, project, Words("en", "元"))
            assert ax is None or drawn(ax.figure).size


def test_a_project_without_posts_or_plans_has_the_charts_it_can_fill():
    """Nothing to draw is no chart, not an empty frame."""
    scored = scored_with()
    drawn = {topic for topic in TOPICS if plot(topic, scored) is not None}
    assert drawn == {"execution", "indicators"}
    nothing = scored_with({"initial_amount": 0})
    assert plot("execution", nothing) is None


def test_a_chart_can_be_drawn_on_given_axes():
    """Who explores can put a chart into a figure of their own."""
    from matplotlib.figure import Figure

    for topic in TOPICS:
        ax = Figure().add_subplot()
        project = project_of(topic)
        assert plot(topic, evaluation_of(project), project, ax=ax) is ax


class Shown(HTMLParser):
    """The tags of a chart's HTML with their attributes."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_a_chart_shows_itself_with_its_data():
    """Image with text alternative and size, caption, and the tables behind it; no id twice."""
    chart = chart_of("headcount", evaluation_of(REFERENCE), REFERENCE, words_of(REFERENCE, "zh"))
    tags = Shown(chart._repr_html_()).tags
    names = [name for name, _ in tags]
    assert names[:3] == ["figure", "img", "figcaption"] and "details" in names and "table" in names
    image = tags[1][1]
    assert image["src"].startswith("data:image/png;base64,")
    assert image["alt"] == chart.alt and image["width"] == str(look.SHOWN)
    assert int(image["height"]) == chart.height
    assert not any("id" in attrs for _, attrs in tags)


def test_colours_stay_apart_in_grey():
    """The inks that tell series apart differ in lightness, so a grey print tells them too."""

    def lightness(colour):
        red, green, blue = (
            value / 255 for value in Image.new("RGB", (1, 1), colour).getpixel((0, 0))
        )
        return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2

    scale = sorted(map(lightness, (look.INK, look.MAIN, look.WARM, look.RULE, look.PAPER)))
    assert all(b - a > 0.02 for a, b in pairwise(scale))
    for ink in (look.INK, look.SOFT, look.MAIN, look.WARM, look.BAD):
        assert 1.05 / (lightness(ink) + 0.05) >= 4.5  # contrast on paper


def test_lines_break_where_a_reader_would():
    """No line starts with a closing mark or ends with an opening one; words stay whole."""
    text = "截至跟踪时点，预算执行率（含调整）为74.57%，符合计划。"
    for width in range(60, 200, 7):
        for line in wrapped(text, width, 10).split("\n"):
            assert line[0] not in "，。（）" or line[0] == "（"
            assert line[-1] != "（" and text_width(line, 10) <= width
            assert "74.5" not in line or "74.57%" in line
    assert wrapped("one two three", text_width("one two", 10), 10) == "one two\nthree"
    assert wrapped("长" * 50, 60, 10, most=2).endswith(ELLIPSIS)


def test_the_font_can_be_chosen(monkeypatch):
    """``EVALKIT_FONT`` names the file of another font, which is then the first choice."""
    look.family.cache_clear()
    path = look._bundled().replace("Sans", "Serif")
    monkeypatch.setenv("EVALKIT_FONT", path)
    assert look.family()[0] == "Noto Serif SC"
    look.family.cache_clear()
    monkeypatch.delenv("EVALKIT_FONT")
    assert look.family()[0] == "Noto Sans SC"


def test_no_font_at_all_is_told(monkeypatch):
    """Without any Chinese font there is a message with what to do, never a page of boxes."""
    look.family.cache_clear()
    monkeypatch.setattr(look, "_bundled", lambda: "")
    monkeypatch.setattr(look, "SYSTEM_FONTS", ())
    monkeypatch.delenv("EVALKIT_FONT", raising=False)
    with pytest.raises(LookupError, match="EVALKIT_FONT"):
        look.family()
    look.family.cache_clear()


def test_inputs_of_small_projects_are_units_of_fen():
    """The hand-made numbers above are fen: a budget of 1,000 is printed as 10 yuan."""
    scored = scored_with()
    assert (
        Words("zh", "元").figure(scored.execution.at["p", "budget_amount"], "amount") == "10.00 元"
    )
    assert inputs_with().projects.at["p", "initial_amount"] == 1000
