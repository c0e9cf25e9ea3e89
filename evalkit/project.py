"""One project as the cells of a notebook see it (项目): ``import evalkit as ek; ek.load(path)``.

Nothing here computes or draws: a project leads to the same figures, tables and charts as the
report, each made when it is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from evalkit.charts.figure import Chart, chart_key, chart_of, topics
from evalkit.errors import Fault, ParamsFaults
from evalkit.evaluate import checked, known, score_all, tried
from evalkit.explain import explain
from evalkit.export import words_of
from evalkit.facts import Fact, Facts, facts_for
from evalkit.files import write_new_file
from evalkit.headline import headline
from evalkit.model import Evaluation
from evalkit.params import ParamsFile, load_params, load_tables, project_ids
from evalkit.recall import Recall
from evalkit.scaffold import scaffold
from evalkit.scenario import Changes, Scenario, UnknownKey, leaves
from evalkit.scenario_files import CannotSave, save_scenario
from evalkit.scoring.comparison import compared
from evalkit.tables.catalogue import tabulators
from evalkit.tables.facts import tabulate_facts, tabulate_inputs
from evalkit.tables.table import Table
from evalkit.tabular.opening import is_table
from evalkit.words import Words

#: Tables that ``facts`` shows as a whole.
BEHIND = ("inputs", "facts")


class Shelf(Mapping[str, Any]):
    """Things by name, each made when it is asked for: ``shelf.name`` or ``shelf["name"]``.

    Tab completes the names. ``None`` stands for what the project has nothing for.
    """

    def __init__(self, make: Callable[[str], Any], names: list[str]) -> None:
        self._make, self._names = make, names

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        return self._make(name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._names:
            raise AttributeError(f"no {name!r}; there are: {', '.join(self._names)}")
        return self._make(name)

    def __dir__(self) -> list[str]:
        return [*self._names, "items", "keys", "values"]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<{', '.join(self._names)}>"


class Figures(Shelf):
    """The facts of a project by name (事实): ``facts["execution_rate"].value`` is exact."""

    def __init__(self, facts: Facts, tables: Callable[[], list[Table | None]]) -> None:
        super().__init__(facts.__getitem__, list(facts))
        self._tables = tables

    @property
    def frame(self) -> pd.DataFrame:
        """All facts as a frame: value, unit, formula, inputs, place."""
        rows = list(self.values())
        return pd.DataFrame(rows, columns=Fact._fields).astype(object).set_index("name")

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self._tables() if table is not None)


class Told:
    """An error that says in words what is wrong; a notebook shows these and no trace."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class Mistakes(Told, ParamsFaults):
    """Mistakes in a params file or in a change, each with its place and how to mend it."""

    def __init__(self, faults: Iterable[Fault], lang: str) -> None:
        super().__init__(faults)
        self._lang = lang

    def __str__(self) -> str:
        return "\n".join(explain(each, self._lang) for each in self.faults)


class NoSuchKey(Told, KeyError):
    """A key that a params file does not have, with those that may have been meant."""

    def __init__(self, error: UnknownKey, lang: str) -> None:
        words = Words(lang)
        values = {"key": error.key, "close": words.listed(error.close)}
        variant = "no_key_but" if error.close else "no_key"
        self._said = words.plain("explore", variant, {}, values)
        super().__init__(error.key)

    def __str__(self) -> str:
        return self._said


class NotWritten(Told, OSError):
    """A file that was not written, and why."""

    def __init__(self, error: CannotSave, lang: str) -> None:
        super().__init__(Words(lang).plain("explore", error.code, {}, error.values))


