"""``evalkit batch`` (批量): the reports of many projects, then what became of each."""

from __future__ import annotations

import os
import sys
import unicodedata
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.commands import FAILED, FINE, Refused, say
from evalkit.commands.projects import params_files
from evalkit.commands.report import documents_asked
from evalkit.sentences import languages
from evalkit.words import Words

if TYPE_CHECKING:
    from evalkit.work import Order, Outcome

#: What can be asked for: all projects, those not up to date, those that failed or have errors.
WANTED = ("changed", "all", "failed", "flagged")
MEGABYTE = 1024 * 1024
#: So many projects the table on the terminal shows; the others stand in the file.
MOST_ROWS = 60


def run_batch(asked: Namespace, words: Words) -> int:
    """Make the reports of all projects; one that fails does not stop the others."""
    from evalkit import batch

    _check_numbers(asked, words)
    projects = asked_for(asked, words)
    order = _order(asked, projects, words)
    hire, workers, task = _workers(asked, len(projects), words)
    outcomes: list[Outcome] = []
    try:
        told = batch.carry_out(batch.orders_of(order, workers), hire, workers, task)
        outcomes.extend(_shown(told, len(projects), words))
    except KeyboardInterrupt:
        _write(outcomes, asked.out, words)
        print(
            say(words, "batch_interrupted", done=len(outcomes), all=len(projects)), file=sys.stderr
        )
        raise
    _write(outcomes, asked.out, words)
    print("\n".join(_table(outcomes, words)))
    is_whole = _survey(order, words)
    return FINE if is_whole and not any(each.is_failure for each in outcomes) else FAILED


def _survey(order: Order, words: Words) -> bool:
    """Make the report over all projects that have results, if it is not up to date.

    Whether that went well.
    """
    from evalkit.errors import ReportFailed
    from evalkit.page import PageRefused
    from evalkit.portfolio_delivery import deliver_portfolio, pages_of

    out = Path(order.out)
    try:
        deliver_portfolio(out, order.languages, order.recipe, is_forced=order.is_forced)
    except (ReportFailed, PageRefused, OSError) as error:
        reason = str(error).partition("\n")[0]
        print(say(words, "batch_no_portfolio", reason=reason), file=sys.stderr)
        return False
    print("\n".join(map(str, pages_of(out, order.languages))))
    return True


# --- what is asked for -------------------------------------------------------------------


def _check_numbers(asked: Namespace, words: Words) -> None:
    """Refuse numbers that nothing can be done with."""
    for name in ("jobs", "deadline", "cell_limit", "memory"):
        value = getattr(asked, name)
        if value is not None and value <= 0:
            raise Refused(say(words, "not_positive", option=f"--{name.replace('_', '-')}"))


def asked_for(asked: Namespace, words: Words) -> list[tuple[str, str]]:
    """The file and the id of every project asked for. The same id twice is refused."""
    from evalkit.batch import read_index
    from evalkit.params import project_ids

    homes: dict[str, str] = {}
    for path in params_files(asked.params, words):
        for project_id in project_ids(path):
            if project_id in homes:
                raise Refused(
                    say(words, "twice", project=project_id, first=homes[project_id], path=str(path))
                )
            homes[project_id] = str(path.absolute())
    if asked.only in ("failed", "flagged"):
        last = {each.project: each for each in read_index(asked.out)}
        is_flagged = asked.only == "flagged"
        wanted = {
            name for name, each in last.items() if (each.errors if is_flagged else each.is_failure)
        }
        homes = {id: path for id, path in homes.items() if id in wanted}
    return [(path, project_id) for project_id, path in homes.items()]


def _order(asked: Namespace, projects: Sequence[tuple[str, str]], words: Words) -> Order:
    from evalkit.delivery import Recipe
    from evalkit.discovery import REPORT
    from evalkit.engine import Limits
    from evalkit.work import Order

    if asked.notebook and not asked.notebook.is_file():
        raise Refused(say(words, "no_notebook", path=str(asked.notebook)))
    memory = asked.memory * MEGABYTE if asked.memory else None
    recipe = Recipe(
        notebook=(asked.notebook or REPORT).absolute(),
        engine=asked.engine,
        limits=Limits(cell=asked.cell_limit, report=asked.deadline, memory=memory),
        **documents_asked(asked, words),
    )
    wanted = tuple(languages()) if asked.lang == "all" else (asked.lang,)
    is_forced = asked.only in ("all", "flagged")
    out = str(asked.out.absolute())
    return Order(tuple(projects), wanted, out, words.lang, recipe, is_forced)


