"""The workbook of forms, read back by another library: what it holds and how it prints."""

import io
import re
import zipfile
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from evalkit import framework
from evalkit.evaluate import evaluate_all
from evalkit.params import load
from evalkit.sentences import languages
from evalkit.sheet import (
    column_widths,
    line_count,
    number,
    sheet_names,
)
from evalkit.tables.table import NOTHING, Cell, Table, headings
from evalkit.words import Words
from evalkit.workbook import Sheet, forms_of, forms_workbook, workbook
from tests.samples import PARAMS, REFERENCE, SECOND
from tests.test_cli import run

FISHING = "yangtze-fishing-2020"
EVERY = ("minhang-tracking-2018", "self-evaluation-2021", "monitoring-2019", "evaluation-2020")
ZH = Words("zh")


def opened(data):
    """A workbook's bytes, read by openpyxl."""
    return load_workbook(io.BytesIO(data))


def of_rows(*rows, **about):
    """A workbook of one table with these rows of cells, and the sheet read back."""
    table = Table("form_x", about.pop("caption", "题"), about.pop("head", ()), rows, **about)
    return opened(workbook([Sheet("x", table)], ZH))["x"]


def evaluations_of(project, *names):
    """A shipped project under frameworks."""
    return evaluate_all(load([str(PARAMS / f"{project}.yaml")]), names)


@pytest.fixture(scope="module")
def books():
    """The second project's forms under frameworks of every kind: tables and book, by language."""
    evaluations = evaluations_of(SECOND, *EVERY)
    return {
        lang: (
            forms_of(evaluations.values(), SECOND, lang),
            forms_workbook(evaluations.values(), SECOND, lang),
        )
        for lang in languages()
    }


# --- numbers -------------------------------------------------------------------------------

NUMBERS = [
    ("2,819.55", 2819.55, "#,##0.00"), ("74.57%", 0.7457, "0.00%"), ("20", 20, "#,##0"),
    ("-0.68", -0.68, "#,##0.00"), ("0.0156", 0.0156, "#,##0.0000"), ("1,234.50%", 12.345,
    "#,##0.00%"), ("+25", 25, "+#,##0;-#,##0;#,##0"), ("-0.57 个百分点", -0.57,
    '#,##0.00" 个百分点"'),
]  # fmt: skip
TEXTS = ["", NOTHING, "0至10", "6 to 8", "1–7月", "2024年1月1日", "≥ 90%", "1.2.3", "1,23",
         "12345678901234567", "=1+1", "+", "3个\"月"]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "form"), NUMBERS)
def test_a_printed_figure_becomes_that_number(text, value, form):
    """Value and number format by hand, for each way in which figures are printed."""
    assert number(text) == (value, form)


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_no_single_number_stays_text(text):
    """Ranges, dates, bounds and more digits than a sheet keeps are no numbers."""
    assert number(text) is None


@given(st.integers(-(10**14), 10**14))
def test_any_amount_keeps_every_printed_digit(fen):
    """What the cell holds, printed with two decimals, is what the report prints."""
    printed = ZH.figure(fen, "amount", "bare")
    found = number(printed)
    assert f"{found.value:,.2f}" == printed and found.format == "#,##0.00"


@given(st.fractions(min_value=-5, max_value=50, max_denominator=10**6))
def test_any_rate_keeps_every_printed_digit(rate):
    """A rate is held as the fraction of 1 that its printed percentage says."""
    printed = ZH.figure(rate, "rate")
    held = Fraction(number(printed).value).limit_denominator(10**4)
    assert held == Fraction(printed[:-1].replace(",", "")) / 100


