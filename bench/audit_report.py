"""How well `evalkit audit` links the figures of the reference report, and finds planted faults.

    python bench/audit_report.py REPORT.txt
    python bench/audit_report.py REPORT.txt --seed 7 --rounds 5

The report itself is public and not part of the project; only what was labelled in it is.

First precision and recall against tests/cases/audit_reference.yaml, which was labelled by hand
from the text. Then every labelled figure is spoilt in turn, `rounds` times in each way at random:
found is what is told as a disagreement with the very fact, silent what is left unlinked, wrong what
is told of another fact or taken for agreement.
"""

import argparse
import random
import re
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

from ruamel.yaml import YAML

from evalkit.audit import lines
from evalkit.audit.candidates import project_of
from evalkit.audit.context import find
from evalkit.audit.linking import link
from evalkit.evaluate import evaluate_all
from evalkit.params import load

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"
PARAMS = ROOT / "params" / "minhang-logistics-2018.yaml"
SCORED = ("amount", "rate", "headcount")


def labels():
    """The hand-made list, in the order of the text."""
    return YAML(typ="safe").load(CASES / "audit_reference.yaml")


def project():
    """The reference project as what figures may mean."""
    inputs = load([PARAMS])
    [evaluation] = evaluate_all(inputs).values()
    return project_of(evaluation, inputs.projects.index[0])


def plain(text):
    """A printed figure without spaces and marks, to compare by."""
    return re.sub(r"[\s*]", "", text)


def numbers(text, about):
    """The links of a text that are no dates, by line, in order."""
    found = defaultdict(list)
    for each in (link(one, about) for one in find(lines.read(text))):
        if each.found.figure.kind != "date":
            found[each.found.line].append(each)
    return found


def compared(links, listed):
    """Each label with its link: the next figure of its line that is printed so; None if none is."""
    left = {line: list(each) for line, each in links.items()}
    for label in listed:
        here = left.get(label["line"], [])
        same = [one for one in here if plain(one.found.figure.text) == plain(label["printed"])]
        if same:
            here.remove(same[0])
        yield label, same[0] if same else None


def measured(text, about):
    """Right, linked and labelled, by kind; figures of no label count as linked, if they are."""
    right, linked, wanted = Counter(), Counter(), Counter()
    links, listed = numbers(text, about), labels()
    matched = set()
    for label, each in compared(links, listed):
        kind, facts = label["kind"], [] if label["fact"] == "none" else label["fact"]
        wanted[kind] += bool(facts)
        if each is not None:
            matched.add(id(each))
            linked[kind] += bool(each.fact)
            right[kind] += each.fact in facts
    rest = [e for each in links.values() for e in each if id(e) not in matched and e.fact]
    for each in rest:
        linked["rate" if each.found.figure.kind == "rate" else "amount"] += 1
    return right, linked, wanted


def number_of(printed):
    """The number of a printed figure, as it is printed."""
    found = re.search(r"\d[\d,.]*", printed)
    return found[0] if found else ""


# --- planted faults ------------------------------------------------------------------------


def swapped(number, dice):
    """Two neighbouring digits change places."""
    places = [n for n in range(len(number) - 1)
              if number[n : n + 2].isdigit() and number[n] != number[n + 1]]  # fmt: skip
    n = dice.choice(places)
    return number[:n] + number[n + 1] + number[n] + number[n + 2 :]


def dropped(number, dice):
    """A digit is left out."""
    places = [n for n, sign in enumerate(number) if sign.isdigit() and n]
    n = dice.choice(places)
    return number[:n] + number[n + 1 :]


def changed(number, dice):
    """One digit is another."""
    n = dice.choice([n for n, sign in enumerate(number) if sign.isdigit()])
    digit = dice.choice([sign for sign in "123456789" if sign != number[n]])
    return number[:n] + digit + number[n + 1 :]


def times_ten_thousand(number, dice):
    """The figure in yuan where ten thousand yuan are the unit."""
    return f"{round(float(number.replace(',', '')) * 10_000):,}"


SPOILS = dict.fromkeys(SCORED, (swapped, dropped, changed))
SPOILS["amount"] = (*SPOILS["amount"], times_ten_thousand)


def spoilt(text, label, nth, spoil, dice):
    """The text with the nth printing of a label on its line spoilt; None where that cannot be."""
    rows = text.split("\n")
    row = rows[label["line"] - 1]
    number = re.match(r"[\d,.]+", label["printed"])[0]
    starts = [m.start() for m in re.finditer(rf"(?<![\d.,]){re.escape(number)}(?![\d])", row)]
    if nth >= len(starts):
        return None
    try:
        bad = spoil(number, dice)
    except IndexError:
        return None
    if bad == number or is_rounded(bad, number):
        return None
    at = starts[nth]
    rows[label["line"] - 1] = row[:at] + bad + row[at + len(number) :]
    return "\n".join(rows), bad


def is_rounded(bad, number):
    """Whether the spoilt number is the right one with fewer digits, which is no fault."""
    decimals = len(bad.partition(".")[2])
    gap = abs(Fraction(bad.replace(",", "")) - Fraction(number.replace(",", "")))
    return 2 * gap * 10**decimals <= 1


def planted(text, about, dice, rounds):
    """What becomes of spoilt figures, by kind of spoiling and result."""
    found = Counter()
    seen = Counter()
    for label in labels():
        number = number_of(label["printed"])
        nth = seen[label["line"], number]
        seen[label["line"], number] += 1
        if label["kind"] not in SCORED or label["fact"] == "none":
            continue
        for spoil in SPOILS[label["kind"]]:
            for _ in range(rounds):
                made = spoilt(text, label, nth, spoil, dice)
                if made is None:
                    continue
                bad, number_now = made
                here = numbers(bad, about).get(label["line"], [])
                same = [e for e in here if number_of(e.found.figure.text) == plain(number_now)]
                found[spoil.__name__, result(same, label)] += 1
    return found


def result(same, label):
    """Found, silent or wrong."""
    told = [each for each in same if each.fact]
    if not told:
        return "silent"
    is_found = any(e.status == "disagrees" and e.fact in label["fact"] for e in told)
    return "found" if is_found else "wrong"


def main():
    """Print the tables."""
    takes = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    takes.add_argument("report", type=Path)
    takes.add_argument("--seed", type=int, default=1)
    takes.add_argument("--rounds", type=int, default=1)
    asked = takes.parse_args()
    text, about = asked.report.read_text("utf-8"), project()
    right, linked, wanted = measured(text, about)
    print("kind        labelled  linked  right  precision  recall")
    for kind in (*SCORED, "other"):
        shares = right[kind] / linked[kind], right[kind] / wanted[kind]
        print(f"{kind:11} {wanted[kind]:8} {linked[kind]:7} {right[kind]:6}"
              f" {shares[0]:10.1%} {shares[1]:7.1%}")  # fmt: skip
    told = [e for each in numbers(text, about).values() for e in each if e.status == "disagrees"]
    print("told of the text as it is:", [(e.found.line, e.found.figure.text) for e in told])
    found = planted(text, about, random.Random(asked.seed), asked.rounds)
    print("planted             found  silent  wrong")
    for spoil in dict.fromkeys(name for name, _ in found):
        row = [found[spoil, each] for each in ("found", "silent", "wrong")]
        print(f"{spoil:19} {row[0]:5} {row[1]:7} {row[2]:6}")


if __name__ == "__main__":
    main()
