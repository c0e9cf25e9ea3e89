"""Tables as inputs: the same projects as their params files, and what is said of mistakes."""

import json
import re
import sys
import zipfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from evalkit.cli import main
from evalkit.columns import COLUMNS
from evalkit.commands import projects
from evalkit.errors import ParamsFaults
from evalkit.explain import explain, sentences
from evalkit.fields import LANGUAGES
from evalkit.model import Text
from evalkit.params import load, made_from, project_ids
from evalkit.tabular.layout import part_named
from evalkit.tabular.opening import is_table
from evalkit.tabular.parts import parts
from tests.as_tables import csv_text, tables_of, write_folder, write_parquet, write_workbook

ROOT = Path(__file__).parents[1]
PROJECTS = sorted((ROOT / "params").glob("*.yaml"))
MINIMAL = ROOT / "tests" / "cases" / "minimal.yaml"

#: Two small projects as an analyst may have them, in one file: a row a budget line.
PROJECT = {
    "project_id": "a", "framework": "minhang-tracking-2018", "units.amount": "万元",
    "units.unit_cost": "元", "project.name": "河道保洁项目", "project.year": "2025",
    "project.category": "recurring", "project.period.start": "2025-01-01",
    "project.period.end": "2025-12-31", "project.tracking.start": "2025-01-01",
    "project.tracking.as_of": "2025-08-31", "parties.implementing_unit": "水务局",
    "budget.approved": "100",
}  # fmt: skip
LINES = [
    {"project_id": "a", "id": "l1", "name": "保洁", "group": "service", "declared": "60.00"},
    {"project_id": "a", "id": "l2", "name": "设备", "group": "goods", "declared": "40.00"},
    {"project_id": "b", "id": "l1", "name": "保洁", "group": "service", "declared": "100"},
]
SMALL = {"projects": [PROJECT, PROJECT | {"project_id": "b"}], "lines": LINES}


def small(part="", row=0, **changes):
    """The small tables with some cells of one row changed; ``None`` takes a column away."""
    tables = {name: [dict(each) for each in rows] for name, rows in SMALL.items()}
    for key, value in changes.items():
        key = key.replace("__", ".")
        if value is None:
            for each in tables[part]:
                each.pop(key, None)
        else:
            tables[part][row][key] = value
    return tables


def flat(**changes):
    """The small projects in one table: what belongs to a project stands in each of its rows."""
    return [PROJECT | line | changes for line in LINES]


def written(folder, text, name="t.csv"):
    """A file with this text, these rows or these bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    text = csv_text(text) if isinstance(text, list) else text
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults_of(*paths):
    """The faults of these sources, of which all can be told in both languages."""
    with pytest.raises(ParamsFaults) as raised:
        load(paths)
    found = raised.value.faults
    assert all(explain(fault, lang) for fault in found for lang in LANGUAGES)
    return found


def places(faults):
    """File, row, column and code of each fault."""
    return [f"{Path(f.file).name}:{f.line}:{f.column} {f.code}" for f in faults]


def same(found, expected):
    """Fails unless two inputs hold the same frames."""
    for (name, one), (_, other) in zip(found.frames(), expected.frames(), strict=True):
        pd.testing.assert_frame_equal(one, other, obj=name)


# --- the same as YAML ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The params files of this repository without their prose, and what they load as."""
    folder = tmp_path_factory.mktemp("yaml")
    for path in PROJECTS:
        (folder / path.name).write_bytes(path.read_bytes())
    paths = sorted(folder.glob("*.yaml"))
    return paths, load(paths)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_folder_of_csv_files_says_the_same(tmp_path, plain, encoding, separator):
    """Every project of this repository, as CSV files named by their lists, of any program."""
    paths, expected = plain
    folder = write_folder(tmp_path / "t", tables_of(*paths), encoding, separator)
    same(load([folder]), expected)


def test_a_workbook_says_the_same(tmp_path, plain):
    """The same as sheets, with numbers, days and shares as Excel has them."""
    paths, expected = plain
    same(load([write_workbook(tmp_path / "t.xlsx", tables_of(*paths))]), expected)


def test_parquet_says_the_same(tmp_path, plain):
    """The same as Parquet files, with exact decimals."""
    paths, expected = plain
    same(load([write_parquet(tmp_path / "t", tables_of(*paths))]), expected)


def test_one_file_says_the_same(tmp_path):
    """A project and its lines in one table are the project and its lines in two."""
    found = load([written(tmp_path, flat())])
    assert list(found.projects.index) == ["a", "b"]
    same(found, load([write_folder(tmp_path / "t", small())]))


