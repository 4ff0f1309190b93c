"""What one report's number is, and what a condition makes of it, in three-valued logic.

Part of the reference executor: plain Python, exact fractions, nothing shared with the SQL.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from assistant.plan import Comparator, Condition, Measure, Plan
from index.model import Agency, Bound, Check, Fact, Form

_PLACES = Decimal("0.0001")


class Record(NamedTuple):
    """What a library holds of one current report; `cells` maps a metric to (status, value)."""

    report_id: str
    body_key: str
    agency: Agency
    year: int | None
    form: Form
    cells: Mapping[str, tuple[str, Decimal | None]]
    facts: tuple[Fact, ...] = ()
    checks: tuple[Check, ...] = ()


class Number(NamedTuple):
    """A number of a report, or the reason why there is none; `bound` as the prose has it."""

    value: Fraction | None
    reason: str | None = None
    bound: Bound = "exact"
    above: Fraction | None = None
    below: Fraction | None = None


class Verdict(NamedTuple):
    """Yes, no, or undecided (None) with the reason."""

    holds: bool | None
    reason: str | None = None


def shown(value: Fraction, quotient: bool = False) -> Decimal:
    """Return a value for display: sums exact, quotients to 4 places, half to even."""
    if not quotient:
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        if Fraction(exact) == value:
            return exact
    return (Decimal(round(value * 10_000)) * _PLACES).normalize() + 0


def measured(record: Record, measure: Measure) -> Number:
    """Return the measure of a report; a share keeps both its sums in `above` and `below`."""
    if measure.source == "fact":
        above = _stated(record, measure.terms)
        below = _stated(record, measure.over) if measure.over else None
    else:
        above = _summed(record, _terms(record, measure))
        below = _summed(record, measure.over) if measure.over else None
    if below is None:
        return above
    for part in (above, below):
        if part.value is None:
            return part
        if part.bound != "exact":
            return Number(None, "text")
    if not below.value or above.value is None:
        return Number(None, "zero_denominator")
    return Number(above.value / below.value, above=above.value, below=below.value)


def exactly(record: Record, measure: Measure) -> Number:
    """Return the measure when it is exact; 60余 cannot be added, ranked or subtracted."""
    number = measured(record, measure)
    return Number(None, "text") if number.bound != "exact" else number


def _terms(record: Record, measure: Measure) -> tuple[str, ...]:
    """Return the first set of terms that the report's form has whole, else `terms`."""
    for terms in (measure.terms, *measure.alternatives):
        if all(record.cells.get(term, ("not_in_form",))[0] != "not_in_form" for term in terms):
            return terms
    return measure.terms


def _summed(record: Record, terms: Iterable[str]) -> Number:
    total = Fraction(0)
    for term in terms:
        status, value = record.cells.get(term, ("not_in_form", None))
        if status != "reported" or value is None:
            return Number(None, status)
        total += Fraction(value)
    return Number(total)


def _stated(record: Record, names: tuple[str, ...]) -> Number:
    """Return what all statements of one fact agree on; several facts are added when exact."""
    found = [_one_fact(record, name) for name in names]
    for number in found:
        if number.value is None:
            return number
    if len(found) == 1:
        return found[0]
    if any(number.bound != "exact" for number in found):
        return Number(None, "text")
    return Number(sum((n.value for n in found if n.value is not None), Fraction(0)))


def _one_fact(record: Record, name: str) -> Number:
    said = {(fact.value, fact.bound) for fact in record.facts if fact.name == name}
    if not said:
        return Number(None, "not_stated")
    if len(said) > 1:
        return Number(None, "conflict")
    ((value, bound),) = said
    return Number(Fraction(value), bound=bound)


def meets(number: Number, comparator: Comparator, limit: Decimal | Fraction) -> Verdict:
    """Say whether a number meets a comparison, as far as its bound allows."""
    if number.value is None:
        return Verdict(None, number.reason)
    bar = Fraction(limit)
    if number.bound == "exact":
        return Verdict(_compare(number.value, comparator, bar))
    if number.bound == "over" and number.value >= bar:
        return Verdict(comparator in ("gt", "ge", "ne"))
    if number.bound == "under" and number.value <= bar:
        return Verdict(comparator in ("lt", "le", "ne"))
    return Verdict(None, "text")


def _compare(value: Fraction, comparator: Comparator, bar: Fraction) -> bool:
    order = (value > bar) - (value < bar)
    return {
        "gt": order > 0,
        "ge": order >= 0,
        "lt": order < 0,
        "le": order <= 0,
        "eq": order == 0,
        "ne": order != 0,
    }[comparator]


def judged(record: Record, plan: Plan) -> Verdict:
    """Say whether a report meets the plan's conditions."""
    return combined([_condition(record, condition) for condition in plan.conditions], plan.match)


def _condition(record: Record, condition: Condition) -> Verdict:
    number = measured(record, condition.measure)
    return meets(number, condition.comparator, condition.value)


def combined(verdicts: list[Verdict], match: str) -> Verdict:
    """Join verdicts: one no settles "all", one yes settles "any", else the first undecided."""
    settling = match == "any"
    if any(verdict.holds is settling for verdict in verdicts):
        return Verdict(settling)
    for verdict in verdicts:
        if verdict.holds is None:
            return verdict
    return Verdict(not settling)
