"""Single faults to plant in what projects declare: amounts, totals, points.

Each takes a clean project and a source of chance, and gives the faulty project with the code that
must be found and, where a slip explains it, the slip; or nothing where it has no place for it.
"""

from fractions import Fraction

import pandas as pd

from bench.faults import Planted
from bench.projects import SCORED, half_up, written


def planted(project, code, *causes, is_visible=True):
    """A faulty project, the code that must be found, and the causes that may be told."""
    return Planted(project, [], code, causes, is_visible)


# Digits and units of declared amounts


def _mistaken(amount, project, draw):
    """An amount with one slip, and its name; nothing where the amount is too short for it."""
    text = written(Fraction(amount) / project.worth, project.decimals)
    slip = draw.choice(("transposed", "wrong_digit", "missing_digit", "unit"))
    places = [place for place, sign in enumerate(text) if sign != "."]
    if len(places) < 4 or amount % project.step:
        return None
    if slip == "unit":
        return _in_yuan(amount, project)
    number = draw.randrange(len(places) - 1)
    place, following = places[number], places[number + 1]
    signs = list(text)
    if slip == "transposed":
        signs[place], signs[following] = signs[following], signs[place]
    elif slip == "wrong_digit":
        signs[place] = draw.choice([sign for sign in "123456789" if sign != text[place]])
    else:
        del signs[place]
    wrong = "".join(signs)
    if wrong == text or wrong.startswith(("0", ".")):
        return None
    return int(Fraction(wrong) * project.worth), slip


def _in_yuan(amount, project):
    """The number of yuan in a column of another unit; that of 万元 in a column of yuan."""
    if project.worth > 100:
        return int(amount * project.worth / 100), "unit_large"
    small = Fraction(amount, 10**4)
    return (int(small), "unit_small") if small.denominator == 1 else None


def _line(project, draw, *columns):
    """A line that has these columns."""
    lines = project.rows["lines"]
    fitting = [k for k, v in lines.items() if all(pd.notna(v.get(c, pd.NA)) for c in columns)]
    return draw.choice(fitting) if fitting else None


def line_digits(project, draw):
    """A declared line whose digits or unit are mistaken."""
    item = _line(project, draw, "unit_cost_amount", "declared_amount")
    wrong = item and _mistaken(project.at("lines", item, "declared_amount"), project, draw)
    if not wrong:
        return None
    amount, slip = wrong
    if slip == "unit_large":  # in yuan, as exactly as the product is
        amount = int(_product(project, item) * project.worth / 100)
    gap = amount - _product(project, item)
    changed = project.change("lines", item, declared_amount=amount)
    return planted(changed, "line_arithmetic", slip, is_visible=_is_seen(changed, gap))


def _product(project, item):
    """Quantity × unit cost of a line."""
    line = project.rows["lines"][item]
    heads = line.get("quantity") or project.rows["posts"][line["post"]]["approved_count"]
    return Fraction(heads) * line["unit_cost_amount"]


def line_truncated(project, draw):
    """A product cut off at the last place instead of rounded."""
    item = _line(project, draw, "unit_cost_amount", "declared_amount")
    if item is None:
        return None
    exact = _product(project, item)
    cut = int(exact / project.step) * project.step
    if 2 * (exact - cut) <= project.step:
        return None
    changed = project.change("lines", item, declared_amount=int(cut))
    seen = _is_seen(changed, exact - cut)
    return planted(changed, "line_arithmetic", "truncated", is_visible=seen)


def _is_seen(project, gap):
    """Whether a gap is more than the last place in which the lines state their amounts explains."""
    amounts = [each["declared_amount"] for each in project.rows["lines"].values()]
    step = next(step for step in (Fraction(project.worth, 10**d) for d in range(7))
                if all(amount % step == 0 for amount in amounts))  # fmt: skip
    return 2 * abs(gap) > step


def line_to_integer(project, draw):
    """A product rounded to a whole number where the others have decimals."""
    item = _line(project, draw, "unit_cost_amount", "declared_amount")
    if item is None or project.decimals == 0 or len(project.rows["lines"]) < 3:
        return None
    exact, place = _product(project, item), Fraction(project.worth)
    whole = half_up(exact, place)
    if whole < 20 * place or 2 * abs(whole - exact) <= project.step:
        return None
    changed = project.change("lines", item, declared_amount=int(whole))
    seen = _is_seen(changed, exact - whole)
    return planted(changed, "line_arithmetic", "coarse", is_visible=seen)


