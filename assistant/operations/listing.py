"""Lists, counts, rankings and missing values: reports judged one by one."""

from decimal import Decimal

from assistant.compile import compile_plan, shown_measures
from assistant.draft import Draft
from assistant.hints import hint
from assistant.numbers import say_value
from assistant.operations.groups import grouped
from assistant.operations.nothing import nothing_there
from assistant.operations.places import absent_rows, ambiguity_warnings, named_bodies
from assistant.operations.sketch import (
    Sketch,
    coverage_of,
    is_whole,
    names_of,
    note_rest,
    reason_figures,
    reasons_in_words,
    rids_of,
    run_of,
    say_coverage,
    undecided_rows,
    unsettled_rows,
)
from assistant.outcome import Item, Outcome, run
from assistant.plan import Measure, Plan
from assistant.result import Row, Undecided
from assistant.words import counted_noun, say_conditions, say_measures, say_scope

_NAMED = 10


def list_reports(plan: Plan, draft: Draft) -> Sketch:
    """Return the reports that qualify, those that do not, those that cannot be decided."""
    if plan.operation == "count" and plan.group_by:
        return grouped(plan, draft)
    outcome = run(draft.library, compile_plan(plan, draft.limits))
    draft.take(outcome)
    if not outcome.reports:
        return nothing_there(plan, draft, tuple(unsettled_rows(draft, plan)))
    yes = order_exactly(plan, outcome)
    measures = shown_measures(plan)
    draft.load(rids_of(outcome), measures)
    rows = [draft.row(item, measures, "yes") for item in yes]
    note_rest(draft, outcome, yes, measures)
    rows = _ranked(rows, yes) if plan.operation == "rank" else _in_reading_order(rows, yes)
    return _sketch(plan, draft, outcome, tuple(rows), measures)


def order_exactly(plan: Plan, outcome: Outcome) -> list[Item]:
    """Return the qualifying reports in exact order, cut after the last place and its ties."""
    items = list(outcome.yes)
    if plan.operation not in ("rank", "aggregate", "change") or not items or not items[0].values:
        return items
    known = [item for item in items if item.values[0].num is not None]
    ordered = sorted(known, key=lambda i: i.values[0].fraction(), reverse=plan.descending)
    if plan.limit is None or len(ordered) <= plan.limit:
        return ordered
    last = ordered[plan.limit - 1].values[0].fraction()
    return [
        item
        for place, item in enumerate(ordered)
        if place < plan.limit or item.values[0].fraction() == last
    ]


def _in_reading_order(rows: list[Row], items: list[Item]) -> list[Row]:
    """Return the rows of a list: the largest first, then by place."""
    if not items or not items[0].values:
        return sorted(rows, key=lambda r: (full_place(r), r.year or 0))

    def key(pair: tuple[Row, Item]) -> tuple[object, ...]:
        value = pair[1].values[0]
        size = -value.fraction() if value.known else Decimal(0)
        return (not value.known, size, full_place(pair[0]), pair[0].year or 0)

    return [row for row, _ in sorted(zip(rows, items, strict=True), key=key)]


def full_place(row: Row) -> str:
    """Return what rows of equal value are ordered by."""
    return "|".join((row.province or "", row.city or "", row.county or "", row.agency or ""))


def _ranked(rows: list[Row], items: list[Item]) -> list[Row]:
    """Return the rows with their rank; ties share one and stand in the order of places."""
    ranked: list[tuple[int, Row]] = []
    rank, last = 0, None
    for place, (row, item) in enumerate(zip(rows, items, strict=True), start=1):
        value = item.values[0].fraction()
        if value != last:
            rank, last = place, value
        ranked.append((rank, row.model_copy(update={"rank": rank})))
    return [row for _, row in sorted(ranked, key=lambda p: (p[0], full_place(p[1])))]


def _sketch(
    plan: Plan, draft: Draft, outcome: Outcome, rows: tuple[Row, ...], measures: tuple[Measure, ...]
) -> Sketch:
    """Return the sketch of a judged scope: sentences, three lists, counts."""
    bodies = named_bodies(plan, draft)
    unsettled, absent = unsettled_rows(draft, plan), absent_rows(bodies)
    undecided = (*undecided_rows(draft, outcome.undecided, measures), *unsettled, *absent)
    coverage = coverage_of(outcome, len(unsettled), len(absent))
    if not outcome.n_yes and not outcome.n_no:
        return _undecidable(plan, outcome, undecided, draft)
    counted = plan.operation in ("count", "missing") or None
    sentences = (
        *_lead(plan, outcome, rows, undecided),
        *_cut_short(outcome, rows),
        say_coverage(coverage, outcome.why),
    )
    return Sketch(
        "answered",
        sentences,
        value=Decimal(outcome.n_yes) if counted else None,
        unit="份" if counted else None,
        rows=rows,
        undecided=undecided,
        rejected=tuple(draft.row(item, measures, "no") for item in outcome.no),
        coverage=coverage,
        figures=_figures(plan, outcome, rows),
        warnings=ambiguity_warnings(bodies),
        runs=(run_of(outcome),),
        complete=is_whole(outcome),
    )


