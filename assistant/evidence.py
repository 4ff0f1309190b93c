"""The sources behind an answer's numbers: reports, their cells and prose statements, by rid."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from assistant.library_view import LibraryView
from assistant.plan import Measure
from assistant.sql.measures import measure_numbers, operands_of
from index.catalogue import form_metrics, load_metrics
from index.model import Form

_REPORT = """rid, report_id, path, sha256, agency, level, kind, province, city, county, township,
  candidates, year, form, body_key, failed, warnings"""


class ReportInfo(NamedTuple):
    """Who filed, for which year, and where the file is."""

    rid: int
    report_id: str
    path: str
    sha256: str
    agency: str | None
    level: str
    kind: str | None
    province: str | None
    city: str | None
    county: str | None
    township: str | None
    candidates: tuple[str, ...]
    year: int | None
    form: Form
    body_key: str | None
    failed: int
    warnings: tuple[str, ...]

    @property
    def name(self) -> str:
        """The body as shown to the user."""
        return self.agency or f"（未能识别机构的报告 {self.report_id[:8]}）"

    @property
    def full_name(self) -> str:
        """Province, city, county and body, each once: what tells two places of one name apart."""
        name = self.name
        places = (self.province, self.city, self.county)
        missing = [p for p in dict.fromkeys(filter(None, places)) if p not in name]
        return "".join(missing) + name


class Found(NamedTuple):
    """One number as it stands in a source: a cell of the tables, or a statement of the prose.

    `source` is the report it stands in, which may be a copy of the one that is asked about.
    """

    rid: int
    metric: str
    status: str
    value: Decimal | None
    raw: str
    start: int | None
    end: int | None
    source: int
    kind: str
    bound: str
    unit: str


def load_reports(library: LibraryView, rids: Collection[int]) -> dict[int, ReportInfo]:
    """Return the reports of these rids."""
    if not rids:
        return {}
    known = _known(library.snapshot)
    listed = sorted(set(rids) - known.keys())
    if listed:
        rows = library.query(
            f"SELECT {_REPORT} FROM reports WHERE rid IN (SELECT unnest($1::INTEGER[]))",
            [listed],
        )
        known |= {row[0]: _report(row) for row in rows}
    return {rid: known[rid] for rid in rids if rid in known}


# A server answers from a few thousand reports again and again; a snapshot's reports never change.
_MOST_KNOWN = 50_000


@lru_cache(maxsize=2)
def _known_reports(snapshot: str) -> dict[int, ReportInfo]:
    """Return the reports of a snapshot that answers have shown so far."""
    return {}


def _known(snapshot: str) -> dict[int, ReportInfo]:
    known = _known_reports(snapshot)
    if len(known) > _MOST_KNOWN:
        known.clear()
    return known


def find_reports(
    library: LibraryView, condition: str, params: Sequence[Any], limit: int = 10**9
) -> list[ReportInfo]:
    """Return the first reports that meet an SQL condition, in the order of places and years."""
    rows = library.query(
        f"SELECT {_REPORT} FROM reports WHERE {condition}"
        f" ORDER BY province, city, county, township, agency, year, rid LIMIT {limit}",
        list(params),
    )
    return [_report(row) for row in rows]


def load_found(
    library: LibraryView, rids: Collection[int], measures: Iterable[Measure]
) -> dict[tuple[int, str], list[Found]]:
    """Return the cells and statements of these measures by (rid, metric), in the text's order."""
    chosen = list(measures)
    cells = {t for m in chosen if m.source == "cells" for t in operands_of(m)}
    facts = {t for m in chosen if m.source == "fact" for t in operands_of(m)}
    found = [*_cells(library, rids, cells), *_facts(library, rids, facts)]
    grouped: dict[tuple[int, str], list[Found]] = {}
    for one in found:
        grouped.setdefault((one.rid, one.metric), []).append(one)
    return grouped


def terms_for(measure: Measure, form: Form) -> tuple[str, ...]:
    """Return the terms of a measure that count in a report of this form."""
    if not measure.alternatives:
        return measure.terms
    printed = set(form_metrics(form))
    options = (measure.terms, *measure.alternatives)
    return next((terms for terms in options if printed.issuperset(terms)), measure.terms)


def load_contexts(library: LibraryView, found: Collection[Found]) -> dict[tuple[int, int], str]:
    """Return what stands before each place up to its end, by (report, start)."""
    spans = sorted({(f.source, f.start, f.end) for f in found if f.start is not None})
    if not spans:
        return {}
    rows = library.query(
        """SELECT s.rid, s.start, substr(text, greatest(s.start - 59, 1), least(60, s.start)),
          substr(text, s.start + 1, s.stop - s.start)
        FROM (SELECT unnest($1::INTEGER[]) AS rid, unnest($2::INTEGER[]) AS start,
          unnest($3::INTEGER[]) AS stop) s JOIN texts USING (rid)""",
        [list(column) for column in zip(*spans, strict=True)],
    )
    return {(rid, start): " ".join((before + after).split()) for rid, start, before, after in rows}


def _report(row: tuple[Any, ...]) -> ReportInfo:
    info = ReportInfo(*row)
    return info._replace(
        candidates=tuple(info.candidates or ()), warnings=tuple(info.warnings or ())
    )


def _cells(library: LibraryView, rids: Collection[int], metrics: set[str]) -> list[Found]:
    if not rids or not metrics:
        return []
    numbers = measure_numbers()
    names = {numbers[metric]: metric for metric in metrics}
    catalogue = load_metrics()
    rows = library.query(
        f"""SELECT rid, metric, status, value, raw, start, stop, source_rid FROM cells
        WHERE metric IN ({", ".join(map(str, sorted(names)))})
          AND rid IN (SELECT unnest($1::INTEGER[]))""",
        [sorted(set(rids))],
        tuple(names),
    )
    return [
        Found(r, names[m], status, value, raw or "", start, stop, source, "cell", "exact",
              catalogue[names[m]].unit)
        for r, m, status, value, raw, start, stop, source in rows
    ]  # fmt: skip


def _facts(library: LibraryView, rids: Collection[int], names: set[str]) -> list[Found]:
    if not rids or not names:
        return []
    rows = library.query(
        """SELECT rid, name, value, quote, start, stop, bound, unit FROM facts
        WHERE name IN (SELECT unnest($1::VARCHAR[])) AND rid IN (SELECT unnest($2::INTEGER[]))
        ORDER BY rid, start""",
        [sorted(names), sorted(set(rids))],
    )
    return [
        Found(r, name, "reported", value, quote, start, stop, r, "text", bound, unit)
        for r, name, value, quote, start, stop, bound, unit in rows
    ]
