"""The page of a portfolio in a real browser: it asks for nothing, filters, reads well."""

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from evalkit.portfolio_delivery import deliver_portfolio
from evalkit.sentences import languages
from tests.portfolio_folders import seven
from tests.test_browser import A4, DESK, PHONE, QUIET


@pytest.fixture(scope="module")
def browser(chromium_path):
    """One browser for all pages."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=QUIET)
        yield running
        running.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The seven projects with their portfolio."""
    out = seven(tmp_path_factory.mktemp("seven"))
    deliver_portfolio(out, languages())
    return out / "portfolio"


@pytest.fixture(params=languages())
def page(request, browser, folder):
    """A page opened as a reader opens it."""
    opened = browser.new_page(viewport=DESK)
    opened.asked, opened.complaints = [], []
    opened.on("request", lambda each: opened.asked.append(each.url))
    opened.on("console", lambda each: opened.complaints.append(each.text))
    opened.address = (folder / f"portfolio.{request.param}.html").as_uri()
    opened.goto(opened.address)
    yield opened
    opened.close()


def test_it_asks_for_nothing(page):
    """Only the file itself is read; the console stays empty."""
    assert [url for url in page.asked if not url.startswith("data:")] == [page.address]
    assert page.complaints == [] and page.locator("script").count() == 0


def test_anyone_can_read_it(page):
    """axe finds nothing to object to, neither folded nor unfolded."""
    for _ in range(2):
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def test_nothing_hangs_over_on_a_telephone(page):
    """At 360 px the page does not scroll sideways; wide tables scroll in a region of their own."""
    page.set_viewport_size(PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_first_screen_tells_the_whole(page):
    """Figures, lights, findings and the worst projects are seen without scrolling."""
    for part in (".figures", ".lights", ".counted", ".worst"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= DESK["height"], part


def test_the_list_filters_without_a_script(page):
    """By light, and to those that need a visit; and back."""
    rows = page.locator("#projects .filtered > .scroll tbody tr")
    assert rows.count() == 5
    visible = page.locator("#projects .filtered > .scroll tbody tr:visible")
    page.check('input[value="has_serious_problems"]')
    assert visible.count() == 1 and "Project b" in visible.inner_text()
    page.check('input[value="normal"]')
    assert visible.count() == 1 and "Project a" in visible.inner_text()
    page.check('input[value="visit"]')
    assert visible.count() == 0
    page.check('input[value="all"]')
    assert visible.count() == 1 and "Project b" in visible.inner_text()
    page.uncheck('input[value="visit"]')
    assert visible.count() == 5


def test_a_name_opens_the_report(page):
    """The link of the worst project leads to the report beside the page."""
    page.locator(".worst a").first.click()
    assert "/b/report." in page.url and page.content().count("<p>") == 1


def test_headings_are_a_contents_list(page):
    """One main title, no level skipped, and the contents name every section in its order."""
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"
    )
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    listed = page.evaluate("[...document.querySelectorAll('nav a')].map(a => a.hash.slice(1))")
    assert listed == page.evaluate("[...document.querySelectorAll('section')].map(s => s.id)")


def test_it_prints(page):
    """On A4 nothing runs off the paper, and what only a screen can do is left out."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": A4})
    assert page.evaluate("document.documentElement.scrollWidth") <= 673
    assert not page.locator(".filter").is_visible()
