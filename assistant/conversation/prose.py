"""Follow-ups that the prose answers: 为什么 after a number, 那涧池镇呢 after a question of prose.

They stay questions in words: the chains of the prose read them, not the plan.
"""

from assistant.conversation.fragment import read_fragment
from assistant.conversation.marks import Marked, words_of
from assistant.conversation.overlay import overlay
from assistant.conversation.subjects import is_single, only_row, pointed, row_name
from assistant.conversation.turns import Turn
from assistant.conversation.wording import say_measure, say_places, say_years
from assistant.names import Names
from assistant.plan import Plan
from assistant.understand.lexer import Token, segment
from assistant.understand.phrase import unread

_BODIES = ("place", "bureau", "level", "area", "which", "library")


def is_prose(tokens: tuple[Token, ...]) -> bool:
    """Tell whether a question is one for the prose."""
    return any(token.value("refuse") == "prose" for token in tokens)


def made_whole(marked: Marked, turn: Turn, names: Names) -> str:
    """Return a question of the prose with the place, year and measure that it leaves open."""
    tokens = segment(marked.rest, names)
    whole = any(t.has(*_BODIES) for t in tokens) and not any(t.limit for t in tokens)
    if turn.answer.plan is None or (whole and not _bare(tokens)):
        return ""
    about, asked = _parted(tokens)
    named = _subject(marked, about, turn, names)
    if named is None:
        return ""
    place, years, measures = named
    return f"{place}{years}{measures if _bare(tokens) else ''}{asked}"


def _parted(tokens: tuple[Token, ...]) -> tuple[str, str]:
    """Return the words that say whom and when it is about, and those that ask."""
    about, asked = "", ""
    counted = False
    for token in tokens:
        counted = counted or token.limit is not None
        told = token.has("place", "bureau", "year", "limit") or (counted and token.has("level"))
        about, asked = (about + token.text, asked) if told else (about, asked + token.text)
    return about, asked


def _bare(tokens: tuple[Token, ...]) -> bool:
    """Tell whether only a reason is asked for (为什么这么多) and not of what."""
    why = any(t.value("refuse") == "prose" and t.text in words_of("why") for t in tokens)
    others = [t for t in tokens if t.value("refuse") == "prose" and t.text not in words_of("why")]
    measured = any(t.has("row", "column", "cell", "fact", "request", "rate") for t in tokens)
    return why and not others and not measured


def _subject(marked: Marked, about: str, turn: Turn, names: Names) -> tuple[str, str, str] | None:
    """Return place, years and measures that the question is about; None when it has no body."""
    plan = turn.answer.plan
    assert plan is not None
    fragment = read_fragment(marked._replace(rest=about), names)
    if fragment.refs or pointed(fragment, turn, names):
        if turn.plan is None:
            return None
        plan = overlay(fragment, turn, names)
    elif not is_single(plan.scope):
        row = only_row(turn)
        years = fragment.years or ((row.year,) if row.year else plan.scope.years)
        return row_name(row), say_years(years), _measures(plan)
    years = fragment.years or plan.scope.years
    return say_places(plan.scope), say_years(years), _measures(plan)


def _measures(plan: Plan) -> str:
    return "、".join(say_measure(measure) for measure in plan.measures)


def moved(marked: Marked, turn: Turn, names: Names) -> str:
    """Return the last question of the prose with another place or year; "" when it is none."""
    tokens = segment(turn.resolved, names)
    if turn.plan is not None or not is_prose(tokens):
        return ""
    fragment = read_fragment(marked, names)
    named = (bool(fragment.refs), bool(fragment.years))
    bare = fragment._replace(refs=(), years=())
    if not any(named) or not bare.names_nothing or len(fragment.refs) > 1:
        raise unread([marked.rest], "没有读懂怎样接上一问")
    years = say_years(fragment.years)
    place = fragment.refs[0].said if fragment.refs else ""
    return _replaced(tokens, place, years)


def _replaced(tokens: tuple[Token, ...], place: str, years: str) -> str:
    """Return the words with their one place and one year exchanged, put in front when missing."""
    new = {"place": place, "year": years}
    kept: list[str] = []
    done: list[str] = []
    last = ""
    for token in tokens:
        slot = "place" if token.has("place", "bureau") else "year" if token.has("year") else ""
        if not new.get(slot):
            kept.append(token.text)
        elif slot != last:
            kept.append(new[slot])
            done.append(slot)
        last = slot
    if len(done) > len(set(done)):
        raise unread([place or years], "上一问说了几个地方或年份，没有读懂换哪一个")
    return "".join([*(text for slot, text in new.items() if slot not in done), *kept])