def test_prose_and_frameworks_stand_beside_the_tables(tmp_path):
    """Each project has its prose by its id, as a params file has it by its name."""
    path = written(tmp_path, flat())
    written(tmp_path, "## background\n二〇二五年\n", "a.zh.md")
    found = load([path])
    assert found.prose.loc[("a", "background"), "zh"] == "二〇二五年"
    folder = write_folder(tmp_path / "t", small())
    written(folder, "## background\n说明\n", "b.zh.md")
    assert list(load([folder]).prose.index) == [("b", "background")]


def test_tables_and_params_files_go_together(tmp_path):
    """A portfolio may come from a table, a folder, a workbook and YAML files at once."""
    book = write_workbook(tmp_path / "b.xlsx", tables_of(PROJECTS[1]))
    found = load([MINIMAL, written(tmp_path, flat()), book])
    assert list(found.projects.index) == ["minimal", "a", "b", PROJECTS[1].stem]


def test_every_list_of_the_schema_is_a_table():
    """What these tests write as tables by their own rules is what evalkit reads off the schema."""
    found = [part_named(name) for name in tables_of(*PROJECTS)]
    assert None not in found and len(found) == len({part.name for part in found}) > 15
    assert set(parts()) == {where or "projects" for where, _ in COLUMNS.values()}


# --- what cells say --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("2,819.55", 281955), ("２，８１９．５５", 281955), (" 2819.55 ", 281955),
        ("28,195,500", 2819550000), ("0", 0), ("-1.50", -150), ("0.10", 10), ("0.3", 30),
    ],
)  # fmt: skip
def test_a_number_is_what_is_written(tmp_path, cell, amount):
    """Separators of thousands and full-width digits are understood; nothing becomes a float."""
    found = load([written(tmp_path, flat(**{"units.amount": "元", "declared": cell}))])
    assert found.lines["declared_amount"].iloc[0] == amount


@pytest.mark.parametrize(
    "cell", ["1e5", "0x1F", "1_000", "007", "28,19", "1,2345", "12万", "=1+1", "1.2.3", "∞", "."]
)
def test_what_merely_resembles_a_number_is_none(tmp_path, cell):
    """It is told with its place, and never guessed at."""
    faults = faults_of(write_folder(tmp_path, small("lines", 1, declared=cell)))
    assert places(faults) == ["lines.csv:3:5 not_a_number"]
    assert faults[0].found == cell


@pytest.mark.parametrize(
    "cell",
    ["2018-08-31", "2018/8/31", "2018.8.31", "2018年8月31日", "２０１８年８月３１日",
     "2018-08-31 00:00:00"],
)  # fmt: skip
def test_a_day_is_read_as_it_is_usually_written(tmp_path, cell):
    """ISO, slashes, points, Chinese, and what programs write for midnight."""
    found = load([written(tmp_path, flat(**{"project.report_on": cell}))])
    assert found.projects["report_on"].iloc[0] == pd.Timestamp(2018, 8, 31)


@pytest.mark.parametrize("cell", ["2018-02-30", "31/8/2018", "8月31日", "43343", "2018-08"])
def test_what_is_no_day_is_none(tmp_path, cell):
    """A day that does not exist, or whose parts could be meant otherwise, is told."""
    faults = faults_of(write_folder(tmp_path, small("projects", **{"project.report_on": cell})))
    assert places(faults) == ["projects.csv:2:14 not_a_date"]


@pytest.mark.parametrize(
    ("cell", "flag"),
    [("是", True), ("否", False), ("TRUE", True), ("false", False), ("Yes", True), ("no", False)],
)
def test_yes_and_no_in_any_language(tmp_path, cell, flag):
    """A flag by its word."""
    found = load([written(tmp_path, flat(per_head=cell, quantity="1", unit_cost="2"))])
    assert found.lines["is_per_head"].iloc[0] == flag


def test_a_choice_by_its_word(tmp_path):
    """What the report calls a choice can stand in its cell."""
    rows = flat(**{"project.category": "经常性项目"})
    rows = [
        row | {"group": word} for row, word in zip(rows, ("服务费", "Goods", "服务费"), strict=True)
    ]
    found = load([written(tmp_path, rows)])
    assert list(found.projects["category"].unique()) == ["recurring"]
    assert list(found.lines["group"]) == ["service", "goods", "service"]


def test_a_cell_that_begins_like_a_formula_is_text(tmp_path):
    """Nothing is computed, and the sign stays."""
    found = load([written(tmp_path, flat(name="=HYPERLINK(1)"))])
    assert found.lines["name"].iloc[0] == Text("=HYPERLINK(1)", "=HYPERLINK(1)")


def test_a_text_in_one_column_and_in_two(tmp_path):
    """A text without a language serves both; one with it goes before."""
    rows = flat(**{"project.name.en": "River", "parties.client.zh": "财政局"})
    found = load([written(tmp_path, rows)]).projects.loc["a"]
    assert found["name"] == Text("河道保洁项目", "River")
    assert found["client"] == Text("财政局", "财政局")


