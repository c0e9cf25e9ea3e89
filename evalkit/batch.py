"""Many projects over workers (批量): any ``concurrent.futures.Executor`` does the work.

What is asked for is cut into orders of some projects each. A worker that dies costs the order that
it had, which is given out again project by project; the reports that it had finished are up to date
then. What a worker cannot do after that is a failure of that project and of no other.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from concurrent.futures.process import ProcessPoolExecutor
from dataclasses import asdict, fields, replace
from pathlib import Path

from evalkit.export import as_json
from evalkit.files import write_file
from evalkit.portfolio_files import csv_of
from evalkit.work import Order, Outcome, make_reports, make_reports_apart, warm

#: So many projects in an order, at most and, where there are more, at least: together they are
#: cheap to evaluate, apart quick to redo.
LARGEST, LEAST = 32, 8
#: How often an order is given out again after its worker died.
RETRIES = 2
INDEX, TABLE, FAILURES = "batch.json", "batch.csv", "failures.csv"
#: What ``failures.csv`` tells of a project without a report.
OF_FAILURE = ("project", "section", "cell", "error", "first_line", "notebook", "params")


def orders_of(order: Order, workers: int) -> list[Order]:
    """An order for everything, cut into orders for the workers.

    Projects of the same file stay in their order and, as far as that goes, together. The orders
    become smaller towards the end, so that no worker waits long for another.
    """
    found, left = [], order.projects
    least = max(1, min(LEAST, len(left) // (2 * max(workers, 1))))
    while left:
        size = max(least, min(LARGEST, len(left) // (2 * max(workers, 1))))
        found.append(replace(order, projects=left[:size]))
        left = left[size:]
    return found


def carry_out(
    orders: Iterable[Order],
    hire: Callable[[], Executor],
    workers: int,
    task: Callable[[Order], list[Outcome]],
) -> Iterator[Outcome]:
    """Give the orders to the workers of an executor and tell each outcome as it is known.

    ``hire`` makes the executor, and makes it anew where the death of a worker broke it. No more
    than two orders a worker are given out at a time. Closed early, it ends what is under way.
    """
    waiting = deque((order, 0) for order in orders)
    under_way: dict[Future[list[Outcome]], tuple[Order, int]] = {}
    executor = hire()
    try:
        while waiting or under_way:
            while waiting and len(under_way) < 2 * workers:
                order, tries = waiting.popleft()
                under_way[executor.submit(task, order)] = order, tries
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            is_broken = False
            for future in done:
                order, tries = under_way.pop(future)
                try:
                    outcomes = future.result()
                except Exception as error:
                    is_broken |= isinstance(error, BrokenExecutor)
                    again, outcomes = _again(order, tries, error)
                    waiting.extendleft(reversed(again))
                yield from outcomes
            if is_broken:
                waiting.extendleft(under_way.values())
                under_way.clear()
                executor.shutdown(wait=True)  # its threads too: the next one may be forked
                executor = hire()
    finally:
        _dismiss(executor, under_way)


def _again(
    order: Order, tries: int, error: Exception
) -> tuple[list[tuple[Order, int]], list[Outcome]]:
    """An order whose worker died: its projects one by one, or their failure after some tries."""
    if tries < RETRIES:
        return [(replace(order, projects=(each,)), tries + 1) for each in order.projects], []
    name, told = type(error).__name__, str(error).partition("\n")[0]
    return [], [
        Outcome(project_id, path, "failed", error=name, first_line=told)
        for path, project_id in order.projects
    ]


def _dismiss(executor: Executor, under_way: Collection[Future[list[Outcome]]]) -> None:
    """End the workers, also those that are at work; a forked child ends with its worker.

    Where nothing is under way, no thread of the executor stays: this process can fork again.
    """
    is_idle = not under_way
    for future in under_way:
        future.cancel()
    executor.shutdown(wait=is_idle)
    for process in multiprocessing.active_children():
        process.terminate()


# --- executors ---------------------------------------------------------------------------


def pool(workers: int) -> Executor:
    """Processes of this machine (进程池), each with all that reports need loaded.

    On Linux they are forked from this process, which has it loaded already; one with threads cannot
    be forked safely, and elsewhere none can: then each starts anew.
    """
    is_safe = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if is_safe else "spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=warm)


def cluster(address: str) -> tuple[Callable[[], Executor], int]:
    """The executor of a Dask cluster that runs already (集群), and how many workers it has.

    evalkit must be installed where the workers are, and the paths be the same there. Raises
    ``OSError`` where there is no scheduler at the address, ``ModuleNotFoundError`` without Dask.
    """
    from distributed import Client

    client = Client(address, timeout=10)
    threads = sum(client.nthreads().values())
    return lambda: client.get_executor(pure=False, retries=RETRIES), max(threads, 1)


#: What a worker of the pool is asked to do, and what one of a cluster, which has threads.
in_pool, on_cluster = make_reports, make_reports_apart


# --- what a run leaves -------------------------------------------------------------------


def write_index(outcomes: Sequence[Outcome], out: Path) -> None:
    """The table of a run as ``batch.csv`` and ``batch.json``, and its failures (失败清单).

    Ordered by project. Raises ``OSError`` where the folder cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    ordered = sorted(outcomes, key=lambda each: each.project)
    rows = [asdict(each) for each in ordered]
    failures = [[getattr(each, name) for name in OF_FAILURE] for each in ordered if each.is_failure]
    names = [each.name for each in fields(Outcome)]
    write_file(out / TABLE, csv_of(names, [[*map(str, row.values())] for row in rows]))
    write_file(out / FAILURES, csv_of(OF_FAILURE, failures))
    write_file(out / INDEX, as_json({"projects": rows}).encode())


def read_index(out: Path) -> list[Outcome]:
    """The outcomes of the last run into a folder; none where there was none."""
    try:
        rows = json.loads((out / INDEX).read_text("utf-8"))["projects"]
        return [Outcome(**row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return []
