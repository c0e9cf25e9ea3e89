"""What evalkit writes as a form comes back: every figure that was printed, and no other."""

import re
from functools import cache

import pandas as pd
import pytest
from openpyxl import load_workbook

from evalkit import framework
from evalkit.evaluate import evaluate, score
from evalkit.model import INPUT_FRAMES, apart
from evalkit.params import load
from evalkit.sentences import languages
from evalkit.workbook import forms_workbook
from tests.test_cli import ROOT
from tests.test_intake import carried, text_of

PROJECTS = sorted(path.stem for path in (ROOT / "params").glob("*.yaml"))
FORMS = sorted(
    name for name in framework.known() if framework.load(name).settings.get("forms")
)  # fmt: skip
#: What a person fills in where the form is silent, by the code of its comment and the key.
FILLED = {
    ("no_unit", "amount"): "元", ("no_unit", "unit_cost"): "元", ("no_name", "name"): "x",
    ("no_implementing_unit", "implementing_unit"): "x", ("no_budget", "approved"): "1",
    ("no_area", "area"): "business", ("unknown_dimension", "dimension"): "social",
    ("unknown_kind", "kind"): "outcome", ("no_unit_of_value", "unit"): "x",
    ("no_target", "target"): "{text: x}",
    ("no_year", "year"): "2020", ("no_year", "start"): "2020-01-01",
    ("no_year", "end"): "2020-12-31", ("no_year", "as_of"): "2020-12-31",
    ("no_month", "as_of"): "2020-12-31",
}  # fmt: skip
#: The figures that each form prints and that are inputs, by frame.
PRINTED = {
    "self_evaluation": {
        "projects": ["year", "initial_amount"],
        "funding": ["initial_amount", "budget_amount", "executed_amount"],
        "outputs": ["target", "actual", "actual_operator", "measured", "operator"],
    },
    "monitoring": {
        "projects": ["year", "initial_amount", "stated_expected_amount"],
        "funding": ["initial_amount", "executed_amount", "expected_amount"],
        "outputs": ["target", "actual", "actual_operator", "measured", "operator", "expected"],
    },
    "score_sheet": {"projects": ["year"]},
    "basic_facts": {
        "projects": ["period_start_on", "period_end_on", "year"],
        "funding": ["budget_amount"],
        "prior_years": ["year_budget_amount", "year_executed_amount"],
    },
    "goals_plan": {"outputs": ["target", "planned", "operator"], "milestones": ["planned_on"]},
    "execution_and_rules": {"rules": ["relevance", "effectiveness"]},
    "deviations": {"outputs": ["target", "actual", "planned", "measured"]},
    "feedback": {
        "projects": ["tracking_start_on", "as_of", "stated_verdict"], "measures": ["due_on"],
    },
}  # fmt: skip
MONEY = [("execution", "budget_amount"), ("execution", "executed_amount")]
#: Figures and dates by frame; what is not on a form is assumed, and the list says so.
FIGURES = {
    frame: [name for name, kind in columns.items() if kind in ("amount", "exact", "count", "date")]
    for frame, columns in INPUT_FRAMES.items()
}  # fmt: skip


def filled(text):
    """The text of a params file with its empty lines filled in."""

    def put(match):
        key, code = match[2], match[3]
        return f"{match[1]}{key}: {FILLED.get((code, key), '')}"

    return re.sub(r"^( *(?:- )?)(\w+):  # (\w+)$", put, text, flags=re.MULTILINE)


@cache
def before(project):
    """The inputs of one of the projects."""
    return load([ROOT / "params" / f"{project}.yaml"])


@cache
def evaluated(name):
    """Each of the projects under a framework, by its id."""
    inputs = load([ROOT / "params" / f"{project}.yaml" for project in PROJECTS])
    return apart(evaluate(inputs, framework.load(name)))


def made(project, names, lang, folder):
    """The project under these frameworks, and what came back of its forms."""
    origin = before(project)
    evaluations = [evaluated(name)[project] for name in names]
    data = forms_workbook(evaluations, project, lang)
    assert data is not None
    path = folder / f"{project}.xlsx"
    path.write_bytes(data)
    found = carried(path)
    file = folder / f"{project}.yaml"
    file.write_text(filled(text_of(found)), "utf-8")
    inputs = load([file])
    again = [score(inputs, framework.load(name)) for name in names]
    return origin, (found, inputs, list(zip(evaluations, again, strict=True)))


def rows_of(frame, lang):
    """The rows of a frame by the name that they are printed under, else by their item."""
    if frame.index.nlevels == 1:
        return {"": frame.iloc[0]}  # the project itself
    frame = frame.droplevel(0)
    name = next((each for each in ("name", "title") if each in frame.columns), None)
    if name is None:
        return {str(item): row for item, row in frame.iterrows()}
    return {
        str(item) if pd.isna(row[name]) else getattr(row[name], lang): row
        for item, row in frame.iterrows()
    }


def words_on(path):
    """The texts of all cells of a workbook."""
    sheets = load_workbook(path).worksheets
    return {str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row}


def points_of(evaluation, lang):
    """The points of each indicator of the framework by code, of each own one by its name."""
    return {
        getattr(row["name"], lang) if row["is_own"] else item: row["points"]
        for (_, item), row in evaluation.scores.iterrows()
    }


#: Each project and each form in each language, though not each pair of them in both.
PRINTS = [
    (project, name, languages()[(p + n) % len(languages())])
    for p, project in enumerate(PROJECTS)
    for n, name in enumerate(FORMS)
]


@pytest.mark.parametrize(("project", "name", "lang"), PRINTS)
def test_forms_come_back(project, name, lang, tmp_path):
    """Each figure that a form prints and the project holds is the same again; none is another."""
    origin, back = made(project, [name], lang, tmp_path)
    found, mine, [(before, after)] = back
    forms = framework.load(name).settings["forms"]
    printed = {}
    for form in forms:
        for frame, columns in PRINTED[form].items():
            printed.setdefault(frame, set()).update(columns)
    assert printed
    words = words_on(found.path)
    for frame, columns in FIGURES.items():
        theirs = rows_of(getattr(origin, frame), lang)
        ours = rows_of(getattr(mine, frame), lang)
        for key, row in theirs.items():
            is_left_out = frame == "outputs" and key not in words
            for column in () if is_left_out else printed.get(frame, ()):
                assert pd.isna(row[column]) or ours[key][column] == row[column], (key, column)
            for column in columns if frame != "projects" else ():
                if key in ours and not pd.isna(row[column]) and not pd.isna(ours[key][column]):
                    assert ours[key][column] == row[column], (frame, key, column)
    for frame, figure in () if forms == ["score_sheet"] else MONEY:
        if figure == "executed_amount" or forms != ["monitoring"]:
            theirs, ours = (getattr(each, frame)[figure].iloc[0] for each in (before, after))
            assert ours == theirs, figure
    assert points_of(after, lang) == points_of(before, lang)
    ours = set(rows_of(mine.outputs, lang))
    assert ours <= set(rows_of(origin.outputs, lang))  # no row of a form becomes one that is none
