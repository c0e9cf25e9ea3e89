"""Params files: what they become, and what is said of their mistakes."""

import copy
import datetime
import json
import os
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalkit.errors import ParamsFaults
from evalkit.explain import explain, sentences
from evalkit.fields import LANGUAGES, descriptions, json_schema_text, models_of
from evalkit.model import INPUT_FRAMES, Text
from evalkit.params import load, load_params
from evalkit.scaffold import example, scaffold
from evalkit.schema import Params
from evalkit.source import Source
from evalkit.units import units
from evalkit.yamltree import read_yaml

ROOT = Path(__file__).parents[1]
BAD = sorted((ROOT / "tests" / "bad_params").glob("*.yaml"))
MINIMAL = ROOT / "tests" / "cases" / "minimal.yaml"
PROJECTS = sorted((ROOT / "params").glob("*.yaml"))
BASE = MINIMAL.read_text("utf-8")


def faults_of(*paths):
    """The faults of these files."""
    with pytest.raises(ParamsFaults) as raised:
        load(paths)
    return raised.value.faults


def written(folder, text, name="x.yaml"):
    """A file with this text or these bytes."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def codes(path):
    """The codes of a file's faults, in their order."""
    return [fault.code for fault in faults_of(path)]


# --- mistakes, one file each -----------------------------------------------------------------


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_told_once_with_its_place_and_its_words(path):
    """The first line of each bad file says where its only fault is and what is said of it."""
    place, english, chinese = path.read_text("utf-8").split("\n")[0].removeprefix("# ").split(" | ")
    [fault] = faults_of(path)
    if place:
        assert f"{fault.line}:{fault.column}" == place
    assert english in explain(fault, "en")
    assert chinese in explain(fault, "zh")


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    """Shape, references, fen, prose and a second file: nothing hides anything."""
    text = BASE.replace("year: 2025", 'year: "2025"').replace("100.00", "100.0000001")
    first = written(
        tmp_path, text + "colour: red\npayments: [{id: p, on: 2025-02-30, amount: 1}]\n"
    )
    written(tmp_path, "## somewhere\n", "x.zh.md")
    second = written(tmp_path, "a: [1", "y.yaml")
    told = {(Path(f.file).name, f.code) for f in faults_of(first, second)}
    assert told == {
        ("x.yaml", "not_a_count"),
        ("x.yaml", "finer_than_fen"),
        ("x.yaml", "unknown_key"),
        ("x.yaml", "not_a_date"),
        ("x.zh.md", "unknown_heading"),
        ("y.yaml", "not_closed"),
    }


def test_faults_stand_in_the_order_of_the_file(tmp_path):
    """A reader mends from top to bottom."""
    text = BASE.replace("year: 2025", "year: x").replace("100.00", "y") + "zz: 1\n"
    lines = [fault.line for fault in faults_of(written(tmp_path, text))]
    assert lines == sorted(lines)
    assert len(lines) == 3


def test_endless_mistakes_end(tmp_path):
    """A file that is wrong everywhere gets a list that one can read, and soon."""
    text = BASE + "".join(f"k{n}: 1\n" for n in range(5000))
    found = codes(written(tmp_path, text))
    assert len(found) == 201
    assert found[-1] == "and_more"


# --- files that are no params file -----------------------------------------------------------


def test_a_missing_file_and_the_one_that_was_meant(tmp_path):
    """A slip in the name is answered with the name."""
    written(tmp_path, BASE, "canteens-2024.yaml")
    [fault] = faults_of(tmp_path / "canteen-2024.yaml")
    assert fault.code == "missing_file"
    assert "did you mean canteens-2024.yaml?" in explain(fault, "en")
    assert "是否想写 canteens-2024.yaml？" in explain(fault, "zh")


def test_a_folder_is_no_params_file(tmp_path):
    """A folder is told as what it is."""
    assert codes(tmp_path) == ["is_folder"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    """A pipe that nobody writes to does not hang the program."""
    os.mkfifo(tmp_path / "pipe.yaml")
    assert codes(tmp_path / "pipe.yaml") == ["not_a_file"]


def test_a_file_that_cannot_be_opened(tmp_path, monkeypatch):
    """The system's refusal is told as a fault."""
    path = written(tmp_path, BASE)

    def refuse(*args, **kwargs):
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "open", refuse)
    assert codes(path) == ["unreadable"]


def test_a_huge_file_is_refused_without_reading_it_whole(tmp_path):
    """50 MB are told, not parsed."""
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    [fault] = faults_of(path)
    assert (fault.code, fault.found) == ("too_big", "50.0 MB")


