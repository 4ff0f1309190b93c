"""Search by meaning: ranks passages by the cosine of their kept vectors with the query's.

Few candidates are ranked exactly, many by Chroma's graph with exact cosines; never silently fewer.
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from index.search.chroma import ChromaError, ChromaStore, open_store
from index.search.dense_build import CHROMA, TABLE, file_hash
from index.search.dense_manifest import (
    FOLDER,
    LOCAL,
    MANIFEST,
    REBUILD,
    DenseError,
    DenseManifest,
    Versions,
    read_dense_manifest,
    refuse_mismatch,
)
from index.search.dense_update import made_by
from index.search.embed import Embedder, Vectors
from index.search.hit import SearchScope
from index.search.passage_table import Mask, Numbers, PassageTable, load_table
from index.search.vectors import KeptVectors, VectorFolder, find_vectors
from index.store.durable import Stamp, stamp_of

# Up to this many distinct texts an exact ranking (11 ms) is no slower than the graph (10 ms), and a
# graph query with a filter costs 80 ms and more.
EXACT_MOST = 20_000
# What is asked of the graph at most: 1,000 nearest cost 50 ms, more than all cosines of 100,000.
_GRAPH_MOST = 1_000
_QUERIES_KEPT = 16

Ranked = list[tuple[int, int, float]]
# Returns how many passages the library has in the reports given (None: in all).
CountPassages = Callable[[Sequence[int] | None], int]


class _Generation(NamedTuple):
    """One consistent index, opened; `store` is opened when first needed."""

    stamp: Stamp
    manifest: DenseManifest
    table: PassageTable
    vectors: KeptVectors
    folder: VectorFolder


class Dense:
    """The dense index of a library, for many queries, from several threads.

    It notices a switch and opens the new index. `count` tells how many passages the library
    has, so that those the index does not know are pending too.
    """

    def __init__(
        self,
        library: Path,
        embedder: Embedder,
        versions: Versions,
        url: str | None = None,
        count: CountPassages | None = None,
        exact_most: int = EXACT_MOST,
    ) -> None:
        self._library, self._embedder, self._versions = library, embedder, versions
        self._url, self._count, self._exact_most = url, count, exact_most
        self._guard = threading.RLock()
        self._store: ChromaStore | None = None
        self._asked: dict[str, Vectors] = {}
        self._folder: VectorFolder | None = None
        self._open = self._load()

    def rank(
        self, query: str, rids: Sequence[int] | None, scope: SearchScope, limit: int
    ) -> Ranked:
        """Return the best passages as (rid, ordinal, cosine), best first.

        `rids` are the reports that `scope` means, None when it is to be looked at here; sections
        are looked at in any case. Fewer than `limit` only when fewer are in scope with a vector.
        """
        vector = self._vector(query)
        with self._guard:
            open_ = self._current()
            table = open_.table
            mask = table.within(rids, scope) & (table.vector >= 0)
            candidates = _distinct(table.vector[mask])
            if limit <= 0 or not len(candidates):
                return []
            if len(candidates) > self._exact_most:
                found = self._by_graph(open_, vector, mask, limit)
                if found is not None:
                    return found
            scores = open_.vectors.scores(vector, candidates)
            return _best(table, mask, candidates, scores, limit)

    def held(self, rids: Sequence[int] | None) -> int:
        """Return how many passages of `rids` (None: all) can be found by meaning."""
        with self._guard:
            return self._current().table.held(rids)

    def pending(self, rids: Sequence[int] | None) -> int:
        """Return how many passages of `rids` (None: all) have no vector yet."""
        with self._guard:
            table = self._current().table
            known = int(np.sum(table.within(rids, SearchScope())))
            total = known if self._count is None else self._count(rids)
            return max(0, total - table.held(rids))

    def close(self) -> None:
        """Let go of Chroma and of the embedder's processes."""
        with self._guard:
            self._close_store()
            self._embedder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _vector(self, query: str) -> Vectors:
        """Return the vector of a query; the last few are kept, to be asked again and deeper."""
        kept = self._asked.get(query)
        if kept is None:
            kept = self._embedder.query(query)
            if len(self._asked) >= _QUERIES_KEPT:
                self._asked.clear()
            self._asked[query] = kept
        return kept

    def _by_graph(
        self, open_: _Generation, vector: Vectors, mask: Mask, limit: int
    ) -> Ranked | None:
        """Return the best of a wide scope; None when the graph is not sure to give enough."""
        share = float(np.mean(mask[open_.table.vector >= 0]))
        wanted = int(limit / share * 2) + 20
        while wanted <= _GRAPH_MOST:
            nearest = {position for position, _ in self._chroma(open_).nearest(vector, wanted)}
            near = np.zeros(len(open_.vectors) + 1, np.bool_)
            near[list(nearest)] = True
            # The last place is that of passages without a vector (-1).
            among = mask & near[open_.table.vector]
            if int(np.count_nonzero(among)) >= limit:
                passing = _distinct(open_.table.vector[among])
                scores = open_.vectors.scores(vector, passing)
                return _best(open_.table, among, passing, scores, limit)
            wanted *= 3
        return None

    def _chroma(self, open_: _Generation) -> ChromaStore:
        """Return the open collection; raises ChromaError when it is not what was stored."""
        if self._store is None:
            manifest = open_.manifest
            local = manifest.made.place == LOCAL
            place = self._library / FOLDER / manifest.name / CHROMA
            if local and not place.is_dir():
                raise ChromaError(f"语义索引的文件夹不见了：{str(place)!r}。请运行 {REBUILD}。")
            store = open_store(
                place if local else manifest.made.place, manifest.collection, open_.vectors.at
            )
            if store.count() != manifest.entries:
                store.close()
                raise ChromaError(f"Chroma 里的条数与清单不符。请运行 {REBUILD}。")
            self._store = store
        return self._store

    def _current(self) -> _Generation:
        """Return the live index, opened anew when another process has switched."""
        if stamp_of(self._library / FOLDER / MANIFEST) != self._open.stamp:
            self._close_store()
            self._open = self._load()
        return self._open

    def _load(self) -> _Generation:
        """Open the live index; a writer may switch meanwhile, then the newer one is opened."""
        for _ in range(3):
            stamp = stamp_of(self._library / FOLDER / MANIFEST)
            manifest = read_dense_manifest(self._library)
            if manifest is None:
                raise DenseError("这个库还没有语义索引。请运行 nianbao index。")
            folder = self._fitting(manifest)
            path = self._library / FOLDER / manifest.name / TABLE
            try:
                if file_hash(path) == manifest.table:
                    vectors = KeptVectors(folder)
                    return _Generation(stamp, manifest, load_table(path), vectors, folder)
            except (OSError, ValueError, KeyError):
                continue
        raise DenseError(f"语义索引的数据文件损坏或丢失：{str(path)!r}。请运行 {REBUILD}。")

    def _fitting(self, manifest: DenseManifest) -> VectorFolder:
        """Return where the vectors lie; raises DenseMismatchError when made otherwise."""
        if self._folder is None:
            self._folder = find_vectors(self._library, self._embedder)
        absent = VectorFolder(self._library, "（没有）", self._embedder.dimension)
        folder = self._folder or absent
        refuse_mismatch(manifest.made, made_by(self._embedder, folder, self._versions, self._url))
        return folder

    def _close_store(self) -> None:
        """Let go of Chroma."""
        if self._store is not None:
            self._store.close()
            self._store = None


