"""Tables of a report on many projects (项目组合报告的表): every ``tabulate_<name>`` is one.

They take a portfolio and words, show its frames and facts, and compute nothing.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from evalkit.discovery import functions_of


@cache
def portfolio_tabulators() -> dict[str, Any]:
    """Every table of a portfolio by its name.

    >>> "visits" in portfolio_tabulators()
    True
    """
    return functions_of(sys.modules[__name__], "tabulate_")
