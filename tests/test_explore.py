"""The desk without a browser: every control, every move, what is told, what is remembered."""

import shutil
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

import evalkit as ek
from evalkit.errors import ParamsFaults
from evalkit.evaluate import known, score_all
from evalkit.explore.controls import as_number, read, written
from evalkit.explore.fields import groups, sections
from evalkit.explore.panels import grid_panel
from evalkit.fields import part as real_part
from evalkit.model import Evaluation
from evalkit.recall import Recall, is_same
from evalkit.scenario import Scenario, with_changes
from evalkit.schema import Post
from evalkit.sentences import languages
from evalkit.values import Count, Date, Str

PARAMS = Path(__file__).parents[1] / "params"
REFERENCE = "minhang-logistics-2018"
PROJECTS = sorted(path.stem for path in PARAMS.glob("*.yaml"))


@pytest.fixture(scope="module")
def reference():
    """The reference project in Chinese."""
    return ek.load(PARAMS / f"{REFERENCE}.yaml", lang="zh")


@pytest.fixture
def folder(tmp_path):
    """A folder of one's own with the projects."""
    shutil.copytree(PARAMS, tmp_path / "params", ignore=shutil.ignore_patterns("scenarios"))
    return tmp_path / "params"


@pytest.fixture
def desk(folder):
    """The desk at the reference project, the only one there."""
    for path in folder.glob("*.yaml"):
        if path.stem != REFERENCE:
            path.unlink()
    return ek.desk(folder, lang="zh")


def controls(desk, section):
    """The controls of a part, by their keys."""
    desk.parts.selected_index = sections().index(section)
    return desk._controls


# --- the fields come from the model ------------------------------------------------------------


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("project", PROJECTS)
def test_every_field_of_every_project_has_a_name_and_a_kind(project, lang):
    """All parts, all items, set or not: a kind, a label that is no key, choices that fit."""
    opened = ek.load(PARAMS / f"{project}.yaml", lang=lang)
    found = [f for s in sections() for g in groups(s, opened, is_whole=True) for f in g.fields]
    assert len(found) > 60
    assert len({field.key for field in found}) == len(found)
    for field in found:
        assert field.kind and field.label and "_" not in field.label, field
        if field.kind in ("choice", "choices"):
            assert field.choices and all(name for name, _ in field.choices), field


def test_what_an_analyst_moves_has_its_control(reference):
    """The list of the trade: dates, heads, costs, rate and base, contract, payments, grades."""
    kinds = {f.key: f.kind for s in sections() for g in groups(s, reference) for f in g.fields}
    assert {
        "project.tracking.as_of": "date", "posts.general.approved": "count",
        "budget.lines.technical.unit_cost": "number", "budget.lines.management_fee.rate": "share",
        "budget.lines.management_fee.base": "choices", "contracts.services.amount": "number",
        "payments.p1.amount": "number", "payments.p1.on": "date",
        "outputs.staffing.actual.value": "number", "judgements.A111.grade": "choice",
        "stated.verdict": "choice", "stated.on_schedule": "flag",
    }.items() <= kinds.items()  # fmt: skip


def test_a_new_field_gets_its_control_by_itself(reference, monkeypatch):
    """A field that somebody adds to the model tomorrow: its type says its control."""

    class Tomorrow(Post):
        vacant: Count | None = None
        advertised: Date | None = None
        note: Str | None = None

    posts = reference.change({"posts.general.filled": 90})
    part = "evalkit.explore.fields.part"
    monkeypatch.setattr(part, lambda each: Tomorrow if "Post" in str(each) else real_part(each))
    monkeypatch.setattr("evalkit.explore.fields.description", lambda model, name, lang: name)
    [fields] = [g.fields for g in groups("posts", posts, is_whole=True) if g.title == "工勤普通"]
    kinds = {field.key.rpartition(".")[2]: field.kind for field in fields}
    assert kinds == {
        "category": "choice", "approved": "count", "filled": "count", "vacant": "count",
        "advertised": "date",
    }  # fmt: skip


# --- moving ------------------------------------------------------------------------------------

#: A move, the figure that shows it, and its value by hand.
MOVES = [
    ("posts.general.approved", 90, "approved_count", 332),
    ("project.tracking.as_of", date(2018, 6, 30), "elapsed_rate", "1/2"),
    ("contracts.services.amount", Decimal(5639), "contract_amount", 5_639_000_000),
    ("payments.p3.amount", Decimal("900.15"), "executed_amount", 2_779_850_000),
    ("budget.lines.management_fee.rate", "0%", "lines.management_fee.recomputed_amount", 0),
    ("outputs.staffing.actual.value", 170, "outputs.staffing.completion_rate", "1/2"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "figure", "expected"), MOVES)
def test_a_move_leads_to_the_same_figures_as_a_file(desk, key, value, figure, expected):
    """Through the controls, the evaluation and the panels; the file is left as it is."""
    path = desk.base.scenario.file.path
    before = path.read_bytes()
    control = controls(desk, key.partition(".")[0])[key]
    control.show(value)
    control._changed(None)
    assert desk.message.value == ""
    assert str(desk.project.facts[figure].value) == str(expected)
    assert path.read_bytes() == before


