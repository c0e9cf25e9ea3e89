"""What official forms call things (标签): headings made plain and looked up in ``labels.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from evalkit.yamltree import own_yaml

#: Full-width signs and the many dashes as what they look like; one for one.
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    **dict.fromkeys((0x3000, 0xA0), 0x20),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212), 0x2D),
}
LONGEST_LABEL = 200  # characters; what is longer is no heading, and would only take time
SPACE = re.compile(r"\s+")
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\u3010[^\u3011]*\u3011")
NUMBERED = re.compile(r"^(?:\d{1,2}[.\u3001)]\s*(?!\d)|[^\W\d_]{1,2}\u3001)")


@cache
def labels() -> Mapping[str, Any]:
    """All of ``labels.yaml``."""
    return own_yaml(files("evalkit") / "intake" / "labels.yaml")


def fold(text: str) -> str:
    """A text with full-width signs and digits as plain ones, and single spaces.

    >>> fold("９８．５％\\n（万元）")
    '98.5% (万元)'
    """
    return SPACE.sub(" ", text.translate(WIDE)).strip().removeprefix("'")


def bare(text: str) -> str:
    """A heading as the patterns have it: no spaces, no number in front, nothing in brackets.

    Empty for a text that is too long for one.

    >>> bare("1、全年预算数 \\n（A）："), bare("1-7月执行数(万元)")
    ('全年预算数', '1-7月执行数')
    """
    if len(text) > LONGEST_LABEL:
        return ""
    plain = SPACE.sub("", text.translate(WIDE)).lower()
    while (shorter := BRACKETS.sub("", plain)) != plain:
        plain = shorter
    return NUMBERED.sub("", plain).rstrip(":：*")


def brackets(text: str) -> list[str]:
    """What stands in brackets in a heading.

    >>> brackets("项目资金（万元）")
    ['万元']
    """
    if len(text) > LONGEST_LABEL:
        return []
    return [found[1:-1].strip() for found in BRACKETS.findall(fold(text))]


def is_one_of(text: str, patterns: Iterable[str]) -> bool:
    """Whether a heading, made plain already, is one of these."""
    return _pattern(tuple(patterns)).fullmatch(text) is not None


def which(text: str, group: str) -> str:
    """The key in a group of ``labels.yaml`` whose patterns the heading matches; empty if none does.

    >>> which("（一） 实施单位", "pairs"), which("五、产出指标（50分）", "levels")
    ('implementing_unit', 'output')
    """
    plain = bare(text)
    if not plain:
        return ""
    return next((key for key, said in labels()[group].items() if is_one_of(plain, said)), "")


def is_label(text: str, name: str) -> bool:
    """Whether the heading is in a plain list of ``labels.yaml``.

    >>> is_label("其中：", "of_which"), is_label("联系电话", "personal")
    (True, True)
    """
    plain = bare(text)
    return bool(plain) and is_one_of(plain, labels()[name])


@cache
def _pattern(patterns: tuple[str, ...]) -> re.Pattern[str]:
    months = re.sub(r"\((?!\?)", "(?:", labels()["months"])
    words = "|".join(map(re.escape, labels()["month_words"]))
    filled = [each.replace("{n}", f"(?:{months}|{words})") for each in patterns]
    return re.compile("|".join(f"(?:{each})" for each in filled))
