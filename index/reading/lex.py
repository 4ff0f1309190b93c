"""A document as a stream of table tokens: text, values, marks, empty cells; knows no form.

White space, bars, tabs and line breaks only separate; which label owns which value is decided by
`rows`. Everything here works on normalised text of the same length, so spans are the original's.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from index.model import Document, Table
from index.reading.chunks import Kind, split_chunk
from index.reading.labels import covers, is_fragment, is_piece, label_key, parse_labels
from index.reading.values import read_value


class Token(NamedTuple):
    """A piece of a table (or of prose): `key` compares labels; `row` grows with each printed row.

    A "pad" is an empty cell that may only be the filling of a merged one. `glued` marks digits that
    follow their label without a space. `col` counts the cells of a drawn row, -1 where none are.
    """

    kind: Kind
    key: str
    start: int
    end: int
    row: int
    glued: bool = False
    col: int = -1


_GAP = re.compile(r"\n[ ]*\n(?:[\t ]*\n)*\Z")
_RECORD = re.compile(
    r'(?m)^[,;"]*(?=[^\n,;|\t"]*[一-鿿])[^\n,;|\t"]{2,40}"?([,;])[,;"]*[+-]?\d[\d,.]*"?(?:\1|$)'
)
_RECORDS = 5
_MOST_PADS = 17
_EXPLAINED = re.compile(r"\([^()]*\)")
_RULE = re.compile(r"[\s|:+]*[-=]{2,}[\s|:+=-]*")


@lru_cache(maxsize=1)
def lex(document: Document, text: str) -> tuple[Token, ...]:
    """Return the tokens of `document` in reading order; `text` is its normalised text.

    The last document is kept: its cells and its passages are read from the same tokens.
    """
    tokens: list[Token] = []
    at, _ = document.body
    row = 0
    for table in sorted(document.tables, key=lambda t: t.start):
        row = _lex_lines(text, document.text, at, table.start, row, tokens)
        row = _lex_grid(text, table, row, tokens)
        at = table.end
    _lex_lines(text, document.text, at, document.body[1], row, tokens)
    return tuple(tokens)


def _lex_grid(text: str, table: Table, row: int, tokens: list[Token]) -> int:
    base = row + 1
    first = len(tokens)
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        if row != base + cell.row:
            _take_odd_cells(tokens, first)
            row, first = base + cell.row, len(tokens)
        _emit_cell(text, cell.start, cell.end, row, cell.col, tokens)
    _take_odd_cells(tokens, first)
    return row + 1


def _emit_cell(text: str, start: int, end: int, row: int, col: int, tokens: list[Token]) -> None:
    """Append the tokens of one cell of a drawn row; each cell leaves at least one."""
    before = len(tokens)
    if text[start:end].strip():
        _emit(text, start, end, row, tokens, col=col)
        if len(tokens) == before:
            tokens.append(Token("value", "", start, end, row, col=col))
    else:
        tokens.append(Token("empty", "", start, start, row, col=col))


def _take_odd_cells(tokens: list[Token], first: int) -> None:
    """Make values of the cells behind the first value of a drawn row that are no labels.

    They have no number, but take their place: 待定, 12件左右.
    """
    behind = False
    for i in range(first, len(tokens)):
        token = tokens[i]
        if token.kind in ("text", "prose"):
            known = covers(token.key) or (len(token.key) > 1 and is_piece(token.key))
            if behind and not known:
                tokens[i] = token._replace(kind="value", key="")
        elif token.kind == "value":
            behind = True
    if not behind:
        _take_sentence(tokens, first)


def _take_sentence(tokens: list[Token], first: int) -> None:
    """Make a value of a sentence that stands behind a row's label where its numbers should be.

    It has no number, but the cell is not blank.
    """
    for i in range(first + 1, len(tokens)):
        label, token = tokens[i - 1], tokens[i]
        if token.kind == "prose" and label.kind == "text" and token.col > label.col >= 0:
            known = parse_labels(label.key)
            if known and known[-1].role == "row" and known[-1].end == len(label.key):
                tokens[i] = token._replace(kind="value", key="")


def _lex_lines(text: str, written: str, start: int, end: int, row: int, tokens: list[Token]) -> int:
    """Append the tokens of the lines of `text`; commas part records where they are `written` so."""
    style = _style(text, start, end)
    separator = _separator(written[start:end])
    for match in re.finditer(r"[^\n]+", text[start:end]):
        row += 1
        line, at = match[0], start + match.start()
        if ("--" in line or "==" in line) and _RULE.fullmatch(line):
            continue
        if "|" in line:
            _lex_bars(text, line, at, row, tokens, style)
        elif "\t" in line:
            _lex_tabs(text, line, at, row, tokens, style)
        elif separator and (record := _record(line, written[at : at + len(line)], separator)):
            first = len(tokens)
            for i, (a, b) in enumerate(record):
                _emit_cell(text, at + a, at + b, row, i, tokens)
            _take_odd_cells(tokens, first)
        else:
            _emit(text, at, at + len(line), row, tokens)
    return row + 1


def _separator(part: str) -> str:
    """Return the character between the cells of a text that is set like a CSV file, else ''."""
    found = Counter(match[1] for match in _RECORD.finditer(part))
    best = found.most_common(1)
    return best[0][0] if best and best[0][1] >= _RECORDS else ""


def _record(line: str, written: str, separator: str) -> list[tuple[int, int]]:
    """Return the spans of the fields of a line without the quotes around them; [] for prose."""
    spans = []
    for match in re.finditer(rf'(?:"([^"]*)"|([^{separator}]*))(?:{separator}|$)', written):
        spans.append(match.span(2 if match[1] is None else 1))
        if match.end() == len(written) and not match[0].endswith(separator):
            break
    fields = [field for a, b in spans if (field := line[a:b].strip())]
    known = sum(bool(read_value(field)) or _is_label(field) for field in fields)
    return spans if len(spans) > 1 and known >= max(len(fields) - 1, min(len(fields), 2)) else []


def _is_label(field: str) -> bool:
    """Tell whether a field is made of labels, explained or cut."""
    key = label_key(field)
    return covers(key) or is_fragment(key) or covers(label_key(_EXPLAINED.sub("", field)))


class _Style(NamedTuple):
    """How a text sets its tables: pads after rows, a tab before each cell, a gap between rows."""

    pads: bool
    indented: bool
    gaps: bool


def _style(text: str, start: int, end: int) -> _Style:
    part = text[start:end]
    indented = len(re.findall(r"(?m)^\t[^\t\n]+$", part)) if "\t" in part else 0
    rows = len(re.findall(r"(?m)[^\t\n]\t+[^\t\n]", part)) if indented else 0
    pads = "||" in part and bool(re.search(r"\|\|[ ]*(?:\n|$)", part) and re.search(r"\S \|", part))
    gaps = len(re.findall(r"(?m)^\t", part)) > 3 * len(re.findall(r"\n[ ]*\n\t", part))
    return _Style(pads, indented > max(10, rows), gaps)


def _opens_row(text: str, at: int, style: _Style) -> bool:
    """Tell whether only empty lines stand between a gap and `at`: cells merged from above."""
    return style.gaps and bool(_GAP.search(text, max(0, at - 40), at))


def _lex_bars(text: str, line: str, at: int, row: int, tokens: list[Token], style: _Style) -> None:
    bare = line.strip()
    if not bare.strip("| \t"):
        _lex_bars_only(text, bare, at, row, tokens)
        return
    spans = _fields(line, "|")
    if bare.startswith("|"):
        spans = spans[1:]
    if bare.endswith("|"):
        spans = spans[:-1]
    width = len(spans)
    while spans and not line[spans[0][0] : spans[0][1]].strip():
        spans = spans[1:]
    last = max((i for i, (a, b) in enumerate(spans) if line[a:b].strip()), default=-1)
    first = len(tokens)
    for i, (a, b) in enumerate(spans[: last + _MOST_PADS]):
        if i > last:
            kind: Kind = "pad" if style.pads else "empty"
            tokens.append(Token(kind, "", at + a, at + a, row, False, width - len(spans) + i))
        else:
            _emit_cell(text, at + a, at + b, row, width - len(spans) + i, tokens)
    _take_odd_cells(tokens, first)


def _lex_bars_only(text: str, bare: str, at: int, row: int, tokens: list[Token]) -> None:
    """A line of bars: several are pads; one closes the cell before it, or stands for a blank."""
    bars = bare.count("|")
    before = text[:at].rstrip(" \t\n")[-1:] if bars == 1 else ""
    for _ in range(min(bars, 16) if bars > 1 else int(before == "|")):
        tokens.append(Token("pad", "", at, at, row))


def _fields(line: str, separator: str) -> list[tuple[int, int]]:
    edges, at = [], 0
    for piece in line.split(separator):
        edges.append((at, at + len(piece)))
        at += len(piece) + 1
    return edges


def _lex_tabs(text: str, line: str, at: int, row: int, tokens: list[Token], style: _Style) -> None:
    if not line.strip():
        if style.indented and not _opens_row(text, at, style):
            tokens.append(Token("empty", "", at, at, row))
        return
    spans = _fields(line, "\t")
    width = len(spans)
    values_only = len(spans) > 4 and not any(c.isalpha() for c in line)
    while spans and not values_only and not line[spans[0][0] : spans[0][1]].strip():
        spans = spans[1:]
    first = len(tokens)
    for i, (a, b) in enumerate(spans, width - len(spans)):
        _emit_cell(text, at + a, at + b, row, i, tokens)
    _take_odd_cells(tokens, first)


def _emit(text: str, start: int, end: int, row: int, tokens: list[Token], *, col: int = -1) -> None:
    """Append the tokens of one cell or, where `col` is -1, of one line."""
    chunk = text[start:end]
    stripped = chunk.strip()
    if not stripped:
        return
    start += len(chunk) - len(chunk.lstrip())
    for kind, key, a, b, glued in split_chunk(stripped, cell=col >= 0):
        tokens.append(Token(kind, key, start + a, start + b, row, glued, col))