@pytest.mark.parametrize(
    ("data", "code", "found"),
    [
        (BASE.encode("gb18030"), "other_encoding", "GB18030"),
        (BASE.encode("utf-16"), "other_encoding", "UTF-16"),
        (b"a: \xff\xfe\xfd", "not_utf8", "other"),
        (b"", "empty_file", ""),
        (b"\xef\xbb\xbf", "empty_file", ""),
        (b"a: \x00", "unseen", "U+0000"),
    ],
)
def test_bytes_that_are_no_utf8_text(tmp_path, data, code, found):
    """The likely encoding is named."""
    fault = faults_of(written(tmp_path, data))[0]
    assert (fault.code, fault.found) == (code, found)


def test_the_place_of_a_foreign_byte_is_told(tmp_path):
    """Line and column of the first byte that is not UTF-8."""
    [fault] = faults_of(written(tmp_path, BASE.encode() + "说明: x\n".encode("gbk")))
    assert fault.line == BASE.count("\n") + 1
    assert "look like GB18030" in explain(fault, "en")
    assert "看来是 GB18030" in explain(fault, "zh")


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf" + BASE.encode(), BASE.replace("\n", "\r\n")])
def test_files_of_windows_are_read(tmp_path, data):
    """A byte order mark and carriage returns change nothing."""
    assert load([written(tmp_path, data)]).projects["name"].iloc[0].zh == "河道保洁项目"


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 1_000_000,
        "{a: " * 1_000_000,
        "- " * 1_000_000,
        "a: &a [x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a, *a]" for n in range(99)),
        "\0" * 4_900_000,
        "? " * 500_000,
        "a:\n" + "".join(" " * n + "a:\n" for n in range(2000)),
    ],
    ids=["lists", "mappings", "entries", "aliases", "zeros", "keys", "indents"],
)
def test_a_bomb_is_a_fault(tmp_path, bomb):
    """Nesting and references that would grow without bound end at once."""
    assert {"too_deep", "alias", "unseen", "not_a_key"} & set(codes(written(tmp_path, bomb)))


@given(st.binary(max_size=300))
def test_any_bytes_are_params_or_faults(tmp_path_factory, data):
    """Nothing but ``ParamsFaults`` comes out, and each fault can be explained."""
    path = written(tmp_path_factory.mktemp("b"), data)
    with pytest.raises(ParamsFaults) as raised:
        load([path])
    assert all(explain(fault, lang) for fault in raised.value.faults for lang in LANGUAGES)


WHOLE = example("zh")
JUNK = st.sampled_from(
    ["", " ", "\n", ":", "- ", "[", "]", "{", "}", "null", "0", "-1", '"', "'", "#", "&a ", "*a",
     "!!", "true", "1e9", "2025-13-01", "甲", "\t", "13800138000", "%", "[[]]", "{a: b}", "? ", "|",
     "~", "\u202e", "99999999999999999999"]
)  # fmt: skip


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 12), JUNK), max_size=4))
def test_a_spoilt_file_is_params_or_faults(tmp_path_factory, changes):
    """A good file with some characters changed loads, or is told; it never breaks the program."""
    text = WHOLE
    for at, length, junk in changes:
        text = text[:at] + junk + text[at + length :]
    path = written(tmp_path_factory.mktemp("m"), text)
    try:
        load([path])
    except ParamsFaults as error:
        assert all(explain(fault, lang) for fault in error.faults for lang in LANGUAGES)


KEYS = [path for path in read_yaml(WHOLE, "x")[0].values if path]
VALUES = st.sampled_from(
    [None, True, 0, -1, Decimal("0.001"), datetime.date(1, 1, 1), "", "甲", "13800138000", [], {},
     [[]], [{}], [None], {"a": 1}, {"id": 1}, {"id": []}, {"unit": {}}, 10**39, "a.b.c",
     {"zh": None}]
)  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(KEYS), VALUES), min_size=1, max_size=3))
def test_a_wrong_value_anywhere_is_a_fault(monkeypatch, changes):
    """Any kind of value in any place is checked by the schema and by the references."""
    tree, _ = read_yaml(WHOLE, "x")
    for path, value in changes:
        holder = Source("x", tree).at(path[:-1])
        step = path[-1]  # an earlier change may have put another kind of value in its way
        is_index = isinstance(step, int) and isinstance(holder, list) and step < len(holder)
        if isinstance(holder, dict) or is_index:
            holder[path[-1]] = copy.deepcopy(value)  # drawn values are shared between examples
    monkeypatch.setattr("evalkit.params.read_text", lambda path: "")
    monkeypatch.setattr("evalkit.params.read_yaml", lambda text, file: (tree, []))
    try:
        load([Path("x.yaml")])
    except ParamsFaults as error:
        assert all(explain(fault, lang) for fault in error.faults for lang in LANGUAGES)


