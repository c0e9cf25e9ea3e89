"""PDF and Word: the words and figures of the page, in documents that people can work with."""

import json
import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from evalkit import pdf
from evalkit.charts.look import font_file
from evalkit.cli import main
from evalkit.delivery import Recipe, is_up_to_date
from evalkit.errors import NoPdf
from evalkit.page import Outline
from evalkit.params import load
from evalkit.pdf import in_own_font, write_pdf
from evalkit.sentences import languages
from evalkit.typeface import subset
from evalkit.word.document import document_of
from evalkit.work import Order, make_reports

PARAMS = Path(__file__).parents[1] / "params"
REFERENCE = "minhang-logistics-2018"
#: The figures of the first screen and of the money: by their names in facts.json.
FIGURES = ("budget_amount", "executed_amount", "execution_rate", "execution_accuracy_rate",
           "schedule_rate", "elapsed_rate", "contract_execution_rate")  # fmt: skip
A4 = (595, 842)  # points
KINDS = ("docx", "pdf")


def headings(html):
    """The headings of a page, in their order."""
    return [" ".join(text.split()) for _, text in Outline(html).headings]


def printed(folder, lang):
    """What the page prints of each of the figures."""
    facts = json.loads((folder / "facts.json").read_text("utf-8"))["facts"]
    by_name = {each["name"]: each for each in facts}
    return [by_name[name]["shown"][lang] for name in FIGURES]


def squeezed(text):
    """A text without the spaces and line ends that a line break puts in."""
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module", params=languages())
def made(request, delivered, chromium_path, tmp_path_factory):
    """A report's folder, its language, its page, its PDF."""
    lang = request.param
    folder = delivered / REFERENCE
    page = folder / f"report.{lang}.html"
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(pdf.VARIABLE, chromium_path)
        write_pdf(page, path)
    reader = PdfReader(path)
    return folder, lang, page.read_text("utf-8"), reader, [p.extract_text() for p in reader.pages]


# --- PDF ---------------------------------------------------------------------------------------


def test_the_figures_are_in_the_text(made):
    """Every key figure as the page prints it, findable: no look-alike signs, none lost."""
    folder, lang, _, _, pages = made
    text = "".join(pages)
    assert not re.search("[\u2e80-\u2fdf]", text)  # radicals in the place of characters
    for figure in printed(folder, lang):
        assert squeezed(figure) in squeezed(text), figure
    if lang == "zh":
        assert "政府购买区机关工勤类后勤服务项目绩效跟踪评价报告" in squeezed(text)


def test_the_outline_is_the_pages_headings(made):
    """The same words in the same order, each leading to a page of the document."""
    _, _, html, reader, _ = made

    def walk(entries):
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry)
            else:
                yield entry

    entries = list(walk(reader.outline))
    shown = headings(html)
    assert [entry.title for entry in entries] == shown[: len(entries)]
    assert len(entries) > 20
    places = [reader.get_destination_page_number(entry) for entry in entries]
    assert places == sorted(places) and places[-1] > 20


def test_it_is_tagged_on_a4_with_numbers(made):
    """For who hears it: tags and a language; for who prints it: A4 and the number of each page."""
    _, lang, _, reader, texts = made
    root = reader.trailer["/Root"]
    assert "/StructTreeRoot" in root and root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == {"zh": "zh-CN", "en": "en"}[lang]
    for number, page in enumerate(reader.pages, 1):
        size = tuple(round(float(each)) for each in page.mediabox[2:])
        assert size in (A4, A4[::-1])
        assert str(number) in texts[number - 1].split()


def test_it_tells_nothing_of_the_machine(made):
    """Its title and nothing else: no time, no program, no path."""
    _, _, html, reader, _ = made
    assert dict(reader.metadata) == {"/Title": headings(html)[0]}
    raw = b"".join(page.get_contents().get_data() for page in reader.pages if page.get_contents())
    assert b"file:" not in raw and b"/tmp" not in raw


def test_a_font_of_just_the_characters():
    """Those asked for and ASCII, in outlines of TrueType; the twin of a character is not there."""
    font = TTFont(BytesIO(subset(font_file(), "一无人")))
    known = font.getBestCmap()
    assert set(map(ord, "一无人Az09")) <= set(known)
    assert 0x2F00 not in known and ord("二") not in known  # ⼀ is the radical that looks like 一
    assert "glyf" in font and "CFF " not in font


