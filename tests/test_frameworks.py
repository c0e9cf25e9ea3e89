"""Framework files: those of evalkit hold together, and every mistake is told with its place."""

from fractions import Fraction
from pathlib import Path

import pytest

from evalkit import framework
from evalkit.errors import ParamsFaults
from evalkit.evaluate import score
from evalkit.explain import explain, sentences
from evalkit.framework_faults import measures
from evalkit.model import Text
from evalkit.params import load
from evalkit.words import Words

ROOT = Path(__file__).parents[1]
BAD = sorted((ROOT / "tests" / "bad_frameworks").glob("*.yaml"))
PROJECT = (ROOT / "tests" / "cases" / "minimal.yaml").read_text("utf-8")
LOCAL = """\
evalkit: 1
id: our-profile
based_on: self-evaluation-2020
name: {zh: 本地自评表, en: Our table}
weights: {S1: 20, S2: 40, S3: 30, S11: 20}
"""
MEASURED = """\
evalkit: 1
id: measured
kind: scored
name: {zh: 甲, en: A}
source: {zh: 无, en: none}
status: assumed
points: 10
grades: [{id: good, label: {zh: 好, en: Good}}]
levels: [{code: A, points: 10, name: {zh: 甲, en: A}}]
indicators:
  - {code: A1, parent: A, points: 10, name: 甲, note: 甲, method: execution_rate, rule: full}
rules: {full: {kind: ratio, status: assumed}}
roll_up: {status: assumed, kind: output, rule: mean_if_all_valued, at_most: 100%}
likelihood: {status: assumed, certain: 95%, possible: 60%}
"""


def faults_of(path):
    """The faults of a framework file."""
    with pytest.raises(ParamsFaults) as raised:
        framework.load_file(path)
    return raised.value.faults


@pytest.mark.parametrize("name", framework.known())
def test_every_framework_is_complete_in_both_languages(name):
    """Names, notes, sources and grades stand in Chinese and in English; codes are its own."""
    found = framework.load(name)
    texts = [found.name, found.source, *found.levels["name"], *found.indicators["name"],
             *found.indicators["note"], *found.labels.values()]  # fmt: skip
    assert all(isinstance(text, Text) and text.zh and text.en for text in texts)
    assert all(text.zh != text.en for text in texts)
    assert found.id == name


@pytest.mark.parametrize("name", framework.known())
def test_every_rule_of_a_framework_says_where_it_comes_from(name):
    """Seen and recalled rules name a source somewhere; assumed ones say that they are."""
    settings = framework.load(name).settings
    rules = [*settings["rules"].values(), *settings["bands"].values(), settings["likelihood"]]
    assert all(rule["status"] in ("seen", "recalled", "assumed") for rule in rules)


def test_no_code_means_two_things():
    """Judgements and weights name codes; no two frameworks share one, but a profile its base's."""
    seen = {}
    for name in framework.known():
        if name == "self-evaluation-2021-without-cost":
            continue
        found = framework.load(name)
        for code in (*found.levels.index, *found.indicators.index):
            assert seen.setdefault(code, name) == name


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_of_a_framework_is_told_with_its_place(path):
    """The first line of each bad file names place and code of all its faults, in their order."""
    expected = path.read_text("utf-8").split("\n")[0].removeprefix("# ").split(", ")
    faults = faults_of(path)
    assert [f"{fault.line}:{fault.column} {fault.code}" for fault in faults] == expected
    for fault in faults:
        for lang in ("zh", "en"):
            assert explain(fault, lang).startswith(str(path))


def test_every_sentence_about_frameworks_is_reached():
    """Each code of framework_faults is proven by a bad file."""
    reached = {fault.code for path in BAD for fault in faults_of(path)}
    assert set(sentences("en")["framework_faults"]) <= reached
    assert set(sentences("zh")["framework_faults"]) == set(sentences("en")["framework_faults"])


