"""One project under several frameworks (多框架比较): the totals, and in words why they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evalkit.model import Evaluation
from evalkit.narrative.project import Project, Saying, present, say
from evalkit.scoring.comparison import REST

FIGURES = ("full_points", "excluded_points", "total_score", "rebased_score", "first_gap",
           "lowest_rebased_score", "highest_rebased_score", "stated_total_score",
           "undecided_score_count", "framework_points")  # fmt: skip


def tell_comparison(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """What each framework gives and why they differ; nothing under one framework alone."""
    project = Project(evaluation, project_id)
    rows = _rows(project)
    if len(rows) < 2:
        return []
    told = [say("title"), say("opening", frameworks=[row.name for row in rows])]
    told.append(say("totals", totals=[each for row in rows for each in _total(project, row)]))
    why = list(_why(project, rows))
    if why:
        return [*told, say("why", reasons=why)]
    return [*told, say("same")] if sum(row.is_scored for row in rows) > 1 else told


def totals_told(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """What this one framework gives, for a terminal: a saying or more."""
    project = Project(evaluation, project_id)
    mine = [row for row in _rows(project) if row.Index == evaluation.framework.id]
    return [each for row in mine for each in _total(project, row)]


def why_told(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """Why the frameworks do not give the same: each against the first one that gives points."""
    project = Project(evaluation, project_id)
    return list(_why(project, _rows(project)))


def undecided_told(evaluation: Evaluation, project_id: str) -> list[Saying]:
    """What cannot be scored under a framework, each with its reason and what is within reach."""
    project = Project(evaluation, project_id)
    return [
        say("undecided", indicator=row.name, reason_code=row.reason_code,
            lowest=(row.lowest_score, "points"), highest=(row.highest_score, "points"))
        for row in project.items("scores")
        if row.status == "cannot_be_evaluated"
    ]  # fmt: skip


def _rows(project: Project) -> list[Any]:
    return project.items("comparison") if len(project.evaluation.comparison) else []


def _total(project: Project, row: Any) -> Iterator[Saying]:
    """A framework's total and grade, the range within reach, or its verdict."""
    named: dict[str, Any] = {"framework": row.name}
    if not row.is_scored:
        yield say("graded", verdict=row.verdict, **named) if present(row.verdict) else say(
            "graded_none", **named)  # fmt: skip
        return
    before = f"comparison.{row.Index}."
    facts = {
        name: project.fact(f"{before}{name}") for name in FIGURES if present(getattr(row, name))
    }
    grades = {name: getattr(row, name) for name in ("total_grade", "lowest_grade", "highest_grade")
              if present(getattr(row, name))}  # fmt: skip
    if not present(row.lowest_rebased_score):
        yield say("no_points", **named)
        return
    is_decided = present(row.rebased_score)
    kind = "total" if is_decided else "within_reach"
    yield say(kind if "lowest_grade" in grades else f"{kind}_only", **named, **facts, **grades)
    if is_decided and row.excluded_points:
        yield say("rebased", **named, **facts)
    if present(row.stated_total_score):
        yield say("stated", **named, **facts)
    if row.full_points != row.framework_points:
        yield say("off_balance", **named, **facts)


def _why(project: Project, rows: list[Any]) -> Iterator[Saying]:
    """Each further framework that gives points against the first one."""
    scored = [row for row in rows if row.is_scored]
    kinds: dict[str, dict[str, Any]] = {}
    for each in project.items("kinds") if len(project.evaluation.kinds) else ():
        kinds.setdefault(each.framework, {})[each.kind] = each
    for other in scored[1:]:
        yield from _between(project, scored[0], other, kinds)


def _between(
    project: Project, one: Any, other: Any, kinds: dict[str, dict[str, Any]]
) -> Iterator[Saying]:
    """Formula, rule and weight of what both score; then what only one of them scores."""
    names: dict[str, Any] = {"one": one.name, "other": other.name}
    mine, its = kinds.get(one.Index, {}), kinds.get(other.Index, {})
    both = [kind for kind in mine if kind in its and kind != REST]
    for kind in both:
        a, b = mine[kind], its[kind]
        topic = names | {"kind": (f"kinds.{kind}", "term")}
        if a.methods != b.methods:
            yield from _formulas(project, topic, a, b)
        elif a.rules != b.rules:
            rules = {"rules": _terms("rule_kind", a.rules),
                     "other_rules": _terms("rule_kind", b.rules)}  # fmt: skip
            yield say("other_rule", **topic, **rules)
    weights = [
        say("weight", kind=(f"kinds.{kind}", "term"), points=_fact(project, mine[kind], "points"),
            other_points=_fact(project, its[kind], "points"))
        for kind in both if mine[kind].points != its[kind].points
    ]  # fmt: skip
    if weights:
        yield say("other_weights", **names, weights=weights)
    for here, there, first, second in ((mine, its, one, other), (its, mine, other, one)):
        own = [kind for kind in here if kind not in there or _is_own(kind, here, there)]
        if own:
            kinds_own = [
                say("only_kind", kind=(f"kinds.{kind}", "term"),
                    points=_fact(project, here[kind], "points"))
                for kind in own
            ]  # fmt: skip
            yield say("only", one=first.name, other=second.name, kinds=kinds_own)


def _is_own(kind: str, here: dict[str, Any], there: dict[str, Any]) -> bool:
    """Whether what is neither of the common kinds differs: two frameworks' judgements do."""
    a, b = here[kind], there[kind]
    return kind == REST and (a.methods, a.rules, a.points) != (b.methods, b.rules, b.points)


def _formulas(project: Project, topic: dict[str, Any], a: Any, b: Any) -> Iterator[Saying]:
    """Two formulas under one name, each with the rate that it gives where it gives one."""
    methods = {"methods": _terms("method", a.methods), "other_methods": _terms("method", b.methods)}
    if present(a.rate) and present(b.rate):
        rates = {"rate": _fact(project, a, "rate"), "other_rate": _fact(project, b, "rate")}
        yield say("other_formula_rates", **topic, **methods, **rates)
    else:
        yield say("other_formula", **topic, **methods)


def _terms(field: str, values: list[str]) -> list[str]:
    return [f"{field}.{value}" for value in values]


def _fact(project: Project, row: Any, column: str) -> Any:
    return project.fact(f"kinds.{row.Index}.{column}")
