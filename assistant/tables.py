"""The small data tables of this package, read once: words for reasons and comparators, pairs."""

from functools import cache
from typing import NamedTuple

from assistant.data import read_rows


class Counterpart(NamedTuple):
    """A prose number and the cells whose sum should equal it (rule N-1 to N-4)."""

    fact: str
    label: str
    rule: str
    metrics: tuple[str, ...]
    prefixes: tuple[str, ...]


@cache
def reason_words() -> dict[str, str]:
    """Return the Chinese words of every reason code."""
    return {row["reason"]: row["words"] for row in read_rows("reasons.csv")}


@cache
def comparator_words() -> dict[str, str]:
    """Return the Chinese words of every comparator."""
    return {row["comparator"]: row["words"] for row in read_rows("comparator_words.csv")}


@cache
def label_words() -> dict[tuple[str, str], str]:
    """Return the Chinese words of every code, by kind and code."""
    return {(row["kind"], row["code"]): row["label"] for row in read_rows("labels.csv")}


@cache
def counterparts() -> tuple[Counterpart, ...]:
    """Return the prose numbers that repeat cells of the tables."""
    return tuple(
        Counterpart(
            row["fact"],
            row["label"],
            row["rule"],
            tuple(row["metrics"].split()),
            tuple(row["prefixes"].split()),
        )
        for row in read_rows("prose_counterparts.csv")
    )
