"""The page of many projects and the files beside it: whole, safe, small, the same each time."""

import csv
import hashlib
import importlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import openpyxl
import pandas as pd
import pytest
from matplotlib.container import BarContainer
from matplotlib.patches import Rectangle
from matplotlib.text import Text as Label

from evalkit import portfolio_delivery
from evalkit.charts import look
from evalkit.charts.portfolio.authorities import plot_authorities
from evalkit.charts.portfolio.chart import portfolio_chart, portfolio_topics
from evalkit.charts.portfolio.fields import draw_fields
from evalkit.charts.portfolio.lights import plot_lights
from evalkit.charts.portfolio.rates import plot_rates
from evalkit.delivery import Recipe
from evalkit.errors import ReportFailed
from evalkit.narrative.portfolio import MOST_AUTHORITIES, MOST_DRAWN
from evalkit.page import LARGEST, Outline
from evalkit.portfolio_delivery import deliver_portfolio, folder_of
from evalkit.portfolio_files import for_parquet, table_of
from evalkit.portfolio_report import PortfolioReport, open_portfolio, words_for
from evalkit.sentences import languages, variants
from evalkit.summaries import load_summaries
from evalkit.survey import survey
from evalkit.tables.portfolio import portfolio_tabulators
from evalkit.tables.portfolio.projects import tabulate_projects, tabulate_visits
from evalkit.tables.portfolio.totals import tabulate_authorities
from evalkit.tables.portfolio.views import Views
from evalkit.words import Words
from tests.portfolio_folders import POINTS, seven, write_batch, write_project

HOSTILE = '<script>alert(1)</script> {{ 7*7 }} {budget_amount} & "q"'
FORMULA = '=HYPERLINK("x","y")'
MADE = [
    "facts.csv", "findings.csv", "manifest.json", "portfolio.en.html", "portfolio.en.ipynb",
    "portfolio.json", "portfolio.zh.html", "portfolio.zh.ipynb", "projects.csv", "projects.xlsx",
]  # fmt: skip


@pytest.fixture(scope="module")
def delivered_seven(tmp_path_factory):
    """The seven projects with their portfolio, in every language."""
    out = seven(tmp_path_factory.mktemp("seven"))
    deliver_portfolio(out, ["zh", "en"])
    return out


def page_of(out, lang):
    """The page of a language."""
    return (out / "portfolio" / f"portfolio.{lang}.html").read_text("utf-8")


def known(out):
    """All that is known of the projects of a folder."""
    return survey(load_summaries(out))


