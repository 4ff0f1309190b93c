"""What counts as a stated number of the prose, compiled from `data/facts.toml`."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from index.model import Frozen
from index.quantity import counted

_WORD = re.compile(r"%(\w+)%")


class Pattern(NamedTuple):
    """One phrase that states a count (or none), what narrows it, and a word it cannot lack."""

    regex: re.Pattern[str]
    flags: frozenset[str]
    need: str


class Rule(NamedTuple):
    """All phrases of one fact; `cues` are substrings without which none can match."""

    name: str
    unit: str
    cues: tuple[str, ...]
    traits: frozenset[str]
    counts: tuple[Pattern, ...]
    nones: tuple[Pattern, ...]


class FactTable(NamedTuple):
    """The rules, the compiled words and vetoes that they share, and where a line ends a clause."""

    rules: tuple[Rule, ...]
    clause_end: re.Pattern[str]
    words: dict[str, re.Pattern[str]]
    vetoes: dict[str, re.Pattern[str]]


class _PatternEntry(Frozen):
    regex: str
    flags: tuple[str, ...] = ()
    need: str = ""


class _RuleEntry(Frozen):
    name: str
    unit: str
    units: str
    cues: tuple[str, ...]
    traits: tuple[str, ...] = ()
    counts: tuple[_PatternEntry, ...]
    nones: tuple[_PatternEntry, ...] = ()


class _Lines(Frozen):
    ends: str
    opens: str


class _File(Frozen):
    lines: _Lines
    words: dict[str, str]
    vetoes: dict[str, str]
    fact: tuple[_RuleEntry, ...]


@cache
def load_fact_table() -> FactTable:
    """Return the compiled table; a pattern that names an unknown word is an error."""
    text = (files("index.data") / "facts.toml").read_text(encoding="utf-8")
    table = _File.model_validate(tomllib.loads(text))
    return FactTable(
        tuple(_rule(entry, table.words) for entry in table.fact),
        re.compile(rf"(?<={table.lines.ends})[ \t]*\n(?=\s*(?:{table.lines.opens}))"),
        {name: re.compile(_expand(word, table.words)) for name, word in table.words.items()},
        {name: re.compile(veto) for name, veto in table.vetoes.items()},
    )


def _rule(entry: _RuleEntry, words: dict[str, str]) -> Rule:
    numbers = {
        "q": counted(entry.units),
        "qbare": counted(entry.units, r"[,、;:)\"]|$"),
        "qend": counted(entry.units, "[,;]|$"),
    }
    own = words | numbers

    def compiled(patterns: tuple[_PatternEntry, ...]) -> tuple[Pattern, ...]:
        return tuple(
            Pattern(re.compile(_expand(p.regex, own)), frozenset(p.flags), p.need) for p in patterns
        )

    return Rule(
        entry.name,
        entry.unit,
        entry.cues,
        frozenset(entry.traits),
        compiled(entry.counts),
        compiled(entry.nones),
    )


def _expand(pattern: str, words: dict[str, str]) -> str:
    """Replace %word% until none is left."""
    while _WORD.search(pattern):
        pattern = _WORD.sub(lambda m: words[m[1]], pattern)
    return pattern
