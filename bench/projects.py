"""Invented projects in which everything agrees, and what an honest authority would print of them.

Nothing here comes from evalkit but the shapes of its inputs; amounts are whole fen.
"""

import copy
import random
import sys
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from evalkit.model import inputs_of
from tests.plantable import CLEAN, both, line

GRADED, SCORED = "minhang-tracking-2018", "self-evaluation-2020"
#: The unit of money, what one is worth, the decimals that its tables have.
MONEY = (("万元", 10**6, 2), ("万元", 10**6, 2), ("万元", 10**6, 4), ("千元", 10**5, 2),
         ("元", 100, 2), ("元", 100, 0))  # fmt: skip
WIDE = str.maketrans("0123456789.,%-", "０１２３４５６７８９．，％－")
GROUPS = ("labour", "labour", "labour", "uniform", "service", "equipment")


def half_up(value, step):
    """A multiple of a step, ties away from zero."""
    steps = abs(Fraction(value)) / step
    whole = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)
    return (whole if value >= 0 else -whole) * step


def written(value, decimals, style="plain"):
    """A number as it is printed, rounded half up."""
    shown = half_up(value, Fraction(1, 10**decimals))
    whole, part = divmod(abs(shown) * 10**decimals, 10**decimals)
    text = f"{int(whole):,}" if style != "plain" else str(int(whole))
    text += f".{int(part):0{decimals}d}" if decimals else ""
    text = f"-{text}" if shown < 0 else text
    return text.translate(WIDE) if style == "wide" else text


@dataclass
class Project:
    """The rows of one project by frame and item, and how it prints money."""

    rows: dict
    framework: str
    unit: str
    worth: int
    decimals: int

    @property
    def step(self):
        """The last place of its tables, in fen."""
        return Fraction(self.worth, 10**self.decimals)

    def change(self, frame, item, **values):
        """Another project with some values changed; ``None`` as the value of an item drops it."""
        rows = copy.deepcopy(self.rows)
        rows.setdefault(frame, {}).setdefault(item, {}).update(values)
        return Project(rows, self.framework, self.unit, self.worth, self.decimals)

    def at(self, frame, item, column):
        """One value."""
        return self.rows[frame][item].get(column)


def clean(number, seed):
    """One clean project, the same for the same number and seed."""
    draw = random.Random(f"{seed}/{number}")
    unit, worth, decimals = draw.choice(MONEY)
    is_scored = draw.randrange(4) == 0
    project = Project(copy.deepcopy(CLEAN), SCORED if is_scored else GRADED, unit, worth, decimals)
    _build_up(project, draw)
    _sources(project, draw)
    year, month = draw.randint(2015, 2025), draw.randint(4, 12)
    if draw.randrange(3) < 2:
        _contracts(project, draw, month)
    else:
        _stated(project, draw)
    _earlier(project, draw)
    if is_scored:
        _points(project, draw)
    _dated(project, year, month)
    return project


def _build_up(project, draw):
    """Posts, lines, a fee; some projects have none of them and only a budget."""
    rows = project.rows
    rows["posts"], rows["lines"] = {}, {}
    if draw.randrange(4) == 0:
        rows["projects"][""]["initial_amount"] = int(draw.randint(10**4, 10**6) * 100 * 100)
        return _set_step(project)
    for n in range(draw.randint(1, 4)):
        heads = draw.randint(2, 300)
        rows["posts"][f"post{n}"] = {"name": both(f"post {n}"), "approved_count": heads,
                                     "filled_count": heads}  # fmt: skip
        cost = draw.randint(30, 150) * 100_000 + draw.choice((0, 3300))
        _line(project, f"line{n}", "labour", cost, heads, post=f"post{n}")
    heads = sum(post["approved_count"] for post in rows["posts"].values())
    _line(project, "uniform", "uniform", draw.randint(300, 1200) * 100, heads, quantity=heads,
          is_per_head=True)  # fmt: skip
    if draw.randrange(2) == 0:
        _line(project, "kit", "equipment", draw.randint(1000, 90000) * 10, draw.randint(3, 80))
    if draw.randrange(3) < 2:
        rate = Fraction(draw.randint(20, 120), 1000)
        base = sum(each["declared_amount"] for each in rows["lines"].values()
                   if each["group"] == "labour")  # fmt: skip
        rows["lines"]["fee"] = line(
            "Fee",
            "management_fee",
            fee_rate=rate,
            base=["labour"],
            declared_amount=int(half_up(rate * base, project.step)),
        )
        rows["lines"]["fee"]["base"] = ["labour"]
    rows["projects"][""]["initial_amount"] = sum(
        each["declared_amount"] for each in rows["lines"].values()
    )


