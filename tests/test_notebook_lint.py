"""Notebooks are tables of contents: one call a cell, no logic, nothing of a run stored."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAX_CELL_LINES = 4
# Logic lives in the package. A comprehension is a loop too, a conditional expression an `if`.
LOGIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.AsyncFor,
    ast.While, ast.If, ast.IfExp, ast.comprehension, ast.Match, ast.BinOp,
)  # fmt: skip


def is_report(path):
    """Whether papermill runs a notebook; the others are for people to explore with."""
    return not path.name.startswith(("explore", "start_here"))


def cell_faults(cell):
    """What is wrong with one code cell."""
    source = "".join(cell["source"])
    if len(source.splitlines()) > MAX_CELL_LINES:
        yield f"more than {MAX_CELL_LINES} lines"
    if cell["outputs"] or cell["execution_count"] is not None:
        yield "committed with an output or an execution count"
    try:
        tree = ast.parse(source)
    except SyntaxError:
        yield "not plain Python"
        return
    yield from (f"has {type(n).__name__}" for n in ast.walk(tree) if isinstance(n, LOGIC))


def parameter_faults(cells):
    """What is wrong with the parameters of a report notebook."""
    tagged = [c for c in cells if "parameters" in c["metadata"].get("tags", [])]
    if len(tagged) != 1:
        yield f"{len(tagged)} cells are tagged parameters, not 1"
    for cell in tagged:
        for statement in ast.parse("".join(cell["source"])).body:
            value = getattr(statement, "value", None)
            text = isinstance(value, ast.Constant) and isinstance(value.value, str)
            if not (isinstance(statement, ast.Assign) and text and value.value.isascii()):
                yield f"parameter is not an ASCII string: {ast.unparse(statement)}"


def notebook_faults(path):
    """All faults of one notebook, each as `name cell: what`."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    found = [
        f"cell {number}: {what}"
        for number, cell in enumerate(cells, 1)
        if cell["cell_type"] == "code"
        for what in cell_faults(cell)
    ]
    found += parameter_faults(cells) if is_report(path) else []
    return [f"{path.name} {what}" for what in found]


def test_notebooks_are_tables_of_contents():
    """No notebook holds logic, outputs or parameters that papermill would mangle."""
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert any(is_report(path) for path in notebooks)
    faults = [fault for path in notebooks for fault in notebook_faults(path)]
    assert not faults, "\n".join(["these notebooks hold more than calls:", *faults])


# --- the checker: it finds what is planted and nothing in a clean notebook ---------------------


def write_notebook(path, *sources, tags=("parameters",), outputs=(), count=None):
    """Write a notebook of code cells, the first of them with the tags."""
    cells = [
        {
            "cell_type": "code",
            "source": source,
            "outputs": list(outputs),
            "execution_count": count,
            "metadata": {"tags": [] if number else list(tags)},
        }
        for number, source in enumerate(sources)
    ]
    path.write_text(json.dumps({"cells": cells}), "utf-8")
    return path


PARAMETERS = 'params_path = "params/a.yaml"\nlang = "zh"'


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("def f(): ...", "FunctionDef"),
        ("class A: ...", "ClassDef"),
        ("for x in y: x", "For"),
        ("while x: y", "While"),
        ("if x: y", "If"),
        ("x if y else z", "IfExp"),
        ("[x for x in y]", "comprehension"),
        ("f(lambda: x)", "Lambda"),
        ("x = a / b", "BinOp"),
        ("%matplotlib inline", "not plain Python"),
        ("a\nb\nc\nd\ne", "more than 4 lines"),
    ],
)
def test_logic_in_a_cell_is_found(tmp_path, cell, told):
    """A cell calls; it decides, loops and computes nothing. This holds for every notebook."""
    for name in ("report.ipynb", "explore.ipynb"):
        [fault] = notebook_faults(write_notebook(tmp_path / name, PARAMETERS, cell))
        assert fault.startswith(f"{name} cell 2: ")
        assert told in fault


@pytest.mark.parametrize("kept", [{"outputs": [{"output_type": "stream"}]}, {"count": 1}])
def test_a_stored_run_is_found(tmp_path, kept):
    """A committed notebook carries no output and no count."""
    [fault] = notebook_faults(write_notebook(tmp_path / "report.ipynb", PARAMETERS, **kept))
    assert "committed with an output" in fault


@pytest.mark.parametrize(
    ("source", "tags", "told"),
    [
        (PARAMETERS, (), "0 cells are tagged"),
        ("year = 2018", ("parameters",), "not an ASCII string: year = 2018"),
        ("name = '闵行'", ("parameters",), "not an ASCII string: name"),
        ("import os", ("parameters",), "not an ASCII string: import os"),
    ],
)
def test_wrong_parameters_are_found_in_reports_alone(tmp_path, source, tags, told):
    """Papermill passes ASCII strings; a notebook that people run needs no parameters."""
    [fault] = notebook_faults(write_notebook(tmp_path / "report.ipynb", source, tags=tags))
    assert told in fault
    assert notebook_faults(write_notebook(tmp_path / "start_here.ipynb", source, tags=tags)) == []


def test_a_clean_notebook_passes(tmp_path):
    """A table of contents is welcome."""
    path = write_notebook(tmp_path / "report.ipynb", PARAMETERS, "report.tell('execution')")
    assert notebook_faults(path) == []
