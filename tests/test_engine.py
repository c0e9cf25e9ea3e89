"""Notebooks run in a process of their own, and what is recorded about a run is true."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import evalkit
from evalkit.discovery import REPORT
from evalkit.engine import ENGINES, Limits, run_notebook
from evalkit.errors import ReportFailed
from evalkit.notebook import read_notebook, section_of, write_notebook

POSIX = pytest.mark.skipif(os.name != "posix", reason="sockets with paths are a POSIX thing")
SHOW = "from IPython.display import HTML"
PARAMETERS = 'params_path = ""\nproject_id = ""\nlang = "zh"'


def write(path, *sources):
    """A notebook with parameters, and one cell per source in section `s1`, `s2`, …"""
    cells = [new_code_cell(PARAMETERS, id="parameters", metadata={"tags": ["parameters"]})]
    for number, source in enumerate(sources, start=1):
        tags = {"tags": [f"section:s{number}"]}
        cells.append(new_code_cell(source, id=f"cell-{number}", metadata=tags))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    write_notebook(path, new_notebook(cells=cells, metadata={"kernelspec": kernel}))
    return path


def run(folder, *sources, engine="kernel", **how):
    """The executed notebook of these cells; a partial one lies in `failed.ipynb`."""
    parameters = {"params_path": str(folder / "p.yaml"), "project_id": "p1", "lang": "en"}
    notebook = write(folder / "n.ipynb", *sources)
    return run_notebook(notebook, parameters, folder / "failed.ipynb", engine=engine, **how)


def shown(notebook):
    """What the last cell of an executed notebook shows."""
    return notebook.cells[-1].outputs[-1].data["text/plain"]


@pytest.fixture(params=list(ENGINES))
def engine(request):
    """Each engine by its name."""
    return request.param


def test_a_run_keeps_nothing_of_its_time_and_place(tmp_path, engine):
    """Two runs in two folders with odd names give the same bytes: no clock, path or random id."""
    runs = []
    for name in ("a {b} 中文", "c"):
        folder = tmp_path / name
        folder.mkdir()
        seen = []
        done = run(folder, SHOW, "HTML(project_id + lang)", on_section=seen.append, engine=engine)
        runs.append(nbformat.writes(done))
        assert seen == ["s1", "s2"]
        assert [p.name for p in folder.iterdir()] == ["n.ipynb"]
    assert runs[0] == runs[1]
    assert r"params_path = \"p.yaml\"" in runs[0]
    assert str(tmp_path) not in runs[0]


BREAKS = [
    ("x = 1\n1 / 0", "ZeroDivisionError", "division by zero"),
    ("raise ValueError('\\x1b[31mred\\x1b[0m')", "ValueError", "red"),
    ("import os, signal\nos.kill(os.getpid(), 9)", "DeadKernelError", "Kernel died"),
    ("import time\ntime.sleep(60)", "CellTimeoutError", "after 3 seconds"),
    ("import warnings\nwarnings.warn('Glyph 24180 missing from font')", "UserWarning", "24180"),
]


@pytest.mark.parametrize(("source", "ename", "evalue"), BREAKS, ids=[each[1] for each in BREAKS])
def test_what_breaks_is_told_and_recorded(tmp_path, source, ename, evalue, engine):
    """Section, cell and error are named; the partial notebook tells what ran and what did not."""
    with pytest.raises(ReportFailed) as caught:
        run(tmp_path, "1", source, "2", limits=Limits(cell=3), engine=engine)
    failed = caught.value
    assert (failed.project_id, failed.section, failed.cell) == ("p1", "s2", 4)
    assert (failed.source, failed.ename) == (source, ename)
    assert evalue in failed.evalue and "\x1b" not in failed.evalue
    partial = read_notebook(Path(failed.notebook))
    states = {
        section_of(c): c.metadata["papermill"]["status"] for c in partial.cells if section_of(c)
    }
    assert states == {"s1": "completed", "s2": "failed", "s3": "pending"}
    assert partial.metadata["papermill"]["exception"] is True
    assert sorted(p.name for p in tmp_path.iterdir()) == ["failed.ipynb", "n.ipynb"]


def test_a_kernel_that_does_not_start_is_told(tmp_path, monkeypatch):
    """Without a cell to blame the failure still names project and reason."""
    monkeypatch.setattr("evalkit.kernel.ARGUMENTS", ["-c", "raise SystemExit(3)"])
    with pytest.raises(ReportFailed) as caught:
        run(tmp_path, "1")
    assert (caught.value.section, caught.value.cell) == ("", 0)
    assert Path(caught.value.notebook).exists()


def test_the_run_is_of_this_python_and_nobody_elses(tmp_path, monkeypatch, engine):
    """Neither start-up files of the user nor modules in the working directory reach a report."""
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("spoilt = 1")
    (tmp_path / "start.py").write_text("spoilt = 2")
    (tmp_path / "colorsys.py").write_text("spoilt = 3")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "start.py"))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "no kernels here"))
    monkeypatch.chdir(tmp_path)
    told = (
        "import sys, colorsys\nsys.executable, 'spoilt' in globals(), hasattr(colorsys, 'spoilt')"
    )
    assert shown(run(tmp_path, told, engine=engine)) == repr((sys.executable, False, False))


def test_the_kernel_runs_the_same_code(tmp_path, monkeypatch):
    """The kernel imports the evalkit that started it, also from a folder that holds another one."""
    (tmp_path / "evalkit").mkdir()
    (tmp_path / "evalkit" / "__init__.py").write_text("raise ImportError('the other one')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    told = run(tmp_path, "import evalkit\nevalkit.__file__")
    assert shown(told) == repr(evalkit.__file__)


@POSIX
def test_the_kernel_listens_where_only_the_user_can_reach(tmp_path, monkeypatch):
    """Sockets lie in a folder of mode 0700, also where the usual one has too long a path, and are
    gone afterwards."""
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    told = """import os, ipykernel, json
at = ipykernel.get_connection_file()
folder = os.path.dirname(at)
json.load(open(at))["transport"], oct(os.stat(folder).st_mode & 0o777), folder"""
    transport, mode, folder = eval(shown(run(tmp_path, told)))
    assert (transport, mode) == ("ipc", "0o700")
    assert not Path(folder).exists()
    assert not list(deep.iterdir())


def test_running_leaves_standard_streams_alone(tmp_path, engine):
    """Neither papermill nor an engine writes on the terminal, not even when a process dies."""
    script = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_engine import run
from evalkit.errors import ReportFailed
try:
    run(Path({str(tmp_path)!r}), "import os; os.kill(os.getpid(), 9)", engine={engine!r})
except ReportFailed:
    print("told")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("told\n", "")


def test_both_engines_show_the_same(tmp_path):
    """The report notebook has the same cells, sources, counts and outputs under each engine."""
    params = Path(__file__).parents[1] / "params" / "clinics-2023.yaml"
    parameters = {"params_path": str(params), "project_id": params.stem, "lang": "en"}
    shown = [
        nbformat.writes(run_notebook(REPORT, parameters, tmp_path / "failed.ipynb", engine=engine))
        for engine in ENGINES
    ]
    assert shown[0].count("text/html") >= 30
    assert shown[0] == shown[1]


SHOWN = [
    "1 + 1",
    "print('a'); print('b', end='')\nimport sys\nprint('c', file=sys.stderr)\n'd'",
    "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>'))\ndisplay(3)\n4",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "from IPython.display import display\nh = display(1, display_id='x')\nh.update(2)",
    "from IPython.display import clear_output\nprint(1)\nclear_output()\nprint(2)",
    "None",
    "1;",
    "import warnings\nwarnings.warn('careful')",
    "import matplotlib\nmatplotlib.get_backend()",
    "%precision 3\n3.14159",
    "import logging\nlogging.getLogger('x').warning('seen')",
    "def f(x: int) -> int:\n    'Double.'\n    return 2 * x\nf(4), __name__",
]


ERRORS = ["x = 1\n1 / 0", "def f(:", "raise ValueError('a\\nb')", "import no_such_module"]


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """The cells of SHOWN and of a notebook for each of ERRORS, as each engine leaves them: run by
    a process that is not a test and catches no warnings."""
    folder = tmp_path_factory.mktemp("outside")
    notebooks = [SHOWN, *([each] for each in ERRORS)]
    found = {}
    for engine in ENGINES:
        script = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
import json, nbformat
from test_engine import run
from evalkit.errors import ReportFailed
from evalkit.notebook import read_notebook
made = []
for sources in {notebooks!r}:
    try:
        done = run(Path({str(folder)!r}), *sources, engine={engine!r})
    except ReportFailed as failed:
        done = read_notebook(Path(failed.notebook))
        done.cells = [cell for cell in done.cells if cell.cell_type == "code"]
    made.append(nbformat.writes(done))
json.dump(made, sys.stdout)
"""
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        shown, *broken = (nbformat.reads(each, 4).cells for each in json.loads(done.stdout))
        found[engine] = shown, dict(zip(ERRORS, broken, strict=True))
    return found


