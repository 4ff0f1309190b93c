"""Exact totals of values: what a function of a scope or a group is, and how it shows."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from assistant.numbers import Value, kept, percent, plain, ratio_of, unit_of
from assistant.outcome import Outcome
from assistant.plan import Aggregate, Measure
from assistant.result import Ratio


class Total(NamedTuple):
    """One computed function, ready to show."""

    function: Aggregate
    number: Decimal | None
    unit: str
    ratio: Ratio | None


def total_of(function: Aggregate, outcome: Outcome, measures: tuple[Measure, ...]) -> Total:
    """Return one function from the statement's exact totals."""
    measure = measures[0] if measures else None
    number, unit, ratio = shown_number(exact_total(function, outcome), function, measure)
    return Total(function, number, unit, ratio)


def exact_total(function: Aggregate, outcome: Outcome) -> Fraction | None:
    """Return a function of every report that qualifies, unrounded; None where there is none."""
    n = outcome.n_yes
    if function == "count":
        return Fraction(n)
    if not n:
        return None
    quotients = [item.values[0] for item in outcome.yes]
    if function == "mean" and quotients[0].den is not None and len(quotients) == n:
        return sum((value.fraction() for value in quotients), Fraction(0)) / n
    found = outcome.totals.get(
        "sum" if function == "mean" and "mean" not in outcome.totals else function
    )
    fractions = [_fraction(value) for value in found or ()]
    if not fractions:
        return None
    if function == "mean" and "mean" not in outcome.totals:
        return fractions[0] / n
    return sum(fractions, Fraction(0)) / len(fractions)


def _fraction(value: Value) -> Fraction:
    return value._replace(status="reported").fraction()


def compute(
    function: Aggregate, values: Sequence[Fraction], total: Fraction | None, n: int
) -> Fraction | None:
    """Return a function of exact values; None where there are none."""
    if function == "count":
        return Fraction(n)
    if function == "sum":
        return total
    if not n:
        return None
    if function == "mean":
        return sum(values, Fraction(0)) / n
    ordered = sorted(values)
    if function == "median":
        return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return ordered[-1] if function == "max" else ordered[0]


def shown_number(
    value: Fraction | None, function: Aggregate, measure: Measure | None
) -> tuple[Decimal | None, str, Ratio | None]:
    """Return (number, unit, exact quotient) of a computed value."""
    if function == "count" or measure is None:
        return (None if value is None else plain(Decimal(int(value)))), "份", None
    unit = unit_of(measure)
    if value is None:
        return None, unit, None
    if measure.over:
        return percent(value), unit, ratio_of(value)
    number = kept(value)
    return number, unit, None if Fraction(number) == value else ratio_of(value)
