"""Single faults to plant in what clean projects print of themselves.

Each takes a clean project with what it prints and a source of chance, and gives the faulty project
and what must be found, or nothing where the project has no place for it.
"""

import ast
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import pandas as pd

from bench.projects import half_up, written
from tests.arithmetic import calculate


@dataclass(frozen=True)
class Print:
    """One printed figure: the fact, how it is printed and where."""

    figure: str
    value: object
    unit: str  # of the fact
    worth: Fraction
    decimals: int
    where: str
    text: str
    column: str

    @property
    def shown(self):
        """The value in the printed unit."""
        return Fraction(self.value) / self.worth


@dataclass
class Case:
    """A clean project with its facts (name → value, unit, formula) and what it prints."""

    project: object
    values: dict
    units: dict
    formulas: dict
    prints: list


@dataclass
class Planted:
    """What was planted: the project, its prints, and the finding that must name it."""

    project: object
    prints: list
    code: str
    causes: tuple = ()
    is_visible: bool = True


def _reprinted(case, printed, text, *causes):
    """One printed figure with another text; told apart from one that a reader could not tell."""
    prints = [replace(each, text=text) if each is printed else each for each in case.prints]
    number = _number(text)
    same = number is not None and is_defensible(printed, number, text)
    return Planted(case.project, prints, "printed", causes, not same)


def _number(text):
    plain = text.replace(",", "").rstrip("%")
    try:
        return Fraction(plain)
    except ValueError:
        return None


def is_defensible(printed, number, text):
    """Whether rounding at the last printed digit, half either way, explains a number."""
    decimals = len(text.replace("%", "").partition(".")[2])
    return 2 * abs(number - printed.shown) * 10**decimals <= 1


def _pick(case, draw, *units, **conditions):
    """A printed figure of these units, for which all conditions hold."""
    fitting = [each for each in case.prints if each.unit in units and each.value != 0
               and all(holds(each) for holds in conditions.values())]  # fmt: skip
    return draw.choice(fitting) if fitting else None


def _suffix(printed):
    return "%" if printed.text.endswith("%") else ""


def _text(printed, value):
    return written(value, printed.decimals) + _suffix(printed)


def _inexact(each):
    return half_up(each.shown, Fraction(1, 10**each.decimals)) != each.shown


def _length(each):
    return len(written(abs(each.shown), each.decimals).replace(".", "").lstrip("0"))


# Printed figures


