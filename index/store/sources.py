"""From the paths a user names to files, their hashes and their reports; stores nothing."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from index.model import LoadError, NianbaoError, Report

SUFFIXES = frozenset({".txt", ".md", ".html", ".htm", ".docx"})
_POOL_FROM = 50
_WORKERS = 2
_IN_FLIGHT = 16
_GIVES_WAY = 10  # of 19, the least pressing

Reader = Callable[[Path], Report]


class Found(NamedTuple):
    """What lies under the named paths; `failed` and `ignored` are (path, reason)."""

    files: tuple[Path, ...]
    failed: tuple[tuple[Path, str], ...]
    ignored: tuple[tuple[Path, str], ...]


class Read(NamedTuple):
    """The outcome of one file: a report, or the reason why there is none."""

    path: Path
    report: Report | None
    reason: str


def find_files(paths: Sequence[Path]) -> Found:
    """Return every file under `paths`, once, in order; a file named outright is always tried."""
    files: dict[Path, None] = {}
    failed: list[tuple[Path, str]] = []
    ignored: dict[Path, str] = {}
    for named in paths:
        path = full_path(named)
        if path.is_dir():
            for file, reason in _walk(path, failed):
                if reason:
                    ignored[file] = reason
                else:
                    files[file] = None
        elif path.exists() and not path.is_file():
            failed.append((path, "不是普通文件。请给出报告文件或文件夹。"))
        else:
            files[path] = None
    passed = tuple((path, reason) for path, reason in ignored.items() if path not in files)
    return Found(tuple(files), tuple(failed), passed)


def full_path(path: Path) -> Path:
    """Return `path` from the root, links kept: the path the user knows."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def path_name(path: Path) -> str:
    """Return a path as text that can be stored and printed, as `Document.path` has it."""
    from index.loading.load import printable

    return printable(path)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes; raises LoadError when it cannot be read."""
    if path.exists() and not path.is_file():
        raise LoadError(f"{str(path)!r} 不是普通文件。请给出报告文件。")
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise LoadError(f"没有这个文件：{str(path)!r}。请检查路径。") from error
    except OSError as error:
        raise LoadError(f"读不了文件 {str(path)!r}：{error.strerror}。请检查权限。") from error


def read_files(paths: Sequence[Path], reader: Reader) -> Iterator[Read]:
    """Yield the outcome of each file; many files are read by two processes, in no fixed order."""
    if len(paths) <= _POOL_FROM:
        yield from (attempt_read(reader, path) for path in paths)
        return
    left = dict.fromkeys(paths)
    try:
        for outcome in _read_in_pool(paths, reader):
            del left[outcome.path]
            yield outcome
    except BrokenProcessPool:
        # A worker was killed, or this program cannot start any: the rest is read right here.
        yield from (attempt_read(reader, path) for path in left)


def _walk(folder: Path, failed: list[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    """Yield (path, '') of each file below `folder`, or why a file or folder is passed by."""

    def note(error: OSError) -> None:
        failed.append(
            (Path(error.filename or folder), f"打不开文件夹：{error.strerror}。请检查权限。")
        )

    for name, folders, names in os.walk(folder, onerror=note):
        place = Path(name)
        passed = {below: _folder_reason(place / below) for below in sorted(folders)}
        folders[:] = [below for below, reason in passed.items() if not reason]
        yield from ((place / below, reason) for below, reason in passed.items() if reason)
        yield from ((place / file, _file_reason(place / file)) for file in sorted(names))


def _folder_reason(folder: Path) -> str:
    """Return why a folder is not entered, '' when it is."""
    if folder.name.startswith("."):
        return "隐藏文件夹"
    if folder.is_symlink():
        return "指向别处的文件夹链接；需要时请直接给出它指向的路径"
    try:
        is_library = (folder / "manifest.json").is_file() and (folder / "segments").is_dir()
    except PermissionError:
        return ""  # entering it fails in turn, and is noted with the reason
    return "这是年报库本身" if is_library else ""


def _file_reason(file: Path) -> str:
    """Return why a file is not read, '' when it is."""
    if file.name.startswith((".", "~$")):
        return "隐藏文件或临时文件"
    return "" if file.suffix.lower() in SUFFIXES else "不是能读的格式（txt、md、html、docx）"


def _read_in_pool(paths: Sequence[Path], reader: Reader) -> Iterator[Read]:
    """Yield outcomes from worker processes, with a bounded number of files under way."""
    waiting = iter(paths)
    pool = ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn"), initializer=_serve_parent)
    try:
        running: list[Future[Read]] = []
        for path in waiting:
            running.append(pool.submit(attempt_read, reader, path))
            if len(running) >= _IN_FLIGHT:
                yield running.pop(0).result()
        while running:
            yield running.pop(0).result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _serve_parent() -> None:
    """Let a worker give way to those who ask meanwhile, and end with the program that started it.

    That program may be killed at any moment.
    """
    parent = parent_process()
    if hasattr(os, "nice"):
        os.nice(_GIVES_WAY)

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, name="parent", daemon=True).start()


def attempt_read(reader: Reader, path: Path) -> Read:
    """Read one file; whatever goes wrong is its reason, so that the batch goes on."""
    try:
        return Read(path, reader(path), "")
    except NianbaoError as error:
        return Read(path, None, str(error))
    except Exception as error:  # the one edge where a defect of the reader may cost one file only
        defect = f"{type(error).__name__}: {error}"
        return Read(path, None, f"读这个文件时程序出错（{defect}），没有入库。请把文件报给开发者。")
