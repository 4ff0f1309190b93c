"""The words that stand for a topic in report text: variants to search for, and near ones."""

from functools import lru_cache

from assistant.sentences import grams, plain
from assistant.synonyms import Synonyms, synonyms

# Below this a long topic and a sentence share no more than common characters.
_LEAST_SHARED = 0.6
_LONG = 4


def group_terms(piece: str) -> tuple[str, ...]:
    """Return a word of the question with the words that say the same or a kind of it."""
    found = [piece]
    for words in _rows(piece):
        found += [*words.same, *words.narrower]
    return tuple(dict.fromkeys(found))


def related_terms(group: tuple[str, ...]) -> tuple[str, ...]:
    """Return words near to a group, good for finding passages but not for claiming a mention."""
    return tuple(dict.fromkeys(word for words in _rows(group[0]) for word in words.related))


def _rows(piece: str) -> list[Synonyms]:
    """Return the line of a head word; of another word, the lines that hold it as the same."""
    table = synonyms()
    if piece in table:
        return [table[piece]]
    return [words for words in table.values() if piece in words.same]


def printed(group: tuple[str, ...], text: str) -> bool:
    """Tell whether a text prints one of the words, white space and traditional forms aside."""
    there = plain(text)
    return any(plain(term) in there for term in group)


def strength(group: tuple[str, ...], text: str) -> float:
    """Return how strongly a text speaks of a group: 1 printed, less for parts or near words."""
    if printed(group, text):
        return 1.0
    best = max((_shared(term, text) for term in group if len(term) >= _LONG), default=0.0)
    near = 0.5 if printed(related_terms(group), text) else 0.0
    return max(best if best >= _LEAST_SHARED else 0.0, near)


def _shared(term: str, text: str) -> float:
    wanted, there = grams(term), _there(text)
    return sum(gram in there for gram in wanted) / len(wanted) if wanted else 0.0


@lru_cache(maxsize=512)
def _there(text: str) -> frozenset[str]:
    return frozenset(grams(text))
