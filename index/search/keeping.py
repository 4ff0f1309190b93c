"""The lexical index of a library kept in step with it: what it holds, what is new, what is gone.

Everything here runs under the library's write lock, except reading the manifest. The index holds
the passages of the current reports, and its manifest says of which. Adding or removing a report
twice changes nothing, so a crash between two steps is healed by comparing again.
"""

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from index.model import Frozen
from index.search.lexical import SCHEMA_VERSION, LexicalError, LexicalIndex, LexicalWriter
from index.search.source import Queryable, current_rids, read_passages
from index.search.words import WORDS_VERSION
from index.store.durable import replace_text

MANIFEST = "manifest.json"
VERSION = f"{SCHEMA_VERSION}.{WORDS_VERSION}"


class LexicalManifest(Frozen):
    """Which folder holds the live index, of which reports, and its files with their sizes."""

    version: str
    folder: str
    rids: tuple[tuple[int, int], ...]
    passages: int
    files: dict[str, int]

    def reports(self) -> set[int]:
        """Return the reports that the index holds."""
        return {rid for first, last in self.rids for rid in range(first, last + 1)}


class Kept(NamedTuple):
    """What keeping did: reports put in and taken out; `rebuilt` says why all was built anew."""

    added: int
    removed: int
    rebuilt: str = ""


def lexical_folder(library: Path) -> Path:
    """Return where the lexical index of a library lies."""
    return library / "search" / "lexical"


def read_lexical_manifest(folder: Path) -> LexicalManifest:
    """Return the manifest of the live index; raises LexicalError when there is none to use."""
    try:
        manifest = LexicalManifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise LexicalError("这个库还没有词语索引，或索引已丢失") from None
    except (OSError, ValidationError, ValueError) as error:
        raise LexicalError(f"词语索引的清单 {str(folder / MANIFEST)!r} 已损坏") from error
    if manifest.version != VERSION:
        raise LexicalError("词语索引由另一个版本的程序写成")
    return manifest


def keep_lexical(library: Queryable, folder: Path, *, check: bool = False) -> Kept:
    """Bring the lexical index in `folder` in step with the library, durably.

    What cannot be used is built anew, beside the old and then switched. `check` also looks whether
    the files are all there.
    """
    wanted = set(current_rids(library))
    try:
        held = read_lexical_manifest(folder)
        if check:
            _insist_on_files(folder, held)
        return _update(library, folder, held, wanted)
    except LexicalError as error:
        _rebuild(library, folder, wanted)
        return Kept(len(wanted), 0, str(error))


def difference(library: Queryable, root: Path) -> tuple[int, int]:
    """Return how many current reports the index of the library at `root` lacks, and has too many.

    Raises LexicalError when the index is missing, damaged or does not hold what it says.
    """
    folder = lexical_folder(root)
    held = read_lexical_manifest(folder)
    _insist_on_files(folder, held)
    size = LexicalIndex(folder / held.folder).size
    if size != held.passages:
        raise LexicalError(f"词语索引应有{held.passages}个段落，实有{size}个")
    wanted, there = set(current_rids(library)), held.reports()
    return len(wanted - there), len(there - wanted)


def _update(library: Queryable, folder: Path, held: LexicalManifest, wanted: set[int]) -> Kept:
    """Add and remove what differs."""
    before = held.reports()
    fresh, gone = wanted - before, before - wanted
    if fresh or gone:
        _write(library, folder, held.folder, sorted(fresh), fresh | gone, wanted)
    return Kept(len(fresh), len(gone))


def _rebuild(library: Queryable, folder: Path, wanted: set[int]) -> None:
    """Build the index anew in a folder of its own, switch to it, and clear away every other."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(p.name) for p in folder.iterdir() if p.is_dir() and p.name.isdigit()]
    name = f"{max(numbers, default=0) + 1:08d}"
    _write(library, folder, name, sorted(wanted), (), wanted)
    for other in folder.iterdir():
        if other.is_dir() and other.name.isdigit() and other.name != name:
            shutil.rmtree(other, ignore_errors=True)


def _write(
    library: Queryable,
    folder: Path,
    name: str,
    fresh: Sequence[int],
    gone: Iterable[int],
    wanted: set[int],
) -> None:
    """Commit a change to the index in `name`, then the manifest that tells of it."""
    writer = LexicalWriter(folder / name)
    writer.remove(gone)
    for row in read_passages(library, fresh):
        writer.add(row)
    passages = writer.commit()
    manifest = LexicalManifest(
        version=VERSION,
        folder=name,
        rids=_ranges(sorted(wanted)),
        passages=passages,
        files=_files(folder / name),
    )
    replace_text(folder / MANIFEST, manifest.model_dump_json())


def _insist_on_files(folder: Path, manifest: LexicalManifest) -> None:
    """Raise LexicalError when a file of the index is gone or has another size.

    After a crash between the index's commit and its manifest the files are newer: all are there.
    """
    there = _files(folder / manifest.folder)
    for name, size in manifest.files.items():
        if name != "meta.json" and not name.startswith(".") and there.get(name, size) != size:
            raise LexicalError(f"词语索引的文件 {name!r} 已损坏")
    live = _live_files(folder / manifest.folder)
    if missing := sorted(live - set(there)):
        raise LexicalError(f"词语索引缺少文件：{'、'.join(missing[:3])}")


def _live_files(folder: Path) -> set[str]:
    """Return the files that the index's own list of segments needs, as far as we can tell."""
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        names = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LexicalError("词语索引的内容表已损坏") from error
    return {f"{name}.{part}" for name in names for part in ("idx", "term", "store", "fast")}


def _files(folder: Path) -> dict[str, int]:
    """Return the files of a folder with their sizes."""
    if not folder.is_dir():
        return {}
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.is_file()}


def _ranges(rids: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return sorted numbers as runs (first, last)."""
    runs: list[tuple[int, int]] = []
    for rid in rids:
        if runs and runs[-1][1] == rid - 1:
            runs[-1] = (runs[-1][0], rid)
        else:
            runs.append((rid, rid))
    return tuple(runs)
