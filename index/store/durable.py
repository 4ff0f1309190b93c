"""Files that survive a crash: replaced in one step and synced, and how readers see the change."""

import os
from pathlib import Path

Stamp = tuple[int, int, int]


def replace_text(path: Path, text: str) -> None:
    """Make `text` the content of `path`, durably; a crash leaves the old file or the new, whole.

    Raises OSError; the folder must be there.
    """
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the entries of `folder` durable, where the system can (Windows cannot)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stamp_of(path: Path) -> Stamp:
    """Return what changes whenever a file is replaced; zeros when it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)
