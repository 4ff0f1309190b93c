"""Measures and conditions as SQL: each measure a table of (rid, num, den, status) per report.

`status` is "reported" (num and den are exact), "over", "under", "about" (a bound of the prose), or
the reason why there is no value. A report without a row in the table has no value at all:
"not_in_form" for cells, "not_stated" for prose.
"""

from collections.abc import Sequence
from decimal import Decimal

from assistant.plan import Comparator, Condition, Measure
from assistant.sql.scope import Params
from index.catalogue import form_metrics, load_metrics
from index.model import Form, NianbaoError

_SIGNS: dict[Comparator, str] = {
    "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "=", "ne": "<>",
}  # fmt: skip
# What a bound proves, with {n} the stated number and {v} the number asked for: the stated number is
# strictly over (or under) the true one's limit, hence the inclusive signs.
_PROOFS: dict[str, dict[Comparator, tuple[str, bool]]] = {
    "over": {
        "gt": ("{n} >= {v}", True), "ge": ("{n} >= {v}", True), "ne": ("{n} >= {v}", True),
        "lt": ("{n} >= {v}", False), "le": ("{n} >= {v}", False), "eq": ("{n} >= {v}", False),
    },
    "under": {
        "lt": ("{n} <= {v}", True), "le": ("{n} <= {v}", True), "ne": ("{n} <= {v}", True),
        "gt": ("{n} <= {v}", False), "ge": ("{n} <= {v}", False), "eq": ("{n} <= {v}", False),
    },
}  # fmt: skip
_MOST_TERMS = 62
_MOST_PICKED = 2
_FORMS: tuple[Form, ...] = ("2021", "2019", "pre2019", "mixed", "unknown")
_LARGEST = Decimal(10) ** 17
_PLACES = 10


def measure_numbers() -> dict[str, int]:
    """Return the number of each metric in the library: its place in the catalogue."""
    return {metric: number for number, metric in enumerate(load_metrics())}


def operands_of(measure: Measure) -> tuple[str, ...]:
    """Return every id a measure may read, in order, once."""
    return tuple(
        dict.fromkeys(
            (*measure.terms, *measure.over, *(t for a in measure.alternatives for t in a))
        )
    )


def picked_table(measures: Sequence[Measure], params: Params) -> str | None:
    """Return the SELECT of the scope's cells, read once with their places; None for many metrics.

    Reading a metric costs more than what is then done with it, so verdicts and citations share one
    pass; beyond a few metrics the places would cost more than they save.
    """
    cells = [measure for measure in measures if measure.source == "cells"]
    used = {t for m in cells for t in operands_of(m)}
    if not 0 < len(used) <= _MOST_PICKED:
        return None
    listed = ", ".join(params(number) for number in sorted(_numbers(tuple(used))))
    return f"SELECT * FROM cells SEMI JOIN scope USING (rid) WHERE metric IN ({listed})"


def measure_table(measure: Measure, params: Params, cells: str = "cells") -> str:
    """Return the SELECT that gives (rid, num, den, status) of a measure, from a table of cells."""
    if measure.source == "fact":
        return _fact_table(measure, params)
    if not measure.alternatives:
        return _cell_table(measure.terms, measure.over, cells, params)
    options: list[str] = []
    for terms, forms in _options(measure):
        named = ", ".join(params(form) for form in forms)
        source = f"({cells} SEMI JOIN (FROM reports WHERE form IN ({named})) USING (rid))"
        options.append(_cell_table(terms, measure.over, source, params))
    return " UNION ALL ".join(options)


def absent_status(measure: Measure) -> str:
    """Return the reason of a report that has no row of the measure."""
    return "not_in_form" if measure.source == "cells" else "not_stated"


def comparison(condition: Condition, at: int, params: Params, divided: bool | None = None) -> str:
    """Return the three-valued SQL of a condition on the measure columns number `at`.

    `divided` says whether they hold a quotient; the measure itself says so when it is None.
    """
    value = _decimal(condition.value, params)
    number = f"num{at}"
    quotient = bool(condition.measure.over) if divided is None else divided
    asked = f"{value} * den{at}" if quotient else value
    exact = f"{number} {_SIGNS[condition.comparator]} {asked}"
    whens = [f"WHEN status{at} = 'reported' THEN {exact}"]
    for bound, proofs in _PROOFS.items():
        proof, verdict = proofs[condition.comparator]
        test = proof.format(n=number, v=value)
        whens.append(f"WHEN status{at} = '{bound}' AND {test} THEN {str(verdict).lower()}")
    return f"(CASE {' '.join(whens)} END)"


