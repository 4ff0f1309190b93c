"""The words that questions are made of, from the tables in `assistant/data`; reads no question.

A table's `patterns` are separated by spaces; in each, `(a|b)` stands for a or b, `(a)?` for a or
nothing, and a backslash takes the next character as it is.
"""

from collections.abc import Iterator, Set
from functools import cache, lru_cache
from typing import NamedTuple

from assistant.data import read_rows
from index.normalise import normalise


class Entry(NamedTuple):
    """What a word may mean: its kind (`row`, `before`, `filler` …) and the value it stands for."""

    kind: str
    value: str


class Lexicon(NamedTuple):
    """All words with their meanings, and for each first character the lengths to try."""

    words: dict[str, tuple[Entry, ...]]
    lengths: dict[str, tuple[int, ...]]


class Row(NamedTuple):
    """A row a question can name: the catalogue rows it adds up, and the columns it can have.

    `alternatives` are the rows of the other form that hold the same number.
    """

    section: str
    label: str
    rows: tuple[str, ...]
    alternatives: tuple[str, ...]
    columns: tuple[str, ...]
    default: str


class Column(NamedTuple):
    """A column a question can name: the catalogue columns it adds up."""

    label: str
    columns: tuple[str, ...]


class FactName(NamedTuple):
    """A number of the prose: label, unit, and the cells (row or row:column) that say the same."""

    label: str
    unit: str
    cells: str


# Traditional spellings of single words that no character table turns back (答覆, 反覆, 瞭解).
VARIANTS = str.maketrans("覆瞭藉著敍", "复了借着叙")
_TABLES = ("measures.csv", "words.csv", "comparators.csv")


def expand(pattern: str, held: Set[str] | None = None) -> list[str]:
    """Return every word a pattern stands for; of `held` characters only, when given."""
    words, at = _alternatives(pattern, 0, held)
    if at != len(pattern):
        raise ValueError(f"词表里的括号不成对：{pattern!r}")
    return words


def _alternatives(pattern: str, at: int, held: Set[str] | None) -> tuple[list[str], int]:
    """Expand `a|b|…` up to a closing bracket or the end."""
    found: list[str] = []
    current = [""]
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            found += current
            current, at = [""], at + 1
            continue
        options, at = _piece(pattern, at, held)
        current = [head + tail for head in current for tail in options]
    return found + current, at


def _piece(pattern: str, at: int, held: Set[str] | None) -> tuple[list[str], int]:
    """Expand one character or one bracket, with the `?` that may follow it."""
    if pattern[at] == "\\":
        return _one(pattern[at + 1], held), at + 2
    if pattern[at] != "(":
        return _one(pattern[at], held), at + 1
    options, at = _alternatives(pattern, at + 1, held)
    if at >= len(pattern):
        raise ValueError(f"词表里的括号不成对：{pattern!r}")
    at += 1
    if pattern[at : at + 1] == "?":
        return [*options, ""], at + 1
    return options, at


def _one(char: str, held: Set[str] | None) -> list[str]:
    return [char] if held is None or char in held else []


def _patterns() -> Iterator[tuple[str, Entry]]:
    """Yield every pattern of every table with its meaning."""
    for name in _TABLES:
        for line in read_rows(name):
            entry = Entry(line["kind"], line["value"])
            yield from ((pattern, entry) for pattern in line["patterns"].split())
    for line in read_rows("facts.csv"):
        entry = Entry("fact", line["name"])
        yield from ((pattern, entry) for pattern in line["patterns"].split())
    for line in read_rows("refusals.csv"):
        entry = Entry("refuse", line["code"])
        yield from ((pattern, entry) for pattern in line["patterns"].split())
    for line in read_rows("bureaus.csv"):
        yield from ((word, Entry("bureau", word)) for word in line["names"].split())


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon, its words squeezed as questions are."""
    return _lexicon(None)


@lru_cache(maxsize=4)
def near_lexicon(text: str) -> Lexicon:
    """Return the words of the lexicon that may stand in squeezed `text`.

    One question needs a few dozen of the tens of thousands, and a command asks one question.
    """
    return _lexicon(frozenset(text))


def _lexicon(held: Set[str] | None) -> Lexicon:
    patterns = list(_patterns())
    # One normalisation for all, or a cold question waits for it; no character changes its place.
    plain = normalise("\n".join(pattern for pattern, _ in patterns)).translate(VARIANTS).split("\n")
    words: dict[str, dict[Entry, None]] = {}
    for pattern, (_, entry) in zip(plain, patterns, strict=True):
        for word in expand(pattern, held):
            words.setdefault(word, {})[entry] = None
    words.pop("", None)
    lengths: dict[str, set[int]] = {}
    for word in words:
        lengths.setdefault(word[0], set()).add(len(word))
    return Lexicon(
        {word: tuple(entries) for word, entries in words.items()},
        {first: tuple(sorted(found)) for first, found in lengths.items()},
    )


@cache
def load_rows() -> dict[str, Row]:
    """Return the rows questions can name, by key."""
    return {
        line["key"]: Row(
            line["section"],
            line["label"],
            tuple(line["rows"].split()),
            tuple(line["alternatives"].split()),
            tuple(line["columns"].split()),
            line["default"],
        )
        for line in read_rows("rows.csv")
    }


@cache
def load_columns() -> dict[tuple[str, str], Column]:
    """Return the columns questions can name, by section and key."""
    return {
        (line["section"], line["key"]): Column(line["label"], tuple(line["columns"].split()))
        for line in read_rows("columns.csv")
    }


@cache
def load_facts() -> dict[str, FactName]:
    """Return the numbers of the prose that questions can name."""
    return {
        line["name"]: FactName(line["label"], line["unit"], line["cells"])
        for line in read_rows("facts.csv")
    }