def test_lists_stand_in_one_cell(tmp_path):
    """Entries between semicolons, half or full width, in both languages side by side."""
    rows = flat(
        **{"project.services.zh": "保洁；绿化", "project.services.en": "cleaning; gardening"}
    )
    found = load([written(tmp_path, rows)]).projects.loc["a", "services"]
    assert found == [Text("保洁", "cleaning"), Text("绿化", "gardening")]


def test_personal_numbers_are_masked(tmp_path):
    """As in a params file, with the row where each stood."""
    found = load([write_folder(tmp_path, small("projects", parties__client="13800138000"))])
    assert found.projects.loc["a", "client"] == Text("×" * 11, "×" * 11)
    assert list(found.masked["where"]) == ["projects.csv:2"]


def test_chinese_headings(tmp_path):
    """What evalkit calls a field is a heading too, in either language, whatever the width."""
    names = {
        "project_id": "项目编号", "framework": "评价框架", "units.amount": "金额单位",
        "units.unit_cost": "单价单位", "project.name": "项目名称", "project.year": "预算年度",
        "project.category": "项目类别", "project.period.start": "项目开始日期",
        "project.period.end": "项目完成日期", "project.tracking.start": "跟踪开始日期",
        "project.tracking.as_of": "跟踪时点", "parties.implementing_unit": "项目实施单位",
        "budget.approved": "年初预算", "name": "预算内容", "group": "内容类别",
        "declared": "预算金额", "name.en": "预算内容（英文）",
    }  # fmt: skip
    rows = [{names.get(key, key): value for key, value in row.items()}
            for row in flat(**{"name.en": "Item"})]  # fmt: skip
    text = csv_text(rows).encode("gb18030")
    found = load([written(tmp_path, text)])
    same(found, load([written(tmp_path / "k", flat(**{"name.en": "Item"}))]))
    assert found.lines["name"].iloc[0] == Text("保洁", "Item")


def test_titles_above_the_headings_and_empty_rows(tmp_path):
    """A bureau's table has a title; rows are called by the line of the file."""
    text = "2025年部门预算表,,,\n\n" + csv_text(flat()).replace("\r\n", "\r\n,,\r\n", 1)
    found = load([written(tmp_path, text)])
    assert found.places["lines", "a", "l2", "declared_amount"] == "t.csv:6"
    assert found.places["projects", "a", "", "initial_amount"] == "t.csv:5"


def test_a_value_over_several_lines(tmp_path):
    """A row is called by the line on which it starts."""
    found = load([written(tmp_path, flat(**{"project.region": "一\n二"}))])
    assert found.projects.loc["a", "region"].zh == "一\n二"
    assert found.places["lines", "a", "l2", "declared_amount"] == "t.csv:4"


# --- mistakes --------------------------------------------------------------------------------

PLANTED = [
    (small("lines", 1, declared="40,00"), "lines.csv:3:5 not_a_number", "40,00"),
    (small("lines", 1, group="tools"), "lines.csv:3:4 not_a_choice", "tools"),
    (small("lines", 2, project_id="c"), "lines.csv:4:1 unknown_project", "c"),
    (small("lines", 1, project_id=""), "lines.csv:3:1 blank_project", ""),
    (small("lines", 1, id="l1"), "lines.csv:3:2 duplicate_id", "row 2"),
    (small("lines", 1, id=""), "lines.csv:3:2 missing", ""),
    (small() | {"projects": [*SMALL["projects"], PROJECT]},
     "projects.csv:4:1 project_twice", "row 2"),
    (small() | {"weights": [{"project_id": "a", "code": "A9", "points": "1"}]},
     "weights.csv:2:2 unknown_indicator", "A9"),
    (small("projects", 0, budget__approved=""), "projects.csv:2:13 missing", "budget.approved"),
    (small("projects", 1, project__period__end="2024-12-31"),
     "projects.csv:3:1 ends_before_start", "2024-12-31"),
    (small("projects", 0, units__amount="万"), "projects.csv:2:3 unknown_unit", "万"),
    (small("projects", 0, framework="x"), "projects.csv:2:2 unknown_framework", "x"),
    (small("lines", 0, declered="1"), "lines.csv:1:6 unknown_column", "declared"),
    (small("lines", declared=None), "lines.csv:1:1 missing_column", "declared"),
    (small("lines", 0, lines__name="x"), "lines.csv:1:6 column_twice", "name"),
    (small("projects", project_id=None), "projects.csv:1:1 no_project_column", ""),
    (small("projects", 1, **{"project.services.zh": "一;二", "project.services.en": "one"}),
     "projects.csv:3:15 lists_differ", "2"),
    (small() | {"line": LINES}, "line.csv:0:0 unknown_table", "lines"),
    (small() | {"budget.lines": LINES}, "lines.csv:0:0 table_twice", "budget.lines.csv"),
    (small() | {"weights": [{"project_id": "a", "code": "A1", "points": "x"}]},
     "weights.csv:2:3 not_a_number", "x"),
    (small() | {"judgements": [{"project_id": "a", "code": "A111", "grade": "好"},
                               {"project_id": "a", "code": "A111", "grade": "一般"}]},
     "judgements.csv:3:2 code_twice", "row 2"),
    (small() | {"judgements": [{"project_id": "b", "code": "A999", "grade": "好"}]},
     "judgements.csv:2:2 unknown_indicator", "A999"),
    (small() | {"outputs.parts": [{"project_id": "a", "outputs.id": "o", "value": "1",
                                   "unit": "人"}]}, "outputs.parts.csv:2:2 unknown_entry", "o"),
    (small() | {"posts": [{"project_id": "b", "id": "p", "name": "岗", "approved": "1.5"}]},
     "posts.csv:2:4 not_a_count", "1.5"),
]  # fmt: skip


