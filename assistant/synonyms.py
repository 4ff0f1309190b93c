"""What print says instead of the words of a question: the same, a kind of it, or something near."""

from functools import cache
from typing import NamedTuple

from assistant.data import read_rows


class Synonyms(NamedTuple):
    """Words for one subject: `same` and `narrower` ones print it, `related` ones are only near."""

    same: tuple[str, ...]
    narrower: tuple[str, ...]
    related: tuple[str, ...]


@cache
def synonyms() -> dict[str, Synonyms]:
    """Return the synonyms of every head word."""
    return {
        line["head"]: Synonyms(
            (line["head"], *line["same"].split()),
            tuple(line["narrower"].split()),
            tuple(line["related"].split()),
        )
        for line in read_rows("prose_synonyms.csv")
    }


def related_words(text: str) -> tuple[str, ...]:
    """Return what a search may look for beside the words of `text`: what print says instead."""
    found = [
        word
        for head, words in synonyms().items()
        if any(one in text for one in words.same)
        for word in (*words.same, *words.narrower, *words.related)
    ]
    printed = [
        word
        for row in read_rows("search_words.csv")
        if any(asked in text for asked in row["asked"].split())
        for word in row["printed"].split()
    ]
    return tuple(dict.fromkeys((*found, *printed)))
