"""Logins of the page, and the addresses that need one."""

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from assistant.cli import build_app
from assistant.page.gate import is_loopback
from assistant.page.login import FAILURES, LoginCheck, read_logins, require_login
from assistant.settings import Settings
from index.errors import MisuseError


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
