"""The files under given paths in a stable order, each with what becomes of it.

Looks at names only, never at content. A file that is named outright is always taken; inside folders
hidden files and unsupported formats are skipped with a reason, and what cannot be read has failed.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

SUFFIXES = frozenset(
    (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".shtml", ".xhtml", ".docx", ".doc")
)
_SPECIAL = "不是普通文件（管道、套接字或设备）"


class Visit(NamedTuple):
    """A path met on the way: to be read, skipped, or failed; `reason` is Chinese, '' for "read"."""

    path: Path
    outcome: Literal["read", "skipped", "failed"]
    reason: str = ""


def iter_paths(paths: Iterable[Path]) -> Iterator[Visit]:
    """Yield every file under `paths` once: arguments in their order, folders sorted by name."""
    seen: dict[str, Path] = {}  # by real path: under which name a file or folder was met first
    for path in paths:
        mode = _mode(path)
        if isinstance(mode, Visit):
            yield mode
        elif stat.S_ISDIR(mode):
            yield from _visit_folder(path, seen)
        elif stat.S_ISREG(mode):
            yield _once(path, seen) or Visit(path, "read")
        else:
            yield Visit(path, "failed", _SPECIAL)


def _visit_folder(folder: Path, seen: dict[str, Path]) -> Iterator[Visit]:
    """Yield what lies in a folder and its subfolders, depth first, without recursion."""
    waiting = _enter(folder, seen)
    while waiting:
        item = waiting.pop()
        if isinstance(item, Visit):
            yield item
            continue
        mode = _mode(item)
        if isinstance(mode, Visit):
            yield mode
        elif reason := _passing_reason(item, mode):
            yield Visit(item, "skipped", reason)
        elif stat.S_ISDIR(mode):
            waiting.extend(_enter(item, seen))
        else:
            yield _once(item, seen) or Visit(item, "read")


def _enter(folder: Path, seen: dict[str, Path]) -> list[Path | Visit]:
    """Return the entries of a folder, last first; one Visit when it was met before or is closed."""
    again = _once(folder, seen)
    if again:
        return [again]
    try:
        entries = sorted(folder.iterdir(), key=lambda path: os.fsencode(path.name), reverse=True)
        return [*entries]
    except PermissionError:
        return [Visit(folder, "failed", "文件夹没有读取权限。请修改权限后再试")]
    except OSError as error:
        return [Visit(folder, "failed", f"文件夹无法读取（{error.strerror}）。请检查后再试")]


def _once(path: Path, seen: dict[str, Path]) -> Visit | None:
    """Return a skip when the same file or folder was met under another name; note it otherwise."""
    first = seen.setdefault(os.path.realpath(path), path)
    return (
        None if first is path else Visit(path, "skipped", f"与 {str(first)!r} 是同一处，已经读过")
    )


def _mode(path: Path) -> int | Visit:
    """Return what a path is, links followed; a failed Visit when nobody can tell."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        broken = "是失效的链接，指向的文件不存在" if path.is_symlink() else "不存在"
        return Visit(path, "failed", f"{broken}。请检查路径")
    except PermissionError:
        return Visit(path, "failed", "没有访问权限。请修改权限后再试")
    except (OSError, ValueError) as error:
        return Visit(path, "failed", f"无法访问（{error}）。请检查路径")


def _passing_reason(path: Path, mode: int) -> str:
    """Return why an entry of a folder is passed over, '' when it is not."""
    if path.name.startswith((".", "~$")):
        return "隐藏文件或临时文件"
    if stat.S_ISDIR(mode):
        return "网页附带的文件夹" if _belongs_to_page(path) else ""
    if not stat.S_ISREG(mode):
        return _SPECIAL
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return ""
    kind = f"{suffix} 格式" if suffix else "没有扩展名的文件"
    return f"{kind}不在读取范围。确是报告时请直接指定该文件，或转成 .docx、.html、.txt"


def _belongs_to_page(folder: Path) -> bool:
    """Tell whether a folder holds the pictures and scripts of a saved page beside it."""
    stem, mark, rest = folder.name.rpartition("_files")
    if not mark:
        stem, mark, rest = folder.name.rpartition(".files")
    pages = (folder.with_name(stem + suffix) for suffix in (".html", ".htm", ".shtml", ".doc"))
    return bool(stem and mark and not rest) and any(page.exists() for page in pages)
