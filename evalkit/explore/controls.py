"""Controls (控件): a widget for each value that can be moved, with its name and its mistakes.

Every number can be typed exactly as in a params file; a slider beside it moves it roughly. A value
that cannot be is told beside its control, in words.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from html import escape
from typing import Any

import ipywidgets as widgets

from evalkit.explore.fields import Field
from evalkit.words import Words
from evalkit.yamltree import plain_value

Moved = Callable[[str, Any], None]
STEPS = 40  # of a slider, from one end to the other
WIDE = "98%"
NUMBERS = ("number", "count", "share")


class Control:
    """One value with its widget (控件); ``moved(key, value)`` is called when it is changed."""

    def __init__(self, field: Field, words: Words, moved: Moved) -> None:
        self.field, self._moved, self._words = field, moved, words
        self._is_quiet = False
        self._fault = widgets.HTML()
        self._main = self._widget()
        self._main.observe(self._changed, "value")
        self._slider = self._slid() if field.kind in NUMBERS else None
        parts = [self._main, *([self._slider] if self._slider is not None else []), self._fault]
        self.widget = widgets.VBox(parts, layout=widgets.Layout(margin="0 0 4px 0"))

    def _widget(self) -> Any:
        field = self.field
        common = {
            "description": field.label, "tooltip": field.help,
            "style": {"description_width": "48%"}, "layout": widgets.Layout(width=WIDE),
        }  # fmt: skip
        match field.kind:
            case "date":
                return widgets.DatePicker(value=field.value, **common)
            case "flag":
                pairs = [(self._words.flags[key], key == "true") for key in ("true", "false")]
                return self._dropdown(pairs, common)
            case "choice":
                return self._dropdown(list(field.choices), common)
            case "choices":
                rows = min(len(field.choices), 4)
                return widgets.SelectMultiple(
                    options=field.choices, value=self._several(field.value), rows=rows, **common
                )
        return widgets.Text(value=written(field.value), continuous_update=False, **common)

    def _dropdown(self, pairs: list[tuple[str, Any]], common: dict[str, Any]) -> Any:
        options = [(self._words.term("labels.left_out"), None), *pairs]
        return widgets.Dropdown(options=options, value=self._one_of(self.field.value), **common)

    def _one_of(self, value: Any) -> Any:
        """The choice that a value is, also where the file has its name for it."""
        pairs = self.field.choices or ((("", value),) if isinstance(value, bool) else ())
        return next((each for name, each in pairs if value in (each, name)), None)

    def _several(self, value: Any) -> tuple[Any, ...]:
        known = [each for _, each in self.field.choices]
        return tuple(each for each in value or () if each in known)

    def _slid(self) -> Any:
        """A slider over a range that suits the value; none where there is no value yet."""
        found = as_number(self.field.value, self.field.kind)
        if found is None:
            return None
        low, high, step = reach(found, self.field.kind)
        make = widgets.IntSlider if self.field.kind == "count" else widgets.FloatSlider
        slider = make(
            value=float(found) if make is widgets.FloatSlider else int(found),
            min=low, max=high, step=step, readout=False, continuous_update=False,
            description=self._words.term("labels.slider").format(name=self.field.label),
            tooltip=self.field.help, style={"description_width": "0"},
            layout=widgets.Layout(width=WIDE),
        )  # fmt: skip
        slider.observe(self._slid_to, "value")
        return slider

    def _changed(self, change: Any) -> None:
        if not self._is_quiet:
            self._follow()
            self._moved(self.field.key, self.value)

    def _slid_to(self, change: Any) -> None:
        if not self._is_quiet:
            number = Decimal(str(change["new"]))
            self._put(f"{plain(number)}%" if self.field.kind == "share" else plain(number))
            self._moved(self.field.key, self.value)

    @property
    def value(self) -> Any:
        """The value as a params file would hold it; ``None`` leaves it out."""
        found = self._main.value
        if self.field.kind in NUMBERS:
            return read(found)
        if self.field.kind == "choices":
            return list(found) or None
        return found

    def show(self, value: Any) -> None:
        """Show a value without telling anybody that it moved."""
        if self.field.kind in NUMBERS:
            self._put(written(value))
            self._follow()
        else:
            self._quietly(self._main, self._shown(value))

    def _shown(self, value: Any) -> Any:
        if self.field.kind == "choices":
            return self._several(value)
        return value if self.field.kind in ("date", "flag") else self._one_of(value)

    def _put(self, text: str) -> None:
        self._quietly(self._main, text)

    def _follow(self) -> None:
        """Let the slider stand where the number is, as far as it reaches."""
        found = as_number(read(self._main.value), self.field.kind) if self._slider else None
        if self._slider is not None and found is not None:
            place = min(max(float(found), self._slider.min), self._slider.max)
            self._quietly(self._slider, int(place) if self.field.kind == "count" else place)

    def _quietly(self, widget: Any, value: Any) -> None:
        self._is_quiet = True
        try:
            widget.value = value
        finally:
            self._is_quiet = False

    def tell(self, faults: list[str]) -> None:
        """Say beside the control what is wrong with its value; nothing where it is right."""
        said = "".join(f"<p>{escape(each)}</p>" for each in faults)
        html = f'<div class="evalkit-fault" role="alert">{said}</div>' if faults else ""
        if self._fault.value != html:
            self._fault.value = html


def read(text: str) -> Any:
    """A typed value as YAML reads it: a number, a rate, a word; ``None`` where nothing is typed.

    >>> read("3759.40"), read(" 25% "), read(""), read("1,000")
    (Decimal('3759.40'), '25%', None, '1,000')
    """
    return plain_value(text.strip())


def written(value: Any) -> str:
    """A value as it is typed."""
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else str(value)


def plain(value: Decimal) -> str:
    """A number without an exponent, and a whole one without a point; other zeros stay.

    >>> plain(Decimal("15.0")), plain(Decimal("3759.40"))
    ('15', '3759.40')
    """
    whole = value.to_integral_value()
    return f"{whole if value == whole else value:f}"


def as_number(value: Any, kind: str) -> Decimal | None:
    """The number that a slider shows: per cent for a share; ``None`` where there is none.

    >>> as_number("62.5%", "share"), as_number("?", "number")
    (Decimal('62.5'), None)
    """
    found = read(str(value).strip().removesuffix("%")) if kind == "share" else value
    is_number = isinstance(found, int | Decimal) and not isinstance(found, bool)
    return Decimal(found) if is_number else None


def reach(value: Decimal, kind: str) -> tuple[Any, Any, Any]:
    """From where to where a slider goes and in what steps: to about twice the value.

    >>> reach(Decimal(98), "count"), reach(Decimal(25), "share"), reach(Decimal("3759.4"), "number")
    ((0, 200, 5), (0.0, 100.0, 2.5), (0.0, 8000.0, 200.0))
    """
    if kind == "share":
        return 0.0, 100.0, 2.5
    high = _round_up(2 * abs(value)) if value else Decimal(100)
    low, step = (-high if value < 0 else Decimal(0)), high / STEPS
    if kind == "count":
        return int(low), max(int(high), 1), max(int(step), 1)
    return float(low), float(high), float(step)


def _round_up(value: Decimal) -> Decimal:
    """The next number above with one figure and zeros: 196 is 200, 7518.8 is 8000."""
    size = Decimal(10) ** value.adjusted()
    return (value / size).to_integral_value(rounding="ROUND_CEILING") * size