def truncated(case, draw):
    """The last digit cut off."""
    each = _pick(case, draw, "amount", "rate", a=_inexact)
    if each is None:
        return None
    steps = abs(each.shown) * 10**each.decimals
    cut = Fraction(steps.numerator // steps.denominator, 10**each.decimals)
    return _reprinted(case, each, _text(each, cut if each.shown > 0 else -cut), "truncated")


def rounded_up(case, draw):
    """The last digit rounded up."""
    each = _pick(case, draw, "amount", "rate", a=_inexact)
    if each is None:
        return None
    steps = abs(each.shown) * 10**each.decimals
    up = Fraction(-(-steps.numerator // steps.denominator), 10**each.decimals)
    return _reprinted(case, each, _text(each, up if each.shown > 0 else -up), "rounded_up")


def rounded_to_integer(case, draw):
    """Rounded to a whole number, with zeros for the decimals."""
    each = _pick(case, draw, "amount", "rate", a=lambda p: p.decimals > 0 and abs(p.shown) >= 10)
    return each and _reprinted(case, each, _text(each, half_up(each.shown, 1)), "coarse")


def fewer_digits(case, draw):
    """Fewer decimals than the figures beside it."""

    def has_company(p):
        beside = [o for o in case.prints if o.where == p.where and o.unit == p.unit
                  and o.worth == p.worth and o is not p]  # fmt: skip
        return len(beside) >= 2 and p.decimals > 0 and all(o.decimals > 0 for o in beside)

    each = _pick(case, draw, "amount", "rate", a=has_company, b=_whole_differs)
    if each is None:
        return None
    planted = _reprinted(case, each, written(each.shown, 0) + _suffix(each), "coarser")
    planted.is_visible = True  # rounding explains it; that it is coarser is what is told
    return planted


def _whole_differs(each):
    return half_up(each.shown, 1) != each.shown


def _leaves(formula):
    tree = ast.parse(formula, mode="eval").body
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div | ast.Mult | ast.Sub):
        return [n.id for n in (tree.left, tree.right) if isinstance(n, ast.Name)], tree.op
    return [], None


def _computed(case, each, name, value):
    """A figure computed anew with one input changed, by a calculator that is not evalkit's."""
    prefix = _own(case, each, "")
    own = _own(case, each, name)
    return calculate(case.formulas[each.figure], case.values | {own: value}, prefix)


def _own(case, each, name):
    """The fact that a name in a figure's formula means; its item's prefix for no name."""
    item = each.figure.rpartition(".")[0]
    full = f"{item}.{name}" if item else name
    return full if full in case.values or not name else name


def rounded_input(case, draw):
    """A quotient of an input that had been rounded to whole units."""
    each = _pick(case, draw, "rate", a=lambda p: len(_leaves(case.formulas[p.figure])[0]) == 2)
    if each is None:
        return None
    name = draw.choice(_leaves(case.formulas[each.figure])[0])
    own = _own(case, each, name)
    value = case.values.get(own)
    if case.units.get(own) != "amount" or not isinstance(value, int | Fraction):
        return None
    step = Fraction(case.project.worth if case.project.worth > 100 else 10**6)
    rough = half_up(value, step)
    if abs(value) < 20 * step:
        return None
    return _reprinted(case, each, _text(each, _computed(case, each, name, rough) / each.worth),
                      "rounded_input")  # fmt: skip


DENOMINATORS = ("initial_amount", "contract_amount", "received_amount", "last_budget_amount",
                "planned_amount", "declared_total_amount")  # fmt: skip


def other_denominator(case, draw):
    """An execution rate over another amount."""

    def is_share(p):
        names, op = _leaves(case.formulas[p.figure])
        return isinstance(op, ast.Div) and len(names) == 2 and "." not in p.figure

    each = _pick(case, draw, "rate", a=is_share)
    if each is None:
        return None
    numerator, denominator = _leaves(case.formulas[each.figure])[0]
    value = case.values[denominator]
    others = [n for n in DENOMINATORS if n in case.values and n != numerator
              and isinstance(case.values[n], int | Fraction) and case.values[n] not in (0, value)
              and case.units[denominator] == "amount"]  # fmt: skip
    if not others:
        return None
    found = _computed(case, each, denominator, case.values[draw.choice(others)]) / each.worth
    return _reprinted(case, each, _text(each, found), "other_denominator")


def other_base(case, draw):
    """A fee on all other lines instead of the one group."""
    each = _pick(case, draw, "amount", a=lambda p: p.figure == "lines.fee.recomputed_amount")
    if each is None:
        return None
    lines = case.project.rows["lines"]
    base = sum(v["declared_amount"] for k, v in lines.items() if k != "fee")
    found = lines["fee"]["fee_rate"] * base / each.worth
    return _reprinted(case, each, _text(each, found), "other_base")


TOTALS = {"declared_total_amount": ("lines", "declared_amount"),
          "approved_count": ("posts", "approved_count"), "filled_count": ("posts", "filled_count"),
          "funding_amount": ("funding", "budget_amount"),
          "received_amount": ("funding", "received_amount"),
          "contract_amount": ("contracts", "amount"),
          "executed_amount": ("payments", "amount")}  # fmt: skip


def _total(case, draw, least=2):
    return _pick(case, draw, "amount", "count", a=lambda p: p.figure in TOTALS
                 and len(case.project.rows[TOTALS[p.figure][0]]) >= least)  # fmt: skip


def _row(case, each, draw):
    frame, column = TOTALS[each.figure]
    return Fraction(draw.choice(list(case.project.rows[frame].values()))[column]) / each.worth


def row_left_out(case, draw):
    """A total without one of its rows."""
    each = _total(case, draw)
    return each and _reprinted(
        case, each, _text(each, each.shown - _row(case, each, draw)), "left_out"
    )


def row_counted_twice(case, draw):
    """A total with one of its rows twice."""
    each = _total(case, draw)
    return each and _reprinted(
        case, each, _text(each, each.shown + _row(case, each, draw)), "counted_twice"
    )


def total_empty(case, draw):
    """The cell of a total is empty."""
    each = _total(case, draw, 1)
    return each and _reprinted(case, each, draw.choice(("", "/", "—")), "blank")


def total_zero(case, draw):
    """The cell of a total is 0."""
    each = _total(case, draw, 1)
    return each and _reprinted(case, each, written(Fraction(0), each.decimals), "zero")


UNITS = (100, 10**5, 10**6, 10**10)


def wrong_money_unit(case, draw):
    """An amount in 元, 千元, 万元 or 亿元, in a column of another unit."""
    each = _pick(case, draw, "amount", a=lambda p: _length(p) >= 3)
    if each is None:
        return None
    worth = draw.choice([unit for unit in UNITS if unit != each.worth])
    value = Fraction(each.value) / worth
    decimals = 0 if value.denominator == 1 else 2 if abs(value) >= 100 else 4
    if abs(value) * 10**decimals < 100:
        return None
    causes = ("unit_large", "unit_small", *_by_ten(worth, each.worth))
    return _reprinted(case, each, written(value, decimals), *causes)


def _by_ten(worth, other):
    """Ten times as much is one text, by another unit or by a shifted point."""
    return ("shifted",) if Fraction(worth) / other in (10, Fraction(1, 10)) else ()


def wrong_rate_unit(case, draw):
    """A share of 1, or per mille, where a percentage belongs."""
    each = _pick(case, draw, "rate", a=lambda p: abs(p.shown) >= 1)
    if each is None:
        return None
    worth = draw.choice((Fraction(1), Fraction(1, 1000)))
    text = written(Fraction(each.value) / worth, 4 if worth == 1 else 1) + "%"
    causes = ("unit_large", "unit_small", *_by_ten(worth, each.worth))
    return _reprinted(case, each, text, *causes)


def rate_in_amount_field(case, draw):
    """A percentage where an amount belongs."""
    each = _pick(case, draw, "amount")
    rate = _pick(case, draw, "rate", a=lambda p: p.decimals == 2 and abs(p.shown) >= 1
                 and p.shown.denominator > 1)  # fmt: skip
    if not (each and rate):
        return None
    text = written(rate.shown, 2) + "%"
    return _reprinted(case, each, text, "rate_for_amount", "rate_for_amount_unknown")


def amount_in_rate_field(case, draw):
    """An amount where a percentage belongs."""
    each = _pick(case, draw, "rate")
    amount = _pick(case, draw, "amount", a=lambda p: _length(p) >= 4
                   and _digits_before_zeros(p) >= 3)  # fmt: skip
    if not (each and amount):
        return None
    return _reprinted(case, each, written(amount.shown, amount.decimals), "amount_for_rate")


def _digits_before_zeros(each):
    return len(written(abs(each.shown), each.decimals).replace(".", "").strip("0"))


def other_figure(case, draw):
    """Another figure of the same kind in its place."""
    each = _pick(case, draw, "amount", "rate")
    other = each and _pick(
        case, draw, each.unit, a=lambda p: p.figure != each.figure and p.value != each.value
        and p.worth == each.worth and _digits_before_zeros(p) >= 3)  # fmt: skip
    return other and _reprinted(
        case, each, written(other.shown, other.decimals) + _suffix(each), "other_fact"
    )


def wrong_sign(case, draw):
    """A minus lost."""
    each = _pick(case, draw, "amount", "rate", a=lambda p: p.shown < 0 and _length(p) >= 3)
    return each and _reprinted(case, each, _text(each, -each.shown), "sign")


def shifted_point(case, draw):
    """The decimal point one place too far."""
    each = _pick(case, draw, "amount", "rate", a=lambda p: _digits_before_zeros(p) >= 3)
    if each is None:
        return None
    factor = draw.choice((Fraction(10), Fraction(1, 10)))
    text = _text(each, each.shown * factor)
    return _reprinted(case, each, text, "shifted", "unit_large", "unit_small")


def _long(case, draw, least=4):
    return _pick(
        case,
        draw,
        "amount",
        "rate",
        "count",
        a=lambda p: _length(p) >= (3 if p.unit == "count" else least) and p.shown > 0,
    )


def _plain(each):
    return written(each.shown, each.decimals)


def _hand(case, each, text, *causes):
    """A number by hand: not one that begins with a zero or ends with a point."""
    whole = text.partition(".")[0]
    if text.endswith(".") or not whole or (whole.startswith("0") and len(whole) > 1):
        return None
    if Fraction(text) / each.shown in (10, Fraction(1, 10)):  # a zero more or less: one text
        causes += ("shifted", "unit_large", "unit_small")
    return _reprinted(case, each, text + _suffix(each), *causes)


def digits_transposed(case, draw):
    """Two neighbouring digits in the wrong order."""
    each = _long(case, draw)
    if each is None:
        return None
    text = _plain(each)
    places = [i for i, sign in enumerate(text) if sign != "."]
    pairs = [(a, b) for a, b in pairwise(places) if text[a] != text[b]]
    if not pairs:
        return None
    a, b = draw.choice(pairs)
    signs = list(text)
    signs[a], signs[b] = signs[b], signs[a]
    return _hand(case, each, "".join(signs), "transposed")


def digit_missing(case, draw):
    """One digit lost."""
    each = _long(case, draw)
    if each is None:
        return None
    text = _plain(each)
    place = draw.choice([i for i, sign in enumerate(text) if sign != "."])
    # A last decimal that is lost is one that was cut off: one text.
    cut = ("truncated", "coarse") if each.decimals and place == len(text) - 1 else ()
    return _hand(case, each, text[:place] + text[place + 1 :], "missing_digit", *cut)


def digit_doubled(case, draw):
    """One digit typed twice."""
    each = _long(case, draw)
    if each is None:
        return None
    text = _plain(each)
    place = draw.choice([i for i, sign in enumerate(text) if sign != "."])
    return _hand(case, each, text[:place] + text[place] + text[place:], "doubled_digit")


def digit_wrong(case, draw):
    """One digit mistaken."""
    each = _long(case, draw)
    if each is None:
        return None
    text = _plain(each)
    place = draw.choice([i for i, sign in enumerate(text) if sign != "."])
    sign = draw.choice([s for s in "0123456789" if s != text[place]])
    return _hand(case, each, text[:place] + sign + text[place + 1 :], "wrong_digit")


def date_wrong(case, draw):
    """A date that is a few days off."""
    each = _pick(case, draw, "date")
    if each is None:
        return None
    off = each.value + pd.Timedelta(days=draw.randint(1, 20)).to_pytimedelta()
    text = f"{off.year}-{off.month:02d}-{off.day:02d}"
    return replace_text(case, each, text, "mismatch_date", "other_date")


def name_short(case, draw):
    """A name in another form."""
    each = _pick(case, draw, "text")
    return each and replace_text(case, each, each.text.replace("a", "", 1), "name")


def name_other(case, draw):
    """Another name."""
    each = _pick(case, draw, "text")
    return each and replace_text(case, each, "Somebody Else", "text")


def replace_text(case, each, text, *causes):
    """A printed text that is no number."""
    prints = [replace(one, text=text) if one is each else one for one in case.prints]
    return Planted(case.project, prints, "printed", causes, text != each.text)


def places_differ(case, draw):
    """A quantity without data, printed differently in two places."""
    if "price_effect_amount" in case.values and not pd.isna(case.values["price_effect_amount"]):
        return None
    value = Fraction(draw.randint(1000, 9999), 100)
    more = [
        Print(
            "price_effect_amount",
            0,
            "amount",
            Fraction(case.project.worth),
            2,
            where,
            written(each, 2),
            case.project.unit,
        )
        for where, each in (("x", value), ("y", value + Fraction(draw.randint(2, 900), 100)))
    ]
    return Planted(case.project, [*case.prints, *more], "printed", ("differ", "differ_odd"))


def unreachable_total(case, draw):
    """A cell is missing, and the printed total is less than the others come to."""
    posts = case.project.rows["posts"]
    if len(posts) < 2:
        return None
    gone = draw.choice(list(posts))
    rest = sum(post["filled_count"] for item, post in posts.items() if item != gone)
    project = case.project.change("posts", gone, filled_count=pd.NA)
    text = str(draw.randint(1, rest - 1))
    prints = [Print("filled_count", 0, "count", Fraction(1), 0, "x", text, "人")]
    return Planted(project, prints, "printed", ("unreachable",))


PRINTED = (
    truncated, rounded_up, rounded_to_integer, fewer_digits, rounded_input, other_denominator,
    other_base, row_left_out, row_counted_twice, total_empty, total_zero, wrong_money_unit,
    wrong_rate_unit, rate_in_amount_field, amount_in_rate_field, other_figure, wrong_sign,
    shifted_point, digits_transposed, digit_missing, digit_doubled, digit_wrong, date_wrong,
    name_short, name_other, places_differ, unreachable_total,
)  # fmt: skip