def test_numbers_are_numbers_and_texts_are_texts():
    """A figure is written as a number in its format; what is a text stays one."""
    sheet = of_rows(
        (Cell("2,819.55", "num"), Cell("74.57%", "figure"), Cell("2018"), Cell("0至10", "num"),
         Cell("7", "num", heads=True)),
    )  # fmt: skip
    cells = sheet[2]
    assert [cell.value for cell in cells] == [2819.55, 0.7457, "2018", "0至10", "7"]
    assert [cell.number_format for cell in cells[:2]] == ["#,##0.00", "0.00%"]


@pytest.mark.parametrize("kind", ["", "num", "figure"])
@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "{=A1}", "http://x/", "\t=1"])
def test_no_text_becomes_a_formula_or_a_link(text, kind):
    """Whatever a project calls itself is written as the text that it is."""
    sheet = of_rows((Cell(text, kind), Cell("x")), caption=text)
    for cell in (sheet["A1"], sheet["A2"]):
        assert (cell.value, cell.data_type) == (text, "s")
        assert cell.hyperlink is None


def test_a_text_that_no_cell_can_hold_shows_that_it_goes_on():
    """A sheet ends texts at 32,767 characters; the last one then says so."""
    sheet = of_rows((Cell("长" * 40_000), Cell("x")))
    assert len(sheet["A2"].value) == 32_767 and sheet["A2"].value.endswith("长…")


# --- layout --------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", languages())
def test_every_cell_stands_where_the_form_has_it(books, lang):
    """Read back, each sheet holds the words and figures of its table, merged as there."""
    tables, data = books[lang]
    book = opened(data)
    assert len(book.worksheets) == len(tables) == 8
    for sheet, (_, table, source) in zip(book.worksheets, tables, strict=True):
        above = len(table.caption.split("\n"))
        assert sheet["A1"].value == table.caption.split("\n")[0]
        places = list(table.places())
        for y, x, cell in places:
            found = sheet.cell(above + 1 + y, x + 1)
            if isinstance(found.value, str) or found.value is None:
                assert (found.value or "") == cell.text
            else:
                printed = cell.text.replace(",", "")
                expected = Fraction(printed.rstrip("%")) / (100 if "%" in printed else 1)
                assert Fraction(repr(found.value)) == expected
        merged = {str(each) for each in sheet.merged_cells.ranges}
        spans = {(y, x) for y, x, cell in places if cell.down > 1 or cell.across > 1}
        assert len(merged) >= len(spans)
        last = [row[0].value for row in sheet.iter_rows(min_col=1, max_col=1)][-1]
        assert last == source and framework_name(table, lang) in source


def framework_name(table, lang):
    """The name of the framework whose form a table is, from its file."""
    asked = table.name.removeprefix("form_")
    owner = next(n for n in EVERY if asked in framework.load(n).settings["forms"])
    return getattr(framework.load(owner).name, lang)


def test_merged_cells_by_hand():
    """Spans down and across become merged ranges below the title; single cells are not merged."""
    sheet = of_rows(
        (Cell("a", down=2), Cell("b", across=2)), (Cell("c"), Cell("d")), caption="题\n单位"
    )
    assert {str(each) for each in sheet.merged_cells.ranges} == {"A1:C1", "A2:C2", "A3:A4", "B3:C3"}
    assert [sheet[place].value for place in ("A3", "B3", "B4", "C4")] == ["a", "b", "c", "d"]


def test_the_fishing_form_as_a_sheet():
    """Points and money are numbers, the rate a percentage, targets with their unit texts."""
    evaluations = evaluations_of(FISHING)
    sheet = opened(forms_workbook(evaluations.values(), FISHING, "zh"))["自评表"]
    assert sheet["A1"].value == "项目支出绩效自评表（2020年度）"
    assert [(sheet.cell(6, x).value, sheet.cell(6, x).number_format) for x in range(4, 10)] == [
        (1.56, "#,##0.00"), (1.56, "#,##0.00"), (1.56, "#,##0.00"), (20, "#,##0"), (1, "0.00%"),
        (20, "#,##0"),
    ]  # fmt: skip
    assert [sheet.cell(10, x).value for x in range(2, 9)] == [
        "产出指标", "数量指标", "补贴渔船数", "6 艘", "6 艘", 20, 20,
    ]  # fmt: skip
    ranges = {str(each) for each in sheet.merged_cells.ranges}
    assert {"A1:I1", "A3:B3", "C3:I3", "A5:B6", "A9:A13", "B10:B12", "A14:F14"} <= ranges


