"""Questions that a click asks: one of several readings, and examples that the library can answer.

A reading that was chosen is asked only where it says all that the question named, or is the fuller
name of a part of it, and the rules read the whole; otherwise the visitor finishes the sentence.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.conversation.asked import MEASURES, SCOPES
from assistant.data import read_rows
from assistant.library_view import LibraryView
from assistant.names import Names
from assistant.prose.topic import read_topic
from assistant.understand import understand
from assistant.understand.lexer import segment

_GLOSS = re.compile(r"（[^）]*）")
# What a question is about: a choice that leaves any of it out is not the whole question.
_NAMED = ("year", *MEASURES, *SCOPES)


class Chosen(NamedTuple):
    """The question that a choice makes; `whole` tells whether it can be asked as it is."""

    question: str
    whole: bool


def choose(question: str, choice: str, library: LibraryView) -> Chosen:
    """Return the question with one of its readings; not whole where the rules do not read it."""
    for candidate in _candidates(question, choice, library):
        if _is_read(candidate, library):
            return Chosen(candidate, whole=True)
    return Chosen(f"{question}，{choice}", whole=False)


def _candidates(question: str, choice: str, library: LibraryView) -> Iterator[str]:
    """Yield the choice itself where it says all, and the question with the fuller name in place."""
    plain = _GLOSS.sub("", choice).strip()
    names = Names.of(library, f"{question}，{plain}")
    asked = [token for token in segment(question, names) if token.has(*_NAMED)]
    said = [token.text for token in segment(plain, names) if token.has(*_NAMED)]
    if asked and {token.text for token in asked} <= set(said):
        yield plain
    for token in asked:
        if plain != token.text and plain.endswith(token.text) and question.count(token.text) == 1:
            yield question.replace(token.text, plain)


class Examples:
    """The examples of a library, thought of once for each of its snapshots."""

    def __init__(self) -> None:
        self._kept: tuple[str, tuple[str, ...]] | None = None

    def of(self, library: LibraryView) -> tuple[str, ...]:
        """Return the examples for the library as it is now."""
        kept = self._kept
        if kept is None or kept[0] != library.snapshot:
            self._kept = kept = (library.snapshot, examples(library))
        return kept[1]


def examples(library: LibraryView) -> tuple[str, ...]:
    """Return questions on what the library holds, of each kind that the rules read for it."""
    values = _held(library)
    rows = read_rows("examples.csv")
    fitting = (row for row in rows if all(values.get(need) for need in row["needs"].split()))
    questions = (row["question"].format(**values) for row in fitting)
    return tuple(question for question in questions if _is_read(question, library))


def _is_read(question: str, library: LibraryView) -> bool:
    """Tell whether the rules read a question, be it on numbers or on the prose."""
    names = Names.of(library, question)
    read = understand(question, names)
    if read.refusal is not None and read.refusal.code == "prose":
        read = read_topic(question, read, names)
    return read.plan is not None and not (read.choices or read.refusal or read.refused_part)


def _held(library: LibraryView) -> dict[str, str]:
    """Return the commonest kind of body in the fullest year, and a body with its last year."""
    rows = library.query(
        """SELECT year, kind, count(*) FROM reports
        WHERE role = 'current' AND year IS NOT NULL AND kind IS NOT NULL
        GROUP BY year, kind ORDER BY 3 DESC, 1 DESC, 2 LIMIT 1"""
    )
    bodies = library.query(
        """SELECT agency, max(year) FROM reports
        WHERE role = 'current' AND year IS NOT NULL AND agency IS NOT NULL AND reported > 0
        GROUP BY agency ORDER BY max(reported) DESC, length(agency), agency LIMIT 1"""
    )
    held: dict[str, str] = {}
    if rows:
        held |= {"year": str(rows[0][0]), "level": str(rows[0][1])}
    if bodies:
        held |= {"agency": str(bodies[0][0]), "agency_year": str(bodies[0][1])}
    return held
