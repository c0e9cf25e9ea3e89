"""How long the desk takes from a move to the new figures and charts, in the kernel.

    python bench/explore.py [REPEATS]

Every kind of move that an analyst makes on the reference project, each several times and in turn;
prints the median of each kind, of all, and what the checks take, which are run when she pauses.
"""

import statistics
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import evalkit as ek

ROOT = Path(__file__).parents[1]
PROJECT = "minhang-logistics-2018"
DAY = date(2018, 8, 31)
MOVES = {
    "tracking date": lambda n: ("project.tracking.as_of", DAY - timedelta(n + 1)),
    "headcount": lambda n: ("posts.general.approved", 97 - n),
    "unit cost": lambda n: ("budget.lines.technical.unit_cost", 106_000 + 100 * n),
    "fee rate": lambda n: ("budget.lines.management_fee.rate", f"{9 - n % 5}%"),
    "fee base": lambda n: (
        "budget.lines.management_fee.base", [["labour", "uniform"], ["labour"]][n % 2],
    ),
    "contract amount": lambda n: ("contracts.services.amount", Decimal(3700) + n),
    "payment": lambda n: ("payments.p3.amount", Decimal(900) + n),
    "output value": lambda n: ("outputs.staffing.actual.value", 330 - n),
    "grade": lambda n: ("judgements.A111.grade", ["fair", "good"][n % 2]),
}  # fmt: skip


def main(repeats: int) -> None:
    started = time.perf_counter()
    desk = ek.desk(ROOT / "params", lang="zh")
    desk.source.value = PROJECT
    print(f"open the desk: {time.perf_counter() - started:.1f} s, imports among it")
    checks = []
    check = desk.check
    desk.check = lambda: None  # type: ignore[method-assign]
    times: dict[str, list[float]] = {name: [] for name in MOVES}
    for move in MOVES.values():  # what is set up at first use
        desk.move(*move(repeats + 1))
    for n in range(repeats):
        for name, move in MOVES.items():
            started = time.perf_counter()
            desk.move(*move(n))
            times[name].append(time.perf_counter() - started)
            assert not desk.message.value, desk.message.value
        started = time.perf_counter()
        check()
        checks.append(time.perf_counter() - started)
    for name, found in times.items():
        print(f"{name:16} median {statistics.median(found) * 1000:4.0f} ms")
    everything = [each for found in times.values() for each in found]
    print(f"{'all moves':16} median {statistics.median(everything) * 1000:4.0f} ms, "
          f"of {len(everything)}")  # fmt: skip
    print(f"{'checks':16} median {statistics.median(checks) * 1000:4.0f} ms, at a pause")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