@pytest.mark.parametrize("lang", languages())
def test_how_a_sheet_is_printed(books, lang):
    """A4, one page wide, centred, numbered; wide forms lie across, headings come again."""
    tables, data = books[lang]
    font = {"zh": "宋体", "en": "Calibri"}[lang]
    for sheet, (_, table, _) in zip(opened(data).worksheets, tables, strict=True):
        assert sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        wide = table.name in (
            "form_execution_and_rules", "form_deviations", "form_monitoring", "form_score_sheet"
        )  # fmt: skip
        assert (sheet.page_setup.orientation == "landscape") is wide
        assert sheet.print_options.horizontalCentered
        assert "&P" in sheet.oddFooter.center.text and "&N" in sheet.oddFooter.center.text
        assert sheet.print_area.startswith(f"'{sheet.title}'!$A$1:")
        assert sheet["A1"].alignment.horizontal == "center"
        assert {cell.font.name for row in sheet for cell in row if cell.value} == {font}
        assert all(cell.alignment.wrap_text for row in sheet for cell in row if cell.value)
    pages = zip(opened(data).worksheets, tables, strict=True)
    again = {table.name: sheet.print_title_rows for sheet, (_, table, _) in pages}
    assert again["form_score_sheet"] == "$3:$3"
    assert again["form_deviations"] == "$3:$4"
    assert again["form_monitoring"] and again["form_self_evaluation"]
    assert again["form_feedback"] is None


@pytest.mark.parametrize("lang", languages())
def test_no_text_is_cut(books, lang):
    """Each row is high enough for the lines of its cells, and no column hides a number."""
    for sheet, (_, table, _) in zip(opened(books[lang][1]).worksheets, books[lang][0], strict=True):
        spans = {each.coord.split(":")[0]: each for each in sheet.merged_cells.ranges}
        widths = widths_of(sheet)
        for row in sheet:
            for cell in row:
                if cell.value is None:
                    continue
                span = spans.get(cell.coordinate)
                columns = range(span.min_col, span.max_col + 1) if span else [cell.column]
                rows = range(span.min_row, span.max_row + 1) if span else [cell.row]
                width = sum(widths[x] for x in columns)
                height = sum(sheet.row_dimensions[y].height for y in rows)
                # A digit is one wide, a Chinese character two: no line holds more than that.
                lines = sum(
                    -(-sum(1 + (ord(each) > 0x2E7F) for each in line) // max(width - 1, 1)) or 1
                    for line in str(cell.value).split("\n")
                )
                assert height >= 12.5 * lines, (table.name, cell.coordinate)
                if isinstance(cell.value, float):
                    assert width > len(f"{cell.value:,.2f}")
        assert all(each.height <= 409 for each in sheet.row_dimensions.values() if each.height)


def widths_of(sheet):
    """The width of each column by its number; a file tells them of equal neighbours at once."""
    return {
        column: each.width
        for each in sheet.column_dimensions.values()
        for column in range(each.min, each.max + 1)
    }


def test_a_row_too_high_for_a_sheet_lies_over_several():
    """1,500 lines need more than the 409 points of a row: merged rows hold them, below it all."""
    text = "\n".join(["字"] * 100)
    sheet = of_rows((Cell(text), Cell("x")), (Cell("y"), Cell("z")))
    assert {str(each) for each in sheet.merged_cells.ranges} == {"A1:B1", "A2:A5", "B2:B5"}
    assert sum(sheet.row_dimensions[y].height for y in range(2, 6)) >= 100 * 12.5
    assert [sheet["A6"].value, sheet["B6"].value] == ["y", "z"]


def test_lines_break_between_words_and_chinese_characters():
    """Five characters of two in eight wide are two lines; a long word takes as many as it needs."""
    assert line_count("预算执行率", 8) == 2
    assert line_count("one two three", 7) == 2
    assert line_count("a" * 25, 10) == 3
    assert line_count("", 10) == 1 and line_count("a\n\nb", 10) == 3


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), min_size=2, max_size=12))
def test_columns_fill_the_page_or_need_more(texts):
    """Whatever the texts, columns have a width and together are as wide as the page, at least."""
    table = Table("t", "c", headings(*texts), (tuple(map(Cell, texts)),))
    widths = column_widths(table)
    assert all(width >= 4 for width in widths)
    assert sum(widths) > (135.9 if len(texts) > 9 else 91.9)


