"""What `list` and `show` print: reports of the library as plain records, ready for JSON."""

from typing import Any

from index.report import plain_number
from index.store.library import Library, metric_id

_LISTED = (
    "rid, report_id, path, sha256, format, title, agency, level, kind, province, city, county, "
    "township, code, candidates, year, form, role, group_rid, reported, failed, warnings, "
    "reader, added_at"
)
_AGENCY = ("level", "kind", "province", "city", "county", "township", "code", "candidates")


def list_records(library: Library, rid: int | None = None) -> list[dict[str, Any]]:
    """Return one record for each report, by place and year; only that of `rid` when given.

    `group` is the report_id of the current report that a copy or an old version belongs to.
    """
    rows = library.query(
        f"""SELECT {_LISTED}, (SELECT report_id FROM reports g WHERE g.rid = r.group_rid) AS "group"
        FROM reports r WHERE $rid IS NULL OR rid = $rid
        ORDER BY province, city, county, township, agency, year, rid""",
        {"rid": rid},
    )
    names = [*_LISTED.split(", "), "group"]
    return [dict(zip(names, row, strict=True)) for row in rows]


def report_record(library: Library, rid: int) -> dict[str, Any]:
    """Return one report as `extract --json` prints it, with its place in the library.

    `cells` are what the report itself prints; `merged` are the cells in which its copies fill in a
    value or disagree.
    """
    (listed,) = list_records(library, rid)
    agency = {"name": listed["agency"]} | {name: listed[name] for name in _AGENCY}
    return {
        "report_id": listed["report_id"],
        "source": {name: listed[name] for name in ("path", "sha256", "format")},
        "title": listed["title"],
        "agency": agency,
        "year": listed["year"],
        "form": listed["form"],
        "role": listed["role"],
        "group": listed["group"],
        "added_at": listed["added_at"],
        "reader": listed["reader"],
        "cells": _cells(library, "all_cells", rid),
        "merged": _merged(library, rid),
        "facts": _facts(library, rid),
        "sections": _rows(library, "sections", rid, "name, start, stop", ("name", "start", "end")),
        "checks": _rows(library, "checks", rid, "rule, status, message, metrics"),
        "warnings": listed["warnings"],
        "text": library.text(rid),
    }


def _cells(library: Library, view: str, rid: int, where: str = "true") -> list[dict[str, Any]]:
    """Return the cells of a report in catalogue order."""
    from index.catalogue import load_metrics

    rows = library.query(
        f"""SELECT metric, value, status, raw, start, stop FROM {view}
        WHERE rid = ? AND {where} ORDER BY metric""",
        [rid],
    )
    return [
        {
            "metric": metric_id(metric),
            "value": plain_number(value),
            "unit": load_metrics()[metric_id(metric)].unit,
            "status": status,
            "raw": raw,
            "start": start,
            "end": stop,
        }
        for metric, value, status, raw, start, stop in rows
    ]


def _merged(library: Library, rid: int) -> list[dict[str, Any]]:
    """Return the cells that copies fill in or dispute, with the report the value stands in."""
    sources: dict[int, str] = dict(
        library.query(
            """SELECT o.metric, r.report_id FROM overlay o JOIN reports r ON r.rid = o.source_rid
            WHERE o.rid = ?""",
            [rid],
        )
    )
    if not sources:
        return []
    named = {metric_id(metric): report_id for metric, report_id in sources.items()}
    where = "metric IN (SELECT metric FROM overlay)"
    return [
        cell | {"source": named[cell["metric"]]}
        for cell in _cells(library, "cells", rid, where)
        if cell["metric"] in named
    ]


def _facts(library: Library, rid: int) -> list[dict[str, Any]]:
    """Return the prose numbers of a report."""
    columns = "name, value, unit, bound, quote, start, stop"
    names = ("name", "value", "unit", "bound", "quote", "start", "end")
    facts = _rows(library, "all_facts", rid, columns, names, order="start")
    return [fact | {"value": plain_number(fact["value"])} for fact in facts]


def _rows(
    library: Library,
    view: str,
    rid: int,
    columns: str,
    names: tuple[str, ...] = (),
    order: str = "1",
) -> list[dict[str, Any]]:
    """Return the rows of a view for one report as records."""
    rows = library.query(f"SELECT {columns} FROM {view} WHERE rid = ? ORDER BY {order}", [rid])
    keys = names or tuple(columns.split(", "))
    return [dict(zip(keys, row, strict=True)) for row in rows]
