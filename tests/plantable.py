"""A small project in which everything agrees, and ways to plant a fault in it.

Amounts are in fen; the project states them in 万元. What a row of CLEAN says is what the fault of a
test changes: ``planted(lines={"uniform": {"quantity": 13}})``.
"""

import copy
from fractions import Fraction

import pandas as pd

from evalkit import framework
from evalkit.evaluate import evaluate
from evalkit.model import Text, inputs_of

FRAMEWORK = framework.load("minhang-tracking-2018")
WAN = 1_000_000  # fen


def day(text):
    """A date of the inputs."""
    return pd.Timestamp(text)


def both(text):
    """A text that is the same in both languages."""
    return Text(text, text)


def line(name, group, **values):
    """A budget line."""
    return {"name": both(name), "group": group, "base": [], **values}


COMPUTED = ("A211", "C11", "C12", "C13")
PROJECT = {
    "name": both("Support services"), "year": 2018, "category": "recurring",
    "framework": FRAMEWORK.id, "amount_unit": "万元", "unit_cost_unit": "元",
    "period_start_on": day("2018-01-01"), "period_end_on": day("2018-12-31"),
    "tracking_start_on": day("2018-01-01"), "as_of": day("2018-08-31"),
    "report_on": day("2018-09-24"), "implementing_unit": both("Offices Administration"),
    "client": both("Finance Bureau"), "evaluator": both("Careful Accountants Ltd."),
    "initial_amount": 94_700_000, "services": [both("guarding"), both("catering")],
    "stated_verdict": "normal", "stated_forecast": "can_complete", "stated_deviation": "exists",
    "is_funds_on_plan_stated": True, "is_on_schedule_stated": True, "is_full_use_stated": True,
}  # fmt: skip
CLEAN = {
    "projects": {"": PROJECT},
    "funding": {
        "city": {
            "name": both("city"), "budget_amount": 94_700_000, "received_amount": 94_700_000,
        },
    },
    "posts": {
        "guard": {"name": both("guards"), "approved_count": 10, "filled_count": 10},
        "cook": {"name": both("cooks"), "approved_count": 5, "filled_count": 5},
    },
    "lines": {
        "guard": line("Guards", "labour", post="guard", unit_cost_amount=6_000_000,
                      declared_amount=60 * WAN, line_executed_amount=30 * WAN),
        "cook": line("Cooks", "labour", post="cook", unit_cost_amount=5_000_000,
                     declared_amount=25 * WAN, line_executed_amount=12_500_000),
        "uniform": line("Uniforms", "uniform", quantity=15, is_per_head=True,
                        unit_cost_amount=80_000, declared_amount=1_200_000,
                        line_executed_amount=600_000),
        "fee": line("Fee", "management_fee", fee_rate="1/10", base=["labour"],
                    declared_amount=8_500_000, line_executed_amount=4_250_000),
    },
    "prior_years": {
        "2017": {"year_budget_amount": 90 * WAN, "year_executed_amount": 89_800_000},
    },
    "contracts": {
        "main": {
            "name": both("Main contract"), "contractor": both("Good Service Ltd."),
            "procurement": "open_tender", "awarded_on": day("2017-12-10"),
            "signed_on": day("2017-12-20"), "amount": 94_700_000,
            "service_start_on": day("2018-01-01"), "service_end_on": day("2018-12-31"),
        },
    },
    "instalments": {
        f"q{n}": {"name": both(f"Instalment {n}"), "contract": "main", "due_on": day(due),
                  "share_rate": "1/4"}
        for n, due in enumerate(("2018-03-31", "2018-06-30", "2018-09-30", "2018-12-31"), 1)
    },
    "payments": {
        "p1": {"instalment": "q1", "paid_on": day("2018-03-30"), "amount": 23_675_000},
        "p2": {"instalment": "q2", "paid_on": day("2018-06-29"), "amount": 23_675_000},
    },
    "milestones": {
        "tender": {"name": both("Tender"), "planned_on": day("2017-12-31"),
                   "actual_on": day("2017-12-10")},
        "review": {"name": both("Review"), "planned_on": day("2018-12-31")},
    },
    "outputs": {
        "staffing": {
            "name": both("Staff in post"), "kind": "output", "operator": "=",
            "target": 15, "target_unit": "人", "planned": 15, "planned_unit": "人",
            "actual": 15, "actual_unit": "人", "qualified": 15, "stated_likelihood": "certain",
        },
        "satisfaction": {
            "name": both("Satisfaction"), "kind": "outcome", "operator": ">=",
            "target": 90, "target_unit": "%", "measured": 95, "measured_unit": "%",
            "measured_on": day("2018-07-02"), "sample_count": 120, "method": both("form"),
            "measured_by": "third_party", "covers": [both("Catering"), both("guarding")],
            "stated_likelihood": "certain",
        },
    },
    "judgements": {
        code: {"stated_grade": "good"} if code in COMPUTED else {
            "stated_grade": "fairly_good" if code == "B132" else "good",
            "grade": "fairly_good" if code == "B132" else "good",
            "evidence": both(f"file on {code}"),
        }
        for code in FRAMEWORK.indicators.index
    },
    "rules": {
        "work": {"name": both("Rules of work"), "area": "business", "number": both("No. 1"),
                 "is_existing": True, "relevance": "good", "effectiveness": "effective",
                 "indicator": "B132"},
    },
    "problems": {
        "late": {"title": both("Meals come late at times"), "cause": both("The lift is slow"),
                 "description": both("One meal in ten comes after noon"), "indicators": ["B132"]},
    },
    "measures": {
        "lift": {"title": both("Mend the lift"), "problem": "late", "kind": "execution",
                 "due_on": day("2018-10-31")},
    },
}  # fmt: skip


def rows_of(project_id="p", **changes):
    """The rows of the clean project, changed: frame → item → columns, ``None`` to drop it."""
    rows = copy.deepcopy(CLEAN)
    for frame, items in changes.items():
        mine = rows.setdefault(frame, {})
        for item, values in items.items():
            if values is None:
                del mine[item]
            else:
                mine[item] = mine.get(item, {}) | values
    for items in rows.values():
        for values in items.values():
            for column in ("fee_rate", "share_rate", "withheld_rate"):
                if isinstance(values.get(column), str):
                    values[column] = Fraction(values[column])
    return {
        frame: [
            {"project_id": project_id} | ({"item": item} if item else {}) | values
            for item, values in items.items()
        ]
        for frame, items in rows.items()
    }


def planted(**changes):
    """The evaluation of the clean project with changes."""
    return portfolio({"p": changes})


def portfolio(changes):
    """The evaluation of many clean projects at once, each with changes of its own."""
    rows = {}
    for project_id, change in changes.items():
        for name, items in rows_of(project_id, **change).items():
            rows.setdefault(name, []).extend(items)
    return evaluate(inputs_of(rows), FRAMEWORK)


def printed(*rows):
    """Rows of printed figures: (figure, text) or (figure, text, unit) or with a place besides."""
    found = {}
    for number, (figure, text, *more) in enumerate(rows, start=1):
        unit, where = (*more, "", "")[:2] if more else ("", "")
        found[str(number)] = {
            "figure": figure, "text": text, "where": both(where or f"table {number}"),
        } | ({"unit": unit} if unit else {})  # fmt: skip
    return found
