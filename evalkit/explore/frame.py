"""The widgets of the desk, and where they lie (分析台的布局); ``desk`` says what they do."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import ipywidgets as widgets

from evalkit.explore.fields import sections
from evalkit.sentences import languages
from evalkit.words import Words

PANELS = ("compared", "verdict", "figures", "charts", "findings", "grid")


class Frame:
    """Controls on the left, panels on the right, in one language.

    ``projects`` are the names that can be chosen. ``widget`` holds all the others.
    """

    def __init__(self, lang: str, projects: list[str]) -> None:
        self.lang, self.words = lang, Words(lang)
        self._projects = projects
        self._build()

    def _build(self) -> None:
        say = self._say
        wide = widgets.Layout(width="98%")
        style = {"description_width": "30%"}
        self.source = widgets.Dropdown(
            options=self._projects, description=say("project"), layout=wide, style=style
        )
        self.framework = widgets.Dropdown(description=say("framework"), layout=wide, style=style)
        names = [(self.words.term(f"languages.{each}"), each) for each in languages()]
        self.language = widgets.Dropdown(
            options=names, value=self.lang, description=say("language"), layout=wide, style=style
        )
        self.undo, self.redo, self.reset = (
            widgets.Button(description=say(each), layout=widgets.Layout(width="auto"))
            for each in ("undo", "redo", "reset")
        )
        self.is_whole = widgets.Checkbox(description=say("all_fields"), indent=False, layout=wide)
        self.parts = widgets.Accordion(
            [widgets.VBox() for _ in sections()],
            titles=[self._section(each) for each in sections()],
        )
        self.message = widgets.HTML()
        self.name = widgets.Text(
            description=say("name"), layout=wide, style=style, continuous_update=False
        )
        self.keep = widgets.Button(description=say("save"), layout=widgets.Layout(width="auto"))
        self.saved = widgets.Dropdown(description=say("saved"), layout=wide, style=style)
        self.load = widgets.Button(description=say("load"), layout=widgets.Layout(width="auto"))
        self.beside = widgets.SelectMultiple(
            description=say("compared"), layout=wide, style=style, rows=4
        )
        self.compare = widgets.Button(
            description=say("compare"), layout=widgets.Layout(width="auto")
        )
        self.panels = {name: widgets.HTML() for name in PANELS}
        self.widget = self._arranged()

    def _arranged(self) -> Any:
        """Controls on the left, what follows from them on the right; one below the other on a
        narrow screen."""
        scenario = widgets.VBox([
            self.name, self.keep, self.saved, self.load, self.beside, self.compare,
        ])  # fmt: skip
        box = widgets.Accordion([scenario], titles=[self._say("scenarios")])
        left = widgets.VBox(
            [self.source, self.framework, self.language,
             widgets.HBox([self.undo, self.redo, self.reset]), self.message, self.is_whole,
             self.parts, box],
            layout=widgets.Layout(flex="1 1 22em", max_width="30em", min_width="18em"),
        )  # fmt: skip
        right = widgets.VBox(
            list(self.panels.values()), layout=widgets.Layout(flex="3 1 32em", min_width="0")
        )
        for each in (left, right):
            each.add_class("evalkit-part")
        style = (files("evalkit") / "template" / "desk.css").read_text("utf-8")
        sheet = widgets.HTML(f"<style>{style}</style>", layout=widgets.Layout(display="none"))
        flow = widgets.Layout(display="flex", flex_flow="row wrap", align_items="flex-start")
        whole = widgets.Box([sheet, left, right], layout=flow)
        whole.add_class("evalkit-desk")
        return whole

    def _say(self, variant: str, **values: Any) -> str:
        return self.words.plain("explore", variant, {}, values)

    def _section(self, name: str) -> str:
        return self.words.term(f"parts.{name}")
