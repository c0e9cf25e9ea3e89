"""Reports in a real browser: nothing is requested, everyone can read them, and they print."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from evalkit.cli import main

PARAMS = Path(__file__).parents[1] / "params"
PROJECTS = ("minhang-logistics-2018", "canteens-2024")
PAGES = [(project, lang) for project in PROJECTS for lang in ("zh", "en")]
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
A4 = 1123  # CSS pixels of 297 mm
UPRIGHT, TURNED = 673, 986  # CSS pixels of 210 and of 297 mm less the margins


@pytest.fixture(scope="module")
def browser(chromium_path):
    """One browser for all pages."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=QUIET)
        yield running
        running.close()


@pytest.fixture(params=PAGES, ids="-".join)
def page(request, browser, delivered):
    """A report opened as a reader opens it; what it asked for and complained of is noted."""
    project, lang = request.param
    opened = browser.new_page(viewport=DESK)
    opened.asked, opened.complaints = [], []
    opened.on("request", lambda each: opened.asked.append(each.url))
    opened.on("console", lambda each: opened.complaints.append(each.text))
    opened.on("pageerror", lambda each: opened.complaints.append(str(each)))
    opened.address = (delivered / project / f"report.{lang}.html").as_uri()
    opened.goto(opened.address)
    yield opened
    opened.close()


def test_a_report_asks_for_nothing(page):
    """Only the file itself is read; embedded images are no requests. The console stays empty."""
    outside = [url for url in page.asked if not url.startswith("data:")]
    assert outside == [page.address]
    assert page.complaints == []
    assert page.locator("script").count() == 0


def test_every_image_is_there_with_words_for_it(page):
    """Each chart was decoded and has a text alternative; each links to the tables of its data."""
    images = page.evaluate("[...document.images].map(i => [i.naturalWidth, i.alt])")
    assert len(images) >= 4
    assert all(width > 0 and alt.strip() for width, alt in images)
    assert (
        page.locator("figure").count()
        == page.locator("figure a[href^='#table-']").locator("xpath=ancestor::figure").count()
        == len(images)
    )


@pytest.mark.parametrize("page", PAGES[::3], ids="-".join, indirect=True)
def test_anyone_can_read_it(page):
    """axe finds nothing to object to, in a report of each kind and language."""
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []


def test_nothing_hangs_over_on_a_telephone(page):
    """At 360 px the page does not scroll sideways; wide tables scroll in a region of their own."""
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    wide = page.evaluate(
        """[...document.querySelectorAll('table')]
        .filter(t => t.offsetWidth > 330 && !t.closest('[tabindex="0"]')).length"""
    )
    assert wide == 0


def test_no_word_of_a_finding_is_cut_in_two(page):
    """On a telephone a line ends between words; Chinese may end anywhere."""
    page.set_viewport_size(PHONE)
    cut = page.evaluate(
        """[...document.querySelectorAll('.table-findings td:nth-child(2)')].flatMap(cell => {
          const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), cut = [];
          for (let node = walker.nextNode(); node; node = walker.nextNode())
            for (const word of node.data.matchAll(/[A-Za-z]+/g)) {
              const range = document.createRange();
              range.setStart(node, word.index);
              range.setEnd(node, word.index + word[0].length);
              if (range.getClientRects().length > 1) cut.push(word[0]);
            }
          return cut;
        })"""
    )
    assert cut == []


def test_what_needs_attention_first_is_all_in_sight_on_a_telephone(page):
    """The first screen's findings do not hide their figures behind the edge."""
    page.set_viewport_size(PHONE)
    ends = page.evaluate(
        """[...document.querySelectorAll('.table-worst_findings :is(caption, td)')]
        .map(cell => cell.getBoundingClientRect().right)"""
    )
    assert ends and max(ends) <= PHONE["width"]


def test_the_contents_are_all_in_sight_on_a_desk(page):
    """Where they do not fit in a line they wrap; nothing is cut at the edge."""
    page.set_viewport_size({"width": 1100, "height": 740})
    ends = page.evaluate(
        "[...document.querySelectorAll('.contents a')].map(a => a.getBoundingClientRect().right)"
    )
    assert len(ends) > 8 and max(ends) <= 1100


def test_the_first_screen_tells_the_result(page):
    """Verdict, five figures and the count of findings are seen without scrolling."""
    for part in (".judged", ".figures", ".counted"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= DESK["height"], part
    assert page.locator(".figures dd").count() == 5


def test_behind_a_figure_stands_its_formula(page):
    """Each figure that was computed leads to a place in the same page that the reader can see."""
    links = page.locator("a.fact")
    assert links.count() > 50
    links.first.click()
    target = page.locator(":target")
    assert target.count() == 1 and target.is_visible()


def test_it_prints_without_cutting_a_row(page):
    """On A4 every row, picture and heading lies on one page; columns do not run off the paper."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": TURNED, "height": A4})
    assert page.evaluate("document.documentElement.scrollWidth") <= TURNED
    page.evaluate(  # what the style puts on paper turned to the side
        "[...document.querySelectorAll('div')].filter(e => getComputedStyle(e).page === 'wide')"
        ".forEach(e => e.remove())"
    )
    page.set_viewport_size({"width": UPRIGHT, "height": A4})
    assert page.evaluate("document.documentElement.scrollWidth") <= UPRIGHT
    kept = page.evaluate(
        """['tr', 'figure'].flatMap(s => [...document.querySelectorAll(s)])
        .filter(e => e.getBoundingClientRect().height < 800)
        .filter(e => !e.matches('table.form tr:has(> [rowspan])'))
        .filter(e => getComputedStyle(e).breakInside !== 'avoid').length"""
    )
    assert kept == 0
    assert page.evaluate(
        "[...document.querySelectorAll('thead')].every("
        "e => getComputedStyle(e).display === 'table-header-group')"
    )
    pdf = page.pdf(format="A4", prefer_css_page_size=True, tagged=True, outline=True)
    assert 10 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 60


def test_headings_are_a_contents_list(page):
    """One main title, no level skipped, and the contents name every section in its order."""
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"
    )
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    listed = page.evaluate("[...document.querySelectorAll('nav a')].map(a => a.hash.slice(1))")
    assert listed == page.evaluate("[...document.querySelectorAll('section')].map(s => s.id)")


HOSTILE = "<script>alert(1)</script> [x](javascript:alert(2)) {{ 7*7 }} {execution_rate} <b>&amp;"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The report of a project with markup, a script link and placeholders in its name."""
    folder = tmp_path_factory.mktemp("hostile")
    text = (PARAMS / "canteens-2024.yaml").read_text("utf-8")
    (folder / "hostile.yaml").write_text(
        re.sub(r"(?m)^  name: .*", lambda _: f"  name: {json.dumps(HOSTILE)}", text, count=1),
        "utf-8",
    )
    assert main(["report", str(folder / "hostile.yaml"), "--lang", "zh", "--out", str(folder)]) == 0
    return folder / "canteens-2024" / "report.zh.html"


def test_hostile_text_comes_out_as_text(browser, hostile):
    """Markup, links and placeholders in a project's name are shown and do nothing."""
    opened = browser.new_page(viewport=DESK)
    alerts = []
    opened.on("dialog", lambda each: (alerts.append(each.message), each.dismiss()))
    opened.goto(hostile.as_uri())
    assert HOSTILE in opened.locator("h1").inner_text()
    assert HOSTILE in opened.title()
    assert opened.locator("script").count() == 0
    assert opened.locator("a[href^='javascript']").count() == 0
    assert alerts == []
    opened.close()
