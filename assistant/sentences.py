"""Text cut into sentences and clauses with their spans, and how much two texts share; no words."""

import re
from collections import Counter
from typing import NamedTuple

from index.normalise import normalise

# A closing quotation mark or bracket belongs to the sentence that it ends.
_SENTENCE = re.compile(r"[^。！？!?]*(?:[。！？!?]+[”’」』）)]*|$)")
_CLAUSE = re.compile(r"[,，、:：。！？!?；;\n]+")
_MARKS = re.compile(r"[^\w]|_")


class Sentence(NamedTuple):
    """A sentence of a text: its span there, without the white space around it."""

    start: int
    end: int
    text: str


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text in order; together they hold all but white space."""
    found = []
    for match in _SENTENCE.finditer(text):
        body = match[0]
        start = match.start() + len(body) - len(body.lstrip())
        if stripped := body.strip():
            found.append(Sentence(start, start + len(stripped), stripped))
    return tuple(found)


def plain(text: str) -> str:
    """Return text as comparisons see it: simplified, no white space, no case."""
    return "".join(normalise(text).split()).lower()


def clauses_of(text: str) -> tuple[str, ...]:
    """Return the clauses of a text, marks left out."""
    return tuple(part for part in _CLAUSE.split(text) if part.strip())


def grams(text: str) -> Counter[str]:
    """Return the pairs of neighbouring characters, marks left out."""
    bare = _MARKS.sub("", plain(text))
    return Counter(bare[i : i + 2] for i in range(len(bare) - 1))


def shared(part: str, whole: str) -> float:
    """Return how much of `part` stands in `whole`, from 0 to 1; nothing to compare is 1."""
    wanted, there = grams(part), grams(whole)
    total = sum(wanted.values())
    return sum(n for gram, n in wanted.items() if gram in there) / total if total else 1.0
