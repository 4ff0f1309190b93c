"""What the reference executor returns: rows, doubts and counts; exact values beside shown ones."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from assistant.plan import Measure
from evals.reference_numbers import Number, Record, shown
from index.model import Agency, Bound


class Row(NamedTuple):
    """One item: a report, a group, a change or an operand; `exact` is the value before rounding."""

    report_id: str | None
    agency: Agency | None
    year: int | None
    label: str = ""
    value: Decimal | None = None
    exact: Fraction | None = None
    bound: Bound = "exact"
    rank: int | None = None
    group: tuple[str, ...] | None = None
    reason: str | None = None


class Undecided(NamedTuple):
    """A report, or a place without one, that cannot be decided."""

    report_id: str | None
    name: str | None
    year: int | None
    reason: str
    label: str = ""


class Coverage(NamedTuple):
    """On how many reports the result rests; `reports` = `decidable` + `undecidable`."""

    reports: int = 0
    decidable: int = 0
    undecidable: int = 0
    qualified: int = 0
    rejected: int = 0
    unsettled: int = 0
    no_report: int = 0


class Result(NamedTuple):
    """What a plan yields; `value` is its single number, `rejected` ids of reports that fail."""

    rows: tuple[Row, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    rejected: tuple[str, ...] = ()
    value: Decimal | None = None
    exact: Fraction | None = None
    coverage: Coverage = Coverage()
    figures: dict[str, Decimal | None] = {}  # noqa: RUF012


def at(
    record: Record,
    measure: Measure | None = None,
    number: Number | None = None,
    reason: str | None = None,
) -> Row:
    """Return the row of a report with a number of it."""
    row = Row(record.report_id, record.agency, record.year, reason=reason)
    if measure is None or number is None:
        return row
    value = None if number.value is None else shown(number.value, bool(measure.over))
    return row._replace(label=measure.label, value=value, exact=number.value, bound=number.bound)


def doubt(record: Record, reason: str, measure: Measure | None = None) -> Undecided:
    """Return a report as undecided for a reason."""
    label = measure.label if measure else ""
    return Undecided(record.report_id, record.agency.name, record.year, reason, label)
