"""Files that are no forms, or mean harm, and the command `evalkit import` itself."""

import io
import json
import random
import re
import struct
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from evalkit import cli
from evalkit.cli import main
from evalkit.files import Unreadable
from evalkit.intake.workbook import read_workbook
from evalkit.params import load
from evalkit.sentences import variants
from tests.filled_forms import FARMLAND, PARKING, ROADS, Grid, N, xls, xlsx
from tests.test_intake import carried, listed, said, text_of, year_form

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**parts):
    """A zip with these parts; in names ``__`` stands for a slash and ``_x`` for ``.xml``."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_x", ".xml"), content)
    return data.getvalue()


def refusal(path):
    """The code with which a file is refused."""
    with pytest.raises(Unreadable) as caught:
        read_workbook(path)
    return caught.value.code


def biff(*records):
    """A stream of the old format, without the container around it."""
    return b"".join(struct.pack("<HH", code, len(data)) + data for code, data in records)


CELLS = b"<row>" + b"".join(b'<c r="A1" s="1"/>' for _ in range(10_000)) + b"</row>"
FILES = {
    "empty": b"",
    "html": b"\xef\xbb\xbf  <html><table><tr><td>1</td></tr></table></html>",
    "xml_table": b'<?xml version="1.0"?><?mso-application?><Workbook '
                 b'xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "not_excel": "项目名称,金额\n道路,1\n".encode("gb18030"),
    "pdf": b"%PDF-1.7\n",
    "picture": b"\x89PNG\r\n\x1a\n",
    "word": zipped(word__document_x="<w/>"),
    "ods": zipped(content_x="<office/>"),
    "xlsb": zipped(**{"xl__workbook.bin": b"\x00"}),
    "archive": zipped(),
    "encrypted": OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
    "damaged": OLE + b"\0" * 5000,
    "unpacks_too_large": zipped(xl__sharedStrings_x=b" " * 45_000_000),
    "too_many_cells": zipped(xl__worksheets__sheet1_x=CELLS * 11),
    "too_large": b"PK" + b"\0" * 20_000_000,
}  # fmt: skip
FILES["archive"] = FILES["archive"].replace(b"[Content_Types].xml", b"[Content_Typez].xml")


@pytest.mark.parametrize("code", FILES)
def test_what_is_no_workbook_is_refused(tmp_path, code):
    """By what the file holds, whatever its name; before anything is unpacked."""
    for name in ("form.xlsx", "form.xls"):
        path = tmp_path / name
        path.write_bytes(FILES[code])
        assert refusal(path) == code


def test_old_word_and_old_encryption(tmp_path):
    """Files of the old container: a Word document, and a workbook with a password."""
    path = tmp_path / "a.xls"
    path.write_bytes(OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"))
    assert refusal(path) == "word"
    opening = (0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 6))
    path.write_bytes(biff(opening, (0x002F, b"\0" * 54), (0x000A, b"")) + b"\0" * 600)
    assert refusal(path) == "encrypted"


def test_a_merged_range_over_a_whole_sheet(tmp_path):
    """A single range may not make billions of cells."""
    sheet = b'<worksheet><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    path = tmp_path / "a.xlsx"
    path.write_bytes(zipped(xl__worksheets__sheet1_x=sheet))
    assert refusal(path) == "too_many_cells"


BILLION = b'<!DOCTYPE x [<!ENTITY a0 "aaaa"><!ENTITY a1 "&a0;&a0;&a0;">]>'


def replaced(path, name, change):
    """The same workbook with one part changed."""
    data = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(data, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(content) if part.filename == name else content)
    path.write_bytes(data.getvalue())


HIDING = [
    lambda xml: xml.replace(b"<worksheet", BILLION + b"<worksheet", 1),
    lambda xml: xml.decode().encode("utf-16"),
    lambda xml: b'<?xml version="1.0" encoding="cp037"?>' + xml,
]


@pytest.mark.parametrize("change", HIDING)
def test_xml_that_grows_or_hides(tmp_path, change):
    """No entities are unfolded, and no other encoding gets past what counts the cells."""
    path = xlsx(tmp_path / "a.xlsx", year_form())
    replaced(path, "xl/worksheets/sheet1.xml", lambda xml: xml)
    assert len(read_workbook(path)[0]) == 1
    replaced(path, "xl/worksheets/sheet1.xml", change)
    assert refusal(path) == "damaged"


@pytest.mark.parametrize("write", [xlsx, xls])
def test_broken_bytes_are_told_and_never_fail(tmp_path, write):
    """A file that was cut or overwritten is read or refused, each time with the same outcome."""
    whole = write(tmp_path / f"whole.{write.__name__}", year_form()).read_bytes()
    path = tmp_path / "broken"
    codes = set()
    for seed in range(40):
        chance, data = random.Random(seed), bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.randrange(1, len(data))] if seed % 4 == 0 else data)
        try:
            read_workbook(path)
        except Unreadable as refused:
            codes.add(refused.code)
    assert "damaged" in codes
    assert codes <= {
        "damaged",
        "archive",
        "not_excel",
        "encrypted",
        "word",
        "too_many_cells",
        "unpacks_too_large",
    }


def test_a_cell_at_the_far_end(tmp_path):
    """One stray cell at XFD1048576 takes no time, and is on the list."""
    path = xlsx(tmp_path / "a.xlsx", year_form())
    book = load_workbook(path)
    book.worksheets[0]["XFD1048576"] = "x"
    book.save(path)
    found = carried(path)
    assert listed(found, "left") == [("自评校园食堂补贴!XFD1048576", "unknown")]


def test_ten_thousand_columns(tmp_path):
    """A row that goes on for ten thousand columns is read to its end and listed."""
    form = year_form()
    wide = Grid([*form.rows, [N] * 9_999 + ["x"]], name="S")
    found = carried(xlsx(tmp_path / "a.xlsx", wide))
    assert listed(found, "left") == [("S!NTP9", "unknown")]


@pytest.mark.parametrize(
    "text", ["自评" * 8000, ",\n" * 8000, "(" * 16000, "年" * 16000, "1," * 8000]
)
def test_long_cells_take_no_long_time(tmp_path, text):
    """Texts that make a careless pattern go back and forth are read like any other."""
    form = year_form()
    noise = [[text] * 20 for _ in range(10)]
    found = carried(xlsx(tmp_path / "a.xlsx", Grid([*form.rows, *noise])))
    assert said(found)["budget"]["executed"] == 4950000
    assert len(listed(found, "left")) == 200


def test_a_command_in_a_cell_stays_a_text(tmp_path):
    """A text that a spreadsheet might run is a name like any other; a formula is not evaluated."""
    sly = "=cmd|' /C calc'!A0"
    path = xlsx(tmp_path / "a.xlsx", year_form())
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet["B2"].value = sly
    sheet["B2"].data_type = "s"
    sheet["B3"].value = '=HYPERLINK("http://example.org","x")'
    book.save(path)
    found = carried(path)
    assert said(found)["project"]["name"] == sly
    assert ("自评校园食堂补贴!B3", "formula_without_value_shown") in listed(found, "left")
    assert "example.org" not in text_of(found)


def test_characters_that_steer_are_gone(tmp_path):
    """What turns a line's direction or hides in it reaches neither the file nor the list."""
    form = year_form(name="甲\u202e乙\u200b\u2066丙")
    form.rows[1] += [N, N, "\u202e迷"]
    found = carried(xlsx(tmp_path / "a.xlsx", Grid(form.rows)))
    assert not set("\u202e\u2066") & set(text_of(found))


