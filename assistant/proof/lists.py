"""The lists, counts and totals of a saved answer against its own certificate."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from assistant.proof.arithmetic import Evidence, Json, same, total, verdict
from assistant.proof.source import as_decimal

_JUDGED = ("list", "count", "rank", "aggregate", "missing")
_OUTSIDE = ("no_report", "ambiguous")
_LARGEST = 10**20
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def list_problems(answer: Json, evidence: Evidence) -> Iterator[str]:
    """Yield every place where rows, counts, totals or words do not follow from the numbers."""
    plan: Json = answer.get("plan") or {}
    yield from _counts(answer)
    yield from _row_values(answer, plan, evidence)
    whole = bool((answer.get("certificate") or {}).get("complete"))
    if plan.get("operation") in ("lookup", "compare") and whole:
        yield from _answered(answer, plan, evidence)
    if plan.get("operation") in _JUDGED and whole and evidence.reports:
        yield from _membership(answer, plan, evidence)
        yield from _totals(answer, plan, evidence)
        yield from _holders(answer, plan, evidence)
    yield from _group_sums(answer, plan)
    yield from _ranks(answer, plan, evidence)
    yield from _difference(answer, plan)
    if plan or evidence.reports:  # a refusal's words rest on no data: they are asked for again
        yield from _words(answer)


def _counts(answer: Json) -> Iterator[str]:
    coverage: Json = answer.get("coverage") or {}
    reports, decidable = coverage.get("reports", 0), coverage.get("decidable", 0)
    if reports != decidable + coverage.get("undecidable", 0):
        yield "覆盖情况自相矛盾：范围内份数不等于可判定与无法判定之和"
    if decidable != coverage.get("qualified", 0) + coverage.get("rejected", 0):
        yield "覆盖情况自相矛盾：可判定份数不等于符合与不符合之和"


def _measures(plan: Json) -> dict[str, Json]:
    """Return the measures of a plan by every metric name a row may carry."""
    found: dict[str, Json] = {}
    conditions = [c["measure"] for c in plan.get("conditions") or ()]
    for measure in (*(plan.get("measures") or ()), *conditions):
        over = f"/{'+'.join(measure['over'])}" if measure.get("over") else ""
        for terms in (measure["terms"], *(measure.get("alternatives") or ())):
            found.setdefault("+".join(terms) + over, measure)
    return found


def _row_values(answer: Json, plan: Json, evidence: Evidence) -> Iterator[str]:
    """Yield rows whose number is not the one their cells give."""
    measures = _measures(plan)
    for row in (*(answer.get("rows") or ()), *(answer.get("rejected") or ())):
        if plan.get("operation") == "change" and row.get("more"):
            yield from _change(row, plan)
            continue
        measure = measures.get(str(row.get("metric")))
        report = row.get("report_id")
        if measure is None or report is None or row.get("value") is None:
            if row.get("value") is not None and report and not measure:
                yield from _loose_value(row, evidence)
            continue
        number = evidence.number(str(report), measure).value
        if number is None:
            yield from _loose_value(row, evidence)
        elif not same(row["value"], number, percent=bool(measure.get("over"))):
            yield f"{_name(row)}：回答写{row['value']}，按原文单元格应为{_shown(number)}"


def _loose_value(row: Json, evidence: Evidence) -> Iterator[str]:
    """Yield a row whose number no statement of its report gives."""
    if not evidence.states(str(row["report_id"]), str(row.get("metric")), as_decimal(row["value"])):
        yield f"{_name(row)}：{row['value']}在证书里没有依据"


def _answered(answer: Json, plan: Json, evidence: Evidence) -> Iterator[str]:
    """Yield numbers of a look-up or comparison that neither stand in a row nor are said to lack."""
    rows = {(str(r.get("report_id")), str(r.get("label"))) for r in answer.get("rows") or ()}
    if plan.get("operation") == "compare" and any(r == "None" for r, _ in rows):
        return  # operands that are sums over a region name no report
    gaps = {(str(u.get("report_id")), str(u.get("label"))) for u in answer.get("undecided") or ()}
    for report in sorted(evidence.reports):
        for measure in plan.get("measures") or ():
            key = (report, str(measure.get("label")))
            known = evidence.number(report, measure).value is not None
            if known and key not in rows:
                yield f"报告 {report} 的{key[1]}有数值，却不在结果之列"
            elif not known and key not in gaps:
                yield f"报告 {report} 的{key[1]}没有数值，却没有列为无法判定"


def _holders(answer: Json, plan: Json, evidence: Evidence) -> Iterator[str]:
    """Yield reports that hold the largest or smallest value but are not listed."""
    extreme = plan.get("aggregate") in ("max", "min") and plan.get("measures")
    if not extreme or plan.get("operation") != "aggregate" or plan.get("group_by"):
        return
    listed = {str(row.get("report_id")) for row in answer.get("rows") or ()}
    over = bool(plan["measures"][0].get("over"))
    for report in sorted(evidence.reports - listed):
        number = evidence.number(report, plan["measures"][0]).value
        holds = number is not None and same(answer.get("value"), number, percent=over)
        if holds and verdict(plan, evidence, report):
            yield f"报告 {report} 的数值同样是{answer.get('value')}，却没有列出"


def _group_sums(answer: Json, plan: Json) -> Iterator[str]:
    """Yield groups that do not add up to the whole."""
    additive = plan.get("operation") == "count" or plan.get("aggregate") in ("sum", "count")
    unplaced = any(u.get("reason") == "ambiguous" for u in answer.get("undecided") or ())
    measures: list[Json] = list(plan.get("measures") or ({},))
    share = bool(measures[0].get("over")) and plan.get("operation") == "aggregate"
    if not plan.get("group_by") or not additive or plan.get("limit") or unplaced or share:
        return
    values = [as_decimal(row.get("value")) for row in answer.get("rows") or ()]
    whole = as_decimal(answer.get("value"))
    if whole is not None and sum(value or 0 for value in values) != whole:
        yield f"各组相加不等于总计{whole}"


def _membership(answer: Json, plan: Json, evidence: Evidence) -> Iterator[str]:
    """Yield reports that stand in the wrong list, in none, or in one without ground."""
    yes = {str(r["report_id"]) for r in answer.get("rows") or () if r.get("report_id")}
    no = {str(r["report_id"]) for r in answer.get("rejected") or () if r.get("report_id")}
    undecided = [u for u in answer.get("undecided") or () if u.get("reason") not in _OUTSIDE]
    unknown = {str(u["report_id"]) for u in undecided if u.get("report_id")}
    cut = bool(plan.get("limit")) or plan.get("aggregate") in ("max", "min")
    cut = cut or bool(plan.get("group_by"))
    for report in sorted(yes | no | unknown | evidence.reports):
        truth = verdict(plan, evidence, report)
        if truth is False and report not in no:
            yield f"报告 {report} 按原文不符合条件，却不在“不符合”之列"
        elif truth and report not in yes and not cut:
            yield f"报告 {report} 按原文符合条件，却不在结果之列"
        elif truth is None and report not in unknown:
            yield f"报告 {report} 按原文无法判定，却没有列为无法判定"
    coverage: Json = answer.get("coverage") or {}
    if not cut and len(yes) != coverage.get("qualified", 0):
        yield f"结果列出{len(yes)}份，覆盖情况写{coverage.get('qualified', 0)}份"
    if len(no) != coverage.get("rejected", 0):
        yield f"不符合的列出{len(no)}份，覆盖情况写{coverage.get('rejected', 0)}份"
    if len(unknown) != coverage.get("undecidable", 0):
        yield f"无法判定的列出{len(unknown)}份，覆盖情况写{coverage.get('undecidable', 0)}份"


def _totals(answer: Json, plan: Json, evidence: Evidence) -> Iterator[str]:
    """Yield a count or an aggregate that the qualifying reports do not give."""
    operation, shown = plan.get("operation"), answer.get("value")
    if operation not in ("count", "aggregate") or shown is None:
        return
    yes = [r for r in sorted(evidence.reports) if verdict(plan, evidence, r)]
    if operation == "count" or not plan.get("measures"):
        known = bool(plan.get("conditions"))
        if known and not same(shown, Fraction(len(yes))):
            yield f"回答的份数是{shown}，按证书应为{len(yes)}"
        return
    measure, function = plan["measures"][0], str(plan.get("aggregate") or "sum")
    numbers = [evidence.number(report, measure).value for report in yes]
    exact = total(function, [number for number in numbers if number is not None])
    if measure.get("over") and function == "sum":
        exact = _pooled(evidence, yes, measure)
    percent = bool(measure.get("over")) and function != "count"
    if exact is not None and not same(shown, exact, percent=percent):
        yield f"回答的数是{shown}，按原文单元格应为{_shown(exact * 100 if percent else exact)}"


def _pooled(evidence: Evidence, reports: list[str], measure: Json) -> Fraction | None:
    top = [evidence.number(r, {"terms": measure["terms"]}).value or Fraction(0) for r in reports]
    low = [evidence.number(r, {"terms": measure["over"]}).value or Fraction(0) for r in reports]
    return sum(top, Fraction(0)) / sum(low, Fraction(0)) if sum(low, Fraction(0)) else None


def _ranks(answer: Json, plan: Json, evidence: Evidence) -> Iterator[str]:
    """Yield rows that stand out of order, or a better report that was left out."""
    if plan.get("operation") != "rank" or not plan.get("measures"):
        return
    measure, rows = plan["measures"][0], answer.get("rows") or ()
    sign = -1 if plan.get("descending", True) else 1
    values = [evidence.number(str(row.get("report_id")), measure).value for row in rows]
    known = [sign * value for value in values if value is not None]
    if known != sorted(known):
        yield "名次的先后与数值不符"
    for row, value in zip(rows, known, strict=False):
        if row.get("rank") != 1 + sum(1 for other in known if other < value):
            yield f"{_name(row)}：名次{row.get('rank')}不对"
    shown = {str(row.get("report_id")) for row in rows}
    for report in sorted(evidence.reports - shown):
        number = evidence.number(report, measure).value
        better = number is not None and known and sign * number <= known[-1]
        if better and verdict(plan, evidence, report):
            yield f"报告 {report} 应在排名之内，却没有列出"


def _difference(answer: Json, plan: Json) -> Iterator[str]:
    """Yield a comparison or change whose value is not the difference of its two rows."""
    rows, shown = list(answer.get("rows") or ()), answer.get("value")
    if plan.get("operation") not in ("compare", "change") or shown is None or len(rows) != 2:
        return
    found = _gap(rows, plan)
    if found is None:
        return
    gap, percent = found
    if not same(shown, gap, percent=percent):
        yield f"差额写{shown}，按两个数应为{_shown(gap * 100 if percent else gap)}"


def _change(row: Json, plan: Json) -> Iterator[str]:
    """Yield a change that is not the difference of the two years beside it."""
    found = _gap(list(row["more"]), plan) if len(row["more"]) == 2 else None
    if found and not same(row.get("value"), found[0], percent=found[1]):
        yield f"{_name(row)}：写{row.get('value')}，按两年的数应为{_shown(found[0])}"


def _gap(rows: list[Json], plan: Json) -> tuple[Fraction, bool] | None:
    """Return the difference of two operands, later minus earlier, and whether it is in percent."""
    older, newer = sorted(rows, key=lambda row: row.get("year") or 0)
    first, last = _exact(older), _exact(newer)
    if first is None or last is None:
        return None
    gap, percent = last - first, older.get("unit") == "%"
    if plan["operation"] == "compare":
        return abs(gap), percent
    if plan.get("basis") == "ratio":
        return (gap / first, True) if first else None
    return gap, percent


def _exact(row: Json) -> Fraction | None:
    ratio = row.get("ratio")
    if ratio:
        top, below = as_decimal(ratio.get("numerator")), as_decimal(ratio.get("denominator"))
        return Fraction(top) / Fraction(below) if top is not None and below else None
    value = as_decimal(row.get("value"))
    return None if value is None else Fraction(value)


def _words(answer: Json) -> Iterator[str]:
    """Yield numbers of the text that stand nowhere else in the answer, and a value left unsaid."""
    text = str(answer.get("text") or "")
    rest = {k: v for k, v in answer.items() if k not in ("text", "certificate", "elapsed_ms")}
    known = {n for leaf in _leaves(rest) for n in _said(leaf)}
    for number in dict.fromkeys(_NUMBER.findall(text)):
        if number not in known:
            yield f"文字里的数字{number}在回答的数据里没有依据"
    value = as_decimal(answer.get("value"))
    if value is not None and text and not any(n in text for n in _said(answer["value"])):
        yield f"文字里没有写出回答的数{answer['value']}"


def _said(leaf: Any) -> set[str]:  # Any: a JSON leaf
    """Return how text may show a leaf: its digits, a number rounded, a share in percent."""
    if isinstance(leaf, str):
        return set(_NUMBER.findall(leaf)) | _scaled(leaf)
    value = as_decimal(leaf)
    if value is None:
        return set()
    plain = format(abs(value).normalize(), "f")
    if abs(value) >= _LARGEST:  # longer than decimals are rounded at
        return {plain}
    return {plain, format(round(abs(value), 2).normalize(), "f")}


def _scaled(leaf: str) -> set[str]:
    """Return a number in text also times a hundred: a share's limit is said in percent."""
    value = as_decimal(leaf)
    return set() if value is None else {format((abs(value) * 100).normalize(), "f"),
                                        format(abs(value).normalize(), "f")}  # fmt: skip


def _leaves(node: Any) -> Iterator[Any]:  # Any: JSON
    if isinstance(node, dict):
        for value in node.values():
            yield from _leaves(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _leaves(value)
    else:
        yield node


def _name(row: Json) -> str:
    return f"{row.get('agency') or row.get('group')}{row.get('year') or ''}{row.get('label') or ''}"


def _shown(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.4f}"
