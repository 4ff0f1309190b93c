"""A report as rows of the library's tables; nothing is rounded or cut to fit."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import PurePath
from typing import NamedTuple

from index.catalogue import load_metrics
from index.data import read_rows
from index.model import Agency, Cell, Report
from index.normalise import normalise, squeeze
from index.store.database import Row

_BEHIND = 60  # characters behind a title in which its bracket stands
_SHORT = 8
_BRACKET = re.compile(
    r"[^\S\n]*[#*]*[^\S\n]*\n?\s*[#*]*\s*[(\[【〔]([^()\[\]【】〔〕\n]{1,30})[)\]】〕]"
)
_TELLING = 3  # different numbers
_WHOLE, _FRACTION = 28, 10  # the digits of DECIMAL(38,10)


class ReportRows(NamedTuple):
    """One report's rows; `rid` is set in all of them."""

    report: Row
    cells: list[Row]
    facts: list[Row]
    checks: list[Row]
    sections: list[Row]
    passages: list[Row]
    text: str


@cache
def metric_number(metric: str) -> int:
    """Return the place of a metric id in catalogue order: how the table `cells` names it."""
    return _numbers()[metric]


@cache
def metric_id(number: int) -> str:
    """Return the metric id at a place in catalogue order."""
    return tuple(load_metrics())[number]


def report_rows(report: Report, rid: int, reader: str) -> ReportRows:
    """Return everything the library keeps of `report`, read by reader version `reader`."""
    held = [_held_cell(cell) for cell in report.reading.cells]
    facts = [fact for fact in report.facts if _fits(fact.value)]
    notes = [
        f"{cell.metric} 的数值 {cell.raw!r} 位数过多，不能精确保存，按无法辨认处理"
        for cell, kept in zip(report.reading.cells, held, strict=True)
        if kept is not cell
    ]
    notes += [
        f"正文数字 {fact.quote!r} 位数过多，不能精确保存，没有入库"
        for fact in report.facts
        if not _fits(fact.value)
    ]
    return ReportRows(
        _report_row(report, rid, reader, held, notes),
        [
            (rid, metric_number(c.metric), c.status, _text(c.value), c.raw, c.start, c.end)
            for c in held
        ],
        [(rid, f.name, _text(f.value), f.unit, f.bound, f.quote, f.start, f.end) for f in facts],
        [(rid, c.rule, c.status, c.message, list(c.metrics)) for c in report.checks],
        [(rid, s.name, s.start, s.end) for s in report.reading.sections],
        [
            (rid, ordinal, p.section, p.heading, p.start, p.end, p.group)
            for ordinal, p in enumerate(report.passages)
        ],
        report.document.text,
    )


def is_correction(report: Report) -> bool:
    """Tell whether a title or file name says that the report corrects an earlier one."""
    identity = report.identity
    name = squeeze(identity.agency.name or "")
    titles = (identity.title or "", _behind_title(report))
    for said in (*titles, PurePath(report.document.path).stem):
        plain = squeeze(said).replace(name, "") if name else squeeze(said)
        if any(_says(plain, *marker) for marker in _markers()):
            return True
    return False


def _behind_title(report: Report) -> str:
    """Return the bracket right behind the title, on its line or the next, or its line's rest.

    A long rest is prose, which may speak of corrections to anything.
    """
    span = report.identity.title_span
    if span is None:
        return ""
    text = normalise(report.document.text[span[1] : span[1] + _BEHIND])
    if match := _BRACKET.match(text):
        return match[1]
    rest = squeeze(text.split("\n", 1)[0])
    return rest if len(rest) <= _SHORT else ""


