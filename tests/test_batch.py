"""Many projects in one run: none stops another, nothing is half made, and a run can go on."""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell

from evalkit.batch import carry_out, orders_of, read_index, write_index
from evalkit.cli import command_line, main
from evalkit.commands.batch import asked_for
from evalkit.delivery import Recipe
from evalkit.discovery import REPORT
from evalkit.notebook import read_notebook, write_notebook
from evalkit.words import Words
from evalkit.work import Order, Outcome

ROOT = Path(__file__).parents[1]
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and forks are a POSIX thing")
KINDS = ("fengdu-auxpolice-2022", "yangtze-fishing-2020")
PAYMENTS = "section:payments"
#: What a project by this name does to the process that makes its report.
TROUBLE = """
import os, signal, time
if project_id == "endless":
    time.sleep(600)
if project_id == "eater":
    kept = [bytes(2**28) for _ in range(100)]
if project_id == "crash":
    os.kill(os.getpid(), signal.SIGKILL)
if project_id == "raises":
    raise ValueError("no such thing\\nas this")
"""


def notebook(path, trouble="", pause=0):
    """The sentences of the report notebook, with a pause and trouble as its sixth code cell."""
    made = read_notebook(REPORT)
    made.cells = [cell for cell in made.cells if not re.search(r"\.(plot|tabulate)\(", cell.source)]
    source = f"import time\ntime.sleep({pause})\n{trouble}"
    made.cells.insert(5, new_code_cell(source, id="trouble", metadata={"tags": [PAYMENTS]}))
    write_notebook(path, made)
    return path


def params(folder, *names):
    """Params files of good projects, of several kinds, under these names."""
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(names):
        source = ROOT / "params" / f"{KINDS[number % len(KINDS)]}.yaml"
        text = re.sub(r"(?m)^id: .*$", f"id: {name}", source.read_text("utf-8"))
        (folder / f"{name}.yaml").write_text(text, "utf-8")
        for prose in source.parent.glob(f"{source.stem}.??.md"):
            shutil.copy(prose, folder / prose.name.replace(source.stem, name))
    return folder


def command(*arguments):
    """The command line of a batch."""
    return [sys.executable, "-m", "evalkit", "batch", *map(str, arguments)]


def run(*arguments, **how):
    """Run a batch to its end."""
    return subprocess.run(
        command(*arguments), cwd=ROOT, capture_output=True, text=True, encoding="utf-8", **how
    )


def rows(path):
    """The rows of a CSV file as Excel would read it, with its mark."""
    text = path.read_bytes().decode("utf-8-sig")
    return {row["project"]: row for row in csv.DictReader(io.StringIO(text))}


def results(out):
    """All files of all projects with their bytes, but for what tells of the run itself."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.parent != out and "portfolio" not in path.parts
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Four projects made in one run that nothing disturbed: params, notebook, results."""
    home = tmp_path_factory.mktemp("undisturbed")
    folder = params(home / "params", *(f"p{n}" for n in range(4)))
    made = notebook(home / "n.ipynb", pause=0.3)
    done = run(folder, "--lang", "zh", "--out", home / "out", "--notebook", made, "--jobs", 2)
    assert done.returncode == 0, done.stderr
    return folder, made, home / "out"


