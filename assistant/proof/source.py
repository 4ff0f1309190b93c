"""The raw text behind a citation, and numbers read from it by a small parser of its own."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

_ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")
_PLAIN_NUMBER = re.compile(r"([+-]?\d[\d,]*(?:\.\d+)?)(?:件|项|个|条|份|宗|起|万元|元)?")
_IN_QUOTE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NONE_WORDS = re.compile("未|无|没|零|不存在")
_CHINESE_DIGITS = re.compile("[一二三四五六七八九十百千万两]")
_NEAR = 1500


class Source(NamedTuple):
    """A report's text as far as it can be had: `texts` are the readings to try, `problem` a change.

    `note` says what could not be checked against the original file.
    """

    texts: tuple[str, ...]
    problem: str = ""
    note: str = ""


def load_source(path: str, sha256: str, stored: Callable[[], str | None]) -> Source:
    """Return the text of the file if it is still the same, else the library's copy."""
    copy = stored()
    kept = (copy,) if copy is not None else ()
    try:
        data = Path(path).read_bytes()
    except OSError:
        note = f"原文件 {path} 读不到，按库中的文字副本核对"
        return Source(kept, note=note if kept else f"原文件 {path} 读不到，库中也没有副本")
    readings = tuple(_readings(data)) if path.lower().endswith((".txt", ".md")) else ()
    if hashlib.sha256(data).hexdigest() != sha256:
        return Source(readings or kept, problem=f"文件 {path} 的内容与回答时不同（SHA-256 不符）")
    if not readings:
        return Source(kept, note=f"{path} 不是纯文本，按库中的文字副本核对")
    return Source((*readings, *kept))


def _readings(data: bytes) -> list[str]:
    """Return the file in every encoding that fits, line ends as one character."""
    texts = []
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        texts.append(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    return texts


def reading_with(source: Source, start: int, end: int, raw: str) -> str | None:
    """Return the reading in which the quote stands where it should; None when in no one."""
    return next((text for text in source.texts if text[start:end] == raw), None)


def parse_number(raw: str) -> Decimal | None:
    """Return the number that a raw cell shows, None when this parser cannot tell."""
    plain = "".join(unicodedata.normalize("NFKC", raw).split()).replace("，", ",")
    plain = plain.replace("−", "-").replace("—", "-")
    match = _PLAIN_NUMBER.fullmatch(plain)
    if match is None:
        return None
    try:
        return Decimal(match[1].replace(",", ""))
    except InvalidOperation:
        return None


def says_number(quote: str, value: Decimal) -> bool | None:
    """Return whether a sentence states the number; None when it is in Chinese numerals."""
    plain = unicodedata.normalize("NFKC", quote).replace(" ", "")
    numbers = [Decimal(found.replace(",", "")) for found in _IN_QUOTE.findall(plain)]
    if any(number in (value, value / 10000) for number in numbers):
        return True
    if value == 0 and _NONE_WORDS.search(plain):
        return True
    return None if not numbers and _CHINESE_DIGITS.search(plain) else False


def label_before(text: str, start: int, label: str) -> bool:
    """Return whether the row's label stands before the cell, spaces and marks aside."""
    before = _squeezed(text[max(0, start - _NEAR) : start])
    words = [_squeezed(part) for part in re.split(r"[\s（(]|\d\.", label)]
    words = [word for word in words if len(word) > 1]
    return any(word[:6] in before for word in words[-2:]) if words else True


def _squeezed(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", unicodedata.normalize("NFKC", text))


def as_decimal(value: Any) -> Decimal | None:  # Any: a JSON number, text or null
    """Return a JSON number exactly as it was written."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
