"""The command line: what it says, what it writes, how it ends."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell

from evalkit import delivery
from evalkit.catalogue import catalogue, groups
from evalkit.cli import main
from evalkit.commands import new
from evalkit.fields import json_schema_text
from evalkit.notebook import read_notebook, section_of, write_notebook
from evalkit.params import load
from evalkit.sentences import languages, variants

ROOT = Path(__file__).parents[1]
REFERENCE = str(ROOT / "params" / "minhang-logistics-2018.yaml")
CLEAN = str(ROOT / "params" / "canteens-2024.yaml")
COMMANDS = ("report", "form", "check", "score", "new", "import", "mail", "schema")


def run(capsys, *arguments):
    """Run a command in this process; returns its exit code and what it printed."""
    try:
        code = main(arguments)
    except SystemExit as end:
        code = end.code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.out, said.err


def spawn(*arguments, **variables):
    """Run a command as a process of its own."""
    command = [sys.executable, "-m", "evalkit", *arguments]
    return subprocess.run(command, capture_output=True, env={**os.environ, **variables})


# --- words ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize(("lang", "word"), [("zh", "示例"), ("en", "Examples")])
def test_help_has_examples_in_the_users_language(capsys, monkeypatch, command, lang, word):
    """Every command explains itself with examples; EVALKIT_LANG chooses the language."""
    monkeypatch.setenv("EVALKIT_LANG", lang)
    code, out, _ = run(capsys, *filter(None, [command]), "--help")
    assert code == 0
    assert word in out and f"evalkit {command}" in out


def test_lang_on_the_line_beats_the_environment(capsys, monkeypatch):
    """`--lang` also chooses the language of help; Chinese is the default, also for odd values."""
    monkeypatch.setenv("EVALKIT_LANG", "zh")
    assert "Examples" in run(capsys, "check", "--lang", "en", "--help")[1]
    monkeypatch.setenv("EVALKIT_LANG", "Klingon")
    assert "示例" in run(capsys, "--help")[1]


def test_version(capsys):
    """The version is told and nothing else happens."""
    assert run(capsys, "--version")[:2] == (0, "evalkit 0.1.0\n")


WRONG = [
    (), ("frobnicate",), ("report",), ("check",), ("new",), ("report", CLEAN, "--lang", "fr"),
    ("check", CLEAN, "--format", "xml"), ("check", CLEAN, "--frob"), ("schema", "x"),
    ("check", "no/such/file.yaml"), ("new", "a/b"), ("new", ".."), ("new", "名称"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_two_and_a_sentence(capsys, tmp_path, monkeypatch, arguments):
    """Nothing is written and stdout stays empty."""
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.strip()
    assert list(tmp_path.iterdir()) == []


# --- new and schema ------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_new_file_can_be_checked_at_once(capsys, tmp_path, lang):
    """What `new` writes has no mistakes, and is never overwritten."""
    line = ("new", "canteens-2025", "--lang", lang, "--out", str(tmp_path / "params"))
    code, out, _ = run(capsys, *line)
    path = tmp_path / "params" / "canteens-2025.yaml"
    assert code == 0 and str(path) in out
    assert list(load([path]).projects.index) == ["canteens-2025"]
    path.write_text("mine")
    code, _, err = run(capsys, *line)
    assert code == 2 and str(path) in err
    assert path.read_text() == "mine"


def test_new_where_nothing_can_be_written(capsys, tmp_path):
    """A file in the place of the folder is told in a sentence."""
    (tmp_path / "params").write_text("a file")
    code, _, err = run(capsys, "new", "a", "--out", str(tmp_path / "params"))
    assert code == 2 and str(tmp_path / "params") in err


def test_schema_is_the_schema(capsys):
    """`schema` prints the JSON Schema and nothing else."""
    code, out, _ = run(capsys, "schema")
    assert code == 0
    assert out == json_schema_text()
    assert json.loads(out)["$schema"]


# --- check ---------------------------------------------------------------------------------


def test_check_tells_findings_worst_first(capsys):
    """An error among the findings makes the exit code 1; the numbers of the last line add up."""
    code, out, _ = run(capsys, "check", "--lang", "en", REFERENCE)
    assert code == 1
    places = [out.index(f"[{name}]") for name in ("Error", "Warning", "Note")]
    assert places == sorted(places)
    data = json.loads(run(capsys, "check", "--format", "json", REFERENCE)[1])
    [project] = data["projects"]
    counts = project["counts"]
    assert [row["severity"] for row in project["findings"]].count("error") == counts["error"] > 0
    assert f"{counts['error']} errors, {counts['warning']} warnings" in out.splitlines()[-1]
    assert all(row["sentence"]["zh"] and row["sentence"]["en"] for row in project["findings"])


def test_check_without_errors_is_fine(capsys, tmp_path):
    """Warnings and notes leave the exit code 0; nothing is written."""
    code, out, _ = run(capsys, "check", CLEAN)
    assert code == 0
    assert "canteens-2024" in out
    assert list(tmp_path.iterdir()) == []


ACCEPTED = """accepted:
  - {finding: printed, reason: {zh: 已更正, en: "mended, and\\nchecked"}, on: 2018-09-20}
  - {finding: full_use, reason: {zh: 余款上缴, en: returned}, on: 2018-09-20,
     by: {zh: 负责人, en: head}}