def line_other_cost(project, draw):
    """A product with the unit cost of another line."""
    mine = _line(project, draw, "unit_cost_amount", "post")
    other = _line(project, draw, "unit_cost_amount", "post")
    if mine is None or mine == other:
        return None
    cost = project.at("lines", other, "unit_cost_amount")
    heads = project.rows["posts"][project.at("lines", mine, "post")]["approved_count"]
    amount = half_up(Fraction(cost) * heads, project.step)
    if 2 * abs(amount - _product(project, mine)) <= project.step:
        return None
    changed = project.change("lines", mine, declared_amount=int(amount))
    return planted(changed, "line_arithmetic", "other_input")


def fee_other_base(project, draw):
    """A fee charged on all lines instead of labour alone."""
    lines = project.rows["lines"]
    if "fee" not in lines:
        return None
    rest = [v["declared_amount"] for k, v in lines.items() if k != "fee"]
    fee = half_up(lines["fee"]["fee_rate"] * sum(rest), project.step)
    changed = project.change("lines", "fee", declared_amount=int(fee))
    return planted(changed, "fee_base", "other_base")


def budget_without_a_line(project, draw):
    """A budget that leaves out one line."""
    item = _line(project, draw, "declared_amount")
    if item is None or len(project.rows["lines"]) < 2:
        return None
    whole = project.at("projects", "", "initial_amount")
    less = whole - project.at("lines", item, "declared_amount")
    return planted(project.change("projects", "", initial_amount=less), "lines_total", "left_out")


def budget_with_a_line_twice(project, draw):
    """A budget that counts one line twice."""
    item = _line(project, draw, "declared_amount")
    if item is None:
        return None
    whole = project.at("projects", "", "initial_amount")
    more = whole + project.at("lines", item, "declared_amount")
    changed = project.change("projects", "", initial_amount=more)
    return planted(changed, "lines_total", "counted_twice")


def source_digits(project, draw):
    """A source of money whose digits or unit are mistaken."""
    item = draw.choice(list(project.rows["funding"]))
    wrong = _mistaken(project.at("funding", item, "budget_amount"), project, draw)
    if not wrong:
        return None
    amount, slip = wrong
    values = {"budget_amount": amount, "received_amount": amount}
    alone = len(project.rows["funding"]) == 1
    return planted(project.change("funding", item, **values), "funding_total", "in_row",
                    *([slip] if alone else []))  # fmt: skip


def source_executed(project, draw):
    """What was spent by source does not add up: one source misses a digit."""
    spent = [k for k, v in project.rows["funding"].items() if v.get("executed_amount")]
    if not spent:
        return None
    item = draw.choice(spent)
    wrong = _mistaken(project.at("funding", item, "executed_amount"), project, draw)
    if not wrong:
        return None
    changed = project.change("funding", item, executed_amount=wrong[0])
    return planted(changed, "funding_executed", "in_row", wrong[1])


def instalment_left_short(project, draw):
    """An instalment with two digits swapped: the schedule does not pay the contract."""
    stated = [k for k, v in project.rows["instalments"].items() if pd.notna(v["stated_amount"])]
    if not stated:
        return None
    item = draw.choice(stated)
    text = str(project.at("instalments", item, "stated_amount"))
    places = [i for i in range(len(text) - 1) if text[i] != text[i + 1] and text[i + 1] != "0"]
    if len(text) < 5 or not places:
        return None
    i = draw.choice(places)
    text = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    contract = project.at("instalments", item, "contract")
    step = project.step if project.at("contracts", contract, "amount") % project.step == 0 else 1
    gap = abs(int(text) - project.at("instalments", item, "stated_amount"))
    changed = project.change("instalments", item, stated_amount=int(text))
    return planted(changed, "instalments_total", "in_row", is_visible=2 * gap > 5 * step)


def executed_without_a_payment(project, draw):
    """The amount stated as executed leaves out one payment."""
    payments = project.rows["payments"]
    if len(payments) < 2:
        return None
    whole = sum(each["amount"] for each in payments.values())
    less = whole - draw.choice(list(payments.values()))["amount"]
    changed = project.change("projects", "", stated_executed_amount=less)
    return planted(changed, "stated_executed", "left_out")


def executed_truncated(project, draw):
    """The amount stated as executed cuts the payments off at the last place."""
    payments = project.rows["payments"]
    whole = Fraction(sum(each["amount"] for each in payments.values()))
    cut = int(whole / project.step) * project.step
    if not payments or 2 * (whole - cut) <= project.step or not project.rows["lines"]:
        return None
    changed = project.change("projects", "", stated_executed_amount=int(cut))
    return planted(changed, "stated_executed", "truncated")


def line_spent_twice(project, draw):
    """What was spent on a line is ten times as much."""
    item = _line(project, draw, "line_executed_amount")
    amount = item and project.at("lines", item, "line_executed_amount")
    if not amount or len(str(amount).strip("0")) < 3:
        return None
    changed = project.change("lines", item, line_executed_amount=amount * 10)
    return planted(changed, "line_execution_total", "in_row")


