"""Mails as messages: what they hold, how they are built, that nothing is made of what is wrong."""

import io
import re
import shutil
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32, default
from email.utils import parseaddr
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from evalkit.cli import main
from evalkit.errors import NoPdf
from evalkit.mail.addresses import Person
from evalkit.mail.compose import Envelope, compose
from evalkit.mail.dress import HEAVIEST, as_html, as_text, fitted
from evalkit.mail.letter import Cell, Grid, Heading, Letter, Line, Prose, Run
from evalkit.mail.pieces import letter_of
from evalkit.mail.post import Job, Manner, make
from evalkit.mail.refusal import MailRefused
from evalkit.words import Words
from tests.portfolio_folders import seven
from tests.report_files import pdf

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "reports" / "minhang-logistics-2018"
NOW = datetime(2024, 9, 30, 8, 30, tzinfo=UTC)
ZHANG, LI = Person("张科长", "zhang@example.gov.cn"), Person("", "li@example.gov.cn")
#: What Outlook's Word engine and Gmail both take (caniemail, and the lists of both makers).
TAGS = {
    "html", "head", "meta", "title", "body", "div", "table", "caption", "tr", "th", "td", "h1",
    "h2", "p", "ul", "li", "strong", "br", "img",
}  # fmt: skip
PROPERTIES = {
    "margin", "padding", "color", "background-color", "font-family", "font-size", "font-weight",
    "line-height", "text-align", "border-left", "border-bottom", "border-collapse", "width",
    "max-width", "height", "display",
}  # fmt: skip


def made(folder=EXAMPLE, lang="zh", attach="html", to=(ZHANG,), cc=(), is_digest=False, **more):
    """A mail of a folder as (what is told of it, the message parsed by the standard library)."""
    manner = Manner(lang, attach, more.get("sender", LI), more.get("is_draft", True), NOW)
    ready = make(Job(folder, to, cc, is_digest), manner)
    return ready, message_from_bytes(ready.data, policy=default)


def shape(part):
    """The tree of a message by types."""
    if part.is_multipart():
        return [part.get_content_type(), *map(shape, part.iter_parts())]
    return part.get_content_type()


def body(message, kind):
    """The text of one of the two bodies."""
    return message.get_body(preferencelist=(kind,)).get_content()