class Project:
    """One project under one framework in one language (项目).

    >>> import evalkit as ek
    >>> project = ek.load("params/minhang-logistics-2018.yaml", lang="en")
    >>> project.facts["execution_rate"].value
    Fraction(281955, 378092)
    >>> fewer = project.change({"posts.general.approved": 90})
    >>> fewer.facts["approved_count"].value, project.facts["approved_count"].value
    (332, 340)

    ``change`` gives another project and leaves this one as it is; ``save`` writes it to a file.
    """

    def __init__(self, scenario: Scenario, framework: str = "", lang: str = "") -> None:
        self.scenario = scenario
        self.id = scenario.file.params.id
        self.framework = framework or scenario.file.params.framework[0]
        self.lang = lang or own_language()

    # Another one

    def change(self, changes: Changes) -> Project:
        """The same project with other values by their keys; ``None`` leaves a value out (改动).

        ``keys()`` lists the keys. A number is a whole one or a ``Decimal("3780.92")``, a rate
        ``"10%"``, a day a ``date``. Raises ``NoSuchKey`` for a key that leads nowhere, and
        ``Mistakes`` for values that cannot be.
        """
        scenario = self.scenario
        try:
            for key, value in changes.items():
                scenario = scenario.with_change(key, value)
            scenario.inputs  # noqa: B018 (raises for what cannot be)
        except UnknownKey as error:
            raise NoSuchKey(error, self.lang) from None
        except ParamsFaults as error:
            raise Mistakes(error.faults, self.lang) from None
        return Project(scenario, self.framework, self.lang)

    def under(self, framework: str) -> Project:
        """The same project under another framework (评价框架)."""
        scenario = self.scenario
        named = list(scenario.file.params.framework)
        if framework not in named:
            scenario = scenario.with_change("framework", [*named, framework])
            try:
                scenario.inputs  # noqa: B018 (raises where the file does not fit)
            except ParamsFaults as error:
                raise Mistakes(error.faults, self.lang) from None
        return Project(scenario, framework, self.lang)

    def said_in(self, lang: str) -> Project:
        """The same project in another language, ``zh`` or ``en`` (语言)."""
        return Project(self.scenario, self.framework, lang)

    def save(self, name: str) -> Path:
        """Write the project with its changes as a new params file, in ``scenarios/`` (保存情景).

        Returns the path. Raises ``NotWritten`` where the name cannot be used or is taken, or the
        folder cannot be written.
        """
        try:
            return save_scenario(self.scenario, name)
        except CannotSave as error:
            raise NotWritten(error, self.lang) from None

    def keys(self) -> list[str]:
        """The keys of all values that the project has, for ``change`` (参数的键)."""
        return [key for key, _ in leaves(self.scenario.value)]

    # What there is to see

    @cached_property
    def scored(self) -> Evaluation:
        """All frames and facts, before any check: what changes while one explores."""
        call = self.scenario.call
        scored = score_all(self.scenario.inputs, [self.framework], call)[self.framework]
        return known(scored, call)

    @cached_property
    def evaluation(self) -> Evaluation:
        """All that evalkit knows of the project, findings and sensitivity among it (评价)."""
        named = list(self.scenario.file.params.framework)
        names = named if self.framework in named else [self.framework]
        if len(names) == 1:
            return checked(tried(self.scored))
        scored = score_all(self.scenario.inputs, names)
        together = compared({name: tried(each) for name, each in scored.items()})
        return checked(together[self.framework])

    @property
    def words(self) -> Words:
        """The words of the language, with the units of the file."""
        return words_of(self.scored, self.id, self.lang)

    @property
    def verdict(self) -> Any:
        """The conclusion: its id; ``None`` under a framework that gives a score alone (结论)."""
        found: Any = self.scored.verdict.at[self.id, "verdict"]
        return None if pd.isna(found) else found

    @property
    def facts(self) -> Figures:
        """Every figure with its value, unit, formula, inputs and place, by name (事实)."""
        facts = facts_for(self.evaluation, self.id)
        return Figures(facts, lambda: [
            tabulate(self.evaluation, self.id, self.words)
            for tabulate in (tabulate_inputs, tabulate_facts)
        ])  # fmt: skip

    @property
    def findings(self) -> Table | None:
        """What the checks find, as a table (核对发现); ``evaluation.findings`` is its frame."""
        return self.tables["findings"]

    @property
    def tables(self) -> Shelf:
        """Every table of the report by name (表格): ``tables.execution``."""
        names = [name for name in tabulators() if name not in BEHIND]
        return Shelf(
            lambda name: tabulators()[name](self.evaluation, self.id, self.words), names
        )  # fmt: skip

    @property
    def charts(self) -> Shelf:
        """Every chart of the report by name (图): ``charts.headcount``."""
        return Shelf(self.chart, topics())

    def chart(self, topic: str) -> Chart | None:
        """The chart of a topic; ``None`` where the project has nothing to draw (图)."""
        needs_all = topic in ("findings", "sensitivity")
        evaluation = self.evaluation if needs_all else self.scored
        return chart_of(topic, evaluation, self.id, self.words)

    def chart_key(self, topic: str) -> Any:
        """What the chart of a topic shows, in words: where it is the same, so is the chart."""
        return chart_key(topic, self.scored, self.id, self.words)

    def _repr_html_(self) -> str:
        facts = facts_for(self.evaluation, self.id)
        return headline(facts, self.words, self.evaluation.framework.labels)

    def __repr__(self) -> str:
        changed = f", {len(self.scenario.changes)} changed" if self.scenario.changes else ""
        return f"<Project {self.id} under {self.framework}{changed}>"


def load(path: Path | str, project_id: str = "", *, framework: str = "", lang: str = "") -> Project:
    """One project of a params file or a table, to look at and to change (读取).

    ``project_id`` names it where the file holds several. ``framework`` and ``lang`` are those of
    the file and of ``EVALKIT_LANG`` where they are not given. Raises ``Mistakes`` for those in the
    file, ``KeyError`` for a project that it does not hold.
    """
    lang = lang or own_language()
    try:
        file = file_of(Path(path), project_id)
    except ParamsFaults as error:
        raise Mistakes(error.faults, lang) from None
    return Project(Scenario(file, call=Recall()), framework, lang)


def new(name: str, folder: Path | str = "params", *, lang: str = "") -> Path:
    """Write a new params file of that name to fill in, every key explained, and return its path.

    Raises ``Mistakes`` for a name that cannot be one, ``NotWritten`` where such a file is there.
    """
    lang = lang or own_language()
    try:
        text = scaffold(name, lang)
    except ParamsFaults as error:
        raise Mistakes(error.faults, lang) from None
    path = Path(folder) / f"{name}.yaml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new_file(path, text.encode())
    except FileExistsError:
        raise NotWritten(CannotSave("is_there", path=str(path)), lang) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise NotWritten(CannotSave("cannot_write", path=str(path), reason=reason), lang) from None
    return path


def own_language() -> str:
    """The language that the user has chosen for all of evalkit: ``EVALKIT_LANG``, or Chinese."""
    return os.environ.get("EVALKIT_LANG", "zh")


def file_of(path: Path, project_id: str = "") -> ParamsFile:
    """One project as its file has it; the first one where none is named."""
    if not is_table(path):
        file = load_params(path)
        if project_id not in ("", file.params.id):
            raise KeyError(project_id)
        return file
    wanted = project_id or project_ids(path)[0]
    for file in load_tables(path, [wanted]):
        return file
    raise KeyError(wanted)
