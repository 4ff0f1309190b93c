"""Failed checks and incomplete tables as SQL."""

from assistant.plan import Plan
from assistant.result import Limits
from assistant.sql.measures import measure_numbers
from assistant.sql.parts import Order, Query, select_parts
from assistant.sql.scope import Params, in_scope
from index.catalogue import load_metrics

_VERDICTS = {
    "fail": ("CASE WHEN fail THEN true WHEN passed THEN false END"),
    "pass": ("CASE WHEN fail THEN false WHEN passed THEN true END"),
    "uncertain": "uncertain",
    "not_assessable": "absent",
}
_SECTION_WORDS = {"二": ("主动公开",), "三": ("收到和处理", "申请情况"), "四": ("复议", "诉讼")}


def compile_check(plan: Plan, limits: Limits) -> Query:
    """Return the statement that judges reports by the outcome of the asked rules."""
    params = Params()
    rules = ", ".join(params(rule) for rule in plan.rules)
    asked = f" WHERE rule IN ({rules})" if rules else ""
    order = f"list_position([{rules}], rule)" if rules else "rule"
    tables = [
        f"scope AS (SELECT rid FROM reports WHERE {in_scope(plan.scope, params)})",
        f"""outcomes AS (SELECT rid, bool_or(status = 'fail') AS fail,
          bool_and(status = 'pass') AS passed, bool_or(status = 'uncertain') AS uncertain,
          bool_or(status = 'not_assessable') AS absent,
          arg_min(status, {order}) FILTER (WHERE status IN ('uncertain', 'not_assessable')) AS first
          FROM checks{asked} GROUP BY rid)""",
        f"""judged AS MATERIALIZED (SELECT rid, NULL::INTEGER AS base, ok,
          CASE WHEN ok IS NULL THEN first END AS reason FROM (
          SELECT rid, {_VERDICTS[plan.verdict]} AS ok, first FROM (
          SELECT scope.rid, coalesce(fail, false) AS fail, coalesce(passed, false) AS passed,
            coalesce(uncertain, false) AS uncertain, coalesce(absent, true) AS absent,
            coalesce(first, 'not_assessable') AS first
          FROM scope LEFT JOIN outcomes ON outcomes.rid = scope.rid)))""",
    ]
    sql = select_parts(tables, 0, Order(), limits, ())
    return Query(sql, tuple(params.values), ())


def compile_incomplete(plan: Plan, limits: Limits) -> Query:
    """Return the statement that finds reports whose asked statutory tables lack a value."""
    params = Params()
    numbers = ", ".join(map(str, section_numbers(plan.sections)))
    tables = [
        f"scope AS (SELECT rid, form FROM reports WHERE {in_scope(plan.scope, params)})",
        f"""kept AS (SELECT rid, bool_or(status = 'section_absent') AS section,
          bool_or(status = 'row_absent') AS line,
          bool_or(status NOT IN ('reported', 'not_in_form')) AS gap
          FROM cells WHERE metric IN ({numbers}) GROUP BY rid)""",
        """judged AS MATERIALIZED (SELECT scope.rid, NULL::INTEGER AS base,
          CASE WHEN form <> 'pre2019' THEN coalesce(gap, true) END AS ok,
          CASE WHEN form = 'pre2019' THEN 'not_in_form'
            WHEN coalesce(section, gap IS NULL) THEN 'section_absent'
            WHEN line THEN 'row_absent' WHEN gap THEN 'blank' END AS reason
          FROM scope LEFT JOIN kept ON kept.rid = scope.rid)""",
    ]
    sql = select_parts(tables, 0, Order(), limits, ())
    return Query(sql, tuple(params.values), ())


def asked_sections(sections: tuple[str, ...]) -> tuple[str, ...]:
    """Return the statutory tables that section names or numbers mean; all when none is asked."""
    named = tuple(
        number
        for number, words in _SECTION_WORDS.items()
        if any(number == said or any(word in said for word in words) for said in sections)
    )
    return named if sections else tuple(_SECTION_WORDS)


def section_numbers(sections: tuple[str, ...]) -> tuple[int, ...]:
    """Return the catalogue numbers of the cells in the asked statutory tables."""
    asked = asked_sections(sections)
    numbers = measure_numbers()
    return tuple(numbers[m.id] for m in load_metrics().values() if m.section in asked)
