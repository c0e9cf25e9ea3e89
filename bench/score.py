"""Scores 10,000 projects under three frameworks in one call, against a plain loop over projects.

The loop does the same on one project after the other; it is run on a sample and its time is scaled
to all. Run: python bench/score.py [PROJECTS] [SAMPLE]
"""

import resource
import sys
import time
from fractions import Fraction
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from evalkit.evaluate import score_all
from evalkit.model import Text, inputs_of, select

FRAMEWORKS = ("self-evaluation-2020", "self-evaluation-2021", "evaluation-2020")
DIMENSIONS = ("quantity", "quality", "timeliness", "cost", "economic", "social", "satisfaction")
INDICATORS = 20


def portfolio(size):
    """Invented projects with 20 outputs each, the same in every run."""
    projects, outputs = [], []
    dates = {name: pd.Timestamp(day) for name, day in (
        ("period_start_on", "2024-01-01"), ("period_end_on", "2024-12-31"),
        ("as_of", "2024-12-31"))}  # fmt: skip
    for number in range(size):
        project = f"p{number}"
        projects.append({
            "project_id": project, "name": Text("项目", "project"), "year": 2024,
            "framework": FRAMEWORKS[0], "frameworks": list(FRAMEWORKS),
            "amount_unit": "万元", "unit_cost_unit": "元", "initial_amount": 10_000_000 + number,
            "stated_executed_amount": 9_000_000 + number * 7 % 1_000_000, **dates,
        })  # fmt: skip
        for item in range(INDICATORS):
            outputs.append({
                "project_id": project, "item": f"o{item}", "name": Text("指标", "indicator"),
                "kind": "output" if item < 12 else "outcome",
                "operator": (">=", "<=", "=")[item % 3],
                "target": Fraction(90), "target_unit": "%", "actual_unit": "%",
                "actual": Fraction(60 + (number * 13 + item * 7) % 60),
                "dimension": DIMENSIONS[item % len(DIMENSIONS)],
            })  # fmt: skip
    return inputs_of({"projects": projects, "outputs": outputs})


def timed(work):
    """What the work gives, and the seconds that it took."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def main():
    """Print the time, the peak of memory and the ratio."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    sample = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    inputs = portfolio(size)
    together, seconds = timed(lambda: score_all(inputs, FRAMEWORKS))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = sum(len(each.scores) for each in together.values())
    some = list(inputs.projects.index[:sample])
    parts = [select(inputs, [project]) for project in some]
    alone, loop = timed(lambda: [score_all(part, FRAMEWORKS) for part in parts])
    for project, mine in zip(some, alone, strict=True):
        for name in FRAMEWORKS:
            pair = [each[name].totals.loc[project].to_dict() for each in (together, mine)]
            assert str(pair[0]) == str(pair[1]), pair
    forms = len(FRAMEWORKS)
    print(f"{size} projects x {INDICATORS} indicators x {forms} frameworks: {rows} scores")
    print(f"one call:       {seconds:8.1f} s, peak memory {peak:.0f} MB")
    print(f"loop, scaled:   {loop / sample * size:8.1f} s ({sample} projects in {loop:.1f} s)")
    print(f"ratio:          {loop / sample * size / seconds:8.1f}")


if __name__ == "__main__":
    main()
