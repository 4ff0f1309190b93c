"""A question about the prose, read by rules: where and when, what is wanted, and the topic.

Every character of the question is taken as a place, a year, a level, a word of the question itself,
or a part of the topic. Knows no report text.
"""

import re
from typing import NamedTuple

from assistant.names import Names
from assistant.plan import Asks, Plan, Refusal, Understanding
from assistant.prose.scope import Frame, read_frame
from assistant.prose.terms import group_terms
from assistant.prose.words import question_words, section_hints
from assistant.synonyms import synonyms
from assistant.understand.lexer import Token, segment
from assistant.understand.phrase import AmbiguousError, DeclinedError, Phrase, several_readings
from assistant.understand.refusing import clauses, refuse
from assistant.understand.years import settle_bare_years
from index.search.words import query_terms

_LONGEST = 12
_WHOLE = 5
# What decides when one question asks in several ways: 存在的问题怎么改进 wants the remedy.
_ORDER: tuple[Asks, ...] = ("why", "plans", "how", "problems", "what")
_PROBLEMS = "存在的主要问题及改进情况"
_NUMBERS = ("how_many", "rate", "share", "aggregate", "superlative", "ranking", "claim", "after")


class Words(NamedTuple):
    """What the words of a question say, places and years aside."""

    pieces: tuple[str, ...]
    asks: frozenset[str]
    said: bool
    done: bool
    absent: bool
    question: bool
    either: bool


class Piece(NamedTuple):
    """A stretch of the question: a word of the table, or (kind "topic") what is left."""

    text: str
    kind: str
    value: str = ""


def read_topic(question: str, understanding: Understanding, names: Names) -> Understanding:
    """Return the reading of a prose question: its plan, or why there is none, or the choices.

    Of a question whose numbers have a plan already only the other clauses are read, in its scope.
    """
    tokens = settle_bare_years(segment(question, names))
    kept = tokens
    if understanding.plan is not None:
        kept = tuple(t for c in clauses(tokens) if refuse(c) is not None for t in c)
    phrase = Phrase(kept, names)
    try:
        frame = read_frame(phrase)
        plan = _plan(frame, understanding.plan, _counted(tokens))
    except AmbiguousError as several:
        return several_readings(several)
    except DeclinedError as declined:
        return Understanding(refusal=declined.refusal)
    notes = tuple(f"{note}。" for note in phrase.notes)
    if plan.operation == "mention" and not plan.terms:
        message = "没有读懂要在报告里查找哪个词。请写出要找的词，例如：哪些镇提到“微信公众号”。"
        return Understanding(refusal=Refusal(code="unread", message=message), notes=notes)
    return Understanding(plan=plan, notes=notes)


def is_about_prose(question: str, understanding: Understanding, names: Names) -> bool:
    """Tell whether a question that the rules did not read asks for words, not for numbers."""
    refusal = understanding.refusal
    if refusal is None or refusal.code not in ("prose", "unread"):
        return False
    if refusal.code == "prose":
        return True
    tokens = segment(question, names)
    words = _words("".join("|" if t.has("place", "year") else t.text for t in tokens))
    counted = any(t.has(*_NUMBERS) or t.has("number") for t in tokens)
    return bool(words.asks or words.said or words.done) and not counted