@pytest.mark.parametrize(("tables", "told", "words"), PLANTED, ids=lambda each: str(each)[:40])
def test_a_mistake_is_told_once_with_its_place(tmp_path, tables, told, words):
    """One mistake in two good tables: one fault, with file, row, column and what it is about."""
    faults = faults_of(write_folder(tmp_path, tables))
    assert places(faults) == [told]
    assert words in explain(faults[0], "en")
    assert words.replace("row ", "第 ") in explain(faults[0], "zh")


def test_the_words_of_a_fault_in_both_languages(tmp_path):
    """Place, key, heading, what was found and how to mend it, as a reader gets it."""
    path = write_folder(tmp_path, small("lines", 1, declared="40,00"))
    [fault] = faults_of(path)
    assert explain(fault, "en") == (
        f'{path / "lines.csv"}:3:5  budget.lines.l2.declared  (column "declared") — found "40,00" '
        "(text); expected a number; write digits and a decimal point, with or without separators "
        "of thousands; no unit (106800 or 106,800.00)"
    )
    assert explain(fault, "zh") == (
        f"{path / 'lines.csv'}:3:5  budget.lines.l2.declared  （“declared”列） — "
        "发现：“40,00”（文本）；应为：数字；请只写数字和小数点，可用千分位逗号，不写单位"
        "（106800 或 106,800.00）"
    )


def test_what_differs_within_a_project_is_told_with_both_rows(tmp_path):
    """A column of the project that says two things."""
    rows = flat()
    rows[1]["budget.approved"] = "101"
    [fault] = faults_of(written(tmp_path, rows))
    assert places([fault]) == ["t.csv:3:13 differs_in_project"]
    assert "row 2" in explain(fault, "en") and "第 2 行" in explain(fault, "zh")


def test_a_blank_in_a_repeated_column_says_nothing(tmp_path):
    """What belongs to a project may stand in one of its rows; the place is that row."""
    rows = flat()
    rows[0]["budget.approved"] = ""
    found = load([written(tmp_path, rows)])
    assert found.places["projects", "a", "", "initial_amount"] == "t.csv:3"


def test_all_mistakes_of_all_tables_are_told_at_once(tmp_path):
    """Tables, rows, cells, references and prose: nothing hides anything."""
    tables = small("lines", 1, declared="x")
    tables["lines"].append(LINES[0] | {"project_id": "z"})
    tables["projects"][1]["project.year"] = "二〇二五"
    tables["payments"] = [{"project_id": "a", "id": "p", "on": "2025-02-30", "amount": "1",
                           "instalment": "q"}]  # fmt: skip
    folder = write_folder(tmp_path, tables)
    written(folder, "## somewhere\n", "a.zh.md")
    assert sorted(places(faults_of(folder))) == [
        "a.zh.md:1:1 unknown_heading",
        "lines.csv:3:5 not_a_number",
        "lines.csv:5:1 unknown_project",
        "payments.csv:2:3 not_a_date",
        "payments.csv:2:5 nothing_to_refer_to",
        "projects.csv:3:6 not_a_count",
    ]


@pytest.mark.parametrize("name", ["../a", "/a", ".", "..", "a/b", "a b", "甲", "a" * 300, "%"])
def test_what_is_no_id_is_told_and_leads_to_no_file(tmp_path, name):
    """Prose is looked for by the id; one that is a way through folders opens nothing."""
    written(tmp_path, "## somewhere\n", "a.zh.md")
    folder = write_folder(tmp_path / "t", {"projects": [PROJECT | {"project_id": name}]})
    assert places(faults_of(folder)) == ["projects.csv:2:1 not_an_id"]


