"""Changes over the years: per body, the later value against the earlier one."""

from decimal import Decimal

from assistant.draft import Draft
from assistant.hints import hint
from assistant.numbers import Value, percent, present, ratio_of, say_number, say_value
from assistant.operations.listing import full_place, order_exactly
from assistant.operations.nothing import nothing_there
from assistant.operations.places import absent_rows, ambiguity_warnings, named_bodies
from assistant.operations.sketch import (
    Sketch,
    coverage_of,
    is_whole,
    names_of,
    note_rest,
    reason_figures,
    run_of,
    say_coverage,
    unsettled_rows,
)
from assistant.outcome import Item, Outcome, run
from assistant.plan import Plan
from assistant.result import AnswerStatus, Coverage, Ratio, Row, Undecided
from assistant.sql.change import compile_change, is_quotient
from assistant.sql.scope import Params, in_scope
from assistant.words import say_conditions, say_measures, say_scope

_NAMED = 10


def changes(plan: Plan, draft: Draft) -> Sketch:
    """Return the change of the first measure for each body, ranked or filtered as asked."""
    years = asked_years(plan, draft)
    if years is None:
        return nothing_there(plan, draft, tuple(unsettled_rows(draft, plan)))
    outcome = run(draft.library, compile_change(plan, years, draft.limits))
    if not outcome.reports:
        return nothing_there(plan, draft, tuple(unsettled_rows(draft, plan)))
    draft.load(_rids(outcome), plan.measures[:1])
    items = order_exactly(plan, outcome)
    note_rest(draft, outcome, items, plan.measures[:1])
    rows = _with_ranks(plan, [_row(plan, draft, item, years) for item in items], items)
    return _sketch(plan, draft, outcome, rows, years)


def asked_years(plan: Plan, draft: Draft) -> tuple[int, int] | None:
    """Return the first and the last year to compare; None when there are not two."""
    asked = plan.scope.named_years()
    if len(asked) == 1:
        return asked[0] - 1, asked[0]
    if asked:
        return asked[0], asked[-1]
    params = Params()
    condition = in_scope(plan.scope, params)
    rows = draft.library.query(
        f"SELECT min(year), max(year) FROM reports WHERE {condition}", params.values
    )
    first, last = rows[0]
    if first is None:
        return None
    return (first, last) if first < last else (first - 1, first)


def _rids(outcome: Outcome) -> list[int | None]:
    items = (*outcome.yes, *outcome.rest, *outcome.no, *outcome.undecided)
    return [rid for item in items for rid in (item.rid, item.base)]


def _row(plan: Plan, draft: Draft, item: Item, years: tuple[int, int], role: str = "yes") -> Row:
    """Return a change with both its operands."""
    measure = plan.measures[0]
    change, later, earlier = item.values
    operands = []
    for year, rid, value in ((years[0], item.base, earlier), (years[1], item.rid, later)):
        if rid is not None and draft.reports[rid].year == year:
            operands.append(draft.shown(rid, measure, value, role))
    report = draft.row(Item(item.rid, None, None, ()), (), role)
    number, unit, ratio = _present(plan, change)
    cited = tuple(dict.fromkeys(c for operand in operands for c in operand.citations))
    return report.model_copy(
        update={
            "year": years[1],
            "metric": operands[0].metric if operands else "",
            "label": f"{measure.label}{'增减幅度' if plan.basis == 'ratio' else '变化'}",
            "value": number,
            "unit": unit,
            "ratio": ratio,
            "source": "text" if measure.source == "fact" else "cell",
            "citations": cited,
            "more": tuple(operands),
        }
    )


def _present(plan: Plan, change: Value) -> tuple[Decimal | None, str, Ratio | None]:
    """Return (number, unit, quotient): a relative change in percent, one of shares in points."""
    measure = plan.measures[0]
    if not change.known or change.num is None:
        return None, "%" if is_quotient(plan) else measure.unit, None
    if is_quotient(plan):
        unit = "%" if plan.basis == "ratio" else "个百分点"
        return percent(change.fraction()), unit, ratio_of(change.fraction())
    return present(change, measure)


def _with_ranks(plan: Plan, rows: list[Row], items: list[Item]) -> tuple[Row, ...]:
    """Return the rows with their rank; ties share one."""
    ranked, rank, last = [], 0, None
    for place, (row, item) in enumerate(zip(rows, items, strict=True), start=1):
        if item.values[0].fraction() != last:
            rank, last = place, item.values[0].fraction()
        ranked.append(row.model_copy(update={"rank": rank}))
    return tuple(sorted(ranked, key=lambda r: (r.rank or 0, full_place(r))))


