"""Personal numbers are masked, and nothing else is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.privacy import MASK, mask

# Invented numbers: 138 0013 8000 is the carrier's own example, the identity number that of the
# standard GB 11643, the card number made to pass the Luhn test.
PERSONAL = {
    "13800138000": "mobile",
    "138 0013 8000": "mobile",
    "138-0013-8000": "mobile",
    "138-001-38000": "mobile",
    "+86 13800138000": "mobile",
    "0086-13800138000": "mobile",
    "8613800138000": "mobile",
    "１３８００１３８０００": "mobile",
    "Tel13800138000": "mobile",
    "[13800138000]": "mobile",
    "021-64123456": "landline",
    "02164123456": "landline",
    "（021）6412 3456": "landline",
    "0571-87654321-801": "landline",
    "+86-21-64123456": "landline",
    "联系电话：64123456": "landline",
    "Tel．64123456": "landline",
    "zhang．san@example．gov．cn": "email",
    "11010519491231002X": "identity",
    "110105 19491231 002x": "identity",
    "110105491231002": "identity",
    "6222021234567890128": "card",
    "6222 0212 3456 7890 128": "card",
    "somebody@example.gov.cn": "email",
}
PLAIN = [
    "闵财评[2018]21号",
    "沪财绩〔2014〕22号",
    "闵府抄[2016]245号文",
    "28,195,500",
    "3759.40",
    "3,780.92 万元",
    "13800138000元",
    "¥13800138000",
    "13,800,138,000",
    "13800138000.50",
    "13800138000．50",
    "2018-01-01",
    "2018.1.1-2018.12.31",
    "2018-0101-20181231",
    "2018 2019 2020 2021",
    "310112201801220012",  # a contract number in the form of an identity number: no checksum
    "6222021234567890123",  # 19 digits that fail the Luhn test
    "110105491331002",  # 15 digits with a 13th month
    "HT13800138000",
    "200000",
    "ISO9001",
]


@pytest.mark.parametrize(("text", "kind"), PERSONAL.items())
@pytest.mark.parametrize("around", ["{}", "王女士：{}。", "call {}, please", "见 {}\n"])
def test_a_personal_number_leaves_no_digit(text: str, kind: str, around: str) -> None:
    """Each form is masked wherever it stands, and counted once under its kind."""
    masked, kinds = mask(around.format(text))
    assert kinds == [kind]
    assert not re.search(r"\d", masked)
    assert MASK in masked


@pytest.mark.parametrize("before", ["1．", "１．", "2、", "(3) "])
@pytest.mark.parametrize(("text", "kind"), PERSONAL.items())
def test_the_number_of_an_item_before_it_hides_none(before: str, text: str, kind: str) -> None:
    """A full-width point ends the number of an item; only that number is left."""
    masked, kinds = mask(before + text)
    assert kinds == [kind]
    assert masked.startswith(before) and not re.search(r"\d", masked.removeprefix(before))


@pytest.mark.parametrize("text", PLAIN)
def test_amounts_dates_and_document_numbers_stay(text: str) -> None:
    """What is printed in every report is not a personal number."""
    assert mask(f"共 {text}") == (f"共 {text}", [])
    assert mask(text) == (text, [])


def test_the_number_of_the_next_item_behind_it_hides_none() -> None:
    """A full-width point with more than a fen behind it ends a sentence."""
    assert mask("电话13800138000．2018年起") == ("电话×××××××××××．2018年起", ["mobile"])
    assert mask("电话13800138000．2．地址") == ("电话×××××××××××．2．地址", ["mobile"])


def test_several_in_one_text_are_all_masked() -> None:
    """A list of numbers is masked as a whole; the words between them stay."""
    masked, kinds = mask("张 13812345678,李 13912345678、021-64123456")
    assert masked == "张 ×××××××××××,李 ×××××××××××、×××-××××××××"
    assert kinds == ["mobile", "mobile", "landline"]


@pytest.mark.parametrize("comma", [",", "，", "、"])
def test_a_list_with_a_landline_is_masked(comma: str) -> None:
    """An area code after a comma is no group of thousands."""
    assert mask(f"13812345678{comma}021-64123456")[1] == ["mobile", "landline"]
    assert mask(f"6222021234567890128{comma}010-64123456")[1] == ["card", "landline"]


@given(st.text(max_size=200))
def test_masking_twice_is_masking_once(text: str) -> None:
    """Nothing is left to mask; the length and the line breaks of the text stay."""
    masked, _ = mask(text)
    assert mask(masked) == (masked, [])
    assert len(masked) == len(text)
    assert masked.count("\n") == text.count("\n")


@given(
    st.integers(0, 10**13), st.sampled_from(["{:,}", "{:,}.40", "{}.40", "{} 元", "{}万元", "¥{}"])
)
def test_an_amount_is_never_masked(number: int, form: str) -> None:
    """An amount with separators, decimals or a unit stays, whatever its digits."""
    text = form.format(number)
    assert mask(text) == (text, [])


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%Y年%m月%d日", "%Y.%m.%d", "%d/%m/%Y"]))
def test_a_date_is_never_masked(day: object, form: str) -> None:
    """Dates stay in every usual form."""
    text = format(day, form)
    assert mask(f"{text}至{text}") == (f"{text}至{text}", [])


@given(st.integers(3, 9), st.integers(0, 10**9 - 1), st.sampled_from(["", " ", "-"]))
def test_every_mobile_number_is_masked(second: int, rest: int, between: str) -> None:
    """All ranges, with and without the usual spaces."""
    digits = f"1{second}{rest:09}"
    masked, kinds = mask(f"手机{between.join((digits[:3], digits[3:7], digits[7:]))}")
    assert (kinds, re.findall(r"\d", masked)) == (["mobile"], [])
