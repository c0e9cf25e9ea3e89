"""Many projects as one (项目组合): their frames, and the rules by which they are judged together.

The rules are data, ``portfolio.yaml``: what is computed, which verdict has which light, and what
makes a visit necessary. Scoring, words and the pages of docs take them from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import pandas as pd

from evalkit.model import Text
from evalkit.yamltree import own_yaml

NOT_JUDGED = "not_judged"
#: What stands beside the page of a portfolio for everybody to work on with.
FILES = ("projects.xlsx", "projects.csv", "findings.csv", "facts.csv")
#: Where a spread is looked at, as shares of the ordered values.
QUANTILES = {
    "least": Fraction(0), "lower": Fraction(1, 4), "middle": Fraction(1, 2),
    "upper": Fraction(3, 4), "most": Fraction(1),
}  # fmt: skip


class Reason(NamedTuple):
    """A reason to visit a project: its points, and the bound of the figure that decides."""

    name: str
    points: int
    measure: str = ""
    below: Fraction | None = None
    at_least: Fraction | None = None


@dataclass(frozen=True, eq=False)
class Summaries:
    """What the results of many projects say (各项目结果).

    ``projects`` has a row for each project with results: ``framework``, what is said about it, and
    its own figures, exact. ``findings`` counts its findings by ``code``, ``severity`` and
    ``is_accepted``. ``failures`` has a row for each project without a report: where it stopped and
    why. All are indexed by ``project_id``. ``units`` names the unit of each figure, ``pages`` the
    report that each project has in a language, ``names`` and ``labels`` are those of frameworks
    and, by framework, of grades.
    """

    projects: pd.DataFrame
    findings: pd.DataFrame
    failures: pd.DataFrame
    units: Mapping[str, str]
    pages: Mapping[tuple[str, str], str]
    names: Mapping[str, Text]
    labels: Mapping[tuple[str, str], Text]


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Everything that is known of many projects together (项目组合), one frame a topic.

    ``needs`` has a row for every project, those without a report included, in the order of their
    need: ``light``, ``reasons``, ``points``, ``is_visited``. ``lights``, ``frameworks``,
    ``authorities`` and ``verdicts`` group the projects, ``checks`` their findings by code and
    light, ``spreads`` hold the quantiles of figures, ``bins`` the counts of histograms by figure,
    ``grids`` the counts of two figures at once. ``orders`` are rankings of the projects with
    results, ``facts`` the figures by name.
    """

    summaries: Summaries
    needs: pd.DataFrame
    lights: pd.DataFrame
    frameworks: pd.DataFrame
    authorities: pd.DataFrame
    verdicts: pd.DataFrame
    checks: pd.DataFrame
    spreads: pd.DataFrame
    bins: Mapping[str, pd.DataFrame]
    grids: Mapping[str, pd.DataFrame]
    orders: Mapping[str, list[str]]
    facts: Mapping[str, Any]

    @property
    def projects(self) -> pd.DataFrame:
        """The projects that have results."""
        return self.summaries.projects


@cache
def _rules() -> dict[str, Any]:
    return dict(own_yaml(files("evalkit") / "portfolio.yaml"))


def figures() -> dict[str, dict[str, Any]]:
    """The figures of a portfolio by name: unit and formula.

    >>> figures()["overall_execution_rate"]["unit"]
    'rate'
    """
    return dict(_rules()["figures"])


def pairs() -> dict[str, tuple[str, str]]:
    """The pairs of amounts that are compared over the projects that have both.

    >>> pairs()["paced"]
    ('executed_amount', 'planned_amount')
    """
    return {name: (first, second) for name, (first, second) in _rules()["pairs"].items()}


def spread_figures() -> tuple[str, ...]:
    """The figures whose spread over the projects is shown.

    >>> spread_figures()[0]
    'execution_rate'
    """
    return tuple(_rules()["spreads"])


def light_names() -> tuple[str, ...]:
    """The lights from the best to the worst, then that of what was not judged (灯号).

    >>> light_names()[0], light_names()[-1]
    ('normal', 'not_judged')
    """
    return tuple(_rules()["lights"])


@cache
def light_rules() -> dict[tuple[str, str], str]:
    """The light of each verdict and of each grade, by ``("verdict" or "grade", its id)``.

    >>> light_rules()["verdict", "remind"], light_rules()["grade", "poor"]
    ('has_problems', 'has_serious_problems')
    """
    return {
        (kind, each): light
        for light, about in _rules()["lights"].items()
        for kind in ("verdict", "grade")
        for each in about[f"{kind}s"]
    }


@cache
def reasons() -> tuple[Reason, ...]:
    """The reasons to visit a project, the heaviest first.

    >>> reasons()[0].name, reasons()[0].points
    ('serious', 4)
    """
    return tuple(
        Reason(
            name, each["points"], each.get("measure", ""),
            *(_share(each[bound]) if bound in each else None for bound in ("below", "at_least")),
        )
        for name, each in _rules()["visit"]["reasons"].items()
    )  # fmt: skip


def _share(value: Any) -> Fraction:
    """A bound, also one in percent."""
    text = str(value)
    return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


def least_points() -> int:
    """The points from which on a project needs a visit.

    >>> least_points()
    4
    """
    return int(_rules()["visit"]["least"])
