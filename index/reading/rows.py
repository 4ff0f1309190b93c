"""Tokens to segments: a run of label text, then the run of values it owns; knows no form."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from index.reading.labels import (
    Label,
    complete_split,
    is_unit,
    nearest_row,
    parse_labels,
    standard_terms,
)
from index.reading.lex import Token

Margin = tuple[int, int]
_COLUMNS = 7


@dataclass(slots=True)
class Segment:
    """Label text in order, and the values printed right behind it.

    `labels` are the labels of the text; `owner` is the one that ends it and so owns `slots`, None
    when the text ends with something unknown.
    """

    texts: list[Token] = field(default_factory=list)
    slots: list[Token] = field(default_factory=list)
    key: str = ""
    labels: tuple[Label, ...] = ()
    owner: str | None = None
    skip: int = 0

    @property
    def start(self) -> int:
        """Return where the first token of the segment stands."""
        return (self.texts or self.slots)[0].start

    def token_at(self, place: int) -> Token:
        """Return the text token in which character `place` of the key stands."""
        for token in self.texts:
            place -= len(token.key)
            if place < 0:
                return token
        return self.texts[-1]

    def texts_between(self, start: int, end: int) -> list[Token]:
        """Return the text tokens that stand wholly in `key[start:end]`."""
        found, at = [], 0
        for token in self.texts:
            if start <= at and at + len(token.key) <= end:
                found.append(token)
            at += len(token.key)
        return found


class Slots(NamedTuple):
    """The cells of one row in column order, or None in `cells` when the columns are not certain."""

    cells: tuple[Token, ...] | None
    printed: tuple[Token, ...]


def segment(tokens: Iterable[Token]) -> list[Segment]:
    """Return the segments of a token stream, owners settled, split labels joined."""
    segments = _cut(tokens)
    for current in segments:
        current.key = standard_terms("".join(t.key for t in current.texts))
    for i, current in enumerate(segments):
        following = segments[i + 1] if i + 1 < len(segments) else None
        _settle(current, following)
    return segments


def _cut(tokens: Iterable[Token]) -> list[Segment]:
    segments: list[Segment] = []
    current = Segment()
    for token in tokens:
        if token.kind == "text":
            if current.slots and _closes(current):
                segments.append(current)
                current = Segment()
            current.texts.append(token)
        elif token.kind == "prose":
            if current.texts or current.slots:
                segments.append(current)
            current = Segment()
        elif current.texts or token.kind == "value":
            current.slots.append(token)
    if current.texts or current.slots:
        segments.append(current)
    return segments


def _closes(current: Segment) -> bool:
    """Tell whether the slots so far end a row; only empties behind no row label are padding."""
    if any(t.kind == "value" for t in current.slots):
        return True
    labels = parse_labels("".join(t.key for t in current.texts[-3:]))
    if labels and labels[-1].role == "row":
        return True
    current.slots.clear()
    return False


def _settle(current: Segment, following: Segment | None) -> None:
    """Find the labels of a segment and which of them owns its values."""
    key = current.key[current.skip :]
    labels = parse_labels(key)
    current.labels = tuple(
        la._replace(start=la.start + current.skip, end=la.end + current.skip) for la in labels
    )
    tail = key[labels[-1].end :] if labels else key
    split = _split_around_values(current, key, labels, following)
    if split and following:
        current.owner, following.skip = split
        return
    if labels and (not tail or is_unit(tail)):
        current.owner = labels[-1].id
        if current.owner not in ("total", "other") and labels[-1].role not in ("row", "group"):
            current.owner = None
        return
    if not current.slots or not tail:
        return
    current.owner = nearest_row(tail)


def _split_around_values(
    current: Segment, key: str, labels: tuple[Label, ...], following: Segment | None
) -> tuple[str, int] | None:
    """Return the row whose label goes on behind its values, and how much of the next text it is."""
    if not current.slots or following is None or not following.key:
        return None
    whole = labels and (labels[-1].end == len(key) or is_unit(key[labels[-1].end :]))
    if whole and labels[-1].id != "other":
        return None
    return complete_split(key[-40:], following.key)


def place(slots: list[Token], count: int, margin: Margin | None = (0, 0)) -> Slots:
    """Give each of `count` columns its token, as far as the print leaves no doubt.

    All columns printed: in order. Fewer: only when visible empty cells fix every place; otherwise
    `cells` is None. No value at all: every column is empty. `margin` is how many empty cells of
    merged labels stand before and behind the columns when every row of the table prints all its
    cells, None when rows drift; then only a lone value at the far end has a certain place.
    """
    first = _first_line(slots)
    if first is not None:
        placed = _place(first, count, margin)
        if placed.cells is not None or _page_number(slots, first):
            return placed
    return _place(slots, count, margin)


def _first_line(slots: list[Token]) -> list[Token] | None:
    """Return the slots of the first printed row when it holds several values, else None."""
    rows = {t.row for t in slots}
    if len(rows) < 2:
        return None
    head = [t for t in slots if t.row == slots[0].row]
    return head if sum(t.kind == "value" for t in head) > 1 else None


def _page_number(slots: list[Token], first: list[Token]) -> bool:
    """Tell whether a lone number on a line of its own follows a row of several: maybe a page."""
    rest = [t.row for t in slots[len(first) :] if t.kind == "value"]
    return any(rest.count(row) == 1 for row in rest)


def _place(slots: list[Token], count: int, margin: Margin | None) -> Slots:
    printed = tuple(t for t in slots if t.kind == "value")
    if len(printed) == count:
        return Slots(printed, printed)
    if len(printed) > count:
        return Slots(None, printed)
    if not printed:
        return Slots(_blank_row(slots, count), ())
    return Slots(_by_empties(slots, count, margin), printed)


def _blank_row(slots: list[Token], count: int) -> tuple[Token, ...]:
    return tuple((slots[i] if i < len(slots) else slots[-1]) for i in range(count)) if slots else ()


def _by_empties(slots: list[Token], count: int, margin: Margin | None) -> tuple[Token, ...] | None:
    """Place fewer values than columns by the empty cells around them, or return None.

    A lone value behind a full row of blanks is the total; where a rigid table disagrees nothing
    is settled.
    """
    kinds = [t.kind for t in slots]
    lead = kinds.index("value")
    last = max(i for i, k in enumerate(kinds) if k == "value")
    trailing = [t for t in slots[last + 1 :] if t.kind == "empty"]
    lone = lead == last and count == _COLUMNS and lead >= count - 1
    if margin is not None and len(slots[: last + 1]) + len(trailing) == count + sum(margin):
        row = [*slots[: last + 1], *trailing]
        outside = [*row[: margin[0]], *row[margin[0] + count :]]
        unsure = lone and len(trailing) > margin[1]
        fits = all(t.kind != "value" for t in outside) and not unsure
        return tuple(row[margin[0] : margin[0] + count]) if fits else None
    flush = last + 1 - count
    if lone and flush <= 2 and len(trailing) <= 1:
        return tuple(slots[flush : last + 1])
    return None
