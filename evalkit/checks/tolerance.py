"""How far a figure may lie from what the file gives, as that is rounded itself (取整容差).

The amounts of a file are rounded to the last digit that they are written with: what is computed
from them is known as finely as they are, and no finer. An honest report computes from the amounts
before they were rounded. How far that explains a printed figure, or a stated score, is said here
alone; for totals it comes to half of a step for each of the parts, and half of one for the total.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from evalkit.checks.book import Book, book_of, parsed, prefix_of, whole
from evalkit.checks.rounding import MOST_DECIMALS, WRITTEN, written_step
from evalkit.checks.rows import is_given
from evalkit.model import Evaluation, Span
from evalkit.scoring.exact import share_elapsed

#: Frames that facts name otherwise than the inputs do, and figures that repeat those of an item.
WRITTEN_IN = {"years": "prior_years"}
REPEATED = {
    "last_budget_amount": "prior_years", "last_executed_amount": "prior_years",
    "contract_amount": "contracts", "withheld_base_amount": "lines", "base_amount": "lines",
}  # fmt: skip
#: Other ways to make the same figure: a total of a table stands for the figure that it adds up to.
TWINS = {
    "initial_amount": ("sum(funding.initial_amount)", "sum(funding.budget_amount)",
                       "sum(lines.declared_amount)"),
    "budget_amount": ("sum(funding.budget_amount)",),
    "executed_amount": ("sum(funding.executed_amount)", "sum(lines.line_executed_amount)"),
    "stated_expected_amount": ("sum(funding.expected_amount)",),
}  # fmt: skip
#: Forecasts (预计执行): what the authority expects itself is no error against an extrapolation.
FORECASTS = {
    "expected_amount": ("stated_expected_amount", "sum(funding.expected_amount)"),
    "expected_rate": ("stated_expected_amount / budget_amount",
                      "sum(funding.expected_amount) / budget_amount"),
}  # fmt: skip
#: What an output came to; its target is what was set, to the last digit.
REACHED = ("actual", "planned", "expected", "measured")
#: From this step on an amount says so little that what it explains is worth a word.
COARSE = Fraction(10**6)  # 1 万元


class Tolerance:
    """What the figures of one project can be, as far as the amounts behind them are written."""

    def __init__(self, evaluation: Evaluation, project_id: str) -> None:
        self._evaluation, self._project_id = evaluation, project_id
        self._reached: dict[str, Span | None] = {}
        self._steps: dict[str, Fraction | None] = {}

    @cached_property
    def book(self) -> Book:
        """The figures of the project."""
        return book_of(self._evaluation, self._project_id)

    def explains(self, name: str, printed: Fraction, half: Fraction) -> bool:
        """Whether a printed figure, give or take half of its last place, can be this one."""
        return self._is_reached(name, printed, half) or self.is_twin(name, printed, half)

    def is_open_forecast(self, name: str) -> bool:
        """Whether a figure is a forecast for which the authority states none of its own."""
        stated = [self.book.compute(parsed(each)) for each in FORECASTS.get(name, ())]
        return bool(stated) and all(each is None for each in stated)

    def coarsest(self, name: str) -> Fraction | None:
        """The coarsest step of the amounts behind a figure; ``None`` below one 万元."""
        behind = {name, *self.book.behind(name)}
        steps = [2 * half for each, half in self._halves.items() if each in behind]
        return max((step for step in steps if step >= COARSE), default=None)

    def _is_reached(self, name: str, printed: Fraction, half: Fraction) -> bool:
        own = self._halves.get(name)
        if own is not None:  # printed more finely than the file has it
            return half < own and abs(printed - Fraction(self.book.value(name))) <= own
        reach = self.reach(name)
        return reach is not None and reach.low - half < printed < reach.high + half

    def reach(self, name: str) -> Span | None:
        """The least and the most that a computed figure can be; ``None`` where nothing is rounded.

        Each of the formulas rises or falls with each amount, so its ends lie where all amounts
        are at theirs.
        """
        if name not in self._reached:
            self._reached[name] = self._reach(name)
        return self._reached[name]

    def _reach(self, name: str) -> Span | None:
        value, fact = self.book.value(name), self.book.facts.get(name)
        if not isinstance(value, (int, Fraction)) or fact is None or not fact.formula:
            return None
        behind = [each for each in self.book.behind(name) if each in self._halves]
        ends: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        for each in behind:
            amount, half = self.book.value(each), self._halves[each]
            moved = self._anew(name, {each: amount + half})
            if moved is None or self._anew(name, {each: amount - half}) is None:
                return None
            side = half if moved > value else -half
            ends[0][each], ends[1][each] = amount - side, amount + side
        lowest, highest = (self._anew(name, end) for end in ends)
        if not behind or None in (lowest, highest) or lowest == highest:
            return None
        return Span(Fraction(lowest), Fraction(highest))

    def _anew(self, name: str, changed: Mapping[str, Any]) -> Any:
        """A figure computed anew, down to the amounts that were changed."""
        if name in changed:
            return changed[name]
        behind, value = self.book.behind(name), self.book.value(name)
        if behind.isdisjoint(changed):
            return value
        tree, prefix = parsed(self.book.facts[name].formula), prefix_of(name)
        if self.book.compute(tree, prefix) != value:
            return value  # made in a way that the formula alone does not show
        inputs = {leaf.name for leaf in self.book.leaves(tree, prefix)}
        inputs.update(row for rows in self.book.sums(tree) for row in self.book.rows(whole(rows)))
        return self.book.compute(tree, prefix, {each: self._anew(each, changed) for each in inputs})

    @cached_property
    def _halves(self) -> dict[str, Fraction]:
        """Half of the last place of each figure that was read and may have been rounded."""
        found: dict[str, Fraction] = {}
        for name, fact in self.book.facts.items():
            if fact.formula or not is_given(fact.value):
                continue
            step = None
            if fact.unit == "amount" and not self._is_product(name):
                step = self._step_of_amount(name)
            elif fact.unit == "quantity" and name.startswith("outputs."):
                step = _step_of_quantity(name, fact.value)
            if step is not None:
                found[name] = step / 2
        return found

    def _step_of_amount(self, name: str) -> Fraction | None:
        frame, _, rest = name.partition(".")
        item, _, column = rest.rpartition(".")
        column = column or name
        if column == "group_declared_amount":  # of several lines; its formula does not show them
            steps = [self._step_of_amount(f"{prefix}declared_amount") or Fraction(0)
                     for prefix in self._lines_of(item)]  # fmt: skip
            return sum(steps, Fraction(0)) or None
        frame = REPEATED.get(column) or (WRITTEN_IN.get(frame, frame) if rest else "projects")
        if column not in REPEATED and column not in WRITTEN.get(frame, ()):
            return None
        if frame not in self._steps:
            inputs = self._evaluation.inputs
            self._steps[frame] = written_step(inputs, self._project_id, frame)
        return self._steps[frame]

    def _lines_of(self, group: str) -> list[str]:
        """The lines of a group, as prefixes, that are not exactly their quantity × unit cost."""
        lines = [
            name for name, fact in self.book.facts.items()
            if name.startswith("lines.") and name.endswith(".group") and fact.value == group
        ]  # fmt: skip
        prefixes = [prefix_of(name) for name in lines]
        return [each for each in prefixes if not self._is_product(f"{each}declared_amount")]

    def _is_product(self, name: str) -> bool:
        """Whether a line's amount is its quantity × unit cost to the last fen: nothing is off."""
        prefix = prefix_of(name)
        parts = [self.book.value(f"{prefix}{each}") for each in ("quantity", "unit_cost_amount")]
        is_line = name.endswith(".declared_amount") and None not in parts
        return is_line and parts[0] * parts[1] == self.book.value(name)

    def is_twin(self, name: str, printed: Fraction, half: Fraction) -> bool:
        """Whether it is what the figure is by another way of making it, itself near enough."""
        if name == "elapsed_rate":
            project = self._evaluation.inputs.projects.loc[self._project_id]
            days = ("period_start_on", "period_end_on", "as_of")
            share = share_elapsed(*(project[day] for day in days))
            return is_given(share) and abs(share - printed) <= half
        if any(self._is_near(formula, printed, half) for formula in FORECASTS.get(name, ())):
            return True
        return any(
            self._is_near(formula, printed, half) and self._adds_up(formula, name)
            for formula in TWINS.get(name, ())
        )

    def _is_near(self, formula: str, printed: Fraction, half: Fraction) -> bool:
        """Whether a printed figure is what a formula gives, as far as its digits go."""
        found = self.book.compute(parsed(formula))
        return found is not None and abs(found - printed) <= half

    def _adds_up(self, formula: str, name: str) -> bool:
        """Whether a sum of rounded rows may be the figure, which is rounded too."""
        tree = parsed(formula)
        added, value = self.book.compute(tree), self.book.value(name)
        rows = [row for rows in self.book.sums(tree) for row in self.book.rows(rows)]
        own = written_step(self._evaluation.inputs, self._project_id, "projects") or Fraction(0)
        room = sum((self._halves.get(row, Fraction(0)) for row in rows), own / 2)
        return value is not None and abs(added - value) < room


def _step_of_quantity(name: str, value: Any) -> Fraction | None:
    """The last place of what was reached (完成值), where it has decimals; whole numbers are counts.

    >>> _step_of_quantity("outputs.a.actual", Fraction(31, 10))
    Fraction(1, 10)
    """
    if name.rpartition(".")[2] not in REACHED:
        return None
    exact = Fraction(value)
    places = range(1, MOST_DECIMALS + 1)
    decimals = next((n for n in places if (exact * 10**n).denominator == 1), 0)
    return Fraction(1, 10**decimals) if decimals and exact.denominator > 1 else None


class Tolerances(dict[str, Tolerance]):
    """The tolerance of each project of an evaluation, made when it is asked for."""

    def __init__(self, evaluation: Evaluation) -> None:
        super().__init__()
        self._evaluation = evaluation

    def __missing__(self, project_id: str) -> Tolerance:
        self[project_id] = Tolerance(self._evaluation, project_id)
        return self[project_id]
