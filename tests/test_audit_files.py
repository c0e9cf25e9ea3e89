"""Files of reports: what each reader sees, and what is refused or read without harm."""

import os
import struct
import zlib
from pathlib import Path

import pytest

from evalkit.audit.reading import LARGEST_FILE, read_report
from evalkit.files import Unreadable
from evalkit.sentences import variants
from tests.report_files import p, pdf, tbl, tc, word, zipped

SENTENCE = "预算安排 3,780.92 万元，执行率 74.57%。"
ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def read(tmp_path, data, name="report.txt"):
    """The document in a file with these bytes."""
    path = tmp_path / name
    path.write_bytes(data)
    return read_report(path)


def texts(document):
    """Kind, line and text of each block."""
    return [(block.kind, block.line, block.text) for block in document.blocks]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_are_told_apart(tmp_path, encoding):
    """The same text in every encoding that Chinese offices save."""
    found = read(tmp_path, SENTENCE.encode(encoding))
    assert texts(found) == [("paragraph", 1, SENTENCE)]


def test_utf_16_of_either_order(tmp_path):
    """Big and little end, each with its mark."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert read(tmp_path, mark + SENTENCE.encode(encoding)).blocks[0].text == SENTENCE


def test_text_keeps_its_lines(tmp_path):
    """Headings, tables by tabs, Markdown tables; lines count as in the file."""
    text = "# Title\n\n一、项目概况\n说明。\n\na\tb\n1\t2\n\n| c | d |\n|---|---|\n| 3 | 4 |\n"
    assert texts(read(tmp_path, text.encode())) == [
        ("heading", 1, "Title"), ("heading", 3, "一、项目概况"), ("paragraph", 4, "说明。"),
        ("row", 6, "a | b"), ("row", 7, "1 | 2"), ("row", 9, "c | d"), ("row", 11, "3 | 4"),
    ]  # fmt: skip


def test_html_is_read_as_a_reader_sees_it(tmp_path):
    """Scripts, styles and what is hidden are dropped; merged cells stand where they reach."""
    page = """<!DOCTYPE html><html><head><title>t</title><script>var a = "1 万元"</script></head>
