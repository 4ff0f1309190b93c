"""What the library holds, and which places have no report for a year."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from assistant.draft import Draft
from assistant.evidence import ReportInfo, find_reports
from assistant.hints import hint
from assistant.operations.gaps import lacking
from assistant.operations.groups import grouped
from assistant.operations.nothing import holdings_in_words, nothing_there
from assistant.operations.places import absent_rows, ambiguity_warnings, named_bodies
from assistant.operations.sketch import Sketch, names_of, statement
from assistant.outcome import Item, digest_rows
from assistant.plan import Plan
from assistant.result import Coverage, Row, Undecided
from assistant.sql.scope import Params, in_scope
from assistant.words import say_scope, say_years

_NAMED = 20


def inventory(plan: Plan, draft: Draft) -> Sketch:
    """Return the reports in scope with their number, years and bodies."""
    if plan.group_by:
        return grouped(plan.model_copy(update={"operation": "count"}), draft)
    params = Params()
    condition = in_scope(plan.scope, params)
    counted = draft.library.query(
        f"SELECT count(*), count(DISTINCT body_key) FROM reports WHERE {condition}", params.values
    )
    total, bodies = counted[0]
    if not total:
        return nothing_there(plan, draft)
    reports = find_reports(draft.library, condition, params.values, draft.limits.held)
    rows = tuple(_row(draft, report) for report in reports)
    named = "、".join(names_of(rows)[:_NAMED]) + ("等" if total > _NAMED else "")
    held, figures = holdings_in_words(draft)
    scope = say_scope(plan.scope)
    sentences = (
        [f"{scope}共{total}份报告（{bodies}个机构）：{named}。"]
        if scope
        else [held, f"有：{named}。"]
    )
    copies = _copies(draft, condition, params)
    absent = absent_rows(named_bodies(plan, draft))
    if len(rows) < total:
        sentences.append(hint("listed", shown=len(rows), whole=total, unit="份"))
    if copies["copy"] or copies["superseded"]:
        sentences.append(
            f"另有{copies['copy']}份重复文本、{copies['superseded']}份被更正的旧版本，不计入。"
        )
    return Sketch(
        "partial" if absent else "answered",
        tuple(sentences),
        value=Decimal(total),
        unit="份",
        rows=rows,
        undecided=tuple(absent),
        coverage=Coverage(
            reports=total,
            decidable=total,
            qualified=total,
            duplicates=copies["copy"],
            superseded=copies["superseded"],
            no_report=len(absent),
        ),
        figures=figures | {"bodies": Decimal(bodies)} | _year_figures(rows),
        warnings=ambiguity_warnings(named_bodies(plan, draft)),
        runs=(statement(_counting(condition), tuple(params.values), digest_rows(counted)),),
        complete=len(rows) == total,
    )


def unfiled(plan: Plan, draft: Draft) -> Sketch:
    """Return the bodies of the library that have no report for an asked year."""
    years = plan.scope.years or _all_years(draft)
    params = Params()
    condition = in_scope(plan.scope.model_copy(update={"years": ()}), params)
    reports = [
        report
        for report in find_reports(draft.library, condition, params.values)
        if report.body_key is not None
    ]
    bodies: dict[str, list[ReportInfo]] = {}
    for report in reports:
        bodies.setdefault(report.body_key or "", []).append(report)
    if not bodies:
        return nothing_there(plan, draft)
    rows = [
        _unfiled_row(draft, held, year)
        for held in bodies.values()
        for year in _certainly_lacking(held, years)
    ]
    undated = _undated(draft, bodies.values(), years)
    asked = say_years(years)
    scope = say_scope(plan.scope.model_copy(update={"years": ()})) or "库中"
    named = "；".join(f"{row.agency}缺{row.year}年（{row.note}）" for row in rows[:_NAMED]) + (
        "等" if len(rows) > _NAMED else ""
    )
    listed = f"：{named}" if rows else ""
    lead = f"{scope}{len(bodies)}个机构在{asked}中缺报告的有{len(rows)}处{listed}。"
    return Sketch(
        "answered",
        (lead, "只能对照库中出现过的机构；从未入库的机构不在其内。"),
        value=Decimal(len(rows)),
        unit="处",
        rows=tuple(rows[: draft.limits.rows]),
        undecided=tuple(undated),
        coverage=Coverage(no_report=len(rows)),
        figures={"bodies": Decimal(len(bodies))}
        | {f"year:{r.year}": Decimal(r.year) for r in reports if r.year}
        | {f"asked:{year}": Decimal(year) for year in years},
    )


def _row(draft: Draft, report: ReportInfo) -> Row:
    draft.reports[report.rid] = report
    form = (
        f"{report.form}版表格" if report.form in ("2021", "2019") else "表格版式不明或没有法定表格"
    )
    row = draft.row(Item(report.rid, None, None, ()), ())
    return row.model_copy(update={"note": form})


def _unfiled_row(draft: Draft, held: list[ReportInfo], year: int) -> Row:
    row = _row(draft, held[0])
    years = say_years(tuple(sorted({r.year for r in held if r.year})))
    return row.model_copy(
        update={
            "agency": held[0].full_name,
            "year": year,
            "note": f"现有{years}",
            "report_id": None,
        }
    )


def _certainly_lacking(held: list[ReportInfo], years: tuple[int, ...]) -> tuple[int, ...]:
    found = lacking((report.year for report in held), years)
    return () if found.doubtful else found.years


def _undated(
    draft: Draft, bodies: Iterable[list[ReportInfo]], years: tuple[int, ...]
) -> list[Undecided]:
    """Return bodies with a report of unknown year: it may be the one that seems to be missing."""
    undecided = []
    for held in bodies:
        report = next((report for report in held if report.year is None), None)
        if report is not None:
            draft.reports[report.rid] = report
            row = draft.undecided(report.rid, "ambiguous", None)
            lacked = lacking((r.year for r in held), years).years
            undecided += [row.model_copy(update={"year": year}) for year in lacked]
    return undecided


def _copies(draft: Draft, condition: str, params: Params) -> dict[str, int]:
    rows: list[tuple[Any, ...]] = draft.library.query(
        f"""SELECT role, count(*) FROM reports WHERE role <> 'current'
        AND group_rid IN (SELECT rid FROM reports WHERE {condition}) GROUP BY role""",
        params.values,
    )
    return {"copy": 0, "superseded": 0} | dict(rows)


def _counting(condition: str) -> str:
    return f"SELECT count(*), count(DISTINCT body_key) FROM reports WHERE {condition}"


def _all_years(draft: Draft) -> tuple[int, ...]:
    rows = draft.library.query(
        """SELECT DISTINCT year FROM reports
        WHERE role = 'current' AND year IS NOT NULL ORDER BY year"""
    )
    return tuple(year for (year,) in rows)


def _year_figures(rows: tuple[Row, ...]) -> dict[str, Decimal]:
    return {f"row:{row.year}": Decimal(row.year) for row in rows if row.year}
