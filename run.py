#!/usr/bin/env python3
"""Set evalkit up in .venv, then run it. Needs nothing but Python 3.11 or newer.

    python run.py                  the reference project's reports
    python run.py test [ARGS]      ruff, mypy and pytest (ARGS go to pytest)
    python run.py lab [ARGS]       JupyterLab, opened at notebooks/explore.ipynb
    python run.py ANYTHING ELSE    evalkit ANYTHING ELSE, e.g. `python run.py check my.yaml`

The packages come in two sets, so that who only wants a report does not download a test suite's
tools: requirements.txt, and requirements-dev.txt, which holds all of the first. They are made
anew (look at the diff before it is committed) as follows (newer releases of
argon2-cffi-bindings have no wheel for Macs with Intel processors).

    C="uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate"
    (echo hatchling; echo 'argon2-cffi-bindings<26') | $C pyproject.toml - -o requirements.txt
    $C --all-extras -c requirements.txt pyproject.toml -o requirements-dev.txt
    echo uv | $C - -o uv.txt
"""

import hashlib
import os
import re
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 (this is where an older Python gets told)
    sys.exit(f"evalkit needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "evalkit-set-up"
USER, DEV = "requirements.txt", "requirements-dev.txt"

REPORT = ("-m", "evalkit", "report", Path("params", "minhang-logistics-2018.yaml"))
EXPLORE = "notebooks/explore.ipynb"
CHECKS = ("ruff check", "ruff format --check", "mypy evalkit", "pytest")
ADVICE = {
    r"do not match the hashes|hash mismatch": "A download is not the file that was pinned. Run "
    "again; if it stays so, the package index serves other files: do not use it.",
    r"no space left|disk quota|errno 28": "The disk is full. Free 1 GB, then run again.",
    r"ensurepip": "This Python lacks its venv module (Debian, Ubuntu: apt install python3-venv).",
    r"connect|resol|timed? ?out|fetch|network|proxy|from versions: none": "The package index "
    "cannot be reached. Check the network and pip's proxy and index settings, then run again.",
    r"no matching distribution|not supported": "A pinned package is not made for this machine. Use "
    "Python 3.11 to 3.14 on Linux, macOS or Windows.",
    r"permission|denied|in use": "A file cannot be written. Close what uses .venv (JupyterLab, an "
    "editor, a terminal), look at the folder's permissions, then run again.",
}
interrupts = []


def stamp(requirements):
    """What a set-up is made from: one with the same stamp need not be made again."""
    digest = hashlib.sha256(f"{sys.version}\0{ROOT}".encode(errors="surrogateescape"))
    for name in (requirements, "uv.txt", "pyproject.toml"):
        digest.update(hashlib.sha256((ROOT / name).read_bytes()).digest())
    return digest.hexdigest()


def is_set_up(requirements):
    """Whether .venv holds this set, or the larger one."""
    made_from = STAMP.read_text("ascii", "replace") if PYTHON.exists() and STAMP.exists() else ""
    return made_from in (stamp(requirements), stamp(DEV))


def call(*command, **options):
    """Run a command to its end; return its CompletedProcess. After a Ctrl-C, end with 130."""
    # UTF-8 mode: Chinese prints everywhere, and a project folder with a Chinese name is found.
    env = {**os.environ, "PYTHONUTF8": "1", **options.pop("env", {})}
    done = subprocess.run([str(part) for part in command], env=env, **options)
    if interrupts:
        sys.exit(130)
    return done


def attempt(*command, **env):
    """Run a step of the set-up silently; return what it said if it failed, else ''."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = call(*command, cwd=ROOT, env=env, **pipes)
    said = done.stdout.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
    return said if done.returncode else ""


def require(aim, *command):
    """Run a step that has no second way; if it fails, end with one plain message."""
    said = attempt(*command)
    if said:
        telling = [line for line in said.splitlines() if re.search(r"error|failed", line, re.I)]
        fits = (advice for words, advice in ADVICE.items() if re.search(words, said, re.I))
        advice = next(fits, "Delete the folder .venv and run again.")
        reason = (telling or said.splitlines())[-1].strip()
        sys.exit(f"evalkit could not {aim}.\n  It said: {reason}\n  What to do: {advice}")


def pip_index():
    """The package index that pip is set to on this machine, told to uv, which does not ask pip."""
    said = call(PYTHON, "-m", "pip", "config", "list", capture_output=True).stdout.decode()
    index = re.search(r"\.index[-]url='(.+)'", said)
    return {"UV_DEFAULT_INDEX": index[1]} if index else {}


def set_up(requirements):
    """Make .venv anew. The stamp comes last: a set-up that was cut short is made again."""
    print("evalkit: setting up .venv (once; minutes on a slow line)", file=sys.stderr)
    STAMP.unlink(missing_ok=True)
    require("make .venv", sys.executable, "-m", "venv", "--clear", VENV)
    pip = (PYTHON, "-m", "pip", "--no-input", "--disable-pip-version-check", "install")
    uv = (BIN / "uv", "pip", "install", "--python", PYTHON)
    pinned = ("--require-hashes", "--only-binary", ":all:", "-r")
    # Where Python may not keep what it compiles, every start of evalkit would take 3 s more.
    compiled = {"UV_COMPILE_BYTECODE": "1"} if sys.dont_write_bytecode else {}
    settings = compiled | pip_index()
    if attempt(*pip, *pinned, "uv.txt") or attempt(*uv, *pinned, requirements, **settings):
        # No uv for this machine, or none that reaches an index: pip is slower and as strict.
        require("install the pinned packages", *pip, *pinned, requirements)
    require("install itself", *pip, "--no-index", "--no-deps", "--no-build-isolation", "-e", ".")
    # A relative path is ASCII: a Python started by an editor, in whatever encoding, finds it too.
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
    (site / "_evalkit.pth").write_text(os.path.relpath(ROOT, site), "ascii")
    STAMP.write_text(stamp(requirements), "ascii")


def lab_settings(home=ROOT):
    """JupyterLab in the reader's language, asking about no news; EVALKIT_LANG says which."""
    lang = "en" if os.environ.get("EVALKIT_LANG") == "en" else "zh"
    folder = ROOT / "evalkit" / "explore" / "lab" / lang
    return (
        f"--ServerApp.root_dir={home}",
        f"--LabApp.default_url=/lab/tree/{EXPLORE}",
        f"--LabApp.app_settings_dir={folder}",
        "--LabApp.news_url=None",
    )


def processes():
    """How many processes run the tests: one a core, and one more, since tests wait for browsers."""
    allowed = getattr(os, "sched_getaffinity", None)
    return (len(allowed(0)) if allowed else os.cpu_count() or 1) + 1


def test(arguments):
    """Run every check, also when one before it failed; return 0 or 1."""
    failed = []
    for check in CHECKS:
        print(f"== {check}", flush=True)
        # A --numprocesses or -n among the arguments comes last and wins.
        more = (f"--numprocesses={processes()}", *arguments) if check == "pytest" else ()
        if call(PYTHON, "-m", *check.split(), *more, cwd=ROOT).returncode:
            failed.append(check)
    print(f"== failed: {', '.join(failed)}" if failed else "== all passed", flush=True)
    return 1 if failed else 0


def main(arguments):
    """Set up what is missing, do what is asked, return the exit code."""
    # A Ctrl-C reaches the child as well: let it end in its own way before this ends.
    signal.signal(signal.SIGINT, lambda *_: interrupts.append(True))
    word, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    requirements = DEV if word == "test" else USER
    try:
        if not is_set_up(requirements):
            set_up(requirements)
        if word == "test":
            return test(rest)
        if word == "lab":
            return call(PYTHON, "-m", "jupyter", "lab", *lab_settings(), *rest, cwd=ROOT).returncode
        if not word:
            return call(PYTHON, *REPORT, cwd=ROOT).returncode
        return call(PYTHON, "-m", "evalkit", *arguments).returncode
    except OSError as fault:
        return f"evalkit could not set itself up or start: {fault}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
