"""The desk as a whole (分析台): choose a project, move its values, see at once what follows.

``Desk`` holds the state and what the user can do; ``frame`` says where the widgets lie, ``panels``
what is shown, ``controls`` how a value is moved. The params file itself is never changed.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from evalkit import framework as frameworks
from evalkit.errors import ParamsFaults
from evalkit.explain import explain
from evalkit.explore.controls import Control
from evalkit.explore.fields import groups, sections
from evalkit.explore.frame import Frame
from evalkit.explore.panels import (
    chart_panels,
    figures_panel,
    findings_panel,
    grid_panel,
    verdict_panel,
)
from evalkit.params import project_ids
from evalkit.project import NoSuchKey, NotWritten, Project, load, own_language
from evalkit.scenario import UnknownKey, value_at
from evalkit.scenario_files import load_scenario, scenarios_of
from evalkit.sentences import escape
from evalkit.side_by_side import SideBySide
from evalkit.tabular.opening import is_table
from evalkit.words import Words

#: Seconds after the last move until the checks are run: they are the slower part.
PAUSE = 0.25
MOST_UNDONE = 200


class Desk(Frame):
    """Controls and panels of the projects in a folder (分析台); shows itself in a notebook."""

    def __init__(self, folder: Path, lang: str) -> None:
        self._sources = _sources(folder)
        super().__init__(lang, list(self._sources))
        self._controls: dict[str, Control] = {}
        self._is_quiet = False
        self._later: asyncio.TimerHandle | None = None
        self.base: Project | None = None
        self.project: Project | None = None
        self._past: list[Project] = []
        self._future: list[Project] = []
        self._kept: dict[str, Project] = {}
        self._charts, self._grid = chart_panels(), grid_panel()
        self._observe()
        if self._sources:
            self._open()
        else:
            self._tell(self._say("empty_folder", path=str(folder)), is_wrong=True)
        gc.freeze()  # what is loaded stays: a collection that goes through all of it takes 50 ms

    # Controls and what they do

    def _observe(self) -> None:
        self.source.observe(self._guarded(lambda _: self._open()), "value")
        self.framework.observe(self._guarded(lambda c: self._under(c["new"])), "value")
        self.language.observe(self._guarded(lambda c: self._speak(c["new"])), "value")
        self.is_whole.observe(self._guarded(lambda _: self._rebuild()), "value")
        self.parts.observe(self._guarded(lambda _: self._fill()), "selected_index")
        # What was told of one name says nothing of the next.
        self.name.observe(self._guarded(lambda _: self._tell("")), "value")
        for button, act in (
            (self.undo, self._undo), (self.redo, self._redo), (self.reset, self._reset),
            (self.keep, self._save), (self.load, self._load), (self.compare, self._compare),
        ):  # fmt: skip
            button.on_click(self._guarded(partial(_pressed, act)))

    def _guarded(self, act: Callable[[Any], None]) -> Callable[[Any], None]:
        """What goes wrong is told on the desk; a quiet desk is being filled by itself."""

        def guarded(change: Any) -> None:
            if self._is_quiet:
                return
            try:
                act(change)
            except ParamsFaults as error:
                self._tell_faults(error)
            except (NoSuchKey, NotWritten) as error:
                self._tell(str(error), is_wrong=True)

        return guarded

    # What the user does

    def _open(self) -> None:
        """Take the chosen project; one with mistakes is told, and the last one stays."""
        path, project_id = self._sources[self.source.value]
        try:
            base = load(path, project_id, lang=self.lang)
            base.scored  # noqa: B018 (a project that cannot be evaluated is no base)
        except ParamsFaults as error:
            self._tell_faults(error)
            return
        self.base, self.project = base, base
        self._past, self._future, self._kept = [], [], {}
        self._offer()
        self._rebuild()
        self._show()

    def move(self, key: str, value: Any) -> None:
        """Change one value, as its control does. What cannot be is told and changes nothing."""
        if self.project is None:
            return
        gc.disable()  # there is time to collect when the user pauses
        try:
            self._take(self.project.change({key: value}))
        except ParamsFaults as error:
            self._tell_faults(error)
        finally:
            gc.enable()

    def _take(self, project: Project) -> None:
        """Go on to another state, if it can be evaluated; the last one can be had back."""
        project.scored  # noqa: B018 (raises for what cannot be)
        if self.project is not None:
            self._past = [*self._past[-MOST_UNDONE:], self.project]
        self._future = []
        self.project = project
        self._show()

    def _under(self, framework: str | None) -> None:
        if self.project is not None and framework and self.base is not None:
            self.base = self.base.under(framework)
            self._take(self.project.under(framework))
            self._rebuild()

    def _speak(self, lang: str) -> None:
        """Say everything in another language; the state stays."""
        old = self.widget
        self.lang, self.words = lang, Words(lang)
        chosen = self.source.value
        self._build()
        self._observe()
        self._quietly(self.source, "value", chosen)
        if self.base is not None and self.project is not None:
            self.base, self.project = self.base.said_in(lang), self.project.said_in(lang)
            self._past = [each.said_in(lang) for each in self._past]
            self._future = [each.said_in(lang) for each in self._future]
            self._kept = {name: each.said_in(lang) for name, each in self._kept.items()}
            self._offer()
            self._rebuild()
            self._show()
        old.children = self.widget.children
        self.widget = old

    def _undo(self) -> None:
        self._step(self._past, self._future)

    def _redo(self) -> None:
        self._step(self._future, self._past)

    def _step(self, source: list[Project], other: list[Project]) -> None:
        if source and self.project is not None:
            other.append(self.project)
            self.project = source.pop()
            self._follow()
            self._show()

    def _reset(self) -> None:
        if self.base is not None and self.project is not None and self.project.scenario.changes:
            self._take(Project(self.base.scenario, self.project.framework, self.lang))
            self._follow()

    def _save(self) -> None:
        if self.project is None:
            return
        path = self.project.save(self.name.value)
        self._kept[self.name.value.strip()] = self.project
        self._offer()
        self._quietly(self.saved, "value", path)
        self._tell(self._say("was_saved", path=str(path)))

    def _load(self) -> None:
        """A saved scenario, as changes to the file that it derives from."""
        if self.base is None or not self.saved.value:
            return
        scenario = load_scenario(self.base.scenario.file, self.saved.value)
        self._take(Project(scenario, self.base.framework, self.lang))
        self._follow()

    def _compare(self) -> None:
        if self.base is None or self.project is None:
            return
        chosen = {name: self._named(name) for name in self.beside.value}
        if len(chosen) < 2:
            self._tell(self._say("choose_two"), is_wrong=True)
            return
        self._tell("")
        shown = SideBySide(list(chosen.values()), list(chosen))
        self.panels["compared"].value = f'<div class="compared">{shown._repr_html_()}</div>'

    def _named(self, name: str) -> Project:
        """A state by its name: as filed, now, or a scenario that was saved."""
        assert self.base is not None and self.project is not None
        mine = {self._say("as_filed"): self.base, self._say("now"): self.project, **self._kept}
        if name not in mine:
            path = dict((told, path) for path, told in scenarios_of(self.base.scenario.file))[name]
            scenario = load_scenario(self.base.scenario.file, path)
            mine[name] = Project(scenario, self.base.framework, self.lang)
        return mine[name]

    # What is shown

    def _offer(self) -> None:
        """The frameworks and scenarios that can be chosen for this project."""
        assert self.base is not None and self.project is not None
        known = [*dict.fromkeys([*self.base.scenario.file.params.framework, *frameworks.known()])]
        named = [(self.words.text(_framework_name(self.base, each)), each) for each in known]
        self._quietly(self.framework, "options", named)
        self._quietly(self.framework, "value", self.project.framework)
        found = [(told, path) for path, told in scenarios_of(self.base.scenario.file)]
        chosen = self.saved.value
        self._quietly(self.saved, "options", found)
        paths = [path for _, path in found]
        self._quietly(self.saved, "value", chosen if chosen in paths else next(iter(paths), None))
        names = [self._say("as_filed"), self._say("now"), *(told for told, _ in found)]
        self._quietly(self.beside, "options", names)
        self._quietly(self.beside, "value", names[:2])

    def _rebuild(self) -> None:
        """Make the controls anew; those of a closed part are made when it is opened."""
        self._controls = {}
        for box in self.parts.children:
            box.children = ()
        self._fill()

    def _fill(self) -> None:
        """The controls of the part that is open."""
        at = self.parts.selected_index
        if at is None or self.project is None or self.parts.children[at].children:
            return
        made: list[Any] = []
        for group in groups(sections()[at], self.project, is_whole=self.is_whole.value):
            if group.title:
                made.append(widgets.HTML(f"<h4>{escape(group.title)}</h4>"))
            for field in group.fields:
                control = Control(field, self.words, self._moved)
                self._controls[field.key] = control
                made.append(control.widget)
        self.parts.children[at].children = made or [widgets.HTML(escape(self._say("nothing_here")))]

    def _moved(self, key: str, value: Any) -> None:
        if not self._is_quiet:
            self.move(key, value)

    def _follow(self) -> None:
        """Let the controls show the values of the project."""
        self._is_quiet = True
        try:
            for key, control in self._controls.items():
                with suppress(UnknownKey):
                    control.show(_value_at(self.project, key))
        finally:
            self._is_quiet = False

    def _show(self) -> None:
        """Everything that follows from the values; what the checks find comes a moment later."""
        project, base = self.project, self.base
        assert project is not None and base is not None
        self._tell("")
        for control in self._controls.values():
            control.tell([])
        self._put("verdict", verdict_panel(project))
        self._put("figures", figures_panel(project, base))
        charts = "".join(chart.html(project) for chart in self._charts)
        self._put("charts", f'<div class="charts">{charts}</div>')
        self._put("grid", self._grid.html(project))
        for button, states in ((self.undo, self._past), (self.redo, self._future)):
            button.disabled = not states
        self.reset.disabled = not project.scenario.changes
        self._check_later()

    def _check_later(self) -> None:
        """Run the checks when the user pauses; at once where nothing runs later."""
        if self._later is not None:
            self._later.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.check()
        else:
            self._later = loop.call_later(PAUSE, self.check)

    def check(self) -> None:
        """Show what the checks find in the values as they are now."""
        if self.project is not None and self.base is not None:
            self._put("findings", findings_panel(self.project, self.base))

    def _put(self, name: str, html: str) -> None:
        """Show a panel; one that says the same is left as it is, so that nothing flickers."""
        if self.panels[name].value != html:
            self.panels[name].value = html

    def _tell_faults(self, error: ParamsFaults) -> None:
        """Each mistake beside its control, and all of them above."""
        by_key: dict[str, list[str]] = {}
        for fault in error.faults:
            by_key.setdefault(fault.path, []).append(explain(fault, self.lang))
        for key, control in self._controls.items():
            control.tell(by_key.get(key, []))
        lines = [each for told in by_key.values() for each in told]
        self._tell("\n".join(lines), is_wrong=True)

    def _tell(self, text: str, is_wrong: bool = False) -> None:
        """A line to the user, where she looks: above the controls."""
        kind, role = ("evalkit-fault", "alert") if is_wrong else ("evalkit-told", "status")
        shown = "<br>".join(map(escape, text.splitlines()))
        html = f'<div class="{kind}" role="{role}">{shown}</div>' if text else ""
        if self.message.value != html:
            self.message.value = html

    def _quietly(self, widget: Any, name: str, value: Any) -> None:
        was, self._is_quiet = self._is_quiet, True
        try:
            setattr(widget, name, value)
        finally:
            self._is_quiet = was

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self.widget._repr_mimebundle_(**kwargs)


def _pressed(act: Callable[[], None], button: Any) -> None:
    act()


def desk(folder: Path | str = "params", *, lang: str = "") -> Desk:
    """The desk over the projects of a folder: YAML files, tables and saved scenarios (分析台).

    ``lang`` is that of ``EVALKIT_LANG`` where it is not given.
    """
    return Desk(Path(folder), lang or own_language())


def _sources(folder: Path) -> dict[str, tuple[Path, str]]:
    """Every project of a folder by the name under which it is chosen; also files with mistakes."""
    found: dict[str, tuple[Path, str]] = {}
    paths = sorted(folder.glob("*.yaml"))
    if is_table(folder):
        paths.append(folder)
    for path in paths:
        with suppress(ParamsFaults):
            for project_id in project_ids(path):
                found[project_id] = (path, project_id if is_table(path) else "")
    return found


def _framework_name(project: Project, framework_id: str) -> Any:
    """The name of a framework; its id where it cannot be read."""
    with suppress(KeyError, ParamsFaults):
        return frameworks.of(project.scenario.inputs, framework_id).name
    return framework_id


def _value_at(project: Project | None, key: str) -> Any:
    return None if project is None else value_at(project.scenario.value, key)
