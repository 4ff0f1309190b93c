"""The passages of a library as an index takes them in, page by page; knows no search engine."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from index.model import Level

_PAGE = 200  # reports whose texts are in memory at once

# `stored_*` is what both a library and its writer see; `reports` leaves out what was removed.
_PASSAGES = """
    SELECT r.rid, ordinal, report_id, agency, province, city, county, township, level, kind, year,
      section, heading, start, stop, p."group"
    FROM stored_passages p JOIN reports r ON r.rid = p.rid
    WHERE p.rid BETWEEN $first AND $last AND p.rid IN (SELECT unnest($rids))
    ORDER BY r.rid, ordinal"""
_TEXTS = """
    SELECT rid, text FROM stored_texts
    WHERE rid BETWEEN $first AND $last AND rid IN (SELECT unnest($rids))"""


class PassageRow(NamedTuple):
    """One passage with the report it stands in; `text` is the report's `text[start:end]`."""

    rid: int
    ordinal: int
    report_id: str
    agency: str | None
    province: str | None
    city: str | None
    county: str | None
    township: str | None
    level: Level
    kind: str | None
    year: int | None
    section: str
    heading: str
    start: int
    end: int
    text: str
    group: str


class Queryable(Protocol):
    """A library, or its writer."""

    def query(self, sql: str, params: Any = ...) -> list[tuple[Any, ...]]:
        """Return the rows of one statement."""


def current_rids(library: Queryable) -> list[int]:
    """Return the current reports of a library, the only ones that are searched, in order."""
    rows = library.query("SELECT rid FROM reports WHERE role = 'current' ORDER BY rid")
    return [rid for (rid,) in rows]


def read_passages(library: Queryable, rids: Sequence[int] | None = None) -> Iterator[PassageRow]:
    """Yield the passages of current reports, or of `rids`, in order of rid and place.

    Only the texts of a few hundred reports are in memory at a time.
    """
    wanted = current_rids(library) if rids is None else sorted(set(rids))
    for page in _pages(wanted):
        params = {"first": page[0], "last": page[-1], "rids": page}
        rows = library.query(_PASSAGES, params)
        texts = dict(library.query(_TEXTS, params)) if rows else {}
        for *known, start, stop, group in rows:
            text = texts[known[0]][start:stop]
            yield PassageRow._make((*known, start, stop, text, group))


def _pages(rids: Sequence[int]) -> Iterable[list[int]]:
    """Yield `rids` a page at a time."""
    for at in range(0, len(rids), _PAGE):
        yield list(rids[at : at + _PAGE])