def _counted(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """Return the words for numbers in a question, as it writes them."""
    return tuple(dict.fromkeys(t.text for t in tokens if t.has("row", "cell", "fact", "request")))


def _plan(frame: Frame, numbers: Plan | None, counted: tuple[str, ...]) -> Plan:
    """Return the plan of what was read; `numbers` lends its scope, and 为什么 the words counted."""
    words = _words(frame.text)
    named = tuple(h.section for h in section_hints() if any(n in frame.said for n in h.named))
    pieces = words.pieces
    scope = frame.scope
    if numbers is not None:
        scope = numbers.scope
        pieces = (*counted, *pieces) if "why" in words.asks else pieces
    asks_who = frame.sweeps or words.question or (not scope.places and _asks_who(frame.text))
    sweeps = numbers is None and asks_who and (words.said or words.done)
    sweeps = sweeps or (frame.sweeps and words.absent)
    asked = next((one for one in _ORDER if one in words.asks), None)
    if sweeps and asked not in ("why", "how", "plans") and not _wants_all(asked, pieces):
        sections = (_PROBLEMS,) if asked == "problems" and not named else named
        return Plan(
            operation="mention",
            scope=scope,
            topic=_topic(pieces, either=words.either),
            terms=tuple(group_terms(piece) for piece in pieces),
            match="any" if words.either else "all",
            asks="said" if words.said else "done",
            absent=words.absent,
            sections=sections,
        )
    return Plan(
        operation="passages",
        scope=scope,
        topic=_topic(pieces, either=words.either),
        terms=tuple(group_terms(word) for piece in pieces for word in _content_words(piece)),
        match="any" if words.either else "all",
        asks=asked or "what",
        sections=named,
    )


def _asks_who(text: str) -> bool:
    """Tell whether 哪些提到X is asked, the reports left unnamed."""
    said = "|".join(w for w, (kind, _) in question_words().items() if kind == "said")
    return bool(re.search(f"(哪些|哪个|谁|哪里|哪儿)(?:都|也|里)?(?:{said})", text))


def _content_words(piece: str) -> tuple[str, ...]:
    """Return a long piece as its words: a report says 废止文件6份 where 废止了6件文件 was asked.

    Numbers are left out; whether the quotes print them is told apart.
    """
    if piece in _known() or (len(piece) <= _WHOLE and not any(map(str.isdigit, piece))):
        return (piece,)
    words = [w for w in query_terms(piece).words if len(w) > 1 and not w[0].isdigit()]
    return tuple(words) or (piece,)


def _wants_all(asked: Asks | None, pieces: tuple[str, ...]) -> bool:
    """Tell whether 各镇存在哪些问题 is meant: no word to search, but a section to read."""
    return asked in ("problems", "what") and not pieces


def _topic(pieces: tuple[str, ...], *, either: bool) -> str:
    return ("或" if either else "、").join(pieces)


def _words(text: str) -> Words:
    """Sort the words of a question; `|` stands where a place, year or level was."""
    found = _pieces(text)
    asks = {p.value for p in found if p.kind == "ask"}
    kinds = {p.kind for p in found}
    pieces = [p.text for p in found if p.kind == "topic"]
    return Words(
        pieces=tuple(dict.fromkeys(pieces)),
        asks=frozenset(asks),
        said="said" in kinds,
        done="done" in kinds,
        absent="absent" in kinds and "question" not in kinds,
        question="question" in kinds or "没有" in text[-3:] or text.endswith("吗"),
        either="either" in kinds,
    )


def _pieces(text: str) -> list[Piece]:
    """Cut a text by the longest words of the table; what no word explains is topic."""
    found: list[Piece] = []
    run = ""
    at = 0
    while at < len(text):
        word = _word_at(text, at, run)
        if word is None:
            run += text[at]
            at += 1
            continue
        found += _topics(run)
        found.append(word)
        run, at = "", at + len(word.text)
    return found + _topics(run)


def _word_at(text: str, at: int, run: str) -> Piece | None:
    """Return the longest word that begins here; an edge word counts only where no run goes on."""
    if text[at] == "|":
        return Piece("|", "split")
    for length in range(min(_LONGEST, len(text) - at), 0, -1):
        word = text[at : at + length]
        kind, value = question_words().get(word, ("", ""))
        if word in _known() and length > 1:
            return Piece(word, "topic")
        if not kind or (length == 1 and run and kind not in ("split", "either")):
            continue
        return Piece(word, kind, value)
    return None


def _known() -> set[str]:
    """Return words that are topics by themselves, wherever they stand."""
    return {w for head, words in synonyms().items() for w in (head, *words.same)}


def _topics(run: str) -> list[Piece]:
    """Return what is left of a run without the small words at its ends."""
    tails = tuple(w for w, (kind, _) in question_words().items() if kind == "tail")
    trimmed = _trimmed(run, tails)
    return [Piece(trimmed, "topic")] if len(trimmed) > 1 else []


def _trimmed(run: str, edges: tuple[str, ...]) -> str:
    while run and run.endswith(edges):
        run = run[:-1]
    return run.removeprefix("第")