# --- the file ------------------------------------------------------------------------------


def test_sheet_names_are_legal_and_their_own():
    """31 characters, no sign with a meaning, no two alike, none empty."""
    names = sheet_names(["a:b", "A*b", "x" * 40, "X" * 40, "", "'q'", "[/\\?]", "自评表", "自评表"])
    assert names[:2] == ["a b", "A b (2)"] and names[-2:] == ["自评表", "自评表 (2)"]
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
    assert len({name.lower() for name in names}) == len(names)


def test_two_frameworks_with_the_same_form_have_a_sheet_each():
    """Both self-evaluation tables are there, each saying whose layout it has."""
    evaluations = evaluations_of(FISHING, "self-evaluation-2020", "self-evaluation-2021")
    book = opened(forms_workbook(evaluations.values(), FISHING, "zh"))
    assert book.sheetnames == ["自评表", "自评表 (2)"]
    sources = [list(sheet.values)[-1][0] for sheet in book.worksheets]
    assert "2020" in sources[0] and "2021" in sources[1]


@pytest.mark.parametrize("lang", languages())
def test_the_file_holds_data_and_nothing_else(books, lang):
    """No formula, macro, link, outside reference, name of a user or date of today."""
    with zipfile.ZipFile(io.BytesIO(books[lang][1])) as book:
        parts = {name: book.read(name).decode("utf-8") for name in book.namelist()}
        assert {info.date_time[0] for info in book.infolist()} == {1980}
    sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 8 and not any("<f>" in text or "<f " in text for text in sheets)
    assert not any(re.search("vba|macro|external|hyperlink|_rels/sheet", name) for name in parts)
    assert "2000-01-01T00:00:00Z" in parts["docProps/core.xml"]
    assert "<dc:creator></dc:creator>" in parts["docProps/core.xml"]


def test_the_same_forms_are_the_same_bytes():
    """Evaluated and written twice, the file does not differ."""
    first, second = (
        forms_workbook(evaluations_of(FISHING).values(), FISHING, "en") for _ in range(2)
    )
    assert first == second


# --- the command ---------------------------------------------------------------------------


def test_the_command_writes_forms_alone(capsys, tmp_path):
    """One workbook a language in the project's folder, nothing else, and their paths on stdout."""
    code, out, err = run(capsys, "form", str(PARAMS / f"{FISHING}.yaml"), "--out", str(tmp_path))
    made = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert (code, err) == (0, "")
    assert [path.name for path in made] == ["forms.en.xlsx", "forms.zh.xlsx"]
    assert sorted(out.split()) == [str(path) for path in made]


def test_the_command_takes_frameworks_and_a_language(capsys, tmp_path):
    """The forms of the frameworks named, in their order, in one language."""
    code, _, _ = run(
        capsys, "form", str(PARAMS / f"{SECOND}.yaml"), "--framework", "monitoring-2019",
        "evaluation-2020", "--lang", "en", "--out", str(tmp_path),
    )  # fmt: skip
    [made] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert (code, made.name) == (0, "forms.en.xlsx")
    assert load_workbook(made).sheetnames == ["Monitoring", "Score sheet"]


