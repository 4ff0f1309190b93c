"""A place in a report of the library as `source` gives it: the quote, around it, its cells."""

from pathlib import Path
from typing import Any

from index.errors import MisuseError
from index.store.library import Library, metric_id

LONGEST = 5000


def source_record(library: Library, rid: int, start: int, end: int, context: int) -> dict[str, Any]:
    """Return the text at a place and what stands around it; raises MisuseError outside it."""
    text = library.text(rid)
    if not 0 <= start < end <= len(text):
        raise MisuseError(
            f"位置 [{start}:{end}] 不在全文之内。全文 {len(text)} 字，start 要小于 end。"
        )
    if end - start > LONGEST:
        raise MisuseError(
            f"[{start}:{end}] 有 {end - start} 字，一次最多 {LONGEST} 字。请分几次取。"
        )
    before, after = max(0, start - context), min(len(text), end + context)
    return _report(library, rid) | {
        "length": len(text),
        "start": start,
        "end": end,
        "quote": text[start:end],
        "before": text[before:start],
        "after": text[end:after],
        **_line(text, start, end, before, after),
        "cells": _cells(library, rid, start, end),
    }


def _report(library: Library, rid: int) -> dict[str, Any]:
    """Return who filed the report, for which year, in which file."""
    names = (
        "report_id", "agency", "province", "city", "county", "township", "year", "title",
        "form", "role", "format", "path",
    )  # fmt: skip
    (row,) = library.query(f"SELECT {', '.join(names)} FROM reports WHERE rid = ?", [rid])
    record = dict(zip(names, row, strict=True))
    return record | {"file": Path(record.pop("path")).name}


def _line(text: str, start: int, end: int, before: int, after: int) -> dict[str, Any]:
    """Return the line, or lines, of a span; of a long one what lies within `before` and `after`."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    whole = last - first <= LONGEST
    shown = text[first:last] if whole else text[max(first, before) : min(last, after)]
    return {
        "line": shown,
        "line_number": text.count("\n", 0, start) + 1,
        "line_whole": whole,
    }


def _cells(library: Library, rid: int, start: int, end: int) -> list[dict[str, Any]]:
    """Return the cells that were read at this very place."""
    from index.catalogue import load_metrics
    from index.report import plain_number

    rows = library.query(
        """SELECT metric, value, status FROM all_cells
        WHERE rid = ? AND start = ? AND stop = ? ORDER BY metric""",
        [rid, start, end],
    )
    found = [(load_metrics()[metric_id(number)], value, status) for number, value, status in rows]
    return [
        {
            "metric": metric.id,
            "row": metric.row,
            "column": metric.column,
            "unit": metric.unit,
            "value": plain_number(value),
            "status": status,
        }
        for metric, value, status in found
    ]
