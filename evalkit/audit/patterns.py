"""The patterns and names that the audit reads by: ``patterns.yaml``, ``names.yaml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from evalkit.yamltree import own_yaml


@cache
def patterns() -> dict[str, Any]:
    """How figures are printed, and what looks like one and is none."""
    return own_yaml(files("evalkit") / "audit" / "patterns.yaml")


@cache
def names() -> dict[str, Any]:
    """What reports call the figures of ``formulas.yaml`` beside their terms."""
    return own_yaml(files("evalkit") / "audit" / "names.yaml")