class Elements(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def example():
    """The mail of the reference project in Chinese."""
    return made()


# --- the message -------------------------------------------------------------------------


def test_the_tree_is_the_one_that_every_program_reads(example):
    """Plain text before HTML, pictures beside the HTML, the report beside the body; all base64."""
    _, message = example
    assert shape(message) == [
        "multipart/mixed",
        ["multipart/alternative", "text/plain",
         ["multipart/related", "text/html", "image/png", "image/png"]],
        "text/html",
    ]  # fmt: skip
    leaves = [part for part in message.walk() if not part.is_multipart()]
    assert {part["Content-Transfer-Encoding"] for part in leaves} == {"base64"}
    assert [part.defects for part in message.walk()] == [[]] * 8
    [report] = message.iter_attachments()
    assert report.get_filename() == "report-minhang-logistics-2018.zh.html"
    assert report.get_payload(decode=True) == (EXAMPLE / "report.zh.html").read_bytes()


def test_headers_say_what_they_hold(example):
    """Chinese subject and name, ASCII on the wire, date and id; the mark of a draft."""
    ready, message = example
    assert message["Subject"] == ("政府购买区机关工勤类后勤服务项目绩效跟踪评价报告：运行基本正常")
    assert str(message["To"]) == "张科长 <zhang@example.gov.cn>"
    assert message["Date"].datetime == NOW
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.gov\.cn>", message["Message-ID"])
    assert message["X-Unsent"] == "1"
    assert ready.data.isascii() and max(map(len, ready.data.split(b"\r\n"))) <= 998
    assert made(is_draft=False)[1]["X-Unsent"] is None


def test_the_same_gives_the_same_bytes(example):
    """Also the boundaries; other recipients change neither the id nor the body."""
    ready, _ = example
    assert made()[0].data == ready.data
    other, _ = made(to=(LI,))
    assert other.message_id == ready.message_id
    assert made(attach="zip")[0].message_id != ready.message_id
    assert made(lang="en")[0].message_id != ready.message_id


SIGNS = st.one_of(
    st.sampled_from('a 科长.,()"\\=?-𐀀é'), st.characters(exclude_categories=["C", "Z"])
)


@given(st.text(SIGNS, min_size=1, max_size=60).map(lambda text: " ".join(text.split()) or "x"))
def test_every_name_and_subject_comes_back_whole(text):
    """Encoded words are put together again to the very same text; no line is too long."""
    letter = Letter("zh", "t", "", (), ())
    envelope = Envelope(None, (Person(text, "a@x.cn"),), (), NOW, "<a@b>", True)
    data = compose(letter, f"报告 {text}", "<p>", "x", (), envelope).as_bytes()
    assert max(map(len, data.split(b"\r\n"))) <= 76
    raw = message_from_bytes(data, policy=compat32)
    subject, to = (raw[name].replace("\r\n", "") for name in ("Subject", "To"))
    assert str(make_header(decode_header(subject))) == f"报告 {text}"
    # As RFC 2047 reads it; the newer parser of Python 3.11 adds a space within a long name.
    assert str(make_header(decode_header(parseaddr(to)[0]))) == text
    if len(text.encode()) <= 39:
        people = message_from_bytes(data, policy=default)["To"].addresses
        assert [(each.display_name, each.addr_spec) for each in people] == [(text, "a@x.cn")]


@pytest.mark.parametrize("text", ["a\r\nBcc: x@y.cn", "a\nb", "a\x00b", "a\x1bb", "a\u202eb"])
def test_no_subject_becomes_a_header(text):
    """What ends a line or steers is gone; a message has the headers that it should and no other."""
    letter = Letter("zh", "t", "", (), ())
    envelope = Envelope(None, (LI,), (), NOW, "<a@b>", True)
    message = compose(letter, text, "<p>", "x", (), envelope)
    assert "Bcc" not in message and not re.search(r"[\x00-\x1f\u202e]", message["Subject"])


# --- the body ----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_body_is_for_every_mail_program(lang):
    """Only tags and properties of the list, nothing from outside, explicit colours, small."""
    _, message = made(lang=lang)
    html = body(message, "html")
    assert 5_000 < len(html.encode()) <= 90_000
    elements = Elements(html).found
    assert {tag for tag, _ in elements} <= TAGS
    styles = [attrs["style"] for _, attrs in elements if "style" in attrs]
    named = {rule.partition(":")[0] for style in styles for rule in style.split(";") if rule}
    assert named <= PROPERTIES
    assert not re.search(r"https?:|//|javascript|url\(|@import|expression", html.replace(
        "<!DOCTYPE html>", ""))  # fmt: skip
    assert not [attrs for _, attrs in elements if any(name.startswith("on") for name in attrs)]


def test_every_picture_is_resolved_once(example):
    """Each cid of the HTML names one part and each picture is shown; 64 colours, double pixels."""
    _, message = example
    images = [attrs for tag, attrs in Elements(body(message, "html")).found if tag == "img"]
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert [each["src"] for each in images] == [
        f"cid:{part['Content-ID'][1:-1]}" for part in pictures
    ]
    assert len(images) == len({each["src"] for each in images}) == 2
    for attrs, part in zip(images, pictures, strict=True):
        image = Image.open(io.BytesIO(part.get_content()))
        assert image.mode == "P" and len(image.getcolors()) <= 64
        assert image.width == 2 * int(attrs["width"]) and len(attrs["alt"]) > 40
        assert part.get_content_disposition() == "inline"


def test_both_bodies_tell_the_same(example):
    """Verdict, five figures, table, every error, problem and advice, each in both."""
    _, message = example
    html = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body(message, "html")))
    text = body(message, "plain")
    for said in (
        "运行基本正常", "申报：运行正常", "3,780.92 万元", "2,819.55 万元", "74.57%", "100.00%",
        "99.43%", "不符：30", "管理费", "-0.68", "支付未按预算内容分列", "2,285.52",
        "预算构成的瀑布图", "数字放大了 10,000 倍", "缺少过程监管，不利于及时发现问题",
        "增强过程监管，及时发现问题", "report-minhang-logistics-2018.zh.html",
    ):  # fmt: skip
        assert said in text, said
        assert said in html or said == "预算构成的瀑布图", said
    assert "重算金额" not in text.partition("预算构成的瀑布图")[0]
    numbers = re.findall(r"(?m)^(\d+)\u2002", text)
    assert numbers == [str(n) for n in range(1, 31)]


