"""Stretches of prose to spans of at most 400 characters: paragraphs joined, long ones cut.

A cut falls between sentences unless a sentence is longer itself; a heading stays with what follows.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.passages.stretches import Stretch
from index.passages.words import passage_words

LIMIT = 400
_ENOUGH = 100  # a passage of this length ends where a sub-heading begins
_HEADING_LINE, _HEADING_INSIDE = 60, 40
_WRAPPED = 20  # a shorter line was not broken for want of room
_ENDS = "。!?;:…\"'》)]"


class Unit(NamedTuple):
    """A paragraph with the headings on top of it; nothing is cut before `floor`.

    `heading` is the span of its own sub-heading, None when it goes on under the one before.
    """

    start: int
    end: int
    section: int
    floor: int
    heading: tuple[int, int] | None


class Span(NamedTuple):
    """A passage to be, and the span of its sub-heading."""

    start: int
    end: int
    section: int
    heading: tuple[int, int] | None


def pack(plain: str, stretches: Sequence[Stretch]) -> Iterator[Span]:
    """Yield the spans of the passages in order."""
    for block in _blocks(plain, stretches):
        current: Span | None = None
        heading: tuple[int, int] | None = None
        for unit in _units(plain, block):
            heading = unit.heading or heading
            if current is not None and _joins(current, unit):
                current = current._replace(end=unit.end)
                continue
            if current is not None:
                yield current
            *whole, (start, end) = _cut(plain, unit)
            yield from (Span(a, b, unit.section, heading) for a, b in whole)
            current = Span(start, end, unit.section, heading)
        if current is not None:
            yield current


def _joins(current: Span, unit: Unit) -> bool:
    """Tell whether a unit is put into the passage before it."""
    if unit.end - current.start > LIMIT:
        return False
    return unit.heading is None or current.end - current.start < _ENOUGH


def _blocks(plain: str, stretches: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    """Yield runs of prose lines that only ornaments part, within one section each."""
    block: list[Stretch] = []
    for stretch in stretches:
        if stretch.kind == "ornament":
            continue
        start, end = _trimmed(plain, stretch.start, stretch.end)
        prose = stretch.kind == "prose" and start < end
        if block and (not prose or stretch.section != block[-1].section):
            yield block
            block = []
        if prose:
            block.append(stretch._replace(start=start, end=end))
    if block:
        yield block


def _trimmed(plain: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the white space and bars around it."""
    text = plain[start:end]
    start += len(text) - len(text.lstrip(" \t\n|"))
    return start, start + len(text.strip(" \t\n|"))


def _units(plain: str, block: Sequence[Stretch]) -> Iterator[Unit]:
    """Yield the paragraphs of a block, each with the headings on top of it."""
    current: Unit | None = None
    for line in block:
        own = _heading(plain, line)
        whole = own is not None and own[1] >= line.end
        if current is not None and _goes_on(plain, current, own):
            floor = line.end if whole else current.floor
            current = Unit(current.start, line.end, line.section, floor, own or current.heading)
        else:
            if current is not None:
                yield current
            floor = line.end if whole else line.start
            current = Unit(line.start, line.end, line.section, floor, own)
    if current is not None:
        yield current


def _goes_on(plain: str, unit: Unit, own: tuple[int, int] | None) -> bool:
    """Tell whether a line continues the unit: under its heading, or a paragraph set in lines."""
    if unit.floor == unit.end:
        return True
    opening = plain.rfind("\n", unit.start, unit.end) + 1 or unit.start
    wrapped = unit.end - opening >= _WRAPPED and plain[unit.end - 1] not in _ENDS
    return own is None and wrapped


def _heading(plain: str, line: Stretch) -> tuple[int, int] | None:
    """Return the span of the sub-heading that a line is or begins with; None without one."""
    opening = passage_words().opening.match(plain, line.start, line.end)
    marked = plain[line.start] == "#"
    if opening is None and not marked:
        return None
    end = _first_end(plain, line)
    if end == line.end and line.end - line.start <= _HEADING_LINE:
        return line.start, line.end
    inside = end - line.start <= _HEADING_INSIDE and plain[end - 1] in "。:"
    return (line.start, end) if inside else None


def _first_end(plain: str, line: Stretch) -> int:
    """Return where the first clause of a line ends that a full stop or colon closes."""
    ends = [plain.find(mark, line.start, line.end) for mark in "。!?:;"]
    return min((place + 1 for place in ends if place >= 0), default=line.end)


def _cut(plain: str, unit: Unit) -> list[tuple[int, int]]:
    """Return the spans a unit is cut into, one when it is short enough."""
    spans: list[tuple[int, int]] = []
    start, end = unit.start, unit.end
    while end - start > LIMIT:
        place = _best_cut(plain, max(start + 1, unit.floor + 1), start + LIMIT) or start + LIMIT
        a, b = _trimmed(plain, start, place)
        if a < b:
            spans.append((a, b))
        start, _ = _trimmed(plain, place, end)
    return [*spans, (start, end)]


def _best_cut(plain: str, first: int, last: int) -> int:
    """Return the last place from `first` to `last` behind the best mark there is, 0 for none."""
    for mark in passage_words().cuts:
        ends = [found.end() for found in mark.finditer(plain, max(first - 1, 0), last)]
        ends = [end for end in ends if first <= end <= last]
        if ends:
            return ends[-1]
    return 0
