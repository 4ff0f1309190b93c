"""A `Plan` as one parameterised statement over the library: verdicts, counts and totals in SQL.

Covers what judges single reports (look-up, list, count, rank, aggregate, missing value); changes,
checks and incomplete tables have their own modules beside this one's building blocks in `sql`.
"""

from typing import Literal

from assistant.plan import Aggregate, Condition, Measure, Plan
from assistant.result import Limits
from assistant.sql.measures import absent_status, comparison, measure_table, picked_table
from assistant.sql.parts import Order, Query, select_parts
from assistant.sql.scope import DOUBTFUL, Params, in_scope, might_be_in_scope

# What the shown measure must have: an exact number, a number or a bound, nothing, or no value.
Demand = Literal["exact", "stated", "none", "absent"]
_BOUNDS = "('reported', 'over', 'under', 'about')"


def compile_plan(plan: Plan, limits: Limits = Limits()) -> Query:  # noqa: B008 - a constant
    """Return the statement that judges every report in scope and gives lists, counts and totals."""
    measures = shown_measures(plan)
    demand = _demand(plan)
    params = Params()
    scope = f"scope AS (SELECT rid FROM reports WHERE {in_scope(plan.scope, params)})"
    picked = picked_table(measures, params)
    tables = [scope, *([f"picked AS MATERIALIZED ({picked})"] if picked else [])]
    tables += _measure_tables(measures, params, "picked" if picked else "cells")
    tables.append(_judged(plan, measures, demand, params))
    functions = asked_functions(plan)
    order = Order(
        quotient=bool(measures and measures[0].over),
        descending=_descending(plan),
        cut=_cut(plan),
        near=_near(plan.conditions, measures),
    )
    if plan.operation == "aggregate":
        limits = limits._replace(rows=limits.operands)
    sql = select_parts(tables, len(measures), order, limits, functions, bool(picked))
    return Query(sql, tuple(params.values), measures)


def compile_groups(plan: Plan, keys: tuple[str, ...]) -> Query:
    """Return the statement that gives one row per group: keys, counts, sum, extremes, values.

    Columns: the keys, then yes, no, undecided, sum(num0), sum(den0), the sorted values of the
    reports that count as a list of (num0, den0).
    """
    measures = shown_measures(plan)
    params = Params()
    scope = f"scope AS (SELECT rid FROM reports WHERE {in_scope(plan.scope, params)})"
    tables = [scope, *_measure_tables(measures, params)]
    tables.append(_judged(plan, measures, _demand(plan), params))
    has = bool(measures)
    spread = has and {"median", "max", "min", "mean"} & set(asked_functions(plan))
    den = "den0" if has and measures[0].over else "NULL"
    values = f"list({{'n': num0, 'd': {den}}} ORDER BY num0) FILTER (WHERE ok)"
    listed = ", ".join(keys)
    sql = f"""WITH {", ".join(tables)}
    SELECT {listed}, count(*) FILTER (WHERE ok), count(*) FILTER (WHERE NOT ok),
      count(*) FILTER (WHERE ok IS NULL), {"sum(num0) FILTER (WHERE ok)" if has else "NULL"},
      {"sum(den0) FILTER (WHERE ok)" if has else "NULL"}, {values if spread else "NULL"}
    FROM judged JOIN reports USING (rid) GROUP BY {listed} ORDER BY ALL"""
    return Query(sql, tuple(params.values), measures)


def compile_doubtful() -> str:
    """Return the statement that tells whether any report leaves open who filed for which year."""
    return f"SELECT count(*) FROM reports WHERE role = 'current' AND ({DOUBTFUL})"


def compile_unsettled(plan: Plan, limit: int) -> Query:
    """Return the statement for reports that may belong to the scope but do not say so."""
    params = Params()
    loose, strict = might_be_in_scope(plan.scope, params), in_scope(plan.scope, params)
    sql = f"SELECT rid FROM reports WHERE {loose} AND NOT coalesce({strict}, false)"
    return Query(f"{sql} ORDER BY rid LIMIT {limit}", tuple(params.values), ())


def shown_measures(plan: Plan) -> tuple[Measure, ...]:
    """Return the measures whose values are fetched: those asked for, then those of conditions."""
    every = (*plan.measures, *(condition.measure for condition in plan.conditions))
    return tuple(dict.fromkeys(every))


def asked_functions(plan: Plan) -> tuple[Aggregate, ...]:
    """Return the functions of an aggregate, the first one first; none for other operations."""
    if plan.operation != "aggregate":
        return ()
    return tuple(dict.fromkeys((plan.aggregate or "sum", *plan.also)))


