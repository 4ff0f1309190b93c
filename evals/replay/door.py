"""An endpoint that replays kept replies, records new ones, or only calls; counts what cases take.

`replay` never calls out; `record` calls for what is not kept, and keeps it; `live` always calls and
keeps nothing. A failure is never kept. What a case took is counted in its `Tally`, with the seconds
of the time when the reply was made.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from assistant.model.wire import Endpoint, Fault, Piece, Request, put_together
from evals.replay.exchange import Exchange, Said, digest, key_of
from evals.replay.tape import Tape

Replies = Literal["replay", "record", "live"]
_COPIED = re.compile(r"[一-鿿，、“”]{14,}")
_OWN_FAULTS = ("refused", "context")  # what the model cannot do is no failure of the line


@dataclass
class Tally:
    """What one case took; `wall` are the seconds really spent waiting for the endpoint.

    `failure` says what the last request of the case ended in when that was no reply.
    """

    case: str
    prompt: str = ""
    repeat: int = 0
    private: bool = False
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    wall: float = 0.0
    withheld: int = 0
    keys: list[str] = field(default_factory=list)
    failure: str = ""


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def tallied(tally: Tally) -> Iterator[Tally]:
    """Count every request made in this block (and thread) for the case of `tally`."""
    token = _tally.set(tally)
    try:
        yield tally
    finally:
        _tally.reset(token)


class TapedEndpoint:
    """The endpoint `called` behind a tape; `called` is None in replay, where nothing is called.

    `secrets` are never written: they are taken out of whatever is kept.
    """

    def __init__(
        self, tape: Tape, replies: Replies, provider: str, name: str,
        called: Endpoint | None = None, secrets: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.name, self.address = name, called.address if called else f"tape:{provider}"
        self._tape, self._replies, self._provider = tape, replies, provider
        self._called = called
        self._secrets = tuple(secret for secret in secrets if len(secret) > 3)

    def listed(self) -> Sequence[Mapping[str, Any]]:
        """Return the entries of /models; none in replay."""
        return self._called.listed() if self._called else ()

    def send(self, request: Request, deadline: float) -> Iterator[Piece]:
        """Yield the reply, kept or new."""
        tally = _tally.get() or Tally(case="")
        key = key_of(self._provider, self.name, request, tally.repeat)
        tally.keys.append(key)
        kept = None if self._replies == "live" else self._tape.find(key)
        if kept is not None:
            _count(tally, kept)
            yield kept.piece()
            return
        if self._called is None or self._replies == "replay":
            tally.failure = "没有录制这次请求的回答"
            raise Fault("missing", f"没有录制 {tally.case!r} 的回答（{key[:12]}）", 404)
        try:
            yield from self._new(key, request, deadline, tally, self._called.send)
        except Fault as fault:
            if fault.kind not in _OWN_FAULTS:
                tally.failure = f"{fault.kind} {fault.detail}".strip()
            raise

    def _new(
        self, key: str, request: Request, deadline: float, tally: Tally,
        send: Callable[[Request, float], Iterator[Piece]],
    ) -> Iterator[Piece]:  # fmt: skip
        """Yield a new reply, and keep it when it came to its end."""
        started = time.monotonic()
        first = 0.0
        pieces = []
        coming = send(request, deadline)
        try:
            for piece in coming:
                if not first and (piece.text or piece.thought or piece.arguments):
                    first = time.monotonic() - started
                pieces.append(piece)
                yield piece
        except GeneratorExit:
            # A chain has read enough; what is kept must be whole, or it could not be replayed.
            if self._replies == "record":
                pieces += coming
                self._settle(key, request, tally, pieces, started, first)
            raise
        self._settle(key, request, tally, pieces, started, first)

    def _settle(
        self, key: str, request: Request, tally: Tally, pieces: Sequence[Piece],
        started: float, first: float,
    ) -> None:  # fmt: skip
        """Count a reply that came, and keep it when it came to its end."""
        seconds = time.monotonic() - started
        tally.wall += seconds
        exchange = self._exchange(key, request, tally, pieces, (seconds, first or seconds))
        _count(tally, exchange)
        if request.stream and exchange.finish is None:
            return  # cut in the middle: a failure
        if self._replies == "record":
            if tally.private and _copies(exchange, request):
                tally.withheld += 1
                return
            shared = {m.digest: self._clean(t.content) for m, t in
                      zip(exchange.messages, request.messages, strict=True)
                      if m.role == "system"}  # fmt: skip
            self._tape.keep(exchange, shared)

    def _exchange(
        self, key: str, request: Request, tally: Tally, pieces: Sequence[Piece],
        took: tuple[float, float],
    ) -> Exchange:  # fmt: skip
        whole = put_together(pieces)
        hidden = tally.private
        return Exchange(
            key=key, provider=self._provider, model=self.name, prompt=tally.prompt,
            case=tally.case, repeat=tally.repeat, parameters=dict(request.extras),
            messages=tuple(
                Said(role=m.role, digest=digest(m.content), length=len(m.content),
                     text=None if hidden or m.role == "system" else self._clean(m.content))
                for m in request.messages
            ),
            text=self._clean("".join(p.text for p in pieces)),
            thought=self._clean("".join(p.thought for p in pieces)),
            arguments=self._clean("".join(p.arguments for p in pieces)),
            finish=whole.finish, prompt_tokens=whole.prompt_tokens,
            completion_tokens=whole.completion_tokens, seconds=round(took[0], 3),
            first_seconds=round(took[1], 3),
            recorded=datetime.now(UTC).date().isoformat(),
        )  # fmt: skip

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def _count(tally: Tally, exchange: Exchange) -> None:
    tally.calls += 1
    tally.prompt_tokens += exchange.prompt_tokens
    tally.completion_tokens += exchange.completion_tokens
    tally.seconds += exchange.seconds
    tally.failure = ""


def _copies(exchange: Exchange, request: Request) -> bool:
    """Tell whether a reply copies a long run of what was sent: a report that is not ours."""
    sent = "".join(m.content for m in request.messages if m.role == "user")
    return any(run in sent for run in _COPIED.findall(exchange.text + exchange.arguments))
