"""Limits on what a request brings: bytes, parts of an upload, and what a call may name.

A body is counted while it comes in, and refused at the first byte too many.
"""

import re
from typing import Any, NamedTuple

from pydantic_core import from_json
from starlette.formparsers import MultiPartException
from starlette.types import Message, Receive, Send

from assistant.page.gate.refusal import Refusal

_BOUNDARY = re.compile(
    r"multipart/form-data\s*;.*?\bboundary=(?:\"([^\"]{1,200})\"|([^;\s]{1,200}))"
)
_MEGA = 2**20


class Limits(NamedTuple):
    """How much one request may bring; `free` is what an upload must leave of the disk."""

    body: int = 4 * _MEGA
    upload: int = 256 * _MEGA
    parts: int = 1000
    free: int = 256 * _MEGA


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the whole body; refuses one of more than `limit` bytes before it is all read."""
    held = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "gate.cut")
        held += message.get("body", b"")
        if len(held) > limit:
            raise Refusal(413, "gate.large", limit=limit // _MEGA or 1)
        if not message.get("more_body", False):
            return bytes(held)


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a receive that gives `body` once and then what follows it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give


def read_call(body: bytes) -> dict[str, Any]:
    """Return what a call says; refuses what is no JSON object, or names an address as a file.

    Gradio fetches a file that is named by an address, so a visitor could make this machine ask
    any other; of uploads only the paths that the upload gave are taken.
    """
    try:
        said = from_json(body)  # of bounded depth, which ends before Python's own stack does
    except ValueError:
        raise Refusal(400, "gate.body") from None
    if not isinstance(said, dict):
        raise Refusal(400, "gate.body")
    if names_address(said):
        raise Refusal(403, "gate.address")
    return said


def names_address(said: object) -> bool:
    """Tell whether some object within names an address where Gradio expects an uploaded file."""
    return any(_is_address(part) for part in _parts(said))


def _parts(said: object) -> list[dict[str, Any]]:
    """Return every object within; not by recursion, since the sender chooses the depth."""
    found, waiting = [], [said]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            found.append(part)
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += part
    return found


def _is_address(part: dict[str, Any]) -> bool:
    """Return whether an object names a file by an address rather than by a path."""
    path = part.get("path")
    return isinstance(path, str) and "meta" in part and "://" in path


class UploadMeter:
    """Stands between an upload and Gradio; ends it when it brings too much or breaks off.

    It ends it by the parser's own error: then Gradio removes the parts that it has on disk. By
    any other error, and by a connection that breaks off, they would stay.
    """

    def __init__(self, receive: Receive, send: Send, content_type: str, limits: Limits) -> None:
        self._receive, self._send, self._limits = receive, send, limits
        self._boundary = _boundary(content_type)
        self._bytes = self._parts = 0
        self._tail = b""
        self._done = self.answered = False
        self.refusal: Refusal | None = None

    async def receive(self) -> Message:
        """Return the next piece of the body; raises MultiPartException when there must be none."""
        message = await self._receive()
        if self._done:
            return message
        if message["type"] == "http.disconnect":
            self._done = True
            raise MultiPartException("cut")
        self._done = not message.get("more_body", False)
        self._count(message.get("body", b""))
        if self.refusal:
            self._done = True
            raise MultiPartException("too much")
        return message

    async def send(self, message: Message) -> None:
        """Pass an answer on, unless the upload was refused: then the refusal is the answer."""
        if self.refusal is None:
            self.answered = True
            await self._send(message)

    def _count(self, piece: bytes) -> None:
        self._bytes += len(piece)
        if self._bytes > self._limits.upload:
            self.refusal = too_large(self._limits)
        # A boundary may be split between two pieces.
        seen = self._tail + piece
        self._parts += seen.count(self._boundary)
        kept = len(self._boundary) - 1
        last = seen.rfind(self._boundary)
        self._tail = seen[max(len(seen) - kept, last + len(self._boundary) if last >= 0 else 0) :]
        # The last boundary closes the last part and opens none.
        if self._parts > self._limits.parts + 1:
            self.refusal = Refusal(413, "gate.parts", limit=self._limits.parts)


def too_large(limits: Limits) -> Refusal:
    """Return the refusal of an upload of too many bytes."""
    return Refusal(413, "gate.upload", limit=limits.upload // _MEGA or 1)


def _boundary(content_type: str) -> bytes:
    """Return the bytes that stand before every part; refuses what is no form of files."""
    found = _BOUNDARY.match(content_type)
    if found is None:
        raise Refusal(400, "gate.body")
    return b"--" + (found[1] or found[2]).encode("latin-1")
