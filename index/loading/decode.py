"""Bytes to text: UTF-8, GB18030, UTF-16 and declared Big5, with or without a byte order mark.

Every encoding that decodes strictly is weighed by how much of it reads as Chinese; two readings
that are about as likely are refused. Damaged bytes never vanish: a very few become U+FFFD and are
counted, more are refused. This module knows no file, no name and no format.
"""

import codecs
import re
from functools import cache
from typing import NamedTuple

from index.model import LoadError

_CONTROLS = bytes([*range(1, 9), *range(14, 32), 127])
_CONTROL_LIMIT = 0.01
_SAMPLE = 20_000
_PLAUSIBLE = 0.85
_MARGIN = 0.1
_BLANK = "\ufeff\u200b\u200c\u200d\u2060\x00"
_HAN = re.compile("[\u4e00-\u9fff]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "cp936": "gb18030",
    "x-gbk": "gb18030", "big5": "big5hkscs", "big5-hkscs": "big5hkscs",
    "utf-8": "utf-8", "utf8": "utf-8", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
}  # fmt: skip
_NOT_TEXT = "内容不是文字（二进制数据）。请确认选对了文件；支持 .txt、.md、.html 和 .docx"
_UNCLEAR = "无法确定文字编码。请用编辑器打开，确认文字正常后另存为 UTF-8 再试"


class Decoded(NamedTuple):
    """A text, the encoding it was read in, and how many damaged places it holds (as U+FFFD)."""

    text: str
    encoding: str
    damaged: int = 0


class _Reading(NamedTuple):
    score: float
    decoded: Decoded


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Return the text of `data` without its byte order mark.

    `declared` is the charset that a page names; it breaks ties and admits Big5. Raises LoadError
    for binary data and for bytes that no one encoding explains.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding)
    plain = _decode_plain(data)
    if plain is not None:
        return plain
    readings = [r for e in _candidates(data, declared) if (r := _weigh(data, e, declared))]
    likely = [reading for reading in readings if reading.score >= _PLAUSIBLE]
    return _choose(likely) if likely else _decode_damaged(data, ("utf-8", "gb18030"))


def is_blank(text: str) -> bool:
    """Tell whether `text` shows nothing: white space and zero-width characters only."""
    return all(c.isspace() or c in _BLANK for c in text)


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    """Decode what stands behind a byte order mark, which settles the encoding."""
    if not data:
        return Decoded("", encoding)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return _decode_damaged(data, (encoding,))
    if _is_binary(text):
        raise LoadError(_NOT_TEXT)
    return Decoded(text, encoding, text.count("\ufffd"))


def _decode_plain(data: bytes) -> Decoded | None:
    """Decode the usual case without weighing: ASCII, or strict UTF-8 with Chinese in it."""
    if b"\0" in data:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not (data.isascii() or _HAN.search(text)):
        return None
    if len(data) - len(data.translate(None, _CONTROLS)) > _CONTROL_LIMIT * len(data):
        raise LoadError(_NOT_TEXT)
    return Decoded(text, "utf-8", text.count("\ufffd") if "\ufffd" in text else 0)


def _candidates(data: bytes, declared: str | None) -> tuple[str, ...]:
    """Return the encodings to weigh; with NUL bytes only UTF-16 is possible."""
    wide = ("utf-16-le", "utf-16-be") if len(data) % 2 == 0 else ()
    if b"\0" in data:
        return wide
    named = _DECLARED.get((declared or "").strip().lower())
    return tuple(dict.fromkeys((*((named,) if named else ()), "utf-8", "gb18030", *wide)))


def _weigh(data: bytes, encoding: str, declared: str | None) -> _Reading | None:
    """Return the strict reading of `data` in `encoding` and its likeliness, None if it has none."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    if _is_binary(text):
        return None
    named = _DECLARED.get((declared or "").strip().lower()) == encoding
    return _Reading(_score(text) + (_MARGIN if named else 0), Decoded(text, encoding))


def _choose(readings: list[_Reading]) -> Decoded:
    """Return the one likely reading; refuse to guess between two."""
    ranked = sorted(readings, key=lambda reading: -reading.score)
    best = ranked[0]
    if len(ranked) > 1 and best.score - ranked[1].score < _MARGIN:
        raise LoadError(_UNCLEAR)
    text, encoding, _ = best.decoded
    return Decoded(text, encoding, text.count("\ufffd"))


def _decode_damaged(data: bytes, encodings: tuple[str, ...]) -> Decoded:
    """Return a text with very few damaged places, each kept as U+FFFD and counted; else refuse."""
    if b"\0" in data and not encodings[0].startswith("utf-16"):
        raise LoadError(_NOT_TEXT)
    texts = {encoding: data.decode(encoding, "replace") for encoding in encodings}
    encoding = min(texts, key=lambda name: texts[name].count("\ufffd"))
    text = texts[encoding]
    damaged = text.count("\ufffd")
    tolerated = min(max(3, len(text) // 1000), len(text) // 50)
    if damaged > tolerated or _is_binary(text):
        raise LoadError(_NOT_TEXT if damaged * 10 > len(text) else _UNCLEAR)
    if _score(text) < _PLAUSIBLE:
        raise LoadError(_UNCLEAR)
    return Decoded(text, encoding, damaged)


def _is_binary(text: str) -> bool:
    """Tell whether control characters betray data that is no text."""
    if "\0" in text:
        return True
    sample = _sample(text)
    controls = sum((c < " " and c not in "\t\n\r\x0b\x0c") or c == "\x7f" for c in sample)
    return controls > _CONTROL_LIMIT * len(sample)


def _sample(text: str) -> str:
    """Return the beginning, middle and end of a long text, all of a short one."""
    if len(text) <= 3 * _SAMPLE:
        return text
    middle = len(text) // 2
    return text[:_SAMPLE] + text[middle : middle + _SAMPLE] + text[-_SAMPLE:]


def _score(text: str) -> float:
    """Return 0..1: how much of `text` is common Chinese, its punctuation, or ASCII."""
    sample = _sample(text)
    weights = _weights()
    return sum(weights.get(c, 0.0) for c in sample) / max(1, len(sample))


@cache
def _weights() -> dict[str, float]:
    """Return how likely each character is in a report; what is not listed is unlikely."""
    signs = [*range(0x2010, 0x2040), *range(0x2460, 0x2580), *range(0x2F00, 0x2FD6)]
    signs += [*range(0x3001, 0x3020), *range(0x3220, 0x3230), *range(0xFF01, 0xFF5F)]
    signs += [0xA0, 0xB7, 0xD7, 0x3000, 0x25A0, 0x25A1, 0x25CF, 0x25CB, 0x221A, 0xFFE5]
    weights = {chr(code): 1.0 for code in (*range(0x20, 0x7F), *signs, 9, 10, 12, 13)}
    weights |= dict.fromkeys("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü", 0.8)
    weights |= dict.fromkeys(_block("big5", range(0xA4, 0xC7), (0x40, 0x7F), (0xA1, 0xFF)), 0.9)
    weights |= dict.fromkeys(_block("gb2312", range(0xD8, 0xF8), (0xA1, 0xFF)), 0.8)
    return weights | dict.fromkeys(_block("gb2312", range(0xB0, 0xD8), (0xA1, 0xFF)), 1.0)


def _block(encoding: str, leads: range, *trails: tuple[int, int]) -> str:
    """Return the characters of a two-byte code block: the common ones of GB 2312 or Big5."""
    pairs = (
        bytes((lead, t)) for lead in leads for first, stop in trails for t in range(first, stop)
    )
    return "".join(pair.decode(encoding, "ignore") for pair in pairs)