def test_both_engines_show_the_same_of_any_cell(outside):
    """Results, displays and their updates, streams, magics: in the same order and words."""
    runs = [outside[engine][0] for engine in ENGINES]
    assert len(runs[0]) == len(runs[1]) == len(SHOWN) + 2
    for one, other in zip(*runs, strict=True):
        assert [*map(told, one.outputs)] == [*map(told, other.outputs)], one.source
        assert one.execution_count == other.execution_count
    assert [*map(told, runs[0][2].outputs)] == [
        "{'data': {'text/plain': '2'}, 'execution_count': 3, 'metadata': {}, "
        "'output_type': 'execute_result'}"
    ]


def told(output):
    """An output without what names a process: its number, the path of its cells."""
    text = str(dict(sorted(output.items())))
    return re.sub(r"/\S*ipykernel_\d+/\d+\.py|/tmp/\S+|<ipython-input-\S+>", "CELL", text)


@pytest.mark.parametrize("source", ERRORS)
def test_both_engines_tell_the_same_error(outside, source):
    """The error output is the same, with its traceback."""
    one, other = (outside[engine][1][source][2].outputs for engine in ENGINES)
    assert [each.output_type for each in one] == ["error"]
    assert [*map(told, one)] == [*map(told, other)]


LEAKS = """
import builtins, os, sys, threading, warnings
import matplotlib, numpy, pandas as pd
from matplotlib import pyplot as plt
import evalkit.report
spoilt = 1
builtins.spoilt = 2
matplotlib.rcParams["font.size"] = 77
plt.figure(); plt.plot([1, 2])
warnings.simplefilter("error")
os.environ["SPOILT"] = "3"
os.chdir("/")
sys.path.insert(0, "/spoilt")
sys.modules["spoilt"] = sys
pd.set_option("display.max_rows", 7)
numpy.random.seed(0)
evalkit.report.SPOILT = 4
os.umask(0o777)
"""
LOOKS = """
import builtins, os, sys, warnings
import matplotlib, pandas as pd
from matplotlib import pyplot as plt
import evalkit.report
mask = os.umask(0o022)
(
    "spoilt" in globals(), hasattr(builtins, "spoilt"), matplotlib.rcParams["font.size"] == 77,
    plt.get_fignums(), warnings.filters[0][0] == "error" and warnings.filters[0][1] is None,
    "SPOILT" in os.environ, os.getcwd() == "/", "/spoilt" in sys.path, "spoilt" in sys.modules,
    pd.get_option("display.max_rows") == 7, hasattr(evalkit.report, "SPOILT"), mask == 0o777,
)
"""


