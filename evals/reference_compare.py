"""Operands side by side, and their difference, for the reference executor."""

from collections.abc import Sequence
from fractions import Fraction

from assistant.plan import Measure, Place, Plan
from evals.reference_numbers import Number, Record, exactly, measured, shown
from evals.reference_result import Coverage, Result, Row, Undecided, at, doubt
from evals.reference_scope import asked_years, in_scope, is_region, matches

_EVERYWHERE = Place(said="")


def compare(plan: Plan, reports: Sequence[Record]) -> Result:
    """Return one row for each place, year and measure; `value` is the largest minus the smallest.

    There is no difference when an operand has no value or a name fits several bodies.
    """
    reports = [r for r in reports if in_scope(r, plan.scope, any_year=True)]
    places = plan.scope.places or (_EVERYWHERE,)
    held = {place: _held(reports, place) for place in places}
    shared = _shared_year(list(held.values()))
    rows: list[Row] = []
    doubts: list[Undecided] = []
    for place in places:
        for year in asked_years(plan, place) or (shared or _latest(held[place]),):
            for measure in plan.measures:
                _operand(place, year, measure, held[place], rows, doubts)
    absent = sum(item.reason == "no_report" for item in doubts)
    undecided = len(doubts) - absent
    value = None if doubts else _spread(rows)
    return Result(
        rows=tuple(rows),
        undecided=tuple(doubts),
        value=None if value is None else shown(value, any(m.over for m in plan.measures)),
        exact=value,
        coverage=Coverage(
            len(rows) + undecided, len(rows), undecided, qualified=len(rows), no_report=absent
        ),
    )


def _held(reports: Sequence[Record], place: Place) -> list[Record]:
    return [r for r in reports if matches(r.agency, place)]


def _shared_year(held: list[list[Record]]) -> int | None:
    """Return the latest year of which every place has a report."""
    years = [{r.year for r in records if r.year is not None} for records in held]
    return max(set.intersection(*years), default=None) if years else None


def _latest(records: list[Record]) -> int | None:
    return max((r.year for r in records if r.year is not None), default=None)


def _operand(
    place: Place,
    year: int | None,
    measure: Measure,
    held: list[Record],
    rows: list[Row],
    doubts: list[Undecided],
) -> None:
    """Add one operand as a row, or why it has no value."""
    records = [r for r in held if r.year == year]
    if not records:
        doubts.append(Undecided(None, place.said, year, "no_report", measure.label))
        return
    if not is_region(place):
        if len(records) > 1:
            doubts.extend(doubt(record, "ambiguous", measure) for record in records)
            return
        _single(records[0], measure, rows, doubts)
        return
    number = _region(records, measure)
    if number.value is None:
        doubts.append(Undecided(None, place.said, year, number.reason or "text", measure.label))
        return
    value = shown(number.value, bool(measure.over))
    rows.append(Row(None, None, year, measure.label, value, number.value, group=(place.said,)))


def _single(record: Record, measure: Measure, rows: list[Row], doubts: list[Undecided]) -> None:
    number = measured(record, measure)
    if number.value is None or number.bound != "exact":
        doubts.append(doubt(record, number.reason or "text", measure))
    else:
        rows.append(at(record, measure, number))


def _region(records: list[Record], measure: Measure) -> Number:
    """Return the sum over a region's reports, pooled for a share; undecided when one has none."""
    numbers = [exactly(record, measure) for record in records]
    for number in numbers:
        if number.value is None:
            return number
    if measure.over:
        below = sum((n.below for n in numbers if n.below is not None), Fraction(0))
        above = sum((n.above for n in numbers if n.above is not None), Fraction(0))
        return Number(above / below) if below else Number(None, "zero_denominator")
    return Number(sum((n.value for n in numbers if n.value is not None), Fraction(0)))


def _spread(rows: list[Row]) -> Fraction | None:
    values = [row.exact for row in rows if row.exact is not None]
    return max(values) - min(values) if values else None
