"""How long the desk takes from a move to the new figures and charts, in the kernel.

    python bench/explore.py [REPEATS] [--browser]

Every kind of move that an analyst makes on the reference project, each several times and in turn;
prints the median of each kind, of all, and what the checks take, which are run when she pauses.
With ``--browser`` also what she waits for in JupyterLab, from the key to the new figure on the
screen, and how long the notebook takes to open and to run.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import evalkit as ek
from run import lab_settings

ROOT = Path(__file__).parents[1]
PROJECT = "minhang-logistics-2018"
DAY = date(2018, 8, 31)
MOVES = {
    "tracking date": lambda n: ("project.tracking.as_of", DAY - timedelta(n + 1)),
    "headcount": lambda n: ("posts.general.approved", 97 - n),
    "unit cost": lambda n: ("budget.lines.technical.unit_cost", 106_000 + 100 * n),
    "fee rate": lambda n: ("budget.lines.management_fee.rate", f"{9 - n % 5}%"),
    "fee base": lambda n: (
        "budget.lines.management_fee.base", [["labour", "uniform"], ["labour"]][n % 2],
    ),
    "contract amount": lambda n: ("contracts.services.amount", Decimal(3700) + n),
    "payment": lambda n: ("payments.p3.amount", Decimal(900) + n),
    "output value": lambda n: ("outputs.staffing.actual.value", 330 - n),
    "grade": lambda n: ("judgements.A111.grade", ["fair", "good"][n % 2]),
}  # fmt: skip


def main(repeats: int) -> None:
    started = time.perf_counter()
    desk = ek.desk(ROOT / "params", lang="zh")
    desk.source.value = PROJECT
    print(f"open the desk: {time.perf_counter() - started:.1f} s, imports among it")
    checks = []
    check = desk.check
    desk.check = lambda: None  # type: ignore[method-assign]
    times: dict[str, list[float]] = {name: [] for name in MOVES}
    for move in MOVES.values():  # what is set up at first use
        desk.move(*move(repeats + 1))
    for n in range(repeats):
        for name, move in MOVES.items():
            started = time.perf_counter()
            desk.move(*move(n))
            times[name].append(time.perf_counter() - started)
            assert not desk.message.value, desk.message.value
        started = time.perf_counter()
        check()
        checks.append(time.perf_counter() - started)
    for name, found in times.items():
        print(f"{name:16} median {statistics.median(found) * 1000:4.0f} ms")
    everything = [each for found in times.values() for each in found]
    print(f"{'all moves':16} median {statistics.median(everything) * 1000:4.0f} ms, "
          f"of {len(everything)}")  # fmt: skip
    print(f"{'checks':16} median {statistics.median(checks) * 1000:4.0f} ms, at a pause")


#: From the key in the box of heads to the figure that follows from it, and to its chart.
WATCH = """
() => document.addEventListener('keydown', event => {
  if (event.key !== 'Enter') return;
  const start = performance.now();
  const row = () => [...document.querySelectorAll('.table-key_figures tr')].find(each =>
    each.cells[0].textContent === '核定人数');
  const shown = () => row()?.cells[2].textContent;
  const chart = () => document.querySelectorAll('.evalkit-desk .charts img')[1]?.src;
  const [before, image] = [shown(), chart()];
  const wait = () => requestAnimationFrame(
    () => shown() !== before && chart() !== image ? window.took = performance.now() - start : wait()
  );
  wait();
}, true)
"""
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"


def in_browser(repeats: int) -> None:
    """The same as seen by who sits before the screen."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as own, sync_playwright() as playwright:
        names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
                 "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")  # fmt: skip
        env = {**os.environ} | {name: f"{own}/{name}" for name in names}
        command = [
            sys.executable, "-m", "jupyter", "lab", *lab_settings(), "--no-browser",
            "--ip=127.0.0.1", f"--port={port}", "--allow-root", "--IdentityProvider.token=bench",
            "--expose-app-in-browser",
        ]  # fmt: skip
        server = subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _until(lambda: urllib.request.urlopen(f"{address}/api?token=bench").close())
            chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1500, "height": 1300})
            started = time.perf_counter()
            page.goto(f"{address}/?token=bench")
            page.wait_for_function(f"{KERNEL}?.status === 'idle'")
            opened = time.perf_counter()
            page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
            page.locator(".evalkit-desk .judged").wait_for()
            page.get_by_label("项目", exact=True).select_option(PROJECT)
            ran = time.perf_counter()
            print(f"open the notebook {opened - started:.1f} s, run all and show the reference "
                  f"project {ran - opened:.1f} s")  # fmt: skip
            page.locator(".jupyter-widget-Collapse-header", has_text="岗位人数").click()
            page.wait_for_timeout(1500)
            found = []
            page.evaluate(WATCH)
            box = page.get_by_label("核定人数", exact=True).nth(2)
            for n in range(repeats):
                box.fill(str(97 - n))
                box.press("Enter")
                found.append(page.wait_for_function("window.took").json_value())
                page.evaluate("() => { delete window.took }")
                page.wait_for_timeout(1200)
            print(f"headcount, from the key to the figure and the chart in the browser: median "
                  f"{statistics.median(found):.0f} ms")  # fmt: skip
            browser.close()
        finally:
            server.terminate()
            server.wait(20)


def _until(attempt) -> None:  # type: ignore[no-untyped-def]
    for _ in range(300):
        try:
            return attempt()
        except OSError:
            time.sleep(0.1)
    raise SystemExit("JupyterLab did not start")


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    main(*(numbers or [10]))
    if "--browser" in sys.argv:
        in_browser(*(numbers or [10]))
