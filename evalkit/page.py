"""What a finished page must be (页面检查), read from its HTML before anyone gets it.

A report that lost a section, a chart's text alternative or the place behind a figure is no report,
however well its notebook ran.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from urllib.parse import unquote

from lxml import etree

#: Bytes above which a page is no page to send any more. Those of the shipped projects weigh less
#: than a third of it; what has many more items than they is still a report.
LARGEST = 1_000_000
#: Elements that run, request or send something.
FORBIDDEN = {"script", "iframe", "object", "embed", "link", "base", "form", "svg", "audio", "video"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

#: Where a whole document begins. It is one element among others here: the parser would make its own
#: of them, and keep their attributes to itself.
WHOLE = re.compile(r"<(?:html|head|body)(?=[\s/>])", re.IGNORECASE)

Fault = tuple[str, str]  # a code that text/<lang>/cli.yaml puts into words, and what was found


class PageRefused(Exception):
    """A finished page lacks what it must have; ``faults`` says what, as (code, found)."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)


class Outline:
    """The headings, ids and links of a piece of HTML, and what must not stand in it.

    >>> Outline('<h2 id="a">1 &amp; 2</h2><a href="#a">up</a>').headings
    [('h2', '1 & 2')]
    """

    def __init__(self, html: str) -> None:
        self.headings: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.faults: list[Fault] = []
        self._in_heading = False
        parser = etree.HTMLParser(target=self, huge_tree=True)  # which images may be
        parser.feed(f"<body>{WHOLE.sub(r'<div', html)}")
        parser.close()

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        """What the parser meets: an element begins."""
        if tag in FORBIDDEN or any(name.startswith("on") for name in given):
            self.faults.append(("active", tag))
        if tag == "img" and not given.get("alt", "").strip():
            self.faults.append(("alt", str(len(self.ids))))
        if "id" in given:
            self.ids.append(given["id"])
        if tag in HEADINGS:
            self.headings.append((tag, ""))
        self._in_heading = self._in_heading or tag in HEADINGS
        self.links += [given["href"]] if "href" in given else []
        outside = [given.get("src", "data:image/"), given.get("srcset", "data:image/")]
        if any(not each.startswith("data:image/") for each in outside) or "url(" in given.get(
            "style", ""
        ):
            self.faults.append(("request", tag))

    def end(self, tag: str) -> None:
        """An element ends."""
        self._in_heading = self._in_heading and tag not in HEADINGS

    def data(self, data: str) -> None:
        """Text."""
        if self._in_heading:
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    def close(self) -> None:
        """The end; all was noted on the way."""


def faults_of(html: str, sections: Iterable[str], beside: Collection[str] = ()) -> list[Fault]:
    """What keeps a page from being a report, as (code, found); empty where all is well.

    ``beside`` are the files that it may lead to; all other links stay within the page.

    >>> faults_of('<h1>A</h1><p id="b"><a href="#c">1</a></p>', ["b", "d"])
    [('link', '#c'), ('section', 'd')]
    """
    outline = Outline(html)
    return [*outline.faults, *_faults(outline, sections, beside), *_weight(html)]


def _faults(outline: Outline, sections: Iterable[str], beside: Collection[str]) -> Iterator[Fault]:
    levels = [int(tag[1]) for tag, _ in outline.headings]
    if levels.count(1) != 1 or levels[0] != 1:
        yield "title", str(levels.count(1))
    for (above, _), (tag, text) in pairwise(outline.headings):
        if int(tag[1]) > int(above[1]) + 1:
            yield "heading", f"{tag} {text}"
    yield from (("twice", each) for each, times in Counter(outline.ids).items() if times > 1)
    ids = set(outline.ids)
    for link in dict.fromkeys(outline.links):
        is_inside = link.startswith("#") and unquote(link[1:]) in ids
        if not is_inside and link not in beside:
            yield "link", link
    yield from (("section", each) for each in sections if each not in outline.ids)


def _weight(html: str) -> Iterator[Fault]:
    weight = len(html.encode())
    if weight > LARGEST:
        yield "heavy", f"{weight:,} > {LARGEST:,}"
