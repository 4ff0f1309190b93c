"""Files made for one visitor to download, each in a folder of its own that is taken away later."""

import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_KEPT = 3600.0


def fresh_file(room: Path, name: str) -> Path:
    """Return the path of a new file called `name` in `room`; files an hour old are taken away."""
    for old in room.iterdir():
        with suppress(FileNotFoundError):  # another visitor's event may have taken it away
            if time.time() - old.lstat().st_mtime > _KEPT:
                shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=room)) / name