def test_a_fault_of_a_table_shows_no_personal_number(tmp_path):
    """Neither in what was found nor in a heading."""
    rows = [row | {"13800138000": "x"} for row in flat(declared="电话13800138000")]
    said = [explain(f, lang) for f in faults_of(written(tmp_path, rows)) for lang in LANGUAGES]
    assert len(said) == 8
    assert not [line for line in said if "13800138000" in line]


def test_endless_mistakes_end(tmp_path):
    """Ten thousand wrong rows give a list that one can read."""
    rows = [PROJECT | LINES[0] | {"project_id": f"p{n}", "declared": "x"} for n in range(2000)]
    faults = faults_of(written(tmp_path, rows))
    assert len(faults) == 201
    assert faults[-1].code == "and_more"


def test_a_missing_column_is_told_once_and_not_for_each_project(tmp_path):
    """What no row can have is a fault of the headings."""
    rows = [
        {key: value for key, value in row.items() if key != "budget.approved"} for row in flat()
    ]
    assert places(faults_of(written(tmp_path, rows))) == ["t.csv:1:1 missing_column"]


def test_an_unquoted_separator_of_thousands_is_told(tmp_path):
    """2,819.55 without quotes makes a cell too many."""
    text = csv_text(flat()).replace("60.00", "1,060.00", 1)
    [fault] = faults_of(written(tmp_path, text))
    assert (fault.line, fault.code) == (2, "cell_without_heading")
    assert "in quotes" in explain(fault, "en")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "t.csv:0:0 empty_table"),
        (b"\xef\xbb\xbf\r\n", "t.csv:0:0 empty_table"),
        (b"\0" * 1000, "t.csv:1:1 unseen"),
        (b"a,b\n1,2\n", "t.csv:1:1 no_project_column"),
        (b"project_id,x\na,\xff\xfe\xfd\n", "t.csv:2:3 not_utf8"),
        ("project_id,项目名称\n甲,保洁甲乙丙丁\n".encode() + b"\xb2\n", "t.csv:3:1 not_utf8"),
        (b'project_id,framework\na,"b\nc\n', "t.csv:2:1 quotes_unmatched"),
        (b'project_id,framework\na,"b"c\n', "t.csv:2:1 quotes_unmatched"),
        ("project_id,framework\na,x\u202e\n".encode(), "t.csv:2:2 unseen"),
    ],
)
def test_bytes_that_are_no_table(tmp_path, data, told):
    """What is wrong is told with its place, and a damaged UTF-8 file is never taken for GB18030."""
    assert told in places(faults_of(written(tmp_path, data)))


@given(st.binary(max_size=200))
def test_any_bytes_are_projects_or_faults(tmp_path_factory, data):
    """Nothing but ``ParamsFaults`` comes out of a CSV file, a Parquet file or a workbook."""
    folder = tmp_path_factory.mktemp("b")
    for suffix in (".csv", ".xlsx", ".parquet"):
        faults_of(written(folder, data, f"x{suffix}"))


def test_files_that_cannot_be_read(tmp_path):
    """Missing, and larger than any table: told, and not read to the end."""
    for suffix in (".csv", ".xlsx", ".parquet"):
        assert places(faults_of(tmp_path / f"x{suffix}")) == [f"x{suffix}:0:0 missing_file"]
        big = tmp_path / f"big{suffix}"
        with big.open("wb") as file:
            file.truncate(20_000_001)
        [fault] = faults_of(big)
        assert (fault.code, fault.found) == ("table_too_large", "20.0 MB")


# --- workbooks -------------------------------------------------------------------------------


def book(path, *sheets):
    """A workbook of sheets as (name, rows of cells); a pair is a formula with its result."""
    with xlsxwriter.Workbook(str(path)) as made:
        percent = made.add_format({"num_format": "0%"})
        scaled = made.add_format({"num_format": "0!.0,"})
        for name, rows in sheets:
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, tuple) and cell[0].startswith("="):
                        sheet.write_formula(number, column, cell[0], None, cell[1])
                    elif isinstance(cell, tuple):
                        form = percent if cell[0] == "%" else scaled
                        sheet.write_number(number, column, cell[1], form)
                    elif isinstance(cell, date):
                        day = made.add_format({"num_format": "yyyy-mm-dd"})
                        sheet.write_datetime(number, column, cell, day)
                    elif cell is not None:
                        sheet.write(number, column, cell)
    return path


def sheet_of(rows, **changes):
    """Rows as cells below their headings, some of the first row changed."""
    names = list(dict.fromkeys([*rows[0], *changes]))
    rows = [rows[0] | changes, *rows[1:]]
    return [names, *([row.get(name) for name in names] for row in rows)]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (("=1/0", "#DIV/0!"), "t.xlsx!lines:2:5 error_in_cell"),
        (("=A1", ""), "t.xlsx!lines:2:5 formula_without_value"),
        (("!", 123456), "t.xlsx!lines:2:5 scaled_number"),
        (("%", 0.25), "t.xlsx!lines:2:5 not_a_number"),
        (True, "t.xlsx!lines:2:5 not_a_number"),
        (date(2025, 1, 1), "t.xlsx!lines:2:5 not_a_number"),
    ],
)
def test_cells_of_excel_that_hold_no_number(tmp_path, cell, told):
    """Errors, formulas without a result, numbers that show another: told with their sheet."""
    lines = sheet_of(LINES, declared=cell)
    path = book(tmp_path / "t.xlsx", ("projects", sheet_of(SMALL["projects"])), ("lines", lines))
    assert places(faults_of(path)) == [told]


