"""Sentences (语句): Markdown files of ours, by topic and variant, rendered with holes for figures.

``text/<lang>/<topic>.md`` opens with ``# `` and the section's title; each ``## variant`` below it
is something that a report may say. A hole is written ``{name:format}``. The Markdown is rendered
before the holes are filled, so that nothing from a params file is ever read as Markdown or HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

HOLE = re.compile(r"\{([a-z][\w.]*):([a-z_]+(?:\.\w+)?)\}")
#: A hole while Markdown is rendered. Letters of private use: ``**`` works right beside them, as it
#: would not beside a brace.
SEALED = re.compile("\ue000(\\d+)\ue001")
#: A paragraph that is nothing but a list to be put in.
LIST_PARAGRAPH = re.compile(r"<p>(\{[\w.]+:bullets\})</p>")
#: Characters that could steer a terminal or turn the direction of a line around.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TOP_TOPIC = "summary"  # its title is the title of the whole report

Put = Callable[[str, str], str]


def languages() -> list[str]:
    """The languages that evalkit speaks: the folders of ``text/``.

    >>> languages()
    ['en', 'zh']
    """
    return sorted(each.name for each in (files("evalkit") / "text").iterdir() if each.is_dir())


@cache
def variants(lang: str, topic: str) -> dict[str, str]:
    """The Markdown of a topic by variant, in the order of the file; ``title`` is its first line.

    Raises ``FileNotFoundError`` for a topic that the language does not have.

    >>> variants("en", "overview")["title"]
    '# Overview'
    """
    source = (files("evalkit") / "text" / lang / f"{topic}.md").read_text("utf-8")
    opening, *sections = re.split(r"^## +", source, flags=re.MULTILINE)
    found = {"title": opening.strip()}
    for section in sections:
        name, _, body = section.partition("\n")
        if name.strip() in found:
            raise ValueError(f"text/{lang}/{topic}.md says {name.strip()!r} twice")
        found[name.strip()] = body.strip()
    return found


def variant(lang: str, topic: str, name: str) -> str:
    """The Markdown of one variant. Raises ``KeyError`` that names the file and what it has."""
    found = variants(lang, topic)
    if name not in found:
        known = ", ".join(found)
        raise KeyError(f"text/{lang}/{topic}.md has no variant {name!r}; it has {known}")
    return found[name]


def holes(markdown: str) -> list[tuple[str, str]]:
    """Each hole of a text: its name and its format.

    >>> holes("spent **{execution_rate:pct}** by {as_of:date}")
    [('execution_rate', 'pct'), ('as_of', 'date')]
    """
    return HOLE.findall(markdown)


@cache
def _markdown() -> Any:
    """CommonMark without HTML, images and links; imported late, as not every command speaks."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).disable(
        ["link", "image", "autolink", "reference", "html_inline", "html_block"]
    )


@cache
def _rendered(lang: str, topic: str, name: str) -> str:
    """The HTML of a variant, its holes still in it."""
    markdown = variant(lang, topic, name)
    if name == "title" and topic != TOP_TOPIC:
        markdown = "#" + markdown
    found = [match[0] for match in HOLE.finditer(markdown)]
    numbers = iter(range(len(found)))
    sealed = HOLE.sub(lambda _: f"\ue000{next(numbers)}\ue001", markdown)
    page = SEALED.sub(lambda match: found[int(match[1])], _markdown().render(sealed))
    return LIST_PARAGRAPH.sub(r"\1", page)


def fill_html(lang: str, topic: str, name: str, put: Put) -> str:
    """A variant as HTML; ``put(name, format)`` gives the HTML for each hole."""
    return HOLE.sub(lambda match: put(match[1], match[2]), _rendered(lang, topic, name))


def fill_text(lang: str, topic: str, name: str, put: Put) -> str:
    """A variant as plain text without marks; ``put(name, format)`` gives the text of a hole."""
    bare = re.sub(r"^#+ +|\*\*|`", "", variant(lang, topic, name), flags=re.MULTILINE)
    return HOLE.sub(lambda match: put(match[1], match[2]), bare)


def inline(page: str) -> str:
    """The HTML of a single paragraph without the paragraph around it.

    >>> inline("<p>one</p>")
    'one'
    """
    found = re.fullmatch(r"\s*<p>(.*)</p>\s*", page, flags=re.DOTALL)
    return found[1] if found and "<p>" not in found[1] else page.strip()


def text_of(page: str) -> str:
    """The words of a piece of HTML of ours, each block on a line of its own.

    >>> text_of("<p>one <strong>&amp;</strong></p><ul><li>two</li></ul>").splitlines()
    ['one &', '· two']
    """
    joined = re.sub(r"\s*\n\s*", " ", page)
    marked = re.sub(r"<li>(\s*<p>)?", "\n· ", joined)
    broken = re.sub(r"<br ?/?>|</(?:p|li|ul|ol|h\d|pre|blockquote)>", "\n", marked)
    lines = html.unescape(re.sub(r"<[^>]+>", "", broken)).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def escape(text: str) -> str:
    """A text of the project as HTML that shows that very text.

    >>> escape('<script>"{{ x }}"')
    '&lt;script&gt;&quot;{{ x }}&quot;'
    """
    return html.escape(seen(text))


def seen(text: str) -> str:
    r"""A text without the characters that nobody sees but that steer a terminal or a browser.

    >>> seen("a\x1b[31mb")
    'a[31mb'
    """
    return UNSEEN.sub("", text)


def prose(markdown: str, level: int = 3) -> str:
    """A project's own prose as HTML: no HTML of its own, no images, no links.

    Its headings move down so that the highest of them is of ``level``.

    >>> prose("# Why\\n\\n<b>[here](javascript:x)</b>")
    '<h3>Why</h3>\\n<p>&lt;b&gt;[here](javascript:x)&lt;/b&gt;</p>\\n'
    """
    tokens = _markdown().parse(seen(markdown))
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    top = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) - top + level)}"
    return str(_markdown().renderer.render(tokens, _markdown().options, {}))
