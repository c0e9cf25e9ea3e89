"""Scenarios: values changed by their keys, checked as a file is, saved and read again."""

import hashlib
import shutil
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evalkit as ek
from evalkit.cli import main
from evalkit.params import load_params
from evalkit.project import Mistakes, NoSuchKey, NotWritten
from evalkit.scenario import Scenario, UnknownKey, differences, leaves, with_changes
from evalkit.scenario_files import CannotSave, load_scenario, save_scenario, scenarios_of

PARAMS = Path(__file__).parents[1] / "params"
REFERENCE = "minhang-logistics-2018"
DAY = date(2026, 1, 2)
CHANGES = {
    "posts.general.approved": 90,
    "project.tracking.as_of": date(2018, 9, 30),
    "contracts.services.amount": Decimal("3700.50"),
    "budget.lines.management_fee.rate": "9%",
    "judgements.A111.grade": "fair",
    "milestones.assessment.actual": date(2018, 9, 1),
    "payments.p3.instalment": None,
}


@cache
def _reference():
    return load_params(PARAMS / f"{REFERENCE}.yaml")


@pytest.fixture
def file():
    """The reference project as its file has it."""
    return _reference()


@pytest.fixture
def folder(tmp_path):
    """A folder of one's own with the projects."""
    shutil.copytree(PARAMS, tmp_path / "params", ignore=shutil.ignore_patterns("scenarios"))
    return tmp_path / "params"


@pytest.fixture
def own(folder):
    """The reference project in that folder."""
    return load_params(folder / f"{REFERENCE}.yaml")


def changed(file, changes=CHANGES):
    """A scenario with these values."""
    scenario = Scenario(file)
    for key, value in changes.items():
        scenario = scenario.with_change(key, value)
    return scenario


def test_values_are_changed_by_their_keys(file):
    """In their places and nowhere else; the file itself stays as it is."""
    before = dict(leaves(file.tree.value))
    after = dict(leaves(changed(file).value))
    assert dict(leaves(file.tree.value)) == before
    moved = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    assert moved == set(CHANGES)
    assert after["posts.general.approved"] == 90 and "payments.p3.instalment" not in after


def test_the_inputs_are_those_of_the_values(file):
    """Money in fen, rates as fractions, days as days."""
    inputs = changed(file).inputs
    assert inputs.posts.loc[(REFERENCE, "general"), "approved_count"] == 90
    assert inputs.contracts.loc[(REFERENCE, "services"), "amount"] == 3_700_500_000
    assert inputs.lines.loc[(REFERENCE, "management_fee"), "fee_rate"] == Fraction(9, 100)
    assert inputs.projects.loc[REFERENCE, "as_of"].date() == date(2018, 9, 30)


def test_what_is_as_in_the_file_is_no_change(file):
    """There and back again leaves nothing."""
    back = {"posts.general.approved": 98, "project.tracking.as_of": date(2018, 8, 31)}
    assert changed(changed(file).file, CHANGES | back).changes.keys() == set(CHANGES) - set(back)


@pytest.mark.parametrize(
    ("key", "close"),
    [("posts.genral.approved", "posts.general.approved"), ("payments.p9.amount", "payments.p1")],
)
def test_a_key_that_leads_nowhere_names_its_neighbours(file, key, close):
    """No item of that id: the ones that are most like it."""
    with pytest.raises(UnknownKey) as error:
        Scenario(file).with_change(key, 1)
    assert any(each.startswith(close) for each in error.value.close)


def test_a_list_with_other_items_is_one_value(file):
    """An item more or less: the whole list is what differs, and brings it all over."""
    paid = file.tree.value["payments"]
    fewer = with_changes(file.tree.value, {"payments": paid[:2]})
    assert differences(file.tree.value, fewer) == {"payments": (paid, paid[:2])}
    assert len(Scenario(file, {"payments": paid[:2]}).inputs.payments) == 2


def test_a_part_that_was_not_there_is_made():
    """An optional part of an item comes with its first value, and goes with its last."""
    value = {"outputs": [{"id": "a"}]}
    made = with_changes(value, {"outputs.a.actual.value": 3, "outputs.a.actual.unit": "人"})
    assert made == {"outputs": [{"id": "a", "actual": {"value": 3, "unit": "人"}}]}
    assert with_changes(value, {"outputs.a.actual.value": None}) == value