# --- what is said -----------------------------------------------------------------------------


def test_both_languages_tell_the_same_faults():
    """The same codes, the same parts of a sentence, the same holes."""

    def shape(value):
        if isinstance(value, dict):
            return {key: shape(each) for key, each in value.items()}
        return sorted(re.findall(r"\{(\w+)\}", str(value)))

    told = {lang: shape(sentences(lang)) for lang in LANGUAGES}
    assert told["zh"] == told["en"]


def test_every_sentence_is_reached():
    """Each code of faults.yaml is proven by a bad file or by a test of this module."""
    elsewhere = {
        "missing_file", "is_folder", "not_a_file", "unreadable", "too_big", "not_utf8",
        "other_encoding", "and_more", "duplicate_project", "unknown_heading",
        "framework_of_two_folders", "framework_id_taken", "id_is_not_file_name",
        "unknown_heading_id", "duplicate_heading", "text_before_heading",
    }  # fmt: skip
    reached = {fault.code for path in BAD for fault in faults_of(path)}
    assert reached | elsewhere == set(sentences("en")["faults"])
    assert not reached & elsewhere


def test_a_fault_shows_no_personal_number_and_steers_no_terminal(tmp_path):
    """What was found is quoted on one line, masked and without control characters."""
    text = BASE.replace("100.00", '"13800138000\\n\\ttwo"') + "13800138000: 1\n"
    told = [
        explain(fault, lang) for fault in faults_of(written(tmp_path, text)) for lang in LANGUAGES
    ]
    assert len(told) == 4
    assert not [line for line in told if "13800138000" in line or re.search(r"[\x00-\x1f]", line)]
    assert "found “" not in told[0]


def test_every_key_is_described_in_both_languages():
    """fields.yaml names each key of each model and no other."""
    found = {
        model.__name__: [key for key in model.model_fields if key != "id" or model is Params]
        for model in models_of(Params)
    }
    for lang in LANGUAGES:
        told = {model: list(keys) for model, keys in descriptions(lang).items()}
        assert told.pop("Item") == ["id"]
        assert {m: sorted(k) for m, k in told.items()} == {m: sorted(k) for m, k in found.items()}


def test_the_published_schema_is_fresh():
    """params/schema.json is what `evalkit schema` prints; write it anew after a change."""
    assert (ROOT / "params" / "schema.json").read_text("utf-8") == json_schema_text()


@pytest.mark.parametrize("path", [MINIMAL, *PROJECTS], ids=lambda path: path.stem)
def test_the_published_schema_accepts_the_examples(path):
    """What loads is right for an editor too."""
    value = read_yaml(path.read_text("utf-8"), path.name)[0].value
    plain = json.loads(
        json.dumps(value, default=lambda v: float(v) if isinstance(v, Decimal) else str(v))
    )
    jsonschema.validate(plain, json.loads(json_schema_text()))


