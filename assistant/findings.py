"""What the consistency rules found, in the library and in single files, with the cells at fault.

The same rows serve `nianbao check` and the page. Knows no words and no place to show them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from assistant.library_view import LibraryView
from index.catalogue import load_metrics
from index.checking.check import unknown_cells
from index.model import Cell, Form, Frozen, Reading, Report, Verdict
from index.normalise import squeeze

VERDICTS: tuple[Verdict, ...] = ("fail", "uncertain", "not_assessable", "pass")
_CURRENT = "reports r JOIN checks c USING (rid) WHERE role = 'current'"
_AREA = "concat_ws('/', coalesce(province, ''), coalesce(city, ''), coalesce(county, ''))"
_NAMED = "concat_ws('', province, city, county, township, agency)"
_COLUMNS = (
    "rid, report_id, agency, province, city, county, township, year, title, path, "
    "rule, status, message, metrics"
)


class Wanted(Frozen):
    """Which findings are wanted; what is empty does not matter.

    `place` are words that province to body print, `area` is province/city/county, `year` 0 means
    that the report does not settle its year.
    """

    rule: str = ""
    status: Verdict | None = "fail"
    place: str = ""
    area: str = ""
    year: int | None = None


class Subject(NamedTuple):
    """The report that a finding is about; `id` is its report_id, or the name of a session's own."""

    id: str
    agency: str | None
    province: str | None
    city: str | None
    county: str | None
    township: str | None
    year: int | None
    title: str | None
    path: str


class Finding(NamedTuple):
    """The outcome of one rule in one report, with the cells that it is about."""

    subject: Subject
    rule: str
    status: Verdict
    message: str
    cells: tuple[Cell, ...]


class Count(NamedTuple):
    """How many findings and reports have one value of what can be filtered by."""

    value: str
    findings: int
    reports: int


class Counts(NamedTuple):
    """The exact counts: of all `reports` looked at, and by each filter with the others in force."""

    reports: int
    findings: int
    touched: int
    rules: dict[tuple[str, str], int]
    years: tuple[Count, ...]
    areas: tuple[Count, ...]


def library_records(library: LibraryView) -> Iterator[dict[str, Any]]:
    """Yield the checks of each current report of the library."""
    rows = library.query(
        f"""SELECT report_id, path, agency, year, list({{'rule': c.rule, 'status': c.status,
          'message': c.message, 'metrics': c.metrics}} ORDER BY c.rule)
        FROM {_CURRENT} GROUP BY ALL ORDER BY agency, year, path"""
    )
    for row in rows:
        yield dict(zip(("report_id", "path", "agency", "year", "checks"), row, strict=True))


def count_findings(library: LibraryView, wanted: Wanted) -> Counts:
    """Return how many findings there are, exactly, over the whole library."""
    where, given = _where(wanted)
    found = "count(*), count(DISTINCT rid)"
    ((findings, touched),) = library.query(f"SELECT {found} FROM {_CURRENT} {where}", given)
    ((reports,),) = library.query(f"SELECT count(DISTINCT rid) FROM {_CURRENT}")
    where, given = _where(wanted.model_copy(update={"rule": "", "status": None}))
    rules = library.query(
        f"SELECT rule, status, count(*) FROM {_CURRENT} {where} GROUP BY ALL", given
    )
    where, given = _where(wanted.model_copy(update={"year": None}))
    years = library.query(
        f"""SELECT coalesce(year, 0) AS y, {found} FROM {_CURRENT} {where}
        GROUP BY y ORDER BY y DESC""",
        given,
    )
    where, given = _where(wanted.model_copy(update={"area": ""}))
    areas = library.query(
        f"""SELECT {_AREA} AS area, {found} FROM {_CURRENT} {where}
        GROUP BY area ORDER BY count(*) DESC, area""",
        given,
    )
    return Counts(
        reports, findings, touched, {(rule, status): n for rule, status, n in rules},
        tuple(Count(str(y), n, m) for y, n, m in years),
        tuple(Count(area, n, m) for area, n, m in areas),
    )  # fmt: skip


