"""Work done in a thread beside the visitor who follows it; knows nothing of what the work does.

A visitor who waits can always leave, and one who reads slowly is told the newest, not everything.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class LeftError(Exception):
    """Nobody waits for the work any more."""


class Tell(Generic[T]):
    """What work tells its news to; raises LeftError there once nobody waits for them."""

    def __init__(self) -> None:
        self._news: SimpleQueue[T | Future[T]] = SimpleQueue()
        self._left = Event()

    def __call__(self, news: T) -> None:
        """Tell news."""
        self.go_on()
        self._news.put(news)

    def go_on(self) -> None:
        """Raise LeftError when nobody waits any more: for work that has nothing to tell yet."""
        if self._left.is_set():
            raise LeftError

    def leave(self) -> None:
        """Wait no longer: the work ends at the next thing that it would tell."""
        self._left.set()

    def end(self, work: "Work[T]") -> None:
        """Do the work to its end, and tell that."""
        future: Future[T] = Future()
        try:
            future.set_result(work(self))
        except BaseException as error:  # raised again where the visitor is told
            future.set_exception(error)
        self._news.put(future)

    def newest(self, within: float, beat: float | None) -> T | Future[T]:
        """Return what was told last `within` seconds after the first news; the end at once.

        Raises queue.Empty when there is no news for `beat` seconds.
        """
        news = self._news.get(timeout=beat)
        until = time.monotonic() + within
        while not isinstance(news, Future):
            try:
                news = self._news.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                break
        return news


Work = Callable[[Tell[T]], T]


def followed(work: Work[T], pace: float) -> Iterator[T]:
    """Do `work` to its end even when the visitor leaves; yield its news, at last what it returns.

    News come `pace` seconds apart, the newest only. An error of the work is raised here.
    """
    tell = _begun(work)
    while not isinstance(news := tell.newest(pace, None), Future):
        yield news
    yield news.result()


def awaited(work: Work[T], start: T, beat: float) -> Iterator[T]:
    """Do `work` while the visitor waits; yield its newest news, at last what it returns.

    Without news the last is yielded again every `beat` seconds, `start` before there is any, so
    that one who leaves is noticed: ending the iteration ends the work. Its error is raised here.
    """
    tell, last = _begun(work), start
    try:
        while True:
            try:
                news = tell.newest(0.0, beat)
            except Empty:
                yield last
                continue
            if isinstance(news, Future):
                yield news.result()
                return
            last = news
            yield last
    finally:
        tell.leave()


def _begun(work: Work[T]) -> Tell[T]:
    """Begin `work` in a thread that knows what its beginner's context says."""
    tell = Tell[T]()
    Thread(target=copy_context().run, args=(tell.end, work), daemon=True).start()
    return tell
