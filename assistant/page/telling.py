"""Lets what an event does tell its errors in words, whether it gives one result or streams."""

import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

Event = Callable[..., Any]


def told(act: Event, shown: Callable[[Exception], Exception]) -> Event:
    """Return `act`, raising what `shown` makes of its errors; its signature is kept."""
    if inspect.isgeneratorfunction(act):

        @wraps(act)
        def streamed(*given: Any) -> Iterator[Any]:
            try:
                yield from act(*given)
            except Exception as error:
                raise shown(error) from error

        return streamed

    @wraps(act)
    def once(*given: Any) -> Any:
        try:
            return act(*given)
        except Exception as error:
            raise shown(error) from error

    return once