def find_findings(
    library: LibraryView, wanted: Wanted, *, by_rule: bool = False, first: int = 0, most: int = 20
) -> list[Finding]:
    """Return `most` findings from the one at `first` on, by report or by rule, with their cells."""
    where, given = _where(wanted)
    place = "province, city, county, township, agency, year, rid"
    order = f"rule, {place}" if by_rule else f"{place}, rule"
    rows = library.query(
        f"""SELECT {_COLUMNS} FROM {_CURRENT} {where} ORDER BY {order}
        LIMIT {int(most)} OFFSET {int(first)}""",
        given,
    )
    readings = _readings(library, sorted({row[0] for row in rows if row[11] != "pass"}))
    return [
        Finding(
            Subject(*row[1:10]), row[10], row[11], row[12],
            _cells(row[10], row[11], row[13] or (), readings.get(row[0])),
        )
        for row in rows
    ]  # fmt: skip


def file_findings(report: Report, subject_id: str) -> list[Finding]:
    """Return the outcome of every rule in one report that was read from a file."""
    agency = report.identity.agency
    subject = Subject(
        subject_id, agency.name, agency.province, agency.city, agency.county, agency.township,
        report.identity.year, report.identity.title, report.document.path,
    )  # fmt: skip
    return [
        Finding(
            subject, check.rule, check.status, check.message,
            _cells(check.rule, check.status, check.metrics, report.reading),
        )
        for check in report.checks
    ]  # fmt: skip


def _where(wanted: Wanted) -> tuple[str, list[str | int]]:
    """Return the conditions of a filter, and the values for them in order."""
    parts: list[tuple[str, tuple[str | int, ...]]] = []
    if wanted.rule:
        parts.append(("rule = ?", (wanted.rule,)))
    if wanted.status:
        parts.append(("status = ?", (wanted.status,)))
    if wanted.year is not None:
        parts.append(("coalesce(year, 0) = ?", (wanted.year,)))
    if wanted.area:
        parts.append((f"{_AREA} = ?", (wanted.area,)))
    for word in wanted.place.split()[:8]:
        said = f"(contains({_NAMED}, ?) OR contains({_NAMED}, ?))"
        parts.append((said, (word, squeeze(word))))
    conditions = "".join(f" AND {condition}" for condition, _ in parts)
    return conditions, [value for _, values in parts for value in values]


def _readings(library: LibraryView, rids: Sequence[int]) -> dict[int, Reading]:
    """Return the cells of reports as they were read, with the form; the sections are left out."""
    if not rids:
        return {}
    forms: dict[int, Form] = dict(
        library.query("SELECT rid, form FROM reports WHERE rid IN (SELECT unnest(?))", [rids])
    )
    metrics = tuple(load_metrics().values())
    cells: dict[int, list[Cell]] = {rid: [] for rid in forms}
    rows = library.query(
        """SELECT rid, metric, value, status, raw, start, stop FROM all_cells
        WHERE rid IN (SELECT unnest(?)) ORDER BY rid, metric""",
        [rids],
    )
    for rid, number, value, status, raw, start, stop in rows:
        entry = metrics[number]
        cells[rid].append(Cell(entry.id, _plain(value), entry.unit, status, raw, start, stop))
    return {rid: Reading(form=forms[rid], cells=tuple(cells[rid]), sections=()) for rid in forms}


def _plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.normalize()


def _cells(
    rule: str, status: str, metrics: Iterable[str], reading: Reading | None
) -> tuple[Cell, ...]:
    """Return the cells that a finding names, else those that leave it open, in form order."""
    if reading is None or status == "pass":
        return ()
    known: Mapping[str, Cell] = {cell.metric: cell for cell in reading.cells}
    touched = list(dict.fromkeys(metrics))
    if not touched and status == "uncertain":
        touched = list(unknown_cells(rule, reading))
    order = list(load_metrics())
    return tuple(known[m] for m in sorted((m for m in touched if m in known), key=order.index))
