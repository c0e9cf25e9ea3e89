"""Set-up: pinned, hash-checked, free of addresses, and made only once."""

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
USER, DEV, UV = "requirements.txt", "requirements-dev.txt", "uv.txt"
CARD = {"jupyterlab", "pandas", "ipywidgets", "matplotlib", "papermill", "nbconvert"}
HASHED_PIN = re.compile(r"[^\s#-]\S*==\S+( ; .+)?( --hash=sha256:[0-9a-f]{64})+")


def entries(name):
    """The logical lines of a requirements file."""
    text = re.sub(r" *\\\n *", " ", (ROOT / name).read_text("utf-8"))
    return [line for line in text.splitlines() if line.strip()]


def pins(name):
    """The pins of a requirements file, as the set of their `name==version ; marker`."""
    return {entry.split(" --hash=")[0] for entry in entries(name)}


def names(requirements):
    """The normalised package names of requirements."""
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def imported(path):
    """The top-level names of the modules that a source file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


@pytest.fixture
def run(tmp_path):
    """The module run.py, its project a copy in a folder with a space and Chinese in its name."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    home = tmp_path / "跟踪 评价"
    home.mkdir()
    for name in (USER, DEV, UV, "pyproject.toml"):
        (home / name).write_bytes((ROOT / name).read_bytes())
    for name in ("VENV", "BIN", "PYTHON", "STAMP"):
        setattr(module, name, home / getattr(module, name).relative_to(module.ROOT))
    module.ROOT = home
    return module


@pytest.fixture
def made(run):
    """Pretend that a set-up was made, of the set asked for."""

    def make(requirements):
        run.BIN.mkdir(parents=True, exist_ok=True)
        run.PYTHON.touch()
        run.STAMP.write_text(run.stamp(requirements), "ascii")

    return make


@pytest.mark.parametrize("name", [USER, DEV, UV])
def test_every_requirement_is_a_hashed_pin_without_an_address(name):
    """A requirements file says what and which bytes, never where from."""
    assert entries(name)
    assert [entry for entry in entries(name) if not HASHED_PIN.fullmatch(entry)] == []
    assert "://" not in (ROOT / name).read_text("utf-8")


def test_what_the_project_needs_is_pinned():
    """The user's set pins every plain dependency and the build backend; the other, all extras."""
    plain = names(PROJECT["dependencies"])
    extras = names(text for extra in PROJECT["optional-dependencies"].values() for text in extra)
    assert plain >= CARD
    assert names(pins(USER)) >= plain | {"hatchling"}
    assert names(pins(DEV)) >= plain | extras
    assert names(pins(UV)) == {"uv"}


def test_what_evalkit_imports_is_a_dependency():
    """Nothing is used that only happens to come along with something else."""
    used = {name for path in (ROOT / "evalkit").rglob("*.py") for name in imported(path)}
    outside = used - sys.stdlib_module_names - {"evalkit"}
    made_by = packages_distributions()
    found = {canonicalize_name(made_by.get(name, [name])[0]) for name in outside}
    assert found
    extras = PROJECT["optional-dependencies"]
    optional = [each for name in ("cluster", "keyring", "parquet") for each in extras[name]]
    assert found - {"pydantic-core"} <= names([*PROJECT["dependencies"], *optional])


def test_the_larger_set_holds_the_smaller():
    """Whoever has the tests' packages has exactly the user's packages too."""
    user, dev = ({pin.split(" ; ")[0] for pin in pins(name)} for name in (USER, DEV))
    assert user <= dev


def test_tests_run_on_the_pinned_versions():
    """What is installed here is what is pinned."""
    wanted = [Requirement(pin) for pin in pins(DEV)]
    here = [pin for pin in wanted if pin.marker is None or pin.marker.evaluate()]
    assert [str(pin) for pin in here if version(pin.name) not in pin.specifier] == []


