"""Terms (术语): what columns, choices, units and facts are called in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pandas as pd

from evalkit.facts import Fact
from evalkit.model import Text
from evalkit.sentences import languages, seen
from evalkit.yamltree import own_yaml

NOTHING: Mapping[str, Any] = MappingProxyType({})


@cache
def _read(lang: str, name: str) -> dict[str, Any]:
    source = files("evalkit") / "text" / lang / f"{name}.yaml"
    return own_yaml(source)


class Terms:
    """The terms of one language. Raises ``KeyError`` for a language that evalkit does not speak."""

    def __init__(self, lang: str) -> None:
        if lang not in languages():
            raise KeyError(f"no language {lang!r}; there are {', '.join(languages())}")
        self.lang = lang
        self._formats = _read(lang, "formats")

    def term(self, key: str) -> str:
        """The term for a column, a choice, a topic or a unit (术语).

        A key is bare (``execution_rate``) or says where it belongs, a frame or a field
        (``contracts.amount``, ``relevance.good``). A bare key is looked up among the columns first.
        Raises ``KeyError`` for what has no term.

        >>> Terms("zh").term("execution_rate"), Terms("en").term("verdict.normal")
        ('预算执行率', 'Running normally')
        """
        terms = _read(self.lang, "terms")
        section, _, name = key.rpartition(".")
        places = [section.partition(".")[0].removeprefix("stated_"), "columns", *terms]
        for place in places:
            if name in terms.get(place, ()):
                return terms[place][name]
        raise KeyError(f"text/{self.lang}/terms.yaml has no term for {key!r}")

    def label(self, name: str, facts: Mapping[str, Fact] = NOTHING) -> str:
        """What a fact is called, with the name of its item (``服装费：预算金额``).

        >>> Terms("zh").label("years.2017.year_budget_amount")
        '2017：预算安排'
        """
        frame, _, rest = name.partition(".")
        item, _, column = rest.partition(".")
        if not column:
            return self.term(name)
        named = facts.get(f"{frame}.{item}.name")
        called = self.text(named.value) if named else item
        if frame == "groups":
            called = self.term(f"group.{item}")
        return self._formats["item"].format(item=called, column=self.term(f"{frame}.{column}"))

    def text(self, value: Text | str | None) -> str:
        """A text of the project in this language; empty where there is none.

        >>> Terms("en").text(Text("餐饮", "catering"))
        'catering'
        """
        if is_missing(value):
            return ""
        return seen(getattr(value, self.lang) if isinstance(value, Text) else str(value))

    def listed(self, texts: Iterable[str], sign: str = "comma") -> str:
        """Several texts as one, with this language's commas (or ``semicolon``).

        >>> Terms("zh").listed(["餐饮", "会务"])
        '餐饮、会务'
        """
        return self._formats["lists"][sign].join(texts)

    def section(self, number: int, title: str) -> str:
        """The heading of a section with its number, which counts from 1.

        >>> Terms("zh").section(2, "预算执行"), Terms("en").section(2, "Execution")
        ('二、预算执行', '2. Execution')
        """
        numeral = self._formats["numerals"][number - 1]
        return self._formats["section"].format(number=numeral, title=title)

    def function(self, name: str, *said: str) -> str:
        """A function of a formula in words, with what it is applied to.

        >>> Terms("zh").function("days", "服务开始日期", "签订日期")
        '服务开始日期至签订日期的天数'
        """
        return self._formats["functions"][name].format(*said)

    def choices(self, field: str) -> Mapping[str, str]:
        """What the choices of a field are called, by their keys.

        >>> Terms("en").choices("kind")["outcome"]
        'Outcome'
        """
        return MappingProxyType(_read(self.lang, "terms")[field])

    @property
    def flags(self) -> Mapping[str, str]:
        """What true and false are called.

        >>> Terms("zh").flags["true"]
        '是'
        """
        return MappingProxyType(self._formats["flag"])

    @property
    def counted(self) -> Mapping[str, list[str]]:
        """The patterns of a number with the noun that it counts, for one and for many."""
        return MappingProxyType(self._formats["counted"])

    @property
    def missing(self) -> Mapping[str, str]:
        """What stands in the place of a figure that does not exist."""
        return MappingProxyType(self._formats["missing"])

    def unit_word(self, unit: str) -> str:
        """A unit on its own, for the head of a column.

        >>> Terms("en").unit_word("人"), Terms("zh").unit_word("套")
        ('people', '套')
        """
        return self._formats["counted"].get(unit, [unit])[-1].replace("{n}", "").strip()

    def nouns(self) -> dict[str, list[str]]:
        """The nouns of every unit that is counted, one and several.

        >>> Terms("en").nouns()["人"]
        ['person', 'people']
        """
        return {
            unit: [each.replace("{n}", "").strip() for each in patterns]
            for unit, patterns in self._formats["counted"].items()
        }


def is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value
