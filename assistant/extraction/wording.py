"""The words by which a field and a passage are held against each other, from `extract_words.csv`.

A label is cut at words that every label has; what is left are its keys, and a text is about the
field when it prints every one of them, at least in part. Knows no schema and no report.
"""

import re
from functools import cache, lru_cache

from assistant.data import read_rows
from index.normalise import squeeze

_LABELS_KEPT = 1024  # labels are the users': there is no end to them
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_BRACKETED = re.compile(
    r"[(\[][^()\[\]]{0,30}(?:单位|元|件|条|次|个|整数|null|空)[^()\[\]]{0,30}[)\]]"
)


@cache
def words_of(kind: str) -> tuple[str, ...]:
    """Return the words of one kind, the longest first."""
    found = {w for row in read_rows("extract_words.csv") if row["kind"] == kind
             for w in row["words"].split()}  # fmt: skip
    return tuple(sorted(found, key=lambda w: (-len(w), w)))


@cache
def pattern_of(kind: str) -> re.Pattern[str]:
    """Return the pattern of any word of one kind."""
    return re.compile("|".join(map(re.escape, words_of(kind))), re.IGNORECASE)


def says(kind: str, text: str) -> str:
    """Return the first word of a kind that normalised `text` prints, "" when none."""
    found = pattern_of(kind).search(text)
    return found[0] if found else ""


def is_chinese(text: str) -> bool:
    """Tell whether a label has Chinese words, by which alone code can hold it against a text."""
    return bool(_HAN.search(text))


@lru_cache(maxsize=_LABELS_KEPT)
def keys_of(label: str) -> tuple[str, ...]:
    """Return the parts of a label that are its own: 微信公众号 of 微信公众号发布的条数."""
    plain = _BRACKETED.sub(" ", squeeze(label))
    pieces = pattern_of("stop").split(plain)
    runs = [run.removesuffix("数") for piece in pieces for run in _HAN.findall(piece)]
    return tuple(dict.fromkeys(run for run in runs if len(run) > 1))


def grams_of(key: str) -> frozenset[str]:
    """Return the neighbouring pairs of characters of a key."""
    return frozenset(key[i : i + 2] for i in range(len(key) - 1))


def covered(key: str, text: str) -> float:
    """Return which part of a key normalised `text` prints, from 0 to 1."""
    grams = grams_of(key)
    return sum(gram in text for gram in grams) / len(grams)


def negated(text: str) -> str:
    """Return a word by which normalised `text` denies something, "" when it does not."""
    return says("negation", pattern_of("no_negation").sub("", text))


@cache
def _groups(kind: str) -> tuple[frozenset[str], ...]:
    """Return the words of a kind that mean the same, group by group."""
    rows = read_rows("extract_words.csv")
    return tuple(frozenset(row["words"].split()) for row in rows if row["kind"] == kind)


def acts_of(text: str) -> frozenset[int]:
    """Return which sorts of acts normalised `text` speaks of: 受理 is one, 办结 another."""
    groups = enumerate(_groups("act"))
    return frozenset(at for at, words in groups if any(word in text for word in words))


@lru_cache(maxsize=_LABELS_KEPT)
def counters_of(label: str) -> frozenset[str]:
    """Return the counters a label asks for (次 of 培训次数), with those that count the same."""
    plain = squeeze(label)
    one = pattern_of("label_counter").pattern
    found = set(re.findall(rf"({one})(?:次)?数(?!据)", plain))
    found |= set(re.findall(rf"单位[:为是]?({one})", plain))
    found |= set(re.findall(rf"[(\[]({one})[)\]]", plain))
    return frozenset(found | {w for same in _groups("same_counter") if found & same for w in same})
