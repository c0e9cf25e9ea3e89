"""What `evalkit check` and `evalkit score` take over many projects, without any notebook.

    python bench/large.py                 1,000 and 10,000 projects
    python bench/large.py 500 5000

The commands as a user types them, over one folder of params files, one process each, both at the
same time. Prints seconds, the time a project, how that compares with the first size, and the
largest memory.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.params_files import write

ROOT = Path(__file__).parents[1]
COMMANDS = ("check", "score")


def measured(folder):
    """Of each command over the folder: CPU and wall seconds, its largest memory in MB."""
    start = time.perf_counter()
    begun = {}
    for command in COMMANDS:
        line = [sys.executable, "-m", "evalkit", command, str(folder), "--format", "json"]
        begun[subprocess.Popen(line, stdout=subprocess.DEVNULL, cwd=ROOT).pid] = command
    while begun:
        pid, status, used = os.wait4(-1, 0)
        command = begun.pop(pid)
        if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: there are findings
            raise SystemExit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
        cpu, wall = used.ru_utime + used.ru_stime, time.perf_counter() - start
        yield command, cpu, wall, used.ru_maxrss // 1024


def main():
    """Print a line for each command and size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 10000])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        first = {}
        for size in asked.sizes:
            folder = Path(name) / str(size)
            write(size, folder, asked.seed)
            for command, cpu, wall, peak in measured(folder):
                each = cpu / size
                first.setdefault(command, each)
                print(
                    f"{command} of {size}: {cpu:.1f} s CPU, {wall:.1f} s wall, "
                    f"{each * 1000:.1f} ms CPU a project; to the first size "
                    f"{each / first[command]:.2f}; at most {peak} MB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