def test_a_local_profile_is_a_few_lines_beside_the_params_file(tmp_path):
    """frameworks/<id>.yaml beside a params file: its weights count, the rest is its base's."""
    (tmp_path / "frameworks").mkdir()
    (tmp_path / "frameworks" / "our-profile.yaml").write_text(LOCAL, "utf-8")
    params = tmp_path / "x.yaml"
    params.write_text(PROJECT.replace("minhang-tracking-2018", "our-profile"), "utf-8")
    inputs = load([params])
    mine = framework.of(inputs, "our-profile")
    assert mine.levels["points"].dropna().to_dict() == {"S1": 20, "S2": 40, "S3": 30, "S4": 10}
    assert mine.indicators.at["S11", "points"] == 20
    assert mine.settings["rules"] == framework.load("self-evaluation-2020").settings["rules"]


def profile(tmp_path, base, weights):
    """A framework that only sets weights of another, read from its file."""
    path = tmp_path / "ours.yaml"
    path.write_text(f"evalkit: 1\nid: ours\nbased_on: {base}\nname: ours\nweights: {weights}\n",
                    "utf-8")  # fmt: skip
    return framework.load_file(path)


def test_a_level_of_a_local_profile_hands_its_points_down(tmp_path):
    """10/25/30/35 over the tree of 2020 (18/20/32/30): as weights in a params file would."""
    found = profile(tmp_path, "evaluation-2020", "{E1: 10, E2: 25, E3: 30, E4: 35}")
    points = found.levels["points"].to_dict() | found.indicators["points"].to_dict()
    # 6 × 10/18; 3 × 10/18; 12 × 25/20; 4 × 25/20; 8 × 30/32; 20 × 35/30.
    assert [points[code] for code in ("E11", "E111", "E21", "E212", "E311", "E41")] == [
        Fraction(10, 3), Fraction(5, 3), 15, 5, Fraction(15, 2), Fraction(70, 3),
    ]  # fmt: skip
    alone = profile(tmp_path, "self-evaluation-2020", "{S1: 20, S2: 60, S3: 20, S4: 0}")
    assert alone.indicators.at["S11", "points"] == 20


@pytest.mark.parametrize("base, weights, column, level, total", [
    ("evaluation-2020", "{E1: 10, E2: 25, E3: 30, E4: 36}", 10, "points", "101"),
    ("evaluation-2020", "{E11: 7}", 10, "E1", "19"),
    ("self-evaluation-2020", "{S1: 20, S11: 10, S2: 40}", 15, "S1", "10"),
])  # fmt: skip
def test_weights_of_a_local_profile_that_do_not_add_up_are_told_where_they_stand(
    base, weights, column, level, total, tmp_path
):
    """In the line of the weights, not at a level that the file does not have."""
    with pytest.raises(ParamsFaults) as raised:
        profile(tmp_path, base, weights)
    told = [(f.code, f.line, f.column, f.values["level"], f.values["sum"])
            for f in raised.value.faults]  # fmt: skip
    assert told == [("weights_gap", 5, column, level, total)]


def test_mistakes_of_a_local_framework_are_told_with_those_of_the_params_file(tmp_path):
    """Both files are named, each with its place."""
    (tmp_path / "frameworks").mkdir()
    text = LOCAL.replace("S2: 40", "S2: 45")
    (tmp_path / "frameworks" / "our-profile.yaml").write_text(text, "utf-8")
    params = tmp_path / "x.yaml"
    text = PROJECT.replace("minhang-tracking-2018", "our-profile").replace("100.00", "ten")
    params.write_text(text, "utf-8")
    with pytest.raises(ParamsFaults) as raised:
        load([params])
    assert {fault.code for fault in raised.value.faults} == {"weights_gap", "not_a_number"}


