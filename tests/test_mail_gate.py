"""Nothing personal leaves by mail: planted in every place, it is masked or the mail is refused."""

import base64
import io
import shutil
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from evalkit.mail.gate import kinds, leaks, look_through, masked
from evalkit.mail.refusal import MailRefused
from tests.report_files import p, pdf, word, zipped
from tests.test_mail import EXAMPLE, body, made
from tests.test_privacy import PLAIN

# Invented numbers, as in test_privacy.
NUMBERS = {
    "mobile": "13800138000", "landline": "021-64123456", "identity": "11010519491231002X",
    "card": "6222021234567890128", "email": "somebody@example.com",
}  # fmt: skip
PAGE = (EXAMPLE / "report.zh.html").read_text("utf-8")
#: Places of a page: what stands there, and what the planted one looks like.
PLACES = {
    "title": ("<h1>政府购买", "<h1>{} 政府购买"),
    "about": ("<p>项目实施单位：", "<p>{}，项目实施单位："),
    "table": ('<th scope="row">服装费</th>', '<th scope="row">{}</th>'),
    "alternative": ('alt="累计金额', 'alt="{} 累计金额'),
    "caption": ("<figcaption>预算执行进度", "<figcaption>{} 预算执行进度"),
    "finding": ("“服装费”按人配置", "{} 按人配置"),
    "problem": ("缺少过程监管，不利于及时发现问题</strong>", "电话 {}</strong>"),
    "advice": ("<p>建议工勤管理科", "<p>{} 建议工勤管理科"),
    "formula": ('title="预算安排 =', 'title="{} 预算安排 ='),
    "head": ("<title>", "<title>{} "),
    "comment": ("<body>", "<body><!-- {} -->"),
}


def folder_with(tmp_path, page):
    """A project's folder with another page."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "project")
    (folder / "report.zh.html").write_text(page, "utf-8")
    return folder


@pytest.mark.parametrize("place", PLACES)
def test_a_planted_number_is_masked_everywhere(tmp_path, place):
    """All five kinds at once; no body, attachment, alternative text or header holds one."""
    found, planted = PLACES[place]
    assert PAGE.count(found) >= 1
    page = PAGE.replace(found, planted.format(" / ".join(NUMBERS.values())))
    for attach in ("html", "zip"):
        folder = folder_with(tmp_path / attach, page)
        ready, message = made(folder, attach=attach)
        [attached] = message.iter_attachments()
        data = attached.get_payload(decode=True)
        if attach == "zip":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read(archive.namelist()[0])
        everything = [str(message["Subject"]), body(message, "plain"), body(message, "html"),
                      data.decode(), ready.subject]  # fmt: skip
        for number in NUMBERS.values():
            assert not [text for text in everything if number in text], number
        assert "×××××××××××" in data.decode()


HIDDEN = [
    "138<b>0013</b>8000", "1380013&#56;000", "138\u200b0013\u200b8000", "１３８００１３８０００",
    "𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", "138\u00a00013\u00a08000", "somebody&#64;example.com",
    "some<wbr>body@example.com", "110105<span>19491231</span>002X",
]  # fmt: skip


@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_hidden_number_is_masked_or_refused(tmp_path, hidden):
    """Split by tags, written as entities, with invisible signs between or in other digits."""
    folder = folder_with(tmp_path, PAGE.replace("<p>建议工勤管理科", f"<p>{hidden} 建议"))
    try:
        _, message = made(folder)
    except MailRefused as refused:
        assert refused.code == "leak"
    else:
        [attached] = message.iter_attachments()
        assert hidden not in attached.get_payload(decode=True).decode()


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_files_of_every_form_are_looked_through(number):
    """PDF text and metadata, Word, Excel and their metadata, archives, names, picture metadata."""
    kind = next(each for each, value in NUMBERS.items() if value == number)
    core = f'<?xml version="1.0"?><c><dc:creator xmlns:dc="d">{number}</dc:creator></c>'
    split = f"<w:r><w:t>{number[:5]}</w:t></w:r><w:r><w:t>{number[5:]}</w:t></w:r>"
    cells = f'<?xml version="1.0"?><sst><si><t>{number}</t></si><si><t>5</t></si></sst>'
    clean = word(p("clean"))
    picture = io.BytesIO()
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", number)
    Image.new("P", (1, 1)).save(picture, "PNG", pnginfo=about)
    shown = base64.b64encode(picture.getvalue()).decode()
    files = {
        "pdf": pdf([f"call {number} now"]),
        "docx": word(p(f"call {number}")),
        "split docx": word(f"<w:p>{split}</w:p>"),
        "docx metadata": word(p("clean"), docProps__core=core),
        "docx comment": word(p("clean"), word__comments=f"<w:p><w:t>{number}</w:t></w:p>"),
        "xlsx": zipped(xl__sharedStrings=cells),
        "archive in an archive": zipped(inner=word(p(number))),
        "name in an archive": zipped(**{f"{number}": "x"}),
        "picture": picture.getvalue(),
        "picture in a page": f'<img src="data:image/png;base64,{shown}">'.encode(),
        "json": f'{{"a": "{number}"}}'.encode(),
    }
    found = {name: {leak.kind for leak in look_through("x", data)} for name, data in files.items()}
    assert found == {name: {kind} for name in files}
    assert look_through("x", clean) == []


def test_metadata_of_a_pdf_is_looked_at():
    """Author, notes on pages, bookmarks, files within."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.annotations import Text

    for place in ("metadata", "note", "bookmark", "file", "xmp"):
        writer = PdfWriter(PdfReader(io.BytesIO(pdf(["clean"]))))
        if place == "metadata":
            writer.add_metadata({"/Author": "tel 13800138000"})
        elif place == "note":
            writer.add_annotation(0, Text(text="13800138000", rect=(0, 0, 9, 9)))
        elif place == "bookmark":
            writer.add_outline_item(title="13800138000", page_number=0)
        elif place == "file":
            writer.add_attachment("a.txt", b"13800138000")
        else:
            writer.xmp_metadata = (
                b'<?xpacket?><x:xmpmeta xmlns:x="x"><a>13800138000</a></x:xmpmeta>'
            )
        made_pdf = io.BytesIO()
        writer.write(made_pdf)
        assert {leak.kind for leak in look_through("x", made_pdf.getvalue())} == {"mobile"}, place


