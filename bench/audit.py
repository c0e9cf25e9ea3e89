"""Plants single faults in clean projects and counts what the checks find, and of which cause.

Clean projects are invented with what an honest authority prints of them, rounded half up. Each
faulty one is a clean one with one fault. A fault that leaves the text as it was, or that another
defensible rounding explains, is drawn but not counted. "First" counts the cause that stands first
in the sentence of the finding, "told" the cause among those that it tells as equally simple.

Run: python bench/audit.py [PROJECTS] [FAULTS OF EACH KIND] [SEED]
"""

import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import evidence, faults, mistakes
from bench.faults import Case, Print
from bench.projects import GRADED, SCORED, clean, inputs, written
from evalkit import framework
from evalkit.evaluate import evaluate, score
from evalkit.facts import facts_of
from tests.plantable import both

CHUNK = 250  # projects evaluated at once
MOST_PRINTED = 36
STYLES = ("plain", "commas", "commas", "wide")
KINDS = {
    "printed figures": faults.PRINTED, "declared figures": mistakes.DECLARED,
    "dates and order": evidence.ORDER, "grades and statements": evidence.EVIDENCE,
}  # fmt: skip
#: Facts that an authority does not print, or that the clean project counts itself.
UNPRINTED = ("findings", "sensitivity", "robustness", "comparison", "kinds", "conditions")


@dataclass
class Count:
    """What became of the faults of one kind."""

    planted: int = 0
    unseen: int = 0
    found: int = 0
    first: int = 0
    named: int = 0
    missed: list = field(default_factory=list)


def case_of(project, facts, draw):
    """A clean project with its facts and what it prints of them."""
    known = facts[facts["value"].notna()]
    values, units, formulas = ({**known[c]} for c in ("value", "unit", "formula"))
    case = Case(project, values, units, {name: f or "0" for name, f in formulas.items()}, [])
    fitting = [name for name in values if units[name] in ("amount", "rate", "count", "date")
               and not name.startswith(UNPRINTED)]  # fmt: skip
    chosen = draw.sample(fitting, min(MOST_PRINTED, len(fitting)))
    wanted = [n for n in (*faults.TOTALS, "lines.fee.recomputed_amount") if n in fitting]
    names = list(dict.fromkeys([*chosen, *draw.sample(wanted, min(3, len(wanted)))]))
    case.prints = [_printed(project, name, values[name], units[name], draw) for name in names]
    for party in ("client", "evaluator"):
        case.prints.append(Print(party, values[party], "text", Fraction(1), 0, "cover",
                                 values[party].en, ""))  # fmt: skip
    return case


def _printed(project, name, value, unit, draw):
    """One figure as an honest authority prints it: rounded half up, in the unit of its table."""
    where = f"table {draw.randint(1, 4)}"
    if unit == "date":
        form = draw.choice(("{0.year}-{0.month:02d}-{0.day:02d}", "{0.year}.{0.month}.{0.day}"))
        return Print(name, value, unit, Fraction(1), 0, where, form.format(value), "")
    if unit == "count":
        return Print(name, value, unit, Fraction(1), 0, where, str(value), "")
    if unit == "rate":
        text = written(Fraction(value) * 100, 2, draw.choice(STYLES))
        return Print(name, value, unit, Fraction(1, 100), 2, where, text + "%", "%")
    is_cost = name.endswith("unit_cost_amount")
    column, worth, decimals = ("元", 100, 2) if is_cost else (
        project.unit, project.worth, project.decimals)  # fmt: skip
    text = written(Fraction(value) / worth, decimals, draw.choice(STYLES))
    return Print(name, value, unit, Fraction(worth), decimals, where, text, column)


def with_prints(project, prints):
    """The project with its printed figures among its rows."""
    rows = {
        str(number): {"figure": each.figure, "text": each.text, "where": both(each.where)}
        | ({"unit": each.column} if each.column else {})
        for number, each in enumerate(prints, start=1)
    }
    project.rows["printed"] = rows
    return project


def evaluated(projects):
    """The findings of many projects by id, whatever their framework."""
    found = {project_id: [] for project_id in projects}
    for name in (GRADED, SCORED):
        mine = {key: each for key, each in projects.items() if each.framework == name}
        for chunk in _chunks(mine):
            table = evaluate(inputs(chunk), framework.load(name)).findings
            for (project_id, _), row in table.iterrows():
                found[project_id].append(row)
    return found


def _chunks(projects):
    keys = list(projects)
    for start in range(0, len(keys), CHUNK):
        yield {key: projects[key] for key in keys[start : start + CHUNK]}


