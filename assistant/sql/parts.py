"""One statement that returns every list and count of a judged scope in a single pass.

A judged scope is a table `judged` of (rid, base, ok, reason, num0, den0, status0, num1 …), where
`ok` is true, false or NULL (undecided, with its reason) and `base` is the rid of the earlier report
of a change. The rows that come back are (part, rid, base, reason, n, num0, den0, status0, …).
"""

from typing import NamedTuple

from assistant.plan import Aggregate, Measure
from assistant.result import Limits
from assistant.sql.measures import measure_numbers, operands_of
from assistant.sql.scope import Param

# Doubles only choose candidates for a ranking of quotients; the exact order is made of them later.
_SLACK = "1e-9"


class Query(NamedTuple):
    """A statement with its parameters; `measures` name its value columns in order."""

    sql: str
    params: tuple[Param, ...]
    measures: tuple[Measure, ...]

    @property
    def metrics(self) -> tuple[int, ...]:
        """Return the numbers of all cells the statement reads."""
        terms = {t for m in self.measures if m.source == "cells" for t in operands_of(m)}
        return tuple(sorted(number for t, number in measure_numbers().items() if t in terms))


class Order(NamedTuple):
    """How rows come: by num0 (or num0/den0), cut after the n-th place together with its ties."""

    quotient: bool = False
    descending: bool = True
    cut: int | None = None
    near: str = ""


def select_parts(
    tables: list[str],
    width: int,
    order: Order,
    limits: Limits,
    functions: tuple[Aggregate, ...],
    picked: bool = False,
) -> str:
    """Return the statement over the given tables, the last of which must be `judged`.

    `picked` tells that a table `picked` holds the cells in scope: those of the listed reports then
    come along as part "cell" (base: metric, reason: status, n: start, num0, den0: the report it
    stands in, status0: raw).
    """
    lists = "\nUNION ALL\n".join(_lists(width, order, limits))
    head = "WITH " + ",\n".join([*tables, f"shown AS MATERIALIZED ({lists})"])
    selects = [
        "SELECT * FROM shown",
        *([_cells(width)] if picked else []),
        *_counts(width, order),
        *_totals(width, order, functions),
    ]
    return head + "\n" + "\nUNION ALL\n".join(selects)


def _columns(width: int) -> str:
    return "".join(f", num{i}, den{i}, status{i}" for i in range(width))


def _blank(width: int, first: str = "NULL, NULL, NULL") -> str:
    return "".join(f", {first if i == 0 else 'NULL, NULL, NULL'}" for i in range(width))


def _key(order: Order) -> str:
    return "CAST(num0 AS DOUBLE) / CAST(den0 AS DOUBLE)" if order.quotient else "num0"


def _lists(width: int, order: Order, limits: Limits) -> list[str]:
    """Return the selects of the three lists, each to its limit."""
    row = f"rid, base, reason, NULL AS n{_columns(width)} FROM judged"
    by = (
        f"{_key(order)} {'DESC' if order.descending else 'ASC'} NULLS LAST, rid" if width else "rid"
    )
    near = f"{order.near}, rid" if order.near else by
    kept = f"ok{_cut(order)}"
    rest = f"(SELECT 'rest' AS part, {row} WHERE ok AND NOT ({kept}) ORDER BY {by}"
    return [
        *([] if order.cut is None else [f"{rest} LIMIT {limits.rejected})"]),
        f"(SELECT 'yes' AS part, {row} WHERE {kept} ORDER BY {by} LIMIT {limits.rows})",
        f"(SELECT 'no' AS part, {row} WHERE NOT ok ORDER BY {near} LIMIT {limits.rejected})",
        f"(SELECT 'undecided' AS part, {row} WHERE ok IS NULL ORDER BY rid"
        f" LIMIT {limits.undecided})",
    ]


def _cells(width: int) -> str:
    values = _blank(width, "value, source_rid, raw")
    return (
        f"SELECT 'cell', rid, metric, status, start{values}"
        " FROM picked WHERE rid IN (SELECT rid FROM shown)"
    )


def _cut(order: Order) -> str:
    """Return the condition that keeps the first places and all that tie with the last of them."""
    if order.cut is None:
        return ""
    key, turn = _key(order), "DESC" if order.descending else "ASC"
    last = f"(SELECT {key} FROM judged WHERE ok ORDER BY {key} {turn} LIMIT 1 OFFSET {{}})"
    place = last.format(order.cut - 1)
    end = f"(SELECT {'min' if order.descending else 'max'}({key}) FROM judged WHERE ok)"
    bound = f"coalesce({place}, {end})"
    if order.quotient:
        bound = f"{bound} {'-' if order.descending else '+'} {_SLACK}"
    return f" AND {key} {'>=' if order.descending else '<='} {bound}"


def _counts(width: int, order: Order) -> list[str]:
    """Return the selects of the counts: verdicts with their reasons, and other texts."""
    blank = _blank(width)
    verdict = "CASE WHEN ok THEN 1 WHEN NOT ok THEN 0 END"
    listed = f"SELECT 'listed', NULL, NULL, NULL, count(*){blank} FROM judged WHERE ok{_cut(order)}"
    return [
        *([] if order.cut is None else [listed]),
        f"SELECT 'count', NULL, {verdict}, reason, count(*){blank} FROM judged GROUP BY ok, reason",
        f"SELECT 'role', NULL, NULL, role, count(*){blank} FROM reports WHERE role <> 'current'"
        " AND group_rid IN (SELECT rid FROM judged) GROUP BY role",
    ]


def _totals(width: int, order: Order, functions: tuple[Aggregate, ...]) -> list[str]:
    """Return the selects of the totals that the asked functions need."""
    key = _key(order)
    n = "(SELECT count(*) FROM judged WHERE ok)"
    selects = {
        "sum": f"SELECT 'sum', NULL, NULL, NULL, NULL"
        f"{_blank(width, 'sum(num0), sum(den0), NULL')} FROM judged WHERE ok",
        "max": _extreme("max", key, "DESC", width),
        "min": _extreme("min", key, "ASC", width),
        "median": f"(SELECT 'median', NULL, NULL, NULL, NULL{_blank(width, 'num0, den0, NULL')}"
        f" FROM judged WHERE ok ORDER BY {key} LIMIT (SELECT 2 - {n} % 2)"
        f" OFFSET (SELECT greatest(0, ({n} - 1) // 2)))",
    }
    if order.quotient:
        mean = f"avg({key})::DECIMAL(38, 10), NULL, NULL"
        selects["mean"] = (
            f"SELECT 'mean', NULL, NULL, NULL, NULL{_blank(width, mean)} FROM judged WHERE ok"
        )
    needed = {"sum" if name == "mean" and not order.quotient else name for name in functions}
    return [select for name, select in selects.items() if name in needed]


def _extreme(part: str, key: str, turn: str, width: int) -> str:
    values = _blank(width, "num0, den0, NULL")
    return (
        f"(SELECT '{part}', NULL, NULL, NULL, NULL{values} FROM judged WHERE ok"
        f" ORDER BY {key} {turn} LIMIT 1)"
    )