def heads_without_a_post(project, draw):
    """A line per head that counts one post too few."""
    posts = project.rows["posts"]
    if len(posts) < 2 or "uniform" not in project.rows["lines"]:
        return None
    gone = draw.choice(list(posts.values()))["approved_count"]
    heads = project.at("lines", "uniform", "quantity") - gone
    return planted(project.change("lines", "uniform", quantity=heads), "per_head_quantity",
                    "left_out")  # fmt: skip


def line_missing_and_total_too_small(project, draw):
    """One line has no amount, and the budget is less than the others come to."""
    items = list(project.rows["lines"])
    if len(items) < 3:
        return None
    gone = draw.choice(items)
    rest = sum(v["declared_amount"] for k, v in project.rows["lines"].items() if k != gone)
    budget = half_up(Fraction(rest * draw.randint(20, 95), 100), project.step)
    changed = project.change("lines", gone, declared_amount=pd.NA)
    changed = changed.change("projects", "", initial_amount=int(budget))
    return planted(changed, "out_of_reach")


# Points


def only(project, framework):
    """The project where it is under a framework; nothing else."""
    return project if project.framework == framework else None


def score_of_one(project, draw):
    """A stated score that its rule does not give."""
    if not only(project, SCORED):
        return None
    item = draw.choice("abcdef")
    exact = project.at("outputs", item, "stated_score")
    slip, score = draw.choice((("coarse", half_up(exact, 1)), ("sum", exact + 1)))
    # Half of a tenth is a rounding that the column may well have.
    if abs(score - exact) <= Fraction(5, 100) or score > project.at("outputs", item, "points"):
        return None
    changed = project.change("outputs", item, stated_score=score)
    return planted(changed, "score_item", *(["coarse"] if slip == "coarse" else []))


def total_without_a_score(project, draw):
    """A stated total that leaves out one score."""
    if not only(project, SCORED):
        return None
    item = draw.choice("abcdef")
    whole = sum(each["stated_score"] for each in project.rows["outputs"].values())
    whole += project.at("judgements", "S11", "stated_score")
    less = whole - project.at("outputs", item, "stated_score")
    changed = project.change("projects", "", stated_score=less)
    return planted(changed, "score_sum", "left_out")


def total_transposed(project, draw):
    """A stated total with two digits swapped."""
    if not only(project, SCORED):
        return None
    text = str(int(project.at("projects", "", "stated_score") * 100))
    i = draw.randrange(len(text) - 1)
    if text[i] == text[i + 1] or text[i + 1] == "0":
        return None
    swapped = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    changed = project.change("projects", "", stated_score=Fraction(int(swapped), 100))
    return planted(changed, "score_total", "transposed")


def grade_of_another_band(project, draw):
    """A stated grade that is not that of the total."""
    if not only(project, SCORED):
        return None
    mine = project.at("projects", "", "stated_grade")
    other = draw.choice([g for g in ("excellent", "good", "medium", "poor") if g != mine])
    return planted(project.change("projects", "", stated_grade=other), "score_grade")


def points_off(project, draw):
    """Points that do not add up to those of their level."""
    if not only(project, SCORED):
        return None
    points = project.at("outputs", "a", "points")
    return planted(project.change("outputs", "a", points=points + 1), "score_weights")


def target_copied(project, draw):
    """The target stands as a bound in the place of a value."""
    if not only(project, SCORED):
        return None
    item = draw.choice("abcdef")
    changed = project.change("outputs", item, actual=project.at("outputs", item, "target"),
                             actual_operator=">=")  # fmt: skip
    return planted(changed, "score_bound")


def target_far_exceeded(project, draw):
    """A target exceeded by far."""
    if not only(project, SCORED):
        return None
    item = draw.choice("abcdef")
    changed = project.change("outputs", item, actual=2 * project.at("outputs", item, "target"))
    return planted(changed, "score_far_above")


def cap_that_never_binds(project, draw):
    """A cap on cost above the whole budget."""
    if not only(project, SCORED):
        return None
    budget = project.at("projects", "", "initial_amount")
    changed = project.change(
        "outputs", "c", operator="<=", target=Fraction(budget * draw.randint(2, 5), 100),
        target_unit="元", actual=Fraction(budget, 100), actual_unit="元",
    )  # fmt: skip
    return planted(changed, "score_loose_cap")


DECLARED = (
    line_digits, line_truncated, line_to_integer, line_other_cost, fee_other_base,
    budget_without_a_line, budget_with_a_line_twice, source_digits, source_executed,
    instalment_left_short, executed_without_a_payment, executed_truncated, line_spent_twice,
    heads_without_a_post, line_missing_and_total_too_small, score_of_one, total_without_a_score,
    total_transposed, grade_of_another_band, points_off, target_copied, target_far_exceeded,
    cap_that_never_binds,
)  # fmt: skip