def _decimal(value: Decimal, params: Params) -> str:
    """Return the place of an exact decimal; more digits than the library holds are refused."""
    digits = max(0, -int(value.as_tuple().exponent))
    if abs(value) >= _LARGEST or digits > _PLACES:
        raise NianbaoError(f"条件里的数 {str(value)!r} 太大或小数位太多，请换一个数再问。")
    return f"CAST({params(format(value, 'f'))} AS DECIMAL(28, {digits}))"


def _options(measure: Measure) -> list[tuple[tuple[str, ...], tuple[Form, ...]]]:
    """Return each set of terms with the forms that it counts in."""
    sets = (measure.terms, *measure.alternatives)
    forms: dict[tuple[str, ...], list[Form]] = {}
    for form in _FORMS:
        printed = set(form_metrics(form))
        chosen = next((terms for terms in sets if printed.issuperset(terms)), measure.terms)
        forms.setdefault(chosen, []).append(form)
    return [(terms, tuple(named)) for terms, named in forms.items()]


def _numbers(metrics: tuple[str, ...]) -> tuple[int, ...]:
    """Return the catalogue numbers of metric ids, refusing an id that does not exist."""
    known = measure_numbers()
    unknown = [metric for metric in metrics if metric not in known]
    if unknown or not metrics or len(metrics) > _MOST_TERMS or len(set(metrics)) < len(metrics):
        raise NianbaoError(f"指标 {unknown or metrics!r} 无法计算，请换一个指标再问。")
    return tuple(known[metric] for metric in metrics)


def _cell_table(terms: tuple[str, ...], over: tuple[str, ...], source: str, params: Params) -> str:
    """Return the table of one sum of cells, or of a share of two."""
    if len(terms) == 1 and not over:
        metric = params(_numbers(terms)[0])
        return (
            f"SELECT rid, value AS num, NULL AS den, status FROM {source} WHERE metric = {metric}"
        )
    operands = _numbers(tuple(dict.fromkeys((*terms, *over))))
    bits = " ".join(f"WHEN {number} THEN {1 << bit}" for bit, number in enumerate(operands))
    order = " ".join(f"WHEN {number} THEN {bit}" for bit, number in enumerate(operands))
    listed = ", ".join(str(number) for number in operands)
    den = f"sum(value) FILTER (WHERE metric IN ({_listed(over)}))" if over else "NULL"
    whole = (1 << len(operands)) - 1
    zero = "WHEN den = 0 THEN 'zero_denominator' " if over else ""
    return f"""SELECT rid, num, den, CASE WHEN got <> {whole} THEN
      CASE WHEN here & (~got & (got + 1)) = 0 THEN 'not_in_form' ELSE missing END
      {zero}ELSE 'reported' END AS status
    FROM (SELECT rid, sum(value) FILTER (WHERE metric IN ({_listed(terms)})) AS num, {den} AS den,
      bit_or(CASE WHEN status = 'reported' THEN CASE metric {bits} END ELSE 0 END)::BIGINT AS got,
      bit_or(CASE metric {bits} END)::BIGINT AS here,
      arg_min(status, CASE metric {order} END) FILTER (WHERE status <> 'reported') AS missing
      FROM {source} WHERE metric IN ({listed}) GROUP BY rid)"""


def _listed(metrics: tuple[str, ...]) -> str:
    return ", ".join(str(number) for number in _numbers(metrics))


def _fact_table(measure: Measure, params: Params) -> str:
    """Return the table of one prose number; statements that disagree give none."""
    if not measure.over:
        return _statements(measure.terms[0], params)
    return f"""SELECT n.rid, n.num AS num, d.num AS den,
      CASE WHEN n.status IN ('over', 'under', 'about') THEN 'text'
        WHEN n.status <> 'reported' THEN n.status
        WHEN d.status IS NULL THEN 'not_stated'
        WHEN d.status IN ('over', 'under', 'about') THEN 'text'
        WHEN d.status <> 'reported' THEN d.status
        WHEN d.num = 0 THEN 'zero_denominator' ELSE 'reported' END AS status
    FROM ({_statements(measure.terms[0], params)}) n
    LEFT JOIN ({_statements(measure.over[0], params)}) d USING (rid)"""


def _statements(name: str, params: Params) -> str:
    return f"""SELECT rid, min(value)::DECIMAL(38, 10) AS num, NULL AS den,
      CASE WHEN bool_or(conflict) OR min(value) <> max(value) OR min(bound) <> max(bound)
        THEN 'conflict'
        WHEN min(bound) = 'exact' THEN 'reported' ELSE min(bound) END AS status
    FROM facts WHERE name = {params(name)} GROUP BY rid"""