def test_undo_redo_reset(desk):
    """Step by step back and forth, controls and figures alike; and back to what was filed."""
    box = controls(desk, "posts")["posts.general.approved"]
    for value in (90, 80):
        desk.move("posts.general.approved", value)
    for press, left in ((desk.undo, 90), (desk.undo, 98), (desk.redo, 90), (desk.redo, 80),
                        (desk.undo, 90), (desk.reset, 98)):  # fmt: skip
        press.click()
        assert (box.value, desk.project.facts["approved_count"].value) == (left, 242 + left)
    assert desk.reset.disabled and not desk.undo.disabled
    desk.undo.click()
    assert box.value == 90


def test_a_slider_and_its_box_follow_each_other(desk):
    """What is typed moves the slider; what is slid is typed exactly."""
    rate = controls(desk, "budget")["budget.lines.management_fee.rate"]
    rate._main.value = "12.5%"
    assert rate._slider.value == 12.5
    rate._slider.value = 15.0
    assert rate._main.value == "15%" and rate.value == "15%"
    assert desk.project.scenario.changes == {"budget.lines.management_fee.rate": "15%"}


def test_what_cannot_be_is_told_and_changes_nothing(desk):
    """Beside the control and above, in words; the last good state stays."""
    box = controls(desk, "posts")["posts.general.approved"]
    box._main.value = "九十"
    assert "应为：整数" in box._fault.value and 'role="alert"' in box._fault.value
    assert "应为：整数" in desk.message.value
    assert desk.project.scenario.changes == {}
    box._main.value = "90"
    assert box._fault.value == "" and desk.message.value == ""
    assert desk.project.facts["approved_count"].value == 332


def test_text_of_a_user_is_escaped(desk):
    """What is typed is text, never markup."""
    box = controls(desk, "posts")["posts.general.approved"]
    box._main.value = "<img src=x onerror=alert(1)>"
    assert "<img" not in desk.message.value + box._fault.value


def test_a_file_with_mistakes_is_told_and_others_stay(folder):
    """Chosen, it is told with its place; another one opens as ever."""
    (folder / "broken.yaml").write_text("evalkit: 1\nid: broken\nposts: 7\n")
    desk = ek.desk(folder, lang="zh")
    desk.source.value = REFERENCE
    desk.source.value = "broken"
    assert "broken.yaml:3:8" in desk.message.value
    assert desk.project.id == REFERENCE
    desk.source.value = "canteens-2024"
    assert desk.message.value == "" and desk.project.id == "canteens-2024"


def test_a_folder_without_projects(tmp_path):
    """Nothing to choose, and said so."""
    desk = ek.desk(tmp_path, lang="en")
    assert desk.project is None and "no params file" in desk.message.value
    for button in (desk.undo, desk.reset, desk.keep, desk.load, desk.compare):
        button.click()


def test_scenarios_are_saved_compared_and_loaded(desk, folder):
    """Names that cannot be are told; the one that is there stays; what was saved comes back."""
    desk.move("posts.general.approved", 90)
    for name, told in (("", "请先填写"), ("a/b", "不能用于文件名"), ("甲", "已保存"),
                       ("甲", "已有名为")):  # fmt: skip
        if desk.name.value != name:
            desk.name.value = name
            assert desk.message.value == ""  # what was told of another name is gone
        desk.keep.click()
        assert told in desk.message.value
    assert len(list((folder / "scenarios").glob("*.yaml"))) == 1
    desk.reset.click()
    desk.beside.value = ("填报值", "甲")
    desk.compare.click()
    assert "工勤普通：核定人数" in desk.panels["compared"].value
    desk.load.click()
    assert desk.project.scenario.changes == {"posts.general.approved": 90}
    desk.beside.value = ("甲",)
    desk.compare.click()
    assert "两个以上" in desk.message.value


def test_findings_appear_and_vanish(desk):
    """338 uniforms for 340 heads: gone with 340; one payment after the tracking date: new."""
    desk.move("budget.lines.uniform.quantity", 340)
    desk.move("payments.p3.on", date(2018, 9, 30))
    shown = desk.panels["findings"].value
    gone, new = (shown.count(f'<li class="{kind}">') for kind in ("gone", "new"))
    assert gone >= 1 and new >= 1
    assert "<del>" in shown and "新出现" in shown


def test_another_framework(desk):
    """The same values under points: a score instead of a verdict."""
    desk.framework.value = "self-evaluation-2020"
    assert desk.message.value == ""
    assert desk.project.framework == "self-evaluation-2020"
    assert "总分" in desk.panels["verdict"].value or "得分" in desk.panels["verdict"].value


