"""What one worker of a batch does (批量中的一份工作): the reports of some projects, one by one.

The projects of an order are loaded and evaluated together, which is cheap; each report is then
made on its own, and whatever goes wrong with one is an outcome like any other. Doing the same order
twice gives the same files: what is up to date is left alone.
"""

from __future__ import annotations

import atexit
import errno
import gc
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from evalkit.charts.look import family
from evalkit.delivery import Recipe, deliver, is_up_to_date
from evalkit.errors import ParamsFaults, ReportFailed
from evalkit.evaluate import evaluate_all, main_of
from evalkit.explain import explain
from evalkit.garbage import collect_rarely
from evalkit.kernel import ENVIRONMENT, code_path
from evalkit.model import SEVERITIES, Evaluation, Inputs, apart, select
from evalkit.page import PageRefused
from evalkit.params import load
from evalkit.report import rehearse

#: From so many projects on a rehearsal pays.
REHEARSED = 3
#: Errors of the system that may pass by themselves.
PASSING = {errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.EMFILE, errno.ENFILE, errno.ESTALE,
           errno.ETIMEDOUT}  # fmt: skip


@dataclass(frozen=True)
class Order:
    """What is asked for of some projects (任务): which, and how their reports are made.

    ``projects`` are pairs of a params file and the id of a project in it.
    """

    projects: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]
    out: str
    lang: str  # of what is told of faults
    recipe: Recipe
    is_forced: bool = False  # make anew what is up to date


@dataclass(frozen=True)
class Outcome:
    """What became of one project (结果): its status, its result in short, or why it failed.

    ``status`` is ``made``, ``up_to_date``, ``failed``, or ``faulty`` for a file with mistakes.
    """

    project: str
    params: str
    status: str
    verdict: str = ""
    score: str = ""
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    seconds: float = 0.0
    section: str = ""
    cell: str = ""
    error: str = ""
    first_line: str = ""
    notebook: str = ""

    @property
    def is_failure(self) -> bool:
        """Whether there is no report of what was asked for."""
        return self.status in ("failed", "faulty")


def make_reports(order: Order) -> list[Outcome]:
    """Make what an order asks for; never raises for what is wrong with a project."""
    homes = {project_id: Path(path) for path, project_id in order.projects}
    together, outcomes = _loaded(order)
    for inputs in together:
        waiting = []
        for project_id in map(str, inputs.projects.index):
            path = homes.get(project_id)
            if path is None:
                continue
            if not order.is_forced and _is_done(order, inputs, project_id, path):
                outcomes.append(_result(order, project_id, path, "up_to_date", 0.0))
            else:
                waiting.append(project_id)
        for project_id, mine in _evaluated(inputs, waiting):
            if len(waiting) >= REHEARSED and not isinstance(mine, Exception):
                _rehearse(order.languages, mine, project_id)
            outcomes.append(_made(order, project_id, homes[project_id], mine))
    gc.collect()  # of an order nothing is needed for the next one
    return outcomes


_READY: set[str] = set()  # the languages that this process has rehearsed


def _rehearse(wanted: Sequence[str], mine: Mapping[str, Evaluation], project_id: str) -> None:
    """Once a process and language, do all that its children would do for the first time each."""
    for lang in wanted:
        if lang not in _READY:
            _READY.add(lang)
            with suppress(Exception):  # what is wrong with the project is told by its own run
                rehearse(main_of(mine, project_id), project_id, lang)


def _loaded(order: Order) -> tuple[list[Inputs], list[Outcome]]:
    """The inputs of all files without faults, in one if they go together; the others are told."""
    first = list(dict.fromkeys(path for path, _ in order.projects))
    wanted = {project_id for _, project_id in order.projects}
    with suppress(ParamsFaults):
        return [load(first, wanted)], []
    good, outcomes = [], []
    for path in first:
        try:
            load([path], wanted)
            good.append(path)
        except ParamsFaults as error:
            told = explain(error.faults[0], order.lang)
            outcomes += [
                Outcome(project_id, path, "faulty", error="ParamsFaults", first_line=told)
                for each, project_id in order.projects
                if each == path
            ]
    with suppress(ParamsFaults):
        return ([load(good, wanted)] if good else []), outcomes
    return [load([path], wanted) for path in good], outcomes


