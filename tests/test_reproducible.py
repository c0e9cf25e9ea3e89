"""The same inputs give the same bytes, wherever and whenever a report is made."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from evalkit import delivery
from evalkit.delivery import Recipe, is_up_to_date
from evalkit.origin import code_digest, made_with
from evalkit.params import load
from evalkit.sentences import languages

ROOT = Path(__file__).parents[1]
PROJECT = "minhang-logistics-2018"


def files(folder):
    """Every file of a folder with its bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def text_of(path):
    """All text of a file; of a workbook, that of all its parts."""
    if path.suffix != ".xlsx":
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())


def test_another_place_another_time_the_same_bytes(tmp_path, delivered):
    """Another folder, time zone, hash seed, locale and umask change nothing, in any file."""
    shutil.copytree(ROOT / "params", tmp_path / "参数 {x}")
    elsewhere = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "LC_ALL": "C", "COLUMNS": "40"}
    command = [
        sys.executable,
        "-m",
        "evalkit",
        "report",
        f"参数 {{x}}/{PROJECT}.yaml",
        "--lang",
        "zh",
        "--out",
        "o",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **elsewhere}, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    made, before = files(tmp_path / "o" / PROJECT), files(delivered / PROJECT)
    alike = {name for name in before if ".en." not in name}
    assert set(made) == alike
    # What lists the files lists those of both languages.
    assert [name for name in alike if made[name] != before[name]] == ["manifest.json"]
    one, both = (json.loads(each["manifest.json"]) for each in (made, before))
    assert one["run_key"] == both["run_key"] and one["files"].items() <= both["files"].items()


def test_what_is_delivered_names_no_machine(delivered):
    """No file holds an absolute path, a user or a host."""
    forbidden = {str(ROOT), str(delivered), str(Path.home()), os.uname().nodename}
    for path in delivered.rglob("*.*"):
        text = text_of(path)
        assert not [each for each in forbidden if len(each) > 5 and each in text], path.name


def test_the_manifest_lists_every_file(delivered):
    """Digests fit; inputs and what else the report was made from are named."""
    for folder in delivered.iterdir():
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        found = {
            name: hashlib.sha256(data).hexdigest()
            for name, data in files(folder).items()
            if name != "manifest.json"
        }
        assert manifest["files"] == found
        there = (path.name for path in (ROOT / "params").glob(f"{folder.name}.*"))
        assert sorted(manifest["inputs"]) == sorted(there)


def test_other_code_is_another_evalkit(tmp_path):
    """A file that was changed, renamed or added; what Python compiles of them is none."""
    package = tmp_path / "package"
    (package / "text").mkdir(parents=True)
    (package / "a.py").write_text("1")
    (package / "text" / "zh.md").write_text("2")
    seen = [code_digest(package)]
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "a.pyc").write_text("3")
    assert code_digest(package) == seen[0]
    (package / "text" / "zh.md").write_text("3")
    seen.append(code_digest(package))
    (package / "a.py").rename(package / "b.py")
    seen.append(code_digest(package))
    assert len({*seen}) == 3


@pytest.mark.parametrize("changed", ["code", "font"])
def test_what_was_made_otherwise_is_not_up_to_date(delivered, monkeypatch, changed):
    """By other code, or with another font: both are in the key."""
    path = ROOT / "params" / f"{PROJECT}.yaml"
    asked = (load([path]), PROJECT, path, languages(), delivered, Recipe())
    assert is_up_to_date(*asked)
    monkeypatch.setattr(delivery, "made_with", lambda: {**made_with(), changed: "another"})
    assert not is_up_to_date(*asked)


def test_facts_are_exact(delivered):
    """Values are whole numbers or fractions as text, with the printed figure beside them."""
    data = json.loads((delivered / PROJECT / "facts.json").read_text("utf-8"))
    facts = {fact["name"]: fact for fact in data["facts"]}
    rate = facts["execution_rate"]
    assert (rate["value"], rate["shown"]["zh"]) == ("281955/378092", "74.57%")
    assert rate["inputs"] == ["executed_amount", "budget_amount"]
    assert facts["executed_amount"]["value"] == "2819550000"
    assert facts["initial_amount"]["place"].startswith(f"{PROJECT}.yaml:")


@pytest.mark.parametrize(
    "name", ["report.zh.html", "report.en.html", "facts.json", "findings.json"]
)
def test_the_committed_example_is_fresh(delivered, name):
    """The rendered example in the repository is what the code makes today."""
    committed = ROOT / "reports" / PROJECT / name
    assert (
        committed.exists() and committed.read_bytes() == (delivered / PROJECT / name).read_bytes()
    ), f"{committed.relative_to(ROOT)} is stale: run `python run.py` and commit it"
