"""Changes over the years as SQL: one pair of reports per body, judged by the conditions."""

from assistant.plan import Measure, Plan
from assistant.result import Limits
from assistant.sql.measures import absent_status, comparison, measure_table
from assistant.sql.parts import Order, Query, select_parts
from assistant.sql.scope import Params, in_scope


def compile_change(plan: Plan, years: tuple[int, int], limits: Limits) -> Query:
    """Return the statement over all bodies with a report in either year.

    Value columns: the change, then the later value, then the earlier one.
    """
    measure = plan.measures[0]
    params = Params()
    scope = plan.scope.model_copy(update={"years": years})
    tables = [
        "scope AS (SELECT rid, body_key, year FROM reports"
        f" WHERE body_key IS NOT NULL AND {in_scope(scope, params)})",
        f"m AS ({measure_table(measure, params)})",
        _points(measure),
        _pairs(params(years[0]), params(years[1])),
        _changes(measure, plan.basis),
    ]
    verdicts = [comparison(c, 0, params, divided=is_quotient(plan)) for c in plan.conditions] or [
        "CASE WHEN status0 = 'reported' THEN true END"
    ]
    ok = (" AND " if plan.match == "all" else " OR ").join(verdicts)
    tables.append(
        f"""judged AS MATERIALIZED (SELECT *, {ok} AS ok,
          CASE WHEN status0 <> 'reported' THEN status0 END AS reason FROM changes)"""
    )
    order = Order(quotient=is_quotient(plan), descending=plan.descending, cut=plan.limit)
    sql = select_parts(tables, 3, order, limits, ())
    return Query(sql, tuple(params.values), (measure, measure, measure))


def is_quotient(plan: Plan) -> bool:
    """Return whether a change is a quotient: a relative change, or one of shares."""
    return plan.basis == "ratio" or bool(plan.measures[0].over)


def _points(measure: Measure) -> str:
    status = f"coalesce(m.status, '{absent_status(measure)}')"
    return f"""points AS (SELECT body_key, year, scope.rid, num, den,
      CASE WHEN {status} IN ('over', 'under', 'about') THEN 'text' ELSE {status} END AS status
      FROM scope LEFT JOIN m ON m.rid = scope.rid)"""


def _pairs(earlier: str, later: str) -> str:
    columns = ", ".join(
        f"any_value({column}) FILTER (WHERE year = {year}) AS {column}{mark}"
        for mark, year in (("a", earlier), ("b", later))
        for column in ("rid", "num", "den", "status")
    )
    return f"pairs AS (SELECT body_key, {columns} FROM points GROUP BY body_key)"


def _changes(measure: Measure, basis: str) -> str:
    """Return the table of changes, exact as numerator and denominator, the latter positive."""
    if measure.over:
        num, difference_den, ratio_den = "numb * dena - numa * denb", "denb * dena", "numa * denb"
    else:
        num, difference_den, ratio_den = "numb - numa", "NULL", "numa"
    den = ratio_den if basis == "ratio" else difference_den
    zero = "WHEN numa = 0 THEN 'zero_base'" if basis == "ratio" else ""
    sign = f"CASE WHEN {den} < 0 THEN -1 ELSE 1 END" if basis == "ratio" else "1"
    status = f"""CASE WHEN coalesce(statusa, 'no_report') <> 'reported'
        THEN coalesce(statusa, 'no_report')
      WHEN coalesce(statusb, 'no_report') <> 'reported' THEN coalesce(statusb, 'no_report')
      {zero} ELSE 'reported' END"""
    return f"""changes AS (SELECT coalesce(ridb, rida) AS rid, rida AS base,
      {sign} * ({num}) AS num0, {f"abs({den})" if den != "NULL" else den} AS den0,
      {status} AS status0, numb AS num1, denb AS den1, coalesce(statusb, 'no_report') AS status1,
      numa AS num2, dena AS den2, coalesce(statusa, 'no_report') AS status2 FROM pairs)"""