def _evaluated(
    inputs: Inputs, project_ids: Sequence[str]
) -> Iterator[tuple[str, Mapping[str, Evaluation] | Exception]]:
    """Each project's own evaluations; where they fail together, each by itself."""
    if not project_ids:
        return
    try:
        found = evaluate_all(select(inputs, project_ids), is_tried=True)
        parts = {name: apart(each) for name, each in found.items()}
    except Exception as error:
        if len(project_ids) == 1:
            yield project_ids[0], error
            return
        for project_id in project_ids:
            yield from _evaluated(inputs, [project_id])
        return
    for project_id in project_ids:
        yield project_id, {name: mine[project_id] for name, mine in parts.items()
                           if project_id in mine}  # fmt: skip


def _made(
    order: Order, project_id: str, path: Path, found: Mapping[str, Evaluation] | Exception
) -> Outcome:
    """Make the reports of one project; what a dead child broke is tried once more."""
    start = time.perf_counter()
    failed = Outcome(project_id, str(path), "failed")
    for is_last in (False, True):
        try:
            if isinstance(found, Exception):
                raise found
            deliver(found, project_id, path, order.languages, Path(order.out), recipe=order.recipe)
            return _result(order, project_id, path, "made", time.perf_counter() - start)
        except Exception as error:
            if is_last or not _is_transient(error):
                seconds = time.perf_counter() - start
                return replace(_why(failed, error), seconds=round(seconds, 2))
    raise AssertionError  # the last try returns


def _is_transient(error: Exception) -> bool:
    """Whether the same may go well another time: the child or kernel died, or never came up."""
    if isinstance(error, ReportFailed):
        return error.ename == "DeadKernelError" or not error.cell
    return isinstance(error, OSError) and error.errno in PASSING


def _why(outcome: Outcome, error: Exception) -> Outcome:
    """The outcome with where the report stopped and by what."""
    ename, told = type(error).__name__, str(error)
    if isinstance(error, ReportFailed):
        ename, told = error.ename, error.evalue
        outcome = replace(
            outcome, section=error.section, cell=str(error.cell or ""), notebook=error.notebook
        )
    elif isinstance(error, PageRefused):
        told = "; ".join(f"{code}: {found}" for code, found in error.faults)
    elif isinstance(error, OSError):
        told = error.strerror or told
    return replace(outcome, error=ename, first_line=told.strip().partition("\n")[0])


def _is_done(order: Order, inputs: Inputs, project_id: str, path: Path) -> bool:
    return is_up_to_date(inputs, project_id, path, order.languages, Path(order.out), order.recipe)


def _result(order: Order, project_id: str, path: Path, status: str, seconds: float) -> Outcome:
    """The outcome of a project whose reports are there, in short."""
    summary = json.loads((Path(order.out) / project_id / "summary.json").read_text("utf-8"))
    facts = summary["facts"]

    def value(name: str) -> str:
        return facts.get(name, {}).get("value") or ""

    errors, warnings, notes = (int(value(f"{each}_count") or 0) for each in SEVERITIES)
    return Outcome(
        project_id, str(path), status, value("verdict"), value("total_score"), errors, warnings,
        notes, round(seconds, 2),
    )  # fmt: skip


# --- in a process of its own -------------------------------------------------------------


def warm() -> None:
    """Load what reports need, so that no child has to; what a worker process does first.

    An interrupt is for the process that the user speaks to; this one ends when that has gone.
    """
    collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "setitimer"):
        parent = os.getppid()
        signal.signal(signal.SIGALRM, lambda *_: os.getppid() == parent or os._exit(1))
        signal.setitimer(signal.ITIMER_REAL, 1, 1)
        # While Python ends there is no handler any more, and the next alarm would kill it.
        atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)
    from evalkit.shell import make_shell  # which nothing but a worker needs from the start on

    make_shell()
    family()


def make_reports_apart(order: Order) -> list[Outcome]:
    """As ``make_reports``, in a process of its own: for workers that have threads, such as Dask's.

    A process with threads cannot be forked safely. Raises ``ChildProcessError`` where it dies.
    """
    command = [sys.executable, "-c", "from evalkit.work import serve; serve()"]
    home = {"PYTHONPATH": code_path()}
    done = subprocess.run(
        command, input=pickle.dumps(order), stdout=subprocess.PIPE,
        env={**os.environ, **ENVIRONMENT, **home}, check=False,
    )  # fmt: skip
    if done.returncode:
        raise ChildProcessError(f"exit code {done.returncode}")
    return list(pickle.loads(done.stdout))


def serve() -> None:
    """Read an order from the standard input, answer its outcomes on the standard output."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library may print is no part of the answer
    warm()
    with answer:
        pickle.dump(make_reports(pickle.load(sys.stdin.buffer)), answer)
