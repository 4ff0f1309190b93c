"""The short menu the model points into: what the unread words of one question may mean."""

from typing import NamedTuple

from assistant.names import Names
from assistant.plan import Measure
from assistant.planner.evidence import Meaning, Unread, meanings
from assistant.understand import understand
from assistant.understand.lexer import Token
from assistant.understand.lexicon import load_rows

NOTHING = "没有意义的口语词"
_MOST = 6
# A report's main numbers: offered beside what the tables suggest, so that there is a choice.
_USUAL = ("licensing", "penalties", "coercion", "fees", "received", "reconsideration", "litigation")


class Entry(NamedTuple):
    """One choice of the menu: the word it stands for ("" for none) and what it measures."""

    word: str
    measure: Measure | None

    @property
    def shown(self) -> str:
        """What the model reads."""
        return self.word or NOTHING


class Menu(NamedTuple):
    """The entries, and for each unread word what tables say it may mean."""

    entries: tuple[Entry, ...]
    backed: tuple[tuple[Meaning, ...], ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """The entries as the model reads and names them."""
        return tuple(entry.shown for entry in self.entries)

    @property
    def choices(self) -> tuple[tuple[str, ...], ...]:
        """What each unread word may be said to mean: what tables back, else anything."""
        return tuple(tuple(m.word or NOTHING for m in known) or self.shown for known in self.backed)

    def named(self, shown: str | None) -> Entry | None:
        """Return the entry of that name, None when there is none."""
        return next((entry for entry in self.entries if entry.shown == shown), None)


def build_menu(tokens: tuple[Token, ...], unread: list[Unread], names: Names) -> Menu:
    """Return the menu of a question: what tables back, what it names, then the main numbers."""
    length = sum(len(token.text) for token in tokens)
    backed = tuple(meanings(word, length) for word in unread)
    told = [meaning.word for found in backed for meaning in found]
    named = [token.text for token in tokens if token.has("row", "column", "cell", "fact", "rate")]
    usual = [load_rows()[key].label.partition("（")[0] for key in _USUAL]
    words = list(dict.fromkeys([*told, *named, *usual]))
    kept = [word for word in words[: max(_MOST, len(told) + len(named))] if word]
    entries = [Entry(word, measure_of(word, names)) for word in kept]
    return Menu((*entries, Entry("", None)), backed)


def measure_of(word: str, names: Names) -> Measure | None:
    """Return what a word measures, as the rules read it; None when it measures nothing alone."""
    plan = understand(f"2022年各镇{word}是多少", names).plan
    return plan.measures[0] if plan and len(plan.measures) == 1 else None
