"""Counts and aggregates with one row per group."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from assistant.compile import asked_functions, compile_groups, compile_plan, shown_measures
from assistant.draft import Draft
from assistant.numbers import kept, percent, plain, ratio_of, say_value, unit_of
from assistant.operations.nothing import nothing_there
from assistant.operations.sketch import (
    Sketch,
    coverage_of,
    is_whole,
    reason_figures,
    run_of,
    say_coverage,
    statement,
    undecided_rows,
    unsettled_rows,
)
from assistant.outcome import digest_rows, run
from assistant.plan import Aggregate, GroupBy, Measure, Plan
from assistant.result import Ratio, Row, Shown
from assistant.words import FUNCTIONS, GROUPS, LEVELS, say_conditions, say_measures, say_scope

# A county is told apart by its province and city, a township by its body.
_KEYS: dict[GroupBy, tuple[str, ...]] = {
    "province": ("province",),
    "city": ("province", "city"),
    "county": ("province", "city", "county"),
    "township": ("province", "city", "county", "township"),
    "year": ("year",),
    "kind": ("kind",),
    "level": ("level",),
    "form": ("form",),
}


class Group(NamedTuple):
    """One group: its key, its three counts, the exact values its function needs."""

    key: dict[str, Any]
    yes: int
    no: int
    undecided: int
    total: Fraction | None
    values: tuple[Fraction, ...]


def grouped(plan: Plan, draft: Draft) -> Sketch:
    """Return one row per group: a count, or a function of the first measure."""
    group_by = plan.group_by or "year"
    measures = shown_measures(plan)
    outcome = run(draft.library, compile_plan(plan, draft.limits))
    if not outcome.reports:
        return nothing_there(plan, draft, tuple(unsettled_rows(draft, plan)))
    query = compile_groups(plan, _KEYS[group_by])
    found = draft.library.query(query.sql, list(query.params))
    groups = [_group(line, _KEYS[group_by]) for line in found]
    draft.load((item.rid for item in (*outcome.yes, *outcome.undecided)), measures)
    for item in outcome.yes:
        draft.row(item, measures, "yes")
    rows = _rows(plan, group_by, groups, measures)
    unsettled = unsettled_rows(draft, plan)
    coverage = coverage_of(outcome, len(unsettled))
    return Sketch(
        "answered" if outcome.n_yes + outcome.n_no else "refused",
        (_lead(plan, group_by, rows), say_coverage(coverage, outcome.why)),
        rows=rows,
        undecided=(*undecided_rows(draft, outcome.undecided, measures), *unsettled),
        coverage=coverage,
        figures=reason_figures(outcome.why) | {"groups": Decimal(len(groups))},
        runs=(run_of(outcome), statement(query.sql, query.params, digest_rows(found))),
        complete=is_whole(outcome),
    )


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


def _group(line: tuple[Any, ...], keys: tuple[str, ...]) -> Group:
    yes, no, undecided, total, den, values = line[len(keys) :]
    exact = Fraction(total) if total is not None else None
    if exact is not None and den:
        exact /= Fraction(den)
    pairs = [(Fraction(v["n"]), v["d"]) for v in values or ()]
    return Group(
        dict(zip(keys, line[: len(keys)], strict=True)),
        yes,
        no,
        undecided,
        exact,
        tuple(n / Fraction(d) if d else n for n, d in pairs),
    )


def _rows(
    plan: Plan, group_by: GroupBy, groups: list[Group], measures: tuple[Measure, ...]
) -> tuple[Row, ...]:
    """Return the rows; ranked and cut (with ties) when a limit is asked for."""
    functions = asked_functions(plan) if plan.operation == "aggregate" else ("count",)
    exact: list[tuple[Fraction | None, Row]] = []
    for group in groups:
        values = [compute(f, group.values, group.total, group.yes) for f in functions]
        exact.append((values[0], _row(group_by, group, functions, values, measures)))
    if plan.limit is None:
        return tuple(row for _, row in exact)
    known = [(value, row) for value, row in exact if value is not None]
    known.sort(key=lambda pair: pair[0], reverse=plan.descending)
    rows, rank, last = [], 0, None
    for place, (value, row) in enumerate(known, start=1):
        if value != last:
            if place > plan.limit:
                break
            rank, last = place, value
        rows.append(row.model_copy(update={"rank": rank}))
    return tuple(rows)


def _row(
    group_by: GroupBy,
    group: Group,
    functions: Sequence[Aggregate],
    values: Sequence[Fraction | None],
    measures: tuple[Measure, ...],
) -> Row:
    measure = measures[0] if measures else None
    shown = [shown_number(v, f, measure) for f, v in zip(functions, values, strict=True)]
    number, unit, ratio = shown[0]
    metric = "+".join(measure.terms) if measure else ""
    fields = ("province", "city", "county", "township", "year")
    return Row(
        agency=None,
        **{field: group.key.get(field) for field in fields},
        metric=metric,
        label=FUNCTIONS[functions[0]] if functions != ("count",) else "份数",
        value=number,
        unit=unit,
        ratio=ratio,
        group=_name(group_by, group.key),
        note=f"计入{group.yes}份，不符合{group.no}份，无法判定{group.undecided}份",
        more=tuple(
            Shown(label=FUNCTIONS[f], metric=metric, value=n, unit=u, ratio=r)
            for f, (n, u, r) in list(zip(functions, shown, strict=True))[1:]
        ),
    )


def _name(group_by: GroupBy, key: dict[str, Any]) -> str:
    """Return a group's name; places carry what tells them apart."""
    value = key[group_by]
    if value is None:
        return f"{GROUPS[group_by]}不明"
    if group_by == "year":
        return f"{value}年"
    if group_by == "level":
        return LEVELS[value]
    if group_by == "form":
        return f"{value}版" if value.isdigit() else str(value)
    return "".join(dict.fromkeys(str(part) for part in key.values() if part is not None))


def _lead(plan: Plan, group_by: GroupBy, rows: tuple[Row, ...]) -> str:
    scope = say_scope(plan.scope) or "库中"
    what = say_conditions(plan)
    if plan.operation == "aggregate":
        functions = "、".join(FUNCTIONS[f] for f in asked_functions(plan))
        what = f"{f'{what}的报告，' if what else ''}{say_measures(plan.measures[:1])}{functions}"
    else:
        what = f"{what}的报告份数" if what else "报告份数"
    named = "；".join(f"{row.group} {_values(row)}（{row.note}）" for row in rows[:20])
    more = "等" if len(rows) > 20 else ""
    return f"{scope}{what}按{GROUPS[group_by]}分：{named}{more}。"


def _values(row: Row) -> str:
    parts = [say_value(row.value, row.unit, row.ratio)]
    parts += [f"{more.label}{say_value(more.value, more.unit, more.ratio)}" for more in row.more]
    return "，".join(parts)