# --- a new file -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_new_file_loads_and_so_does_its_example(tmp_path, lang):
    """The scaffold is right as it is, and right with everything switched on."""
    new = scaffold("libraries-2025", lang)
    assert load([written(tmp_path, new)]).projects.index.tolist() == ["libraries-2025"]
    header, rest = new.split("evalkit: 1", 1)
    assert all(line.startswith("# ") for line in header.splitlines())
    on = re.sub("(?m)^# ?", "", rest)
    full = load([written(tmp_path, "evalkit: 1" + on, "y.yaml")])
    assert [name for name, frame in full.frames() if frame.empty] == ["prose", "masked"]
    assert read_yaml("evalkit: 1" + on, "y")[0].value == (
        read_yaml(example(lang), "z")[0].value | {"id": "libraries-2025"}
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_example_uses_every_key(lang):
    """Nothing that a file may hold is missing from the example."""
    written_keys = {path[-1] for path in read_yaml(example(lang), "x")[0].keys}
    known = {key for model in models_of(Params) for key in model.model_fields}
    assert known <= written_keys


def test_a_name_that_is_no_id_is_a_fault():
    """The name becomes a file, a folder and an id."""
    with pytest.raises(ParamsFaults):
        scaffold("../x", "en")


# --- what a file becomes ------------------------------------------------------------------------


def test_amounts_become_fen_and_rates_fractions(tmp_path):
    """Units are converted once, without a rounding."""
    inputs = load([written(tmp_path, WHOLE)])
    line = inputs.lines.loc[("new-project", "librarians")]
    assert (line["declared_amount"], line["unit_cost_amount"]) == (
        100_000_000,
        Fraction(10_000_000),
    )
    assert inputs.lines.loc[("new-project", "fee"), "fee_rate"] == Fraction(1, 10)
    assert inputs.instalments["share_rate"].iloc[0] == Fraction(1, 2)
    assert inputs.adjustments["adjustment_amount"].tolist() == [-4_000_000]
    assert inputs.outputs["measured"].iloc[2] == Fraction("93.5")
    assert inputs.prior_lines.index.tolist() == [("new-project", "2024.librarians")]
    assert inputs.prior_lines["prior_year"].tolist() == [2024]


@given(st.decimals(0, 10**7, places=6), st.sampled_from(sorted(units()["money"])))
def test_a_conversion_is_exact_or_told(tmp_path_factory, amount, unit):
    """An amount in any unit is exactly its fen, or it is finer than a fen."""
    text = BASE.replace("amount: 万元", f"amount: {unit}").replace("100.00", f"{amount:f}")
    path = written(tmp_path_factory.mktemp("u"), text)
    fen = Fraction(amount) * units()["money"][unit]
    if fen > 10**15:
        assert codes(path) == ["too_large"]
    elif fen.denominator == 1:
        assert load([path]).projects["initial_amount"].tolist() == [int(fen)]
    else:
        assert codes(path) == ["finer_than_fen"]


def test_values_keep_their_places(tmp_path, monkeypatch):
    """``file:line`` with the file's name alone, wherever the program runs."""
    path = written(tmp_path, BASE)
    monkeypatch.chdir(tmp_path)
    for each in (path, Path("x.yaml")):
        places = load([each]).places
        assert places["projects", "minimal", "", "initial_amount"] == "x.yaml:18"
        assert places["projects", "minimal", "", "as_of"] == "x.yaml:12"


def test_grades_are_known_by_id_and_by_label(tmp_path):
    """A grade may be written as the framework's id or in either language."""
    text = BASE + "judgements: {A111: {grade: 较好, stated: Good}, A112: {grade: poor}}\n"
    found = load([written(tmp_path, text)]).judgements
    assert found["grade"].tolist() == ["fairly_good", "poor"]
    assert found["stated_grade"].iloc[0] == "good"


def test_a_text_may_stand_in_one_language(tmp_path):
    """The language that is there serves for the other."""
    text = BASE.replace("{zh: 河道保洁项目, en: River cleaning}", "{en: River cleaning}")
    assert load([written(tmp_path, text)]).projects["name"].iloc[0] == Text(*["River cleaning"] * 2)


def test_an_empty_key_is_a_key_left_out(tmp_path):
    """A list that is still empty is no mistake."""
    inputs = load([written(tmp_path, BASE + "posts:\npayments: []\nstated: {verdict: ~}\n")])
    assert inputs.posts.empty
    assert inputs.projects["stated_verdict"].isna().all()


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)
def test_the_shipped_projects_load(path):
    """Every frame has its columns and types."""
    inputs = load([path])
    for name, frame in inputs.frames():
        found = {column: str(dtype) for column, dtype in frame.dtypes.items()}
        declared = INPUT_FRAMES[name]
        # Texts without a language may be of pandas' own string type.
        assert found == {c: "str" if found[c] == "str" else declared[c] for c in declared}
        assert frame.index.is_unique


def test_several_files_are_one_portfolio(tmp_path):
    """The order of the files is the order of the projects; the same id twice is a fault."""
    paths = [written(tmp_path, BASE.replace("minimal", each), f"{each}.yaml") for each in "bac"]
    assert load(paths).projects.index.tolist() == ["b", "a", "c"]
    [fault] = faults_of(*paths, written(tmp_path, BASE.replace("minimal", "a"), "d.yaml"))
    assert (fault.code, fault.line) == ("duplicate_project", 3)
    assert fault.values["first"].endswith("a.yaml")


# --- prose --------------------------------------------------------------------------------------

OWN = """problems: [{id: P1, title: 问题, cause: 原有}]
measures: [{id: M1, title: 措施}]
outputs: [{id: staff, name: 人数, kind: output, target: {text: 到岗}}]
judgements: {A111: {grade: good, evidence: 原有}, A112: {grade: good}}
"""
PROSE = """# 标题

<!-- 说明
   不读 -->
## background

第一段

### 小标题
```
## evidence A999
```
##  Evidence   A112
依据
## evidence A111
不用
## evidence A121
另有
## evidence staff
名册
## reason staff
原因
## problem P1
说明
## cause P1
不用
## advice M1
办法
## conclusion
"""