<body><h1>Title</h1><style>p { width: 9% }</style><p>one <b>two</b><br>three &amp; &#22235;</p>
<p hidden>no</p><div style="display: none">no</div><img src="http://192.0.2.1/x" onerror="x()">
<table><tr><th rowspan="2">a</th><th colspan="2">b</th></tr><tr><td>1</td><td>2</td></tr></table>
<noscript>no</noscript><iframe src="http://192.0.2.1/"></iframe></body></html>"""
    found = read(tmp_path, page.encode(), "page.html")
    assert [(k, t) for k, _, t in texts(found)] == [
        ("heading", "Title"), ("paragraph", "one two"), ("paragraph", "three & 四"),
        ("row", "a | b"), ("row", "1 | 2"),
    ]  # fmt: skip
    last = found.blocks[-1].cells
    assert [(cell.text, cell.column, cell.is_repeat) for cell in last] == [
        ("a", 0, True), ("1", 1, False), ("2", 2, False),
    ]  # fmt: skip


def test_word_is_read_in_order(tmp_path):
    """Headings, paragraphs and tables with merged cells; deleted text and fields stay out."""
    body = (
        p("标题", "Heading1")
        + p(SENTENCE)
        + "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>kept</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        + tbl(
            [tc("a", '<w:vMerge w:val="restart"/>'), tc("b", '<w:gridSpan w:val="2"/>')],
            [tc("", "<w:vMerge/>"), tc("1"), tc("2")],
        )
    )
    found = read(tmp_path, word(body, word__vbaProject="MsgBox 1"), "report.docx")
    assert texts(found) == [
        ("heading", 1, "标题"), ("paragraph", 2, SENTENCE), ("paragraph", 3, "kept"),
        ("row", 4, "a | b"), ("row", 5, "1 | 2"),
    ]  # fmt: skip
    assert found.counted == "paragraph"
    assert found.blocks[-1].cells[0][:1] == ("a",)
    assert found.blocks[-1].cells[0].is_repeat


def test_pdf_is_read_by_pages(tmp_path):
    """Text of each page with its number; numbers of pages are left out."""
    found = read(tmp_path, pdf(["The budget is CNY 37.8092 million.", "1"], ["74.57% was spent."]))
    assert texts(found) == [
        ("paragraph", 1, "The budget is CNY 37.8092 million."),
        ("paragraph", 2, "74.57% was spent."),
    ]
    assert found.counted == "page"


def test_personal_numbers_are_masked_before_anything_else(tmp_path):
    """A telephone number is counted and gone, in a paragraph and in a cell."""
    found = read(tmp_path, "联系电话：13800138000\n\na\t电话 021-64880000\n".encode())
    assert "1380" not in repr(found) and "6488" not in repr(found)
    assert found.masked == ("mobile", "landline")


# --- refused -------------------------------------------------------------------------------

BOMB = word("<w:p/>" * 1_000_000)
LYING = bytearray(word(p("x" * 5000)))
at = LYING.rfind(b"PK\x01\x02")
LYING[at + 24 : at + 28] = struct.pack("<I", 10)  # the directory says: ten bytes
REFUSED = {
    "empty": b"",
    "too_large": b"a" * (LARGEST_FILE + 1),
    "no_text": b" \n\n ",
    "encoding": b"caf\xe9 cr\xe8me \xff\xfe\xfd" * 9,
    "binary": b"\x00\x01\x02abc" * 9,
    "old_word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99,
    "picture": b"\x89PNG\r\n\x1a\n",
    "rtf": b"{\\rtf1 text}",
    "archive": zipped(a="b"),
    "other_office": zipped(xl__workbook="b"),
    "unpacks_too_large": BOMB,
    "entities": word("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", ENTITIES),
    "damaged": word("<w:p>"),
    "scanned": pdf([], []),
    "too_deep": b"<html>" + b"<table><tr><td>" * 600,
    "too_many_cells": b"<html><table>" + b'<tr><td colspan="100">x</td></tr>' * 2100,
    "too_many_pages": pdf(*[["text of this page is here"]] * 501),
}
ALSO = [
    ("entities", word("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", OUTSIDE)),
    ("entities", word(p("a"), '<!DOCTYPE d SYSTEM "http://192.0.2.1/d.dtd">')),
    ("damaged", bytes(LYING)),
    ("damaged", word(p("x"))[:-30]),
    ("damaged", b"PK\x03\x04" + os.urandom(400)),
    ("damaged", b"%PDF-1.7\n" + os.urandom(400)),
    ("damaged", zipped(word__document="x").replace(b"word/document", b"word/document")),
    ("encoding", "é".encode("utf-32")),
    ("archive", zlib.compress(b"x") and b"\x1f\x8b\x08" + b"\0" * 20),
]


@pytest.mark.parametrize("code", REFUSED)
@pytest.mark.parametrize("name", ["report.txt", "report.docx", "report.pdf"])
def test_what_cannot_be_read_is_refused(tmp_path, code, name):
    """By what the file holds, whatever its name."""
    with pytest.raises(Unreadable) as caught:
        read(tmp_path, REFUSED[code], name)
    assert caught.value.code == code


@pytest.mark.parametrize(("codes", "data"), [(c, d) for c, d in ALSO])
def test_what_means_harm_is_refused(tmp_path, codes, data):
    """Entities from outside, a directory that lies, files cut short, bytes at random."""
    with pytest.raises(Unreadable) as caught:
        read(tmp_path, data)
    assert caught.value.code in (codes, "archive", "encoding", "binary", "scanned")


def test_what_is_no_file_is_refused(tmp_path):
    """A folder, a missing file, a pipe."""
    os.mkfifo(tmp_path / "pipe")
    for name, code in (("", "is_folder"), ("none.txt", "missing"), ("pipe", "not_a_file")):
        with pytest.raises(Unreadable) as caught:
            read_report(tmp_path / name)
        assert caught.value.code == code


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_refusal_has_its_sentence(lang):
    """No code without words."""
    source = Path(__file__).parents[1] / "evalkit" / "audit"
    told = set()
    for path in [*source.glob("*.py"), source.parent / "files.py"]:
        for part in path.read_text("utf-8").split("Unreadable(")[1:]:
            if part[:1] == '"':
                told.add(part.split('"')[1])
    assert len(told) > 15 and {"missing", "too_large"} <= told
    assert {f"file_{code}" for code in {*told, *REFUSED}} <= set(variants(lang, "audit"))
