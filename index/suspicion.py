"""Text that looks like an order to a program: told to the user, never followed; drops nothing."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from index.model import Document, Passage
from index.normalise import normalise

# Characters that no reader sees, taken out before the patterns are tried.
_UNSEEN = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)


ORDERS = "文中有疑似给程序的指令："
_SHOWN, _QUOTED = 3, 40


class Suspicion(NamedTuple):
    """A stretch of text that looks like an instruction, and what makes it look so."""

    start: int
    end: int
    why: str


def suspicious(text: str) -> list[Suspicion]:
    """Return what in `text` looks like an instruction or is hidden, in order."""
    found: list[Suspicion] = []
    squeezed = "".join(normalise(_UNSEEN.sub("", text)).split())
    # Where each character stands is only worked out when there is something to place.
    if any(pattern.search(squeezed) for _, pattern in _marks()):
        plain, places = _seen(text)
        found += [
            Suspicion(places[m.start()], places[m.end() - 1] + 1, why)
            for why, pattern in _marks()
            for m in pattern.finditer(plain)
        ]
    why, hidden = _hidden()
    found += [Suspicion(m.start(), m.end(), why) for m in hidden.finditer(text)]
    return sorted(set(found))


def warn_of_orders(document: Document, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return what a report's readers must know: where the prose looks like an order."""
    found = [
        Suspicion(one.start + passage.start, one.end + passage.start, one.why)
        for passage in passages
        for one in suspicious(document.text[passage.start : passage.end])
    ]
    if not found:
        return ()
    quoted = "、".join(
        f"“{' '.join(document.text[one.start : one.end].split())[:_QUOTED]}”（第{one.start}字）"
        for one in found[:_SHOWN]
    )
    more = f"等{len(found)}处" if len(found) > _SHOWN else ""
    return (f"{ORDERS}{quoted}{more}；只当作报告的文字，不照着做",)


def _seen(text: str) -> tuple[str, list[int]]:
    """Return the visible characters, white space left out, each with its place in the text."""
    even = normalise(_UNSEEN.sub("\u200b", text))
    places = [i for i, char in enumerate(even) if not char.isspace()]
    return "".join(even[i] for i in places), places


@cache
def _marks() -> tuple[tuple[str, re.Pattern[str]], ...]:
    marks = _table()["mark"]
    return tuple((mark["why"], re.compile(mark["pattern"], re.IGNORECASE)) for mark in marks)


@cache
def _hidden() -> tuple[str, re.Pattern[str]]:
    hidden = _table()["hidden"]
    return hidden["why"], re.compile(hidden["pattern"])


@cache
def _table() -> dict[str, Any]:  # Any: TOML
    return tomllib.loads(files("index.data").joinpath("suspicion.toml").read_text("utf-8"))
