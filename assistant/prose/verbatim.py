"""Whether a model's sentence says what a source says, in its words: whole clauses in their order.

A paraphrase cannot be proven: one word put in, left out or moved (副镇长, 低于, 除…外) turns what
is said. So a sentence stands only where it copies a run of clauses that begins where the source
begins a statement, with its subject, and leaves out no exception that follows.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.prose.words import any_of, claim_words, cues, without
from assistant.sentences import plain, sentences_of

_SEGMENT = re.compile(r"[；;\n]+")
_NUMBERED = (
    r"(?:[一二三四五六七八九十]{1,2}是|[（(][一二三四五六七八九十\d]{1,2}[)）]"
    r"|(?<![\d.])\d{1,2}[.、．](?!\d))"
)
_ITEM = re.compile(f"(?={_NUMBERED})")
_ORDINAL = re.compile(rf"^\s*{_NUMBERED}")
_COLON = re.compile(r"[:：]")
_CLAUSE = re.compile(r"[,，:：]+")
_LEADS = ("preface", "clause_lead")
_MARKS = re.compile(r"[^\w.%]|_|(?<!\d)\.|\.(?!\d)")


class _Clause(NamedTuple):
    """A clause of a source, bare; `starts` tells that a statement may be begun with it."""

    bare: str
    starts: bool
    excepts: bool


def copied(text: str, source: str, names: str, year: int | None) -> bool:
    """Tell whether each part of a sentence is a run of the source's clauses.

    `names` and `year` are those of the source's report, which either may say or leave out.
    """
    said = (*names.split(), *((f"{year}年度", f"{year}年") if year else ()))
    clauses = list(_clauses(source, said))
    parts = [piece for part in _SEGMENT.split(text) for piece in _ITEM.split(part)]
    return all(_found(_bare(part, said), clauses) for part in parts if part.strip())


def _clauses(source: str, said: tuple[str, ...]) -> Iterator[_Clause]:
    for sentence in sentences_of(source):
        head, *listed = _COLON.split(sentence.text, maxsplit=1)
        denied = bool(listed) and _denies(head)
        first = True
        for segment in _segments(sentence.text):
            starts = first or not denied
            for clause in _CLAUSE.split(segment):
                bare = _bare(clause, said)
                if not bare:
                    continue
                yield _Clause(bare, starts, _excepts(plain(clause)))
                # What only introduces (一是, 下一步) may be left out with its comma.
                starts = starts and not _led(bare, *_LEADS)
            first = False


def _segments(text: str) -> Iterator[str]:
    for part in _SEGMENT.split(text):
        yield from (piece for piece in _ITEM.split(part) if piece.strip())


def _bare(text: str, said: tuple[str, ...]) -> str:
    """Return text without marks, the names of its report, and words that carry nothing."""
    named = tuple(sorted((plain(name) for name in said), key=lambda name: -len(name)))
    text = plain(_ORDINAL.sub("", text))
    bare = without(text, named) if named else text
    return _MARKS.sub("", without(bare, claim_words("glue")).replace("　", ""))


def _led(bare: str, *kinds: str) -> str:
    """Return a clause without the words that only introduce it."""
    leads = any_of(tuple(word for kind in kinds for word in claim_words(kind)))
    while found := leads.match(bare):
        bare = bare[found.end() :]
    return bare


def _found(part: str, clauses: list[_Clause]) -> bool:
    return any(clause.starts and _runs(part, clauses, at) for at, clause in enumerate(clauses))


def _runs(part: str, clauses: list[_Clause], at: int) -> bool:
    """Tell whether `part` is what the clauses from `at` on say, up to the end of one of them."""
    ways = {part, _led(part, "preface")}
    while ways and at < len(clauses):
        clause = clauses[at]
        heads = {clause.bare, _led(clause.bare, "preface"), _led(clause.bare, *_LEADS)}
        ways = {way.removeprefix(head) for way in ways for head in heads if way.startswith(head)}
        at += 1
        if "" in ways:
            return at == len(clauses) or not clauses[at].excepts
    return False


def _excepts(clause: str) -> bool:
    """Tell whether a clause limits the one before it (但…, …除外)."""
    limits = any_of(claim_words("exception"))
    return bool(limits.match(clause) or any_of(claim_words("exception_end")).search(clause))


def _denies(text: str) -> bool:
    return bool(any_of(cues("negation")).search(without(plain(text), cues("not_negation"))))
