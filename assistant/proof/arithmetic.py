"""An answer's values worked out again from its certificate's numbers, in fractions."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from assistant.proof.source import as_decimal

Json = Mapping[str, Any]
_HOLDS = {
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}


class Number(NamedTuple):
    """What a report says on a measure: exact or bounded, or nothing."""

    value: Fraction | None
    bound: str = "exact"


class Evidence:
    """The certificate's numbers by the report they are about and their metric."""

    def __init__(self, support: Iterable[Json]) -> None:
        self._found: dict[str, dict[str, list[Json]]] = {}
        for one in support:
            metrics = self._found.setdefault(str(one.get("about")), {})
            metrics.setdefault(str(one.get("metric")), []).append(one)

    @property
    def reports(self) -> set[str]:
        """Every report that some number is about."""
        return set(self._found)

    def states(self, report: str, metric: str, value: Decimal | None) -> bool:
        """Return whether some single statement of a report gives this very number."""
        found = self._found.get(report, {}).get(metric, ())
        return any(as_decimal(one.get("value")) == value for one in found)

    def number(self, report: str, measure: Json) -> Number:
        """Return a measure of a report; nothing when any operand is missing."""
        options = [measure.get("terms") or [], *(measure.get("alternatives") or [])]
        for terms in options:
            top = self._sum(report, terms)
            if top.value is None:
                continue
            if not measure.get("over"):
                return top
            below = self._sum(report, measure["over"])
            if below.value and top.bound == below.bound == "exact":
                return Number(top.value / below.value)
        return Number(None)

    def _sum(self, report: str, terms: Iterable[str]) -> Number:
        total, bound = Fraction(0), "exact"
        for term in terms:
            stated = {
                (as_decimal(one.get("value")), str(one.get("bound", "exact")))
                for one in self._found.get(report, {}).get(term, ())
                if one.get("status") == "reported"
            }
            if len(stated) != 1:
                return Number(None)
            ((value, said),) = stated
            if value is None:
                return Number(None)
            total, bound = total + Fraction(value), said
        return Number(total, bound)


def verdict(plan: Json, evidence: Evidence, report: str) -> bool | None:
    """Return whether a report qualifies: true, false, or None when it cannot be decided."""
    truths = [
        _judge(c, evidence.number(report, c["measure"])) for c in plan.get("conditions") or ()
    ]
    all_of = plan.get("match", "all") == "all"
    decisive = not all_of
    truth: bool | None = all_of if truths else True
    if decisive in truths:
        truth = decisive
    elif None in truths:
        truth = None
    elif truths:
        truth = all_of
    measures = list(plan.get("measures") or ())
    operation = plan.get("operation")
    if operation == "missing" and measures:
        return evidence.number(report, measures[0]).value is None
    needs = bool(measures) and (operation in ("rank", "aggregate", "lookup") or not truths)
    if truth and needs:
        number = evidence.number(report, measures[0])
        exact_only = operation in ("rank", "aggregate")
        if number.value is None or (exact_only and number.bound != "exact"):
            return None
    return truth


def _judge(condition: Json, number: Number) -> bool | None:
    """Return whether a number meets a condition; a bound only where logic decides."""
    asked = as_decimal(condition.get("value"))
    if number.value is None or asked is None:
        return None
    sign, limit = condition["comparator"], Fraction(asked)
    if number.bound == "exact":
        return bool(_HOLDS[sign](number.value, limit))
    if number.bound == "over" and number.value >= limit:
        return sign in ("gt", "ge", "ne")
    if number.bound == "under" and number.value <= limit:
        return sign in ("lt", "le", "ne")
    return None


def total(function: str, values: list[Fraction]) -> Fraction | None:
    """Return a function of values; None where there are none."""
    if function == "count":
        return Fraction(len(values))
    if not values:
        return None
    ordered, n = sorted(values), len(values)
    results = {
        "sum": sum(values, Fraction(0)),
        "mean": sum(values, Fraction(0)) / n,
        "median": (ordered[(n - 1) // 2] + ordered[n // 2]) / 2,
        "max": ordered[-1],
        "min": ordered[0],
    }
    return results.get(function)


def same(shown: Any, exact: Fraction, *, percent: bool = False) -> bool:  # Any: a JSON number
    """Return whether a shown number is this exact one, or the rounding of it that is shown."""
    value = as_decimal(shown)
    if value is None:
        return False
    if percent:
        exact *= 100
    if Fraction(value) == exact:
        return True
    decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
    steps = (Decimal("0.01"),) if percent else (Decimal("0.0001"),)
    rounded = {decimal.quantize(step, ROUND_HALF_EVEN) for step in steps}
    # A JSON number is a double: beyond fifteen digits only the double can be compared.
    return value in rounded or (float(value) == float(exact) and abs(exact) > 10**12)
