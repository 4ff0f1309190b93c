"""Text that looks like an instruction to a model: told to the user, never obeyed; drops nothing."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from assistant.sentences import sentences_of
from index.normalise import normalise

# Characters that no reader sees, taken out before the patterns are tried.
_UNSEEN = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)


class Suspicion(NamedTuple):
    """A stretch of text that looks like an instruction, and what makes it look so."""

    start: int
    end: int
    why: str


def suspicious(text: str) -> list[Suspicion]:
    """Return what in `text` looks like an instruction or is hidden, in order."""
    plain, places = _seen(text)
    found = [
        Suspicion(places[m.start()], places[m.end() - 1] + 1, why)
        for why, pattern in _marks()
        for m in pattern.finditer(plain)
    ]
    why, hidden = _hidden()
    found += [Suspicion(m.start(), m.end(), why) for m in hidden.finditer(text)]
    return sorted(set(found))


def obedient(text: str) -> str:
    """Return the text with every sentence blanked that looks like an instruction to a model."""
    marks = suspicious(text)
    for sentence in sentences_of(text) if marks else ():
        if any(m.start < sentence.end and m.end > sentence.start for m in marks):
            blank = "　" * (sentence.end - sentence.start)
            text = text[: sentence.start] + blank + text[sentence.end :]
    return text


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
    return tomllib.loads(files("assistant.data").joinpath("suspicion.toml").read_text("utf-8"))
