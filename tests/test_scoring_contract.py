"""What holds of every scoring function, found by listing the modules."""

import ast
import importlib
import inspect
import pkgutil
import re
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit import scoring

MODULES = [importlib.import_module(f"evalkit.scoring.{module.name}")
           for module in pkgutil.iter_modules(scoring.__path__)]  # fmt: skip
#: Rules of points give a lowest and a highest share, so they are no formulas in this sense.
POINTS = {"points", "items", "weights", "scores", "totals", "earned_value"}
FUNCTIONS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": function
    for module in MODULES
    if module.__name__.rpartition(".")[2] not in POINTS
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
}
#: Formulas: functions whose parameters are all "Any", that is scalars or aligned Series.
FORMULAS = {
    name: function
    for name, function in FUNCTIONS.items()
    if (parameters := inspect.signature(function).parameters.values())
    and all(
        each.annotation == "Any" and each.kind is each.POSITIONAL_OR_KEYWORD for each in parameters
    )
}
FORBIDDEN = {
    "os", "io", "sys", "pathlib", "time", "random", "secrets", "socket", "subprocess", "locale",
    "ruamel", "yaml", "pydantic", "matplotlib", "papermill", "nbconvert", "importlib",
}  # fmt: skip
DATES = st.dates(pd.Timestamp("2016-01-01").date(), pd.Timestamp("2020-12-31").date())
NUMBERS = st.one_of(st.integers(-(10**15), 10**15), st.fractions(max_denominator=1000), st.just(0))


def arguments(function):
    """One value for each parameter: a date for a date, else a number."""
    return st.tuples(*[
        DATES.map(pd.Timestamp) if re.search("_on$|^as_of$", name) else NUMBERS
        for name in inspect.signature(function).parameters
    ])  # fmt: skip


def test_the_listing_finds_the_formulas():
    """The listing is no empty one."""
    some = {"execution.execution_rate", "exact.divide", "outputs.quality_rate",
            "payments.ahead_gap", "headcount.fee_amount", "exact.share_elapsed"}  # fmt: skip
    assert some <= set(FORMULAS)
    assert {"execution.score_execution", "verdict.verdicts"} <= set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_scoring_function_says_what_it_is(name):
    """Its docstring has the Chinese term and an example that is run as a test."""
    text = inspect.getdoc(FUNCTIONS[name]) or ""
    assert re.search(r"[\u4e00-\u9fff]", text), "no Chinese term"
    assert ">>> " in text, "no example"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_scoring_module_touches_nothing_outside(module):
    """No file, no clock, no chance, no output: the same inputs always give the same figures."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [
                each.name for each in node.names]  # fmt: skip
            assert not {name.partition(".")[0] for name in names} & FORBIDDEN
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input", "eval", "exec", "float", "round"}
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "today", "read_csv", "to_csv", "inplace"}
        assert not isinstance(node, ast.Global | ast.Nonlocal)
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float), "a binary float among the figures"


@pytest.mark.parametrize("name", FORMULAS)
@settings(max_examples=15)
@given(data=st.data())
def test_a_formula_gives_the_same_for_scalars_and_series(name, data):
    """Row by row a Series gives what its scalars give, exactly."""
    function = FORMULAS[name]
    rows = data.draw(st.lists(arguments(function), min_size=1, max_size=4))
    alone = [function(*row) for row in rows]
    columns = [pd.Series(list(column), dtype=_dtype(column)) for column in zip(*rows, strict=True)]
    together = function(*columns).tolist()
    assert [*map(_comparable, together)] == [*map(_comparable, alone)]
    assert all(isinstance(value, int | Fraction) or value is pd.NA for value in alone)


@pytest.mark.parametrize("name", FORMULAS)
@settings(max_examples=5)
@given(data=st.data())
def test_a_formula_gives_nothing_for_a_missing_part(name, data):
    """NA in, NA out, for each of its parameters, alone and in a Series."""
    function = FORMULAS[name]
    values = list(data.draw(arguments(function)))
    for place, value in enumerate(values):
        missing = pd.NaT if isinstance(value, pd.Timestamp) else pd.NA
        holed = [*values[:place], missing, *values[place + 1 :]]
        assert function(*holed) is pd.NA
        series = [pd.Series([each], dtype=_dtype([value])) for each, value in
                  zip(holed, values, strict=True)]  # fmt: skip
        assert function(*series).isna().all()


def _dtype(column):
    return "datetime64[s]" if isinstance(column[0], pd.Timestamp) else "object"


def _comparable(value):
    return None if value is pd.NA else value
