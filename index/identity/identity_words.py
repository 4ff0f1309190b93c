"""The words a report names itself by, from `identity.toml` and `bodies.csv`; holds no logic."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

from index.data import read_rows
from index.model import Level


class Kind(NamedTuple):
    """An ending of a body's name, and the kind and level it tells."""

    suffix: str
    kind: str
    level: Level


class TitleWords(NamedTuple):
    """What titles are made of: topics, the joints between them, the letters of endings."""

    topics: tuple[str, ...]
    joints: tuple[str, ...]
    ending: str
    foreign: tuple[str, ...]
    opening: tuple[str, ...]


class BodyWords(NamedTuple):
    """What stands around a body's name, and what only looks like one."""

    government: tuple[str, ...]
    offices: tuple[str, ...]
    nameless: frozenset[str]
    zones: tuple[str, ...]
    parents: tuple[str, ...]
    foreign: tuple[str, ...]
    numbered: tuple[str, ...]


class ChromeWords(NamedTuple):
    """Labels of a saved web page: its trail, its publisher, its date."""

    trail: tuple[str, ...]
    publisher: tuple[str, ...]
    published: tuple[str, ...]


class OpeningWords(NamedTuple):
    """What stands before and after the body in the first sentences of a report."""

    leads: tuple[str, ...]
    verbs: tuple[str, ...]


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    data = tomllib.loads((files("index.data") / "identity.toml").read_text(encoding="utf-8"))
    return cast(dict[str, dict[str, list[str]]], data)


@cache
def title_words() -> TitleWords:
    """Return the words of titles."""
    table = _tables()["title"]
    return TitleWords(
        tuple(table["topics"]),
        tuple(table["joints"]),
        "".join(table["ending"]),
        tuple(table["foreign"]),
        tuple(table["opening"]),
    )


@cache
def body_words() -> BodyWords:
    """Return the words around the names of bodies."""
    table = _tables()["body"]
    return BodyWords(
        tuple(table["government"]),
        tuple(table["offices"]),
        frozenset(table["nameless"]),
        tuple(table["zones"]),
        tuple(table["parents"]),
        tuple(table["foreign"]),
        tuple(table["numbered"]),
    )


@cache
def chrome_words() -> ChromeWords:
    """Return the labels of web pages."""
    table = _tables()["chrome"]
    return ChromeWords(tuple(table["trail"]), tuple(table["publisher"]), tuple(table["published"]))


@cache
def number_in_name() -> re.Pattern[str]:
    """Return the pattern of digits that belong to a body's name, as in 第六师105团."""
    after = "|".join(body_words().numbered)
    return re.compile(
        rf"(?<=[\u3400-\u9fff〇])(?<![年度镇乡局办])(?<!街道)\d{{1,4}}(?=(?:{after}))(?!乡镇|镇街|镇乡)"
    )


def in_standard_words(plain: str) -> str:
    """Return a normalised text with 资讯 as 信息; its length never changes.

    Only words that no body bears: a 档案局 must not become a 文件局.
    """
    for written, standard in _tables()["standard"].items():
        plain = plain.replace(written, "".join(standard))
    return plain


@cache
def opening_words() -> OpeningWords:
    """Return the words of first sentences."""
    table = _tables()["opening"]
    return OpeningWords(tuple(table["leads"]), tuple(table["verbs"]))


@cache
def own_words() -> dict[str, tuple[str, Level]]:
    """Return what 我镇, 我局 … tell of the writer, by the word after 我."""
    return {word: (kind, cast(Level, level)) for word, (kind, level) in _tables()["own"].items()}


@cache
def kinds() -> tuple[Kind, ...]:
    """Return the endings of bodies' names, longest first."""
    rows = [Kind(r["suffix"], r["kind"], cast(Level, r["level"])) for r in read_rows("bodies.csv")]
    return tuple(sorted(rows, key=lambda kind: -len(kind.suffix)))


def kind_of(name: str) -> Kind | None:
    """Return the longest ending that `name` has, None when it has none."""
    return next((kind for kind in kinds() if name.endswith(kind.suffix)), None)
