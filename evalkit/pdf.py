"""A page as PDF (PDF 文件): printed by Chromium or WeasyPrint, whichever is there.

Tagged, with an outline of its headings, page numbers and its language; its text can be searched and
copied. It holds no time, no path and no name of a program's user: the same page printed by the same
program gives the same words and pages.
"""

from __future__ import annotations

import base64
import importlib.util
import logging
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from evalkit.charts.look import font_file
from evalkit.errors import NoPdf
from evalkit.files import write_file
from evalkit.page import Outline
from evalkit.typeface import subset

# What it says of the numbering of a browser's objects is nothing for readers of a report.
logging.getLogger("pypdf").setLevel(logging.ERROR)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
            "msedge", "microsoft-edge")  # fmt: skip
#: Where the systems without a search path for programs have theirs.
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
VARIABLE = "EVALKIT_CHROMIUM"  # the path of a browser that is to print
PATIENCE = 180  # seconds
FAMILY = "Report"
QUIET = ("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-extensions",
         "--no-pdf-header-footer", "--generate-pdf-document-outline",
         "--export-tagged-pdf")  # fmt: skip


def write_pdf(page: Path, made: Path) -> None:
    """Print a page of evalkit's into a PDF file, whole or not at all.

    Raises ``NoPdf`` where there is nothing to print it with, or that fails, and ``OSError`` where
    the file cannot be written.
    """
    html = page.read_text("utf-8")
    need_printer()
    browser = find_browser()
    data = _by_browser(browser, html) if browser else _by_weasyprint(html)
    write_file(made, _finished(data, html))


def need_printer() -> None:
    """Raise ``NoPdf`` where this machine has nothing to print a page with."""
    if not find_browser() and not importlib.util.find_spec("weasyprint"):
        raise NoPdf("pdf_nothing", variable=VARIABLE)


def find_browser() -> str:
    """The path of a Chromium: the one that ``EVALKIT_CHROMIUM`` names, else one that is found."""
    named = os.environ.get(VARIABLE)
    if named:
        if not shutil.which(named):
            raise NoPdf("pdf_no_such_browser", variable=VARIABLE, path=named)
        return named
    found = [each for each in (*map(shutil.which, BROWSERS), *PLACES) if each]
    return next((each for each in found if Path(each).exists()), "")


def _by_browser(browser: str, html: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="evalkit-pdf-") as name:
        home = Path(name)
        page, made = home / "page.html", home / "page.pdf"
        page.write_text(in_own_font(html), "utf-8")
        command = [browser, *QUIET, f"--user-data-dir={home / 'profile'}",
                   f"--print-to-pdf={made}", page.as_uri()]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # which a browser of root's refuses to start with
        pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "capture_output": True}
        try:
            done = subprocess.run(command, timeout=PATIENCE, check=False, **pipes)
        except subprocess.TimeoutExpired:
            raise NoPdf("pdf_too_slow", path=browser, seconds=str(PATIENCE)) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise NoPdf("pdf_failed", path=browser, reason=reason) from None
        if not made.exists():
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            reason = lines[-1] if lines else str(done.returncode)
            raise NoPdf("pdf_failed", path=browser, reason=reason)
        return made.read_bytes()


def in_own_font(html: str) -> str:
    """The page with a font of just its characters, which it carries itself."""
    path = font_file()
    if not path:
        return html
    data = base64.b64encode(subset(path, set(html))).decode()
    style = (
        f'<style>@font-face{{font-family:"{FAMILY}";src:url(data:font/ttf;base64,{data})}}'
        f':root,:root:lang(en){{--sans:"{FAMILY}"}}</style>'
    )
    allowed = html.replace("default-src 'none';", "default-src 'none'; font-src data:;", 1)
    return allowed.replace("</head>", f"{style}</head>", 1)


def _by_weasyprint(html: str) -> bytes:
    HTML = importlib.import_module("weasyprint").HTML  # where it is installed

    return HTML(string=in_own_font(html)).write_pdf(pdf_tags=True)


def _finished(data: bytes, html: str) -> bytes:
    """The document with its title and nothing of the machine, its outline in the page's words."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    writer.metadata = None
    outline = Outline(html)
    words = [" ".join(text.split()) for _, text in outline.headings]
    writer.add_metadata({"/Title": words[0] if words else title[1] if title else ""})
    root: Any = writer.root_object
    root[NameObject("/ViewerPreferences")] = writer._add_object(_preferences())
    for item, text in zip(_items(root.get("/Outlines")), words, strict=False):
        item[NameObject("/Title")] = TextStringObject(text)
    root.pop("/Metadata", None)
    writer.compress_identical_objects()
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _preferences() -> Any:
    """A reader shows the title and not the name of the file."""
    from pypdf.generic import BooleanObject, DictionaryObject

    return DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})


def _items(parent: Any) -> Iterator[Any]:
    """The entries of an outline, in their order."""
    item = parent.get_object().get("/First") if parent is not None else None
    while item is not None:
        entry = item.get_object()
        yield entry
        if "/First" in entry:
            yield from _items(entry)
        item = entry.get("/Next")
