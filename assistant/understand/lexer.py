"""A question cut into typed tokens: the cheapest cover of all its characters; interprets nothing.

White space separates numbers but not words; every character ends up in a token, those that no
word explains in tokens of kind `unknown`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.names import Names, Spot
from assistant.understand.lexicon import VARIANTS, Entry, Lexicon, load_lexicon, near_lexicon
from assistant.understand.numerals import (
    Number,
    read_approximation,
    read_number,
    read_year,
)
from index.normalise import normalise

_UNKNOWN_COST = 8.0
_RANK_WORDS = {"前": "first", "后": "last", "倒数": "last", "倒数前": "last", "最后": "last"}
_RANK_WORDS |= {"top": "first", "TOP": "first", "Top": "first", "末": "last", "第": "place"}
_RANK_WORDS |= {"排名前": "first", "排前": "first", "倒数第": "last_place", "排名第": "place"}
_RANK_COUNTERS = ("名", "位", "强", "个", "家", "份")


class Token(NamedTuple):
    """A stretch of the question with what it may mean.

    `kinds` are the kinds of `entries`, or one of `number`, `year`, `place`, `limit`, `approximate`,
    `unknown`. `text` is as normalised, without white space.
    """

    text: str
    kinds: frozenset[str]
    entries: tuple[Entry, ...] = ()
    number: Number | None = None
    year: int | None = None
    sure: bool = True
    spots: tuple[Spot, ...] = ()
    limit: tuple[str, int] | None = None

    def has(self, *kinds: str) -> bool:
        """Tell whether the token may be of any of the kinds."""
        return any(kind in self.kinds for kind in kinds)

    def value(self, kind: str) -> str | None:
        """Return the value the token has as that kind, None when it is not of it."""
        return next((entry.value for entry in self.entries if entry.kind == kind), None)


# 1000（含）以上 says the same as 1000以上（含）.
_END_INSIDE = re.compile(r"[(（](不?包?含)[)）](以上|以下|以内)")


class _Edge(NamedTuple):
    length: int
    cost: float
    token: Token


def segment(question: str, names: Names) -> tuple[Token, ...]:
    """Return the tokens of a question in order."""
    text, walls = _squeezed(_END_INSIDE.sub(r"\2(\1)", question))
    size = len(text)
    costs = [0.0] + [float("inf")] * size
    steps: list[_Edge | None] = [None] * (size + 1)
    for at in range(size):
        fresh = at == 0 or walls[at - 1] == at
        for edge in _edges(text, at, walls[at], fresh, names):
            cost = costs[at] + edge.cost
            if cost < costs[at + edge.length]:
                costs[at + edge.length] = cost
                steps[at + edge.length] = edge
    return _merged_unknown(_path(steps))


def _squeezed(question: str) -> tuple[str, list[int]]:
    """Return the text without white space; per character, where digits next stand apart."""
    plain = normalise(question)
    chars: list[str] = []
    breaks: list[int] = []
    spaced = False
    for char in plain:
        if not char.isspace():
            if spaced and char.isdigit() and chars and chars[-1].isdigit():
                breaks.append(len(chars))
            chars.append(char)
        spaced = char.isspace()
    walls, wall = [0] * len(chars), len(chars)
    for at in range(len(chars) - 1, -1, -1):
        walls[at] = wall
        if breaks and breaks[-1] >= at:
            while breaks and breaks[-1] >= at:
                breaks.pop()
            wall = at
    return "".join(chars), walls


def _path(steps: list[_Edge | None]) -> list[Token]:
    tokens: list[Token] = []
    at = len(steps) - 1
    while at > 0:
        edge = steps[at]
        assert edge is not None, "every character has at least the unknown edge"
        tokens.append(edge.token)
        at -= edge.length
    return tokens[::-1]


def _cost(length: int) -> float:
    """Prefer few tokens, and of equally many the cover with longer ones."""
    return 1.0 - 0.002 * length * length


def _edges(text: str, at: int, wall: int, fresh: bool, names: Names) -> Iterator[_Edge]:
    unknown = Token(text[at], frozenset({"unknown"}))
    yield _Edge(1, _UNKNOWN_COST, unknown)
    yield from _word_edges(text, at)
    yield from _place_edges(text, at, names)
    before = "" if fresh else text[at - 1]
    if not before.isdigit():
        yield from _year_edges(text, at, wall)
        yield from _number_edges(text, at, wall, before)
    yield from _limit_edges(text, at)


class _First:
    """The first question of this process: it does not wait for all the words."""

    text = ""


def _lexicon_of(text: str) -> Lexicon:
    if not _First.text:
        _First.text = text
    return near_lexicon(text) if text == _First.text else load_lexicon()


def _word_edges(text: str, at: int) -> Iterator[_Edge]:
    lexicon = _lexicon_of(text)
    for length in lexicon.lengths.get(text[at].translate(VARIANTS), ()):
        word = text[at : at + length].translate(VARIANTS)
        if len(word) == length and (entries := lexicon.words.get(word)):
            kinds = frozenset(entry.kind for entry in entries)
            yield _Edge(length, _cost(length), Token(word, kinds, entries))


def _place_edges(text: str, at: int, names: Names) -> Iterator[_Edge]:
    for length in names.lengths_at(text, at):
        name = text[at : at + length]
        spots = names.spots(name)
        # A short form claims less than a word, a place only the list knows less than a held one.
        weak = 0.4 if all(s.short for s in spots) else 0.0
        weak += 0.1 if all(s.listed for s in spots) else 0.0
        yield _Edge(length, _cost(length) + weak, Token(name, frozenset({"place"}), spots=spots))


def _year_edges(text: str, at: int, wall: int) -> Iterator[_Edge]:
    if found := read_year(text, at, wall):
        year, length, sure = found
        word = text[at : at + length]
        token = Token(word, frozenset({"year"}), year=year, sure=sure)
        yield _Edge(length, _cost(length), token)


def _number_edges(text: str, at: int, wall: int, before: str) -> Iterator[_Edge]:
    if text[at] == "-" and before and before in "件条项年个元%)":
        return
    if (found := read_number(text, at, wall)) is None:
        return
    word = text[at : at + found.length]
    if (about := read_approximation(text, at + found.length)) and _roundish(word, text, at, about):
        vague = text[at : at + found.length + about]
        yield _Edge(len(vague), _cost(len(vague)), Token(vague, frozenset({"approximate"})))
    token = Token(word, frozenset({"number"}), number=found)
    yield _Edge(found.length, _cost(found.length), token)


def _roundish(word: str, text: str, at: int, about: int) -> bool:
    """Tell 三百来件 and 1000多件 from a number that 多 or 来 merely follows."""
    rest = text[at + len(word) + about :]
    return word[-1] in "0十百千万亿" and not rest.startswith(("少", "于", "过", "出"))


def _limit_edges(text: str, at: int) -> Iterator[_Edge]:
    """Find 前五名, 前10, 倒数三个, 第二名, top5; 前三年 is none."""
    for word, direction in _RANK_WORDS.items():
        if not text.startswith(word, at):
            continue
        start = at + len(word)
        found = read_number(text, start, len(text))
        if found is None or found.value != int(found.value) or not 0 < found.value < 100_000:
            continue
        if found.unit and found.counter not in _RANK_COUNTERS:
            continue
        end = start + found.length
        end += text.startswith(("名", "位", "强"), end)
        if text.startswith(("年", "节", "部", "张", "条", "条", "季", "批", "次"), end):
            continue
        limit = (direction, int(found.value))
        yield _Edge(
            end - at, _cost(end - at), Token(text[at:end], frozenset({"limit"}), limit=limit)
        )


def _merged_unknown(tokens: list[Token]) -> tuple[Token, ...]:
    """Join neighbouring unknown characters to one token, as the user will read it."""
    merged: list[Token] = []
    for token in tokens:
        if token.has("unknown") and merged and merged[-1].has("unknown"):
            merged[-1] = merged[-1]._replace(text=merged[-1].text + token.text)
        else:
            merged.append(token)
    return tuple(merged)