def many(out, count, lights=("normal", "remind", "correct")):
    """So many projects that differ in budget, rate and light."""
    for n in range(count):
        is_scored = n % 4 == 0
        verdict = {} if is_scored else {"verdict": lights[n % len(lights)]}
        points = {"total_grade": "good", "rebased_score": 60 + n % 40} if is_scored else {}
        budget = 100_000 * (1 + n * n % 9973)
        write_project(
            out, f"p{n:05d}", POINTS if is_scored else "minhang-tracking-2018",
            authority=f"示范市{'经济技术开发区' * (n % 3)}第{n % 40}局" if n % 7 else None,
            budget_amount=budget, executed_amount=budget * (n % 11) // 10,
            execution_rate=Fraction(budget * (n % 11) // 10, budget),
            budget_head_amount=Fraction(5_000_000 + n * 997, 7), error_count=n % 3,
            progress_gap=Fraction(n % 50 - 40, 100), as_of="2024-06-30",
            findings=[(f"code_{n % 70}", "error", False, 1)] if n % 3 else [], pages=(), **verdict,
            **points,
        )  # fmt: skip
    return out


# --- the page --------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", languages())
def test_the_first_screen_tells_the_whole(delivered_seven, lang):
    """Number, money, rates, lights, findings, failures, and the worst with links."""
    html = page_of(delivered_seven, lang)
    screen = html.partition('<section id="totals">')[0].partition("<main")[2]
    words = words_for(known(delivered_seven), lang)
    for name in ("project_count", "budget_total_amount", "overall_execution_rate"):
        fact = known(delivered_seven).facts[name]
        assert words.fact_figure(fact) in screen
    assert screen.count('<li class="light-') == 5
    assert 'href="../b/report.' in screen and 'href="#failures"' in screen
    assert words.term("visit_reason.far_behind").lower() in screen.lower()


@pytest.mark.parametrize("lang", languages())
def test_every_section_is_there_and_numbered(delivered_seven, lang):
    """Totals, lights, visits, spread, findings, projects, failures, rules."""
    outline = Outline(page_of(delivered_seven, lang))
    titles = Words(lang).choices("portfolio_topics")
    numbered = [Words(lang).section(n, title) for n, title in enumerate(titles.values(), start=1)]
    assert [text for tag, text in outline.headings if tag == "h2"] == numbered
    assert outline.faults == []


def test_a_link_leads_to_a_report_that_is_there(delivered_seven):
    """In the reader's language if there is one; and no other place outside of the page."""
    for lang in languages():
        outside = {each for each in Outline(page_of(delivered_seven, lang)).links
                   if not each.startswith("#")}  # fmt: skip
        folder = delivered_seven / "portfolio"
        assert all((folder / each).is_file() for each in outside)
        assert "../d/report.zh.html" in outside  # there is no English one
        assert not any("/e/" in each or "/f/" in each for each in outside)


def test_an_empty_folder_has_a_page_that_says_so(tmp_path):
    """It is no failure to have nothing yet."""
    deliver_portfolio(tmp_path, ["zh", "en"])
    for lang in languages():
        html = page_of(tmp_path, lang)
        assert variants(lang, "portfolio")["empty"] in html
        assert "<img" not in html and 'id="failures"' not in html


def test_failures_alone_have_a_page(tmp_path):
    """They are listed with what is known of them."""
    write_batch(tmp_path, ("x", "no such figure"))
    deliver_portfolio(tmp_path, ["en"])
    html = page_of(tmp_path, "en")
    assert "no such figure" in html and variants("en", "portfolio")["nothing_known"] in html


def test_hostile_names_and_errors_are_shown_as_text(tmp_path):
    """Markup in a name or in what an error says does nothing."""
    write_project(tmp_path, "a", name=HOSTILE, verdict="correct", budget_amount=100)
    write_batch(tmp_path, ("<b>x</b>", HOSTILE))
    deliver_portfolio(tmp_path, ["zh"])
    html = page_of(tmp_path, "zh")
    assert Outline(html).faults == [] and "<script" not in html and "<b>x" not in html
    assert html.count("&lt;script&gt;") >= 3


def test_unknown_frameworks_verdicts_and_checks_have_their_ids(tmp_path):
    """A local framework, a verdict without a name, a check of another version: all are shown."""
    write_project(tmp_path, "a", "own-framework", verdict="own_verdict", budget_amount=100,
                  findings=[("own_check", "note", False, 1)])  # fmt: skip
    write_project(tmp_path, "b", "own-framework", total_grade="own_grade", rebased_score=50)
    deliver_portfolio(tmp_path, ["zh", "en"])
    for each in ("own-framework", "own_verdict", "own_grade", "own_check"):
        assert each in page_of(tmp_path, "en"), each


def test_a_project_may_be_called_portfolio(tmp_path):
    """Its results and those of the whole do not meet."""
    write_project(tmp_path, "portfolio", verdict="normal")
    made = deliver_portfolio(tmp_path, ["en"])
    assert folder_of(tmp_path) == tmp_path / "portfolio_"
    assert {each.parent.name for each in made} == {"portfolio_"}
    assert list(known(tmp_path).projects.index) == ["portfolio"]


# --- tables and charts -----------------------------------------------------------------------


@pytest.mark.parametrize("lang", languages())
def test_every_table_can_be_drawn(delivered_seven, lang):
    """None has holes; each has a caption and headings."""
    portfolio = known(delivered_seven)
    for name, tabulate in portfolio_tabulators().items():
        made = tabulate(portfolio, words_for(portfolio, lang))
        tables = made.tables if isinstance(made, Views) else [made]
        for table in tables:
            assert table.caption and table.grid(), name


def test_the_list_shows_what_is_known(delivered_seven):
    """Budget in ten thousand yuan or yuan, rates in percent, results in words."""
    portfolio = known(delivered_seven)
    rows = tabulate_projects(portfolio, words_for(portfolio, "zh")).first.grid()
    assert rows[1] == [
        "1", "Project b", "存在严重问题", "运行存在严重问题", "30.00", "30.00%", "50.00%",
        "12", "2",
    ]  # fmt: skip
    assert rows[3][:4] == ["3", "Project e", "存在问题", "提醒"]
    assert rows[4][3] == "85.5 分（良）"


def test_a_long_list_shows_the_first_of_each_light_and_says_so(tmp_path):
    """Of 201 projects no more than 200 rows stand on the page, and every light has some."""
    portfolio = known(many(tmp_path, 201))
    views = tabulate_projects(portfolio, Words("zh"))
    assert sum(len(table.rows) for table in views.tables) <= 200
    kinds = [cell.kind for row in views.first.rows for cell in row]
    assert {each for each in kinds if each.startswith("light-")} == {
        f"light-{light}".replace("_", "-") for light in portfolio.lights.index
    }
    assert views.first.remark and len(tabulate_visits(portfolio, Words("zh")).rows) == 50


def test_charts_draw_the_frames(delivered_seven):
    """A bar for each light, a column for each tenth, a mark for each project with both figures."""
    portfolio = known(delivered_seven)
    words = words_for(portfolio, "zh")
    [bars] = [each for each in plot_lights(portfolio, words).containers]
    assert [bar.get_width() for bar in bars] == [1, 1, 1, 1, 1]
    ax = plot_rates(portfolio, words)
    [columns] = [each for each in ax.containers if isinstance(each, BarContainer)]
    assert [bar.get_height() for bar in columns] == [0, 0, 0, 1, 0, 0, 1, 0, 0, 1]
    [middle] = [line for line in ax.lines if line.get_label() == "middle"]
    assert middle.get_xdata()[0] == pytest.approx(6.0)  # 3/5, in tenths
    ax = draw_fields(portfolio, words, "execution_rate", None)
    marks = {line.get_label(): list(zip(*line.get_data(), strict=True)) for line in ax.lines
             if not line.get_label().startswith("_")}  # fmt: skip
    assert marks["normal"] == [(3.0, 0.6)]
    assert set(marks) == {"normal", "basically_normal", "has_serious_problems"}


def test_authorities_are_bars_beside_the_rate_of_the_whole(delivered_seven):
    """The larger budget first; who has no rate has no bar."""
    portfolio = known(delivered_seven)
    ax = plot_authorities(portfolio, words_for(portfolio, "zh"))
    [bars] = ax.containers
    assert [bar.get_width() for bar in bars] == pytest.approx([0.7, 0.6])
    [line] = [each for each in ax.lines if each.get_label() == "overall_execution_rate"]
    assert line.get_xdata()[0] == pytest.approx(11 / 16)


def _home_of(out, *rows):
    """A folder with projects of some bodies, each with its budget and what it spent."""
    for n, (body, budget, executed) in enumerate(rows):
        rate = Fraction(executed, budget)
        write_project(out, f"p{n}", authority=body, budget_amount=budget, executed_amount=executed,
                      execution_rate=rate)  # fmt: skip
    return out


@pytest.mark.parametrize("lang", languages())
def test_bodies_are_compared_where_there_are_two(tmp_path, lang):
    """The lowest and the highest rate are told where one body alone has each."""
    even = [
        ("甲局", 1000, 500),
        ("乙局", 2000, 500),
        ("甲局", 3000, 500),
    ]  # 1000 of 4000, 500 of 2000
    tied = [("甲局", 100, 10), ("乙局", 100, 10), ("丙局", 100, 90)]
    for name, rows in (("even", even), ("tied", tied)):
        report = open_portfolio(str(_home_of(tmp_path / name, *rows)), lang)
        assert "%" not in report.say("authorities").html
    uneven = _home_of(tmp_path / "uneven", *even[:1], ("乙局", 100, 25), ("丙局", 100, 90))
    told = open_portfolio(str(uneven), lang).say("authorities").html
    assert told.index("乙局") < told.index("25.00%") < told.index("丙局") < told.index("90.00%")
    alone = open_portfolio(str(_home_of(tmp_path / "alone", even[0], even[2])), lang)
    calls = (alone.say, alone.plot, alone.tabulate)
    assert [each("authorities") for each in calls] == [None, None, None]


@pytest.mark.parametrize("lang", languages())
def test_results_of_an_earlier_evalkit_name_no_body(tmp_path, lang):
    """They have a row and a bar; nobody is called the lowest or the highest for them."""
    out = _home_of(tmp_path, ("甲局", 100, 50), (None, 100, 70))
    path = out / "p1" / "summary.json"
    old = json.loads(path.read_text("utf-8"))
    for name in ("authority", "implementing_unit"):
        del old["about"][name]
    path.write_text(json.dumps(old), "utf-8")
    report = open_portfolio(str(out), lang)
    assert ">1<" in report.say("authorities").html and "70" not in report.say("authorities").html
    assert "70.00%" in report.tabulate("authorities").html
    assert report.plot("authorities") is not None


def test_the_bodies_with_the_largest_budgets_are_shown(tmp_path):
    """And it is said that there are more; those without a rate are not drawn."""
    rows = [(f"{n}局", 1000 + n, n) for n in range(MOST_AUTHORITIES + 1)]
    portfolio = known(_home_of(tmp_path / "many", *rows))
    table = tabulate_authorities(portfolio, Words("zh"))
    assert [row[0].text for row in table.rows] == [row[0] for row in reversed(rows[1:])]
    told = PortfolioReport(portfolio, Words("zh")).say("authorities").html
    assert f"{MOST_AUTHORITIES} 个" in told and f"{MOST_AUTHORITIES + 1}</strong> 个" in told
    assert f"{MOST_DRAWN} 个" in told
    [bars] = plot_authorities(portfolio, Words("zh")).containers
    assert len(bars) == MOST_DRAWN
    out = _home_of(tmp_path / "few", *rows[:2])
    for n in range(MOST_DRAWN):
        write_project(out, f"q{n}", authority=f"未执行{n}", budget_amount=10**6)
    portfolio = known(out)
    [bars] = plot_authorities(portfolio, Words("zh")).containers
    assert len(bars) == 2
    assert f"{MOST_DRAWN} 个" not in PortfolioReport(portfolio, Words("zh")).say("authorities").html


def test_many_projects_are_fields_with_their_numbers(tmp_path):
    """Above five hundred; the numbers add up to the projects."""
    portfolio = known(many(tmp_path, 501))
    ax = draw_fields(portfolio, Words("en"), "execution_rate", None)
    fields = [each for each in ax.patches if isinstance(each, Rectangle) and each.get_gid()]
    numbers = [int(text.get_text().replace(",", "")) for text in ax.texts
               if text.get_text().replace(",", "").isdigit()]  # fmt: skip
    assert len(fields) == len(numbers) and sum(numbers) == 501
    assert len({each.get_facecolor() for each in fields}) <= 3


@pytest.mark.parametrize(
    ("count", "lang"), [(5, "zh"), (5, "en"), (500, "zh"), (500, "en"), (3000, "en")]
)
def test_charts_fit_with_few_projects_and_with_many(tmp_path, count, lang):
    """Nothing is cut, nothing lies on another, and every chart is small and has words."""
    portfolio = known(many(tmp_path, count))
    for topic in portfolio_topics():
        chart = portfolio_chart(topic, portfolio, words_for(portfolio, lang))
        assert chart.alt and chart.caption and chart.data, topic
        assert len(chart.png) <= 40_000, topic
        module = importlib.import_module(f"evalkit.charts.portfolio.{topic}")
        assert_fits(getattr(module, f"plot_{topic}")(portfolio, words_for(portfolio, lang)))


def assert_fits(ax):
    """No text leaves the figure, and no two lie on one another."""
    with look.style():
        ax.figure.canvas.draw()
    whole = ax.figure.bbox
    shown = [each for each in ax.figure.findobj(Label)
             if each.get_visible() and each.get_text().strip()]  # fmt: skip
    boxes = [(each.get_text(), each.get_window_extent()) for each in shown]
    for place, (text, box) in enumerate(boxes):
        assert box.x0 >= whole.x0 - 1 and box.x1 <= whole.x1 + 1, f"cut sideways: {text}"
        assert box.y0 >= whole.y0 - 1 and box.y1 <= whole.y1 + 1, f"cut above or below: {text}"
        for other, second in boxes[:place]:
            wide = min(box.x1, second.x1) - max(box.x0, second.x0)
            high = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert wide <= 1 or high <= 0.3 * min(box.height, second.height), f"{text} on {other}"


# --- the files beside the page ---------------------------------------------------------------


def rows_of(data):
    """The rows of a CSV file by the names of its columns."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_everything_is_written_and_listed(delivered_seven):
    """The manifest comes last and holds the digest of every file; nothing else is left."""
    folder = delivered_seven / "portfolio"
    assert [each.name for each in sorted(folder.iterdir()) if each.suffix != ".parquet"] == MADE
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for name, sha in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha
    assert str(delivered_seven) not in (folder / "portfolio.zh.ipynb").read_text("utf-8")


def test_the_same_results_give_the_same_bytes(delivered_seven, tmp_path):
    """In another folder, time and process: page, workbook, tables and the key of the run.

    A process orders its sets by a seed of its own, which must not show.
    """
    out = seven(tmp_path)
    code = (
        "import sys; from pathlib import Path\n"
        "from evalkit.portfolio_delivery import deliver_portfolio\n"
        "deliver_portfolio(Path(sys.argv[1]), ['zh', 'en'])"
    )
    seed = {**os.environ, "PYTHONHASHSEED": "20180831"}
    subprocess.run([sys.executable, "-c", code, out], check=True, env=seed)
    for name in MADE:
        one, other = (each / "portfolio" / name for each in (delivered_seven, out))
        if name.endswith(".ipynb"):  # it names the folder
            continue
        if name == "manifest.json":
            keys = [json.loads(each.read_text("utf-8"))["run_key"] for each in (one, other)]
            assert keys[0] == keys[1]
            continue
        assert one.read_bytes() == other.read_bytes(), name


def test_projects_csv_is_exact(delivered_seven):
    """A row for every project, those without a report too; fractions as they are."""
    data = (delivered_seven / "portfolio" / "projects.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = {row["project"]: row for row in rows_of(data)}
    assert list(rows) == ["b", "f", "g", "c", "e", "d", "a"]
    assert rows["b"]["execution_rate"] == "3/10" and rows["b"]["budget_amount"] == "3000"
    assert rows["b"]["budget_head_amount"] == "1000/3" and rows["b"]["is_visited"] == "true"
    assert rows["b"]["progress_gap"] == "-3/10"
    assert rows["f"]["reasons"] == "no_report" and rows["f"]["budget_amount"] == ""
    assert rows["a"]["name_zh"] == "Project a" and rows["a"]["as_of"] == "2024-08-31"


def test_all_facts_stand_in_one_long_table(delivered_seven):
    """Project by project as in facts.json."""
    rows = rows_of((delivered_seven / "portfolio" / "facts.csv").read_bytes())
    mine = {row["name"]: (row["value"], row["unit"]) for row in rows if row["project"] == "b"}
    assert mine["execution_rate"] == ("3/10", "rate") and mine["rebased_score"] == ("", "points")
    assert {row["project"] for row in rows} == {"a", "b", "c", "d", "e"}


def test_findings_stand_in_a_table(delivered_seven):
    """Accepted ones are told apart."""
    rows = rows_of((delivered_seven / "portfolio" / "findings.csv").read_bytes())
    assert {"project": "a", "code": "fee_base", "severity": "error", "accepted": "true",
            "count": "1"} in rows  # fmt: skip
    assert len(rows) == 4


def test_no_text_becomes_a_formula(tmp_path):
    """Names that begin with a sign are texts in every spreadsheet."""
    write_project(tmp_path, "a", name=FORMULA, verdict="normal", error_count=-5)
    deliver_portfolio(tmp_path, ["zh"])
    [row] = rows_of((tmp_path / "portfolio" / "projects.csv").read_bytes())
    assert row["name_zh"] == f"'{FORMULA}" and row["error_count"] == "-5"
    sheet = openpyxl.load_workbook(tmp_path / "portfolio" / "projects.xlsx").active
    cell = next(each for each in sheet[2] if each.value == FORMULA)
    assert cell.data_type == "s"


def test_the_workbook_holds_numbers_to_sort_and_filter(delivered_seven):
    """Amounts in yuan, rates in percent, days; the head stays and filters."""
    sheet = openpyxl.load_workbook(delivered_seven / "portfolio" / "projects.xlsx").active
    heads = [each.value for each in sheet[1]]
    place = {head.partition("\n")[0]: n for n, head in enumerate(heads)}
    b = sheet[2]
    assert b[place["项目"]].value == "b"
    assert b[heads.index("预算安排\nBudget (元/CNY)")].value == 30
    rate = b[place["预算执行率"]]
    assert (rate.value, rate.number_format) == (0.3, "0.00%")
    assert b[place["跟踪时点"]].value.date().isoformat() == "2024-09-30"
    assert b[place["灯号"]].value == "存在严重问题 / Serious problems"
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref.startswith("A1:") and sheet.max_row == 8


def test_parquet_has_types_that_lose_nothing(delivered_seven):
    """Whole numbers are numbers, days are days; fractions stay texts."""
    table = for_parquet(table_of(known(delivered_seven)))
    assert table["budget_amount"].dtype == "Int64" and table.at["b", "budget_amount"] == 3000
    assert table.at["b", "execution_rate"] == "3/10"
    assert table["as_of"].dtype.kind == "M" and table["is_visited"].dtype == "boolean"
    assert pd.isna(table.at["f", "budget_amount"])


def test_parquet_is_written_where_it_can_be(tmp_path, monkeypatch):
    """Without pyarrow there is none, and one of an earlier run does not stay."""
    write_project(tmp_path, "a", verdict="normal", budget_amount=7)
    written = []

    def note(table, path, engine):
        written.append((path.name, engine))
        path.write_bytes(b"PAR1")

    monkeypatch.setattr(portfolio_delivery, "can_write_parquet", lambda: True)
    monkeypatch.setattr(pd.DataFrame, "to_parquet", note)
    made = deliver_portfolio(tmp_path, ["en"])
    assert written == [("projects.parquet", "pyarrow")]
    assert tmp_path / "portfolio" / "projects.parquet" in made
    monkeypatch.setattr(portfolio_delivery, "can_write_parquet", lambda: False)
    deliver_portfolio(tmp_path, ["en"], is_forced=True)
    assert (tmp_path / "portfolio" / "projects.parquet").exists()  # it holds the same results
    write_project(tmp_path, "b", verdict="remind")
    deliver_portfolio(tmp_path, ["en"])
    assert not (tmp_path / "portfolio" / "projects.parquet").exists()


def test_parquet_reads_back(delivered_seven, tmp_path):
    """What pyarrow writes is what was given."""
    pytest.importorskip("pyarrow")
    table = for_parquet(table_of(known(delivered_seven)))
    table.to_parquet(tmp_path / "p.parquet", engine="pyarrow")
    back = pd.read_parquet(tmp_path / "p.parquet")
    assert back.at["b", "execution_rate"] == "3/10" and back.at["b", "budget_amount"] == 3000


def listed_and_there(out):
    """The files that the manifest lists; each of them is there as it is listed."""
    folder = out / "portfolio"
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    for name, sha in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha, name
    return set(listed)


def test_what_is_up_to_date_is_left_alone(tmp_path, monkeypatch):
    """Until results change, a file is gone or was changed, a language is wanted, or all is."""

    def page_alone(lang, portfolio, out, stage, folder, recipe):
        for kind in ("html", "ipynb"):  # what is in them is looked at elsewhere
            (stage / f"portfolio.{lang}.{kind}").write_text(str(len(portfolio.projects)))

    monkeypatch.setattr(portfolio_delivery, "_make", page_alone)
    out = seven(tmp_path)
    assert deliver_portfolio(out, ["zh"])
    assert deliver_portfolio(out, ["zh"]) == []
    assert deliver_portfolio(out, ["zh"], is_forced=True)
    assert deliver_portfolio(out, ["en"])  # which keeps the other language listed
    assert {"portfolio.zh.html", "portfolio.en.html"} <= listed_and_there(out)
    assert deliver_portfolio(out, ["en", "zh"]) == []
    (out / "portfolio" / "projects.csv").write_text("changed", "utf-8")
    assert deliver_portfolio(out, ["en"])
    write_project(out, "a", verdict="remind")
    assert deliver_portfolio(out, ["en"])
    assert "portfolio.zh.html" not in listed_and_there(out)  # it tells of what was before
    (out / "b" / "report.zh.html").unlink()  # what a link leads to
    assert deliver_portfolio(out, ["en"])
    write_batch(out, ("f", "another reason"))
    assert deliver_portfolio(out, ["en"])
    assert deliver_portfolio(out, ["en"]) == []


def test_a_run_that_fails_leaves_the_last_results(tmp_path, monkeypatch):
    """And keeps the notebook that failed; the next run takes that away."""
    write_project(tmp_path, "a", verdict="normal")
    deliver_portfolio(tmp_path, ["zh"])
    before = page_of(tmp_path, "zh")
    write_project(tmp_path, "b", verdict="remind")
    broken = tmp_path / "broken.ipynb"
    text = portfolio_delivery.PORTFOLIO.read_text("utf-8")
    broken.write_text(text.replace("portfolio.headline()", "portfolio.headlines()"), "utf-8")
    monkeypatch.setattr(portfolio_delivery, "PORTFOLIO", broken)
    with pytest.raises(ReportFailed) as failed:
        deliver_portfolio(tmp_path, ["zh"])
    assert failed.value.project_id == "portfolio" and failed.value.ename == "AttributeError"
    assert page_of(tmp_path, "zh") == before
    assert (tmp_path / "portfolio" / "failed.zh.ipynb").is_file()
    monkeypatch.undo()
    deliver_portfolio(tmp_path, ["zh"])
    assert not (tmp_path / "portfolio" / "failed.zh.ipynb").exists()
    assert page_of(tmp_path, "zh") != before


def test_a_kernel_shows_the_same(delivered_seven, tmp_path):
    """The other engine loads the folder itself and comes to the same page."""
    out = seven(tmp_path)
    deliver_portfolio(out, ["en"], replace(Recipe(), engine="kernel"))
    assert page_of(out, "en") == page_of(delivered_seven, "en")


def test_ten_thousand_projects_are_a_page(tmp_path):
    """Half a megabyte at most, in the language that takes more room; all of them in the list."""
    out = many(tmp_path, 10_000)
    deliver_portfolio(out, ["en"])
    assert len(page_of(out, "en").encode()) <= LARGEST / 2
    assert len(rows_of((out / "portfolio" / "projects.csv").read_bytes())) == 10_000


def test_an_analyst_can_open_it(delivered_seven):
    """Every call of the notebook gives something to show, or nothing."""
    opened = open_portfolio(str(delivered_seven), "zh")
    assert "Project b" in opened.headline()._repr_html_()
    assert opened.tabulate("visits").name == "table visits"
    assert opened.plot("scores") is None  # one project with points
    with pytest.raises(KeyError):
        opened.say("weather")