def test_two_local_frameworks_of_one_id_are_told(tmp_path):
    """Folders that mean different things by one id are not mixed up."""
    for name in ("a", "b"):
        (tmp_path / name / "frameworks").mkdir(parents=True)
        (tmp_path / name / "frameworks" / "our-profile.yaml").write_text(LOCAL, "utf-8")
        text = PROJECT.replace("minhang-tracking-2018", "our-profile")
        text = text.replace("id: minimal", f"id: {name}")
        (tmp_path / name / "x.yaml").write_text(text, "utf-8")
    with pytest.raises(ParamsFaults) as raised:
        load([tmp_path / "a" / "x.yaml", tmp_path / "b" / "x.yaml"])
    assert [fault.code for fault in raised.value.faults] == ["framework_of_two_folders"]
    assert "our-profile" in explain(raised.value.faults[0], "en")


def laid(folder, name, text):
    """A params file of a project under the framework of that name, which lies beside it."""
    (folder / "frameworks").mkdir()
    (folder / "frameworks" / f"{name}.yaml").write_text(text, "utf-8")
    params = folder / "x.yaml"
    params.write_text(PROJECT.replace("minhang-tracking-2018", name), "utf-8")
    return params


def test_a_framework_may_give_points_without_grades(tmp_path):
    """Then the total has no grade, nor another one that rounding would give."""
    params = laid(tmp_path, "measured", MEASURED)
    params.write_text(params.read_text("utf-8") + "  executed: 50.00\n", "utf-8")
    inputs = load([params])
    totals = score(inputs, framework.of(inputs, "measured")).totals.loc["minimal"]
    assert totals["total_score"] == 5
    assert totals[["total_grade", "rounded_grade"]].isna().all()


def test_a_file_that_was_copied_keeps_no_other_id(tmp_path):
    """The id of a local framework is the name of its file; the fault stands at the id."""
    params = laid(tmp_path, "our-copy", LOCAL)
    with pytest.raises(ParamsFaults) as raised:
        load([params])
    [fault] = raised.value.faults
    assert (fault.code, fault.line, fault.found) == ("id_is_not_file_name", 2, "our-profile")
    assert fault.file.endswith("our-copy.yaml")


def test_a_local_file_cannot_pass_for_a_framework_of_evalkit(tmp_path):
    """A copy that was not renamed would be passed over in silence; it is told instead."""
    text = LOCAL.replace("id: our-profile", "id: monitoring-2019")
    params = laid(tmp_path, "monitoring-2019", text)
    with pytest.raises(ParamsFaults) as raised:
        load([params])
    [fault] = raised.value.faults
    assert (fault.code, fault.path) == ("framework_id_taken", "framework")
    assert "monitoring-2019.yaml" in explain(fault, "en")


def test_weights_of_a_profile_that_do_not_add_up_are_told_at_the_weights(tmp_path):
    """The line that the reader wrote is named, not one of the file that it builds on."""
    params = laid(tmp_path, "our-profile", LOCAL.replace("S2: 40", "S2: 45"))
    with pytest.raises(ParamsFaults) as raised:
        load([params])
    [fault] = raised.value.faults
    assert (fault.code, fault.line, fault.path) == ("weights_gap", 5, "weights")
    assert (fault.found, fault.values["sum"]) == ("100", "105")


@pytest.mark.parametrize("method", sorted(measures()))
def test_every_measure_that_may_be_named_can_be_computed_and_said(method, tmp_path):
    """An indicator by it is evaluated without a stop, and is called something in both languages."""
    text = MEASURED.replace("execution_rate", method)
    inputs = load([laid(tmp_path, "measured", text)])
    scored = score(inputs, framework.of(inputs, "measured"))
    assert list(scored.scores.index) == [("minimal", "A1")]
    assert all(Words(lang).term(f"method.{method}") for lang in ("zh", "en"))


def test_a_pass_line_that_no_source_gives_is_assumed():
    """财预〔2021〕101号 has scoring by completion above a pass line; the line itself is ours."""
    rule = framework.load("self-evaluation-2021").settings["rules"]["completion"]
    assert (rule["kind"], rule["pass_line"], rule["status"]) == (
        "at_least", Fraction(3, 5), "assumed",
    )  # fmt: skip
