"""The list of projects as an Excel workbook (项目清单工作簿), to sort and filter.

Numbers are numbers with a format: amounts in yuan, rates in percent, days as days. The headings
stand in every language. The same projects give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from io import BytesIO
from typing import Any

import pandas as pd
from xlsxwriter import Workbook

from evalkit.portfolio_model import light_names, reasons
from evalkit.sentences import languages
from evalkit.tables.portfolio.cells import SMALL_WORTH, words_in
from evalkit.terms import is_missing
from evalkit.words import Words
from evalkit.workbook import CREATED, LONGEST_TEXT, SIZE

FEN = 100  # in a yuan
HEAD_HEIGHT, WIDTHS = 46, {"text": 24, "number": 16, "short": 10}
#: What a reader looks for first; all other figures follow in the order of the facts.
FIRST = (
    "place", "project", "name_zh", "name_en", "authority_zh", "authority_en",
    "implementing_unit_zh", "implementing_unit_en", "light", "is_visited", "points", "reasons",
    "year", "category", "framework", "verdict", "total_grade", "rebased_score", "budget_amount",
    "executed_amount", "execution_rate", "planned_amount", "execution_accuracy_rate",
    "error_count", "warning_count", "note_count", "late_instalment_count", "as_of",
)  # fmt: skip
#: Columns whose headings are those of the page.
HEADS = {
    "place": "place", "project": "project", "light": "light", "is_visited": "visit",
    "points": "points", "reasons": "reasons",
}  # fmt: skip
FORMATS = {
    "amount": "#,##0.00", "rate": "0.00%", "count": "#,##0", "days": "#,##0", "months": "0.00",
    "points": "0.00", "quantity": "#,##0.####", "date": "yyyy-mm-dd",
}  # fmt: skip


def projects_book(table: pd.DataFrame, units: Mapping[str, str]) -> bytes:
    """The table of projects as the bytes of a workbook; columns that nobody fills are left out."""
    voices = [Words(lang) for lang in languages()[::-1]]
    filled = [str(name) for name in table if not all(map(is_missing, table[name]))]
    names = [name for name in FIRST if name in filled or name == "project"]
    names += [name for name in filled if name not in FIRST]
    data = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(data, options) as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet(_heading("portfolio_topics.projects", voices, " "))
        font = {"font_name": voices[0].term("sheets.font"), "font_size": SIZE}
        head = book.add_format(font | {"bold": True, "text_wrap": True, "valign": "top",
                                       "bottom": 1, "bg_color": "#f3f5f7"})  # fmt: skip
        looks = {unit: book.add_format(font | {"num_format": each})
                 for unit, each in FORMATS.items()}  # fmt: skip
        looks["text"] = book.add_format(font)
        sheet.set_row(0, HEAD_HEIGHT)
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, len(table), len(names) - 1)
        puts = []
        for place, name in enumerate(names):
            unit = units.get(name, "count" if name in ("place", "points", "year") else "text")
            sheet.set_column(place, place, _width(name, unit))
            sheet.write_string(0, place, heading_of(name, unit, voices), head)
            values = list(table.index) if name == "project" else table[name].tolist()
            puts.append((values, _writer(sheet, name, unit, looks, voices)))
        for row in range(len(table)):
            for place, (values, put) in enumerate(puts):
                if not is_missing(values[row]):
                    put(row + 1, place, values[row])
    return data.getvalue()


def _width(name: str, unit: str) -> int:
    if name in ("place", "points", "year"):
        return WIDTHS["short"]
    return WIDTHS["text" if unit == "text" else "number"]


def heading_of(name: str, unit: str, voices: Sequence[Words]) -> str:
    """What a column is called in every language, with the unit of amounts."""
    called, spoken = name, ""
    for lang in languages():
        if name.endswith(f"_{lang}"):
            called, spoken = name.removesuffix(f"_{lang}"), f" ({lang})"
    key = f"portfolio_heads.{HEADS[called]}" if called in HEADS else called
    shown = _heading(key, voices, "\n") or name
    if unit == "amount":
        label = "/".join(words_in(words.lang, SMALL_WORTH).money_label() for words in voices)
        shown = f"{shown} ({label})"
    return shown + spoken


def _heading(key: str, voices: Sequence[Words], between: str) -> str:
    try:
        return between.join(words.term(key) for words in voices)
    except KeyError:
        return ""


def _writer(
    sheet: Any, name: str, unit: str, looks: Mapping[str, Any], voices: Sequence[Words]
) -> Callable[[int, int, Any], Any]:
    """What puts a value of a column into its cell."""
    look = looks.get(unit, looks["text"])
    named = _named(name, voices)

    def put(row: int, column: int, value: Any) -> None:
        if type(value) is bool:
            sheet.write_boolean(row, column, value, look)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, look)
        elif isinstance(value, int | Fraction):
            shown = Fraction(value, FEN) if unit == "amount" else value
            sheet.write_number(row, column, float(shown), look)
        else:
            text = named(str(value))
            sheet.write_string(row, column, text[:LONGEST_TEXT], look)

    return put


def _named(name: str, voices: Sequence[Words]) -> Callable[[str], str]:
    """How a choice is told in every language; all other texts stand as they are."""
    sections = {"light": "light", "reasons": "visit_reason", "verdict": "verdict",
                "stated_verdict": "verdict", "forecast": "forecast", "category": "category",
                "stated_forecast": "forecast"}  # fmt: skip
    if name not in sections:
        return lambda text: text
    section = sections[name]
    known = set(light_names()) | {each.name for each in reasons()}

    def told(text: str) -> str:
        parts = text.split() if section == "visit_reason" and set(text.split()) <= known else [text]
        shown = [
            [_heading(f"{section}.{part}", [words], "") or part for part in parts]
            for words in voices
        ]
        return " / ".join(words.listed(mine) for words, mine in zip(voices, shown, strict=True))

    return told
