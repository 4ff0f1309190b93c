"""The library's own copies of files that were handed to it: `files/<hash>/<name>` in its folder.

A copy appears whole or not at all. What stands outside is never touched. Knows no report.
"""

import hashlib
import os
import re
import shutil
import stat
import unicodedata
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple

from filelock import FileLock, Timeout

from index.model import LoadError
from index.store.database import StorageError
from index.store.durable import sync_folder
from index.store.sources import full_path, path_name
from index.store.writer import LockedError

FOLDER = "files"
LOCK = "files.lock"
_INCOMING = ".incoming"
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST = 160  # bytes of a name: 50 Chinese characters
_LONGEST_SUFFIX = 12
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?")
_NAMELESS = "报告"
_CHUNK = 1 << 20


class Kept(NamedTuple):
    """A copy: where it is, and the SHA-256 of its bytes."""

    path: Path
    sha256: str


def safe_name(said: str) -> str:
    """Return a file name that is safe on every system, as near to the one said as can be."""
    plain = unicodedata.normalize("NFC", said.encode("utf-8", "replace").decode())
    last = PurePosixPath(PureWindowsPath(plain).name).name
    seen = "".join(c for c in last if unicodedata.category(c) not in _HIDDEN)
    name = _UNSAFE.sub("_", seen).lstrip(". ~").rstrip(". ")
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > _LONGEST_SUFFIX:
        stem, suffix = name, ""
    stem = stem.encode()[:_LONGEST].decode(errors="ignore").rstrip(". ") or _NAMELESS
    whole = f"{stem}.{suffix}" if suffix else stem
    return f"_{whole}" if _DEVICE.fullmatch(whole) else whole


@contextmanager
def handing_over(folder: Path) -> Iterator[None]:
    """Hold the one right to change the copies; raises LockedError when it is taken.

    What a killed run left half-written goes first.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, thread_local=False)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LockedError("另有文件正在上传或移出。请等它结束后再试；查询不受影响。") from error
    except OSError as error:
        raise _refused(folder, error) from error
    try:
        _clear(folder)
        yield
    finally:
        _clear(folder)
        lock.release()


def keep_copy(folder: Path, source: Path, said: str, limit: int) -> Kept:
    """Copy a file of at most `limit` bytes into the library, under a name near to the one said.

    Raises LoadError when it is no plain file, is too large or cannot be read, StorageError when
    the copy cannot be written. The same bytes under the same name are one copy.
    """
    incoming = folder / FOLDER / _INCOMING
    try:
        incoming.mkdir(parents=True, exist_ok=True)
        fresh = incoming / uuid.uuid4().hex
        sha256 = _copy(source, fresh, limit)
        place = folder / FOLDER / sha256
        place.mkdir(exist_ok=True)
        target = place / safe_name(said)
        fresh.replace(target)
        sync_folder(place)
        sync_folder(place.parent)
    except OSError as error:
        raise _refused(folder, error) from error
    return Kept(full_path(target), sha256)


def own_copy(folder: Path, path: str) -> Path | None:
    """Return the copy that `path` names, None when it is not one of this library's own."""
    root = full_path(folder) / FOLDER
    place = Path(path)
    if place.parent.parent != root or not _HASH.fullmatch(place.parent.name):
        return None
    links = (root, place.parent, place)
    return None if any(one.is_symlink() for one in links) or not place.is_file() else place


def drop_copy(folder: Path, path: str) -> bool:
    """Delete the library's own copy that `path` names; tell whether there was one."""
    copy = own_copy(folder, path)
    if copy is None:
        return False
    try:
        copy.unlink()
        if not any(copy.parent.iterdir()):
            copy.parent.rmdir()
    except OSError as error:
        raise _refused(folder, error) from error
    return True


def stray_copies(folder: Path, known: Collection[str]) -> list[Path]:
    """Return the copies, whole or half-written, that none of the `known` paths names."""
    root = full_path(folder) / FOLDER
    found = sorted(path for path in root.glob("*/*") if path.is_file())
    return [path for path in found if path_name(path) not in known]


def _clear(folder: Path) -> None:
    """Delete what is half-written."""
    shutil.rmtree(folder / FOLDER / _INCOMING, ignore_errors=True)


def _copy(source: Path, target: Path, limit: int) -> str:
    """Copy the bytes durably; return their SHA-256."""
    digest, size = hashlib.sha256(), 0
    try:
        number = os.open(source, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | _NO_WAIT)
    except OSError as error:
        raise LoadError(f"读不了上传的文件（{error.strerror}）。请重新上传。") from error
    with os.fdopen(number, "rb") as stream, target.open("xb") as out:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise LoadError("不是普通文件。请上传报告文件。")
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise LoadError(f"文件过大，超过 {limit // 1_000_000} MB，没有入库。")
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _refused(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"写不进库 {str(folder)!r}：{error.strerror}。没有入库；请检查磁盘空间和权限后重试。"
    )