def test_what_a_project_lacks_is_not_there(delivered):
    """No table, no chart of staff, no errors, no advice: nothing in their place."""
    _, message = made(delivered / "yangtze-fishing-2020")
    assert shape(message)[1][2] == ["multipart/related", "text/html", "image/png"]
    text = body(message, "plain")
    assert "100 分（优）" in text
    assert "==" not in text and "没有" not in text.partition("----")[0]
    _, message = made(delivered / "canteens-2024", lang="en")
    assert "Findings of severity error" not in body(message, "html")
    assert "Advice and corrective measures" in body(message, "html")


def test_a_mail_of_a_thousand_findings_says_what_it_left_out():
    """At most 90 KB of HTML; what is left out is counted, in both bodies alike."""
    lines = tuple(
        Line((Run(f"{n}", True), Run("不符的发现，说明理由。" * 12))) for n in range(1000)
    )
    rows = tuple((Cell(f"项目{n}", True), Cell("1.00", False, True)) for n in range(1000))
    letter = Letter("zh", "t", "", (), (Heading("h"), Prose(lines), Grid("c", (), rows)))
    words = Words("zh")
    kept, html = as_html(letter, "x", words)
    assert 30_000 < len(html.encode()) <= HEAVIEST
    prose, grid = kept.blocks[1], kept.blocks[2]
    assert (len(prose.lines) + prose.left_out, len(grid.rows) + grid.left_out) == (1000, 1000)
    for said in (html, as_text(kept, "x", words)):
        assert f"另有 {prose.left_out:,} 项" in said


def test_a_wide_table_gets_two_lines_a_row():
    """So that a telephone shows it; a cell over all rows then covers both lines of each."""
    names = [Cell("Name", True), *(Cell(f"Column {n}", True, True) for n in range(4))]
    merged = Cell("not told apart", down=2, across=2)
    rows = (
        (Cell("One", True), Cell("3,600,000.00", False, True), Cell("1,600,000.00", False, True),
         merged),
        (Cell("Two", True), Cell("3,600,000.00", False, True), Cell("1,600,000.00", False, True)),
    )  # fmt: skip
    wide = fitted(Grid("c", (tuple(names),), rows))
    assert [[(c.text, c.down, c.across) for c in row] for row in wide.rows] == [
        [("One", 1, 4)],
        [("3,600,000.00", 1, 1), ("1,600,000.00", 1, 1), ("not told apart", 3, 2)],
        [("Two", 1, 2)],
        [("3,600,000.00", 1, 1), ("1,600,000.00", 1, 1)],
    ]
    small = Grid("c", (), ((Cell("a", True), Cell("1", False, True), Cell("2", False, True)),))
    assert fitted(small) is small


HOSTILE = '<b>&amp;</b><script>{{ 7*7 }}</script>" onload="x'


def test_a_projects_texts_are_texts():
    """Markup and placeholders in a title are shown and do nothing."""
    words = Words("zh")
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    page = f'<section id="summary"><h1>{escaped}</h1></section>'
    letter = letter_of(page, words)
    _, html = as_html(letter, "x", words)
    assert letter.title == HOSTILE
    assert "49" not in html and {tag for tag, _ in Elements(html).found} <= TAGS
    assert as_text(letter, "x", words).startswith(HOSTILE)


