"""Notebooks run in a kernel of their own, and what is recorded about a run is true."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

import evalkit
from evalkit.engine import run_notebook
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


def run(folder, *sources, **how):
    """Run a notebook of these cells; its output lies in `out.ipynb`, a partial one in `failed`."""
    parameters = {"params_path": str(folder / "p.yaml"), "project_id": "p1", "lang": "en"}
    notebook = write(folder / "n.ipynb", *sources)
    return run_notebook(notebook, parameters, folder / "out.ipynb", folder / "failed.ipynb", **how)


def shown(path):
    """What the last cell of an executed notebook shows."""
    return read_notebook(path).cells[-1].outputs[-1].data["text/plain"]


def test_a_run_keeps_nothing_of_its_time_and_place(tmp_path):
    """Two runs in two folders with odd names give the same bytes: no clock, path or random id."""
    runs = []
    for name in ("a {b} 中文", "c"):
        folder = tmp_path / name
        folder.mkdir()
        seen = []
        run(folder, SHOW, "HTML(project_id + lang)", on_section=seen.append)
        runs.append((folder / "out.ipynb").read_bytes())
        assert seen == ["s1", "s2"]
        assert sorted(p.name for p in folder.iterdir()) == ["n.ipynb", "out.ipynb"]
    assert runs[0] == runs[1]
    assert b'params_path = \\"p.yaml\\"' in runs[0]
    assert str(tmp_path).encode() not in runs[0]


BREAKS = [
    ("x = 1\n1 / 0", "ZeroDivisionError", "division by zero"),
    ("raise ValueError('\\x1b[31mred\\x1b[0m')", "ValueError", "red"),
    ("import os, signal\nos.kill(os.getpid(), 9)", "DeadKernelError", "Kernel died"),
    ("import time\ntime.sleep(60)", "CellTimeoutError", "after 6 seconds"),
    ("import warnings\nwarnings.warn('Glyph 24180 missing from font')", "UserWarning", "24180"),
]


@pytest.mark.parametrize(("source", "ename", "evalue"), BREAKS, ids=[each[1] for each in BREAKS])
def test_what_breaks_is_told_and_recorded(tmp_path, source, ename, evalue):
    """Section, cell and error are named; the partial notebook tells what ran, and nothing else is
    written."""
    (tmp_path / "out.ipynb").write_text("the last good one")
    with pytest.raises(ReportFailed) as caught:
        run(tmp_path, "1", source, "2", cell_limit=6)
    failed = caught.value
    assert (failed.project_id, failed.section, failed.cell) == ("p1", "s2", 4)
    assert (failed.source, failed.ename) == (source, ename)
    assert evalue in failed.evalue and "\x1b" not in failed.evalue
    partial = read_notebook(Path(failed.notebook))
    states = {
        section_of(c): c.metadata["papermill"]["status"] for c in partial.cells if section_of(c)
    }
    assert states == {"s1": "completed", "s2": "failed", "s3": "pending"}
    assert (tmp_path / "out.ipynb").read_text() == "the last good one"


def test_a_kernel_that_does_not_start_is_told(tmp_path, monkeypatch):
    """Without a cell to blame the failure still names project and reason."""
    monkeypatch.setattr("evalkit.engine.ARGUMENTS", ["-c", "raise SystemExit(3)"])
    with pytest.raises(ReportFailed) as caught:
        run(tmp_path, "1")
    assert (caught.value.section, caught.value.cell) == ("", 0)
    assert Path(caught.value.notebook).exists()


def test_the_kernel_is_this_python_and_nobody_elses(tmp_path, monkeypatch):
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
    assert shown(run(tmp_path, told)) == repr((sys.executable, False, False))


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


def test_running_leaves_standard_streams_alone(tmp_path):
    """Neither papermill nor the kernel writes on the terminal, not even when a kernel dies."""
    script = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_engine import run
from evalkit.errors import ReportFailed
try:
    run(Path({str(tmp_path)!r}), "import os; os.kill(os.getpid(), 9)")
except ReportFailed:
    print("told")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("told\n", "")