def cases(size, seed):
    """Clean projects with their facts, by id."""
    projects = {f"p{number}": clean(number, seed) for number in range(size)}
    found = {}
    for name in (GRADED, SCORED):
        mine = {key: each for key, each in projects.items() if each.framework == name}
        for chunk in _chunks(mine):
            facts = facts_of(score(inputs(chunk), framework.load(name)))
            for key, each in chunk.items():
                found[key] = case_of(each, facts.loc[key], random.Random(f"{seed}/print/{key}"))
    return {key: found[key] for key in projects}


def planted_in(known, each_kind, seed):
    """So many faults of each kind, in projects drawn at random, by (kind, number)."""
    keys = list(known)
    found = {}
    for kind in (kind for kinds in KINDS.values() for kind in kinds):
        draw = random.Random(f"{seed}/{kind.__name__}")
        tries, number = 40 * each_kind, 0
        while number < each_kind and tries:
            tries -= 1
            case = known[draw.choice(keys)]
            planted = kind(case, draw) if kind in faults.PRINTED else kind(case.project, draw)
            if planted:
                found[kind.__name__, number] = planted
                number += 1
    return found


def judge(planted, rows, count):
    """Count one fault: whether it was found, and whether its cause was told."""
    if not planted.is_visible:
        count.unseen += 1
        return
    count.planted += 1
    mine = [row["details"] for row in rows if row["code"] == planted.code]
    if not mine:
        count.missed.append((planted, rows))
        return
    count.found += 1
    told = [_causes(details) for details in mine]
    firsts = [[name for name in each if name][:1] for each in told]
    count.first += not planted.causes or any(set(each) & set(planted.causes) for each in firsts)
    is_named = not planted.causes or any(set(each) & set(planted.causes) for each in told)
    count.named += is_named
    if not is_named:
        count.missed.append((planted, rows))


def _causes(details):
    """The causes that the sentence of a finding tells, the first explanation first."""
    clauses = [clause for name, more in details.get("more", ([], ""))[0] if "slips" in more
               for clause, _ in more["slips"][0]]  # fmt: skip
    return [details.get("variant") or "", *(name.removeprefix("slip_") for name in clauses)]


def run(size, each_kind, seed):
    """The counts by kind, and the findings of clean projects (false alarms)."""
    known = cases(size, seed)
    printed = {key: with_prints(_copy(case.project), case.prints) for key, case in known.items()}
    alarms = [(key, row) for key, rows in evaluated(printed).items() for row in rows]
    planted = planted_in(known, each_kind, seed)
    faulty = {f"{kind}-{number}": with_prints(_copy(each.project), each.prints)
              for (kind, number), each in planted.items() if each.is_visible}  # fmt: skip
    found = evaluated(faulty)
    counts = {kind.__name__: Count() for kinds in KINDS.values() for kind in kinds}
    for (kind, number), each in planted.items():
        judge(each, found.get(f"{kind}-{number}", []), counts[kind])
    figures = sum(len(case.prints) for case in known.values())
    return counts, alarms, figures


def _copy(project):
    return project.change("projects", "")


def percent(part, whole):
    """A share as it is printed; a dash without a whole."""
    return "–" if not whole else written(Fraction(100 * part, whole), 1) + "%"


def table(counts):
    """The counts as a table of Markdown, with a line for each group and for all."""
    lines = ["| fault | planted | not counted | found | cause first | cause told |",
             "|---|---:|---:|---:|---:|---:|"]  # fmt: skip
    everything = Counter()
    for group, kinds in KINDS.items():
        mine = Counter()
        for kind in kinds:
            mine += _numbers(counts[kind.__name__])
        everything += mine
        lines.append(_line(f"**{group}**", mine))
        lines += [_line((kind.__doc__ or "").strip().rstrip("."), _numbers(counts[kind.__name__]))
                  for kind in kinds]  # fmt: skip
    return "\n".join([*lines, _line("**all**", everything)])


def _numbers(count):
    names = ("planted", "unseen", "found", "first", "named")
    return Counter({name: getattr(count, name) for name in names})


def _line(name, numbers):
    whole = numbers["planted"]
    shares = [percent(numbers[each], whole) for each in ("found", "first", "named")]
    return f"| {name} | {whole} | {numbers['unseen']} | {' | '.join(shares)} |"


def main():
    """Print the table and the false alarms."""
    size, each_kind, seed = (
        int(value) if len(sys.argv) > place else default
        for place, (value, default) in enumerate(
            zip([*sys.argv[1:], 0, 0, 0], (2000, 100, 20180831), strict=False), start=1)
    )  # fmt: skip
    counts, alarms, figures = run(size, each_kind, seed)
    print(f"seed {seed}; {size} clean projects with {figures} printed figures; "
          f"{len(alarms)} false alarms in {len({key for key, _ in alarms})} of them\n")  # fmt: skip
    print(table(counts))


if __name__ == "__main__":
    main()
