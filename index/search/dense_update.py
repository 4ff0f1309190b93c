"""Brings the dense index up to date: embeds what is new, then has it built and switched."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.errors import OutsideError
from index.model import Frozen
from index.search.dense_build import TABLE, Change, build
from index.search.dense_manifest import (
    FOLDER,
    LOCAL,
    DenseError,
    DenseManifest,
    Made,
    Versions,
    clear_leftovers,
    dense_lock,
    read_dense_manifest,
    refuse_mismatch,
    switch,
)
from index.search.embed import Embedder, digest, embedded_text
from index.search.passage_table import PassageTable, load_table, table_of
from index.search.source import PassageRow
from index.search.vectors import VectorFolder, VectorWriter, make_vectors


class DenseOutcome(Frozen):
    """What an update did: distinct texts `embedded` now and `reused`; what `pending` passages wait.

    `removed` entries left Chroma; `total` passages have `distinct` texts. `healed` vectors were
    torn or spoiled and are embedded again. `failure` says why embedding stopped early, "" if not.
    """

    embedded: int
    reused: int
    pending: int
    removed: int
    distinct: int
    total: int
    healed: int = 0
    failure: str = ""


# Called as (distinct texts embedded so far, to be embedded in all).
DenseProgress = Callable[[int, int], None]


class _Corpus(NamedTuple):
    """The passages handed in, without their texts, with the digest of each one's text."""

    rows: list[PassageRow]
    digests: list[bytes]
    texts: dict[bytes, str]

    def hash(self) -> str:
        """Return the hash of the sorted passages: who, which text, what filters look at."""
        lines = sorted(
            f"{d.hex()} {r._replace(start=0, end=0)!r}"
            for r, d in zip(self.rows, self.digests, strict=True)
        )
        return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()


class _Clock(NamedTuple):
    """How long to embed, and whom to tell."""

    seconds: float | None
    progress: DenseProgress | None

    def end(self) -> float | None:
        """Return the moment to stop at."""
        return None if self.seconds is None else time.monotonic() + self.seconds

    def show(self, done: int, total: int) -> None:
        """Tell how far it is."""
        if self.progress is not None:
            self.progress(done, total)


class _Target(NamedTuple):
    """What is to become live, and what is live now; `fresh` builds Chroma from nothing."""

    live: DenseManifest | None
    made: Made
    snapshot: str
    vectors: VectorFolder
    fresh: bool


def update_dense(
    library: Path,
    rows: Iterable[PassageRow],
    embedder: Embedder,
    versions: Versions,
    *,
    url: str | None = None,
    rebuild: bool = False,
    seconds: float | None = None,
    progress: DenseProgress | None = None,
    snapshot: str = "",
) -> DenseOutcome:
    """Embed the texts of `rows` that have no vector, then bring Chroma to exactly `rows`.

    `url` is a Chroma server, else a folder of the library is used. At most `seconds` are spent on
    embedding; vectors are durable batch by batch, so an update that was stopped or killed goes on
    where it was. Raises DenseLockedError when another process writes, and
    DenseMismatchError when the index was made otherwise, unless it is to be built anew.
    """
    with dense_lock(library):
        live = _live(library, rebuild)
        clear_leftovers(library, live)
        with closing(embedder):
            folder = make_vectors(library, embedder)
            made = made_by(embedder, folder, versions, url)
            if live and not rebuild:
                refuse_mismatch(live.made, made)
            target = _Target(live, made, snapshot, folder, rebuild)
            with closing(VectorWriter(folder)) as writer:
                corpus = _gathered(rows, writer)
                clock = _Clock(seconds, progress)
                return _updated(library, target, corpus, writer, embedder, clock)


def made_by(embedder: Embedder, folder: VectorFolder, versions: Versions, url: str | None) -> Made:
    """Return how an index is made now."""
    return Made(
        embedder=embedder.name,
        fingerprint=folder.fingerprint,
        dimension=folder.dimension,
        splitter=versions.splitter,
        reader=versions.reader,
        place=url or LOCAL,
    )


