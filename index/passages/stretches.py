"""A report's body as stretches of prose, tables, headings: every printed character in just one.

What is no prose stays out of passages, and is listed here, so that nothing is dropped in silence.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from index.identity.identity_words import chrome_words
from index.model import Document, Identity, Reading
from index.passages.pieces import TELLING, Piece, find_pieces, is_caption, is_note, is_row_like

Kind = Literal["prose", "table", "section", "title", "chrome", "ornament"]

_WALLS = ("section", "title", "grid")
_WORDS = re.compile(r"[一-鿿A-Za-z]")
_ENDS = re.compile(r"[。!?]")
_BETWEEN = 3  # short texts that may stand between two rows of a table
_SHORT = 40
_LABELS, _FLAT = 4, 8


class Stretch(NamedTuple):
    """A part of the body: its kind, its span, and the place of its section (-1 before the first).

    An ornament prints no word: a page number, a rule. Chrome is what a web page adds to it.
    """

    kind: Kind
    start: int
    end: int
    section: int


def divide(
    document: Document, plain: str, reading: Reading, identity: Identity
) -> tuple[Stretch, ...]:
    """Return the stretches of the body in order, a line or part of a line each."""
    pieces = find_pieces(document, plain, reading.sections, identity)
    starts = sorted(section.start for section in reading.sections)
    cut: list[Piece] = []
    for piece in pieces:
        following = bisect_right(starts, piece.start)
        whole = following == len(starts) or starts[following] >= piece.end
        cut += [piece] if whole else _at(piece, starts)
    rows = _rows(plain, cut)
    opening = identity.title_span[0] if identity.title_span else document.body[0]
    return tuple(
        Stretch(
            _kind(plain, piece, i in rows, opening),
            piece.start,
            piece.end,
            bisect_right(starts, piece.start) - 1,
        )
        for i, piece in enumerate(cut)
    )


def _at(piece: Piece, starts: Sequence[int]) -> Iterator[Piece]:
    """Yield a piece in parts that lie in one section each."""
    edges = [piece.start, *(s for s in starts if piece.start < s < piece.end), piece.end]
    yield from (piece._replace(start=a, end=b) for a, b in pairwise(edges))


def _kind(plain: str, piece: Piece, in_table: bool, opening: int) -> Kind:
    """Return what a piece is; `in_table` is settled, the title stands at `opening`."""
    if piece.look == "section" or piece.look == "title":
        return piece.look
    if in_table or piece.look == "grid":
        return "table"
    text = _text(plain, piece)
    if piece.look == "blank" or not TELLING.search(text):
        return "ornament"
    loose = piece.look == "loose" and not _ENDS.search(text)
    return "chrome" if loose and (piece.end <= opening or _is_imprint(text)) else "prose"


def _is_imprint(text: str) -> bool:
    """Tell whether a line says where and when a web page was published."""
    words = chrome_words()
    return "".join(text.split()).startswith((*words.publisher, *words.published))


def _text(plain: str, piece: Piece) -> str:
    """Return what a piece prints."""
    return plain[piece.start : piece.end]


def _rows(plain: str, pieces: Sequence[Piece]) -> set[int]:
    """Return the places of the pieces that belong to a table that is only text."""
    found = {i for i, p in enumerate(pieces) if p.look == "row" and is_note(_text(plain, p))}
    for first, last in _clusters(plain, pieces):
        if _is_table(plain, pieces[first : last + 1]):
            found.update(range(first, last + 1))
            found.update(_before(plain, pieces, first))
    return found


def _clusters(plain: str, pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Yield first and last place of rows that only a few short texts part."""
    first = last = -1
    loose = 0
    for i, piece in enumerate(pieces):
        if piece.look == "row":
            first, last, loose = (i if first < 0 else first), i, 0
        elif first >= 0 and piece.look != "blank":
            loose += 1
            if loose > _BETWEEN or not _may_be_inside(plain, piece):
                yield first, last
                first, loose = -1, 0
    if first >= 0:
        yield first, last


def _may_be_inside(plain: str, piece: Piece) -> bool:
    """Tell whether a piece may stand inside a table: a label nobody knows, no whole sentence."""
    if piece.look in _WALLS:
        return False
    text = _text(plain, piece).strip()
    return len(text) <= _SHORT and not _ENDS.search(text) and (piece.look == "loose" or piece.flat)


def _is_table(plain: str, pieces: Sequence[Piece]) -> bool:
    """Tell whether rows that stand together are a table and no words of the prose."""
    rows = [piece for piece in pieces if piece.look == "row"]
    labels, values = sum(p.labels for p in rows), sum(p.values for p in rows)
    if sum(p.rows for p in rows) > 1 or sum(p.bars for p in rows) > 1:
        return True
    if all(p.flat for p in rows):
        return labels >= 2 and values >= 2 and labels + values >= _FLAT
    numbers = sum(not _WORDS.search(plain, p.start, p.end) for p in rows)
    return (
        labels >= _LABELS
        or numbers >= _LABELS
        or bool(labels and values and labels + values > 2 and len(rows) > 1)
    )


def _before(plain: str, pieces: Sequence[Piece], first: int) -> Iterator[int]:
    """Yield the places right before a table that belong to it: its caption, a misspelt label."""
    at = first - 1
    opening = pieces[first]
    if at >= 0 and not opening.labels and opening.values and _may_be_inside(plain, pieces[at]):
        yield at
        at -= 1
    while at >= 0 and pieces[at].look in ("loose", "blank"):
        text = _text(plain, pieces[at])
        if pieces[at].look == "loose" and not is_caption(text) and not is_row_like(text):
            break
        yield at
        at -= 1
