"""Who may log in: names and passwords from the settings, checked slowly enough to stop guessing."""

import hmac
import re
import secrets
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Mapping
from hashlib import sha256
from threading import Lock

from pydantic import SecretStr

from assistant.page.gate import is_loopback
from index.errors import MisuseError

FAILURES = 10
WINDOW = 60.0
_ENTRY = re.compile(r"[;\r\n]")


def read_logins(setting: SecretStr | None) -> dict[str, SecretStr]:
    """Return the password by name of NIANBAO_LOGIN; raises MisuseError where an entry is unclear.

    Entries are `name:password`, one a line or with `;` between them; the first colon parts them.
    No message repeats an entry, since it may hold a password.
    """
    logins: dict[str, SecretStr] = {}
    entries = _ENTRY.split(setting.get_secret_value()) if setting else []
    for number, entry in enumerate((one.strip() for one in entries if one.strip()), start=1):
        name, colon, password = (part.strip() for part in entry.partition(":"))
        if not (name and colon and password):
            raise MisuseError(f"NIANBAO_LOGIN 的第 {number} 项不是“名字:密码”。{_FORM}")
        if _plain(name) in logins:
            raise MisuseError(f"NIANBAO_LOGIN 的第 {number} 项与前面的同名。{_FORM}")
        logins[_plain(name)] = SecretStr(_plain(password))
    return logins


def require_login(host: str, logins: Mapping[str, SecretStr]) -> None:
    """Refuse to serve other machines without a login; raises MisuseError that says what to set."""
    if not logins and not is_loopback(host):
        raise MisuseError(
            f"网页绑定在 {host!r}，别的机器也能打开，必须先设登录："
            f"请设环境变量 NIANBAO_LOGIN。{_FORM}只在本机使用时，请用 --host 127.0.0.1。"
        )


class LoginCheck:
    """Says whether a name and a password belong together; what `launch(auth=…)` calls.

    After `FAILURES` failed attempts at one name within `WINDOW` seconds every attempt at it is
    refused until the oldest of them is that long ago. Only names that exist are counted, so that
    made-up ones take no memory; both are answered alike.
    """

    def __init__(
        self, logins: Mapping[str, SecretStr], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._key = secrets.token_bytes(32)
        self._logins = {name: self._digest(p.get_secret_value()) for name, p in logins.items()}
        self._nobody = secrets.token_bytes(32)
        self._failed: dict[str, deque[float]] = {n: deque(maxlen=FAILURES) for n in logins}
        self._clock = clock
        self._lock = Lock()

    def __call__(self, name: str, password: str) -> bool:
        """Return whether the login is right; takes as long whether or not there is such a name."""
        name = _plain(name.strip())
        right = hmac.compare_digest(
            self._digest(_plain(password.strip())), self._logins.get(name, self._nobody)
        )
        with self._lock:
            failed = self._failed.get(name, deque(maxlen=FAILURES))
            now = self._clock()
            if len(failed) == FAILURES and now - failed[0] < WINDOW:
                return False
            if not right:
                failed.append(now)
        return right

    def _digest(self, password: str) -> bytes:
        # Of equal length, whatever was typed: the comparison then tells nothing of the password.
        return hmac.new(self._key, password.encode("utf-8", "surrogatepass"), sha256).digest()


_FORM = "写法：名字:密码；多个之间用分号或换行隔开，密码里不能有分号。"


def _plain(text: str) -> str:
    """Return a text in the one form of its characters, however the keyboard composed them."""
    return unicodedata.normalize("NFC", text)