@POSIX
def test_bad_projects_stop_no_other(tmp_path):
    """Each kind of trouble is told with its place and first line; the good ones are all made."""
    names = ("good1", "endless", "eater", "crash", "raises", "good2")
    folder = params(tmp_path / "params", *names)
    (folder / "unparsable.yaml").write_text("id: unparsable\nproject: [\n")
    wrong = (folder / "good1.yaml").read_text("utf-8").replace("self-evaluation-2020", "no-such")
    (folder / "wrong.yaml").write_text(wrong.replace("id: good1", "id: wrong"), "utf-8")
    out = tmp_path / "out"
    done = run(
        folder, folder / "gone.yaml", "--lang", "zh", "--out", out, "--jobs", 2, "--deadline", 6,
        "--memory", 1500, "--notebook", notebook(tmp_path / "n.ipynb", TROUBLE),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    failed = rows(out / "failures.csv")
    told = {name: (row["section"], bool(row["cell"]), row["error"]) for name, row in failed.items()}
    assert told == {
        "endless": ("payments", True, "ReportTimeoutError"),
        "eater": ("payments", True, "MemoryError"),
        "crash": ("payments", True, "DeadKernelError"),
        "raises": ("payments", True, "ValueError"),
        "unparsable": ("", False, "ParamsFaults"),
        "wrong": ("", False, "ParamsFaults"),
        "gone": ("", False, "ParamsFaults"),
    }
    assert failed["raises"]["first_line"] == "no such thing"
    assert "SIGKILL" in failed["crash"]["first_line"]
    assert "unparsable.yaml:" in failed["unparsable"]["first_line"]
    assert "no-such" in failed["wrong"]["first_line"]
    partial = json.loads(Path(failed["raises"]["notebook"]).read_text("utf-8"))
    assert partial["cells"][0]["cell_type"]
    table = rows(out / "batch.csv")
    assert len(table) == 9
    assert {name for name, row in table.items() if row["status"] == "made"} == {"good1", "good2"}
    for name in ("good1", "good2"):
        assert (out / name / "report.zh.html").exists() and name in done.stdout
    assert not (out / "raises" / "manifest.json").exists()
    assert "共 9 个项目：生成 2 个，原已是最新 0 个，失败 7 个。" in done.stdout


def test_what_is_up_to_date_is_left_alone(undisturbed, tmp_path):
    """A second run makes what changed alone; a file that was spoilt or removed is made again."""
    folder, made, before = undisturbed
    shutil.copytree(folder, tmp_path / "params")
    shutil.copytree(before, tmp_path / "out")
    line = (tmp_path / "params", "--lang", "zh", "--out", tmp_path / "out", "--notebook", made,
            "--jobs", 1)  # fmt: skip
    _change(tmp_path / "params" / "p0.yaml")
    (tmp_path / "out" / "p1" / "facts.json").write_bytes(b"{")
    (tmp_path / "out" / "p2" / "report.zh.html").unlink()
    done = run(*line)
    assert "生成 3 个，原已是最新 1 个" in done.stdout
    changed = results(tmp_path / "out")
    assert {name for name, data in results(before).items() if changed[name] != data} == {
        f"p0/{name}" for name in ("facts.json", "forms.zh.xlsx", "manifest.json",
                                  "report.zh.html", "report.zh.ipynb", "summary.json")
    }  # fmt: skip


def _change(path):
    """Another figure in a params file; its text before."""
    text = path.read_text("utf-8")
    changed = text.replace("executed: 2565", "executed: 2500")
    assert changed != text
    path.write_text(changed, "utf-8")
    return text


@POSIX
def test_a_killed_run_leaves_nothing_half_made_and_can_go_on(undisturbed, tmp_path):
    """SIGKILL to the whole run: what is there is whole, no process stays, and the next run ends
    with the bytes of an undisturbed one, a change between the two taken back."""
    folder, made, before = undisturbed
    shutil.copytree(folder, tmp_path / "params")
    folder, out = tmp_path / "params", tmp_path / "out"
    text = _change(folder / "p0.yaml")
    line = (folder, "--lang", "zh", "--out", out, "--notebook", made, "--jobs", 2)
    begun = subprocess.Popen(
        command(*line), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _until(lambda: list(out.glob("*/manifest.json")))
    workers = _children(begun.pid)
    begun.kill()
    begun.wait()
    assert workers
    _until(lambda: not [each for each in workers if _is_alive(each)])
    for path in out.glob("*/manifest.json"):
        listed = json.loads(path.read_text("utf-8"))["files"]
        assert all((path.parent / name).exists() for name in listed)
    (folder / "p0.yaml").write_text(text, "utf-8")
    done = run(*line)
    assert done.returncode == 0, done.stderr
    assert results(out) == results(before)


@POSIX
def test_the_death_of_a_worker_costs_no_report(undisturbed, tmp_path):
    """A worker killed in mid-run is replaced; all reports are made, with the same bytes."""
    folder, made, before = undisturbed
    out = tmp_path / "out"
    line = (folder, "--lang", "zh", "--out", out, "--notebook", made, "--jobs", 2)
    begun = subprocess.Popen(
        command(*line), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    _until(lambda: list(out.glob("*/manifest.json")))
    at_work = _until(lambda: [each for each in _children(begun.pid) if _children(each)])
    os.kill(at_work[0], signal.SIGKILL)
    _, told = begun.communicate(timeout=120)
    assert begun.returncode == 0, told.decode()
    assert results(out) == results(before)


@POSIX
def test_an_interruption_ends_cleanly_and_says_how_to_go_on(undisturbed, tmp_path):
    """Ctrl-C: exit code 130, no traceback, a sentence, no process left, a table of what is done."""
    folder, made, _ = undisturbed
    out = tmp_path / "out"
    line = (folder, "--lang", "zh", "--out", out, "--notebook", made, "--jobs", 2)
    begun = subprocess.Popen(
        command(*line), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    _until(lambda: list(out.glob("*/manifest.json")))
    workers = _children(begun.pid)
    os.killpg(begun.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, told = begun.communicate(timeout=60)
    told = told.decode()
    assert begun.returncode == 130
    assert "Traceback" not in told and "再次运行同一命令" in told
    _until(lambda: not [each for each in workers if _is_alive(each)])
    assert (out / "batch.csv").exists()


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """Of three projects two failed last time; those are asked for again, and where the folder of
    one should be there is a file: the command line, the last index, the results, what was said."""
    home = tmp_path_factory.mktemp("again")
    folder, out = params(home / "params", "a", "b", "taken"), home / "out"
    last = [Outcome("a", str(folder / "a.yaml"), "failed"),
            Outcome("b", str(folder / "b.yaml"), "made", errors=2),
            Outcome("taken", str(folder / "taken.yaml"), "failed")]  # fmt: skip
    write_index(last, out)
    (out / "taken").write_text("a file")
    line = (folder, "--lang", "en", "--out", out, "--notebook", notebook(home / "n.ipynb"))
    asked = ["batch", *map(str, line), "--only", "failed", "--jobs", "1"]
    script = (
        "import sys, threading; from evalkit.cli import main; code = main(sys.argv[1:])\n"
        "print('threads:', threading.active_count()); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *asked], cwd=ROOT, capture_output=True, text=True,
        encoding="utf-8",
    )  # fmt: skip
    return line, last, out, done


@POSIX
def test_a_batch_leaves_no_thread(again):
    """So that the report over all projects runs in a fork, and needs no kernel."""
    assert again[-1].stdout.endswith("threads: 1\n")


def test_where_nothing_can_be_written_each_project_is_told(again):
    """A folder in whose place a file stands fails that project alone."""
    _, _, out, done = again
    assert done.returncode == 1
    assert {name: row["status"] for name, row in rows(out / "batch.csv").items()} == {
        "a": "made", "b": "made", "taken": "failed"}  # fmt: skip
    assert {name: row["error"] for name, row in rows(out / "failures.csv").items()} in (
        {"taken": "FileExistsError"}, {"taken": "NotADirectoryError"})  # fmt: skip


def test_only_the_failed_and_only_the_flagged(again, tmp_path):
    """`--only failed` takes those that failed last time, `--only flagged` those with errors."""
    line, last, out, done = again
    assert "2 projects: 1 made" in done.stdout
    assert (out / "a" / "manifest.json").exists() and not (out / "b").exists()
    write_index(last, tmp_path)
    line = (*line, "--out", tmp_path)
    assert _asked(line, "failed") == ["a", "taken"] and _asked(line, "flagged") == ["b"]
    assert _asked(line, "all") == ["a", "b", "taken"]


def _asked(line, only):
    """The projects that a command line asks for."""
    words = Words("en")
    asked = command_line(words).parse_args(["batch", *map(str, line), "--only", only])
    return [project_id for _, project_id in asked_for(asked, words)]


WRONG = [
    (("--jobs", "0"), "--jobs"),
    (("--deadline", "-1"), "--deadline"),
    (("--memory", "0"), "--memory"),
    (("--notebook", "no.ipynb"), "no.ipynb"),
    (("--cluster", "nonsense"), "nonsense"),
    (("--engine", "magic"), "magic"),
]


@pytest.mark.parametrize(("wrong", "told"), WRONG, ids=[" ".join(each[0]) for each in WRONG])
def test_wrong_options_are_refused(tmp_path, capsys, wrong, told):
    """Exit code 2, what is wrong in a sentence, and nothing is written."""
    assert refused(
        capsys, params(tmp_path / "params", "a"), "--out", tmp_path / "out", *wrong, told
    )
    assert not (tmp_path / "out").exists()


def test_the_same_id_twice_is_refused(tmp_path, capsys):
    """Two files that would write into the same folder are told, both by name."""
    folder = params(tmp_path / "params", "a")
    shutil.copy(folder / "a.yaml", folder / "b.yaml")
    assert refused(capsys, folder, "--out", tmp_path / "out", "a.yaml")


def refused(capsys, *arguments):
    """Whether a command line, but for the last word, is refused with that word in its sentence."""
    *line, told = map(str, arguments)
    try:
        code = main(["batch", *line])
    except SystemExit as ended:
        code = ended.code
    error = capsys.readouterr().err
    return code == 2 and told in error and "Traceback" not in error


# --- giving the work out -----------------------------------------------------------------


def order(*names):
    """An order for projects of these names."""
    return Order(tuple((f"{name}.yaml", name) for name in names), ("zh",), "out", "zh", Recipe())


def test_orders_are_cut_for_the_workers():
    """Every project stands in one order, in its place; none is larger than it may be."""
    names = [f"p{n}" for n in range(1000)]
    cut = orders_of(order(*names), 4)
    assert [id for each in cut for _, id in each.projects] == names
    assert len(cut[0].projects) == 32
    assert [len(each.projects) for each in orders_of(order("a", "b", "c"), 2)] == [1, 1, 1]
    # Half of an even share of what is left, and no fewer than eight.
    sizes = [len(each.projects) for each in orders_of(order(*names[:100]), 2)]
    assert sizes == [25, 18, 14, 10, 8, 8, 8, 8, 1]


def test_any_executor_will_do():
    """A pool of threads does the work as well; each outcome is told once."""

    def task(asked):
        return [Outcome(id, path, "made") for path, id in asked.projects]

    orders = orders_of(order(*(f"p{n}" for n in range(50))), 1)
    told = list(carry_out(orders, lambda: ThreadPoolExecutor(2), 2, task))
    assert sorted(each.project for each in told) == sorted(f"p{n}" for n in range(50))


@pytest.mark.parametrize("error", [BrokenExecutor("gone"), ChildProcessError("exit code -9")])
def test_what_kills_its_worker_each_time_fails_alone(error):
    """Three deaths are enough: that project is failed, all others are made."""
    asked = []

    def task(one):
        asked.append(one.projects)
        if ("bad.yaml", "bad") in one.projects:
            raise error
        return [Outcome(id, path, "made") for path, id in one.projects]

    told = list(carry_out([order("a", "bad", "b"), order("c")], lambda: ThreadPoolExecutor(1), 1,
                          task))  # fmt: skip
    assert {each.project: each.status for each in told} == {
        "a": "made", "b": "made", "c": "made", "bad": "failed"}  # fmt: skip
    assert next(each for each in told if each.project == "bad").error == type(error).__name__
    assert sum(("bad.yaml", "bad") in each for each in asked) == 3


def test_an_index_comes_back_as_it_was(tmp_path):
    """What is written of a run is read again; a broken or missing index tells of no run."""
    told = [Outcome("b", "b.yaml", "failed", error="E", first_line="=1+1"),
            Outcome("a", "a.yaml", "made", "normal", "86642447/948150", 1, 2, 3, 0.5)]  # fmt: skip
    write_index(told, tmp_path)
    assert read_index(tmp_path) == [told[1], told[0]]
    assert rows(tmp_path / "failures.csv")["b"]["first_line"] == "'=1+1"  # no formula to Excel
    assert rows(tmp_path / "batch.csv")["a"]["seconds"] == "0.5"
    (tmp_path / "batch.json").write_text("[")
    assert read_index(tmp_path) == [] == read_index(tmp_path / "none")


# --- on a cluster ------------------------------------------------------------------------


@pytest.fixture
def cluster(tmp_path):
    """A Dask scheduler and two workers, each a process of its own; the address and the workers."""
    port = _free_port()
    address = f"tcp://127.0.0.1:{port}"
    commands = [
        ("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"),
        *[("worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny")] * 2,
    ]
    logs = [tmp_path / f"dask-{number}.log" for number in range(len(commands))]
    begun = []
    try:
        for log, line in zip(logs, commands, strict=True):
            with log.open("w") as told:
                begun.append(subprocess.Popen([sys.executable, "-m", "dask", *line], cwd=tmp_path,
                                              stdout=told, stderr=told))  # fmt: skip
        _until(lambda: all("Registered to" in log.read_text() for log in logs[1:]))
        yield address, begun[1:]
    finally:
        for process in reversed(begun):
            process.kill()
            process.wait()


@POSIX
def test_a_cluster_does_the_same_and_bears_the_death_of_a_worker(undisturbed, tmp_path, cluster):
    """Two workers of a real scheduler, one killed in mid-run: the bytes of an undisturbed run.

    Three projects: one for each worker and one that waits.
    """
    folder, made, before = undisturbed
    names = ("p0", "p1", "p2")
    address, workers = cluster
    out = tmp_path / "out"
    files = [folder / f"{name}.yaml" for name in names]
    line = (*files, "--lang", "zh", "--out", out, "--notebook", made, "--cluster", address)
    begun = subprocess.Popen(
        command(*line), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    _until(lambda: all(_children(each.pid) for each in workers))
    workers[0].kill()
    told, errors = begun.communicate(timeout=240)
    assert begun.returncode == 0, errors.decode()
    assert "共 3 个项目" in told.decode() and "失败 0 个" in told.decode()
    assert results(out) == {
        path: data for path, data in results(before).items() if path.startswith(names)
    }


def _free_port():
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def _until(is_so, seconds=90):
    """Wait until something is so; fail where it never is."""
    ends = time.monotonic() + seconds
    while not (found := is_so()):
        assert time.monotonic() < ends, "it did not come true"
        time.sleep(0.05)
    return found


def _children(pid):
    """The processes that a process began."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(each) for each in found.stdout.split()]


def _is_alive(pid):
    """Whether a process runs; a zombie does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
