"""Numbers that belong to a person (个人信息) are masked in every text before anything else sees it.

Masked are mobile numbers, landlines with an area code, identity numbers, bank cards and e-mail
addresses. Every digit and letter becomes ``×``: nothing of the number is left, and the sign means
nothing in Markdown or HTML. Amounts, dates and document numbers stay as they are: identity and
card numbers must pass their checksum, and digits that a unit or a decimal point makes an amount
are none of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from evalkit.units import units
from evalkit.yamltree import Path, Tree

MASK = "×"
#: Full-width digits and signs count as what they look like; one for one, so places stay. A
#: full-width point does not: it stands behind the number of an item, never within a figure.
FOLD = str.maketrans("０１２３４５６７８９－＋＠（）Ｘｘ　–—−", "0123456789-+@()Xx ---")
#: Only a text with seven digits in a row, or an ``@``, can hold any of these.
LIKELY = re.compile(r"(?:\d[\s()（）–—－-]{0,2}){7}|[@＠]")
#: What makes a run of digits an amount, a part of a longer number, or a code.
BEFORE = (
    r"(?:(?<![\dA-Za-z_¥￥$])(?<![¥￥$] )|(?<=[Tt]el)|(?<=[Pp]hone)|(?<=[Mm]obile))"
    r"(?<!\d\.)(?<!\d-)"
)
AFTER = (
    r"(?![\dA-Za-z_])(?!\.\d)(?!．\d{1,2}(?![\d.．]))(?![,，]\d{3}(?![\d-]))"
    r"(?! ?(?:[元角分千万亿%‰人股]|百万|[Yy]uan|CNY|RMB))"
)
AREA = r"(?:10|2\d|[3-9]\d\d)"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")


def is_identity_number(digits: str) -> bool:
    """Whether this is an identity number (身份证号): 18 characters with a checksum, or 15 digits.

    >>> is_identity_number("11010519491231002X"), is_identity_number("110105194912310021")
    (True, False)
    """
    if not PROVINCES.match(digits):
        return False
    if len(digits) == 15:
        return _is_date("19" + digits[6:12])
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], WEIGHTS, strict=True))
    return _is_date(digits[6:14]) and "10X98765432"[total % 11] == digits[17].upper()


def is_card_number(digits: str) -> bool:
    """Whether this is a bank card (银行卡号): 16 to 19 digits that pass the Luhn test.

    >>> is_card_number("6222021234567890123"), is_card_number("6222021234567890128")
    (False, True)
    """
    if digits[0] not in "34569" or len(set(digits)) == 1:
        return False
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(d), 10)) for d in even)) % 10 == 0


def _is_date(digits: str) -> bool:
    try:
        return 1900 <= date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}").year <= 2099
    except ValueError:
        return False


def _always(digits: str) -> bool:
    return True


#: What is masked, in this order: the kind, its form, and the test of its digits.
KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        "email",
        re.compile(
            r"(?:[A-Za-z0-9._%+-]|(?<=[A-Za-z])．){1,64}@[A-Za-z0-9-]{1,63}(?:[.．][A-Za-z0-9-]{1,63}){1,4}"
        ),
        _always,
    ),
    (
        "identity",
        re.compile(
            rf"{BEFORE}\d{{6}}[ -]?\d{{4}}[ -]?\d{{4}}[ -]?\d{{3}}[\dXx](?![\dA-Za-z])"
            rf"|{BEFORE}\d{{15}}{AFTER}"
        ),
        is_identity_number,
    ),
    (
        "card",
        re.compile(rf"{BEFORE}(?:\d{{16,19}}|\d{{4}}([ -])(?:\d{{4}}\1){{2,3}}\d{{1,4}}){AFTER}"),
        is_card_number,
    ),
    (
        "mobile",
        re.compile(
            rf"{BEFORE}(?:\(?(?:\+|00)?86\)?[ -]?)?1[3-9]\d(?:\d{{8}}|[ -]\d{{4}}[ -]\d{{4}}"
            rf"|\d[ -]\d{{3}}[ -]\d{{4}}|[ -]\d{{3}}[ -]\d{{5}}){AFTER}"
        ),
        _always,
    ),
    (
        "landline",
        re.compile(
            rf"{BEFORE}(?:(?:\+|00)86[ -]?0?{AREA}|\(0{AREA}\)|0{AREA})[ -]?"
            rf"(?:\d{{7,8}}|\d{{3,4}}[ -]\d{{4}})(?:[ -]\d{{1,5}})?{AFTER}"
            r"|(?:(?<=电话)|(?<=手机)|(?<=传真)|(?<=[Tt]el)|(?<=[Pp]hone))"
            r"[ .．:：]{0,3}\d{7,8}(?!\d)"
        ),
        _always,
    ),
)


def mask(text: str) -> tuple[str, list[str]]:
    """The text with personal numbers masked, and the kinds that were found, in order of their kind.

    >>> mask("联系电话：138 0013 8000")
    ('联系电话：××× ×××× ××××', ['mobile'])
    >>> mask("闵财评[2018]21号, 28,195,500 元, 2018-01-04")
    ('闵财评[2018]21号, 28,195,500 元, 2018-01-04', [])
    """
    kinds: list[str] = []
    if not LIKELY.search(text):
        return text, kinds
    for kind, form, holds in KINDS:
        folded = text.translate(FOLD)
        for match in form.finditer(folded):
            if holds(re.sub(r"[^\dXx]", "", match[0])):
                kinds.append(kind)
                start, end = match.span()
                text = text[:start] + re.sub(r"\w", MASK, text[start:end]) + text[end:]
    return text, kinds


def mask_tree(tree: Tree, file: str) -> tuple[Any, list[tuple[str, str]]]:
    """The values of a file with every personal number masked; kind and ``file:line`` of each.

    What is printed in a column of money is an amount, whatever its digits look like.

    >>> mask_tree(Tree({"name": "138 0013 8000", "budget": 5}), "x.yaml")
    ({'name': '××× ×××× ××××', 'budget': 5}, [('mobile', 'x.yaml:1')])
    """
    hits: list[tuple[str, str]] = []

    def walk(value: Any, path: Path) -> Any:
        if isinstance(value, dict):
            unit = value.get("unit") if path[:1] == ("printed",) else None
            kept = {"text"} if isinstance(unit, str) and unit in units()["money"] else set()
            return {
                key: each if key in kept else walk(each, (*path, key))
                for key, each in value.items()
            }
        if isinstance(value, list):
            return [walk(each, (*path, n)) for n, each in enumerate(value)]
        if not isinstance(value, str):
            return value
        text, kinds = mask(value)
        hits.extend((kind, tree.place(path, file)) for kind in kinds)
        return text

    return walk(tree.value, ()), hits