def test_another_language_keeps_the_state(desk):
    """Words change, values do not."""
    desk.move("posts.general.approved", 90)
    desk.language.value = "en"
    assert "Approved headcount" in desk.panels["figures"].value
    assert desk.project.scenario.changes == {"posts.general.approved": 90}
    desk.undo.click()
    assert desk.project.facts["approved_count"].value == 340


def test_typed_values_are_read_as_a_file_is():
    """Exact numbers; what is no number stays text and is told by the check of the file."""
    assert [read(each) for each in ("3780.92", "10%", "", " 7 ", "1e5", "7: 8")] == [
        Decimal("3780.92"), "10%", None, 7, "1e5", "7: 8",
    ]  # fmt: skip
    assert [written(each) for each in (Decimal("3759.40"), Decimal("800"), None, "10%")] == [
        "3759.40", "800", "", "10%",
    ]  # fmt: skip
    assert as_number(None, "number") is None


# --- only what must be is computed again -------------------------------------------------------


def frames(evaluation: Evaluation):
    """Every frame of an evaluation by its name."""
    return {
        name: value for name, value in vars(evaluation).items() if isinstance(value, pd.DataFrame)
    }


@pytest.mark.parametrize("project", [REFERENCE, "canteens-2024"])
def test_what_is_remembered_is_what_would_be_computed(project):
    """Move after move: the same frames as a fresh evaluation of the same values."""
    opened = ek.load(PARAMS / f"{project}.yaml")
    found = [f for s in sections() for g in groups(s, opened) for f in g.fields]
    mine = [field for field in found if field.kind in ("count", "number", "date")]
    moves = mine[:: len(mine) // 5]
    call = Recall()
    file = opened.scenario.file
    for field in moves:
        new = field.value - timedelta(3) if field.kind == "date" else field.value + 1
        scenario = Scenario(file, {field.key: new})
        try:
            fresh = scenario.inputs
        except ParamsFaults:
            continue  # a value that cannot be, as a day before the first one
        again = Scenario(file, {field.key: new}, call).inputs
        names = [opened.framework]
        one = known(score_all(fresh, names)[names[0]])
        other = known(score_all(again, names, call)[names[0]], call)
        for name, frame in frames(one).items():
            pd.testing.assert_frame_equal(frame, frames(other)[name], obj=f"{field.key}: {name}")


def test_a_change_elsewhere_leaves_the_rest_alone():
    """A grade moves no money: those frames are the very same ones."""
    reference = ek.load(PARAMS / f"{REFERENCE}.yaml", lang="zh")  # whose last state is no other one
    reference.scored  # noqa: B018 (from which the other one goes on)
    other = reference.change({"judgements.A111.grade": "fair"})
    for name in ("execution", "payments", "lines", "headcount", "contracts"):
        assert getattr(reference.scored, name) is getattr(other.scored, name), name
    assert not is_same(reference.scored.indicators, other.scored.indicators)


def test_a_chart_with_the_same_key_has_the_same_pixels(reference):
    """What makes a chart different makes its key different."""
    states = [
        reference.change(with_one)
        for with_one in (
            {}, {"posts.general.approved": 90}, {"project.tracking.as_of": date(2018, 7, 31)},
            {"payments.p3.amount": 900}, {"judgements.A111.grade": "fair"},
            {"budget.lines.uniform.quantity": 340}, {"instalments.q4.due": date(2018, 11, 30)},
        )
    ]  # fmt: skip
    for topic in ("execution", "headcount"):
        seen = {}
        for state in states:
            key = repr(state.chart_key(topic))
            assert seen.setdefault(key, state.chart(topic).png) == state.chart(topic).png
        assert len(seen) > 1


def test_the_grid_tells_what_its_rates_are_made_of(reference):
    """Twice the contract and twice the payments: the same rate of other amounts is told anew."""
    paid = {f"payments.{each}.amount": Decimal("1879.70") for each in ("p1", "p2", "p3")}
    twice = reference.change({"contracts.services.amount": Decimal("7518.80")} | paid)
    assert is_same(twice.scored.indicators, reference.scored.indicators)
    panel = grid_panel()
    shown = [panel.html(each) for each in (reference, twice)]
    assert shown[1] == grid_panel().html(twice) != shown[0]


def test_values_are_shared_not_copied(reference):
    """A change copies what leads to it and nothing else."""
    value = reference.scenario.value
    other = with_changes(value, {"posts.general.approved": 90})
    assert other["outputs"] is value["outputs"] and other["posts"][0] is value["posts"][0]


def test_the_surface_teaches():
    """Names, help with an example, and completion of tables, charts and facts."""
    assert {"load", "compare", "portfolio", "desk", "new"} <= set(dir(ek))
    assert all(getattr(ek, name).__doc__ for name in ek.SURFACE)
    opened = ek.load(PARAMS / f"{REFERENCE}.yaml")
    assert "execution" in dir(opened.tables) and "headcount" in dir(opened.charts)
    assert "execution_rate" in dir(opened.facts)
    assert opened.facts.execution_rate.value == Fraction(281955, 378092)
