"""Work beside a visitor: errors reach them, leaving is noticed, the newest news, no lost end."""

import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import pytest

from assistant.page.desks.following import LeftError, Tell, Work, awaited, followed

Follow = Callable[[Work[Any]], Iterator[Any]]
LONG = 5.0
VISITOR = ContextVar("visitor", default="")


def with_pace(work: Work[Any]) -> Iterator[Any]:
    return followed(work, 0.01)


def with_beat(work: Work[Any]) -> Iterator[Any]:
    return awaited(work, "start", LONG)


either = pytest.mark.parametrize("follow", [with_pace, with_beat])


class Counting:
    """Work that tells 1, 2, 3, … each time it is let go on; `error` is what ended it."""

    def __init__(self) -> None:
        self.go_on, self.ended = threading.Semaphore(0), threading.Event()
        self.told = 0
        self.error: BaseException | None = None

    def __call__(self, tell: Tell[Any]) -> Any:
        try:
            while self.go_on.acquire(timeout=LONG) and self.told < 5:
                tell(self.told + 1)
                self.told += 1
        except BaseException as error:
            self.error = error
            raise
        finally:
            self.ended.set()
        return "end"


@either
def test_what_work_returns_comes_last_and_is_never_lost(follow: Follow) -> None:
    def work(tell: Tell[Any]) -> Any:
        for number in range(1000):
            tell(number)
        return "end"

    *news, last = follow(work)
    assert last == "end"
    assert news == sorted(set(news)), "news come in order, none twice"
    assert list(follow(lambda tell: "at once")) == ["at once"]


@either
@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyboardInterrupt(), StopIteration()])
def test_error_of_the_work_is_raised_where_it_is_followed(
    follow: Follow, error: BaseException
) -> None:
    def work(tell: Tell[Any]) -> Any:
        tell("news")
        raise error

    with pytest.raises((type(error), RuntimeError)) as raised:
        list(follow(work))
    assert error in (raised.value, raised.value.__cause__)


@either
def test_one_who_was_away_is_told_the_newest_only(follow: Follow) -> None:
    later, all_told, seen = threading.Event(), threading.Event(), threading.Event()

    def work(tell: Tell[Any]) -> Any:
        tell("first")
        later.wait(LONG)
        for number in range(100):
            tell(number)
        all_told.set()
        seen.wait(LONG)
        return "end"

    news = follow(work)
    assert next(news) == "first"
    later.set()
    assert all_told.wait(LONG)
    assert next(news) == 99
    seen.set()
    assert list(news) == ["end"]


def test_news_within_the_pace_are_one_and_the_end_does_not_wait_for_it() -> None:
    def work(tell: Tell[Any]) -> Any:
        for number in range(3):
            tell(number)
            threading.Event().wait(0.01)
        return "end"

    assert list(followed(work, 60.0)) == ["end"]


def test_who_leaves_ends_the_work_that_was_done_for_them() -> None:
    work = Counting()
    work.go_on.release()
    news = awaited(work, 0, LONG)
    assert next(news) == 1
    news.close()  # type: ignore[attr-defined]
    work.go_on.release(10)
    assert work.ended.wait(LONG)
    assert isinstance(work.error, LeftError) and work.told == 1


def test_work_that_tells_nothing_can_ask_whether_anybody_waits() -> None:
    left, raised = threading.Event(), threading.Event()

    def work(tell: Tell[str]) -> str:
        tell.go_on()
        tell("news")
        left.wait(LONG)
        try:
            tell.go_on()
        except LeftError:
            raised.set()
        return "end"

    news = awaited(work, "", LONG)
    assert next(news) == "news"
    news.close()  # type: ignore[attr-defined]
    left.set()
    assert raised.wait(LONG)


def test_work_for_all_goes_on_when_its_visitor_leaves() -> None:
    work = Counting()
    work.go_on.release()
    news = followed(work, 0.01)
    assert next(news) == 1
    news.close()  # type: ignore[attr-defined]
    work.go_on.release(10)
    assert work.ended.wait(LONG)
    assert work.error is None and work.told == 5


def test_silence_is_told_by_the_last_news_again() -> None:
    work = Counting()
    news = awaited(work, 0, 0.05)
    assert [next(news), next(news)] == [0, 0], "before any news: the start"
    work.go_on.release()
    assert next(one for one in news if one) == 1
    assert [next(news), next(news)] == [1, 1]
    work.go_on.release(10)
    assert list(news)[-1] == "end"


@either
def test_nothing_begins_before_it_is_followed(follow: Follow) -> None:
    begun = threading.Event()
    news = follow(lambda tell: begun.set())
    assert not begun.wait(0.05)
    list(news)
    assert begun.is_set()


@either
def test_work_is_done_in_the_context_of_who_follows(follow: Follow) -> None:
    token = VISITOR.set("甲")
    try:
        assert list(follow(lambda tell: VISITOR.get())) == ["甲"]
    finally:
        VISITOR.reset(token)
