"""An endpoint's address: whether it is one, how it may be shown, and what it says of the key."""

from base64 import b64encode
from urllib.parse import unquote, urlsplit

from index.errors import MisuseError


def checked_address(base_url: str) -> str:
    """Return the address; raises MisuseError when it is none. It may hold a password: not shown."""
    try:
        parts = urlsplit(base_url.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        good = False
    if not good:
        raise MisuseError(
            "NIANBAO_BASE_URL 不是地址。请写成 http://主机:端口/v1 或 https://主机/v1 的形式。"
        )
    return base_url.strip()


def shown_address(base_url: str) -> str:
    """Return the address without user, password and query."""
    parts = urlsplit(base_url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"


def authorization(base_url: str, key: str) -> str:
    """Return the header that a key asks for, else user and password of the address, else none."""
    parts = urlsplit(base_url)
    if key or not parts.username:
        return f"Bearer {key}" if key else ""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"