@settings(max_examples=30)
@given(data=st.data())
def test_differences_are_what_was_changed(data):
    """Whatever values are changed: the differences to the file are exactly these."""
    file = _reference()
    plain = {k: v for k, v in leaves(file.tree.value) if isinstance(v, int) and k != "evalkit"}
    plain = {k: v for k, v in plain.items() if not k.startswith("prior_years")}  # named by a year
    keys = data.draw(st.lists(st.sampled_from(sorted(plain)), unique=True, max_size=6))
    changes = {key: data.draw(st.integers(0, 10**6)) for key in keys}
    found = differences(file.tree.value, with_changes(file.tree.value, changes))
    assert found == {k: (plain[k], v) for k, v in changes.items() if plain[k] != v}


# --- files ------------------------------------------------------------------------------------


def test_a_saved_scenario_is_the_file_with_its_changes(own, folder):
    """Line by line: comments and order stay; only what was changed, its id and origin differ."""
    path = save_scenario(changed(own), "少八人", DAY)
    assert path == folder / "scenarios" / f"{REFERENCE}--1.yaml"
    old = (folder / f"{REFERENCE}.yaml").read_text("utf-8").splitlines()
    new = path.read_text("utf-8").splitlines()
    digest = hashlib.sha256((folder / f"{REFERENCE}.yaml").read_bytes()).hexdigest()
    origin = [
        "derived_from:", f"  project: {REFERENCE}", f"  file: {REFERENCE}.yaml",
        f"  digest: {digest}", "  scenario: 少八人", "  on: 2026-01-02",
    ]  # fmt: skip
    at = old.index(f"id: {REFERENCE}")
    assert new[at : at + 7] == [f"id: {REFERENCE}--1", *origin]
    rest = new[:at] + old[at : at + 1] + new[at + 7 :]
    moved = [(a, b) for a, b in zip(old, rest, strict=True) if a != b]
    now = [new.strip() for _, new in moved]
    assert "tracking: {start: 2018-01-01, as_of: 2018-09-30}" in now and "amount: 3700.50" in now
    assert len(moved) == len(CHANGES)


def test_it_is_a_params_file_like_any_other(own, capsys):
    """The check takes it, its results are those of the scenario, and its report says what it is."""
    path = save_scenario(changed(own), "fewer")
    assert path.stem == f"{REFERENCE}--fewer"
    assert main(["check", str(path)]) == 1  # findings; a mistake in the file would be 2
    capsys.readouterr()
    saved, scenario = ek.load(path), ek.load(own.path).change(CHANGES)
    for name in ("execution_rate", "approved_count", "contract_execution_rate", "verdict"):
        assert saved.facts[name].value == scenario.facts[name].value
    assert scenario.facts["approved_count"].value == 332
    from evalkit.report import Report

    zh, en = (
        Report(saved.evaluation, saved.id, saved.said_in(lang).words).headline().html
        for lang in ("zh", "en")
    )
    assert "情景测算：fewer" in zh and REFERENCE in zh and "Scenario: fewer" in en


def test_the_prose_comes_along(own):
    """Evidence stands in the prose: without it a grade would have none."""
    path = save_scenario(changed(own), "with-prose")
    for lang in ("zh", "en"):
        mine = path.with_name(f"{path.stem}.{lang}.md")
        assert mine.read_bytes() == own.path.with_name(f"{REFERENCE}.{lang}.md").read_bytes()


def test_it_comes_back_as_it_was(own):
    """Read again as changes to the file that it derives from."""
    path = save_scenario(changed(own), "there and back")
    assert load_scenario(own, path).changes == CHANGES
    assert dict(scenarios_of(own)) == {path: "there and back"}


def test_a_scenario_of_a_scenario_lies_beside_it(own):
    """One folder for all; each names the file it was made from."""
    first = load_params(save_scenario(changed(own), "one"))
    second = save_scenario(changed(first, {"posts.general.approved": 80}), "two")
    assert second.parent == first.path.parent
    assert f"  project: {REFERENCE}--one\n" in second.read_text("utf-8")