def test_no_lock_file_is_tracked():
    """uv.lock and pylock.toml record package-index addresses."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert USER in tracked
    assert [name for name in tracked if re.search(r"(^|/)(uv\.lock|pylock.*\.toml)$", name)] == []


def test_run_needs_only_the_standard_library():
    """run.py starts on a bare Python."""
    assert set(imported(ROOT / "run.py")) <= sys.stdlib_module_names


def test_an_older_python_can_read_run():
    """A Python 3.6 gets as far as the sentence that tells it is too old."""
    ast.parse((ROOT / "run.py").read_text("utf-8"), feature_version=(3, 6))


def test_a_second_set_up_is_a_no_op(run, made, monkeypatch):
    """With its stamp in place nothing is set up again: evalkit starts at once."""
    started = []
    monkeypatch.setattr(run, "set_up", made)
    monkeypatch.setattr(run.signal, "signal", lambda *_: None)
    monkeypatch.setattr(
        run, "call", lambda *command, **_: started.append(command) or SimpleNamespace(returncode=0)
    )
    assert run.main(["check", "x.yaml"]) == 0
    monkeypatch.setattr(run, "set_up", lambda _: pytest.fail("set up twice"))
    assert run.main(["check", "x.yaml"]) == 0
    assert started == [(run.PYTHON, "-m", "evalkit", "check", "x.yaml")] * 2


def test_the_larger_set_serves_the_user_but_not_the_other_way_round(run, made):
    """After the tests a report needs no set-up; after a report the tests do."""
    made(DEV)
    assert run.is_set_up(USER) and run.is_set_up(DEV)
    made(USER)
    assert run.is_set_up(USER) and not run.is_set_up(DEV)


@pytest.mark.parametrize("name", [USER, UV, "pyproject.toml"])
def test_a_changed_file_asks_for_a_new_set_up(run, made, name):
    """The stamp stands for the bytes of every file that a set-up is made from."""
    made(USER)
    with (run.ROOT / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert not run.is_set_up(USER)


def test_another_python_asks_for_a_new_set_up(run, made, monkeypatch):
    """Packages of one Python do not serve another."""
    made(USER)
    monkeypatch.setattr(run.sys, "version", "3.99.0")
    assert not run.is_set_up(USER)


def test_a_venv_without_its_python_is_set_up_anew(run, made):
    """A stamp in a broken .venv proves nothing."""
    made(USER)
    run.PYTHON.unlink()
    assert not run.is_set_up(USER)


def test_a_set_up_cut_short_leaves_no_stamp(run, made, monkeypatch):
    """The stamp is taken away first and written last."""
    made(USER)
    monkeypatch.setattr(run, "attempt", lambda *_, **__: "connection reset")
    with pytest.raises(SystemExit):
        run.set_up(USER)
    assert not run.STAMP.exists()


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "do not use"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ensurepip is not available", "python3-venv"),
        ("error: Failed to fetch: `simple/numpy/`", "network"),
        ("ERROR: Could not find a version (from versions: none)\nERROR: No match", "network"),
        ("ERROR: No matching distribution found for numpy==2.4.6", "Python 3.11 to 3.14"),
        ("[WinError 5] Access is denied: 'python.exe'", "Close what uses"),
        ("something nobody foresaw", "Delete the folder .venv"),
    ],
)
def test_a_failed_step_says_what_to_do(run, said, advice):
    """One plain message: the aim, the reason, the remedy; no traceback."""
    with pytest.raises(SystemExit) as end:
        run.require("do it", sys.executable, "-c", f"print({said!r}); raise SystemExit(1)")
    message = end.value.code
    assert message.startswith("evalkit could not do it.")
    assert said.splitlines()[-1] in message
    assert advice in message
    assert "Traceback" not in message


def test_all_checks_run_and_all_failures_are_told(run, monkeypatch, capsys):
    """One failing check hides none behind it; pytest alone gets the arguments."""
    commands = []

    def call(_python, _m, *command, **_):
        commands.append(" ".join(command))
        return SimpleNamespace(returncode=int(command[0] in ("ruff", "pytest")))

    monkeypatch.setattr(run, "call", call)
    monkeypatch.setattr(run.os, "sched_getaffinity", lambda _: {3, 5}, raising=False)
    assert run.test(["-k", "words"]) == 1
    tests = "pytest --numprocesses=3 -k words"
    assert commands == ["ruff check", "ruff format --check", "mypy evalkit", tests]
    told = capsys.readouterr().out.splitlines()[-1]
    assert told == "== failed: ruff check, ruff format --check, pytest"


def test_ctrl_c_ends_with_130(run):
    """After a Ctrl-C nothing more is started, and the exit code says why."""
    run.interrupts.append(True)
    with pytest.raises(SystemExit) as end:
        run.call(sys.executable, "-c", "")
    assert end.value.code == 130


def test_the_child_speaks_utf_8(run):
    """Chinese comes out whole whatever the machine's encoding is."""
    done = run.call(sys.executable, "-c", "print('绩效')", capture_output=True, env={"LC_ALL": "C"})
    assert done.stdout.decode("utf-8").strip() == "绩效"
