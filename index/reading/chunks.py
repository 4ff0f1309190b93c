"""One cell or line of a table as parts: label text, values, prose; knows neither rows nor forms."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile
from typing import Literal, NamedTuple

from index.reading.labels import (
    covers,
    is_fragment,
    known_variants,
    label_key,
    parse_labels,
    without_spam,
)
from index.reading.values import NUMBER, UNIT, read_value

Kind = Literal["text", "value", "empty", "pad", "prose"]


class Part(NamedTuple):
    """A piece of a chunk: `key` compares labels; `glued` digits follow their label unspaced."""

    kind: Kind
    key: str
    start: int
    end: int
    glued: bool = False


_PAGE = re.compile(
    r"[-—–]\s*\d{1,3}\s*[-—–]|第\s*\d{1,3}\s*页.{0,12}|\d{1,3}\s*/\s*\d{1,3}|#+|-{3,}"
    r"|[·•~～]\s*\d{1,3}\s*[·•~～]|(?:P\.?|Page)\s*\d{1,3}(?!\d).{0,60}"
)
_WORD = re.compile(r"\S+")
_UNIT_AFTER = re.compile(rf"\s{UNIT}(?!\S)")
_ITEM = re.compile(r"\s*[.、．)年月日]")
_GLUED = re.compile(rf"(.*?[一-鿿)\"'])[:\s]*({NUMBER}(?: ?{UNIT})?|\d*\*[\d*]*)")
_STOPS = re.compile(r"(?<!\d),|,(?!\d)|[;!?。]")
_PARENS = re.compile(r"\([^()]*\)")
_OPEN = re.compile(r"\([^()]{4,}$")
_FOREIGN = re.compile(r"[A-Za-z0-9]*[A-Za-z_][A-Za-z0-9_.]*")
_STRONG = re.compile(
    r"信息内容|处理决定数量|制发件数|现行有效|对外公开总数|上一年项目|自然人|商业企业|科研机构"
    r"|结果维持|尚未审结|予以公开|属于国家秘密|重复申请|结转下年度|申请数量"
)
_CONTINUES = re.compile(rf"{UNIT}|[年月日,;%。]|余")
_NOTE = r"\((?![一二三四五六七八九十]{0,2}\))[^()]{1,8}\)|\[\d{1,2}\]"
_COUNTED = r"[余多人户万例批篇份%](?=[\s|()]|$)"
_PIECE = re.compile(
    rf"\d[\d,.]*(?:{_NOTE}|{_COUNTED})|{NUMBER}(?: ?{UNIT})?(?=[\s|()'\"]|$)"
    rf"|{NUMBER}(?=[一-鿿])|[^\s|()'\"]+"
)
_CELL_LENGTH = 60
# A number with something odd on it (5①) takes a place in its row and has no value.
_SLIP_LENGTH = 6


def split_chunk(chunk: str, *, cell: bool) -> Iterator[Part] | tuple[Part, ...]:
    """Return the parts of a stripped chunk; a `cell` of a drawn table is never a whole table."""
    if len(chunk) <= _CELL_LENGTH:
        return _classify(chunk)
    if not cell and len(_STRONG.findall("".join(chunk.split()))) >= 3:
        return _split_run_together(chunk)
    return _classify_long(chunk)


@lru_cache(maxsize=16384)
def _classify(chunk: str) -> tuple[Part, ...]:
    """Return the parts of a short cell or line."""
    size = len(chunk)
    if read_value(chunk):
        return (Part("value", "", 0, size),)
    if _PAGE.fullmatch(chunk):
        return ()
    key = label_key(chunk)
    if not key and not any(c.isnumeric() for c in chunk):
        return ()
    if size <= _SLIP_LENGTH and (key.isdigit() or not key):
        return (Part("value", "", 0, size),)
    found = _numbers_inside(chunk)
    if found:
        return found
    if covers(key):
        return (Part("text", key, 0, size),)
    glued = _GLUED.fullmatch(chunk)
    label = _label_before(glued) if glued else None
    if glued and label:
        return (
            Part("text", label, 0, glued.end(1)),
            Part("value", "", glued.start(2), size, True),
        )
    return (_text_part(chunk, key),)


def _label_before(glued: re.Match[str]) -> str | None:
    """Return the key of the text that digits are printed on to when it ends with a whole label."""
    key = _clean(glued[1], label_key(glued[1]))
    labels = parse_labels(key)
    return key if labels and labels[-1].end == len(key) else None


def _numbers_inside(chunk: str) -> tuple[Part, ...]:
    """Return label pieces and the values printed behind them in one chunk; () when it is prose."""
    values = _values_in(chunk)
    if not values:
        return ()
    parts: list[Part] = []
    at = 0
    for start, end in [*values, (len(chunk), len(chunk))]:
        piece = chunk[at:start]
        key = label_key(piece)
        if key:
            if _STOPS.search(_OPEN.sub("", _PARENS.sub("", piece))) and not is_fragment(key):
                return ()
            parts.extend(_label_piece(piece, key, at))
        if end > start:
            parts.append(Part("value", "", start, end))
        at = end
    return tuple(parts)


def _label_piece(piece: str, key: str, at: int) -> Iterator[Part]:
    """Yield a piece of label text, and the number that is printed on to its end."""
    glued = _GLUED.fullmatch(piece.strip())
    label = _label_before(glued) if glued else None
    if glued and label:
        at += len(piece) - len(piece.lstrip())
        yield Part("text", label, at, at + glued.end(1))
        yield Part("value", "", at + glued.start(2), at + glued.end(2), True)
    else:
        yield Part("text", _clean(piece, key), at, at + len(piece.rstrip()))


def _values_in(chunk: str) -> list[tuple[int, int]]:
    """Return the spans of the words of a chunk that are cell values.

    A number that begins a chunk with text is an item number, a mark such as 无 that text follows is
    a word.
    """
    words = [(m.start(), m.end()) for m in _WORD.finditer(chunk)]
    if len(words) < 2:
        return []
    found: list[tuple[int, int]] = []
    behind = True
    for start, end in reversed(words):
        word = chunk[start:end]
        if read_value(word) is None:
            behind = False
        elif word[-1:].isdigit() or any(c.isdigit() for c in word) or behind:
            unit = _UNIT_AFTER.match(chunk, end)
            if not _ITEM.match(chunk, end):
                found.append((start, unit.end() if unit else end))
    found.reverse()
    if found and found[0][0] == 0 and label_key(_outside(chunk, found)):
        found = found[1:]
    return found


def _outside(chunk: str, spans: list[tuple[int, int]]) -> str:
    edges = [0, *(edge for span in spans for edge in span), len(chunk)]
    return "".join(chunk[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))


def _text_part(chunk: str, key: str) -> Part:
    cleaned = _clean(chunk, key)
    prose = not covers(cleaned) and _STOPS.search(chunk) and not is_fragment(key)
    return Part("prose" if prose else "text", cleaned, 0, len(chunk))


def _clean(chunk: str, key: str) -> str:
    """Return the key of `chunk`, freed of explanations in brackets and injected foreign words."""
    if covers(key):
        return key
    clean = without_spam(key)
    if clean or is_fragment(key):
        return clean or key
    without = _PARENS.sub("", chunk)
    candidates = [label_key(c) for c in (without, _OPEN.sub("", without))]
    candidates += [without_spam(c) or "" for c in candidates]
    candidates += [label_key(_FOREIGN.sub("", c)) for c in (chunk, without)]
    return next((c for c in candidates if c and covers(c)), key)


def _classify_long(chunk: str) -> tuple[Part, ...]:
    """Return the one part of a long chunk: a label with explanations, a split label, or prose."""
    key = label_key(chunk)
    cleaned = _clean(chunk, key)
    if covers(cleaned) or is_fragment(key):
        return (Part("text", cleaned, 0, len(chunk)),)
    return _numbers_inside(chunk) or (Part("prose", "", 0, len(chunk)),)


@lru_cache(maxsize=1)
def _spread() -> re.Pattern[str]:
    """Build a pattern of all labels with anything that is no key character between the letters."""
    gap = r"[\s,.、:;。'\"()\[\]|/<>\-]*"
    ordered = sorted(known_variants(), key=len, reverse=True)
    body = "|".join(gap.join(v) for v in ordered)
    ordinal = "[一二三四五六七八九十]"
    number = rf"(?:\({ordinal}{{0,2}}\)\s*|{ordinal}{{1,2}}\s*、\s*|[0-9]\s*[.、]\s*)?"
    return re.compile(number + "(?:" + body + ")" + r"(?:\([^()]{0,80}\))?")


def _split_run_together(chunk: str) -> Iterator[Part]:
    """Yield the parts of a table that was run together into one line."""
    at = 0
    for match in _spread().finditer(chunk):
        yield from _gap(chunk, at, match.start())
        key = label_key(_PARENS.sub(lambda m: m[0] if len(m[0]) < 5 else "", match[0]))
        full = label_key(match[0])
        yield Part("text", full if covers(full) else key, match.start(), match.end())
        at = match.end()
    yield from _gap(chunk, at, len(chunk))


def _gap(chunk: str, start: int, end: int) -> Iterator[Part]:
    """Yield the values printed right behind a label, then what else stands before the next one."""
    gap = chunk[start:end]
    pieces = list(_PIECE.finditer(gap))
    values = list(takewhile(lambda p: read_value(p[0]), pieces)) if start else []
    rest = pieces[len(values)].start() if len(values) < len(pieces) else len(gap)
    if rest < len(gap) and _CONTINUES.match(gap, rest):
        values, rest = [], 0
    for piece in values:
        glued = piece.start() == 0 or gap[piece.start() - 1] == ")"
        yield Part("value", "", start + piece.start(), start + piece.end(), glued)
    inside = _numbers_inside(gap[rest:])
    if inside:
        yield from (
            p._replace(start=p.start + start + rest, end=p.end + start + rest) for p in inside
        )
        return
    key = label_key(gap[rest:])
    if key:
        stops = len(key) > 12 or _STOPS.search(gap, rest)
        yield Part("prose" if stops else "text", key, start + rest, end)
