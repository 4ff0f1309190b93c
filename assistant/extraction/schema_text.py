"""A JSON Schema as text, parsed: what is wrong is told with its place. Knows no field."""

import json
from collections.abc import Sequence
from typing import Any

from assistant.data import read_rows
from index.errors import MisuseError


def parse_schema(text: str, name: str) -> dict[str, Any]:
    """Return the object that `text` holds; raises MisuseError that says what is wrong, and where.

    A key that stands twice is refused: the one or the other field would be lost.
    """
    try:
        found = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_short
        )
    except json.JSONDecodeError as error:
        place = f"第 {error.lineno} 行第 {error.colno} 列{_fault(error.msg)}"
        raise MisuseError(f"{name} 不是有效的 JSON：{place}。请改正后重试。") from error
    except (ValueError, RecursionError) as error:
        said = "嵌套太深" if isinstance(error, RecursionError) else str(error)
        raise MisuseError(f"{name} 不是有效的 JSON：{said}。请改正后重试。") from error
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise MisuseError(f"{name} 里有半个字符（\\ud800 之类），写不成文字。请改正。") from error
    if not isinstance(found, dict):
        raise MisuseError(f"{name} 里不是一个 JSON 对象。请给出 {{…}} 形式的 JSON Schema。")
    return found


def _fault(said: str) -> str:
    """Return in words what Python's reader says of a text, "" for what has none."""
    words = {row["fault"]: f"，{row['words']}" for row in read_rows("json_faults.csv")}
    return words.get(said.removesuffix(": "), "")


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key[:60]!r} 写了两次")
        found[key] = value
    return found


def _no_constant(said: str) -> None:
    raise ValueError(f"{said} 不是 JSON 的数")


def _short(said: str) -> int:
    """Return a whole number; one of thousands of digits would take Python long to read."""
    if len(said) > 40:
        raise ValueError(f"数太长：{said[:20]}…")
    return int(said)
