"""A question as it was asked, and whether it stands on its own or is tied to what was said."""

from typing import NamedTuple

from assistant.conversation.marks import Marked, strip_marks, words_of
from assistant.names import Names
from assistant.plan import Understanding
from assistant.understand import understand
from assistant.understand.lexer import Token, segment
from assistant.understand.years import settle_bare_years
from index.normalise import squeeze

MEASURES = ("row", "column", "cell", "fact", "request", "rate", "breakdown", "applicants")
SCOPES = ("place", "bureau", "level", "area", "all", "library")
_TIES = ("lead", "one", "many", "said", "others", "last", "first", "goes_on")
_POINTS = ("one", "last", "first")


class Asked(NamedTuple):
    """A question with all that decides whether it stands on its own."""

    question: str
    marked: Marked
    tokens: tuple[Token, ...]
    whole: Understanding

    def has(self, *kinds: str) -> bool:
        """Tell whether any of its words is of one of the kinds."""
        return any(token.has(*kinds) for token in self.tokens)

    @property
    def points(self) -> bool:
        """Tell whether it points at something said before (它, 第二个镇)."""
        counted = any(t.limit and t.limit[0].endswith("place") for t in self.tokens)
        if refers_inside(self):
            return False
        many = self.marked.has("many") and not self.has("place", "bureau", "level")
        counted = counted and not self.has("superlative", "ranking")
        return self.marked.has(*_POINTS) or many or counted

    @property
    def tied(self) -> bool:
        """Tell whether its words tie it to what was said before."""
        return self.points or self.marked.has(*_TIES)

    @property
    def complete(self) -> bool:
        """Tell whether it names what is asked and of whom."""
        return self.has(*MEASURES) and self.has(*SCOPES)


def read_asked(question: str, names: Names) -> Asked:
    """Return a question as read; one that only opens with 换成 is read without it."""
    marked = strip_marks(question)
    whole = understand(question, names)
    if (
        marked.kinds & {"lead", "asks", "goes_on"} == marked.kinds
        and whole.plan is None
        and marked.rest
    ):
        bare = understand(marked.rest, names)
        whole = bare if bare.plan else whole
    tokens = settle_bare_years(segment(marked.rest, names))
    return Asked(question, marked, tokens, whole)


def stands(asked: Asked, names: Names) -> bool:
    """Tell whether a question that does not continue the last one is to be read by itself."""
    if asked.has("place", "bureau"):
        return not asked.marked.has("one") or refers_inside(asked)
    return not asked.tied or (asked.whole.plan is not None and not asked.points)


def refers_inside(asked: Asked) -> bool:
    """Tell whether 它 stands behind a place of the same question, which it then means."""
    places = [token.text for token in asked.tokens if token.has("place", "bureau")]
    text = squeeze(asked.question)
    pronouns = [at for word in words_of("one") if (at := text.find(word)) >= 0]
    return bool(places and pronouns) and text.find(places[0]) < min(pronouns)
