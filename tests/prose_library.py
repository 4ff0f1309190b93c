"""Reports written by a test, with a real search over their words: no engine, no file."""

import hashlib
import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from index.model import Level
from index.normalise import squeeze
from index.search.hit import Hit, Mode, SearchResult, SearchScope
from index.store.database import Database
from index.store.tables import CELLS, CHECKS, FACTS, REPORTS, TEXTS, create_table

_HEADING = re.compile(r"^([一二三四五六])、(.+)$")
_NAMES = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)


class Told(NamedTuple):
    """One report as a test writes it; `prose` False makes a report without passages."""

    agency: str
    year: int | None
    text: str
    township: str | None = None
    county: str | None = "甲县"
    city: str | None = "甲市"
    province: str | None = "示例省"
    level: Level = "township"
    kind: str | None = "镇"
    prose: bool = True
    role: str = "current"


class ProseLibrary:
    """What an answer needs of a library: `query`, `text` and `snapshot`."""

    def __init__(self, reports: Sequence[Told]) -> None:
        self.told = tuple(reports)
        self.snapshot = hashlib.sha256(repr(reports).encode()).hexdigest()
        self._database = Database()
        self._fill("reports", REPORTS, [_row(i, r) for i, r in enumerate(reports, start=1)])
        self._fill("texts", TEXTS, [(i, r.text) for i, r in enumerate(reports, start=1)])
        overlaid = (*CELLS, ("source_rid", "INTEGER"))
        for name, columns in (
            ("cells", overlaid),
            ("all_cells", overlaid),
            ("facts", (*FACTS, ("conflict", "BOOLEAN"))),
            ("checks", CHECKS),
            ("failed_checks", CHECKS),
        ):
            self._fill(name, columns, [])

    def query(
        self, sql: str, params: Sequence[Any] = (), metrics: Collection[int] = ()
    ) -> list[tuple[Any, ...]]:
        """Return the rows of one statement."""
        return self._database.query(sql, params)

    def text(self, rid: int) -> str:
        """Return the text of a report."""
        return self.told[rid - 1].text

    def _fill(self, name: str, columns: Any, rows: Sequence[Any]) -> None:
        self._database.query(create_table(name, columns))
        if rows:
            self._database.insert(name, columns, rows)


class WordSearch:
    """Searches the paragraphs of a `ProseLibrary` by shared pairs of characters."""

    def __init__(self, library: ProseLibrary) -> None:
        self._hits = [
            hit
            for rid, told in enumerate(library.told, start=1)
            if told.prose and told.role == "current"
            for hit in _passages(rid, told)
        ]
        self._told = library.told
        self.queries: list[str] = []

    def search(
        self,
        query: str,
        scope: SearchScope = SearchScope(),  # noqa: B008 - a constant
        limit: int = 10,
        *,
        mode: Mode = "hybrid",
        per_report: bool = False,
        also: Sequence[str] = (),
    ) -> SearchResult:
        """Return the paragraphs that share most pairs of characters with the query; never none."""
        self.queries.append(query)
        inside = self._inside(scope)
        wanted = _pairs(query)
        ranked = sorted(inside, key=lambda h: -len(wanted & _pairs(h.text)))
        if per_report:
            first: dict[int, Hit] = {}
            for hit in ranked:
                first.setdefault(hit.rid, hit)
            ranked = list(first.values())
        return _result(inside, ranked[:limit], mode)

    def mentions(self, terms: Sequence[str], scope: SearchScope = SearchScope()) -> SearchResult:  # noqa: B008
        """Return every paragraph in scope that prints one of the terms."""
        inside = self._inside(scope)
        words = [squeeze(term) for term in terms]
        found = [h for h in inside if any(word in squeeze(h.text) for word in words)]
        return _result(inside, found, "lexical")

    def _inside(self, scope: SearchScope) -> list[Hit]:
        return [hit for hit in self._hits if _fits(scope, hit, self._told[hit.rid - 1])]


def _fits(scope: SearchScope, hit: Hit, told: Told) -> bool:
    tests = (
        (scope.years, hit.year),
        (scope.levels, told.level),
        (scope.kinds, told.kind),
        (scope.sections, hit.section),
        (scope.rids, hit.rid),
    )
    placed = not scope.places or any(
        all(value in (None, getattr(hit, field)) for field, value in place)
        for place in scope.places
    )
    return placed and all(not wanted or value in wanted for wanted, value in tests)


def _result(inside: list[Hit], found: Sequence[Hit], mode: Mode) -> SearchResult:
    return SearchResult(
        hits=tuple(found), mode=mode, reports=len({h.rid for h in inside}), passages=len(inside)
    )


def _pairs(text: str) -> set[str]:
    plain = squeeze(text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def _passages(rid: int, told: Told) -> list[Hit]:
    """Return each paragraph as a passage; headings and table rows are none."""
    found, section, at = [], "", 0
    for line in told.text.splitlines(keepends=True):
        body = line.strip()
        heading = _HEADING.match(body)
        if heading:
            section = _NAMES["一二三四五六".index(heading[1])]
        elif body and "|" not in body and at:
            start = at + line.index(body)
            found.append(_hit(rid, told, section, start, start + len(body)))
        at += len(line)
    return found


def _hit(rid: int, told: Told, section: str, start: int, end: int) -> Hit:
    return Hit(
        rid=rid,
        report_id=_id(rid, told),
        path=f"{told.agency}{told.year}.txt",
        agency=told.agency,
        province=told.province,
        city=told.city,
        county=told.county,
        township=told.township,
        year=told.year,
        section=section,
        heading="",
        start=start,
        end=end,
        text=told.text[start:end],
        score=0.9,
    )


def _id(rid: int, told: Told) -> str:
    return hashlib.sha256(f"{rid}{told.agency}{told.year}".encode()).hexdigest()[:16]


def _row(rid: int, told: Told) -> tuple[Any, ...]:
    values: dict[str, Any] = {
        "rid": rid,
        "report_id": _id(rid, told),
        "path": f"{told.agency}{told.year}.txt",
        "sha256": hashlib.sha256(told.text.encode()).hexdigest(),
        "format": "txt",
        "agency": told.agency,
        "level": told.level,
        "kind": told.kind,
        "province": told.province,
        "city": told.city,
        "county": told.county,
        "township": told.township,
        "candidates": [],
        "year": told.year,
        "form": "2021",
        "role": told.role,
        "body_key": f"{told.county}{told.agency}",
        "group_rid": rid,
        "warnings": [],
        "failed": 0,
    }
    return tuple(values.get(column) for column, _ in REPORTS)