"""


def copied(folder, more=""):
    """The reference project in a folder, with more in its params file."""
    for path in Path(REFERENCE).parent.glob(f"{Path(REFERENCE).stem}.*"):
        shutil.copy(path, folder)
    file = folder / Path(REFERENCE).name
    file.write_text(file.read_text("utf-8") + more, "utf-8")
    return str(file)


def test_what_is_accepted_no_longer_counts(capsys, tmp_path):
    """13 printed figures and the promise of full use: by hand 10 and 1 errors less, 3 notes."""
    code, out, _ = run(capsys, "check", "--lang", "en", copied(tmp_path, ACCEPTED))
    assert code == 1  # other errors are open
    before = json.loads(run(capsys, "check", "--format", "json", REFERENCE)[1])
    after = json.loads(run(capsys, "check", "--format", "json", copied(tmp_path, ACCEPTED))[1])
    counts = [each["projects"][0]["counts"] for each in (before, after)]
    assert counts[0] == {"error": 30, "warning": 16, "note": 4, "accepted": 0}
    assert counts[1] == {"error": 19, "warning": 16, "note": 1, "accepted": 14}
    assert "Accepted and not counted: 14" in out
    assert "Accepted on 20 September 2018 by head: returned" in out
    [row] = [row for row in after["projects"][0]["findings"] if row["code"] == "full_use"]
    assert row["accepted"] == {
        "reason": {"zh": "余款上缴", "en": "returned"}, "on": "2018-09-20",
        "by": {"zh": "负责人", "en": "head"},
    }  # fmt: skip


def test_accepting_every_error_is_fine(capsys, tmp_path):
    """Once every error is accepted the exit code is 0, though the findings are still told."""
    data = json.loads(run(capsys, "check", "--format", "json", REFERENCE)[1])
    found = data["projects"][0]["findings"]
    errors = dict.fromkeys(row["code"] for row in found if row["severity"] == "error")
    more = "accepted:\n" + "".join(
        f"  - {{finding: {code}, reason: known, on: 2018-09-20}}\n" for code in errors
    )
    code, out, _ = run(capsys, "check", "--lang", "en", copied(tmp_path, more))
    assert code == 0
    assert "0 errors" in out
    assert "per_head_quantity" in out


def test_a_table_for_a_spreadsheet(capfdbinary):
    """UTF-8 with its mark, one row a finding, exact beside printed, no formula in any cell."""
    assert main(["check", "--format", "csv", "--lang", "zh", REFERENCE]) == 1
    text = capfdbinary.readouterr().out.decode("utf-8")
    assert text.startswith("\ufeff项目,序号,发现代码,")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 51 and {len(row) for row in rows} == {16}
    fee = dict(zip(rows[0], next(row for row in rows if row[2] == "fee_base"), strict=True))
    assert fee["文件与行号"] == "minhang-logistics-2018.yaml:45"
    assert (fee["本项"], fee["对照关系"], fee["对照值"], fee["差额"]) == (
        "341.26 万元", "应为", "341.94 万元", "-0.68 万元",
    )  # fmt: skip
    assert fee["差额（精确值）"] == "-678000"
    assert (fee["程度"], fee["类别"]) == ("不符", "计算勾稽")
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


def test_marks_in_a_pull_request(capsys, tmp_path):
    """A command a finding, with file and line; nothing in a message can end it or start another."""
    file = copied(tmp_path, ACCEPTED)
    code, out, _ = run(capsys, "check", "--format", "github", "--lang", "en", file)
    lines = out.splitlines()
    assert code == 1 and len(lines) == 50
    assert all(re.match(r"::(error|warning|notice) file=[^:,]+,line=\d+,title=", each)
               for each in lines)  # fmt: skip
    [fee] = [each for each in lines if "title=fee_base" in each]
    assert fee.startswith(
        f"::error file={file},line=45,title=fee_base Management fee%3A Declared::"
    )
    assert "10%25 of its stated base" in fee
    accepted = [each for each in lines if "Accepted on" in each]
    assert len(accepted) == 14 and all(each.startswith("::notice ") for each in accepted)


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("finding", catalogue())
def test_every_finding_explains_itself(capsys, lang, finding):
    """What, how grave, why and what to do, what is assumed, what a false alarm looks like."""
    code, out, err = run(capsys, "check", "--explain", finding, "--lang", lang)
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0].startswith(finding)
    assert len(lines) == 5 + len(catalogue()[finding].bounds)
    assert variants(lang, "findings")[f"{finding}_why"] in lines[2]


def test_all_findings_are_listed_by_group(capsys):
    """Without a code, each stands in a line below its group, and no project is needed."""
    code, out, _ = run(capsys, "check", "--explain", "--lang", "en")
    assert code == 0
    assert [line.split(":")[0].strip() for line in out.splitlines() if line.startswith("  ")] == [
        code for group in groups() for code, each in catalogue().items() if each.group == group
    ]


def test_an_unknown_finding_is_told_with_the_nearest(capsys):
    """A slip in a code is answered with the code; one that resembles none with the way to all."""
    code, out, err = run(capsys, "check", "--explain", "fee_bases", "--lang", "en")
    assert (code, out) == (2, "")
    assert "fee_base" in err
    code, _, err = run(capsys, "check", "--explain", "qqqqqqq", "--lang", "en")
    assert code == 2 and "Closest" not in err


def test_check_needs_something_to_check(capsys):
    """Neither a file nor a finding: a sentence and the way to the help."""
    code, out, err = run(capsys, "check", "--lang", "en")
    assert (code, out) == (2, "")
    assert "--explain" in err and "--help" in err


def test_check_takes_folders_and_each_file_once(capsys):
    """A folder stands for its params files; naming one again changes nothing."""
    folder = str(ROOT / "params")
    data = json.loads(run(capsys, "check", "--format", "json", folder, CLEAN)[1])
    there = sorted(path.stem for path in (ROOT / "params").glob("*.yaml"))
    assert [each["project"] for each in data["projects"]] == there


def test_an_empty_folder_is_wrong_input(capsys, tmp_path):
    """Nothing to check is told, not passed over."""
    code, _, err = run(capsys, "check", str(tmp_path))
    assert code == 2 and str(tmp_path) in err


@pytest.mark.parametrize("command", ["check", "report"])
def test_all_mistakes_of_all_files_at_once(capsys, tmp_path, monkeypatch, command):
    """Each with its place, on stderr; then nothing runs and nothing is written."""
    monkeypatch.chdir(tmp_path)
    text = Path(CLEAN).read_text("utf-8")
    Path("a.yaml").write_text(
        text.replace("unit: 元}", "unit: 圆}").replace("year:", "yaer:"), "utf-8"
    )
    Path("b.yaml").write_text("evalkit: 1\nid: [", "utf-8")
    code, out, err = run(capsys, command, "a.yaml", "b.yaml", CLEAN)
    assert (code, out) == (2, "")
    assert "a.yaml:" in err and "yaer" in err and "b.yaml:" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]


def test_check_loads_nothing_that_draws_or_runs():
    """`check` is for quick looks: no charts, no kernels, no pages are imported for it."""
    heavy = ["matplotlib", "PIL", "papermill", "nbconvert", "jupyter_client", "IPython"]
    script = (
        "import sys; from evalkit.cli import main; main(['check', sys.argv[1]]);"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    command = [sys.executable, "-c", script, CLEAN]
    assert subprocess.run(command, capture_output=True).stderr.split() == [b"[]"]


# --- terminals -----------------------------------------------------------------------------


def test_any_terminal_will_do():
    """What a terminal's encoding lacks is escaped."""
    done = spawn("check", CLEAN, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0 and done.stderr == b""
    assert b"\\u" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="pipes end differently elsewhere")
