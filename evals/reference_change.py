"""The change of a number between two years, body by body, for the reference executor."""

from collections.abc import Sequence
from fractions import Fraction

from assistant.plan import Plan
from evals.reference_numbers import Number, Record, Verdict, combined, exactly, meets, shown
from evals.reference_rank import ranked
from evals.reference_result import Coverage, Result, Row, Undecided, doubt
from evals.reference_scope import in_scope


def change(plan: Plan, reports: Sequence[Record]) -> Result:
    """Return each body's change from the first to the last year; conditions apply to the change."""
    settled = [r for r in reports if in_scope(r, plan.scope, any_year=True) and r.year is not None]
    unsettled = [doubt(r, "ambiguous") for r in reports if _unsettled(plan, r)]
    years = _years(plan, settled)
    bodies: dict[str, dict[int, Record]] = {}
    for record in settled:
        if record.year in years and record.year is not None:
            bodies.setdefault(record.body_key, {})[record.year] = record
    rows: list[Row] = []
    doubts: list[Undecided] = []
    rejected: list[str] = []
    for held in bodies.values():
        _judge(plan, held, years, rows, doubts, rejected)
    return Result(
        rows=tuple(ranked(rows, plan)),
        undecided=(*doubts, *unsettled),
        rejected=tuple(rejected),
        coverage=_coverage(len(rows), len(rejected), len(doubts), len(unsettled)),
    )


def _unsettled(plan: Plan, record: Record) -> bool:
    scope = in_scope(record, plan.scope, any_year=True)
    return scope is None or (bool(scope) and record.year is None)


def _years(plan: Plan, settled: list[Record]) -> tuple[int, int]:
    """Return the first and the last year that are compared."""
    years = plan.scope.years or tuple(r.year for r in settled if r.year is not None)
    if not years:
        return 0, 0
    first, last = min(years), max(years)
    return (first - 1, last) if first == last else (first, last)


def _judge(
    plan: Plan,
    held: dict[int, Record],
    years: tuple[int, int],
    rows: list[Row],
    doubts: list[Undecided],
    rejected: list[str],
) -> None:
    """Put one body into one of the three lists."""
    record = held.get(years[1]) or held[years[0]]
    number = _difference(plan, held, years)
    if number.value is None:
        doubts.append(doubt(record, number.reason or "text"))
        return
    verdict = combined(
        [meets(number, c.comparator, c.value) for c in plan.conditions] or [Verdict(True)],
        plan.match,
    )
    if not verdict.holds:
        rejected.append(record.report_id)
        return
    measure = plan.measures[0]
    value = shown(number.value, bool(measure.over) or plan.basis == "ratio")
    rows.append(Row(record.report_id, record.agency, years[1], measure.label, value, number.value))


def _difference(plan: Plan, held: dict[int, Record], years: tuple[int, int]) -> Number:
    """Return later minus earlier, over earlier for a ratio; the earlier year's lack comes first."""
    values: list[Fraction] = []
    for year in years:
        if year not in held:
            return Number(None, "no_report")
        number = exactly(held[year], plan.measures[0])
        if number.value is None:
            return number
        values.append(number.value)
    earlier, later = values
    if plan.basis == "difference":
        return Number(later - earlier)
    return Number((later - earlier) / earlier) if earlier else Number(None, "zero_base")


def _coverage(yes: int, no: int, undecided: int, unsettled: int) -> Coverage:
    return Coverage(yes + no + undecided, yes + no, undecided, yes, no, unsettled)
