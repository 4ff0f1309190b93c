"""The small data tables of this package, read once: words for reasons and comparators, pairs."""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


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
    return {row["reason"]: row["words"] for row in read_table("reasons.csv")}


@cache
def comparator_words() -> dict[str, str]:
    """Return the Chinese words of every comparator."""
    return {row["comparator"]: row["words"] for row in read_table("comparator_words.csv")}


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
        for row in read_table("prose_counterparts.csv")
    )


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of `assistant/data`."""
    text = (files("assistant.data") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
