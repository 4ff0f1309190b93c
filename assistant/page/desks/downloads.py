"""Files made for one visitor to download, each in a folder of its own that is taken away later."""

import atexit
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path

_KEPT = 3600.0


def fresh_file(name: str) -> Path:
    """Return the path of a new file called `name`; files that are an hour old are taken away."""
    room = _room()
    for old in room.iterdir():
        if time.time() - old.stat().st_mtime > _KEPT:
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=room)) / name


@cache
def _room() -> Path:
    """Return the folder of this process; it goes when the process ends."""
    room = Path(tempfile.mkdtemp(prefix="nianbao-"))
    atexit.register(shutil.rmtree, room, ignore_errors=True)
    return room
