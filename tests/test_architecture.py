"""The floors of the house, read from the source: who may import whom, and what stays out of where.

A new module finds its floor in FLOORS below; a module that stands on none fails here.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A module imports only from lower floors or its own. A folder's modules share its floor.
FLOORS = (
    ("__init__", "model", "errors", "units", "yamltree", "discovery", "catalogue",
     "portfolio_model", "recall", "garbage"),
    ("scoring", "checks"),
    ("evaluate", "facts", "findings", "framework", "framework_schema", "framework_faults",
     "framework_bands", "framework_points", "schema", "values", "fields", "source", "files",
     "textfile", "shapes", "places", "survey"),
    ("params", "columns", "references", "prose", "privacy", "scaffold",
     "words", "terms", "sentences", "formula", "narrative", "explain", "export",
     "comparison", "intake", "tabular", "audit", "summaries", "scenario", "scenario_files",
     "keys"),
    ("tables", "charts"),
    ("report", "headline", "engine", "fork", "kernel", "shell", "notebook", "render", "page",
     "sheet", "workbook", "origin", "delivery", "mail", "explore", "pdf", "typeface", "word",
     "project", "side_by_side", "portfolio_report", "portfolio_files", "portfolio_book",
     "portfolio_delivery"),
    ("work", "batch"),
    ("cli", "commands", "__main__"),
)  # fmt: skip
FLOOR_OF = {name: floor for floor, names in enumerate(FLOORS) for name in names}
PURE, DRAWING = 1, 4

RUNNERS = {"engine", "fork", "kernel", "render"}
# Packages with few users, named; all others go through these.
ONLY_IN = {
    "papermill": RUNNERS,
    "nbconvert": RUNNERS,
    "nbclient": RUNNERS,
    "jupyter_client": RUNNERS,
    "ipywidgets": {"explore"},
    "smtplib": {"mail.send"},
}
# Loaded where the command line is asked for a cluster, so inside a function.
NEVER_AT_TOP = {"dask", "distributed"}
# All that pure modules may import: no file, no clock, no YAML, no chart.
PURE_IMPORTS = {
    "__future__", "ast", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal",
    "enum", "evalkit", "fractions", "functools", "itertools", "math", "numpy", "operator", "pandas",
    "re", "types", "typing", "unicodedata",
}  # fmt: skip
IMPURE_CALLS = re.compile(r"open|print|input|eval|exec|__import__|now|today|utcnow|(read|to)_(csv|"
                          r"excel|parquet|pickle|json|sql|feather|html)")  # fmt: skip
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
# Modules whose patterns recognise Chinese in what they read; they say none.
READS_CHINESE = {"privacy"}
CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


def imports(tree, package):
    """Every import in a tree as (line, dotted name, whether it stands outside functions)."""
    inner = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((node.lineno, name, id(node) not in inner) for name in names)


def import_faults(home, line, target, at_top):
    """What is wrong with one import of a module that stands on a floor.

    ``home`` is its dotted name; a folder or one module of it may be the only user of a package.
    """
    module = home.partition(".")[0]
    floor, (package, *inside) = FLOOR_OF[module], target.split(".")
    if package == "evalkit":
        other = inside[0] if inside and inside[0] in FLOOR_OF else "__init__"
        if FLOOR_OF[other] > floor:
            yield line, f"F{floor} imports {other} of F{FLOOR_OF[other]}"
        if floor == DRAWING and other == "scoring":
            yield line, "a drawing module imports scoring; it draws a frame, it computes none"
    if not {module, home} & ONLY_IN.get(package, {module}):
        yield line, f"imports {package}; only {', '.join(sorted(ONLY_IN[package]))} may"
    if package in NEVER_AT_TOP and at_top:
        yield line, f"imports {package} outside a function"
    if floor == PURE and package not in PURE_IMPORTS:
        yield line, f"a pure module imports {package}"


def impure_calls(tree):
    """Calls that reach out of a pure module: a file, a clock, the screen."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if IMPURE_CALLS.fullmatch(name):
                yield node.lineno, f"a pure module calls {name}"


def chinese_words(tree):
    """Chinese in names and values, but for docstrings; a report's words live in evalkit/text."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) not in docstrings:
            for _, value in ast.iter_fields(node):
                if isinstance(value, str) and CHINESE.search(value):
                    yield getattr(node, "lineno", 0), f"Chinese in code: {value!r}"


def module_faults(path, package):
    """All faults of one module, as (line, what)."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = path.relative_to(package).with_suffix("").parts
    if inside[0] not in READS_CHINESE:
        yield from chinese_words(tree)
    for name in EMPTY_NAMES.intersection(inside):
        yield 1, f"the name {name} says nothing"
    module = inside[0]
    if module not in FLOOR_OF:
        yield 1, f"{module} stands on no floor: add it to FLOORS in tests/test_architecture.py"
        return
    for found in imports(tree, ["evalkit", *inside[:-1]]):
        yield from import_faults(".".join(inside), *found)
    if FLOOR_OF[module] == PURE:
        yield from impure_calls(tree)


