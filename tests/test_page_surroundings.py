"""What of the environment reaches Gradio, and the folder that a run of the page has."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.page.surroundings import settle_environment

ROOT = Path(__file__).parents[1]


OPENING = {
    "GRADIO_SHARE": "True", "GRADIO_ALLOWED_PATHS": "/", "GRADIO_ROOT_PATH": "/x",
    "GRADIO_MCP_SERVER": "True", "GRADIO_NUM_WORKERS": "3", "GRADIO_SERVER_NAME": "0.0.0.0",
    "GRADIO_VIBE_MODE": "1", "GRADIO_WATCH_DIRS": "/", "GRADIO_LOCAL_DEV_MODE": "1",
    "GRADIO_ANALYTICS_ENABLED": "True", "GRADIO_RUN_HISTORY": "True", "SYSTEM": "spaces",
    "GRADIO_HISTORY_BUCKET": "a/b", "SPACE_ID": "a/b", "OAUTH_CLIENT_ID": "x", "no_proxy": "a.cn",
    "GRADIO_NEVER_HEARD_OF": "True",
}  # fmt: skip
REPORT = """
import json, os, sys
from pathlib import Path
from assistant.page.surroundings import settle_environment
with settle_environment(Path(sys.argv[1]), "10.0.0.5") as folders:
    assert "gradio" not in sys.modules
    print(json.dumps([dict(os.environ), *map(str, folders)]))
    if len(sys.argv) > 2:
        os.kill(os.getpid(), 9)
"""


def settled(cache: Path, *more: str) -> tuple[dict[str, str], Path, Path]:
    """Return the environment and folders of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-uc", REPORT, str(cache), *more],
        env=os.environ | OPENING, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    environment, own, downloads = json.loads(done.stdout)
    return environment, Path(own), Path(downloads)


def test_no_switch_of_the_environment_reaches_gradio(tmp_path: Path) -> None:
    found, own, downloads = settled(tmp_path / "cache")
    kept = {name: value for name, value in found.items() if name in OPENING}
    assert set(kept) == {
        "GRADIO_SHARE", "GRADIO_MCP_SERVER", "GRADIO_ANALYTICS_ENABLED", "GRADIO_RUN_HISTORY",
        "no_proxy",
    }  # fmt: skip
    assert kept.pop("no_proxy") == "a.cn,localhost,127.0.0.1,::1,10.0.0.5"
    assert set(kept.values()) == {"False"}
    assert found["HF_HUB_DISABLE_TELEMETRY"] == "1"
    assert Path(found["GRADIO_TEMP_DIR"]) == own == downloads.parent
    assert Path(found["GRADIO_EXAMPLES_CACHE"]).is_relative_to(own)
    assert not own.exists()


@pytest.fixture
def environment() -> Iterator[None]:
    """Give the environment back as it was."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("environment")
def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    with settle_environment(tmp_path / "cache") as folders:
        for folder in (tmp_path / "cache", folders.own, folders.downloads):
            assert folder.stat().st_mode & 0o077 == 0
        with settle_environment(tmp_path / "cache") as second:
            assert second.own != folders.own
        assert folders.downloads.is_dir()
    assert [one.name for one in (tmp_path / "cache").iterdir()] in ([], ["page.lock"])


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    _, left, _ = settled(cache, "kill")
    assert left.is_dir()
    living = cache / "run-living"
    living.mkdir()
    with FileLock(cache / "living.lock"):
        settled(cache)
        assert living.is_dir()
    assert not left.exists()
    settled(cache)
    assert not living.exists()
