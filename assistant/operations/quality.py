"""Reports where a consistency rule fails or passes, and reports with incomplete tables."""

from decimal import Decimal
from typing import NamedTuple

from assistant.draft import Draft
from assistant.evidence import Found
from assistant.hints import hint
from assistant.operations.listing import full_place
from assistant.operations.nothing import nothing_there
from assistant.operations.sketch import (
    Sketch,
    coverage_of,
    is_whole,
    names_of,
    reason_figures,
    reasons_in_words,
    run_of,
    say_coverage,
    undecided_rows,
    unsettled_rows,
)
from assistant.outcome import Item, Outcome, run
from assistant.plan import Measure, Plan
from assistant.result import Row
from assistant.sql.quality import asked_sections, compile_check, compile_incomplete, section_numbers
from assistant.words import say_scope
from index.catalogue import load_metrics

_NAMED = 10
_CITED = 16
_OUTCOMES = {
    "fail": "不满足勾稽规则",
    "pass": "满足全部所问勾稽规则",
    "uncertain": "缺数值而无法检验勾稽规则",
    "not_assessable": "缺表格而无法检验勾稽规则",
}
_CLASSES = {
    "section_absent": "缺表",
    "row_absent": "缺行",
    "blank": "有未填或不能辨认的格",
}


class Broken(NamedTuple):
    """The outcome of one rule in one report."""

    rule: str
    message: str
    metrics: tuple[str, ...]


def checks(plan: Plan, draft: Draft) -> Sketch:
    """Return the reports where the asked rules have the asked outcome, with their messages."""
    outcome = run(draft.library, compile_check(plan, draft.limits))
    if not outcome.reports:
        return nothing_there(plan, draft)
    rids = [item.rid for item in outcome.yes]
    broken = _outcomes(draft, plan, rids)
    measures = [_cells(b.metrics[:_CITED]) for found in broken.values() for b in found if b.metrics]
    draft.load(rids, measures)
    rows = [_checked_row(draft, rid, broken.get(rid, [])) for rid in rids]
    rules = "、".join(plan.rules) if plan.rules else "（全部规则）"
    lead = f"{_OUTCOMES[plan.verdict]}{rules}的有{outcome.n_yes}份报告"
    return _sketch(plan, draft, outcome, rows, lead)


def incomplete(plan: Plan, draft: Draft) -> Sketch:
    """Return the reports whose asked statutory tables are incomplete, by kind of gap."""
    sections = asked_sections(plan.sections)
    if not sections:
        named = "、".join(plan.sections)
        return Sketch("refused", (f"“{named}”不是法定表格；有表格的是第二、三、四节。",))
    outcome = run(draft.library, compile_incomplete(plan, draft.limits))
    if not outcome.reports:
        return nothing_there(plan, draft)
    rids = [item.rid for item in outcome.yes]
    gaps = _gaps(draft, plan, rids)
    draft.load(rids, ())
    rows = [
        draft.row(item, ()).model_copy(
            update={"note": gaps.get(item.rid) or _CLASSES.get(item.reason or "", "")}
        )
        for item in outcome.yes
    ]
    named = "、".join(f"第{section}节" for section in sections)
    lead = f"{named}表格不完整的有{outcome.n_yes}份报告"
    return _sketch(plan, draft, outcome, rows, lead)


def _sketch(plan: Plan, draft: Draft, outcome: Outcome, rows: list[Row], lead: str) -> Sketch:
    draft.load((item.rid for item in (*outcome.no, *outcome.undecided)), ())
    rows.sort(key=lambda row: (full_place(row), row.year or 0))
    unsettled = unsettled_rows(draft, plan)
    coverage = coverage_of(outcome, len(unsettled))
    scope = say_scope(plan.scope) or "库中"
    named = "；".join(
        f"{name}（{row.note}）" if row.note else name
        for row, name in zip(rows[:_NAMED], names_of(rows), strict=False)
    )
    more = "等" if len(rows) > _NAMED else ""
    sentences = [f"{scope}{lead}{f'：{named}{more}' if rows else ''}。"]
    if outcome.classes and plan.operation == "missing":
        words = "，".join(f"{_CLASSES.get(k, k)}{n}份" for k, n in outcome.classes.items())
        sentences.append(f"其中{words}。")
    if len(rows) < outcome.listed:
        sentences.append(hint("listed", shown=len(rows), whole=outcome.listed, unit="份"))
    decided = outcome.n_yes + outcome.n_no
    if not decided:
        sentences = [f"{scope}的报告都无法检验：{reasons_in_words(outcome.why)}。"]
    return Sketch(
        "answered" if decided else "refused",
        (*sentences, say_coverage(coverage, outcome.why)),
        value=Decimal(outcome.n_yes) if decided else None,
        unit="份" if decided else None,
        rows=tuple(rows),
        undecided=(*undecided_rows(draft, outcome.undecided, ()), *unsettled),
        rejected=tuple(draft.row(item, (), "no") for item in outcome.no),
        coverage=coverage,
        figures=reason_figures(outcome.why)
        | reason_figures(outcome.classes)
        | {"listed": Decimal(outcome.listed)},
        runs=(run_of(outcome),),
        complete=is_whole(outcome),
    )