def waiting(library: Path, passages: Iterable[tuple[int, int]]) -> int:
    """Return how many passages, given as (rid, ordinal), have no vector in the live index."""
    manifest = read_dense_manifest(library)
    held: set[tuple[int, int]] = set()
    if manifest is not None:
        table = load_table(library / FOLDER / manifest.name / TABLE)
        known = table.vector >= 0
        held = set(zip(table.rid[known].tolist(), table.ordinal[known].tolist(), strict=True))
    return sum(1 for passage in passages if tuple(passage) not in held)


def _live(library: Path, rebuild: bool) -> DenseManifest | None:
    """Return the live manifest; a damaged one does not stand in the way of building anew."""
    try:
        return read_dense_manifest(library)
    except DenseError:
        if rebuild:
            return None
        raise


def _gathered(rows: Iterable[PassageRow], writer: VectorWriter) -> _Corpus:
    """Return the passages; only texts without a vector are held in memory."""
    corpus = _Corpus([], [], {})
    for row in rows:
        text = embedded_text(row)
        name = digest(text)
        corpus.rows.append(row._replace(text="", heading=""))
        corpus.digests.append(name)
        if name not in writer:
            corpus.texts.setdefault(name, text)
    return corpus


def _updated(
    library: Path,
    target: _Target,
    corpus: _Corpus,
    writer: VectorWriter,
    embedder: Embedder,
    clock: _Clock,
) -> DenseOutcome:
    """Embed, then build whatever happened: what was embedded by then is of use."""
    missing = _by_use(corpus)
    failure, interrupted, done = "", False, 0
    try:
        for done in _embedded(missing, corpus.texts, writer, embedder, clock.end()):
            clock.show(done, len(missing))
    except OutsideError as error:
        failure = str(error)
    except KeyboardInterrupt:
        interrupted = True
    positions = [writer.position(name) for name in corpus.digests]
    distinct = len(set(corpus.digests))
    removed = _switched(library, target, corpus, positions, distinct)
    if interrupted:
        raise KeyboardInterrupt
    return DenseOutcome(
        embedded=done,
        reused=distinct - len(missing),
        pending=positions.count(-1),
        removed=removed,
        distinct=distinct,
        total=len(positions),
        healed=writer.healed,
        failure=failure,
    )


def _switched(
    library: Path, target: _Target, corpus: _Corpus, positions: Sequence[int], distinct: int
) -> int:
    """Make the passages live, unless they are; return how many entries left Chroma."""
    live, name = target.live, corpus.hash()
    table = table_of(zip(corpus.rows, positions, strict=True))
    old = None if target.fresh else live
    if old and old.corpus == name and _same_vectors(library, old, table):
        switch(library, old.model_copy(update={"snapshot": target.snapshot}))
        return 0
    change = Change(live, old, target.made, target.vectors, name, target.snapshot, distinct)
    return build(library, change, table)


def _same_vectors(library: Path, live: DenseManifest, table: PassageTable) -> bool:
    """Tell whether the live table points at the same vectors: healing moves some."""
    try:
        held = load_table(library / FOLDER / live.name / TABLE)
    except (OSError, ValueError, KeyError):
        return False
    return np.array_equal(held.vector, table.vector)


def _by_use(corpus: _Corpus) -> list[bytes]:
    """Return the texts without a vector, those first that most passages share."""
    uses = Counter(name for name in corpus.digests if name in corpus.texts)
    return sorted(corpus.texts, key=lambda name: -uses[name])


def _embedded(
    missing: Sequence[bytes],
    texts: dict[bytes, str],
    writer: VectorWriter,
    embedder: Embedder,
    end: float | None,
) -> Iterator[int]:
    """Embed batch by batch, each durable before its count is yielded, until the time is over."""
    for start in range(0, len(missing), embedder.batch):
        if end is not None and time.monotonic() >= end:
            return
        batch = missing[start : start + embedder.batch]
        writer.append(batch, embedder.passages([texts[name] for name in batch]))
        yield start + len(batch)
