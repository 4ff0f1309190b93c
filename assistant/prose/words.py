"""The word tables of prose questions and of the checks on sentences, each read once."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from assistant.data import read_rows
from assistant.understand.lexicon import expand
from index.normalise import normalise


class SectionHint(NamedTuple):
    """A statutory section: how questions name it, and the words that make it likely."""

    section: str
    ordinal: str
    named: tuple[str, ...]
    hints: tuple[str, ...]


Word = tuple[str, str]


@cache
def question_words() -> dict[str, Word]:
    """Return (kind, value) of every word of prose questions; the first line of the table wins."""
    words: dict[str, Word] = {}
    for line in read_rows("prose_words.csv"):
        for pattern in normalise(line["patterns"]).split():
            for word in expand(pattern):
                words.setdefault(word, (line["kind"], line["value"]))
    words.pop("", None)
    return words


@cache
def section_hints() -> tuple[SectionHint, ...]:
    """Return the six sections in their order."""
    lines = zip("一二三四五六", read_rows("prose_sections.csv"), strict=True)
    return tuple(
        SectionHint(r["section"], n, tuple(r["named"].split()), tuple(r["hints"].split()))
        for n, r in lines
    )


def say_section(name: str) -> str:
    """Return a section as answers name it (第五节)."""
    return next((f"第{hint.ordinal}节" for hint in section_hints() if hint.section == name), "")


@cache
def cues(kind: str) -> tuple[str, ...]:
    """Return the cue words of a kind (reason, plan, negation …), longest first."""
    lines = [row for row in read_rows("prose_cues.csv") if row["kind"] == kind]
    return _longest_first(word for line in lines for word in line["patterns"].split())


@cache
def claim_words(kind: str) -> tuple[str, ...]:
    """Return the words of a kind that the checks of sentences use, longest first."""
    lines = [row for row in read_rows("claim_words.csv") if row["kind"] == kind]
    return _longest_first(word for line in lines for word in line["patterns"].split())


@cache
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of any of the words; 因…而 has anything short in between."""
    parts = [re.escape(word).replace("…", ".{1,20}?") for word in words]
    return re.compile("|".join(parts) or "(?!)")


def without(text: str, words: tuple[str, ...]) -> str:
    """Return the text with these words blanked, its length unchanged."""
    return any_of(words).sub(lambda found: "　" * len(found[0]), text)


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(words), key=lambda word: (-len(word), word)))
