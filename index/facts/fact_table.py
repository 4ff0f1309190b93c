"""What counts as a stated number of the prose, compiled from `data/facts.toml`.

The names of facts, each a count of the report's own body for the report's own year:

- `disclosed_total` — information disclosed on its own initiative, the whole of it, in 条
- `wechat_posts` — what one WeChat account posted; several accounts are several facts
- `requests_received` — requests for information that arrived (also 受理), by all ways together
- `requests_closed` — requests answered or closed; also all of the received ones (均已办结)
- `requests_carried_in`, `requests_carried_over` — carried in from last year, over to the next
- `reconsiderations`, `litigations` — 行政复议 and 行政诉讼 about disclosure
- `documents_issued`, `documents_repealed`, `documents_in_force` — 规范性文件

The bounds: `exact` · `over` (余, 多, 超, 逾, 以上) · `under` (近, 不足, 不到, 以内) · `about` (约,
左右, 上下). A statement of none (未收到, 无) is 0 and exact; its quote need not hold a digit.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from index.facts.quantity import counted
from index.model import Frozen

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
