"""Builds a generation of the dense index from kept vectors, beside the live one, and switches."""

import hashlib
import os
import shutil
import uuid
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.search.chroma import (
    ChromaError,
    ChromaStore,
    Entry,
    Take,
    create_store,
    drop_collections,
    open_store,
)
from index.search.dense_manifest import (
    FOLDER,
    LOCAL,
    DenseError,
    DenseManifest,
    Made,
    clear_leftovers,
    collection_name,
    collection_prefix,
    retired_after,
    switch,
)
from index.search.passage_table import PassageTable, load_table, save_table
from index.search.vectors import KeptVectors, VectorFolder
from index.store.durable import sync_folder

TABLE = "passages.npz"
# The name inside a folder of its own, and that folder's name.
CHROMA = "nianbao"
# Deleted entries stay as dead weight in the graph: past this share it is built from nothing.
_DEAD_SHARE = 0.25


class Change(NamedTuple):
    """What is to become live; without `old` Chroma is built from nothing.

    `live` is the manifest that is switched away from, if there is one.
    """

    live: DenseManifest | None
    old: DenseManifest | None
    made: Made
    vectors: VectorFolder
    corpus: str
    snapshot: str
    distinct: int


class _Turn(NamedTuple):
    """From the entries held to those wanted; `source` is the old collection, if it is of use.

    `removed` entries go now; `dead` ones weigh on the graph after that.
    """

    source: Path | None
    held: set[str]
    wanted: list[Entry]
    removed: int
    dead: int


def build(library: Path, change: Change, table: PassageTable) -> int:
    """Make exactly the passages of `table` live; return how many entries went.

    Raises DenseError or ChromaError; the live generation is then untouched.
    """
    live = change.live
    home = live.library if live else uuid.uuid4().hex[:12]
    generation = live.generation + 1 if live else 1
    name = f"gen-{generation:08d}-{uuid.uuid4().hex[:8]}"
    try:
        fresh, removed = _made(library, change, table, home, name)
        fresh = fresh.model_copy(update={"generation": generation})
        switch(library, fresh)
    except OSError as error:
        raise DenseError(
            f"写不了语义索引 {str(library / FOLDER)!r}：{error}。原来的索引不受影响，"
            "已算好的向量都已保存；请检查磁盘空间和权限，再运行 nianbao index。"
        ) from error
    clear_leftovers(library, fresh)
    if change.made.place != LOCAL:
        drop_collections(change.made.place, collection_prefix(home), fresh.collections())
    return removed


def _made(
    library: Path, change: Change, table: PassageTable, home: str, name: str
) -> tuple[DenseManifest, int]:
    """Return the manifest of the new generation, whose files are durable, and what was removed."""
    folder = library / FOLDER / name
    folder.mkdir(parents=True)
    local = change.made.place == LOCAL
    collection = CHROMA if local else collection_name(home, name)
    kept = KeptVectors(change.vectors)
    turn = _turn(library, change.old, entries_of(table))
    dead = _fill(folder / CHROMA if local else change.made.place, collection, kept.at, turn)
    save_table(table, folder / TABLE)
    _sync_tree(folder)
    manifest = DenseManifest(
        library=home,
        generation=0,
        name=name,
        collection=collection,
        made=change.made,
        corpus=change.corpus,
        snapshot=change.snapshot,
        table=file_hash(folder / TABLE),
        passages=len(table.vector),
        distinct=change.distinct,
        pending=int(np.sum(table.vector < 0)),
        entries=len(turn.wanted),
        dead=dead,
        retired=retired_after(change.live),
    )
    return manifest, turn.removed


def entries_of(table: PassageTable) -> list[Entry]:
    """Return what belongs into Chroma: each vector once for every set of facts it stands with."""
    levels, level = np.unique(table.reports["level"], return_inverse=True)
    report = table.report
    rows = np.stack([table.vector, table.years[report], table.section, level[report]], axis=1)
    kept = np.unique(rows[table.vector >= 0], axis=0).tolist()
    return [
        Entry(position, year, str(table.sections[section]), str(levels[code]))
        for position, year, section, code in kept
    ]


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _fill(place: Path | str, collection: str, take: Take, turn: "_Turn") -> int:
    """Make the new collection; return how many dead entries it carries.

    In a folder it is a copy of the old one, changed, unless that cannot be used.
    """
    if turn.source is not None and isinstance(place, Path):
        try:
            _copied(turn.source, place, collection, take, turn)
        except (ChromaError, shutil.Error):
            # The kept vectors are enough to build it from nothing.
            shutil.rmtree(place, ignore_errors=True)
        else:
            return turn.dead
    with closing(create_store(place, collection, take)) as store:
        store.add(turn.wanted)
        _counted(store, len(turn.wanted))
    return 0


def _copied(source: Path, place: Path, collection: str, take: Take, turn: "_Turn") -> None:
    """Copy the old collection and bring it to the entries wanted; raises ChromaError."""
    shutil.copytree(source, place)
    with closing(open_store(place, collection, take)) as store:
        _counted(store, len(turn.held))
        store.delete(sorted(turn.held - {entry.key for entry in turn.wanted}))
        store.add([entry for entry in turn.wanted if entry.key not in turn.held])
        _counted(store, len(turn.wanted))


def _counted(store: ChromaStore, wanted: int) -> None:
    """Raise ChromaError unless the collection holds as many entries as it should."""
    found = store.count()
    if found != wanted:
        raise ChromaError(
            f"Chroma 里应有 {wanted} 条，实有 {found} 条。请运行 nianbao index --rebuild。"
        )


def _turn(library: Path, old: DenseManifest | None, wanted: list[Entry]) -> "_Turn":
    """Return what there is to change; no source when building from nothing is better."""
    if old is None:
        return _Turn(None, set(), wanted, 0, 0)
    folder = library / FOLDER / old.name
    try:
        held = {entry.key for entry in entries_of(load_table(folder / TABLE))}
    except (OSError, ValueError, KeyError):
        return _Turn(None, set(), wanted, 0, 0)
    removed = len(held - {entry.key for entry in wanted})
    dead = old.dead + removed
    few = dead <= _DEAD_SHARE * len(wanted)
    return _Turn(folder / CHROMA if few else None, held, wanted, removed, dead)


def _sync_tree(folder: Path) -> None:
    """Make every file below `folder`, and the folders' entries, durable."""
    for root, _, names in os.walk(folder):
        for name in names:
            with (Path(root) / name).open("rb+") as stream:
                os.fsync(stream.fileno())
        sync_folder(Path(root))
    sync_folder(folder.parent)
