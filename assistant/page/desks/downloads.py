"""Files made for one visitor to download, each in a folder of its own that is taken away later."""

import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from index.errors import OutsideError

_KEPT = 3600.0


def write_fresh(room: Path, name: str, write: Callable[[Path], object]) -> Path:
    """Return a new file called `name` in `room`, as `write` fills it; none when the disk refuses.

    Raises OutsideError that tells why.
    """
    target: Path | None = None
    try:
        target = fresh_file(room, name)
        write(target)
    except OSError as error:
        if target is not None:
            shutil.rmtree(target.parent, ignore_errors=True)
        raise OutsideError(f"写不了文件：{error.strerror or error}。请检查磁盘空间。") from error
    return target


def fresh_file(room: Path, name: str) -> Path:
    """Return the path of a new file called `name` in `room`; files an hour old are taken away."""
    for old in room.iterdir():
        with suppress(FileNotFoundError):  # another visitor's event may have taken it away
            if time.time() - old.lstat().st_mtime > _KEPT:
                shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=room)) / name
