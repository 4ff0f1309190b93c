"""The manifest of the dense index: what is live, how it was made, and who may write."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout
from pydantic import ValidationError

from index.errors import OutsideError
from index.model import Frozen
from index.search.embed import TEXT_VERSION
from index.store.durable import replace_text, sync_folder
from index.store.manifest import Retired

FOLDER = "search/dense"
LOCK = "search/dense.lock"
MANIFEST = "manifest.json"
REBUILD = "nianbao index --rebuild"
FORMAT = 1
# A reader that opened a generation before the switch may still be asked for this long.
GRACE = 600.0
LOCAL = "folder"


class DenseError(OutsideError):
    """The dense index cannot be used: missing, damaged, made otherwise, or being written."""


class DenseMismatchError(DenseError):
    """The dense index was made with another model, version or place."""


class DenseLockedError(DenseError):
    """Another process is writing the dense index."""


class Versions(NamedTuple):
    """The versions of what made the passages; a change of either makes other passages."""

    splitter: str
    reader: str


class Made(Frozen):
    """How an index is made; two that differ in anything do not fit together."""

    embedder: str
    fingerprint: str
    dimension: int
    text_version: str = TEXT_VERSION
    splitter: str
    reader: str
    place: str = LOCAL


class DenseManifest(Frozen):
    """One consistent dense index.

    `name` is the folder of the generation, `collection` that in Chroma, where `dead` entries have
    been deleted since it was built from nothing. `corpus` is the hash of
    the sorted passages with the digests of their texts, `snapshot` the library they are from.
    `table` is the SHA-256 of the table of passages.
    """

    format: int = FORMAT
    library: str
    generation: int
    name: str
    collection: str
    made: Made
    corpus: str
    snapshot: str
    table: str
    passages: int
    distinct: int
    pending: int
    entries: int
    dead: int = 0
    retired: tuple[Retired, ...] = ()

    def collections(self) -> list[str]:
        """Return every collection of a server that must stay."""
        return [collection_name(self.library, name) for name in self.folders()]

    def folders(self) -> set[str]:
        """Return every folder that must stay."""
        return {self.name} | {entry.name for entry in self.retired}


_WORDS = {
    "embedder": "向量模型",
    "fingerprint": "向量模型的指纹（同名而结果不同）",
    "dimension": "向量维数",
    "text_version": "嵌入文本的版本",
    "splitter": "切分程序的版本",
    "reader": "读取程序的版本",
    "place": "Chroma 的位置",
}


def collection_name(library: str, generation: str) -> str:
    """Return the name on a Chroma server, which several libraries may share; ASCII only."""
    return f"{collection_prefix(library)}{generation}"


def collection_prefix(library: str) -> str:
    """Return how the names of all collections of a library begin."""
    return f"nianbao-{library}-"


def read_dense_manifest(library: Path) -> DenseManifest | None:
    """Return the live manifest, None when nothing was built yet."""
    path = library / FOLDER / MANIFEST
    try:
        return DenseManifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DenseError(
            f"读不了语义索引的清单 {str(path)!r}：{error}。请检查路径和权限。"
        ) from error
    except ValidationError as error:
        raise DenseError(
            f"语义索引的清单 {str(path)!r} 已损坏或由更新版本写成。请运行 {REBUILD}。"
        ) from error


def refuse_mismatch(found: Made, wanted: Made) -> None:
    """Raise DenseMismatchError, naming what differs, unless the index was made as wanted."""
    differing = [
        f"{word}：索引里是 {getattr(found, field)!r}，现在是 {getattr(wanted, field)!r}"
        for field, word in _WORDS.items()
        if getattr(found, field) != getattr(wanted, field)
    ]
    if differing:
        raise DenseMismatchError(
            f"语义索引与当前的设置不符（{'；'.join(differing)}），不能混用。"
            f"请改回原来的设置，或运行 {REBUILD}（已算过的向量不会重算）。"
        )


def switch(library: Path, manifest: DenseManifest) -> None:
    """Make `manifest` the live one, durably; a crash leaves the old one or the new one, whole."""
    folder = library / FOLDER
    replace_text(folder / MANIFEST, manifest.model_dump_json())
    for changed in (folder.parent, library):
        sync_folder(changed)


def retired_after(old: DenseManifest | None, now: float | None = None) -> tuple[Retired, ...]:
    """Return what the manifest after `old` must still keep for readers."""
    if old is None:
        return ()
    now = time.time() if now is None else now
    leaving = Retired(name=old.name, after=now + GRACE)
    return (*(entry for entry in old.retired if entry.after > now), leaving)


def leftovers(library: Path, manifest: DenseManifest | None) -> list[str]:
    """Return the folders that no manifest names; only to be asked while holding the lock."""
    folder = library / FOLDER
    kept = manifest.folders() if manifest else set()
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and p.name not in kept)


def clear_leftovers(library: Path, manifest: DenseManifest | None) -> None:
    """Delete what crashed writers left, and what no reader needs any more."""
    for name in leftovers(library, manifest):
        shutil.rmtree(library / FOLDER / name, ignore_errors=True)


@contextmanager
def dense_lock(library: Path) -> Iterator[None]:
    """Hold the one right to write; raises DenseLockedError at once when another process has it."""
    try:
        (library / FOLDER).mkdir(parents=True, exist_ok=True)
        lock = FileLock(library / LOCK)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise DenseLockedError(
            f"另一个程序正在更新语义索引 {str(library / FOLDER)!r}。"
            "请等它结束后再运行 nianbao index；查询不受影响。"
        ) from error
    except OSError as error:
        raise DenseError(
            f"打不开语义索引的文件夹 {str(library / FOLDER)!r}：{error}。请检查路径和权限。"
        ) from error
    try:
        yield
    finally:
        lock.release()