@POSIX
def test_nothing_leaks_from_one_notebook_to_the_next(tmp_path):
    """Variables, rcParams, figures, filters, environment, folder, path, modules, options, umask:
    what a notebook changes is unknown to the next one and to the process that runs both."""
    run(tmp_path, LEAKS, engine="fork")
    clean = "(False, False, False, [], False, False, False, False, False, False, False, False)"
    clean = clean.split(",")
    assert shown(run(tmp_path, LOOKS, engine="fork")).replace("\n", "").split(",") == clean
    assert "SPOILT" not in os.environ and os.getcwd() != "/" and "spoilt" not in sys.modules


WORKER = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from pathlib import Path
from evalkit.work import warm
from tests.test_engine import LEAKS, LOOKS, run, shown
warm()
run(Path(sys.argv[1]), LEAKS + "get_ipython().db['spoilt'] = 1", engine="fork")
print(shown(run(Path(sys.argv[1]), LOOKS, engine="fork")))
print(shown(run(Path(sys.argv[1]), "'spoilt' in get_ipython().db", engine="fork")))
print(run(Path(sys.argv[1]), "1", engine="fork").cells[-1].execution_count)
"""


@POSIX
def test_nothing_leaks_in_a_worker_that_has_its_shell_ready(tmp_path):
    """A worker of a batch makes the shell once, for all notebooks: each finds it as new."""
    done = subprocess.run([sys.executable, "-c", WORKER, str(tmp_path)], capture_output=True,
                          text=True, check=False)  # fmt: skip
    told = done.stdout.replace("\n", "")
    assert "True" not in told and told.count("False") == 12, done.stderr
    assert told.endswith("3")  # the parameters, those that papermill put in, and the cell


@POSIX
@pytest.mark.parametrize(
    "last", ["2", "import os\nos._exit(3)", "import os\nos.kill(os.getpid(), 9)"]
)
def test_no_file_is_left_where_files_are_made_for_a_while(tmp_path, monkeypatch, engine, last):
    """What a shell or kernel keeps for itself is gone after the run, however that ended."""
    usual = tmp_path / "tmp"
    usual.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(usual))
    kept = "import tempfile\ntempfile.gettempdir()"
    with suppress(ReportFailed):
        assert shown(run(tmp_path, kept, engine="fork")) == repr(str(usual))
        run(tmp_path, "1", last, engine=engine)
    assert [*usual.iterdir()] == []


@POSIX
def test_the_whole_report_has_a_limit(tmp_path, engine):
    """Cells that are quick enough each are stopped when all of them together are not."""
    slow = "import time\ntime.sleep(1)"
    with pytest.raises(ReportFailed) as caught:
        run(tmp_path, *[slow] * 5, limits=Limits(cell=60, report=3), engine=engine)
    assert caught.value.ename == "ReportTimeoutError"
    assert caught.value.section in ("s2", "s3", "s4")


@POSIX
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds what is mapped")
def test_memory_has_a_limit(tmp_path, engine):
    """What goes beyond is refused to the cell, and told as its error; less is not."""
    limits = Limits(memory=1200 * 1024 * 1024)
    assert shown(run(tmp_path, "len(bytes(2**20))", limits=limits, engine=engine)) == "1048576"
    with pytest.raises(ReportFailed) as caught:
        run(tmp_path, "x = bytes(2**31)", limits=limits, engine=engine)
    assert caught.value.ename == "MemoryError"


@POSIX
def test_no_process_outlives_its_run(tmp_path):
    """The child, and what it started, is gone after a time-out."""
    mark = f"evalkit-test-{os.getpid()}"
    begun = (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)', '{mark}'])\n"
        "time.sleep(300)"
    )
    with pytest.raises(ReportFailed):
        run(tmp_path, begun, limits=Limits(cell=2), engine="fork")
    assert not _running(mark)


@POSIX
def test_a_killed_parent_takes_its_child_along(tmp_path):
    """SIGKILL to the process that runs a notebook ends the child too."""
    mark = tmp_path / "pid"
    script = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_engine import run
run(Path({str(tmp_path)!r}), "import os, time\\nopen({str(mark)!r}, 'w').write(str(os.getpid()))"
    "\\ntime.sleep(300)", engine="fork")
"""
    parent = subprocess.Popen([sys.executable, "-c", script])
    try:
        _until(lambda: mark.exists() and mark.read_text())
        child = int(mark.read_text())
        parent.kill()
        parent.wait()
        _until(lambda: not _is_alive(child))
    finally:
        parent.kill()


def _until(is_so, seconds=60):
    """Wait until something is so; fail where it never is."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it did not come true"
        time.sleep(0.05)


def _is_alive(pid):
    """Whether a process runs; a zombie does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def _running(mark):
    """The processes with a word on their command line."""
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in found.stdout.splitlines() if mark in line]