def _workers(
    asked: Namespace, projects: int, words: Words
) -> tuple[Callable[[], Executor], int, Any]:
    """How workers are hired, how many there are, and what they are asked to do."""
    from evalkit import batch

    if asked.cluster:
        try:
            hire, workers = batch.cluster(asked.cluster)
        except ModuleNotFoundError:
            raise Refused(say(words, "no_dask")) from None
        except (OSError, ValueError, TimeoutError) as error:
            reason = str(error).partition("\n")[0] or type(error).__name__
            raise Refused(say(words, "no_cluster", address=asked.cluster, reason=reason)) from None
        return hire, workers, batch.on_cluster
    workers = max(1, min(asked.jobs or _cores(), projects))
    return lambda: batch.pool(workers), workers, batch.in_pool


def _cores() -> int:
    """The cores that this process may use; where the system does not say, those that there are."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _write(outcomes: Sequence[Outcome], out: Path, words: Words) -> None:
    """The table and the failures of this run, with what earlier runs left of other projects."""
    from evalkit.batch import read_index, write_index

    try:
        known = {each.project: each for each in read_index(out)}
        write_index(list((known | {each.project: each for each in outcomes}).values()), out)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(say(words, "cannot_write", path=str(out), reason=reason)) from None


# --- what is told -------------------------------------------------------------------------


def _shown(outcomes: Iterable[Outcome], count: int, words: Words) -> Iterator[Outcome]:
    """The outcomes, shown as they come: a bar on a terminal, a line each elsewhere."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # its thread would stay, and a process with threads cannot fork
    with tqdm(
        total=count, disable=not sys.stderr.isatty(), unit=words.term("headings.project_unit"),
        file=sys.stderr, dynamic_ncols=True, smoothing=0.1, miniters=1,
    ) as bar:  # fmt: skip
        for number, each in enumerate(outcomes, start=1):
            if each.is_failure:
                with bar.external_write_mode(file=sys.stderr):
                    print(_failure(each, words), file=sys.stderr, flush=True)
            elif bar.disable:
                line = say(words, "batch_line", number=number, all=count, **_told(each, words))
                print(line, file=sys.stderr, flush=True)
            bar.update()
            yield each


def _failure(each: Outcome, words: Words) -> str:
    """One line about a project without a report."""
    section = words.term(f"topics.{each.section}") if each.section else ""
    place = say(words, "batch_place", section=section, cell=each.cell) if each.cell else ""
    return say(
        words, "batch_failed", project=each.project, place=place, error=each.error,
        first_line=each.first_line,
    )  # fmt: skip


def _told(each: Outcome, words: Words) -> dict[str, str]:
    """The cells of one project's row, in words."""
    verdict = words.term(f"verdict.{each.verdict}") if each.verdict else ""
    score = words.figure(Fraction(each.score), "points", "bare") if each.score else ""
    return {
        "project": each.project, "status": words.term(f"batch.{each.status}"),
        "verdict": verdict, "score": score, "errors": str(each.errors),
        "warnings": str(each.warnings), "notes": str(each.notes), "seconds": f"{each.seconds:.1f}",
    }  # fmt: skip


def _table(outcomes: Sequence[Outcome], words: Words) -> Iterator[str]:
    """What became of each project, failures and errors first, then the totals."""
    ordered = sorted(outcomes, key=lambda each: (not each.is_failure, -each.errors, each.project))
    rows = [_heads(words), *(list(_told(each, words).values()) for each in ordered[:MOST_ROWS])]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    if outcomes:
        yield ""
    for row in rows if outcomes else ():
        padded = [
            each + " " * (width - _width(each)) for each, width in zip(row, widths, strict=True)
        ]
        yield "  ".join(padded).rstrip()
    if len(outcomes) > MOST_ROWS:
        yield say(words, "batch_more", more=len(outcomes) - MOST_ROWS)
    made, known = (sum(o.status == each for o in outcomes) for each in ("made", "up_to_date"))
    failed = sum(each.is_failure for each in outcomes)
    yield say(
        words, "batch_total", projects=len(outcomes), made=made, up_to_date=known, failed=failed
    )


def _heads(words: Words) -> list[str]:
    names = ("project", "status", "verdict", "score", "errors", "warnings", "notes", "seconds")
    return [words.term(f"batch.head_{name}") for name in names]


def _width(text: str) -> int:
    """The columns that a text takes on a terminal: two for a Chinese character.

    >>> _width("abc"), _width("预算")
    (3, 4)
    """
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
