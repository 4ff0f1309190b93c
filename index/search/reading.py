"""Passages found and read back, from the lexical index where it has them, else from the library."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from index.search.fusion import Key
from index.search.hit import SearchScope
from index.search.keeping import MANIFEST, lexical_folder, read_lexical_manifest
from index.search.lexical import LexicalError, LexicalIndex, Place, cluster_of
from index.search.source import PassageRow, read_passages
from index.search.words import Terms
from index.store.durable import Stamp, stamp_of
from index.store.library import Library

_ATTEMPTS = 3
_MOST_KNOWN = 20_000
_REPORTS = """
    SELECT rid, path, report_id, agency, province, city, county, township, level, kind, year
    FROM reports WHERE role = 'current' AND rid IN (SELECT unnest(?))"""


class _Open(NamedTuple):
    """An index that was opened, as its manifest stood."""

    engine: LexicalIndex
    stamp: Stamp
    folder: str
    reports: set[int]


class _Known(NamedTuple):
    """A current report: its path, and its part of a PassageRow from `report_id` to `year`."""

    path: str
    told: Sequence[str | int | None]


class Finder:
    """Reading access to the passages of a library; follows the index when it is switched."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._folder = lexical_folder(library.folder)
        self._opened: _Open | None = None
        self._problem: LexicalError | None = None
        self._snapshot, self._known = "", dict[int, _Known]()

    def refresh(self) -> bool:
        """See what was committed since; tell whether there is an index that can be used."""
        stamp = stamp_of(self._folder / MANIFEST)
        if self._opened is not None and self._opened.stamp == stamp:
            return True
        for attempt in range(_ATTEMPTS):
            try:
                self._opened, self._problem = self._open(), None
                return True
            except LexicalError as error:
                self._opened, self._problem = None, error
                # A writer may switch while we open: then the manifest has changed.
                if attempt + 1 == _ATTEMPTS or stamp_of(self._folder / MANIFEST) == stamp:
                    break
                stamp = stamp_of(self._folder / MANIFEST)
        return False

    def _open(self) -> _Open:
        """Open the live index."""
        stamp = stamp_of(self._folder / MANIFEST)
        manifest = read_lexical_manifest(self._folder)
        before = self._opened
        if before is not None and before.folder == manifest.folder:
            before.engine.refresh()
            return _Open(before.engine, stamp, manifest.folder, manifest.reports())
        index = LexicalIndex(self._folder / manifest.folder)
        if index.size < manifest.passages and stamp_of(self._folder / MANIFEST) == stamp:
            raise LexicalError("词语索引不完整")
        return _Open(index, stamp, manifest.folder, manifest.reports())

    def _index(self) -> LexicalIndex:
        """Return the open index; raises LexicalError when there is none."""
        if self._opened is None:
            raise self._problem or LexicalError("这个库还没有词语索引，或索引已丢失")
        return self._opened.engine

    def missing(self, rids: Sequence[int]) -> int:
        """Return how many of these reports the index does not hold; raises without an index."""
        self._index()
        assert self._opened is not None
        return len(set(rids) - self._opened.reports)

    def rank(self, terms: Terms, scope: SearchScope, limit: int) -> list[Place]:
        """Return the passages in scope that hold the terms, best first."""
        return self._index().rank(terms, scope, limit)

    def holding(self, pairs: Sequence[str], scope: SearchScope) -> list[Place]:
        """Return all passages in scope that hold every character pair."""
        return self._index().holding(pairs, scope)

    def clusters(self, keys: Sequence[Key]) -> dict[Key, int]:
        """Return the number of each passage's group."""
        if self._opened is not None:
            found = {(p.rid, p.ordinal): p.cluster for p in self._index().places(keys)}
        else:
            found = {}
        rest = [key for key in keys if key not in found]
        return found | {(r.rid, r.ordinal): cluster_of(r.group) for r in self._from_library(rest)}

    def copies(self, groups: Collection[str], scope: SearchScope) -> dict[str, list[Place]]:
        """Return all passages in scope of each group; none without an index."""
        if self._opened is None or not groups:
            return {}
        named = {cluster_of(group): group for group in groups}
        found: dict[str, list[Place]] = {}
        for place in self._index().clustered(list(named), scope):
            found.setdefault(named[place.cluster], []).append(place)
        return found

    def rows(self, keys: Collection[Key]) -> list[PassageRow]:
        """Return the passages of current reports with their texts, in no special order."""
        stored = self._index().stored(keys) if self._opened is not None else {}
        known = self._reports(rid for rid, _ in keys)
        rows = [
            PassageRow._make((rid, ordinal, *known[rid].told, *stored[rid, ordinal]))
            for rid, ordinal in keys
            if (rid, ordinal) in stored and rid in known
        ]
        return rows + self._from_library([key for key in keys if key not in stored])

    def all_rows(self, rids: Sequence[int]) -> Iterable[PassageRow]:
        """Return every passage of these reports, read from the library."""
        return read_passages(self._library, rids)

    def path(self, rid: int) -> str:
        """Return where a current report was read from."""
        return self._reports([rid])[rid].path

    def _from_library(self, keys: Sequence[Key]) -> list[PassageRow]:
        """Return passages that the index does not hold."""
        if not keys:
            return []
        wanted = set(keys)
        rows = read_passages(self._library, sorted({rid for rid, _ in keys}))
        return [row for row in rows if (row.rid, row.ordinal) in wanted]

    def _reports(self, rids: Iterable[int]) -> dict[int, _Known]:
        """Return what is shown of current reports; kept while the snapshot is the same."""
        if self._snapshot != self._library.snapshot or len(self._known) > _MOST_KNOWN:
            self._snapshot, self._known = self._library.snapshot, {}
        if fresh := [rid for rid in set(rids) if rid not in self._known]:
            rows = self._library.query(_REPORTS, [fresh])
            self._known |= {rid: _Known(path, rest) for rid, path, *rest in rows}
        return self._known
