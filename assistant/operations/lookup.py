"""Look-ups: each measure for each place and year, with what the prose says on the same matter."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from assistant.compile import compile_plan
from assistant.draft import Draft, place_of
from assistant.evidence import Found
from assistant.numbers import plain, say_number, say_value
from assistant.operations.listing import full_place
from assistant.operations.nothing import nothing_there
from assistant.operations.places import absent_rows, ambiguity_warnings, named_bodies
from assistant.operations.sketch import (
    Sketch,
    coverage_of,
    full_name,
    is_whole,
    names_of,
    reason_figures,
    run_of,
    say_coverage,
    unsettled_rows,
)
from assistant.outcome import Item, Outcome, run
from assistant.plan import Measure, Plan
from assistant.result import AnswerStatus, Coverage, Ratio, Row, Undecided
from assistant.sql.measures import operands_of
from assistant.tables import Counterpart, counterparts
from index.catalogue import load_metrics

_SAID = 20


class Prose(NamedTuple):
    """What the prose of a report says on the matter of a measure."""

    counterpart: Counterpart
    found: tuple[Found, ...]
    agrees: bool | None


def look_up(plan: Plan, draft: Draft) -> Sketch:
    """Return every asked number, what is missing and why, and the prose on the same matter."""
    outcomes = [_run(plan, measure, draft) for measure in plan.measures]
    for outcome in outcomes:
        draft.take(outcome)
    bodies = named_bodies(plan, draft)
    if not outcomes or not outcomes[0].reports:
        return nothing_there(plan, draft, tuple(unsettled_rows(draft, plan)))
    rids = {i.rid for o in outcomes for i in (*o.yes, *o.undecided)}
    draft.load(rids, (*plan.measures, *(_fact(c) for c in _on_the_matter(plan.measures))))
    rows, undecided, warnings = [], [], []
    for measure, outcome in zip(plan.measures, outcomes, strict=True):
        for item in outcome.yes:
            row, warned = _row(draft, measure, item)
            rows.append(row)
            warnings += warned
        for item in outcome.undecided:
            undecided.append(draft.undecided(item.rid, item.reason or "", measure))
            rows += _prose_rows(draft, measure, item.rid)
    unsettled, absent = unsettled_rows(draft, plan), absent_rows(bodies)
    rows.sort(key=lambda r: (full_place(r), r.year or 0))
    coverage = coverage_of(outcomes[0], len(unsettled), len(absent))
    every = (*undecided, *unsettled, *absent)
    known = [row for row in rows if not _stands_in(row, plan)]
    return Sketch(
        _status(known, rows, undecided, absent),
        (*_say_rows(rows), *_say_forms(plan), *_say_gaps(every), *_say_scope(outcomes, coverage)),
        value=known[0].value if len(known) == 1 == len(rows) and not every else None,
        unit=known[0].unit if len(known) == 1 == len(rows) and not every else None,
        ratio=known[0].ratio if len(known) == 1 == len(rows) and not every else None,
        rows=tuple(rows),
        undecided=every,
        coverage=coverage,
        figures=_figures(outcomes),
        warnings=(*ambiguity_warnings(bodies), *warnings),
        runs=tuple(run_of(o) for o in outcomes),
        complete=all(is_whole(o) for o in outcomes),
        exact=_exact(outcomes),
    )


def _run(plan: Plan, measure: Measure, draft: Draft) -> Outcome:
    return run(
        draft.library, compile_plan(plan.model_copy(update={"measures": (measure,)}), draft.limits)
    )


def _on_the_matter(measures: Sequence[Measure]) -> list[Counterpart]:
    """Return the prose numbers that repeat, or stand in for, cells of these measures."""
    terms = [term for m in measures if m.source == "cells" for term in operands_of(m)]
    return [c for c in counterparts() if any(term.startswith(c.prefixes) for term in terms)]


def _exact(outcomes: Sequence[Outcome]) -> Fraction | None:
    """Return the number of a look-up that found one exact number."""
    values = [i.values[0] for o in outcomes for i in o.yes]
    if len(values) != 1 or values[0].status != "reported":
        return None
    return values[0].fraction()


def _fact(counterpart: Counterpart) -> Measure:
    return Measure(source="fact", terms=(counterpart.fact,), label=counterpart.label, unit="件")


def _row(draft: Draft, measure: Measure, item: Item) -> tuple[Row, list[str]]:
    """Return the row of a number, with the prose that repeats it, and a warning if it differs."""
    row = draft.row(item, [measure])
    warnings = []
    for prose in _prose(draft, measure, item):
        cited = draft.cite(prose.found)
        row = row.model_copy(update={"citations": tuple(dict.fromkeys((*row.citations, *cited)))})
        for one in prose.found:
            draft.support(one, "yes")
        if prose.agrees:
            row = row.model_copy(update={"note": "正文所写相同"})
        elif prose.agrees is False:
            warnings.append(_disagreement(row, prose))
    return row, warnings


def _prose(draft: Draft, measure: Measure, item: Item) -> list[Prose]:
    """Return the prose statements that repeat this very number."""
    value = item.values[0]
    if measure.source != "cells" or measure.over or value.num is None:
        return []
    found = []
    for counterpart in counterparts():
        if set(counterpart.metrics) != set(measure.terms):
            continue
        said = tuple(draft.found(item.rid, _fact(counterpart)))
        if said:
            exact = {one.value for one in said if one.bound == "exact"}
            agrees = exact == {value.num} if exact else None
            found.append(Prose(counterpart, said, agrees))
    return found


def _disagreement(row: Row, prose: Prose) -> str:
    said = "、".join(dict.fromkeys(_said(one) for one in prose.found))
    return (
        f"{full_name(row)}{row.year}年：正文写{prose.counterpart.label}{said}，"
        f"表格为{say_value(row.value, row.unit)}，两处不一致（{prose.counterpart.rule}）。"
    )


def _said(one: Found) -> str:
    return say_value(plain(one.value or Decimal(0)), one.unit, None, one.bound)


def _prose_rows(draft: Draft, measure: Measure, rid: int) -> list[Row]:
    """Return what the prose says where there is no one number: in place of a cell, or itself."""
    if measure.source == "fact":
        return [_prose_row(draft, rid, measure, one) for one in draft.found(rid, measure)]
    rows = []
    known = [term for term in measure.terms if term in load_metrics()]
    for counterpart in counterparts():
        if measure.over or not any(t.startswith(counterpart.prefixes) for t in known):
            continue
        fact = _fact(counterpart)
        rows += [_prose_row(draft, rid, fact, one) for one in draft.found(rid, fact)]
    return list({(row.metric, row.value, row.bound): row for row in reversed(rows)}.values())[::-1]


def _prose_row(draft: Draft, rid: int, fact: Measure, one: Found) -> Row:
    """Return a row for one statement of the prose."""
    draft.support(one, "yes")
    return Row(
        **place_of(draft.reports[rid]),
        metric=one.metric,
        label=fact.label,
        value=plain(one.value or Decimal(0)),
        unit=one.unit,
        bound=one.bound,
        source="text",
        note="正文所述",
        citations=draft.cite([one]),
    )


def _stands_in(row: Row, plan: Plan) -> bool:
    """Return whether a row only says what the prose has in place of an asked table number."""
    return row.source == "text" and row.metric not in {t for m in plan.measures for t in m.terms}


def _status(
    known: Sequence[Row], rows: Sequence[Row], undecided: list[Undecided], absent: list[Undecided]
) -> AnswerStatus:
    if not rows:
        return "refused"
    return "answered" if known and not undecided and not absent else "partial"


def _say_rows(rows: Sequence[Row]) -> list[str]:
    """Return one clause per number, the first ones."""
    clauses = []
    names = _dated(rows)
    for row, name in zip(rows[:_SAID], names, strict=False):
        source = "正文写" if row.source == "text" else ""
        clauses.append(
            f"{name}{row.label}：{source}{say_value(row.value, row.unit, row.ratio, row.bound)}"
        )
    if not clauses:
        return []
    more = f"……共{len(rows)}项，全部见列表" if len(rows) > _SAID else ""
    return ["；".join(clauses) + more + "。"]


def _dated(rows: Sequence[Row]) -> list[str]:
    names = names_of(rows)
    return [
        name if row.year is None or name.endswith(f"{row.year}年") else f"{name}{row.year}年"
        for row, name in zip(rows, names, strict=True)
    ]


def _say_gaps(undecided: Sequence[Undecided]) -> list[str]:
    """Return why asked numbers are missing."""
    clauses = [
        f"{full_name(u)}{f'{u.year}年' if u.year else ''}{u.label}：{u.detail}"
        for u in undecided[:_SAID]
    ]
    if not clauses:
        return []
    more = f"……共{len(undecided)}项，全部见列表" if len(undecided) > _SAID else ""
    return ["没有数值：" + "；".join(clauses) + more + "。"]


def _say_scope(outcomes: list[Outcome], coverage: Coverage) -> list[str]:
    """Return the coverage only where a look-up spans many reports."""
    if outcomes[0].reports <= 1 and not outcomes[0].copies:
        return []
    return [say_coverage(coverage, outcomes[0].why)]


def _figures(outcomes: list[Outcome]) -> dict[str, Decimal]:
    figures: dict[str, Decimal] = {"form": Decimal(2019)}
    for outcome in outcomes:
        figures |= reason_figures(outcome.why)
    return figures


def say_claim(plan: Plan, sketch: Sketch) -> Sketch:
    """Return the sketch with the user's number confirmed or corrected in its first sentence."""
    if plan.claim is None:
        return sketch
    claimed = say_number(plan.claim)
    value, unit, ratio = _claimed(plan, sketch)
    if value is None:
        first = f"你说的{claimed}无法核对，以下是原文的数字。"
    elif value == plan.claim:
        first = f"对，是{say_value(value, unit, ratio)}。"
    else:
        first = f"更正：不是{claimed}{unit}，而是{say_value(value, unit, ratio)}。"
    return sketch._replace(sentences=(first, *sketch.sentences))


def _claimed(plan: Plan, sketch: Sketch) -> tuple[Decimal | None, str, Ratio | None]:
    """Return the number a claim is about: the only one, or the first measure's only one."""
    if sketch.value is not None or not plan.measures:
        return sketch.value, sketch.unit or "", sketch.ratio
    rows = [row for row in sketch.rows if row.label == plan.measures[0].label]
    if len(rows) != 1 or rows[0].bound != "exact" or plan.operation != "lookup":
        return None, "", None
    return rows[0].value, rows[0].unit, rows[0].ratio


def _say_forms(plan: Plan) -> list[str]:
    """Return what must be said of columns that only the form of 2019 prints, or without a unit."""
    known = load_metrics()
    sentences = []
    for measure in plan.measures:
        cells = [known[t] for t in measure.terms if t in known and not measure.alternatives]
        if cells and not any(cell.form_2021 for cell in cells):
            unit = "，表头没有写单位" if not any(cell.unit for cell in cells) else ""
            sentences.append(f"“{measure.label}”只有2019版表格才有{unit}。")
    return sentences
