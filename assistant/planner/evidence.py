"""What an unread word may stand for, by tables alone: loose words, and words that sound the same.

The model chooses among these; a choice that no table backs is never acted on.
"""

from functools import cache
from typing import Literal, NamedTuple

from assistant.data import read_rows
from assistant.understand.lexer import Token
from assistant.understand.lexicon import VARIANTS, expand, load_lexicon
from index.normalise import squeeze

Side = Literal["", "any", "verb", "after", "edge", "level", "counter"]
MEASURE_KINDS = ("row", "column", "cell", "fact", "request", "rate", "breakdown")
_COMPARING = ("before", "after", "set")
_SHORTEST = 2
_BESIDE = (
    "place", "bureau", "year", "level", "how_many", "which", "superlative", "number", "filler",
    "punct", "and", "each", "weak_sum", "aggregate", "limit", "ranking", "apart", "before",
)  # fmt: skip


class Meaning(NamedTuple):
    """What a word may stand for: a word the rules know, "" for one without meaning."""

    word: str
    side: Side = ""


@cache
def _loose() -> dict[str, tuple[Meaning, ...]]:
    """Return the loose words with their meanings."""
    found: dict[str, tuple[Meaning, ...]] = {}
    for row in read_rows("loose_words.csv"):
        meaning = Meaning(row["means"], row["side"])  # type: ignore[arg-type]
        for pattern in row["patterns"].split():
            for word in expand(pattern):
                plain = squeeze(word).translate(VARIANTS)
                found[plain] = (*found.get(plain, ()), meaning)
    return found


@cache
def _sounds() -> dict[str, frozenset[str]]:
    """Return, for a character, all that sound like it."""
    found: dict[str, frozenset[str]] = {}
    for row in read_rows("homophones.csv"):
        same = frozenset(row["characters"])
        for char in same:
            found[char] = found.get(char, frozenset()) | same
    return found


class Unread(NamedTuple):
    """A stretch of the question that no rule reads, with the known tokens beside it."""

    start: int
    text: str
    before: Token | None
    after: Token | None

    @property
    def end(self) -> int:
        """Return the place behind its last character."""
        return self.start + len(self.text)


def unread_words(tokens: tuple[Token, ...]) -> list[Unread]:
    """Return the unread stretches of a question, loose words cut out of them whole.

    A loose word may take in a neighbour that is a word by itself (破了, 拢共); what is left of a
    stretch beside a loose word is unread too.
    """
    text = "".join(token.text for token in tokens)
    spans: list[tuple[int, int]] = []
    for start, token in _placed(tokens):
        if token.has("unknown"):
            spans += _cut(text, max(start, spans[-1][1] if spans else 0), start + len(token.text))
    return [_unread(text, span, tokens) for span in spans]


def _placed(tokens: tuple[Token, ...]) -> list[tuple[int, Token]]:
    """Return the tokens with the places where they start."""
    found, at = [], 0
    for token in tokens:
        found.append((at, token))
        at += len(token.text)
    return found


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut an unread stretch around the longest loose word that begins in it."""
    if start >= end:
        return []
    words = [
        (at, word) for at in range(start, end) for word in _loose() if text.startswith(word, at)
    ]
    if not words:
        return [(start, end)]
    at, word = max(words, key=lambda found: (len(found[1]), -found[0]))
    stop = at + len(word)
    return [*([(start, at)] if start < at else []), (at, stop), *_cut(text, stop, end)]


def _unread(text: str, span: tuple[int, int], tokens: tuple[Token, ...]) -> Unread:
    known = [(at, at + len(t.text), t) for at, t in _placed(tokens) if not t.has("unknown")]
    before = next((t for _, stop, t in known if stop == span[0]), None)
    after = next((t for start, _, t in known if start == span[1]), None)
    return Unread(span[0], text[slice(*span)], before, after)


def meanings(word: Unread, length: int) -> tuple[Meaning, ...]:
    """Return what an unread word may stand for where it stands in a question so long."""
    told = [meaning for meaning in _loose().get(word.text, ()) if _fits(meaning, word, length)]
    return tuple(dict.fromkeys([*told, *map(Meaning, _sounding(word.text))]))


def _fits(meaning: Meaning, word: Unread, length: int) -> bool:
    """Tell whether a loose word may be meant here; beside a measure it may narrow that measure."""
    before = word.before is not None and word.before.has(*MEASURE_KINDS)
    after = word.after is not None and word.after.has(*MEASURE_KINDS)
    if meaning.side == "after":
        return before and not after
    if meaning.side == "edge":
        return (word.start == 0 or word.end == length) and not before and not after
    if meaning.side == "level":
        return word.after is not None and word.after.has("level")
    if meaning.side == "counter":
        return word.before is not None and word.before.has("how_many", "number")
    if meaning.side == "any":
        return not before
    return _stands_alone(word, length) and (not is_measure(meaning.word) or not (before or after))


def _stands_alone(word: Unread, length: int) -> bool:
    """Tell 罚了多少 from 罚没多少: the words beside must not make another word with this one."""
    if word.after is not None and word.after.has("none", "missing"):
        return False
    if len(word.text) >= _SHORTEST:
        return True
    opens = word.start == 0 or (word.before is not None and word.before.has(*_BESIDE))
    closes = word.end == length or (word.after is not None and word.after.has(*_BESIDE))
    return opens and closes


def asks_an_operation(word: str) -> bool:
    """Tell whether a known word may decide what is done: no measure, comparator or mere filler."""
    entries = load_lexicon().words.get(word, ())
    return any(entry.kind not in (*MEASURE_KINDS, *_COMPARING) for entry in entries)


def is_measure(word: str) -> bool:
    """Tell whether a known word names what is measured."""
    entries = load_lexicon().words.get(word, ())
    return any(entry.kind in MEASURE_KINDS for entry in entries)


def _sounding(word: str) -> list[str]:
    """Return the measure words that differ only in characters of the same sound, half at most."""
    if len(word) < _SHORTEST:
        return []
    return [known for known in _measure_words(len(word)) if _sounds_like(word, known)]


@cache
def _measure_words(length: int) -> tuple[str, ...]:
    words = load_lexicon().words
    return tuple(
        word
        for word, entries in words.items()
        if len(word) == length and all(entry.kind in MEASURE_KINDS for entry in entries)
    )


def _sounds_like(word: str, known: str) -> bool:
    pairs = [(a, b) for a, b in zip(word, known, strict=True) if a != b]
    alike = all(b in _sounds().get(a, ()) for a, b in pairs)
    return alike and 0 < len(pairs) * 2 <= len(word)
