"""The health of the dense index: what is damaged or behind, and which command mends it."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from index.model import NianbaoError
from index.search.chroma import ChromaError, open_store
from index.search.dense_build import CHROMA, TABLE, entries_of, file_hash
from index.search.dense_manifest import (
    FOLDER,
    LOCAL,
    LOCK,
    REBUILD,
    DenseManifest,
    leftovers,
    read_dense_manifest,
    refuse_mismatch,
)
from index.search.passage_table import PassageTable, load_table
from index.search.vectors import FOLDER as VECTORS
from index.search.vectors import KeptVectors, VectorFolder, read_record, torn_bytes
from index.store.health import Finding

_CONTINUE = "nianbao index"
Status = Literal["ok", "note", "warn", "fail"]


def examine_dense(
    library: Path, passages: Iterable[tuple[int, int]], splitter: str, reader: str
) -> list[Finding]:
    """Return what there is to say about the dense index; `passages` are (rid, ordinal) of today.

    Asks no embedding model: whether the index fits the one that is set shows when it is used.
    """
    known = [tuple(passage) for passage in passages]
    try:
        manifest = read_dense_manifest(library)
    except NianbaoError as error:
        return [_finding("fail", str(error))]
    if manifest is None:
        if not known:
            return []
        return [_finding("note", _waiting(len(known)))]
    findings = [_fitting(manifest, splitter, reader), *_lock(library, manifest)]
    findings += _vectors(library, manifest)
    return [*findings, *_content(library, manifest, known)]


def _fitting(manifest: DenseManifest, splitter: str, reader: str) -> Finding:
    """Tell whether the index was made by the versions of today."""
    wanted = manifest.made.model_copy(update={"splitter": splitter, "reader": reader})
    try:
        refuse_mismatch(manifest.made, wanted)
    except NianbaoError as error:
        return _finding("warn", str(error))
    made = manifest.made
    return _finding("ok", f"语义索引可读：向量模型 {made.embedder!r}，{made.dimension} 维。")


def _lock(library: Path, manifest: DenseManifest) -> Iterator[Finding]:
    """Tell whether a program is writing; if none is, whether a crashed one left something."""
    try:
        with FileLock(library / LOCK, timeout=0):
            left = leftovers(library, manifest)
    except Timeout:
        yield _finding("note", "另一个程序正在更新语义索引。")
        return
    except OSError as error:
        yield _finding("warn", f"语义索引的写锁打不开，只能查询：{error}。")
        return
    if left:
        message = (
            f"上次更新语义索引时中断，留下 {len(left)} 个无用的文件夹；下次 {_CONTINUE} 会清掉。"
        )
        yield _finding("note", message, left)


def _vectors(library: Path, manifest: DenseManifest) -> Iterator[Finding]:
    """Tell whether the vectors in use are whole."""
    path = library / VECTORS / manifest.made.fingerprint
    record = read_record(path)
    if record is None:
        yield _finding("fail", f"保存向量的文件夹损坏或丢失：{str(path)!r}。请运行 {REBUILD}。")
        return
    folder = VectorFolder(path, manifest.made.fingerprint, record.dimension)
    try:
        kept = KeptVectors(folder)
        spoiled, torn = kept.spoiled(), torn_bytes(folder)
    except (NianbaoError, OSError) as error:
        yield _finding("fail", str(error))
        return
    if spoiled or torn:
        count = len(spoiled) + bool(torn)
        message = f"保存的向量里有 {count} 个不完整；下次 {_CONTINUE} 会略过并重算。"
        yield _finding("warn" if spoiled else "note", message)
    else:
        yield _finding("ok", f"保存的 {len(kept)} 个向量完好。")


def _content(
    library: Path, manifest: DenseManifest, known: list[tuple[int, ...]]
) -> Iterator[Finding]:
    """Tell whether Chroma and the table agree with each other and with the library."""
    path = library / FOLDER / manifest.name / TABLE
    try:
        if file_hash(path) != manifest.table:
            raise ValueError("内容与清单不符")
        table = load_table(path)
        differing = _differing(library, manifest, table)
    except ChromaError as error:
        # A server that is away is no damage.
        yield _finding("fail" if manifest.made.place == LOCAL else "warn", str(error))
        return
    except (NianbaoError, OSError, ValueError, KeyError) as error:
        yield _finding("fail", f"语义索引的数据损坏：{error} 请运行 {REBUILD}。")
        return
    if differing:
        message = f"Chroma 与清单有 {differing} 条不符。请运行 {REBUILD}。"
        yield _finding("fail", message)
    else:
        yield _finding("ok", f"Chroma 的 {manifest.entries} 条与清单一致。")
    yield from _behind(table, known)


def _differing(library: Path, manifest: DenseManifest, table: PassageTable) -> int:
    """Return how many entries Chroma lacks or has too many."""
    folder = VectorFolder(
        library / VECTORS / manifest.made.fingerprint,
        manifest.made.fingerprint,
        manifest.made.dimension,
    )
    place: Path | str = library / FOLDER / manifest.name / CHROMA
    if manifest.made.place != LOCAL:
        place = manifest.made.place
    elif not Path(place).is_dir():
        raise ValueError(f"文件夹 {str(place)!r} 不见了。")
    with closing(open_store(place, manifest.collection, KeptVectors(folder).at)) as store:
        stored = set(store.keys())
    return len(stored ^ {entry.key for entry in entries_of(table)})


def _behind(table: PassageTable, known: list[tuple[int, ...]]) -> Iterator[Finding]:
    """Tell how far the index is behind the library."""
    held = table.vector >= 0
    indexed = set(zip(table.rid[held].tolist(), table.ordinal[held].tolist(), strict=True))
    pending = len(set(known) - indexed)
    gone = len(indexed - set(known))
    if pending:
        yield _finding("note", _waiting(pending))
    if gone:
        yield _finding(
            "note", f"语义索引里有 {gone} 段已不在库里，查询时不会出现；下次 {_CONTINUE} 会清掉。"
        )
    if not pending and not gone:
        yield _finding("ok", f"库里的 {len(known)} 段都能按语义查到。")


def _waiting(count: int) -> str:
    """Return how to say that passages wait for their vectors."""
    return f"{count} 段还没有向量，只能按字词查到；请运行 {_CONTINUE} 算完。"


def _finding(status: Status, message: str, items: Iterable[str] = ()) -> Finding:
    """Return one finding about search."""
    return Finding(name="search", status=status, message=message, items=tuple(items))
