"""What a report costs in a batch, against its two measures, in one run side by side.

    python bench/batch.py                      100 projects, 3 of them by hand
    python bench/batch.py 100 1000             also 1,000: is the time per report flat?

First, what a person would do otherwise: papermill, then `jupyter nbconvert --to html`, once per
project, with the same notebook. Second, the floor: the same calls in one warm Python process
without any notebook. The batch is the command as a user types it, with its start and its end, in
one language, on as many processes as there are cores. Times are CPU seconds of all processes. A
machine is not always as quick: both measures are taken before and after each batch.
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.params_files import write

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "tracking_report.ipynb"
LANG = "zh"
ON_THE_FLOOR = 5 + 32  # projects, the first of which warm it up
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}


def spent():
    """CPU seconds of all processes that this one began and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(work):
    """CPU and wall seconds of some work in other processes."""
    before, start = spent(), time.perf_counter()
    work()
    return spent() - before, time.perf_counter() - start


def by_hand(paths, folder):
    """papermill and nbconvert, once per project."""
    for path in paths:
        made = folder / f"{path.stem}.ipynb"
        parameters = ("params_path", str(path), "project_id", path.stem, "lang", LANG)
        pairs = [each for n in range(0, 6, 2) for each in ("-p", *parameters[n : n + 2])]
        papermill = [sys.executable, "-m", "papermill", "--no-progress-bar", "-k", "python3"]
        subprocess.run([*papermill, str(NOTEBOOK), str(made), *pairs], check=True, **QUIET)
        page = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", str(made)]
        subprocess.run(page, check=True, **QUIET)


FLOOR = """
import sys, resource
from pathlib import Path
sys.path.insert(0, {root!r})
from bench.batch import floor
floor([Path(each) for each in {paths!r}], Path({out!r}))
"""


def floor(paths, out):
    """The same calls in this process, without a notebook; prints the CPU seconds a report.

    Loaded and evaluated together like the projects of a batch. The first ones only warm it up.
    """
    from evalkit.batch import LARGEST
    from evalkit.delivery import _write_data, _write_forms
    from evalkit.discovery import REPORT
    from evalkit.evaluate import main_of
    from evalkit.export import words_of
    from evalkit.notebook import read_notebook
    from evalkit.params import load
    from evalkit.report import Report
    from evalkit.work import _evaluated, warm

    warm()
    cells = [cell.source for cell in read_notebook(REPORT).cells[2:]]

    def make(paths):
        inputs = load(paths)
        for project_id, mine in _evaluated(inputs, list(map(str, inputs.projects.index))):
            evaluation = main_of(mine, project_id)
            report = Report(evaluation, project_id, words_of(evaluation, project_id, LANG))
            shown = (eval(source, {"report": report}) for source in cells)
            page = "".join(each._repr_html_() for each in shown if each is not None)
            folder = out / project_id
            folder.mkdir(parents=True)
            (folder / "report.html").write_text(page, "utf-8")
            _write_data(evaluation, project_id, folder)
            _write_forms(mine, project_id, [LANG], folder)

    make(paths[:5])
    start = time.process_time()
    for first in range(5, len(paths), LARGEST):
        make(paths[first : first + LARGEST])
    print((time.process_time() - start) / (len(paths) - 5))


class Memory:
    """The largest memory of the workers over time: of the first half and of the second."""

    def __init__(self, process):
        self.process, self.seen = process, []
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        start = time.perf_counter()
        while self.process.poll() is None:
            found = [_resident(each) for each in _children(self.process.pid)]
            self.seen.append((time.perf_counter() - start, max(found, default=0)))
            time.sleep(0.2)

    def halves(self):
        """The peaks of the first and of the second half, in MB."""
        middle = self.seen[-1][0] / 2
        return [max(mb for at, mb in self.seen if (at > middle) is late) for late in (False, True)]


def _children(pid):
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return told.stdout.split()


def _resident(pid):
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))
    except (OSError, StopIteration):
        return 0


def batch(params, out):
    """`evalkit batch` over a folder; the peaks of its workers' memory."""
    line = [sys.executable, "-m", "evalkit", "batch", params, "--lang", LANG, "--out", out]
    process = subprocess.Popen([*map(str, line)], **QUIET)
    memory = Memory(process)
    try:
        if process.wait():
            raise SystemExit("a project failed")
    finally:
        process.terminate()  # where this one was stopped
    return memory.halves()


def yardsticks(paths, home, stock):
    """CPU seconds a report by hand and on the floor, as this machine is just now."""
    made = Path(tempfile.mkdtemp(dir=home))
    by_cpu, by_wall = measured(lambda: by_hand(paths[:stock], made))
    script = FLOOR.format(root=str(ROOT), paths=[*map(str, paths[:ON_THE_FLOOR])],
                          out=str(made / "floor"))  # fmt: skip
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    hand, least = by_cpu / stock, float(told.stdout)
    print(f"by hand: {hand:.2f} s CPU, {by_wall / stock:.2f} s wall a report; floor: {least:.3f} s "
          f"CPU a report", flush=True)  # fmt: skip
    return hand, least


def main():
    """Print the seconds and the ratios, each batch against the yardsticks before and after it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[100])
    parser.add_argument("--stock", type=int, default=3, help="projects made by hand each time")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as name:
        home, cores = Path(name), len(os.sched_getaffinity(0))
        paths = write(max(asked.sizes), home / "params", asked.seed)
        before, first = yardsticks(paths, home, asked.stock), None
        for size in asked.sizes:
            some = home / f"params-{size}"
            some.mkdir()
            for path in paths[:size]:
                for each in (path.with_suffix(kind) for kind in (".yaml", ".zh.md", ".en.md")):
                    if each.exists():
                        os.link(each, some / each.name)
            peaks = []
            cpu, wall = measured(lambda s=some, n=size, p=peaks: p.extend(batch(s, home / str(n))))
            after = yardsticks(paths, home, asked.stock)
            hand, least = (sum(each) / 2 for each in zip(before, after, strict=True))
            before, first = after, first or cpu / size / least
            print(
                f"batch of {size}, {cores} processes: {cpu / size:.3f} s CPU, {wall / size:.3f} s "
                f"wall a report; by hand ÷ this {hand * size / cpu:.1f}; this ÷ floor "
                f"{cpu / size / least:.2f}; that to the first size "
                f"{cpu / size / least / first:.2f}; memory of a worker, halves: {peaks[0]} and "
                f"{peaks[1]} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
