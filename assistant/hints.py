"""Sentences of an answer that name a command; where there is none they can be told again and said.

An answer says them once, in the words of the commands (`hints.csv`), and keeps them as they are.
"""

import re
from functools import cache
from typing import NamedTuple

from assistant.data import read_rows

_FIELD = re.compile(r"\\{(\w+)(:d)?\\}")


class Hint(NamedTuple):
    """Which sentence it is, and what stands in its places."""

    name: str
    values: dict[str, str]


def hint(name: str, /, **values: object) -> str:
    """Return the sentence `name` as an answer says it."""
    return _sentences()[name].format(**values)


def hint_in(sentence: str) -> Hint | None:
    """Return the hint that a whole sentence is, None when it is another."""
    for name, pattern in _patterns().items():
        if found := pattern.fullmatch(sentence):
            return Hint(name, found.groupdict())
    return None


@cache
def _sentences() -> dict[str, str]:
    return {row["hint"]: row["said"] for row in read_rows("hints.csv")}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return what each sentence looks like; a place named twice says the same twice."""
    return {name: re.compile(_pattern(said)) for name, said in _sentences().items()}


def _pattern(said: str) -> str:
    seen: set[str] = set()

    def place(found: re.Match[str]) -> str:
        again = found[1] in seen
        seen.add(found[1])
        inside = r"\d+" if found[2] else ".+?"
        return f"(?P={found[1]})" if again else f"(?P<{found[1]}>{inside})"

    return _FIELD.sub(place, re.escape(said))
