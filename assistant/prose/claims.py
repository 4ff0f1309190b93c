"""A sentence of a model against the passages it cites: what is not there is not shown.

Knows no model. A reason why a sentence falls is a fixed phrase: the sentence itself, which may hold
a wrong number, is never repeated.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from assistant.names import Names
from assistant.prose.quantities import quantities, unproven, vague
from assistant.prose.verbatim import copied
from assistant.prose.words import any_of, claim_words, cues, without
from assistant.sentences import clauses_of, grams, plain, sentences_of, shared

_MARK = re.compile(r"[\[［【]\s*(\d{1,6})\s*[\]］】]")
_QUOTE = re.compile(r"[“「『‘\"]([^“”「」『』‘’\"]*)[”」』’\"]")
_TITLE = re.compile(r"《([^》]*)》?")
_LATIN = re.compile(r"[a-z][a-z0-9._@:/-]+")
_LEFT_OPEN = re.compile(r"[“”「」『』\"]")
_SPLIT = re.compile(r"\d\s+\d")  # 3 548 is two numbers to a reader
_WHOLE, _CLAUSE, _BOUND = 0.6, 0.34, 0.5
_LONG_CLAUSE = 4


class Source(NamedTuple):
    """A passage as a sentence may cite it: its text, and the names and year of its report."""

    text: str
    names: str
    year: int | None
    rid: int


class Checked(NamedTuple):
    """A sentence without its marks, the passages it cites, and why it falls ("" when it stands)."""

    text: str
    cites: tuple[int, ...]
    problem: str


def check_sentence(sentence: str, sources: Sequence[Source], names: Names) -> Checked:
    """Return a sentence with the passages it cites (from 1), and what is wrong with it."""
    cites = tuple(dict.fromkeys(int(n) for n in _MARK.findall(sentence)))
    text = _MARK.sub("", sentence).strip()
    if not text:
        return Checked("", cites, "没有内容")
    if not cites:
        return Checked(text, cites, "没有标出处")
    if any(not 1 <= n <= len(sources) for n in cites):
        return Checked(text, cites, "引用了没有给出的段落")
    return Checked(text, cites, _problem(text, [sources[n - 1] for n in cites], names))


def _problem(text: str, cited: list[Source], names: Names) -> str:
    """Return the first thing the cited passages do not bear out."""
    source = "\n".join(one.text for one in cited)
    header = "\n".join(one.names for one in cited)
    years = tuple(one.year for one in cited if one.year)
    bare, there = _nameless(text, header), _nameless(source, header)
    tests = (
        (len({one.rid for one in cited}) > 1, "一句引用了几份报告，分不清哪句话属于哪一份"),
        (_SPLIT.search(text) or unproven(text, source, years), "含有所引段落没有的数字"),
        (vague(text, source), "含有所引段落没有的程度或判断"),
        (_strange_places(text, f"{header}\n{source}", names), "含有所引段落没有的地名或机关名"),
        (_false_quotes(text, f"{header}\n{source}"), "引号里的话在所引段落中没有"),
        (_strange_latin(text, source), "含有所引段落没有的字母词"),
        (_unbound(text, source, header), "数字与所引段落里同一数字的说法对不上"),
        (not _supported(text, f"{source}\n{header}"), "内容大多不在所引段落中"),
        (
            _flipped(bare, there),
            "与所引段落的肯定、否定或打算不一致",
        ),
        (
            not any(copied(text, one.text, one.names, one.year) for one in cited),
            "不是所引段落的原话，意思无法核对",
        ),
    )
    return next((why for wrong, why in tests if wrong), "")


def _strange_places(text: str, source: str, names: Names) -> bool:
    """Tell whether a sentence names a place or body that its source does not print."""
    there, said = plain(source), plain(text)
    at = 0
    while at < len(said):
        lengths = names.lengths_at(said, at)
        if not lengths:
            at += 1
            continue
        longest = max(lengths)
        if not any(said[at : at + n] in there for n in lengths if n == longest):
            return True
        at += longest
    return _strange_endings(said, there)


def _strange_endings(said: str, there: str) -> bool:
    """Tell whether something that ends like a place (小涌镇) is not in the source so."""
    bare = without(without(said, claim_words("not_suffix")), claim_words("not_place"))
    for found in any_of(claim_words("suffix")).finditer(bare):
        start = max(0, found.start() - 2)
        name = bare[start : found.end()].split("　")[-1]
        if name not in there and found.start() > 0:
            return True
    return False


def _false_quotes(text: str, source: str) -> bool:
    """Tell whether a quote or title is not word for word in the source, or is left open."""
    there = _LEFT_OPEN.sub("", plain(source))
    parts = [*_QUOTE.findall(text), *_TITLE.findall(text)]
    if any(plain(part) not in there for part in parts):
        return True
    return bool(_LEFT_OPEN.search(_QUOTE.sub("", text)))


def _strange_latin(text: str, source: str) -> bool:
    return bool(set(_LATIN.findall(plain(text))) - set(_LATIN.findall(plain(source))))


def _unbound(text: str, source: str, header: str) -> bool:
    """Tell whether a number is said of something else than the source says it of."""
    there = [*clauses_of(source)]
    for clause in clauses_of(text):
        numbers = {q.value for q in quantities(clause) if q.unit != "年"}
        for value in numbers:
            near = [c for c in there if value in {q.value for q in quantities(c)}]
            bare = _bare(clause, numbers)
            if near and max(shared(bare, f"{c}\n{header}") for c in near) < _BOUND:
                return True
    return False


def _bare(clause: str, numbers: set[Decimal | None]) -> str:
    """Return a clause without its numbers and the words that carry nothing."""
    for quantity in quantities(clause):
        clause = plain(clause).replace(quantity.raw, "　")
    return without(clause, claim_words("silent")) if numbers else clause


def _supported(text: str, source: str) -> bool:
    """Tell whether what a sentence says stands in its source: as a whole, and clause by clause."""
    bare = without(plain(text), claim_words("silent"))
    if shared(bare, source) < _WHOLE:
        return False
    return all(
        shared(clause, source) >= _CLAUSE
        for clause in clauses_of(bare)
        if sum(grams(clause).values()) >= _LONG_CLAUSE
    )


def _nameless(text: str, header: str) -> str:
    """Return a text with the names of its report blanked: the 无 of 无为市 denies nothing."""
    names = sorted(set(header.split()), key=lambda name: -len(name))
    return without(text, tuple(names)) if names else text


def _flipped(text: str, source: str) -> bool:
    """Tell whether a clause denies what the source affirms, the reverse, or makes a plan a deed."""
    there = [(c, s.text) for s in sentences_of(source) for c in clauses_of(s.text)]
    if not there:
        return False
    planned = _has(text, "future")
    for clause in clauses_of(text):
        if sum(grams(clause).values()) < _LONG_CLAUSE - 1:
            continue
        best, whole = max(there, key=lambda pair: _alike(clause, pair[0]))
        if _denies(clause) != _denies(best):
            return True
        if _has(whole, "future") and not planned and not _has(clause, "future"):
            return True
    return False


def _alike(clause: str, other: str) -> float:
    return shared(clause, other) + shared(other, clause) / 4


def _denies(text: str) -> bool:
    return bool(any_of(cues("negation")).search(without(plain(text), cues("not_negation"))))


def _has(text: str, kind: str) -> bool:
    return bool(any_of(cues(kind)).search(plain(text)))