def _set_step(project):
    """A budget without lines is stated in whole steps."""
    budget = project.rows["projects"][""]
    budget["initial_amount"] = int(half_up(budget["initial_amount"], project.step))


def _line(project, item, group, cost, heads, **values):
    values = {"quantity": heads} | values
    if "post" in values:
        del values["quantity"]
    project.rows["lines"][item] = line(
        item,
        group,
        unit_cost_amount=cost,
        declared_amount=int(half_up(cost * heads, project.step)),
        **values,
    )


def split(amount, parts, step, draw):
    """An amount in so many positive parts, each in whole steps."""
    cuts = sorted(draw.sample(range(1, max(int(amount / step), parts + 1)), parts - 1))
    edges = [0, *[int(cut * step) for cut in cuts], amount]
    return [high - low for low, high in pairwise(edges)]


def _sources(project, draw):
    budget = project.rows["projects"][""]["initial_amount"]
    parts = split(budget, draw.randint(1, 3), project.step, draw)
    project.rows["funding"] = {
        f"source{n}": {"name": both(f"source {n}"), "budget_amount": part, "received_amount": part}
        for n, part in enumerate(parts)
    }


def _contracts(project, draw, month):
    """One or two contracts for the whole budget, paid by the quarter."""
    rows = project.rows
    parts = split(rows["projects"][""]["initial_amount"], draw.randint(1, 2), project.step, draw)
    model = rows["contracts"]["main"]
    rows["contracts"], rows["instalments"], rows["payments"] = {}, {}, {}
    for n, part in enumerate(parts):
        rows["contracts"][f"c{n}"] = model | {"name": both(f"contract {n}"), "amount": part}
        by_share = draw.randrange(2) == 0
        quarters = [part // 4] * 3 + [part - 3 * (part // 4)]
        for q in range(4):
            item = f"c{n}q{q + 1}"
            rows["instalments"][item] = CLEAN["instalments"][f"q{q + 1}"] | {
                "contract": f"c{n}", "name": both(f"contract {n}, instalment {q + 1}"),
                "share_rate": Fraction(1, 4) if by_share else pd.NA,
                "stated_amount": pd.NA if by_share else quarters[q],
            }  # fmt: skip
            if 3 * (q + 1) <= month:
                paid = int(half_up(Fraction(part, 4), 1)) if by_share else quarters[q]
                rows["payments"][item] = {"instalment": item, "amount": paid, "quarter": q + 1}
    _by_line(project, sum(each["amount"] for each in rows["payments"].values()), draw)


def _stated(project, draw):
    """No contract: executed and planned are stated."""
    rows = project.rows
    rows["contracts"], rows["instalments"], rows["payments"] = {}, {}, {}
    budget = rows["projects"][""]["initial_amount"]
    executed = int(half_up(budget * Fraction(draw.randint(300, 990), 1000), project.step))
    planned = int(half_up(executed * Fraction(draw.randint(98, 102), 100), project.step))
    rows["projects"][""] |= {"stated_executed_amount": executed, "is_full_use_stated": False,
                             "stated_planned_amount": min(planned, budget)}  # fmt: skip
    left = executed
    for source in rows["funding"].values():
        source["executed_amount"] = min(left, source["budget_amount"])
        left -= source["executed_amount"]
    _by_line(project, executed, draw)


def _by_line(project, executed, draw):
    """What was spent by line, in whole steps but for the last."""
    lines = project.rows["lines"]
    if lines:
        parts = [0] * len(lines)
        if executed > len(lines) * project.step:
            parts = split(executed, len(lines), project.step, draw)
        for each, part in zip(lines.values(), parts, strict=True):
            each["line_executed_amount"] = part


def _earlier(project, draw):
    """The year before: spent but for less than a hundredth, or the budget did not grow."""
    budget = project.rows["projects"][""]["initial_amount"]
    last = int(half_up(budget * Fraction(draw.randint(80, 99), 100), project.step))
    spent = int(half_up(last * Fraction(draw.randint(9920, 10000), 10000), project.step))
    project.rows["prior_years"] = {
        "last": {"year_budget_amount": last, "year_executed_amount": min(spent, last)}
    }


#: The outputs of a table of points: dimension, and their level (outputs 50, benefits 30, …).
TABLE = {"a": "quantity", "b": "quality", "c": "cost", "d": "economic", "e": "social",
         "f": "satisfaction"}  # fmt: skip


GRADES = ((90, "excellent"), (80, "good"), (60, "medium"), (0, "poor"))


def _points(project, draw):
    """A self-evaluation whose grade no rounding changes: not within half a point of a bound."""
    total = Fraction(90)
    while any(abs(total - least) <= Fraction(1, 2) for least, _ in GRADES):
        total = _scored(project, draw)


def _scored(project, draw):
    """A self-evaluation of 100 points: stated scores and total rounded half up to two decimals."""
    rows = project.rows
    a, b, d = draw.randint(11, 22), draw.randint(11, 22), draw.randint(5, 25)
    points = {"a": a, "b": b, "c": 50 - a - b, "d": d, "e": 30 - d, "f": 10}
    rows["outputs"], rows["judgements"], exact = {}, {}, {}
    for item, dimension in TABLE.items():
        target = draw.randint(60, 99)
        actual = target + draw.randint(0, 5) if draw.randrange(3) < 2 else (
            Fraction(target * draw.randint(61, 99), 100))  # fmt: skip
        exact[item] = points[item] * min(Fraction(actual, 1) / target, 1)
        rows["outputs"][item] = {
            "name": both(f"indicator {item}"), "kind": "output" if item < "d" else "outcome",
            "dimension": dimension, "operator": ">=", "target": target, "target_unit": "%",
            "actual": actual, "actual_unit": "%", "points": Fraction(points[item]),
            "stated_score": half_up(exact[item], Fraction(1, 100)),
        }  # fmt: skip
    money = rows["projects"][""]
    executed = money.get("stated_executed_amount") or sum(
        each["amount"] for each in rows["payments"].values()
    )
    exact["S11"] = 10 * min(Fraction(executed, money["initial_amount"]), 1)
    rows["judgements"]["S11"] = {"stated_score": half_up(exact["S11"], Fraction(1, 100))}
    total = sum(exact.values())
    money |= {
        "framework": SCORED, "stated_score": half_up(total, Fraction(1, 100)),
        "stated_grade": next(grade for least, grade in GRADES if total >= least),
        "stated_verdict": pd.NA, "stated_forecast": pd.NA,
    }  # fmt: skip
    rows["rules"], rows["problems"], rows["measures"] = {}, {}, {}
    return total


def _dated(project, year, month):
    """The year and the tracking date; whatever CLEAN dates in 2017 and 2018 moves with them."""
    end = pd.Timestamp(year, month, 1) + pd.offsets.MonthEnd(0)
    money = project.rows["projects"][""]
    money |= {"amount_unit": project.unit, "year": year}
    for items in project.rows.values():
        for values in items.values():
            for column, value in values.items():
                if isinstance(value, pd.Timestamp):
                    values[column] = value.replace(year=value.year - 2018 + year)
    money |= {"as_of": end, "report_on": end + pd.Timedelta(days=20)}
    for payment in project.rows["payments"].values():
        quarter = payment.pop("quarter")
        due = pd.Timestamp(year, 3 * quarter, 1) + pd.offsets.MonthEnd(0)
        payment["paid_on"] = due - pd.Timedelta(days=2)
    for output in project.rows["outputs"].values():
        if "measured_on" in output:
            output["measured_on"] = end - pd.Timedelta(days=30)
    for each in project.rows["milestones"].values():
        each["planned_on"] = max(each["planned_on"], end) if "actual_on" not in each else (
            each["planned_on"])  # fmt: skip
    project.rows["measures"] = {
        item: each | {"due_on": end + pd.Timedelta(days=60)}
        for item, each in project.rows["measures"].items()
    }
    prior = project.rows["prior_years"]
    project.rows["prior_years"] = {str(year - 1): prior["last"]}


def inputs(projects):
    """The inputs of many projects by their id."""
    found = {}
    for project_id, project in projects.items():
        for frame, items in project.rows.items():
            for item, values in items.items():
                key = {"project_id": project_id} | ({"item": item} if item else {})
                found.setdefault(frame, []).append(key | values)
    return inputs_of(found)