def package_faults(package):
    """All faults under a package folder, each as `path:line: what`."""
    return [
        f"{path.relative_to(package.parent).as_posix()}:{line}: {what}"
        for path in sorted(package.rglob("*.py"))
        for line, what in module_faults(path, package)
    ]


# --- the house itself ----------------------------------------------------------------------


def test_the_package_keeps_its_floors():
    """No module of evalkit breaks a rule of this file."""
    assert list((ROOT / "evalkit").rglob("*.py"))
    faults = package_faults(ROOT / "evalkit")
    assert not faults, "\n".join(["the house says no:", *faults])


# --- the checker: it finds what is planted and nothing in clean sources ------------------------

BAD = [
    ("model", "from evalkit.facts import x", "F0 imports facts of F2"),
    ("model", "import evalkit.cli", "F0 imports cli of F7"),
    ("scoring/payments", "from ..words import money", "F1 imports words of F3"),
    ("evaluate", "from . import batch", "F2 imports batch of F6"),
    ("evaluate", "from evalkit import render", "F2 imports render of F5"),
    ("evaluate", "def f():\n    from evalkit.cli import main", "F2 imports cli of F7"),
    ("charts/outputs", "from evalkit.scoring import outputs", "draws a frame"),
    ("tables", "from evalkit.scoring.outputs import x", "draws a frame"),
    ("batch", "import papermill as pm", "only engine, fork, kernel, render may"),
    ("cli", "from nbconvert import HTMLExporter", "only engine, fork, kernel, render may"),
    ("batch", "def f():\n    import nbclient", "only engine, fork, kernel, render may"),
    ("words", "import jupyter_client.manager", "only engine, fork, kernel, render may"),
    ("render", "import ipywidgets", "only explore may"),
    ("cli", "from smtplib import SMTP", "only mail.send may"),
    ("mail/compose", "import smtplib", "only mail.send may"),
    ("cli", "from dask.distributed import Client", "imports dask outside a function"),
    ("batch", "try:\n    import distributed\nexcept ImportError: ...", "outside a function"),
    ("checks/sums", "from ruamel.yaml import YAML", "a pure module imports ruamel"),
    ("scoring/outputs", "import yaml", "a pure module imports yaml"),
    ("scoring/outputs", "import matplotlib.pyplot", "a pure module imports matplotlib"),
    ("scoring/outputs", "from pathlib import Path", "a pure module imports pathlib"),
    ("scoring/outputs", "x = open('a')", "a pure module calls open"),
    ("scoring/outputs", "import datetime as d\nx = d.datetime.now()", "a pure module calls now"),
    ("scoring/outputs", "from datetime import date\nx = date.today()", "a pure module calls today"),
    ("checks/sums", "import pandas as pd\nx = pd.read_csv('a')", "a pure module calls read_csv"),
    ("weather", "", "weather stands on no floor: add it to FLOORS in tests/test_architecture.py"),
    ("charts/utils", "", "the name utils says nothing"),
    ("words", "unit = '万元'", "Chinese in code"),
    ("words", "unit = f'{1}元'", "Chinese in code"),
    ("words", "match = r'\\s' '\\u4e07'", "Chinese in code"),
    ("words", "元 = 1", "Chinese in code"),
]
GOOD = [
    ("__init__", '"""evalkit（绩效跟踪评价）"""'),
    ("model", "import datetime\nnow = datetime.date(2018, 9, 30)  # 跟踪时点"),
    ("scoring/payments", "import pandas as pd\nfrom ..model import x\nfrom .execution import y"),
    (
        "checks/sums",
        "from evalkit.model import x\ndef check():\n    '''不符\n    >>> '元'\n    '''",
    ),
    ("charts/outputs", "from evalkit.words import x\nimport matplotlib.pyplot as plt"),
    ("privacy", "import re\nphone = re.compile('电话')"),
    ("mail/send", "import smtplib"),
    ("engine", "import papermill, nbclient\nfrom evalkit import facts, __version__"),
    ("cli", "def cluster():\n    from distributed import Client"),
    ("cli", "from evalkit import batch\ndef main():\n    print(open('a'))"),
]


def plant(folder, module, source):
    """Write one module into a package of its own and return the package's faults."""
    path = folder / "evalkit" / f"{module}.py"
    path.parent.mkdir(parents=True)
    path.write_text(source, "utf-8")
    return package_faults(folder / "evalkit")


@pytest.mark.parametrize(("module", "source", "told"), BAD)
def test_a_planted_breach_is_found(tmp_path, module, source, told):
    """Each breach is told once, with its place."""
    [fault] = plant(tmp_path, module, source)
    assert fault.startswith(f"evalkit/{module}.py:")
    assert told in fault


@pytest.mark.parametrize(("module", "source"), GOOD)
def test_a_clean_module_passes(tmp_path, module, source):
    """What the floors allow is not held against anyone."""
    assert plant(tmp_path, module, source) == []
