"""What Gradio finds around it: none of the environment's switches, and a folder of its own.

To be settled before Gradio is imported, which reads some variables only then.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

# Every variable of Gradio's own, and those by which it takes this for its maker's platform: they
# could share the page, serve more files, start further servers, or open an endpoint of tools.
_REMOVED = ("GRADIO_", "SPACE_", "SPACES_", "OAUTH_", "OPENID_", "KAGGLE_KERNEL_RUN_TYPE")
_SET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    # After every event Gradio makes a table of the last 10,000: slower and larger with each.
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(2**31),
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SHARE": "False",
    "GRADIO_MCP_SERVER": "False",
    "GRADIO_SSR_MODE": "False",
    "GRADIO_FLAGGING_MODE": "never",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
}
_LOCAL = ("localhost", "127.0.0.1", "::1")


class Folders(NamedTuple):
    """Where this run of the page keeps files: uploads in `own`, what it serves in `downloads`."""

    own: Path
    downloads: Path


@contextmanager
def settle_environment(cache: Path, bound: str = "127.0.0.1") -> Iterator[Folders]:
    """Give Gradio its surroundings, and a folder for this run alone, which goes with it.

    What an earlier run left, because it was killed, is removed; a run that still lives keeps its
    own. `bound` is the address to serve at: asking it goes past any proxy.
    """
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    cache.chmod(0o700)
    with ExitStack() as stack:
        with FileLock(cache / "page.lock"):
            _remove_left(cache)
            own = Path(tempfile.mkdtemp(prefix="run-", dir=cache)).resolve()
            stack.enter_context(FileLock(_lock_of(own)))
            stack.callback(_remove, own)
        downloads = own / "downloads"
        downloads.mkdir(mode=0o700)
        _set_variables(own, bound)
        yield Folders(own, downloads)


def _set_variables(own: Path, bound: str) -> None:
    for name in [one for one in os.environ if one.startswith(_REMOVED)]:
        del os.environ[name]
    if os.environ.get("SYSTEM") == "spaces":
        del os.environ["SYSTEM"]
    os.environ |= _SET | {
        "GRADIO_TEMP_DIR": str(own),
        "GRADIO_EXAMPLES_CACHE": str(own / "examples"),
    }
    # Gradio asks its own server whether it is there; a proxy must not be told of it.
    for name in ("NO_PROXY", "no_proxy"):
        known = [one for one in os.environ.get(name, "").split(",") if one.strip()]
        os.environ[name] = ",".join(dict.fromkeys((*known, *_LOCAL, bound.strip("[]"))))


def _remove_left(cache: Path) -> None:
    """Remove the folders of runs that are no more: their lock can be had."""
    for left in cache.glob("run-*"):
        if left.is_dir() and not left.is_symlink():
            with suppress(Timeout), FileLock(_lock_of(left), timeout=0):
                _remove(left)


def _remove(own: Path) -> None:
    shutil.rmtree(own, ignore_errors=True)
    _lock_of(own).unlink(missing_ok=True)


def _lock_of(own: Path) -> Path:
    return own.with_name(f"{own.name.removeprefix('run-')}.lock")
