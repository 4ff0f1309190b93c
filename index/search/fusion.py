"""Ranked lists made one, and near-duplicates found; knows no index and no library."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from index.search.words import squeezed_form

Key = tuple[int, int]  # rid and ordinal of a passage

_RANK_CONSTANT = 60
_SHINGLE = 3
_NEAR = 0.8


class Fused(NamedTuple):
    """A passage with its score and its ranks, counted from 1; None where a list has it not."""

    key: Key
    score: float
    lexical: int | None
    dense: int | None


def fuse(lexical: Sequence[Key], dense: Sequence[Key]) -> list[Fused]:
    """Return the passages of both lists by reciprocal rank fusion, best first, ties settled."""
    first = {key: rank for rank, key in enumerate(lexical, 1)}
    second = {key: rank for rank, key in enumerate(dense, 1)}
    fused = [
        Fused(
            key, _share(first.get(key)) + _share(second.get(key)), first.get(key), second.get(key)
        )
        for key in dict.fromkeys((*lexical, *dense))
    ]
    return sorted(fused, key=lambda f: (-f.score, min(filter(None, f[2:])), f.key))


def _share(rank: int | None) -> float:
    return 0.0 if rank is None else 1 / (_RANK_CONSTANT + rank)


class Shingles:
    """The texts shown so far, to tell whether another says nearly the same."""

    def __init__(self) -> None:
        self._shown: list[frozenset[str]] = []

    def like(self, text: str) -> int | None:
        """Return the place of the first shown text that is nearly equal; None when none is."""
        own = _shingles(text)
        return next((i for i, other in enumerate(self._shown) if _alike(own, other)), None)

    def show(self, text: str) -> None:
        """Take a text in."""
        self._shown.append(_shingles(text))


def _shingles(text: str) -> frozenset[str]:
    plain = squeezed_form(text)
    return frozenset(plain[i : i + _SHINGLE] for i in range(max(1, len(plain) - _SHINGLE + 1)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _NEAR * len(one | other)


def best_of_each(fused: Iterable[Fused]) -> list[Fused]:
    """Return the best passage of each report, in order."""
    found: dict[int, Fused] = {}
    for one in fused:
        found.setdefault(one.key[0], one)
    return list(found.values())