# --- what is attached -----------------------------------------------------------------------


def test_zip_holds_the_page(example):
    """The name is ASCII, the member the page itself; a second one has the same bytes."""
    _, message = made(attach="zip")
    [packed] = message.iter_attachments()
    assert packed.get_filename() == "report-minhang-logistics-2018.zh.zip"
    with zipfile.ZipFile(io.BytesIO(packed.get_content())) as archive:
        assert archive.namelist() == ["report-minhang-logistics-2018.zh.html"]
        assert archive.read(archive.namelist()[0]) == (EXAMPLE / "report.zh.html").read_bytes()
    assert made(attach="zip")[0].data == made(attach="zip")[0].data


def test_none_says_so():
    """The tree has no mixed part then, and the body says where the report is."""
    _, message = made(attach="none")
    assert shape(message)[0] == "multipart/alternative"
    assert "没有附件" in body(message, "plain")


def test_a_pdf_that_lies_there_is_taken(tmp_path):
    """As it is, under an ASCII name."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "project")
    (folder / "report.zh.pdf").write_bytes(pdf(["Budget 3,780.92"]))
    _, message = made(folder, attach="pdf")
    [attached] = message.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == "report-minhang-logistics-2018.zh.pdf"
    assert attached.get_content() == (folder / "report.zh.pdf").read_bytes()


def test_a_pdf_is_made_where_none_lies_there(tmp_path, monkeypatch):
    """From the page, by the printer of evalkit; where that cannot, it is told."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "project")

    def write_pdf(source, target):
        assert source.read_bytes() == (EXAMPLE / "report.zh.html").read_bytes()
        target.write_bytes(pdf(["Budget"]))

    monkeypatch.setattr("evalkit.pdf.write_pdf", write_pdf)
    [attached] = made(folder, attach="pdf")[1].iter_attachments()
    assert attached.get_content() == pdf(["Budget"])

    def cannot(source, target):
        raise NoPdf("pdf_nothing", variable="EVALKIT_CHROMIUM")

    monkeypatch.setattr("evalkit.pdf.write_pdf", cannot)
    with pytest.raises(MailRefused) as refused:
        made(folder, attach="pdf")
    assert refused.value.code == "pdf_nothing"


# --- the digest ------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_digest_has_the_worst_first(tmp_path, lang):
    """Every project by its need, with those that failed; the page without dead links."""
    out = seven(tmp_path / "out")
    (out / "portfolio").mkdir()
    page = '<h1>x</h1><a href="#b">1</a><a class="y" href="../b/report.zh.html">b</a>'
    (out / "portfolio" / f"portfolio.{lang}.html").write_text(page)
    ready, message = made(out, lang=lang, is_digest=True)
    table = body(message, "plain").rpartition({"zh": "各项目", "en": "The projects"}[lang])[2]
    order = re.findall(r"(?m)^- (?:Project )?([a-g])\b", table)
    assert sorted(order) == list("abcdefg") and order[0] == "b"
    assert order.index("f") < order.index("a")
    titles = {"zh": "项目组合评价报告", "en": "Report on the portfolio of projects"}
    assert message["Subject"] == titles[lang]
    [attached] = message.iter_attachments()
    assert attached.get_payload(decode=True).decode() == (
        '<h1>x</h1><a href="#b">1</a><a class="y">b</a>'
    )
    assert ready.draft == out / "portfolio" / f"mail.{lang}.eml"


# --- the command ---------------------------------------------------------------------------