# --- the command ---------------------------------------------------------------------------


def run(capsys, *arguments):
    """Run `evalkit import`; its exit code and what it printed."""
    code = main(["import", *map(str, arguments)])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_file_and_the_list(capsys, tmp_path, lang):
    """The file is written, the list names places, and its last lines count and point on."""
    path = xlsx(tmp_path / "road_2022.xlsx", ROADS)
    out = tmp_path / "params"
    code, told, err = run(capsys, path, "--out", out, "--lang", lang)
    assert (code, err) == (1, "")
    assert sorted(each.name for each in out.iterdir()) == ["road_2022.yaml", "road_2022.zh.md"]
    assert "Sheet1!F7" in told and "=SUM(F8:F10)" in told
    assert {"zh": "读取 111 个单元格，未读取 4 个", "en": "111 cells were read, 4 were not"}[
        lang
    ] in told
    assert f"evalkit check {out / 'road_2022.yaml'}" in told
    assert "张三" not in told and "55551234" not in told
    [project] = load([out / "road_2022.yaml"]).projects.index
    assert project == "road_2022"
    comment = {"zh": "  # 表中没有起止日期", "en": "  # the form gives no period"}[lang]
    assert f"start: 2022-01-01{comment}" in (out / "road_2022.yaml").read_text("utf-8")


def test_what_was_made_can_be_checked(capsys, tmp_path):
    """`check` takes the file as it is, and everything read is exit code 0."""
    out = tmp_path / "params"
    code, _, _ = run(capsys, xlsx(tmp_path / "a.xlsx", PARKING), "--id", "parking", "--out", out)
    assert code == 0
    assert main(["check", str(out / "parking.yaml")]) == 0
    assert "parking" in capsys.readouterr().out


def test_what_must_be_filled_in_is_what_check_names(capsys, tmp_path):
    """A form without a unit makes a file that `check` refuses with that line."""
    form = year_form()
    form.rows[3][0] = "项目资金"
    code, told, _ = run(capsys, xlsx(tmp_path / "a.xlsx", form), "--out", tmp_path, "--lang", "en")
    assert code == 1 and "units.amount" in told
    text = (tmp_path / "a.yaml").read_text("utf-8").splitlines()
    line = next(
        n for n, each in enumerate(text, start=1) if each.startswith("  amount:  # fill in")
    )
    assert main(["check", str(tmp_path / "a.yaml"), "--lang", "en"]) == 2
    assert f"a.yaml:{line}:" in capsys.readouterr().err


