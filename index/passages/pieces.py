"""A report's body as pieces: lines, or parts of lines that differ, each with what it prints.

Tells what a piece looks like by itself; `stretches` decides with its neighbours what it is.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from index.model import Document, GridCell, Identity, Section
from index.passages.words import passage_words
from index.reading.labels import covers, is_piece, label_key, parse_labels
from index.reading.lex import Token, lex

# prose: running text · row: labels, values or cells of a table · loose: a short text that may be
# either · blank: no word at all · section, title: the lines that bear those · grid: a real table
Look = Literal["prose", "row", "loose", "blank", "section", "title", "grid"]

# A letter or digit: what has none says nothing.
TELLING = re.compile(r"[^\W_]")
_LINE = re.compile(r"[^\n]+")
_INSIDE_HEADING = re.compile(r"[一二三四五六]\s?、\s?\S{2,31}(?!\S)")
_LONG_LINE = 60
_LONG_CELL = 40
_LONG_NOTE, _SHORTEST_NOTE = 120, 4
_MOSTLY = 0.6


class Piece(NamedTuple):
    """A part of a line: its span, its look, and what of a table it prints.

    `rows` counts lines set in several cells, `bars` the drawn separators. `flat` marks a part of a
    line that was run together; its labels may be words of the prose.
    """

    look: Look
    start: int
    end: int
    labels: int = 0
    values: int = 0
    rows: int = 0
    bars: int = 0
    flat: bool = False


class _Body(NamedTuple):
    plain: str
    tokens: list[Token]
    places: list[int]
    marks: list[tuple[int, int, Look]]

    def tokens_in(self, start: int, end: int) -> list[Token]:
        """Return the tokens in a span, one that reaches into it from before too."""
        first = bisect_left(self.places, start)
        reaches = first > 0 and self.tokens[first - 1].end > start
        return self.tokens[first - reaches : bisect_left(self.places, end)]


def find_pieces(
    document: Document, plain: str, sections: Sequence[Section], identity: Identity
) -> list[Piece]:
    """Return the pieces of the body in order; `plain` is the text as the reader reads it."""
    tokens = sorted(lex(document, plain), key=lambda t: t.start)
    marks = _marks(document, plain, sections, identity)
    body = _Body(plain, tokens, [t.start for t in tokens], marks)
    at, end = document.body
    found: list[Piece] = []
    for table in sorted(document.tables, key=lambda t: t.start):
        found += _lines(body, at, min(table.start, end))
        found += _grid(body, max(table.start, at), min(table.end, end), table.cells)
        at = max(at, table.end)
    return [*found, *_lines(body, at, end)]


def _marks(
    document: Document, plain: str, sections: Sequence[Section], identity: Identity
) -> list[tuple[int, int, Look]]:
    """Return the spans of the title and of the section headings."""
    found: list[tuple[int, int, Look]] = []
    if identity.title_span is not None:
        found.append((*identity.title_span, "title"))
    for section in sections:
        stop = plain.find("\n", section.start)
        stop = document.body[1] if stop < 0 else stop
        opening = plain.rfind("\n", 0, section.start) + 1
        if stop - opening > _LONG_LINE:
            inside = _INSIDE_HEADING.match(plain, section.start)
            stop = inside.end() if inside else section.start
        if stop > section.start:
            found.append((section.start, stop, "section"))
    return sorted(found)


def _lines(body: _Body, start: int, end: int) -> Iterator[Piece]:
    """Yield the pieces of the lines of a span that is no real table."""
    passed = 0
    for line in _LINE.finditer(body.plain, start, end):
        at, stop = line.span()
        while passed < len(body.marks) and body.marks[passed][1] <= at:
            passed += 1
        for opening, close, look in body.marks[passed:]:
            if opening >= stop:
                break
            if close <= at:
                continue
            if opening > at:
                yield from _plain_line(body, at, opening)
            yield Piece(look, max(opening, at), min(close, stop))
            at = min(close, stop)
        if at < stop:
            yield from _plain_line(body, at, stop)


def _plain_line(body: _Body, start: int, end: int) -> Iterator[Piece]:
    """Yield the pieces of a line or what is left of it: cut where prose and table meet."""
    if not body.plain[start:end].strip():
        return
    tokens = body.tokens_in(start, end)
    if len(tokens) == 1 and (lone := _lone(body.plain, start, end, tokens[0])) is not None:
        yield lone
        return
    long = end - start > _LONG_LINE
    drawn = "|" in body.plain[start:end] or len({t.col for t in tokens if t.col >= 0}) > 1
    runs = _runs(body.plain, tokens, drawn)
    if len(runs) < 2:
        yield _piece(body.plain, start, end, tokens, drawn)
        return
    edges = [start, *(run[0].start for run in runs[1:]), end]
    for run, a, b in zip(runs, edges, edges[1:], strict=False):
        piece = _piece(body.plain, a, b, run, drawn)
        yield piece._replace(flat=long and not drawn)


def _lone(plain: str, start: int, end: int, token: Token) -> Piece | None:
    """Return the piece of a short line of one cell: most lines of most reports, so done quickly.

    None where the line needs the long way of `_piece`, which gives the same.
    """
    short = end - start < _LONG_CELL and plain.find("|", start, end) < 0
    if not short or not TELLING.search(plain, start, end):
        return None
    if token.kind == "value":
        return Piece("row", start, end, values=1)
    if token.kind != "text":
        return None
    labels = _labels(token)
    note = is_note(plain[start:end])
    return Piece("row", start, end, labels + note) if labels else Piece("loose", start, end)


def _runs(plain: str, tokens: list[Token], drawn: bool) -> list[list[Token]]:
    """Return the tokens of a line in runs of prose and of anything else."""
    runs: list[list[Token]] = []
    before = None
    for token in tokens:
        prose = _is_prose(plain, token, drawn)
        if prose != before:
            runs.append([])
        runs[-1].append(token)
        before = prose
    return runs


def _is_prose(plain: str, token: Token, drawn: bool) -> bool:
    """Tell whether a token is running text; a cell must be a paragraph to be so."""
    if drawn or token.kind != "prose":
        long = token.end - token.start >= _LONG_CELL
        return long and "。" in plain[token.start : token.end] and not covers(token.key)
    return True


def _piece(plain: str, start: int, end: int, tokens: list[Token], drawn: bool) -> Piece:
    """Return one piece with its look."""
    bare = plain[start:end]
    if not TELLING.search(bare):
        cells = drawn or any(t.kind in ("value", "empty", "pad") for t in tokens)
        look: Look = "row" if cells else "blank"
        return Piece(look, start, end, bars=bare.count("|"))
    if not tokens:
        return Piece("blank", start, end)  # a page number, a rule
    if any(_is_prose(plain, t, drawn) for t in tokens) and not is_note(bare):
        return Piece("prose", start, end)
    labels = sum(_labels(t) for t in tokens) + is_note(bare)
    values = sum(t.kind == "value" for t in tokens)
    unknown = any(t.kind == "text" and not _labels(t) for t in tokens)
    if not drawn and ((unknown and not values) or not labels + values):
        return Piece("loose", start, end)
    return Piece("row", start, end, labels, values, int(drawn), bare.count("|"))


def _labels(token: Token) -> int:
    """Count the labels of a table that make up most of a token, a piece of one as one."""
    if token.kind != "text":
        return 0
    labels = [label for label in parse_labels(token.key) if label.role != "heading"]
    if sum(label.end - label.start for label in labels) >= _MOSTLY * len(token.key):
        return len(labels)
    return int(_is_cut_label(token.key))


def _is_cut_label(key: str) -> bool:
    """Tell whether a key is a piece of some label; a sentence that ends like one is not."""
    core = key.lstrip("0123456789一二三四五六七八九十")
    return len(core) > 1 and is_piece(core) and not covers(key)


def is_note(text: str) -> bool:
    """Tell whether normalised text is the form's own remark on how its cells add up."""
    if len(text) < _SHORTEST_NOTE:
        return False
    squeezed = "".join(text.split())
    return len(squeezed) <= _LONG_NOTE and any(n in squeezed for n in passage_words().notes)


def is_caption(text: str) -> bool:
    """Tell whether a short normalised text only names the table behind it, or its unit."""
    key = "".join(text.split()).strip("()*#|")
    return any(key.startswith(w) or key.endswith(w) for w in passage_words().captions)


def is_row_like(text: str) -> bool:
    """Tell whether a piece of normalised text is a label of the form, whole or cut."""
    key = label_key(text)
    return covers(key) or _is_cut_label(key)


def _grid(body: _Body, start: int, end: int, cells: Sequence[GridCell]) -> Iterator[Piece]:
    """Yield the pieces of a real table: prose where a cell is a paragraph, else all one."""
    at = start
    for cell in sorted(cells, key=lambda c: c.start):
        if cell.start < at or cell.end > end or not _is_paragraph(body, cell):
            continue
        if at < cell.start:
            yield Piece("grid", at, cell.start)
        yield from _lines(body, cell.start, cell.end)
        at = cell.end
    if at < end:
        yield Piece("grid", at, end)


def _is_paragraph(body: _Body, cell: GridCell) -> bool:
    """Tell whether a cell only lays out text: then it holds a whole sentence, and no label."""
    tokens = body.tokens_in(cell.start, cell.end)
    return any(_is_prose(body.plain, token, True) for token in tokens)
