"""What a browser may do with the page: run its own scripts, ask its own server, nothing else.

Every script that stands in the page itself is named by its hash, so that one smuggled in by a
report, a file's name or a question would not run even if a view forgot to escape it.
"""

import json
import re
from base64 import b64encode
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

# Gradio builds functions out of text ('unsafe-eval') and sets style attributes.
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'{hashes}; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self' blob:; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
    "display-capture=(), browsing-topics=()",
}
_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_CONFIG = re.compile(rb"window\.gradio_config = (\{.*?\});</script>", re.DOTALL)
_API_INFO = re.compile(rb"(window\.gradio_api_info = )\{.*?\}(;</script>)", re.DOTALL)
_NO_API = rb'\1{"named_endpoints":{},"unnamed_endpoints":{}}\2'


def secured(send: Send) -> Send:
    """Return a send that puts the headers of safety on an answer that does not have them yet."""

    async def give(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("content-security-policy", _POLICY.format(hashes=""))
            for name, value in _HEADERS.items():
                headers[name] = value
        await send(message)

    return give


class PageSender:
    """Holds the page back until it is whole, to name its scripts and to hide what needs a login."""

    def __init__(self, send: Send, *, hide_api: bool) -> None:
        self._send, self._hide_api = send, hide_api
        self._start: Message = {}
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        """Take a part of the answer; the last one sends all of it."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body", False):
            return
        body = bytes(self._body)
        if self._hide_api:
            body = _API_INFO.sub(_NO_API, body)
        headers = MutableHeaders(scope=self._start)
        headers["content-security-policy"] = policy_of(body)
        headers["cache-control"] = "no-store"
        if "content-length" in headers and body:
            headers["content-length"] = str(len(body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})


def policy_of(page: bytes) -> str:
    """Return the policy of a page: the scripts in it and in the head that it configures may run."""
    config = _CONFIG.search(page)
    head = json.loads(config[1]).get("head") if config else None
    scripts = _SCRIPT.findall(page) + _SCRIPT.findall((head or "").encode())
    digests = dict.fromkeys(_digest(script) for script in scripts)
    return _POLICY.format(hashes="".join(f" 'sha256-{one}'" for one in digests))


def _digest(script: bytes) -> str:
    # A browser reads every line end as one line feed before it hashes.
    text = script.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return b64encode(sha256(text).digest()).decode()
