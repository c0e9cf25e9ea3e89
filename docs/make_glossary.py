"""Write what the pages of this folder take from evalkit itself: `python docs/make_glossary.py`.

``glossary.md`` comes from ``formulas.yaml`` and the terms, ``findings.md`` from the catalogue of
checks and its words; the tables between ``<!-- made: name -->`` and ``<!-- end -->`` of the
methodology come from the framework files, that of the page on frameworks from what an indicator may
name. ``tests/test_docs.py`` says when a page is stale.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from importlib.resources import files
from pathlib import Path

import pandas as pd

from evalkit import framework, framework_faults, portfolio_model
from evalkit.catalogue import catalogue, groups
from evalkit.columns import COLUMNS
from evalkit.facts import Fact, formulas
from evalkit.narrative.explanation import bounds_of
from evalkit.scoring.indicators import GIVEN, ROLLED
from evalkit.sentences import HOLE, variants
from evalkit.tables.portfolio.rules import bound
from evalkit.tabular.layout import Finder
from evalkit.tabular.parts import CODE, PROJECTS, parts
from evalkit.words import Words
from evalkit.yamltree import own_yaml

HERE = Path(__file__).parent
REFERENCE = "minhang-tracking-2018"
ZH, EN = Words("zh"), Words("en")
MOST_NAMED = 8
MADE = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
#: Sections of the terms that name the choices of fields, in the order in which they are listed.
CHOICES = (
    "verdict", "forecast", "likelihood", "status", "reason_code", "severity", "deviation", "grade",
    "kind", "group", "category", "procurement", "measured_by", "area", "relevance",
    "effectiveness", "dimension", "causes", "method", "way", "points_way", "source_status",
    "light", "visit_reason",
)  # fmt: skip
#: What an indicator is made of whose figures the project gives itself; a test computes them.
FROM_FILE = {
    "quotient": "figure / reference", "change": "(figure - reference) / reference",
    "saving": "(reference - figure) / reference",
}  # fmt: skip
SETTINGS = ("grades", "bands", "rules", "levels", "indicators", "own", "roll_up", "grade_bands",
            "weight_rules", "over", "verdict", "likelihood")  # fmt: skip


def pages():
    """Each page of this folder that is made, or has made parts, with what it should hold."""
    found = {"glossary.md": glossary(), "findings.md": findings()}
    for name, words in (("methodology.md", EN), ("methodology.zh.md", ZH),
                        ("frameworks.md", EN), ("frameworks.zh.md", ZH),
                        ("tables.md", EN), ("tables.zh.md", ZH)):  # fmt: skip
        text = (HERE / name).read_text("utf-8")
        found[name] = MADE.sub(partial(_made, words), text)
    return found


def _made(words, match):
    table = TABLES[match[2]](words)
    return f"{match[1]}\n{table}\n\n{match[3]}"


def table(heads, rows):
    """A Markdown table; a stroke in a cell is no border."""
    lines = [heads, ["---"] * len(heads), *rows]
    cells = ([str(cell).replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


# --- the glossary and the findings ---------------------------------------------------------


def glossary():
    """Every figure with its names, unit and formula, then the names of all choices."""
    parts = [
        "# Glossary · 术语表",
        "Made by `python docs/make_glossary.py` from `evalkit/formulas.yaml` and "
        "`evalkit/text/*/terms.yaml`. A figure without a formula is read, chosen or counted. "
        "Several formulas are the ways in which one figure can be made: the first that gives a "
        "value is used, and the facts name it. How to read a formula stands at the top of "
        "`formulas.yaml`.",
        "没有公式的数字由参数文件直接填报、由规则选定或计数得出；列有几个公式的，取第一个能得出数值的口径。",
    ]
    for frame, columns in formulas().items():
        parts.append(f"## {EN.term(f'frames.{frame}')} · {ZH.term(f'frames.{frame}')} `{frame}`")
        rows = [
            (f"`{name}`", ZH.term(f"{frame}.{name}"), EN.term(f"{frame}.{name}"), about["unit"],
             _formula(about.get("formula", "")))
            for name, about in columns.items()
        ]  # fmt: skip
        parts.append(table(("name", "中文", "English", "unit", "formula"), rows))
    parts.append("## Many projects · 项目组合 `portfolio`")
    rows = [
        (f"`{name}`", ZH.term(name), EN.term(name), about["unit"],
         _formula(about.get("formula", "")))
        for name, about in portfolio_model.figures().items()
    ]  # fmt: skip
    parts.append(table(("name", "中文", "English", "unit", "formula"), rows))
    parts.append("## Choices · 选项")
    terms = own_yaml(files("evalkit") / "text/en/terms.yaml")
    rows = [
        (f"`{field}`", f"`{each}`", ZH.term(f"{field}.{each}"), EN.term(f"{field}.{each}"))
        for field in CHOICES for each in terms[field]
    ]  # fmt: skip
    parts.append(table(("field", "value", "中文", "English"), rows))
    return "\n\n".join(parts) + "\n"


def _formula(made):
    if isinstance(made, str):
        return f"`{made}`" if made else ""
    return "<br>".join(f"{way}: `{text}`" for way, text in made.items())


def findings():
    """Every check with why it matters, and every way in which a printed figure can be wrong."""
    said, told = variants("zh", "findings"), variants("en", "findings")
    parts = []
    for group in groups():
        parts.append(
            f"## {EN.term(f'finding_group.{group}')} · {ZH.term(f'finding_group.{group}')}"
        )
        rows = [_described(code) for code, each in catalogue().items() if each.group == group]
        parts.append(table(("finding", "English", "中文"), rows))
    printed = [
        (f"`{name}`", _open(told[name]), _open(said[name]))
        for name in told if name.startswith("printed_") and name != "printed_why"
    ]  # fmt: skip
    slips = [
        (f"`{name.removeprefix('slip_')}`", _open(told[name]), _open(said[name]))
        for name in told if name.startswith("slip_")
    ]  # fmt: skip
    return "\n\n".join([
        "# Findings · 核对发现",
        "Made by `python docs/make_glossary.py` from `evalkit/checks.yaml`, "
        "`evalkit/text/*/checks.md` and `evalkit/text/*/findings.md`. The code of a finding is the "
        "name of its check.",
        "For each: what is found, why it matters with what to do, and what a false alarm looks "
        "like. Bounds that no source gives are assumed. `evalkit check --explain CODE` tells the "
        "same in one language.",
        *parts,
        "## Printed figures · 原报告数字",
        "What the audit says of a printed figure that is not the fact it claims to be. ‹names› "
        "stand for figures of the project.",
        table(("what", "English", "中文"), printed),
        "## Slips · 差错的原因",
        "What may explain a figure that does not follow from others, as a part of a sentence.",
        table(("slip", "English", "中文"), slips),
    ]) + "\n"  # fmt: skip


def _described(code):
    """All that the catalogue knows of a finding, in both languages."""
    severities = " / ".join(f"{EN.term(f'severity.{each}')} {ZH.term(f'severity.{each}')}"
                            for each in catalogue()[code].severities)  # fmt: skip
    cells = []
    for words in (EN, ZH):
        about, told = variants(words.lang, "checks"), variants(words.lang, "findings")
        misfires = {"misfires": (about[f"{code}_misfires"], "text")}
        parts = [f"**{about[code]}**", told[f"{code}_why"]]
        parts += [words.plain("explanation", "bound", {}, extra) for extra in bounds_of(code)]
        parts.append(words.plain("explanation", "misfires", {}, misfires))
        cells.append("<br>".join(parts))
    return f"`{code}`<br>{severities}", *cells


def _open(sentence):
    """A sentence with its holes as names."""
    return HOLE.sub(r"‹\1›", sentence)


# --- the tables of the methodology ---------------------------------------------------------


def bands(words):
    """The bands of the reference framework."""
    mine = framework.load(REFERENCE)
    rows = []
    for name, about in mine.settings["bands"].items():
        using = mine.indicators["bands"] == name
        graded = words.listed(words.text(each) for each in mine.indicators["name"][using])
        status = words.term(f"source_status.{about['status']}")
        for band in about["bands"]:
            edges = [_edge(words, band, edge) for edge in ("at_least", "at_most")]
            rows.append((graded, words.text(mine.labels[band["grade"]]), *edges, status))
    heads = {"en": ("indicators", "grade", "at least", "at most", "source"),
             "zh": ("指标", "等级", "不低于", "不高于", "来源")}  # fmt: skip
    return table(heads[words.lang], rows)


def _edge(words, band, name):
    return words.figure(band[name], "rate", "trim") if name in band else ""


def verdict(words):
    """The conditions of each verdict of the reference framework, the worst first."""
    rule = framework.load(REFERENCE).settings["verdict"]
    units = {name: about["unit"] for frame in formulas().values() for name, about in frame.items()}
    rows = [
        (words.term(f"verdict.{verdict}"), words.term(each["measure"]),
         f"{words.term('signs.' + each['operator'])} "
         f"{words.figure(Fraction(each['value']), units[each['measure']], 'trim')}")
        for verdict in reversed(rule["verdicts"])
        for each in rule["conditions"] if each["verdict"] == verdict
    ]  # fmt: skip
    heads = {"en": ("verdict", "figure", "bound"), "zh": ("判定", "数字", "界限")}
    return table(heads[words.lang], rows)


def assumed(words):
    """The frameworks that evalkit has, and the parts of each that no source gives."""
    rows = []
    for name in framework.known():
        mine = framework.load(name)
        parts = {key: list(_assumed(mine.settings.get(key), "")) for key in SETTINGS}
        told = [_part(words, key, names) for key, names in parts.items() if names]
        status = words.term(f"source_status.{mine.settings['status']}")
        rows.append((f"`{name}`", words.text(mine.name), status, words.listed(told, "semicolon")))
    heads = {"en": ("framework", "name", "source", "assumed in it"),
             "zh": ("框架", "名称", "来源", "其中由本工具设定的部分")}  # fmt: skip
    return table(heads[words.lang], rows)


def _part(words, key, names):
    """A part of a framework, with those of its entries that are assumed, or how many."""
    if names == [""]:
        return f"`{key}`"
    entries = words.listed(names) if len(names) <= MOST_NAMED else len(names)
    return f"`{key}` ({entries})"


def _assumed(value, name):
    """The names of the entries of a part that say they are assumed; empty for the whole part."""
    if isinstance(value, Mapping):
        if "assumed" in (value.get("status"), value.get("spread_status")):
            yield name
        for key, each in value.items():
            yield from _assumed(each, key)
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, Mapping):
                yield from _assumed(each, each.get("id", each.get("code", name)))


def bounds(words):
    """The bounds that checks use and that no source gives."""
    rows = [
        (f"`{code}`", words.term(f"bound.{each.name}"),
         words.figure(each.value, each.unit, "trim"))
        for code, entry in catalogue().items() for each in entry.bounds
    ]  # fmt: skip
    heads = {"en": ("finding", "found from", "bound"), "zh": ("发现", "提示的条件", "界限")}
    return table(heads[words.lang], rows)


def measures(words):
    """What the ``method`` of an indicator may name: of the project, of its outputs, or given."""
    named = framework_faults.measures() - {framework_faults.ALSO}
    heads = {"en": ("method", "what it is", "how it is computed"),
             "zh": ("method", "名称", "如何计算")}  # fmt: skip
    told = {
        "en": ("the project gives `figure` and `reference`: ", "each output of the project: "),
        "zh": ("由项目填报 `figure` 和 `reference`：", "项目的每项产出："),
    }
    given, each = told[words.lang]
    rows = [
        (f"`{name}`", words.term(name), _spelled(words, name, formulas()[frame][name]))
        for frame in framework_faults.TOPICS for name in formulas()[frame] if name in named
    ]  # fmt: skip
    rows += [
        (f"`{name}`", words.term(f"method.{name}"),
         each + _spelled(words, f"outputs.each.{column}", formulas()["outputs"][column]))
        for name, column in ROLLED.items()
    ]  # fmt: skip
    rows += [(f"`{name}`", words.term(f"method.{name}"), f"{given}`{FROM_FILE[name]}`")
             for name in GIVEN]  # fmt: skip
    return table(heads[words.lang], rows)


def _spelled(words, name, about):
    """The formula of a figure in words; where it can be made in several ways, the first."""
    made = about["formula"]
    first = made if isinstance(made, str) else next(iter(made.values()))
    fact = Fact(name, pd.NA, about["unit"], first, "", (), "")
    said = words.formula(fact, {})
    return said.removeprefix(f"{words.label(name)} = ")


def lights(words):
    """Which verdicts and grades of evalkit's frameworks lead to which light."""
    mine = [framework.load(name) for name in framework.known()]
    rows = []
    for light in portfolio_model.light_names():
        of = [key for key, lit in portfolio_model.light_rules().items() if lit == light]
        verdicts = [words.term(f"verdict.{name}") for kind, name in of if kind == "verdict"]
        grades = {words.text(each.labels[name]): None for kind, name in of if kind == "grade"
                  for each in mine if each.is_scored and name in each.labels}  # fmt: skip
        rows.append((words.term(f"light.{light}"), words.listed(verdicts), words.listed(grades)))
    heads = {"en": ("light", "verdicts", "grades of the total"),
             "zh": ("灯号", "评价结论", "总分等级")}  # fmt: skip
    return table(heads[words.lang], rows)


