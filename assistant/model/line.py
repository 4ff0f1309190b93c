"""A line to an endpoint: sends requests again where that helps, never too many at a time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, count
from threading import BoundedSemaphore, Lock
from typing import NamedTuple, TypeVar

from assistant.model.retry import pause_before
from assistant.model.wire import Endpoint, Fault, Piece, Request, Whole, put_together
from assistant.model_reply import Usage

Given = TypeVar("Given")
_MOST = 200_000  # characters of one reply, its thinking text included


class Limits(NamedTuple):
    """The seconds of silence and of a whole call, attempts after the first, calls at a time."""

    silence: float = 60.0
    total: float = 600.0
    retries: int = 3
    at_once: int = 2


class Line:
    """Sends requests to `endpoint`; every method may raise Fault."""

    def __init__(
        self, endpoint: Endpoint, limits: Limits, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.endpoint = endpoint
        self._limits = limits
        self._sleep = sleep
        self._gate = BoundedSemaphore(limits.at_once)
        self._lock = Lock()
        # Some servers end a running stream when another request comes; then replies come whole.
        self._unstreamed = False
        self.usage = Usage()

    def whole(self, request: Request, thinking: bool = False) -> Whole:
        """Return the whole reply; one that was cut is asked for once more, unstreamed."""
        if self._unstreamed:
            request = request._replace(stream=False)
        try:
            return self.reply(request, thinking)
        except Fault as fault:
            if fault.kind != "cut" or not request.stream:
                raise
        self._unstreamed = True
        return self.reply(request._replace(stream=False), thinking)

    def pieces(self, request: Request) -> Iterator[Piece]:
        """Yield the reply as it comes; nothing is sent again once something has come."""

        def opened(deadline: float) -> Iterator[Piece]:
            pieces = self._once(request, deadline)
            return chain([next(pieces, Piece())], pieces)

        yield from self._persist(opened)

    def reply(self, request: Request, thinking: bool = False) -> Whole:
        """Return the whole reply, asked for as the request says."""

        def taken(deadline: float) -> Whole:
            start = time.monotonic()
            first: list[float] = []
            pieces = []
            for piece in self._once(request, deadline):
                if piece.text or piece.thought or piece.arguments:
                    first.append(time.monotonic() - start)
                pieces.append(piece)
            whole = put_together(pieces, thinking)
            seconds = time.monotonic() - start
            return whole._replace(first_seconds=[*first, seconds][0], seconds=seconds)

        return self._persist(taken)

    def _persist(self, call: Callable[[float], Given]) -> Given:
        """Return what `call` gives, called again after faults that pass."""
        deadline = time.monotonic() + self._limits.total
        for attempt in count(1):
            try:
                return call(deadline)
            except Fault as fault:
                pause = pause_before(fault, attempt)
                late = pause is None or time.monotonic() + pause > deadline
                if late or attempt > self._limits.retries:
                    raise
            self._sleep(pause or 0.0)
        raise AssertionError

    def _once(self, request: Request, deadline: float) -> Iterator[Piece]:
        """Yield the reply of one request, and count what it took; a cut stream is a fault."""
        start = time.monotonic()
        finish, prompt, completion = None, 0, 0
        with self._turn(deadline):
            try:
                for piece in _bounded(self.endpoint.send(request, deadline)):
                    finish = piece.finish or finish
                    prompt = max(prompt, piece.prompt_tokens)
                    completion = max(completion, piece.completion_tokens)
                    yield piece
                if request.stream and finish is None:
                    raise Fault("cut", "没有结束标记")
            finally:
                self._count(prompt, completion, time.monotonic() - start)

    @contextmanager
    def _turn(self, deadline: float) -> Iterator[None]:
        """Wait until fewer than the allowed number of calls run."""
        if not self._gate.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise Fault("late", "等不到空闲的连接")
        try:
            yield
        finally:
            self._gate.release()

    def _count(self, prompt: int, completion: int, seconds: float) -> None:
        spent = Usage(calls=1, prompt_tokens=prompt, completion_tokens=completion, seconds=seconds)
        with self._lock:
            self.usage = self.usage + spent


def _bounded(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Yield the pieces; a reply that has no end is a fault."""
    length = 0
    for piece in pieces:
        length += len(piece.text) + len(piece.thought) + len(piece.arguments)
        if length > _MOST:
            raise Fault("endless")
        yield piece