def _sketch(
    plan: Plan, draft: Draft, outcome: Outcome, rows: tuple[Row, ...], years: tuple[int, int]
) -> Sketch:
    bodies = named_bodies(plan, draft)
    undecided = [_undecided(plan, draft, item, years) for item in outcome.undecided]
    unsettled, absent = unsettled_rows(draft, plan), absent_rows(bodies)
    absent = [u for u in absent if not any(u.year == v.year for v in undecided)]
    coverage = coverage_of(outcome, len(unsettled), len(absent))
    single = rows[0] if len(rows) == 1 and outcome.reports == 1 else None
    return Sketch(
        "answered" if outcome.n_yes or outcome.n_no else _without(undecided, draft),
        (
            *_say(plan, outcome, rows, years),
            *_say_undecided(undecided),
            _say_coverage(coverage, outcome),
        ),
        value=single.value if single else None,
        unit=single.unit if single else None,
        ratio=single.ratio if single else None,
        rows=_operand_rows(draft, single, outcome) if single else rows,
        undecided=(*undecided, *unsettled, *absent),
        rejected=tuple(_row(plan, draft, item, years, "no") for item in outcome.no),
        coverage=coverage,
        figures=reason_figures(outcome.why)
        | {"listed": Decimal(outcome.listed)}
        | {f"year:{year}": Decimal(year) for year in years},
        warnings=ambiguity_warnings(bodies),
        runs=(run_of(outcome),),
        complete=is_whole(outcome),
    )


def _without(undecided: list[Undecided], draft: Draft) -> AnswerStatus:
    """Return the status when no change is known: partial where one of the years can be shown."""
    return "partial" if any("：" in u.detail for u in undecided) else "refused"


def _operand_rows(draft: Draft, single: Row, outcome: Outcome) -> tuple[Row, ...]:
    """Return the two years of the one body as rows."""
    ids = {draft.reports[r].year: draft.reports[r].report_id for r in _rids(outcome) if r}
    names = ("metric", "label", "value", "unit", "ratio", "bound", "note", "citations", "year")
    return tuple(
        single.model_copy(
            update={name: getattr(more, name) for name in names}
            | {"more": (), "rank": None, "report_id": ids.get(more.year)}
        )
        for more in single.more
    )


def _undecided(plan: Plan, draft: Draft, item: Item, years: tuple[int, int]) -> Undecided:
    """Return why a change is not known: the year that lacks its value, and the other's value."""
    change, later, earlier = item.values
    at_base = earlier.status != "reported" or change.status == "zero_base"
    year, rid = (years[0], item.base) if at_base else (years[1], item.rid)
    if rid is None or draft.reports[rid].year != year:
        rid = item.rid
    row = draft.undecided(rid, item.reason or "", plan.measures[0])
    known = [
        f"{y}年{say_value(*present(value, plan.measures[0])[:2])}"
        for y, value in zip(years, (earlier, later), strict=True)
        if value.status == "reported"
    ]
    detail = f"{year}年：{row.detail}" + (f"（{'，'.join(known)}）" if known else "")
    return row.model_copy(update={"year": year, "detail": detail})


def _say(
    plan: Plan, outcome: Outcome, rows: tuple[Row, ...], years: tuple[int, int]
) -> tuple[str, ...]:
    scope = say_scope(plan.scope.model_copy(update={"years": ()})) or "库中各地"
    what = say_conditions(plan) or say_measures(plan.measures[:1])
    span = f"{years[0]}年到{years[1]}年"
    if not rows:
        if not outcome.n_no:
            return (f"{scope}{span}{say_measures(plan.measures[:1])}的变化无法计算。",)
        return (f"{scope}{span}没有符合“{what}”的（{outcome.n_no}个都不符合）。",)
    named = "；".join(
        f"{name}{_say_change(row)}"
        for row, name in zip(rows[:_NAMED], names_of(rows), strict=False)
    )
    sentences = [
        f"{span}{say_measures(plan.measures[:1])}：{named}{'等' if len(rows) > _NAMED else ''}。"
    ]
    if len(rows) < outcome.listed:
        sentences.append(hint("listed", shown=len(rows), whole=outcome.listed, unit="个"))
    if plan.conditions:
        sentences.insert(0, f"{scope}符合“{what}”的有{outcome.n_yes}个。")
    return tuple(sentences)


def _say_change(row: Row) -> str:
    """Return a change in words: from, to, and by how much."""
    span = "，".join(f"{m.year}年{say_value(m.value, m.unit, m.ratio)}" for m in row.more)
    if row.value is None:
        return span
    size = f"{say_number(abs(row.value))}{row.unit}"
    turn = "不变" if row.value == 0 else f"{'增加' if row.value > 0 else '减少'}{size}"
    return f"{span}，{turn}"


def _say_undecided(undecided: list[Undecided]) -> tuple[str, ...]:
    if not undecided:
        return ()
    named = "；".join(f"{u.agency} {u.detail}" for u in undecided[:_NAMED])
    return (f"无法计算：{named}{'等' if len(undecided) > _NAMED else ''}。",)


def _say_coverage(coverage: Coverage, outcome: Outcome) -> str:
    return say_coverage(coverage, outcome.why).replace("份报告", "个机构", 1)