def visits(words):
    """The reasons for a visit with their bounds and points."""
    rows = [
        (words.term(f"visit_reason.{each.name}"), bound(words, each), each.points)
        for each in portfolio_model.reasons()
    ]
    heads = {"en": ("reason", "bound", "points"), "zh": ("原因", "界限", "分数")}
    return table(heads[words.lang], rows)


def columns(words):
    """Every column of every table with its kind and the headings that mean it."""
    kinds = KINDS[words.lang]
    blocks = []
    for part in parts().values():
        frame = next(
            name for name, (where, _) in COLUMNS.items() if (where or PROJECTS) == part.name
        )
        title = " · ".join(each.term(f"frames.{frame}") for each in (ZH, EN))
        finder = Finder(part, False)
        rows = []
        for key in [part.link] * bool(part.link) + [CODE] * part.is_mapping:
            rows.append((f"`{key}` *", kinds["text"], ""))
        for key, column in part.columns.items():
            if column.lang:
                continue
            needed = " *" * (key in part.required)
            kind = (
                kinds["list"].format(kinds[column.kind]) if column.is_list else kinds[column.kind]
            )
            rows.append((f"`{key}`{needed}", kind, _headings(finder, frame, key)))
        blocks.append(f"### {title} `{part.name}`\n\n{table(HEADS[words.lang], rows)}")
    return "\n\n".join(blocks)


