"""Finds the JSON object in a model's text: lenient about wrapping, never about completeness."""

import json
import math
import re
from typing import Any, NamedTuple

_OPEN, _CLOSE = "{[", "}]"
_QUOTES = {'"': '"', "“": "”", "”": "”"}
_MARKS = {"：": ":", "，": ","}


class ParseError(Exception):
    """There is no one complete JSON object; the message is for the model."""


class _Found(NamedTuple):
    raw: str
    tidy: str  # quotes, colons and commas outside strings made ASCII, trailing commas gone
    end: int


def parse_objects(text: str) -> list[dict[str, Any]]:
    """Return the different complete JSON objects of `text`, thinking text already taken out.

    Raises ParseError when there is none, or when any bracket that was opened is not closed: the
    part of a reply that was cut must not pass for the whole.
    """
    objects: list[dict[str, Any]] = []
    at = 0
    while (start := _next_open(text, at)) is not None:
        found = _balanced(text, start)
        value = _loaded(found)
        if isinstance(value, dict) and value not in objects:
            objects.append(value)
        at = found.end
    if not objects:
        raise ParseError("没有找到完整的 JSON 对象。")
    return objects


def _next_open(text: str, at: int) -> int | None:
    found = [place for mark in _OPEN if (place := text.find(mark, at)) >= 0]
    return min(found, default=None)


def _balanced(text: str, start: int) -> _Found:
    """Return the bracketed part that starts at `start`; raises ParseError if it does not end."""
    depth, at = 0, start
    tidy: list[str] = []
    while at < len(text):
        mark = text[at]
        if mark in _QUOTES:
            end = _string_end(text, at)
            tidy.append(_quoted(text[at + 1 : end], ascii_=mark == '"'))
            at = end + 1
            continue
        if mark in _CLOSE:
            _drop_trailing_comma(tidy)
        depth += (mark in _OPEN) - (mark in _CLOSE)
        if not mark.isspace():
            tidy.append(_MARKS.get(mark, mark))
        at += 1
        if depth == 0:
            return _Found(text[start:at], "".join(tidy), at)
    raise ParseError("JSON 没有写完：括号没有闭合。")


def _drop_trailing_comma(tidy: list[str]) -> None:
    """Drop a comma before a closing bracket, if it follows a value."""
    if len(tidy) > 1 and tidy[-1] == "," and tidy[-2] not in (*_OPEN, ","):
        tidy.pop()


def _string_end(text: str, start: int) -> int:
    """Return where the string that opens at `start` closes."""
    closing = _QUOTES[text[start]]
    at = start + 1
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text[at] == closing:
            return at
        else:
            at += 1
    raise ParseError("JSON 没有写完：引号没有闭合。")


def _quoted(inside: str, ascii_: bool) -> str:
    """Return a string of the reply between ASCII quotes."""
    return f'"{inside}"' if ascii_ else '"' + re.sub(r'(?<!\\)"', r"\"", inside) + '"'


def _loaded(found: _Found) -> Any:
    """Return the value; None when it is no JSON (a bracket of the prose)."""
    for text in (found.raw, found.tidy):
        try:
            return json.loads(
                text,
                strict=False,
                object_pairs_hook=_unique,
                parse_constant=_no_number,
                parse_float=_finite,
            )
        except ValueError:
            continue
    return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object; one name with two values has no value."""
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name in given and given[name] != value:
            raise ParseError(f"字段 {name!r} 出现了两次，值不同。")
        given[name] = value
    return given


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(text: str) -> float:
    raise ParseError(f"{text} 不是数。")
