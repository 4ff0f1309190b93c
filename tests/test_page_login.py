"""Logins of the page, the address it may be bound to, and what it leaves of the environment."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from pydantic import SecretStr
from typer.testing import CliRunner

from assistant.cli import build_app
from assistant.page.gate import is_loopback
from assistant.page.login import FAILURES, LoginCheck, read_logins, require_login
from assistant.page.surroundings import settle_environment
from assistant.settings import Settings
from index.errors import MisuseError

ROOT = Path(__file__).parents[1]


class Clock:
    """A clock that stands until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def logins(text: str) -> dict[str, SecretStr]:
    return read_logins(SecretStr(text))


@pytest.mark.parametrize(
    "text", ["甲:密码一;乙:b:c", "甲:密码一\n乙:b:c\n", " 甲 : 密码一 ;; 乙:b:c;\r\n"]
)
def test_logins_are_parted_by_lines_or_semicolons(text: str) -> None:
    read = {name: password.get_secret_value() for name, password in logins(text).items()}
    assert read == {"甲": "密码一", "乙": "b:c"}


def test_no_setting_is_no_login() -> None:
    assert read_logins(None) == {} == logins(" \n;")


@pytest.mark.parametrize(
    "text", ["甲", "甲:", ":hidden", "甲:x;hidden", "甲:x\n甲:hidden", "é:x;é:hidden"]
)
def test_an_unclear_login_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(MisuseError, match="NIANBAO_LOGIN") as caught:
        logins(text)
    assert "hidden" not in str(caught.value)


def test_the_setting_is_read_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_LOGIN", "甲:hidden")
    setting = Settings().login
    assert setting is not None and setting.get_secret_value() == "甲:hidden"
    assert "hidden" not in repr(Settings())


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.2", "localhost", "::1", "[::1]", "LOCALHOST"]
)
def test_this_machine_alone_needs_no_login(host: str) -> None:
    assert is_loopback(host)
    require_login(host, {})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]", "", "192.168.1.5", "nianbao.example.cn"])
def test_any_other_address_needs_one(host: str) -> None:
    with pytest.raises(MisuseError, match="NIANBAO_LOGIN"):
        require_login(host, {})
    require_login(host, logins("甲:x"))


def test_only_the_right_pair_logs_in() -> None:
    check = LoginCheck(logins("甲:一;乙:二"), Clock())
    assert check("甲", "一") and check("乙", "二") and check(" 甲 ", "一")
    for name, password in (("甲", "二"), ("丙", "一"), ("", ""), ("甲", ""), ("甲", "一" * 10_000)):
        assert not check(name, password)
    assert not check("\ud800", "\ud800")


def test_a_name_is_one_however_it_was_typed() -> None:
    assert LoginCheck(logins("é:é"), Clock())("é", "é")


def test_guessing_is_stopped_and_let_on_after_a_while() -> None:
    clock = Clock()
    check = LoginCheck(logins("甲:一;乙:二"), clock)
    for number in range(FAILURES):
        clock.now = float(number)
        assert not check("甲", "错")
    assert not check("甲", "一")
    assert check("乙", "二")
    clock.now = 59.0
    assert not check("甲", "一")
    clock.now = 60.0
    assert check("甲", "一")


def test_made_up_names_stop_nobody() -> None:
    check = LoginCheck(logins("甲:一"), Clock())
    for number in range(1000):
        assert not check(f"没有{number}", "一")
    assert check("甲", "一")


def test_serving_takes_a_host_and_says_what_it_needs() -> None:
    shown = CliRunner().invoke(build_app(), ["serve", "--help"])
    assert "--host" in shown.output and "NIANBAO_LOGIN" in shown.output


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
