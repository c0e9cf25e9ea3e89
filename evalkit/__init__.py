"""evalkit: performance tracking evaluation (绩效跟踪评价), from a params file to a report.

In a notebook::

    import evalkit as ek

    project = ek.load("params/minhang-logistics-2018.yaml")
    project                                # the verdict and the figures that matter
    project.facts["execution_rate"].value  # exact: Fraction(281955, 378092)
    project.tables.execution               # every table and chart of the report; Tab lists them
    project.charts.headcount
    project.findings                       # where the authority's own figures do not agree

    fewer = project.change({"posts.general.approved": 90})
    ek.compare(project, fewer)             # what differs, differences first
    fewer.save("90 general staff")         # a params file of its own, in scenarios/

    ek.new("my-project")                   # a params file of one's own to fill in
    ek.portfolio("reports")                # all projects whose reports lie in a folder
    ek.desk("params")                      # the same with controls to move

Importing ``evalkit`` alone loads none of this: each name is loaded when it is asked for.
"""

import sys
from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# nbformat loads jsonschema, which would make a parser for the syntax of IRIs: a second of every
# command and every worker, for something that no notebook holds. It does without where there is
# none.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

#: What ``import evalkit as ek`` offers, and the module that each comes from.
SURFACE = {
    "load": "evalkit.project",
    "new": "evalkit.project",
    "compare": "evalkit.side_by_side",
    "portfolio": "evalkit.portfolio_report",
    "desk": "evalkit.explore.desk",
}
__all__ = ["__version__", *SURFACE]


def __getattr__(name: str) -> Any:
    if name not in SURFACE:
        raise AttributeError(f"module 'evalkit' has no attribute {name!r}")
    return getattr(import_module(SURFACE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
