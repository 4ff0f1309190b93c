"""A stretch of a text as blocks to show: lines as they are, rows of fields as tables.

Nothing is added, nothing is lost: the pieces of all blocks together are the stretch.
What a table shows by its lines (tabs and bars) is a piece too, but `shown` tells it is not seen.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

_LONE = 40  # characters of a line between two rows that is a row with one field
_MOST_FIELDS = 60
_LEAST_ROWS = 2
_BARS_ONLY = re.compile(r"[\s|]*\|[\s|]*")


class Piece(NamedTuple):
    """A stretch of the text, whole in one place of the page."""

    start: int
    end: int
    shown: bool = True


Field = tuple[Piece, ...]


class Block(NamedTuple):
    """Lines of text (`rows` is empty), or a table whose fields are made of pieces."""

    text: Piece
    rows: tuple[tuple[Field, ...], ...] = ()

    @property
    def width(self) -> int:
        """How many fields the longest row has."""
        return max((len(row) for row in self.rows), default=0)

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces in the order of the text."""
        if not self.rows:
            yield self.text
        for row in self.rows:
            for field in row:
                yield from field


class _Line(NamedTuple):
    """A line without its end; `stop` is behind it. `mark` parts its fields, "" when none does."""

    start: int
    end: int
    stop: int
    mark: str
    filled: int
    fields: int


def lay_out(text: str, first: int, last: int, breaks: Collection[int] = ()) -> list[Block]:
    """Return `text[first:last]` as blocks; a line at one of `breaks` is never a row of a table."""
    blocks: list[Block] = []
    plain = first
    lines = [_line(text, start, stop) for start, stop in _lines(text, first, last)]
    at = 0
    while at < len(lines):
        run = _run(lines, at, text, breaks)
        if not run:
            at += 1
            continue
        if plain < run[0].start:
            blocks.append(Block(Piece(plain, run[0].start)))
        rows = tuple(_rows(run, text))
        blocks.append(Block(Piece(run[0].start, run[-1].stop), rows))
        plain = run[-1].stop
        at += len(run)
    if plain < last:
        blocks.append(Block(Piece(plain, last)))
    return blocks


def _lines(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield where each line starts and where it stops, its end included."""
    while first < last:
        found = text.find("\n", first, last)
        stop = last if found < 0 else found + 1
        yield first, stop
        first = stop


def _line(text: str, start: int, stop: int) -> _Line:
    end = stop - 1 if text[start:stop].endswith("\n") else stop
    said = text[start:end]
    mark = "|" if "|" in said else "\t" if "\t" in said else ""
    fields = said.split(mark) if mark else [said]
    return _Line(start, end, stop, mark, sum(bool(f.strip()) for f in fields), len(fields))


def _run(lines: Sequence[_Line], at: int, text: str, breaks: Collection[int]) -> list[_Line]:
    """Return the lines from `at` on that are one table, [] when they are not clearly one."""
    mark = lines[at].mark
    if not mark:
        return []
    run: list[_Line] = []
    for line in lines[at:]:
        lone = not line.mark and 0 < line.end - line.start <= _LONE and line.filled
        if line.start in breaks or not (line.mark == mark or (lone and run[-1].mark)):
            break
        run.append(line)
    while run and not run[-1].mark:
        run.pop()
    full = sum(line.filled >= 2 for line in run)
    holding = sum(bool(line.filled) and bool(line.mark) for line in run)
    clear = full >= _LEAST_ROWS and 2 * full >= holding
    return run if clear and max(line.fields for line in run) <= _MOST_FIELDS else []


def _rows(run: Sequence[_Line], text: str) -> Iterator[tuple[Field, ...]]:
    """Yield the rows of a table; lines of bars alone are hidden at the end of the row before."""
    held: list[Field] = []
    for line in run:
        if held and _BARS_ONLY.fullmatch(text, line.start, line.end):
            held[-1] = (*held[-1], Piece(line.start, line.stop, shown=False))
            continue
        if held:
            yield tuple(held)
        held = list(_fields(line, text))
    yield tuple(held)


def _fields(line: _Line, text: str) -> Iterator[Field]:
    """Yield the fields of a row, each with the mark before or behind it."""
    start, end = line.start, line.end
    lead: Field = ()
    if line.mark == "|":
        start, end = _within_bars(text, start, end)
        lead = (Piece(line.start, start, shown=False),) if start > line.start else ()
    while True:
        found = text.find(line.mark, start, end) if line.mark else -1
        if found < 0:
            break
        yield (*lead, Piece(start, found), Piece(found, found + 1, shown=False))
        start, lead = found + 1, ()
    behind = (Piece(end, line.stop, shown=False),) if end < line.stop else ()
    yield (*lead, Piece(start, end), *behind)


def _within_bars(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the stretch of a line within its outer bars."""
    said = text[start:end]
    left = len(said) - len(said.lstrip())
    right = len(said.rstrip())
    if said[left : left + 1] == "|":
        start += left + 1
    if right - 1 > left and said[right - 1] == "|":
        end = end - len(said) + right - 1
    return start, end