def test_numbers_of_excel_are_exact(tmp_path):
    """0.1 is a tenth, a sum of tenths has no tail, a formula counts with its result."""
    cells = [0.1, 0.1 + 0.2, ("=1+1", 2)]
    rows = [line | {"declared": cell} for line, cell in zip(LINES, cells, strict=True)]
    projects = sheet_of([each | {"units.amount": "元"} for each in SMALL["projects"]])
    path = book(tmp_path / "t.xlsx", ("projects", projects), ("预算内容", sheet_of(rows)))
    found = load([path])
    assert list(found.lines["declared_amount"]) == [10, 30, 200]
    assert found.places["lines", "a", "l2", "declared_amount"] == "t.xlsx!预算内容:3"


def test_a_workbook_with_one_sheet_is_one_table(tmp_path):
    """Whatever the sheet is called; empty sheets do not count."""
    path = book(tmp_path / "t.xlsx", ("Sheet1", sheet_of(flat())), ("Sheet2", []))
    same(load([path]), load([written(tmp_path, flat())]))


def test_merged_cells_count_for_each_row(tmp_path):
    """A project merged over its lines, under a title merged over all columns."""
    names = list(flat()[0])
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        sheet.merge_range(0, 0, 0, len(names) - 1, "部门预算表")
        sheet.write_row(1, 0, names)
        for row, values in enumerate(flat(), start=2):
            sheet.write_row(row, 0, [values[name] for name in names])
        for column in range(len(PROJECT)):
            sheet.merge_range(2, column, 3, column, PROJECT[names[column]])
    same(load([path]), load([written(tmp_path, flat())]))


def test_sheets_that_are_no_table_are_told(tmp_path):
    """A sheet of another name, and a workbook without projects."""
    path = book(tmp_path / "t.xlsx", ("lines", sheet_of(LINES)), ("说明", [["x"]]))
    assert places(faults_of(path)) == ["t.xlsx!说明:0:0 unknown_table"]
    path = book(tmp_path / "u.xlsx", ("lines", sheet_of(LINES)), ("payments", [["project_id"]]))
    assert "u.xlsx:0:0 no_projects_table" in places(faults_of(path))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    """A small file that would unpack to a large one."""
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/worksheets/sheet1.xml", b"<c/>" * 15_000_000)
    assert places(faults_of(path)) == ["t.xlsx:0:0 table_too_large"]


def test_a_workbook_with_a_password_is_told(tmp_path):
    """Nobody but who knows the password can read it."""
    data = bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le")
    assert places(faults_of(written(tmp_path, data, "t.xlsx"))) == ["t.xlsx:0:0 encrypted"]


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"%PDF-1.7", b"x", b""])
def test_what_is_no_workbook_is_told(tmp_path, data):
    """By its content, whatever its ending says."""
    [fault] = faults_of(written(tmp_path, data, "t.xlsx"))
    assert fault.code == ("not_a_table" if data else "empty_table")


# --- Parquet ---------------------------------------------------------------------------------