def test_a_reader_that_leaves_early_sees_no_traceback():
    """`evalkit schema | head -1` is silent."""
    line = f'"{sys.executable}" -m evalkit schema | head -c 1'
    done = subprocess.run(line, shell=True, capture_output=True)
    assert (done.stdout, done.stderr) == (b"{", b"")


def test_interrupted(capsys, monkeypatch):
    """Ctrl-C ends with 130 and a sentence."""

    def interrupt(asked, words):
        raise KeyboardInterrupt

    monkeypatch.setattr(new, "run_schema", interrupt)
    code, _, err = run(
        capsys,
        "schema",
    )
    assert code == 130 and err.strip()


# --- report --------------------------------------------------------------------------------


def plant(monkeypatch, folder, source, section="findings"):
    """The report notebook with another cell at the end of a section."""
    planted = read_notebook(delivery.REPORT)
    cell = new_code_cell(source, id="planted", metadata={"tags": [f"section:{section}"]})
    places = [n for n, c in enumerate(planted.cells) if section_of(c) == section]
    planted.cells.insert(places[-1] + 1, cell)
    write_notebook(folder / "planted.ipynb", planted)
    monkeypatch.setattr(delivery, "REPORT", folder / "planted.ipynb")


def files(folder):
    """Every file of a folder with its bytes."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_failed_report_keeps_the_last_good_one(capsys, monkeypatch, tmp_path, delivered):
    """Project, section and cell are named; the partial notebook is the only thing that is new."""
    out = tmp_path / "reports"
    (out / "canteens-2024").mkdir(parents=True)
    for name, data in files(delivered / "canteens-2024").items():
        (out / "canteens-2024" / name).write_bytes(data)
    before = files(out)
    plant(monkeypatch, tmp_path, "1 / 0")
    line = ("report", CLEAN, "--lang", "zh", "--out", str(out))
    code, _, err = run(capsys, *line)
    assert code == 1
    assert "canteens-2024" in err and "核对发现" in err and "ZeroDivisionError" in err
    after = files(out)
    assert after.pop("failed.zh.ipynb")
    assert after == before


def test_a_page_that_lacks_something_is_not_delivered(capsys, monkeypatch, tmp_path):
    """A stray print makes the page refused; the executed notebook is kept to look at."""
    plant(monkeypatch, tmp_path, "print('debug')")
    code, _, err = run(capsys, "report", CLEAN, "--lang", "en", "--out", str(tmp_path / "out"))
    assert code == 1
    assert "debug" in err
    assert list(files(tmp_path / "out")) == ["failed.en.ipynb"]


def test_reports_where_nothing_can_be_written(capsys, tmp_path):
    """A file in the place of the folder is wrong input, told before a notebook runs."""
    (tmp_path / "out").write_text("a file")
    code, out, err = run(capsys, "report", CLEAN, "--out", str(tmp_path / "out"))
    assert (code, out) == (2, "")
    assert str(tmp_path / "out") in err
    assert (tmp_path / "out").read_text() == "a file"
