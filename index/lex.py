"""A document as a stream of table tokens: text, values, marks, empty cells; knows no form.

White space, bars, tabs and line breaks only separate; which label owns which value is decided by
`rows`. Everything here works on normalised text of the same length, so spans are the original's.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from index.labels import covers, is_fragment, label_key, parse_labels
from index.model import Document, Table
from index.values import NUMBER, UNIT, read_value

Kind = Literal["text", "value", "empty", "pad", "prose"]


class Token(NamedTuple):
    """A piece of a table (or of prose): `key` compares labels; `row` grows with each printed row.

    A "pad" is an empty cell that may only be the filling of a merged one. `glued` marks digits that
    follow their label without a space.
    """

    kind: Kind
    key: str
    start: int
    end: int
    row: int
    glued: bool = False


class _Part(NamedTuple):
    kind: Kind
    key: str
    start: int
    end: int
    glued: bool = False


_PAGE = re.compile(
    r"[-—–]\s*\d{1,3}\s*[-—–]|第\s*\d{1,3}\s*页.{0,12}|\d{1,3}\s*/\s*\d{1,3}|#+|-{3,}"
)
_EMBEDDED = re.compile(rf"(?<!\S){NUMBER}{UNIT}?(?!\S)|(?<!\S)[-—/](?!\S)")
_GLUED = re.compile(rf"(.*?[一-鿿)\"])[:\s]*({NUMBER}{UNIT}?)")
_STOPS = re.compile(r"[,;!?。!?]")
_PARENS = re.compile(r"\([^()]*\)")
_FOREIGN = re.compile(r"[A-Za-z0-9]*[A-Za-z_][A-Za-z0-9_.]*")
_STRONG = re.compile(
    r"信息内容|处理决定数量|制发件数|现行有效|对外公开总数|上一年项目|自然人|商业企业|科研机构"
    r"|结果维持|尚未审结|予以公开|属于国家秘密|重复申请|结转下年度|申请数量"
)
_RULE = re.compile(r"[\s|:]*-{2,}[\s|:-]*")
_CELL_LENGTH = 60


def lex(document: Document, text: str) -> list[Token]:
    """Return the tokens of `document` in reading order; `text` is its normalised text."""
    tokens: list[Token] = []
    at, _ = document.body
    row = 0
    for table in sorted(document.tables, key=lambda t: t.start):
        row = _lex_lines(text, at, table.start, row, tokens)
        row = _lex_grid(text, table, row, tokens)
        at = table.end
    _lex_lines(text, at, document.body[1], row, tokens)
    return tokens


def _lex_grid(text: str, table: Table, row: int, tokens: list[Token]) -> int:
    base = row + 1
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        row = base + cell.row
        stripped = text[cell.start : cell.end].strip()
        if stripped:
            _emit(text, cell.start, cell.end, row, tokens, cell=True)
        else:
            tokens.append(Token("empty", "", cell.start, cell.start, row))
    return row + 1


def _lex_lines(text: str, start: int, end: int, row: int, tokens: list[Token]) -> int:
    style = _style(text, start, end)
    for match in re.finditer(r"[^\n]+", text[start:end]):
        row += 1
        line, at = match[0], start + match.start()
        if "--" in line and _RULE.fullmatch(line):
            continue
        if "|" in line:
            _lex_bars(text, line, at, row, tokens, style)
        elif "\t" in line:
            _lex_tabs(text, line, at, row, tokens, style)
        else:
            _emit(text, at, at + len(line), row, tokens)
    return row + 1


class _Style(NamedTuple):
    """How a text sets its tables: pads after rows, one tab as indentation."""

    pads: bool
    indented: bool


def _style(text: str, start: int, end: int) -> _Style:
    part = text[start:end]
    indented = len(re.findall(r"(?m)^\t[^\t\n]+$", part)) if "\t" in part else 0
    rows = len(re.findall(r"(?m)[^\t\n]\t+[^\t\n]", part)) if indented else 0
    pads = "||" in part and bool(re.search(r"\|\|[ ]*(?:\n|$)", part) and re.search(r"\S \|", part))
    return _Style(pads, indented > max(10, rows))


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
    last = max((i for i, (a, b) in enumerate(spans) if line[a:b].strip()), default=-1)
    for i, (a, b) in enumerate(spans):
        if line[a:b].strip():
            _emit(text, at + a, at + b, row, tokens, cell=True)
        else:
            kind: Kind = "pad" if style.pads and i > last else "empty"
            tokens.append(Token(kind, "", at + a, at + a, row))


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
        if style.indented:
            tokens.append(Token("empty", "", at, at, row))
        return
    spans = _fields(line, "\t")
    while spans and not line[spans[0][0] : spans[0][1]].strip():
        spans = spans[1:]
    for a, b in spans:
        if line[a:b].strip():
            _emit(text, at + a, at + b, row, tokens, cell=True)
        else:
            tokens.append(Token("empty", "", at + a, at + a, row))


def _emit(
    text: str, start: int, end: int, row: int, tokens: list[Token], *, cell: bool = False
) -> None:
    """Append the tokens of one cell or line."""
    chunk = text[start:end]
    stripped = chunk.strip()
    if not stripped:
        return
    start += len(chunk) - len(chunk.lstrip())
    if len(stripped) <= _CELL_LENGTH:
        parts: Iterator[_Part] | tuple[_Part, ...] = _classify(stripped)
    elif len(_STRONG.findall(stripped)) >= 3 and not cell:
        parts = _split_run_together(stripped)
    else:
        parts = _classify_long(stripped)
    for kind, key, a, b, glued in parts:
        tokens.append(Token(kind, key, start + a, start + b, row, glued))


@lru_cache(maxsize=16384)
def _classify(chunk: str) -> tuple[_Part, ...]:
    """Return the parts of a short cell or line."""
    size = len(chunk)
    if read_value(chunk):
        return (_Part("value", "", 0, size),)
    if _PAGE.fullmatch(chunk):
        return ()
    key = label_key(chunk)
    if not key:
        return ()
    if covers(key):
        return (_Part("text", key, 0, size),)
    found = _numbers_inside(chunk)
    if found:
        return found
    glued = _GLUED.fullmatch(chunk)
    if glued and _owns(label_key(glued[1])):
        return (
            _Part("text", label_key(glued[1]), 0, glued.end(1)),
            _Part("value", "", glued.start(2), size, True),
        )
    return (_text_part(chunk, key),)


def _owns(key: str) -> bool:
    """Tell whether `key` ends with a whole label."""
    labels = parse_labels(key)
    return bool(labels) and labels[-1].end == len(key)


def _numbers_inside(chunk: str) -> tuple[_Part, ...]:
    """Return label pieces and the values printed behind them in one chunk; () when it is prose."""
    numbers = [
        m
        for m in _EMBEDDED.finditer(chunk)
        if m.start() and not _is_item(chunk, m.start(), m.end())
    ]
    if not numbers:
        return ()
    parts: list[_Part] = []
    at = 0
    for number in [*numbers, None]:
        piece_end = number.start() if number else len(chunk)
        piece = chunk[at:piece_end]
        key = label_key(piece)
        if key:
            if _STOPS.search(_PARENS.sub("", piece)) and not is_fragment(key):
                return ()
            parts.append(_Part("text", _clean(piece, key), at, at + len(piece.rstrip())))
        if number:
            if read_value(number[0]) is None:
                return ()
            parts.append(_Part("value", "", number.start(), number.end()))
            at = number.end()
    return tuple(parts)


def _is_item(chunk: str, start: int, end: int) -> bool:
    """Tell whether a number is an item number (`3 . 其他`) or part of a date, not a value."""
    return bool(re.match(r"\s*[.、．)年月日]", chunk[end:])) or chunk[:start].rstrip()[-1:] in "第("


def _text_part(chunk: str, key: str) -> _Part:
    cleaned = _clean(chunk, key)
    prose = not covers(cleaned) and _STOPS.search(chunk) and not is_fragment(key)
    return _Part("prose" if prose else "text", cleaned, 0, len(chunk))


def _clean(chunk: str, key: str) -> str:
    """Return the key of `chunk`, freed of explanations in brackets and injected foreign words."""
    if covers(key) or is_fragment(key):
        return key
    without = _PARENS.sub("", chunk)
    cut = without.find("(", 2)
    candidates = [label_key(without), label_key(without[:cut]) if cut > 0 else ""]
    candidates += [label_key(_FOREIGN.sub("", c)) for c in (chunk, without)]
    for candidate in candidates:
        if candidate and covers(candidate):
            return candidate
    return key


def _classify_long(chunk: str) -> tuple[_Part, ...]:
    """Return the one part of a long chunk: a label with explanations, a split label, or prose."""
    key = label_key(chunk)
    cleaned = _clean(chunk, key)
    if covers(cleaned) or is_fragment(key):
        return (_Part("text", cleaned, 0, len(chunk)),)
    return _numbers_inside(chunk) or (_Part("prose", "", 0, len(chunk)),)


@lru_cache(maxsize=1)
def _spread() -> re.Pattern[str]:
    """Build a pattern of all labels with anything that is no key character between the letters."""
    from index.labels import known_variants

    gap = r"[\s,.、:;。'\"()\[\]|/<>\-]*"
    ordered = sorted(known_variants(), key=len, reverse=True)
    body = "|".join(gap.join(v) for v in ordered)
    ordinal = "[一二三四五六七八九十]"
    number = rf"(?:\({ordinal}{{0,2}}\)\s*|{ordinal}{{1,2}}\s*、\s*|[0-9]\s*[.、]\s*)?"
    return re.compile(number + "(?:" + body + ")" + r"(?:\([^()]{0,80}\))?")


def _split_run_together(chunk: str) -> Iterator[_Part]:
    """Yield the parts of a table that was run together into one line."""
    at = 0
    for match in _spread().finditer(chunk):
        yield from _gap(chunk, at, match.start())
        key = label_key(_PARENS.sub(lambda m: m[0] if len(m[0]) < 5 else "", match[0]))
        full = label_key(match[0])
        yield _Part("text", full if covers(full) else key, match.start(), match.end())
        at = match.end()
    yield from _gap(chunk, at, len(chunk))


def _gap(chunk: str, start: int, end: int) -> Iterator[_Part]:
    """Yield values when all between two labels is values; else one piece of prose or text."""
    gap = chunk[start:end]
    pieces = list(re.finditer(r"[^\s|]+", gap))
    if not pieces:
        return
    if all(read_value(p[0]) for p in pieces):
        glued = bool(gap) and not gap[0].isspace() and gap[0] != "|"
        for piece in pieces:
            yield _Part("value", "", start + piece.start(), start + piece.end(), glued)
        return
    key = label_key(gap)
    if key:
        stops = len(key) > 12 or _STOPS.search(gap)
        yield _Part("prose" if stops else "text", key, start, end)