def test_the_page_itself_stays_closed(made):
    """With its own font the page may still ask for nothing."""
    html = made[2]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)', in_own_font(html))[1]
    assert policy.startswith("default-src 'none'; font-src data:;")


@pytest.mark.parametrize("lang", languages())
def test_without_a_printer_nothing_is_made(monkeypatch, tmp_path, capsys, lang):
    """Told at once, with what to install; nothing half written."""
    monkeypatch.setattr(pdf, "BROWSERS", ())
    monkeypatch.setattr(pdf, "PLACES", ())
    monkeypatch.setattr(pdf.importlib.util, "find_spec", lambda name: None)
    monkeypatch.delenv(pdf.VARIABLE, raising=False)
    monkeypatch.setenv("EVALKIT_LANG", lang)
    params = str(PARAMS / f"{REFERENCE}.yaml")
    assert main(["report", params, "--format", "html,pdf", "--out", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "apt install chromium" in told and "weasyprint" in told and "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_browser_that_prints_nothing(monkeypatch, tmp_path, made):
    """Its last word is told; no file is left."""
    broken = tmp_path / "browser"
    broken.write_text("#!/bin/sh\necho 'cannot draw' >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv(pdf.VARIABLE, str(broken))
    page = tmp_path / "page.html"
    page.write_text(made[2], "utf-8")
    with pytest.raises(NoPdf) as error:
        write_pdf(page, tmp_path / "page.pdf")
    assert error.value.values["reason"] == "cannot draw"
    assert not (tmp_path / "page.pdf").exists()


# --- Word --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=languages())
def written(request, delivered):
    """A report's folder, its language, its page, its Word document."""
    folder, lang = delivered / REFERENCE, request.param
    html = (folder / f"report.{lang}.html").read_text("utf-8")
    return folder, lang, html, docx.Document(BytesIO(document_of(html)))


def everything(document):
    """All text of a document, its tables among it."""
    return "\n".join(node.text or "" for node in document.element.body.iter(qn("w:t")))


def test_word_has_the_figures(written):
    """Every key figure as the page prints it."""
    folder, lang, _, document = written
    text = squeezed(everything(document))
    for figure in printed(folder, lang):
        assert squeezed(figure) in text, figure


def test_word_has_real_headings(written):
    """In the styles that Word lists, in the order of the page; the title is the title."""
    _, _, html, document = written
    styled = [p for p in document.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    assert [" ".join(p.text.split()) for p in styled] == headings(html)
    assert styled[0].style.name == "Title"
    assert document.core_properties.title == headings(html)[0]
    assert document.core_properties.author == ""


def test_word_has_captions_contents_and_numbers_of_pages(written):
    """Fields that Word keeps: one number a caption, a table of contents, the page at the foot."""
    _, lang, html, document = written
    fields = [code.text.split() for code in document.element.body.iter(qn("w:instrText"))]
    tables = [field[1] for field in fields if field[0] == "SEQ"]
    name = {"zh": ("表", "图"), "en": ("Table", "Figure")}[lang]
    assert tables.count(name[0]) == html.count("<caption")
    assert tables.count(name[1]) == html.count("<figcaption")
    assert [field[0] for field in fields if field[0] not in ("SEQ",)] == ["TOC"]
    foot = document.sections[0].footer._element
    assert any("PAGE" in code.text for code in foot.iter(qn("w:instrText")))
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert len(captions) == len(tables)


def test_word_tables_repeat_their_heads_and_keep_their_spans(written):
    """A heading row on each page, no row broken, numbers to the right, as many rows as the page."""
    _, _, html, document = written
    heads = [t for t in document.tables if t._tbl.findall(f".//{qn('w:tblHeader')}")]
    assert len(heads) == html.count("<thead")
    row = next(r for t in document.tables for r in t.rows if "2,819.55" in r.cells[-1].text
               or "28.1955" in r.cells[-1].text)  # fmt: skip
    assert row.cells[-1].paragraphs[0].alignment == 2  # right


def test_word_pictures_have_their_words(written):
    """Each chart with its text alternative."""
    _, _, html, document = written
    about = list(document.element.body.iter(qn("wp:docPr")))
    assert len(about) == html.count("<figure")
    assert all(len(each.get("descr")) > 20 for each in about)


def test_word_fonts_are_those_of_official_documents(written):
    """仿宋 for text, 黑体 for headings, by name, for the programs that have them."""
    document = written[3]
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Heading 1", "Heading 2")
    }
    assert fonts == {"Normal": "仿宋", "Heading 1": "黑体", "Heading 2": "楷体"}


def test_a_template_of_ones_own(written, tmp_path):
    """Its fonts and its page are used; its text is not."""
    own = docx.Document()
    own.add_paragraph("SAMPLE TEXT")
    own.styles["Heading 1"].font.name = "Georgia"
    own.sections[0].left_margin = docx.shared.Cm(5)
    own.save(tmp_path / "own.docx")
    document = docx.Document(BytesIO(document_of(written[2], tmp_path / "own.docx")))
    assert document.styles["Heading 1"].font.name == "Georgia"
    assert round(document.sections[0].left_margin.cm, 2) == 5
    assert "SAMPLE TEXT" not in everything(document)


def test_the_same_page_gives_the_same_bytes(written):
    """No time is in it."""
    one, other = document_of(written[2]), document_of(written[2])
    assert one == other
    with zipfile.ZipFile(BytesIO(one)) as parts:
        core = parts.read("docProps/core.xml").decode()
    assert "created" not in core and "python-docx" not in core


def test_hostile_text_stays_text():
    """What a params file says is never markup."""
    html = (
        '<html lang="zh-CN"><body><main><h1>&lt;w:p&gt;</h1><p>a &amp; b</p></main></body></html>'
    )
    document = docx.Document(BytesIO(document_of(html)))
    assert [p.text for p in document.paragraphs] == ["<w:p>", "a & b"]


def test_a_template_that_is_none_is_refused(tmp_path, capsys):
    """Before anything is made."""
    (tmp_path / "bad.docx").write_text("no zip")
    params = str(PARAMS / f"{REFERENCE}.yaml")
    line = ["report", params, "--format", "docx", "--template", str(tmp_path / "bad.docx")]
    assert main([*line, "--out", str(tmp_path / "out")]) == 2
    assert "bad.docx" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_command_writes_and_lists_them(tmp_path, capsys, chromium_path, monkeypatch):
    """Beside the page, in the manifest; one that is gone, was edited, or is wanted in another
    template is made again."""
    monkeypatch.setenv(pdf.VARIABLE, chromium_path)
    project = "fengdu-auxpolice-2022"
    params = str(PARAMS / f"{project}.yaml")
    line = [params, "--lang", "zh", "--format", ",".join(KINDS), "--out", str(tmp_path)]
    assert main(["report", *line]) == 0
    folder = tmp_path / project
    files = json.loads((folder / "manifest.json").read_text())["files"]
    assert {"report.zh.html", "report.zh.pdf", "report.zh.docx"} <= set(files)
    assert PdfReader(folder / "report.zh.pdf").pages
    own = tmp_path / "own.docx"
    docx.Document().save(own)
    order = Order(((params, project),), ("zh",), str(tmp_path), "zh", Recipe(formats=KINDS))
    other = replace(order, recipe=Recipe(formats=KINDS, template=own))
    assert status_of(order) == "up_to_date"
    (folder / "report.zh.pdf").unlink()
    (folder / "report.zh.docx").write_bytes(b"edited by somebody")
    assert main(["batch", "--jobs", "1", *line, "--template", str(own)]) == 0
    assert status_of(other) == "up_to_date"
    assert (folder / "report.zh.pdf").exists()
    assert (folder / "report.zh.edited-1.docx").read_bytes() == b"edited by somebody"
    assert docx.Document(folder / "report.zh.docx").paragraphs
    capsys.readouterr()
    manifest = folder / "manifest.json"
    now = json.loads(manifest.read_text())
    assert list(now["templates"]) == ["report.zh.docx"]
    manifest.write_text(json.dumps(now | {"templates": {}}))
    assert not is_up_to_date(load([params]), project, Path(params), ["zh"], tmp_path, other.recipe)


def status_of(order):
    """What became of the one project of an order."""
    [outcome] = make_reports(order)
    return outcome.status