def _headings(finder, frame, key):
    """The names of a column that are taken as its heading, in both languages."""
    names = [name for name, each in COLUMNS[frame][1].items() if each == key]
    told = (each.term(f"{frame}.{name}") for name in names for each in (ZH, EN))
    return " · ".join(dict.fromkeys(each for each in told if finder.find(each)[0] == key))


KINDS = {
    "en": {"number": "number", "whole": "whole number", "rate": "rate", "date": "day",
           "flag": "yes or no", "text": "text", "verbatim": "text as printed", "choice": "choice",
           "list": "list ({})"},
    "zh": {"number": "数字", "whole": "整数", "rate": "比率", "date": "日期", "flag": "是否",
           "text": "文字", "verbatim": "原样照录", "choice": "选项", "list": "列表（{}）"},
}  # fmt: skip
HEADS = {
    "en": ("column (* needed)", "kind", "also called"),
    "zh": ("列（* 必填）", "类型", "也可写作"),
}


TABLES = {
    "columns": columns,
    "lights": lights,
    "visits": visits,
    "measures": measures,
    "bands": bands,
    "verdict": verdict,
    "assumed": assumed,
    "bounds": bounds,
}


if __name__ == "__main__":
    for page, content in pages().items():
        (HERE / page).write_text(content, "utf-8", newline="\n")
