"""What a report on many projects says (项目组合报告文字), section by section.

``tell`` chooses the sentences of ``text/<lang>/portfolio.md`` by the facts and holds no words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from evalkit.formula import is_unit_cost
from evalkit.narrative.project import Saying, paragraph, say
from evalkit.portfolio_model import QUANTILES, Portfolio, least_points
from evalkit.terms import is_missing

#: How much of a long list stands on the page; all of it is in the files beside the page.
MOST_VISITS, MOST_FAILURES, MOST_PROJECTS, MOST_AUTHORITIES = 50, 50, 200, 30
#: So many of the bodies that answer for projects are drawn.
MOST_DRAWN = 12
#: Whose spread is told in words; that of the others stands in the table.
TOLD = ("execution_rate", "budget_head_amount")
#: From so many projects on a chart counts them instead of drawing each.
MANY = 500


def tell(portfolio: Portfolio, topic: str) -> list[Saying]:
    """What is said in a section; nothing where the portfolio has nothing there.

    Raises ``KeyError`` for no such section.
    """
    tellers: dict[str, Callable[[Portfolio], list[Saying]]] = {
        "totals": _totals, "lights": _lights, "visits": _visits, "authorities": _authorities,
        "spread": _spread, "findings": _findings, "projects": _projects, "failures": _failures,
        "rules": _rules,
    }  # fmt: skip
    parts = {
        "light_rules": say("rules_lights"), "exports": say("exports"),
        "visit_rules": say("rules_visits", least=least_points()),
    }  # fmt: skip
    return [parts[topic]] if topic in parts else tellers[topic](portfolio)


def _rules(portfolio: Portfolio) -> list[Saying]:
    return [say("rules_sums")]


def opening(portfolio: Portfolio) -> list[Saying]:
    """The title, and how many projects of what date."""
    if not _value(portfolio, "project_count"):
        return [say("main_title"), say("empty")]
    if not _value(portfolio, "reported_count"):
        return [say("main_title"), say("nothing_known")]
    dates = [_value(portfolio, name) for name in ("earliest_as_of", "latest_as_of")]
    if None in dates:
        return [say("main_title")]
    return [say("main_title"), say("edition_one_date" if dates[0] == dates[1] else "edition")]


def _value(portfolio: Portfolio, name: str) -> Any:
    value = portfolio.facts[name].value
    return None if is_missing(value) else value


def _totals(portfolio: Portfolio) -> list[Saying]:
    told = []
    if _value(portfolio, "budget_known_count"):
        told.append(say("budget"))
    if _value(portfolio, "overall_execution_rate") is not None:
        told.append(say("executed"))
    if _value(portfolio, "overall_planned_rate") is not None:
        told.append(say("planned"))
    gap = _value(portfolio, "overall_gap_amount")
    if _value(portfolio, "overall_accuracy_rate") is not None and gap is not None:
        told.append(say("pace_even" if gap == 0 else "pace_above" if gap > 0 else "pace_below"))
    if told and _value(portfolio, "unreported_count"):
        told.append(say("unreported"))
    return paragraph(*told)


def authorities_told(portfolio: Portfolio) -> pd.DataFrame:
    """The bodies with the largest budgets, as many as a page shows; none where there is only one.

    A comparison needs two.
    """
    found = portfolio.authorities
    return found.head(MOST_AUTHORITIES) if len(found) > 1 else found.head(0)


def authorities_drawn(portfolio: Portfolio) -> pd.DataFrame:
    """Those of them that have a rate and the largest budgets; none where there is only one."""
    told = authorities_told(portfolio)
    found = told[[not is_missing(each) for each in told["execution_rate"]]]
    return found.head(MOST_DRAWN if len(found) > 1 else 0)


def _authorities(portfolio: Portfolio) -> list[Saying]:
    if authorities_told(portfolio).empty:
        return []
    told, found = [say("authorities")], portfolio.authorities
    rated: Any = sorted(
        (pair for pair in zip(found["execution_rate"], found["name"], strict=True)
         if not any(map(is_missing, pair))), key=lambda pair: pair[0],
    )  # fmt: skip
    if len(rated) > 1 and rated[0][0] < rated[1][0] and rated[-2][0] < rated[-1][0]:
        (least, lowest), (most, highest) = rated[0], rated[-1]
        rates = {"least_rate": (least, "rate"), "most_rate": (most, "rate")}
        told.append(say("authorities_ends", least_name=lowest, most_name=highest, **rates))
    drawn = authorities_drawn(portfolio)
    if len(drawn) == MOST_DRAWN:
        told.append(say("authorities_drawn", shown=MOST_DRAWN))
    if len(found) > MOST_AUTHORITIES:
        told.append(say("authorities_listed", shown=MOST_AUTHORITIES))
    return paragraph(*told)


def light_items(portfolio: Portfolio) -> list[Saying]:
    """How many projects each light has."""
    return [
        say("light_item", light=f"light.{light}", count=row["project_count"])
        for light, row in portfolio.lights.iterrows()
    ]


def _lights(portfolio: Portfolio) -> list[Saying]:
    items = light_items(portfolio)
    return [say("lights", items=items)] if items else []


def _visits(portfolio: Portfolio) -> list[Saying]:
    count = _value(portfolio, "visit_count")
    if not count:
        return [say("no_visit")] if _value(portfolio, "reported_count") else []
    first = [say("visits_first", shown=MOST_VISITS)] if count > MOST_VISITS else []
    return paragraph(say("visits"), *first)


def _spread(portfolio: Portfolio) -> list[Saying]:
    items = []
    for figure, row in portfolio.spreads.iterrows():
        if figure not in TOLD:
            continue
        unit = portfolio.summaries.units[str(figure)]
        variant = "spread_cost" if is_unit_cost(str(figure)) else "spread_item"
        points = {which: (row[which], unit) for which in QUANTILES}
        items.append(say(variant, figure=str(figure), known=row["count"], **points))
    return [say("spread"), say("spread_lines", items=items)] if items else []


def _findings(portfolio: Portfolio) -> list[Saying]:
    if not _value(portfolio, "reported_count"):
        return []
    told = [say("findings" if _value(portfolio, "open_finding_count") else "findings_none")]
    if _value(portfolio, "all_accepted_count"):
        told.append(say("findings_accepted"))
    return paragraph(*told)


def _projects(portfolio: Portfolio) -> list[Saying]:
    count = _value(portfolio, "reported_count")
    if not count:
        return []
    return [say("projects_all" if count <= MOST_PROJECTS else "projects_some")]


def _failures(portfolio: Portfolio) -> list[Saying]:
    count = _value(portfolio, "unreported_count")
    if not count:
        return []
    first = [say("failures_first", shown=MOST_FAILURES)] if count > MOST_FAILURES else []
    return paragraph(say("failures"), *first)