@pytest.mark.parametrize(("lang", "word"), [("zh", "没有附表"), ("en", "no official form")])
def test_a_project_without_forms_gets_a_sentence(capsys, tmp_path, monkeypatch, lang, word):
    """No empty file and no empty folder is left, and nothing is wrong."""
    monkeypatch.setenv("EVALKIT_LANG", lang)
    (tmp_path / "frameworks").mkdir()
    (tmp_path / "frameworks" / "ours.yaml").write_text(
        "evalkit: 1\nid: ours\nbased_on: self-evaluation-2021\n"
        "name: {zh: 本地, en: Ours}\nforms: []\n", "utf-8"
    )  # fmt: skip
    text = (PARAMS / f"{FISHING}.yaml").read_text("utf-8").split("\nweights:")[0]
    text = text.replace("framework: self-evaluation-2020", "framework: ours")
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    code, out, err = run(capsys, "form", str(tmp_path / "a.yaml"), "--out", str(tmp_path / "out"))
    assert (code, err) == (0, "")
    assert word in out and FISHING in out
    assert not (tmp_path / "out").exists()


WRONG = [
    ("form",), ("form", str(PARAMS / f"{SECOND}.yaml"), "--framework", "nonsense"),
    ("form", str(PARAMS / f"{SECOND}.yaml"), "--lang", "fr"), ("form", "no/such/file.yaml"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG, ids=lambda each: " ".join(each)[-40:])
def test_wrong_usage_writes_nothing(capsys, tmp_path, monkeypatch, arguments):
    """Exit code 2 with a sentence; an unknown framework is told with those that there are."""
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "") and err.strip()
    assert list(tmp_path.iterdir()) == []
    if "nonsense" in arguments:
        assert "nonsense" in err and "monitoring-2019" in err


def test_a_framework_beside_one_file_is_not_taken_for_the_others(capsys, tmp_path):
    """A local framework holds for the files that it lies beside; for others it is refused."""
    (tmp_path / "frameworks").mkdir()
    (tmp_path / "frameworks" / "ours.yaml").write_text(
        "evalkit: 1\nid: ours\nbased_on: self-evaluation-2021\nname: {zh: 本地, en: Ours}\n",
        "utf-8",
    )
    text = (PARAMS / f"{FISHING}.yaml").read_text("utf-8").split("\nweights:")[0]
    text = text.replace("framework: self-evaluation-2020", "framework: ours")
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    other = str(PARAMS / f"{REFERENCE}.yaml")
    code, _, err = run(
        capsys, "form", str(tmp_path / "a.yaml"), other, "--framework", "ours",
        "--out", str(tmp_path / "out"),
    )  # fmt: skip
    assert code == 2 and "ours" in err
    assert not (tmp_path / "out").exists()


def test_where_nothing_can_be_written(capsys, tmp_path):
    """A file in the place of the folder is told in a sentence and stays as it was."""
    (tmp_path / "out").write_text("a file")
    code, out, err = run(
        capsys, "form", str(PARAMS / f"{FISHING}.yaml"), "--out", str(tmp_path / "out")
    )
    assert (code, out) == (2, "")
    assert str(tmp_path / "out") in err
    assert (tmp_path / "out").read_text() == "a file"


def test_a_report_brings_the_forms_of_all_its_frameworks(delivered):
    """Beside each page lies the workbook with the forms of the project's frameworks."""
    names = {path.parent.name: load_workbook(path).sheetnames
             for path in delivered.rglob("forms.zh.xlsx")}  # fmt: skip
    assert names[FISHING] == ["自评表"]
    assert names[REFERENCE] == [
        "1-1 基本情况", "1-2 目标及计划", "1-3 进度及制度", "1-4 偏差分析", "结论反馈",
    ]  # fmt: skip
