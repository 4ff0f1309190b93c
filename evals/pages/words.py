"""The words of the pages, from `words.toml`, and the titles of groups and items."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from index.catalogue import load_metrics


def word(kind: str, code: str) -> str:
    """Return the word for a code such as ("verdict", "improved"); the code where there is none."""
    return _words().get(kind, {}).get(code, code)


def words(kind: str) -> dict[str, str]:
    """Return all words of a kind by code, in the order of the table."""
    return _words()[kind]


def group_title(group: str) -> str:
    """Return a group such as form=2021 in words: its value alone, the trait being said before."""
    trait, _, value = group.partition("=")
    return item_title(value) if trait == "item" else word(trait, value)


def traits_of(groups: Iterable[str]) -> tuple[str, ...]:
    """Return the traits of groups such as form=2021, those of the table of words first."""
    found = dict.fromkeys(group.partition("=")[0] for group in groups)
    known = [trait for trait in words("trait") if trait in found]
    return tuple(dict.fromkeys((*known, *found)))


def item_title(item: str) -> str:
    """Return the row and column of a metric; any other item as it stands."""
    metric = load_metrics().get(item)
    return " · ".join(filter(None, (metric.row, metric.column))) if metric else item


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