def _outcomes(draft: Draft, plan: Plan, rids: list[int]) -> dict[int, list[Broken]]:
    """Return the asked outcomes of each report, in the order of rules."""
    if not rids or plan.verdict == "pass":
        return {}
    rows = draft.library.query(
        """SELECT rid, rule, message, metrics FROM checks WHERE status = $1
        AND rid IN (SELECT unnest($2::INTEGER[]))
        AND (len($3::VARCHAR[]) = 0 OR list_contains($3::VARCHAR[], rule)) ORDER BY rid, rule""",
        [plan.verdict, rids, list(plan.rules)],
    )
    found: dict[int, list[Broken]] = {}
    for rid, rule, message, metrics in rows:
        found.setdefault(rid, []).append(Broken(rule, message, tuple(metrics or ())))
    return found


def _checked_row(draft: Draft, rid: int, broken: list[Broken]) -> Row:
    """Return a report's row: the rules as metric, the messages as note, the cells cited."""
    cited: list[Found] = []
    for one in broken:
        if one.metrics:
            cited += draft.found(rid, _cells(one.metrics[:_CITED]))
    for found in cited:
        draft.support(found, "yes")
    row = draft.row(Item(rid, None, None, ()), ())
    return row.model_copy(
        update={
            "metric": "、".join(dict.fromkeys(one.rule for one in broken)),
            "note": "；".join(f"{one.rule}：{one.message}" for one in broken),
            "citations": tuple(dict.fromkeys(draft.cite(cited))),
        }
    )


def _cells(metrics: tuple[str, ...]) -> Measure:
    known = load_metrics()
    return Measure(terms=tuple(m for m in metrics if m in known), label="")


def _gaps(draft: Draft, plan: Plan, rids: list[int]) -> dict[int, str]:
    """Return what is missing in each report's tables, in words."""
    if not rids:
        return {}
    metrics = list(load_metrics().values())
    numbers = section_numbers(plan.sections)
    rows = draft.library.query(
        f"""SELECT rid, status, list(metric) FROM cells WHERE metric IN
        ({", ".join(map(str, numbers))}) AND rid IN (SELECT unnest($1::INTEGER[]))
        GROUP BY rid, status""",
        [rids],
    )
    found: dict[int, dict[str, list[str]]] = {}
    for rid, status, cells in rows:
        found.setdefault(rid, {})[status] = [metrics[number].id for number in cells]
    return {rid: _say_gap(by_status) for rid, by_status in found.items()}


def _say_gap(cells: dict[str, list[str]]) -> str:
    """Return one report's gaps: absent tables, absent rows, cells without a number."""
    catalogue = load_metrics()
    parts = []
    absent = sorted(
        {catalogue[m].section for m in cells.get("section_absent", ())}, key="二三四".index
    )
    parts += [f"缺第{'、'.join(absent)}节表格"] if absent else []
    rows = {(catalogue[m].section, catalogue[m].row) for m in cells.get("row_absent", ())}
    parts += [f"缺{len(rows)}行"] if rows else []
    empty = [m for s, ms in cells.items() if s not in _WITH_PLACE for m in ms]
    if empty and _only_totals(cells.get("reported", []), empty):
        parts.append(f"第三节只填了总计列（{len(empty)}格未填）")
    elif empty:
        parts.append(f"{len(empty)}格没有数字")
    return "，".join(parts)


_WITH_PLACE = ("reported", "not_in_form", "section_absent", "row_absent")


def _only_totals(reported: list[str], empty: list[str]) -> bool:
    third = [m for m in reported if m.startswith("requests.")]
    return (
        bool(third)
        and all(m.endswith(".total") for m in third)
        and all(m.startswith("requests.") and not m.endswith(".total") for m in empty)
    )