def test_the_list_as_data(capsys, tmp_path):
    """Kind, code, place, what stands there and the sentence, of every entry."""
    path = xlsx(tmp_path / "a.xlsx", FARMLAND)
    code, told, _ = run(capsys, path, "--format", "json", "--out", tmp_path, "--lang", "en")
    assert code == 1
    [data] = json.loads(told)["files"]
    assert data["file"] == "a.xlsx" and data["written"] == [str(tmp_path / "a.yaml")]
    assert (data["read"], data["unread"]) == (83, 6)
    [left] = [each for each in data["remarks"] if each["kind"] == "left"]
    assert (left["code"], left["place"], left["found"]) == (
        "share_or_percent",
        "Sheet1!J10",
        "0.95",
    )
    assert "percentage" in left["sentence"]
    assert "李四" not in told


@pytest.mark.parametrize("taken", ["a.yaml", "road.zh.md"])
def test_nothing_is_overwritten(capsys, tmp_path, taken):
    """Neither the params file nor its prose; then nothing else is written either."""
    (tmp_path / taken).write_text("mine")
    id = taken.partition(".")[0]
    path = xlsx(tmp_path / "form.xlsx", ROADS)
    code, told, err = run(capsys, path, "--id", id, "--out", tmp_path)
    assert (code, told) == (2, "")
    assert str(tmp_path / taken) in err
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([taken, "form.xlsx"])
    assert (tmp_path / taken).read_text() == "mine"


def test_all_that_is_wrong_is_told_at_once(capsys, tmp_path):
    """Each file with its reason; the good one beside them is not written."""
    good, out = xlsx(tmp_path / "good.xlsx", year_form()), tmp_path / "out"
    page, plain = tmp_path / "page.xls", xlsx(tmp_path / "plain.xlsx", Grid([["a", 1]]))
    page.write_bytes(FILES["html"])
    code, told, err = run(capsys, page, good, plain, tmp_path / "no.xlsx", tmp_path, "--out", out)
    assert (code, told) == (2, "")
    assert [line.partition("：")[0].rpartition("/")[2] for line in err.strip().splitlines()] == [
        "page.xls", "plain.xlsx", "no.xlsx", tmp_path.name,
    ]  # fmt: skip
    assert not out.exists()


def test_two_forms_of_the_same_name(capsys, tmp_path):
    """Two files that would become one params file are refused."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        xlsx(tmp_path / folder / "x.xlsx", year_form())
    forms = [tmp_path / "a" / "x.xlsx", tmp_path / "b" / "x.xlsx"]
    code, _, err = run(capsys, *forms, "--out", tmp_path)
    assert code == 2 and "x.yaml" in err
    assert not (tmp_path / "x.yaml").exists()


WRONG = [("--id", "../x"), ("--id", "名称"), ("--framework", "no-such"), ("--frobnicate",)]


@pytest.mark.parametrize("options", WRONG, ids=" ".join)
def test_wrong_usage(capsys, tmp_path, options):
    """An id that is none, a framework that is not there: a sentence, and nothing is written."""
    path, out = xlsx(tmp_path / "a.xlsx", year_form()), tmp_path / "out"
    try:
        code = main(["import", str(path), "--out", str(out), *options])
    except SystemExit as end:
        code = end.code
    told = capsys.readouterr()
    assert (code, told.out) == (2, "") and told.err.strip()
    assert not out.exists()


def test_one_id_for_several_files(capsys, tmp_path):
    """An id belongs to one file."""
    paths = [xlsx(tmp_path / f"{n}.xlsx", year_form()) for n in "ab"]
    code, _, err = run(capsys, *paths, "--id", "x", "--out", tmp_path)
    assert code == 2 and "--id" in err


def test_frameworks_may_be_chosen(capsys, tmp_path):
    """Several, in their order."""
    names = ["evaluation-2020", "self-evaluation-2020"]
    path = xlsx(tmp_path / "a.xlsx", year_form())
    assert run(capsys, path, "--framework", *names, "--out", tmp_path)[0] == 0
    text = (tmp_path / "a.yaml").read_text("utf-8")
    assert "framework: [evaluation-2020, self-evaluation-2020]\n" in text


def test_where_nothing_can_be_written(capsys, tmp_path):
    """A file in the place of the folder is told in a sentence."""
    (tmp_path / "params").write_text("a file")
    path = xlsx(tmp_path / "a.xlsx", year_form())
    code, _, err = run(capsys, path, "--out", tmp_path / "params")
    assert code == 2 and str(tmp_path / "params") in err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_reason_and_remark_has_its_words(lang):
    """Each code that the intake gives is a sentence of the language."""
    folder = Path(cli.__file__).parent / "intake"
    files = [*folder.glob("*.py"), folder.parent / "files.py"]
    source = "".join(path.read_text("utf-8") for path in files)
    remarks = re.findall(
        r'(?:note|leave)\(\s*(?:"\w+", |\w+(?:\.\w+)*, |row\[key\], )"(\w+)"', source
    )
    reasons = re.findall(r'Unreadable\("(\w+)"', source)
    assert len(set(remarks)) > 35 and len(set(reasons)) > 8
    known = variants(lang, "intake")
    assert {*remarks, *(f"file_{code}" for code in [*reasons, *FILES])} - set(known) == {"broken"}