def _figures(plan: Plan, outcome: Outcome, rows: tuple[Row, ...]) -> dict[str, Decimal]:
    figures = reason_figures(outcome.why) | reason_figures(outcome.classes)
    return figures | {"listed": Decimal(outcome.listed), "shown": Decimal(len(rows))}


def _undecidable(
    plan: Plan, outcome: Outcome, undecided: tuple[Undecided, ...], draft: Draft
) -> Sketch:
    """Return a refusal: there are reports in scope, but none can be decided."""
    what = say_conditions(plan) or say_measures(plan.measures)
    coverage = coverage_of(outcome)
    text = f"范围内的{outcome.reports}份报告都无法判定{what}：{reasons_in_words(outcome.why)}。"
    return Sketch(
        "refused",
        (text,),
        undecided=undecided,
        coverage=coverage,
        figures=reason_figures(outcome.why),
        runs=(run_of(outcome),),
    )


def _lead(
    plan: Plan, outcome: Outcome, rows: tuple[Row, ...], undecided: tuple[Undecided, ...]
) -> tuple[str, ...]:
    """Return the first sentence: what was asked, in numbers."""
    if plan.operation == "rank":
        return _say_ranking(plan, outcome, rows)
    if plan.operation == "missing":
        return _say_missing(plan, outcome, rows)
    scope, noun = say_scope(plan.scope) or "库中", counted_noun(plan.scope)
    what = say_conditions(plan) or (f"有{say_measures(plan.measures)}数值" if plan.measures else "")
    if not outcome.n_yes:
        return (f"{scope}没有{what}的{noun[1:]}（{outcome.n_no}份都不符合）。",)
    asked = f"{what}的有" if what else "共有"
    head = f"{scope}{asked}{outcome.n_yes}{noun}"
    return (f"{head}：{say_items(rows, dated=not _one_year(plan))}。",)


def _say_ranking(plan: Plan, outcome: Outcome, rows: tuple[Row, ...]) -> tuple[str, ...]:
    scope, measure = say_scope(plan.scope) or "库中", plan.measures[0]
    turn = "从高到低" if plan.descending else "从低到高"
    top = f"前{plan.limit}名" if plan.limit else ""
    named = "；".join(
        f"第{row.rank}名 {name} {say_value(row.value, row.unit, row.ratio)}"
        for row, name in zip(
            rows[: max(_NAMED, plan.limit or 0)],
            names_of(rows, dated=not _one_year(plan)),
            strict=False,
        )
    )
    if not rows:
        return (f"{scope}没有{say_conditions(plan)}的报告可以排名。",)
    sentences = [f"{scope}{measure.label}{turn}{top}：{named}。"]
    if plan.limit and outcome.n_yes < plan.limit:
        sentences.append(f"有数值的只有{outcome.n_yes}份，不足{plan.limit}份。")
    if outcome.n_undecided:
        sentences.append(f"无法判定的{outcome.n_undecided}份没有参加排名，名次可能因此不同。")
    if plan.limit and outcome.listed > plan.limit:
        sentences.append(f"末位并列，共列出{outcome.listed}份。")
    return tuple(sentences)


def _say_missing(plan: Plan, outcome: Outcome, rows: tuple[Row, ...]) -> tuple[str, ...]:
    scope, what = say_scope(plan.scope) or "库中", say_measures(plan.measures)
    if not outcome.n_yes:
        return (f"{scope}没有缺少{what}数值的报告。",)
    named = "、".join(
        f"{name}（{row.note}）" for row, name in zip(rows[:_NAMED], names_of(rows), strict=False)
    )
    more = "等" if len(rows) > _NAMED else ""
    return (
        f"{scope}缺少{what}数值的有{outcome.n_yes}份报告：{named}{more}。",
        f"按原因：{reasons_in_words(outcome.classes)}。",
    )


def _one_year(plan: Plan) -> bool:
    """Tell whether the question names one year, so that the rows need not."""
    return len(plan.scope.named_years()) == 1


def say_items(rows: tuple[Row, ...], *, dated: bool = False) -> str:
    """Return the first items with their values."""
    names = names_of(rows, dated=dated)
    parts = [f"{name}{_said(row)}" for row, name in zip(rows[:_NAMED], names[:_NAMED], strict=True)]
    return "、".join(parts) + ("等" if len(rows) > _NAMED else "")


def _said(row: Row) -> str:
    if not row.metric:
        return ""
    shown = [say_value(row.value, row.unit, row.ratio, row.bound)]
    shown += [f"{m.label}{say_value(m.value, m.unit, m.ratio, m.bound)}" for m in row.more]
    return " " + "，".join(shown)


def _cut_short(outcome: Outcome, rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Return what is said when a list is longer than what is shown."""
    if len(rows) >= outcome.listed:
        return ()
    return (hint("listed", shown=len(rows), whole=outcome.listed, unit="份"),)