def _report_row(
    report: Report, rid: int, reader: str, cells: Sequence[Cell], notes: Sequence[str]
) -> Row:
    """Return the row of table `reports`; role and group are settled later, against the others."""
    document, identity, agency = report.document, report.identity, report.identity.agency
    key = _body_key(agency)
    warnings = [*report.warnings, *notes]
    return (
        rid,
        report.report_id,
        document.path,
        document.sha256,
        document.format,
        identity.title,
        agency.name,
        agency.level,
        agency.kind,
        agency.province,
        agency.city,
        agency.county,
        agency.township,
        agency.code,
        list(agency.candidates),
        identity.year,
        report.reading.form,
        "current",
        key,
        rid,
        warnings,
        _group_key(key, identity.year, document.text),
        sum(cell.status == "reported" for cell in cells),
        sum(check.status == "fail" for check in report.checks),
        is_correction(report),
        None,
        reader,
        datetime.now(UTC).isoformat(timespec="seconds"),
        _family(agency, identity.year),
        _content(report, cells),
    )


def _body_key(agency: Agency) -> str | None:
    """Return the key of the body, None when the report does not settle it."""
    from index.identity.identify import body_key

    return body_key(agency) or None


def _group_key(key: str | None, year: int | None, text: str) -> str:
    """Return what copies of one report share: body and year, else the very text."""
    if key and year is not None:
        return f"{key}|{year}"
    return "text:" + hashlib.sha256(squeeze(text).encode("utf-8", "surrogatepass")).hexdigest()


def _family(agency: Agency, year: int | None) -> str | None:
    """Return what reports share that may be one under two writings of its place."""
    from index.identity.identify import own_name

    own = own_name(agency)
    return f"name:{own}|{year}" if own and year is not None else None


def _content(report: Report, cells: Sequence[Cell]) -> list[str]:
    """Return hashes of what the report prints; none when its cells hold no number but 0.

    Two reports print the same when their cells are the same and, besides, their prose numbers, or
    their text apart from the title. Cells without prose numbers tell enough only when they differ
    among themselves: a lone 1 stands in the reports of many places.
    """
    values = {cell.value for cell in cells if cell.value}
    if not values:
        return []
    table = sorted((c.metric, c.status, _plain(c.value)) for c in cells)
    facts = sorted((f.name, _plain(f.value), f.unit, f.bound) for f in report.facts)
    (start, end), text = report.document.body, report.document.text
    cut, resumed = report.identity.title_span or (start, start)
    if match := _BRACKET.match(normalise(text[resumed : resumed + _BEHIND])):
        resumed += match.end()
    body = squeeze(text[start:cut] + text[max(start, resumed) : end])
    told = [repr((table, body))]
    if facts or len(values) >= _TELLING:
        told.append(repr((table, facts)))
    return [hashlib.sha256(one.encode("utf-8", "surrogatepass")).hexdigest() for one in told]


def _plain(value: Decimal | None) -> str:
    """Return a value in its one plain form."""
    return "" if value is None else format(value.normalize(), "f")


def _held_cell(cell: Cell) -> Cell:
    """Return the cell itself, or as unreadable when the library cannot hold its value exactly."""
    if cell.value is None or _fits(cell.value):
        return cell
    return cell._replace(value=None, status="unreadable")


def _fits(value: Decimal) -> bool:
    """Tell whether DECIMAL(38,10) holds `value` without rounding."""
    if not value.is_finite():
        return False
    plain = value.normalize()
    exponent = plain.as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= _FRACTION and plain.adjusted() < _WHOLE


def _text(value: Decimal | None) -> str | None:
    """Return a value as DuckDB reads it, exactly."""
    return None if value is None else format(value, "f")


@cache
def _numbers() -> dict[str, int]:
    """Return every metric's place in catalogue order."""
    return {metric: number for number, metric in enumerate(load_metrics())}


@cache
def _markers() -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Return the correction markers with what may not stand before and after each."""
    return tuple(
        (row["marker"], tuple(row["not_after"].split()), tuple(row["not_before"].split()))
        for row in read_rows("corrections.csv")
    )


def _says(text: str, marker: str, before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Tell whether `marker` stands in `text` outside the words that only contain it."""
    place = text.find(marker)
    while place >= 0:
        end = place + len(marker)
        if not text[:place].endswith(before) and not text[end:].startswith(after):
            return True
        place = text.find(marker, end)
    return False
