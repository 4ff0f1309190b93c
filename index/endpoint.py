"""What every OpenAI-compatible endpoint has, for models and for vectors: address, key, pauses.

Imports no client.
"""

import math
import time
from base64 import b64encode
from collections.abc import Callable
from email.utils import mktime_tz, parsedate_tz
from typing import Any
from urllib.parse import unquote, urlsplit

from index.errors import MisuseError

_HEADERS = {
    "host",
    "accept",
    "accept-encoding",
    "connection",
    "user-agent",
    "content-type",
    "content-length",
    "transfer-encoding",
    "x-stainless-raw-response",  # the client reads it back from the request
}


def checked_address(base_url: str, setting: str) -> str:
    """Return the address of a setting; raises MisuseError when it is none.

    It may hold a password, and is not shown.
    """
    try:
        parts = urlsplit(base_url.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        good = False
    if not good:
        raise MisuseError(
            f"{setting} 不是地址。请写成 http://主机:端口/v1 或 https://主机/v1 的形式。"
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


def only_needed(authorization: str) -> Callable[[Any], None]:
    """Return what takes all headers off a request that the client's environment put there."""

    def strip(request: Any) -> None:
        for name in set(request.headers) - _HEADERS:
            del request.headers[name]
        if authorization:
            request.headers["Authorization"] = authorization

    return strip


def retry_after(header: str | None) -> float | None:
    """Return the seconds of a Retry-After header, in seconds or as a date; None if unreadable."""
    try:
        seconds = float(header or "")
    except ValueError:
        date = parsedate_tz(header) if header else None
        seconds = mktime_tz(date) - time.time() if date else math.nan
    return max(0.0, seconds) if math.isfinite(seconds) else None
