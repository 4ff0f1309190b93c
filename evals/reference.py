"""The independent executor: a plan over records in plain Python, exact, no SQL: `execute`.

It exists to disagree with the compiler when one of them is wrong, so it shares no code with it. The
meaning of a plan is what `assistant/plan.py` says.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from assistant.plan import Aggregate, GroupBy, Measure, Operation, Plan
from evals.reference_change import change
from evals.reference_compare import compare
from evals.reference_numbers import Number, Record, Verdict, exactly, judged, measured, shown
from evals.reference_rank import ranked
from evals.reference_result import Coverage, Result, Row, Undecided, at, doubt
from evals.reference_scope import asked_years, in_scope, is_region, matches
from index.catalogue import load_metrics

__all__ = ["Coverage", "Record", "Result", "Row", "Undecided", "execute"]

_ALL_TABLES = ("二", "三", "四")
_Judge = Callable[[Record, Plan], Verdict]


class _Lists(NamedTuple):
    """The reports in scope, sorted into the three lists, and those that might be in scope."""

    yes: list[Record]
    no: list[Record]
    undecided: list[Undecided]
    unsettled: list[Undecided]


def execute(plan: Plan, reports: Sequence[Record]) -> Result:
    """Return what the plan yields over the current reports of a library."""
    executors: dict[Operation, Callable[[Plan, Sequence[Record]], Result]] = {
        "lookup": _look_up,
        "list": _list,
        "count": _count,
        "rank": _rank,
        "aggregate": _aggregate,
        "compare": compare,
        "change": change,
        "missing": _missing,
        "check": _check,
        "inventory": _inventory,
        "comparable": lambda plan, reports: Result(),
    }
    return executors[plan.operation](plan, reports)


def _sorted(plan: Plan, reports: Iterable[Record], judge: _Judge) -> _Lists:
    lists = _Lists([], [], [], [])
    for record in reports:
        scope = in_scope(record, plan.scope)
        if scope is None:
            lists.unsettled.append(doubt(record, "ambiguous"))
        elif scope:
            verdict = judge(record, plan)
            if verdict.holds is None:
                lists.undecided.append(doubt(record, verdict.reason or "text"))
            else:
                (lists.yes if verdict.holds else lists.no).append(record)
    return lists


def _result(lists: _Lists, rows: Iterable[Row], **more: object) -> Result:
    coverage = Coverage(
        reports=len(lists.yes) + len(lists.no) + len(lists.undecided),
        decidable=len(lists.yes) + len(lists.no),
        undecidable=len(lists.undecided),
        qualified=len(lists.yes),
        rejected=len(lists.no),
        unsettled=len(lists.unsettled),
    )
    return Result(
        rows=tuple(rows),
        rejected=tuple(record.report_id for record in lists.no),
        undecided=(*lists.undecided, *lists.unsettled),
        coverage=coverage,
    )._replace(**more)  # type: ignore[arg-type]


def _shown_measure(plan: Plan) -> Measure | None:
    if plan.measures:
        return plan.measures[0]
    return plan.conditions[0].measure if plan.conditions else None


def _row(record: Record, plan: Plan) -> Row:
    measure = _shown_measure(plan)
    if measure is None:
        return at(record)
    return at(record, measure, measured(record, measure))


def _has_value(number: Number) -> Verdict:
    return Verdict(None, number.reason) if number.value is None else Verdict(True)


def _judge_list(record: Record, plan: Plan) -> Verdict:
    """Judge by the conditions; without any, by whether measures[0] has a value."""
    if plan.conditions:
        return judged(record, plan)
    return _has_value(measured(record, plan.measures[0])) if plan.measures else Verdict(True)


def _judge_valued(record: Record, plan: Plan) -> Verdict:
    """Judge whether a report enters a rank or an aggregate: conditions first, then the value."""
    verdict = judged(record, plan) if plan.conditions else Verdict(True)
    return _has_value(exactly(record, plan.measures[0])) if verdict.holds else verdict


def _list(plan: Plan, reports: Sequence[Record]) -> Result:
    lists = _sorted(plan, reports, _judge_list)
    return _result(lists, (_row(record, plan) for record in lists.yes))


def _count(plan: Plan, reports: Sequence[Record]) -> Result:
    lists = _sorted(plan, reports, _judge_list)
    total = Fraction(len(lists.yes))
    if plan.group_by is None:
        rows = [_row(record, plan) for record in lists.yes]
        return _result(lists, rows, value=shown(total), exact=total)
    return _grouped(plan, lists, lambda members: Fraction(len(members)), total)


def _look_up(plan: Plan, reports: Sequence[Record]) -> Result:
    """Show every measure of every report in scope; a place without a report is `no_report`."""
    lists = _sorted(plan, reports, _judge_list if plan.conditions else _any_value)
    rows, gaps = [], []
    for record in lists.yes:
        for measure in plan.measures:
            number = measured(record, measure)
            if number.value is None:
                gaps.append(doubt(record, number.reason or "text", measure))
            else:
                rows.append(at(record, measure, number))
    absent = _places_without_report(plan, reports)
    result = _result(lists, rows)
    return result._replace(
        undecided=(*gaps, *result.undecided, *absent),
        coverage=result.coverage._replace(no_report=len(absent)),
        value=rows[0].value if len(rows) == 1 else None,
        exact=rows[0].exact if len(rows) == 1 else None,
    )


def _any_value(record: Record, plan: Plan) -> Verdict:
    """Decide a look-up when any of its measures has a value."""
    verdicts = [_has_value(measured(record, measure)) for measure in plan.measures]
    return next((v for v in verdicts if v.holds), verdicts[0] if verdicts else Verdict(True))


def _places_without_report(plan: Plan, reports: Sequence[Record]) -> list[Undecided]:
    """Name each body asked for, and each year asked of it, that the library has no report of."""
    found = []
    for place in plan.scope.places:
        if is_region(place):
            continue
        there = [r for r in reports if matches(r.agency, place) is not False]
        for year in asked_years(plan, place) or (None,):
            if not any(year is None or r.year in (year, None) for r in there):
                found.append(Undecided(None, place.said, year, "no_report"))
    return found


def _rank(plan: Plan, reports: Sequence[Record]) -> Result:
    lists = _sorted(plan, reports, _judge_valued)
    rows = ranked((_row(record, plan) for record in lists.yes), plan)
    return _result(lists, rows)


def _aggregate(plan: Plan, reports: Sequence[Record]) -> Result:
    lists = _sorted(plan, reports, _judge_valued)
    measure = plan.measures[0]

    def total(function: Aggregate, members: Sequence[Record]) -> Fraction | None:
        return _fold(function, [exactly(record, measure) for record in members])

    function = plan.aggregate or "sum"
    whole = total(function, lists.yes)
    if plan.group_by is not None:
        one_level = len(plan.scope.levels) == 1 or plan.scope.kinds
        if function == "sum" and plan.group_by in ("level", "kind") and not one_level:
            whole = None  # a county's sum holds its towns' numbers already
        return _grouped(plan, lists, lambda members: total(function, members), whole)
    figures = {name: total(name, lists.yes) for name in (function, *plan.also)}
    rows = [_row(record, plan) for record in lists.yes]
    return _result(
        lists,
        rows,
        value=_display(plan, function, whole),
        exact=whole,
        figures={name: _display(plan, name, value) for name, value in figures.items()},
    )


def _display(plan: Plan, function: Aggregate, value: Fraction | None) -> Decimal | None:
    quotient = function in ("mean", "median") or (
        function != "count" and bool(plan.measures[0].over)
    )
    return None if value is None else shown(value, quotient)


def _fold(function: Aggregate, numbers: list[Number]) -> Fraction | None:
    """Return one number for many; None for none of them (a count is then 0)."""
    values = [number.value for number in numbers if number.value is not None]
    if function == "count":
        return Fraction(len(values))
    if not values:
        return None
    if function == "sum":
        return _pooled(numbers, values)
    if function == "mean":
        return sum(values, Fraction(0)) / len(values)
    if function == "median":
        return Fraction(median(values))
    return max(values) if function == "max" else min(values)


def _pooled(numbers: list[Number], values: list[Fraction]) -> Fraction | None:
    """Add up; shares are pooled: the sum of their numerators over that of their denominators."""
    below = [number.below for number in numbers if number.below is not None]
    if not below:
        return sum(values, Fraction(0))
    above = [number.above for number in numbers if number.above is not None]
    whole = sum(below, Fraction(0))
    return sum(above, Fraction(0)) / whole if whole else None


def _grouped(
    plan: Plan,
    lists: _Lists,
    fold: Callable[[Sequence[Record]], Fraction | None],
    whole: Fraction | None,
) -> Result:
    """Return one row for each group; a report without that attribute counts in the whole only."""
    assert plan.group_by is not None
    groups: dict[tuple[str, ...], list[Record]] = {}
    outside: list[Undecided] = []
    for record in lists.yes:
        key = _group(record, plan.group_by)
        if key is None:
            outside.append(doubt(record, "ambiguous"))
        else:
            groups.setdefault(key, []).append(record)
    function = (plan.aggregate or "sum") if plan.operation == "aggregate" else "count"
    rows = []
    for key, members in sorted(groups.items()):
        value = fold(members)
        display = _display(plan, function, value)
        if value is not None:
            rows.append(Row(None, None, None, value=display, exact=value, group=key))
    if plan.limit is not None:
        rows = ranked(rows, plan)
    result = _result(lists, rows, value=_display(plan, function, whole), exact=whole)
    return result._replace(undecided=(*result.undecided, *outside))


def _group(record: Record, group_by: GroupBy) -> tuple[str, ...] | None:
    """Return the group of a report; same-named places stay apart by their parents."""
    agency = record.agency
    own: dict[GroupBy, tuple[object, ...]] = {
        "province": (agency.province,),
        "city": (agency.province, agency.city),
        "county": (agency.province, agency.city, agency.county),
        "township": (agency.province, agency.city, agency.county, agency.township),
        "year": (record.year,),
        "kind": (agency.kind,),
        "level": (agency.level,),
        "form": (record.form,),
    }
    parts = own[group_by]
    return None if parts[-1] is None else tuple(str(part or "") for part in parts)


def _missing(plan: Plan, reports: Sequence[Record]) -> Result:
    if plan.missing == "report":
        return _without_report(plan, reports)
    lists = _sorted(plan, reports, _lacks_value if plan.missing == "value" else _lacks_section)
    rows = [at(record, reason=_lack(record, plan)) for record in lists.yes]
    return _result(lists, rows)


def _lack(record: Record, plan: Plan) -> str | None:
    return measured(record, plan.measures[0]).reason if plan.missing == "value" else None


def _lacks_value(record: Record, plan: Plan) -> Verdict:
    return Verdict(measured(record, plan.measures[0]).value is None)


def _lacks_section(record: Record, plan: Plan) -> Verdict:
    """Judge whether any cell of the asked tables is not reported."""
    if record.form == "pre2019":
        return Verdict(None, "not_in_form")
    asked, catalogue = plan.sections or _ALL_TABLES, load_metrics()
    return Verdict(
        any(
            status not in ("reported", "not_in_form")
            for metric, (status, _) in record.cells.items()
            if catalogue[metric].section in asked
        )
    )


def _without_report(plan: Plan, reports: Sequence[Record]) -> Result:
    """Name every body in scope but for its year, per year, that has no report of that year."""
    years = plan.scope.years or tuple(sorted({r.year for r in reports if r.year is not None}))
    bodies: dict[str, Record] = {}
    lists = _Lists([], [], [], [])
    rows = []
    for record in reports:
        scope = in_scope(record, plan.scope, any_year=True)
        if scope is None:
            lists.unsettled.append(doubt(record, "ambiguous"))
        elif scope:
            bodies.setdefault(record.body_key, record)
    for key, record in bodies.items():
        have = {r.year for r in reports if r.body_key == key}
        for year in years:
            if year not in have and None in have:
                lists.undecided.append(doubt(record, "ambiguous")._replace(year=year))
            elif year not in have:
                rows.append(at(record)._replace(report_id=None, year=year))
    result = _result(lists, rows)
    return result._replace(coverage=result.coverage._replace(no_report=len(rows)))


def _check(plan: Plan, reports: Sequence[Record]) -> Result:
    lists = _sorted(plan, reports, _judge_checks)
    return _result(lists, (at(record) for record in lists.yes))


def _judge_checks(record: Record, plan: Plan) -> Verdict:
    """Judge the outcome asked for over the asked rules, all of the report's when none is named."""
    found = {check.rule: check.status for check in record.checks}
    outcomes = [found.get(rule, "not_assessable") for rule in plan.rules or found]
    if plan.verdict in ("uncertain", "not_assessable"):
        return Verdict(plan.verdict in outcomes)
    if "fail" in outcomes:
        return Verdict(plan.verdict == "fail")
    open_ = [outcome for outcome in outcomes if outcome != "pass"]
    if open_ or not outcomes:
        return Verdict(None, open_[0] if open_ else "not_assessable")
    return Verdict(plan.verdict == "pass")


def _inventory(plan: Plan, reports: Sequence[Record]) -> Result:
    lists = _sorted(plan, reports, lambda record, plan: Verdict(True))
    total = Fraction(len(lists.yes))
    return _result(
        lists, (at(record) for record in lists.yes), value=Decimal(len(lists.yes)), exact=total
    )