def test_parquet_without_its_package_names_the_extra(tmp_path, monkeypatch):
    """Who has no pyarrow is told what to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    [fault] = faults_of(written(tmp_path, b"PAR1", "t.parquet"))
    assert fault.code == "needs_pyarrow"
    assert all('pip install "evalkit[parquet]"' in explain(fault, lang) for lang in LANGUAGES)


def test_values_of_parquet(tmp_path):
    """Floats by their shortest decimal, NaN as nothing, days with a time, structures as columns."""
    import pyarrow
    from pyarrow import parquet

    rows = [row | {"units.amount": "元"} for row in flat()]
    columns = {name: [row.get(name) for row in rows] for name in rows[0]}
    columns["declared"] = pyarrow.array([0.1, 2819.55, 3.0])
    columns["executed"] = pyarrow.array([float("nan"), 1.0, None])
    columns["project.report_on"] = pyarrow.array([pd.Timestamp(2025, 9, 1)] * 3)
    columns["project.period"] = [
        {"start": date(2025, 1, 1), "end": date(2025, 12, 31)} for _ in rows
    ]
    del columns["project.period.start"], columns["project.period.end"]
    columns["project.year"] = [2025, 2025, 2025]
    parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet")
    found = load([tmp_path / "t.parquet"])
    assert list(found.lines["declared_amount"]) == [10, 281955, 300]
    assert list(found.lines["line_executed_amount"].fillna(-1)) == [-1, 100, -1]
    assert found.projects["report_on"].iloc[0] == pd.Timestamp(2025, 9, 1)
    assert found.projects["period_end_on"].iloc[0] == pd.Timestamp(2025, 12, 31)
    assert found.places["lines", "a", "l2", "declared_amount"] == "t.parquet:2"


def test_a_computed_float_is_told_where_it_is_finer_than_fen(tmp_path):
    """What binary sums gathered is not rounded away in silence."""
    import pyarrow
    from pyarrow import parquet

    rows = [row | {"units.amount": "元"} for row in flat()]
    columns = {name: [row.get(name) for row in rows] for name in rows[0]}
    columns["declared"] = pyarrow.array([0.1 + 0.2, 1.0, 1.0])
    parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet")
    assert places(faults_of(tmp_path / "t.parquet")) == ["t.parquet:1:17 finer_than_fen"]


def test_values_within_values_are_told(tmp_path):
    """Bytes, and lists of structures, are nothing that a cell can hold."""
    import pyarrow
    from pyarrow import parquet

    columns = {name: [row.get(name) for row in flat()] for name in flat()[0]}
    columns["project.services"] = [[{"zh": "x"}]] * 3
    columns["project.region"] = [b"x"] * 3
    parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet")
    assert {fault.code for fault in faults_of(tmp_path / "t.parquet")} == {"nested_value"}


# --- some of the projects --------------------------------------------------------------------


def test_some_projects_can_be_loaded_alone(tmp_path):
    """The others are not looked at, whatever is wrong with them; the tables themselves are."""
    folder = write_folder(tmp_path, small("lines", 2, declared="x"))
    assert list(load([folder, MINIMAL], only=["a"]).projects.index) == ["a"]
    assert list(load([folder, MINIMAL], only={"minimal"}).projects.index) == ["minimal"]
    assert places(faults_of(folder)) == ["lines.csv:4:5 not_a_number"]
    with pytest.raises(ParamsFaults):
        load([folder], only=["b"])


def test_the_ids_of_a_file_of_any_kind(tmp_path):
    """Listed without loading; a file that cannot be read gives its own name."""
    folder = write_folder(tmp_path / "t", small())
    assert project_ids(folder) == ["a", "b"]
    assert project_ids(folder / "projects.csv") == ["a", "b"]
    assert project_ids(written(tmp_path, flat())) == ["a", "b"]
    assert project_ids(MINIMAL) == ["minimal"]
    assert project_ids(written(tmp_path, "x: [", "broken.yaml")) == ["broken"]
    assert project_ids(written(tmp_path, "posts: [{id: p}]\nid: q", "y.yaml")) == ["q"]
    assert project_ids(tmp_path / "none.csv") == ["none"]


def test_a_changed_table_is_read_anew(tmp_path):
    """What was read before is used only while the file stays as it was."""
    path = written(tmp_path, flat())
    assert project_ids(path) == ["a", "b"]
    written(tmp_path, [row | {"project_id": "c"} for row in flat()][:1])
    assert project_ids(path) == ["c"]


def test_a_project_is_made_from_its_own_rows(tmp_path):
    """A digest changes with the rows of its project and with its prose, not with other rows."""
    folder = write_folder(tmp_path, small())
    before = {each: made_from(folder, each) for each in ("a", "b")}
    assert set(before["a"]) == {"projects.csv", "lines.csv"}
    write_folder(tmp_path, small("lines", 2, declared="99"))
    written(folder, "## background\nx\n", "a.en.md")
    after = {each: made_from(folder, each) for each in ("a", "b")}
    assert after["a"] == before["a"] | {"a.en.md": after["a"]["a.en.md"]}
    assert after["b"]["projects.csv"] == before["b"]["projects.csv"]
    assert after["b"]["lines.csv"] != before["b"]["lines.csv"]
    assert set(made_from(MINIMAL, "minimal")) == {"minimal.yaml"}


def test_the_same_project_in_two_sources(tmp_path):
    """A project of a table that a params file holds too."""
    tables = small("projects", project_id="minimal")
    tables["lines"] = []
    folder = write_folder(tmp_path / "t", {"projects": tables["projects"]})
    [fault] = faults_of(MINIMAL, folder)
    assert places([fault]) == ["projects.csv:2:1 duplicate_project"]


# --- the command line ------------------------------------------------------------------------


def test_check_takes_a_folder_with_tables_and_params_files(tmp_path, capsys):
    """A folder of tables is one source, beside the YAML files in it; a file of them is the same."""
    folder = write_folder(tmp_path / "t", small())
    (folder / "minimal.yaml").write_bytes(MINIMAL.read_bytes())
    assert is_table(folder) and not is_table(tmp_path)
    main(["check", str(folder), str(folder / "projects.csv"), "--lang", "en"])
    assert "Projects: 3." in capsys.readouterr().out


@pytest.mark.parametrize("slip", [None, "abc"])
def test_a_large_table_is_taken_some_projects_at_a_time(tmp_path, monkeypatch, capsys, slip):
    """What is found, and which mistakes are told, is the same; beside a params file too."""
    ids = "abcd"
    tables = {
        "projects": [PROJECT | {"project_id": each} for each in ids],
        "lines": [LINES[2] | {"project_id": each, "declared": "90"} for each in ids],
    }
    if slip:
        for row in (1, 3):
            tables["projects"][row]["budget.approved"] = slip
    folder = write_folder(tmp_path / "t", tables)
    line = ["check", str(folder), str(MINIMAL), "--lang", "en", "--format", "json"]
    told = {}
    for size in (100, 3, 1):
        monkeypatch.setattr(projects, "TOGETHER", size)
        code = main(line)
        told[size] = code, *capsys.readouterr()
    assert told[100] == told[3] == told[1]
    code, out, err = told[1]
    if slip:
        assert code == 2 and err.count("projects.csv:") == 2 and not out
    else:
        assert [each["project"] for each in json.loads(out)["projects"]] == [*ids, "minimal"]


def test_a_framework_that_one_project_names_holds_for_the_whole_table(
    tmp_path, monkeypatch, capsys
):
    """However many of its projects are looked at at a time."""
    mine = (ROOT / "evalkit" / "frameworks" / "self-evaluation-2020.yaml").read_text("utf-8")
    written(tmp_path / "frameworks", mine.replace("id: self-evaluation-2020", "id: our-2024"),
            "our-2024.yaml")  # fmt: skip
    rows = [PROJECT | {"project_id": each} for each in "abc"]
    rows[0] |= {"framework": "our-2024"}
    path = written(tmp_path, rows, "projects.csv")
    monkeypatch.setattr(projects, "TOGETHER", 1)
    line = ["score", str(path), "--framework", "our-2024", "--format", "json"]
    assert main(line) == 0
    told = json.loads(capsys.readouterr().out)["projects"]
    assert [each["frameworks"][0]["framework"] for each in told] == ["our-2024"] * 3


def test_inputs_that_were_packed_are_the_same():
    """Every frame, place, framework and prose."""
    inputs = load(PROJECTS)
    back = projects.Loaded({}, inputs, {}).inputs
    for name, frame in inputs.frames():
        pd.testing.assert_frame_equal(dict(back.frames())[name], frame)
    assert back.places == inputs.places and back.decimals == inputs.decimals
    assert {*back.frameworks} == {*inputs.frameworks}
    with pytest.raises(TypeError):
        back.places["x"] = "y"


def test_check_marks_the_file_of_a_table(tmp_path, capsys):
    """For a pull request: the file in the folder, the workbook of a sheet."""
    tables = tables_of(ROOT / "params" / "canteens-2024.yaml")
    folder = write_folder(tmp_path / "t", tables)
    book = write_workbook(tmp_path / "b.xlsx", tables)
    for source, file in ((folder, folder / "milestones.csv"), (book, book)):
        main(["check", str(source), "--format", "github", "--lang", "en"])
        assert f"file={file.as_posix()},line=5,title=milestone_late" in capsys.readouterr().out


def test_mistakes_of_tables_end_with_2(tmp_path, capsys):
    """As those of params files."""
    folder = write_folder(tmp_path / "t", small("lines", 0, declared="x"))
    assert main(["check", str(folder), "--lang", "zh"]) == 2
    assert "lines.csv:2:5" in capsys.readouterr().err


# --- what is said ----------------------------------------------------------------------------

FILED = re.compile(r"<!-- file: (\S+) -->\n```csv\n(.*?)```", re.DOTALL)
RUN = re.compile(r"<!-- run: evalkit (.*?) -->\n```text\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", ["tables.md", "tables.zh.md"])
def test_the_page_on_tables_is_true(tmp_path, monkeypatch, capsys, page):
    """Its files give what it shows, in either encoding, and its two commands say it."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    for name, content in FILED.findall(text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode("utf-8" if "/" in name else "gb18030"))
    monkeypatch.chdir(tmp_path)
    runs = RUN.findall(text)
    assert len(runs) == 2
    for command, shown in runs:
        main(command.split())
        told = capsys.readouterr()
        assert (told.out + told.err).strip() == shown.strip()


def test_every_sentence_about_tables_is_reached():
    """Each code of ``table_faults`` is planted in this module."""
    here = Path(__file__).read_text("utf-8")
    told = set(sentences("en")["table_faults"])
    assert [code for code in told if code not in here] == []