def _demand(plan: Plan) -> Demand:
    """Return what a report must have in the first measure beyond meeting the conditions."""
    if plan.operation in ("rank", "aggregate"):
        return "exact" if plan.measures else "none"
    if plan.operation == "missing":
        return "absent"
    if plan.operation == "lookup" or not plan.conditions:
        return "stated" if plan.measures else "none"
    return "none"


def _descending(plan: Plan) -> bool:
    if plan.operation == "aggregate":
        return plan.aggregate != "min"
    return plan.descending or plan.operation != "rank"


def _cut(plan: Plan) -> int | None:
    """Return how many places are kept: those of a ranking, or the holders of an extreme."""
    if plan.operation == "rank":
        return plan.limit
    extreme = plan.operation == "aggregate" and plan.aggregate in ("max", "min")
    return 1 if extreme and not plan.also and plan.group_by is None else None


def _near(conditions: tuple[Condition, ...], measures: tuple[Measure, ...]) -> str:
    """Return the order of the reports that do not qualify: the nearest to the first limit first."""
    if not conditions:
        return ""
    first = conditions[0]
    at = measures.index(first.measure)
    number = f"CAST(num{at} AS DOUBLE)" + (
        f" / CAST(den{at} AS DOUBLE)" if first.measure.over else ""
    )
    return f"abs({number} - {float(first.value)!r}) NULLS LAST"


def _measure_tables(
    measures: tuple[Measure, ...], params: Params, cells: str = "cells"
) -> list[str]:
    return [
        f"m{i} AS ({measure_table(measure, params, cells)})" for i, measure in enumerate(measures)
    ]


def _judged(plan: Plan, measures: tuple[Measure, ...], demand: Demand, params: Params) -> str:
    """Return the table of verdicts: conditions joined in three-valued logic, then the demand."""
    columns = "".join(
        f", m{i}.num AS num{i}, m{i}.den AS den{i},"
        f" coalesce(m{i}.status, '{absent_status(measure)}') AS status{i}"
        for i, measure in enumerate(measures)
    )
    joins = "".join(f" LEFT JOIN m{i} ON m{i}.rid = scope.rid" for i in range(len(measures)))
    verdicts = [comparison(c, measures.index(c.measure), params) for c in plan.conditions]
    holders = [measures.index(c.measure) for c in plan.conditions]
    tests = "".join(f", {verdict} AS test{i}" for i, verdict in enumerate(verdicts))
    joined = " AND " if plan.match == "all" else " OR "
    met = joined.join(f"test{i}" for i in range(len(verdicts))) or "true"
    ok, reason = _with_demand("met", _reasons(holders), demand)
    names = _names(len(measures))
    return f"""judged AS MATERIALIZED (
      SELECT rid, NULL::INTEGER AS base, ok, CASE WHEN {_silent(demand)} THEN {reason} END AS reason
        {names} FROM (SELECT *, {ok} AS ok FROM (SELECT *, ({met}) AS met FROM (
        SELECT *{tests} FROM (SELECT scope.rid{columns} FROM scope{joins})))))"""


def _silent(demand: Demand) -> str:
    """Return when a report has a reason: undecided ones, and those found for lacking a value."""
    return "ok" if demand == "absent" else "ok IS NULL"


def _names(width: int) -> str:
    return "".join(f", num{i}, den{i}, status{i}" for i in range(width))


def _reasons(holders: list[int]) -> list[str]:
    """Return the WHENs that name the first undecided condition's reason."""
    return [f"WHEN test{i} IS NULL THEN {_reason(at)}" for i, at in enumerate(holders)]


def _reason(at: int) -> str:
    return f"(CASE WHEN status{at} IN {_BOUNDS} THEN 'text' ELSE status{at} END)"


def _with_demand(met: str, whens: list[str], demand: Demand) -> tuple[str, str]:
    """Return verdict and reason once the first measure's own value is asked for too."""
    if demand == "absent":
        return f"status0 NOT IN {_BOUNDS}", "status0"
    ok, last = met, "NULL"
    if demand != "none":
        wanted = "= 'reported'" if demand == "exact" else f"IN {_BOUNDS}"
        ok = f"({met} AND CASE WHEN status0 {wanted} THEN true END)"
        last = _reason(0)
    if not whens:
        return ok, last
    return ok, f"CASE WHEN {met} IS NULL THEN CASE {' '.join(whens)} END ELSE {last} END"
