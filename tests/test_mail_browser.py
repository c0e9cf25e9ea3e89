"""The body of a mail in a real browser: on a telephone, without styles or pictures, for all."""

import re
from email import message_from_bytes
from email.policy import default

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.test_browser import DESK, PHONE, QUIET
from tests.test_mail import body, made

PROJECTS = [
    ("minhang-logistics-2018", "zh"), ("minhang-logistics-2018", "en"), ("canteens-2024", "en"),
    ("fengdu-auxpolice-2022", "zh"),
]  # fmt: skip


@pytest.fixture(scope="module")
def browser(chromium_path):
    """One browser for all mails."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=QUIET)
        yield running
        running.close()


@pytest.fixture(scope="module", params=PROJECTS, ids="-".join)
def mail(request, delivered):
    """The HTML of a mail and its pictures by cid."""
    project, lang = request.param
    ready, message = made(delivered / project, lang=lang)
    message = message_from_bytes(ready.data, policy=default)
    pictures = {
        part["Content-ID"][1:-1]: part.get_content()
        for part in message.walk()
        if part.get_content_type() == "image/png"
    }
    return body(message, "html"), pictures


def opened(browser, tmp_path, html, pictures, size):
    """A mail as a mail program shows it: each cid is a file beside it."""
    for cid, png in pictures.items():
        (tmp_path / f"{cid}.png").write_bytes(png)
        html = html.replace(f"cid:{cid}", f"{cid}.png")
    (tmp_path / "mail.html").write_text(html, "utf-8")
    page = browser.new_page(viewport=size)
    page.asked = []
    page.on("request", lambda each: page.asked.append(each.url))
    page.goto((tmp_path / "mail.html").as_uri())
    return page


def test_nothing_hangs_over_on_a_telephone(browser, tmp_path, mail):
    """At 360 px nothing scrolls sideways and every picture is there; nothing else is asked for."""
    html, pictures = mail
    page = opened(browser, tmp_path, html, pictures, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.evaluate("[...document.images].every(i => i.naturalWidth > 1000 && i.width <= 332)")
    assert len(page.asked) == 1 + len(pictures)
    page.close()


def test_anyone_can_read_it(browser, tmp_path, mail):
    """axe finds nothing to object to."""
    html, pictures = mail
    page = opened(browser, tmp_path, html, pictures, DESK)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    page.close()


def test_without_styles_it_reads_the_same(browser, tmp_path, mail):
    """Every word in the same order; headings, tables and their grounds are still there."""
    html, pictures = mail
    page = opened(browser, tmp_path, html, pictures, DESK)
    styled = page.locator("body").inner_text().split()
    page.close()
    bare = re.sub(r' style="[^"]*"', "", html)
    assert "style" not in bare
    page = opened(browser, tmp_path, bare, pictures, DESK)
    assert page.locator("body").inner_text().split() == styled
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "700"
    page.close()


def test_without_pictures_their_words_are_shown(browser, tmp_path, mail):
    """A blocked picture takes no more room than its words, which can be read."""
    html, pictures = mail
    page = opened(browser, tmp_path, html, {}, DESK)
    boxes = page.evaluate(
        "[...document.images].map(i => [i.alt.length, i.getBoundingClientRect().height])"
    )
    assert len(boxes) == len(pictures)
    assert all(length > 40 and height > 15 for length, height in boxes)
    page.close()


def test_in_the_dark_every_text_stands_out(browser, tmp_path, mail):
    """Each text has a colour and a ground of its own: at least 4.5 to 1, whatever is around."""
    html, pictures = mail
    dark = html.replace(
        "<head>", "<head><style>html, body { background: #000 !important; }</style>"
    )
    page = opened(browser, tmp_path, dark, pictures, DESK)
    worst = page.evaluate(
        """() => {
          const light = c => { const [r, g, b] = c.match(/[0-9.]+/g).map(v => v / 255)
            .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b; };
          const ground = e => { for (; e; e = e.parentElement) {
            const c = getComputedStyle(e).backgroundColor;
            if (e !== document.body && e.tagName !== 'HTML' && c !== 'rgba(0, 0, 0, 0)') return c; }
            return 'rgb(0, 0, 0)'; };
          const texts = [...document.querySelectorAll('p, td, th, h1, h2, li, strong, caption')]
            .filter(e => e.innerText.trim());
          return Math.min(...texts.map(e => {
            const [a, b] = [light(getComputedStyle(e).color), light(ground(e))];
            return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); })); }"""
    )
    assert worst >= 4.5
    page.close()
