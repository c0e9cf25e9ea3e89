"""Several lists of the same things: one in sight, others to unfold, a filter that needs no script.

The filter is made of radio buttons and a box that the page's style looks at. In a notebook, and in
a browser that does not know ``:has``, everything is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.sentences import escape
from evalkit.tables.table import Table


@dataclass(frozen=True)
class Filter:
    """A filter (筛选): legend, choices with their labels in HTML, and the label of a box."""

    legend: str
    choices: tuple[tuple[str, str], ...]
    box: str

    def _repr_html_(self) -> str:
        made = "".join(
            f'<label><input type="radio" name="light" value="{escape(value)}"'
            f"{' checked' if not place else ''}> {label}</label> "
            for place, (value, label) in enumerate(self.choices)
        )
        made += f'<label><input type="checkbox" value="visit"> {escape(self.box)}</label>'
        return f'<fieldset class="filter"><legend>{escape(self.legend)}</legend>{made}</fieldset>'


@dataclass(frozen=True)
class Views:
    """A table in sight, and others under their summaries (多种排列)."""

    name: str
    first: Table
    others: tuple[tuple[str, Table], ...] = ()
    filter: Filter | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """All of the tables."""
        return (self.first, *(table for _, table in self.others))

    def _repr_html_(self) -> str:
        filtering = self.filter._repr_html_() if self.filter else ""
        others = "".join(
            f"<details><summary>{escape(summary)}</summary>{table._repr_html_()}</details>"
            for summary, table in self.others
        )
        kind = "views filtered" if self.filter else "views"
        return f'<div class="{kind}">{filtering}{self.first._repr_html_()}{others}</div>'