def test_a_batch_over_the_folder_does_not_count_it(own, folder):
    """Scenarios are no projects of the bureau."""
    from evalkit.commands.projects import params_files
    from evalkit.words import Words

    save_scenario(changed(own), "not-counted")
    found = {path.stem for path in params_files([folder], Words("zh"))}
    assert REFERENCE in found and not any("--" in name for name in found)


def test_a_project_of_a_table_becomes_a_file(tmp_path):
    """Where there is no YAML to keep, a whole one is written."""
    from tests.as_tables import tables_of, write_folder

    write_folder(tmp_path, tables_of(PARAMS / f"{REFERENCE}.yaml"))
    project = ek.load(tmp_path, REFERENCE)
    path = project.change({"posts.general.approved": 90}).save("from-table")
    assert ek.load(path).facts["approved_count"].value == 332


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_empty"), ("  ", "name_empty"), ("a/b", "name_sign"), ("..", "name_sign"),
        ("a\\b", "name_sign"), ("a\x07b", "name_sign"), ("x" * 41, "name_long"),
        ("a\u202eb", "name_sign"), ("CON:", "name_sign"),
    ],
)  # fmt: skip
def test_a_name_that_no_file_can_have(own, folder, name, code):
    """Told in words, and nothing is written."""
    with pytest.raises(CannotSave) as error:
        save_scenario(changed(own), name)
    assert error.value.code == code
    assert not (folder / "scenarios").exists()


@pytest.mark.parametrize("name", ["fewer", "少八人"])
def test_a_name_is_taken_once(own, name):
    """The file that is there stays as it is, also where two people save at the same moment."""
    path = save_scenario(changed(own), name, DAY)
    before = path.read_bytes()
    with pytest.raises(CannotSave) as error:
        save_scenario(changed(own, {"posts.general.approved": 1}), name, DAY)
    assert error.value.code == "name_taken" and path.read_bytes() == before


def test_two_who_save_at_once_both_keep_theirs(own, monkeypatch):
    """The other one's file appears between the look and the writing: it is not written over."""
    from evalkit import scenario_files

    write = scenario_files.write_new_file

    def late(path, data):
        path.write_bytes(b"theirs")
        write(path, data)

    monkeypatch.setattr(scenario_files, "write_new_file", late)
    with pytest.raises(CannotSave) as error:
        save_scenario(changed(own), "both")
    assert error.value.code == "name_taken"
    assert [p.read_bytes() for p in (own.path.parent / "scenarios").glob("*.yaml")] == [b"theirs"]


def test_a_folder_that_cannot_be_made(own, folder):
    """A file is in its place: told in words."""
    (folder / "scenarios").write_text("a file is in the way")
    with pytest.raises(CannotSave) as error:
        save_scenario(changed(own), "x")
    assert error.value.code == "cannot_write" and str(folder) in error.value.values["path"]


def test_a_folder_that_refuses_a_file(own, folder, monkeypatch):
    """The system's own word for it is told, and nothing is left behind."""
    import tempfile

    def refused(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    with pytest.raises(CannotSave) as error:
        save_scenario(changed(own), "x")
    assert error.value.values["reason"] == "Permission denied"
    assert not list((folder / "scenarios").glob("*.yaml"))


# --- in cells ---------------------------------------------------------------------------------


def test_errors_in_cells_are_words():
    """No trace of calls: the sentence, in the language of the project."""
    project = ek.load(PARAMS / f"{REFERENCE}.yaml", lang="zh")
    with pytest.raises(NoSuchKey) as wrong_key:
        project.change({"posts.genral.approved": 1})
    assert wrong_key.value._render_traceback_()[0].startswith("没有参数 posts.genral.approved")
    with pytest.raises(Mistakes) as wrong_value:
        project.change({"posts.general.approved": -1})
    assert "posts.general.approved" in str(wrong_value.value) and "整数" in str(wrong_value.value)


def test_a_new_file_never_replaces_one(folder):
    """A params file of one's own, once."""
    path = ek.new("my-own", folder, lang="en")
    assert ek.load(path).id == "my-own"
    with pytest.raises(NotWritten, match="not overwritten"):
        ek.new("my-own", folder, lang="en")
    with pytest.raises(Mistakes):
        ek.new("my own", folder, lang="en")
