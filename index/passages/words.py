"""The words that cutting a report into passages goes by, from `data/passages.toml`."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class PassageWords(NamedTuple):
    """What tells a table's notes and captions, where to cut, and what opens a sub-heading."""

    notes: tuple[str, ...]
    captions: tuple[str, ...]
    cuts: tuple[re.Pattern[str], ...]
    opening: re.Pattern[str]


@cache
def passage_words() -> PassageWords:
    """Return the words, patterns compiled; they are for normalised text."""
    table = tomllib.loads((files("index.data") / "passages.toml").read_text(encoding="utf-8"))
    return PassageWords(
        tuple(table["table"]["notes"]),
        tuple(table["table"]["captions"]),
        tuple(re.compile(place) for place in table["cut"]["places"]),
        re.compile(table["heading"]["opening"]),
    )