@pytest.mark.parametrize("data", [
    b"\xd0\xcf\x11\xe0" + bytes(40), b"%PDF-1.7 broken", b"PK\x03\x04broken", b"\x89PNG broken",
    "电话".encode("gb18030"), b"a\0b",
], ids=["old word", "pdf", "zip", "png", "gb18030", "binary"])  # fmt: skip
def test_what_cannot_be_looked_into_does_not_leave(data):
    """Old binary formats, broken files, unknown encodings."""
    assert [leak.kind for leak in look_through("x", data)] == ["unreadable"]


def test_archives_that_never_end_are_refused():
    """Too deep, or too large when unpacked."""
    data = b"x"
    for _ in range(6):
        data = zipped(a=data)
    assert [leak.kind for leak in look_through("x", data)] == ["unreadable"]
    large = io.BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(3):
            archive.writestr(f"{n}.txt", bytes(70_000_000))
    assert [leak.kind for leak in look_through("x", large.getvalue())] == ["unreadable"]


def test_headers_and_names_are_looked_at_and_addresses_are_not():
    """The address of a recipient is what a mail is for; a number in a name is not."""
    message = EmailMessage()
    message["To"] = "Zhang <somebody@example.com>"
    message["Subject"] = "clean"
    message.set_content("clean")
    assert leaks(message) == []
    del message["To"]
    message["To"] = "Zhang 13800138000 <somebody@example.com>"
    message["X-Note"] = "021-64123456"
    message.add_attachment(b"clean", maintype="text", subtype="plain", filename="13800138000.txt")
    assert {(leak.where, leak.kind) for leak in leaks(message)} == {
        ("To", "mobile"), ("X-Note", "landline"), ("13800138000.txt", "mobile"),
    }  # fmt: skip


def test_a_pdf_with_a_number_is_refused(tmp_path):
    """It cannot be masked; the refusal names the file and the kind, not the number."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "project")
    (folder / "report.zh.pdf").write_bytes(pdf(["call 13800138000"]))
    with pytest.raises(MailRefused) as refused:
        made(folder, attach="pdf")
    assert refused.value.values["places"] == "report-minhang-logistics-2018.zh.pdf: mobile"


@pytest.mark.parametrize("plain", PLAIN)
def test_what_is_not_personal_stays(plain):
    """Amounts, dates and document numbers pass, in a page and on their own."""
    page = f"<p>{plain}</p>"
    assert masked(page) == page
    assert kinds(plain) == []


def test_pages_of_ours_pass_untouched(delivered):
    """Every page that is made of the examples is attached byte for byte."""
    pages = sorted(Path(delivered).glob("*/report.*.html"))
    assert len(pages) >= 8
    for page in pages:
        text = page.read_text("utf-8")
        assert masked(text) == text
        assert look_through(page.name, text.encode()) == []
