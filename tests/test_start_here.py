"""The guided start runs to its end, in both languages, and leads to a params file of one's own."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from evalkit.cli import main

ROOT = Path(__file__).parents[1]
STARTS = {"zh": "start_here.ipynb", "en": "start_here.en.ipynb"}
#: What a cell shows, by hand: 2819.55 of 3780.92; 98 posts less 8 of 340; 338 uniforms.
SHOWN = {
    "zh": {"load": "运行基本正常", "fact": "Fraction(281955, 378092)", "findings": "338",
           "compare": "332", "wrong": "是否指：posts.general.approved"},
    "en": {"load": "Running basically normally", "fact": "Fraction(281955, 378092)",
           "findings": "338", "compare": "332", "wrong": "Did you mean posts.general.approved"},
}  # fmt: skip


@pytest.fixture(scope="module", params=list(STARTS))
def done(request, tmp_path_factory):
    """The language, the folder, and what each cell showed."""
    lang, home = request.param, tmp_path_factory.mktemp("start")
    shutil.copytree(ROOT / "params", home / "params", ignore=shutil.ignore_patterns("scenarios"))
    (home / "notebooks").mkdir()
    notebook = nbformat.read(ROOT / "notebooks" / STARTS[lang], 4)
    where = {"metadata": {"path": str(home / "notebooks")}}
    NotebookClient(notebook, timeout=300, resources=where).execute()
    cells = {each.id: each.get("outputs", []) for each in notebook.cells}
    return lang, home, {name: "".join(map(_text, outputs)) for name, outputs in cells.items()}


def _text(output):
    """All that an output says, as one text."""
    if output.output_type == "error":
        return "\n".join(output.traceback)
    return "".join(output.data.values()) if "data" in output else output.get("text", "")


def test_each_cell_shows_what_its_text_promises(done):
    """Verdict, exact value, findings, comparison, and a slip told in words."""
    lang, _, shown = done
    for cell, words in SHOWN[lang].items():
        assert words in shown[cell], cell
    assert "Traceback" not in "".join(shown.values())
    assert shown["wrong"].count("\n") == 0  # one line, no trace


def test_charts_and_tables_show_themselves(done):
    """A chart has its words, a table its caption."""
    _, _, shown = done
    assert 'alt="' in shown["chart"] and "<caption>" in shown["table"]


def test_it_leaves_files_that_check_takes(done, capsys):
    """The scenario that was saved, and the file of one's own: both without a mistake (2)."""
    _, home, _ = done
    [scenario] = (home / "params" / "scenarios").glob("*.yaml")
    assert main(["check", str(scenario)]) == 1  # the findings of the project
    assert main(["check", str(home / "params" / "my-project.yaml")]) in (0, 1)
    capsys.readouterr()


def test_both_languages_have_the_same_cells():
    """The same steps in the same order; only the words differ."""
    zh, en = (nbformat.read(ROOT / "notebooks" / name, 4) for name in STARTS.values())
    assert [(each.id, each.cell_type) for each in zh.cells] == [
        (each.id, each.cell_type) for each in en.cells
    ]
