"""The manifest of a library: which folders of parquet files are live; switched in one step.

Readers need no lock: whatever manifest they read names complete, durable files. Knows no SQL.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from index.errors import OutsideError
from index.model import Frozen
from index.store.database import StorageError
from index.store.durable import replace_text, sync_folder

MANIFEST = "manifest.json"
FORMAT = 1
# A reader loads a state at once but reads segments for as long as a question takes.
STATE_GRACE = 10.0
SEGMENT_GRACE = 600.0


class ManifestError(OutsideError):
    """A manifest that cannot be read: damaged, or written by a newer program."""


class StoredFile(Frozen):
    """One parquet file as it was written: how many rows, how many bytes, their SHA-256."""

    rows: int
    size: int
    sha256: str


class Part(Frozen):
    """A folder of parquet files that never change, named relative to the library."""

    name: str
    files: dict[str, StoredFile]


class Retired(Frozen):
    """A folder that is no longer live and may go at `after` (seconds since the epoch)."""

    name: str
    after: float


class Manifest(Frozen):
    """One consistent library: the state (reports, roles, copies) and the segments it refers to."""

    format: int = FORMAT
    generation: int = 0
    next_rid: int = 0
    state: Part | None = None
    segments: tuple[Part, ...] = ()
    retired: tuple[Retired, ...] = ()

    def names(self) -> set[str]:
        """Return every folder that must stay: live and retired ones."""
        live = {part.name for part in self.segments} | {entry.name for entry in self.retired}
        return live | ({self.state.name} if self.state else set())


def read_manifest(folder: Path) -> tuple[Manifest, str]:
    """Return the manifest and the hash that names this snapshot; an empty one for a new library."""
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Manifest(), hashlib.sha256(b"").hexdigest()
    except OSError as error:
        raise StorageError(
            f"读不了库清单 {str(path)!r}：{error}。请检查路径和读取权限。"
        ) from error
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError as error:
        raise ManifestError(
            f"库清单 {str(path)!r} 已损坏或由更新版本写成：{error.error_count()} 处不符。"
            "请换用新版本，或换一个文件夹重新 nianbao add。"
        ) from error
    return manifest, hashlib.sha256(data).hexdigest()


def switch_manifest(folder: Path, manifest: Manifest) -> None:
    """Make `manifest` the live one, durably; a crash leaves the old one or the new one, whole."""
    replace_text(folder / MANIFEST, manifest.model_dump_json())


def seal_part(folder: Path, name: str, rows: dict[str, int]) -> Part:
    """Make the files of a new part durable and return it with their sizes and hashes."""
    files = {}
    for file, count in rows.items():
        path = folder / name / file
        with path.open("rb+") as stream:
            os.fsync(stream.fileno())
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        files[file] = StoredFile(rows=count, size=path.stat().st_size, sha256=digest)
    sync_folder(folder / name)
    sync_folder((folder / name).parent)
    return Part(name=name, files=files)


def retire(manifest: Manifest, names: Sequence[str], now: float | None = None) -> Manifest:
    """Return `manifest` with `names` marked as going once no reader can still need them."""
    now = time.time() if now is None else now
    grace = {True: STATE_GRACE, False: SEGMENT_GRACE}
    fresh = tuple(
        Retired(name=name, after=now + grace[name.startswith("states/")]) for name in names
    )
    return manifest.model_copy(update={"retired": manifest.retired + fresh})


def forget_expired(manifest: Manifest, now: float | None = None) -> tuple[Manifest, list[str]]:
    """Return `manifest` without the retired folders whose grace is over, and their names."""
    now = time.time() if now is None else now
    expired = [entry.name for entry in manifest.retired if entry.after <= now]
    kept = tuple(entry for entry in manifest.retired if entry.after > now)
    return manifest.model_copy(update={"retired": kept}), expired


def delete_parts(folder: Path, names: Sequence[str]) -> None:
    """Delete folders that no manifest names; one that is already gone is no error."""
    for name in names:
        shutil.rmtree(folder / name, ignore_errors=True)


def orphans(folder: Path, manifest: Manifest) -> list[str]:
    """Return what crashed writers left behind; only to be asked while holding the write lock."""
    kept = manifest.names()
    return [
        f"{kind}/{path.name}"
        for kind in ("segments", "states")
        if (folder / kind).is_dir()
        for path in sorted((folder / kind).iterdir())
        if f"{kind}/{path.name}" not in kept
    ]