def run(capsys, *arguments):
    """Run the command; exit code and what it said."""
    code = main(["mail", *arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.out, said.err


def test_by_default_a_draft_lies_beside_the_report(capsys, tmp_path, monkeypatch):
    """And it is told what would go to whom; the date can be given."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1727685000")
    folder = shutil.copytree(EXAMPLE, tmp_path / "project")
    code, out, _ = run(capsys, str(folder), "--to", "张 <z@x.cn>；a@x.cn", "--cc", "c@x.cn")
    assert code == 0
    size = f"（{(EXAMPLE / 'report.zh.html').stat().st_size / 1000:.0f} KB）"
    for said in ("张 <z@x.cn>", "a@x.cn", "c@x.cn", "运行基本正常", size, "没有发送"):
        assert said in out
    draft = message_from_bytes((folder / "mail.zh.eml").read_bytes(), policy=default)
    assert draft["Date"].datetime == datetime(2024, 9, 30, 8, 30, tzinfo=UTC)
    assert [each.addr_spec for each in draft["To"].addresses] == ["z@x.cn", "a@x.cn"]
    assert draft["From"] is None


WRONG = [
    ((), "--digest"),
    (("{example}", "--to", "a@b.cn", "--wait", "nan"), "--wait"),
    (("--digest", "{example}", "--recipients", "people.yaml"), "--recipients"),
    (("{example}",), "--to"),
    (("{example}", "--to", " "), "--to"),
    (("{example}", "--to", "a@b.cn\r\nBcc: x@y.cn"), "U+000D"),
    (("{example}", "--to", "a\u200b@b.cn"), "U+200B"),
    (("{example}", "--to", "аdmin@b.cn"), "аdmin"),
    (("{example}", "--to", "a@exаmple.cn"), "exаmple"),
    (("{example}", "--to", "a@xn--exmple-4nf.cn"), "xn--"),
    (("{example}", "--to", '"boss@b.cn" <x@evil.cn>'), "boss"),
    (("{example}", "--to", "Аdmin <a@b.cn>"), "Аdmin"),
    (("{example}", "--to", "a@b"), "a@b"),
    (("{example}", "--to", ";".join(f"p{n}@b.cn" for n in range(2000))), "2000"),
    (("{example}", "--to", "a@b.cn", "--send"), "EVALKIT_SMTP_HOST"),
    (("{example}", "--to", "a@b.cn", "--from", "x"), "--from"),
    (("no/such", "--to", "a@b.cn"), "no/such"),
    (("--digest", "{example}", "--to", "a@b.cn"), "evalkit batch"),
    (("{example}", "--digest", "{example}", "--to", "a@b.cn"), "--digest"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG, ids=[ascii(each[1]) for each in WRONG])
def test_what_is_wrong_is_told_and_nothing_is_made(capsys, tmp_path, monkeypatch, arguments, told):
    """In a sentence that shows it; no draft is written."""
    for name in ("HOST", "FROM", "USER"):
        monkeypatch.delenv(f"EVALKIT_SMTP_{name}", raising=False)
    folder = shutil.copytree(EXAMPLE, tmp_path / "project")
    before = sorted(folder.iterdir())
    code, out, err = run(capsys, *(each.format(example=folder) for each in arguments))
    assert (code, out) == (2, "")
    assert told in err
    assert sorted(folder.iterdir()) == before


def test_one_that_cannot_be_made_keeps_all_back(capsys, tmp_path):
    """Every refusal is told; the others have no draft."""
    good = shutil.copytree(EXAMPLE, tmp_path / "a")
    for name, text in (("b", "<p>"), ("c", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.zh.html").write_text(text)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "report.en.html").write_text("<p>")
    code, out, err = run(capsys, *(str(tmp_path / each) for each in "abcd"), "--to", "x@y.cn")
    assert (code, out) == (2, "")
    assert [place for place in "abcd" if str(tmp_path / place) in err] == ["b", "c", "d"]
    assert not list(good.glob("*.eml"))


def test_a_project_of_another_language_is_told(tmp_path):
    """With the languages that there are."""
    (tmp_path / "report.en.html").write_text("<p>")
    with pytest.raises(MailRefused) as refused:
        made(tmp_path)
    assert (refused.value.code, refused.value.values["there"]) == ("other_language", "en")
