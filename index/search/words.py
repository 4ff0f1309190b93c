"""The one door to rjieba: text as the words and character pairs that the lexical index compares.

Text is compared normalised: simplified characters, NFKC, small letters. Pairs are taken from runs
of letters and digits with white space left out, so a term that is printed is always found by them.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from index.normalise import normalise

# Raise it whenever a text can give other words or pairs: the index is then built anew.
WORDS_VERSION = "1"

MOST_TERMS = 160
_RUN = re.compile(r"[^\W_]+")
_HAN = re.compile("[一-鿿]{2}")
_LONGEST_WORD = 64


class Terms(NamedTuple):
    """What a query is looked up by; `cut` tells that a long query was not used whole.

    `also` are words that say the same or something near.
    """

    words: tuple[str, ...]
    pairs: tuple[str, ...]
    cut: bool = False
    also: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.pairs)


def storable(text: str) -> str:
    """Return text without what no index or database takes: half characters, NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")


def plain_form(text: str) -> str:
    """Return text as it is compared: simplified, NFKC, small."""
    return unicodedata.normalize("NFKC", normalise(storable(text))).lower()


def squeezed_form(text: str) -> str:
    """Return the compared form without white space: what `mentions` looks a term up in."""
    return "".join(plain_form(text).split())


def index_words(text: str) -> list[str]:
    """Return the words of a text in order, as the index holds them."""
    return [word for word in _cut(plain_form(text)) if _RUN.fullmatch(word)]


def index_pairs(text: str) -> list[str]:
    """Return every two characters that stand side by side in a text, white space left out."""
    return _pairs(squeezed_form(text))


def query_terms(query: str, also: Iterable[str] = ()) -> Terms:
    """Return the terms of a query, question words left out unless there is nothing else.

    `also` are related words to look up beside it.
    """
    words = [word if _RUN.fullmatch(word) else " " for word in _cut(plain_form(query))]
    telling = [word if word not in _stop_words() else " " for word in words]
    if all(word == " " for word in telling):
        telling = words
    kept = list(dict.fromkeys(word for word in telling if word != " "))
    apart = list(dict.fromkeys(p for p in _pairs("".join(telling)) if _HAN.fullmatch(p)))
    cut = len(kept) > MOST_TERMS or len(apart) > MOST_TERMS
    near = [word for text in also for word in index_words(text) if word not in _stop_words()]
    beside = tuple(word for word in dict.fromkeys(near) if word not in kept)
    return Terms(tuple(kept[:MOST_TERMS]), tuple(apart[:MOST_TERMS]), cut, beside[:MOST_TERMS])


def _pairs(text: str) -> list[str]:
    """Return the character pairs of each run of letters and digits."""
    return [run[i : i + 2] for run in _RUN.findall(text) for i in range(len(run) - 1)]


@lru_cache(maxsize=64)
def _cut(text: str) -> tuple[str, ...]:
    """Return the words of normalised text; line breaks inside a word are left out first."""
    import rjieba

    joined = re.sub(r"(?<=[一-鿿])\s+(?=[一-鿿])", "", text)
    return tuple(word[:_LONGEST_WORD] for word in rjieba.cut(joined))


@cache
def _stop_words() -> frozenset[str]:
    """Return the words that a query is better looked up without."""
    table = tomllib.loads((files("index.data") / "search.toml").read_text(encoding="utf-8"))
    return frozenset(table["stop"])


def word_edges(text: str) -> set[int]:
    """Return where words begin and end in a text that is normalised and has no white space."""
    edges, at = {0}, 0
    for word in _cut_whole(text):
        at += len(word)
        edges.add(at)
    return edges


def _cut_whole(text: str) -> list[str]:
    """Return the words of a text, nothing shortened."""
    import rjieba

    words: list[str] = rjieba.cut(text)
    return words
