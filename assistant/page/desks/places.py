"""Places in a text as a click asks for them: whole numbers and spans, read from its words."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from index.errors import MisuseError

WINDOW = 16_000  # characters shown before a place, and after it
_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)
_MOST_SPANS = 400


class Span(NamedTuple):
    """A stretch of a text; empty where a blank cell stands."""

    start: int
    end: int


def whole(said: str) -> int | None:
    """Return the whole number that a click says, None when it says none."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def spans_in(said: str, size: int, text: str, remedy: str) -> tuple[Span, ...]:
    """Return the spans of `said` ("12-15 40-42"), once each, in a text of `size` characters.

    Raises MisuseError, which calls the text `text` and ends with `remedy`, when there is none or
    one lies outside.
    """
    found: dict[Span, None] = {}
    for part in said.split()[:_MOST_SPANS]:
        match = _SPAN.fullmatch(part)
        span = Span(int(match[1]), int(match[2])) if match else Span(1, 0)
        if not span.start <= span.end <= size:
            raise MisuseError(f"{text}里没有 {part!r} 这个位置。{remedy}")
        found[span] = None
    if not found:
        raise MisuseError(f"没有写明要看{text}的哪个位置。{remedy}")
    return tuple(found)


def joined(spans: Iterable[tuple[int, int]]) -> list[Span]:
    """Return spans in order, those that overlap made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start < found[-1].end:
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return found
