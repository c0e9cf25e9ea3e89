"""The framework of the reference project: what its file says, and what it says that it assumes."""

import re
from fractions import Fraction

import pytest
from ruamel.yaml import YAML

from evalkit import framework
from evalkit.facts import formulas
from evalkit.framework import source
from evalkit.model import Text
from evalkit.scoring.indicators import grade_of
from tests.samples import FRAMEWORK

SETTINGS = FRAMEWORK.settings

#: Table 2-1 of the reference report: the fourth level under its third, second and first.
TABLE = {
    "A11": ("A1", ["A111", "A112"]), "A12": ("A1", ["A121", "A122", "A123"]),
    "A21": ("A2", ["A211"]), "B11": ("B1", ["B111", "B112", "B113"]),
    "B12": ("B1", ["B121", "B122"]), "B13": ("B1", ["B131", "B132"]),
    "B21": ("B2", ["B211", "B212", "B213", "B214"]), "C1": ("C", ["C11", "C12", "C13"]),
}  # fmt: skip

#: Every rule of the file that no source gives. Who finds a source takes its rule off this list.
ASSUMED = [
    "bands.accuracy", "bands.reached", "grades.fair", "grades.poor", "indicators.C11.relative",
    "likelihood", "roll_up", "verdict",
]  # fmt: skip


def test_the_indicators_are_those_of_the_report():
    """Twenty, at their places; the formulas of A211, C11, C12 and C13, the others judged."""
    found = FRAMEWORK.indicators
    assert len(found) == 20
    for parent, (above, codes) in TABLE.items():
        assert found.index[found["parent"] == parent].tolist() == codes
        assert FRAMEWORK.levels.at[parent, "parent"] == above
        assert all(found.at[code, "path"][-2:] == [above, parent] for code in codes)
    computed = found[found["method"] != "judged"]["method"].to_dict()
    assert computed == {"A211": "execution_accuracy", "C11": "completion", "C12": "timeliness",
                        "C13": "quality"}  # fmt: skip


def test_the_levels_are_named_as_in_the_report():
    """Names and depths of the higher levels, top first."""
    names = {code: name.zh for code, name in FRAMEWORK.levels["name"].items()}
    assert [names[code] for code in ("A", "B", "C")] == ["投入", "过程", "产出"]
    assert [names[code] for code in ("A1", "A2", "B1", "B2", "C1")] == [
        "项目立项", "资金落实", "业务管理", "财务管理", "项目产出",
    ]  # fmt: skip
    assert (FRAMEWORK.levels["depth"] == FRAMEWORK.levels.index.str.len()).all()


def test_notes_refer_to_the_right_indicators():
    """The report has A112 and B121 here; the notes speak of these."""
    refers = FRAMEWORK.indicators["refers_to"].dropna().to_dict()
    assert refers == {"B112": ["A122", "A123"], "B132": ["B131"], "B212": ["B211"]}


def test_grades_run_from_best_to_worst():
    """好 and 较好 are seen in the report."""
    assert [FRAMEWORK.labels[grade].zh for grade in FRAMEWORK.grades] == [
        "好",
        "较好",
        "一般",
        "差",
    ]


def statuses():
    """Where the file marks a rule, by name: seen or assumed."""
    marked = {
        f"{part}.{name}": rule for part in ("bands",) for name, rule in SETTINGS[part].items()
    }
    marked |= {f"grades.{grade['id']}": grade for grade in SETTINGS["grades"]}
    marked |= {part: SETTINGS[part] for part in ("likelihood", "roll_up", "verdict")}
    found = {name: rule["status"] for name, rule in marked.items() if "status" in rule}
    for row in SETTINGS["indicators"]:
        if "relative_to" in row:
            found[f"indicators.{row['code']}.relative"] = row["relative_status"]
    return found


def test_every_rule_that_no_source_gives_is_marked():
    """The list is the file's, neither more nor less."""
    assert sorted(name for name, status in statuses().items() if status == "assumed") == ASSUMED


def unmarked(value, path="", is_marked=False):
    """The numbers of a part of the file above which no ``status`` stands."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from unmarked(each, f"{path}.{key}", is_marked or (path and "status" in value))
    elif isinstance(value, list):
        for each in value:
            yield from unmarked(each, path, is_marked)
    elif re.fullmatch(r"-?[\d.]+%?", str(value)) and not is_marked:
        yield path


def test_every_number_stands_under_a_mark():
    """No threshold hides in a part that says nothing of its source."""
    raw = YAML(typ="safe").load(source(FRAMEWORK.id).decode())
    assert [*unmarked(raw)] == [".evalkit"]
    assert [*unmarked(raw | {"new": {"at_least": "90%"}})] == [".evalkit", ".new.at_least"]


def test_bands_leave_no_rate_without_a_grade_and_grow_worse():
    """Every rate has a grade; one that is further off never has a better one."""
    order = list(FRAMEWORK.grades)
    for table in SETTINGS["bands"].values():
        below = [grade_of(Fraction(n, 1000), table["bands"]) for n in range(1000, -1, -1)]
        above = [grade_of(Fraction(n, 1000), table["bands"]) for n in range(1000, 3000)]
        for grades in (below, above):
            ranks = [order.index(grade) for grade in grades]
            assert ranks == sorted(ranks)
    assert grade_of(Fraction(3), SETTINGS["bands"]["reached"]["bands"]) == "good"


def test_a_band_ends_below_its_bound():
    """Bands from the lowest up, as a form of overspending has them: each ends below its bound."""
    bands = [
        {"grade": "good", "below": Fraction(1, 10)},
        {"grade": "fair", "below": Fraction(1, 5)},
        {"grade": "poor"},
    ]
    rates = (Fraction(9, 100), Fraction(1, 10), Fraction(19, 100), Fraction(1, 5), Fraction(2))
    assert [grade_of(rate, bands) for rate in rates] == ["good", "fair", "fair", "poor", "poor"]


def test_the_verdict_rule_holds_together():
    """Each condition leads to a verdict of the scale, and speaks of a figure that there is."""
    rule = SETTINGS["verdict"]
    assert rule["verdicts"] == [
        "normal",
        "basically_normal",
        "has_problems",
        "has_serious_problems",
    ]
    figures = {name for frame in ("execution", "headcount", "payments", "verdict")
               for name in formulas()[frame]}  # fmt: skip
    for condition in rule["conditions"]:
        assert condition["measure"] in figures
        assert condition["verdict"] in rule["verdicts"][1:]
        assert condition["operator"] in (">=", ">", "<=", "<")
    named = {condition["verdict"] for condition in rule["conditions"]}
    assert named == set(rule["verdicts"][1:])


def test_rates_of_the_file_are_exact_fractions():
    """95% is 19/20, and there is no float in the file's values."""
    assert SETTINGS["bands"]["accuracy"]["bands"][0]["at_least"] == Fraction(19, 20)
    assert "." not in repr(SETTINGS["bands"])


def test_an_unknown_framework_is_an_error():
    """Its id is in the message, for whoever tells the user."""
    for ask in (framework.load, source):
        with pytest.raises(KeyError, match="no-such-framework"):
            ask("no-such-framework")
    assert "minhang-tracking-2018" in framework.known()


def test_a_framework_is_read_once_and_its_bytes_are_those_of_the_file():
    """Everybody speaks of the same one."""
    assert framework.load(FRAMEWORK.id) is framework.load(FRAMEWORK.id)
    assert f"id: {FRAMEWORK.id}".encode() in source(FRAMEWORK.id)
    assert isinstance(FRAMEWORK.name, Text)