def open_dense(
    library: Path,
    embedder: Embedder,
    versions: Versions,
    *,
    url: str | None = None,
    count: CountPassages | None = None,
    exact_most: int = EXACT_MOST,
) -> Dense:
    """Return the dense index; raises DenseError when there is none, or DenseMismatchError.

    `url` is a Chroma server, else a folder of the library is used.
    """
    return Dense(library, embedder, versions, url, count, exact_most)


def _best(table: PassageTable, mask: Mask, vectors: Numbers, scores: Vectors, limit: int) -> Ranked:
    """Return the best passages of `mask`; `scores` are those of `vectors`, which are sorted.

    Equal ones stand in the order of the library.
    """
    rows = np.flatnonzero(mask)
    of_vector = np.empty(int(vectors[-1]) + 1, np.float32)
    of_vector[vectors] = scores
    cosines = of_vector[table.vector[rows]]
    if len(rows) > limit:
        least = np.partition(cosines, len(rows) - limit)[len(rows) - limit]
        chosen = cosines >= least
        rows, cosines = rows[chosen], cosines[chosen]
    order = np.argsort(-cosines, kind="stable")[:limit]
    return [
        (int(table.rids[table.report[row]]), int(table.ordinal[row]), float(cosine))
        for row, cosine in zip(rows[order], cosines[order], strict=True)
    ]


def _distinct(positions: Numbers) -> Numbers:
    """Return positions once each, in order; several times quicker than to sort them."""
    seen = np.zeros(int(positions.max(initial=-1)) + 1, np.bool_)
    seen[positions] = True
    found: Numbers = np.flatnonzero(seen)
    return found
