"""Sum, mean, median, extremes and count of a measure over the reports in scope."""

from decimal import Decimal
from fractions import Fraction

from assistant.compile import asked_functions, compile_plan, shown_measures
from assistant.draft import Draft
from assistant.hints import hint
from assistant.numbers import rounded, say_number, say_value
from assistant.operations.groups import grouped
from assistant.operations.listing import order_exactly
from assistant.operations.nothing import nothing_there
from assistant.operations.places import (
    NamedBody,
    absent_rows,
    ambiguity_warnings,
    choices_of,
    named_bodies,
)
from assistant.operations.sketch import (
    Sketch,
    coverage_of,
    is_whole,
    names_of,
    note_rest,
    reason_figures,
    rids_of,
    run_of,
    say_coverage,
    undecided_rows,
    unsettled_rows,
)
from assistant.operations.totals import Total, exact_total, total_of
from assistant.outcome import Outcome, run
from assistant.plan import Plan
from assistant.result import Coverage, Row, Undecided
from assistant.words import FUNCTIONS, say_conditions, say_measures, say_scope


def aggregate(plan: Plan, draft: Draft) -> Sketch:
    """Return one number over the scope (or one per group), with what it counts and leaves out."""
    bodies = named_bodies(plan, draft)
    unclear = [body for body in bodies if len(body.bodies) > 1]
    if unclear:
        return ask_which(unclear)
    if plan.group_by:
        return grouped(plan, draft)
    outcome = run(draft.library, compile_plan(plan, draft.limits))
    draft.take(outcome)
    if not outcome.reports:
        return nothing_there(plan, draft, tuple(unsettled_rows(draft, plan)))
    return _sketch(plan, draft, outcome, bodies)


def ask_which(unclear: list[NamedBody]) -> Sketch:
    """Return a question back: the names that fit several places are never added up."""
    names = "、".join(f"“{body.place.said}”" for body in unclear)
    choices = tuple(choice for body in unclear for choice in choices_of(body))
    text = f"{names}在库中对应不止一个地方，不能合并计算。请指明是哪一个：{'；'.join(choices)}。"
    return Sketch("clarify", (text,), choices=choices)


def _sketch(plan: Plan, draft: Draft, outcome: Outcome, bodies: list[NamedBody]) -> Sketch:
    measures = shown_measures(plan)
    yes = order_exactly(plan.model_copy(update={"limit": None}), outcome)
    if _holders_only(plan):
        best = yes[0].values[0].fraction() if yes else None
        yes = [item for item in yes if item.values[0].fraction() == best]
    draft.load(rids_of(outcome), measures)
    note_rest(draft, outcome, yes, measures)
    unsettled, absent = unsettled_rows(draft, plan), absent_rows(bodies)
    coverage = coverage_of(outcome, len(unsettled), len(absent))
    totals = [total_of(f, outcome, measures) for f in asked_functions(plan)]
    rows = tuple(draft.row(item, measures, "yes") for item in yes)
    undecided = (*undecided_rows(draft, outcome.undecided, measures), *unsettled, *absent)
    first = totals[0]
    return Sketch(
        "answered" if outcome.n_yes or outcome.n_no else "refused",
        (_say(plan, totals, outcome, rows), *_cut(plan, outcome, rows),
         say_coverage(coverage, outcome.why)),
        value=first.number,
        unit=first.unit,
        ratio=first.ratio,
        rows=rows,
        undecided=undecided,
        rejected=tuple(draft.row(item, measures, "no") for item in outcome.no),
        coverage=coverage,
        figures=_figures(totals, outcome),
        warnings=(*ambiguity_warnings(bodies), *_form_warnings(undecided, coverage)),
        runs=(run_of(outcome),),
        complete=is_whole(outcome),
        exact=exact_total(asked_functions(plan)[0], outcome),
    )  # fmt: skip


def _holders_only(plan: Plan) -> bool:
    return plan.aggregate in ("max", "min") and not plan.also


def _say(plan: Plan, totals: list[Total], outcome: Outcome, rows: tuple[Row, ...]) -> str:
    scope = say_scope(plan.scope) or "库中全部报告"
    conditions = f"{say_conditions(plan)}的报告，" if plan.conditions else ""
    label = say_measures(plan.measures[:1]) or "报告"
    if not outcome.n_yes:
        return f"{scope}{conditions}没有一份报告有可计算的{label}数值。"
    return f"{scope}{conditions}{label}{'；'.join(_say_total(t, outcome, rows) for t in totals)}。"


def _say_total(total: Total, outcome: Outcome, rows: tuple[Row, ...]) -> str:
    n, name = outcome.n_yes, FUNCTIONS[total.function]
    if total.number is None:
        return f"{name}没有数值"
    if total.unit == "%":
        said = say_value(total.number, total.unit, total.ratio)
        return f"{'总体比例' if total.function == 'sum' else name}{said}（{n}份报告）"
    if total.function in ("mean", "median") and total.ratio is not None:
        shown = rounded(Fraction(total.number))
        return f"{name}约{say_number(shown)}{total.unit}（{n}份报告）"
    said = f"{name}{say_number(total.number)}{total.unit}"
    if total.function in ("max", "min") and rows and len(rows) < n:
        return f"{said}（{'、'.join(names_of(rows)[:10])}{'等' if len(rows) > 10 else ''}）"
    return f"{said}（{n}份报告）" if total.function != "count" else said


def _cut(plan: Plan, outcome: Outcome, rows: tuple[Row, ...]) -> tuple[str, ...]:
    if len(rows) >= outcome.listed:
        return ()
    return (hint("listed", shown=len(rows), whole=outcome.listed, unit="份"),)


def _figures(totals: list[Total], outcome: Outcome) -> dict[str, Decimal]:
    figures = {t.function: t.number for t in totals if t.number is not None}
    return figures | reason_figures(outcome.why) | {"listed": Decimal(outcome.listed)}


def _form_warnings(undecided: tuple[Undecided, ...], coverage: Coverage) -> tuple[str, ...]:
    """Return a warning when reports of another form were left out because they do not compare."""
    left = sum(1 for row in undecided if row.reason == "not_in_form")
    if not left or not coverage.qualified:
        return ()
    return (f"有{left}份报告用的是另一版表格，没有这一项，口径不同，没有混在一起计算。",)