def test_prose_fills_what_the_file_leaves_out(tmp_path):
    """Evidence, reasons, descriptions, causes; what the params file says itself stays."""
    path = written(tmp_path, BASE + OWN)
    written(tmp_path, PROSE, "x.zh.md")
    written(tmp_path, "## background\n\nA beginning\n\n## plan\nSteps\n", "x.en.md")
    inputs = load([path])
    judged = inputs.judgements.droplevel(0)
    assert judged["evidence"].map(str).to_dict() == {"A111": "原有", "A112": "依据", "A121": "另有"}
    assert inputs.outputs["evidence"].iloc[0] == Text("名册", "名册")
    assert str(inputs.outputs["stated_reason"].iloc[0]) == "原因"
    assert str(inputs.problems["description"].iloc[0]) == "说明"
    assert str(inputs.problems["cause"].iloc[0]) == "原有"
    assert str(inputs.measures["description"].iloc[0]) == "办法"
    prose = inputs.prose.droplevel(0)
    assert prose.loc["background"].tolist()[0].startswith("第一段\n\n### 小标题")
    assert prose.loc["background", "en"] == "A beginning"
    assert prose.loc["plan"].tolist() == ["Steps", "Steps"]
    assert "conclusion" not in prose.index
    assert inputs.places["judgements", "minimal", "A112", "evidence"] == "x.zh.md:13"


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("## backgound\nx\n", "unknown_heading", 1, "one of background, purpose"),
        ("## evidence\nx\n", "unknown_heading", 1, "evidence ID"),
        ("## background A111\nx\n", "unknown_heading", 1, "one of background"),
        ("## evidence A999\nx\n", "unknown_heading_id", 1, "one of the ids staff, A111"),
        ("## problem P2\nx\n", "unknown_heading_id", 1, "one of the ids P1"),
        ("## plan\nx\n## plan\ny\n", "duplicate_heading", 3, "the first is on line 1"),
        ("# A\nlost\n## plan\nx\n", "text_before_heading", 2, 'found "lost"'),
        ("## plan\n" + "x" * 20_001, "too_long", 1, "at most 20,000 characters"),
        ("## plan\na\u202eb", "unseen", 2, "U+202E"),
        ("## 说明".encode("gbk"), "other_encoding", 1, "GB18030"),
    ],
)
def test_mistakes_in_prose_are_told(tmp_path, text, code, line, words):
    """File and line of the prose file, and its headings."""
    path = written(tmp_path, BASE + OWN)
    written(tmp_path, text, "x.en.md")
    [fault] = faults_of(path)
    assert (Path(fault.file).name, fault.code, fault.line) == ("x.en.md", code, line)
    assert words in explain(fault, "en")


# --- personal numbers -----------------------------------------------------------------------------


def test_personal_numbers_are_masked_everywhere_and_counted(tmp_path):
    """In names, lists, printed texts and prose; each with its kind and place."""
    text = BASE.replace("示例区水务局", "张三 13800138000") + (
        "contracts: [{id: c, contractor: a@example.cn, procurement: other, amount: 1}]\n"
        'printed:\n  - {figure: name, text: "11010519491231002X", where: 电话 021-64123456}\n'
        '  - {figure: executed_amount, text: "13800138000", unit: 元, where: 表1}\n'
    )
    path = written(tmp_path, text)
    written(tmp_path, "## background\n卡号 6222021234567890128\n", "x.zh.md")
    inputs = load([path])
    masked = inputs.masked
    assert list(zip(masked["kind"], masked["where"], strict=True)) == [
        ("mobile", "x.yaml:15"),
        ("email", "x.yaml:19"),
        ("identity", "x.yaml:21"),
        ("landline", "x.yaml:21"),
        ("card", "x.zh.md:1"),
    ]
    everything = "".join(frame.to_csv() for _, frame in inputs.frames())
    assert not re.search("64123456|19491231|example|6222", everything)
    # In a column of money these are digits of an amount.
    assert inputs.printed["text"].tolist()[1] == "13800138000"
    assert everything.count("13800138000") == 1


def test_nothing_of_a_file_is_kept_unmasked(tmp_path):
    """The values that go with a file's faults and rows are the masked ones."""
    file = load_params(written(tmp_path, BASE.replace("示例区水务局", "'13800138000'")))
    assert "13800138000" not in repr(file.params) + repr(file.tree.value)
    assert pd.isna(load([file.path]).projects["client"].iloc[0])
