"""Folders of results made by hand: a summary for each project, and what a batch leaves."""

import json

TRACKING, POINTS = "minhang-tracking-2018", "self-evaluation-2020"
UNITS = {
    "budget_amount": "amount", "executed_amount": "amount", "planned_amount": "amount",
    "execution_gap": "amount", "execution_rate": "rate", "execution_accuracy_rate": "rate",
    "progress_gap": "rate",
    "budget_head_amount": "amount", "rebased_score": "points", "as_of": "date", "verdict": "text",
    "total_grade": "text", "forecast": "text", "error_count": "count", "warning_count": "count",
    "late_instalment_count": "count",
}  # fmt: skip


def write_project(
    out, project, framework=TRACKING, name=None, findings=(), pages=("zh", "en"), authority=None,
    unit=None, **facts,
):  # fmt: skip
    """The summary of one project, and pages for the languages that it is said to have."""
    folder = out / project
    folder.mkdir(parents=True, exist_ok=True)
    called = name or f"Project {project}"
    if "executed_amount" in facts and "planned_amount" in facts:
        facts["execution_gap"] = facts["executed_amount"] - facts["planned_amount"]
    data = {
        "project": project,
        "framework": framework,
        "about": {
            "name": {"zh": called, "en": called}, "region": None, "year": "2024",
            "category": "recurring", "implementing_unit": unit and {"zh": unit, "en": unit},
            "authority": authority and {"zh": authority, "en": authority},
            "amount_unit": None, "unit_cost_unit": None,
        },
        "facts": {
            each: {"value": facts.get(each) if facts.get(each) is None else str(facts[each]),
                   "unit": unit}
            for each, unit in UNITS.items()
        },
        "findings": [
            {"code": code, "severity": severity, "accepted": accepted, "count": count}
            for code, severity, accepted, count in findings
        ],
    }  # fmt: skip
    (folder / "summary.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    for lang in pages:
        (folder / f"report.{lang}.html").write_text("<p>", "utf-8")
    listed = [{"name": each, "value": data["facts"][each]["value"], "unit": UNITS[each]}
              for each in UNITS]  # fmt: skip
    (folder / "facts.json").write_text(json.dumps({"facts": listed}, ensure_ascii=False), "utf-8")


def write_batch(out, *failures):
    """What a batch says of projects that it could not report on."""
    rows = [
        {"project": project, "params": "x.yaml", "status": "failed", "section": "execution",
         "cell": "7", "error": "ZeroDivisionError", "first_line": told}
        for project, told in failures
    ]  # fmt: skip
    (out / "batch.json").write_text(json.dumps({"projects": rows}, ensure_ascii=False), "utf-8")


def seven(out):
    """Five projects with results, one that failed though older results lie there, a broken one.

    ``a`` does well, ``b`` is far behind its plan, ``c`` not judged, ``d`` has points, ``e`` little.
    ``a`` and ``c`` are of one bureau, ``b`` and ``d`` of another, ``e`` says of none.
    """
    write_project(
        out, "a", authority="Bureau A", unit="Unit 1",
        budget_amount=1000, executed_amount=600, planned_amount=500,
        execution_rate="3/5", execution_accuracy_rate="6/5", verdict="normal", error_count=0,
        budget_head_amount=100, as_of="2024-08-31", findings=[("fee_base", "error", True, 1)],
    )  # fmt: skip
    write_project(
        out, "b", authority="Bureau B",
        budget_amount=3000, executed_amount=900, planned_amount=1800,
        execution_rate="3/10", execution_accuracy_rate="1/2", progress_gap="-3/10",
        verdict="has_serious_problems", error_count=12, warning_count=2, late_instalment_count=2,
        budget_head_amount="1000/3", as_of="2024-09-30",
        findings=[("fee_base", "error", False, 12), ("late_instalment", "warning", False, 2)],
    )  # fmt: skip
    write_project(
        out, "c", unit="Bureau A",
        budget_amount=2000, planned_amount=700, verdict="cannot_be_evaluated", error_count=1,
        as_of="2024-08-31", findings=[("fee_base", "error", False, 1)],
    )  # fmt: skip
    write_project(
        out, "d", POINTS, authority="Bureau B",
        budget_amount=4000, executed_amount=4000, execution_rate=1,
        total_grade="good", rebased_score="171/2", error_count=0, as_of="2024-08-31",
        pages=["zh"],
    )  # fmt: skip
    write_project(out, "e", executed_amount=50, verdict="remind", pages=[])
    write_project(out, "f", budget_amount=999_999, verdict="normal")
    (out / "g").mkdir()
    (out / "g" / "summary.json").write_text("{}", "utf-8")
    write_batch(out, ("f", "division by zero"))
    return out
