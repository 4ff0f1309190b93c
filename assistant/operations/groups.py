"""Counts and aggregates with one row per group."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from assistant.compile import asked_functions, compile_groups, compile_plan, shown_measures
from assistant.draft import Draft
from assistant.evidence import find_reports
from assistant.numbers import say_value
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
from assistant.operations.totals import Total, compute, shown_number, total_of
from assistant.outcome import Outcome, digest_rows, run
from assistant.plan import Aggregate, GroupBy, Measure, Plan
from assistant.result import Row, Shown, Undecided
from assistant.sql.scope import Params, in_scope
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
    """One group: its key, its three counts, the exact values its function needs.

    `citations` are the places of all its operands, none where they were cut.
    """

    key: dict[str, Any]
    yes: int
    no: int
    undecided: int
    total: Fraction | None
    values: tuple[Fraction, ...]
    citations: tuple[int, ...] = ()


def grouped(plan: Plan, draft: Draft) -> Sketch:
    """Return one row per group: a count, or a function of the first measure."""
    group_by = plan.group_by or "year"
    measures = shown_measures(plan)
    # The reports of a group are not listed: as behind a total, only some are kept as operands.
    limits = draft.limits._replace(rows=draft.limits.operands)
    outcome = run(draft.library, compile_plan(plan, limits))
    draft.take(outcome)
    if not outcome.reports:
        return nothing_there(plan, draft, tuple(unsettled_rows(draft, plan)))
    query = compile_groups(plan, _KEYS[group_by])
    found = draft.library.query(query.sql, list(query.params), query.metrics)
    lines = [line for line in found if line[len(_KEYS[group_by]) - 1] is not None]
    groups = [_group(line, _KEYS[group_by]) for line in lines]
    draft.load((item.rid for item in (*outcome.yes, *outcome.no, *outcome.undecided)), measures)
    cited = _cited(draft, outcome, measures, _KEYS[group_by])
    rows = _rows(plan, group_by, [_with_places(g, cited, plan) for g in groups], measures)
    unsettled = unsettled_rows(draft, plan)
    coverage = coverage_of(outcome, len(unsettled))
    whole = total_of(functions_of(plan)[0], outcome, measures)
    if _rolled_up(plan, group_by):
        whole = whole._replace(number=None, ratio=None)
    return Sketch(
        "answered" if outcome.n_yes + outcome.n_no else "refused",
        (_lead(plan, group_by, rows, whole), say_coverage(coverage, outcome.why)),
        value=whole.number,
        unit=whole.unit,
        ratio=whole.ratio,
        rows=rows,
        undecided=(
            *undecided_rows(draft, outcome.undecided, measures),
            *unsettled,
            *_groupless(plan, draft, group_by),
        ),
        rejected=tuple(draft.row(item, measures, "no") for item in outcome.no),
        coverage=coverage,
        figures=reason_figures(outcome.why) | {"groups": Decimal(len(groups))},
        runs=(run_of(outcome), statement(query.sql, query.params, digest_rows(found))),
        complete=is_whole(outcome),
    )


def _rolled_up(plan: Plan, group_by: GroupBy) -> bool:
    """Tell whether a total over the groups would count a county's sum and its towns both."""
    mixed = len(plan.scope.levels) != 1 and not plan.scope.kinds
    summed = plan.operation == "aggregate" and functions_of(plan)[0] == "sum"
    return summed and group_by in ("level", "kind") and mixed


def functions_of(plan: Plan) -> tuple[Aggregate, ...]:
    """Return the functions of each group: those of an aggregate, else the count."""
    return asked_functions(plan) or ("count",)


def _groupless(plan: Plan, draft: Draft, group_by: GroupBy) -> list[Undecided]:
    """Return reports in scope that do not say which group they belong to."""
    params = Params()
    condition = in_scope(plan.scope, params)
    reports = find_reports(draft.library, f"{condition} AND {group_by} IS NULL", params.values)
    for report in reports[: draft.limits.undecided]:
        draft.reports[report.rid] = report
    return [draft.undecided(r.rid, "ambiguous", None) for r in reports[: draft.limits.undecided]]


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


def _cited(
    draft: Draft, outcome: Outcome, measures: tuple[Measure, ...], keys: tuple[str, ...]
) -> dict[tuple[Any, ...], list[tuple[int, ...]]]:
    """Return by group where the number of each report stands that counts in it."""
    found: dict[tuple[Any, ...], list[tuple[int, ...]]] = {}
    for item in outcome.yes:
        row = draft.row(item, measures, "yes")
        key = tuple(getattr(draft.reports[item.rid], key) for key in keys)
        found.setdefault(key, []).append(row.citations)
    return found


def _with_places(
    group: Group, cited: dict[tuple[Any, ...], list[tuple[int, ...]]], plan: Plan
) -> Group:
    """Return a group of numbers with the places they stand in, where all of them are known."""
    places = cited.get(tuple(group.key.values()), [])
    if plan.operation != "aggregate" or len(places) != group.yes:
        return group
    return group._replace(citations=tuple(dict.fromkeys(n for one in places for n in one)))


def _rows(
    plan: Plan, group_by: GroupBy, groups: list[Group], measures: tuple[Measure, ...]
) -> tuple[Row, ...]:
    """Return the rows; ranked and cut (with ties) when a limit is asked for."""
    functions = functions_of(plan)
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
        citations=group.citations,
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
    if group_by == "year":
        return f"{value}年"
    if group_by == "level":
        return LEVELS[value]
    if group_by == "form":
        return f"{value}版" if value.isdigit() else str(value)
    return "".join(dict.fromkeys(str(part) for part in key.values() if part is not None))


def _lead(plan: Plan, group_by: GroupBy, rows: tuple[Row, ...], whole: Total) -> str:
    scope = say_scope(plan.scope) or "库中"
    what = say_conditions(plan)
    if plan.operation == "aggregate":
        functions = "、".join(FUNCTIONS[f] for f in asked_functions(plan))
        what = f"{f'{what}的报告，' if what else ''}{say_measures(plan.measures[:1])}{functions}"
    else:
        what = f"{what}的报告份数" if what else "报告份数"
    named = "；".join(f"{row.group} {_values(row)}（{row.note}）" for row in rows[:20])
    more = "等" if len(rows) > 20 else ""
    name = "总计" if whole.function in ("sum", "count") else f"不分组的{FUNCTIONS[whole.function]}"
    said = f"，{name}{say_value(whole.number, whole.unit, whole.ratio)}"
    known = said if whole.number is not None else ""
    return f"{scope}{what}按{GROUPS[group_by]}分：{named}{more}{known}。"


def _values(row: Row) -> str:
    parts = [say_value(row.value, row.unit, row.ratio)]
    parts += [f"{more.label}{say_value(more.value, more.unit, more.ratio)}" for more in row.more]
    return "，".join(parts)
