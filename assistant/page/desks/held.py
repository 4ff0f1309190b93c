"""The texts of files that one session opened: found by tokens that only its own state resolves."""

import secrets
from collections.abc import Mapping
from typing import NamedTuple

from assistant.page.desks.limits import HELD_CHARACTERS, HELD_FILES
from assistant.page.desks.places import WINDOW, Span, spans_in, whole
from index.errors import MisuseError


class Held(NamedTuple):
    """The text of a file under its token."""

    token: str
    name: str
    text: str


class HeldPlace(NamedTuple):
    """Places in a held text, of which `text[first:last]` is shown."""

    token: str
    name: str
    text: str
    spans: tuple[Span, ...]
    first: int
    last: int


Holding = tuple[Held, ...]


def hold(holding: Holding, name: str, text: str) -> tuple[Holding, str]:
    """Return the session's texts with a new one, and its token; "" when the text is too long.

    Older texts are let go when there are too many of them or they are too long together.
    """
    if len(text) > HELD_CHARACTERS:
        return holding, ""
    token = secrets.token_urlsafe(12)
    kept = [*holding, Held(token, name, text)][-HELD_FILES:]
    while sum(len(one.text) for one in kept) > HELD_CHARACTERS:
        kept.pop(0)
    return tuple(kept), token


def find_held(holding: Holding, act: Mapping[str, str]) -> HeldPlace:
    """Return the places that a click asks for: token, spans "s-e s-e", perhaps from.

    Raises MisuseError when this session holds no such text, or the text no such place.
    """
    held = next((one for one in holding if one.token == act.get("token")), None)
    if held is None:
        raise MisuseError("这份文件的原文已经不在本次会话里（只保留最近的几份）。请重新上传。")
    spans = spans_in(act.get("spans", ""), len(held.text), f"{held.name!r} ", "请重新上传。")
    wanted = whole(act.get("from", ""))
    middle = min(spans).start if wanted is None else wanted
    first = max(0, min(middle, len(held.text)) - WINDOW)
    return HeldPlace(held.token, held.name, held.text, tuple(sorted(spans)), first,
                     min(len(held.text), first + 2 * WINDOW))  # fmt: skip
